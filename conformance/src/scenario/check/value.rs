//! Values against the kinds of fields.

use std::sync::Arc;

use mqttspec_codec::{PacketType, ReasonCode, Sender, Version};

use super::super::ast::{Alternative, AlternativeKind, Atom, Count, Span, Value};
use super::super::diagnostic::Problem;
use super::super::fields::{Direction, Kind};
use super::super::reasons;
use super::super::words::nearest;
use super::expr::{Resolved, Type};
use super::walk::Walk;

/// The field that a value is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'f> {
    pub(super) name: &'f str,
    pub(super) kind: Kind,
    pub(super) packet: Option<PacketType>,
    pub(super) direction: Direction,
}

impl Kind {
    /// What such a field takes, for people.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Bit
            | Self::TwoBits
            | Self::Nibble
            | Self::Byte
            | Self::U16
            | Self::U32
            | Self::VarInt
            | Self::Length => "a number",
            Self::Text => "a string",
            Self::Binary | Self::Payload => "bytes or a string",
            Self::Reason => "a reason",
            Self::Reasons => "a list of reasons",
            Self::VarInts => "a list of numbers",
            Self::Texts => "a list of strings",
            Self::Pairs => "a list of pairs",
            Self::Form => "`short`, `reason` or `full`",
            Self::Patch => "an offset and bytes: `(N, hex\"..\")`",
            Self::RemainingLength => "a number or bytes",
            Self::Acks => "`auto` or `manual`",
            Self::Split => "a list of lengths, `all` or 0",
            Self::Duration => "a duration",
            Self::Reserved => "nothing",
        }
    }

    /// The greatest number, if it takes numbers.
    pub(super) fn limit(self) -> Option<u64> {
        Some(match self {
            Self::Bit => 1,
            Self::TwoBits => 3,
            Self::Nibble => 15,
            Self::Byte | Self::Reason => 0xFF,
            Self::U16 => 0xFFFF,
            Self::U32 => 0xFFFF_FFFF,
            Self::VarInt | Self::RemainingLength => 268_435_455,
            Self::Length => 268_435_460,
            _ => return None,
        })
    }

    /// The kind of the elements, if it takes lists.
    fn element(self) -> Option<Self> {
        Some(match self {
            Self::Reasons => Self::Reason,
            Self::VarInts => Self::VarInt,
            Self::Texts => Self::Text,
            Self::Split => Self::Length,
            _ => return None,
        })
    }

    fn takes_text(self) -> bool {
        matches!(self, Self::Text | Self::Binary | Self::Payload)
    }
}

impl Walk<'_> {
    /// Checks the value of a field, or one that it is compared with.
    pub(super) fn value(&mut self, place: Place<'_>, value: &Value) {
        self.value_in(place, value, false);
    }

    fn value_in(&mut self, place: Place<'_>, value: &Value, indexed: bool) {
        let used = value.span;
        if let Atom::Expr(expr) = &value.atom {
            let is = self.expr(expr);
            self.expr_fits(place, value, is);
        }
        if let Some(times) = &value.times {
            self.count(times);
            let repeatable = |atom: &Atom| {
                matches!(atom, Atom::Text(_) | Atom::Hex(_) | Atom::List(_) | Atom::Expr(_))
            };
            if !repeatable(&value.atom) {
                self.report(used, Problem::NotRepeatable);
            }
        }
        let resolved = self.resolve(value);
        match &resolved.value.atom {
            Atom::Int(int) => {
                let number = i64::try_from(int.value).unwrap_or(i64::MAX);
                self.int(place, number, &resolved, used);
            }
            Atom::Text(template) => {
                if resolved.row.is_none() {
                    self.template(template, used, indexed);
                }
                self.atom_fits(place, &resolved, used);
            }
            Atom::Word(word) => self.word(place, word, &resolved, used),
            Atom::List(items) => {
                self.list_fits(place, &resolved, used);
                let indexed = indexed || resolved.value.times.is_some();
                self.in_row(&resolved, |walk| walk.list(place, items, indexed));
            }
            Atom::Pad(count) => {
                self.atom_fits(place, &resolved, used);
                self.in_row(&resolved, |walk| walk.count(count));
            }
            Atom::Duration(duration) => {
                self.atom_fits(place, &resolved, used);
                self.in_row(&resolved, |walk| walk.duration(duration));
            }
            Atom::Pair(name, text) => match place.kind {
                Kind::Pairs | Kind::Patch => self.pair(place, [name, text], &resolved, indexed),
                _ => self.report_value(used, &resolved, wrong_type(place, "a pair")),
            },
            Atom::Hex(_) => self.atom_fits(place, &resolved, used),
            Atom::Expr(_) => {}
        }
    }

    /// An expression that is no row's value: a number, a text, or a capture.
    fn expr_fits(&mut self, place: Place<'_>, value: &Value, is: Type) {
        let Atom::Expr(expr) = &value.atom else { return };
        if self.resolve(value).row.is_some() {
            return;
        }
        let found = match is {
            Type::Number if place.kind.limit().is_none() => "a number",
            Type::Text if !place.kind.takes_text() => "a string",
            _ => {
                if let Ok(number) = self.constant(expr) {
                    let resolved = Resolved { value, row: None };
                    self.int(place, number, &resolved, value.span);
                }
                return;
            }
        };
        let problem = wrong_type(place, found);
        self.report(value.span, problem);
    }

    fn int(&mut self, place: Place<'_>, number: i64, resolved: &Resolved<'_>, used: Span) {
        let name = place.name.to_owned();
        let problem = match place.kind.limit() {
            Some(limit) if u64::try_from(number).is_ok_and(|number| number <= limit) => return,
            Some(limit) => Problem::OutOfRange { name, value: number, limit },
            None if place.kind == Kind::Split && number == 0 => return,
            None => wrong_type(place, "a number"),
        };
        self.report_value(used, resolved, problem);
    }

    fn word(&mut self, place: Place<'_>, word: &str, resolved: &Resolved<'_>, used: Span) {
        let fits = match (place.kind, word) {
            (_, "absent") => place.packet.is_some(),
            (Kind::Form, "short" | "reason" | "full")
            | (Kind::Acks, "auto" | "manual")
            | (Kind::Split, "all") => true,
            (Kind::Reason, _) => return self.reason(place, word, resolved, used),
            _ => false,
        };
        if !fits {
            self.report_value(used, resolved, wrong_type(place, "a word"));
        }
    }

    /// A reason by name, in a packet or in `rejected`.
    fn reason(&mut self, place: Place<'_>, word: &str, resolved: &Resolved<'_>, used: Span) {
        let name = word.to_owned();
        if !reasons::is_known(word) {
            let nearest = nearest(word, reasons::names());
            return self.report_value(used, resolved, Problem::UnknownReason { name, nearest });
        }
        let Some(packet) = place.packet else { return };
        let code = reasons::code(self.version, packet, word);
        let from_broker = place.direction == Direction::Received && self.version == Version::V5_0;
        let listed = code
            .and_then(ReasonCode::from_u8)
            .is_some_and(|code| !from_broker || code.allowed_in(packet, Sender::Server));
        let old = self.version == Version::V3_1_1 && code.is_some();
        if !listed && !old {
            let (packet, version) = (packet.name().to_owned(), self.version);
            let problem = Problem::ReasonNotInPacket { name, packet, version };
            self.report_value(used, resolved, problem);
        }
    }

    /// A list where a list is expected.
    fn list_fits(&mut self, place: Place<'_>, resolved: &Resolved<'_>, used: Span) {
        if place.kind.element().is_none() && place.kind != Kind::Pairs {
            self.report_value(used, resolved, wrong_type(place, "a list"));
        }
    }

    fn list(&mut self, place: Place<'_>, items: &[Vec<Alternative>], indexed: bool) {
        let kind = match place.kind {
            Kind::Pairs => Kind::Pairs,
            kind => match kind.element() {
                Some(element) => element,
                None => return,
            },
        };
        for alternatives in items {
            if place.direction == Direction::Sent {
                self.single(Place { kind, ..place }, alternatives, indexed);
            } else {
                self.alternatives_in(Place { kind, ..place }, alternatives, indexed);
            }
        }
    }

    /// An element of a list that is sent.
    fn single(&mut self, place: Place<'_>, alternatives: &[Alternative], indexed: bool) {
        match alternatives {
            [Alternative { weak: false, kind: AlternativeKind::Value(value) }] => {
                self.value_in(place, value, indexed);
            }
            [Alternative { kind: AlternativeKind::Value(value), .. }, ..] => {
                self.report(value.span, Problem::Ambiguous);
            }
            _ => self.report(self.line, Problem::Ambiguous),
        }
    }

    /// A pair in a list of pairs, or an offset and the bytes that go there.
    fn pair(
        &mut self,
        place: Place<'_>,
        values: [&Value; 2],
        resolved: &Resolved<'_>,
        indexed: bool,
    ) {
        let kinds = match place.kind {
            Kind::Patch => [Kind::Length, Kind::Binary],
            _ => [Kind::Text, Kind::Text],
        };
        self.in_row(resolved, |walk| {
            for (kind, value) in kinds.into_iter().zip(values) {
                walk.value_in(Place { kind, ..place }, value, indexed);
            }
        });
    }

    /// Checks parts of a value in the file that they stand in.
    fn in_row(&mut self, resolved: &Resolved<'_>, check: impl FnOnce(&mut Self)) {
        match &resolved.row {
            Some(source) => self.within_source(Arc::clone(source), check),
            None => check(self),
        }
    }

    fn atom_fits(&mut self, place: Place<'_>, resolved: &Resolved<'_>, used: Span) {
        let (fits, found) = match &resolved.value.atom {
            Atom::Text(_) => (place.kind.takes_text(), "a string"),
            Atom::Hex(_) => {
                let fits = place.kind.takes_text() || place.kind == Kind::RemainingLength;
                (fits, "bytes")
            }
            Atom::Duration(_) => (place.kind == Kind::Duration, "a duration"),
            Atom::Pad(_) => {
                let sent = place.direction == Direction::Sent;
                (place.kind == Kind::Payload && sent, "`pad`")
            }
            _ => return,
        };
        if !fits {
            self.report_value(used, resolved, wrong_type(place, found));
        }
    }

    /// Checks a value in `bytes`: bytes or a string.
    pub(super) fn segment_value(&mut self, value: &Value) {
        let direction = Direction::Sent;
        let place = Place { name: "bytes", kind: Kind::Binary, packet: None, direction };
        self.value(place, value);
    }

    /// Checks what a field of a received packet is compared with.
    pub(super) fn alternatives(&mut self, place: Place<'_>, alternatives: &[Alternative]) {
        self.alternatives_in(place, alternatives, false);
    }

    fn alternatives_in(&mut self, place: Place<'_>, list: &[Alternative], indexed: bool) {
        for alternative in list {
            match &alternative.kind {
                AlternativeKind::Value(value) => self.value_in(place, value, indexed),
                AlternativeKind::Range(from, to) => self.range(place, from.as_ref(), to.as_ref()),
                AlternativeKind::Error if place.kind != Kind::Reason => {
                    self.report(self.line, wrong_type(place, "an error"));
                }
                AlternativeKind::Any | AlternativeKind::Absent | AlternativeKind::Error => {}
            }
        }
    }

    fn range(&mut self, place: Place<'_>, from: Option<&Count>, to: Option<&Count>) {
        for end in [from, to].into_iter().flatten() {
            self.count(end);
        }
        if place.kind.limit().is_none() {
            return self.report(self.line, wrong_type(place, "a range"));
        }
        // Rows may make a range empty on purpose: `absent|1..{limit}`.
        if let (Some(Count::Int(from)), Some(Count::Int(to))) = (from, to)
            && from.value > to.value
        {
            self.report(self.line, Problem::EmptyRange);
        }
    }
}

fn wrong_type(place: Place<'_>, found: &'static str) -> Problem {
    let (name, expected) = (place.name.to_owned(), place.kind.expected());
    Problem::WrongType { name, expected, found }
}
