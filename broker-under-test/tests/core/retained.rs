//! Retained messages.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const VERSIONS: [Version; 2] = [V3_1_1, V5_0];

#[test]
fn a_new_subscription_gets_the_last_retained_message() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, retained("t", 1, 1, "old"));
        bench.send(id, retained("t", 1, 1, "new"));
        bench.send(id, publish("t", 1, 1, "passing"));
        bench.send(id, publish("t", 1, 1, ""));
        let watcher = bench.connect(version, "w");
        assert_eq!(bench.subscribe(watcher, "t", 2), [r#"PUBLISH t qos=1 id=1 retain "new""#]);
    }
}

#[test]
fn a_retained_message_outlives_its_publisher() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, retained("t", 0, 0, "x"));
        bench.lose(id);
        let watcher = bench.connect(version, "a");
        assert_eq!(bench.subscribe(watcher, "t", 0), [r#"PUBLISH t qos=0 retain "x""#]);
    }
}

#[test]
fn an_empty_retained_message_clears_and_is_delivered() {
    for version in VERSIONS {
        for qos in 0..=2 {
            let mut bench = Bench::default();
            let watcher = bench.subscriber(version, "w", "t", 0);
            bench.send(watcher, retained("t", 0, 0, "x"));
            bench.read(watcher);
            let id = bench.connect(version, "a");
            bench.send(id, retained("t", qos, u16::from(qos > 0), ""));
            expect!(bench, watcher, r#"PUBLISH t qos=0 """#);
            assert_eq!(bench.subscribe(watcher, "t", 0), [""; 0]);
        }
    }
}

#[test]
fn wildcards_find_all_matching_topics() {
    let mut bench = Bench::default();
    let id = bench.connect(V3_1_1, "a");
    for topic in ["a/x/b/c", "a/y/b/c", "a/x/b", "a", "/a", "a/", "ab", "a/$b"] {
        bench.send(id, retained(topic, 0, 0, topic));
    }
    for (filter, expected) in [
        ("a/+/b/#", &["a/x/b", "a/x/b/c", "a/y/b/c"][..]),
        ("+/+/#", &["/a", "a/", "a/$b", "a/x/b", "a/x/b/c", "a/y/b/c"]),
        ("+/#", &["/a", "a", "a/", "a/$b", "a/x/b", "a/x/b/c", "a/y/b/c", "ab"]),
        ("#", &["/a", "a", "a/", "a/$b", "a/x/b", "a/x/b/c", "a/y/b/c", "ab"]),
        ("a/#", &["a", "a/", "a/$b", "a/x/b", "a/x/b/c", "a/y/b/c"]),
        ("a", &["a"]),
        ("$SYS/#", &["$SYS/broker/version"]),
        ("$SYS/broker/+", &["$SYS/broker/version"]),
        ("+/broker/version", &[]),
    ] {
        let found = bench.subscribe(id, filter, 0);
        let topics: Vec<_> = found.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
        assert_eq!(topics, expected, "{filter}");
    }
}

#[test]
fn retain_handling_decides_when_retained_messages_are_sent() {
    let subscribe = |retain_handling| {
        let options = SubscriptionOptions {
            qos: QoS::AtMostOnce,
            no_local: false,
            retain_as_published: false,
            retain_handling,
        };
        subscribe_with(1, [("t", options)])
    };
    let mut bench = Bench::default();
    let id = bench.connect_with(persistent(V5_0, "a"));
    bench.send(id, retained("t", 0, 0, "x"));
    let mut counts = Vec::new();
    for handling in [
        RetainHandling::DoNotSend,
        RetainHandling::SendIfNew,
        RetainHandling::Send,
        RetainHandling::Send,
    ] {
        counts.push(bench.subscribe_with(id, subscribe(handling)).len());
    }
    assert_eq!(counts, [0, 0, 1, 1], "the subscription exists from the first time on");
    bench.send(id, unsubscribe(2, &["t"]));
    bench.read(id);
    assert_eq!(bench.subscribe_with(id, subscribe(RetainHandling::SendIfNew)).len(), 1);
    bench.lose(id);
    let id = bench.connect_with(persistent(V5_0, "a"));
    expect!(bench, id);
    assert_eq!(bench.subscribe_with(id, subscribe(RetainHandling::SendIfNew)).len(), 0);
}

#[test]
fn retain_as_published_keeps_the_flag_of_live_messages() {
    for retain_as_published in [false, true] {
        let options = SubscriptionOptions {
            qos: QoS::AtLeastOnce,
            no_local: false,
            retain_as_published,
            retain_handling: RetainHandling::Send,
        };
        let flag = if retain_as_published { " retain" } else { "" };
        let mut bench = Bench::default();
        let watcher = bench.connect_with(persistent(V5_0, "w"));
        bench.subscribe_with(watcher, subscribe_with(1, [("t", options)]));
        bench.send(watcher, retained("t", 0, 0, "live"));
        bench.send(watcher, publish("t", 0, 0, "plain"));
        bench.send(watcher, retained("t", 0, 0, ""));
        expect!(
            bench,
            watcher,
            format!("PUBLISH t qos=0{flag} \"live\""),
            r#"PUBLISH t qos=0 "plain""#,
            format!("PUBLISH t qos=0{flag} \"\""),
        );
        bench.lose(watcher);
        let id = bench.connect(V3_1_1, "a");
        bench.send(id, retained("t", 1, 1, "queued"));
        let watcher = bench.open_with(persistent(V5_0, "w"));
        let queued = format!("PUBLISH t qos=1 id=1{flag} \"queued\"");
        expect!(bench, watcher, "CONNACK Success session", queued);
    }
}

#[test]
fn without_retain_available_nothing_is_retained() {
    let mut bench = Bench::new(Config { retain_available: false, ..Config::default() });
    let old = bench.connect(V3_1_1, "old");
    bench.send(old, retained("t", 0, 0, "x"));
    assert_eq!(bench.subscribe(old, "t", 0), [""; 0]);
    let id = bench.connect(V5_0, "a");
    bench.send(id, retained("t", 0, 0, "x"));
    expect!(bench, id, "DISCONNECT RetainNotSupported", "closed");
}

#[test]
fn retained_messages_have_the_identifier_of_the_subscription() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send(id, retained("t", 0, 0, "x"));
    let came = bench.subscribe_with(id, identified(7, subscribe(1, &[("#", 0), ("t", 0)])));
    let line = r#"PUBLISH t qos=0 retain "x" SubscriptionIdentifier(7)"#;
    assert_eq!(came, [line, line]);
}

#[test]
fn one_copy_for_several_subscriptions_keeps_the_flag_if_one_of_them_wants_it() {
    let options = |retain_as_published| SubscriptionOptions {
        qos: QoS::AtMostOnce,
        no_local: false,
        retain_as_published,
        retain_handling: RetainHandling::Send,
    };
    for flags in [[true, false], [false, true]] {
        let mut bench = Bench::default();
        let id = bench.connect(V5_0, "a");
        let filters = [("t", options(flags[0])), ("+", options(flags[1]))];
        bench.subscribe_with(id, subscribe_with(1, filters));
        bench.send(id, retained("t", 0, 0, "x"));
        expect!(bench, id, r#"PUBLISH t qos=0 retain "x""#);
    }
}
