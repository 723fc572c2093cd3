//! A line that can be broken: pieces of text with a rule for the gap in front of each.

/// The most columns of a line, where the grammar leaves a choice.
pub(super) const COLUMNS_MAX: usize = 100;

/// What stands between two pieces on one line is a blank; what a break between them needs differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// A `\` at the end of the line.
    Blank,
    /// Nothing: the piece before ends with a comma.
    Comma,
}

/// The pieces of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(Gap, String)>,
}

impl Line {
    /// A line of one piece.
    pub(super) fn of(text: impl Into<String>) -> Self {
        let mut line = Self::default();
        line.text(text);
        line
    }

    /// Adds text to the last piece.
    pub(super) fn text(&mut self, text: impl Into<String>) {
        match self.pieces.last_mut() {
            Some((_, piece)) => piece.push_str(&text.into()),
            None => self.pieces.push((Gap::Blank, text.into())),
        }
    }

    /// Begins a piece behind a blank.
    pub(super) fn blank(&mut self) {
        self.pieces.push((Gap::Blank, String::new()));
    }

    /// Begins a piece behind a comma.
    pub(super) fn comma(&mut self) {
        self.text(",");
        self.pieces.push((Gap::Comma, String::new()));
    }

    /// Adds all items with commas in between.
    pub(super) fn list<T>(&mut self, items: &[T], mut add: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.comma();
            }
            add(self, item);
        }
    }

    /// The pieces on one line.
    pub(super) fn flat(&self) -> String {
        let pieces: Vec<&str> = self.pieces.iter().map(|(_, piece)| piece.as_str()).collect();
        pieces.join(" ")
    }

    /// The pieces on as few lines as fit, the first behind `indent` blanks, the others behind
    /// `hanging` blanks.
    pub(super) fn broken(&self, indent: usize, hanging: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = " ".repeat(indent);
        let mut is_empty = true;
        for (at, (gap, piece)) in self.pieces.iter().enumerate() {
            let ends_with_joint =
                self.pieces.get(at + 1).is_some_and(|(gap, _)| *gap == Gap::Blank);
            let room = if ends_with_joint { COLUMNS_MAX - 2 } else { COLUMNS_MAX };
            if !is_empty && width(&line) + 1 + width(piece) > room {
                if *gap == Gap::Blank {
                    line.push_str(" \\");
                }
                lines.push(std::mem::replace(&mut line, " ".repeat(hanging)));
            } else if !is_empty {
                line.push(' ');
            }
            line.push_str(piece);
            is_empty = false;
        }
        lines.push(line);
        lines
    }
}

/// The columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_broken_where_the_grammar_allows() {
        let word = "x".repeat(30);
        let mut line = Line::of(format!("connect {word}"));
        for _ in 0..4 {
            line.comma();
            line.text(word.as_str());
        }
        for _ in 0..3 {
            line.blank();
            line.text(format!("{word}=1"));
        }
        let lines = line.broken(4, 8);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line) <= COLUMNS_MAX));
        let ends: Vec<char> = lines.iter().filter_map(|line| line.chars().last()).collect();
        assert_eq!(ends, [',', ',', '\\', '1']);
        assert!(lines[0].starts_with("    connect") && lines[1].starts_with("        x"));
    }

    #[test]
    fn what_cannot_be_broken_stays_whole() {
        let word = "x".repeat(150);
        assert_eq!(Line::of(word.as_str()).broken(0, 4), [word]);
    }
}
