//! Vectors for Topic Names, Topic Filters, shared filters and Subscription Options. What is legal is
//! said level by level here, as section 4.7 puts it.

use mqttspec_codec::Version;

use crate::case::{Case, Fault, Verdict};
use crate::form::{Form, Part};
use crate::strings::{Role, Slot, case, slots};
use crate::tables::Tables;

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = filters(tables, 3);
    for slot in slots(tables) {
        if matches!(slot.role, Role::TopicName | Role::ResponseTopic) {
            names(&slot, &mut cases);
        }
    }
    for version in Version::ALL {
        options(tables, version, &mut cases);
    }
    cases
}

/// All texts of at most `len` letters as filters, and as what follows `$share/`.
pub(crate) fn filters(tables: &Tables, len: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for slot in slots(tables).iter().filter(|slot| slot.role == Role::TopicFilter) {
        let mut texts = words(len);
        texts.extend(words(len).iter().map(|text| format!("$share/{text}")));
        texts.extend(
            ["$share", "$share/g/a/b", "$share/g//", "$Share/", "$SYS/#"].map(str::to_owned),
        );
        for text in texts {
            let (form, at) = slot.with(text.as_bytes());
            let fault = filter_fault(&text, slot.version).map(|(name, offset)| (name, at + offset));
            cases.push(case(slot, &form, Verdict::of(fault), &format!("{text:?}")));
        }
    }
    cases
}

/// All texts of at most `len` of these letters, the short ones first.
fn words(len: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut longest = words.clone();
    for _ in 0..len {
        let longer = |word: &String| ["a", "+", "#", "/"].map(|letter| format!("{word}{letter}"));
        longest = longest.iter().flat_map(longer).collect();
        words.extend(longest.iter().cloned());
    }
    words
}

/// What is wrong with a filter, and at which byte.
fn filter_fault(filter: &str, version: Version) -> Option<Fault> {
    if filter.is_empty() {
        return Some(("empty-topic-filter", 0));
    }
    let parts: Vec<&str> = filter.splitn(3, '/').collect();
    match (version, &parts[..]) {
        (Version::V5_0, ["$share", "", ..]) => Some(("empty-share-name", 7)),
        (Version::V5_0, ["$share", group, ..]) if group.contains(['+', '#']) => {
            Some(("wildcard-in-share-name", 7 + group.find(['+', '#']).unwrap()))
        }
        (Version::V5_0, ["$share", _] | ["$share", _, ""]) => {
            Some(("no-filter-in-shared-subscription", filter.len()))
        }
        (Version::V5_0, ["$share", group, rest]) => {
            wildcard_fault(rest).map(|(name, at)| (name, 7 + group.len() + 1 + at))
        }
        _ => wildcard_fault(filter),
    }
}

/// A level with a wildcard is that wildcard and nothing else, and only the last may be `#`.
fn wildcard_fault(filter: &str) -> Option<Fault> {
    let count = filter.split('/').count();
    let mut start = 0;
    for (index, level) in filter.split('/').enumerate() {
        let legal = level == "+" || level == "#" && index + 1 == count;
        if let Some(at) = level.find(['+', '#']).filter(|_| !legal) {
            let name = match level.as_bytes()[at] {
                b'+' => "misplaced-single-level-wildcard",
                _ => "misplaced-multi-level-wildcard",
            };
            return Some((name, start + at));
        }
        start += level.len() + 1;
    }
    None
}

/// Wildcards in a field that takes a name.
fn names(slot: &Slot<'_>, cases: &mut Vec<Case>) {
    let mut texts = words(2);
    texts.extend(
        ["a/+/b", "a/#", "$share/g/+", "$SYS/a", "a b", "//", "*", "a?"].map(str::to_owned),
    );
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let (form, at) = slot.with(text.as_bytes());
        let fault = text.find(['+', '#']).map(|wildcard| ("wildcard-in-topic-name", at + wildcard));
        cases.push(case(slot, &form, Verdict::of(fault), &format!("{text:?}")));
    }
}

/// Each byte as the options of an ordinary subscription, and of a shared one.
fn options(tables: &Tables, version: Version, cases: &mut Vec<Case>) {
    let form = Form::new(tables, "SUBSCRIBE", version, mqttspec_codec::Sender::Client);
    for filter in ["a", "$share/g/t"] {
        let form = form.with("Topic Filter", Part::Text(filter.into()));
        let at = form.offset("Subscription Options");
        for byte in 0..=u8::MAX {
            let shared = filter != "a" && version == Version::V5_0;
            let fault = options_fault(tables, version, byte, shared);
            // The reserved bits have nothing to do with the filter.
            if filter != "a" && fault == Some("subscription-reserved-bits") {
                continue;
            }
            cases.push(Case {
                bytes: form.with("Subscription Options", Part::Int(vec![byte])).bytes(),
                version,
                sender: form.sender,
                verdict: Verdict::of(fault.map(|name| (name, at))),
                why: format!("options {byte:08b} for {filter:?}"),
            });
        }
    }
}

fn options_fault(
    tables: &Tables,
    version: Version,
    byte: u8,
    shared: bool,
) -> Option<&'static str> {
    let violates = |name| {
        let (mask, allowed) = tables.option(name);
        !allowed.contains(&((byte & mask) >> mask.trailing_zeros()))
    };
    let (qos_mask, _) = tables.option("maximum_qos");
    let (no_local, _) = tables.option("no_local");
    match version {
        // There are two bits for the QoS, and nothing else.
        Version::V3_1_1 if byte & !qos_mask != 0 => Some("subscription-reserved-bits"),
        Version::V5_0 if violates("reserved") => Some("subscription-reserved-bits"),
        _ if violates("maximum_qos") => Some("subscription-qos-3"),
        _ if violates("retain_handling") => Some("retain-handling-3"),
        _ if shared && byte & no_local != 0 => Some("no-local-on-shared-subscription"),
        _ => None,
    }
}
