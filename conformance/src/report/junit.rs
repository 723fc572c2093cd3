//! The report that CI systems read: JUnit XML, a test suite for each folder of scenarios.
//!
//! FAIL, BLOCKED and XPASS are `<failure>`, ERROR is `<error>`, SKIP and XFAIL are `<skipped>`. A
//! NON-STRICT case passes, with its weaknesses as output, or fails in a strict run.

use std::time::Duration;

use quick_junit::TestSuite;
use quick_junit::{NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus};

use super::escape;
use super::event::{CaseReport, Event, Start};
use super::frame::{self, Context, Sources};
use crate::verdict::Verdict;

/// Renders a whole run.
///
/// # Errors
///
/// None that can happen while writing to memory.
pub fn render(events: &[Event], sources: &Sources, strict: bool) -> Result<String, SerializeError> {
    let mut start = Start::default();
    let mut suites: Vec<TestSuite> = Vec::new();
    let mut report = Report::new("mqttspec");
    let context = Context { strict, ..Context::default() };
    for event in events {
        match event {
            Event::Start(this) => start = this.clone(),
            Event::Case(case) => {
                let test = test_case(case, &start, sources, context);
                suite(&mut suites, case.folder(), &start).add_test_case(test);
            }
            Event::Summary(summary) => {
                report.set_time(duration(summary.seconds));
            }
            Event::CaseStart { .. } | Event::Broker { .. } => {}
        }
    }
    for suite in &mut suites {
        let seconds = suite.test_cases.iter().filter_map(|test| test.time).sum();
        suite.set_time(seconds);
    }
    report.add_test_suites(suites);
    report.to_string()
}

/// The suite of a folder, made when its first case comes.
fn suite<'a>(suites: &'a mut Vec<TestSuite>, folder: &str, start: &Start) -> &'a mut TestSuite {
    let folder = escape::line(folder);
    let at = suites.iter().position(|suite| suite.name.as_str() == folder);
    let at = at.unwrap_or_else(|| {
        let mut suite = TestSuite::new(folder);
        suite.add_property(Property::new("target", escape::line(&start.target)));
        suite.add_property(Property::new("seed", format!("{:x}", start.seed)));
        suite.add_property(Property::new("mqttspec", &start.mqttspec));
        suites.push(suite);
        suites.len() - 1
    });
    &mut suites[at]
}

fn test_case(case: &CaseReport, start: &Start, sources: &Sources, context: Context) -> TestCase {
    let mut status = status(case, context.strict);
    let frame = frame::render(case, start, sources, context);
    status.set_message(message(case, context.strict));
    status.set_type(case.word());
    if case.known.is_none() && !frame.is_empty() {
        status.set_description(frame.trim_start().to_owned());
    }
    let mut test = TestCase::new(escape::line(&case.id), status);
    test.set_classname(format!("mqttspec.{}", escape::line(case.folder())));
    test.set_time(duration(case.seconds));
    if case.verdict == Verdict::NonStrict && !context.strict {
        let weaknesses = Context { strict: true, ..context };
        test.set_system_out(frame::render(case, start, sources, weaknesses).trim_start());
    }
    test
}

fn status(case: &CaseReport, strict: bool) -> TestCaseStatus {
    let failure = || TestCaseStatus::non_success(NonSuccessKind::Failure);
    match (&case.known, case.verdict) {
        (Some(known), _) if known.met => TestCaseStatus::skipped(),
        (Some(_), _) => failure(),
        (None, Verdict::NonStrict) if strict => failure(),
        (None, Verdict::Pass | Verdict::NonStrict) => TestCaseStatus::success(),
        (None, Verdict::Fail | Verdict::Blocked) => failure(),
        (None, Verdict::Skip) => TestCaseStatus::skipped(),
        (None, Verdict::Error) => TestCaseStatus::non_success(NonSuccessKind::Error),
    }
}

fn message(case: &CaseReport, strict: bool) -> String {
    let weaknesses = case.weaknesses.iter().filter(|_| strict);
    let failure = case.failure.iter().chain(weaknesses).next();
    let failure = failure.map(|failure| match failure.label.as_str() {
        "" => failure.title.clone(),
        label => format!("{}: {label}", failure.title),
    });
    let text = match &case.known {
        Some(known) if known.met => format!("known failure: {}", known.reason),
        Some(known) => format!("passed, but is listed as a known failure: {}", known.reason),
        None => case.skipped.clone().or(failure).unwrap_or_default(),
    };
    escape::line(&text)
}

/// Seconds from a report that may be another program's.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_run_is_a_suite_for_each_folder() {
        let sources = samples::sources();
        insta::assert_snapshot!(render(&samples::run(), &sources, false).unwrap());
    }

    #[test]
    fn weak_cases_fail_a_strict_run() {
        let xml = render(&samples::run(), &samples::sources(), true).unwrap();
        let suite = xml.split("<testsuite ").find(|suite| suite.starts_with("name=\"subscribe\""));
        insta::assert_snapshot!(suite.unwrap());
    }

    #[test]
    fn nothing_in_the_document_is_beyond_xml() {
        let xml = render(&samples::run(), &samples::sources(), true).unwrap();
        assert!(!xml.chars().any(|c| c != '\n' && escape::is_harmful(c)));
        assert!(!xml.contains("<script>"));
    }
}
