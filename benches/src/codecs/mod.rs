//! The same work by each codec: take the packets off a buffer one by one and drop them, or append
//! packets that are already built to a buffer.
//!
//! A module a codec says how its interface is meant to be used; what is done with the packets is
//! here, once for all.

mod flowsdk;
mod mqtt_proto;
mod mqtt_protocol_core;
mod mqttbytes;
mod mqttrs;
mod mqttspec;
mod rmqtt;
mod rumqttc;

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::Version;

/// A codec under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Ours.
    Mqttspec,
    /// rmqtt-codec.
    Rmqtt,
    /// That of rumqttc.
    Rumqttc,
    /// mqttbytes, from which that of rumqttc grew.
    Mqttbytes,
    /// mqtt-protocol-core, its packets without its connection.
    MqttProtocolCore,
    /// That of flowsdk, with its checks of the protocol.
    Flowsdk,
    /// mqtt-proto.
    MqttProto,
    /// mqttrs, which knows 3.1.1 only.
    Mqttrs,
}

/// The codec did not accept the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected;

/// Appends the packets of one stream, which it has decoded before, to a buffer.
pub type Encoder<'a> = Box<dyn FnMut(&mut BytesMut) + 'a>;

/// What is measured of a codec in one version of MQTT.
pub trait Work {
    /// Decodes and drops all packets of a buffer one by one; returns how many there were.
    ///
    /// # Errors
    ///
    /// The codec did not accept one of them, or bytes are left.
    fn decode_all(&self, buffer: BytesMut) -> Result<usize, Rejected>;

    /// Decodes the packets of a stream, to encode them many times.
    ///
    /// # Errors
    ///
    /// The codec did not accept one of them.
    fn encoder<'a>(&self, stream: &'a Bytes) -> Result<Encoder<'a>, Rejected>;
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Mqttspec,
        Self::Rmqtt,
        Self::Rumqttc,
        Self::Mqttbytes,
        Self::MqttProtocolCore,
        Self::Flowsdk,
        Self::MqttProto,
        Self::Mqttrs,
    ];

    /// The name in reports, which is that of the package.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mqttspec => "mqttspec-codec",
            Self::Rmqtt => "rmqtt-codec",
            Self::Rumqttc => "rumqttc",
            Self::Mqttbytes => "mqttbytes",
            Self::MqttProtocolCore => "mqtt-protocol-core",
            Self::Flowsdk => "flowsdk",
            Self::MqttProto => "mqtt-proto",
            Self::Mqttrs => "mqttrs",
        }
    }

    /// The work of this codec in a version; `None` if it does not know the version.
    #[must_use]
    pub fn work(self, version: Version) -> Option<Box<dyn Work>> {
        Some(match (self, version) {
            (Self::Mqttspec, Version::V3_1_1) => boxed(|| mqttspec::Peer(Version::V3_1_1)),
            (Self::Mqttspec, Version::V5_0) => boxed(|| mqttspec::Peer(Version::V5_0)),
            (Self::Rmqtt, Version::V3_1_1) => boxed(rmqtt::v3),
            (Self::Rmqtt, Version::V5_0) => boxed(rmqtt::v5),
            (Self::Rumqttc, Version::V3_1_1) => boxed(|| rumqttc::V3),
            (Self::Rumqttc, Version::V5_0) => boxed(|| rumqttc::V5),
            (Self::Mqttbytes, Version::V3_1_1) => boxed(|| mqttbytes::V3),
            (Self::Mqttbytes, Version::V5_0) => boxed(|| mqttbytes::V5),
            (Self::MqttProtocolCore, Version::V3_1_1) => boxed(mqtt_protocol_core::V3::default),
            (Self::MqttProtocolCore, Version::V5_0) => boxed(mqtt_protocol_core::V5::default),
            (Self::Flowsdk, Version::V3_1_1) => boxed(|| flowsdk::Peer::new(4)),
            (Self::Flowsdk, Version::V5_0) => boxed(|| flowsdk::Peer::new(5)),
            (Self::MqttProto, Version::V3_1_1) => boxed(|| mqtt_proto::V3),
            (Self::MqttProto, Version::V5_0) => boxed(|| mqtt_proto::V5),
            (Self::Mqttrs, Version::V3_1_1) => Box::new(mqttrs::Mqttrs),
            (Self::Mqttrs, Version::V5_0) => return None,
        })
    }
}

/// A codec whose packets own what they hold.
trait Peer {
    /// A packet of any type.
    type Packet: 'static;
    /// Why bytes are not taken.
    type Error;

    /// Takes the next packet off the buffer; `None` if it is not there in whole.
    fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Self::Packet>, Self::Error>;

    /// Appends a packet to the buffer.
    fn write(&mut self, packet: &Self::Packet, buffer: &mut BytesMut) -> Result<(), Rejected>;
}

/// [`Work`] packet by packet, with a new [`Peer`] for each buffer.
struct ByPacket<P>(fn() -> P);

fn boxed<P: Peer + 'static>(new: fn() -> P) -> Box<dyn Work> {
    Box::new(ByPacket(new))
}

impl<P: Peer + 'static> Work for ByPacket<P> {
    fn decode_all(&self, mut buffer: BytesMut) -> Result<usize, Rejected> {
        let mut peer = (self.0)();
        let mut packets = 0;
        while !buffer.is_empty() {
            // The packet is looked at where it is: moving it would be work of ours.
            let Ok(Some(packet)) = &peer.next(&mut buffer) else { return Err(Rejected) };
            black_box(packet);
            packets += 1;
        }
        Ok(packets)
    }

    fn encoder<'a>(&self, stream: &'a Bytes) -> Result<Encoder<'a>, Rejected> {
        let mut peer = (self.0)();
        let mut buffer = BytesMut::from(&stream[..]);
        let mut packets = Vec::new();
        while !buffer.is_empty() {
            packets.push(peer.next(&mut buffer).ok().flatten().ok_or(Rejected)?);
        }
        Ok(Box::new(move |out| {
            for packet in &packets {
                peer.write(packet, out).expect("what was decoded can be encoded");
            }
        }))
    }
}

/// A fixed header, for the codecs that leave it to their user to know how long a packet is.
struct Frame {
    first_byte: u8,
    remaining_length: usize,
    header_len: usize,
}

impl Frame {
    /// Reads a fixed header whose packet is there in whole.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut remaining_length = 0;
        for (index, byte) in bytes.get(1..)?.iter().enumerate().take(4) {
            remaining_length |= usize::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                let frame = Self { first_byte: bytes[0], remaining_length, header_len: index + 2 };
                return (frame.total_len() <= bytes.len()).then_some(frame);
            }
        }
        None
    }

    fn total_len(&self) -> usize {
        self.header_len + self.remaining_length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::rows;

    #[test]
    fn all_codecs_find_the_same_packets() {
        let mut works = 0;
        for row in rows() {
            for codec in Codec::ALL {
                let Some(work) = codec.work(row.version) else { continue };
                let packets = work.decode_all(BytesMut::from(&row.stream[..]));
                assert_eq!(packets, Ok(row.packets), "{} by {}", row.name, codec.name());
                works += 1;
            }
        }
        // Eight rows by eight codecs, but for the six in 5.0 that mqttrs does not know.
        assert_eq!(works, 8 * 8 - 6);
    }
}
