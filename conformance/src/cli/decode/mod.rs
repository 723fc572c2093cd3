//! `mqttspec decode`: what some bytes are, and what is wrong with them.
//!
//! With bytes as arguments it is for people: the packet field by field, and the verdict. Without, it
//! is a filter for programs: a packet in hexadecimal per line of stdin, a JSON object per line to
//! stdout. Each line is answered before more input is waited for, and memory does not grow.

mod annotate;
mod hex;

use std::io::{self, BufReader, BufWriter, Write};

use bytes::BytesMut;
use clap::ValueEnum;
use mqttspec_codec::{Context, ErrorKind, Frame, PacketType, ReasonCode, Sender, Version, decode};
use serde::Serialize;

use self::annotate::{annotate, counted};
use self::hex::Line;
use super::paint::Paint;
use super::{Failure, Globals};
use crate::catalogue::catalogue;
use crate::exit::Exit;

/// How many bytes of a field are shown in hexadecimal.
const FIELD_BYTES_MAX: usize = 8;

/// Show what the bytes of a packet are, and what is wrong with them
///
/// Without HEX, packets are read from stdin, one in hexadecimal per line, and answered by one JSON
/// object per line: `{"verdict":"valid","packet":"PINGREQ"}`, `{"verdict":"incomplete"}`,
/// `{"verdict":"malformed","error":"header-flags","statement":"MQTT-3.8.1-1","reason":129,
/// "reason_name":"MalformedPacket","offset":0,"message":"..."}` (`statement` may be null), or
/// `{"verdict":"invalid-input","message":"..."}` for a line that is not hexadecimal. An empty line
/// is an incomplete packet; bytes behind a packet are malformed, with the error `frame-length`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The version to judge by; a CONNECT tells its own
    #[arg(long, value_name = "VERSION", default_value_t = Version::V5_0)]
    version: Version,
    /// The side that sent the bytes
    #[arg(long, value_name = "SIDE", value_enum, default_value_t = Side::Any)]
    sender: Side,
    /// One packet in hexadecimal; blanks are ignored
    #[arg(value_name = "HEX")]
    hex: Vec<String>,
}

/// The side that sent the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Side {
    /// What only a server may send is malformed
    Client,
    /// What only a client may send is malformed
    Server,
    /// Legal is what either may send
    Any,
}

/// Exits with 0 for a valid packet and 1 for another one; a stream of packets ends with 0 unless a
/// line was not hexadecimal.
pub(super) fn run(args: &Args, globals: &Globals) -> Result<Exit, Failure> {
    let sender = match args.sender {
        Side::Client => Sender::Client,
        Side::Server => Sender::Server,
        Side::Any => Sender::Any,
    };
    let context = Context::new(args.version, sender);
    if args.hex.is_empty() {
        let input = BufReader::new(io::stdin().lock());
        let output = BufWriter::new(io::stdout().lock());
        return stream(input, output, &context);
    }
    let mut packet = BytesMut::new();
    hex::parse(&args.hex.join(" "), &mut packet)
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()))?;
    let verdict = Verdict::of(&mut packet.clone(), &context);
    let paint = Paint::new(globals.color_stdout());
    show(&packet, &verdict, &context, paint, &mut io::stdout().lock())?;
    Ok(if matches!(verdict, Verdict::Valid { .. }) { Exit::Fine } else { Exit::Findings })
}

/// What some bytes are.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
enum Verdict {
    Valid {
        packet: &'static str,
    },
    Malformed {
        error: &'static str,
        statement: Option<&'static str>,
        reason: u8,
        reason_name: &'static str,
        offset: usize,
        message: String,
        /// The version that `statement` is one of.
        #[serde(skip)]
        version: Version,
    },
    Incomplete,
    InvalidInput {
        message: String,
    },
}

impl Verdict {
    /// Judges the bytes, and uses them up.
    fn of(bytes: &mut BytesMut, context: &Context) -> Self {
        let len = bytes.len();
        match decode(bytes, context) {
            Ok(None) => Self::Incomplete,
            Ok(Some(packet)) if bytes.is_empty() => {
                Self::Valid { packet: packet.packet_type().name() }
            }
            Ok(Some(packet)) => Self::malformed(
                ErrorKind::FrameLength.name(),
                None,
                ErrorKind::FrameLength.reason(),
                len - bytes.len(),
                format!("{} behind the {}", counted(bytes.len()), packet.packet_type()),
                context.version,
            ),
            Err(error) => Self::malformed(
                error.name(),
                error.statement(error.version()),
                error.reason(),
                error.offset(),
                error.kind().to_string(),
                error.version(),
            ),
        }
    }

    fn malformed(
        error: &'static str,
        statement: Option<&'static str>,
        reason: ReasonCode,
        offset: usize,
        message: String,
        version: Version,
    ) -> Self {
        let (reason, reason_name) = (reason.value(), reason.name());
        Self::Malformed { error, statement, reason, reason_name, offset, message, version }
    }
}

fn stream(
    mut input: BufReader<impl io::Read>,
    mut output: impl Write,
    context: &Context,
) -> Result<Exit, Failure> {
    // One byte more than a packet can have, so that bytes behind the largest one are noticed.
    let bytes_max = context.packet_size_max as usize + 1;
    let mut exit = Exit::Fine;
    let mut buffer = BytesMut::new();
    for number in 1u64.. {
        buffer.clear();
        let line = hex::read_line(&mut input, &mut buffer, bytes_max, || output.flush());
        let verdict = match line.map_err(read_failure)? {
            Line::End => break,
            Line::Bytes => Verdict::of(&mut buffer, context),
            Line::Invalid(error) => {
                exit = Exit::Usage;
                // The object on stdout says the same; nobody is left to tell if stderr is gone.
                let _ = writeln!(io::stderr(), "error: line {number}: {error}");
                Verdict::InvalidInput { message: error.to_string() }
            }
        };
        serde_json::to_writer(&mut output, &verdict).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(exit)
}

fn read_failure(error: io::Error) -> Failure {
    match error.kind() {
        // The flush before a read failed, or the other end of stdin is a broken terminal.
        io::ErrorKind::BrokenPipe => error.into(),
        _ => Failure::new(Exit::Usage, format!("cannot read the input: {error}")),
    }
}

/// The packet field by field, and the verdict.
fn show(
    packet: &[u8],
    verdict: &Verdict,
    context: &Context,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    let fault = match verdict {
        Verdict::Malformed { offset, .. } => Some(*offset),
        _ => None,
    };
    let fields = annotate(packet, context.version);
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for field in &fields {
        let end = field.offset + field.len;
        let hex = hex_of(&packet[field.offset..end]);
        let is_at_fault = fault.is_some_and(|at| (field.offset..end).contains(&at));
        let line =
            format!("{:>6}  {hex:<26}  {:<width$}  {}", field.offset, field.name, field.value);
        let line = line.trim_end();
        if is_at_fault {
            writeln!(out, "{}", paint.bad(format!("{line}  <--")))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    let name = packet.first().and_then(|first| PacketType::from_u8(first >> 4));
    let name = name.map_or("packet", PacketType::name);
    match verdict {
        Verdict::Valid { packet: name } => {
            writeln!(out, "{}: {name} of {}", paint.good("valid"), counted(packet.len()))
        }
        Verdict::Incomplete => {
            let frame = Frame::read(packet, context.packet_size_max).ok().flatten();
            let missing = frame.map_or_else(
                || "the fixed header is not whole".to_owned(),
                |frame| {
                    format!("{} of the {name} missing", counted(frame.total_len - packet.len()))
                },
            );
            writeln!(out, "{}: {missing}", paint.doubtful("incomplete"))
        }
        Verdict::InvalidInput { message } => writeln!(out, "{}: {message}", paint.bad("invalid")),
        Verdict::Malformed { error, statement, reason, reason_name, offset, message, version } => {
            writeln!(out, "{}: {message}", paint.bad("malformed"))?;
            writeln!(out, "  error   {error}, at byte {offset}")?;
            let rule = statement.and_then(|id| catalogue().get(*version, id));
            if let Some(rule) = rule {
                writeln!(out, "  breaks  {version} {} {} - {}", rule.id, rule.level, rule.title)?;
            }
            writeln!(out, "  answer  {reason:#04x} {reason_name}")
        }
    }
}

fn hex_of(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(FIELD_BYTES_MAX)];
    let mut text: String = shown.iter().map(|byte| format!("{byte:02x} ")).collect();
    text.pop();
    if shown.len() < bytes.len() {
        text.push_str(" ..");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streamed(input: &str, version: Version, sender: Sender) -> (String, Exit) {
        let mut output = Vec::new();
        let input = BufReader::new(input.as_bytes());
        let exit = stream(input, &mut output, &Context::new(version, sender)).unwrap();
        (String::from_utf8(output).unwrap(), exit)
    }

    #[test]
    fn a_line_has_an_answer_each() {
        let (text, exit) = streamed("c000\n\nd000\n30 05 00\n", Version::V5_0, Sender::Any);
        assert_eq!(
            text,
            "{\"verdict\":\"valid\",\"packet\":\"PINGREQ\"}\n\
             {\"verdict\":\"incomplete\"}\n\
             {\"verdict\":\"valid\",\"packet\":\"PINGRESP\"}\n\
             {\"verdict\":\"incomplete\"}\n"
        );
        assert_eq!(exit, Exit::Fine);
    }

    #[test]
    fn a_line_that_is_not_hexadecimal_keeps_its_place_and_is_told_at_the_end() {
        let (text, exit) = streamed("c0 00\nMQTT\nc0 00\n", Version::V5_0, Sender::Any);
        let verdicts: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let verdicts: Vec<_> = verdicts.iter().map(|object| object["verdict"].as_str()).collect();
        assert_eq!(verdicts, [Some("valid"), Some("invalid-input"), Some("valid")]);
        assert_eq!(exit, Exit::Usage);
    }

    #[test]
    fn version_and_sender_decide() {
        let verdict = |hex, version, sender| streamed(hex, version, sender).0.contains("\"valid\"");
        assert!(!verdict("f0 00", Version::V3_1_1, Sender::Any));
        assert!(verdict("20 02 00 00", Version::V3_1_1, Sender::Server));
        assert!(!verdict("20 02 00 00", Version::V3_1_1, Sender::Client));
        assert!(!verdict("20 02 00 00", Version::V5_0, Sender::Server));
        assert!(verdict("20 03 00 00 00", Version::V5_0, Sender::Server));
    }

    #[test]
    fn bytes_behind_a_packet_are_malformed_at_their_offset() {
        let (text, _) = streamed("c000c0\n", Version::V5_0, Sender::Any);
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["verdict"], "malformed");
        assert_eq!(object["error"], "frame-length");
        assert_eq!(object["offset"], 2);
        assert_eq!(object["message"], "1 byte behind the PINGREQ");
    }
}
