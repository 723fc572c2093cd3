//! Values: numbers, strings, bytes, words, lists, pairs.

use super::super::ast::{
    Alternative, AlternativeKind, Atom, Count, Duration, Field, Span, Spanned, Template,
    TemplatePart, Value,
};
use super::super::diagnostic::Problem;
use super::super::lexer::{is_identifier, is_word};
use super::{Parsed, Parser};

impl Parser<'_> {
    /// `name=value name=value ...`; a bare name means 1.
    pub(super) fn fields(&mut self) -> Parsed<Vec<Field>> {
        let mut fields = Vec::new();
        loop {
            self.lexer.blank();
            if self.lexer.identifier().is_empty() {
                return Ok(fields);
            }
            let name = self.field_name()?;
            self.lexer.blank();
            let value = if self.lexer.eat("=") {
                self.lexer.blank();
                Some(self.value()?)
            } else {
                None
            };
            fields.push(Field { name, value });
        }
    }

    /// The name of a field, which may be any word.
    pub(super) fn field_name(&mut self) -> Parsed<Spanned<String>> {
        let start = self.lexer.at();
        let name = self.lexer.eat_identifier().to_owned();
        if name.is_empty() {
            return Err(self.unexpected("a field's name"));
        }
        Ok(Spanned { node: name, span: self.span_from(start) })
    }

    /// `atom * count`
    pub(super) fn value(&mut self) -> Parsed<Value> {
        let start = self.lexer.at();
        let atom = self.nested(Self::atom)?;
        let times = if self.lexer.eat("*") { Some(self.count()?) } else { None };
        Ok(Value { atom, times, span: self.span_from(start) })
    }

    fn atom(&mut self) -> Parsed<Atom> {
        match self.lexer.peek() {
            Some('"') => self.template().map(Atom::Text),
            Some('[') => self.bracketed("[", "]", Self::alternatives).map(Atom::List),
            Some('(') => self.pair(),
            Some('0'..='9') => {
                let int = self.int()?;
                self.number(Count::Int(int), Atom::Int(int))
            }
            Some('{') => {
                let expr = self.braced_expr()?;
                self.number(Count::Expr(expr.clone()), Atom::Expr(expr))
            }
            _ if self.lexer.looking_at("hex\"") => self.hex_string().map(Atom::Hex),
            _ => match self.lexer.eat_identifier() {
                "" => Err(self.unexpected("a value")),
                "pad" if self.lexer.looking_at("(") => self.pad(),
                word => Ok(Atom::Word(word.to_owned())),
            },
        }
    }

    /// A number, or a duration if a unit hangs on to it.
    fn number(&mut self, count: Count, plain: Atom) -> Parsed<Atom> {
        match self.unit() {
            Some(unit) => Ok(Atom::Duration(Duration { count, unit })),
            None if self.number_runs_on() => Err(self.unexpected("the end of the number")),
            None => Ok(plain),
        }
    }

    /// `(name, value)`
    fn pair(&mut self) -> Parsed<Atom> {
        self.expect("(")?;
        self.lexer.open_bracket();
        self.lexer.blank();
        let name = self.value()?;
        self.lexer.blank();
        self.expect(",")?;
        self.lexer.blank();
        let value = self.value()?;
        self.lexer.blank();
        self.expect(")")?;
        self.lexer.close_bracket();
        Ok(Atom::Pair(Box::new(name), Box::new(value)))
    }

    /// `(N)` behind `pad`.
    fn pad(&mut self) -> Parsed<Atom> {
        self.expect("(")?;
        self.lexer.open_bracket();
        self.lexer.blank();
        let count = self.count()?;
        self.lexer.blank();
        self.expect(")")?;
        self.lexer.close_bracket();
        Ok(Atom::Pad(count))
    }

    /// `alt | alt`
    pub(super) fn alternatives(&mut self) -> Parsed<Vec<Alternative>> {
        let mut alternatives = vec![self.alternative()?];
        loop {
            self.lexer.blank();
            if !self.lexer.eat("|") {
                return Ok(alternatives);
            }
            self.lexer.blank();
            alternatives.push(self.alternative()?);
        }
    }

    fn alternative(&mut self) -> Parsed<Alternative> {
        let weak = self.lexer.eat("~");
        let kind = if self.lexer.eat("..") {
            AlternativeKind::Range(None, Some(self.count()?))
        } else if self.lexer.eat_word("any") {
            AlternativeKind::Any
        } else if self.lexer.eat_word("absent") {
            AlternativeKind::Absent
        } else if self.lexer.eat_word("error") {
            AlternativeKind::Error
        } else {
            self.value_or_range()?
        };
        Ok(Alternative { weak, kind })
    }

    fn value_or_range(&mut self) -> Parsed<AlternativeKind> {
        let value = self.value()?;
        let from = match &value {
            Value { atom: Atom::Int(int), times: None, .. } => Some(Count::Int(*int)),
            Value { atom: Atom::Expr(expr), times: None, .. } => Some(Count::Expr(expr.clone())),
            _ => None,
        };
        match from {
            Some(from) if self.lexer.eat("..") => {
                let bounded = matches!(self.lexer.peek(), Some('{' | '0'..='9'));
                let to = if bounded { Some(self.count()?) } else { None };
                Ok(AlternativeKind::Range(Some(from), to))
            }
            _ => Ok(AlternativeKind::Value(value)),
        }
    }

    /// `hex"00FF"`
    fn hex_string(&mut self) -> Parsed<Vec<u8>> {
        self.lexer.eat("hex\"");
        let start = self.lexer.at();
        let digits = self.lexer.eat_run(|c| !matches!(c, '"' | '\n'));
        let bytes = self.hex(digits, start);
        if !self.lexer.eat("\"") {
            return Err(self.unterminated(start));
        }
        bytes
    }

    /// Pairs of digits as bytes.
    pub(super) fn hex(&mut self, digits: &str, start: usize) -> Parsed<Vec<u8>> {
        let nibbles: Option<Vec<u8>> = digits
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match nibbles {
            Some(nibbles) if nibbles.len() % 2 == 0 => {
                Ok(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
            }
            _ => {
                let span = self.span_from(start);
                let digits = digits.chars().take(24).collect();
                Err(self.report(span, Problem::OddHex { digits }))
            }
        }
    }

    /// A string without holes: braces are characters like others.
    pub(super) fn plain_string(&mut self) -> Parsed<Spanned<String>> {
        let start = self.lexer.at();
        if !self.lexer.eat("\"") {
            return Err(self.unexpected("a string"));
        }
        let mut text = String::new();
        while !self.lexer.eat("\"") {
            match self.character(start) {
                Ok(character) => text.push(character),
                Err(abandoned) => {
                    self.skip_string();
                    return Err(abandoned);
                }
            }
        }
        Ok(Spanned { node: text, span: self.span_from(start) })
    }

    /// A string with holes. After a mistake the rest of it is skipped.
    pub(super) fn template(&mut self) -> Parsed<Template> {
        let parsed = self.parts();
        if parsed.is_err() {
            self.skip_string();
        }
        parsed
    }

    fn skip_string(&mut self) {
        self.lexer.eat_run(|c| !matches!(c, '"' | '\n'));
        self.lexer.eat("\"");
    }

    fn parts(&mut self) -> Parsed<Template> {
        let start = self.lexer.at();
        self.expect("\"")?;
        let mut template = Template::default();
        let mut text = String::new();
        while !self.lexer.eat("\"") {
            if self.lexer.eat("{{") {
                text.push('{');
                continue;
            }
            let part = if self.lexer.eat("{#}") {
                TemplatePart::Index
            } else if self.lexer.looking_at("{") {
                TemplatePart::Expr(self.unbracketed(Self::braced_expr)?)
            } else {
                text.push(self.character(start)?);
                continue;
            };
            if !text.is_empty() {
                template.parts.push(TemplatePart::Text(std::mem::take(&mut text)));
            }
            template.parts.push(part);
        }
        if !text.is_empty() {
            template.parts.push(TemplatePart::Text(text));
        }
        Ok(template)
    }

    /// One character of a string that began at `start`, escapes resolved.
    fn character(&mut self, start: usize) -> Parsed<char> {
        let at = self.lexer.at();
        match self.lexer.bump() {
            None | Some('\n') => Err(self.unterminated(start)),
            Some('\\') => match self.lexer.bump() {
                Some('"') => Ok('"'),
                Some('\\') => Ok('\\'),
                Some('n') => Ok('\n'),
                Some('u') => self.code_point(at),
                other => {
                    let escape = format!(
                        "\\{}",
                        other.map_or(String::new(), |c| c.escape_debug().to_string())
                    );
                    let span = Span { start: at, end: at + 2 };
                    Err(self.report(span, Problem::UnknownEscape { escape }))
                }
            },
            Some(other) => Ok(other),
        }
    }

    /// `{HEX}` behind `\u`.
    fn code_point(&mut self, at: usize) -> Parsed<char> {
        let open = self.lexer.eat("{");
        let digits = self.lexer.eat_run(is_identifier);
        let closed = open && self.lexer.eat("}");
        let point = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        match point {
            Some(point) if closed && digits.len() <= 6 => Ok(point),
            _ => {
                let span = self.span_from(at);
                let escape = format!("\\u{{{}}}", digits.chars().take(12).collect::<String>());
                Err(self.report(span, Problem::UnknownEscape { escape }))
            }
        }
    }

    fn unterminated(&mut self, start: usize) -> super::Abandoned {
        let line = &self.lexer.text()[start..];
        let length = line.find('\n').unwrap_or(line.len());
        let span = Span { start, end: start + length };
        // The newline may have been taken for a character: the line ends before it.
        self.lexer.go_back_to(span.end);
        self.report(span, Problem::UnterminatedString)
    }

    /// Parses what must not go on in the next line, although brackets are open around it.
    fn unbracketed<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let brackets = self.lexer.suspend_brackets();
        let parsed = parse(self);
        self.lexer.resume_brackets(brackets);
        parsed
    }

    /// A word of a closed list, for example a version or a mode.
    pub(super) fn one_of<T: Copy>(&mut self, expected: &str, words: &[(&str, T)]) -> Parsed<T> {
        let word = self.lexer.word();
        if let Some(&(_, meaning)) = words.iter().find(|(text, _)| *text == word) {
            self.lexer.eat_run(is_word);
            return Ok(meaning);
        }
        let names: Vec<&str> = words.iter().map(|(text, _)| *text).collect();
        Err(self.unexpected_of(expected, &names))
    }
}
