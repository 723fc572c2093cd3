//! Known failures: what a broker is known to do wrong, written down with a reason.
//!
//! ```toml
//! [[known]]
//! id = "retain/*"                 # a case id, or a glob
//! expect = "fail"                 # fail, blocked, non-strict, skip or flaky
//! reason = "retained messages are not implemented, ticket 12"
//! at = "sub <- PUBLISH"           # optional: the step at which it fails, or its beginning
//! ```
//!
//! A known failure runs and has to fail as recorded. One that passes, or an entry that matches
//! nothing, means that the file is out of date, and fails the run; so the file can only shrink on
//! purpose. Of several entries that match a case the first one counts.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use toml::Spanned;

use crate::report::escape;
use crate::report::event::{CaseReport, Failure, Known};
use crate::report::frame::Sources;
use crate::verdict::Verdict;

/// A baseline file.
#[derive(Debug)]
pub struct Baseline {
    file: Arc<File>,
    entries: Vec<Entry>,
}

/// Where problems are.
#[derive(Debug, PartialEq, Eq)]
struct File {
    path: String,
    text: String,
}

#[derive(Debug)]
struct Entry {
    id: String,
    span: Range<usize>,
    glob: GlobMatcher,
    expect: Expect,
    reason: String,
    at: Option<String>,
}

/// What a case is known to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expect {
    /// To break a MUST.
    Fail,
    /// Not to come to its point.
    Blocked,
    /// To pass with a weakness.
    NonStrict,
    /// To be skipped.
    Skip,
    /// To fail at times.
    Flaky,
}

/// Something wrong with a baseline file, at a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    file: Arc<File>,
    span: Range<usize>,
    title: String,
    label: String,
    help: Option<&'static str>,
}

/// Why a baseline file could not be used.
#[derive(Debug)]
pub enum LoadError {
    /// It could not be read.
    Read(String, io::Error),
    /// It is wrong; all that is wrong with it.
    Problems(Vec<Problem>),
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not TOML, or says nothing sensible.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&name, &text).map_err(LoadError::Problems),
            Err(error) => Err(LoadError::Read(name, error)),
        }
    }

    /// Reads the text of a file; the path is only quoted.
    ///
    /// # Errors
    ///
    /// All that is wrong with it; if it is not TOML or has unknown keys, the first such thing.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let file = Arc::new(File { path: path.into(), text: text.into() });
        let problem = |span: Range<usize>, title: &str, label: &str, help| Problem {
            file: Arc::clone(&file),
            span,
            title: title.into(),
            label: label.into(),
            help,
        };
        let document: Document = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            vec![problem(span, "the baseline does not parse", error.message(), None)]
        })?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut problems = Vec::new();
        for written in document.known {
            let Written { id, expect, reason, at } = written;
            if reason.get_ref().trim().is_empty() {
                let help = Some("say why the case fails, for the one who reads this in a year");
                problems.push(problem(reason.span(), "a known failure needs a reason", "", help));
            }
            if entries.iter().any(|entry| entry.id == *id.get_ref()) {
                let title = format!("{:?} is listed twice", id.get_ref());
                problems.push(problem(id.span(), &title, "the second entry never counts", None));
                continue;
            }
            let span = id.span();
            let id = id.into_inner();
            match glob(&id) {
                Ok(glob) => {
                    let reason = reason.into_inner();
                    entries.push(Entry { id, span, glob, expect, reason, at });
                }
                Err(error) => {
                    let label = error.kind().to_string();
                    problems.push(problem(span, "the id is not a glob", &label, None));
                }
            }
        }
        if problems.is_empty() { Ok(Self { file, entries }) } else { Err(problems) }
    }

    /// Entries that count for none of these cases. Only a run of the whole suite can tell that an
    /// entry is out of date.
    pub fn stale<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Vec<Problem> {
        let mut used = vec![false; self.entries.len()];
        for id in ids {
            if let Some(at) = self.position(id) {
                used[at] = true;
            }
        }
        let unused = self.entries.iter().zip(used).filter(|(_, used)| !used);
        unused
            .map(|(entry, _)| Problem {
                file: Arc::clone(&self.file),
                span: entry.span.clone(),
                title: format!("{:?} matches no case", entry.id),
                label: "out of date".into(),
                help: Some("take the entry out, or correct its id"),
            })
            .collect()
    }

    /// Marks a report as a known failure, or as one that passed; adds a note if it failed in
    /// another way than recorded. Sources are those of the scenarios, for the text of steps.
    pub fn judge(&self, case: &mut CaseReport, sources: &Sources) {
        let Some(entry) = self.position(&case.id).map(|at| &self.entries[at]) else { return };
        let known = |met| Some(Known { reason: entry.reason.clone(), met });
        match (entry.expect, case.verdict) {
            // What did not run says nothing.
            (_, Verdict::Skip | Verdict::Error) => {}
            (Expect::Fail | Expect::Flaky, Verdict::Fail)
            | (Expect::Blocked | Expect::Flaky, Verdict::Blocked) => {
                match case.failure.as_mut().and_then(|failure| entry.elsewhere(failure, sources)) {
                    None => case.known = known(true),
                    Some((failure, note)) => failure.notes.push(note),
                }
            }
            (Expect::NonStrict, Verdict::NonStrict) => case.known = known(true),
            (Expect::Flaky, Verdict::Pass | Verdict::NonStrict) => {}
            (_, Verdict::Pass | Verdict::NonStrict) => case.known = known(false),
            (expect, Verdict::Fail | Verdict::Blocked) => {
                if let Some(failure) = &mut case.failure {
                    failure.notes.push(format!("the baseline expects {expect}: {}", entry.reason));
                }
            }
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id || entry.glob.is_match(id))
    }
}

impl Entry {
    /// The failure and a note, if it is not at the step that the entry names.
    fn elsewhere<'a>(
        &self,
        failure: &'a mut Failure,
        sources: &Sources,
    ) -> Option<(&'a mut Failure, String)> {
        let at = self.at.as_deref()?;
        let place = failure.place.as_ref();
        let line = place.and_then(|place| sources.line(place));
        if line.is_some_and(|line| line.starts_with(at)) {
            return None;
        }
        Some((failure, format!("a regression: the baseline expects it to fail at {at:?}")))
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "FAIL",
            Self::Blocked => "BLOCKED",
            Self::NonStrict => "NON-STRICT",
            Self::Skip => "SKIP",
            Self::Flaky => "a flaky case",
        })
    }
}

impl Problem {
    /// The problem with the line that it is in.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let title = escape::line(&self.title);
        let label = escape::line(&self.label);
        let end = self.span.end.min(self.file.text.len());
        let annotation = AnnotationKind::Primary.span(self.span.start.min(end)..end).label(&label);
        let snippet = Snippet::source(self.file.text.as_str())
            .path(self.file.path.as_str())
            .annotation(annotation);
        let help = self.help.map(|help| Level::HELP.message(help));
        renderer.render(&[Level::ERROR.primary_title(&title).element(snippet).elements(help)])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl LoadError {
    /// The error for people.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Read(path, error) => format!("cannot read {}: {error}", escape::line(path)),
            Self::Problems(problems) => {
                problems.iter().map(|one| one.render(color)).collect::<Vec<_>>().join("\n\n")
            }
        }
    }
}

/// A glob over case ids. The brackets of an id are brackets, not a set of characters.
fn glob(id: &str) -> Result<GlobMatcher, globset::Error> {
    let mut literal = String::with_capacity(id.len());
    for character in id.chars() {
        match character {
            '[' | ']' => {
                literal.push('[');
                literal.push(character);
                literal.push(']');
            }
            other => literal.push(other),
        }
    }
    GlobBuilder::new(&literal).literal_separator(false).build().map(|glob| glob.compile_matcher())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    known: Vec<Written>,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    expect: Expect,
    reason: Spanned<String>,
    at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::{Event, Place};
    use crate::report::samples;

    fn baseline(text: &str) -> Baseline {
        Baseline::parse("known.toml", text).unwrap()
    }

    fn entry(id: &str, expect: &str, more: &str) -> String {
        format!("[[known]]\nid = {id:?}\nexpect = {expect:?}\nreason = \"ticket 12\"\n{more}\n")
    }

    /// What becomes of the failing sample under an entry for it.
    fn judged(expect: &str, verdict: Verdict, at: &str) -> CaseReport {
        let mut case = samples::failed();
        case.verdict = verdict;
        if matches!(verdict, Verdict::Pass | Verdict::Skip) {
            case.failure = None;
        }
        let at = if at.is_empty() { String::new() } else { format!("at = {at:?}") };
        baseline(&entry("retain/*", expect, &at)).judge(&mut case, &samples::sources());
        case
    }

    #[test]
    fn a_case_that_does_as_recorded_is_a_known_failure_and_one_that_passes_is_not() {
        for (expect, verdict, word) in [
            ("fail", Verdict::Fail, "XFAIL"),
            ("fail", Verdict::Pass, "XPASS"),
            ("fail", Verdict::NonStrict, "XPASS"),
            ("fail", Verdict::Blocked, "BLOCKED"),
            ("fail", Verdict::Error, "ERROR"),
            ("fail", Verdict::Skip, "SKIP"),
            ("blocked", Verdict::Blocked, "XFAIL"),
            ("blocked", Verdict::Fail, "FAIL"),
            ("non-strict", Verdict::NonStrict, "XFAIL"),
            ("non-strict", Verdict::Pass, "XPASS"),
            ("non-strict", Verdict::Fail, "FAIL"),
            ("skip", Verdict::Skip, "SKIP"),
            ("skip", Verdict::Pass, "XPASS"),
            ("flaky", Verdict::Fail, "XFAIL"),
            ("flaky", Verdict::Pass, "PASS"),
        ] {
            assert_eq!(judged(expect, verdict, "").word(), word, "{expect} {verdict:?}");
        }
    }

    #[test]
    fn failing_at_another_step_is_a_regression() {
        assert_eq!(judged("fail", Verdict::Fail, "sub <- PUBLISH").word(), "XFAIL");
        let case = judged("fail", Verdict::Fail, "sub <- nothing");
        assert_eq!(case.word(), "FAIL");
        let notes = case.failure.unwrap().notes;
        assert_eq!(
            notes.last().unwrap(),
            "a regression: the baseline expects it to fail at \"sub <- nothing\""
        );
    }

    #[test]
    fn failing_outside_the_sources_is_not_the_recorded_step() {
        let mut case = samples::failed();
        case.failure.as_mut().unwrap().place = Some(Place::default());
        let entry = entry("retain/*", "fail", "at = \"sub\"");
        baseline(&entry).judge(&mut case, &samples::sources());
        assert_eq!(case.word(), "FAIL");
    }

    #[test]
    fn globs_take_brackets_literally() {
        for (id, matches) in [
            ("subscribe/flags[f0]@5.0", true),
            ("subscribe/flags[*]@5.0", true),
            ("subscribe/*", true),
            ("**@5.0", true),
            ("subscribe/{flags,other}[f0]@*", true),
            ("*@5.0", true),
            ("*@3.1.1", false),
            ("subscribe/flagsf@5.0", false),
            ("subscribe/flags[f1]@5.0", false),
        ] {
            let found = baseline(&entry(id, "fail", "")).position("subscribe/flags[f0]@5.0");
            assert_eq!(found.is_some(), matches, "{id}");
        }
    }

    #[test]
    fn entries_that_match_nothing_are_out_of_date() {
        let text = entry("retain/*", "fail", "") + &entry("retian/*", "skip", "");
        let text = text + &entry("retain/new-subscriber@5.0", "fail", "");
        let events = samples::run();
        let ids = events.iter().filter_map(|event| match event {
            Event::Case(case) => Some(case.id.as_str()),
            _ => None,
        });
        let stale = baseline(&text).stale(ids);
        assert_eq!(stale.len(), 2, "the last entry never counts, as the first one matches before");
        insta::assert_snapshot!(LoadError::Problems(stale).render(false));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_shown_in_its_place() {
        let twice = entry("a/b@5.0", "fail", "") + "# again\n" + &entry("a/b@5.0", "skip", "");
        let texts = [
            twice.as_str(),
            "[[known]]\nid = \"a/b\"\nexpect = \"fail\"\nreason = \" \"\n",
            "[[known]]\nid = \"a/{b\"\nexpect = \"fail\"\nreason = \"r\"\n",
            "[[known]]\nid = \"a/b\"\nexpect = \"fails\"\nreason = \"r\"\n",
            "[[known]]\nid = \"a/b\"\nexpect = \"fail\"\n",
            "[[known]]\nid = \"a/b\"\nexpect = \"fail\"\nreason = \"r\"\nat_step = \"x\"\n",
            "[[known]\n",
        ];
        let shown: Vec<_> = texts
            .iter()
            .map(|text| Baseline::parse("known.toml", text).unwrap_err())
            .map(|problems| LoadError::Problems(problems).render(false))
            .collect();
        insta::assert_snapshot!(shown.join("\n\n=====\n\n"));
    }
}
