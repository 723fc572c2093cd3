//! The lines of `testdata/vectors.txt` and `testdata/generated/*.txt`, as the head of the former
//! describes them.

use std::fmt::Write;

use mqttspec_codec::{Context, Sender, Version};

pub(crate) struct Vector {
    /// The line, for messages.
    pub(crate) line: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) versions: Vec<Version>,
    pub(crate) sender: Sender,
    pub(crate) packet_size_max: u32,
    pub(crate) verdict: String,
    /// The name and offset of the error, or nothing.
    pub(crate) error: String,
    /// The statements that are broken, one for each of the versions, or none.
    pub(crate) statements: Vec<String>,
}

pub(crate) fn parse_file(text: &str) -> Vec<Vector> {
    let is_vector = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().filter(is_vector).map(parse).collect()
}

fn parse(line: &str) -> Vector {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [bytes, version, sender, verdict, error, statement, why] = columns[..] else {
        panic!("not seven columns: {line}")
    };
    assert!(!why.is_empty(), "no reason given: {line}");
    let (sender, max) = sender.split_once(" max=").unwrap_or((sender, ""));
    let versions: Vec<Version> = match version {
        "both" => Version::ALL.to_vec(),
        version => vec![version.parse().unwrap()],
    };
    let statements: Vec<String> = statement.split(" / ").map(str::to_owned).collect();
    Vector {
        line: line.to_owned(),
        bytes: parse_bytes(bytes),
        sender: parse_sender(sender),
        packet_size_max: max.parse().unwrap_or(Context::PACKET_SIZE_MAX),
        verdict: verdict.to_owned(),
        error: error.to_owned(),
        // What both versions have in common is written once.
        statements: match &statements[..] {
            [common] => vec![common.clone(); versions.len()],
            _ => statements,
        },
        versions,
    }
}

fn parse_sender(sender: &str) -> Sender {
    match sender {
        "client" => Sender::Client,
        "server" => Sender::Server,
        "any" => Sender::Any,
        _ => panic!("who is the sender? {sender}"),
    }
}

pub(crate) fn sender_name(sender: Sender) -> &'static str {
    match sender {
        Sender::Client => "client",
        Sender::Server => "server",
        Sender::Any => "any",
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
            '*' => rest.find(' ').unwrap_or(rest.len()),
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
            '*' => {
                let times: usize = token[1..].parse().unwrap();
                let byte = *bytes.last().unwrap();
                bytes.resize(bytes.len() + times - 1, byte);
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

/// Hex digits, with runs of one byte told by their length.
pub(crate) fn write_bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for run in bytes.chunk_by(|a, b| a == b) {
        if run.len() < 16 {
            run.iter().for_each(|byte| write!(text, "{byte:02X}").unwrap());
        } else {
            write!(text, " {:02X}*{} ", run[0], run.len()).unwrap();
        }
    }
    text.trim().to_owned()
}
