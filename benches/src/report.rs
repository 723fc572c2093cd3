//! `BENCHMARKS.md`: the tables, what the codecs are and do not check, and how that was measured.

use std::fmt::Write;

use toml::Table;

use crate::codecs::Codec;
use crate::faults::{Verdict, faults};
use crate::fidelity::{Fidelity, fidelity};
use crate::figures::{Direction, Figure};
use crate::rows::rows;

/// What was measured of all codecs on all rows.
pub struct Measured {
    /// Instructions per packet.
    pub instructions: Vec<Figure>,
    /// Nanoseconds per packet.
    pub nanoseconds: Vec<Figure>,
    /// Allocations per packet.
    pub allocations: Vec<Figure>,
}

/// The text of the file. `lock` is that of `Cargo.lock`, which knows the versions.
///
/// # Errors
///
/// The lock file is not TOML.
pub fn format(measured: &Measured, lock: &str) -> Result<String, toml::de::Error> {
    let lock: Table = lock.parse()?;
    let mut text = String::from(HEAD);
    for direction in Direction::ALL {
        let title = match direction {
            Direction::Decode => "Decoding",
            Direction::Encode => "Encoding",
        };
        let _ = writeln!(text, "\n## {title}");
        let kinds = [
            ("Instructions per packet", &measured.instructions, 0),
            ("Nanoseconds per packet", &measured.nanoseconds, 1),
            ("Allocations per packet", &measured.allocations, 2),
        ];
        for (kind, figures, decimals) in kinds {
            let _ = writeln!(text, "\n{kind}:\n");
            table(&mut text, "row", &row_cells(figures, direction, decimals));
        }
    }
    codecs(&mut text, &lock);
    checks(&mut text);
    text.push_str(METHOD);
    Ok(text)
}

fn row_cells(figures: &[Figure], direction: Direction, decimals: usize) -> Vec<Cells> {
    let cell = |row: &str, codec: Codec| {
        let wanted = |f: &&Figure| f.row == row && f.codec == codec && f.direction == direction;
        figures
            .iter()
            .find(wanted)
            .map_or_else(|| "-".to_owned(), |figure| format!("{:.decimals$}", figure.per_packet))
    };
    let cells = |row: &'static str| (row, Codec::ALL.map(|codec| cell(row, codec)));
    rows().iter().map(|row| cells(row.name)).collect()
}

/// The head of a line, and a cell a codec.
type Cells = (&'static str, [String; Codec::ALL.len()]);

fn table(text: &mut String, corner: &str, lines: &[Cells]) {
    let names = Codec::ALL.map(|codec| codec.name().to_owned());
    let mut line = |head: &str, cells: &[String]| {
        let _ = writeln!(text, "| {head} | {} |", cells.join(" | "));
    };
    line(corner, &names);
    line("---", &Codec::ALL.map(|_| "---:".to_owned()));
    for (head, cells) in lines {
        line(head, cells);
    }
}

fn codecs(text: &mut String, lock: &Table) {
    text.push_str("\n## The codecs\n\n| package | version | features | how it is used |\n");
    text.push_str("| --- | --- | --- | --- |\n");
    for codec in Codec::ALL {
        let (features, usage) = usage(codec);
        let version = version(lock, codec.name()).unwrap_or("?");
        let _ = writeln!(text, "| {} | {version} | {features} | {usage} |", codec.name());
    }
}

fn version<'a>(lock: &'a Table, package: &str) -> Option<&'a str> {
    let is_it =
        |entry: &&toml::Value| entry.get("name").and_then(toml::Value::as_str) == Some(package);
    lock.get("package")?.as_array()?.iter().find(is_it)?.get("version")?.as_str()
}

/// The features that are on, and what is special about a codec.
fn usage(codec: Codec) -> (&'static str, &'static str) {
    match codec {
        Codec::Mqttspec => {
            ("none", "strings, properties and payloads share the bytes of the buffer")
        }
        Codec::Rmqtt => ("none", "its encoder takes packets by value: a clone is part of the work"),
        Codec::Rumqttc => ("none", "the codec inside of a client"),
        Codec::Mqttbytes => ("none", "older relative of the codec of rumqttc"),
        Codec::MqttProtocolCore => (
            "std",
            "its packet builder and packets, without the connection; encodes into new vectors",
        ),
        Codec::Flowsdk => {
            ("std, strict-protocol-compliance", "its parser of streams; encodes into new vectors")
        }
        Codec::MqttProto => (
            "std",
            "decodes bodies from slices, which is its quickest way; encodes into new vectors",
        ),
        Codec::Mqttrs => {
            ("std", "3.1.1 only; packets borrow from the buffer, the user steps over them")
        }
    }
}

fn checks(text: &mut String) {
    text.push_str(CHECKS);
    let cell = |verdict| match verdict {
        Verdict::Found => "yes",
        Verdict::Missed => "no",
        Verdict::Panicked => "panics",
        Verdict::Unknown => "-",
    };
    let lines: Vec<Cells> = faults()
        .iter()
        .map(|fault| (fault.name, Codec::ALL.map(|codec| cell(fault.verdict(codec)).to_owned())))
        .collect();
    table(text, "fault", &lines);
    text.push_str("\nEncoders that do not append the bytes that were decoded:\n\n");
    for row in rows() {
        for codec in Codec::ALL {
            let Ok(Some(found)) = fidelity(codec, &row) else { continue };
            if found != Fidelity::Same {
                let _ = writeln!(text, "- {} on `{}` {found}.", codec.name(), row.name);
            }
        }
    }
}

const HEAD: &str = "\
# Benchmarks

The codec beside others that are written in Rust. This measures all of them and writes this file; it
needs valgrind:

```console
$ cargo run --release -p mqttspec-benches --example table
```

Instructions and allocations depend on the compiler, the C library and the kind of processor, but
not on how fast the machine is or what else it does. Where the C library copies a long payload with
one instruction that repeats, callgrind counts one a byte. Nanoseconds are those of one shared
virtual machine: compare them within a line, and not closely.

The rows, each a buffer of packets as a client sends them:

- `publish-5.0-qos-1`: a topic of 32 bytes, a payload of 64;
- `publish-5.0-qos-1-six-properties`: the same with six properties, two of them user properties;
- `publish-3.1.1-qos-0`: the same topic and payload;
- `connect-5.0-will-properties`: a will with three properties, five properties, user name, password;
- `subscribe-5.0-eight-filters`: with a subscription identifier;
- `mixed-5.0`, `mixed-3.1.1`: 1,000 packets, PUBLISH, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ in turn;
- `publish-5.0-64-kib`: a payload of 65,536 bytes.
";

const CHECKS: &str = "
## What they check

What a decoder leaves out makes it quicker. Each line is a packet with one fault, in each version
that has the rule; `no` means that the codec accepts it in one of them. Some leave a check to code
above them on purpose.

";

const METHOD: &str = "
rumqttc and mqttbytes count the place of the connect flags from the start of the buffer, so that
only a CONNECT in front gets them; the work is the same.

## How it was measured

- Decoding: frame, parse and drop each packet of a buffer. Encoding: append packets, which the codec
  itself has decoded before, to a buffer that is used again.
- Instructions are counted by callgrind and allocations (calls of malloc, calloc and realloc) by
  memcheck, as the difference between three rounds and one, divided by the packets; for decoding,
  those of copying the buffer are subtracted. A first round is thus not counted.
- Nanoseconds are the median of nine samples of ten milliseconds, the copy outside of the clock.
- The profile is `release` of the workspace: optimised, with thin link-time optimisation.
- `benches/instructions.toml` holds the instructions of our codec; the same program with `--check`
  fails when they are off by more than 3 %, and writes them with `--write`.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_knows_all_codecs() {
        let lock: Table = include_str!("../../Cargo.lock").parse().unwrap();
        for codec in Codec::ALL {
            assert!(version(&lock, codec.name()).is_some(), "{}", codec.name());
        }
    }

    #[test]
    fn tables_have_a_cell_for_each_codec_and_a_dash_where_it_does_not_know_the_version() {
        let figure = |codec, per_packet| Figure {
            codec,
            row: "publish-5.0-64-kib",
            direction: Direction::Decode,
            per_packet,
        };
        let figures = [figure(Codec::Mqttspec, 12.34), figure(Codec::Flowsdk, 5.0)];
        let cells = row_cells(&figures, Direction::Decode, 1);
        let (row, cells) = cells.last().unwrap();
        assert_eq!(*row, "publish-5.0-64-kib");
        assert_eq!(cells.join(" "), "12.3 - - - - 5.0 - -");
    }
}
