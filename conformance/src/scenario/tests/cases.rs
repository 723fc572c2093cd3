//! Scenarios as cases.

use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::Version;

use crate::scenario::{Capability, Case, Source, Suite};

fn cases_of(files: &[(&str, &str)]) -> Vec<Arc<Case>> {
    let sources = files
        .iter()
        .map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() });
    match Suite::parse(sources.collect()) {
        Ok(suite) => suite.cases(),
        Err(mistakes) => panic!("{}", mistakes[0]),
    }
}

fn ids(cases: &[Arc<Case>]) -> Vec<&str> {
    cases.iter().map(|case| case.id.as_str()).collect()
}

const ROWS: &str = r#"
scenario plain {
    summary  "Each version."
    versions 5.0, 3.1.1
    covers   3.1.1: MQTT-3.1.2-8, 5.0: MQTT-3.1.2-8, MQTT-3.1.2-9
    needs    retain, not wildcard
    exclusive
    timeout  90s
    each q { one = 1   two = 2 [5.0: MQTT-3.1.2-10]   @5.0 three = 3 }
    each way from ways except slow

    connect a keep_alive={q}
    do way
    a <- nothing
}
"#;

const WAYS: &str = r"
table ways {
    quick       { a -> PINGREQ }
    slow        { wait 5s }
    @3.1.1 old  { a -> DISCONNECT }
}
";

#[test]
fn versions_and_rows_multiply() {
    let cases = cases_of(&[("area/b.scn", ROWS), ("tables.scn", WAYS)]);
    assert_eq!(
        ids(&cases),
        [
            "area/plain[one,quick]@3.1.1",
            "area/plain[one,old]@3.1.1",
            "area/plain[two,quick]@3.1.1",
            "area/plain[two,old]@3.1.1",
            "area/plain[one,quick]@5.0",
            "area/plain[two,quick]@5.0",
            "area/plain[three,quick]@5.0",
        ]
    );
    let first = &cases[0];
    assert_eq!(first.source.path, "area/b.scn");
    assert_eq!(first.bindings[1].source.path, "tables.scn");
    assert_eq!(first.bindings[1].row.name.node, "quick");
    assert_eq!(first.needs, [(false, Capability::Retain), (true, Capability::Wildcard)]);
    assert!(first.exclusive);
    assert_eq!(first.timeout, Duration::from_secs(90));
}

#[test]
fn statements_of_a_row_take_the_place_of_the_scenarios() {
    let cases = cases_of(&[("area/b.scn", ROWS), ("tables.scn", WAYS)]);
    let covers = |id: &str| {
        let case = cases.iter().find(|case| case.id == id).expect("it is there");
        case.covers.clone()
    };
    assert_eq!(covers("area/plain[one,quick]@5.0"), ["MQTT-3.1.2-8", "MQTT-3.1.2-9"]);
    assert_eq!(covers("area/plain[two,quick]@5.0"), ["MQTT-3.1.2-10"]);
    // The row says nothing of 3.1.1.
    assert_eq!(covers("area/plain[two,quick]@3.1.1"), ["MQTT-3.1.2-8"]);
}

#[test]
fn a_file_at_the_top_has_no_folder() {
    let cases = cases_of(&[("a/b/c.scn", ROWS), ("tables.scn", WAYS)]);
    assert!(cases[0].id.starts_with("a/b/plain["));
    let text = "scenario top {\n summary \"s\"\n versions 5.0\n covers MQTT-3.1.2-8\n connect a\n \
                a <- nothing\n}\n";
    assert_eq!(ids(&cases_of(&[("c.scn", text)])), ["top@5.0"]);
}

/// A case of 5.0 with these steps.
fn case_of(steps: &str) -> Arc<Case> {
    let text = format!(
        "scenario x {{\n summary \"s\"\n versions 5.0\n covers MQTT-3.1.2-8\n each n {{ two = 2 }}\n\
         connect a keep_alive={{n}}\n{steps}\na <- nothing\n}}\n"
    );
    let cases = cases_of(&[("x.scn", &text)]);
    assert_eq!(cases[0].version, Version::V5_0);
    Arc::clone(&cases[0])
}

#[test]
fn the_least_time_is_the_sum_of_waits() {
    let time = |steps: &str| case_of(steps).time_min;
    assert_eq!(time("wait 500ms\na <- nothing for 2s"), Duration::from_millis(2500));
    assert_eq!(time("repeat 3 as i { wait {i * n}s }"), Duration::from_secs(6));
    assert_eq!(time("repeat 100000 { wait 1s }"), Duration::from_secs(100_000));
    assert_eq!(time("a <- PINGRESP within 2s..5s"), Duration::from_secs(2));
    // What the broker decides is not counted.
    assert_eq!(time("a <- PINGRESP within 5s"), Duration::ZERO);
    assert_eq!(time("wait {a.keep_alive}s"), Duration::ZERO);
    assert_eq!(
        time("either { a <- PINGRESP\nwait 9s\n} or { a <- PUBLISH\nwait 1s\n}"),
        Duration::from_secs(1)
    );
    assert_eq!(
        time("mark m\nwait 3s\na <- PINGRESP within 2s..9s of m\na <- PUBLISH within 5s..9s of m"),
        Duration::from_secs(5)
    );
}

#[test]
fn clients_are_counted() {
    let connections = |steps: &str| case_of(steps).connections_max;
    assert_eq!(connections(""), 1);
    assert_eq!(connections("a -> abort\nreconnect a"), 1);
    assert_eq!(connections("repeat 300 as i { connect c[i] }\nc[*] <- nothing"), 301);
    assert_eq!(connections("either { a <- PUBLISH\nconnect b } or { a <- PUBACK\nconnect c\n}"), 3);
}

#[test]
fn what_breaks_rules_is_told_apart() {
    let hostile = |steps: &str| case_of(steps).hostile;
    assert!(!hostile("a -> PINGREQ\na <- PINGRESP"));
    assert!(hostile("a -> PINGREQ flags=1"));
    assert!(hostile("a -> bytes 00 00"));
    assert!(hostile("either { a <- rejected } or { a <- PUBLISH }\nreconnect a"));
}
