//! A closed catalogue of precise misbehaviours, one at a time, for testing the tests.
//!
//! A suite that finds nothing wrong with a broker has to be able to find something. Each [`Defect`]
//! breaks the statements that it names. `flaws` is the table of those written by hand: `egress`
//! alters or drops packets on their way out and `wire` their bytes, the others are decisions of the
//! core that are taken the wrong way, each asked for in one line where the decision is taken, if
//! need be of `core::missteps`. `strictness` refuses legal packets, `topics` compares Topic Filters
//! with Topic Names by other rules, `will` alters Wills when they are published, `session` decides
//! how long sessions last. `ingress` tolerates packets that should be refused, in two defects for
//! each kind of error that the codec knows.

pub(crate) mod egress;
mod flaws;
pub(crate) mod ingress;
pub(crate) mod session;
pub(crate) mod strictness;
pub(crate) mod topics;
pub(crate) mod will;
mod wire;

use mqttspec_codec::{ErrorKind, Version};

pub use self::flaws::Flaw;

/// One way in which the broker can be told to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// One of the table.
    Flaw(Flaw),
    /// Packets with this error are passed over in silence.
    PassedOver(ErrorKind),
    /// Packets with this error are read as if the byte at fault were a legal one.
    ReadAsLegal(ErrorKind),
}

impl Defect {
    /// Every defect: those of the table, in its order, and those that the codec's errors make.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let flaws = Flaw::ALL.iter().copied().map(Self::Flaw);
        let passed_over = ingress::kinds().map(Self::PassedOver);
        let read_as_legal = ingress::kinds_with_one_byte_at_fault().map(Self::ReadAsLegal);
        flaws.chain(passed_over).chain(read_as_legal).collect()
    }

    /// The defect of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|defect| defect.name() == name)
    }

    /// The stable name, in kebab-case.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Flaw(flaw) => kebab(flaw.row().variant),
            Self::PassedOver(kind) => format!("{}-passed-over", kebab(&format!("{kind:?}"))),
            Self::ReadAsLegal(kind) => format!("{}-read-as-legal", kebab(&format!("{kind:?}"))),
        }
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn what(self) -> String {
        match self {
            Self::Flaw(flaw) => flaw.row().what.into(),
            Self::PassedOver(kind) => format!("A packet is passed over in silence when {kind}."),
            Self::ReadAsLegal(kind) => {
                format!("A packet is read as if it were a legal one when {kind}.")
            }
        }
    }

    /// The statements that it breaks in a version.
    #[must_use]
    pub fn breaks(self, version: Version) -> Vec<&'static str> {
        match (self, version) {
            (Self::Flaw(flaw), Version::V3_1_1) => flaw.row().statements_3_1_1.into(),
            (Self::Flaw(flaw), Version::V5_0) => flaw.row().statements_5_0.into(),
            (Self::PassedOver(kind) | Self::ReadAsLegal(kind), _) => ingress::breaks(kind, version),
        }
    }

    /// Real brokers that did the same, each with the place where it is told.
    #[must_use]
    pub fn seen_in(self) -> &'static [&'static str] {
        match self {
            Self::Flaw(flaw) => flaw.row().seen,
            Self::PassedOver(kind) => ingress::seen_in(kind),
            Self::ReadAsLegal(_) => &[],
        }
    }
}

/// `CamelCase`, with further names in brackets behind it, in kebab-case.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    let mut before = ' ';
    for letter in name.replace("QoS", "Qos").chars() {
        let is_start = letter.is_ascii_uppercase() || letter.is_ascii_digit();
        let goes_on = before.is_ascii_digit() && letter.is_ascii_digit();
        let is_gap = !letter.is_ascii_alphanumeric();
        if (is_gap || is_start && !goes_on) && !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
        if !is_gap {
            text.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    text.trim_end_matches('-').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_defect_and_to_no_other() {
        for defect in Defect::all() {
            assert_eq!(Defect::from_name(&defect.name()), Some(defect));
        }
        assert_eq!(Defect::from_name("perfect"), None);
    }

    #[test]
    fn names_are_made_of_the_words_of_the_code() {
        assert_eq!(kebab("Qos2Twice"), "qos-2-twice");
        assert_eq!(
            kebab("NulInString(Connect, Property(UserProperty))"),
            "nul-in-string-connect-property-user-property"
        );
        assert_eq!(kebab("WillQoS3"), "will-qos-3");
        assert_eq!(
            kebab("IllFormedUtf8(Publish, TopicName)"),
            "ill-formed-utf-8-publish-topic-name"
        );
        assert_eq!(kebab("Reason128"), "reason-128");
    }
}
