//! The three delivery protocols, in both directions.

use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const VERSIONS: [Version; 2] = [V3_1_1, V5_0];

#[test]
fn each_qos_is_acknowledged_in_its_way() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "t", 2);
        let id = bench.connect(version, "a");
        bench.send(id, publish("t", 0, 0, "zero"));
        expect!(bench, id);
        bench.send(id, publish("t", 1, 0x1234, "one"));
        expect!(bench, id, "PUBACK 4660 Success");
        bench.send(id, publish("t", 2, 65535, "two"));
        expect!(bench, id, "PUBREC 65535 Success");
        bench.send(id, pubrel(65535));
        expect!(bench, id, "PUBCOMP 65535 Success");
        expect!(
            bench,
            watcher,
            r#"PUBLISH t qos=0 "zero""#,
            r#"PUBLISH t qos=1 id=1 "one""#,
            r#"PUBLISH t qos=2 id=2 "two""#,
        );
    }
}

#[test]
fn a_delivery_has_the_lower_of_both_qos() {
    for published in 0..=2 {
        for granted in 0..=2 {
            let mut bench = Bench::default();
            let watcher = bench.subscriber(V5_0, "w", "t", granted);
            let id = bench.connect(V5_0, "a");
            bench.send(id, publish("t", published, u16::from(published > 0), "x"));
            let line = bench.read(watcher).remove(0);
            assert!(line.starts_with(&format!("PUBLISH t qos={}", published.min(granted))));
        }
    }
}

#[test]
fn a_publisher_of_5_0_learns_that_nobody_subscribed() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "x"));
    bench.send(id, publish("t", 2, 2, "x"));
    bench.send(id, pubrel(2));
    expect!(
        bench,
        id,
        "PUBACK 1 NoMatchingSubscribers",
        "PUBREC 2 NoMatchingSubscribers",
        "PUBCOMP 2 Success",
    );
}

#[test]
fn an_identifier_is_new_again_after_puback() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "t", 0);
        let id = bench.connect(version, "a");
        bench.send(id, publish("t", 1, 7, "first"));
        let delivery = Delivery::new(QoS::AtLeastOnce, PacketId::new(7), true).unwrap();
        bench.send(id, Publish { delivery, ..publish("t", 1, 7, "second") });
        expect!(bench, id, "PUBACK 7 Success", "PUBACK 7 Success");
        expect!(bench, watcher, r#"PUBLISH t qos=0 "first""#, r#"PUBLISH t qos=0 "second""#);
    }
}

#[test]
fn a_repeated_qos_2_publish_is_delivered_once_until_pubrel() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "t", 0);
        let id = bench.connect_with(persistent(version, "a"));
        let repeat = Publish {
            delivery: Delivery::new(QoS::ExactlyOnce, PacketId::new(7), true).unwrap(),
            ..publish("t", 2, 7, "x")
        };
        bench.send(id, publish("t", 2, 7, "x"));
        bench.send(id, repeat.clone());
        expect!(bench, id, "PUBREC 7 Success", "PUBREC 7 Success");
        bench.lose(id);
        let id = bench.connect_with(persistent(version, "a"));
        bench.send(id, repeat.clone());
        bench.send(id, pubrel(7));
        expect!(bench, id, "PUBREC 7 Success", "PUBCOMP 7 Success");
        expect!(bench, watcher, r#"PUBLISH t qos=0 "x""#);
        // Even with DUP, it is a new message now.
        bench.send(id, repeat);
        expect!(bench, watcher, r#"PUBLISH t qos=0 "x""#);
    }
}

#[test]
fn an_unknown_pubrel_is_answered() {
    for (version, code) in [(V3_1_1, "Success"), (V5_0, "PacketIdentifierNotFound")] {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, pubrel(777));
        expect!(bench, id, format!("PUBCOMP 777 {code}"));
    }
}

#[test]
fn an_unknown_pubrec_is_answered_with_pubrel() {
    for (version, code) in [(V3_1_1, "Success"), (V5_0, "PacketIdentifierNotFound")] {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, pubrec(777));
        expect!(bench, id, format!("PUBREL 777 {code}"));
    }
}

#[test]
fn a_qos_2_delivery_goes_through_all_steps() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "t", 2);
        let id = bench.connect(version, "a");
        bench.send(id, publish("t", 2, 9, "x"));
        expect!(bench, watcher, r#"PUBLISH t qos=2 id=1 "x""#);
        bench.send(watcher, pubrec(1));
        expect!(bench, watcher, "PUBREL 1 Success");
        bench.send(watcher, pubcomp(1));
        expect!(bench, watcher);
    }
}

#[test]
fn what_is_not_acknowledged_is_sent_again_on_resume_and_only_then() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.connect_with(persistent(version, "w"));
        bench.subscribe(watcher, "t", 2);
        let id = bench.connect(version, "a");
        for (packet_id, qos) in [(1, 1), (2, 2), (3, 1), (4, 2), (5, 2), (6, 1)] {
            bench.send(id, publish("t", qos, packet_id, &packet_id.to_string()));
        }
        assert_eq!(bench.read(watcher).len(), 6);
        bench.send(watcher, puback(1));
        bench.send(watcher, pubrec(4));
        bench.send(watcher, pubrec(5));
        bench.send(watcher, pubcomp(5));
        expect!(bench, watcher, "PUBREL 4 Success", "PUBREL 5 Success");
        bench.advance_s(90);
        expect!(bench, watcher);
        bench.lose(watcher);
        let watcher = bench.open_with(persistent(version, "w"));
        expect!(
            bench,
            watcher,
            "CONNACK Success session",
            "PUBREL 4 Success",
            r#"PUBLISH t qos=2 id=2 dup "2""#,
            r#"PUBLISH t qos=1 id=3 dup "3""#,
            r#"PUBLISH t qos=1 id=6 dup "6""#,
        );
    }
}

#[test]
fn a_new_message_never_gets_an_identifier_in_flight() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V3_1_1, "w", "t", 1);
    let id = bench.connect(V3_1_1, "a");
    bench.send(id, publish("t", 1, 1, "held"));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=1 "held""#);
    let mut last = 1;
    for _ in 0..65_534 {
        bench.send(id, publish("t", 1, 1, ""));
        bench.read(id);
        let [Packet::Publish(publish)] = &bench.packets(watcher)[..] else { panic!("one PUBLISH") };
        last = publish.packet_id().unwrap().get();
        assert_ne!(last, 1);
        bench.send(watcher, puback(last));
    }
    assert_eq!(last, 65_535);
    bench.send(id, publish("t", 1, 1, "wrapped"));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=2 "wrapped""#);
}

#[test]
fn a_refusal_by_the_receiver_ends_the_delivery() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(persistent(V5_0, "w"));
    bench.subscribe(watcher, "t", 2);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "one"));
    bench.send(id, publish("t", 2, 2, "two"));
    bench.send(watcher, puback_with(1, ReasonCode::UnspecifiedError));
    bench.send(watcher, pubrec_with(2, ReasonCode::UnspecifiedError));
    assert_eq!(bench.read(watcher).len(), 2, "no PUBREL");
    bench.lose(watcher);
    let watcher = bench.open_with(persistent(V5_0, "w"));
    expect!(bench, watcher, "CONNACK Success session");
}

#[test]
fn both_sides_may_use_the_same_identifier() {
    for version in VERSIONS {
        for qos in [1, 2] {
            let mut bench = Bench::default();
            let id = bench.subscriber(version, "a", "t", 2);
            bench.send(id, publish("t", qos, 1, "x"));
            let answer = if qos == 1 { "PUBACK 1 Success" } else { "PUBREC 1 Success" };
            expect!(bench, id, format!("PUBLISH t qos={qos} id=1 \"x\""), answer);
            if qos == 1 {
                bench.send(id, puback(1));
            } else {
                bench.send(id, pubrec(1));
                expect!(bench, id, "PUBREL 1 Success");
                bench.send(id, pubrel(1));
                expect!(bench, id, "PUBCOMP 1 Success");
                bench.send(id, pubcomp(1));
            }
            expect!(bench, id);
        }
    }
}

#[test]
fn dup_of_the_publisher_is_not_passed_on() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(version, "w", "t", 2);
        let id = bench.connect(version, "a");
        let delivery = Delivery::new(QoS::AtLeastOnce, PacketId::new(7), true).unwrap();
        bench.send(id, Publish { delivery, ..publish("t", 1, 7, "x") });
        expect!(bench, watcher, r#"PUBLISH t qos=1 id=1 "x""#);
    }
}

#[test]
fn a_refused_publish_is_told_in_5_0_and_acknowledged_in_3_1_1() {
    for topic in ["mqttspec/denied/t", "$SYS/broker/version"] {
        for (version, code) in [(V3_1_1, "Success"), (V5_0, "NotAuthorized")] {
            let mut bench = Bench::default();
            let watcher = bench.connect(version, "w");
            bench.subscribe(watcher, "#", 2);
            let id = bench.connect(version, "a");
            bench.send(id, publish(topic, 0, 0, "x"));
            bench.send(id, publish(topic, 1, 1, "x"));
            bench.send(id, publish(topic, 2, 2, "x"));
            expect!(bench, id, format!("PUBACK 1 {code}"), format!("PUBREC 2 {code}"));
            if version == V5_0 {
                // The identifier is free: the next message under it is a new one.
                bench.send(id, publish("open", 2, 2, "y"));
                expect!(bench, id, "PUBREC 2 Success");
            } else {
                bench.send(id, pubrel(2));
                expect!(bench, id, "PUBCOMP 2 Success");
                bench.send(id, publish("open", 2, 2, "y"));
                expect!(bench, id, "PUBREC 2 Success");
            }
            expect!(bench, watcher, r#"PUBLISH open qos=2 id=1 "y""#);
        }
    }
}

#[test]
fn an_identifier_of_an_open_qos_2_message_is_in_use_for_all_else() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "#", 0);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 2, 5, "two"));
    bench.send(id, publish("t", 1, 5, "one"));
    bench.send(id, subscribe(5, &[("t", 0)]));
    bench.send(id, unsubscribe(5, &["t"]));
    bench.send(id, pubrel(5));
    expect!(
        bench,
        id,
        "PUBREC 5 Success",
        "PUBACK 5 PacketIdentifierInUse",
        "SUBACK 5 [PacketIdentifierInUse]",
        "UNSUBACK 5 [PacketIdentifierInUse]",
        "PUBCOMP 5 Success",
    );
    expect!(bench, watcher, r#"PUBLISH t qos=0 "two""#);
}

#[test]
fn messages_of_a_topic_come_in_the_order_in_which_they_were_published() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(persistent(V3_1_1, "w"));
    bench.subscribe(watcher, "t", 1);
    let id = bench.connect(V3_1_1, "a");
    for n in 0..10 {
        if n == 5 {
            bench.lose(watcher);
        }
        bench.send(id, publish("t", 1, 1, &n.to_string()));
    }
    let watcher = bench.open_with(persistent(V3_1_1, "w"));
    let mut payloads = Vec::new();
    for packet in bench.packets(watcher) {
        if let Packet::Publish(publish) = packet {
            payloads.push(String::from_utf8(publish.payload.to_vec()).unwrap());
        }
    }
    assert_eq!(payloads, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}
