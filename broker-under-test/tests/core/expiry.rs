//! Message Expiry Interval, and the properties that a message keeps.

use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn mortal(topic: &str, qos: u8, id: u16, payload: &str, expiry_s: u32) -> Publish {
    let properties = properties([Property::MessageExpiryInterval(expiry_s)]);
    Publish { properties, ..publish(topic, qos, id, payload) }
}

#[test]
fn the_interval_counts_down_while_a_message_waits() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(persistent(V5_0, "w"));
    bench.subscribe(watcher, "t", 1);
    let id = bench.connect(V5_0, "a");
    bench.send(id, mortal("t", 1, 1, "live", 100));
    expect!(bench, watcher, r#"PUBLISH t qos=1 id=1 "live" MessageExpiryInterval(100)"#);
    bench.send(watcher, puback(1));
    bench.lose(watcher);
    bench.send(id, mortal("t", 1, 1, "waits", 100));
    bench.advance_ms(3500);
    let watcher = bench.open_with(persistent(V5_0, "w"));
    expect!(
        bench,
        watcher,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=2 "waits" MessageExpiryInterval(97)"#,
    );
}

#[test]
fn a_message_that_waits_too_long_is_dropped() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(persistent(V5_0, "w"));
    bench.subscribe(watcher, "t", 1);
    bench.lose(watcher);
    let id = bench.connect(V5_0, "a");
    bench.send(id, mortal("t", 1, 1, "short", 2));
    bench.send(id, publish("t", 1, 1, "eternal"));
    bench.send(id, mortal("t", 1, 1, "long", 5));
    bench.advance_s(4);
    let watcher = bench.open_with(persistent(V5_0, "w"));
    expect!(
        bench,
        watcher,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=1 "eternal""#,
        r#"PUBLISH t qos=1 id=2 "long" MessageExpiryInterval(1)"#,
    );
}

#[test]
fn a_message_that_was_sent_does_not_expire() {
    for qos in [1, 2] {
        let mut bench = Bench::default();
        let watcher = bench.connect_with(persistent(V5_0, "w"));
        bench.subscribe(watcher, "t", 2);
        let id = bench.connect(V5_0, "a");
        bench.send(id, mortal("t", qos, 1, "x", 2));
        bench.lose(watcher);
        bench.advance_s(4);
        let watcher = bench.open_with(persistent(V5_0, "w"));
        expect!(
            bench,
            watcher,
            "CONNACK Success session",
            format!("PUBLISH t qos={qos} id=1 dup \"x\" MessageExpiryInterval(0)"),
        );
    }
}

#[test]
fn a_message_without_time_is_delivered_at_once() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "t", 1);
    bench.send(watcher, mortal("t", 0, 0, "x", 0));
    bench.send(watcher, mortal("t", 1, 1, "y", 0));
    expect!(
        bench,
        watcher,
        r#"PUBLISH t qos=0 "x" MessageExpiryInterval(0)"#,
        r#"PUBLISH t qos=1 id=1 "y" MessageExpiryInterval(0)"#,
        "PUBACK 1 Success",
    );
}

#[test]
fn a_qos_2_flow_of_the_client_outlives_its_message() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send(id, mortal("t", 2, 1, "x", 1));
    bench.advance_s(3);
    bench.send(id, pubrel(1));
    expect!(bench, id, "PUBREC 1 NoMatchingSubscribers", "PUBCOMP 1 Success");
}

#[test]
fn a_retained_message_counts_down_and_expires() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send(id, Publish { retain: true, ..mortal("t", 1, 1, "x", 10) });
    bench.advance_s(4);
    let watcher = bench.connect(V5_0, "w");
    let came = bench.subscribe(watcher, "t", 0);
    assert_eq!(came, [r#"PUBLISH t qos=0 retain "x" MessageExpiryInterval(6)"#]);
    bench.advance_s(6);
    assert_eq!(bench.subscribe(watcher, "t", 0), [""; 0]);
}

#[test]
fn properties_of_a_message_are_passed_on_in_order() {
    let list = [
        Property::PayloadFormatIndicator(1),
        Property::ContentType("text/plain"),
        Property::ResponseTopic("answers"),
        Property::CorrelationData(b"\0\xff"),
        Property::UserProperty("b", "1"),
        Property::UserProperty("a", "2"),
        Property::UserProperty("b", ""),
    ];
    let shown: String = list.iter().map(|property| format!(" {property:?}")).collect();
    let mut bench = Bench::default();
    let watcher = bench.connect_with(persistent(V5_0, "w"));
    bench.subscribe(watcher, "t", 1);
    bench.lose(watcher);
    let id = bench.connect(V5_0, "a");
    bench.send(id, Publish { properties: properties(list), ..retained("t", 1, 1, "x") });
    let watcher = bench.open_with(persistent(V5_0, "w"));
    let queued = format!(r#"PUBLISH t qos=1 id=1 "x"{shown}"#);
    expect!(bench, watcher, "CONNACK Success session", queued);
    expect!(bench, id, "PUBACK 1 Success");
    let came = bench.subscribe(id, "t", 0);
    assert_eq!(came, [format!(r#"PUBLISH t qos=0 retain "x"{shown}"#)]);
    let old = bench.connect(V3_1_1, "old");
    assert_eq!(bench.subscribe(old, "t", 0), [r#"PUBLISH t qos=0 retain "x""#]);
}
