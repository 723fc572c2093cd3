//! CONNECT (section 3.1).

use bytes::{BufMut, Bytes, BytesMut};

use super::encode::{begin, binary_len, put_binary, put_properties, put_string, string_len};
use super::{Packet, PacketType, QoS};
use crate::error::{DecodeError, EncodeError, ErrorKind, Field};
use crate::frame::{Decoded, Head, Source};
use crate::property::{Properties, PropertyId, PropertyPlace, Seen, property_owner};
use crate::reader::{Reader, Span, share};
use crate::topic::TopicName;
use crate::{MqttString, Version};

/// A client's request for a connection (section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// The version that the client asks for, by its Protocol Level.
    pub version: Version,
    /// Clean Start (3.1.1: Clean Session).
    pub clean_start: bool,
    /// The Keep Alive in seconds; 0 turns it off.
    pub keep_alive: u16,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// The Client Identifier, which may be empty. 3.1.1 wants a Clean Session then, but answers
    /// with a Return Code if there is none: the bytes are good.
    pub client_id: MqttString,
    /// What to publish when the connection is lost.
    pub will: Option<Will>,
    /// The User Name.
    pub username: Option<MqttString>,
    /// The Password: any bytes, 65,535 at most. In 3.1.1 only with a User Name.
    pub password: Option<Bytes>,
}

/// A Will Message (section 3.1.2.5, 5.0 section 3.1.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// The QoS to publish it with.
    pub qos: QoS,
    /// Whether to publish it as a retained message.
    pub retain: bool,
    /// Empty in 3.1.1.
    pub properties: Properties<Self>,
    /// The topic to publish it to.
    pub topic: TopicName,
    /// The message itself: 65,535 bytes at most.
    pub payload: Bytes,
}

property_owner!(Connect);
property_owner!(Will);

const PROTOCOL_NAME: &[u8; 4] = b"MQTT";

const USER_NAME: u8 = 0b1000_0000;
const PASSWORD: u8 = 0b0100_0000;
const WILL_RETAIN: u8 = 0b0010_0000;
const WILL: u8 = 0b0000_0100;
const CLEAN_START: u8 = 0b0000_0010;
const RESERVED: u8 = 0b0000_0001;

impl Connect {
    #[inline(never)]
    pub(super) fn decode<S: Source>(source: S, head: Head) -> Decoded {
        let mut reader = Reader::new(source.bytes(), head);
        let version = read_version(&mut reader, head)?;
        let flags_at = reader.position();
        let flags = reader.u8(Field::ConnectFlags)?;
        let will_qos = check_flags(flags, version).map_err(|kind| reader.error(kind, flags_at))?;
        let keep_alive = reader.u16(Field::KeepAlive)?;
        let (properties, seen) = reader.properties(PropertyPlace::Connect)?;
        check_authentication(seen).map_err(|kind| reader.error(kind, properties.start))?;
        let client_id = reader.string(Field::ClientId)?;
        let will = (flags & WILL != 0).then(|| WillSpans::read(&mut reader)).transpose()?;
        let username =
            (flags & USER_NAME != 0).then(|| reader.string(Field::UserName)).transpose()?;
        let password =
            (flags & PASSWORD != 0).then(|| reader.binary(Field::Password)).transpose()?;
        reader.finish()?;

        let packet = source.take();
        let string = |span| MqttString::from_checked(share(&packet, span));
        Ok(Some(Packet::Connect(Box::new(Self {
            version,
            clean_start: flags & CLEAN_START != 0,
            keep_alive,
            properties: Properties::from_checked(share(&packet, properties)),
            client_id: string(client_id),
            will: will.map(|spans| Will {
                qos: will_qos,
                retain: flags & WILL_RETAIN != 0,
                properties: Properties::from_checked(share(&packet, spans.properties)),
                topic: TopicName::from_checked(share(&packet, spans.topic)),
                payload: share(&packet, spans.payload),
            }),
            username: username.map(string),
            password: password.map(|span| share(&packet, span)),
        }))))
    }

    pub(super) fn content_len(&self) -> Result<usize, EncodeError> {
        let mut len = 2 + PROTOCOL_NAME.len() + 1 + 1 + 2 + string_len(&self.client_id);
        if let Some(will) = &self.will {
            if will.topic.is_absent() {
                return Err(EncodeError::NoTopicName);
            }
            len += string_len(will.topic.as_mqtt_string())
                + binary_len(&will.payload, Field::WillPayload)?;
        }
        if let Some(username) = &self.username {
            len += string_len(username);
        }
        if let Some(password) = &self.password {
            len += binary_len(password, Field::Password)?;
        }
        Ok(len + self.content_len_of_version()?)
    }

    /// Checks the rules that differ between the versions, and measures the properties.
    fn content_len_of_version(&self) -> Result<usize, EncodeError> {
        let will_properties = self.will.as_ref().map(|will| &will.properties);
        match self.version {
            Version::V3_1_1 => {
                if !(self.properties.is_empty() && will_properties.is_none_or(Properties::is_empty))
                {
                    return Err(EncodeError::NotInVersion(PacketType::Connect, self.version));
                }
                if self.password.is_some() && self.username.is_none() {
                    return Err(EncodeError::PasswordWithoutUserName);
                }
                Ok(0)
            }
            Version::V5_0 => {
                if self.properties.authentication_data().is_some()
                    && self.properties.authentication_method().is_none()
                {
                    return Err(EncodeError::AuthenticationDataWithoutMethod);
                }
                let will_len = will_properties.map_or(0, Properties::encoded_len);
                Ok(self.properties.encoded_len() + will_len)
            }
        }
    }

    pub(super) fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        begin(out, PacketType::Connect.first_byte(), self.content_len()?)?;
        let [high, low] = self.keep_alive.to_be_bytes();
        let [level, flags] = [self.version.level(), self.flags()];
        out.put_slice(&[0, 4, b'M', b'Q', b'T', b'T', level, flags, high, low]);
        if self.version == Version::V5_0 {
            put_properties(out, &self.properties);
        }
        put_string(out, &self.client_id);
        if let Some(will) = &self.will {
            if self.version == Version::V5_0 {
                put_properties(out, &will.properties);
            }
            put_string(out, will.topic.as_mqtt_string());
            put_binary(out, &will.payload);
        }
        if let Some(username) = &self.username {
            put_string(out, username);
        }
        if let Some(password) = &self.password {
            put_binary(out, password);
        }
        Ok(())
    }

    /// The Connect Flags.
    pub(crate) fn flags(&self) -> u8 {
        let set = |flag, is_set| if is_set { flag } else { 0 };
        let will = self
            .will
            .as_ref()
            .map_or(0, |will| WILL | will.qos.value() << 3 | set(WILL_RETAIN, will.retain));
        set(USER_NAME, self.username.is_some())
            | set(PASSWORD, self.password.is_some())
            | set(CLEAN_START, self.clean_start)
            | will
    }
}

/// Where the parts of a Will are.
struct WillSpans {
    properties: Span,
    topic: Span,
    payload: Span,
}

impl WillSpans {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (properties, _) = reader.properties(PropertyPlace::Will)?;
        let topic_at = reader.position();
        let topic = reader.topic_name(Field::WillTopic)?;
        if topic.is_empty() {
            return Err(reader.error(ErrorKind::EmptyTopicName(Field::WillTopic), topic_at));
        }
        let payload = reader.binary(Field::WillPayload)?;
        Ok(Self { properties, topic, payload })
    }
}

/// Reads Protocol Name and Protocol Level, which decide the version. From there on the packet is
/// judged by it, whatever the connection was thought to speak.
fn read_version(reader: &mut Reader<'_>, head: Head) -> Result<Version, DecodeError> {
    let name_at = reader.position();
    let name = reader.binary(Field::ProtocolName)?;
    if reader.get(&name) != PROTOCOL_NAME {
        return Err(reader.error(ErrorKind::UnsupportedProtocolName, name_at));
    }
    let level_at = reader.position();
    let level = reader.u8(Field::ProtocolLevel)?;
    let Some(version) = Version::from_level(level) else {
        return Err(reader.error(ErrorKind::UnsupportedProtocolVersion, level_at));
    };
    reader.set_version(version);
    if head.padded && version == Version::V5_0 {
        return Err(reader.error(ErrorKind::RemainingLengthPadded, 1));
    }
    Ok(version)
}

/// Checks the Connect Flags from the lowest bit upwards, and reads the Will QoS in them.
fn check_flags(flags: u8, version: Version) -> Result<QoS, ErrorKind> {
    if flags & RESERVED != 0 {
        return Err(ErrorKind::ConnectReservedFlag);
    }
    let has_will = flags & WILL != 0;
    let will_qos = flags >> 3 & 0b11;
    if !has_will && will_qos != 0 {
        return Err(ErrorKind::WillQoSWithoutWill);
    }
    let will_qos = QoS::from_u8(will_qos).ok_or(ErrorKind::WillQoS3)?;
    if !has_will && flags & WILL_RETAIN != 0 {
        return Err(ErrorKind::WillRetainWithoutWill);
    }
    if version == Version::V3_1_1 && flags & PASSWORD != 0 && flags & USER_NAME == 0 {
        return Err(ErrorKind::PasswordWithoutUserName);
    }
    Ok(will_qos)
}

const fn check_authentication(seen: Seen) -> Result<(), ErrorKind> {
    if seen.has(PropertyId::AuthenticationData) && !seen.has(PropertyId::AuthenticationMethod) {
        return Err(ErrorKind::AuthenticationDataWithoutMethod);
    }
    Ok(())
}
