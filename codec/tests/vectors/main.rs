//! Runs `testdata/vectors.txt`, whose head describes its format, and `testdata/generated/*.txt`,
//! which have the same.
//!
//! The latter are made here out of the tables of the catalogue, without a look at the codec's own:
//! two readings of the standard have to agree. Where a table or the generator changes,
//! `UPDATE_VECTORS=1 cargo test -p mqttspec-codec --test vectors the_generated` writes the files
//! anew; the difference is to be read before it is committed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

mod case;
mod codes;
mod connect;
mod cuts;
mod form;
mod headers;
mod notation;
mod properties;
mod strings;
mod tables;
mod topics;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use case::Case;
use mqttspec_codec::{Context, DecodeError, ErrorKind, Sender, Version, decode, decode_frame};
use notation::Vector;
use tables::Tables;

const WRITTEN_BY_HAND: &str = include_str!("../../testdata/vectors.txt");

/// Name and head of a generated file, and what makes its vectors.
type Generator = (&'static str, &'static str, fn(&Tables) -> Vec<Case>);

const GENERATED: [Generator; 7] = [
    ("headers", "Types, flags, directions, Remaining Length, identifiers, ends", headers::cases),
    ("codes", "Reason Codes, Return Codes, and the flags of CONNACK", codes::cases),
    ("properties", "Properties: places, ranges, identifiers, lengths", properties::cases),
    ("strings", "The content and the length of strings and Binary Data", strings::cases),
    ("cuts", "Packets that end too early, and lengths that reach too far", cuts::cases),
    ("connect", "Protocol Name, Protocol Level and Connect Flags", connect::cases),
    ("topics", "Topic Names, Topic Filters and Subscription Options", topics::cases),
];

const HOW_GENERATED: &str = "Generated from the tables of the catalogue; do not edit, but see \
                             tests/vectors/main.rs.";

fn path(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("testdata/generated").join(name).with_extension("txt")
}

fn generated(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_default()
}

/// All vectors: those written by hand, then the generated ones.
fn files() -> Vec<(String, Vec<Vector>)> {
    let by_hand = ("by hand".to_owned(), notation::parse_file(WRITTEN_BY_HAND));
    let generated =
        GENERATED.map(|(name, ..)| (name.to_owned(), notation::parse_file(&generated(name))));
    [by_hand].into_iter().chain(generated).collect()
}

fn told(error: &DecodeError) -> String {
    format!("{}@{}", error.name(), error.offset())
}

/// Runs a vector in one of its versions; what does not hold is told.
fn judge(vector: &Vector, version: Version, statement: &str) -> Result<(), String> {
    let context =
        Context { packet_size_max: vector.packet_size_max, ..Context::new(version, vector.sender) };
    let mut buf = BytesMut::from(&vector.bytes[..]);
    let stream = decode(&mut buf, &context);
    let frame = decode_frame(Bytes::from(vector.bytes.clone()), &context);
    let outcome = match &stream {
        Ok(Some(_)) if buf.is_empty() => "packet",
        Ok(Some(_)) => "more",
        Ok(None) => "partial",
        Err(_) => "error",
    };
    let expected = match vector.verdict.as_str() {
        // What the standard leaves open the codec answers in one way, as the error says.
        "either" if vector.error.is_empty() => "packet",
        "either" => "error",
        verdict => verdict,
    };
    let check = |good: bool, what: &str| {
        let line = &vector.line;
        if good { Ok(()) } else { Err(format!("{line}\n    {version}: {what} {stream:?}")) }
    };
    check(outcome == expected, "another verdict:")?;
    let frame_error = frame.as_ref().err().map(told).unwrap_or_default();
    check(frame_error == vector.error, &format!("as a frame {frame_error:?}:"))?;
    match &stream {
        Ok(packet) if buf.is_empty() => {
            check(packet.as_ref() == frame.ok().as_ref(), "another packet as a frame:")
        }
        Ok(_) => check(statement.is_empty(), "a statement, but no error:"),
        Err(error) => {
            check(told(error) == vector.error, "another error:")?;
            check(buf == vector.bytes, "the buffer is not left alone:")?;
            let broken = error.statement(error.version());
            check(broken == Some(statement), &format!("breaks {broken:?}:"))
        }
    }
}

#[test]
fn every_vector_is_judged_as_it_says() {
    let mut failures = Vec::new();
    for (_, vectors) in files() {
        for vector in vectors {
            for (&version, statement) in vector.versions.iter().zip(&vector.statements) {
                failures.extend(judge(&vector, version, statement).err());
            }
        }
    }
    let some: Vec<&str> = failures.iter().take(20).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), some.join("\n"));
}

/// A stream may be cut anywhere: what comes of it is the same, and an error that is told early is
/// the one that is told of the whole.
#[test]
fn no_vector_means_something_else_when_it_arrives_in_two_parts() {
    for (_, vectors) in files() {
        for vector in vectors {
            let context = Context {
                packet_size_max: vector.packet_size_max,
                ..Context::new(vector.versions[0], vector.sender)
            };
            let mut whole = BytesMut::from(&vector.bytes[..]);
            let expected = decode(&mut whole, &context);
            let len = vector.bytes.len();
            let cuts: Vec<usize> = (0..len).filter(|cut| len - cut <= 4 || *cut < 24).collect();
            for cut in cuts {
                let mut buf = BytesMut::from(&vector.bytes[..cut]);
                let result = match decode(&mut buf, &context) {
                    Ok(None) => {
                        buf.extend_from_slice(&vector.bytes[cut..]);
                        decode(&mut buf, &context)
                    }
                    early => {
                        buf.extend_from_slice(&vector.bytes[cut..]);
                        early
                    }
                };
                assert_eq!(result, expected, "cut at {cut}: {}", vector.line);
                assert_eq!(buf, whole, "cut at {cut}: {}", vector.line);
            }
        }
    }
}

#[test]
fn the_generated_vectors_are_those_of_the_catalogue() {
    let tables = Tables::read();
    let update = std::env::var_os("UPDATE_VECTORS").is_some();
    for (name, head, cases) in GENERATED {
        let head = format!("{head}. The format is that of vectors.txt.\n{HOW_GENERATED}");
        let text = case::lines(&head, &cases(&tables));
        if update {
            std::fs::write(path(name), text).unwrap();
        } else {
            let committed = generated(name);
            let differs = text.lines().zip(committed.lines()).find(|(new, old)| new != old);
            assert!(text == committed, "{name} is not up to date: {differs:#?}");
        }
    }
}

/// The files hold a selection of these.
#[test]
fn all_codes_and_many_more_filters_are_judged_as_the_catalogue_has_it() {
    let tables = Tables::read();
    let codes: Vec<u8> = (0..=u8::MAX).collect();
    let mut cases = codes::reason_codes(&tables, &codes);
    cases.extend(topics::filters(&tables, 5));
    let mut failures = Vec::new();
    for vector in cases.iter().flat_map(|case| notation::parse_file(&case.line())) {
        failures.extend(judge(&vector, vector.versions[0], &vector.statements[0]).err());
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[0]);
}

#[test]
fn there_is_a_vector_for_every_kind_of_error_in_every_version_that_has_it() {
    let mut covered = BTreeSet::new();
    let by_hand = notation::parse_file(WRITTEN_BY_HAND);
    for vector in by_hand {
        let name = vector.error.split('@').next().unwrap().to_owned();
        covered.extend(vector.versions.into_iter().map(|version| (name.clone(), version)));
    }
    for kind in ErrorKind::all() {
        for version in Version::ALL {
            if kind.statement(version, Sender::Any).is_some() {
                let covered = covered.contains(&(kind.name().to_owned(), version));
                assert!(covered, "no vector for {} in {version}", kind.name());
            }
        }
    }
}

/// By name the vectors written by hand have all kinds; the generated ones have them with
/// everything that they can be about.
#[test]
fn the_vectors_reach_every_kind_of_error_with_all_that_it_can_be_about() {
    let mut missing: BTreeSet<String> = ErrorKind::all().map(|kind| format!("{kind:?}")).collect();
    for (_, vectors) in files() {
        for vector in vectors {
            for &version in &vector.versions {
                let context = Context {
                    packet_size_max: vector.packet_size_max,
                    ..Context::new(version, vector.sender)
                };
                if let Err(error) = decode_frame(Bytes::from(vector.bytes.clone()), &context) {
                    missing.remove(&format!("{:?}", error.kind()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{} kinds are never seen: {missing:#?}", missing.len());
}

#[test]
fn what_one_of_the_sides_may_send_is_legal_from_either() {
    for (_, vectors) in files() {
        for vector in vectors.iter().filter(|vector| vector.verdict == "packet") {
            let frame = Bytes::from(vector.bytes.clone());
            let decoded =
                |sender| decode_frame(frame.clone(), &Context::new(vector.versions[0], sender));
            assert_eq!(decoded(Sender::Any), decoded(vector.sender), "{}", vector.line);
            assert!(decoded(Sender::Any).is_ok(), "{}", vector.line);
        }
    }
}

/// A broker must not be blamed for a rule that binds clients.
#[test]
fn what_a_server_sends_breaks_statements_that_bind_servers() {
    // These speak of clients alone, but there are no others on their subject.
    const FOR_LACK_OF_ANOTHER: [&str; 2] = ["U-5.0-2.1.2-2", "U-5.0-3.3.2.3.2-1"];
    let binds = Version::ALL.map(|version| (version, tables::statements(version)));
    for (_, vectors) in files() {
        for vector in vectors.iter().filter(|vector| vector.sender == Sender::Server) {
            for (version, statement) in vector.versions.iter().zip(&vector.statements) {
                let (_, catalogue) = binds.iter().find(|(known, _)| known == version).unwrap();
                let skip =
                    statement.is_empty() || FOR_LACK_OF_ANOTHER.contains(&statement.as_str());
                let bound = catalogue.get(statement).map(String::as_str);
                assert!(
                    skip || matches!(bound, Some("server" | "both")),
                    "{statement} of {version} binds {bound:?}: {}",
                    vector.line,
                );
            }
        }
    }
}

#[test]
fn no_vector_stands_twice() {
    for (file, vectors) in files() {
        let mut seen = BTreeSet::new();
        for vector in vectors {
            for version in vector.versions {
                let sender = format!("{:?} {}", vector.sender, vector.packet_size_max);
                let key = (vector.bytes.clone(), version, sender);
                assert!(seen.insert(key), "{file}: {}", vector.line);
            }
        }
    }
}

#[test]
fn vectors_of_different_files_agree() {
    let mut seen: BTreeMap<_, String> = BTreeMap::new();
    for (_, vectors) in files() {
        for vector in vectors {
            for version in vector.versions {
                let sender = format!("{:?} {}", vector.sender, vector.packet_size_max);
                let told = format!("{} {}", vector.verdict, vector.error);
                let key = (vector.bytes.clone(), version, sender);
                let first = seen.entry(key).or_insert_with(|| told.clone());
                assert_eq!(*first, told, "{}", vector.line);
            }
        }
    }
}
