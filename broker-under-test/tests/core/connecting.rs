//! CONNECT and CONNACK.

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

fn connack(bench: &mut Bench, connect: Connect) -> Connack {
    let id = bench.open_with(connect);
    match bench.packets(id).into_iter().next() {
        Some(Packet::Connack(connack)) => connack,
        other => panic!("no CONNACK but {other:?}"),
    }
}

#[test]
fn a_3_1_1_client_gets_four_bytes() {
    let mut bench = Bench::default();
    let id = bench.open_with(connect(V3_1_1, "a"));
    assert_eq!(bench.bytes(id), [0x20, 2, 0, 0]);
}

#[test]
fn a_5_0_client_is_told_the_limits() {
    let connack = connack(&mut Bench::default(), connect(V5_0, "a"));
    let told: Vec<_> = connack.properties.iter().collect();
    assert_eq!(
        told,
        [
            Property::ReceiveMaximum(32),
            Property::MaximumPacketSize(1024 * 1024),
            Property::TopicAliasMaximum(16),
        ]
    );
}

#[test]
fn what_is_switched_off_is_announced() {
    let config = Config {
        receive_maximum: std::num::NonZeroU16::MAX,
        topic_alias_maximum: 0,
        maximum_qos: QoS::AtLeastOnce,
        retain_available: false,
        wildcard_subscription_available: false,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        server_keep_alive: Some(7),
        session_expiry_interval_max_s: Some(50),
        ..Config::default()
    };
    let connack = connack(&mut Bench::new(config), persistent(V5_0, "a"));
    let told: Vec<_> = connack.properties.iter().collect();
    assert_eq!(
        told,
        [
            Property::SessionExpiryInterval(50),
            Property::MaximumQoS(1),
            Property::RetainAvailable(0),
            Property::MaximumPacketSize(1024 * 1024),
            Property::WildcardSubscriptionAvailable(0),
            Property::SubscriptionIdentifierAvailable(0),
            Property::SharedSubscriptionAvailable(0),
            Property::ServerKeepAlive(7),
        ]
    );
}

#[test]
fn response_information_is_given_on_request_only() {
    for (requested, expected) in [(None, false), (Some(0), false), (Some(1), true)] {
        let properties = properties(requested.map(Property::RequestResponseInformation));
        let connect = Connect { properties, ..connect(V5_0, "a") };
        let connack = connack(&mut Bench::default(), connect);
        assert_eq!(connack.properties.response_information().is_some(), expected, "{requested:?}");
    }
}

#[test]
fn an_empty_client_id_is_replaced_by_one_of_its_own() {
    let mut bench = Bench::default();
    let mut ids = Vec::new();
    for clean_start in [true, false] {
        let connack = connack(&mut bench, Connect { clean_start, ..connect(V5_0, "") });
        ids.push(connack.properties.assigned_client_identifier().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    let named = connack(&mut bench, connect(V5_0, "a"));
    assert_eq!(named.properties.assigned_client_identifier(), None);
}

#[test]
fn an_assigned_client_id_never_hits_one_that_is_in_use() {
    let mut bench = Bench::default();
    let first = connack(&mut bench, connect(V5_0, ""));
    let first = first.properties.assigned_client_identifier().unwrap().to_owned();
    let next = first.replace('1', "2");
    let squatter = bench.connect(V5_0, &next);
    let second = connack(&mut bench, connect(V5_0, ""));
    assert_ne!(second.properties.assigned_client_identifier(), Some(&*next));
    expect!(bench, squatter);
}

#[test]
fn a_session_can_be_resumed_under_an_assigned_client_id() {
    let mut bench = Bench::default();
    let connack = connack(&mut bench, persistent(V5_0, ""));
    let assigned = connack.properties.assigned_client_identifier().unwrap();
    let id = bench.open_with(persistent(V5_0, assigned));
    expect!(bench, id, "CONNACK Success session");
}

#[test]
fn in_3_1_1_an_empty_client_id_needs_a_clean_session() {
    let mut bench = Bench::default();
    let id = bench.open_with(persistent(V3_1_1, ""));
    assert_eq!(bench.bytes(id), [0x20, 2, 0, 2]);
    expect!(bench, id, "closed");
    let one = bench.connect(V3_1_1, "");
    let two = bench.connect(V3_1_1, "");
    expect!(bench, one);
    expect!(bench, two);
}

#[test]
fn the_first_packet_has_to_be_connect() {
    for first in [&b"\xc0"[..], b"\xc0\0", b"\x30\x03\0\x01a", b"\xe0\0", b"\xf0\0", b"\0\0"] {
        let mut bench = Bench::default();
        let id = bench.open(V5_0);
        bench.send_bytes(id, first);
        expect!(bench, id, "closed");
    }
}

#[test]
fn a_second_connect_ends_the_connection_and_publishes_the_will() {
    for (version, answer) in
        [(V3_1_1, &["closed"][..]), (V5_0, &["DISCONNECT ProtocolError", "closed"])]
    {
        let mut bench = Bench::default();
        let watcher = bench.subscriber(V5_0, "w", "will", 0);
        let first = Connect { will: Some(will("will", "x")), ..connect(version, "a") };
        let id = bench.connect_with(first);
        bench.send(id, connect(version, "b"));
        assert_eq!(bench.read(id), answer);
        expect!(bench, watcher, r#"PUBLISH will qos=0 "x""#);
    }
}

#[test]
fn credentials_are_checked_when_there_are_users() {
    let users = Some(vec![("ann".to_owned(), b"secret".to_vec())]);
    let attempts = [
        (Some("ann"), Some("secret"), true),
        (Some("ann"), Some("wrong"), false),
        (Some("bob"), Some("secret"), false),
        (Some("ann"), None, false),
        (None, None, false),
    ];
    for (username, password, good) in attempts {
        for (version, refusal) in [(V3_1_1, [0x20, 2, 0, 4]), (V5_0, [0x20, 0, 0, 0x86])] {
            let mut bench = Bench::new(Config { users: users.clone(), ..Config::default() });
            let id = bench.open_with(Connect {
                username: username.map(|name| name.try_into().unwrap()),
                password: password.map(|password| password.as_bytes().to_vec().into()),
                ..connect(version, "a")
            });
            let bytes = bench.bytes(id);
            let code = if good { 0 } else { refusal[3] };
            assert_eq!([bytes[0], bytes[3]], [0x20, code], "{version:?} {username:?}");
            if !good {
                expect!(bench, id, "closed");
            }
        }
    }
}

#[test]
fn packets_behind_connect_wait_for_connack() {
    for version in [V3_1_1, V5_0] {
        let mut bench = Bench::default();
        let id = bench.open(version);
        let mut bytes = bytes::BytesMut::new();
        let packets: [Packet; 4] = [
            Box::new(connect(version, "a")).into(),
            subscribe(1, &[("t", 0)]).into(),
            publish("t", 1, 2, "x").into(),
            Packet::Pingreq,
        ];
        for packet in packets {
            packet.encode(version, &mut bytes).unwrap();
        }
        bench.send_bytes(id, bytes);
        expect!(
            bench,
            id,
            "CONNACK Success",
            "SUBACK 1 [Success]",
            r#"PUBLISH t qos=0 "x""#,
            "PUBACK 2 Success",
            "PINGRESP",
        );
    }
}

#[test]
fn packets_behind_a_refused_connect_are_not_looked_at() {
    let mut bench = Bench::default();
    let watcher = bench.subscriber(V5_0, "w", "#", 0);
    let id = bench.open(V3_1_1);
    let mut bytes = bytes::BytesMut::new();
    Packet::from(Box::new(persistent(V3_1_1, ""))).encode(V3_1_1, &mut bytes).unwrap();
    Packet::from(publish("t", 0, 0, "x")).encode(V3_1_1, &mut bytes).unwrap();
    bench.send_bytes(id, bytes);
    assert_eq!(bench.bytes(id), [0x20, 2, 0, 2]);
    expect!(bench, watcher);
}

#[test]
fn bytes_may_come_one_at_a_time() {
    let mut bench = Bench::default();
    let id = bench.open(V5_0);
    let mut bytes = bytes::BytesMut::new();
    Packet::from(Box::new(connect(V5_0, "a"))).encode(V5_0, &mut bytes).unwrap();
    Packet::Pingreq.encode(V5_0, &mut bytes).unwrap();
    for byte in bytes {
        bench.send_bytes(id, [byte]);
    }
    expect!(bench, id, "CONNACK Success", "PINGRESP");
}

#[test]
fn an_unknown_level_is_refused_in_a_form_that_its_client_may_know() {
    for (name_and_level, answer) in [
        (&b"MQTT\x00"[..], &[0x20, 2, 0, 1][..]),
        (b"MQTT\x03", &[0x20, 2, 0, 1]),
        (b"MQTT\x06", &[0x20, 3, 0, 0x84, 0]),
        (b"MQTT\x63", &[0x20, 3, 0, 0x84, 0]),
        (b"MQIsdp\x03", &[0x20, 2, 0, 1]),
        (b"mqtt\x04", &[]),
        (b"mqtt\x05", &[0x20, 3, 0, 0x84, 0]),
    ] {
        let mut bench = Bench::default();
        let id = bench.open(V3_1_1);
        let name_len = name_and_level.len() - 1;
        let mut packet = vec![0x10, u8::try_from(name_len + 9).unwrap(), 0];
        packet.push(u8::try_from(name_len).unwrap());
        packet.extend_from_slice(name_and_level);
        packet.extend_from_slice(b"\x02\0\0\0\x01a");
        packet[1] = u8::try_from(packet.len() - 2).unwrap();
        bench.send_bytes(id, packet);
        assert_eq!(bench.bytes(id), answer, "{:?}", name_and_level.escape_ascii().to_string());
        expect!(bench, id, "closed");
    }
}

#[test]
fn a_malformed_connect_is_answered_in_5_0_only() {
    for (level, answer) in [(4, &[][..]), (5, &[0x20, 3, 0, 0x81, 0][..])] {
        let mut bench = Bench::default();
        let id = bench.open(V5_0);
        // The reserved bit of the Connect Flags is set.
        let mut packet = vec![0x10, 0, 0, 4, b'M', b'Q', b'T', b'T', level, 3, 0, 0];
        packet.extend_from_slice(if level == 5 { b"\0\0\x01a" } else { b"\0\x01a" });
        packet[1] = u8::try_from(packet.len() - 2).unwrap();
        bench.send_bytes(id, packet);
        assert_eq!(bench.bytes(id), answer);
        expect!(bench, id, "closed");
    }
}

#[test]
fn a_padded_remaining_length_is_free_in_3_1_1() {
    let mut bench = Bench::default();
    let id = bench.open(V3_1_1);
    bench.send_bytes(id, b"\x10\x8d\0\0\x04MQTT\x04\x02\0\0\0\x01a\xc0\x80\0");
    expect!(bench, id, "CONNACK Success", "PINGRESP");
}

#[test]
fn a_connection_without_connect_is_closed_in_time() {
    let mut bench = Bench::default();
    let silent = bench.open(V5_0);
    let slow = bench.open(V5_0);
    bench.advance_ms(9_999);
    bench.send_bytes(slow, [0x10]);
    expect!(bench, silent);
    bench.advance_ms(1);
    expect!(bench, silent, "closed");
    expect!(bench, slow, "closed");
}

#[test]
fn a_will_that_is_not_available_refuses_the_connect() {
    let config =
        Config { maximum_qos: QoS::AtMostOnce, retain_available: false, ..Config::default() };
    for (will, reason) in [
        (Will { qos: QoS::AtLeastOnce, ..will("t", "x") }, "CONNACK QoSNotSupported"),
        (Will { retain: true, ..will("t", "x") }, "CONNACK RetainNotSupported"),
        (will("$SYS/t", "x"), "CONNACK NotAuthorized"),
        (will("mqttspec/denied/t", "x"), "CONNACK NotAuthorized"),
    ] {
        let mut bench = Bench::new(config.clone());
        let id = bench.open_with(Connect { will: Some(will), ..connect(V5_0, "a") });
        expect!(bench, id, reason, "closed");
    }
}

#[test]
fn a_connack_that_does_not_fit_is_not_sent() {
    let mut bench = Bench::default();
    let whole = bench.open_with(connect(V5_0, "a"));
    let len = u32::try_from(bench.bytes(whole).len()).unwrap();
    let limited = |max| Connect {
        properties: properties([Property::MaximumPacketSize(max)]),
        ..connect(V5_0, "b")
    };
    let id = bench.open_with(limited(len));
    expect!(bench, id, "CONNACK Success");
    let id = bench.open_with(limited(len - 1));
    expect!(bench, id, "CONNACK PacketTooLarge", "closed");
    let id = bench.open_with(limited(4));
    expect!(bench, id, "closed");
}

#[test]
fn after_a_shutdown_nobody_is_served() {
    let mut bench = Bench::default();
    let old = bench.connect(V3_1_1, "a");
    let new = bench.connect(V5_0, "b");
    bench.shut_down();
    expect!(bench, old, "closed");
    expect!(bench, new, "DISCONNECT ServerShuttingDown", "closed");
    let late = bench.open(V5_0);
    expect!(bench, late, "closed");
}
