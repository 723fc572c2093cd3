//! Names and expressions.

use std::sync::Arc;

use super::super::Source;
use super::super::ast::{
    Atom, Count, Duration, Expr, ExprKind, Name, RowContent, Span, Template, TemplatePart, Value,
};
use super::super::case::Capability;
use super::super::diagnostic::{Diagnostic, Problem};
use super::super::eval::{EvalError, Path, evaluate};
use super::super::words::{GIVEN, LIMITS, nearest};
use super::scope::{Known, KnownKind};
use super::walk::Walk;

/// Row values that stand for row values, one behind the other.
const CHAIN_MAX: usize = 16;

/// What an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Text,
    /// A capture, or something that was reported.
    Unknown,
}

/// A value with the row that it came from, if it did.
pub(super) struct Resolved<'v> {
    pub(super) value: &'v Value,
    pub(super) row: Option<Arc<Source>>,
}

impl<'a> Walk<'a> {
    /// Checks an expression that has to be a number.
    pub(super) fn number(&mut self, expr: &Expr) {
        if self.expr(expr) == Type::Text {
            let name = super::super::format::expr_text(expr);
            self.report(expr.span, Problem::NotANumber { name });
        } else if let Err(error @ (EvalError::DivisionByZero | EvalError::Overflow)) =
            self.constant(expr)
        {
            self.report(expr.span, Problem::NoValue { why: error.to_string() });
        }
    }

    pub(super) fn count(&mut self, count: &Count) {
        if let Count::Expr(expr) = count {
            self.number(expr);
        }
    }

    pub(super) fn duration(&mut self, duration: &Duration) {
        self.count(&duration.count);
    }

    /// Checks an expression; returns what it stands for.
    pub(super) fn expr(&mut self, expr: &Expr) -> Type {
        match &expr.kind {
            ExprKind::Int(_) => Type::Number,
            ExprKind::Binary(left, _, right)
            | ExprKind::Min(left, right)
            | ExprKind::Max(left, right) => {
                for operand in [left, right] {
                    if self.expr(operand) == Type::Text {
                        let name = super::super::format::expr_text(operand);
                        self.report(operand.span, Problem::NotANumber { name });
                    }
                }
                Type::Number
            }
            ExprKind::Path { name, index, field } => {
                if let Some(index) = index {
                    self.number(index);
                }
                match field {
                    Some(field) => self.limit(name, index.is_some(), field),
                    None => self.name(name, index.is_some()),
                }
            }
        }
    }

    /// `client.limit`
    fn limit(&mut self, client: &Name, indexed: bool, field: &Name) -> Type {
        self.known_client(client, Some(indexed));
        if !LIMITS.contains(&field.node.as_str()) {
            let nearest = nearest(&field.node, LIMITS.iter().copied());
            self.report(field.span, Problem::UnknownLimit { name: field.node.clone(), nearest });
            return Type::Unknown;
        }
        if field.node == "client_id" { Type::Text } else { Type::Number }
    }

    /// A name by itself: a row's value, a capture, a number, or a given name.
    fn name(&mut self, name: &Name, indexed: bool) -> Type {
        if let Some(place) = self.row_of(&name.node).map(|(place, _)| place) {
            self.findings.mark_used(&place);
            return self.row_value(name);
        }
        if let Some(Known { kind, place }) = self.scope.values.get(&name.node).cloned() {
            self.findings.mark_used(&place);
            let (expected, is) = match kind {
                KnownKind::Number => (false, Type::Number),
                KnownKind::Capture { many } => (many, Type::Unknown),
            };
            match (expected, indexed) {
                (true, false) => {
                    self.report(name.span, Problem::MissingIndex { name: name.node.clone() });
                }
                (false, true) => {
                    self.report(name.span, Problem::NoIndex { name: name.node.clone() });
                }
                _ => {}
            }
            return is;
        }
        if GIVEN.contains(&name.node.as_str()) {
            self.given(name);
            return Type::Text;
        }
        let problem = if self.scope.clients.contains_key(&name.node) {
            Problem::ClientAsValue { name: name.node.clone() }
        } else {
            let known = self.scope.values.keys().map(String::as_str).chain(self.row_names());
            let nearest = nearest(&name.node, known.chain(GIVEN.iter().copied()));
            Problem::UnknownName { name: name.node.clone(), nearest }
        };
        self.report(name.span, problem);
        Type::Unknown
    }

    /// Given names that not every target can give.
    fn given(&mut self, name: &Name) {
        let need = match name.node.as_str() {
            "user" | "password" => Capability::Auth,
            "denied_topic" => Capability::Acl,
            _ => return,
        };
        self.need(need, format!("`{{{}}}`", name.node), name.span);
    }

    /// Reports a capability that is used without being asked for.
    pub(super) fn need(&mut self, need: Capability, what: String, span: Span) {
        if !self.facts.needs.contains(&need) {
            self.report(span, Problem::MissingNeed { what, need: need.name() });
        }
    }

    /// What the value of a row stands for in an expression. Its own names are checked where it is
    /// used as a value.
    fn row_value(&mut self, name: &Name) -> Type {
        if self.is_enough() {
            return Type::Unknown;
        }
        let Some(row) = self.row_of(&name.node).and_then(|(_, value)| value) else {
            self.report(name.span, Problem::StepsAsValue { name: name.node.clone() });
            return Type::Unknown;
        };
        match &row.atom {
            Atom::Int(_) => Type::Number,
            Atom::Text(_) | Atom::Hex(_) => {
                self.template_of(row, name);
                Type::Text
            }
            Atom::Expr(expr) if self.chain.len() < CHAIN_MAX => {
                self.chain.push(name.node.clone());
                let source = self.row_source(&name.node);
                let is = self.within_source(source, |walk| walk.expr(expr));
                self.chain.pop();
                is
            }
            Atom::Expr(_) => {
                self.report(name.span, Problem::Circular { name: name.node.clone() });
                Type::Unknown
            }
            _ => Type::Text,
        }
    }

    fn template_of(&mut self, row: &'a Value, name: &Name) {
        let Atom::Text(template) = &row.atom else { return };
        if self.chain.len() >= CHAIN_MAX {
            return self.report(name.span, Problem::Circular { name: name.node.clone() });
        }
        self.chain.push(name.node.clone());
        let source = self.row_source(&name.node);
        self.within_source(source, |walk| walk.template(template, row.span, true));
        self.chain.pop();
    }

    /// Checks the holes of a string. `indexed`: `{#}` has a meaning.
    pub(super) fn template(&mut self, template: &Template, span: Span, indexed: bool) {
        for part in &template.parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Expr(expr) => drop(self.expr(expr)),
                TemplatePart::Index if indexed => {}
                TemplatePart::Index => self.report(span, Problem::IndexOutsideList),
            }
        }
    }

    /// Follows `{name}` to the value of a row.
    pub(super) fn resolve<'v>(&self, value: &'v Value) -> Resolved<'v>
    where
        'a: 'v,
    {
        let mut resolved = Resolved { value, row: None };
        for _ in 0..CHAIN_MAX {
            let Value { atom: Atom::Expr(expr), times: None, .. } = resolved.value else { break };
            let ExprKind::Path { name, index: None, field: None } = &expr.kind else { break };
            let Some((_, Some(next))) = self.row_of(&name.node) else { break };
            resolved = Resolved { value: next, row: Some(self.row_source(&name.node)) };
        }
        resolved
    }

    /// The value of an expression that is the same in every run of the case.
    pub(super) fn constant(&self, expr: &Expr) -> Result<i64, EvalError> {
        self.constant_in(expr, CHAIN_MAX)
    }

    fn constant_in(&self, expr: &Expr, chain: usize) -> Result<i64, EvalError> {
        evaluate(expr, &mut |path| {
            let unknown = || EvalError::NotANumber(path.name.node.clone());
            let Path { index: None, field: None, .. } = path else { return Err(unknown()) };
            let row = self.row_of(&path.name.node).and_then(|(_, value)| value);
            match row.map(|value| &value.atom) {
                Some(Atom::Int(int)) => i64::try_from(int.value).map_err(|_| EvalError::Overflow),
                Some(Atom::Expr(inner)) if chain > 0 => self.constant_in(inner, chain - 1),
                _ => Err(unknown()),
            }
        })
    }

    /// The value of a count, if it is the same in every run of the case.
    pub(super) fn constant_count(&self, count: &Count) -> Option<i64> {
        match count {
            Count::Int(int) => i64::try_from(int.value).ok(),
            Count::Expr(expr) => self.constant(expr).ok(),
        }
    }

    /// The place of a name of an `each` header and, unless it stands for steps, its value.
    pub(super) fn row_of(&self, name: &str) -> Option<(super::Place, Option<&'a Value>)> {
        self.bindings.iter().find_map(|binding| {
            let at = binding.names.iter().position(|known| known.node == name)?;
            let place = super::place(self.scenario_source, binding.names[at].span);
            match &binding.row.content {
                RowContent::Values(values) => Some((place, Some(values.get(at)?))),
                RowContent::Steps(_) => Some((place, None)),
            }
        })
    }

    /// The file of the row that a name stands for.
    pub(super) fn row_source(&self, name: &str) -> Arc<Source> {
        let binding = self
            .bindings
            .iter()
            .find(|binding| binding.names.iter().any(|known| known.node == name));
        binding.map_or_else(|| Arc::clone(self.scenario_source), |b| Arc::clone(&b.source))
    }

    fn row_names(&self) -> impl Iterator<Item = &str> {
        self.bindings.iter().flat_map(|b| b.names.iter().map(|name| name.node.as_str()))
    }

    /// Reports about a value: in its own place, or where a row's value is used.
    pub(super) fn report_value(&mut self, used: Span, resolved: &Resolved<'_>, problem: Problem) {
        let found = match &resolved.row {
            None => Diagnostic::new(&self.source, resolved.value.span, problem),
            Some(row) => Diagnostic::new(&self.source, used, problem).with(
                row,
                resolved.value.span,
                "this is the value",
            ),
        };
        self.findings.add(found);
    }
}
