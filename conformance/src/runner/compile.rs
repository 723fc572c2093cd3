//! From a receive line, as written, to a pattern with all values known.

use mqttspec_codec::{PacketType, Version};

use super::env::EvalError;
use super::scope::Scope;
use super::value::Value;
use crate::matcher::{Alternative, Choice, Expected, FieldPattern, Pattern, Selection, Slot, Test};
use crate::scenario::ast::{self, AlternativeKind, Atom, Match, MatchOp, Span};
use crate::scenario::reasons;

/// The pattern of a line that asks for a packet of this type.
///
/// # Errors
///
/// If a value cannot be evaluated.
pub(super) fn pattern(
    scope: &Scope<'_>,
    version: Version,
    packet: PacketType,
    matches: &[Match],
) -> Result<Pattern, EvalError> {
    let fields = matches
        .iter()
        .map(|condition| Compiler::new(scope, version, packet, condition).field())
        .collect::<Result<_, _>>()?;
    Ok(Pattern { packet, fields })
}

struct Compiler<'a> {
    scope: &'a Scope<'a>,
    version: Version,
    packet: PacketType,
    condition: &'a Match,
}

impl<'a> Compiler<'a> {
    fn new(
        scope: &'a Scope<'a>,
        version: Version,
        packet: PacketType,
        condition: &'a Match,
    ) -> Self {
        Self { scope, version, packet, condition }
    }

    fn field(&self) -> Result<FieldPattern, EvalError> {
        let test = match &self.condition.pattern {
            ast::Pattern::Bind(name, index) => {
                let index = index.as_ref().map(|index| self.scope.unsigned(index)).transpose()?;
                Test::Bind(Slot { name: name.node.clone(), index })
            }
            ast::Pattern::Alternatives(alternatives) => {
                Test::OneOf(self.choice(alternatives, self.condition.span)?)
            }
        };
        Ok(FieldPattern {
            name: self.condition.name.node.clone(),
            selection: match self.condition.op {
                MatchOp::Is => Selection::Plain,
                MatchOp::Selects => Selection::Selects,
                MatchOp::Prefix => Selection::Prefix,
            },
            test,
            span: self.condition.span,
        })
    }

    fn choice(&self, alternatives: &[ast::Alternative], span: Span) -> Result<Choice, EvalError> {
        alternatives
            .iter()
            .map(|ast::Alternative { weak, kind }| {
                let expected = match kind {
                    AlternativeKind::Value(value) => self.written(value)?,
                    AlternativeKind::Range(from, to) => {
                        let bound = |count: &Option<ast::Count>| {
                            count.as_ref().map(|count| self.scope.count(count, span)).transpose()
                        };
                        Expected::Range(bound(from)?, bound(to)?)
                    }
                    AlternativeKind::Any => Expected::Any,
                    AlternativeKind::Absent => Expected::Absent,
                    AlternativeKind::Error => Expected::Error,
                };
                Ok(Alternative { weak: *weak, expected })
            })
            .collect()
    }

    /// A value in a match: unlike one in a field it may be a list with alternatives, also by way
    /// of a row's column.
    fn written(&self, value: &ast::Value) -> Result<Expected, EvalError> {
        match (&value.atom, &value.times) {
            (Atom::Expr(expr), None) => {
                if let Some(column) = self.scope.column(expr) {
                    return self.scope.deeper(value.span, || self.written(column));
                }
            }
            (Atom::List(elements), times) => {
                let times = times.as_ref();
                let times = times.map_or(Ok(1), |times| self.scope.count(times, value.span))?;
                let mut choices = Vec::new();
                self.scope.repeat(times, elements.len(), value.span, |_| {
                    for element in elements {
                        choices.push(self.choice(element, value.span)?);
                    }
                    Ok(())
                })?;
                return Ok(Expected::List(choices));
            }
            _ => {}
        }
        self.expected(self.scope.value(value)?, value.span)
    }

    fn expected(&self, value: Value, span: Span) -> Result<Expected, EvalError> {
        let refuse = |kind: &str| EvalError { message: format!("{kind} cannot be matched"), span };
        Ok(match value {
            Value::Int(number) => {
                Expected::Int(u64::try_from(number).map_err(|_| refuse("a negative number"))?)
            }
            Value::Bytes(bytes) => Expected::Bytes(bytes),
            Value::Word(word) => self.word(word),
            Value::Pair(name, value) => Expected::Pair(name, value),
            Value::List(values) => {
                let element = |value| {
                    let expected = self.expected(value, span)?;
                    Ok(vec![Alternative { weak: false, expected }])
                };
                Expected::List(values.into_iter().map(element).collect::<Result<_, _>>()?)
            }
            other @ (Value::Duration(_) | Value::Patch(..) | Value::Pad(_)) => {
                return Err(refuse(other.kind()));
            }
        })
    }

    fn word(&self, word: String) -> Expected {
        match word.as_str() {
            "absent" => Expected::Absent,
            "any" => Expected::Any,
            "error" => Expected::Error,
            name => reasons::code(self.version, self.packet, name)
                .map_or(Expected::Unknown(word), |code| Expected::Int(u64::from(code))),
        }
    }
}
