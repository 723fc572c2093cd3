//! What a case leaves behind on the broker, and how that is taken away again: stored sessions are
//! ended, retained topics emptied. Bounded in time, and without a verdict.

use std::collections::BTreeSet;
use std::time::Duration;

use mqttspec_codec::packet::{Connect, Delivery, Disconnect, Publish};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, PacketType, Properties, QoS, ReasonCode, Version};

use super::case::CaseRun;
use super::connection::OurEnd;
use super::exchange::plain_connect;
use super::io::Command;
use super::outcome::Stop;
use crate::matcher::ConnId;

/// How long cleaning may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// What is to be cleaned.
#[derive(Debug, Default)]
pub(super) struct Leavings {
    retained: BTreeSet<TopicName>,
    sessions: BTreeSet<String>,
}

/// Whether a CONNECT asks for a session that outlives the connection.
#[must_use]
pub(super) fn is_stored(connect: &Connect) -> bool {
    match connect.version {
        Version::V3_1_1 => !connect.clean_start,
        Version::V5_0 => connect.properties.session_expiry_interval().unwrap_or(0) > 0,
    }
}

impl Leavings {
    /// A CONNECT was sent.
    pub(super) fn connect(&mut self, connect: &Connect) {
        self.session(&connect.client_id, is_stored(connect));
        if let Some(will) = &connect.will
            && will.retain
        {
            self.retained(&will.topic);
        }
    }

    /// A session may be stored under a client id.
    pub(super) fn session(&mut self, client_id: &str, stored: bool) {
        if stored && !client_id.is_empty() {
            self.sessions.insert(client_id.to_owned());
        }
    }

    /// A message may be retained on a topic.
    pub(super) fn retained(&mut self, topic: &TopicName) {
        if !topic.is_absent() {
            self.retained.insert(topic.clone());
        }
    }

    /// The client ids of sessions that may be stored.
    pub(super) fn sessions(&self) -> impl Iterator<Item = &str> {
        self.sessions.iter().map(String::as_str)
    }
}

impl CaseRun<'_> {
    /// Says goodbye on all connections that are open.
    pub(super) fn say_goodbye(&mut self) {
        for at in 0..self.connections.len() {
            let id = ConnId(at);
            let connection = &self.connections[at];
            if connection.connected && connection.can_write() {
                self.send_packet(id, &Disconnect::new(ReasonCode::Success).into());
            }
            let connection = self.connection(id);
            connection.our_end = OurEnd::Cut;
            // Fails only if the task has ended, with the connection.
            let _ = connection.commands.send(Command::Close);
        }
    }

    /// Ends stored sessions and empties retained topics. What cannot be cleaned stays.
    pub(super) async fn clean_up(&mut self) {
        let sessions = std::mem::take(&mut self.leavings.sessions);
        let retained = std::mem::take(&mut self.leavings.retained);
        if sessions.is_empty() && retained.is_empty() {
            return;
        }
        self.extend_deadline(DEADLINE);
        self.ignore_interrupt();
        // Sessions first: their wills may be retained.
        for client_id in sessions {
            if self.end_session(&client_id).await.is_err() {
                return;
            }
        }
        if !retained.is_empty() {
            // Bounded like the rest; what is left then, stays.
            let _ = self.empty(retained).await;
        }
        self.say_goodbye();
    }

    async fn end_session(&mut self, client_id: &str) -> Result<(), Stop> {
        let id = self.open("(clean-up)").await?;
        let connect = plain_connect(self.target, self.version, client_id, true);
        self.send_packet(id, &connect.into());
        // Refused or not: there is no more to be done.
        let _ = self.answer_of(id, PacketType::Connack, None).await?;
        self.send_packet(id, &Disconnect::new(ReasonCode::Success).into());
        let connection = self.connection(id);
        connection.our_end = OurEnd::Cut;
        let _ = connection.commands.send(Command::Close);
        Ok(())
    }

    async fn empty(&mut self, topics: BTreeSet<TopicName>) -> Result<(), Stop> {
        let id = self.open_helper("(clean-up)", 990).await?;
        let max = self.connections[id.0].monitor.limits().maximum_qos;
        for (topic, number) in topics.into_iter().zip(1_u16..) {
            let qos = QoS::AtLeastOnce.min(max);
            let packet_id = if qos == QoS::AtMostOnce { None } else { PacketId::new(number) };
            let Some(delivery) = Delivery::new(qos, packet_id, false) else { continue };
            let packet = Publish {
                delivery,
                retain: true,
                topic,
                properties: Properties::default(),
                payload: bytes::Bytes::new(),
            };
            self.send_packet(id, &packet.into());
        }
        self.round_trips(&[id]).await
    }
}
