//! Colour in text for people: the few roles that the commands' own output has.

use std::fmt::{self, Display};

use clap::builder::styling::{AnsiColor, Style};

/// Paints, or leaves as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    pub(crate) fn new(on: bool) -> Self {
        Self { on }
    }

    /// What a text is about: names, headings.
    pub(crate) fn strong<T: Display>(self, text: T) -> Painted<T> {
        self.styled(Style::new().bold(), text)
    }

    /// What is read last: notes, line numbers.
    pub(crate) fn faint<T: Display>(self, text: T) -> Painted<T> {
        self.styled(Style::new().dimmed(), text)
    }

    pub(crate) fn good<T: Display>(self, text: T) -> Painted<T> {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn doubtful<T: Display>(self, text: T) -> Painted<T> {
        self.styled(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn bad<T: Display>(self, text: T) -> Painted<T> {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    fn styled<T: Display>(self, style: Style, text: T) -> Painted<T> {
        Painted { style: if self.on { style } else { Style::new() }, text }
    }
}

/// A text with its style. Width and alignment are those of the text alone.
pub(crate) struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.style)?;
        self.text.fmt(f)?;
        write!(f, "{:#}", self.style)
    }
}
