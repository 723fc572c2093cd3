//! A strict, zero-copy codec for the Control Packets of MQTT 3.1.1 and MQTT 5.0.
//!
//! - [`decode`] turns the bytes of a stream into [`Packet`]s. A packet that is not there in whole is
//!   [`None`], never an error; a packet that breaks a rule about bytes is a [`DecodeError`], which
//!   knows the statement of the standard that was broken, the MQTT 5.0 Reason Code that answers it,
//!   and the offset of the first byte at fault.
//! - [`Packet::encode`] writes valid packets only. [`raw`] writes whatever it is told to.
//! - [`topic`] holds Topic Names, Topic Filters, shared filters and matching.
//!
//! Strings and payloads are slices of the input; property blocks and lists of filters stay in their
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
