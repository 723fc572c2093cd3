//! The same work by each codec: take the packets off a buffer one by one, and drop them.

use bytes::BytesMut;
use mqttspec_codec::packet::Packet;
use mqttspec_codec::{Context, Sender, Version, decode};
use tokio_util::codec::Decoder;

/// A codec under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Ours.
    Mqttspec,
    /// rmqtt-codec.
    Rmqtt,
    /// That of rumqttc.
    Rumqttc,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mqttspec, Self::Rmqtt, Self::Rumqttc];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mqttspec => "mqttspec",
            Self::Rmqtt => "rmqtt-codec",
            Self::Rumqttc => "rumqttc",
        }
    }

    /// Decodes all packets of a buffer; returns how many there were.
    #[must_use]
    pub fn decode_all(self, version: Version, buffer: BytesMut) -> usize {
        match (self, version) {
            (Self::Mqttspec, version) => mqttspec(version, buffer),
            (Self::Rmqtt, Version::V3_1_1) => drain(rmqtt_codec::v3::Codec::new(0), buffer),
            (Self::Rmqtt, Version::V5_0) => drain(rmqtt_codec::v5::Codec::new(0, 0), buffer),
            (Self::Rumqttc, Version::V3_1_1) => rumqttc_v3(buffer),
            (Self::Rumqttc, Version::V5_0) => rumqttc_v5(buffer),
        }
    }
}

/// Encodes all packets into the buffer.
///
/// # Panics
///
/// If a packet is not legal in that version.
pub fn encode_all(version: Version, packets: &[Packet], buffer: &mut BytesMut) {
    for packet in packets {
        packet.encode(version, buffer).expect("legal packets");
    }
}

fn mqttspec(version: Version, mut buffer: BytesMut) -> usize {
    let context = Context::new(version, Sender::Client);
    let mut packets = 0;
    while let Some(_packet) = decode(&mut buffer, &context).expect("legal packets") {
        packets += 1;
    }
    packets
}

fn drain<D: Decoder<Error: std::fmt::Debug>>(mut codec: D, mut buffer: BytesMut) -> usize {
    let mut packets = 0;
    while codec.decode(&mut buffer).expect("legal packets").is_some() {
        packets += 1;
    }
    packets
}

fn rumqttc_v3(mut buffer: BytesMut) -> usize {
    let mut packets = 0;
    while !buffer.is_empty() {
        rumqttc::mqttbytes::v4::Packet::read(&mut buffer, usize::MAX).expect("legal packets");
        packets += 1;
    }
    packets
}

fn rumqttc_v5(mut buffer: BytesMut) -> usize {
    let mut packets = 0;
    while !buffer.is_empty() {
        rumqttc::v5::mqttbytes::v5::Packet::read(&mut buffer, None).expect("legal packets");
        packets += 1;
    }
    packets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::rows;

    #[test]
    fn all_codecs_do_the_same_work() {
        for row in rows() {
            for codec in Codec::ALL {
                let packets = codec.decode_all(row.version, BytesMut::from(&row.stream[..]));
                assert_eq!(packets, row.packets, "{} by {}", row.name, codec.name());
            }
            let mut encoded = BytesMut::new();
            encode_all(row.version, &row.decoded(), &mut encoded);
            assert_eq!(encoded, row.stream, "{}", row.name);
        }
    }
}
