//! How connections begin and end.

use mqttspec_codec::Version;

use super::script::play;
use super::{BOTH, Fault, Innocent, V3, V5, fault, innocent};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        BOTH,
        "connack-first",
        &["MQTT-3.2.0-1", "MQTT-3.2.0-1"],
        "> CONNECT
         > PINGREQ
         < PINGRESP",
    ),
    fault(
        BOTH,
        "connack-first",
        &["MQTT-3.2.0-1", "MQTT-3.2.0-1"],
        "> CONNECT clean=0
         < PUBLISH",
    ),
    fault(
        V5,
        "one-connack",
        &["MQTT-3.2.0-2"],
        "> CONNECT
         < CONNACK
         < CONNACK",
    ),
    fault(
        BOTH,
        "nothing-after-refusal",
        &["MQTT-3.2.2-5", "MQTT-3.2.2-7"],
        "> CONNECT
         > PINGREQ
         < CONNACK reason=0x87
         < PINGRESP",
    ),
    fault(
        V5,
        "nothing-after-refusal",
        &["MQTT-3.2.2-7"],
        "> CONNECT
         < CONNACK reason=0x87
         < CONNACK",
    ),
    fault(
        V5,
        "disconnect-after-connack",
        &["MQTT-3.14.0-1"],
        "> CONNECT
         < DISCONNECT reason=0x81",
    ),
    fault(
        V5,
        "disconnect-after-connack",
        &["MQTT-3.14.0-1"],
        "> CONNECT
         < CONNACK reason=0x87
         < DISCONNECT reason=0x87",
    ),
    fault(
        V5,
        "nothing-after-disconnect",
        &["MQTT-3.14.4-1"],
        "> CONNECT
         > PINGREQ
         < CONNACK
         < DISCONNECT reason=0x8b
         < PINGRESP",
    ),
    fault(
        BOTH,
        "clean-start-no-session",
        &["MQTT-3.2.2-1", "MQTT-3.2.2-2"],
        "> CONNECT clean=1
         < CONNACK sp=1",
    ),
    fault(
        V5,
        "assigned-id-given",
        &["MQTT-3.2.2-16"],
        "> CONNECT id=
         < CONNACK",
    ),
    fault(
        V5,
        "assigned-id-new",
        &["MQTT-3.2.2-16"],
        "> CONNECT id= clean=0
         < CONNACK sp=1 assigned=x",
    ),
    fault(
        V5,
        "assigned-id-only-if-empty",
        &["U-5.0-3.2.2.3.7-1"],
        "> CONNECT id=c
         < CONNACK assigned=x",
    ),
    fault(
        V5,
        "response-information-asked",
        &["MQTT-3.1.2-28"],
        "> CONNECT rri=0
         < CONNACK response=r",
    ),
    fault(
        V5,
        "authentication-asked",
        &["MQTT-4.12.0-6"],
        "> CONNECT
         < CONNACK method=M",
    ),
    fault(
        V5,
        "authentication-asked",
        &["MQTT-4.12.0-6"],
        "> CONNECT
         < AUTH reason=0x18 method=M",
    ),
    fault(
        V5,
        "authentication-method-same",
        &["MQTT-4.12.0-5"],
        "> CONNECT method=M
         < AUTH reason=0x18 method=N",
    ),
    fault(
        V5,
        "authentication-method-same",
        &["MQTT-4.12.0-5"],
        "> CONNECT method=M
         < CONNACK",
    ),
    fault(
        V5,
        "auth-continues",
        &["MQTT-4.12.0-2"],
        "> CONNECT method=M
         < AUTH reason=0 method=M",
    ),
    fault(
        V5,
        "auth-on-request",
        &["U-5.0-4.12.1-1"],
        "> CONNECT method=M
         < CONNACK method=M
         > AUTH reason=0x19 method=M
         < AUTH reason=0 method=M
         < AUTH reason=0x18 method=M",
    ),
];

pub(super) const INNOCENT: &[Innocent] = &[
    innocent(
        V3,
        "the end of a connection that was refused",
        "> CONNECT
         < CONNACK reason=0x84",
    ),
    innocent(
        V5,
        "the server may repeat the client's own id",
        "> CONNECT id=c
         < CONNACK assigned=c",
    ),
    innocent(
        V5,
        "a refused client has no id",
        "> CONNECT id=
         < CONNACK reason=0x85",
    ),
    innocent(
        V5,
        "a refusal need not repeat the method",
        "> CONNECT method=M
         < AUTH reason=0x18 method=M
         > AUTH reason=0x18 method=M
         < CONNACK reason=0x87",
    ),
    innocent(
        V5,
        "re-authentication in two steps",
        "> CONNECT method=M
         < CONNACK method=M
         > AUTH reason=0x19 method=M
         < AUTH reason=0x18 method=M
         > AUTH reason=0x18 method=M
         < AUTH reason=0 method=M",
    ),
    innocent(
        BOTH,
        "packets sent right behind CONNECT are answered behind CONNACK",
        "> CONNECT
         > SUBSCRIBE id=1 filters=a:0
         > PINGREQ
         < CONNACK
         < PUBLISH topic=a
         < SUBACK id=1 codes=0
         < PINGRESP",
    ),
    innocent(
        V5,
        "packets of the server that were under way when the client said goodbye",
        "> CONNECT
         > SUBSCRIBE id=1 filters=a:0
         < CONNACK
         > DISCONNECT
         < SUBACK id=1 codes=0
         < PUBLISH topic=a",
    ),
];

#[test]
fn the_facts_follow_connack() {
    let played = play(
        Version::V5_0,
        "> CONNECT id= expiry=7 keep=30 rm=5
         < CONNACK assigned=x rm=9 size=100 qos=1 keep=20",
    );
    let monitor = played.monitor;
    assert!(monitor.connected());
    assert_eq!(monitor.client_id(), "x");
    assert_eq!(monitor.session_present(), Some(false));
    let limits = monitor.limits();
    assert_eq!((limits.receive_maximum, limits.maximum_packet_size), (9, 100));
    assert_eq!((limits.keep_alive, limits.session_expiry_interval), (20, 7));
    assert_eq!((limits.maximum_qos.value(), limits.retain_available), (1, true));
    assert_eq!(monitor.own_limits().receive_maximum, 5);
}

#[test]
fn facts_without_connack_properties_are_the_defaults() {
    let monitor = play(Version::V3_1_1, "> CONNECT keep=30\n< CONNACK").monitor;
    assert_eq!(monitor.limits().keep_alive, 30);
    assert_eq!(monitor.limits().receive_maximum, u16::MAX);
    assert_eq!(monitor.limits().topic_alias_maximum, 0);
    assert_eq!(monitor.client_id(), "c");
}
