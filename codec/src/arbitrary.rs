//! Valid packets out of unstructured bytes, for fuzz targets and, by way of
//! [`strategy`](crate::strategy), for property tests. Edge values are likely, and no bytes at all
//! make the simplest packet, so that shrinking the bytes shrinks the packet.

use arbitrary::{Arbitrary, Result, Unstructured};
use bytes::Bytes;

use crate::packet::{
    Auth, Connack, Connect, Delivery, Disconnect, FilterList, Packet, PacketId, PacketType, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, QoS, ReasonList, RetainHandling, Suback, Subscribe,
    SubscriptionList, SubscriptionOptions, Unsuback, Unsubscribe, Will,
};
use crate::property::{
    Form, Properties, PropertiesBuilder, Property, PropertyId, PropertyOwner, PropertyPlace,
};
use crate::topic::{TopicFilter, TopicName};
use crate::{MqttString, ReasonCode, Sender, Version};

/// A packet that its sender may send in its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidPacket {
    /// In which version.
    pub version: Version,
    /// By whom: a client or a server.
    pub sender: Sender,
    /// The packet.
    pub packet: Packet,
}

impl ValidPacket {
    /// A packet of that version from that side.
    ///
    /// # Errors
    ///
    /// None that the caller could cause: [`Unstructured`] may refuse to hand out data.
    pub fn new(u: &mut Unstructured<'_>, version: Version, sender: Sender) -> Result<Self> {
        let sender = match sender {
            Sender::Any => *u.choose(&[Sender::Client, Sender::Server])?,
            sender => sender,
        };
        let packet = Maker { version, sender }.packet(u)?;
        Ok(Self { version, sender, packet })
    }
}

impl<'a> Arbitrary<'a> for ValidPacket {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let version = u.arbitrary()?;
        Self::new(u, version, Sender::Any)
    }
}

impl<'a> Arbitrary<'a> for Version {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&Self::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for QoS {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&Self::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for PacketId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let edges = [Self::MIN, Self::MAX];
        Ok(Self::new(u.arbitrary()?).unwrap_or(*u.choose(&edges)?))
    }
}

impl<'a> Arbitrary<'a> for MqttString {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text: String = match u.int_in_range(0..=9)? {
            0 => String::new(),
            1..=6 => words(u, &["", "a", "b", "client", "0123456789", " "], "")?,
            7 | 8 => words(u, &["ä", "\u{FEFF}", "\u{10FFFF}", "\u{1}", "\u{2A6D4}", "x"], "")?,
            _ => "x".repeat(*u.choose(&[126, 127, 128, 300, Self::LEN_MAX])?),
        };
        Self::try_from(text).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for TopicName {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = words(u, &LEVELS, "/")?;
        let long = u.ratio(1, 64)?.then(|| "/".repeat(MqttString::LEN_MAX));
        Self::new(long.unwrap_or(if name.is_empty() { "/".to_owned() } else { name }))
            .map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

/// A filter by the rules of 5.0, shared ones among them.
impl<'a> Arbitrary<'a> for TopicFilter {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        filter(u, Version::V5_0)
    }
}

/// Few enough that filters and names often match.
const LEVELS: [&str; 8] = ["a", "b", "", "$SYS", "$share", "ä", "sport", " "];

/// Some of these words, joined.
fn words(u: &mut Unstructured<'_>, pool: &[&str], separator: &str) -> Result<String> {
    let mut words = vec![*u.choose(pool)?];
    while words.len() < 6 && u.ratio(1, 2)? {
        words.push(*u.choose(pool)?);
    }
    Ok(words.join(separator))
}

/// A filter that is legal in that version.
fn filter(u: &mut Unstructured<'_>, version: Version) -> Result<TopicFilter> {
    let mut levels = Vec::new();
    if u.ratio(1, 4)? {
        levels.extend(["$share", *u.choose(&["g", "group", "$"])?]);
    }
    let first = levels.len();
    while levels.len() == first || levels.len() < 8 && u.ratio(1, 2)? {
        levels.push(if u.ratio(1, 4)? { "+" } else { *u.choose(&LEVELS)? });
    }
    if u.ratio(1, 4)? {
        levels.push("#");
    }
    // What little cannot be right, such as no level but an empty one, becomes a plain filter.
    TopicFilter::new_in(version, levels.join("/"))
        .or_else(|_| TopicFilter::new_in(version, "a"))
        .map_err(|_| arbitrary::Error::IncorrectFormat)
}

/// Binary data, some as long as a field of its own can carry.
fn binary(u: &mut Unstructured<'_>) -> Result<Bytes> {
    Ok(match u.int_in_range(0..=9)? {
        0..=3 => Bytes::new(),
        4..=8 => {
            let len = u.int_in_range(0..=20)?;
            let len = len.min(u.len());
            Bytes::copy_from_slice(u.bytes(len)?)
        }
        _ => vec![0xFF; *u.choose(&[100, 120, 127, 128, MqttString::LEN_MAX])?].into(),
    })
}

/// Numbers in a range, its ends as likely as all others together.
fn number(u: &mut Unstructured<'_>, min: u32, max: u32) -> Result<u32> {
    match u.int_in_range(0..=3)? {
        0 => Ok(min),
        1 => Ok(max),
        _ => u.int_in_range(min..=max),
    }
}

fn number_u16(u: &mut Unstructured<'_>, min: u16) -> Result<u16> {
    number(u, min.into(), u16::MAX.into()).map(|n| u16::try_from(n).unwrap_or(u16::MAX))
}

/// Makes packets that are legal in a version and from a side.
#[derive(Clone, Copy)]
struct Maker {
    version: Version,
    sender: Sender,
}

impl Maker {
    fn packet(self, u: &mut Unstructured<'_>) -> Result<Packet> {
        let types: Vec<PacketType> =
            PacketType::ALL.into_iter().filter(|&packet| self.may_send(packet)).collect();
        Ok(match u.choose(&types)? {
            PacketType::Connect => self.connect(u)?.into(),
            PacketType::Connack => self.connack(u)?.into(),
            PacketType::Publish => self.publish(u)?.into(),
            PacketType::Puback => {
                let (packet_id, reason, properties) = self.ack(u, PacketType::Puback)?;
                Puback { packet_id, reason, properties }.into()
            }
            PacketType::Pubrec => {
                let (packet_id, reason, properties) = self.ack(u, PacketType::Pubrec)?;
                Pubrec { packet_id, reason, properties }.into()
            }
            PacketType::Pubrel => {
                let (packet_id, reason, properties) = self.ack(u, PacketType::Pubrel)?;
                Pubrel { packet_id, reason, properties }.into()
            }
            PacketType::Pubcomp => {
                let (packet_id, reason, properties) = self.ack(u, PacketType::Pubcomp)?;
                Pubcomp { packet_id, reason, properties }.into()
            }
            PacketType::Subscribe => self.subscribe(u)?.into(),
            PacketType::Suback => self.suback(u)?.into(),
            PacketType::Unsubscribe => self.unsubscribe(u)?.into(),
            PacketType::Unsuback => self.unsuback(u)?.into(),
            PacketType::Pingreq => Packet::Pingreq,
            PacketType::Pingresp => Packet::Pingresp,
            PacketType::Disconnect => Disconnect {
                reason: self.reason(u, PacketType::Disconnect)?,
                properties: self.properties(u)?,
            }
            .into(),
            PacketType::Auth => self.auth(u)?.into(),
        })
    }

    fn may_send(self, packet: PacketType) -> bool {
        (packet != PacketType::Auth || self.version == Version::V5_0)
            && crate::frame::may_send(self.sender, packet, self.version)
    }

    fn connect(self, u: &mut Unstructured<'_>) -> Result<Connect> {
        let username: Option<MqttString> = u.arbitrary()?;
        let password = if username.is_some() || self.version == Version::V5_0 {
            optional(u, binary)?
        } else {
            None
        };
        Ok(Connect {
            version: self.version,
            clean_start: u.arbitrary()?,
            keep_alive: number_u16(u, 0)?,
            properties: self.properties(u)?,
            client_id: u.arbitrary()?,
            will: optional(u, |u| self.will(u))?,
            username,
            password,
        })
    }

    fn will(self, u: &mut Unstructured<'_>) -> Result<Will> {
        Ok(Will {
            qos: u.arbitrary()?,
            retain: u.arbitrary()?,
            properties: self.properties(u)?,
            topic: u.arbitrary()?,
            payload: binary(u)?,
        })
    }

    fn connack(self, u: &mut Unstructured<'_>) -> Result<Connack> {
        let reason = match self.version {
            Version::V3_1_1 => ReasonCode::from_connack_return_code(u.int_in_range(0..=5)?)
                .unwrap_or(ReasonCode::Success),
            Version::V5_0 => self.reason(u, PacketType::Connack)?,
        };
        let session_present = reason == ReasonCode::Success && u.arbitrary()?;
        Ok(Connack { session_present, reason, properties: self.properties(u)? })
    }

    fn publish(self, u: &mut Unstructured<'_>) -> Result<Publish> {
        let properties: Properties<Publish> = self.properties(u)?;
        let topic = if properties.topic_alias().is_some() && u.arbitrary()? {
            TopicName::absent()
        } else {
            u.arbitrary()?
        };
        let delivery = match u.arbitrary()? {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => {
                Delivery::AtLeastOnce { packet_id: u.arbitrary()?, dup: u.arbitrary()? }
            }
            QoS::ExactlyOnce => {
                Delivery::ExactlyOnce { packet_id: u.arbitrary()?, dup: u.arbitrary()? }
            }
        };
        Ok(Publish { delivery, retain: u.arbitrary()?, topic, properties, payload: binary(u)? })
    }

    fn ack<K: PropertyOwner>(
        self,
        u: &mut Unstructured<'_>,
        packet: PacketType,
    ) -> Result<(PacketId, ReasonCode, Properties<K>)> {
        Ok((u.arbitrary()?, self.reason(u, packet)?, self.properties(u)?))
    }

    fn subscribe(self, u: &mut Unstructured<'_>) -> Result<Subscribe> {
        let filters = some(u, |u| {
            let filter = filter(u, self.version)?;
            let qos = u.arbitrary()?;
            let options = match self.version {
                Version::V3_1_1 => SubscriptionOptions::new(qos),
                Version::V5_0 => SubscriptionOptions {
                    qos,
                    no_local: !filter.is_shared() && u.arbitrary()?,
                    retain_as_published: u.arbitrary()?,
                    retain_handling: RetainHandling::from_u8(u.int_in_range(0..=2)?)
                        .unwrap_or_default(),
                },
            };
            Ok((filter, options))
        })?;
        Ok(Subscribe {
            packet_id: u.arbitrary()?,
            properties: self.properties(u)?,
            filters: filters.into_iter().collect::<SubscriptionList>(),
        })
    }

    fn suback(self, u: &mut Unstructured<'_>) -> Result<Suback> {
        Ok(Suback {
            packet_id: u.arbitrary()?,
            properties: self.properties(u)?,
            codes: self.codes(u, PacketType::Suback)?,
        })
    }

    fn unsubscribe(self, u: &mut Unstructured<'_>) -> Result<Unsubscribe> {
        let filters = some(u, |u| filter(u, self.version))?;
        Ok(Unsubscribe {
            packet_id: u.arbitrary()?,
            properties: self.properties(u)?,
            filters: filters.into_iter().collect::<FilterList>(),
        })
    }

    fn unsuback(self, u: &mut Unstructured<'_>) -> Result<Unsuback> {
        let codes = match self.version {
            Version::V3_1_1 => ReasonList::default(),
            Version::V5_0 => self.codes(u, PacketType::Unsuback)?,
        };
        Ok(Unsuback { packet_id: u.arbitrary()?, properties: self.properties(u)?, codes })
    }

    fn auth(self, u: &mut Unstructured<'_>) -> Result<Auth> {
        let reason = self.reason(u, PacketType::Auth)?;
        let mut builder = PropertiesBuilder::new();
        self.push(u, &mut builder, PropertyId::AuthenticationMethod)?;
        for id in [PropertyId::AuthenticationData, PropertyId::ReasonString] {
            if u.arbitrary()? {
                self.push(u, &mut builder, id)?;
            }
        }
        Ok(Auth { reason, properties: builder.build() })
    }

    fn codes(self, u: &mut Unstructured<'_>, packet: PacketType) -> Result<ReasonList> {
        Ok(some(u, |u| self.reason(u, packet))?.into_iter().collect())
    }

    /// A code that the packet may carry, in 3.1.1 too.
    fn reason(self, u: &mut Unstructured<'_>, packet: PacketType) -> Result<ReasonCode> {
        let legal = |code: &ReasonCode| match (self.version, packet) {
            (Version::V5_0, _) => true,
            (Version::V3_1_1, PacketType::Suback) => code.is_suback_code_of_3_1_1(),
            (Version::V3_1_1, _) => *code == ReasonCode::Success,
        };
        let codes: Vec<ReasonCode> = ReasonCode::ALL
            .iter()
            .copied()
            .filter(|code| code.allowed_in(packet, self.sender) && legal(code))
            .collect();
        Ok(if u.arbitrary()? { *u.choose(&codes)? } else { codes[0] })
    }

    /// Properties that may stand in a `K`, in any order.
    fn properties<K: PropertyOwner>(self, u: &mut Unstructured<'_>) -> Result<Properties<K>> {
        let mut builder = PropertiesBuilder::new();
        if self.version == Version::V3_1_1 || !u.ratio(2, 3)? {
            return Ok(builder.build());
        }
        let legal: Vec<PropertyId> = PropertyId::ALL
            .into_iter()
            .filter(|id| self.places(*id) & K::PLACE.bit() != 0)
            .collect();
        for _ in 0..u.int_in_range(0..=legal.len())? {
            let id = *u.choose(&legal)?;
            self.push(u, &mut builder, id)?;
        }
        let properties = builder.build();
        if K::PLACE == PropertyPlace::Connect && properties.authentication_method().is_none() {
            // Authentication Data must not stand alone.
            let mut builder = PropertiesBuilder::new();
            for property in properties.iter() {
                if property.id() != PropertyId::AuthenticationData {
                    builder.push(property).map_err(|_| arbitrary::Error::IncorrectFormat)?;
                }
            }
            return Ok(builder.build());
        }
        Ok(properties)
    }

    fn places(self, id: PropertyId) -> u16 {
        let spec = id.spec();
        if self.sender == Sender::Server { spec.from_server } else { spec.from_client }
    }

    /// Adds a property, unless it is there already and may not repeat.
    fn push<K: PropertyOwner>(
        self,
        u: &mut Unstructured<'_>,
        builder: &mut PropertiesBuilder<K>,
        id: PropertyId,
    ) -> Result<()> {
        let text: MqttString = u.arbitrary()?;
        let other: MqttString = u.arbitrary()?;
        let topic: TopicName = u.arbitrary()?;
        let bytes = binary(u)?;
        let scalar = match id.spec().form {
            Form::Byte { max } => number(u, 0, max.into())?,
            Form::U16 { min } => number_u16(u, min)?.into(),
            Form::U32 { min } => number(u, min, u32::MAX)?,
            Form::VarInt { min } => number(u, min, crate::VarInt::MAX.get())?,
            Form::Text | Form::Topic | Form::Binary | Form::Pair => 0,
        };
        let property = match id.spec().form {
            Form::Pair => Property::UserProperty(&text, &other),
            Form::Topic => Property::of(id, 0, &topic, &[]),
            _ => Property::of(id, scalar, &text, &bytes),
        };
        // The only thing that can be wrong is a second time.
        let _ = builder.push(property);
        Ok(())
    }
}

/// Something or nothing.
fn optional<T>(
    u: &mut Unstructured<'_>,
    make: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    if u.arbitrary()? { make(u).map(Some) } else { Ok(None) }
}

/// One thing at least.
fn some<T>(
    u: &mut Unstructured<'_>,
    mut make: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut list = vec![make(u)?];
    while list.len() < 20 && u.ratio(1, 2)? {
        list.push(make(u)?);
    }
    Ok(list)
}
