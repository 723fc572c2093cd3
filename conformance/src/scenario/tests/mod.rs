//! Mistakes and how they are told, and properties of the parser.

mod cases;
mod reference;
mod robust;
mod tree;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Diagnostic, ParsedFile, Problem, Source, Suite, format, parse_file};

const MISTAKES: &str = include_str!("mistakes.txt");

/// Steps as the steps of a scenario.
fn scenario_of(steps: &str) -> String {
    format!(
        "scenario x {{\n    summary  \"s\"\n    versions 5.0\n    covers   MQTT-3.1.2-8\n\n\
         {steps}}}\n"
    )
}

fn mistakes_in(text: &str) -> Vec<Diagnostic> {
    let source = Source { path: "area/file.scn".to_owned(), text: text.to_owned() };
    Suite::parse(vec![source]).err().unwrap_or_default()
}

/// Title and text of each section.
fn sections() -> impl Iterator<Item = (&'static str, String)> {
    MISTAKES.split("\n## ").skip(1).map(|section| {
        let (title, text) = section.split_once('\n').expect("a title and a text");
        let is_file = ["scenario", "table", "connect"].iter().any(|word| text.starts_with(word));
        let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        (title, if is_file { text } else { scenario_of(&text) })
    })
}

#[test]
fn every_mistake_is_told_in_its_place() {
    let mut told = String::new();
    let mut kinds = BTreeSet::new();
    for (title, text) in sections() {
        let wanted = title.split(':').next().unwrap_or(title);
        let mistakes = mistakes_in(&text);
        told.push_str(&format!("## {title}\n\n"));
        let mut found = false;
        for mistake in &mistakes {
            found |= mistake.problem.name() == wanted;
            kinds.insert(mistake.problem.name());
            told.push_str(&format!("{mistake}\n\n"));
        }
        assert!(found, "{title} was not found among:\n{told}");
    }
    insta::assert_snapshot!("mistakes", told);
    // A file beyond the limit would fill the snapshot.
    kinds.insert(mistakes_in(&" ".repeat((4 << 20) + 1))[0].problem.name());
    let missing: Vec<_> = Problem::NAMES.iter().filter(|name| !kinds.contains(*name)).collect();
    assert!(missing.is_empty(), "nothing shows {missing:?}");
}

/// The packaged files, which have to be without mistakes.
fn packaged() -> Suite {
    Suite::packaged().unwrap_or_else(|mistakes| panic!("{}", mistakes[0]))
}

#[test]
fn packaged_scenarios_are_without_mistakes() {
    let suite = packaged();
    let cases = suite.cases();
    assert!(!cases.is_empty());
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len(), "an id stands for two cases");
    for case in &cases {
        assert!(!case.covers.is_empty(), "{} covers nothing", case.id);
        assert!(case.time_min < case.timeout, "{} cannot be done in time", case.id);
    }
}

#[test]
fn formatting_the_packaged_scenarios_changes_nothing_else() {
    for ParsedFile { source, file } in packaged().files {
        let text = format(&file);
        let again = Source { path: source.path.clone(), text: text.clone() };
        let again =
            parse_file(&Arc::new(again)).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
        assert_eq!(again, file, "{}", source.path);
        assert_eq!(format(&again), text, "{}", source.path);
    }
}
