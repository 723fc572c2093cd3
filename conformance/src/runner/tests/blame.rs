//! Rules 1, 3, 4 and 21 to 26: verdicts, charges, taint and clean-up.

use insta::assert_snapshot;
use mqttspec_codec::Version::{V3_1_1, V5_0};
use mqttspec_codec::packet::{Delivery, Publish};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Properties};

use super::*;

#[tokio::test(start_paused = true)]
async fn the_first_failing_line_ends_the_case_and_leaves_the_rest_unreached() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a -> PUBLISH topic="{topic}" payload="x"
    a <- PUBLISH payload="y"       [MQTT-3.3.2-3]
    a -> PUBLISH topic="{topic}" payload="never""#;
    let ran = embedded(V5_0, steps).await;
    assert_eq!(ran.report.verdict, Verdict::Fail);
    assert_eq!(ran.holding("MQTT-3.3.2-3"), Some(Holding::Broken));
    assert_eq!(ran.holding("MQTT-3.3.1-9"), Some(Holding::NotReached));
    assert!(!ran.trace().contains("never"));
    assert!(ran.trace().contains("a -> DISCONNECT"), "{}", ran.trace());
    let ran = embedded(V5_0, &steps.replace("=\"y\"", "=\"x\"")).await;
    assert_eq!(ran.report.verdict, Verdict::Fail, "the last message is unexpected");
    let ran = embedded(V5_0, "    connect a\n    a -> PINGREQ\n    a <- PINGRESP").await;
    assert_eq!(ran.holding("MQTT-3.3.1-9"), Some(Holding::Held));
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_setup_blocks() {
    let steps = r#"
    connect a
    setup {
        a -> PINGREQ
        a <- PINGRESP
        a <- PINGRESP      [MQTT-3.3.2-3]
    }
    a <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    assert_snapshot!(ran.told(), @r#"
        BLOCKED
          no PINGRESP came
          expected PINGRESP, nothing like it came in 5 s
          at `a <- PINGRESP      [MQTT-3.3.2-3]` charged []
        "#);
    assert_eq!(ran.holding("MQTT-3.3.2-3"), Some(Holding::NotReached));
}

#[tokio::test(start_paused = true)]
async fn what_the_monitor_finds_fails_the_case_wherever_it_happens() {
    let steps = r#"
    setup {
        connect pub acks=auto
        connect a, b
        subscribe a filter="{topic}" qos=1
        publish pub topic="{topic}" payload="x" qos=1
    }
    a <- PUBLISH payload="x""#;
    let stray = Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: TopicName::new("never/asked/for").unwrap(),
        properties: Properties::default(),
        payload: Bytes::new(),
    };
    let stray = Act::PassAnd(bytes_of(stray, V5_0));
    let ran = tamper(V5_0, steps, once(is_publish, stray)).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          PUBLISH on "never/asked/for", which no filter of the client matches
          a received this while the line ran
          at `publish pub topic="{topic}" payload="x" qos=1` charged [MQTT-3.3.2-3]
          found by the monitor, which checks the rule `topic-matches` everywhere
        "#);
    let broken = ran.report.statements.iter().filter(|it| it.holding == Holding::Broken);
    assert_eq!(
        broken.map(|it| it.id.as_str()).collect::<Vec<_>>(),
        ran.report.failure.as_ref().unwrap().charged
    );
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_packet_are_charged_to_what_they_break() {
    let steps = "    connect a\n    a -> PINGREQ\n    a <- PINGRESP";
    let bad = |bytes: &[u8]| once(|it| matches!(it, Packet::Pingresp), Act::Send(bytes.to_vec()));
    assert_snapshot!(tamper(V5_0, steps, bad(&[0xD3, 0])).await.told(), @r#"
        FAIL
          the flags in the first byte of PINGRESP are not the prescribed ones (at byte 0), in a packet of 2 bytes
          a received this while the line ran
          at `a -> PINGREQ` charged [MQTT-2.1.3-1]
          bytes: D300
          found by the monitor, which checks the rule `malformed-packet` everywhere
        "#);
    assert_snapshot!(tamper(V3_1_1, steps, bad(&[0xFF; 6])).await.told(), @r#"
        FAIL
          the Remaining Length has more than four bytes (at byte 4), in a packet of 6 bytes
          a received this while the line ran
          at `a -> PINGREQ` charged [U-3.1.1-2.2.3-1]
          bytes: FFFFFFFFFFFF
          found by the monitor, which checks the rule `malformed-packet` everywhere
        "#);
}

#[tokio::test(start_paused = true)]
async fn messages_of_others_are_not_for_the_script() {
    let steps = r##"
    connect a
    a -> SUBSCRIBE id=1 filter="#" qos=1
    a <- SUBACK id=1 codes=[1]
    a -> PINGREQ
    a <- PINGRESP
    a <- nothing"##;
    let foreign = Publish {
        delivery: Delivery::AtLeastOnce { packet_id: PacketId::new(9).unwrap(), dup: false },
        retain: false,
        topic: TopicName::new("other/traffic").unwrap(),
        properties: Properties::default(),
        payload: Bytes::from_static(b"x"),
    };
    let foreign = Act::PassAnd(bytes_of(foreign, V5_0));
    let hook = once(|it| matches!(it, Packet::Pingresp), foreign);
    let ran = tamper(V5_0, steps, hook).await;
    ran.passes();
    assert!(ran.trace().contains("a -> PUBACK id=9"), "{}", ran.trace());
}

#[tokio::test(start_paused = true)]
async fn what_the_broker_lacks_is_skipped() {
    let mut target = Target::embedded_memory(Config::default());
    let mut known = crate::target::Capabilities::default();
    known.announce_off(V5_0, crate::scenario::Capability::Retain, "Retain Available 0".into());
    target.set_capabilities(known);
    let steps = "    connect a\n    a <- nothing";
    let needs = |needs: &str| case(V5_0, &format!("    needs    {needs}\n{steps}"));
    assert_snapshot!(run_on(&target, &needs("retain")).await.told(), @r#"
        SKIP
          Retain Available 0
        "#);
    run_on(&target, &needs("not retain")).await.passes();
    assert_snapshot!(run_on(&target, &needs("not wildcard")).await.told(), @r#"
        SKIP
          the broker has wildcard
        "#);
}

#[tokio::test(start_paused = true)]
async fn rows_bring_values_steps_and_charges() {
    let text = r#"
table words(word) {
    hello = "{greeting}, {token}"
    hex   = hex"FF00"             [MQTT-3.3.2-3]
}
scenario rows {
    summary  "Rows."
    versions 5.0
    covers   MQTT-3.3.1-9, MQTT-3.3.2-3
    each word from words
    each how { at-0 { a -> PUBLISH topic="{topic}" payload={word} }
               at-1 { publish a topic="{topic}" payload={word} qos=1 } }

    connect a
    let greeting = 7
    subscribe a filter="{topic}"
    do how
    a <- PUBLISH payload={word}
    a <- PINGRESP
}
"#;
    let text = text.replace("    let greeting = 7\n", "").replace("{greeting}, ", "");
    let target = Target::embedded_memory(Config::default());
    let mut told = String::new();
    for case in cases(&text) {
        let ran = run_on(&target, &case).await;
        let failure = ran.report.failure.unwrap();
        told.push_str(&format!("{} {} {:?}\n", case.id, failure.title, failure.charged));
    }
    assert_snapshot!(told, @r#"
        t/rows[hello,at-0]@5.0 no PINGRESP came ["MQTT-3.3.1-9", "MQTT-3.3.2-3"]
        t/rows[hello,at-1]@5.0 no PINGRESP came ["MQTT-3.3.1-9", "MQTT-3.3.2-3"]
        t/rows[hex,at-0]@5.0 no PINGRESP came ["MQTT-3.3.2-3"]
        t/rows[hex,at-1]@5.0 no PINGRESP came ["MQTT-3.3.2-3"]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_a_row_of_another_file_points_there() {
    let rows = "table ends {\n    never { a <- PINGRESP }\n}\n";
    let text = r#"scenario far {
    summary  "Far."
    versions 5.0
    covers   MQTT-3.3.1-9
    each end from ends
    connect a
    do end
}
"#;
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let suite = Suite::parse(vec![source("a/rows.scn", rows), source("b/far.scn", text)]).unwrap();
    let target = Target::embedded_memory(Config::default());
    let report = run_case(&suite.cases()[0], &target, &options()).await;
    let place = report.failure.unwrap().place.unwrap();
    assert_eq!((place.path.as_str(), place.line, place.column), ("a/rows.scn", 2, 13));
    assert_eq!(&rows[place.start..place.end], "a <- PINGRESP");
}

#[tokio::test(start_paused = true)]
async fn behind_hostile_packets_the_broker_has_to_serve_others() {
    let steps = "    connect a\n    a -> bytes 00 00\n    a <- rejected MalformedPacket";
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    assert!(ran.trace().contains("(is it well) <- PUBLISH"), "{}", ran.trace());
    let crashing = |seen: &Seen<'_>| if seen.link == 0 { Act::Pass } else { Act::Close };
    assert_snapshot!(tamper(V5_0, steps, crashing).await.told(), @r#"
        ERROR
          the broker no longer works after this case
          a fresh connection has to publish and receive a message
          at `test` charged []
          the connection of (is it well) has ended: expected CONNACK
        "#);
}

#[tokio::test(start_paused = true)]
async fn what_else_comes_on_the_fresh_connection_says_nothing_of_its_health() {
    let steps = "    connect a\n    a -> bytes 00 00\n    a <- rejected MalformedPacket";
    let others_first = |seen: &Seen<'_>| match seen.packet {
        Packet::Publish(publish) if seen.down => {
            let other = TopicName::new(format!("{}/other", &*publish.topic)).unwrap();
            let stale = Publish { retain: true, payload: "old".into(), ..publish.clone() };
            let stray = Publish { topic: other, ..publish.clone() };
            let old = [bytes_of(stale, V5_0), bytes_of(stray, V5_0)].concat();
            Act::Send([old.as_slice(), seen.frame].concat())
        }
        _ => Act::Pass,
    };
    let ran = tamper(V5_0, steps, others_first).await;
    ran.passes();
    assert!(ran.trace().contains("/other"), "{}", ran.trace());
    // Only silence, or an end, does.
    let deaf =
        |seen: &Seen<'_>| if seen.down && is_publish(seen.packet) { Act::Drop } else { Act::Pass };
    assert_snapshot!(tamper(V5_0, steps, deaf).await.told(), @r#"
        ERROR
          the broker no longer works after this case
          a fresh connection has to publish and receive a message
          at `test` charged []
          PUBLISH did not come: nothing like it came to (is it well) in 5 s
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_valid_packet_that_breaks_a_rule_is_hostile_too() {
    let steps = r#"
    connect a
    a -> SUBSCRIBE id=1 filter="{topic}"
    a -> CONNECT client_id="{token}"
    a <- rejected ProtocolError"#;
    let steps = steps.replace("    a -> SUBSCRIBE id=1 filter=\"{topic}\"\n", "");
    let ran = embedded(V5_0, &steps).await;
    ran.passes();
    assert!(ran.trace().contains("(is it well)"), "{}", ran.trace());
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_gone_is_an_error_and_not_a_failure() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a -> PUBLISH topic="{topic}" payload="x"
    a <- PUBLISH payload="x""#;
    let mut dead = false;
    let crash = move |seen: &Seen<'_>| {
        dead |= seen.down && is_publish(seen.packet);
        if dead { Act::Close } else { Act::Pass }
    };
    let ran = tamper(V5_0, steps, crash).await;
    assert_snapshot!(ran.told(), @r#"
        ERROR
          the broker is gone; the connection of a has ended
          expected a PUBLISH, the broker ended the connection
          at `a <- PUBLISH payload="x"` charged []
          then the connection of (is it there) has ended: expected CONNACK
        "#);
    assert_eq!(ran.holding("MQTT-3.3.1-9"), Some(Holding::NotReached));
}

#[tokio::test(start_paused = true)]
async fn sessions_and_retained_topics_are_cleaned_also_behind_a_failure() {
    let leave = r#"
    connect a persistent will_topic="{topic}/will" will_payload="w" will_retain=1
    connect pub acks=auto
    subscribe a filter="{topic}/#" qos=1
    publish pub topic="{topic}/r" payload="r" qos=1 retain=1
    pub -> PUBLISH topic="{topic}/r0" payload="r0" retain=1
    a -> abort
    pub <- PINGRESP"#;
    let target = Target::embedded_memory(Config::default());
    let ran = run_on(&target, &case(V5_0, leave)).await;
    assert_eq!(ran.report.verdict, Verdict::Fail);
    let sent: Vec<String> = ran
        .report
        .trace
        .iter()
        .filter(|line| line.client == "(clean-up)" && line.direction == "->")
        .map(|line| line.text.clone())
        .collect();
    assert_snapshot!(sent.join("\n"), @r#"
        CONNECT client_id="msi41cb494mix0" clean_start=1 keep_alive=0
        DISCONNECT reason=NormalDisconnection
        CONNECT client_id="msi41cb494mix990" clean_start=1 keep_alive=0
        PUBLISH id=1 qos=1 retain=1 dup=0 topic="ms/i41cb494mi/t/r" payload=""
        PUBLISH id=2 qos=1 retain=1 dup=0 topic="ms/i41cb494mi/t/r0" payload=""
        PUBLISH id=3 qos=1 retain=1 dup=0 topic="ms/i41cb494mi/t/will" payload=""
        PINGREQ
        DISCONNECT reason=NormalDisconnection
        "#);
    // The same names again: nothing is left of the first run.
    let again = r#"
    connect a persistent <- session_present=0
    subscribe a filter="{topic}/#" qos=1
    a <- nothing"#;
    run_on(&target, &case(V5_0, again)).await.passes();
}
