//! Rows of tables and of `each` headers.

use super::super::ast::{Row, RowContent, Trivia};
use super::super::lexer::Above;
use super::{Abandoned, Parsed, Parser, first, last};

impl Parser<'_> {
    /// Rows up to and with the closing brace; the opening one is taken already.
    pub(super) fn rows(&mut self) -> Parsed<(Vec<Row>, Trivia)> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let mut above = self.lexer.leading();
            if rows.is_empty() {
                above = first(above);
            }
            if self.lexer.eat("}") {
                return Ok((rows, Trivia { above: last(above), beside: None }));
            }
            if self.lexer.peek().is_none() || self.at_item() {
                return Err(self.unexpected("a row or `}`"));
            }
            match self.row(above) {
                Ok(row) => rows.push(row),
                Err(Abandoned) => self.lexer.skip_line(),
            }
        }
    }

    /// `@5.0 name = value, value [charges]` or `name { steps }`. Another row may follow on the
    /// line.
    fn row(&mut self, above: Above) -> Parsed<Row> {
        let version = self.at_version()?;
        let name = self.kebab("a row's name")?;
        self.lexer.blank();
        let content = if self.lexer.eat("=") {
            self.lexer.blank();
            RowContent::Values(self.comma_separated(Self::value)?)
        } else if self.lexer.looking_at("{") {
            RowContent::Steps(self.block()?)
        } else {
            return Err(self.unexpected("`=` and values, or `{` and steps"));
        };
        let charges = self.charges()?;
        let beside = self.lexer.beside();
        Ok(Row { trivia: self.trivia(above, beside), version, name, content, charges })
    }
}
