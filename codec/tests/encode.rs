//! Packets are written in their shortest form, or not at all.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{
    Auth, Connack, Connect, Delivery, Disconnect, FilterList, Packet, PacketId, PacketType, Puback,
    Publish, Pubrel, QoS, ReasonList, RetainHandling, Suback, Subscribe, SubscriptionList,
    SubscriptionOptions, Unsuback, Unsubscribe, Will,
};
use mqttspec_codec::raw::{
    AckForm, RawAck, RawBody, RawConnect, RawPacket, RawProperties, RawProperty, RawValue, RawWill,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    Context, EncodeError, Field, MqttString, Properties, Property, PropertyError, PropertyId,
    PropertyOwner, ReasonCode, Sender, Version, decode_frame,
};

const ID: PacketId = PacketId::MIN;

fn encode(packet: impl Into<Packet>, version: Version) -> Result<Vec<u8>, EncodeError> {
    let mut out = BytesMut::from(&b"before"[..]);
    let result = packet.into().encode(version, &mut out);
    let written = out.strip_prefix(b"before").unwrap();
    assert!(result.is_ok() || written.is_empty(), "an error leaves the buffer alone");
    result.map(|()| written.to_vec())
}

fn properties<K: PropertyOwner>(list: &[Property<'_>]) -> Properties<K> {
    let mut builder = Properties::builder();
    builder.extend(list.iter().copied()).unwrap();
    builder.build()
}

fn connect(version: Version) -> Connect {
    Connect {
        version,
        clean_start: true,
        keep_alive: 0,
        properties: Properties::new(),
        client_id: MqttString::default(),
        will: None,
        username: None,
        password: None,
    }
}

fn will() -> Will {
    Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::new(),
        topic: TopicName::new("w").unwrap(),
        payload: Bytes::new(),
    }
}

fn publish(topic: TopicName) -> Publish {
    Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic,
        properties: Properties::new(),
        payload: Bytes::new(),
    }
}

fn subscribe(filter: TopicFilter, options: SubscriptionOptions) -> Subscribe {
    let filters = [(filter, options)].into_iter().collect();
    Subscribe { packet_id: ID, properties: Properties::new(), filters }
}

fn suback(codes: &[ReasonCode]) -> Suback {
    let codes = codes.iter().copied().collect();
    Suback { packet_id: ID, properties: Properties::new(), codes }
}

#[test]
fn what_may_be_left_out_is_left_out() {
    use Version::{V3_1_1, V5_0};
    assert_eq!(encode(Puback::new(ID), V3_1_1).unwrap(), b"\x40\x02\x00\x01");
    assert_eq!(encode(Puback::new(ID), V5_0).unwrap(), b"\x40\x02\x00\x01");
    let not_found = ReasonCode::PacketIdentifierNotFound;
    assert_eq!(encode(Pubrel::with_reason(ID, not_found), V5_0).unwrap(), b"\x62\x03\x00\x01\x92");
    let mut full = Puback::new(ID);
    full.properties = properties(&[Property::ReasonString("r")]);
    assert_eq!(encode(full, V5_0).unwrap(), b"\x40\x08\x00\x01\x00\x04\x1F\x00\x01r");
    let normal = Disconnect::new(ReasonCode::NORMAL_DISCONNECTION);
    assert_eq!(encode(normal.clone(), V3_1_1).unwrap(), b"\xE0\x00");
    assert_eq!(encode(normal, V5_0).unwrap(), b"\xE0\x00");
    let busy = Disconnect::new(ReasonCode::ServerBusy);
    assert_eq!(encode(busy, V5_0).unwrap(), b"\xE0\x01\x89");
    let connack = Connack {
        session_present: false,
        reason: ReasonCode::NotAuthorized,
        properties: Properties::new(),
    };
    assert_eq!(encode(connack.clone(), V3_1_1).unwrap(), b"\x20\x02\x00\x05");
    assert_eq!(encode(connack, V5_0).unwrap(), b"\x20\x03\x00\x87\x00");
}

#[test]
fn a_connect_is_written_in_its_own_version() {
    for version in Version::ALL {
        for asked in Version::ALL {
            let bytes = encode(connect(version), asked).unwrap();
            assert_eq!(bytes[8], version.level());
        }
    }
}

#[test]
fn what_has_no_bytes_in_a_version_is_refused() {
    use EncodeError::*;
    use PacketType as P;
    use Version::{V3_1_1, V5_0};
    let user = [Property::UserProperty("", "")];
    let with_no_local = SubscriptionOptions { no_local: true, ..SubscriptionOptions::default() };
    let do_not_send = SubscriptionOptions {
        retain_handling: RetainHandling::DoNotSend,
        ..SubscriptionOptions::default()
    };
    let shared = || TopicFilter::new("$share/g/t").unwrap();
    let ordinary = |text| TopicFilter::new_in(V3_1_1, text).unwrap();
    let codes: ReasonList = [ReasonCode::Success].into_iter().collect();
    let filters: FilterList = [shared()].into_iter().collect();
    let not_in_3_1_1: [(Packet, PacketType); 11] = [
        (Connect { properties: properties(&user), ..connect(V3_1_1) }.into(), P::Connect),
        (
            Connect {
                will: Some(Will { properties: properties(&user), ..will() }),
                ..connect(V3_1_1)
            }
            .into(),
            P::Connect,
        ),
        (
            Publish { properties: properties(&user), ..publish(TopicName::new("t").unwrap()) }
                .into(),
            P::Publish,
        ),
        (Puback::with_reason(ID, ReasonCode::NotAuthorized).into(), P::Puback),
        (subscribe(ordinary("t"), with_no_local).into(), P::Subscribe),
        (subscribe(ordinary("t"), do_not_send).into(), P::Subscribe),
        (subscribe(shared(), SubscriptionOptions::default()).into(), P::Subscribe),
        (
            Unsubscribe { packet_id: ID, properties: Properties::new(), filters }.into(),
            P::Unsubscribe,
        ),
        (Unsuback { packet_id: ID, properties: Properties::new(), codes }.into(), P::Unsuback),
        (Disconnect::new(ReasonCode::ServerBusy).into(), P::Disconnect),
        (
            Auth {
                reason: ReasonCode::ContinueAuthentication,
                properties: properties(&[Property::AuthenticationMethod("m")]),
            }
            .into(),
            P::Auth,
        ),
    ];
    for (packet, kind) in not_in_3_1_1 {
        assert_eq!(encode(packet, V3_1_1), Err(NotInVersion(kind, V3_1_1)));
    }
    let ordinary_share = subscribe(ordinary("$share/g/t"), SubscriptionOptions::default());
    assert_eq!(encode(ordinary_share, V5_0), Err(NotInVersion(P::Subscribe, V5_0)));
}

#[test]
fn what_breaks_a_rule_is_refused() {
    use EncodeError::*;
    use PacketType as P;
    use Version::{V3_1_1, V5_0};
    let long = || Bytes::from(vec![0; 65_536]);
    let no_local = SubscriptionOptions { no_local: true, ..SubscriptionOptions::default() };
    let shared = TopicFilter::new("$share/g/t").unwrap();
    let data = [Property::AuthenticationData(b"")];
    let empty = Subscribe {
        packet_id: ID,
        properties: Properties::new(),
        filters: SubscriptionList::default(),
    };
    let connack = |session_present, reason| {
        Packet::from(Connack { session_present, reason, properties: Properties::new() })
    };
    let cases: [(Packet, Version, EncodeError); 17] = [
        (
            Connect { password: Some(Bytes::new()), ..connect(V3_1_1) }.into(),
            V3_1_1,
            PasswordWithoutUserName,
        ),
        (
            Connect { password: Some(long()), ..connect(V5_0) }.into(),
            V5_0,
            FieldTooLong(Field::Password),
        ),
        (
            Connect { will: Some(Will { payload: long(), ..will() }), ..connect(V5_0) }.into(),
            V5_0,
            FieldTooLong(Field::WillPayload),
        ),
        (
            Connect { will: Some(Will { topic: TopicName::absent(), ..will() }), ..connect(V5_0) }
                .into(),
            V5_0,
            NoTopicName,
        ),
        (
            Connect { properties: properties(&data), ..connect(V5_0) }.into(),
            V5_0,
            AuthenticationDataWithoutMethod,
        ),
        (connack(true, ReasonCode::NotAuthorized), V3_1_1, SessionPresentWithError),
        (connack(true, ReasonCode::NotAuthorized), V5_0, SessionPresentWithError),
        (
            connack(false, ReasonCode::ServerBusy),
            V3_1_1,
            ReasonNotAllowed(P::Connack, ReasonCode::ServerBusy),
        ),
        (
            connack(false, ReasonCode::GrantedQoS1),
            V5_0,
            ReasonNotAllowed(P::Connack, ReasonCode::GrantedQoS1),
        ),
        (publish(TopicName::absent()).into(), V3_1_1, NoTopicName),
        (publish(TopicName::absent()).into(), V5_0, NoTopicName),
        (
            Puback::with_reason(ID, ReasonCode::Banned).into(),
            V5_0,
            ReasonNotAllowed(P::Puback, ReasonCode::Banned),
        ),
        (empty.into(), V5_0, EmptyList(P::Subscribe)),
        (subscribe(shared, no_local).into(), V5_0, NoLocalOnSharedSubscription),
        (
            suback(&[ReasonCode::Success, ReasonCode::NotAuthorized]).into(),
            V3_1_1,
            ReasonNotAllowed(P::Suback, ReasonCode::NotAuthorized),
        ),
        (
            Disconnect::new(ReasonCode::Banned).into(),
            V5_0,
            ReasonNotAllowed(P::Disconnect, ReasonCode::Banned),
        ),
        (
            Auth { reason: ReasonCode::Success, properties: properties(&data) }.into(),
            V5_0,
            NoAuthenticationMethod,
        ),
    ];
    for (packet, version, error) in cases {
        assert_eq!(packet.encoded_len(version), Err(error));
        assert_eq!(encode(packet, version), Err(error));
    }
}

#[test]
fn a_packet_that_remaining_length_cannot_count_is_refused() {
    // A payload of this size costs nothing as long as it is zero pages that nobody touches.
    let mut packet = publish(TopicName::new("t").unwrap());
    packet.payload = Bytes::from(vec![0; 268_435_455 - 3]);
    assert_eq!(Packet::from(packet.clone()).encoded_len(Version::V3_1_1), Ok(268_435_460));
    let too_long = Packet::from(packet).encoded_len(Version::V5_0);
    assert_eq!(too_long, Err(EncodeError::PacketTooLong));
}

#[test]
fn a_builder_takes_only_what_may_stand_there() {
    use PropertyError::*;
    let mut builder = Properties::<Publish>::builder();
    let mut push = |property| builder.push(property);
    let long = "x".repeat(65_536);
    assert_eq!(push(Property::TopicAlias(1)), Ok(()));
    assert_eq!(push(Property::UserProperty("a", "b")), Ok(()));
    assert_eq!(push(Property::UserProperty("a", "b")), Ok(()));
    assert_eq!(push(Property::SubscriptionIdentifier(268_435_455)), Ok(()));
    assert_eq!(push(Property::SubscriptionIdentifier(1)), Ok(()));
    for (property, error) in [
        (Property::TopicAlias(2), Repeated(PropertyId::TopicAlias)),
        (Property::ReceiveMaximum(1), Misplaced(PropertyId::ReceiveMaximum)),
        (Property::SubscriptionIdentifier(0), OutOfRange(PropertyId::SubscriptionIdentifier)),
        (
            Property::SubscriptionIdentifier(268_435_456),
            OutOfRange(PropertyId::SubscriptionIdentifier),
        ),
        (Property::PayloadFormatIndicator(2), OutOfRange(PropertyId::PayloadFormatIndicator)),
        (Property::ContentType("\0"), Nul(PropertyId::ContentType)),
        (Property::UserProperty("", "\0"), Nul(PropertyId::UserProperty)),
        (Property::ResponseTopic("a/+"), Wildcard(PropertyId::ResponseTopic)),
        (Property::ContentType(&long), TooLong(PropertyId::ContentType)),
        (Property::CorrelationData(long.as_bytes()), TooLong(PropertyId::CorrelationData)),
    ] {
        assert_eq!(push(property), Err(error));
    }
    let built = builder.build();
    assert_eq!(built.topic_alias(), Some(1));
    assert_eq!(built.user_properties().collect::<Vec<_>>(), [("a", "b"), ("a", "b")]);
    assert_eq!(built.subscription_identifiers().collect::<Vec<_>>(), [268_435_455, 1]);
    assert_eq!(built.subscription_identifier(), Some(268_435_455));
    assert_eq!(built.content_type(), None);
    assert_eq!(built.get(PropertyId::TopicAlias), Some(Property::TopicAlias(1)));
    assert_eq!(built.iter().count(), 5);
}

#[test]
fn parts_of_a_packet_share_its_bytes() {
    let bytes =
        Bytes::from_static(b"\x82\x12\x00\x01\x05\x26\x00\x00\x00\x00\x00\x03a/b\x01\x00\x01#\x02");
    let context = Context::new(Version::V5_0, Sender::Client);
    let Ok(Packet::Subscribe(subscribe)) = decode_frame(bytes.clone(), &context) else {
        unreachable!("it is a good SUBSCRIBE")
    };
    let inside = bytes.as_ptr_range();
    assert!(inside.contains(&subscribe.properties.as_bytes().as_ptr()));
    let filters: Vec<TopicFilter> =
        subscribe.filters.topic_filters().map(|(filter, _)| filter).collect();
    assert_eq!(filters, ["a/b", "#"].map(|text| TopicFilter::new(text).unwrap()));
    assert!(filters.iter().all(|filter| inside.contains(&filter.as_bytes().as_ptr())));
}

#[test]
fn raw_flags_can_lie_about_what_is_there() {
    let flags = |connect: RawConnect| RawPacket::new(connect).encode(Version::V5_0)[9];
    let new = || RawConnect::new(Version::V5_0);
    assert_eq!(flags(new()), 0b0000_0010);
    assert_eq!(flags(RawConnect { clean_start: false, ..new() }), 0);
    assert_eq!(flags(RawConnect { reserved_flag: Some(true), ..new() }), 0b0000_0011);
    assert_eq!(flags(RawConnect { will_flag: Some(true), ..new() }), 0b0000_0110);
    assert_eq!(flags(RawConnect { will_qos: Some(3), ..new() }), 0b0001_1010);
    assert_eq!(flags(RawConnect { will_retain: Some(true), ..new() }), 0b0010_0010);
    let will = || RawWill { qos: 2, retain: true, ..RawWill::default() };
    assert_eq!(flags(RawConnect { will: Some(will()), ..new() }), 0b0011_0110);
    let hidden = RawConnect { will: Some(will()), will_flag: Some(false), ..new() };
    assert_eq!(flags(hidden), 0b0011_0010);
    let username = Some(Bytes::new());
    assert_eq!(flags(RawConnect { username: username.clone(), ..new() }), 0b1000_0010);
    assert_eq!(flags(RawConnect { username, username_flag: Some(false), ..new() }), 0b10);
    assert_eq!(flags(RawConnect { password_flag: Some(true), ..new() }), 0b0100_0010);
}

#[test]
fn a_raw_acknowledgement_has_the_form_asked_for() {
    let encoded = |form, reason, version| {
        let ack = RawAck { packet_id: 1, reason, form, ..RawAck::default() };
        RawPacket::new(RawBody::Puback(ack)).encode(version)
    };
    for (form, reason, bytes) in [
        (AckForm::Shortest, 0x00, &b"\x40\x02\x00\x01"[..]),
        (AckForm::Shortest, 0x87, b"\x40\x03\x00\x01\x87"),
        (AckForm::Short, 0x87, b"\x40\x02\x00\x01"),
        (AckForm::Reason, 0x00, b"\x40\x03\x00\x01\x00"),
        (AckForm::Full, 0x00, b"\x40\x04\x00\x01\x00\x00"),
    ] {
        assert_eq!(encoded(form, reason, Version::V5_0), bytes);
        assert_eq!(encoded(form, reason, Version::V3_1_1), &b"\x40\x02\x00\x01"[..]);
    }
}

#[test]
fn raw_properties_can_be_anything() {
    let mut properties = RawProperties { tail: Bytes::from_static(b"\xFF"), ..Default::default() };
    properties.push(PropertyId::ReasonString, RawValue::U16(7));
    properties.list.push(RawProperty { id: 300, value: RawValue::VarInt(128) });
    let ack = RawAck { packet_id: 0, reason: 1, properties, form: AckForm::Shortest };
    assert_eq!(
        RawPacket::new(RawBody::Pubcomp(ack)).encode(Version::V5_0),
        &b"\x70\x0C\x00\x00\x01\x08\x1F\x00\x07\xAC\x02\x80\x01\xFF"[..],
    );
}
