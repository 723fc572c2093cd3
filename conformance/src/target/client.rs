//! A small, polite MQTT client with a deadline on every step: what probes talk to a broker with.
//!
//! It answers deliveries, never breaks a rule, and says in one sentence what went wrong.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{
    Connack, Connect, Delivery, Disconnect, Puback, Pubcomp, Publish, Pubrec, Pubrel, Subscribe,
    SubscriptionOptions,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    Context, DecodeError, Frame, MqttString, Packet, PacketId, PacketType, Properties, Property,
    QoS, ReasonCode, Sender, Version, decode,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Link, Target};
use crate::report::escape;

/// The largest packet that is taken, in bytes; probes ask for far less.
const PACKET_SIZE_MAX: u32 = 2 * 1024 * 1024;
/// Packets from the broker that are looked at while waiting for one; a broker that sends more is
/// not answering.
const PACKETS_MAX: usize = 1000;
/// Bytes of an answer that are quoted.
const QUOTE_MAX: usize = 48;
/// How long to wait for as many.
const QUOTE_MAX_WAIT: Duration = Duration::from_millis(200);

/// What went wrong while talking to a broker.
#[derive(Debug)]
pub enum Trouble {
    /// No connection.
    Unreachable(io::Error),
    /// No connection in time.
    NoConnection(Duration),
    /// Connected, but nothing came in time.
    Silent(Duration, &'static str),
    /// The broker closed the connection instead of an answer.
    Closed(&'static str),
    /// The connection broke.
    Broken(io::Error, &'static str),
    /// The first bytes are no CONNACK.
    NotMqtt(Bytes),
    /// A CONNACK that is malformed; its first bytes.
    BadConnack(DecodeError, Bytes),
    /// A CONNACK that says no.
    Refused(Version, ReasonCode),
    /// A CONNACK in the format of 3.1.1 with a Return Code, to a CONNECT of 5.0.
    RefusedInOldFormat(u8),
    /// What came later does not decode.
    Malformed(DecodeError, Bytes),
    /// Another packet than the one asked for.
    Unexpected(PacketType, &'static str),
    /// DISCONNECT (5.0).
    Disconnected(ReasonCode),
    /// Packets without end instead of an answer.
    Flood(&'static str),
    /// A request that the probe could not put into a packet of this version.
    NotSendable(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => f.write_str("it refuses TCP connections"),
                _ => write!(f, "it cannot be reached: {error}"),
            },
            Self::NoConnection(after) => write!(f, "no TCP connection came about within {after:?}"),
            Self::Silent(after, what) => {
                write!(f, "no byte came in answer to {what} within {after:?}")
            }
            Self::Closed(what) => write!(f, "it closes the connection in answer to {what}"),
            Self::Broken(error, what) => {
                write!(f, "the connection broke in answer to {what}: {error}")
            }
            Self::NotMqtt(bytes) => {
                let what = not_mqtt(bytes);
                write!(f, "it answers CONNECT with {what}: {}", quote(bytes))
            }
            Self::BadConnack(error, bytes) => {
                write!(f, "its CONNACK is malformed: {error}: {}", quote(bytes))
            }
            Self::Refused(version, reason) => {
                write!(f, "it refuses CONNECT with {}", reason_text(*version, *reason))
            }
            Self::RefusedInOldFormat(code) => {
                write!(f, "it refuses CONNECT with the 3.1.1 Return Code {code:#04x}")
            }
            Self::Malformed(error, bytes) => {
                write!(f, "it sends a malformed packet: {error}: {}", quote(bytes))
            }
            Self::Unexpected(packet, what) => write!(f, "it answers {what} with {packet}"),
            Self::Disconnected(reason) => {
                write!(f, "it disconnects with {}", reason_text(Version::V5_0, *reason))
            }
            Self::Flood(what) => write!(f, "it sends packets without end in answer to {what}"),
            Self::NotSendable(what) => write!(f, "the probe has no packet for it: {what}"),
        }
    }
}

impl std::error::Error for Trouble {}

/// What the first bytes of an answer look like.
fn not_mqtt(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'H', b'T', b'T', b'P', ..] => "HTTP, which is not MQTT",
        [0x15, 0x03, ..] => "a TLS alert: the port wants TLS",
        _ => "bytes that are no CONNACK",
    }
}

fn quote(bytes: &[u8]) -> String {
    let hex: Vec<_> = bytes.iter().take(QUOTE_MAX / 3).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{}\" ({})", escape::bytes(bytes, QUOTE_MAX), hex.join(" "))
}

/// `NotAuthorized (0x87)`, with the number that the version has for it.
fn reason_text(version: Version, reason: ReasonCode) -> String {
    let name = reason.name_in(PacketType::Connack);
    match (version, reason.connack_return_code()) {
        (Version::V3_1_1, Some(code)) => format!("{name} ({code:#04x})"),
        _ => format!("{name} ({:#04x})", reason.value()),
    }
}

impl Trouble {
    /// Whether there was no connection, whatever the version.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::NoConnection(_))
    }

    /// Whether it is how a broker says that it does not speak the version: with a code, or by
    /// ending the connection without a byte (the way of MQTT 3.1.1, section 3.1.4, for what it
    /// cannot read).
    #[must_use]
    pub fn is_version_refused(&self) -> bool {
        matches!(
            self,
            Self::Refused(_, ReasonCode::UnsupportedProtocolVersion)
                | Self::RefusedInOldFormat(1)
                | Self::Closed(CONNECT)
        ) || matches!(self, Self::Broken(error, CONNECT)
                if error.kind() == io::ErrorKind::ConnectionReset)
    }
}

const CONNECT: &str = "CONNECT";
/// The packet type of CONNACK (section 2.1.2).
const CONNACK_TYPE: u8 = 2;

/// A connection on which CONNACK said yes.
pub struct Client {
    link: Link,
    version: Version,
    deadline: Duration,
    received: BytesMut,
    packet_id: u16,
    /// Messages that came while something else was awaited.
    messages: VecDeque<Publish>,
}

impl Client {
    /// Connects and returns the CONNACK, which is a success.
    ///
    /// # Errors
    ///
    /// Whatever else happens, within about twice the deadline.
    pub async fn open(
        target: &Target,
        connect: Connect,
        deadline: Duration,
    ) -> Result<(Self, Connack), Trouble> {
        let version = connect.version;
        let link = match tokio::time::timeout(deadline, target.connect()).await {
            Ok(Ok(link)) => link,
            Ok(Err(error)) => return Err(Trouble::Unreachable(error)),
            Err(_) => return Err(Trouble::NoConnection(deadline)),
        };
        let (received, messages) = (BytesMut::new(), VecDeque::new());
        let mut client = Self { link, version, deadline, received, packet_id: 0, messages };
        let connack = client.handshake(connect).await?;
        Ok((client, connack))
    }

    /// Subscribes to one filter and returns the answer's code.
    ///
    /// # Errors
    ///
    /// No SUBACK comes.
    pub async fn subscribe(
        &mut self,
        filter: &str,
        qos: QoS,
        subscription_id: Option<u32>,
    ) -> Result<ReasonCode, Trouble> {
        let packet_id = self.next_packet_id();
        let filter = TopicFilter::new(text(filter)?).map_err(not_sendable)?;
        let mut properties = Properties::<Subscribe>::builder();
        if let Some(id) = subscription_id {
            properties.push(Property::SubscriptionIdentifier(id)).map_err(not_sendable)?;
        }
        let filters = [(filter, SubscriptionOptions::new(qos))].into_iter().collect();
        self.send(Subscribe { packet_id, properties: properties.build(), filters }).await?;
        self.answer("SUBSCRIBE", |packet| match packet {
            Packet::Suback(ack) if ack.packet_id == packet_id => Some(ack.codes.iter().next()),
            _ => None,
        })
        .await?
        .ok_or(Trouble::Unexpected(PacketType::Suback, "SUBSCRIBE"))
    }

    /// Publishes a message, with the whole exchange that its QoS asks for.
    ///
    /// # Errors
    ///
    /// The exchange does not come to its end; a code of refusal counts as its end.
    pub async fn publish(&mut self, message: Message<'_>) -> Result<(), Trouble> {
        let packet_id = (message.qos != QoS::AtMostOnce).then(|| self.next_packet_id());
        let delivery = Delivery::new(message.qos, packet_id, false)
            .ok_or_else(|| Trouble::NotSendable("QoS".into()))?;
        let topic = match message.topic {
            "" => TopicName::absent(),
            topic => TopicName::new(text(topic)?).map_err(not_sendable)?,
        };
        let mut properties = Properties::<Publish>::builder();
        if let Some(alias) = message.alias {
            properties.push(Property::TopicAlias(alias)).map_err(not_sendable)?;
        }
        let payload = Bytes::copy_from_slice(message.payload);
        let retain = message.retain;
        self.send(Publish { delivery, retain, topic, properties: properties.build(), payload })
            .await?;
        let Some(id) = packet_id else { return Ok(()) };
        let refused = self
            .answer("PUBLISH", |packet| match packet {
                Packet::Puback(ack) if ack.packet_id == id => Some(true),
                Packet::Pubrec(ack) if ack.packet_id == id => Some(ack.reason.is_error()),
                _ => None,
            })
            .await?;
        if message.qos == QoS::ExactlyOnce && !refused {
            let (reason, properties) = (ReasonCode::Success, Properties::default());
            self.send(Pubrel { packet_id: id, reason, properties }).await?;
            self.answer("PUBREL", |packet| match packet {
                Packet::Pubcomp(ack) if ack.packet_id == id => Some(()),
                _ => None,
            })
            .await?;
        }
        Ok(())
    }

    /// The next message that the broker delivers.
    ///
    /// # Errors
    ///
    /// None comes.
    pub async fn message(&mut self) -> Result<Publish, Trouble> {
        const WHAT: &str = "the subscription";
        let deadline = self.deadline;
        let search = async {
            for _ in 0..PACKETS_MAX {
                if let Some(message) = self.messages.pop_front() {
                    return Ok(message);
                }
                let packet = self.packet(WHAT).await?;
                self.handle(packet, WHAT).await?;
            }
            Err(Trouble::Flood(WHAT))
        };
        tokio::time::timeout(deadline, search).await.unwrap_or(Err(Trouble::Silent(deadline, WHAT)))
    }

    /// Says goodbye and closes, waiting for the broker to do the same, so that it has read it all.
    /// What becomes of the session was settled by CONNECT.
    pub async fn disconnect(self) {
        self.leave(Properties::default()).await;
    }

    /// As [`Client::disconnect`], but the session ends with the connection (5.0).
    pub async fn finish(self) {
        let mut properties = Properties::builder();
        if self.version == Version::V5_0 {
            // One property, with a value in range: there is nothing to refuse.
            let _ = properties.push(Property::SessionExpiryInterval(0));
        }
        self.leave(properties.build()).await;
    }

    async fn leave(mut self, properties: Properties<Disconnect>) {
        let reason = ReasonCode::NORMAL_DISCONNECTION;
        if self.send(Disconnect { reason, properties }).await.is_err() {
            return;
        }
        let goodbye = async {
            let _ = self.link.shutdown().await;
            let mut rest = [0; 1024];
            while let Ok(1..) = self.link.read(&mut rest).await {}
        };
        // A broker that does not close is judged by scenarios, not here.
        let _ = tokio::time::timeout(self.deadline.min(Duration::from_secs(1)), goodbye).await;
    }

    async fn handshake(&mut self, connect: Connect) -> Result<Connack, Trouble> {
        self.send(Packet::Connect(Box::new(connect))).await?;
        let frame = tokio::time::timeout(self.deadline, self.first_frame()).await;
        let frame = frame.unwrap_or_else(|_| {
            Err(match self.received.is_empty() {
                true => Trouble::Silent(self.deadline, CONNECT),
                false => Trouble::NotMqtt(self.received.split().freeze()),
            })
        })?;
        if let (Version::V5_0, [0x20, 2, 0, code @ 1..=5]) = (self.version, &frame[..]) {
            return Err(Trouble::RefusedInOldFormat(*code));
        }
        let context = Context::new(self.version, Sender::Server);
        match mqttspec_codec::decode_frame(frame.clone(), &context) {
            Ok(Packet::Connack(connack)) if connack.reason == ReasonCode::Success => Ok(connack),
            Ok(Packet::Connack(connack)) => Err(Trouble::Refused(self.version, connack.reason)),
            Ok(_) => Err(Trouble::NotMqtt(frame)),
            Err(error) => Err(Trouble::BadConnack(error, frame)),
        }
    }

    /// The bytes of a packet that says of itself to be a CONNACK.
    async fn first_frame(&mut self) -> Result<Bytes, Trouble> {
        loop {
            let is_connack = self.received.first().is_none_or(|byte| byte >> 4 == CONNACK_TYPE);
            match Frame::read(&self.received, PACKET_SIZE_MAX) {
                Ok(Some(frame)) if is_connack && frame.total_len <= self.received.len() => {
                    return Ok(self.received.split_to(frame.total_len).freeze());
                }
                Ok(_) if is_connack => self.read(CONNECT).await?,
                _ => return Err(self.not_mqtt().await),
            }
        }
    }

    /// Reads a little more, so that there is something to recognise the peer by.
    async fn not_mqtt(&mut self) -> Trouble {
        let more = async {
            while self.received.len() < QUOTE_MAX
                && let Ok(1..) = self.link.read_buf(&mut self.received).await
            {}
        };
        let _ = tokio::time::timeout(QUOTE_MAX_WAIT.min(self.deadline), more).await;
        Trouble::NotMqtt(self.received.split().freeze())
    }

    /// Reads packets until one is the answer.
    async fn answer<T>(
        &mut self,
        what: &'static str,
        mut pick: impl FnMut(&Packet) -> Option<T>,
    ) -> Result<T, Trouble> {
        let deadline = self.deadline;
        let search = async {
            for _ in 0..PACKETS_MAX {
                let packet = self.packet(what).await?;
                match pick(&packet) {
                    Some(answer) => return Ok(answer),
                    None => self.handle(packet, what).await?,
                }
            }
            Err(Trouble::Flood(what))
        };
        tokio::time::timeout(deadline, search).await.unwrap_or(Err(Trouble::Silent(deadline, what)))
    }

    /// A packet that was not asked for: a message is acknowledged and kept.
    async fn handle(&mut self, packet: Packet, what: &'static str) -> Result<(), Trouble> {
        let reason = ReasonCode::Success;
        match packet {
            Packet::Publish(message) => {
                match message.delivery {
                    Delivery::AtMostOnce => {}
                    Delivery::AtLeastOnce { packet_id, .. } => {
                        let properties = Properties::default();
                        self.send(Puback { packet_id, reason, properties }).await?;
                    }
                    Delivery::ExactlyOnce { packet_id, .. } => {
                        let properties = Properties::default();
                        self.send(Pubrec { packet_id, reason, properties }).await?;
                    }
                }
                self.messages.push_back(message);
                Ok(())
            }
            Packet::Pubrel(Pubrel { packet_id, .. }) => {
                let properties = Properties::default();
                self.send(Pubcomp { packet_id, reason, properties }).await
            }
            Packet::Disconnect(packet) => Err(Trouble::Disconnected(packet.reason)),
            other => Err(Trouble::Unexpected(other.packet_type(), what)),
        }
    }

    async fn packet(&mut self, what: &'static str) -> Result<Packet, Trouble> {
        let packet_size_max = PACKET_SIZE_MAX;
        let context = Context { packet_size_max, ..Context::new(self.version, Sender::Server) };
        loop {
            match decode(&mut self.received, &context) {
                Ok(Some(packet)) => return Ok(packet),
                Ok(None) => self.read(what).await?,
                Err(error) => {
                    let bytes = self.received.split().freeze();
                    return Err(Trouble::Malformed(error, bytes));
                }
            }
        }
    }

    async fn read(&mut self, what: &'static str) -> Result<(), Trouble> {
        match self.link.read_buf(&mut self.received).await {
            Ok(0) => Err(Trouble::Closed(what)),
            Ok(_) => Ok(()),
            Err(error) => Err(Trouble::Broken(error, what)),
        }
    }

    async fn send(&mut self, packet: impl Into<Packet>) -> Result<(), Trouble> {
        let mut bytes = BytesMut::new();
        packet.into().encode(self.version, &mut bytes).map_err(not_sendable)?;
        let writing = self.link.write_all(&bytes);
        match tokio::time::timeout(self.deadline, writing).await {
            // The broker may have closed, and said why before: the reader finds out.
            Ok(_) => Ok(()),
            Err(_) => Err(Trouble::Silent(self.deadline, "more bytes")),
        }
    }

    fn next_packet_id(&mut self) -> PacketId {
        self.packet_id = self.packet_id.checked_add(1).unwrap_or(1);
        PacketId::new(self.packet_id).unwrap_or(PacketId::MIN)
    }
}

/// A message to publish.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The Topic Name; empty if the alias stands for it.
    pub topic: &'a str,
    /// The QoS.
    pub qos: QoS,
    /// Whether it is to be retained.
    pub retain: bool,
    /// The Topic Alias (5.0).
    pub alias: Option<u16>,
    /// The payload.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// A message with nothing special about it.
    #[must_use]
    pub fn new(topic: &'a str, qos: QoS, payload: &'a [u8]) -> Self {
        Self { topic, qos, retain: false, alias: None, payload }
    }
}

fn text(text: &str) -> Result<MqttString, Trouble> {
    MqttString::try_from(text).map_err(not_sendable)
}

fn not_sendable(error: impl fmt::Display) -> Trouble {
    Trouble::NotSendable(error.to_string())
}
