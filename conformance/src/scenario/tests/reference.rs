//! `scenarios/README.md`, the reference of the language, against the code.

use std::collections::BTreeSet;

use mqttspec_codec::{PacketType, Version};

use super::mistakes_in;
use crate::scenario::fields::{FILTER_OPTIONS, Kind, MEASURES, MUTATIONS, OPTIONS, of_packet};
use crate::scenario::{Capability, reasons, words};

const README: &str = include_str!("../../../../scenarios/README.md");

/// The code blocks of a language, with the line that each begins on.
fn blocks(language: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(README.lines()) {
        match &mut open {
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some((_, text)) => text.push_str(&format!("{line}\n")),
            None if line == format!("```{language}") => open = Some((number + 1, String::new())),
            None => {}
        }
    }
    blocks
}

/// Steps as a scenario with two plain clients, `a` and `b`, and two that acknowledge by themselves.
fn scenario_of(steps: &str) -> String {
    let versions = if steps.contains("@3.1.1") { "3.1.1, 5.0" } else { "5.0" };
    let covers = if steps.contains("@3.1.1") { "3.1.1: MQTT-3.1.2-8, " } else { "" };
    format!(
        "scenario x {{\n    summary  \"s\"\n    versions {versions}\n    covers   {covers}5.0: \
         MQTT-3.1.2-8\n\n    connect a, b\n    connect pub, sub acks=auto\n{steps}    \
         pub <- nothing\n}}\n"
    )
}

/// All words between backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The text between two marks.
fn between(from: &str, to: &str) -> &'static str {
    let (_, behind) = README.split_once(from).unwrap_or_else(|| panic!("no {from:?}"));
    behind.split_once(to).unwrap_or_else(|| panic!("no {to:?}")).0
}

#[test]
fn all_examples_are_without_mistakes() {
    let files = blocks("scn");
    let steps = blocks("scn-steps").into_iter().map(|(line, text)| (line, scenario_of(&text)));
    let mut count = 0;
    for (line, text) in files.into_iter().chain(steps) {
        if let Some(mistake) = mistakes_in(&text).first() {
            panic!("README.md, line {line}:\n{mistake}");
        }
        count += 1;
    }
    assert!(count > 10, "there are only {count} examples");
}

#[test]
fn every_field_is_told_and_no_other() {
    let table = between("## Packets and fields", "Any packet that is sent");
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.split(" |").collect();
        let [packets, both, only_5] = [cells[0], cells[1], cells[2]];
        for name in packets.trim_start_matches("| ").split(", ") {
            let packet: PacketType = name.parse().unwrap_or_else(|_| panic!("{name}"));
            let fields = |version: Version| -> BTreeSet<&str> {
                let fields = of_packet(packet).iter().filter(|field| field.since == version);
                fields.map(|field| field.name).collect()
            };
            assert_eq!(quoted(both), fields(Version::V3_1_1), "{name}");
            assert_eq!(quoted(only_5), fields(Version::V5_0), "{name}");
        }
    }
}

#[test]
fn every_word_of_a_closed_list_is_told() {
    let capabilities = quoted(between("Capabilities: ", "What only shows"));
    for capability in Capability::ALL {
        assert!(capabilities.contains(capability.name()), "{capability}");
    }
    let keywords = quoted(between("so are no names: ", ".\n\n"));
    assert_eq!(keywords, words::KEYWORDS.iter().copied().collect());
    let told = quoted(README);
    let limits = words::LIMITS.iter().map(|name| format!("{{a.{name}}}"));
    let given = words::GIVEN.iter().map(|name| format!("{{{name}}}"));
    for name in limits.chain(given) {
        assert!(told.contains(name.as_str()), "{name}");
    }
    let options = OPTIONS.iter().filter(|option| option.kind == Kind::Reserved);
    let names =
        options.chain(MUTATIONS).map(|field| field.name).chain(FILTER_OPTIONS.iter().copied());
    for name in names.chain(MEASURES.iter().map(|field| field.name)) {
        assert!(told.iter().any(|text| text.starts_with(name)), "{name}");
    }
}

#[test]
fn every_reason_is_told_and_no_other() {
    let told = quoted(between("## Reasons", "## Grammar"));
    let told: BTreeSet<&str> = told.into_iter().filter(|word| *word != "error").collect();
    assert_eq!(told, reasons::names().collect());
}
