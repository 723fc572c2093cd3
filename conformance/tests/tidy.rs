//! The rules of the repository that a program can check.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mqttspec::catalogue::catalogue;
use mqttspec::exit::Exit;
use mqttspec::monitor;
use mqttspec::scenario::{Suite, ast, format};
use mqttspec_codec::Version;

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of the repository with one of these endings, and their texts.
fn texts(endings: &[&str]) -> Vec<(String, String)> {
    fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                // Build output, what git and editors keep, and what a fuzzer has found.
                if name != "target" && name != "corpus" && !name.starts_with('.') {
                    collect(&path, paths);
                }
            } else {
                paths.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    collect(root(), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| endings.iter().any(|ending| path.to_str().unwrap().ends_with(ending)))
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// Everything that a person wrote, but lock files and licences.
fn all_texts() -> Vec<(String, String)> {
    texts(&[".rs", ".toml", ".md", ".scn", ".snap", ".yml", ".yaml"])
}

fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// Statements in a text, `MQTT-1.5.4-1` or `U-5.0-4.1-1`, with the version if it is written in
/// front: `5.0:MQTT-1.5.4-1`. Tests also need ids that do not exist; no section has so many
/// statements that their last number could be meant.
fn statements(text: &str) -> impl Iterator<Item = (Option<Version>, &str)> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"-.:".contains(c))
        .map(|word| word.trim_matches(['.', '-', ':']))
        .map(|word| match word.rsplit_once(':') {
            Some((version, id)) => (version.parse().ok(), id),
            None => (None, word),
        })
        .filter(|(_, id)| {
            let is_dotted = |part: &str| part.split('.').all(|number| number.parse::<u8>().is_ok());
            match id.split('-').collect::<Vec<_>>().as_slice() {
                ["MQTT", section, number] | ["U", "3.1.1" | "5.0", section, number] => {
                    is_dotted(section) && number.parse::<u16>().is_ok_and(|number| number < 80)
                }
                _ => false,
            }
        })
}

#[test]
fn every_statement_exists_in_its_version() {
    let mut unknown = BTreeSet::new();
    for (path, text) in all_texts() {
        // The catalogue itself speaks of ids that are not there, and why.
        if path.starts_with("conformance/spec") {
            continue;
        }
        for (version, id) in statements(&text) {
            let versions = version.map_or(Version::ALL.to_vec(), |version| vec![version]);
            if versions.into_iter().all(|version| catalogue().get(version, id).is_none()) {
                let version = version.map(|version| format!("{version} ")).unwrap_or_default();
                unknown.insert(format!("{path}: {version}{id}"));
            }
        }
    }
    assert_none("statements that are in no catalogue", &Vec::from_iter(unknown));
}

#[test]
fn statements_are_found_in_text() {
    let text =
        "5.0:MQTT-3.8.1-1, (U-3.1.1-4.7.2-2). MQTT-3.8 MQTT-3.8.1-99 covers: [MQTT-1.5.4-1]:";
    let found: Vec<_> = statements(text).collect();
    let expected =
        [(Some(Version::V5_0), "MQTT-3.8.1-1"), (None, "U-3.1.1-4.7.2-2"), (None, "MQTT-1.5.4-1")];
    assert_eq!(found, expected);
}

#[test]
fn monitor_rules_name_statements_of_their_version() {
    let mut names = BTreeSet::new();
    for rule in monitor::rules() {
        assert!(names.insert(rule.name), "{} is there twice", rule.name);
        assert!(!rule.summary.is_empty(), "{} has no summary", rule.name);
        let mut checks = 0;
        for version in Version::ALL {
            for id in rule.statements(version) {
                assert!(catalogue().get(version, id).is_some(), "{}: {version} {id}", rule.name);
                checks += 1;
            }
        }
        assert!(checks > 0, "{} checks nothing", rule.name);
    }
    assert!(!names.is_empty());
}

#[test]
fn the_scenarios_parse_and_are_formatted() {
    let suite = Suite::packaged().unwrap_or_else(|mistakes| {
        let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}", texts.join("\n\n"))
    });
    let unformatted: Vec<String> = suite
        .files
        .iter()
        .filter(|parsed| format(&parsed.file) != parsed.source.text)
        .map(|parsed| parsed.source.path.clone())
        .collect();
    assert_none("files that `mqttspec fmt` would change", &unformatted);
}

#[test]
fn every_scenario_has_a_summary_and_every_case_covers_something() {
    let suite = Suite::packaged().unwrap();
    for parsed in &suite.files {
        for item in &parsed.file.items {
            let ast::Item::Scenario(scenario) = item else { continue };
            let mut summaries = scenario.headers.iter().filter_map(|header| match &header.kind {
                ast::HeaderKind::Summary(text) => Some(text.node.as_str()),
                _ => None,
            });
            let summary = summaries.next_back().unwrap_or_default();
            let place = format!("{}: {}", parsed.source.path, scenario.name.node);
            assert!(summary.ends_with('.'), "{place}: the summary is no sentence");
        }
    }
    for case in suite.cases() {
        assert!(!case.covers.is_empty(), "{} covers nothing", case.id);
        for id in &case.covers {
            assert!(catalogue().get(case.version, id).is_some(), "{}: {id}", case.id);
        }
    }
}

#[test]
fn the_readme_tells_the_exit_codes() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        assert!(readme.contains(&row), "README.md lacks the row: {row}");
    }
}

#[test]
fn the_readme_tells_the_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, commands) = readme.split_once("## Commands\n").unwrap();
    let (commands, _) = commands.split_once("\n## ").unwrap();
    let told: BTreeSet<&str> =
        commands.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let command = mqttspec::cli::command();
    let there: BTreeSet<&str> = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(clap::Command::get_name)
        .collect();
    assert_eq!(told, there);
}

#[test]
fn the_readme_shows_a_scenario_that_is_one() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let scenario = include_str!("suite/retain/basic.scn");
    assert!(readme.contains(&format!("```\n{scenario}```\n")));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in texts(&[".md"]) {
        let folder = root().join(&path).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert_none("links to nowhere", &broken);
}

#[test]
fn nothing_unfinished_is_left_in_the_sources() {
    let macros = ["dbg", "todo", "unimplemented"].map(|name| format!("{name}!("));
    let notes = ["TODO", "FIXME", "XXX"].map(|word| format!("// {word}"));
    let mut found = Vec::new();
    for (path, text) in texts(&[".rs"]) {
        for (number, line) in (1..).zip(text.lines()) {
            let is_comment = line.trim_start().starts_with("//");
            if macros.iter().any(|name| !is_comment && line.contains(name.as_str()))
                || notes.iter().any(|note| line.contains(note.as_str()))
            {
                found.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert_none("left-overs", &found);
}

#[test]
fn every_source_opens_with_what_it_is_for() {
    let found: Vec<String> = texts(&[".rs"])
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert_none("sources without a paragraph at their head", &found);
}

/// A path of somebody's machine, a developer's or a build server's, means nothing to a reader.
#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let folders = ["home", "root", "work", "Users", "tmp"].map(|name| format!("/{name}/"));
    let mut found = Vec::new();
    for (path, text) in all_texts() {
        for (number, line) in (1..).zip(text.lines()) {
            if folders.iter().any(|folder| line.contains(folder.as_str())) {
                found.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert_none("paths of a machine", &found);
}

#[test]
fn the_committed_coverage_is_that_of_the_scenarios() {
    let check = std::process::Command::new(env!("CARGO_BIN_EXE_mqttspec"))
        .args(["coverage", "--check", "--scenarios"])
        .arg(root().join("scenarios"))
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}
