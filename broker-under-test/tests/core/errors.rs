//! Packets that break a rule: the reaction of each version, and that nobody else is touched.

use crate::expect;
use crate::harness::*;

/// Bytes behind a 5.0 CONNECT, and the code that answers them.
const MALFORMED_5_0: &[(&str, &[u8], &str)] = &[
    ("reserved packet type", b"\0\0", ""),
    ("flags of PINGREQ", b"\xc1\0", "MalformedPacket"),
    ("flags of SUBSCRIBE", b"\x80\x07\0\x01\0\0\x01t\0", "MalformedPacket"),
    ("flags of PUBREL", b"\x60\x02\0\x01", "MalformedPacket"),
    ("flags of DISCONNECT", b"\xe1\0", "MalformedPacket"),
    ("CONNACK from a client", b"\x20\x03\0\0\0", "ProtocolError"),
    ("PINGRESP from a client", b"\xd0\0", "ProtocolError"),
    ("PINGREQ with a body", b"\xc0\x01\0", "MalformedPacket"),
    ("five bytes of length", b"\xc0\xff\xff\xff\xff\x01", "MalformedPacket"),
    ("QoS 3", b"\x36\x06\0\x01t\0\x01\0", "MalformedPacket"),
    ("wildcard in a topic", b"\x30\x06\0\x03a/+\0", ""),
    ("U+0000 in a topic", b"\x30\x06\0\x03a\0b\0", "MalformedPacket"),
    ("ill-formed UTF-8", b"\x30\x05\0\x02\xc0\x80\0", "MalformedPacket"),
    ("no topic and no alias", b"\x30\x03\0\0\0", "ProtocolError"),
    ("Packet Identifier 0", b"\x32\x06\0\x01t\0\0\0", ""),
    ("identifier from a client", b"\x30\x06\0\x01t\x02\x0b\x01", ""),
    ("no filter", b"\x82\x03\0\x01\0", "ProtocolError"),
    ("misplaced #", b"\x82\x08\0\x01\0\0\x02a#\0", ""),
    ("reserved options", b"\x82\x07\0\x01\0\0\x01t\x40", "MalformedPacket"),
    ("Retain Handling 3", b"\x82\x07\0\x01\0\0\x01t\x30", "ProtocolError"),
    ("unknown property", b"\x30\x06\0\x01t\x02\x04\0", "MalformedPacket"),
    ("server's code in DISCONNECT", b"\xe0\x01\x8e", ""),
];

#[test]
fn a_5_0_client_is_told_what_was_wrong() {
    for (name, bytes, reason) in MALFORMED_5_0 {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "#", 0);
        let id = bench.connect(V5_0, "a");
        bench.send_bytes(id, bytes);
        let lines = bench.read(id);
        assert!(lines[0].starts_with(&format!("DISCONNECT {reason}")), "{name}: {lines:?}");
        assert_eq!(lines[1..], ["closed"], "{name}");
        expect!(bench, watcher);
    }
}

#[test]
fn a_3_1_1_client_is_just_cut_off() {
    for bytes in [
        &b"\0\0"[..],
        b"\xf0\0",
        b"\xc1\0",
        b"\xc0\x01\0",
        b"\xe0\x01\0",
        b"\x20\x02\0\0",
        b"\x80\x06\0\x01\0\x01t\0",
        b"\x82\x06\0\x01\0\x01t\x04",
        b"\x82\x02\0\x01",
        b"\x36\x05\0\x01t\0\x01",
        b"\x30\x05\0\x03a/#",
        b"\x32\x05\0\x01t\0\0",
        b"\x40\x03\0\x01\0",
        b"\x60\x02\0\x01",
    ] {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "#", 0);
        let id = bench.connect(V3_1_1, "a");
        bench.send_bytes(id, bytes);
        assert_eq!(bench.read(id), ["closed"], "{}", bytes.escape_ascii());
        expect!(bench, watcher);
    }
}

#[test]
fn what_came_before_the_error_is_answered() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send_bytes(id, b"\xc0\0\xc0\x01\0\xc0\0");
    expect!(bench, id, "PINGRESP", "DISCONNECT MalformedPacket", "closed");
}
