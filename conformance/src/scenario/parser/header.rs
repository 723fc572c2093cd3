//! Headers: what stands before the steps of a scenario.

use super::super::ast::{
    Charge, Each, EachRows, Header, HeaderKind, Name, Need, RowFilter, Span, Spanned,
};
use super::super::diagnostic::Problem;
use super::super::lexer::{Above, is_statement};
use super::super::words::VERSIONS;
use super::{Parsed, Parser};
use mqttspec_codec::Version;

impl Parser<'_> {
    /// The header that the keyword begins, up to the end of its line.
    pub(super) fn header(&mut self, keyword: &str, above: Above) -> Parsed<Header> {
        let start = self.lexer.at();
        self.lexer.eat(keyword);
        self.lexer.blank();
        let kind = match keyword {
            "summary" => HeaderKind::Summary(self.plain_string()?),
            "versions" => HeaderKind::Versions(self.comma_separated(Self::spanned_version)?),
            "covers" => HeaderKind::Covers(self.charge_sequence()?),
            "needs" => HeaderKind::Needs(self.comma_separated(Self::need)?),
            "exclusive" => HeaderKind::Exclusive,
            "timeout" => HeaderKind::Timeout(self.duration()?),
            _ => HeaderKind::Each(self.each()?),
        };
        let span = self.span_from(start);
        let beside = self.end_of_line()?;
        Ok(Header { trivia: self.trivia(above, beside), span, kind })
    }

    /// `[3.1.1: A, B, 5.0: C]` behind a step or a row, if it is there.
    pub(super) fn charges(&mut self) -> Parsed<Vec<Charge>> {
        self.lexer.blank();
        if !self.lexer.eat("[") {
            return Ok(Vec::new());
        }
        self.lexer.open_bracket();
        self.lexer.blank();
        let charges = self.charge_sequence()?;
        self.expect("]")?;
        self.lexer.close_bracket();
        Ok(charges)
    }

    /// `3.1.1: A, B, 5.0: C`
    fn charge_sequence(&mut self) -> Parsed<Vec<Charge>> {
        let mut version = None;
        self.comma_separated(|parser| {
            if parser.lexer.peek().is_some_and(|c| c.is_ascii_digit()) {
                version = Some(parser.version()?);
                parser.lexer.blank();
                parser.expect(":")?;
                parser.lexer.blank();
            }
            let start = parser.lexer.at();
            let id = parser.lexer.eat_run(is_statement).to_owned();
            if id.is_empty() {
                return Err(parser.unexpected("a statement's id"));
            }
            Ok(Charge { version, id: Spanned { node: id, span: parser.span_from(start) } })
        })
    }

    /// `@5.0` in front of a step or a row, if it is there.
    pub(super) fn at_version(&mut self) -> Parsed<Option<Version>> {
        if !self.lexer.eat("@") {
            return Ok(None);
        }
        let version = self.version()?;
        self.lexer.blank();
        Ok(Some(version))
    }

    fn spanned_version(&mut self) -> Parsed<Spanned<Version>> {
        let start = self.lexer.at();
        let node = self.version()?;
        Ok(Spanned { node, span: self.span_from(start) })
    }

    fn version(&mut self) -> Parsed<Version> {
        let start = self.lexer.at();
        let text = self.lexer.eat_run(is_statement);
        let known = VERSIONS.iter().find(|(name, _)| *name == text);
        if let Some(&(_, version)) = known {
            return Ok(version);
        }
        if text.is_empty() {
            return Err(self.unexpected("a version"));
        }
        let span = Span { start, end: start + text.len() };
        Err(self.report(span, Problem::UnknownVersion { found: format!("`{text}`") }))
    }

    fn need(&mut self) -> Parsed<Need> {
        let negated = self.lexer.eat_word("not");
        self.lexer.blank();
        Ok(Need { negated, capability: self.kebab("a capability")? })
    }

    /// `name, name { rows }` or `name, name from table only row, row`
    fn each(&mut self) -> Parsed<Each> {
        let names = self.comma_separated(|parser| parser.snake("a name"))?;
        if self.lexer.eat("{") {
            let (rows, end) = self.rows()?;
            return Ok(Each { names, rows: EachRows::Inline(rows, end) });
        }
        if !self.lexer.eat_word("from") {
            return Err(self.unexpected_of("`{` or `from`", &["from"]));
        }
        self.lexer.blank();
        let table = self.kebab("a table's name")?;
        self.lexer.blank();
        let filter = if self.lexer.eat_word("only") {
            Some(RowFilter::Only(self.row_names()?))
        } else if self.lexer.eat_word("except") {
            Some(RowFilter::Except(self.row_names()?))
        } else {
            None
        };
        Ok(Each { names, rows: EachRows::Table { table, filter } })
    }

    fn row_names(&mut self) -> Parsed<Vec<Name>> {
        self.lexer.blank();
        self.comma_separated(|parser| parser.kebab("a row's name"))
    }
}
