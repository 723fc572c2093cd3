//! Strategies for property tests: valid packets and topics, with edge values likely. They draw on
//! the same generators as fuzz targets, and shrink by way of the bytes that those read.

use std::fmt::Debug;

use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

use crate::arbitrary::ValidPacket;
use crate::packet::Packet;
use crate::topic::{TopicFilter, TopicName};
use crate::{MqttString, Sender, Version};

/// A packet that a client or a server may send in that version.
pub fn packet(version: Version) -> impl Strategy<Value = Packet> {
    packet_from(version, Sender::Any)
}

/// A packet that this side may send in that version.
pub fn packet_from(version: Version, sender: Sender) -> impl Strategy<Value = Packet> {
    made_from(512, move |bytes| ValidPacket::new(&mut Unstructured::new(bytes), version, sender))
        .prop_map(|valid| valid.packet)
}

/// A packet of either version, from either side.
pub fn valid_packet() -> impl Strategy<Value = ValidPacket> {
    any_of(512)
}

/// A Topic Name.
pub fn topic_name() -> impl Strategy<Value = TopicName> {
    any_of(16)
}

/// A Topic Filter by the rules of 5.0, shared ones among them.
pub fn topic_filter() -> impl Strategy<Value = TopicFilter> {
    any_of(32)
}

/// A string with legal content.
pub fn mqtt_string() -> impl Strategy<Value = MqttString> {
    any_of(16)
}

/// Any value of a type, made from a number of bytes.
fn any_of<T>(len_max: usize) -> impl Strategy<Value = T>
where
    T: for<'a> Arbitrary<'a> + Debug,
{
    made_from(len_max, |bytes| Unstructured::new(bytes).arbitrary())
}

/// What a generator makes of some bytes.
fn made_from<T: Debug>(
    len_max: usize,
    make: impl Fn(&[u8]) -> arbitrary::Result<T>,
) -> impl Strategy<Value = T> {
    vec(any::<u8>(), 0..=len_max)
        .prop_filter_map("the generator wants other bytes", move |bytes| make(&bytes).ok())
}
