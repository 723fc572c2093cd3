//! Which Topic Filters match which Topic Names (section 4.7).

/// The levels of a Topic Name or Topic Filter. Each `/` parts two of them, so that levels may be
/// empty and there is always one at least.
pub fn levels(topic: &str) -> impl Iterator<Item = &str> {
    topic.split('/')
}

/// Whether a Topic Filter, without the prefix of a shared one, matches a Topic Name. Both are taken
/// to be valid.
#[must_use]
pub fn matches(filter: &str, name: &str) -> bool {
    let (mut filter, mut name) = (filter.as_bytes(), name.as_bytes());
    if name.first() == Some(&b'$') && matches!(filter.first(), Some(b'+' | b'#')) {
        return false;
    }
    loop {
        if filter == b"#" {
            return true;
        }
        let (filter_level, filter_rest) = next_level(filter);
        let (name_level, name_rest) = next_level(name);
        if filter_level != b"+" && filter_level != name_level {
            return false;
        }
        match (filter_rest, name_rest) {
            (None, None) => return true,
            // A # matches the parent of its level too.
            (Some(rest), None) => return rest == b"#",
            (None, Some(_)) => return false,
            (Some(filter_next), Some(name_next)) => (filter, name) = (filter_next, name_next),
        }
    }
}

/// The first level, and what stands behind the `/` that ends it.
pub(super) fn next_level(topic: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b'/', topic) {
        Some(at) => (&topic[..at], Some(&topic[at + 1..])),
        None => (topic, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_section_4_7_match_as_it_says() {
        for (filter, name, expected) in [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
            ("sport/#", "sport", true),
            ("sport/#", "sports", false),
            ("#", "sport", true),
            ("#", "/", true),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("a//b", "a//b", true),
            ("a/+/b", "a//b", true),
            ("a/+", "a//b", false),
            ("+/tennis/#", "sport/tennis", true),
            ("sport/+/#", "sport", false),
            ("+/+/+", "//", true),
            ("#", "$SYS/monitor", false),
            ("+/monitor/Clients", "$SYS/monitor/Clients", false),
            ("$SYS/#", "$SYS/monitor", true),
            ("$SYS/#", "$SYS", true),
            ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
            ("+/$b", "a/$b", true),
            ("ACCOUNTS", "Accounts", false),
            ("a/b", "a/b/", false),
            ("a/b/", "a/b", false),
            ("a.c", "abc", false),
        ] {
            assert_eq!(matches(filter, name), expected, "{filter} {name}");
        }
    }
}
