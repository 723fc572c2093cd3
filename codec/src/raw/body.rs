//! What raw packets say: the fields of chapter 3, with no rules about what they hold.

use bytes::{BufMut, Bytes, BytesMut};

use super::property::RawProperties;
use super::put;
use crate::packet::PacketType;
use crate::{ReasonCode, Version};

/// The content of a raw packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// CONNECT
    Connect(RawConnect),
    /// CONNACK
    Connack(RawConnack),
    /// PUBLISH
    Publish(RawPublish),
    /// PUBACK
    Puback(RawAck),
    /// PUBREC
    Pubrec(RawAck),
    /// PUBREL
    Pubrel(RawAck),
    /// PUBCOMP
    Pubcomp(RawAck),
    /// SUBSCRIBE
    Subscribe(RawSubscribe),
    /// SUBACK
    Suback(RawSuback),
    /// UNSUBSCRIBE
    Unsubscribe(RawUnsubscribe),
    /// UNSUBACK
    Unsuback(RawUnsuback),
    /// PINGREQ
    Pingreq,
    /// PINGRESP
    Pingresp,
    /// DISCONNECT
    Disconnect(RawDisconnect),
    /// AUTH
    Auth(RawAuth),
}

/// CONNECT. Flags are set for the parts that are there, unless an override says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawConnect {
    /// Protocol Name
    pub protocol_name: Bytes,
    /// Protocol Level. From 5 on there are properties.
    pub protocol_level: u8,
    /// Clean Start (3.1.1: Clean Session)
    pub clean_start: bool,
    /// Keep Alive, in seconds
    pub keep_alive: u16,
    /// What the Will Flag says instead of whether there is a Will.
    pub will_flag: Option<bool>,
    /// What the Will QoS says instead of that of the Will, or of 0 without one; two bits count.
    pub will_qos: Option<u8>,
    /// What Will Retain says instead of that of the Will, or of 0 without one.
    pub will_retain: Option<bool>,
    /// What the User Name Flag says instead of whether there is a User Name.
    pub username_flag: Option<bool>,
    /// What the Password Flag says instead of whether there is a Password.
    pub password_flag: Option<bool>,
    /// What bit 0 says instead of 0.
    pub reserved_flag: Option<bool>,
    /// Properties
    pub properties: RawProperties,
    /// Client Identifier
    pub client_id: Bytes,
    /// Will
    pub will: Option<RawWill>,
    /// User Name
    pub username: Option<Bytes>,
    /// Password
    pub password: Option<Bytes>,
}

/// A Will.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawWill {
    /// Will QoS; two bits count.
    pub qos: u8,
    /// Will Retain
    pub retain: bool,
    /// Will Properties
    pub properties: RawProperties,
    /// Will Topic
    pub topic: Bytes,
    /// Will Payload
    pub payload: Bytes,
}

/// CONNACK
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawConnack {
    /// Connect Acknowledge Flags: bit 0 is Session Present.
    pub flags: u8,
    /// Reason Code, written in 5.0
    pub reason: u8,
    /// Return Code, written in 3.1.1
    pub return_code: u8,
    /// Properties
    pub properties: RawProperties,
}

/// PUBLISH
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawPublish {
    /// DUP
    pub dup: bool,
    /// QoS; two bits count.
    pub qos: u8,
    /// RETAIN
    pub retain: bool,
    /// Topic Name
    pub topic: Bytes,
    /// Packet Identifier, written if it is there, whatever the QoS.
    pub packet_id: Option<u16>,
    /// Properties
    pub properties: RawProperties,
    /// Payload
    pub payload: Bytes,
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawAck {
    /// Packet Identifier
    pub packet_id: u16,
    /// Reason Code
    pub reason: u8,
    /// Properties
    pub properties: RawProperties,
    /// How much is written
    pub form: AckForm,
}

/// How much is written of a packet whose end may be left out. In 3.1.1 there is only the shortest
/// form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AckForm {
    /// As little as says the same.
    #[default]
    Shortest,
    /// Neither Reason Code nor properties.
    Short,
    /// The Reason Code, no properties.
    Reason,
    /// Reason Code and properties, with a Property Length of 0 if there are none.
    Full,
}

/// SUBSCRIBE
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawSubscribe {
    /// Packet Identifier
    pub packet_id: u16,
    /// Properties
    pub properties: RawProperties,
    /// Topic Filters with their options
    pub filters: Vec<RawSubscription>,
}

/// A Topic Filter with its options.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawSubscription {
    /// Topic Filter
    pub filter: Bytes,
    /// Subscription Options (3.1.1: Requested QoS), the whole byte
    pub options: u8,
}

/// SUBACK
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawSuback {
    /// Packet Identifier
    pub packet_id: u16,
    /// Properties
    pub properties: RawProperties,
    /// Reason Codes (3.1.1: Return Codes)
    pub codes: Vec<u8>,
}

/// UNSUBSCRIBE
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawUnsubscribe {
    /// Packet Identifier
    pub packet_id: u16,
    /// Properties
    pub properties: RawProperties,
    /// Topic Filters
    pub filters: Vec<Bytes>,
}

/// UNSUBACK
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawUnsuback {
    /// Packet Identifier
    pub packet_id: u16,
    /// Properties
    pub properties: RawProperties,
    /// Reason Codes. 3.1.1 has none, so that any there are surplus bytes.
    pub codes: Vec<u8>,
}

/// DISCONNECT
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawDisconnect {
    /// Reason Code
    pub reason: u8,
    /// Properties
    pub properties: RawProperties,
    /// How much is written
    pub form: AckForm,
}

/// AUTH. In 3.1.1, which does not have it, it is written as in 5.0.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RawAuth {
    /// Reason Code
    pub reason: u8,
    /// Properties
    pub properties: RawProperties,
    /// How much is written
    pub form: AckForm,
}

impl RawConnect {
    /// A legal CONNECT of that version with an empty Client Identifier, Clean Start, and no Keep
    /// Alive.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self {
            protocol_name: Bytes::from_static(b"MQTT"),
            protocol_level: version.level(),
            clean_start: true,
            keep_alive: 0,
            will_flag: None,
            will_qos: None,
            will_retain: None,
            username_flag: None,
            password_flag: None,
            reserved_flag: None,
            properties: RawProperties::default(),
            client_id: Bytes::new(),
            will: None,
            username: None,
            password: None,
        }
    }

    fn flags(&self) -> u8 {
        let will = self.will.as_ref();
        let will_qos = self.will_qos.or(will.map(|will| will.qos)).unwrap_or_default() & 0b11;
        let will_retain = self.will_retain.or(will.map(|will| will.retain)).unwrap_or_default();
        u8::from(self.username_flag.unwrap_or(self.username.is_some())) << 7
            | u8::from(self.password_flag.unwrap_or(self.password.is_some())) << 6
            | u8::from(will_retain) << 5
            | will_qos << 3
            | u8::from(self.will_flag.unwrap_or(will.is_some())) << 2
            | u8::from(self.clean_start) << 1
            | u8::from(self.reserved_flag.unwrap_or(false))
    }

    fn put(&self, out: &mut BytesMut) {
        let has_properties = self.protocol_level >= Version::V5_0.level();
        put::string(out, &self.protocol_name);
        out.put_u8(self.protocol_level);
        out.put_u8(self.flags());
        put::u16(out, self.keep_alive);
        if has_properties {
            self.properties.put(out);
        }
        put::string(out, &self.client_id);
        if let Some(will) = &self.will {
            if has_properties {
                will.properties.put(out);
            }
            put::string(out, &will.topic);
            put::string(out, &will.payload);
        }
        for field in [&self.username, &self.password].into_iter().flatten() {
            put::string(out, field);
        }
    }
}

impl RawConnack {
    fn put(&self, version: Version, out: &mut BytesMut) {
        out.put_u8(self.flags);
        match version {
            Version::V3_1_1 => out.put_u8(self.return_code),
            Version::V5_0 => {
                out.put_u8(self.reason);
                self.properties.put(out);
            }
        }
    }
}

impl RawBody {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Connect(_) => PacketType::Connect,
            Self::Connack(_) => PacketType::Connack,
            Self::Publish(_) => PacketType::Publish,
            Self::Puback(_) => PacketType::Puback,
            Self::Pubrec(_) => PacketType::Pubrec,
            Self::Pubrel(_) => PacketType::Pubrel,
            Self::Pubcomp(_) => PacketType::Pubcomp,
            Self::Subscribe(_) => PacketType::Subscribe,
            Self::Suback(_) => PacketType::Suback,
            Self::Unsubscribe(_) => PacketType::Unsubscribe,
            Self::Unsuback(_) => PacketType::Unsuback,
            Self::Pingreq => PacketType::Pingreq,
            Self::Pingresp => PacketType::Pingresp,
            Self::Disconnect(_) => PacketType::Disconnect,
            Self::Auth(_) => PacketType::Auth,
        }
    }

    /// Bits 3 to 0 of the first byte.
    pub(super) fn flags(&self) -> u8 {
        match self {
            Self::Publish(RawPublish { dup, qos, retain, .. }) => {
                u8::from(*dup) << 3 | (qos & 0b11) << 1 | u8::from(*retain)
            }
            _ => self.packet_type().fixed_flags(),
        }
    }

    /// Writes what follows the fixed header.
    pub(super) fn put(&self, version: Version, out: &mut BytesMut) {
        match self {
            Self::Connect(connect) => connect.put(out),
            Self::Connack(connack) => connack.put(version, out),
            Self::Publish(RawPublish { topic, packet_id, properties, payload, .. }) => {
                put::string(out, topic);
                if let Some(packet_id) = packet_id {
                    put::u16(out, *packet_id);
                }
                put_properties(version, properties, out);
                out.put_slice(payload);
            }
            Self::Puback(ack) | Self::Pubrec(ack) | Self::Pubrel(ack) | Self::Pubcomp(ack) => {
                put::u16(out, ack.packet_id);
                if version == Version::V5_0 {
                    put_end(ack.form, ack.reason, &ack.properties, out);
                }
            }
            Self::Subscribe(RawSubscribe { packet_id, properties, filters }) => {
                put::u16(out, *packet_id);
                put_properties(version, properties, out);
                for RawSubscription { filter, options } in filters {
                    put::string(out, filter);
                    out.put_u8(*options);
                }
            }
            Self::Unsubscribe(RawUnsubscribe { packet_id, properties, filters }) => {
                put::u16(out, *packet_id);
                put_properties(version, properties, out);
                for filter in filters {
                    put::string(out, filter);
                }
            }
            Self::Suback(RawSuback { packet_id, properties, codes })
            | Self::Unsuback(RawUnsuback { packet_id, properties, codes }) => {
                put::u16(out, *packet_id);
                put_properties(version, properties, out);
                out.put_slice(codes);
            }
            Self::Pingreq | Self::Pingresp => {}
            Self::Disconnect(RawDisconnect { reason, properties, form }) => {
                if version == Version::V5_0 {
                    put_end(*form, *reason, properties, out);
                }
            }
            Self::Auth(RawAuth { reason, properties, form }) => {
                put_end(*form, *reason, properties, out);
            }
        }
    }
}

fn put_properties(version: Version, properties: &RawProperties, out: &mut BytesMut) {
    if version == Version::V5_0 {
        properties.put(out);
    }
}

/// Writes Reason Code and properties, as far as the form asks for them.
fn put_end(form: AckForm, reason: u8, properties: &RawProperties, out: &mut BytesMut) {
    let (with_reason, with_properties) = match form {
        AckForm::Shortest => {
            let with_properties = !properties.is_empty();
            (with_properties || reason != ReasonCode::Success.value(), with_properties)
        }
        AckForm::Short => (false, false),
        AckForm::Reason => (true, false),
        AckForm::Full => (true, true),
    };
    if with_reason {
        out.put_u8(reason);
    }
    if with_properties {
        properties.put(out);
    }
}

/// Lets the content of a raw packet be used where a [`RawBody`] is asked for.
macro_rules! into_body {
    ($($Raw:ident $Name:ident)*) => {
        $(impl From<$Raw> for RawBody {
            fn from(body: $Raw) -> Self {
                Self::$Name(body)
            }
        })*
    };
}

into_body! {
    RawConnect Connect RawConnack Connack RawPublish Publish RawSubscribe Subscribe
    RawSuback Suback RawUnsubscribe Unsubscribe RawUnsuback Unsuback RawDisconnect Disconnect
    RawAuth Auth
}
