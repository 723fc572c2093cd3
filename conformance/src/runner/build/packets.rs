//! The bodies of the fifteen packets from their fields.

use bytes::Bytes;
use mqttspec_codec::raw::{
    AckForm, RawAck, RawAuth, RawBody, RawConnack, RawConnect, RawDisconnect, RawProperties,
    RawPublish, RawSuback, RawSubscribe, RawSubscription, RawUnsuback, RawUnsubscribe, RawValue,
    RawWill,
};
use mqttspec_codec::{PacketType, PropertyId, ReasonCode, Version};

use super::Defaults;
use super::fields::{FieldValue, Fields, bytes, list, number};
use crate::runner::env::EvalError;
use crate::runner::value::Value;

/// Session Expiry Interval of `persistent` in 5.0, in seconds.
const PERSISTENT_S: u32 = 300;

pub(super) fn body(
    packet: PacketType,
    version: Version,
    fields: &Fields<'_>,
    defaults: &Defaults,
) -> Result<RawBody, EvalError> {
    let packet_id =
        || -> Result<u16, EvalError> { Ok(fields.u16("id")?.or(defaults.packet_id).unwrap_or(1)) };
    Ok(match packet {
        PacketType::Connect => connect(version, fields, defaults)?.into(),
        PacketType::Connack => connack(version, fields)?.into(),
        PacketType::Publish => publish(fields, defaults)?.into(),
        PacketType::Puback => RawBody::Puback(ack(version, packet, fields)?),
        PacketType::Pubrec => RawBody::Pubrec(ack(version, packet, fields)?),
        PacketType::Pubrel => RawBody::Pubrel(ack(version, packet, fields)?),
        PacketType::Pubcomp => RawBody::Pubcomp(ack(version, packet, fields)?),
        PacketType::Subscribe => RawSubscribe {
            packet_id: packet_id()?,
            properties: properties(fields, "")?,
            filters: subscriptions(fields)?,
        }
        .into(),
        PacketType::Unsubscribe => RawUnsubscribe {
            packet_id: packet_id()?,
            properties: properties(fields, "")?,
            filters: subscriptions(fields)?.into_iter().map(|it| it.filter).collect(),
        }
        .into(),
        PacketType::Suback => RawSuback {
            packet_id: packet_id()?,
            properties: properties(fields, "")?,
            codes: fields.codes("codes", version, packet)?,
        }
        .into(),
        PacketType::Unsuback => RawUnsuback {
            packet_id: packet_id()?,
            properties: properties(fields, "")?,
            codes: fields.codes("codes", version, packet)?,
        }
        .into(),
        PacketType::Pingreq => RawBody::Pingreq,
        PacketType::Pingresp => RawBody::Pingresp,
        PacketType::Disconnect => RawDisconnect {
            reason: fields.reason("reason", version, packet)?.unwrap_or(0),
            properties: properties(fields, "")?,
            form: form(fields)?,
        }
        .into(),
        PacketType::Auth => RawAuth {
            reason: fields
                .reason("reason", version, packet)?
                .unwrap_or(ReasonCode::ContinueAuthentication.value()),
            properties: properties(fields, "")?,
            form: form(fields)?,
        }
        .into(),
    })
}

fn connect(
    version: Version,
    fields: &Fields<'_>,
    defaults: &Defaults,
) -> Result<RawConnect, EvalError> {
    let mut connect = RawConnect::new(version);
    let persistent = fields.flag("persistent")?.unwrap_or(false);
    if let Some(name) = fields.bytes("protocol_name")? {
        connect.protocol_name = name;
    }
    if let Some(level) = fields.byte("protocol_level")? {
        connect.protocol_level = level;
    }
    let clean = !(persistent && version == Version::V3_1_1);
    connect.clean_start = fields.flag("clean_start")?.unwrap_or(clean);
    connect.keep_alive = fields.u16("keep_alive")?.unwrap_or(defaults.keep_alive);
    connect.client_id = fields.bytes("client_id")?.unwrap_or_else(|| defaults.client_id.clone());
    let credential = |name, default: &Option<Bytes>| match fields.names(name) {
        true => fields.bytes(name),
        false => Ok(default.clone()),
    };
    connect.username = credential("username", &defaults.username)?;
    connect.password = match fields.names("username") && connect.username.is_none() {
        // A password of the target belongs to its user name.
        true => credential("password", &None)?,
        false => credential("password", &defaults.password)?,
    };
    will(&mut connect, fields)?;
    connect.will_flag = fields.flag("will_flag")?;
    connect.username_flag = fields.flag("username_flag")?;
    connect.password_flag = fields.flag("password_flag")?;
    connect.reserved_flag = fields.flag("reserved_flag")?;
    connect.properties = properties(fields, "")?;
    if persistent && version == Version::V5_0 && !fields.names("session_expiry_interval") {
        connect
            .properties
            .list
            .insert(0, property(PropertyId::SessionExpiryInterval, RawValue::U32(PERSISTENT_S)));
    }
    Ok(connect)
}

/// The Will is there if it has a topic. Without one, its flags still stand in the Connect Flags.
fn will(connect: &mut RawConnect, fields: &Fields<'_>) -> Result<(), EvalError> {
    let qos = fields.byte("will_qos")?;
    let retain = fields.flag("will_retain")?;
    let Some(topic) = fields.bytes("will_topic")? else {
        // `reconnect .. will_topic=absent` leaves out the whole Will of the former CONNECT.
        if !fields.names("will_topic") {
            connect.will_qos = qos;
            connect.will_retain = retain;
        }
        return Ok(());
    };
    connect.will = Some(RawWill {
        qos: qos.unwrap_or(0),
        retain: retain.unwrap_or(false),
        properties: properties(fields, "will_")?,
        topic,
        payload: fields.bytes("will_payload")?.unwrap_or_default(),
    });
    Ok(())
}

fn connack(version: Version, fields: &Fields<'_>) -> Result<RawConnack, EvalError> {
    let reason = fields.reason("reason", version, PacketType::Connack)?.unwrap_or(0);
    Ok(RawConnack {
        flags: u8::from(fields.flag("session_present")?.unwrap_or(false)),
        reason,
        return_code: reason,
        properties: properties(fields, "")?,
    })
}

fn publish(fields: &Fields<'_>, defaults: &Defaults) -> Result<RawPublish, EvalError> {
    let qos = fields.byte("qos")?.unwrap_or(0);
    let packet_id = match qos {
        0 => None,
        _ => fields.u16("id")?.or(defaults.packet_id),
    };
    let payload = match fields.get("payload") {
        None | Some((Value::Pad(_), _)) => Bytes::new(),
        Some((value, span)) => bytes(value, span)?,
    };
    Ok(RawPublish {
        dup: fields.flag("dup")?.unwrap_or(false),
        qos,
        retain: fields.flag("retain")?.unwrap_or(false),
        topic: fields.bytes("topic")?.unwrap_or_else(|| defaults.topic.clone()),
        packet_id,
        properties: properties(fields, "")?,
        payload,
    })
}

fn ack(version: Version, packet: PacketType, fields: &Fields<'_>) -> Result<RawAck, EvalError> {
    Ok(RawAck {
        packet_id: fields.u16("id")?.unwrap_or(1),
        reason: fields.reason("reason", version, packet)?.unwrap_or(0),
        properties: properties(fields, "")?,
        form: form(fields)?,
    })
}

fn form(fields: &Fields<'_>) -> Result<AckForm, EvalError> {
    let Some((value, span)) = fields.get("form") else { return Ok(AckForm::Shortest) };
    match value {
        Value::Word(word) if word == "short" => Ok(AckForm::Short),
        Value::Word(word) if word == "reason" => Ok(AckForm::Reason),
        Value::Word(word) if word == "full" => Ok(AckForm::Full),
        Value::Word(word) if word == "shortest" => Ok(AckForm::Shortest),
        _ => Err(EvalError { message: "a form is short, reason or full".to_owned(), span }),
    }
}

/// `filter`s with the options behind each, or `filters` with one set of options for all.
fn subscriptions(fields: &Fields<'_>) -> Result<Vec<RawSubscription>, EvalError> {
    let mut subscriptions: Vec<RawSubscription> = Vec::new();
    for field in fields.iter() {
        match field.name.as_str() {
            "filter" => subscriptions
                .push(RawSubscription { filter: bytes(&field.value, field.span)?, options: 0 }),
            "filters" => {
                for value in list(&field.value) {
                    let filter = bytes(value, field.span)?;
                    subscriptions.push(RawSubscription { filter, options: 0 });
                }
            }
            _ => {
                let all = fields.names("filters");
                let from = if all { 0 } else { subscriptions.len().saturating_sub(1) };
                for subscription in &mut subscriptions[from..] {
                    subscription.options = option(subscription.options, field)?;
                }
            }
        }
    }
    Ok(subscriptions)
}

/// The options byte with one more option in it.
fn option(options: u8, field: &FieldValue) -> Result<u8, EvalError> {
    let (max, shift) = match field.name.as_str() {
        "options" => (u8::MAX, 0),
        "qos" => (3, 0),
        "no_local" => (1, 2),
        "retain_as_published" => (1, 3),
        "retain_handling" => (3, 4),
        _ => return Ok(options),
    };
    if field.is_absent() {
        return Ok(options);
    }
    let value = number(&field.value, max.into(), field.span)?;
    let value = u8::try_from(value).unwrap_or(u8::MAX);
    // The whole byte replaces what was there.
    Ok(if max == u8::MAX { value } else { options & !(max << shift) | value << shift })
}

/// The properties of a packet (prefix empty) or of a Will (`will_`), in the order written.
fn properties(fields: &Fields<'_>, prefix: &str) -> Result<RawProperties, EvalError> {
    let mut properties = RawProperties::default();
    for field in fields.iter().filter(|field| !field.is_absent()) {
        let name = field.name.as_str();
        // The Will Delay Interval has the prefix in its own name.
        let (name, is_will) = match name.strip_prefix("will_") {
            Some("delay_interval") => (name, true),
            Some(rest) => (rest, true),
            None => (name, false),
        };
        if is_will != (prefix == "will_") {
            continue;
        }
        match name {
            "properties" => properties.tail = bytes(&field.value, field.span)?,
            "user_properties" => {
                for pair in list(&field.value) {
                    let Value::Pair(name, value) = pair else {
                        let message = format!("{} where a pair goes", pair.kind());
                        return Err(EvalError { message, span: field.span });
                    };
                    let pair = RawValue::Pair(name.clone(), value.clone());
                    properties.push(PropertyId::UserProperty, pair);
                }
            }
            "subscription_identifiers" => {
                for id in list(&field.value) {
                    let id = number(id, u32::MAX.into(), field.span)?;
                    let id = RawValue::VarInt(u32::try_from(id).unwrap_or(u32::MAX));
                    properties.push(PropertyId::SubscriptionIdentifier, id);
                }
            }
            _ => {
                let id = PropertyId::ALL.iter().find(|id| id.field_name() == name);
                if let Some(id) = id {
                    properties.push(*id, value(*id, field)?);
                }
            }
        }
    }
    Ok(properties)
}

fn property(id: PropertyId, value: RawValue) -> mqttspec_codec::raw::RawProperty {
    mqttspec_codec::raw::RawProperty { id: u32::from(id.value()), value }
}

/// The value of a property in the representation that the standard gives it (section 2.2.2.2).
fn value(id: PropertyId, field: &FieldValue) -> Result<RawValue, EvalError> {
    use PropertyId as P;
    let FieldValue { value, span, .. } = field;
    let int = |max: u32| {
        number(value, max.into(), *span).map(|number| u32::try_from(number).unwrap_or(max))
    };
    Ok(match id {
        P::PayloadFormatIndicator
        | P::RequestProblemInformation
        | P::RequestResponseInformation
        | P::MaximumQoS
        | P::RetainAvailable
        | P::WildcardSubscriptionAvailable
        | P::SubscriptionIdentifierAvailable
        | P::SharedSubscriptionAvailable => {
            RawValue::Byte(u8::try_from(int(u8::MAX.into())?).unwrap_or(u8::MAX))
        }
        P::ServerKeepAlive | P::ReceiveMaximum | P::TopicAliasMaximum | P::TopicAlias => {
            RawValue::U16(u16::try_from(int(u16::MAX.into())?).unwrap_or(u16::MAX))
        }
        P::MessageExpiryInterval
        | P::SessionExpiryInterval
        | P::WillDelayInterval
        | P::MaximumPacketSize => RawValue::U32(int(u32::MAX)?),
        P::SubscriptionIdentifier => RawValue::VarInt(int(u32::MAX)?),
        P::ContentType
        | P::ResponseTopic
        | P::AssignedClientIdentifier
        | P::AuthenticationMethod
        | P::ResponseInformation
        | P::ServerReference
        | P::ReasonString => RawValue::Text(bytes(value, *span)?),
        P::CorrelationData | P::AuthenticationData => RawValue::Binary(bytes(value, *span)?),
        P::UserProperty => match value {
            Value::Pair(name, value) => RawValue::Pair(name.clone(), value.clone()),
            other => {
                let message = format!("{} where a pair goes", other.kind());
                return Err(EvalError { message, span: *span });
            }
        },
    })
}
