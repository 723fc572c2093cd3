//! How a step can end a case, and what is then said of it.

use std::sync::Arc;

use mqttspec_codec::PacketType;
use tokio::time::Instant;

use super::describe::{self, Detail};
use crate::matcher::{Choice, Datum, Expected, Message, Misfit, Pattern, Test, observe};
use crate::report::event::{Failure, Place};
use crate::scenario::Source;
use crate::scenario::ast::Span;
use crate::verdict::Verdict;

/// Why the steps of a case end early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The broker lacks something, and said so.
    Skip(String),
    /// The run was interrupted.
    Interrupted,
    /// A line did not hold, or could not be carried out.
    Fault(Box<Fault>),
}

/// What ends a case with a verdict worse than SKIP.
#[derive(Debug)]
pub(super) struct Fault {
    /// FAIL, BLOCKED or ERROR.
    pub verdict: Verdict,
    /// What went wrong.
    pub miss: Miss,
    /// The statements charged.
    pub charged: Vec<String>,
}

/// What went wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Miss {
    /// One sentence fragment.
    pub title: String,
    /// What stands at the caret.
    pub label: String,
    /// The part of the line at fault; the whole line if it is not known better.
    pub span: Option<Span>,
    /// The packet that does not fit.
    pub message: Option<Arc<Message>>,
    /// Further facts.
    pub notes: Vec<String>,
    /// The statements charged, if it is not the line under way that names them.
    pub charged: Vec<String>,
    /// Whether the reason is a silence or an end of the broker, so that it may have died.
    pub silent: bool,
}

impl Miss {
    /// Something that has no packet to show.
    #[must_use]
    pub(super) fn new(title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { title: title.into(), label: label.into(), ..Self::default() }
    }

    /// A silence or an end of the broker.
    #[must_use]
    pub(super) fn silent(title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { silent: true, ..Self::new(title, label) }
    }

    /// A packet that no line takes.
    #[must_use]
    pub(super) fn unexpected(
        client: &str,
        message: &Arc<Message>,
        label: impl Into<String>,
    ) -> Self {
        let packet = message.packet_type();
        Self {
            message: Some(Arc::clone(message)),
            ..Self::new(format!("unexpected {packet} on {client}"), label)
        }
    }

    /// A packet of the right lane that does not fit.
    #[must_use]
    pub(super) fn mismatch(pattern: &Pattern, message: &Arc<Message>, misfit: &Misfit) -> Self {
        let message = Arc::clone(message);
        let Some(field) = misfit.field.and_then(|at| pattern.fields.get(at)) else {
            let (wanted, came) = (pattern.packet, message.packet_type());
            let title = format!("{came} where {wanted} was expected");
            let label = format!("the broker sent {came} first");
            return Self { message: Some(message), ..Self::new(title, label) };
        };
        let name = &field.name;
        let sent = observed(&message, name, misfit.observed.as_ref());
        let expected = match &field.test {
            Test::Bind(_) => "a value".to_owned(),
            Test::OneOf(choice) => expected_of(&message, name, choice),
        };
        let title = format!("{} does not match: {name}", pattern.packet);
        Self {
            span: Some(field.span),
            message: Some(message),
            ..Self::new(title, format!("expected {expected}, the broker sent {sent}"))
        }
    }

    /// A packet that fits, but by a condition that is weaker than it should be.
    #[must_use]
    pub(super) fn weaker(pattern: &Pattern, at: usize, message: &Arc<Message>) -> Self {
        let Some(field) = pattern.fields.get(at) else { return Self::default() };
        let sent = observed(message, &field.name, observe(message, &field.name).as_ref());
        let expected = match &field.test {
            Test::Bind(_) => "a value".to_owned(),
            Test::OneOf(choice) => expected_of(message, &field.name, &strong(choice)),
        };
        let title = format!("{} is weaker than it should be: {}", pattern.packet, field.name);
        let label = match expected.as_str() {
            "" => format!("the broker sent {sent}"),
            _ => format!("{expected} would be better, the broker sent {sent}"),
        };
        Self {
            span: Some(field.span),
            message: Some(Arc::clone(message)),
            ..Self::new(title, label)
        }
    }

    /// The same, charged to these statements unless there are none.
    #[must_use]
    pub(super) fn charged(mut self, charges: &[String]) -> Self {
        if self.charged.is_empty() {
            self.charged = charges.to_vec();
        }
        self
    }

    /// The same with one more fact.
    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with one more fact, if there is one.
    #[must_use]
    pub(super) fn notes_of(mut self, note: Option<String>) -> Self {
        self.notes.extend(note);
        self
    }

    /// The same about a part of the line.
    #[must_use]
    pub(super) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

/// Where a report points at.
pub(super) struct Scene<'a> {
    /// The file.
    pub source: &'a Source,
    /// The line that did not hold.
    pub span: Span,
    /// Where the scenario begins.
    pub scenario: Span,
    /// When the case began.
    pub begin: Instant,
}

/// The report of what went wrong.
#[must_use]
pub(super) fn failure(miss: Miss, charged: Vec<String>, scene: &Scene<'_>) -> Failure {
    let span = miss.span.unwrap_or(scene.span);
    let (received, bytes) = match &miss.message {
        None => (None, None),
        Some(message) => {
            let at = message.at.saturating_duration_since(scene.begin).as_secs_f64();
            (
                Some(describe::packet(&message.packet, message.version, Detail::Brief)),
                Some(format!("{} (+{at:.3}s)", octets(&message.frame))),
            )
        }
    };
    Failure {
        title: miss.title,
        place: Some(place(scene.source, span, scene.scenario)),
        label: miss.label,
        charged,
        received,
        bytes,
        notes: miss.notes,
    }
}

/// A place in a file, with its line and column counted.
#[must_use]
pub(super) fn place(source: &Source, span: Span, scenario: Span) -> Place {
    let line = |offset: usize| {
        let before = source.text.get(..offset).unwrap_or(&source.text);
        before.bytes().filter(|&byte| byte == b'\n').count() + 1
    };
    let before = source.text.get(..span.start).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place {
        path: source.path.clone(),
        start: span.start,
        end: span.end,
        line: line(span.start),
        column,
        scenario_line: line(scenario.start),
    }
}

/// The first 64 bytes in hex, with blanks between.
fn octets(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > 64 { " ..." } else { "" };
    format!("{}{more}", shown.join(" "))
}

fn observed(message: &Message, field: &str, datum: Option<&Datum>) -> String {
    match datum {
        None => "none".to_owned(),
        Some(Datum::Int(code)) if is_code(field) => code_name(message, *code),
        Some(Datum::Int(number)) => number.to_string(),
        Some(Datum::Bytes(bytes)) => describe::bytes(bytes, Detail::Brief),
        Some(Datum::Pair(name, value)) => pair(name, value),
        Some(Datum::List(list)) => {
            let items: Vec<String> =
                list.iter().take(16).map(|item| observed(message, field, Some(item))).collect();
            let more = if list.len() > 16 { ", ..." } else { "" };
            format!("[{}{more}]", items.join(", "))
        }
    }
}

/// The alternatives that are not weak, in lists too.
fn strong(choice: &Choice) -> Choice {
    let mut strong: Choice =
        choice.iter().filter(|alternative| !alternative.weak).cloned().collect();
    for alternative in &mut strong {
        if let Expected::List(elements) = &mut alternative.expected {
            elements.iter_mut().for_each(|element| *element = self::strong(element));
        }
    }
    strong
}

fn expected_of(message: &Message, field: &str, choice: &Choice) -> String {
    let words: Vec<String> =
        choice.iter().map(|alternative| expected(message, field, &alternative.expected)).collect();
    words.join(" or ")
}

fn expected(message: &Message, field: &str, expected_value: &Expected) -> String {
    match expected_value {
        Expected::Int(code) if is_code(field) => code_name(message, *code),
        Expected::Int(number) => number.to_string(),
        Expected::Bytes(bytes) => describe::bytes(bytes, Detail::Brief),
        Expected::Pair(name, value) => pair(name, value),
        Expected::List(choices) => {
            let items: Vec<String> =
                choices.iter().take(16).map(|choice| expected_of(message, field, choice)).collect();
            let more = if choices.len() > 16 { ", ..." } else { "" };
            format!("[{}{more}]", items.join(", "))
        }
        Expected::Range(None, None) | Expected::Any => "any value".to_owned(),
        Expected::Range(Some(from), None) => format!("{from} or more"),
        Expected::Range(None, Some(to)) => format!("at most {to}"),
        Expected::Range(Some(from), Some(to)) => format!("{from} to {to}"),
        Expected::Absent => "none".to_owned(),
        Expected::Error => "an error".to_owned(),
        Expected::Unknown(name) => format!("{name} (not in MQTT {})", message.version),
    }
}

fn is_code(field: &str) -> bool {
    matches!(field, "reason" | "codes")
}

fn code_name(message: &Message, code: u64) -> String {
    let packet: PacketType = message.packet_type();
    u8::try_from(code)
        .map_or_else(|_| code.to_string(), |code| describe::reason(message.version, packet, code))
}

fn pair(name: &[u8], value: &[u8]) -> String {
    let [name, value] = [name, value].map(|bytes| describe::bytes(bytes, Detail::Brief));
    format!("({name}, {value})")
}
