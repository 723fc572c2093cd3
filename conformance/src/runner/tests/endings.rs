//! Rules 19 and 20: how connections end.

use insta::assert_snapshot;
use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version::{V3_1_1, V5_0};
use mqttspec_codec::packet::{Connack, Disconnect};
use mqttspec_codec::{ErrorKind, PacketType, Properties, ReasonCode};

use super::*;

fn connack(reason: ReasonCode, version: Version) -> Vec<u8> {
    let connack = Connack { session_present: false, reason, properties: Properties::default() };
    bytes_of(connack, version)
}

/// A broker that answers a CONNECT with these bytes and closes.
async fn greeted(version: Version, rejected: &str, answer: Vec<u8>) -> Ran {
    let steps = format!("    open a\n    a -> CONNECT clean_start=1\n    a <- {rejected}");
    let first = once(|packet| matches!(packet, Packet::Connack(_)), Act::SendAndClose(answer));
    tamper(version, &steps, first).await
}

/// A broker that answers a bad packet with these bytes and closes.
async fn answered(version: Version, rejected: &str, answer: Vec<u8>) -> Ran {
    let steps = format!("    connect a\n    a -> PINGREQ\n    a <- {rejected}");
    let first = once(|packet| matches!(packet, Packet::Pingresp), Act::SendAndClose(answer));
    tamper(version, &steps, first).await
}

fn disconnect(reason: ReasonCode) -> Vec<u8> {
    bytes_of(Disconnect::new(reason), V5_0)
}

#[tokio::test(start_paused = true)]
async fn a_refusal_before_connack_is_graded_by_its_code() {
    let word = async |version, rejected: &str, answer| {
        greeted(version, rejected, answer).await.report.verdict.word()
    };
    let banned = || connack(ReasonCode::Banned, V5_0);
    assert_eq!(word(V5_0, "rejected Banned", banned()).await, "PASS");
    assert_eq!(word(V5_0, "rejected", banned()).await, "PASS");
    assert_eq!(word(V5_0, "rejected NotAuthorized|~error", banned()).await, "NON-STRICT");
    assert_eq!(word(V5_0, "rejected NotAuthorized", banned()).await, "NON-STRICT");
    assert_eq!(word(V5_0, "rejected NotAuthorized", Vec::new()).await, "PASS");
    assert_eq!(word(V5_0, "rejected NotAuthorized|~bare", Vec::new()).await, "NON-STRICT");
    let old = || connack(ReasonCode::NotAuthorized, V3_1_1);
    assert_eq!(word(V3_1_1, "rejected NotAuthorized", old()).await, "PASS");
    assert_eq!(word(V3_1_1, "rejected IdentifierRejected", old()).await, "NON-STRICT");
    assert_eq!(word(V3_1_1, "rejected IdentifierRejected", Vec::new()).await, "FAIL");
    assert_eq!(word(V3_1_1, "rejected bare", old()).await, "FAIL");
    assert_eq!(word(V3_1_1, "rejected bare", Vec::new()).await, "PASS");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_behind_connack_is_graded_by_its_code() {
    let word = async |version, rejected: &str, answer| {
        answered(version, rejected, answer).await.report.verdict.word()
    };
    let malformed = || disconnect(ReasonCode::MalformedPacket);
    assert_eq!(word(V5_0, "rejected MalformedPacket", malformed()).await, "PASS");
    assert_eq!(word(V5_0, "rejected ProtocolError", malformed()).await, "NON-STRICT");
    assert_eq!(word(V5_0, "rejected ProtocolError", Vec::new()).await, "NON-STRICT");
    assert_eq!(word(V5_0, "rejected ProtocolError|bare", Vec::new()).await, "PASS");
    assert_eq!(word(V3_1_1, "rejected bare", Vec::new()).await, "PASS");
    assert_eq!(word(V3_1_1, "rejected", Vec::new()).await, "PASS");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_refusal_is_told_with_what_was_expected() {
    let old = connack(ReasonCode::NotAuthorized, V3_1_1);
    let ran = greeted(V3_1_1, "rejected bare   [MQTT-3.3.2-3]", old).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          a was rejected in the wrong way
          expected a close without a code, the broker sent CONNACK NotAuthorized
          at `a <- rejected bare   [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
        "#);
    assert_snapshot!(ran.report.failure.unwrap().received.unwrap(), @r#"
        CONNACK session_present=0 reason=NotAuthorized
        "#);
    let weak = answered(V5_0, "rejected MalformedPacket", disconnect(ReasonCode::ServerBusy)).await;
    assert_snapshot!(weak.told(), @r#"
        NON-STRICT
          a was rejected in a weaker way than it should be
          expected MalformedPacket, the broker sent DISCONNECT ServerBusy
          at `a <- rejected MalformedPacket` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn the_socket_has_to_end_and_a_ping_asks_whether_it_does() {
    let steps = r#"
    connect a
    a -> SUBSCRIBE id=1 filter="{topic}"
    a <- SUBACK id=1
    a -> PUBACK id=7
    a <- rejected ProtocolError"#;
    let ran = embedded(V5_0, steps).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          a was rejected in the wrong way
          expected the end of the connection, but the broker carries on: it answered PINGREQ
          at `a <- rejected ProtocolError` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    assert!((ran.report.seconds - 0.1).abs() < 0.01, "{}", ran.report.seconds);
    // A DISCONNECT without an end of the socket is no end.
    let steps = "    connect a\n    a -> PINGREQ\n    a <- rejected MalformedPacket";
    let open = once(
        |packet| matches!(packet, Packet::Pingresp),
        Act::Send(disconnect(ReasonCode::MalformedPacket)),
    );
    assert_snapshot!(tamper(V5_0, steps, open).await.told(), @r#"
        FAIL
          PINGRESP behind DISCONNECT
          a received this while the line ran
          at `a <- rejected MalformedPacket` charged [MQTT-3.14.4-1]
          found by the monitor, which checks the rule `nothing-after-disconnect` everywhere
        "#);
}

#[tokio::test(start_paused = true)]
async fn undetected_is_an_answer_where_it_is_listed() {
    let steps = |answers: &str| {
        format!(
            "    connect a\n    a -> PUBACK id=7\n    a <- rejected {answers}\n    a <- nothing"
        )
    };
    let weak = embedded(V5_0, &steps("ProtocolError|~undetected")).await;
    assert_snapshot!(weak.told(), @r#"
        NON-STRICT
          a was rejected in a weaker way than it should be
          the broker did not notice, and carries on
          at `a <- rejected ProtocolError|~undetected` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    embedded(V5_0, &steps("ProtocolError|undetected")).await.passes();
}

/// A broker that answers a packet with the Packet Identifier 0 by one with the same.
async fn answering_id_0(version: Version, steps: &str) -> Ran {
    let defect = Some(Defect::PassedOver(ErrorKind::PacketIdZero(PacketType::Publish)));
    let config = Config { defect, ..Config::default() };
    let puback: &[u8] = &[0x40, 2, 0, 0, 0xD0, 0];
    let answer = once(|it| matches!(it, Packet::Pingresp), Act::Send(puback.to_vec()));
    run_on(&tampered(version, config, answer), &case(version, steps)).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_the_packet_id_0_is_no_breach_of_its_own() {
    let steps = |answers: &str| {
        format!(
            "    connect a\n    a -> PUBLISH id=0 topic=\"{{topic}}\" qos=1\n    a <- rejected {answers}"
        )
    };
    assert_snapshot!(answering_id_0(V3_1_1, &steps("bare")).await.told(), @r#"
        FAIL
          a was rejected in the wrong way
          expected the end of the connection, but the broker carries on: it answered PINGREQ
          at `a <- rejected bare` charged [MQTT-3.3.1-8 MQTT-3.3.2-3]
        "#);
    let weak = answering_id_0(V5_0, &steps("ProtocolError|~undetected")).await;
    assert_snapshot!(weak.told(), @r#"
        NON-STRICT
          a was rejected in a weaker way than it should be
          the broker did not notice, and carries on
          at `a <- rejected ProtocolError|~undetected` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    // Who was not asked with 0 may not answer with it.
    let unasked = "    connect a\n    a -> PINGREQ\n    a <- PINGRESP";
    assert_snapshot!(answering_id_0(V3_1_1, unasked).await.told(), @r#"
        FAIL
          the Packet Identifier of PUBACK is 0 (at byte 2), in a packet of 4 bytes
          a received this while the line ran
          at `a -> PINGREQ` charged [MQTT-2.3.1-6]
          bytes: 40020000
          found by the monitor, which checks the rule `malformed-packet` everywhere
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_neither_ends_nor_answers_is_told_as_such() {
    let steps = r#"
    connect a
    a -> PUBACK id=7
    a <- rejected ProtocolError"#;
    let mute = once(|it| matches!(it, Packet::Pingresp), Act::Drop);
    assert_snapshot!(tamper(V5_0, steps, mute).await.told(), @r#"
        FAIL
          the connection was not closed
          expected the end of a, it is still open after 5 s, with PINGREQ unanswered
          at `a <- rejected ProtocolError` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn an_unfinished_packet_is_not_pinged() {
    let steps = r#"
    connect a
    a -> bytes 30 7F 00
    a <- rejected MalformedPacket"#;
    let ran = embedded(V5_0, steps).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          the connection was not closed
          expected the end of a, it is still open after 5 s
          at `a <- rejected MalformedPacket` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    assert!((ran.report.seconds - 5.0).abs() < 0.1, "{}", ran.report.seconds);
}

#[tokio::test(start_paused = true)]
async fn an_accepted_connect_is_no_refusal() {
    let steps = "    open a\n    a -> CONNECT\n    a <- rejected NotAuthorized";
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          unexpected CONNACK on a
          expected a refusal, the broker accepted the CONNECT
          at `a <- rejected NotAuthorized` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn to_an_unknown_level_either_versions_connack_will_do() {
    let steps = r#"
    open a
    a -> CONNECT protocol_level=9
    a <- rejected UnsupportedProtocolVersion|UnacceptableProtocolVersion"#;
    for version in [V3_1_1, V5_0] {
        for answer in [V3_1_1, V5_0] {
            let bytes = connack(ReasonCode::UnsupportedProtocolVersion, answer);
            refusing_first(version, bytes, steps).await.passes();
        }
    }
}

/// The embedded broker, but for the first connection: that is answered with these bytes and
/// closed.
async fn refusing_first(version: Version, answer: Vec<u8>, steps: &str) -> Ran {
    let broker = server::memory::Server::start(Config::default());
    let answer = Mutex::new(Some(answer));
    let target = Target::links("a broker", Profile::default(), move || {
        let Some(answer) = answer.lock().unwrap().take() else {
            return Ok(Link::new(broker.connect()));
        };
        let (near, mut far) = duplex(1024);
        tokio::spawn(async move {
            let _ = far.read(&mut [0; 1024]).await;
            let _ = far.write_all(&answer).await;
        });
        Ok(Link::new(near))
    });
    run_on(&target, &case(version, steps)).await
}

#[tokio::test(start_paused = true)]
async fn a_first_packet_that_is_no_connect_may_be_answered_but_should_not() {
    let steps = "    open a\n    a -> PINGREQ\n    a <- rejected bare";
    embedded(V3_1_1, steps).await.passes();
    embedded(V5_0, steps).await.passes();
}

#[tokio::test(start_paused = true)]
async fn closed_is_a_state_and_lets_a_goodbye_precede_it() {
    let steps = r#"
    connect a
    a -> PINGREQ
    a <- closed                    [MQTT-3.3.2-3]
    a <- closed"#;
    let goodbye = Act::SendAndClose(disconnect(ReasonCode::ServerShuttingDown));
    tamper(V5_0, steps, once(|it| matches!(it, Packet::Pingresp), goodbye)).await.passes();
    // Any other packet is unexpected there.
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          unexpected PINGRESP on a
          expected the end of the connection
          at `a <- closed                    [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
        "#);
    let steps = "    connect a\n    a <- closed within 2s";
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          the connection was not closed
          expected the end of a, it is still open after 2 s
          at `a <- closed within 2s` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn so_many_are_closed_and_the_others_live() {
    let steps = r#"
    repeat 4 as i { open c[i] }
    repeat 4 as i { c[i] -> CONNECT client_id="{token}" }
    may c[*] <- CONNACK
    3 of c[*] <- closed
    may c[*] <- CONNACK"#;
    embedded(V5_0, steps).await.passes();
    let mut connacks = 0;
    let all = move |seen: &Seen<'_>| {
        connacks += u32::from(matches!(seen.packet, Packet::Connack(_)));
        if seen.down && connacks == 4 { Act::Close } else { Act::Pass }
    };
    assert_snapshot!(tamper(V5_0, steps, all).await.told(), @r#"
        FAIL
          too many connections have ended
          expected 3, 4 have ended
          at `3 of c[*] <- closed` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_nobody_asked_for_fails_the_next_line() {
    let steps = r#"
    connect a
    subscribe a filter="{topic}"
    a -> PUBLISH topic="{topic}" payload="x"
    a <- PUBLISH payload="x"                 [MQTT-3.3.2-3]"#;
    let ran = tamper(V5_0, steps, once(is_publish, Act::Close)).await;
    assert_snapshot!(ran.told(), @r#"
        FAIL
          the connection of a has ended
          expected a PUBLISH, the broker ended the connection
          at `a <- PUBLISH payload="x"                 [MQTT-3.3.2-3]` charged [MQTT-3.3.2-3]
        "#);
    let steps = format!("{steps}\n    publish a topic=\"{{topic}}\" qos=1");
    let ran = tamper(V5_0, &steps, once(|it| matches!(it, Packet::Puback(_)), Act::Close)).await;
    assert_snapshot!(ran.told(), @r#"
        BLOCKED
          the connection of a has ended
          expected the answer to PUBLISH
          at `publish a topic="{topic}" qos=1` charged []
        "#);
    let steps = r#"
    connect a, b
    may a <- closed
    a -> PINGREQ
    may a <- PINGRESP
    b <- nothing"#;
    tamper(V5_0, steps, once(|it| matches!(it, Packet::Pingresp), Act::Close)).await.passes();
}
