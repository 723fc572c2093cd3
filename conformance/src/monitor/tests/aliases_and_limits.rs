//! Topic Aliases, sizes, and what Request Problem Information allows.

use mqttspec_codec::Version;

use super::script::play;
use super::{Fault, Innocent, V5, fault, innocent};

macro_rules! over_size {
    ($statement:literal, $before:literal, $packet:literal, $field:literal) => {
        fault(
            V5,
            "optional-properties-fit",
            &[$statement],
            concat!(
                "> CONNECT size=30 method=M\n< CONNACK method=M\n",
                $before,
                "\n< ",
                $packet,
                " ",
                $field,
                "=0123456789012345678901234567890123456789"
            ),
        )
    };
}

pub(super) const FAULTS: &[Fault] = &[
    fault(
        V5,
        "topic-alias-range",
        &["MQTT-3.1.2-27"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH alias=1",
    ),
    fault(
        V5,
        "topic-alias-range",
        &["MQTT-3.1.2-26"],
        "> CONNECT alias=2
         > SUBSCRIBE
         < CONNACK
         < PUBLISH alias=3",
    ),
    fault(
        V5,
        "topic-alias-meaning",
        &["U-5.0-3.3.4-2"],
        "> CONNECT alias=2
         > SUBSCRIBE
         < CONNACK
         < PUBLISH alias=1
         < PUBLISH topic= alias=2",
    ),
    fault(
        V5,
        "packet-size",
        &["MQTT-3.1.2-24"],
        "> CONNECT size=40
         > SUBSCRIBE
         < CONNACK
         < PUBLISH payload=0123456789012345678901234567890123456789",
    ),
    fault(
        V5,
        "packet-size",
        &["MQTT-3.1.2-24"],
        "> CONNECT size=30
         > SUBSCRIBE
         < CONNACK
         < PUBLISH up=0123456789012345678901234567890123456789",
    ),
    fault(
        V5,
        "problem-information",
        &["MQTT-3.1.2-29"],
        "> CONNECT rpi=0
         < CONNACK
         > PUBLISH qos=1
         < PUBACK rs=why",
    ),
    fault(
        V5,
        "problem-information",
        &["MQTT-3.1.2-29"],
        "> CONNECT rpi=0
         < CONNACK
         > SUBSCRIBE
         < SUBACK up=v",
    ),
    fault(
        V5,
        "optional-properties-fit",
        &["MQTT-3.2.2-19"],
        "> CONNECT size=30
         < CONNACK rs=0123456789012345678901234567890123456789",
    ),
    fault(
        V5,
        "optional-properties-fit",
        &["MQTT-3.2.2-20"],
        "> CONNECT size=30
         < CONNACK up=0123456789012345678901234567890123456789",
    ),
    over_size!("MQTT-3.4.2-2", "> PUBLISH qos=1", "PUBACK", "rs"),
    over_size!("MQTT-3.4.2-3", "> PUBLISH qos=1", "PUBACK", "up"),
    over_size!("MQTT-3.5.2-2", "> PUBLISH qos=2", "PUBREC", "rs"),
    over_size!("MQTT-3.5.2-3", "> PUBLISH qos=2", "PUBREC", "up"),
    over_size!("MQTT-3.6.2-2", "> PUBREC", "PUBREL reason=0x92", "rs"),
    over_size!("MQTT-3.6.2-3", "> PUBREC", "PUBREL reason=0x92", "up"),
    over_size!("MQTT-3.7.2-2", "> PUBREL", "PUBCOMP reason=0x92", "rs"),
    over_size!("MQTT-3.7.2-3", "> PUBREL", "PUBCOMP reason=0x92", "up"),
    over_size!("MQTT-3.9.2-1", "> SUBSCRIBE", "SUBACK", "rs"),
    over_size!("MQTT-3.9.2-2", "> SUBSCRIBE", "SUBACK", "up"),
    over_size!("MQTT-3.11.2-1", "> UNSUBSCRIBE", "UNSUBACK codes=0", "rs"),
    over_size!("MQTT-3.11.2-2", "> UNSUBSCRIBE", "UNSUBACK codes=0", "up"),
    over_size!("MQTT-3.14.2-3", "> PINGREQ", "DISCONNECT reason=0x80", "rs"),
    over_size!("MQTT-3.14.2-4", "> PINGREQ", "DISCONNECT reason=0x80", "up"),
    over_size!("MQTT-3.15.2-2", "> AUTH reason=0x19 method=M", "AUTH method=M", "rs"),
    over_size!("MQTT-3.15.2-3", "> AUTH reason=0x19 method=M", "AUTH method=M", "up"),
];

pub(super) const INNOCENT: &[Innocent] = &[
    innocent(
        V5,
        "these three may explain themselves",
        "> CONNECT rpi=0
         > SUBSCRIBE
         < CONNACK rs=why up=v
         < PUBLISH up=v
         < DISCONNECT reason=0x8b rs=why up=v",
    ),
    innocent(
        V5,
        "an alias may be given a new meaning",
        "> CONNECT alias=1
         > SUBSCRIBE filters=+:0
         < CONNACK
         < PUBLISH topic=a alias=1
         < PUBLISH topic= alias=1
         < PUBLISH topic=b alias=1
         < PUBLISH topic= alias=1",
    ),
    innocent(
        V5,
        "a CONNECT that is too large may be refused unread",
        "> CONNECT size=1
         < CONNACK reason=0x95",
    ),
    innocent(
        V5,
        "a packet of exactly the limit",
        "> CONNECT size=20
         > SUBSCRIBE
         < CONNACK
         < PUBLISH payload=01234567890123",
    ),
];

#[test]
fn the_topic_behind_an_alias_is_told() {
    let played = play(
        Version::V5_0,
        "> CONNECT alias=1
         > SUBSCRIBE filters=+:0
         < CONNACK
         < PUBLISH topic=b alias=1
         < PUBLISH topic= alias=1",
    );
    let topic = played.monitor.last_delivery().and_then(|last| last.topic.clone());
    assert_eq!(topic.as_deref(), Some("b"));
}

#[test]
fn limits_that_the_broker_may_not_have_read_do_not_hold() {
    let played = play(
        Version::V5_0,
        "! taint
         > CONNECT size=20
         < CONNACK reason=0x81 rs=0123456789012345678901234567890123456789",
    );
    assert_eq!(played.violations, []);
}
