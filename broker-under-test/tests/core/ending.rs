//! Keep alive, DISCONNECT and PINGREQ.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const VERSIONS: [Version; 2] = [V3_1_1, V5_0];

#[test]
fn a_silent_client_is_cut_off_after_one_and_a_half_keep_alive() {
    for (version, answer) in
        [(V3_1_1, &["closed"][..]), (V5_0, &["DISCONNECT KeepAliveTimeout", "closed"])]
    {
        let mut bench = Bench::default();
        let id = bench.connect_with(Connect { keep_alive: 2, ..connect(version, "a") });
        bench.advance_ms(2_999);
        expect!(bench, id);
        bench.advance_ms(1);
        assert_eq!(bench.read(id), answer);
    }
}

#[test]
fn every_packet_of_the_client_counts_and_none_of_the_broker() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.connect_with(Connect { keep_alive: 2, ..connect(version, "w") });
        bench.subscribe(watcher, "t", 0);
        let id = bench.connect_with(Connect { keep_alive: 2, ..connect(version, "a") });
        for _ in 0..3 {
            bench.advance_s(1);
            bench.send(id, publish("t", 0, 0, "x"));
        }
        assert_eq!(bench.read(watcher).last().unwrap(), "closed");
        bench.advance_s(2);
        bench.send(id, Packet::Pingreq);
        expect!(bench, id, "PINGRESP");
    }
}

#[test]
fn half_a_packet_is_no_sign_of_life() {
    let mut bench = Bench::default();
    let id = bench.connect_with(Connect { keep_alive: 2, ..connect(V3_1_1, "a") });
    bench.advance_s(2);
    bench.send_bytes(id, [0xc0]);
    bench.advance_s(1);
    expect!(bench, id, "closed");
}

#[test]
fn a_packet_that_is_read_late_was_not_sent_late() {
    let mut bench = Bench::default();
    let id = bench.connect_with(Connect { keep_alive: 2, ..connect(V3_1_1, "a") });
    bench.sleep_s(5);
    bench.send(id, Packet::Pingreq);
    expect!(bench, id, "PINGRESP");
}

#[test]
fn keep_alive_zero_is_off_and_server_keep_alive_is_in_force() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.advance_s(1_000_000);
    expect!(bench, id);
    for (keep_alive, server_keep_alive, silence_s) in [(0, 4, 6), (2, 4, 6), (60, 2, 3)] {
        let server_keep_alive = Some(server_keep_alive);
        let mut bench = Bench::new(Config { server_keep_alive, ..Config::default() });
        let id = bench.connect_with(Connect { keep_alive, ..connect(V5_0, "a") });
        bench.advance_ms(silence_s * 1000 - 1);
        expect!(bench, id);
        bench.advance_ms(1);
        expect!(bench, id, "DISCONNECT KeepAliveTimeout", "closed");
    }
}

#[test]
fn each_pingreq_is_answered() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send_bytes(id, b"\xc0\0\xc0\0\xc0\0");
        expect!(bench, id, "PINGRESP", "PINGRESP", "PINGRESP");
    }
}

#[test]
fn nothing_behind_a_disconnect_is_looked_at() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "#", 0);
        let id = bench.connect(version, "a");
        let mut bytes = bytes::BytesMut::new();
        Packet::from(disconnect(ReasonCode::Success)).encode(version, &mut bytes).unwrap();
        Packet::from(retained("t", 0, 0, "x")).encode(version, &mut bytes).unwrap();
        Packet::Pingreq.encode(version, &mut bytes).unwrap();
        bench.send_bytes(id, bytes);
        expect!(bench, id, "closed");
        expect!(bench, watcher);
    }
}

#[test]
fn a_message_that_closes_its_own_publisher_reaches_the_others() {
    // The publisher is a subscriber too, and what it gets ends its connection: it cannot take the
    // PUBACK any more, which does no harm to anybody.
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "t", 0);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "x"));
    bench.lose(id);
    bench.send_bytes(id, b"\xc0\0");
    expect!(bench, watcher, r#"PUBLISH t qos=0 "x""#);
}
