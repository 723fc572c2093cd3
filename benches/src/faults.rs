//! Packets that break a rule of the standard, a fault each: to see what a codec does not check, and
//! so what its figures do not pay for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::BytesMut;
use mqttspec_codec::Version;

use crate::codecs::Codec;

/// One rule that is broken, by a packet from a client.
pub struct Fault {
    /// What is wrong.
    pub name: &'static str,
    packets: Vec<(Version, Vec<u8>)>,
}

/// What a codec makes of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It rejects the packet, in each version that it knows.
    Found,
    /// It accepts the packet.
    Missed,
    /// It panics.
    Panicked,
    /// It does not know the version in which this is a fault.
    Unknown,
}

impl Fault {
    /// Shows the packets to a codec.
    #[must_use]
    pub fn verdict(&self, codec: Codec) -> Verdict {
        let mut verdict = Verdict::Unknown;
        for (version, bytes) in &self.packets {
            let Some(work) = codec.work(*version) else { continue };
            let decode = || work.decode_all(BytesMut::from(&bytes[..]));
            match catch_unwind(AssertUnwindSafe(decode)) {
                Err(_) => return Verdict::Panicked,
                Ok(Ok(_)) => verdict = Verdict::Missed,
                Ok(Err(_)) if verdict == Verdict::Unknown => verdict = Verdict::Found,
                Ok(Err(_)) => {}
            }
        }
        verdict
    }
}

const V3: Version = Version::V3_1_1;
const V5: Version = Version::V5_0;

/// All faults.
#[must_use]
pub fn faults() -> Vec<Fault> {
    let mut all = strings();
    all.extend(properties());
    all.extend(forms());
    all
}

fn strings() -> Vec<Fault> {
    let topic = |name, topic: &[u8]| both(name, 0x30, |version| publish(version, topic, b"", b""));
    let filter = |name, filter: &[u8]| {
        both(name, 0x82, |version| subscribe(version, b"", &[filter, b"\x01"]))
    };
    vec![
        topic("topic name that is not UTF-8", b"a\xff"),
        topic("topic name with U+0000", b"a\0b"),
        topic("topic name with a wildcard", b"a/+/b"),
        filter("topic filter with U+0000", b"a\0b"),
        filter("topic filter with a misplaced wildcard", b"a/#/b"),
        fault(V5, "user property that is not UTF-8", 0x30, &property(b"\x26\x00\x01a\x00\x01\xff")),
    ]
}

fn properties() -> Vec<Fault> {
    vec![
        fault(V5, "property of another packet type", 0x30, &property(b"\x11\x00\x00\x00\x01")),
        fault(V5, "property that is there twice", 0x30, &property(b"\x01\x01\x01\x01")),
        fault(V5, "property with a value out of range", 0x30, &property(b"\x01\x02")),
        fault(V5, "topic alias 0", 0x30, &property(b"\x23\x00\x00")),
        fault(V5, "subscription identifier 0", 0x82, &subscribe(V5, b"\x0b\x00", &[b"a", b"\x01"])),
        fault(V5, "property length with a needless byte", 0x30, b"\x00\x01a\x80\x00"),
    ]
}

fn forms() -> Vec<Fault> {
    let flags = |name, flags: u8| {
        let body = |version| [connect_head(version, flags), b"\x00\x01c".to_vec()].concat();
        both(name, 0x10, body)
    };
    let padded = vec![0x40, 0x82, 0x00, 0, 1];
    vec![
        Fault { name: "remaining length with a needless byte", packets: vec![(V5, padded)] },
        both("packet identifier 0", 0x32, |version| {
            let tail: &[u8] = if version == V5 { b"\x00" } else { b"" };
            [b"\x00\x01a\x00\x00", tail].concat()
        }),
        both("DUP with QoS 0", 0x38, |version| publish(version, b"a", b"", b"")),
        both("QoS 3", 0x36, |version| {
            let tail: &[u8] = if version == V5 { b"\x00" } else { b"" };
            [b"\x00\x01a\x00\x01", tail].concat()
        }),
        both("fixed header flags of SUBSCRIBE", 0x80, |version| {
            subscribe(version, b"", &[b"a", b"\x01"])
        }),
        both("reserved bits of subscription options", 0x82, |version| {
            subscribe(version, b"", &[b"a", b"\xc1"])
        }),
        both("SUBSCRIBE without a filter", 0x82, |version| subscribe(version, b"", &[])),
        flags("reserved connect flag", 0x03),
        flags("will QoS without a will", 0x0a),
        fault(V5, "reason code of another packet type", 0x40, b"\x00\x01\x01\x00"),
        fault(V3, "bytes behind the end of PUBACK", 0x40, b"\x00\x01\x00"),
        both("bytes behind the end of CONNECT", 0x10, |version| {
            [connect_head(version, 0x02), b"\x00\x01cx".to_vec()].concat()
        }),
    ]
}

fn fault(version: Version, name: &'static str, first_byte: u8, body: &[u8]) -> Fault {
    Fault { name, packets: vec![(version, packet(first_byte, body))] }
}

fn both(name: &'static str, first_byte: u8, body: impl Fn(Version) -> Vec<u8>) -> Fault {
    let packets = [V3, V5].map(|version| (version, packet(first_byte, &body(version))));
    Fault { name, packets: packets.to_vec() }
}

fn packet(first_byte: u8, body: &[u8]) -> Vec<u8> {
    [&[first_byte, length(body)], body].concat()
}

/// The length in one byte.
fn length(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).ok().filter(|len| *len < 0x80).expect("short")
}

fn text(bytes: &[u8]) -> Vec<u8> {
    [&[0, length(bytes)], bytes].concat()
}

fn listed(version: Version, properties: &[u8]) -> Vec<u8> {
    match version {
        Version::V3_1_1 => Vec::new(),
        Version::V5_0 => [&[length(properties)], properties].concat(),
    }
}

/// PUBLISH at QoS 0.
fn publish(version: Version, topic: &[u8], properties: &[u8], payload: &[u8]) -> Vec<u8> {
    [text(topic), listed(version, properties), payload.to_vec()].concat()
}

/// PUBLISH with a property, in 5.0.
fn property(property: &[u8]) -> Vec<u8> {
    publish(V5, b"a", property, b"")
}

/// SUBSCRIBE with nothing, or a filter and its options.
fn subscribe(version: Version, properties: &[u8], filter: &[&[u8]]) -> Vec<u8> {
    let filter = match filter {
        [filter, options] => [text(filter), options.to_vec()].concat(),
        _ => Vec::new(),
    };
    [vec![0, 1], listed(version, properties), filter].concat()
}

/// CONNECT up to where its payload starts.
fn connect_head(version: Version, flags: u8) -> Vec<u8> {
    let level = if version == V5 { 5 } else { 4 };
    [text(b"MQTT"), vec![level, flags, 0, 60], listed(version, b"")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_codec_finds_every_fault() {
        for fault in faults() {
            assert_eq!(fault.verdict(Codec::Mqttspec), Verdict::Found, "{}", fault.name);
        }
    }

    #[test]
    fn without_their_faults_the_packets_are_legal() {
        for version in [V3, V5] {
            let packets = [
                packet(0x30, &publish(version, b"a", b"", b"")),
                packet(0x82, &subscribe(version, b"", &[b"a", b"\x01"])),
                packet(0x10, &[connect_head(version, 0x02), b"\x00\x01c".to_vec()].concat()),
            ];
            for bytes in packets {
                for codec in Codec::ALL {
                    let Some(work) = codec.work(version) else { continue };
                    let decoded = work.decode_all(BytesMut::from(&bytes[..]));
                    assert_eq!(decoded, Ok(1), "{} {bytes:x?}", codec.name());
                }
            }
        }
    }
}
