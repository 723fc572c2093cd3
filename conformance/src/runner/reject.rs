//! How a refusal is graded: `rejected` and its answers (5.0 section 4.13; 3.1.1 sections 3.1.4,
//! 3.2.2.3 and 4.8).
//!
//! A pure table of what may be and what came.

use std::time::Duration;

use mqttspec_codec::{PacketType, ReasonCode, Version};

use super::describe;
use crate::scenario::reasons;

/// How long a connection has to be silent before the runner asks whether it still lives.
pub(super) const SILENCE: Duration = Duration::from_millis(100);

/// The answers that a `rejected` line lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    /// Reasons, each with whether it is weak.
    pub reasons: Vec<(Reason, bool)>,
    /// A close without a code, and whether it is weak.
    pub bare: Option<bool>,
    /// The broker carries on, and whether that is weak.
    pub undetected: Option<bool>,
}

/// A reason in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// By name.
    Name(String),
    /// As the byte on the wire.
    Code(u8),
    /// `error`: any.
    Error,
}

/// How far a connection had got before it was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// CONNECT was not sent: something else came first.
    BeforeConnect,
    /// CONNACK with success has not come.
    BeforeConnack,
    /// It has.
    Connected,
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// The version of the case.
    pub version: Version,
    /// How far the connection had got.
    pub stage: Stage,
    /// CONNECT was of a protocol that this version is not, so that a CONNACK of either will do.
    pub foreign: bool,
    /// The last words of the broker, CONNACK or DISCONNECT: the version that they are of, and the
    /// code.
    pub answer: Option<(Version, ReasonCode)>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// As it should be.
    Full,
    /// Right, but weaker: why.
    Weak(String),
    /// Wrong: why.
    Wrong(String),
}

/// What a column of the table says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Pass,
    NonStrict,
    Fail,
}

/// Grades an end of the connection.
#[must_use]
pub(super) fn grade(listed: &Listed, ending: &Ending) -> Grade {
    match ending.answer {
        None => grade_bare(listed, ending),
        Some((version, code)) => grade_code(listed, ending, version, code),
    }
}

/// Grades a broker that carries on.
#[must_use]
pub(super) fn grade_undetected(listed: &Listed) -> Grade {
    match listed.undetected {
        Some(false) => Grade::Full,
        Some(true) => Grade::Weak("the broker did not notice, and carries on".to_owned()),
        None => Grade::Wrong(
            "expected the end of the connection, but the broker carries on: it answered PINGREQ"
                .to_owned(),
        ),
    }
}

fn grade_bare(listed: &Listed, ending: &Ending) -> Grade {
    // In 3.1.1 only CONNACK has codes; where none can be asked for, a bare close cannot be weak.
    let codeless = ending.version == Version::V3_1_1 && row(listed, ending).bare == Cell::Pass;
    let cell = match listed.bare {
        Some(true) if !codeless => Cell::NonStrict,
        Some(true) => Cell::Pass,
        Some(false) => Cell::Pass,
        None => row(listed, ending).bare,
    };
    let told = || format!("expected {}, the broker closed without a code", expectation(listed));
    match cell {
        Cell::Pass => Grade::Full,
        Cell::NonStrict => Grade::Weak(told()),
        Cell::Fail => Grade::Wrong(told()),
    }
}

fn grade_code(listed: &Listed, ending: &Ending, version: Version, code: ReasonCode) -> Grade {
    let packet = packet(ending.stage);
    let hit = |reason: &Reason| match reason {
        Reason::Name(name) => named(ending, packet, name) == Some(code),
        Reason::Code(number) => wire(version, packet, code) == *number,
        Reason::Error => code.is_error(),
    };
    let strengths = listed.reasons.iter().filter(|(reason, _)| hit(reason));
    match strengths.map(|(_, weak)| *weak).min() {
        Some(false) => return Grade::Full,
        Some(true) => {
            return Grade::Weak(format!("{} is a weaker answer", name(version, packet, code)));
        }
        None if code.is_error() && listed.reasons.is_empty() && listed.bare.is_none() => {
            return Grade::Full;
        }
        None => {}
    }
    let text = format!(
        "expected {}, the broker sent {}",
        expectation(listed),
        name(version, packet, code)
    );
    match row(listed, ending).other {
        Cell::Pass => Grade::Full,
        Cell::NonStrict => Grade::Weak(text),
        Cell::Fail => Grade::Wrong(text),
    }
}

/// A row of the table: other codes than listed, and none.
struct Row {
    other: Cell,
    bare: Cell,
}

fn row(listed: &Listed, ending: &Ending) -> Row {
    let named_one = listed.reasons.iter().any(|(reason, _)| match reason {
        Reason::Name(name) => reasons::code(ending.version, packet(ending.stage), name).is_some(),
        Reason::Code(_) => true,
        Reason::Error => false,
    });
    match (ending.stage, ending.version) {
        (Stage::BeforeConnect, _) | (Stage::BeforeConnack, Version::V5_0) => {
            Row { other: Cell::NonStrict, bare: Cell::Pass }
        }
        (Stage::BeforeConnack, Version::V3_1_1) if named_one => {
            Row { other: Cell::NonStrict, bare: Cell::Fail }
        }
        (Stage::BeforeConnack | Stage::Connected, Version::V3_1_1) => {
            Row { other: Cell::Fail, bare: Cell::Pass }
        }
        (Stage::Connected, Version::V5_0) => Row { other: Cell::NonStrict, bare: Cell::NonStrict },
    }
}

fn packet(stage: Stage) -> PacketType {
    match stage {
        Stage::BeforeConnect | Stage::BeforeConnack => PacketType::Connack,
        Stage::Connected => PacketType::Disconnect,
    }
}

/// The code that a name means in this version or, if CONNECT was foreign, in either.
fn named(ending: &Ending, packet: PacketType, name: &str) -> Option<ReasonCode> {
    let other = match ending.version {
        Version::V3_1_1 => Version::V5_0,
        Version::V5_0 => Version::V3_1_1,
    };
    let versions = [Some(ending.version), ending.foreign.then_some(other)];
    versions.into_iter().flatten().find_map(|version| {
        let code = reasons::code(version, packet, name)?;
        match (version, packet) {
            (Version::V3_1_1, PacketType::Connack) => ReasonCode::from_connack_return_code(code),
            _ => ReasonCode::from_u8(code),
        }
    })
}

/// The byte that a code is on the wire.
fn wire(version: Version, packet: PacketType, code: ReasonCode) -> u8 {
    match (version, packet) {
        (Version::V3_1_1, PacketType::Connack) => {
            code.connack_return_code().unwrap_or(code.value())
        }
        _ => code.value(),
    }
}

fn name(version: Version, packet: PacketType, code: ReasonCode) -> String {
    let wire = wire(version, packet, code);
    format!("{packet} {}", describe::reason(version, packet, wire))
}

/// What is listed, for people: what is in full order, or else what is weak.
fn expectation(listed: &Listed) -> String {
    let is_any_full =
        listed.bare == Some(false) || listed.reasons.iter().any(|(_, is_weak)| !is_weak);
    let is_told = |is_weak: bool| !(is_weak && is_any_full);
    let mut words: Vec<String> = listed
        .reasons
        .iter()
        .filter(|(_, is_weak)| is_told(*is_weak))
        .map(|(reason, _)| match reason {
            Reason::Name(name) => name.clone(),
            Reason::Code(code) => format!("{code:#04X}"),
            Reason::Error => "an error code".to_owned(),
        })
        .collect();
    if listed.bare.is_some_and(is_told) {
        words.push("a close without a code".to_owned());
    }
    if words.is_empty() { "an error code".to_owned() } else { words.join(" or ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The grades of: a code in the list, another error code, a bare close.
    fn columns(version: Version, stage: Stage, listed: &str, hit: ReasonCode) -> String {
        let mut parsed = Listed::default();
        for word in listed.split('|').filter(|word| !word.is_empty()) {
            let weak = word.starts_with('~');
            match word.trim_start_matches('~') {
                "bare" => parsed.bare = Some(weak),
                "undetected" => parsed.undetected = Some(weak),
                "error" => parsed.reasons.push((Reason::Error, weak)),
                name => parsed.reasons.push((Reason::Name(name.to_owned()), weak)),
            }
        }
        let grade = |answer: Option<ReasonCode>| {
            let answer = answer.map(|code| (version, code));
            match grade(&parsed, &Ending { version, stage, foreign: false, answer }) {
                Grade::Full => "PASS",
                Grade::Weak(_) => "NON-STRICT",
                Grade::Wrong(_) => "FAIL",
            }
        };
        let other = ReasonCode::ServerUnavailable;
        format!("{} {} {}", grade(Some(hit)), grade(Some(other)), grade(None))
    }

    #[test]
    fn the_table_of_the_language() {
        use ReasonCode::{MalformedPacket, NotAuthorized};
        use Stage::{BeforeConnack, BeforeConnect, Connected};
        let (old, new) = (Version::V3_1_1, Version::V5_0);
        for (version, stage, listed, hit, grades) in [
            (new, BeforeConnack, "MalformedPacket", MalformedPacket, "PASS NON-STRICT PASS"),
            (old, BeforeConnack, "NotAuthorized", NotAuthorized, "PASS NON-STRICT FAIL"),
            (old, BeforeConnack, "MalformedPacket", NotAuthorized, "FAIL FAIL PASS"),
            (new, Connected, "MalformedPacket", MalformedPacket, "PASS NON-STRICT NON-STRICT"),
            // An empty list takes any error code.
            (new, Connected, "", MalformedPacket, "PASS PASS NON-STRICT"),
            (old, BeforeConnack, "", NotAuthorized, "PASS PASS PASS"),
            // Weak codes, `error`, and `bare`.
            (
                new,
                Connected,
                "~MalformedPacket",
                MalformedPacket,
                "NON-STRICT NON-STRICT NON-STRICT",
            ),
            (
                new,
                Connected,
                "MalformedPacket|~error",
                NotAuthorized,
                "NON-STRICT NON-STRICT NON-STRICT",
            ),
            (new, Connected, "MalformedPacket|bare", MalformedPacket, "PASS NON-STRICT PASS"),
            (
                new,
                BeforeConnack,
                "NotAuthorized|~bare",
                NotAuthorized,
                "PASS NON-STRICT NON-STRICT",
            ),
            (old, BeforeConnack, "NotAuthorized|bare", NotAuthorized, "PASS NON-STRICT PASS"),
            (
                old,
                BeforeConnack,
                "NotAuthorized|~bare",
                NotAuthorized,
                "PASS NON-STRICT NON-STRICT",
            ),
            // `error` does not count as listed.
            (old, BeforeConnack, "error", NotAuthorized, "PASS PASS PASS"),
            (old, BeforeConnack, "~error", NotAuthorized, "NON-STRICT NON-STRICT PASS"),
            // Where there are no codes a bare close cannot be weak.
            (old, BeforeConnack, "MalformedPacket|~bare", NotAuthorized, "FAIL FAIL PASS"),
            // What comes before CONNECT need not be answered.
            (old, BeforeConnect, "bare", NotAuthorized, "NON-STRICT NON-STRICT PASS"),
            (new, BeforeConnect, "bare", NotAuthorized, "NON-STRICT NON-STRICT PASS"),
        ] {
            let row = columns(version, stage, listed, hit);
            assert_eq!(row, grades, "{version} {stage:?} {listed}");
        }
    }

    #[test]
    fn a_name_of_the_other_version_hits_only_behind_a_foreign_connect() {
        let name = "UnacceptableProtocolVersion".to_owned();
        let listed = Listed { reasons: vec![(Reason::Name(name), false)], ..Listed::default() };
        let ending = |foreign| Ending {
            version: Version::V5_0,
            stage: Stage::BeforeConnack,
            foreign,
            answer: Some((Version::V3_1_1, ReasonCode::UnsupportedProtocolVersion)),
        };
        assert_eq!(grade(&listed, &ending(true)), Grade::Full);
        assert!(matches!(grade(&listed, &ending(false)), Grade::Weak(_)));
    }
}
