//! Runs `testdata/vectors.txt`, whose head describes its format.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::{Context, DecodeError, ErrorKind, Sender, Version, decode, decode_frame};

const VECTORS: &str = include_str!("../testdata/vectors.txt");

struct Vector {
    /// The line, for messages.
    line: String,
    bytes: Vec<u8>,
    versions: Vec<Version>,
    sender: Sender,
    packet_size_max: u32,
    verdict: String,
    /// The name and offset of the error, or nothing.
    error: String,
}

fn vectors() -> Vec<Vector> {
    let is_vector = |line: &&str| !line.is_empty() && !line.starts_with("//");
    VECTORS.lines().filter(is_vector).map(parse).collect()
}

fn parse(line: &str) -> Vector {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [bytes, version, sender, verdict, error, why] = columns[..] else {
        panic!("not six columns: {line}")
    };
    assert!(!why.is_empty(), "no reason given: {line}");
    let (sender, max) = sender.split_once(" max=").unwrap_or((sender, ""));
    Vector {
        line: line.to_owned(),
        bytes: parse_bytes(bytes),
        versions: match version {
            "both" => Version::ALL.to_vec(),
            version => vec![version.parse().unwrap()],
        },
        sender: match sender {
            "client" => Sender::Client,
            "server" => Sender::Server,
            "any" => Sender::Any,
            _ => panic!("who is the sender? {line}"),
        },
        packet_size_max: max.parse().unwrap_or(Context::PACKET_SIZE_MAX),
        verdict: verdict.to_owned(),
        error: error.to_owned(),
    }
}

fn parse_bytes(text: &str) -> Vec<u8> {
    let mut rest = text;
    let mut bytes = Vec::new();
    // Where lengths have to be put in, once it is known how long.
    let mut remaining_length = None;
    let mut block = None;
    while let Some(next) = rest.chars().next() {
        let len = match next {
            's' | '"' => {
                let start = rest.find('"').unwrap() + 1;
                start + rest[start..].find('"').unwrap() + 1
            }
            ' ' | '#' | '(' | ')' => 1,
            _ => 2,
        };
        let (token, tail) = rest.split_at(len);
        match next {
            ' ' => {}
            '#' => remaining_length = Some(bytes.len()),
            '(' => block = Some(bytes.len()),
            ')' => insert_len(&mut bytes, block.take().unwrap()),
            '"' => bytes.extend(token.trim_matches('"').bytes()),
            's' => {
                let string = token[1..].trim_matches('"');
                bytes.extend(u16::try_from(string.len()).unwrap().to_be_bytes());
                bytes.extend(string.bytes());
            }
            _ => bytes.push(u8::from_str_radix(token, 16).unwrap()),
        }
        rest = tail;
    }
    if let Some(at) = remaining_length {
        insert_len(&mut bytes, at);
    }
    bytes
}

fn insert_len(bytes: &mut Vec<u8>, at: usize) {
    let len = bytes.len() - at;
    assert!(len < 128, "longer vectors do not belong here");
    bytes.insert(at, u8::try_from(len).unwrap());
}

fn told(error: &DecodeError) -> String {
    format!("{}@{}", error.name(), error.offset())
}

#[test]
fn every_vector_is_judged_as_it_says() {
    for vector in vectors() {
        for &version in &vector.versions {
            let context = Context {
                packet_size_max: vector.packet_size_max,
                ..Context::new(version, vector.sender)
            };
            let line = &vector.line;
            let mut buf = BytesMut::from(&vector.bytes[..]);
            let stream = decode(&mut buf, &context);
            let frame = decode_frame(Bytes::from(vector.bytes.clone()), &context);
            let outcome = match &stream {
                Ok(Some(_)) if buf.is_empty() => "packet",
                Ok(Some(_)) => "more",
                Ok(None) => "partial",
                Err(_) => "error",
            };
            assert_eq!(outcome, vector.verdict, "{line}\n{version}: {stream:?}");
            let frame_error = frame.as_ref().err().map(told).unwrap_or_default();
            assert_eq!(frame_error, vector.error, "{line}\n{version}");
            match &stream {
                Ok(packet) if buf.is_empty() => assert_eq!(packet.as_ref(), frame.ok().as_ref()),
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(told(error), vector.error, "{line}\n{version}");
                    assert_eq!(buf, vector.bytes, "an error leaves the buffer alone: {line}");
                    assert!(error.statement(error.version()).is_some(), "{line}\n{version}");
                }
            }
        }
    }
}

#[test]
fn there_is_a_vector_for_every_kind_of_error_in_every_version_that_has_it() {
    let mut covered = BTreeSet::new();
    for vector in vectors() {
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

#[test]
fn no_vector_stands_twice() {
    let mut seen = BTreeSet::new();
    for vector in vectors() {
        for version in vector.versions {
            let sender = format!("{:?} {}", vector.sender, vector.packet_size_max);
            let key = (vector.bytes.clone(), version, sender);
            assert!(seen.insert(key), "{}", vector.line);
        }
    }
}
