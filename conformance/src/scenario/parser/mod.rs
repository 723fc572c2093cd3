//! The parser: recursive descent over the whole grammar of scenario files.
//!
//! A mistake gives up its line, with the blocks that begin on it, and the parser goes on behind it,
//! so that one pass finds as many mistakes as possible. An item with a mistake in it is left out of
//! the tree: what else would be said of it might not be true. No input makes the parser panic, and
//! nesting is bounded.

mod action;
mod expr;
mod header;
mod receive;
mod row;
mod segment;
mod value;

use std::sync::Arc;

use super::Source;
use super::ast::{Block, File, Header, Item, Name, Scenario, Span, Spanned, Step, Table, Trivia};
use super::diagnostic::{Diagnostic, Problem};
use super::lexer::{Above, Lexer, is_word};
use super::words::{ACTIONS, HEADERS, is_keyword, nearest};

/// Levels of blocks, brackets and operators in each other.
const DEPTH_MAX: u32 = 32;
/// Bytes of a file.
const FILE_MAX: usize = 4 << 20;
/// Mistakes reported of one file.
const DIAGNOSTICS_MAX: usize = 100;

/// Parses a file: the items without mistakes, and all mistakes.
pub(super) fn parse(source: &Arc<Source>) -> (File, Vec<Diagnostic>) {
    let mut parser = Parser::new(source);
    let length = source.text.len();
    if length > FILE_MAX {
        let problem = Problem::FileTooLong { bytes: length, limit: FILE_MAX };
        return (File::default(), vec![Diagnostic::new(source, Span::default(), problem)]);
    }
    let file = parser.file();
    (file, parser.diagnostics)
}

/// The rest of the line makes no sense any more; why has been reported.
struct Abandoned;

type Parsed<T> = Result<T, Abandoned>;

struct Parser<'a> {
    source: &'a Arc<Source>,
    lexer: Lexer<'a>,
    diagnostics: Vec<Diagnostic>,
    depth: u32,
}

impl<'a> Parser<'a> {
    fn new(source: &'a Arc<Source>) -> Self {
        let lexer = Lexer::new(&source.text);
        Self { source, lexer, diagnostics: Vec::new(), depth: 0 }
    }

    fn file(&mut self) -> File {
        let mut file = File::default();
        loop {
            let above = first(self.lexer.leading());
            let before = self.diagnostics.len();
            match self.lexer.word() {
                "" if self.lexer.peek().is_none() => {
                    file.end.above = last(above);
                    return file;
                }
                "scenario" => {
                    if let Ok(scenario) = self.scenario(above) {
                        if self.diagnostics.len() == before {
                            file.items.push(Item::Scenario(scenario));
                        }
                        continue;
                    }
                }
                "table" => {
                    if let Ok(table) = self.table(above) {
                        if self.diagnostics.len() == before {
                            file.items.push(Item::Table(table));
                        }
                        continue;
                    }
                }
                _ => {
                    let _ = self.unexpected_of("`scenario` or `table`", &["scenario", "table"]);
                }
            }
            if !self.at_item() {
                self.lexer.skip_item();
            }
        }
    }

    /// `scenario id { headers steps }`
    fn scenario(&mut self, above: Above) -> Parsed<Scenario> {
        self.lexer.eat("scenario");
        self.lexer.blank();
        let name = self.kebab("a scenario's name")?;
        self.lexer.blank();
        self.expect("{")?;
        let (headers, leading) = self.headers();
        let steps = self.steps(leading);
        self.expect("}")?;
        let beside = self.end_of_item()?;
        Ok(Scenario { trivia: self.trivia(above, beside), name, headers, steps })
    }

    /// Headers up to the first step, and what stands above that.
    fn headers(&mut self) -> (Vec<Header>, Above) {
        let mut headers = Vec::new();
        let mut leading = first(self.lexer.leading());
        loop {
            let word = self.lexer.word();
            let parsed = match HEADERS.iter().copied().find(|header| *header == word) {
                Some(keyword) => {
                    let above = leading.into_iter().filter(Option::is_some).collect();
                    self.header(keyword, above)
                }
                None if self.at_misspelt_header() => {
                    Err(self.unexpected_of("a header or a step", HEADERS))
                }
                None => return (headers, first(leading)),
            };
            match parsed {
                Ok(header) => headers.push(header),
                Err(Abandoned) => self.lexer.skip_line(),
            }
            leading = self.lexer.leading();
        }
    }

    /// Whether a word like a header begins a line that is no step.
    fn at_misspelt_header(&self) -> bool {
        let word = self.lexer.word();
        let mut behind = self.lexer.clone();
        behind.eat_word(word);
        behind.blank();
        let is_client = ["->", "<-", ",", "[", "as "].iter().any(|part| behind.looking_at(part));
        !is_client && !ACTIONS.contains(&word) && nearest(word, HEADERS.iter().copied()).is_some()
    }

    /// `table id(columns) { rows }`
    fn table(&mut self, above: Above) -> Parsed<Table> {
        self.lexer.eat("table");
        self.lexer.blank();
        let name = self.kebab("a table's name")?;
        self.lexer.blank();
        let mut columns = Vec::new();
        if self.lexer.looking_at("(") {
            columns = self.bracketed("(", ")", |parser| parser.snake("a column's name"))?;
            self.lexer.blank();
        }
        self.expect("{")?;
        let (rows, end) = self.rows()?;
        let beside = self.end_of_item()?;
        Ok(Table { trivia: self.trivia(above, beside), name, columns, rows, end })
    }

    /// The comment behind the closing brace of an item, which ends its line.
    fn end_of_item(&mut self) -> Parsed<Option<String>> {
        let beside = self.lexer.beside();
        match self.lexer.peek() {
            None | Some('\n') => Ok(beside),
            _ => Err(self.unexpected("the end of the line")),
        }
    }

    /// `{ steps }`
    fn block(&mut self) -> Parsed<Block> {
        self.expect("{")?;
        let above = first(self.lexer.leading());
        let block = self.nested(|parser| Ok(parser.steps(above)))?;
        self.expect("}")?;
        Ok(block)
    }

    /// Steps up to the brace that ends their block.
    fn steps(&mut self, above: Above) -> Block {
        let mut block = Block::default();
        let mut above = above;
        loop {
            if matches!(self.lexer.peek(), None | Some('}')) || self.at_item() {
                let above = if block.steps.is_empty() { first(above) } else { above };
                block.end.above = last(above);
                return block;
            }
            match self.step(above) {
                Ok(step) => block.steps.push(step),
                Err(Abandoned) => self.lexer.skip_line(),
            }
            above = self.lexer.leading();
        }
    }

    /// One step, up to the end of its line.
    fn step(&mut self, above: Above) -> Parsed<Step> {
        let start = self.lexer.at();
        if HEADERS.contains(&self.lexer.word()) {
            let keyword = self.lexer.word().to_owned();
            let span = Span { start, end: start + keyword.len() };
            return Err(self.report(span, Problem::HeaderBehindSteps { keyword }));
        }
        let version = self.at_version()?;
        let mode = self.mode();
        let action = self.nested(Self::action)?;
        let charges = self.charges()?;
        let span = self.span_from(start);
        let beside = self.end_of_line()?;
        let trivia = self.trivia(above, beside);
        Ok(Step { trivia, span, version, mode, action, charges })
    }

    /// The comment at the end of the line; something else there is a mistake.
    fn end_of_line(&mut self) -> Parsed<Option<String>> {
        self.lexer.blank();
        if !self.lexer.at_line_end() {
            return Err(self.unexpected("the end of the line"));
        }
        Ok(self.lexer.beside())
    }

    /// Joins the comments of a line: those inside it go above it.
    fn trivia(&mut self, above: Above, beside: Option<String>) -> Trivia {
        let stray = self.lexer.take_stray().into_iter().map(Some);
        Trivia { above: above.into_iter().chain(stray).collect(), beside }
    }

    /// Whether an item begins here although the one before has not ended.
    fn at_item(&self) -> bool {
        let begins_line = self.lexer.text()[..self.lexer.at()].ends_with('\n');
        begins_line && matches!(self.lexer.word(), "scenario" | "table")
    }

    /// Parses one level deeper, if there is one.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEPTH_MAX {
            let at = self.lexer.at();
            let span = Span { start: at, end: at + 1 };
            return Err(self.report(span, Problem::TooDeep { limit: DEPTH_MAX }));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// A list in brackets with commas in between.
    fn bracketed<T>(
        &mut self,
        open: &'static str,
        close: &'static str,
        item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.expect(open)?;
        self.lexer.open_bracket();
        self.lexer.blank();
        let items =
            if self.lexer.looking_at(close) { Vec::new() } else { self.comma_separated(item)? };
        self.expect(close)?;
        self.lexer.close_bracket();
        Ok(items)
    }

    /// One or more, with commas in between; the line goes on behind a comma.
    fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        loop {
            self.lexer.blank();
            if !self.lexer.eat(",") {
                return Ok(items);
            }
            self.lexer.blank_lines();
            items.push(item(self)?);
        }
    }

    /// A `snake_case` name.
    fn snake(&mut self, what: &str) -> Parsed<Name> {
        let start = self.lexer.at();
        let name = self.lexer.eat_identifier();
        if name.is_empty() {
            return Err(self.unexpected(what));
        }
        let span = Span { start, end: self.lexer.at() };
        let snake = name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.contains(|c: char| c.is_ascii_uppercase());
        if !snake {
            let name = name.to_owned();
            self.report(span, Problem::BadName { name, style: "snake_case" });
        } else if is_keyword(name) {
            self.report(span, Problem::KeywordAsName { word: name.to_owned() });
        }
        Ok(Spanned { node: name.to_owned(), span })
    }

    /// A kebab-case name.
    fn kebab(&mut self, what: &str) -> Parsed<Name> {
        let start = self.lexer.at();
        let name = self.lexer.eat_run(is_word);
        if name.is_empty() {
            return Err(self.unexpected(what));
        }
        let span = Span { start, end: self.lexer.at() };
        if !is_kebab(name) {
            let name = name.to_owned();
            self.report(span, Problem::BadName { name, style: "kebab-case" });
        }
        Ok(Spanned { node: name.to_owned(), span })
    }

    /// Takes the text or reports that it is missing.
    fn expect(&mut self, text: &'static str) -> Parsed<()> {
        if self.lexer.eat(text) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{text}`")))
    }

    /// Takes the word or reports that it is missing.
    fn expect_word(&mut self, word: &'static str) -> Parsed<()> {
        if self.lexer.eat_word(word) {
            return Ok(());
        }
        Err(self.unexpected_of(&format!("`{word}`"), &[word]))
    }

    /// Reports that something else stands here.
    fn unexpected(&mut self, expected: &str) -> Abandoned {
        self.unexpected_of(expected, &[])
    }

    /// Reports that none of the words stands here.
    fn unexpected_of(&mut self, expected: &str, words: &[&str]) -> Abandoned {
        let word = self.lexer.word();
        let (found, length) = match self.lexer.peek() {
            None => ("the end of the file".to_owned(), 0),
            Some('\n') => ("the end of the line".to_owned(), 1),
            Some('#') => ("a comment".to_owned(), 1),
            Some('"') => ("a string".to_owned(), 1),
            Some(_) if !word.is_empty() => (format!("`{word}`"), word.len()),
            Some(other) => (format!("`{}`", other.escape_debug()), other.len_utf8()),
        };
        let nearest = nearest(word, words.iter().copied()).filter(|nearest| nearest != word);
        let start = self.lexer.at();
        let span = Span { start, end: start + length };
        self.report(span, Problem::Unexpected { expected: expected.to_owned(), found, nearest })
    }

    fn report(&mut self, span: Span, problem: Problem) -> Abandoned {
        if self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(Diagnostic::new(self.source, span, problem));
        }
        Abandoned
    }

    /// From there to here, without blanks at the end.
    fn span_from(&self, start: usize) -> Span {
        let text = self.lexer.text()[start..self.lexer.at()].trim_end();
        Span { start, end: start + text.len() }
    }
}

fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

/// Leading lines of what comes first: without an empty line at their beginning.
fn first(above: Above) -> Above {
    above.into_iter().skip_while(Option::is_none).collect()
}

/// Comments behind the last line: without an empty line at their end.
fn last(mut above: Above) -> Above {
    while let Some(None) = above.last() {
        above.pop();
    }
    above
}
