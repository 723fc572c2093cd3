//! SUBSCRIBE, UNSUBSCRIBE and what matches.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const VERSIONS: [Version; 2] = [V3_1_1, V5_0];

const PLAIN: SubscriptionOptions = SubscriptionOptions {
    qos: QoS::AtMostOnce,
    no_local: false,
    retain_as_published: false,
    retain_handling: RetainHandling::Send,
};

#[test]
fn each_filter_gets_its_code_in_order() {
    for (version, denied) in [(V3_1_1, "UnspecifiedError"), (V5_0, "NotAuthorized")] {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        let filters =
            [("a", 2), ("b", 0), ("mqttspec/denied/x", 1), ("c/#", 1), ("mqttspec/denied/#", 0)];
        bench.send(id, subscribe(65535, &filters));
        let codes = format!("[GrantedQoS2, Success, {denied}, GrantedQoS1, {denied}]");
        expect!(bench, id, format!("SUBACK 65535 {codes}"));
        bench.send(id, publish("b", 0, 0, "x"));
        expect!(bench, id, r#"PUBLISH b qos=0 "x""#);
    }
}

#[test]
fn a_subscription_is_replaced_by_one_with_the_same_filter() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, retained("t", 1, 1, "kept"));
        bench.read(id);
        assert_eq!(bench.subscribe(id, "t", 2), [r#"PUBLISH t qos=1 id=1 retain "kept""#]);
        assert_eq!(bench.subscribe(id, "t", 0), [r#"PUBLISH t qos=0 retain "kept""#]);
        bench.send(id, publish("t", 2, 2, "x"));
        expect!(bench, id, r#"PUBLISH t qos=0 "x""#, "PUBREC 2 Success");
    }
}

#[test]
fn the_later_of_two_equal_filters_in_a_packet_holds() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.send(id, subscribe(1, &[("t", 0), ("t", 1)]));
    bench.send(id, publish("t", 1, 1, "x"));
    expect!(
        bench,
        id,
        "SUBACK 1 [Success, GrantedQoS1]",
        r#"PUBLISH t qos=1 id=1 "x""#,
        "PUBACK 1 Success",
    );
}

#[test]
fn overlapping_subscriptions_give_one_copy_at_the_highest_qos() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, subscribe(1, &[("a/#", 0), ("a/+", 2), ("a/b", 1)]));
        bench.read(id);
        bench.send(id, publish("a/b", 2, 1, "x"));
        expect!(bench, id, r#"PUBLISH a/b qos=2 id=1 "x""#, "PUBREC 1 Success");
    }
}

#[test]
fn one_copy_has_the_identifiers_of_all_matching_subscriptions() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.subscribe_with(id, identified(1, subscribe(1, &[("a/#", 0), ("x", 0)])));
    bench.subscribe_with(id, identified(2, subscribe(1, &[("a/+", 0)])));
    bench.subscribe_with(id, identified(2, subscribe(1, &[("+/b", 0)])));
    bench.subscribe_with(id, subscribe(1, &[("a/b", 0)]));
    bench.send(id, publish("a/b", 0, 0, "x"));
    let [Packet::Publish(publish)] = &bench.packets(id)[..] else { panic!("one PUBLISH") };
    let mut identifiers: Vec<_> = publish.properties.subscription_identifiers().collect();
    identifiers.sort_unstable();
    assert_eq!(identifiers, [1, 2, 2]);
}

#[test]
fn a_new_subscribe_changes_or_removes_the_identifier() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    bench.subscribe_with(id, identified(3, subscribe(1, &[("a", 0), ("b", 0)])));
    bench.subscribe_with(id, subscribe(1, &[("a", 0)]));
    bench.send(id, publish("a", 0, 0, "x"));
    bench.send(id, publish("b", 0, 0, "x"));
    expect!(
        bench,
        id,
        r#"PUBLISH a qos=0 "x""#,
        r#"PUBLISH b qos=0 "x" SubscriptionIdentifier(3)"#,
    );
}

#[test]
fn no_local_holds_back_what_the_client_itself_publishes() {
    let mut bench = Bench::default();
    let id = bench.connect(V5_0, "a");
    let options = SubscriptionOptions { no_local: true, ..PLAIN };
    bench.send(id, retained("t", 0, 0, "own"));
    assert_eq!(bench.subscribe_with(id, subscribe_with(1, [("t", options)])), [""; 0]);
    bench.send(id, publish("t", 1, 1, "own"));
    expect!(bench, id, "PUBACK 1 NoMatchingSubscribers");
    let other = bench.connect(V5_0, "b");
    bench.send(other, publish("t", 0, 0, "other"));
    expect!(bench, id, r#"PUBLISH t qos=0 "other""#);
    // Another subscription of the same client lets it through, without the identifier of this one.
    bench.subscribe_with(id, identified(5, subscribe(1, &[("+", 0)])));
    bench.send(id, publish("t", 0, 0, "own"));
    expect!(bench, id, r#"PUBLISH t qos=0 "own" SubscriptionIdentifier(5)"#);
}

#[test]
fn unsubscribe_compares_character_by_character() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect(version, "a");
        bench.send(id, subscribe(1, &[("a/b", 0), ("c/+", 0), ("d/#", 0)]));
        bench.read(id);
        bench.send(id, unsubscribe(2, &["a/+", "c/x", "d/y", "#", "A/B", "a/b/", "c/+", "c/+"]));
        match version {
            V3_1_1 => assert_eq!(bench.bytes(id), [0xb0, 2, 0, 2]),
            V5_0 => {
                let mut codes = ["NoSubscriptionExisted"; 8];
                codes[6] = "Success";
                expect!(bench, id, format!("UNSUBACK 2 [{}]", codes.join(", ")));
            }
        }
        for topic in ["a/b", "c/x", "d/y"] {
            bench.send(id, publish(topic, 0, 0, "x"));
        }
        expect!(bench, id, r#"PUBLISH a/b qos=0 "x""#, r#"PUBLISH d/y qos=0 "x""#);
    }
}

#[test]
fn a_delivery_that_has_begun_is_finished_after_unsubscribe() {
    for version in VERSIONS {
        let mut bench = Bench::default();
        let id = bench.connect_with(persistent(version, "a"));
        bench.subscribe(id, "t", 2);
        let other = bench.connect(version, "b");
        bench.send(other, publish("t", 2, 1, "two"));
        bench.send(other, publish("t", 1, 2, "one"));
        bench.send(id, unsubscribe(2, &["t"]));
        assert_eq!(bench.read(id).len(), 3);
        bench.send(id, pubrec(1));
        expect!(bench, id, "PUBREL 1 Success");
        bench.lose(id);
        let id = bench.open_with(persistent(version, "a"));
        expect!(
            bench,
            id,
            "CONNACK Success session",
            "PUBREL 1 Success",
            r#"PUBLISH t qos=1 id=2 dup "one""#,
        );
    }
}

#[test]
fn filters_match_by_levels() {
    let cases = [
        ("sport/#", "sport", true),
        ("sport/#", "sport/", true),
        ("sport/#", "sports", false),
        ("sport/+", "sport/", true),
        ("sport/+", "sport", false),
        ("+/+", "/finance", true),
        ("/+", "/finance", true),
        ("+", "/finance", false),
        ("a/+/b", "a//b", true),
        ("a/b", "a//b", false),
        ("+/+/+", "//", true),
        ("/", "/", true),
        ("#", "$other/x", false),
        ("+/x", "$other/x", false),
        ("$other/#", "$other/x", true),
        ("$other/#", "$other", true),
        ("#", "a/$b", true),
        ("A", "a", false),
        (" ", " ", true),
        ("a.c", "abc", false),
        ("\u{feff}a", "a", false),
        ("\u{feff}a", "\u{feff}a", true),
    ];
    for (filter, topic, expected) in cases {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V3_1_1, "w", filter, 0);
        let id = bench.connect(V5_0, "a");
        bench.send(id, publish(topic, 0, 0, "x"));
        assert_eq!(bench.read(watcher).len(), usize::from(expected), "{filter} {topic}");
    }
}

#[test]
fn a_topic_may_have_65536_levels() {
    let topic = "/".repeat(65535);
    let mut bench = Bench::default();
    let id = bench.connect(V3_1_1, "a");
    bench.subscribe(id, &topic, 0);
    bench.send(id, publish(&topic, 0, 0, "x"));
    assert_eq!(bench.read(id).len(), 1);
    bench.send(id, unsubscribe(1, &[&topic]));
    bench.read(id);
    bench.send(id, publish(&topic, 0, 0, "x"));
    expect!(bench, id);
}

#[test]
fn what_connack_said_is_not_available_ends_the_connection() {
    let config = Config {
        wildcard_subscription_available: false,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        ..Config::default()
    };
    for (packet, reason) in [
        (subscribe(1, &[("a/+", 0)]), "WildcardSubscriptionsNotSupported"),
        (subscribe(1, &[("a", 0), ("#", 0)]), "WildcardSubscriptionsNotSupported"),
        (subscribe(1, &[("$share/g/t", 0)]), "SharedSubscriptionsNotSupported"),
        (identified(1, subscribe(1, &[("t", 0)])), "SubscriptionIdentifiersNotSupported"),
    ] {
        let mut bench = Bench::new(config.clone());
        let id = bench.connect(V5_0, "a");
        bench.send(id, packet);
        expect!(bench, id, format!("DISCONNECT {reason}"), "closed");
    }
    let mut bench = Bench::new(config);
    let id = bench.connect(V3_1_1, "a");
    bench.send(id, subscribe(1, &[("a/+", 0), ("a", 0)]));
    bench.send(id, old_subscribe(1, "$share/g/t"));
    expect!(bench, id, "SUBACK 1 [UnspecifiedError, Success]", "SUBACK 1 [Success]");
}

#[test]
fn a_lower_maximum_qos_is_granted_and_enforced() {
    let config = Config { maximum_qos: QoS::AtLeastOnce, ..Config::default() };
    let mut bench = Bench::new(config);
    let id = bench.connect(V5_0, "a");
    bench.send(id, subscribe(1, &[("a", 0), ("b", 1), ("c", 2)]));
    expect!(bench, id, "SUBACK 1 [Success, GrantedQoS1, GrantedQoS1]");
    bench.send(id, publish("t", 2, 1, "x"));
    expect!(bench, id, "DISCONNECT QoSNotSupported", "closed");
}
