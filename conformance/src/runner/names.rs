//! Names that no other case uses: topics, client ids and markers, all from the seed and the case.
//!
//! The same seed gives the same names, so that a failure can be run again as it was.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The names of one run of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    token: String,
}

impl Names {
    /// The names of a case in a run with this seed.
    #[must_use]
    pub(super) fn new(seed: u64, case: &str) -> Self {
        let mut hash = seed ^ 0xCBF2_9CE4_8422_2325;
        for byte in case.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        Self { token: base36(mix(hash)) }
    }

    /// One topic level that no other case uses: ten letters and digits.
    #[must_use]
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// A topic of several levels, the token among them.
    #[must_use]
    pub(super) fn topic(&self) -> String {
        format!("ms/{}/t", self.token)
    }

    /// The client id of the client with this number: at most 23 of 0-9a-zA-Z.
    #[must_use]
    pub(super) fn client_id(&self, number: usize) -> String {
        format!("ms{}x{number}", self.token)
    }

    /// The payload of a fence marker.
    #[must_use]
    pub(super) fn marker(&self, number: u64) -> String {
        format!("{}{number}", self.marker_prefix())
    }

    /// Whether a payload is that of a marker of this case.
    #[must_use]
    pub(super) fn is_marker(&self, payload: &[u8]) -> bool {
        payload.starts_with(self.marker_prefix().as_bytes())
    }

    /// Whether a topic belongs to this case.
    #[must_use]
    pub(super) fn own(&self, topic: &str) -> bool {
        topic.contains(&self.token)
    }

    fn marker_prefix(&self) -> String {
        let mut prefix = String::with_capacity(self.token.len() + 2);
        // Writing to a string cannot fail.
        let _ = write!(prefix, "~{}~", self.token);
        prefix
    }
}

/// The numbers that a text writes as packet ids: `id=7`.
#[must_use]
pub(super) fn written_ids(text: &str) -> BTreeSet<u16> {
    let digits = |rest: &str| {
        let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    text.split(" id=").skip(1).filter_map(digits).collect()
}

/// The finishing steps of `SplitMix64`: spreads each bit over all others.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Ten digits of base 36: 51 bits. The first is a letter, so that a token is never a number.
fn base36(mut bits: u64) -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(10);
    for place in 0..10 {
        let base = if place == 0 { 26 } else { 36 };
        text.push(char::from(DIGITS[usize::try_from(bits % base).unwrap_or(0)]));
        bits /= base;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_seed_and_case_alone() {
        let names = Names::new(1, "retain/new-subscriber@5.0");
        assert_eq!(names, Names::new(1, "retain/new-subscriber@5.0"));
        assert_ne!(names, Names::new(2, "retain/new-subscriber@5.0"));
        assert_ne!(names, Names::new(1, "retain/new-subscriber@3.1.1"));
    }

    #[test]
    fn a_client_id_has_what_every_broker_must_take() {
        let id = Names::new(u64::MAX, "x").client_id(99_999);
        assert!(id.len() <= 23 && id.chars().all(|c| c.is_ascii_alphanumeric()), "{id}");
    }

    #[test]
    fn the_ids_that_a_text_writes_are_found() {
        let text = "a -> PUBLISH id=7 client_id=8 id={i} id=65536\n a <- PUBACK id=70 ";
        assert_eq!(written_ids(text), [7, 70].into());
    }

    #[test]
    fn a_topic_and_a_marker_are_known_again() {
        let names = Names::new(7, "x");
        assert!(names.own(&names.topic()) && names.own(&format!("+/{}", names.token())));
        assert!(!names.own(&Names::new(8, "x").topic()));
        assert!(names.is_marker(names.marker(3).as_bytes()));
        assert!(!names.is_marker(b"on"));
    }
}
