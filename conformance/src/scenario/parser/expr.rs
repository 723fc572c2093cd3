//! Numbers, expressions, counts and durations.

use super::super::ast::{Base, Count, Duration, Expr, ExprKind, Int, Operator, Unit};
use super::super::diagnostic::Problem;
use super::super::lexer::is_identifier;
use super::{Parsed, Parser};

/// Operators in a row: the tree leans to the left, so this bounds its depth.
const OPERATORS_MAX: u32 = 16;

impl Parser<'_> {
    /// `{expr}`, the brace included.
    pub(super) fn braced_expr(&mut self) -> Parsed<Expr> {
        self.braced(Self::expr)
    }

    /// Something in braces on one line. After a mistake the closing brace is skipped, so that it
    /// is not taken for the end of a block.
    pub(super) fn braced<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.expect("{")?;
        self.lexer.blank();
        let parsed = inner(self).and_then(|parsed| {
            self.lexer.blank();
            self.expect("}")?;
            Ok(parsed)
        });
        if parsed.is_err() {
            self.lexer.eat_run(|c| !matches!(c, '}' | '"' | '\n'));
            self.lexer.eat("}");
        }
        parsed
    }

    /// `term { op term }`; `*`, `/` and `%` bind tighter than `+` and `-`.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.nested(|parser| parser.operation(Self::product, &SUMS))
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.operation(Self::term, &PRODUCTS)
    }

    fn operation(
        &mut self,
        mut operand: impl FnMut(&mut Self) -> Parsed<Expr>,
        operators: &[(&str, Operator)],
    ) -> Parsed<Expr> {
        let start = self.lexer.at();
        let mut left = operand(self)?;
        for _ in 0..OPERATORS_MAX {
            self.lexer.blank();
            let found = operators.iter().find(|(text, _)| self.lexer.looking_at(text));
            let Some((text, operator)) = found else { return Ok(left) };
            self.lexer.eat(text);
            self.lexer.blank();
            let right = operand(self)?;
            let kind = ExprKind::Binary(Box::new(left), *operator, Box::new(right));
            left = Expr { kind, span: self.span_from(start) };
        }
        let span = self.span_from(start);
        Err(self.report(span, Problem::TooDeep { limit: OPERATORS_MAX }))
    }

    fn term(&mut self) -> Parsed<Expr> {
        let start = self.lexer.at();
        if self.lexer.peek().is_some_and(|c| c.is_ascii_digit()) {
            let kind = ExprKind::Int(self.int()?);
            return Ok(Expr { kind, span: self.span_from(start) });
        }
        if self.lexer.eat("(") {
            self.lexer.open_bracket();
            self.lexer.blank();
            let expr = self.expr()?;
            self.lexer.blank();
            self.expect(")")?;
            self.lexer.close_bracket();
            return Ok(expr);
        }
        let kind = match self.lexer.identifier() {
            "" => return Err(self.unexpected("a number or a name")),
            "min" => self.pair_of("min", ExprKind::Min)?,
            "max" => self.pair_of("max", ExprKind::Max)?,
            _ => self.path()?,
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// `min(a, b)`
    fn pair_of(
        &mut self,
        word: &str,
        make: fn(Box<Expr>, Box<Expr>) -> ExprKind,
    ) -> Parsed<ExprKind> {
        self.lexer.eat(word);
        self.expect("(")?;
        self.lexer.open_bracket();
        self.lexer.blank();
        let left = self.expr()?;
        self.lexer.blank();
        self.expect(",")?;
        self.lexer.blank();
        let right = self.expr()?;
        self.lexer.blank();
        self.expect(")")?;
        self.lexer.close_bracket();
        Ok(make(Box::new(left), Box::new(right)))
    }

    /// `name[index].field`
    fn path(&mut self) -> Parsed<ExprKind> {
        let name = self.snake("a name")?;
        let index = self.index()?.map(Box::new);
        let dotted = self.lexer.looking_at(".") && !self.lexer.looking_at("..");
        let field = if dotted {
            self.lexer.eat(".");
            Some(self.snake("a field's name")?)
        } else {
            None
        };
        Ok(ExprKind::Path { name, index, field })
    }

    /// `[expr]` directly behind a name, if it is there.
    pub(super) fn index(&mut self) -> Parsed<Option<Expr>> {
        if !self.lexer.eat("[") {
            return Ok(None);
        }
        self.lexer.open_bracket();
        self.lexer.blank();
        let index = self.expr()?;
        self.lexer.blank();
        self.expect("]")?;
        self.lexer.close_bracket();
        Ok(Some(index))
    }

    /// A number: `10`, `0x0A`, `0b1010`.
    pub(super) fn int(&mut self) -> Parsed<Int> {
        let start = self.lexer.at();
        let (base, radix) = if self.lexer.eat("0x") {
            (Base::Hexadecimal, 16)
        } else if self.lexer.eat("0b") {
            (Base::Binary, 2)
        } else {
            (Base::Decimal, 10)
        };
        let digits = match radix {
            16 => self.lexer.eat_run(|c| c.is_ascii_hexdigit()),
            _ => self.lexer.eat_run(|c| c.is_ascii_digit()),
        };
        if digits.is_empty() {
            return Err(self.unexpected("a number"));
        }
        let is_digit = |c: char| c.is_digit(radix);
        let value = u64::from_str_radix(digits, radix).ok();
        match (value, u8::try_from(digits.len())) {
            (Some(value), Ok(digits)) => Ok(Int { value, base, digits }),
            _ => {
                let problem = if digits.chars().all(is_digit) {
                    Problem::NumberTooLarge { digits: shortened(digits) }
                } else {
                    Problem::Unexpected {
                        expected: "binary digits".to_owned(),
                        found: format!("`{}`", shortened(digits)),
                        nearest: None,
                    }
                };
                let span = self.span_from(start);
                Err(self.report(span, problem))
            }
        }
    }

    /// A number or `{expr}`.
    pub(super) fn count(&mut self) -> Parsed<Count> {
        match self.lexer.peek() {
            Some('{') => self.braced_expr().map(Count::Expr),
            Some('0'..='9') => self.int().map(Count::Int),
            _ => Err(self.unexpected("a number or `{`")),
        }
    }

    /// `2s`, `500ms`, `{n}s`.
    pub(super) fn duration(&mut self) -> Parsed<Duration> {
        let count = self.count()?;
        match self.unit() {
            Some(unit) => Ok(Duration { count, unit }),
            None => Err(self.unexpected("`ms` or `s`")),
        }
    }

    /// The unit directly behind a number, if there is one.
    pub(super) fn unit(&mut self) -> Option<Unit> {
        let (text, unit) = [("ms", Unit::Milliseconds), ("s", Unit::Seconds)]
            .into_iter()
            .find(|(text, _)| self.lexer.identifier() == *text)?;
        self.lexer.eat(text);
        Some(unit)
    }

    /// Whether a word hangs on to a number, as in `5x`.
    pub(super) fn number_runs_on(&self) -> bool {
        self.lexer.peek().is_some_and(is_identifier)
    }
}

const SUMS: [(&str, Operator); 2] = [("+", Operator::Add), ("-", Operator::Subtract)];
const PRODUCTS: [(&str, Operator); 3] =
    [("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)];

fn shortened(digits: &str) -> String {
    match digits.get(..24) {
        Some(front) if digits.len() > 24 => format!("{front}..."),
        _ => digits.to_owned(),
    }
}
