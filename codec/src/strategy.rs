//! Strategies for property tests: valid packets and topics, with edge values likely. They draw on
//! the same generators as fuzz targets, and shrink by way of the bytes that those read.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

use crate::arbitrary::ValidPacket;
use crate::packet::Packet;
use crate::topic::{TopicFilter, TopicName};
use crate::{MqttString, Sender, Version};

use arbitrary::Unstructured;

/// A packet that a client or a server may send in that version.
pub fn packet(version: Version) -> impl Strategy<Value = Packet> {
    packet_from(version, Sender::Any)
}

/// A packet that this side may send in that version.
pub fn packet_from(version: Version, sender: Sender) -> impl Strategy<Value = Packet> {
    generated(512, move |u| ValidPacket::new(u, version, sender))
        .prop_map(|valid: ValidPacket| valid.packet)
}

/// A packet of either version, from either side.
pub fn valid_packet() -> impl Strategy<Value = ValidPacket> {
    generated(512, |u| u.arbitrary())
}

/// A Topic Name.
pub fn topic_name() -> impl Strategy<Value = TopicName> {
    generated(16, |u| u.arbitrary())
}

/// A Topic Filter by the rules of 5.0, shared ones among them.
pub fn topic_filter() -> impl Strategy<Value = TopicFilter> {
    generated(32, |u| u.arbitrary())
}

/// A string with legal content.
pub fn mqtt_string() -> impl Strategy<Value = MqttString> {
    generated(16, |u| u.arbitrary())
}

/// What a generator makes of some bytes.
fn generated<T: std::fmt::Debug>(
    len_max: usize,
    make: impl Fn(&mut Unstructured<'_>) -> arbitrary::Result<T> + Clone,
) -> impl Strategy<Value = T> {
    vec(any::<u8>(), 0..=len_max).prop_filter_map("the generator wants other bytes", move |bytes| {
        make(&mut Unstructured::new(&bytes)).ok()
    })
}
