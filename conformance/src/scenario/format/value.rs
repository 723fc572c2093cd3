//! Values, expressions, matches and segments in canonical form.

use super::super::ast::{
    Alternative, AlternativeKind, Answer, AnswerKind, Atom, Base, Charge, Client, ClientIndex,
    Count, Duration, Expr, ExprKind, Field, Int, Match, MatchOp, Operator, PacketName, Pattern,
    Segment, Spanned, Template, TemplatePart, Unit, Value, Width, Within,
};
use super::line::Line;

pub(super) fn fields(line: &mut Line, fields: &[Field]) {
    for field in fields {
        line.blank();
        line.text(field.name.node.as_str());
        if let Some(written) = &field.value {
            line.text("=");
            value(line, written);
        }
    }
}

pub(super) fn matches(line: &mut Line, matches: &[Match]) {
    for condition in matches {
        let op = match condition.op {
            MatchOp::Is => "=",
            MatchOp::Selects => "==",
            MatchOp::Prefix => "^=",
        };
        line.blank();
        line.text(format!("{}{op}", condition.name.node));
        match &condition.pattern {
            Pattern::Bind(name, index) => {
                let index = index.as_ref().map_or(String::new(), |i| format!("[{}]", expr(i)));
                line.text(format!("?{}{index}", name.node));
            }
            Pattern::Alternatives(list) => alternatives(line, list),
        }
    }
}

fn alternatives(line: &mut Line, alternatives: &[Alternative]) {
    for (at, alternative) in alternatives.iter().enumerate() {
        if at > 0 {
            line.text("|");
        }
        if alternative.weak {
            line.text("~");
        }
        match &alternative.kind {
            AlternativeKind::Value(written) => value(line, written),
            AlternativeKind::Range(from, to) => {
                let [from, to] = [from, to].map(|end| end.as_ref().map_or(String::new(), count));
                line.text(format!("{from}..{to}"));
            }
            AlternativeKind::Any => line.text("any"),
            AlternativeKind::Absent => line.text("absent"),
            AlternativeKind::Error => line.text("error"),
        }
    }
}

pub(super) fn value(line: &mut Line, value: &Value) {
    match &value.atom {
        Atom::List(items) => {
            line.text("[");
            line.list(items, |line, item| alternatives(line, item));
            line.text("]");
        }
        Atom::Pair(name, text) => {
            line.text(format!("({}, {})", flat_value(name), flat_value(text)));
        }
        atom => line.text(flat_atom(atom)),
    }
    if let Some(times) = &value.times {
        line.text(format!("*{}", count(times)));
    }
}

pub(super) fn flat_value(written: &Value) -> String {
    let mut line = Line::default();
    value(&mut line, written);
    line.flat()
}

fn flat_atom(atom: &Atom) -> String {
    match atom {
        Atom::Int(number) => int(*number),
        Atom::Text(text) => template(text),
        Atom::Hex(bytes) => format!("hex\"{}\"", hex(bytes)),
        Atom::Word(word) => word.clone(),
        Atom::Duration(length) => duration(length),
        Atom::Expr(inner) => format!("{{{}}}", expr(inner)),
        Atom::Pad(size) => format!("pad({})", count(size)),
        Atom::List(_) | Atom::Pair(..) => unreachable!("written piece by piece"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn int(Int { value, base, digits }: Int) -> String {
    let digits = usize::from(digits);
    match base {
        Base::Binary => format!("0b{value:0digits$b}"),
        Base::Decimal => value.to_string(),
        Base::Hexadecimal => format!("0x{value:0digits$X}"),
    }
}

pub(super) fn count(count: &Count) -> String {
    match count {
        Count::Int(number) => int(*number),
        Count::Expr(inner) => format!("{{{}}}", expr(inner)),
    }
}

pub(super) fn duration(duration: &Duration) -> String {
    let unit = match duration.unit {
        Unit::Milliseconds => "ms",
        Unit::Seconds => "s",
    };
    format!("{}{unit}", count(&duration.count))
}

pub(super) fn within(within: &Within) -> String {
    let from = within.from.as_ref().map_or(String::new(), |from| format!("{}..", duration(from)));
    let of = within.of.as_ref().map_or(String::new(), |of| format!(" of {}", of.node));
    format!("within {from}{}{of}", duration(&within.to))
}

pub(super) fn expr(expr: &Expr) -> String {
    operand(expr, 0)
}

/// An expression in a place that wants operators binding at least so tightly.
fn operand(expr: &Expr, binding: u8) -> String {
    let (text, own) = match &expr.kind {
        ExprKind::Int(number) => (int(*number), u8::MAX),
        ExprKind::Path { name, index, field } => {
            let index = index.as_ref().map_or(String::new(), |i| format!("[{}]", operand(i, 0)));
            let field = field.as_ref().map_or(String::new(), |field| format!(".{}", field.node));
            (format!("{}{index}{field}", name.node), u8::MAX)
        }
        ExprKind::Binary(left, operator, right) => {
            let (sign, own) = sign(*operator);
            (format!("{} {sign} {}", operand(left, own), operand(right, own + 1)), own)
        }
        ExprKind::Min(left, right) => (both("min", left, right), u8::MAX),
        ExprKind::Max(left, right) => (both("max", left, right), u8::MAX),
    };
    if own < binding { format!("({text})") } else { text }
}

fn both(function: &str, left: &Expr, right: &Expr) -> String {
    format!("{function}({}, {})", operand(left, 0), operand(right, 0))
}

/// The sign of an operator, and how tightly it binds.
fn sign(operator: Operator) -> (&'static str, u8) {
    match operator {
        Operator::Add => ("+", 1),
        Operator::Subtract => ("-", 1),
        Operator::Multiply => ("*", 2),
        Operator::Divide => ("/", 2),
        Operator::Remainder => ("%", 2),
    }
}

/// A string with holes, in quotes.
pub(super) fn template(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        TemplatePart::Text(text) => text.chars().map(|c| escaped(c, true)).collect(),
        TemplatePart::Expr(inner) => format!("{{{}}}", expr(inner)),
        TemplatePart::Index => "{#}".to_owned(),
    });
    format!("\"{}\"", parts.collect::<String>())
}

/// A string without holes, in quotes.
pub(super) fn plain(text: &str) -> String {
    let text: String = text.chars().map(|c| escaped(c, false)).collect();
    format!("\"{text}\"")
}

/// A character as strings have it: what cannot be seen, or told apart, as an escape. In strings
/// with holes a brace is written twice.
fn escaped(c: char, holes: bool) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '{' if holes => "{{".to_owned(),
        ' '..='~' => c.to_string(),
        _ => format!("\\u{{{:X}}}", u32::from(c)),
    }
}

pub(super) fn packet_name(name: &PacketName) -> String {
    match name {
        PacketName::Fixed(packet) => packet.node.name().to_owned(),
        PacketName::Computed(name) => format!("{{{}}}", name.node),
    }
}

pub(super) fn clients(line: &mut Line, clients: &[Client]) {
    line.list(clients, |line, client| {
        line.text(client.name.node.as_str());
        match &client.index {
            Some(ClientIndex::At(index)) => line.text(format!("[{}]", expr(index))),
            Some(ClientIndex::All) => line.text("[*]"),
            None => {}
        }
    });
}

/// `3.1.1: A, B, 5.0: C`: a version is written where it changes.
pub(super) fn charges(line: &mut Line, charges: &[Charge]) {
    let mut version = None;
    line.list(charges, |line, charge| {
        if let Some(new) = charge.version.filter(|_| charge.version != version) {
            line.text(format!("{new}: "));
            version = charge.version;
        }
        line.text(charge.id.node.as_str());
    });
}

pub(super) fn answers(answers: &[Answer]) -> String {
    let answers = answers.iter().map(|answer| {
        let kind = match &answer.kind {
            AnswerKind::Reason(reason) => flat_value(reason),
            AnswerKind::Bare => "bare".to_owned(),
            AnswerKind::Undetected => "undetected".to_owned(),
        };
        let weak = if answer.weak { "~" } else { "" };
        format!("{weak}{kind}")
    });
    answers.collect::<Vec<_>>().join("|")
}

pub(super) fn segments(line: &mut Line, segments: &[Spanned<Segment>]) {
    for (at, segment) in segments.iter().enumerate() {
        if at > 0 {
            line.blank();
        }
        match &segment.node {
            Segment::Hex(bytes) => line.text(hex(bytes)),
            Segment::Text(text) => line.text(format!("s{}", template(text))),
            Segment::Length => line.text("{len}"),
            Segment::LengthOf(group) if group.is_empty() => line.text("{len}()"),
            Segment::LengthOf(group) => {
                line.text("{len}(");
                line.blank();
                self::segments(line, group);
                line.blank();
                line.text(")");
            }
            Segment::Number(width, number) => {
                let width = match width {
                    Width::U16 => "u16",
                    Width::U32 => "u32",
                    Width::Var => "var",
                };
                line.text(format!("{width}({})", expr(number)));
            }
            Segment::Value(written) => value(line, written),
            Segment::Cut => line.text("|"),
        }
    }
}
