//! The table of errors: every kind with the statements that it breaks and the code that answers it.

use std::collections::BTreeSet;
use std::fmt::Write;

use mqttspec_codec::packet::PacketType;
use mqttspec_codec::{ErrorKind, ReasonCode, Sender, Version};

const CATALOGUE_3_1_1: [&str; 2] = [
    include_str!("../../conformance/spec/mqtt-3.1.1.toml"),
    include_str!("../../conformance/spec/mqtt-3.1.1-unnumbered.toml"),
];
const CATALOGUE_5_0: [&str; 2] = [
    include_str!("../../conformance/spec/mqtt-5.0.toml"),
    include_str!("../../conformance/spec/mqtt-5.0-unnumbered.toml"),
];

const SENDERS: [Sender; 3] = [Sender::Client, Sender::Server, Sender::Any];

fn statement_ids(version: Version) -> BTreeSet<&'static str> {
    let files = match version {
        Version::V3_1_1 => CATALOGUE_3_1_1,
        Version::V5_0 => CATALOGUE_5_0,
    };
    let id = |line: &'static str| line.strip_prefix("id = \"")?.strip_suffix('"');
    files.into_iter().flat_map(str::lines).filter_map(id).collect()
}

#[test]
fn every_statement_is_in_the_catalogue_of_its_version() {
    for version in Version::ALL {
        let known = statement_ids(version);
        assert!(known.len() > 100, "the catalogue of {version} could not be read");
        for kind in ErrorKind::all() {
            for sender in SENDERS {
                if let Some(id) = kind.statement(version, sender) {
                    assert!(known.contains(id), "{kind}: there is no {id} in {version}");
                }
            }
        }
    }
}

#[test]
fn every_kind_breaks_a_statement_and_has_an_answer() {
    for kind in ErrorKind::all() {
        let broken = Version::ALL.map(|version| kind.statement(version, Sender::Any).is_some());
        assert!(broken.contains(&true), "{kind:?} breaks nothing");
        assert!(kind.reason().is_error(), "{kind:?}");
        assert!(
            kind.reason().allowed_in(PacketType::Disconnect, Sender::Server)
                || kind.reason().allowed_in(PacketType::Connack, Sender::Server),
            "{kind:?}"
        );
    }
}

#[test]
fn no_kind_is_listed_twice() {
    let mut seen = BTreeSet::new();
    for kind in ErrorKind::all() {
        assert!(seen.insert(format!("{kind:?}")), "{kind:?}");
    }
}

#[test]
fn names_are_kebab_case_and_sentences_are_fragments() {
    for kind in ErrorKind::all() {
        let name = kind.name();
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(kebab), "{name}");
        let sentence = kind.to_string();
        assert!(sentence.starts_with(|c: char| c.is_lowercase()), "{sentence}");
        assert!(!sentence.ends_with('.'), "{sentence}");
        assert_ne!(sentence, name, "no sentence of its own");
    }
}

/// One row for all kinds that have the name, the statements and the code in common.
#[test]
fn the_table_of_errors() {
    let mut rows: Vec<(String, String, usize)> = Vec::new();
    for kind in ErrorKind::all() {
        let row = format!(
            "{} | {} | {} | {}",
            kind.name(),
            statements(kind, Version::V3_1_1),
            statements(kind, Version::V5_0),
            ReasonCode::name(kind.reason()),
        );
        match rows.iter_mut().find(|(known, ..)| *known == row) {
            Some((.., more)) => *more += 1,
            None => rows.push((row, kind.to_string(), 0)),
        }
    }
    let mut table = String::from("name | 3.1.1 | 5.0 | answer\n    first of its kind\n\n");
    for (row, sentence, more) in rows {
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        writeln!(table, "{row}\n    {sentence}{more}").unwrap();
    }
    insta::assert_snapshot!(table);
}

/// The statement, or those for a client and for a server.
fn statements(kind: ErrorKind, version: Version) -> String {
    let statement = |sender| kind.statement(version, sender).unwrap_or("-");
    let (client, server) = (statement(Sender::Client), statement(Sender::Server));
    if client == server { client.to_owned() } else { format!("{client} / {server}") }
}
