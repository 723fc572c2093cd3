//! The pieces of a `bytes` step.

use super::super::ast::{Segment, Spanned, Width};
use super::{Parsed, Parser};

impl Parser<'_> {
    /// One or more pieces, up to the end of the line, of the group, or to `[charges]`.
    pub(super) fn segments(&mut self) -> Parsed<Vec<Spanned<Segment>>> {
        let mut segments = Vec::new();
        loop {
            self.lexer.blank();
            let at_end = self.lexer.at_line_end()
                || self.lexer.looking_at("[")
                || self.lexer.looking_at(")");
            if at_end && !segments.is_empty() {
                return Ok(segments);
            }
            let start = self.lexer.at();
            let node = self.nested(Self::segment)?;
            segments.push(Spanned { node, span: self.span_from(start) });
        }
    }

    fn segment(&mut self) -> Parsed<Segment> {
        if self.lexer.eat("|") {
            return Ok(Segment::Cut);
        }
        if self.lexer.eat("{len}") {
            return self.length();
        }
        if self.lexer.looking_at("s\"") {
            self.lexer.eat("s");
            return self.template().map(Segment::Text);
        }
        if self.lexer.looking_at("\"") || self.lexer.looking_at("{") {
            return self.value().map(Segment::Value);
        }
        match self.lexer.identifier() {
            "hex" if self.lexer.looking_at("hex\"") => self.value().map(Segment::Value),
            "u16" => self.wide("u16", Width::U16),
            "u32" => self.wide("u32", Width::U32),
            "var" => self.wide("var", Width::Var),
            _ => self.hex_pairs(),
        }
    }

    /// What `{len}` counts: the group behind it, or else all that follows.
    fn length(&mut self) -> Parsed<Segment> {
        if !self.lexer.eat("(") {
            return Ok(Segment::Length);
        }
        self.lexer.open_bracket();
        self.lexer.blank();
        let group = if self.lexer.looking_at(")") { Vec::new() } else { self.segments()? };
        self.expect(")")?;
        self.lexer.close_bracket();
        Ok(Segment::LengthOf(group))
    }

    /// `(expr)` behind `u16`, `u32`, `var`.
    fn wide(&mut self, word: &str, width: Width) -> Parsed<Segment> {
        self.lexer.eat(word);
        self.expect("(")?;
        self.lexer.open_bracket();
        self.lexer.blank();
        let expr = self.expr()?;
        self.lexer.blank();
        self.expect(")")?;
        self.lexer.close_bracket();
        Ok(Segment::Number(width, expr))
    }

    fn hex_pairs(&mut self) -> Parsed<Segment> {
        let start = self.lexer.at();
        let digits = self.lexer.eat_run(|c| c.is_ascii_alphanumeric());
        if digits.is_empty() {
            return Err(self.unexpected("bytes: `00 FF`, a string, `{len}`, `u16(n)` or `|`"));
        }
        self.hex(digits, start).map(Segment::Hex)
    }
}
