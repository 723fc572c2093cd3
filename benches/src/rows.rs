//! The packets that are measured, a row each.

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{
    Connect, Delivery, Packet, Puback, Publish, RetainHandling, Subscribe, SubscriptionOptions,
    Will,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    PacketId, Properties, PropertiesBuilder, Property, PropertyOwner, QoS, ReasonCode, Version,
};

/// A topic of 32 bytes.
const TOPIC: &str = "building/7/floor/3/room/11/light";

/// A buffer of packets of one kind, or a mixture.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name in reports.
    pub name: &'static str,
    /// The version of all packets.
    pub version: Version,
    /// The encoded packets.
    pub stream: Bytes,
    /// How many there are.
    pub packets: usize,
}

/// All rows.
///
/// # Panics
///
/// Never: the packets are legal.
#[must_use]
pub fn rows() -> Vec<Row> {
    let v5 = Version::V5_0;
    let v3 = Version::V3_1_1;
    let mixed_v5 = [plain_publish(), rich_publish(), puback(), subscribe(), Packet::Pingreq];
    let mixed_v3 = [plain_publish(), small_publish(), puback(), subscribe_v3(), Packet::Pingreq];
    vec![
        row("publish-5.0-qos-1", v5, 100, &[plain_publish()]),
        row("publish-5.0-qos-1-six-properties", v5, 100, &[rich_publish()]),
        row("publish-3.1.1-qos-0", v3, 100, &[small_publish()]),
        row("connect-5.0-will-properties", v5, 100, &[connect()]),
        row("subscribe-5.0-eight-filters", v5, 100, &[subscribe()]),
        row("mixed-5.0", v5, 1000, &mixed_v5),
        row("mixed-3.1.1", v3, 1000, &mixed_v3),
        row("publish-5.0-64-kib", v5, 16, &[large_publish()]),
    ]
}

fn row(name: &'static str, version: Version, packets: usize, kinds: &[Packet]) -> Row {
    let mut stream = BytesMut::new();
    for packet in kinds.iter().cycle().take(packets) {
        packet.encode(version, &mut stream).expect("legal");
    }
    Row { name, version, stream: stream.freeze(), packets }
}

fn plain_publish() -> Packet {
    publish(QoS::AtLeastOnce, 64, &[]).into()
}

fn rich_publish() -> Packet {
    let properties = [
        Property::PayloadFormatIndicator(1),
        Property::MessageExpiryInterval(3600),
        Property::ContentType("application/json"),
        Property::ResponseTopic("replies/building/7"),
        Property::UserProperty("source", "sensor-4711"),
        Property::UserProperty("trace", "0af7651916cd43dd8448eb211c80319c"),
    ];
    publish(QoS::AtLeastOnce, 64, &properties).into()
}

fn small_publish() -> Packet {
    publish(QoS::AtMostOnce, 64, &[]).into()
}

fn large_publish() -> Packet {
    publish(QoS::AtLeastOnce, 64 * 1024, &[]).into()
}

fn publish(qos: QoS, payload: usize, list: &[Property<'_>]) -> Publish {
    let id = (qos != QoS::AtMostOnce).then_some(PacketId::MAX);
    Publish {
        delivery: Delivery::new(qos, id, false).expect("legal"),
        retain: false,
        topic: TopicName::new(TOPIC).expect("a topic"),
        properties: properties(list),
        payload: Bytes::from(vec![b'x'; payload]),
    }
}

fn puback() -> Packet {
    let reason = ReasonCode::Success;
    Puback { packet_id: PacketId::MAX, reason, properties: Properties::default() }.into()
}

fn connect() -> Packet {
    let will = Will {
        qos: QoS::AtLeastOnce,
        retain: true,
        properties: properties(&[
            Property::WillDelayInterval(30),
            Property::PayloadFormatIndicator(1),
            Property::ContentType("text/plain"),
        ]),
        topic: TopicName::new("building/7/state").expect("a topic"),
        payload: Bytes::from_static(b"offline"),
    };
    Connect {
        version: Version::V5_0,
        clean_start: false,
        keep_alive: 60,
        properties: properties(&[
            Property::SessionExpiryInterval(3600),
            Property::ReceiveMaximum(100),
            Property::MaximumPacketSize(1_048_576),
            Property::TopicAliasMaximum(16),
            Property::UserProperty("firmware", "1.2.3"),
        ]),
        client_id: "sensor-4711".try_into().expect("a string"),
        will: Some(will),
        username: Some("sensor".try_into().expect("a string")),
        password: Some(Bytes::from_static(b"not so secret")),
    }
    .into()
}

fn subscribe() -> Packet {
    let options = SubscriptionOptions {
        qos: QoS::AtLeastOnce,
        retain_handling: RetainHandling::SendIfNew,
        ..SubscriptionOptions::default()
    };
    eight_filters(&[Property::SubscriptionIdentifier(7)], options)
}

fn subscribe_v3() -> Packet {
    let options = SubscriptionOptions { qos: QoS::AtLeastOnce, ..SubscriptionOptions::default() };
    eight_filters(&[], options)
}

fn eight_filters(list: &[Property<'_>], options: SubscriptionOptions) -> Packet {
    let filters = (0..8).map(|room| {
        let filter = format!("building/7/floor/3/room/{room}/#");
        (TopicFilter::new(filter).expect("a filter"), options)
    });
    Subscribe { packet_id: PacketId::MAX, properties: properties(list), filters: filters.collect() }
        .into()
}

fn properties<K: PropertyOwner>(list: &[Property<'_>]) -> Properties<K> {
    let mut builder = PropertiesBuilder::new();
    builder.extend(list.iter().copied()).expect("legal properties");
    builder.build()
}
