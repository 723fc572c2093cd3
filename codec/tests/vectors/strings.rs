//! Vectors for the content of strings: every defect of UTF-8, and every length, in every field that
//! is a string; and for the lengths of Binary Data.

use mqttspec_codec::Version;

use crate::case::{Case, Verdict};
use crate::form::{Form, Part, packet_of, prefixed};
use crate::properties::Spot;
use crate::tables::{Standing, Tables};

/// What a field may hold beside text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// A Topic Name or Will Topic.
    TopicName,
    ResponseTopic,
    TopicFilter,
    Binary,
}

/// A field that is a string or Binary Data, in a packet that is good if its content is.
pub(crate) struct Slot<'a> {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) version: Version,
    make: Make<'a>,
}

/// Makes a packet around some content, and says where the content starts.
type Make<'a> = Box<dyn Fn(&[u8]) -> (Form, usize) + 'a>;

impl Slot<'_> {
    /// A packet with that content in the field, and where the content starts.
    pub(crate) fn with(&self, content: &[u8]) -> (Form, usize) {
        (self.make)(content)
    }
}

/// Ill-formed text, and the place of the first byte that begins no character.
const ILL_FORMED: [(&[u8], usize, &str); 19] = [
    (b"\x80", 0, "a continuation byte alone"),
    (b"a\xBF", 1, "a continuation byte behind a letter"),
    (b"\xC0\x80", 0, "U+0000 in two bytes"),
    (b"\xC1\xBF", 0, "U+007F in two bytes"),
    (b"\xE0\x80\x80", 0, "U+0000 in three bytes"),
    (b"\xE0\x9F\xBF", 0, "U+07FF in three bytes"),
    (b"\xF0\x80\x80\x80", 0, "U+0000 in four bytes"),
    (b"\xF0\x8F\xBF\xBF", 0, "U+FFFF in four bytes"),
    (b"\xED\xA0\x80", 0, "the surrogate U+D800"),
    (b"a\xED\xBF\xBF", 1, "the surrogate U+DFFF"),
    (b"\xED\xA0\xBD\xED\xB8\x80", 0, "a pair of surrogates"),
    (b"\xF4\x90\x80\x80", 0, "U+110000"),
    (b"\xF5\x80\x80\x80", 0, "a lead byte above U+10FFFF"),
    (b"\xC3", 0, "one byte of two"),
    (b"ab\xE2\x82", 2, "two bytes of three"),
    (b"\xF0\x9F\x98", 0, "three bytes of four"),
    (b"\xC3\x28", 0, "a lead byte before a bracket"),
    (b"\xFE", 0, "FE"),
    (b"abcdefgh\xFFijklmnop", 8, "FF among letters"),
];

const NULS: [(&[u8], usize, &str); 3] = [
    (b"\0", 0, "U+0000 alone"),
    (b"ab\0", 2, "U+0000 at the end"),
    (b"abcdefgh\0ijklmnop", 8, "U+0000 among letters"),
];

const GOOD: [(&[u8], &str); 4] = [
    (b"\xEF\xBB\xBF", "U+FEFF, which is no mark here"),
    (b"\xC2\xA0", "U+00A0, the first above the controls"),
    (b"\xF0\xAA\x9B\x94", "U+2A6D4, the example of the standard"),
    (b"\xEF\xBF\xBD", "U+FFFD"),
];

/// What a sender should not write, and a receiver may refuse.
const DOUBTFUL: [(&[u8], &str); 6] = [
    (b"\x01", "the control U+0001"),
    (b"\x1F", "the control U+001F"),
    (b"\x7F", "the control U+007F"),
    (b"\xC2\x9F", "the control U+009F"),
    (b"\xEF\xBF\xBF", "the non-character U+FFFF"),
    (b"\xF4\x8F\xBF\xBF", "the non-character U+10FFFF"),
];

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = Vec::new();
    for slot in slots(tables) {
        contents(&slot, &mut cases);
        lengths(&slot, &mut cases);
    }
    cases
}

fn contents(slot: &Slot<'_>, cases: &mut Vec<Case>) {
    let mut push = |text: &[u8], fault: Option<(&'static str, usize)>, open: bool, why: &str| {
        let (form, at) = slot.with(text);
        let verdict = match fault {
            Some((name, offset)) => Verdict::error(name, at + offset),
            None if open => Verdict::Either(None),
            None => Verdict::Packet,
        };
        cases.push(case(slot, &form, verdict, why));
    };
    let is_text = slot.role != Role::Binary;
    for (text, at, why) in ILL_FORMED {
        push(text, is_text.then_some(("ill-formed-utf-8", at)), false, why);
    }
    for (text, at, why) in NULS {
        push(text, is_text.then_some(("nul-in-string", at)), false, why);
    }
    for (text, why) in GOOD {
        push(text, None, false, why);
    }
    for (text, why) in DOUBTFUL {
        push(text, None, is_text, why);
    }
}

fn lengths(slot: &Slot<'_>, cases: &mut Vec<Case>) {
    for len in [0, 1, 127, 128, 65_535] {
        let (form, at) = slot.with(&vec![b'a'; len]);
        // An empty name is at fault by its length, an empty filter where it should be.
        let verdict = match (slot.role, len) {
            (Role::TopicName, 0) => Verdict::error("empty-topic-name", at - 2),
            (Role::TopicFilter, 0) => Verdict::error("empty-topic-filter", at),
            (Role::ResponseTopic, 0) => Verdict::Either(None),
            _ => Verdict::Packet,
        };
        let note = match verdict {
            Verdict::Either(_) => " (that it has to be a Topic Name is said of wildcards alone)",
            _ => "",
        };
        cases.push(case(slot, &form, verdict, &format!("{len} bytes{note}")));
    }
}

pub(crate) fn case(slot: &Slot<'_>, form: &Form, verdict: Verdict, why: &str) -> Case {
    Case {
        bytes: form.bytes(),
        version: slot.version,
        sender: form.sender,
        verdict,
        why: format!("{}: {why}", slot.name),
    }
}

/// Every field that is a string or Binary Data.
pub(crate) fn slots(tables: &Tables) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    for version in Version::ALL {
        for (packet, field, role) in [
            ("CONNECT", "Client Identifier", Role::Plain),
            ("CONNECT", "Will Topic", Role::TopicName),
            ("CONNECT", "Will Payload", Role::Binary),
            ("CONNECT", "User Name", Role::Plain),
            ("CONNECT", "Password", Role::Binary),
            ("PUBLISH", "Topic Name", Role::TopicName),
            ("SUBSCRIBE", "Topic Filter", Role::TopicFilter),
            ("UNSUBSCRIBE", "Topic Filter", Role::TopicFilter),
        ] {
            slots.push(Slot {
                name: format!("{field} of {packet}"),
                role,
                version,
                make: Box::new(move |content| field_with(tables, packet, version, field, content)),
            });
        }
    }
    for place in tables.places() {
        let sender = *tables.packet(packet_of(place)).senders(Version::V5_0).last().unwrap();
        let spot = Spot { tables, place, sender };
        for row in &tables.properties {
            let role = match row.kind.as_str() {
                "binary" => Role::Binary,
                "utf8" if row.is_topic() => Role::ResponseTopic,
                _ if row.is_text() => Role::Plain,
                _ => continue,
            };
            if row.standing(place, sender) == Standing::Legal {
                push_property(spot, row.id, &row.kind, role, &mut slots);
            }
        }
    }
    slots
}

fn field_with(
    tables: &Tables,
    packet: &'static str,
    version: Version,
    field: &str,
    content: &[u8],
) -> (Form, usize) {
    let sender = tables.packet(packet).senders(version)[0];
    let mut form = Form::new(tables, packet, version, sender);
    match field {
        "Will Topic" | "Will Payload" => form.add_will(b"w", b""),
        "User Name" => form.add_user(b""),
        "Password" => {
            form.add_user(b"");
            form.add_password(b"");
        }
        _ => {}
    }
    form.set(field, Part::Binary(content.to_vec()));
    let at = form.offset(field) + 2;
    (form, at)
}

/// The slot of a property, or the two of a pair.
fn push_property<'a>(spot: Spot<'a>, id: u8, kind: &str, role: Role, slots: &mut Vec<Slot<'a>>) {
    let name = &spot.tables.property(id).name;
    let mut push = |part: &str, make: Make<'a>| {
        let name = format!("{name}{part} in {}", spot.place);
        slots.push(Slot { name, role, version: Version::V5_0, make });
    };
    if kind != "utf8-pair" {
        push(
            "",
            Box::new(move |content| {
                let (form, at) = spot.with(id, &prefixed(content));
                (form, at + 3)
            }),
        );
        return;
    }
    push(
        " (name)",
        Box::new(move |content| {
            let (form, at) = spot.with(id, &[prefixed(content), prefixed(b"v")].concat());
            (form, at + 3)
        }),
    );
    push(
        " (value)",
        Box::new(move |content| {
            let (form, at) = spot.with(id, &[prefixed(b"k"), prefixed(content)].concat());
            (form, at + 6)
        }),
    );
}
