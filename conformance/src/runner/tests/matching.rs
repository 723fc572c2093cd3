//! Rules 10 to 16: lanes, groups, branches, permissions and times.

use insta::assert_snapshot;
use mqttspec_codec::Properties;
use mqttspec_codec::Version::{V3_1_1, V5_0};
use mqttspec_codec::packet::{Delivery, Publish};
use mqttspec_codec::topic::TopicName;

use super::*;
use crate::runner::names::Names;

/// A publisher and a subscriber, and three messages on two topics.
const TWO_TOPICS: &str = r#"
    connect pub, sub acks=auto
    subscribe sub filter="{topic}/#" qos=1
    publish pub topic="{topic}/a" payload="1" qos=1
    publish pub topic="{topic}/b" payload="2" qos=1
    publish pub topic="{topic}/a" payload="3" qos=1
"#;

#[tokio::test(start_paused = true)]
async fn lanes_overtake_each_other_but_keep_their_own_order() {
    let steps = format!(
        r#"{TWO_TOPICS}
    sub <- PUBLISH topic="{{topic}}/b" payload="2"
    sub <- PUBLISH topic="{{topic}}/a" payload="1"
    sub <- PUBLISH topic="{{topic}}/a" payload="3"
    sub <- nothing"#
    );
    embedded(V5_0, &steps).await.passes();
    let steps = format!(
        r#"{TWO_TOPICS}
    sub <- PUBLISH topic="{{topic}}/a" payload="3"    [MQTT-3.3.1-9]
    sub <- nothing"#
    );
    assert_snapshot!(embedded(V5_0, &steps).await.told(), @r#"
        FAIL
          PUBLISH does not match: payload
          expected "3", the broker sent "1"
          at `payload="3"` charged [MQTT-3.3.1-9]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_selecting_field_chooses_the_lane() {
    let steps = format!(
        r#"{TWO_TOPICS}
    sub <- PUBLISH payload=="3"
    sub <- PUBLISH payload^="1"
    sub <- PUBLISH payload="2"
    sub <- nothing"#
    );
    embedded(V3_1_1, &steps).await.passes();
}

#[tokio::test(start_paused = true)]
async fn in_ordered_the_order_of_arrival_counts() {
    let steps = format!(
        r#"{TWO_TOPICS}
    ordered {{
        sub <- PUBLISH payload="1"
        sub <- PUBLISH topic="{{topic}}/a" payload="3"
    }}
    sub <- anything"#
    );
    assert_snapshot!(embedded(V5_0, &steps).await.told(), @r#"
        FAIL
          PUBLISH does not match: topic
          expected "ms/i41cb494mi/t/a", the broker sent "ms/i41cb494mi/t/b"
          at `topic="{topic}/a"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn unordered_takes_any_order_and_refuses_a_stranger() {
    let steps = format!(
        r#"{TWO_TOPICS}
    unordered {{
        sub <- PUBLISH payload="3"
        repeat 2 as i {{ sub <- PUBLISH payload="{{i + 1}}" }}
        may sub <- PUBLISH payload="4"
    }}
    sub <- nothing"#
    );
    embedded(V5_0, &steps).await.passes();
    let steps = format!(
        r#"{TWO_TOPICS}
    unordered {{
        sub <- PUBLISH payload="3"
        sub <- PUBLISH payload="2"     [MQTT-3.3.2-3]
    }}
    sub <- anything"#
    );
    assert_snapshot!(embedded(V5_0, &steps).await.told(), @r#"
        FAIL
          PUBLISH does not match: payload
          expected "3", the broker sent "1"
          at `payload="3"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
          nor does any other open line of the group take it
        "#);
}

#[tokio::test(start_paused = true)]
async fn so_many_of_them_no_matter_which() {
    let steps = r#"
    connect pub, g[0], g[1], g[2] acks=auto
    subscribe g[*] filter="$share/s/{topic}" qos=1
    repeat 9 as i { publish pub topic="{topic}" payload="{i}" qos=1 }
    unordered { repeat 9 as i { 1 of g[*] <- PUBLISH payload="{i}" } }
    g[*] <- nothing
    publish pub topic="{topic}" payload="last" qos=1
    1 of g[*] as w <- PUBLISH payload="last"
    w -> DISCONNECT
    w <- closed
    g[*] <- nothing"#;
    embedded(V5_0, steps).await.passes();
    // One copy too many.
    let doubled = |seen: &Seen<'_>| match seen.packet {
        Packet::Publish(publish) if seen.down && &*publish.payload == b"4" => {
            let copy = Publish { delivery: Delivery::AtMostOnce, ..publish.clone() };
            Act::PassAnd(bytes_of(copy, V5_0))
        }
        _ => Act::Pass,
    };
    assert_snapshot!(tamper(V5_0, steps, doubled).await.told(), @r#"
        FAIL
          PUBLISH does not match: payload
          expected "5", the broker sent "4"
          at `payload="{i}"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
          nor does any other open line of the group take it
        "#);
}

#[tokio::test(start_paused = true)]
async fn either_takes_the_first_branch_that_holds() {
    let steps = r#"
    connect a
    a -> SUBSCRIBE id=1 filter="{topic}" qos=1
    either {
        a <- SUBACK id=1 codes=[2]
    } or non-strict "grants less" {
        a <- SUBACK id=1 codes=[1]
        a -> PUBLISH topic="{topic}" payload="x"
        a <- PUBLISH payload="x"
    } or {
        a <- closed
    }
    a <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        NON-STRICT
          the broker takes the weaker of the ways that are open to it
          grants less
          at `"grants less"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_another_one_extends_ends_with_nothing() {
    let steps = r#"
    connect pub, sub acks=auto
    sub -> SUBSCRIBE id=9 filter="{topic}/#" qos=1 filter="{topic}/+" qos=1
    sub <- SUBACK id=9 codes=[1, 1]
    publish pub topic="{topic}/b" payload="x" qos=1
    either {
        sub <- PUBLISH payload="x"
        sub <- nothing
    } or {
        sub <- PUBLISH payload="x"
        sub <- PUBLISH payload="x"
        sub <- nothing
    }"#;
    embedded(V5_0, steps).await.passes();
    let copy = Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: TopicName::new(format!("{}/b", Names::new(0, "t/test@3.1.1").topic())).unwrap(),
        properties: Properties::default(),
        payload: Bytes::from_static(b"x"),
    };
    let two = tamper(V3_1_1, steps, once(is_publish, Act::PassAnd(bytes_of(copy, V3_1_1)))).await;
    two.passes();
}

#[tokio::test(start_paused = true)]
async fn when_no_branch_holds_the_one_that_got_farthest_is_told() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a -> PUBLISH topic="{topic}" payload="x"
    either {
        a <- PUBLISH payload="y"
    } or {
        a <- PUBLISH payload="x"
        a <- PINGRESP                         [MQTT-3.3.2-3]
    }"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          no PINGRESP came
          expected PINGRESP, nothing like it came in 5 s
          at `a <- PINGRESP                         [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
          nor the other way: PUBLISH does not match: payload: expected "y", the broker sent "x"
        "#);
}

#[tokio::test(start_paused = true)]
async fn may_lets_one_packet_pass_until_the_next_nothing() {
    let steps = |times: usize| {
        format!(
            r#"
    connect a
    subscribe a filter="{{topic}}"
    may a <- PUBLISH payload="0"
    repeat {times} {{ a -> PUBLISH topic="{{topic}}" payload="0" }}
    a -> PUBLISH topic="{{topic}}" payload="1"
    a <- PUBLISH payload="1"
    a <- nothing
    a -> PUBLISH topic="{{topic}}" payload="2"
    may a <- PUBLISH payload="2"
    a <- nothing"#
        )
    };
    embedded(V5_0, &steps(0)).await.passes();
    embedded(V5_0, &steps(1)).await.passes();
    assert_snapshot!(embedded(V5_0, &steps(2)).await.told(), @r#"
        FAIL
          PUBLISH does not match: payload
          expected "1", the broker sent "0"
          at `payload="1"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn should_waits_a_second_and_weakens() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    should a <- PUBLISH payload="x"          [MQTT-3.3.1-9]
    a -> PUBLISH topic="{topic}" payload="y"
    should a <- PUBLISH payload="z"
    a <- PUBLISH payload="y"
    a <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    assert_snapshot!(ran.told(), @r#"
        NON-STRICT
          no PUBLISH came
          expected PUBLISH payload="x", nothing like it came in 1 s
          at `should a <- PUBLISH payload="x"          [MQTT-3.3.1-9]` charged [MQTT-3.3.1-9]
          the standard recommends it (SHOULD)
          PUBLISH does not match: payload
          expected "z", the broker sent "y"
          at `payload="z"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
          the standard recommends it (SHOULD)
        "#);
    assert!((ran.report.seconds - 1.0).abs() < 0.1, "{}", ran.report.seconds);
    assert_eq!(ran.holding("MQTT-3.3.1-9"), Some(Holding::Weakly));
}

#[tokio::test(start_paused = true)]
async fn a_window_of_time_has_two_ends() {
    let steps = |mark: &str, window: &str| {
        format!(
            r#"
    connect watch acks=auto
    subscribe watch filter="{{topic}}" qos=1
    connect a session_expiry_interval=60 will_topic="{{topic}}" will_payload="x" \
              will_delay_interval=3
    {mark}
    wait 1s
    a -> abort
    watch <- PUBLISH payload="x" within {window}"#
        )
    };
    embedded(V5_0, &steps("", "2900ms..3100ms")).await.passes();
    embedded(V5_0, &steps("mark before", "3900ms..4100ms of before")).await.passes();
    assert_snapshot!(embedded(V5_0, &steps("", "3500ms..9s")).await.told(), @r#"
        FAIL
          PUBLISH came too early
          it came 0.500 s too early
          at `watch <- PUBLISH payload="x" within 3500ms..9s` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    assert_snapshot!(embedded(V5_0, &steps("", "2s")).await.told(), @r#"
        FAIL
          no PUBLISH came
          expected PUBLISH payload="x", nothing like it came in 2 s
          at `watch <- PUBLISH payload="x" within 2s` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_line_waits_five_seconds_stretched_by_the_scale() {
    let case = case(V5_0, "    connect a\n    a <- PINGRESP");
    let target = Target::embedded_memory(Config::default());
    let ran = run_on(&target, &case).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          no PINGRESP came
          expected PINGRESP, nothing like it came in 5 s
          at `a <- PINGRESP` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    assert!((ran.report.seconds - 5.0).abs() < 0.1, "{}", ran.report.seconds);
    let slow = RunOptions { timeout_scale: 3.0, ..options() };
    let report = run_case(&case, &target, &slow).await;
    assert!((report.seconds - 15.0).abs() < 0.1, "{}", report.seconds);
}

#[tokio::test(start_paused = true)]
async fn captures_alternatives_and_weak_ones() {
    let steps = r#"
    connect pub acks=auto
    connect sub
    subscribe sub filter="{topic}" qos=1
    repeat 2 as i { publish pub topic="{topic}" payload="{i}" qos=1 }
    repeat 2 as i { sub <- PUBLISH id=?m[i] payload="{i}" topic_alias=absent|1.. }
    repeat 2 as i { sub -> PUBACK id={m[i]} }
    sub -> UNSUBSCRIBE id=7 filter="{topic}" filter="{topic}"
    sub <- UNSUBACK id=7 codes=[Success, Success|~NoSubscriptionExisted]
    sub <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        NON-STRICT
          UNSUBACK is weaker than it should be: codes
          [Success, Success] would be better, the broker sent [Success, NoSubscriptionExisted]
          at `codes=[Success, Success|~NoSubscriptionExisted]` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}
