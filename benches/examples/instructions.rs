//! Decodes one row over and over, for a profiler that counts instructions: `instructions CODEC ROW
//! ROUNDS`. The difference between two numbers of rounds is the work without the preparations.

use std::hint::black_box;
use std::process::ExitCode;

use bytes::BytesMut;
use mqttspec_benches::codecs::{Codec, encode_all};
use mqttspec_benches::rows::{Row, rows};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, name, rounds] = arguments.as_slice() else {
        for row in rows() {
            println!("{} {}", row.name, row.packets);
        }
        return ExitCode::SUCCESS;
    };
    let row = rows().into_iter().find(|row| row.name == name);
    let (Some(row), Ok(rounds)) = (row, rounds.parse::<usize>()) else {
        return ExitCode::FAILURE;
    };
    match Codec::ALL.into_iter().find(|codec| codec.name() == work) {
        Some(codec) => decode(codec, &row, rounds),
        None if work == "encode" => encode(&row, rounds),
        None if work == "copy" => copy(&row, rounds),
        None => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}

fn decode(codec: Codec, row: &Row, rounds: usize) {
    for _ in 0..rounds {
        let buffer = BytesMut::from(&row.stream[..]);
        black_box(codec.decode_all(row.version, buffer));
    }
}

fn encode(row: &Row, rounds: usize) {
    let packets = row.decoded();
    let mut buffer = BytesMut::with_capacity(row.stream.len());
    for _ in 0..rounds {
        buffer.clear();
        encode_all(row.version, &packets, &mut buffer);
        black_box(&buffer);
    }
}

/// What [`decode`] does besides decoding.
fn copy(row: &Row, rounds: usize) {
    for _ in 0..rounds {
        black_box(BytesMut::from(&row.stream[..]));
    }
}
