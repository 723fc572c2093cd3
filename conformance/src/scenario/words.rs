//! The closed lists of words of the language, and the nearest of them to a misspelt one.

use mqttspec_codec::Version;

/// Words that begin or join the parts of a line, and so are no names.
pub(super) const KEYWORDS: &[&str] = &[
    "acks",
    "as",
    "batch",
    "broker",
    "connect",
    "covers",
    "do",
    "each",
    "either",
    "except",
    "exclusive",
    "for",
    "from",
    "len",
    "let",
    "mark",
    "max",
    "may",
    "min",
    "needs",
    "not",
    "of",
    "only",
    "open",
    "or",
    "ordered",
    "publish",
    "reconnect",
    "repeat",
    "scenario",
    "setup",
    "should",
    "skip",
    "subscribe",
    "summary",
    "table",
    "timeout",
    "unless",
    "unordered",
    "unsubscribe",
    "versions",
    "wait",
    "within",
];

/// The words that begin a header.
pub(super) const HEADERS: &[&str] =
    &["summary", "versions", "covers", "needs", "exclusive", "timeout", "each"];

/// The words that begin an action; a client's name is the other way to begin one.
pub(super) const ACTIONS: &[&str] = &[
    "connect",
    "reconnect",
    "open",
    "subscribe",
    "unsubscribe",
    "publish",
    "setup",
    "unordered",
    "ordered",
    "batch",
    "either",
    "repeat",
    "do",
    "let",
    "acks",
    "skip",
    "mark",
    "wait",
    "broker",
];

/// What is known of every connection under `{a.name}`.
pub const LIMITS: &[&str] = &[
    "client_id",
    "keep_alive",
    "maximum_packet_size",
    "maximum_qos",
    "receive_maximum",
    "retain_available",
    "session_expiry_interval",
    "shared_subscription_available",
    "subscription_identifier_available",
    "topic_alias_maximum",
    "wildcard_subscription_available",
];

/// What `{name}` stands for without being defined by the scenario.
pub const GIVEN: &[&str] = &["topic", "token", "user", "password", "denied_topic"];

/// The names of the two versions.
pub(super) const VERSIONS: [(&str, Version); 2] =
    [("3.1.1", Version::V3_1_1), ("5.0", Version::V5_0)];

/// Whether the word belongs to the grammar.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// The candidate most like a misspelt word, if any is like it at all.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_ascii_lowercase());
            (distance, candidate)
        })
        .filter(|&(distance, candidate)| distance <= candidate.len().max(3) / 3)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_and_hold_those_that_begin_lines() {
        assert!(KEYWORDS.is_sorted());
        for word in HEADERS.iter().chain(ACTIONS) {
            assert!(is_keyword(word), "{word} can be taken for a name");
        }
    }

    #[test]
    fn the_nearest_word_is_like_the_word() {
        assert_eq!(nearest("sumary", HEADERS.iter().copied()).as_deref(), Some("summary"));
        assert_eq!(nearest("Publihs", ACTIONS.iter().copied()).as_deref(), Some("publish"));
        assert_eq!(nearest("a", ["b", "retain"]), Some("b".to_owned()));
        assert_eq!(nearest("quux", ACTIONS.iter().copied()), None);
    }
}
