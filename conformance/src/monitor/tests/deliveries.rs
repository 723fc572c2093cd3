//! Packet Identifiers, DUP, PUBREL and the window of deliveries.

use mqttspec_codec::Version;

use super::script::play;
use super::{BOTH, Fault, Innocent, V3, V5, fault, innocent};
use crate::monitor::AnswerDue;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        BOTH,
        "packet-id-free",
        &["MQTT-2.3.1-4", "MQTT-2.2.1-4"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 payload=1
         < PUBLISH qos=1 id=7 payload=2",
    ),
    fault(
        BOTH,
        "packet-id-free",
        &["MQTT-2.3.1-4", "MQTT-2.2.1-4"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7 payload=1
         > PUBREC id=7
         < PUBREL id=7
         < PUBLISH qos=1 id=7 payload=2",
    ),
    fault(
        BOTH,
        "first-without-dup",
        &["MQTT-3.3.1-3", "MQTT-3.3.1-3"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 dup=1",
    ),
    fault(
        BOTH,
        "first-without-dup",
        &["MQTT-3.3.1-3", "MQTT-3.3.1-3"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 payload=1
         > PUBACK id=7
         < PUBLISH qos=1 id=7 payload=2 dup=1",
    ),
    fault(
        BOTH,
        "resend-with-dup",
        &["MQTT-3.3.1-1", "MQTT-3.3.1-1"],
        "> CONNECT clean=0 expiry=9
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 payload=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=1 id=7 payload=1 dup=0",
    ),
    fault(
        BOTH,
        "resend-same",
        &["MQTT-4.4.0-1", "MQTT-4.4.0-1"],
        "> CONNECT clean=0 expiry=9
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 payload=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=1 id=7 payload=2 dup=1",
    ),
    fault(
        V5,
        "resend-after-resume",
        &["MQTT-4.4.0-1"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7
         < PUBLISH qos=1 id=7 dup=1",
    ),
    fault(
        V5,
        "resend-after-resume",
        &["MQTT-4.4.0-1"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7
         > PUBACK id=7
         < PUBLISH qos=1 id=7 dup=1",
    ),
    fault(
        BOTH,
        "no-publish-after-pubrel",
        &["MQTT-4.3.3-1", "MQTT-4.3.3-6"],
        "> CONNECT clean=0 expiry=9
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBREL id=7
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=2 id=7 dup=1",
    ),
    fault(
        V3,
        "no-publish-after-pubrel",
        &["MQTT-4.3.3-1"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBREL id=7
         > PUBCOMP id=7
         < PUBLISH qos=2 id=7 dup=1",
    ),
    fault(
        BOTH,
        "pubrel-after-pubrec",
        &["MQTT-4.3.3-1", "MQTT-4.3.3-4"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         < PUBREL id=7",
    ),
    fault(
        V5,
        "pubrel-after-pubrec",
        &["MQTT-4.3.3-4"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7 reason=0x80
         < PUBREL id=7",
    ),
    fault(
        BOTH,
        "pubrel-after-pubrec",
        &["MQTT-2.3.1-6", "MQTT-2.2.1-5"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBREL id=8",
    ),
    fault(
        V5,
        "pubrel-once",
        &["MQTT-4.4.0-1"],
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBREL id=7
         < PUBREL id=7",
    ),
    fault(
        V5,
        "receive-maximum",
        &["MQTT-3.3.4-9"],
        "> CONNECT rm=2
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=1
         > PUBACK id=1
         < PUBLISH qos=2 id=1
         > PUBREC id=1
         < PUBLISH qos=1 id=2
         < PUBLISH
         < PUBLISH qos=1 id=3",
    ),
];

pub(super) const INNOCENT: &[Innocent] = &[
    innocent(
        V3,
        "3.1.1 allows a resend on the same connection",
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7
         < PUBLISH qos=1 id=7 dup=1
         > PUBACK id=7
         < PUBLISH qos=1 id=7 dup=1
         > PUBACK id=7",
    ),
    innocent(
        V3,
        "a resend may cross our PUBREC, and PUBREL be sent again",
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBLISH qos=2 id=7 dup=1
         > PUBREC id=7
         < PUBREL id=7
         < PUBREL id=7
         > PUBCOMP id=7
         < PUBREL id=7",
    ),
    innocent(
        BOTH,
        "an identifier is free once it was acknowledged",
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7
         > PUBACK id=7
         < PUBLISH qos=2 id=7
         > PUBREC id=7
         < PUBREL id=7
         > PUBCOMP id=7
         < PUBLISH qos=2 id=7",
    ),
    innocent(
        BOTH,
        "what a former connection began comes again, also what never arrived there",
        "> CONNECT clean=0 expiry=9
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=1 payload=1
         < PUBLISH qos=2 id=2 payload=2
         < PUBLISH qos=2 id=3 payload=3
         < PUBLISH qos=1 id=4 payload=4
         > PUBREC id=2
         > PUBREC id=3
         > PUBACK id=4
         < PUBREL id=3
         > PUBCOMP id=3
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=1 id=1 payload=1 dup=1
         < PUBLISH qos=2 id=2 payload=2 dup=1
         < PUBREL id=3
         < PUBLISH qos=1 id=4 payload=4 dup=1
         < PUBLISH qos=1 id=5 payload=5 dup=1
         > PUBREC id=2
         < PUBREL id=2",
    ),
    innocent(
        BOTH,
        "a PUBREL of a session that was not watched",
        "> CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBREL id=3
         < PUBLISH qos=1 id=4 dup=1
         < PUBLISH qos=2 id=5 dup=1
         > PUBCOMP id=3
         < PUBLISH qos=2 id=3",
    ),
    innocent(
        V5,
        "a message that expired while the client was away frees its identifier",
        "> CONNECT clean=0 expiry=9
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=7 payload=1 lives=1
         ! resume
         > CONNECT clean=0 expiry=9
         < CONNACK sp=1
         < PUBLISH qos=1 id=7 payload=2",
    ),
    innocent(
        V5,
        "the window counts anew on each connection",
        "> CONNECT clean=0 expiry=9 rm=1
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=1 payload=1
         > PUBREC id=1
         ! resume
         > CONNECT clean=0 expiry=9 rm=1
         < CONNACK sp=1
         < PUBREL id=1
         < PUBLISH qos=1 id=2 payload=2",
    ),
    innocent(
        V5,
        "PUBREC with an error ends the exchange",
        "> CONNECT rm=1
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=1 payload=1
         > PUBREC id=1 reason=0x80
         < PUBLISH qos=2 id=1 payload=2",
    ),
    innocent(
        BOTH,
        "a PUBREC for an unknown identifier is answered",
        "> CONNECT
         < CONNACK
         > PUBREC id=9
         < PUBREL id=9",
    ),
    innocent(
        V3,
        "an exchange of a former connection does not weigh on a resend of this one",
        "> CONNECT clean=0
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=2 id=7 payload=1
         > PUBREC id=7
         < PUBREL id=7
         > PUBCOMP id=7
         ! resume
         > CONNECT clean=0
         < CONNACK sp=1
         < PUBLISH qos=1 id=7 payload=2 dup=1
         > PUBACK id=7
         < PUBLISH qos=1 id=7 payload=2 dup=1",
    ),
];

#[test]
fn resends_of_this_connection_are_told_from_those_of_a_former_one() {
    let first = "> CONNECT clean=0\n> SUBSCRIBE\n< CONNACK\n< PUBLISH qos=1 id=7";
    let resend = |dialogue: &str| {
        let played = play(Version::V3_1_1, &format!("{first}\n{dialogue}"));
        played.monitor.last_delivery().expect("a delivery").resend
    };
    assert!(!resend(""));
    assert!(resend("< PUBLISH qos=1 id=7 dup=1"));
    assert!(resend("> PUBACK id=7\n< PUBLISH qos=1 id=7 dup=1"));
    assert!(!resend("! resume\n> CONNECT clean=0\n< CONNACK sp=1\n< PUBLISH qos=1 id=7 dup=1"));
}

#[test]
fn open_deliveries_tell_what_comes_next() {
    let monitor = play(
        Version::V5_0,
        "> CONNECT
         > SUBSCRIBE
         < CONNACK
         < PUBLISH qos=1 id=9
         < PUBLISH qos=2 id=2
         < PUBLISH qos=2 id=3
         < PUBLISH qos=2 id=4
         < PUBLISH qos=2 id=5
         > PUBREC id=3
         > PUBREC id=4
         < PUBREL id=4
         > PUBREC id=5
         < PUBREL id=5
         > PUBCOMP id=5",
    )
    .monitor;
    let open: Vec<_> =
        monitor.open_deliveries().iter().map(|open| (open.packet_id.get(), open.due)).collect();
    assert_eq!(
        open,
        [
            (2, AnswerDue::Pubrec),
            (3, AnswerDue::Pubrel),
            (4, AnswerDue::Pubcomp),
            (9, AnswerDue::Puback)
        ]
    );
}
