//! Shared subscriptions (5.0, section 4.8.2).

use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn payloads(bench: &mut Bench, id: Id) -> Vec<String> {
    let packets = bench.packets(id);
    let publishes = packets.iter().filter_map(|packet| match packet {
        Packet::Publish(publish) => Some(String::from_utf8(publish.payload.to_vec()).unwrap()),
        _ => None,
    });
    publishes.collect()
}

#[test]
fn each_group_gets_each_message_once_and_so_does_everybody_else() {
    let mut bench = Bench::default();
    let one = bench.subscriber(V5_0, "1", "$share/g/t", 1);
    let two = bench.subscriber(V5_0, "2", "$share/g/t", 0);
    let alone = bench.subscriber(V5_0, "3", "$share/h/+", 0);
    let plain = bench.subscriber(V5_0, "4", "t", 0);
    let id = bench.connect(V5_0, "a");
    for n in 0..4 {
        bench.send(id, publish("t", 2, n + 1, &n.to_string()));
    }
    expect!(bench, one, r#"PUBLISH t qos=1 id=1 "0""#, r#"PUBLISH t qos=1 id=2 "2""#);
    expect!(bench, two, r#"PUBLISH t qos=0 "1""#, r#"PUBLISH t qos=0 "3""#);
    assert_eq!(payloads(&mut bench, alone), ["0", "1", "2", "3"]);
    assert_eq!(payloads(&mut bench, plain), ["0", "1", "2", "3"]);
}

#[test]
fn a_client_gets_its_plain_copy_besides_its_share() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.subscribe_with(id, identified(1, subscribe(1, &[("t", 0)])));
    bench.subscribe_with(id, identified(2, subscribe(1, &[("$share/g/t", 0)])));
    bench.send(id, publish("t", 0, 0, "x"));
    expect!(
        bench,
        id,
        r#"PUBLISH t qos=0 "x" SubscriptionIdentifier(1)"#,
        r#"PUBLISH t qos=0 "x" SubscriptionIdentifier(2)"#,
    );
}

#[test]
fn a_share_gets_no_retained_messages() {
    for retain_handling in [RetainHandling::Send, RetainHandling::SendIfNew] {
        let mut bench = Bench::default();
        let id = bench.connect(V5_0, "a");
        bench.send(id, retained("t", 0, 0, "x"));
        let options = SubscriptionOptions {
            qos: QoS::AtMostOnce,
            no_local: false,
            retain_as_published: false,
            retain_handling,
        };
        let came = bench.subscribe_with(id, subscribe_with(1, [("$share/g/t", options)]));
        assert_eq!(came, [""; 0]);
    }
}

#[test]
fn messages_go_to_members_that_are_connected_before_all_others() {
    let mut bench = Bench::default();
    let one = bench.connect_with(persistent(V5_0, "1"));
    bench.subscribe(one, "$share/g/t", 1);
    let two = bench.connect_with(persistent(V5_0, "2"));
    bench.subscribe(two, "$share/g/t", 1);
    bench.lose(one);
    let id = bench.connect(V5_0, "a");
    for payload in ["1", "2"] {
        bench.send(id, publish("t", 1, 1, payload));
    }
    assert_eq!(payloads(&mut bench, two), ["1", "2"]);
    bench.send(two, puback(1));
    bench.send(two, puback(2));
    bench.lose(two);
    for payload in ["3", "4"] {
        bench.send(id, publish("t", 1, 1, payload));
    }
    let mut found = Vec::new();
    for client in ["1", "2"] {
        let id = bench.open_with(persistent(V5_0, client));
        found.push(payloads(&mut bench, id));
    }
    found.sort();
    assert_eq!(found, [["3"], ["4"]], "with nobody there, both keep their part");
}

#[test]
fn what_a_member_leaves_behind_goes_to_another_unless_it_was_sent_at_qos_2() {
    let mut bench = Bench::default();
    let properties = properties([Property::ReceiveMaximum(2), Property::SessionExpiryInterval(5)]);
    let one = bench.connect_with(Connect { properties, ..connect(V5_0, "1") });
    bench.subscribe(one, "$share/g/t", 2);
    let id = bench.connect(V5_0, "a");
    for (packet_id, qos, payload) in [(1, 1, "one"), (2, 2, "two"), (3, 1, "waits"), (4, 2, "too")]
    {
        bench.send(id, publish("t", qos, packet_id, payload));
    }
    assert_eq!(payloads(&mut bench, one), ["one", "two"]);
    let two = bench.subscriber(V5_0, "2", "$share/g/t", 2);
    bench.lose(one);
    expect!(bench, two);
    bench.advance_s(5);
    expect!(
        bench,
        two,
        r#"PUBLISH t qos=1 id=1 "one""#,
        r#"PUBLISH t qos=1 id=2 "waits""#,
        r#"PUBLISH t qos=2 id=3 "too""#,
    );
}

#[test]
fn a_member_that_returns_finishes_its_qos_2_messages() {
    let mut bench = Bench::default();
    let one = bench.connect_with(persistent(V5_0, "1"));
    bench.subscribe(one, "$share/g/t", 2);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 2, 1, "x"));
    let two = bench.subscriber(V5_0, "2", "$share/g/t", 2);
    bench.lose(one);
    let one = bench.open_with(persistent(V5_0, "1"));
    expect!(bench, one, "CONNACK Success session", r#"PUBLISH t qos=2 id=1 dup "x""#);
    expect!(bench, two);
}

#[test]
fn a_message_that_a_member_refuses_is_not_offered_to_another() {
    let mut bench = Bench::default();
    let one = bench.subscriber(V5_0, "1", "$share/g/t", 2);
    let two = bench.subscriber(V5_0, "2", "$share/g/t", 2);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "x"));
    assert_eq!(payloads(&mut bench, one), ["x"]);
    bench.send(one, puback_with(1, ReasonCode::ImplementationSpecificError));
    bench.lose(one);
    expect!(bench, two);
}

#[test]
fn the_share_ends_with_its_last_member() {
    let mut bench = Bench::default();
    let one = bench.subscriber(V5_0, "1", "$share/g/t", 1);
    let id = bench.connect(V5_0, "a");
    bench.send(id, publish("t", 1, 1, "x"));
    bench.lose(one);
    bench.send(id, publish("t", 1, 1, "y"));
    expect!(bench, id, "PUBACK 1 Success", "PUBACK 1 NoMatchingSubscribers");
    let one = bench.subscriber(V5_0, "1", "$share/g/t", 1);
    expect!(bench, one);
}

#[test]
fn a_member_joins_once_and_leaves_by_the_whole_filter() {
    let mut bench = Bench::default();
    let one = bench.subscriber(V5_0, "1", "$share/g/t", 0);
    bench.subscribe(one, "$share/g/t", 1);
    let two = bench.subscriber(V5_0, "2", "$share/g/t", 0);
    let id = bench.connect(V5_0, "a");
    for n in 0..10 {
        bench.send(id, publish("t", 1, 1, &n.to_string()));
    }
    assert_eq!((bench.read(one).len(), bench.read(two).len()), (5, 5));
    bench.send(one, unsubscribe(2, &["t", "$share/g/t", "$share/g/t"]));
    let codes = "[NoSubscriptionExisted, Success, NoSubscriptionExisted]";
    expect!(bench, one, format!("UNSUBACK 2 {codes}"));
    bench.send(id, publish("t", 0, 0, "x"));
    bench.send(id, publish("t", 0, 0, "y"));
    expect!(bench, one);
    assert_eq!(bench.read(two).len(), 2);
}

#[test]
fn no_local_on_a_share_is_a_protocol_error() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send_bytes(id, b"\x82\x10\0\x01\0\0\x0a$share/g/t\x04");
    expect!(bench, id, "DISCONNECT ProtocolError", "closed");
}

#[test]
fn in_3_1_1_there_are_no_shares() {
    let mut bench = Bench::default();
    let one = bench.connect(V3_1_1, "1");
    bench.subscribe_with(one, old_subscribe(1, "$share/g/t"));
    let two = bench.connect(V3_1_1, "2");
    bench.subscribe_with(two, old_subscribe(1, "$share/g/t"));
    let id = bench.connect(V3_1_1, "a");
    bench.send(id, publish("t", 0, 0, "x"));
    expect!(bench, one);
    bench.send(id, publish("$share/g/t", 0, 0, "x"));
    expect!(bench, one, r#"PUBLISH $share/g/t qos=0 "x""#);
    expect!(bench, two, r#"PUBLISH $share/g/t qos=0 "x""#);
}
