//! What the names of a scenario stand for.
//!
//! The values of a row are evaluated where they are used (see [`Scope`](super::scope::Scope)), so
//! that they may speak of clients that connect later.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::value::Value;
use crate::scenario::ast::{self, Row, RowContent, Span};

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
    pub(super) variables: HashMap<String, Variable>,
    /// The columns of the rows.
    columns: HashMap<String, Column>,
    /// `topic`, `token`, ...
    pub(super) given: HashMap<&'static str, Value>,
}

/// What a name was given.
#[derive(Clone, Debug)]
pub(super) enum Variable {
    /// One value.
    One(Value),
    /// Values by index.
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

    /// The value, as written, of the column of that name.
    pub(super) fn column(&self, name: &str) -> Option<&ast::Value> {
        let column = self.columns.get(name)?;
        match &column.row.content {
            RowContent::Values(values) => values.get(column.at),
            RowContent::Steps(_) => None,
        }
    }
}
