//! Rules 12, 17 and 18: proofs that nothing comes.

use insta::assert_snapshot;
use mqttspec_codec::Version::{V3_1_1, V5_0};

use super::*;

const DELIVERED: &str = r#"
    connect pub acks=auto
    connect sub acks=auto
    subscribe sub filter="{topic}/+" qos=1
    publish pub topic="{topic}/a" payload="x" qos=1
    sub <- PUBLISH payload="x"
    sub <- nothing                        [MQTT-3.3.2-3]"#;

/// A second copy of a delivery, held back until the marker of the fence comes by.
fn late_copy(version: Version) -> impl FnMut(&Seen<'_>) -> Act + Send + 'static {
    let mut copy = None;
    move |seen| match seen.packet {
        Packet::Publish(publish) if seen.down && is_publish(seen.packet) => {
            let mut publish = publish.clone();
            publish.delivery = mqttspec_codec::packet::Delivery::AtMostOnce;
            copy = Some(bytes_of(publish, version));
            Act::Pass
        }
        Packet::Publish(_) if seen.down && copy.is_some() => {
            let mut bytes = copy.take().unwrap_or_default();
            bytes.extend_from_slice(seen.frame);
            Act::Send(bytes)
        }
        _ => Act::Pass,
    }
}

/// The lines of the trace that tell of fences.
fn fences(ran: &Ran) -> String {
    ran.trace().lines().filter(|line| line.contains("fence")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(start_paused = true)]
async fn a_marker_takes_the_way_of_the_messages() {
    let ran = embedded(V5_0, DELIVERED).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        pub -- strong fence: marker 1 on ms/i41cb494mi/t/a at QoS 1
        "#);
    assert!(ran.report.seconds < 0.001, "{}", ran.report.seconds);
    assert!(!ran.trace().contains("helper"), "{}", ran.trace());
}

#[tokio::test(start_paused = true)]
async fn what_comes_before_the_marker_is_unexpected() {
    for version in [V3_1_1, V5_0] {
        let steps = DELIVERED.replace("[MQTT-3.3.2-3]", "");
        let ran = tamper(version, &steps, late_copy(version)).await;
        assert_eq!(ran.report.verdict, Verdict::Fail, "{}", ran.told());
    }
    assert_snapshot!(tamper(V5_0, DELIVERED, late_copy(V5_0)).await.told(), @r#"
        FAIL
          unexpected PUBLISH on sub
          no packet was to come
          at `sub <- nothing                        [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_lost_marker_blocks() {
    let lost = |seen: &Seen<'_>| match seen.packet {
        Packet::Publish(publish) if seen.down && publish.payload.starts_with(b"~") => Act::Drop,
        _ => Act::Pass,
    };
    assert_snapshot!(tamper(V5_0, DELIVERED, lost).await.told(), @r#"
        BLOCKED
          a fence marker was lost
          the marker on ms/i41cb494mi/t/a did not reach sub
          at `sub <- nothing                        [MQTT-3.3.2-3]` charged []
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_marker_goes_at_qos_0_when_the_window_is_full_or_a_session_offline() {
    let steps = r#"
    connect pub acks=auto
    connect sub receive_maximum=1
    subscribe sub filter="{topic}" qos=1
    repeat 2 as i { publish pub topic="{topic}" payload="{i}" qos=1 }
    sub <- PUBLISH payload="0"
    sub <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        pub -- strong fence: marker 1 on ms/i41cb494mi/t at QoS 0
        "#);
    let steps = r#"
    connect pub, sub acks=auto
    connect gone persistent
    subscribe gone, sub filter="{topic}" qos=1
    gone -> DISCONNECT
    gone <- closed
    publish pub topic="{topic}" payload="x" qos=1
    sub <- PUBLISH payload="x"
    sub <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        pub -- strong fence: marker 1 on ms/i41cb494mi/t at QoS 0
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_marker_at_qos_0_gets_past_a_broker_that_holds_back() {
    let steps = r#"
    connect pub acks=auto
    connect sub
    subscribe sub filter="{topic}" qos=1
    publish pub topic="{topic}" payload="x" qos=1
    sub <- PUBLISH id=?m payload="x"
    sub -> PUBACK id={m}
    sub <- nothing"#;
    let window_of_one = |seen: &Seen<'_>| match seen.packet {
        Packet::Publish(it)
            if seen.down && it.payload.starts_with(b"~") && it.packet_id().is_some() =>
        {
            Act::Drop
        }
        _ => Act::Pass,
    };
    let ran = tamper(V3_1_1, steps, window_of_one).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        pub -- strong fence: marker 1 on ms/b6csi8tiwv/t at QoS 1
        pub -- strong fence: marker 2 on ms/b6csi8tiwv/t at QoS 0
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_helper_publishes_where_the_publisher_is_gone_or_none_was() {
    let steps = r#"
    connect pub, sub acks=auto
    subscribe sub filter="{topic}/+/x" qos=1
    sub <- nothing
    publish pub topic="{topic}/y/x" payload="x" qos=1
    pub -> DISCONNECT
    pub <- closed
    sub <- PUBLISH payload="x"
    sub <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        (helper 0) -- strong fence: marker 1 on ms/i41cb494mi/t/i41cb494mi/x at QoS 1
        (helper 0) -- strong fence: marker 2 on ms/i41cb494mi/t/y/x at QoS 1
        "#);
}

#[tokio::test(start_paused = true)]
async fn where_no_marker_can_go_the_fence_is_weak() {
    let steps = r#"
    connect pub, g, bare acks=auto
    connect small maximum_packet_size=40
    subscribe g filter="$share/g/{topic}" qos=1
    subscribe small filter="{topic}" qos=1
    publish pub topic="{topic}" qos=1
    small <- PUBLISH payload=""
    g <- PUBLISH payload=""
    g, bare, small <- nothing
    g <- nothing weak"#;
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    assert_snapshot!(fences(&ran), @r#"
        (helper 1) -> SUBSCRIBE id=1 filter="ms/i41cb494mi/fence" qos=0 no_local=0 retain_as_published=0 retain_handling=0
        (helper 0) -- weak fence: marker 1 on ms/i41cb494mi/fence at QoS 0
        (helper 0) -> PUBLISH qos=0 retain=0 topic="ms/i41cb494mi/fence" payload="~i41cb494mi~1"
        (helper 1) <- PUBLISH qos=0 retain=0 topic="ms/i41cb494mi/fence" payload="~i41cb494mi~1"
        g, bare, small -- weak fence: 0 ms of silence after a round trip
        (helper 0) -- weak fence: marker 2 on ms/i41cb494mi/fence at QoS 0
        (helper 0) -> PUBLISH qos=0 retain=0 topic="ms/i41cb494mi/fence" payload="~i41cb494mi~2"
        (helper 1) <- PUBLISH qos=0 retain=0 topic="ms/i41cb494mi/fence" payload="~i41cb494mi~2"
        g -- weak fence: 0 ms of silence after a round trip
        "#);
}

#[tokio::test(start_paused = true)]
async fn nothing_for_a_time_listens_and_sends_nothing() {
    let steps = |listen: &str| {
        format!(
            r#"
    connect watch acks=auto
    subscribe watch filter="{{topic}}" qos=1
    connect a session_expiry_interval=60 will_topic="{{topic}}" will_payload="x" \
              will_delay_interval=3
    a -> abort
    watch <- nothing for {listen}
    watch <- PUBLISH payload="x""#
        )
    };
    let ran = embedded(V5_0, &steps("2s")).await;
    ran.passes();
    assert!((ran.report.seconds - 3.0).abs() < 0.01, "{}", ran.report.seconds);
    assert_eq!(fences(&ran), "");
    assert_snapshot!(embedded(V5_0, &steps("4s")).await.told(), @r#"
        FAIL
          unexpected PUBLISH on watch
          no packet was to come
          at `watch <- nothing for 4s` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn anything_discards_up_to_a_fence() {
    let steps = r#"
    connect pub, sub acks=auto
    subscribe sub filter="{topic}" qos=0
    repeat 50 { pub -> PUBLISH topic="{topic}" payload="x" }
    sub <- anything
    pub -> PUBLISH topic="{topic}" payload="y"
    sub <- PUBLISH payload="y"
    sub <- nothing"#;
    embedded(V5_0, steps).await.passes();
}

#[tokio::test(start_paused = true)]
async fn nothing_on_a_connection_that_has_ended_fails() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a <- nothing                                [MQTT-3.3.2-3]"#;
    let cut = once(|packet| matches!(packet, Packet::Suback(_)), Act::Pass);
    let mut cut = cut;
    let hook = move |seen: &Seen<'_>| match (cut(seen), seen.packet) {
        (_, Packet::Publish(_)) if seen.down => Act::Close,
        (act, _) => act,
    };
    assert_snapshot!(tamper(V5_0, steps, hook).await.told(), @r#"
        FAIL
          the connection of a has ended
          expected no packet, on an open connection, the broker ended the connection
          at `a <- nothing                                [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_took_fails_the_case_at_its_end() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a -> PUBLISH topic="{topic}" payload="x"
    a -> PINGREQ
    a <- PINGRESP"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          unexpected PUBLISH on a
          no line takes this packet, up to the end of the case
          at `test` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn at_its_end_every_open_connection_has_to_live() {
    let steps = "    connect a\n    a -> PINGREQ\n    a <- PINGRESP";
    let mut pings = 0;
    let deaf = move |seen: &Seen<'_>| {
        pings += u32::from(!seen.down && *seen.packet == Packet::Pingreq);
        if seen.down && pings == 2 { Act::Drop } else { Act::Pass }
    };
    assert_snapshot!(tamper(V5_0, steps, deaf).await.told(), @r#"
        ERROR
          the broker is gone; PINGREQ was not answered
          a has waited 5 s
          at `test` charged []
          then CONNACK did not come: nothing like it came to (is it there) in 5 s
        "#);
    let mut pings = 0;
    let closing = move |seen: &Seen<'_>| {
        pings += u32::from(!seen.down && *seen.packet == Packet::Pingreq);
        if seen.down && pings == 2 { Act::Close } else { Act::Pass }
    };
    assert_snapshot!(tamper(V5_0, steps, closing).await.told(), @r#"
        ERROR
          the broker is gone; the connection of a has ended
          the broker ended it though no line asks for that
          at `test` charged []
          then the connection of (is it there) has ended: expected CONNACK
        "#);
}
