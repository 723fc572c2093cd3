//! Flow control and Maximum Packet Size, in both directions.

use std::num::{NonZeroU16, NonZeroU32};

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn receiving(client_id: &str, receive_maximum: u16) -> Connect {
    let properties = properties([
        Property::ReceiveMaximum(receive_maximum),
        Property::SessionExpiryInterval(100),
    ]);
    Connect { clean_start: false, properties, ..connect(V5_0, client_id) }
}

fn limited(client_id: &str, packet_size: u32) -> Connect {
    let properties = properties([
        Property::MaximumPacketSize(packet_size),
        Property::SessionExpiryInterval(100),
    ]);
    Connect { clean_start: false, properties, ..connect(V5_0, client_id) }
}

/// A watcher with a Receive Maximum and messages 1 to `count` published for it.
fn flooded(bench: &mut Bench, receive_maximum: u16, qos: u8, count: u16) -> Id {
    let watcher = bench.connect_with(receiving("w", receive_maximum));
    bench.subscribe(watcher, "t", 2);
    let id = bench.connect(V3_1_1, "a");
    for n in 1..=count {
        bench.send(id, publish("t", qos, n, &n.to_string()));
    }
    watcher
}

#[test]
fn no_more_than_receive_maximum_is_in_flight_to_the_client() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 2, 1, 5);
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=1 "1""#, r#"PUBLISH t qos=1 id=2 "2""#);
    bench.send(watcher, puback(2));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=3 "3""#);
    bench.send(watcher, puback_with(1, ReasonCode::UnspecifiedError));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=4 "4""#);
}

#[test]
fn pubrec_frees_no_place_unless_it_refuses() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 1, 2, 3);
    expect!(bench, watcher, r#"PUBLISH t qos=2 id=1 "1""#);
    bench.send(watcher, pubrec(1));
    expect!(bench, watcher, "PUBREL 1 Success");
    bench.send(watcher, pubcomp(1));
    expect!(bench, watcher, r#"PUBLISH t qos=2 id=2 "2""#);
    bench.send(watcher, pubrec_with(2, ReasonCode::QuotaExceeded));
    expect!(bench, watcher, r#"PUBLISH t qos=2 id=3 "3""#);
}

#[test]
fn unsolicited_acknowledgements_free_no_place() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 1, 1, 3);
    bench.read(watcher);
    bench.send(watcher, puback(7));
    bench.send(watcher, pubcomp(1));
    bench.send(watcher, pubrec_with(1, ReasonCode::UnspecifiedError));
    expect!(bench, watcher);
}

#[test]
fn with_the_quota_used_up_all_else_goes_on() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 1, 2, 3);
    bench.read(watcher);
    bench.send(watcher, Packet::Pingreq);
    bench.send(watcher, subscribe(9, &[("u", 0)]));
    bench.send(watcher, publish("u", 1, 10, "x"));
    bench.send(watcher, unsubscribe(11, &["u"]));
    expect!(
        bench,
        watcher,
        "PINGRESP",
        "SUBACK 9 [Success]",
        r#"PUBLISH u qos=0 "x""#,
        "PUBACK 10 Success",
        "UNSUBACK 11 [Success]",
    );
}

#[test]
fn each_connection_brings_a_quota_of_its_own() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 2, 1, 5);
    assert_eq!(bench.read(watcher).len(), 2);
    bench.lose(watcher);
    let watcher = bench.connect_with(receiving("w", 1));
    // CONNACK was taken away together with the one message that is repeated.
    bench.send(watcher, puback(1));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=2 dup "2""#);
    bench.lose(watcher);
    let watcher = bench.open_with(receiving("w", 5));
    expect!(
        bench,
        watcher,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=2 dup "2""#,
        r#"PUBLISH t qos=1 id=3 "3""#,
        r#"PUBLISH t qos=1 id=4 "4""#,
        r#"PUBLISH t qos=1 id=5 "5""#,
    );
}

#[test]
fn a_message_that_never_went_out_is_new_on_resume() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 1, 1, 2);
    bench.read(watcher);
    bench.lose(watcher);
    let watcher = bench.open_with(receiving("w", 10));
    expect!(
        bench,
        watcher,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=1 dup "1""#,
        r#"PUBLISH t qos=1 id=2 "2""#,
    );
}

#[test]
fn a_client_that_exceeds_our_receive_maximum_is_disconnected() {
    let receive_maximum = NonZeroU16::new(2).unwrap();
    for last in [publish("t", 2, 3, "x"), publish("t", 1, 3, "x")] {
        let mut bench = Bench::new(Config { receive_maximum, ..Config::default() });
        let id = bench.connect(V5_0, "a");
        bench.send(id, publish("t", 2, 1, "x"));
        bench.send(id, publish("t", 2, 2, "x"));
        bench.send(id, publish("t", 2, 2, "x"));
        bench.send(id, publish("t", 0, 0, "x"));
        assert_eq!(bench.read(id).len(), 3);
        bench.send(id, last);
        expect!(bench, id, "DISCONNECT ReceiveMaximumExceeded", "closed");
    }
}

#[test]
fn our_receive_maximum_counts_anew_on_each_connection_and_not_for_3_1_1() {
    let receive_maximum = NonZeroU16::new(2).unwrap();
    let mut bench = Bench::new(Config { receive_maximum, ..Config::default() });
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, publish("t", 2, 1, "x"));
    bench.send(id, publish("t", 2, 2, "x"));
    bench.lose(id);
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, publish("t", 2, 3, "x"));
    bench.send(id, pubrel(3));
    bench.send(id, publish("t", 2, 4, "x"));
    bench.send(id, publish("t", 2, 5, "x"));
    assert_eq!(bench.read(id).len(), 4);
    let old = bench.connect(V3_1_1, "b");
    for packet_id in 1..=9 {
        bench.send(old, publish("t", 2, packet_id, "x"));
    }
    assert_eq!(bench.read(old).len(), 9);
}

#[test]
fn a_packet_that_is_too_large_for_us_ends_the_connection() {
    let maximum_packet_size = NonZeroU32::new(64).unwrap();
    for (version, answer) in
        [(V3_1_1, &["closed"][..]), (V5_0, &["DISCONNECT PacketTooLarge", "closed"])]
    {
        let mut bench = Bench::new(Config { maximum_packet_size, ..Config::default() });
        let id = bench.connect(version, "a");
        let overhead = if version == V5_0 { 8 } else { 7 };
        bench.send(id, publish("t", 1, 1, &"x".repeat(64 - overhead)));
        assert_eq!(bench.read(id).len(), 1, "64 bytes are taken");
        bench.send(id, publish("t", 1, 2, &"x".repeat(65 - overhead)));
        assert_eq!(bench.read(id), answer);
    }
}

#[test]
fn a_packet_that_is_too_large_is_refused_before_it_is_there() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send_bytes(id, b"\x30\xff\xff\xff\x7f");
    expect!(bench, id, "DISCONNECT PacketTooLarge", "closed");
}

#[test]
fn a_message_that_is_too_large_for_a_client_counts_as_delivered() {
    for qos in [0, 1, 2] {
        let mut bench = Bench::default();
        let watcher = bench.connect_with(limited("w", 40));
        bench.subscribe(watcher, "t", 2);
        let id = bench.connect(V5_0, "a");
        let packet_id = u16::from(qos > 0);
        let overhead = if qos > 0 { 8 } else { 6 };
        bench.send(id, publish("t", qos, packet_id, &"x".repeat(41 - overhead)));
        expect!(bench, watcher);
        bench.send(id, publish("t", qos, packet_id, &"y".repeat(40 - overhead)));
        if qos < 2 {
            assert_eq!(bench.read(watcher).len(), 1, "40 bytes are taken");
        }
        bench.lose(watcher);
        let watcher = bench.open_with(limited("w", 1000));
        let lines = bench.read(watcher);
        assert!(!lines.iter().any(|line| line.contains('x')), "{lines:?}");
    }
}

#[test]
fn an_explanation_that_does_not_fit_is_left_out_user_properties_first() {
    let refused = || subscribe(1, &[("mqttspec/denied/#", 0)]);
    let mut bench = Bench::default();
    let mut sizes = Vec::new();
    for packet_size in (17..200).rev() {
        let id = bench.connect_with(limited("a", packet_size));
        bench.send(id, refused());
        let size = bench.bytes(id).len();
        assert!(size <= usize::try_from(packet_size).unwrap());
        sizes.push(size);
        bench.send(id, disconnect(ReasonCode::Success));
    }
    sizes.dedup();
    assert_eq!(sizes.len(), 3, "whole, without User Property, and bare: {sizes:?}");
    assert_eq!(sizes[2], 6);
}

#[test]
fn a_client_that_asks_for_no_problem_information_gets_none_in_acknowledgements() {
    for (wanted, expected) in [(None, true), (Some(1), true), (Some(0), false)] {
        let mut bench = Bench::default();
        let properties = properties(wanted.map(Property::RequestProblemInformation));
        let id = bench.connect_with(Connect { properties, ..connect(V5_0, "a") });
        bench.send(id, publish("mqttspec/denied/t", 1, 1, "x"));
        bench.send(id, publish("mqttspec/denied/t", 2, 2, "x"));
        bench.send(id, pubrec(9));
        bench.send(id, pubrel(9));
        bench.send(id, subscribe(1, &[("mqttspec/denied/#", 0)]));
        for packet in bench.packets(id) {
            let explained = match &packet {
                Packet::Puback(p) => p.properties.reason_string().is_some(),
                Packet::Pubrec(p) => p.properties.reason_string().is_some(),
                Packet::Pubrel(p) => p.properties.reason_string().is_some(),
                Packet::Pubcomp(p) => p.properties.reason_string().is_some(),
                Packet::Suback(p) => p.properties.user_properties().next().is_some(),
                other => panic!("{other:?}"),
            };
            assert_eq!(explained, expected, "{packet:?}");
        }
        bench.send(id, connect(V5_0, "a"));
        let [Packet::Disconnect(disconnect)] = &bench.packets(id)[..] else { panic!("DISCONNECT") };
        assert!(disconnect.properties.reason_string().is_some(), "DISCONNECT may always have it");
    }
}

#[test]
fn an_answer_that_does_not_fit_at_all_ends_the_connection() {
    let mut bench = Bench::default();
    let id = bench.connect_with(limited("a", 17));
    bench.send(id, subscribe(1, &[("a", 0); 20]));
    expect!(bench, id, "DISCONNECT PacketTooLarge", "closed");
}

#[test]
fn a_message_that_is_too_large_takes_no_place() {
    let mut bench = Bench::default();
    let properties = properties([Property::MaximumPacketSize(40), Property::ReceiveMaximum(1)]);
    let watcher = bench.connect_with(Connect { properties, ..connect(V5_0, "w") });
    bench.subscribe(watcher, "t", 1);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, &"x".repeat(100)));
    bench.send(id, publish("t", 1, 1, "small"));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=2 "small""#);
}

#[test]
fn a_message_that_waits_to_be_repeated_may_be_acknowledged_already() {
    // The acknowledgements were on their way when the link broke, and come on the new one.
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 3, 1, 3);
    bench.lose(watcher);
    let watcher = bench.open_with(receiving("w", 1));
    expect!(bench, watcher, "CONNACK Success session", r#"PUBLISH t qos=1 id=1 dup "1""#);
    bench.send(watcher, puback(2));
    expect!(bench, watcher);
    bench.send(watcher, puback(1));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=3 dup "3""#);
}

#[test]
fn a_message_that_waits_to_be_repeated_may_be_received_already() {
    let mut bench = Bench::default();
    let watcher = flooded(&mut bench, 3, 2, 3);
    bench.lose(watcher);
    let watcher = bench.open_with(receiving("w", 1));
    expect!(bench, watcher, "CONNACK Success session", r#"PUBLISH t qos=2 id=1 dup "1""#);
    bench.send(watcher, pubrec(2));
    bench.send(watcher, pubcomp(2));
    bench.send(watcher, pubrec(1));
    expect!(bench, watcher, "PUBREL 2 Success", "PUBREL 1 Success");
    bench.send(watcher, pubcomp(1));
    expect!(bench, watcher, r#"PUBLISH t qos=2 id=3 dup "3""#);
}
