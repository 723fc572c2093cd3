//! Which cases a command is about: filters by case id, statement and section.
//!
//! A filter is, in this order, a statement (`5.0:MQTT-3.8.1-1`, or without the version that of both
//! versions), a section (`5.0/3.8`, which is 3.8 and all below it), or a case. A case is named by its
//! id, by a glob, or by a front part of the id that ends where a folder, a scenario or its rows end:
//! `retain`, `retain/new-subscriber`, `retain/new-subscriber[qos-1]`. In globs `*` and `**` stand
//! for any text, `?` for one character and `{a,b}` for either; brackets stand for themselves,
//! because case ids have them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use globset::{ErrorKind, GlobBuilder, GlobMatcher};
use mqttspec_codec::Version;

use super::Failure;
use crate::catalogue::catalogue;
use crate::catalogue::coverage::scenario_name;
use crate::exit::Exit;
use crate::report::escape;
use crate::scenario::Case;

/// How many similar names are suggested for a filter that selects nothing.
const SUGGESTIONS_MAX: usize = 3;

/// The arguments by which a command chooses its cases.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Selection {
    /// Case id or glob (`retain/*`, `**@5.0`), statement (`5.0:MQTT-3.8.1-1`), section (`5.0/3.8`)
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Only the cases of these versions
    #[arg(
        long,
        value_name = "VERSION",
        value_delimiter = ',',
        env = "MQTTSPEC_MQTT",
        hide_env_values = true
    )]
    pub mqtt: Vec<Version>,
}

impl Selection {
    /// The cases that any of the filters selects, in their order; all if there is no filter.
    ///
    /// # Errors
    ///
    /// A filter is not a glob. A filter selects nothing: a typo must not make a run smaller
    /// unnoticed, so that goes for each filter alone.
    pub fn choose(&self, cases: &[Arc<Case>]) -> Result<Vec<Arc<Case>>, Failure> {
        let of_versions: Vec<&Arc<Case>> = cases
            .iter()
            .filter(|case| self.mqtt.is_empty() || self.mqtt.contains(&case.version))
            .collect();
        if of_versions.is_empty() {
            return Err(Failure::new(Exit::Empty, "there are no cases to select from"));
        }
        if self.filters.is_empty() {
            return Ok(of_versions.into_iter().cloned().collect());
        }
        let mut chosen = vec![false; of_versions.len()];
        for text in &self.filters {
            let filter = Filter::parse(text)?;
            let mut found = false;
            for (case, chosen) in of_versions.iter().zip(&mut chosen) {
                if filter.selects(case) {
                    *chosen = true;
                    found = true;
                }
            }
            if !found {
                return Err(filter.empty(text, &of_versions));
            }
        }
        let chosen = of_versions.into_iter().zip(chosen).filter(|&(_, chosen)| chosen);
        Ok(chosen.map(|(case, _)| Arc::clone(case)).collect())
    }
}

/// One filter.
#[derive(Debug)]
pub(super) enum Filter {
    Statement { version: Option<Version>, id: String },
    Section { version: Version, section: String },
    Case(CaseGlob),
}

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        if let Some((version, id)) = parse_statement(text) {
            return Ok(Self::Statement { version, id: id.to_owned() });
        }
        if let Some((version, section)) = parse_section(text) {
            return Ok(Self::Section { version, section: section.to_owned() });
        }
        CaseGlob::new(text).map(Self::Case).map_err(|error| {
            let text = escape::line(text);
            Failure::new(Exit::Usage, format!("`{text}` is no pattern: {error}"))
        })
    }

    fn selects(&self, case: &Case) -> bool {
        match self {
            Self::Statement { version, id } => {
                version.is_none_or(|version| version == case.version)
                    && case.covers.iter().any(|covered| covered == id)
            }
            Self::Section { version, section } => {
                *version == case.version
                    && case.covers.iter().any(|covered| {
                        catalogue()
                            .get(case.version, covered)
                            .is_some_and(|statement| statement.is_in_section(section))
                    })
            }
            Self::Case(glob) => glob.is_match(&case.id),
        }
    }

    /// Why the filter selects nothing, with what may have been meant.
    pub(super) fn empty(&self, text: &str, cases: &[&Arc<Case>]) -> Failure {
        let text = &escape::line(text);
        let message = match self {
            Self::Statement { version, id } => {
                let versions = version.map_or(Version::ALL.to_vec(), |version| vec![version]);
                let known = versions.iter().any(|&version| catalogue().get(version, id).is_some());
                let nearest = versions.iter().find_map(|&version| catalogue().nearest(version, id));
                match (known, nearest) {
                    (true, _) => format!("no case covers the statement `{text}`"),
                    (false, Some(id)) => {
                        let version = version.map(|version| format!("{version}:"));
                        let version = version.unwrap_or_default();
                        format!("there is no statement `{text}`\n  did you mean `{version}{id}`?")
                    }
                    (false, None) => format!("there is no statement `{text}`"),
                }
            }
            Self::Section { version, section } if catalogue().has_section(*version, section) => {
                format!("no case covers a statement of section `{text}`")
            }
            Self::Section { .. } => format!("there is no statement in section `{text}`"),
            Self::Case(_) => {
                let mut message = format!("no case fits `{text}`");
                for (at, name) in nearest_names(text, cases).into_iter().enumerate() {
                    let lead = if at == 0 { "did you mean" } else { "          or" };
                    message.push_str(&format!("\n  {lead} `{name}`?"));
                }
                message
            }
        };
        Failure::new(Exit::Empty, message)
    }
}

/// A pattern for case ids, see the module.
#[derive(Clone, Debug)]
pub struct CaseGlob {
    text: String,
    matcher: GlobMatcher,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadGlob {
    /// A `{` or `}` without its partner.
    UnpairedBrace,
    /// A `\` with nothing behind it to take as it is.
    DanglingEscape,
    /// It is longer, or has more alternatives, than can be handled.
    TooLarge,
}

impl CaseGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Braces that do not pair, or a `\` at the end.
    pub fn new(text: &str) -> Result<Self, BadGlob> {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '[' => escaped.push_str("[[]"),
                ']' => escaped.push_str("[]]"),
                other => escaped.push(other),
            }
        }
        let glob = GlobBuilder::new(&escaped)
            .literal_separator(false)
            .backslash_escape(true)
            .build()
            .map_err(|error| match error.kind() {
                ErrorKind::UnopenedAlternates | ErrorKind::UnclosedAlternates => {
                    BadGlob::UnpairedBrace
                }
                ErrorKind::DanglingEscape => BadGlob::DanglingEscape,
                _ => BadGlob::TooLarge,
            })?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Whether the pattern fits a case id, or a front part of it that ends with a folder, with the
    /// scenario's name or with its rows.
    #[must_use]
    pub fn is_match(&self, id: &str) -> bool {
        id == self.text || front_parts(id).any(|part| self.matcher.is_match(part))
    }
}

impl fmt::Display for BadGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnpairedBrace => "a brace lacks its partner",
            Self::DanglingEscape => "nothing follows the last \\",
            Self::TooLarge => "it is too large",
        })
    }
}

impl std::error::Error for BadGlob {}

/// `retain/new[a]@5.0`, `retain/new[a]`, `retain/new`, `retain/`, `retain`.
fn front_parts(id: &str) -> impl Iterator<Item = &str> {
    let cuts = id.char_indices().rev().filter_map(|(at, character)| match character {
        '@' | '[' => Some([at, at]),
        '/' => Some([at + 1, at]),
        _ => None,
    });
    std::iter::once(id).chain(cuts.flatten().map(|end| &id[..end]))
}

/// `5.0:MQTT-3.8.1-1`, or without the version.
fn parse_statement(text: &str) -> Option<(Option<Version>, &str)> {
    let (version, id) = match text.split_once(':') {
        Some((version, id)) => (Some(version.parse().ok()?), id),
        None => (None, text),
    };
    (id.starts_with("MQTT-") || id.starts_with("U-")).then_some((version, id))
}

/// `5.0/3.8`.
fn parse_section(text: &str) -> Option<(Version, &str)> {
    let (version, section) = text.split_once('/')?;
    let version = version.parse().ok()?;
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    section.split('.').all(is_number).then_some((version, section))
}

/// Scenarios and folders that are like a misspelt filter, the most similar first.
fn nearest_names(text: &str, cases: &[&Arc<Case>]) -> Vec<String> {
    let wanted = scenario_name(text);
    let mut names = BTreeSet::new();
    for case in cases {
        let name = scenario_name(&case.id);
        names.insert(name.to_owned());
        names.extend(name.match_indices('/').map(|(at, _)| format!("{}*", &name[..=at])));
    }
    let mut scored: Vec<(usize, String)> = names
        .into_iter()
        .map(|name| {
            let bare = name.rsplit('/').next().unwrap_or(&name);
            let to = |candidate: &str| strsim::damerau_levenshtein(wanted, candidate);
            (to(&name).min(to(bare)), name)
        })
        .filter(|&(distance, _)| distance * 2 < wanted.len())
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_ids_and_their_front_parts() {
        let id = "retain/deep/new-subscriber[qos-1,f0]@5.0";
        for (pattern, fits) in [
            (id, true),
            ("retain/deep/new-subscriber[qos-1,f0]", true),
            ("retain/deep/new-subscriber", true),
            ("retain/deep/", true),
            ("retain/deep", true),
            ("retain", true),
            ("retain/*", true),
            ("retain/**", true),
            ("**@5.0", true),
            ("*@5.0", true),
            ("**@3.1.1", false),
            ("*/new-*", true),
            ("*[qos-1,*]*", true),
            ("*[q]*", false),
            ("{retain,will}/*", true),
            ("{qos,will}/*", false),
            ("retain/deep/new-subscribe?", true),
            ("new-subscriber", false),
            ("ret", false),
            ("retain/deep/new", false),
            ("retain/deep/new-subscriber[qos-1", false),
            ("", false),
        ] {
            assert_eq!(CaseGlob::new(pattern).unwrap().is_match(id), fits, "{pattern}");
        }
    }

    #[test]
    fn texts_that_are_no_patterns_are_refused() {
        for (text, error) in [
            ("a{b", BadGlob::UnpairedBrace),
            ("a}", BadGlob::UnpairedBrace),
            ("a\\", BadGlob::DanglingEscape),
        ] {
            assert_eq!(CaseGlob::new(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn statements_and_sections_are_told_from_cases() {
        assert_eq!(
            parse_statement("5.0:MQTT-3.8.1-1"),
            Some((Some(Version::V5_0), "MQTT-3.8.1-1"))
        );
        assert_eq!(parse_statement("U-5.0-4.9-1"), Some((None, "U-5.0-4.9-1")));
        assert_eq!(parse_statement("retain/*"), None);
        assert_eq!(parse_section("3.1.1/3.8"), Some((Version::V3_1_1, "3.8")));
        assert_eq!(parse_section("5.0/"), None);
        assert_eq!(parse_section("retain/3.8"), None);
    }
}
