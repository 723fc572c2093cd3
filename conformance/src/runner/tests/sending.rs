//! Rules 2 and 5 to 9: names, writes, verbs, sessions, acknowledgements and cuts.

use insta::assert_snapshot;
use mqttspec_codec::Version::{V3_1_1, V5_0};

use super::*;

#[tokio::test(start_paused = true)]
async fn names_and_limits_are_known_after_connect() {
    let steps = r#"
    connect a receive_maximum=7
    skip unless a.receive_maximum == 1024 "has another window"
    skip unless a.maximum_qos == 2 "has no QoS 2"
    skip unless a.session_expiry_interval == 0 "stores sessions unasked"
    let double = a.receive_maximum * 2
    connect b client_id="{a.client_id}" <- session_present=0
    a <- rejected SessionTakenOver
    b -> PUBLISH topic="{token}/x" payload="{double} {topic}"
    b <- nothing"#;
    let ran = run_on(
        &Target::embedded_memory(Config {
            receive_maximum: 1024.try_into().unwrap(),
            ..Config::default()
        }),
        &case(V5_0, steps),
    )
    .await;
    ran.passes();
    assert!(ran.trace().contains("payload=\"2048 ms/"), "{}", ran.trace());
    let skipped = embedded(
        V5_0,
        "    connect a\n    skip unless a.keep_alive > 9 \"is quick\"\n    a <- nothing",
    );
    assert_snapshot!(skipped.await.told(), @r#"
        SKIP
          the broker is quick
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_one_write_and_split_is_many() {
    let steps = r#"
    connect pub acks=auto
    open a
    batch split=[1, 3, 17] pace=1ms {
        a -> CONNECT
        a -> SUBSCRIBE id=1 filter="{topic}" qos=1
        a -> PINGREQ
    }
    a <- CONNACK reason=Success
    a <- SUBACK id=1 codes=[1]
    a <- PINGRESP
    pub -> PUBLISH id=3 topic="{topic}" qos=1 payload="x"*300 split=all
    a <- PUBLISH payload="x"*300 size=319
    a -> bytes C0 | 00 C0 {len}( )
    a <- PINGRESP
    a <- PINGRESP"#;
    for version in [V3_1_1, V5_0] {
        let steps = steps.replace("319", if version == V3_1_1 { "322" } else { "323" });
        let ran = embedded(version, &steps).await;
        ran.passes();
        assert!((ran.report.seconds - 0.003).abs() < 0.001, "{}", ran.report.seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn chosen_ids_are_none_that_the_scenario_writes() {
    let steps = r#"
    connect a acks=auto
    a -> PUBLISH topic="{topic}" qos=1
    a -> PUBLISH id=49152 topic="{topic}" qos=1
    subscribe a filter="{topic}"
    a <- nothing"#;
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    let ids: Vec<String> = ran
        .trace()
        .lines()
        .filter(|line| line.starts_with("a -> ") && line.contains(" id="))
        .filter_map(|line| Some(line.split_once(" id=")?.1.split(' ').next()?.to_owned()))
        .collect();
    assert_eq!(ids[..3], ["49153", "49152", "49154"]);
}

#[tokio::test(start_paused = true)]
async fn a_publisher_waits_for_the_brokers_window() {
    let config = || Config { receive_maximum: 3.try_into().unwrap(), ..Config::default() };
    let steps = r#"
    connect sub acks=auto
    connect pub acks=auto
    subscribe sub filter="{topic}" qos=2
    repeat 20 as i { pub -> PUBLISH topic="{topic}" payload="{i}" qos=2 }
    repeat 20 as i { sub <- PUBLISH payload="{i}" }
    sub <- nothing"#;
    run_on(&Target::embedded_memory(config()), &case(V5_0, steps)).await.passes();
    let deaf = tampered(V5_0, config(), |seen| match seen.packet {
        Packet::Pubrec(_) if seen.down => Act::Drop,
        _ => Act::Pass,
    });
    assert_snapshot!(run_on(&deaf, &case(V5_0, steps)).await.told(), @r#"
        BLOCKED
          the broker's Receive Maximum leaves no room
          pub's PUBLISHes are not answered
          at `pub -> PUBLISH topic="{topic}" payload="{i}" qos=2` charged []
        "#);
}

#[tokio::test(start_paused = true)]
async fn verbs_stand_for_the_packet_and_its_success() {
    let granted_less = embedded(
        V5_0,
        "    connect a\n    subscribe a filter=\"$share/g\" qos=1\n    a <- nothing",
    );
    assert_snapshot!(granted_less.await.told(), @r#"
        BLOCKED
          the connection of a has ended
          expected SUBACK
          at `subscribe a filter="$share/g" qos=1` charged []
        "#);
    let steps = r#"
    connect a
    {publish}
    a <- nothing"#;
    let plain = steps.replace("{publish}", r#"publish a topic="{topic}" qos=2"#);
    let lost = tamper(V5_0, &plain, once(|it| matches!(it, Packet::Pubcomp(_)), Act::Drop)).await;
    assert_snapshot!(lost.told(), @r#"
        BLOCKED
          the answer to PUBLISH did not come
          nothing like it came to a in 5 s
          at `publish a topic="{topic}" qos=2` charged []
        "#);
    let charged = plain.replace("qos=2", "qos=2 [MQTT-3.3.1-9]");
    let lost = tamper(V5_0, &charged, once(|it| matches!(it, Packet::Pubcomp(_)), Act::Drop)).await;
    assert_snapshot!(lost.told(), @r#"
        FAIL
          the answer to PUBLISH did not come
          nothing like it came to a in 5 s
          at `publish a topic="{topic}" qos=2 [MQTT-3.3.1-9]` charged [MQTT-3.3.1-9]
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_match_behind_a_verb_fails_and_a_refusal_blocks() {
    let steps = "    connect a persistent <- session_present=1   ";
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          CONNACK does not match: session_present
          expected 1, the broker sent 0
          at `session_present=1` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    let refused = Config { users: Some(vec![("u".into(), b"p".to_vec())]), ..Config::default() };
    let target = Target::embedded_memory(refused);
    let steps = "    connect a username=absent password=absent <- session_present=0";
    assert_snapshot!(run_on(&target, &case(V5_0, steps)).await.told(), @r#"
        BLOCKED
          a was refused
          expected CONNACK with success
          at `connect a username=absent password=absent <- session_present=0` charged []
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_persistent_session_outlives_its_link_in_both_versions() {
    let steps = r#"
    connect pub acks=auto
    connect a persistent acks=auto will_topic="{topic}" will_payload="gone" <- session_present=0
    subscribe a filter="{topic}" qos=1
    a -> DISCONNECT
    a <- closed
    publish pub topic="{topic}" payload="kept" qos=1
    reconnect a will_topic=absent <- session_present=1
    a <- PUBLISH payload="kept"
    a -> DISCONNECT
    a <- closed
    reconnect a clean_start=1 persistent=0 <- session_present=0
    a <- nothing"#;
    embedded(V3_1_1, steps).await.passes();
    let ran = embedded(V5_0, steps).await;
    ran.passes();
    let connects: Vec<String> = ran
        .trace()
        .lines()
        .filter(|line| line.starts_with("a -> CONNECT"))
        .map(|line| line.split_once("clean_start").unwrap().1.to_owned())
        .collect();
    assert_snapshot!(connects.join("\n"), @r#"
        =1 keep_alive=0 session_expiry_interval=300 will_topic="ms/i41cb494mi/t" will_payload="gone" will_qos=0 will_retain=0
        =0 keep_alive=0 session_expiry_interval=300
        =1 keep_alive=0
        "#);
}

#[tokio::test(start_paused = true)]
async fn acknowledgements_are_the_scripts_until_it_hands_them_over() {
    let steps = r#"
    connect pub acks=auto
    connect sub receive_maximum=2
    subscribe sub filter="{topic}" qos=2
    publish pub topic="{topic}" payload="0" qos=1
    publish pub topic="{topic}" payload="1" qos=2
    publish pub topic="{topic}" payload="2" qos=2
    sub <- PUBLISH payload="0"
    sub <- PUBLISH id=?m payload="1"
    sub -> PUBREC id={m}
    sub <- nothing
    acks sub auto
    sub <- PUBLISH payload="2"
    sub <- nothing"#;
    // PUBREL came before the hand-over: nobody has taken it, so that `nothing` finds it.
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        FAIL
          unexpected PUBREL on sub
          no packet was to come
          at `sub <- nothing` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
    let steps = steps.replacen("    sub <- nothing\n", "    wait 10ms\n", 1);
    let ran = embedded(V5_0, &steps).await;
    ran.passes();
    let sent: Vec<&str> = ran
        .report
        .trace
        .iter()
        .filter(|line| line.client == "sub" && line.direction == "->")
        .filter_map(|line| line.text.split(' ').next())
        .collect();
    assert_eq!(
        sent[..7],
        ["CONNECT", "SUBSCRIBE", "PUBREC", "PUBACK", "PUBCOMP", "PUBREC", "PUBCOMP"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_resend_on_the_same_link_is_not_for_the_script() {
    let again = |seen: &Seen<'_>| {
        if !seen.down || !is_publish(seen.packet) {
            return Act::Pass;
        }
        let mut copy = seen.frame.to_vec();
        copy[0] |= 0b1000;
        Act::PassAnd(copy)
    };
    let steps = r#"
    connect pub acks=auto
    connect sub
    subscribe sub filter="{topic}" qos=1
    publish pub topic="{topic}" payload="x" qos=1
    sub <- PUBLISH id=?m payload="x"
    sub <- nothing
    sub -> PUBACK id={m}
    sub <- nothing"#;
    tamper(V3_1_1, steps, again).await.passes();
    // In 5.0 the monitor judges it.
    assert_snapshot!(tamper(V5_0, steps, again).await.told(), @r#"
        FAIL
          PUBLISH with id 1 is sent again on the same connection
          sub received this while the line ran
          at `publish pub topic="{topic}" payload="x" qos=1` charged [MQTT-4.4.0-1]
          found by the monitor, which checks the rule `resend-after-resume` everywhere
        "#);
}

#[tokio::test(start_paused = true)]
async fn the_three_ways_to_end_a_link() {
    let steps = |end: &str| {
        format!(
            r#"
    connect watch acks=auto
    subscribe watch filter="{{topic}}" qos=1
    connect a will_topic="{{topic}}" will_payload="gone" will_qos=1
    {end}
    watch <- PUBLISH payload="gone"
    watch <- nothing"#
        )
    };
    embedded(V5_0, &steps("a -> close")).await.passes();
    embedded(V5_0, &steps("a -> abort")).await.passes();
    embedded(V5_0, &steps("a -> half-close\n    a <- closed")).await.passes();
    let goodbye = embedded(V5_0, &steps("a -> DISCONNECT\n    a <- closed")).await;
    assert_snapshot!(goodbye.told(), @r#"
        FAIL
          no PUBLISH came
          expected PUBLISH payload="gone", nothing like it came in 5 s
          at `watch <- PUBLISH payload="gone"` charged [MQTT-3.3.1-9 MQTT-3.3.2-3]
        "#);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_evaluated_is_an_error_of_the_scenario() {
    let steps = r#"
    connect a
    let n = a.keep_alive - 1
    a -> PUBLISH topic="{topic}" payload="x"*{n}
    a <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        ERROR
          the line cannot be carried out
          -1 is negative
          at `n` charged []
        "#);
    let steps = r#"
    connect a
    a -> PUBLISH topic="{topic}" payload="x"*{400000 * 1000}
    a <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        ERROR
          the line cannot be carried out
          the value is larger than 314572800 bytes
          at `"x"*{400000 * 1000}` charged []
        "#);
    let steps = r#"
    connect a
    let n = 5000000
    repeat {n} { a -> PINGREQ }
    a <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        ERROR
          the line cannot be carried out
          5000000 times are more than 1000000
          at `repeat {n} { a -> PINGREQ }` charged []
        "#);
    let steps = r#"
    connect a
    a -> PUBLISH topic="{topic}" payload=pad(130)
    a <- nothing"#;
    assert_snapshot!(embedded(V5_0, steps).await.told(), @r#"
        ERROR
          the line cannot be carried out
          no payload makes a packet of exactly 130 bytes
          at `pad(130)` charged []
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_stops_reading_blocks() {
    // A peer that accepts, and then neither reads nor writes.
    let target = Target::links("a wall", Profile::default(), || {
        let (near, far) = duplex(16);
        tokio::spawn(async move {
            let _held = far;
            std::future::pending::<()>().await;
        });
        Ok(Link::new(near))
    });
    let ran = run_on(&target, &case(V5_0, "    connect a\n    a <- nothing")).await;
    assert_snapshot!(ran.told(), @r#"
        ERROR
          the broker is gone; the broker has stopped reading
          what a writes is not taken any more
          at `connect a` charged []
          then CONNACK did not come: nothing like it came to (is it there) in 5 s
        "#);
}

#[tokio::test(start_paused = true)]
async fn the_keep_alive_of_the_target_is_that_of_all_who_state_none() {
    let steps = r#"
    connect a
    connect b keep_alive=5
    connect c keep_alive=0
    c -> bytes 00 00
    c <- rejected MalformedPacket"#;
    let broker = server::memory::Server::start(Config::default());
    let profile = Profile { keep_alive: 600, ..Profile::default() };
    let target = Target::links("a broker", profile, move || Ok(Link::new(broker.connect())));
    let ran = run_on(&target, &case(V5_0, steps)).await;
    ran.passes();
    let trace = ran.trace();
    let asked: Vec<&str> =
        trace.lines().filter(|line| line.contains("CONNECT client_id")).collect();
    assert_snapshot!(asked.join("\n"), @r#"
        a -> CONNECT client_id="msi41cb494mix0" clean_start=1 keep_alive=600
        b -> CONNECT client_id="msi41cb494mix1" clean_start=1 keep_alive=5
        c -> CONNECT client_id="msi41cb494mix2" clean_start=1 keep_alive=0
        (is it well) -> CONNECT client_id="msi41cb494mix981" clean_start=1 keep_alive=600
        "#);
}
