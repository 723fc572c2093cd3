//! Subscriptions, and what they allow.

use mqttspec_codec::Version;

use super::script::play;
use super::{BOTH, Fault, Innocent, V3, V5, fault, innocent};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        BOTH,
        "topic-matches",
        &["MQTT-3.3.2-3", "MQTT-3.3.2-3"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a/+:1,b:1
         < SUBACK codes=1,1
         < PUBLISH topic=a/b
         < PUBLISH topic=a/b/c",
    ),
    fault(
        BOTH,
        "topic-matches",
        &["MQTT-3.3.2-3", "MQTT-3.3.2-3"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:1
         < SUBACK codes=0x80
         < PUBLISH topic=a",
    ),
    fault(
        V5,
        "topic-matches",
        &["MQTT-3.3.2-3"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=$share/g/a:1
         < SUBACK codes=1
         < PUBLISH topic=a
         < PUBLISH topic=g/a",
    ),
    fault(
        BOTH,
        "topic-matches",
        &["MQTT-3.3.2-3", "MQTT-3.3.2-3"],
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=0
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH topic=a
         < PUBLISH topic=b",
    ),
    fault(
        BOTH,
        "nothing-left-of-ended-session",
        &["MQTT-3.1.2-6", "MQTT-3.1.2-4"],
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=1
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         < PUBLISH topic=b
         ! resume
         > CONNECT clean=1
         < CONNACK sp=0
         < PUBLISH topic=a",
    ),
    fault(
        BOTH,
        "nothing-left-of-ended-session",
        &["MQTT-3.1.2-6", "MQTT-4.1.0-2"],
        "> CONNECT clean=1
         < CONNACK sp=0
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=0
         < PUBLISH topic=a",
    ),
    fault(
        BOTH,
        "nothing-left-of-ended-session",
        &["MQTT-3.1.2-6", "MQTT-3.1.2-4"],
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=0
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         ! take-over
         > CONNECT clean=1
         < CONNACK sp=0
         < PUBLISH topic=a",
    ),
    fault(
        BOTH,
        "topic-matches",
        &["MQTT-3.3.2-3", "MQTT-3.3.2-3"],
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=0
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         ! resume
         > CONNECT clean=1
         < CONNACK sp=0
         < PUBLISH topic=b",
    ),
    fault(
        BOTH,
        "dollar-topic",
        &["MQTT-4.7.2-1", "MQTT-4.7.2-1"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=#:0,$a/#:0
         < SUBACK codes=0,0
         < PUBLISH topic=$a/b
         < PUBLISH topic=$SYS/uptime",
    ),
    fault(
        BOTH,
        "delivery-qos",
        &["MQTT-3.8.4-6", "MQTT-3.8.4-8"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:2
         < SUBACK codes=1
         < PUBLISH qos=1 id=1
         < PUBLISH qos=2 id=2",
    ),
    fault(
        V5,
        "delivery-qos",
        &["MQTT-4.8.2-3"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=$share/g/a:0
         < SUBACK codes=0
         < PUBLISH qos=1 id=1",
    ),
    fault(
        V5,
        "subscription-identifier-known",
        &["U-5.0-3.3.2.3.8-1"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0 sid=1
         > SUBSCRIBE id=2 filters=b:0 sid=2
         < PUBLISH sid=2",
    ),
    fault(
        V5,
        "subscription-identifier-known",
        &["U-5.0-3.3.2.3.8-1"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0 sid=1
         < SUBACK codes=0
         < PUBLISH sid=1,1",
    ),
    fault(
        V5,
        "subscription-identifier-given",
        &["MQTT-3.3.4-3"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0 sid=1
         < SUBACK codes=0
         > SUBSCRIBE id=2 filters=#:0 sid=2
         < PUBLISH",
    ),
    fault(
        BOTH,
        "suback-codes",
        &["MQTT-3.8.4-5", "MQTT-3.8.4-6"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0,b:1
         < SUBACK codes=0",
    ),
    fault(
        BOTH,
        "suback-codes",
        &["MQTT-3.8.4-5", "MQTT-3.8.4-6"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0
         < SUBACK codes=",
    ),
    fault(
        BOTH,
        "granted-qos",
        &["MQTT-3.8.4-5", "MQTT-3.8.4-7"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:1,b:1
         < SUBACK codes=1,2",
    ),
    fault(
        BOTH,
        "granted-qos",
        &["MQTT-3.9.3-1", "MQTT-3.9.3-1"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:1,b:2
         < SUBACK codes=2,1",
    ),
    fault(
        V5,
        "unsuback-codes",
        &["MQTT-3.11.3-1"],
        "> CONNECT
         < CONNACK
         > UNSUBSCRIBE filters=a,b
         < UNSUBACK codes=0",
    ),
];

pub(super) const INNOCENT: &[Innocent] = &[
    innocent(
        BOTH,
        "messages may come before SUBACK, at the QoS requested",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:1
         < PUBLISH qos=1
         < SUBACK codes=1",
    ),
    innocent(
        BOTH,
        "messages that were buffered may come behind UNSUBACK",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         > UNSUBSCRIBE filters=a
         < UNSUBACK codes=0
         < PUBLISH qos=1",
    ),
    innocent(
        BOTH,
        "messages that were buffered may come at the QoS granted before",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:2
         < SUBACK codes=2
         > SUBSCRIBE filters=a:0
         < SUBACK codes=0
         < PUBLISH qos=2",
    ),
    innocent(
        BOTH,
        "the greatest QoS of overlapping subscriptions counts",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a/b:0,a/#:2
         < SUBACK codes=0,2
         < PUBLISH topic=a/b qos=2",
    ),
    innocent(
        BOTH,
        "the subscriptions of a session that was not watched are not known",
        "> CONNECT clean=0
         < CONNACK sp=1
         < PUBLISH topic=b qos=2",
    ),
    innocent(
        BOTH,
        "what was under way at a takeover is not known",
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=0
         > SUBSCRIBE filters=a:1
         ! take-over
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH topic=b qos=2",
    ),
    innocent(
        BOTH,
        "another client id is another session",
        "> CONNECT id=c clean=0
         < CONNACK
         ! resume
         > CONNECT id=d clean=0
         < CONNACK sp=1
         < PUBLISH topic=b",
    ),
    innocent(
        BOTH,
        "a SUBSCRIBE that was not answered may have taken effect",
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > SUBSCRIBE filters=a:1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         > SUBSCRIBE filters=b:1
         < PUBLISH qos=1",
    ),
    innocent(
        BOTH,
        "a refused connection leaves the session alone",
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > SUBSCRIBE filters=a:1
         < SUBACK codes=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK reason=0x88
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=1",
    ),
    innocent(
        V3,
        "in 3.1.1 a server may know shared subscriptions or not",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=$share/g/a:0,$queue/b:0
         < SUBACK codes=0,0
         < PUBLISH topic=a
         < PUBLISH topic=$share/g/a
         < PUBLISH topic=b",
    ),
    innocent(
        V5,
        "copies for overlapping subscriptions have one identifier each, or all together",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE id=1 filters=a:0 sid=1
         > SUBSCRIBE id=2 filters=#:0 sid=1
         > SUBSCRIBE id=3 filters=+:0 sid=3
         < PUBLISH sid=1
         < PUBLISH sid=3
         < PUBLISH sid=3,1,1",
    ),
    innocent(
        V5,
        "a copy for a subscription without identifier has none",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE id=1 filters=a:0 sid=1
         > SUBSCRIBE id=2 filters=#:0
         < PUBLISH
         < PUBLISH sid=1",
    ),
    innocent(
        V5,
        "a buffered message has the identifier of before",
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:0 sid=1
         < SUBACK codes=0
         > SUBSCRIBE filters=a:0
         < SUBACK codes=0
         < PUBLISH sid=1
         < PUBLISH",
    ),
];

#[test]
fn the_granted_subscriptions_are_told() {
    let monitor = play(
        Version::V5_0,
        "> CONNECT
         < CONNACK
         > SUBSCRIBE filters=a:2,b:1,c:0,d:0
         < SUBACK codes=1,1,0x87,0
         > UNSUBSCRIBE filters=b,d
         < UNSUBACK codes=0,0x87
         > SUBSCRIBE filters=a:0
         < SUBACK codes=0",
    )
    .monitor;
    let granted: Vec<_> =
        monitor.granted().map(|(filter, qos)| (filter.to_string(), qos.value())).collect();
    assert_eq!(granted, [("a".to_owned(), 0), ("d".to_owned(), 0)]);
}
