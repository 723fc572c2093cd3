//! What is wrong with a scenario file, and where: a fact ([`Problem`]) with its place, rendered as a
//! source frame with what was expected, what came instead, and the nearest word on a typo.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

use super::Source;
use super::ast::Span;
pub use super::problem::Problem;

/// A mistake in a scenario file.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The file.
    pub source: Arc<Source>,
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub problem: Problem,
    /// Another place that has to do with it.
    pub related: Option<Related>,
}

/// A second place of a diagnostic.
#[derive(Clone, Debug)]
pub struct Related {
    /// The file.
    pub source: Arc<Source>,
    /// The place.
    pub span: Span,
    /// What it has to do with the mistake.
    pub label: &'static str,
}

impl Diagnostic {
    /// A mistake in one place.
    #[must_use]
    pub fn new(source: &Arc<Source>, span: Span, problem: Problem) -> Self {
        Self { source: Arc::clone(source), span, problem, related: None }
    }

    /// The same with a second place.
    #[must_use]
    pub fn with(mut self, source: &Arc<Source>, span: Span, label: &'static str) -> Self {
        self.related = Some(Related { source: Arc::clone(source), span, label });
        self
    }

    /// The mistake in a few words.
    #[must_use]
    pub fn message(&self) -> String {
        self.problem.text().title
    }

    /// What is said beside the place.
    #[must_use]
    pub fn label(&self) -> String {
        self.problem.text().label
    }

    /// What may put it right.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        self.problem.text().help
    }

    /// Line and column of the place, both from 1; columns count characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let text = &self.source.text;
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    /// The source frame, with colours if `styled`.
    #[must_use]
    pub fn render(&self, styled: bool) -> String {
        let text = self.problem.text();
        let primary = AnnotationKind::Primary
            .span(visible(&self.source.text, self.span))
            .label(text.label.as_str());
        let mut here = snippet(&self.source).annotation(primary);
        let mut elsewhere = None;
        if let Some(related) = &self.related {
            let range = visible(&related.source.text, related.span);
            let context = AnnotationKind::Context.span(range).label(related.label);
            if Arc::ptr_eq(&related.source, &self.source) {
                here = here.annotation(context);
            } else {
                elsewhere = Some(snippet(&related.source).annotation(context));
            }
        }
        let mut group = Level::ERROR.primary_title(text.title.as_str()).element(here);
        if let Some(elsewhere) = elsewhere {
            group = group.element(elsewhere);
        }
        let help = text.help.as_deref().map(|help| Element::from(Level::HELP.message(help)));
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group.elements(help)])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

fn snippet<T: Clone>(source: &Source) -> Snippet<'_, T> {
    Snippet::source(source.text.as_str()).path(source.path.as_str())
}

/// The range of a span, kept inside the text and, so that a caret stays short, on its first line.
fn visible(text: &str, span: Span) -> Range<usize> {
    let inside = |at: usize| (0..=at.min(text.len())).rfind(|&at| text.is_char_boundary(at));
    let start = inside(span.start).unwrap_or(0);
    let end = inside(span.end).unwrap_or(0).max(start);
    let line = text[start..end].find('\n').map_or(end, |length| start + length);
    start..line
}
