//! What the names of a scenario stand for, and the evaluation of expressions and values.
//!
//! The values of a row are evaluated where they are used, so that they may speak of clients that
//! connect later. Sizes are bounded: a scenario cannot ask for more memory than
//! [`VALUE_BYTES_MAX`].

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::value::Value;
use crate::scenario::ast::{
    self, AlternativeKind, Atom, Count, Expr, ExprKind, Operator, Row, RowContent, Span, Template,
    TemplatePart, Unit,
};

/// The greatest size of one value with all that is in it, in bytes.
pub(super) const VALUE_BYTES_MAX: usize = 300 * 1024 * 1024;

/// The greatest length of a list.
pub(super) const LIST_LEN_MAX: usize = 1_000_000;

/// How deep values of rows may refer to each other.
const DEPTH_MAX: usize = 16;

/// Why an expression or a value has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EvalError {
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What the names of a case stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Env {
    /// Captures, `let`s and indexes of `repeat`.
    variables: HashMap<String, Variable>,
    /// The columns of the rows.
    columns: HashMap<String, Column>,
    /// `topic`, `token`, ...
    given: HashMap<&'static str, Value>,
}

#[derive(Clone, Debug)]
enum Variable {
    One(Value),
    Many(BTreeMap<u64, Value>),
}

/// A column of a chosen row.
#[derive(Clone, Debug)]
struct Column {
    row: Arc<Row>,
    /// Its position; the steps of a row of steps have none.
    at: usize,
}

/// What is known of the clients of a case.
pub(super) trait Clients {
    /// A limit in force on the connection of a client, or its `client_id`.
    fn fact(&self, name: &str, index: Option<u64>, fact: &str) -> Option<Value>;
}

impl Env {
    /// An environment with given names.
    #[must_use]
    pub(super) fn new(given: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        Self { given: given.into_iter().collect(), ..Self::default() }
    }

    /// Binds the names of an `each` header to the columns of a row.
    pub(super) fn bind_row<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a str>,
        row: &Arc<Row>,
    ) {
        for (at, name) in names.into_iter().enumerate() {
            self.columns.insert(name.to_owned(), Column { row: Arc::clone(row), at });
        }
    }

    /// Gives a name a value; with an index, one of the values of the name.
    pub(super) fn set(&mut self, name: &str, index: Option<u64>, value: Value) {
        match index {
            None => {
                self.variables.insert(name.to_owned(), Variable::One(value));
            }
            Some(index) => {
                let entry = self.variables.entry(name.to_owned());
                let variable = entry.or_insert_with(|| Variable::Many(BTreeMap::new()));
                match variable {
                    Variable::Many(values) => {
                        values.insert(index, value);
                    }
                    Variable::One(_) => *variable = Variable::Many([(index, value)].into()),
                }
            }
        }
    }

    /// Takes a name away.
    pub(super) fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// The row whose steps a name stands for.
    #[must_use]
    pub(super) fn steps(&self, name: &str) -> Option<&Arc<Row>> {
        let row = &self.columns.get(name)?.row;
        matches!(row.content, RowContent::Steps(_)).then_some(row)
    }

    fn column(&self, name: &str) -> Option<&ast::Value> {
        let column = self.columns.get(name)?;
        match &column.row.content {
            RowContent::Values(values) => values.get(column.at),
            RowContent::Steps(_) => None,
        }
    }
}

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
