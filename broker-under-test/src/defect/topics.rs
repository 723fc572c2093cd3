//! Defects of the comparison of Topic Filters with Topic Names: other rules in place of those of
//! section 4.7, for messages on their way and for those that are retained, or for the latter alone.

use std::borrow::Cow;

use mqttspec_codec::topic::{self, TopicName};

use super::Flaw;

/// What a Topic Filter is compared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Who gets a message.
    Subscribers,
    /// What a new subscription gets.
    Retained,
}

/// The rule by which a broker with this flaw compares, filter first; `None` if it does so by the
/// rules of the standard.
pub(crate) fn matcher(flaw: Option<Flaw>, lookup: Lookup) -> Option<impl Fn(&str, &str) -> bool> {
    let flaw = flaw?;
    let flaw = match lookup {
        Lookup::Subscribers => flaw,
        Lookup::Retained => of_retained(flaw).unwrap_or(flaw),
    };
    // A flaw without a rule of its own compares soundly.
    matches(flaw, "", "").is_some().then_some(move |filter: &str, name: &str| {
        matches(flaw, filter, name).unwrap_or_else(|| topic::matches(filter, name))
    })
}

/// The Topic Name that a broker with this flaw makes of the one that it received.
pub(crate) fn received(flaw: Option<Flaw>, name: TopicName) -> TopicName {
    let altered: String = match flaw {
        Some(Flaw::AstralCharactersReplaced) => {
            name.chars().map(|it| if is_astral(it) { '\u{FFFD}' } else { it }).collect()
        }
        Some(Flaw::TopicCutShort) => {
            let end = (0..=name.len().min(255)).rev().find(|&at| name.is_char_boundary(at));
            name[..end.unwrap_or(0)].into()
        }
        Some(Flaw::FullStopBecomesSlash) => name.replace('.', "/"),
        Some(Flaw::TopicLowercased) => name.to_lowercase(),
        _ => return name,
    };
    TopicName::new(&*altered).unwrap_or(name)
}

/// Whether a broker with this flaw takes a legal Topic Filter for a malformed one.
pub(crate) fn is_malformed(flaw: Option<Flaw>, filter: &str) -> bool {
    let Some(flaw) = flaw else { return false };
    match flaw {
        Flaw::SpacesMalformed => filter.contains(' '),
        Flaw::EmptyLevelsMalformed => topic::levels(filter).any(str::is_empty),
        Flaw::DeepFiltersMalformed => topic::levels(filter).count() > 8,
        Flaw::LongFiltersMalformed => filter.len() > 64,
        Flaw::ForeignLettersMalformed => !filter.is_ascii(),
        Flaw::DollarMalformed => filter.contains('$'),
        Flaw::PlusInFrontMalformed => filter.starts_with("+/"),
        _ => false,
    }
}

/// The flaw of all lookups that this one is for retained messages alone.
fn of_retained(flaw: Flaw) -> Option<Flaw> {
    Some(match flaw {
        Flaw::RetainedLetterCaseIgnored => Flaw::LetterCaseIgnored,
        Flaw::RetainedSpacesTrimmed => Flaw::SpacesTrimmed,
        Flaw::RetainedPercentDecoded => Flaw::PercentDecoded,
        Flaw::RetainedDotMatchesAny => Flaw::DotMatchesAny,
        Flaw::RetainedStarIsWildcard => Flaw::StarIsWildcard,
        Flaw::RetainedBracketsArePattern => Flaw::BracketsArePattern,
        Flaw::RetainedSlashesCollapsed => Flaw::SlashesCollapsed,
        Flaw::RetainedSlashInFrontDropped => Flaw::SlashInFrontDropped,
        Flaw::RetainedSlashAtEndDropped => Flaw::SlashAtEndDropped,
        Flaw::RetainedHashWithoutParent => Flaw::HashWithoutParent,
        Flaw::RetainedHashIsOneLevel => Flaw::HashIsOneLevel,
        Flaw::RetainedHashIsPrefix => Flaw::HashIsPrefix,
        Flaw::RetainedPlusNeverEmpty => Flaw::PlusNeverEmpty,
        Flaw::RetainedPlusIsAnyLevels => Flaw::PlusIsAnyLevels,
        Flaw::RetainedPlusMatchesNone => Flaw::PlusMatchesNone,
        Flaw::RetainedSecondWildcardFails => Flaw::SecondWildcardFails,
        Flaw::RetainedWildcardsMatchNothing => Flaw::WildcardsMatchNothing,
        Flaw::RetainedWildcardMatchesDollar => Flaw::PlusMatchesDollar,
        Flaw::RetainedDollarInsideIsApart => Flaw::DollarInsideIsApart,
        _ => return None,
    })
}

/// The verdict of a flaw on a filter and a name; `None` if it has nothing to say about any.
fn matches(flaw: Flaw, filter: &str, name: &str) -> Option<bool> {
    let sound = |filter: &str, name: &str| topic::matches(filter, name);
    let both = |alter: fn(&str) -> Cow<'_, str>| sound(&alter(filter), &alter(name));
    Some(match flaw {
        Flaw::LetterCaseIgnored => both(|it| it.to_lowercase().into()),
        Flaw::SpacesTrimmed => both(|it| it.trim_matches(' ').into()),
        Flaw::SpacesMatchNothing => !name.contains(' ') && sound(filter, name),
        Flaw::TopicsNormalised => both(|it| it.replace("e\u{301}", "\u{E9}").into()),
        Flaw::PercentDecoded => both(|it| percent_decoded(it).into()),
        Flaw::ByteOrderMarkDropped => both(|it| it.trim_start_matches('\u{FEFF}').into()),
        Flaw::AstralCharactersAreOne => both(|it| it.replace(is_astral, "\u{FFFD}").into()),
        Flaw::SlashesCollapsed => both(|it| it.replace("//", "/").into()),
        Flaw::SlashInFrontDropped => both(|it| it.strip_prefix('/').unwrap_or(it).into()),
        Flaw::SlashAtEndDropped => both(|it| it.strip_suffix('/').unwrap_or(it).into()),
        Flaw::TopicsComparedInPart => both(|it| it.chars().take(64).collect::<String>().into()),
        Flaw::DeepLevelsIgnored => {
            both(|it| topic::levels(it).take(8).collect::<Vec<_>>().join("/").into())
        }
        Flaw::OneSlashMatchesNothing => name != "/" && sound(filter, name),
        Flaw::DeepTopicsMatchNothing => topic::levels(name).count() <= 128 && sound(filter, name),
        Flaw::LongTopicsMatchNothing => name.len() <= 0x7FFF && sound(filter, name),
        Flaw::SlashInFrontMatchesNothing => !name.starts_with('/') && sound(filter, name),
        Flaw::SlashAtEndMatchesNothing => !name.ends_with('/') && sound(filter, name),
        Flaw::PlusAtEndFails => !filter.ends_with('+') && sound(filter, name),
        Flaw::FilterIsPrefix => sound(filter, name) || sound(&format!("{filter}/#"), name),
        Flaw::ParenthesisMatchesNothing => !filter.contains('(') && sound(filter, name),
        Flaw::DotMatchesAny => by_level(filter, name, |filter, name| glob(filter, name, &['.'])),
        Flaw::StarIsWildcard => by_level(filter, name, |filter, name| glob(filter, name, &['*'])),
        Flaw::BracketsArePattern => {
            by_level(filter, name, |filter, name| glob(filter, name, &['[']))
        }
        _ => return wildcards_match(flaw, filter, name),
    })
}

/// The same, for flaws about wildcards and about names that begin with `$`.
fn wildcards_match(flaw: Flaw, filter: &str, name: &str) -> Option<bool> {
    let sound = |filter: &str, name: &str| topic::matches(filter, name);
    Some(match flaw {
        Flaw::ExactFiltersMatchNothing => has_wildcard(filter) && sound(filter, name),
        Flaw::WildcardsMatchNothing => !has_wildcard(filter) && sound(filter, name),
        Flaw::WildcardInFrontFails => !filter.starts_with('+') && sound(filter, name),
        Flaw::SecondWildcardFails => filter.matches(['+', '#']).count() < 2 && sound(filter, name),
        Flaw::HashAloneMatchesNothing => filter != "#" && sound(filter, name),
        Flaw::HashAloneOverlooksSlash => {
            !(filter == "#" && name.starts_with('/')) && sound(filter, name)
        }
        Flaw::HashMatchesNothing => !filter.ends_with('#') && sound(filter, name),
        Flaw::HashWithoutParent => {
            filter.strip_suffix("/#").is_none_or(|parent| !sound(parent, name))
                && sound(filter, name)
        }
        Flaw::HashNeverEmpty => {
            !(filter.ends_with('#') && name.ends_with('/')) && sound(filter, name)
        }
        Flaw::HashIsOneLevel => {
            let deep =
                filter.ends_with('#') && name.matches('/').count() > filter.matches('/').count();
            !deep && sound(filter, name)
        }
        Flaw::HashIsPrefix => {
            let parent = filter.strip_suffix("/#");
            sound(filter, name) || parent.is_some_and(|parent| name.starts_with(parent))
        }
        Flaw::PlusNeverEmpty => by_level(filter, name, |filter, name| {
            filter == name || filter == "+" && !name.is_empty()
        }),
        Flaw::PlusMatchesNone => {
            let parent = filter.strip_suffix("/+");
            sound(filter, name) || parent.is_some_and(|parent| sound(parent, name))
        }
        Flaw::PlusIsAnyLevels => {
            let below = filter.strip_suffix('+').map(|front| format!("{front}#"));
            let is_below = topic::levels(name).count() >= topic::levels(filter).count();
            sound(filter, name) || is_below && below.is_some_and(|below| sound(&below, name))
        }
        Flaw::HashMatchesDollar => sound(filter, name) || filter == "#",
        Flaw::PlusMatchesDollar => {
            let rest = name.strip_prefix('$').filter(|_| filter.starts_with('+'));
            sound(filter, name) || rest.is_some_and(|rest| sound(filter, rest))
        }
        Flaw::DollarInsideIsApart => by_level(filter, name, |filter, name| {
            filter == name || filter == "+" && !name.starts_with('$')
        }),
        Flaw::DollarMatchesExactlyOnly => {
            !(name.starts_with('$') && has_wildcard(filter)) && sound(filter, name)
        }
        _ => return None,
    })
}

/// Matching by the standard, but for the comparison of one level with another.
fn by_level(filter: &str, name: &str, fits: impl Fn(&str, &str) -> bool) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut names = topic::levels(name);
    for level in topic::levels(filter) {
        match names.next() {
            _ if level == "#" => return true,
            Some(name) if fits(level, name) => {}
            _ => return false,
        }
    }
    names.next().is_none()
}

/// Whether a level fits a pattern in which `.` stands for any character, `*` for any number
/// of them, and brackets for one of those between them: those of these that are in `special`.
fn glob(pattern: &str, text: &str, special: &[char]) -> bool {
    if pattern == "+" {
        return true;
    }
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    let next = text.chars().next();
    let behind = next.map(|it| &text[it.len_utf8()..]);
    match first {
        '*' if special.contains(&'*') => {
            glob(rest, text, special) || behind.is_some_and(|behind| glob(pattern, behind, special))
        }
        '.' if special.contains(&first) => behind.is_some_and(|behind| glob(rest, behind, special)),
        '[' if special.contains(&'[') && rest.contains(']') => {
            let (set, rest) = rest.split_once(']').unwrap_or((rest, ""));
            next.is_some_and(|it| set.contains(it))
                && behind.is_some_and(|behind| glob(rest, behind, special))
        }
        _ => next == Some(first) && behind.is_some_and(|behind| glob(rest, behind, special)),
    }
}

/// As in a URL. What is no character of ASCII stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded: String = parts.next().unwrap_or_default().into();
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                decoded.push(char::from(code));
                decoded.push_str(&part[2..]);
            }
            None => {
                decoded.push('%');
                decoded.push_str(part);
            }
        }
    }
    decoded
}

fn is_astral(character: char) -> bool {
    character > '\u{FFFF}'
}

fn has_wildcard(filter: &str) -> bool {
    filter.contains(['+', '#'])
}
