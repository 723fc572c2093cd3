//! The facts that diagnostics tell: everything that can be wrong with a scenario file.

/// How a problem is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// One line a problem: what it is, its facts, the title, the label beside the place, a help.
macro_rules! problems {
    ($($(#[$doc:meta])+ $name:ident $({ $($fact:ident: $kind:ty),* })?
        => $title:literal, $label:literal, $help:expr;)*) => {
        /// What is wrong with a scenario file.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Problem {
            $(
                $(#[$doc])+
                $name $({
                    $(#[expect(missing_docs, reason = "the doc line of the problem names it")]
                    $fact: $kind,)*
                })?,
            )*
        }

        impl Problem {
            /// The name of the problem, for tests.
            #[cfg(test)]
            pub(super) fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name),)*
                }
            }

            /// The names of all problems.
            #[cfg(test)]
            pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// The problem in words.
            pub(super) fn text(&self) -> Text {
                match self {
                    $(Self::$name $({ $($fact),* })? => Text {
                        title: format!($title),
                        label: format!($label),
                        help: $help,
                    },)*
                }
            }
        }
    };
}

problems! {
    /// The grammar wants something else here.
    Unexpected { expected: String, found: String, nearest: Option<String> }
        => "expected {expected}", "found {found}", like(nearest);
    /// A string without its end.
    UnterminatedString
        => "the string does not end", "it has to end on this line", None;
    /// An escape that strings do not have.
    UnknownEscape { escape: String }
        => "unknown escape `{escape}`", "not an escape",
        text("strings take \\\" \\\\ \\n and \\u{HEX}; {{ is a brace");
    /// Hexadecimal digits that are no whole bytes.
    OddHex { digits: String }
        => "`{digits}` is no sequence of bytes", "expected pairs of hexadecimal digits", None;
    /// A number beyond 64 bits.
    NumberTooLarge { digits: String }
        => "the number `{digits}` is too large", "beyond 64 bits", None;
    /// A name in the wrong style.
    BadName { name: String, style: &'static str }
        => "`{name}` is not {style}", "expected a name in {style}",
        text("rows, tables and scenarios are named in kebab-case, everything else in snake_case");
    /// A word of the grammar as a name.
    KeywordAsName { word: String }
        => "`{word}` is a keyword", "expected a name", None;
    /// No Control Packet has this name.
    UnknownPacket { name: String, nearest: Option<String> }
        => "unknown packet `{name}`", "not one of the fifteen packets", like(nearest);
    /// A version other than 3.1.1 and 5.0.
    UnknownVersion { found: String }
        => "expected a version", "found {found}", text("the versions are 3.1.1 and 5.0");
    /// A header among the steps.
    HeaderBehindSteps { keyword: String }
        => "the header `{keyword}` stands behind a step", "headers come first", None;
    /// Blocks, brackets or expressions in each other without end.
    TooDeep { limit: u32 }
        => "nested too deeply", "more than {limit} levels", None;
    /// A file beyond the limit.
    FileTooLong { bytes: usize, limit: usize }
        => "the file is too long", "{bytes} bytes, the limit is {limit}", None;
}

#[expect(clippy::unnecessary_wraps, reason = "the table of problems wants an option")]
fn text(help: &str) -> Option<String> {
    Some(help.to_owned())
}

fn like(nearest: &Option<String>) -> Option<String> {
    nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
}
