//! A strict, zero-copy codec for the Control Packets of MQTT 3.1.1 and MQTT 5.0.
//!
//! - [`decode`] turns the bytes of a stream into [`Packet`]s. A packet that is not there in whole is
//!   [`None`], never an error; a packet that breaks a rule about bytes is a [`DecodeError`], which
//!   knows the statement of the standard that was broken, the MQTT 5.0 Reason Code that answers it,
//!   and the offset of the first byte at fault.
//! - [`Packet::encode`] writes valid packets only. [`raw`] writes whatever it is told to.
//! - [`topic`] holds Topic Names, Topic Filters, shared filters and matching.
//!
//! # What is checked
//!
//! The rules of the standards about the bytes of one packet, all of them, those that 3.1.1 and 5.0
//! put differently each by its own text: who may send the packet, the flags of its first byte, all
//! lengths, that strings are well-formed UTF-8 without U+0000, Topic Names and Topic Filters, which
//! properties and Reason Codes the packet may carry, from which side, how often and with which
//! values. What depends on more than one packet (a Topic Alias above the agreed maximum, a Packet
//! Identifier in use, how many codes a SUBACK has) is for the caller to judge.
//!
//! Where the standard leaves it open what to do, the packet is taken: a Remaining Length in more
//! bytes than it needs in 3.1.1; control characters and non-characters in strings; an empty
//! Response Topic; Authentication Data without a method in CONNACK; Bad authentication method in a
//! DISCONNECT of a server. A Server Reference, or that code, in a DISCONNECT of a client is refused.
//!
//! # Freedoms of encoding
//!
//! Some packets have more than one encoding. [`Packet::encode`] writes the shortest one, so that
//! decoding and encoding give back the same bytes but in these cases:
//!
//! - The Remaining Length of a 3.1.1 packet had more bytes than it needs.
//! - PUBACK, PUBREC, PUBREL, PUBCOMP or DISCONNECT of 5.0 had a Property Length of 0, which may be
//!   left out, or besides it the Reason Code 0, which then may be left out too.
//!
//! Properties keep their order, which for those with different identifiers means nothing.
//!
//! # Limits
//!
//! A packet has 268,435,460 bytes at most, or [`Context::packet_size_max`]; a string or Binary Data
//! has 65,535. Strings and payloads are slices of the input; property blocks and lists of filters stay in their
//! encoded form once they are validated, and are read through iterators that allocate nothing.
//! Nothing is allocated on the strength of a length that a packet merely claims.
//!
//! ```
//! use bytes::BytesMut;
//! use mqttspec_codec::{Context, Packet, Sender, Version, decode};
//!
//! let context = Context::new(Version::V5_0, Sender::Client);
//! let mut stream = BytesMut::from(&b"\x30\x07\x00\x03a/b\x00!\x30\x06\x00\x03a/+\x00"[..]);
//!
//! let Ok(Some(Packet::Publish(publish))) = decode(&mut stream, &context) else { panic!() };
//! assert_eq!((publish.topic.as_str(), &publish.payload[..]), ("a/b", &b"!"[..]));
//!
//! let error = decode(&mut stream, &context).unwrap_err();
//! assert_eq!(error.to_string(), "the Topic Name of PUBLISH contains a wildcard (at byte 6)");
//! assert_eq!(error.statement(Version::V5_0), Some("MQTT-3.3.2-2"));
//! ```
//!
//! Writing one:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::{Bytes, BytesMut};
//! use mqttspec_codec::packet::{Delivery, Publish};
//! use mqttspec_codec::topic::TopicName;
//! use mqttspec_codec::{Packet, Properties, Property, Version};
//!
//! let mut properties = Properties::builder();
//! properties.push(Property::MessageExpiryInterval(60))?;
//! let publish = Packet::from(Publish {
//!     delivery: Delivery::AtMostOnce,
//!     retain: false,
//!     topic: TopicName::new("a/b")?,
//!     properties: properties.build(),
//!     payload: Bytes::from_static(b"!"),
//! });
//! let mut out = BytesMut::new();
//! publish.encode(Version::V5_0, &mut out)?;
//! assert_eq!(out, &b"\x30\x0C\x00\x03a/b\x05\x02\0\0\0\x3C!"[..]);
//!
//! // 3.1.1 has no properties: nothing is written.
//! assert!(publish.encode(Version::V3_1_1, &mut out).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `arbitrary`: `ValidPacket`, valid packets out of unstructured
//!   bytes, for fuzz targets.
//! - `proptest`: the module `strategy`, the same for property tests.

mod error;
mod frame;
pub mod packet;
mod property;
pub mod raw;
mod reader;
mod reason;
mod string;
mod text;
pub mod topic;
mod varint;
mod version;

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "proptest")]
pub mod strategy;

#[cfg(feature = "arbitrary")]
pub use arbitrary::ValidPacket;
pub use error::{DecodeError, EncodeError, ErrorKind, Field, VarIntField};
pub use frame::{Context, Frame, Sender, decode, decode_frame};
pub use packet::{Packet, PacketId, PacketType, QoS};
pub use property::{
    Properties, PropertiesBuilder, Property, PropertyError, PropertyId, PropertyOwner,
    PropertyPlace,
};
pub use reason::ReasonCode;
pub use string::{MqttString, StringError};
pub use varint::VarInt;
pub use version::{UnknownVersion, Version};
