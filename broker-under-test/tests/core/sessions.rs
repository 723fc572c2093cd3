//! Sessions: kept, resumed, ended, taken over.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn expiring(client_id: &str, clean_start: bool, expiry_s: u32) -> Connect {
    let properties = properties([Property::SessionExpiryInterval(expiry_s)]);
    Connect { clean_start, properties, ..connect(V5_0, client_id) }
}

/// Whether a resuming CONNECT finds a session.
fn is_present(bench: &mut Bench, connect: Connect) -> bool {
    let id = bench.open_with(connect);
    bench.read(id)[0] == "CONNACK Success session"
}

#[test]
fn a_session_that_is_kept_has_its_subscriptions_and_messages() {
    for version in [V3_1_1, V5_0] {
        let mut bench = Bench::default();
        let id = bench.connect_with(persistent(version, "a"));
        bench.subscribe(id, "t/+", 2);
        bench.lose(id);
        let other = bench.connect(V5_0, "b");
        for (qos, payload) in [(0, "zero"), (1, "one"), (2, "two")] {
            bench.send(other, publish("t/x", qos, u16::from(qos), payload));
        }
        let id = bench.open_with(persistent(version, "a"));
        expect!(
            bench,
            id,
            "CONNACK Success session",
            r#"PUBLISH t/x qos=1 id=1 "one""#,
            r#"PUBLISH t/x qos=2 id=2 "two""#,
        );
        bench.send(other, publish("t/y", 0, 0, "live"));
        expect!(bench, id, r#"PUBLISH t/y qos=0 "live""#);
    }
}

#[test]
fn a_clean_start_forgets_the_session() {
    for version in [V3_1_1, V5_0] {
        let mut bench = Bench::default();
        let id = bench.connect_with(persistent(version, "a"));
        bench.subscribe(id, "t", 1);
        bench.lose(id);
        let other = bench.connect(V5_0, "b");
        bench.send(other, publish("t", 1, 1, "queued"));
        let id = bench.open_with(connect(version, "a"));
        expect!(bench, id, "CONNACK Success");
        bench.send(other, publish("t", 1, 1, "live"));
        expect!(bench, id);
        bench.lose(id);
        assert!(!is_present(&mut bench, persistent(version, "a")));
    }
}

#[test]
fn a_session_ends_when_its_expiry_interval_has_passed() {
    for (expiry_s, away_s, present) in
        [(0, 0, false), (2, 1, true), (2, 2, false), (u32::MAX, 1_000_000, true)]
    {
        let mut bench = Bench::default();
        let id = bench.connect_with(expiring("a", false, expiry_s));
        bench.lose(id);
        bench.advance_s(away_s);
        let found = is_present(&mut bench, expiring("a", false, expiry_s));
        assert_eq!(found, present, "{expiry_s} {away_s}");
    }
}

#[test]
fn a_session_does_not_end_while_it_is_connected() {
    let mut bench = Bench::default();
    let id = bench.connect_with(expiring("a", false, 1));
    bench.subscribe(id, "t", 0);
    bench.advance_s(100);
    bench.send(id, publish("t", 0, 0, "x"));
    expect!(bench, id, r#"PUBLISH t qos=0 "x""#);
}

#[test]
fn a_late_tick_changes_nothing() {
    let mut bench = Bench::default();
    let id = bench.connect_with(expiring("a", false, 2));
    bench.lose(id);
    bench.sleep_s(3);
    assert!(!is_present(&mut bench, expiring("a", false, 2)));
}

#[test]
fn the_expiry_of_the_latest_connection_counts() {
    for (first_s, second_s, present) in [(60, 2, false), (2, 60, true)] {
        let mut bench = Bench::default();
        let id = bench.connect_with(expiring("a", false, first_s));
        bench.lose(id);
        bench.advance_s(1);
        let id = bench.connect_with(expiring("a", false, second_s));
        bench.lose(id);
        bench.advance_s(5);
        assert_eq!(is_present(&mut bench, expiring("a", false, 60)), present);
    }
}

#[test]
fn disconnect_may_change_the_expiry_unless_it_was_zero() {
    for (connect_s, disconnect_s, away_s, present) in [
        (60, Some(0), 0, false),
        (2, Some(60), 5, true),
        (60, None, 5, true),
        (60, Some(2), 5, false),
        (0, Some(0), 0, false),
    ] {
        let mut bench = Bench::default();
        let id = bench.connect_with(expiring("a", false, connect_s));
        let properties = properties(disconnect_s.map(Property::SessionExpiryInterval));
        bench.send(id, Disconnect { properties, ..disconnect(ReasonCode::Success) });
        expect!(bench, id, "closed");
        bench.advance_s(away_s);
        let found = is_present(&mut bench, expiring("a", false, 60));
        assert_eq!(found, present, "{connect_s} {disconnect_s:?}");
    }
}

#[test]
fn an_expiry_in_disconnect_after_none_in_connect_is_a_protocol_error() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "will", 0);
    let id = bench.connect_with(Connect { will: Some(will("will", "x")), ..connect(V5_0, "a") });
    let properties = properties([Property::SessionExpiryInterval(10)]);
    bench.send(id, Disconnect { properties, ..disconnect(ReasonCode::Success) });
    expect!(bench, id, "DISCONNECT ProtocolError", "closed");
    expect!(bench, watcher, r#"PUBLISH will qos=0 "x""#);
    assert!(!is_present(&mut bench, expiring("a", false, 10)));
}

#[test]
fn a_limit_on_the_expiry_is_in_force() {
    let config = Config { session_expiry_interval_max_s: Some(5), ..Config::default() };
    let mut bench = Bench::new(config);
    let id = bench.connect_with(expiring("a", false, 100));
    bench.lose(id);
    bench.advance_s(5);
    assert!(!is_present(&mut bench, expiring("a", false, 100)));
    let id = bench.connect_with(expiring("b", false, 1));
    let properties = properties([Property::SessionExpiryInterval(100)]);
    bench.send(id, Disconnect { properties, ..disconnect(ReasonCode::Success) });
    bench.advance_s(5);
    assert!(!is_present(&mut bench, expiring("b", false, 100)));
}

#[test]
fn a_second_connection_takes_the_session_over() {
    for (version, farewell) in
        [(V3_1_1, &["closed"][..]), (V5_0, &["DISCONNECT SessionTakenOver", "closed"])]
    {
        let mut bench = Bench::default();
        let old = bench.connect_with(persistent(version, "a"));
        bench.subscribe(old, "t", 0);
        let new = bench.open_with(persistent(version, "a"));
        assert_eq!(bench.read(old), farewell);
        expect!(bench, new, "CONNACK Success session");
        bench.send(new, publish("t", 0, 0, "x"));
        expect!(bench, new, r#"PUBLISH t qos=0 "x""#);
    }
}

#[test]
fn a_session_that_ends_with_its_connection_is_not_there_for_the_one_that_takes_over() {
    for version in [V3_1_1, V5_0] {
        let mut bench = Bench::default();
        bench.connect(version, "a");
        assert!(!is_present(&mut bench, persistent(version, "a")));
    }
}

#[test]
fn client_ids_that_differ_in_case_are_different() {
    let mut bench = Bench::default();
    let lower = bench.connect(V5_0, "client");
    let upper = bench.connect(V5_0, "CLIENT");
    expect!(bench, lower);
    expect!(bench, upper);
}

#[test]
fn the_options_of_a_subscription_outlive_the_connection() {
    let mut bench = Bench::default();
    let id = bench.connect_with(persistent(V5_0, "a"));
    let options = SubscriptionOptions {
        qos: QoS::AtMostOnce,
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::Send,
    };
    bench.subscribe_with(id, identified(9, subscribe_with(1, [("t", options)])));
    bench.lose(id);
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, retained("t", 0, 0, "own"));
    let other = bench.connect(V5_0, "b");
    bench.send(other, retained("t", 0, 0, "other"));
    expect!(bench, id, r#"PUBLISH t qos=0 retain "other" SubscriptionIdentifier(9)"#);
}

#[test]
fn a_session_may_be_resumed_in_the_other_version() {
    let mut bench = Bench::default();
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.subscribe_with(id, identified(9, subscribe(1, &[("t", 1)])));
    bench.lose(id);
    let other = bench.connect(V5_0, "b");
    let properties =
        properties([Property::ContentType("text"), Property::MessageExpiryInterval(9)]);
    bench.send(other, Publish { properties, ..publish("t", 1, 1, "x") });
    let id = bench.open_with(persistent(V3_1_1, "a"));
    expect!(bench, id, "CONNACK Success session", r#"PUBLISH t qos=1 id=1 "x""#);
}

#[test]
fn a_full_queue_takes_no_more() {
    let mut bench = Bench::new(Config { queued_messages_max: 2, ..Config::default() });
    let id = bench.connect_with(persistent(V3_1_1, "a"));
    bench.subscribe(id, "t", 1);
    bench.lose(id);
    let other = bench.connect(V5_0, "b");
    for payload in ["1", "2", "3"] {
        bench.send(other, publish("t", 1, 1, payload));
    }
    let id = bench.open_with(persistent(V3_1_1, "a"));
    expect!(
        bench,
        id,
        "CONNACK Success session",
        r#"PUBLISH t qos=1 id=1 "1""#,
        r#"PUBLISH t qos=1 id=2 "2""#,
    );
}

#[test]
fn a_session_that_is_resumed_in_time_does_not_end_under_its_client() {
    let mut bench = Bench::default();
    let id = bench.connect_with(expiring("a", false, 5));
    bench.subscribe(id, "t", 0);
    bench.lose(id);
    bench.advance_s(4);
    let id = bench.connect_with(expiring("a", false, 5));
    bench.advance_s(10);
    bench.send(id, publish("t", 0, 0, "x"));
    expect!(bench, id, r#"PUBLISH t qos=0 "x""#);
}

#[test]
fn a_queue_that_is_full_of_expired_messages_is_not_full() {
    let mut bench = Bench::new(Config { queued_messages_max: 1, ..Config::default() });
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.subscribe(id, "t", 1);
    bench.lose(id);
    let other = bench.connect(V5_0, "b");
    let properties = properties([Property::MessageExpiryInterval(1)]);
    bench.send(other, Publish { properties, ..publish("t", 1, 1, "mortal") });
    bench.advance_s(2);
    bench.send(other, publish("t", 1, 1, "eternal"));
    let id = bench.open_with(persistent(V5_0, "a"));
    expect!(bench, id, "CONNACK Success session", r#"PUBLISH t qos=1 id=1 "eternal""#);
}
