//! Topic Aliases.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn aliased(topic: &str, alias: u16, payload: &str) -> Publish {
    let properties = properties([Property::TopicAlias(alias)]);
    Publish { properties, ..publish(topic, 0, 0, payload) }
}

fn aliasing(client_id: &str, maximum: u16) -> Connect {
    let properties =
        properties([Property::TopicAliasMaximum(maximum), Property::SessionExpiryInterval(100)]);
    Connect { clean_start: false, properties, ..connect(V5_0, client_id) }
}

#[test]
fn an_alias_of_the_client_stands_for_its_topic_until_it_gets_another() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "#", 0);
    let id = bench.connect(V5_0, "a");
    bench.send(id, aliased("a", 1, "1"));
    bench.send(id, aliased("z", 16, "2"));
    bench.send(id, aliased("", 1, "3"));
    bench.send(id, aliased("b", 1, "4"));
    bench.send(id, aliased("", 1, "5"));
    bench.send(id, aliased("", 16, "6"));
    expect!(
        bench,
        watcher,
        r#"PUBLISH a qos=0 "1""#,
        r#"PUBLISH z qos=0 "2""#,
        r#"PUBLISH a qos=0 "3""#,
        r#"PUBLISH b qos=0 "4""#,
        r#"PUBLISH b qos=0 "5""#,
        r#"PUBLISH z qos=0 "6""#,
    );
}

#[test]
fn an_alias_that_is_out_of_range_or_unknown_ends_the_connection() {
    for (alias, topic, reason) in [
        (17, "t", "TopicAliasInvalid"),
        (u16::MAX, "t", "TopicAliasInvalid"),
        (17, "", "TopicAliasInvalid"),
        (1, "", "ProtocolError"),
    ] {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "#", 0);
        let id = bench.connect(V5_0, "a");
        bench.send(id, aliased(topic, alias, "x"));
        expect!(bench, id, format!("DISCONNECT {reason}"), "closed");
        expect!(bench, watcher);
    }
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send_bytes(id, b"\x30\x07\0\x01t\x03\x23\0\0");
    expect!(bench, id, "DISCONNECT TopicAliasInvalid", "closed");
}

#[test]
fn without_a_maximum_there_are_no_aliases() {
    let mut bench = Bench::new(Config { topic_alias_maximum: 0, ..Config::default() });
    let id = bench.connect(V5_0, "a");
    bench.send(id, aliased("t", 1, "x"));
    expect!(bench, id, "DISCONNECT TopicAliasInvalid", "closed");
}

#[test]
fn an_alias_is_forgotten_with_its_connection() {
    let mut bench = Bench::default();
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, aliased("t", 1, "x"));
    bench.lose(id);
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, aliased("", 1, "x"));
    expect!(bench, id, "DISCONNECT ProtocolError", "closed");
}

#[test]
fn aliases_to_the_client_stay_within_its_maximum() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(aliasing("w", 2));
    bench.subscribe(watcher, "#", 0);
    let id = bench.connect(V5_0, "a");
    for topic in ["a", "b", "c", "a", "b", "c"] {
        bench.send(id, publish(topic, 0, 0, topic));
    }
    expect!(
        bench,
        watcher,
        r#"PUBLISH a qos=0 "a" TopicAlias(1)"#,
        r#"PUBLISH b qos=0 "b" TopicAlias(2)"#,
        r#"PUBLISH c qos=0 "c""#,
        r#"PUBLISH  qos=0 "a" TopicAlias(1)"#,
        r#"PUBLISH  qos=0 "b" TopicAlias(2)"#,
        r#"PUBLISH c qos=0 "c""#,
    );
}

#[test]
fn aliases_to_the_client_start_anew_with_each_connection() {
    let mut bench = Bench::default();
    let watcher = bench.connect_with(aliasing("w", 2));
    bench.subscribe(watcher, "t", 1);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "x"));
    bench.send(id, publish("t", 1, 1, "y"));
    bench.lose(watcher);
    let watcher = bench.open_with(aliasing("w", 2));
    expect!(
        bench,
        watcher,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=1 dup "x" TopicAlias(1)"#,
        r#"PUBLISH  qos=1 id=2 dup "y" TopicAlias(1)"#,
    );
}

#[test]
fn aliases_to_the_client_can_be_switched_off() {
    let mut bench = Bench::new(Config { topic_alias_outgoing: false, ..Config::default() });
    let watcher = bench.connect_with(aliasing("w", 2));
    bench.subscribe(watcher, "t", 0);
    bench.send(watcher, publish("t", 0, 0, "x"));
    expect!(bench, watcher, r#"PUBLISH t qos=0 "x""#);
}

#[test]
fn an_alias_that_makes_the_packet_too_large_is_not_introduced() {
    let mut bench = Bench::default();
    let properties = properties([Property::TopicAliasMaximum(2), Property::MaximumPacketSize(20)]);
    let watcher = bench.connect_with(Connect { properties, ..connect(V5_0, "w") });
    bench.subscribe(watcher, "topic", 0);
    let id = bench.connect(V5_0, "a");
    // 2 bytes of fixed header, 7 of topic, 1 of Property Length, 10 of payload.
    bench.send(id, publish("topic", 0, 0, "0123456789"));
    bench.send(id, publish("topic", 0, 0, "0"));
    bench.send(id, publish("topic", 0, 0, "0123456789"));
    expect!(
        bench,
        watcher,
        r#"PUBLISH topic qos=0 "0123456789""#,
        r#"PUBLISH topic qos=0 "0" TopicAlias(1)"#,
        r#"PUBLISH  qos=0 "0123456789" TopicAlias(1)"#,
    );
}

#[test]
fn a_topic_that_is_shorter_than_its_alias_is_spelled_out_if_need_be() {
    let mut bench = Bench::default();
    let properties = properties([Property::TopicAliasMaximum(2), Property::MaximumPacketSize(20)]);
    let watcher = bench.connect_with(Connect { properties, ..connect(V5_0, "w") });
    bench.subscribe(watcher, "t", 0);
    let id = bench.connect(V5_0, "a");
    // 2 bytes of fixed header, 3 of topic, 1 of Property Length, 14 of payload.
    bench.send(id, publish("t", 0, 0, "x"));
    bench.send(id, publish("t", 0, 0, "0123456789abcd"));
    expect!(
        bench,
        watcher,
        r#"PUBLISH t qos=0 "x" TopicAlias(1)"#,
        r#"PUBLISH t qos=0 "0123456789abcd""#,
    );
}
