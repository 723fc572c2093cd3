//! The evaluation of expressions and values in an environment.
//!
//! Sizes are bounded: a scenario cannot ask for more memory than [`VALUE_BYTES_MAX`].

use std::cell::Cell;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::env::{Clients, Env, EvalError, Variable};
use super::value::Value;
use crate::scenario::ast::{
    self, AlternativeKind, Atom, Count, Expr, ExprKind, Operator, Span, Template, TemplatePart,
    Unit,
};

/// The greatest size of one value with all that is in it, in bytes.
pub(super) const VALUE_BYTES_MAX: usize = 300 * 1024 * 1024;

/// The greatest length of a list.
pub(super) const LIST_LEN_MAX: usize = 1_000_000;

/// How deep values of rows may refer to each other.
const DEPTH_MAX: usize = 16;

/// An evaluation: the environment, the clients, and the bounds.
pub(super) struct Scope<'a> {
    env: &'a Env,
    clients: &'a dyn Clients,
    /// `{#}`
    index: Cell<Option<u64>>,
    bytes: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> Scope<'a> {
    /// An evaluation of one line.
    #[must_use]
    pub(super) fn new(env: &'a Env, clients: &'a dyn Clients) -> Self {
        Self { env, clients, index: Cell::new(None), bytes: Cell::new(0), depth: Cell::new(0) }
    }

    /// A value as it stands in a field.
    ///
    /// # Errors
    ///
    /// If a name stands for nothing, a number is out of range, or a bound is exceeded.
    pub(super) fn value(&self, value: &ast::Value) -> Result<Value, EvalError> {
        let times = value.times.as_ref().map(|times| self.count(times, value.span)).transpose()?;
        let Some(times) = times else { return self.atom(&value.atom, value.span) };
        if let Atom::List(elements) = &value.atom {
            let mut list = Vec::new();
            self.repeat(times, elements.len(), value.span, |scope| {
                list.extend(scope.list(elements, value.span)?);
                Ok(())
            })?;
            return Ok(Value::List(list));
        }
        match self.atom(&value.atom, value.span)? {
            Value::Bytes(bytes) => self.repeat_bytes(&bytes, times, value.span).map(Value::Bytes),
            Value::List(list) => {
                let mut all = Vec::new();
                self.repeat(times, list.len(), value.span, |_| {
                    all.extend(list.iter().cloned());
                    Ok(())
                })?;
                Ok(Value::List(all))
            }
            other => Err(error(value.span, format!("{} cannot be repeated", other.kind()))),
        }
    }

    /// Runs `body` for each copy of a list of this length, with `{#}` counting from 0.
    ///
    /// # Errors
    ///
    /// Those of `body`, or if the list gets too long.
    pub(super) fn repeat(
        &self,
        times: u64,
        len: usize,
        span: Span,
        mut body: impl FnMut(&Self) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        let total = usize::try_from(times).ok().and_then(|times| times.checked_mul(len.max(1)));
        if total.is_none_or(|total| total > LIST_LEN_MAX) {
            return Err(error(span, format!("more than {LIST_LEN_MAX} elements in a list")));
        }
        let outer = self.index.get();
        for index in 0..times {
            self.index.set(Some(index));
            body(self)?;
        }
        self.index.set(outer);
        Ok(())
    }

    /// A number.
    ///
    /// # Errors
    ///
    /// If a name stands for nothing or for no number, or the result is out of range.
    pub(super) fn expr(&self, expr: &Expr) -> Result<i64, EvalError> {
        match &expr.kind {
            ExprKind::Int(int) => integer(int.value, expr.span),
            ExprKind::Path { name, .. } => match self.path(expr)? {
                Value::Int(number) => Ok(number),
                other => {
                    let name = &name.node;
                    Err(error(expr.span, format!("`{name}` is {}, not a number", other.kind())))
                }
            },
            ExprKind::Binary(left, operator, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                apply(left, *operator, right).ok_or_else(|| {
                    let sign = sign(*operator);
                    error(expr.span, format!("{left} {sign} {right} has no result"))
                })
            }
            ExprKind::Min(left, right) => Ok(self.expr(left)?.min(self.expr(right)?)),
            ExprKind::Max(left, right) => Ok(self.expr(left)?.max(self.expr(right)?)),
        }
    }

    /// A number that is not negative.
    ///
    /// # Errors
    ///
    /// As [`Scope::expr`], or if it is negative.
    pub(super) fn unsigned(&self, expr: &Expr) -> Result<u64, EvalError> {
        let number = self.expr(expr)?;
        u64::try_from(number).map_err(|_| error(expr.span, format!("{number} is negative")))
    }

    /// How many.
    ///
    /// # Errors
    ///
    /// As [`Scope::unsigned`].
    pub(super) fn count(&self, count: &Count, span: Span) -> Result<u64, EvalError> {
        match count {
            Count::Int(int) => integer(int.value, span).map(i64::unsigned_abs),
            Count::Expr(expr) => self.unsigned(expr),
        }
    }

    /// How often something is repeated: at most [`LIST_LEN_MAX`] times.
    ///
    /// # Errors
    ///
    /// As [`Scope::unsigned`], or if it is more.
    pub(super) fn times(&self, count: &Count, span: Span) -> Result<u64, EvalError> {
        let times = self.count(count, span)?;
        match usize::try_from(times) {
            Ok(bounded) if bounded <= LIST_LEN_MAX => Ok(times),
            _ => Err(error(span, format!("{times} times are more than {LIST_LEN_MAX}"))),
        }
    }

    /// A length of time, at most a day.
    ///
    /// # Errors
    ///
    /// As [`Scope::unsigned`], or if it is longer.
    pub(super) fn duration(
        &self,
        duration: &ast::Duration,
        span: Span,
    ) -> Result<Duration, EvalError> {
        let count = self.count(&duration.count, span)?;
        let duration = match duration.unit {
            Unit::Milliseconds => Duration::from_millis(count),
            Unit::Seconds => Duration::from_secs(count),
        };
        if duration > Duration::from_secs(86_400) {
            return Err(error(span, format!("{count} is more than a day")));
        }
        Ok(duration)
    }

    /// The bytes of a string with holes.
    ///
    /// # Errors
    ///
    /// If a hole has no value, or the string gets too long.
    pub(super) fn template(&self, template: &Template, span: Span) -> Result<Bytes, EvalError> {
        if let [TemplatePart::Text(text)] = template.parts.as_slice() {
            return Ok(Bytes::copy_from_slice(text.as_bytes()));
        }
        let mut bytes = BytesMut::new();
        for part in &template.parts {
            match part {
                TemplatePart::Text(text) => bytes.extend_from_slice(text.as_bytes()),
                TemplatePart::Index => {
                    let index = self.index.get();
                    let index =
                        index.ok_or_else(|| error(span, "`{#}` outside of a repeated list"))?;
                    bytes.extend_from_slice(index.to_string().as_bytes());
                }
                TemplatePart::Expr(expr) => self.fill(expr, &mut bytes)?,
            }
            self.spend(bytes.len(), span)?;
        }
        Ok(bytes.freeze())
    }

    /// What `{expr}` stands for: a name keeps its kind, all else is a number.
    ///
    /// # Errors
    ///
    /// If a name stands for nothing, or a number is out of range.
    pub(super) fn hole(&self, expr: &Expr) -> Result<Value, EvalError> {
        match expr.kind {
            ExprKind::Path { .. } => self.path(expr),
            _ => self.expr(expr).map(Value::Int),
        }
    }

    /// What a name stands for by itself.
    ///
    /// # Errors
    ///
    /// If it stands for nothing.
    pub(super) fn name(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let name = ast::Name { node: name.to_owned(), span };
        self.path(&Expr { kind: ExprKind::Path { name, index: None, field: None }, span })
    }

    /// The value, as written, that `{name}` stands for if it is the column of a row.
    #[must_use]
    pub(super) fn column(&self, expr: &Expr) -> Option<&'a ast::Value> {
        let ExprKind::Path { name, index: None, field: None } = &expr.kind else { return None };
        if self.env.variables.contains_key(&name.node) {
            return None;
        }
        self.env.column(&name.node)
    }

    /// Runs `body` one level deeper in values that refer to each other.
    ///
    /// # Errors
    ///
    /// Those of `body`, or if values refer to themselves.
    pub(super) fn deeper<T>(
        &self,
        span: Span,
        body: impl FnOnce() -> Result<T, EvalError>,
    ) -> Result<T, EvalError> {
        let depth = self.depth.get();
        if depth == DEPTH_MAX {
            return Err(error(span, "the value refers to itself"));
        }
        self.depth.set(depth + 1);
        let result = body();
        self.depth.set(depth);
        result
    }

    fn atom(&self, atom: &Atom, span: Span) -> Result<Value, EvalError> {
        match atom {
            Atom::Int(int) => integer(int.value, span).map(Value::Int),
            Atom::Text(template) => self.template(template, span).map(Value::Bytes),
            Atom::Hex(bytes) => Ok(Value::Bytes(Bytes::copy_from_slice(bytes))),
            Atom::Word(word) => Ok(Value::Word(word.clone())),
            Atom::Duration(duration) => self.duration(duration, span).map(Value::Duration),
            Atom::Expr(expr) => self.hole(expr),
            Atom::Pad(count) => self.count(count, span).map(Value::Pad),
            Atom::List(elements) => self.list(elements, span).map(Value::List),
            Atom::Pair(first, second) => match self.value(first)? {
                Value::Int(offset) => {
                    let message = format!("{offset} is no offset");
                    let offset = u64::try_from(offset).map_err(|_| error(span, message))?;
                    Ok(Value::Patch(offset, self.bytes(second)?))
                }
                Value::Bytes(name) => Ok(Value::Pair(name, self.bytes(second)?)),
                other => Err(error(span, format!("{} in a pair", other.kind()))),
            },
        }
    }

    /// The elements of a list in a field: one plain value each.
    fn list(
        &self,
        elements: &[Vec<ast::Alternative>],
        span: Span,
    ) -> Result<Vec<Value>, EvalError> {
        elements
            .iter()
            .map(|element| match element.as_slice() {
                [ast::Alternative { weak: false, kind: AlternativeKind::Value(value) }] => {
                    self.value(value)
                }
                _ => Err(error(span, "alternatives stand only in a match")),
            })
            .collect()
    }

    /// A value that has to be a string.
    fn bytes(&self, value: &ast::Value) -> Result<Bytes, EvalError> {
        match self.value(value)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(error(value.span, format!("{} where a string goes", other.kind()))),
        }
    }

    fn repeat_bytes(&self, bytes: &[u8], times: u64, span: Span) -> Result<Bytes, EvalError> {
        let len = usize::try_from(times).ok().and_then(|times| times.checked_mul(bytes.len()));
        let len = len.ok_or_else(|| too_large(span))?;
        self.spend(len, span)?;
        Ok(Bytes::from(bytes.repeat(len.checked_div(bytes.len()).unwrap_or(0))))
    }

    fn spend(&self, bytes: usize, span: Span) -> Result<(), EvalError> {
        let total = self.bytes.get().saturating_add(bytes);
        self.bytes.set(total);
        if total > VALUE_BYTES_MAX { Err(too_large(span)) } else { Ok(()) }
    }

    fn fill(&self, expr: &Expr, out: &mut BytesMut) -> Result<(), EvalError> {
        match self.hole(expr)? {
            Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Bytes(bytes) => {
                self.spend(bytes.len(), expr.span)?;
                out.extend_from_slice(&bytes);
            }
            Value::Word(word) => out.extend_from_slice(word.as_bytes()),
            other => return Err(error(expr.span, format!("{} inside a string", other.kind()))),
        }
        Ok(())
    }

    fn path(&self, expr: &Expr) -> Result<Value, EvalError> {
        let ExprKind::Path { name, index, field } = &expr.kind else {
            return self.expr(expr).map(Value::Int);
        };
        let index = index.as_ref().map(|index| self.unsigned(index)).transpose()?;
        let name = name.node.as_str();
        if let Some(field) = field {
            let fact = self.clients.fact(name, index, &field.node);
            return fact.ok_or_else(|| {
                error(expr.span, format!("`{name}` has no `{}` by now", field.node))
            });
        }
        match (self.env.variables.get(name), index) {
            (Some(Variable::One(value)), None) => return Ok(value.clone()),
            (Some(Variable::Many(values)), Some(index)) => {
                let value = values.get(&index).cloned();
                return value.ok_or_else(|| {
                    error(expr.span, format!("`{name}[{index}]` was not captured"))
                });
            }
            _ => {}
        }
        if let Some(value) = self.env.column(name) {
            return self.deeper(expr.span, || self.value(value));
        }
        let given = self.env.given.get(name).cloned();
        given.ok_or_else(|| error(expr.span, format!("`{name}` has no value by now")))
    }
}

fn integer(value: u64, span: Span) -> Result<i64, EvalError> {
    i64::try_from(value).map_err(|_| error(span, format!("{value} is too great")))
}

fn apply(left: i64, operator: Operator, right: i64) -> Option<i64> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Remainder => left.checked_rem(right),
    }
}

fn sign(operator: Operator) -> char {
    match operator {
        Operator::Add => '+',
        Operator::Subtract => '-',
        Operator::Multiply => '*',
        Operator::Divide => '/',
        Operator::Remainder => '%',
    }
}

fn error(span: Span, message: impl Into<String>) -> EvalError {
    EvalError { message: message.into(), span }
}

fn too_large(span: Span) -> EvalError {
    error(span, format!("the value is larger than {VALUE_BYTES_MAX} bytes"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::scenario::ast::{Action, Item, Row, RowContent};
    use crate::scenario::{Source, parse_file};

    struct One;

    impl Clients for One {
        fn fact(&self, name: &str, index: Option<u64>, fact: &str) -> Option<Value> {
            match (name, index, fact) {
                ("a", None, "receive_maximum") => Some(Value::Int(20)),
                ("c", Some(2), "client_id") => Some(Value::text("me")),
                _ => None,
            }
        }
    }

    /// The value of the payload in a PUBLISH.
    fn written(payload: &str) -> ast::Value {
        let text = format!("scenario s {{\n    a -> PUBLISH payload={payload}\n}}\n");
        let source = Arc::new(Source { path: "s.scn".into(), text });
        let file = parse_file(&source).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
        let Item::Scenario(scenario) = &file.items[0] else { panic!("no scenario") };
        let Action::Send { what: ast::Send::Packet(_, fields), .. } =
            &scenario.steps.steps[0].action
        else {
            panic!("no packet is sent")
        };
        fields[0].value.clone().unwrap()
    }

    fn value(env: &Env, payload: &str) -> Result<Value, String> {
        Scope::new(env, &One).value(&written(payload)).map_err(|error| error.message)
    }

    fn text(env: &Env, payload: &str) -> String {
        match value(env, payload) {
            Ok(Value::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(other) => format!("{other:?}"),
            Err(message) => message,
        }
    }

    /// `word = "{a.receive_maximum}"`, `self = {self}`, `list = [1, 2]`
    fn with_row() -> Env {
        let row = |value: &str| {
            Arc::new(Row {
                trivia: ast::Trivia::default(),
                version: None,
                name: ast::Name { node: "row".into(), span: Span::default() },
                content: RowContent::Values(vec![written(value)]),
                charges: Vec::new(),
            })
        };
        let mut env = Env::new([("topic", Value::text("ms/x"))]);
        env.bind_row(["word"], &row("\"{a.receive_maximum}\""));
        env.bind_row(["itself"], &row("{itself}"));
        env.bind_row(["list"], &row("[1, 2]"));
        env
    }

    #[test]
    fn names_are_captures_before_columns_before_given_ones() {
        let mut env = with_row();
        assert_eq!(text(&env, "\"{topic}/{word}\""), "ms/x/20");
        env.set("word", None, Value::Int(7));
        env.set("m", Some(3), Value::Int(8));
        assert_eq!(
            text(&env, "\"{topic}/{word}/{m[1 + 2]}/{c[2].client_id}{{}\""),
            "ms/x/7/8/me{}"
        );
        env.unset("word");
        assert_eq!(text(&env, "\"{word}\""), "20");
    }

    #[test]
    fn what_has_no_value_says_so() {
        let env = with_row();
        assert_eq!(text(&env, "\"{nobody}\""), "`nobody` has no value by now");
        assert_eq!(text(&env, "\"{a.keep_alive}\""), "`a` has no `keep_alive` by now");
        assert_eq!(text(&env, "{itself}"), "the value refers to itself");
        assert_eq!(text(&env, "{1 / 0}"), "1 / 0 has no result");
        assert_eq!(
            text(&env, "{9223372036854775807 + 1}"),
            "9223372036854775807 + 1 has no result"
        );
        assert_eq!(text(&env, "{topic * 2}"), "`topic` is a string, not a number");
        assert_eq!(text(&env, "\"x\"*{0 - 1}"), "-1 is negative");
    }

    #[test]
    fn repetition_is_bounded() {
        let env = with_row();
        assert_eq!(text(&env, "\"ab\"*3"), "ababab");
        assert_eq!(text(&env, "hex\"FF\"*0"), "");
        let too_large = format!("the value is larger than {VALUE_BYTES_MAX} bytes");
        assert_eq!(text(&env, "\"ab\"*200000000"), too_large);
        assert_eq!(text(&env, "\"\"*4000000000"), "");
        assert_eq!(
            value(&env, "[\"{#}\"]*2"),
            Ok(Value::List(vec![Value::text("0"), Value::text("1")]))
        );
        let too_long = format!("more than {LIST_LEN_MAX} elements in a list");
        assert_eq!(text(&env, "[1]*1000001"), too_long);
        assert_eq!(text(&env, "[\"x\"*100000000]*4"), too_large);
    }

    #[test]
    fn a_value_keeps_its_kind() {
        let env = with_row();
        assert_eq!(value(&env, "{list}"), Ok(Value::List(vec![Value::Int(1), Value::Int(2)])));
        assert_eq!(value(&env, "{min(3, 2) * max(4, 5) % 7}"), Ok(Value::Int(3)));
        assert_eq!(value(&env, "pad(9)"), Ok(Value::Pad(9)));
        assert_eq!(value(&env, "Success"), Ok(Value::Word("Success".into())));
    }

    proptest! {
        #[test]
        fn arithmetic_never_panics(left: i64, right: i64) {
            for operator in [
                Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide,
                Operator::Remainder,
            ] {
                let _ = apply(left, operator, right);
            }
            prop_assert_eq!(apply(left, Operator::Add, right), left.checked_add(right));
        }
    }
}
