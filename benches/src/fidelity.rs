//! Whether a codec writes the packets that it has read: without that the figures of its encoder
//! would be those of other work.

use std::fmt;

use bytes::BytesMut;
use mqttspec_codec::{Context, Sender, Version, decode};

use crate::codecs::{Codec, Rejected};
use crate::rows::Row;

/// What a codec made of the packets of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// The same bytes.
    Same,
    /// The same packets, but with their properties in another order, or in another form.
    Equal,
    /// Other legal packets.
    Changed,
    /// Bytes that are no legal packets.
    Illegal,
}

impl fmt::Display for Fidelity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "writes the same bytes",
            Self::Equal => "writes the same packets in another form or order of properties",
            Self::Changed => "writes other packets than it has read",
            Self::Illegal => "writes bytes that are not MQTT",
        })
    }
}

/// Compares what a codec writes with what it has read; `None` if it does not know the version.
///
/// # Errors
///
/// The codec does not accept the packets of the row.
pub fn fidelity(codec: Codec, row: &Row) -> Result<Option<Fidelity>, Rejected> {
    let Some(work) = codec.work(row.version) else { return Ok(None) };
    let mut written = BytesMut::new();
    work.encoder(&row.stream)?(&mut written);
    if written == row.stream {
        return Ok(Some(Fidelity::Same));
    }
    let Some(theirs) = contents(row.version, written) else { return Ok(Some(Fidelity::Illegal)) };
    let ours = contents(row.version, BytesMut::from(&row.stream[..]));
    let same = ours.is_some_and(|ours| ours == theirs);
    Ok(Some(if same { Fidelity::Equal } else { Fidelity::Changed }))
}

/// The packets of a stream, as our codec finds them, each as it encodes it but with the bytes
/// sorted by size: so neither the order of properties nor the long form of a PUBACK counts. `None`
/// if they are not legal.
fn contents(version: Version, mut stream: BytesMut) -> Option<Vec<BytesMut>> {
    let context = Context::new(version, Sender::Client);
    let mut packets = Vec::new();
    while !stream.is_empty() {
        let packet = decode(&mut stream, &context).ok()??;
        let mut bytes = BytesMut::new();
        packet.encode(version, &mut bytes).ok()?;
        bytes.sort_unstable();
        packets.push(bytes);
    }
    Some(packets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::rows;

    #[test]
    fn codecs_write_what_they_have_read_or_are_known_not_to() {
        let mut others = Vec::new();
        for row in rows() {
            for codec in Codec::ALL {
                match fidelity(codec, &row).unwrap() {
                    None | Some(Fidelity::Same | Fidelity::Equal) => {}
                    Some(other) => others.push((row.name, codec, other)),
                }
            }
        }
        // Both count the place of the connect flags from the start of the buffer: so only the first
        // packet in it gets its flags.
        let row = "connect-5.0-will-properties";
        let expected =
            [Codec::Rumqttc, Codec::Mqttbytes].map(|codec| (row, codec, Fidelity::Illegal));
        assert_eq!(others, expected);
    }
}
