//! The frame of a failure: the line of the scenario, what was expected there and what came, the
//! statement that demands it, the last packets, and the command that runs the case again.

use std::collections::HashMap;
use std::fmt::Write;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};
use mqttspec_codec::Version;

use super::escape;
use super::event::{CaseReport, Failure, Place, Start, TraceLine};
use crate::catalogue::catalogue;
use crate::verdict::Verdict;

/// Columns to which the quoted lines of a scenario are cut.
const WIDTH: usize = 140;
/// Characters of one text from a broker that are shown.
const TEXT_MAX: usize = 400;
/// Lines of one note that are shown.
const LINES_MAX: usize = 20;
/// Lines of the trace that are shown, the last ones.
const TRACE_MAX: usize = 10;
/// Column of what stands behind the names at the foot of a frame.
const NAME_WIDTH: usize = "received".len();

/// The texts of the scenario files, to quote from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    root: String,
    texts: HashMap<String, String>,
}

impl Sources {
    /// Files below a folder, whose name is put in front of their paths where they are quoted.
    pub fn new(root: &str, files: impl IntoIterator<Item = (String, String)>) -> Self {
        let root = root.trim_end_matches('/').into();
        Self { root, texts: files.into_iter().collect() }
    }

    /// The line of a place, without its indentation; `None` if the file or the line is not there.
    #[must_use]
    pub fn line(&self, place: &Place) -> Option<&str> {
        self.text(&place.path)?.lines().nth(place.line.checked_sub(1)?).map(str::trim)
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    fn path(&self, path: &str) -> String {
        let root = &self.root;
        escape::line(&if root.is_empty() { path.into() } else { format!("{root}/{path}") })
    }
}

/// Renders the failure of a case, and its weaknesses if they count (`strict`).
#[must_use]
pub fn render(case: &CaseReport, start: &Start, sources: &Sources, context: Context) -> String {
    let weaknesses = case.weaknesses.iter().filter(|_| context.strict);
    let renderer = if context.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH);
    let mut text = String::new();
    for failure in case.failure.iter().chain(weaknesses) {
        let frame = frame(case, failure, start, sources);
        let _ = writeln!(text, "\n{}", frame.render(&renderer));
    }
    text
}

/// How frames are rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// With colours, for a terminal.
    pub color: bool,
    /// Whether weaknesses count as failures.
    pub strict: bool,
}

/// `mqttspec run ...` for a case, to be pasted into a shell; `mqttspec probe ...` for what is found
/// out before the cases.
#[must_use]
pub fn rerun(case: &CaseReport, start: &Start) -> String {
    let mut command = match case.version() {
        None => "mqttspec probe".to_owned(),
        Some(_) => {
            format!("mqttspec run {} --seed {:x}", shell_words::quote(&case.id), start.seed)
        }
    };
    if !start.target_argument.is_empty() {
        let _ = write!(command, " {}", start.target_argument);
    }
    command
}

/// The texts of a frame, owned, so that the snippets can borrow them.
struct Frame<'a> {
    level: Level<'static>,
    title: String,
    snippet: Option<Quote<'a>>,
    /// What stands at the foot, each of one or more lines.
    notes: Vec<String>,
}

/// The quoted part of a scenario.
struct Quote<'a> {
    path: String,
    place: &'a Place,
    /// The text of the scenario, unless it is not at hand or does not reach as far as the place.
    text: Option<&'a str>,
    label: String,
}

fn frame<'a>(
    case: &'a CaseReport,
    failure: &'a Failure,
    start: &Start,
    sources: &'a Sources,
) -> Frame<'a> {
    let weakness = case.failure.as_ref().is_none_or(|real| !std::ptr::eq(real, failure));
    let level = match case.verdict {
        _ if weakness => Level::WARNING.with_name("non-strict"),
        Verdict::Blocked => Level::ERROR.with_name("blocked"),
        _ => Level::ERROR,
    };
    let title = escape::short(&failure.title, TEXT_MAX);
    let label = escape::short(&failure.label, TEXT_MAX);
    let snippet = failure.place.as_ref().map(|place| Quote {
        path: sources.path(&place.path),
        place,
        text: sources.text(&place.path).filter(|text| fits(text, place)),
        label: label.clone(),
    });
    let mut notes = Vec::new();
    if snippet.as_ref().is_none_or(|quote| quote.text.is_none()) && !label.is_empty() {
        notes.push(("found", label));
    }
    notes.extend(failure.received.iter().map(|text| ("received", escape::short(text, TEXT_MAX))));
    notes.extend(failure.bytes.iter().map(|text| ("bytes", escape::short(text, TEXT_MAX))));
    notes.extend(failure.notes.iter().map(|text| ("note", several(text))));
    for id in &failure.charged {
        notes.push(("requires", requirement(case.version(), id)));
    }
    if !case.trace.is_empty() && !weakness {
        notes.push(("trace", trace(&case.trace)));
    }
    notes.push(("rerun", rerun(case, start)));
    let notes = notes.iter().map(|(name, text)| note(name, text)).collect();
    Frame { level, title, snippet, notes }
}

/// Whether a place lies in a text, as it may not when a report of another day is rendered.
fn fits(text: &str, place: &Place) -> bool {
    place.start <= place.end && text.get(place.start..place.end).is_some()
}

impl Frame<'_> {
    fn render(&self, renderer: &Renderer) -> String {
        let mut elements: Vec<Element<'_>> = Vec::new();
        elements.extend(self.snippet.as_ref().map(Quote::element));
        let unnamed = || Level::NOTE.no_name();
        elements.extend(self.notes.iter().map(|text| unnamed().message(text.as_str()).into()));
        let title = self.level.clone().primary_title(self.title.as_str());
        renderer.render(&[Group::with_title(title).elements(elements)])
    }
}

impl Quote<'_> {
    fn element(&self) -> Element<'_> {
        let place = self.place;
        let Some(text) = self.text else {
            let origin = Origin::path(self.path.as_str());
            return origin.line(place.line).char_column(place.column).into();
        };
        let head = line_start(text, place.scenario_line);
        let context =
            (place.scenario_line < place.line).then(|| AnnotationKind::Visible.span(head..head));
        let fault: Annotation<'_> =
            AnnotationKind::Primary.span(place.start..place.end).label(self.label.as_str());
        Snippet::source(text).path(self.path.as_str()).annotation(fault).annotations(context).into()
    }
}

/// Offset of the first byte of a line, counted from 1.
fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

/// `name:    text`, the texts of all names below each other.
fn note(name: &str, text: &str) -> String {
    let indent = " ".repeat(NAME_WIDTH + 2);
    let name = format!("{name}:");
    format!("{name:width$} {}", text.replace('\n', &format!("\n{indent}")), width = NAME_WIDTH + 1)
}

/// A text of a few lines, such as the end of a log.
fn several(text: &str) -> String {
    let lines: Vec<_> =
        text.lines().take(LINES_MAX).map(|line| escape::short(line, TEXT_MAX)).collect();
    lines.join("\n")
}

/// `3.1.1 MQTT-3.3.1-8 MUST - "title" (section 3.3.1.3)`
fn requirement(version: Option<Version>, id: &str) -> String {
    let Some(version) = version else { return escape::line(id) };
    match catalogue().get(version, id) {
        Some(statement) => format!(
            "{version} {id} {} - {:?} (section {})",
            statement.level, statement.title, statement.section
        ),
        None => format!("{version} {}", escape::line(id)),
    }
}

/// The last lines of a trace.
fn trace(lines: &[TraceLine]) -> String {
    let hidden = lines.len().saturating_sub(TRACE_MAX);
    let shown = lines[hidden..].iter().map(|line| {
        let TraceLine { at, client, direction, text, .. } = line;
        let [client, direction] = [client, direction].map(|text| escape::short(text, 40));
        format!("+{at:.3} {client} {direction} {}", escape::short(text, TEXT_MAX))
    });
    let cut = (hidden > 0).then(|| format!("({hidden} earlier)"));
    cut.into_iter().chain(shown).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_failure_shows_the_line_the_packet_the_statement_and_the_way_back() {
        let text =
            render(&samples::failed(), &samples::start(), &samples::sources(), Context::default());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn hostile_text_is_harmless_in_a_frame() {
        for color in [false, true] {
            let context = Context { color, ..Context::default() };
            let text = render(&samples::hostile(), &samples::start(), &samples::sources(), context);
            assert!(!text.contains(['\u{7}', '\u{9b}', '\u{202e}', '\r']), "{text:?}");
            assert!(!text.contains("\u{1b}]"), "{text:?}");
            if !color {
                insta::assert_snapshot!(text);
            }
        }
    }

    #[test]
    fn a_place_that_is_not_in_the_text_costs_the_quote_only() {
        let mut case = samples::failed();
        if let Some(place) = case.failure.as_mut().and_then(|failure| failure.place.as_mut()) {
            place.end = 100_000;
        }
        insta::assert_snapshot!(render(
            &case,
            &samples::start(),
            &samples::sources(),
            Context::default()
        ));
    }

    #[test]
    fn the_command_to_rerun_is_quoted_for_a_shell() {
        assert_eq!(
            rerun(&samples::hostile(), &samples::start()),
            "mqttspec run 'hostile/peer[it'\\''s,odd]@5.0' --seed 7f3a --broker tcp://127.0.0.1:1883"
        );
    }
}
