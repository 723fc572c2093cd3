//! A generated vector: bytes, and what the catalogue says about them.

use bytes::Bytes;
use mqttspec_codec::{Context, Sender, Version, decode_frame};

use crate::notation::{sender_name, write_bytes};

pub(crate) struct Case {
    pub(crate) bytes: Vec<u8>,
    pub(crate) version: Version,
    pub(crate) sender: Sender,
    pub(crate) verdict: Verdict,
    pub(crate) why: String,
}

/// An error with its name, and the offset of the first byte at fault.
pub(crate) type Fault = (&'static str, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Packet,
    Error(Fault),
    /// The packet ends after so many bytes.
    Partial(usize),
    /// The standard leaves it open; this is what the codec does.
    Either(Option<Fault>),
}

impl Verdict {
    pub(crate) fn error(name: &'static str, offset: usize) -> Self {
        Self::Error((name, offset))
    }

    pub(crate) fn of(fault: Option<Fault>) -> Self {
        fault.map_or(Self::Packet, Self::Error)
    }

    /// Name and offset of the error, as [`decode_frame`] has it.
    fn fault(self) -> Option<Fault> {
        match self {
            Self::Packet => None,
            Self::Error(fault) => Some(fault),
            Self::Partial(len) => Some(("frame-length", len)),
            Self::Either(fault) => fault,
        }
    }
}

impl Case {
    /// The line of the vector. The tables of the catalogue name no statements, so that this column
    /// alone comes from the codec; a test compares it with the statements of the catalogue.
    pub(crate) fn line(&self) -> String {
        let Self { version, sender, .. } = self;
        let verdict = match self.verdict {
            Verdict::Packet => "packet",
            Verdict::Error(_) => "error",
            Verdict::Partial(_) => "partial",
            Verdict::Either(_) => "either",
        };
        let fault = self.verdict.fault();
        let error = fault.map(|(name, offset)| format!("{name}@{offset}")).unwrap_or_default();
        let statement = match (self.verdict, fault) {
            (Verdict::Partial(_), _) | (_, None) => "",
            _ => self.statement(),
        };
        let bytes = write_bytes(&self.bytes);
        let sender = sender_name(*sender);
        let line = format!("{bytes} | {version} | {sender} | {verdict} | {error} | {statement} | ");
        line.replace("  ", " ") + &self.why
    }

    fn statement(&self) -> &'static str {
        let context = Context::new(self.version, self.sender);
        let decoded = decode_frame(Bytes::copy_from_slice(&self.bytes), &context);
        decoded.err().and_then(|error| error.statement(error.version())).unwrap_or_default()
    }
}

/// The lines of a file, without those that would stand twice. The same bytes may be reached in
/// several ways, but then the verdicts have to agree.
pub(crate) fn lines(head: &str, cases: &[Case]) -> String {
    let mut seen = std::collections::BTreeMap::new();
    let mut text = String::new();
    for line in head.lines() {
        text += &format!("// {line}\n");
    }
    for case in cases {
        let key = (&case.bytes, case.version, sender_name(case.sender));
        let first = *seen.entry(key).or_insert(case);
        assert_eq!(first.verdict, case.verdict, "{}\n{}", first.line(), case.line());
        if std::ptr::eq(first, case) {
            text += &case.line();
            text.push('\n');
        }
    }
    text
}
