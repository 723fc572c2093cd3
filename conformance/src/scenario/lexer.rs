//! Characters and words of a scenario file.
//!
//! What a piece of text means depends on where it stands: `10` is a number in a field and a byte
//! in `bytes`, `a-b` is a row's name or a difference. So there is no list of tokens: the parser asks
//! for the kind of word that fits its place. This module also knows what ends a line: a newline,
//! except inside `( )` and `[ ]`, behind a comma and behind a `\`.

/// A place in the text, and whether newlines count there.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// How many brackets are open: inside them a newline is a blank.
    brackets: u32,
    /// Comments met in the middle of a line that goes on.
    stray: Vec<String>,
}

/// What stands above a line or at its end.
pub(super) type Above = Vec<Option<String>>;

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { text, at, brackets: 0, stray: Vec::new() }
    }

    /// The offset of the next character.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn looking_at(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes the text if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.looking_at(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Takes the word if it stands here in whole: `of` is not the beginning of `offer`.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.run(is_word) == word;
        if found {
            self.at += word.len();
        }
        found
    }

    /// Takes the `snake_case` identifier that stands here; empty if there is none.
    pub(super) fn eat_identifier(&mut self) -> &'a str {
        let word = self.identifier();
        self.at += word.len();
        word
    }

    /// The identifier that stands here, hyphens not included.
    pub(super) fn identifier(&self) -> &'a str {
        if self.peek().is_some_and(|c| c.is_ascii_digit()) { "" } else { self.run(is_identifier) }
    }

    /// The word that stands here, hyphens included.
    pub(super) fn word(&self) -> &'a str {
        self.run(is_word)
    }

    /// Takes all characters of a kind.
    pub(super) fn eat_run(&mut self, kind: fn(char) -> bool) -> &'a str {
        let run = self.run(kind);
        self.at += run.len();
        run
    }

    fn run(&self, kind: fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|c| !kind(c)).unwrap_or(rest.len())]
    }

    /// Newlines are blanks from here to [`Lexer::close_bracket`].
    pub(super) fn open_bracket(&mut self) {
        self.brackets += 1;
    }

    pub(super) fn close_bracket(&mut self) {
        self.brackets = self.brackets.saturating_sub(1);
    }

    /// Forgets all open brackets: a line is given up.
    pub(super) fn close_all_brackets(&mut self) {
        self.brackets = 0;
    }

    /// Newlines end lines again, inside a string; returns what [`Lexer::resume_brackets`] takes.
    pub(super) fn suspend_brackets(&mut self) -> u32 {
        std::mem::take(&mut self.brackets)
    }

    pub(super) fn resume_brackets(&mut self, brackets: u32) {
        self.brackets = brackets;
    }

    /// Returns to a place in front of this one.
    pub(super) fn go_back_to(&mut self, at: usize) {
        self.at = self.at.min(at);
    }

    /// Skips blanks of the line.
    pub(super) fn blank(&mut self) {
        if self.brackets > 0 {
            return self.blank_lines();
        }
        loop {
            self.eat_run(is_blank);
            if !self.eat_joint() {
                return;
            }
        }
    }

    /// Takes a `\` and the newline that it undoes.
    fn eat_joint(&mut self) -> bool {
        let joint = self.rest().strip_prefix('\\').and_then(|rest| {
            let rest = rest.trim_start_matches(is_blank);
            rest.strip_prefix('\n').map(str::len)
        });
        if let Some(left) = joint {
            self.at = self.text.len() - left;
        }
        joint.is_some()
    }

    /// Skips blanks, newlines and comments: the line goes on.
    pub(super) fn blank_lines(&mut self) {
        loop {
            self.eat_run(|c| is_blank(c) || c == '\n');
            match self.comment() {
                Some(comment) => self.stray.push(comment),
                None if self.eat_joint() => {}
                None => return,
            }
        }
    }

    /// The comment that stands here, without `#` and the blanks around it.
    pub(super) fn comment(&mut self) -> Option<String> {
        if !self.eat("#") {
            return None;
        }
        Some(self.eat_run(|c| c != '\n').trim().to_owned())
    }

    /// The comment at the end of the line, if there is one.
    pub(super) fn beside(&mut self) -> Option<String> {
        self.blank();
        self.comment()
    }

    /// Skips to the next line that holds something; comments and empty lines on the way, an empty
    /// line as `None` and never two of them in a row.
    pub(super) fn leading(&mut self) -> Above {
        let mut above = Above::new();
        let mut newlines = usize::from(self.at == 0);
        loop {
            self.eat_run(is_blank);
            if let Some(comment) = self.comment() {
                above.push(Some(comment));
                newlines = 0;
            } else if self.eat("\n") {
                newlines += 1;
                if newlines >= 2 && !matches!(above.last(), Some(None)) {
                    above.push(None);
                }
            } else {
                return above;
            }
        }
    }

    /// Comments in the middle of lines since the last call.
    pub(super) fn take_stray(&mut self) -> Vec<String> {
        std::mem::take(&mut self.stray)
    }

    /// Whether nothing but a comment is left on this line, or a block ends here.
    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | '#' | '}'))
    }

    /// Gives a line up: skips it with all blocks that begin on it, up to its end or the end of the
    /// block that it stands in. Never leaves the scenario.
    pub(super) fn skip_line(&mut self) {
        self.close_all_brackets();
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '"' => {
                    self.skip_string();
                    continue;
                }
                '#' => {
                    self.eat_run(|c| c != '\n');
                    continue;
                }
                '{' => depth += 1,
                '}' if depth == 0 => return,
                '}' => depth -= 1,
                '\n' if depth == 0 || self.item_follows_newline() => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips to the next line that begins an item.
    pub(super) fn skip_item(&mut self) {
        self.close_all_brackets();
        while self.peek().is_some() {
            if self.looking_at("\n") && self.item_follows_newline() {
                return;
            }
            self.bump();
        }
    }

    fn item_follows_newline(&self) -> bool {
        let line = &self.rest()[1..];
        line.starts_with("scenario ") || line.starts_with("table ")
    }

    fn skip_string(&mut self) {
        self.bump();
        while let Some(next) = self.peek() {
            if next == '\n' {
                return;
            }
            self.bump();
            match next {
                '"' => return,
                '\\' if self.peek() != Some('\n') => {
                    self.bump();
                }
                _ => {}
            }
        }
    }
}

/// Blanks within a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

/// Characters of an identifier.
pub(super) fn is_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Characters of a word: a row's name, a keyword.
pub(super) fn is_word(c: char) -> bool {
    is_identifier(c) || c == '-'
}

/// Characters of a statement's id.
pub(super) fn is_statement(c: char) -> bool {
    is_word(c) || c == '.'
}
