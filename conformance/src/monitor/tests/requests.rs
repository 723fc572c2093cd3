//! Answers to what we send.

use mqttspec_codec::{PacketId, Version};

use super::script::play;
use super::{BOTH, Fault, Innocent, V3, V5, fault, innocent};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        BOTH,
        "publish-answer-id",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=1 id=1
         < PUBACK id=2",
    ),
    fault(
        BOTH,
        "publish-answer-id",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=1 id=1
         < PUBACK id=1
         < PUBACK id=1",
    ),
    fault(
        BOTH,
        "publish-answer-id",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBREC id=1
         < PUBREC id=1",
    ),
    fault(
        BOTH,
        "publish-answer-id",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBREC id=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBREC id=1
         < PUBREC id=1",
    ),
    fault(
        BOTH,
        "publish-answer-id",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBREC id=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         > PUBREL id=1
         < PUBCOMP id=1
         < PUBREC id=1",
    ),
    fault(
        BOTH,
        "publish-answer-id",
        &["U-3.1.1-2.3.1-2", "MQTT-2.2.1-5"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBREC id=1
         < PUBCOMP id=1",
    ),
    fault(
        BOTH,
        "publish-answer-type",
        &["MQTT-3.3.4-1", "MQTT-3.3.4-1"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBACK id=1",
    ),
    fault(
        BOTH,
        "publish-answer-type",
        &["MQTT-3.3.4-1", "MQTT-3.3.4-1"],
        "> CONNECT
         < CONNACK
         > PUBLISH qos=1 id=1
         < PUBREC id=1",
    ),
    fault(
        BOTH,
        "subscribe-answer-id",
        &["MQTT-3.8.4-2", "MQTT-3.8.4-2"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE id=1
         < SUBACK id=2",
    ),
    fault(
        BOTH,
        "subscribe-answer-id",
        &["MQTT-3.8.4-2", "MQTT-3.8.4-2"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE id=1
         < SUBACK id=1
         < SUBACK id=1",
    ),
    fault(
        BOTH,
        "subscribe-answer-id",
        &["MQTT-3.10.4-4", "MQTT-3.10.4-5"],
        "> CONNECT
         < CONNACK
         > SUBSCRIBE id=1
         < UNSUBACK id=1 codes=0",
    ),
    fault(
        BOTH,
        "pingresp-on-request",
        &["MQTT-3.12.4-1", "MQTT-3.12.4-1"],
        "> CONNECT
         < CONNACK
         > PINGREQ
         > PINGREQ
         < PINGRESP
         < PINGRESP
         < PINGRESP",
    ),
];

pub(super) const INNOCENT: &[Innocent] = &[
    innocent(
        BOTH,
        "answers may come in any order",
        "> CONNECT
         < CONNACK
         > PUBLISH qos=1 id=1
         > PUBLISH qos=2 id=2
         > SUBSCRIBE id=3 filters=x:0
         > UNSUBSCRIBE id=4
         > PINGREQ
         < UNSUBACK id=4 codes=0x11
         < PINGRESP
         < SUBACK id=3 codes=0
         < PUBREC id=2
         > PUBREL id=2
         < PUBCOMP id=2
         < PUBACK id=1",
    ),
    innocent(
        V3,
        "each copy that we send is answered",
        "> CONNECT
         < CONNACK
         > PUBLISH qos=2 id=1
         > PUBLISH qos=2 id=1 dup=1
         < PUBREC id=1
         < PUBREC id=1
         > PUBREL id=1
         > PUBREL id=1
         < PUBCOMP id=1
         < PUBCOMP id=1
         > PUBLISH qos=1 id=1
         < PUBACK id=1",
    ),
    innocent(
        BOTH,
        "a PUBREL for an unknown identifier is answered",
        "> CONNECT
         < CONNACK
         > PUBREL id=9
         < PUBCOMP id=9",
    ),
    innocent(
        V5,
        "PUBREC with an error frees the identifier and the quota",
        "> CONNECT
         < CONNACK rm=1
         > PUBLISH qos=2 id=1
         < PUBREC id=1 reason=0x80
         > PUBLISH qos=1 id=1
         < PUBACK id=1 reason=0x10",
    ),
    innocent(
        BOTH,
        "a PUBREC is repeated in a resumed session, before and behind our PUBREL",
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > PUBLISH qos=2 id=1
         < PUBREC id=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBREC id=1
         > PUBREL id=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         > PUBREL id=1
         < PUBREC id=1
         < PUBCOMP id=1",
    ),
    innocent(
        BOTH,
        "what was open before the session was resumed is sent again and answered",
        "> CONNECT clean=0 expiry=9
         < CONNACK
         > PUBLISH qos=1 id=1
         > PUBLISH qos=2 id=2
         > PUBLISH qos=2 id=3
         < PUBREC id=3
         > PUBREL id=3
         > SUBSCRIBE id=4
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         > PUBLISH qos=1 id=1 dup=1
         > PUBLISH qos=2 id=2 dup=1
         > PUBREL id=3
         > SUBSCRIBE id=4
         < PUBACK id=1
         < PUBREC id=2
         < PUBCOMP id=3
         < SUBACK id=4
         > PUBREL id=2
         < PUBCOMP id=2",
    ),
    innocent(
        BOTH,
        "answers in a session that was not watched",
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBACK id=1
         < PUBREC id=2
         < PUBCOMP id=3",
    ),
];

#[test]
fn the_quota_and_the_identifiers_in_use_are_told() {
    let one = PacketId::MIN;
    let dialogue = "> CONNECT\n< CONNACK rm=3\n> PUBLISH qos=1 id=1\n> PUBLISH qos=2 id=2";
    let monitor = play(Version::V5_0, dialogue).monitor;
    assert_eq!(monitor.send_quota(), 1);
    assert!(monitor.packet_id_in_use(one));
    let monitor = play(Version::V5_0, &format!("{dialogue}\n< PUBACK id=1\n< PUBREC id=2")).monitor;
    assert_eq!(monitor.send_quota(), 2);
    assert!(!monitor.packet_id_in_use(one));
}
