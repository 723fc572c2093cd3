//! What comes from the broker: decoded, shown to the monitor, answered where the runner answers,
//! and put into the queue of its connection.

use std::sync::Arc;

use bytes::Bytes;
use mqttspec_codec::packet::{Puback, Pubcomp, Pubrec};
use mqttspec_codec::packet::{Publish, Pubrel};
use mqttspec_codec::{
    Context, DecodeError, ErrorKind, Frame, Packet, PacketId, PacketType, QoS, Sender, Version,
    decode_frame,
};
use tokio::time::Instant;

use super::case::{CaseRun, Found};
use super::connection::{Flow, OurEnd, Ping, RECEIVED_BYTES_MAX, RECEIVED_PACKETS_MAX};
use super::io::{End, IoEvent};
use crate::matcher::{ConnId, Message, Queues};

/// The most violations of a case that are kept.
const VIOLATIONS_MAX: usize = 50;

impl CaseRun<'_> {
    /// Takes in what the task of a connection tells.
    pub(super) fn arrived(&mut self, id: ConnId, event: IoEvent) {
        let now = Instant::now();
        let connection = &mut self.connections[id.0];
        match event {
            IoEvent::Written => connection.unwritten = connection.unwritten.saturating_sub(1),
            IoEvent::End(end) => {
                connection.unwritten = 0;
                if connection.our_end == OurEnd::Cut || connection.ended.is_some() {
                    return;
                }
                connection.ended = Some((end, now));
                let text = match end {
                    End::Closed => "the broker closed the connection",
                    End::Reset => "the broker reset the connection",
                };
                self.trace.note(now, &connection.name, text);
            }
            IoEvent::Data(data) => self.received(id, &data, now),
        }
    }

    fn received(&mut self, id: ConnId, data: &Bytes, now: Instant) {
        let connection = &mut self.connections[id.0];
        if connection.our_end == OurEnd::Cut || connection.received.stopped {
            return;
        }
        connection.last_event = now;
        connection.received.bytes += data.len();
        connection.inbound.extend_from_slice(data);
        while !self.connections[id.0].received.stopped {
            let connection = &mut self.connections[id.0];
            if connection.received.bytes > RECEIVED_BYTES_MAX
                || connection.received.packets >= RECEIVED_PACKETS_MAX
            {
                connection.received.stopped = true;
                connection.inbound.clear();
                self.trace.note(
                    now,
                    &connection.name,
                    "the broker sent too much: the rest is ignored",
                );
                return;
            }
            match Frame::read(&connection.inbound, Context::PACKET_SIZE_MAX) {
                Ok(Some(frame)) if frame.total_len <= connection.inbound.len() => {
                    let frame = connection.inbound.split_to(frame.total_len).freeze();
                    connection.received.packets += 1;
                    self.received_frame(id, frame, now);
                }
                Ok(_) => return,
                Err(error) => {
                    let bytes = connection.inbound.split().freeze();
                    self.malformed(id, &bytes, &error, now);
                }
            }
        }
    }

    fn received_frame(&mut self, id: ConnId, frame: Bytes, now: Instant) {
        let (packet, version) = match self.decode(id, &frame) {
            Ok(decoded) => decoded,
            Err(error) if self.repeats_id_0(id, &error) => {
                let name = &self.connections[id.0].name;
                self.trace.bytes(now, name, "<-", &frame);
                return self.trace.note(now, name, "an answer to the Packet Identifier 0");
            }
            Err(error) => return self.malformed(id, &frame, &error, now),
        };
        let connection = &mut self.connections[id.0];
        self.trace.received(now, &connection.name, &packet, version, &frame);
        let violations = connection.monitor.received(&frame, &packet);
        let topic = match &packet {
            Packet::Publish(publish) => {
                connection.monitor.topic_of(publish).map(|topic| topic.as_mqtt_string().clone())
            }
            _ => None,
        };
        self.seq += 1;
        let message = Arc::new(Message { seq: self.seq, at: now, version, frame, packet, topic });
        // Who breaks so many rules is not listened to any longer.
        self.connections[id.0].received.stopped |= self.violations.len() > VIOLATIONS_MAX;
        for violation in violations {
            self.violations.push(Found {
                violation,
                connection: id,
                message: Some(Arc::clone(&message)),
                bytes: Bytes::new(),
            });
        }
        if !self.serve(id, &message) {
            self.world.queue(id).push(message);
        }
    }

    /// Decodes strictly. The CONNACK to a CONNECT of an unknown level may be of either version.
    fn decode(&self, id: ConnId, frame: &Bytes) -> Result<(Packet, Version), DecodeError> {
        let connection = &self.connections[id.0];
        let version = connection.version;
        let decoded = decode_frame(frame.clone(), &Context::new(version, Sender::Server));
        let error = match decoded {
            Ok(packet) => return Ok((packet, version)),
            Err(error) => error,
        };
        let is_connack = frame.first().is_some_and(|byte| byte >> 4 == PacketType::Connack.value());
        if connection.foreign_connect && is_connack {
            let other = match version {
                Version::V3_1_1 => Version::V5_0,
                Version::V5_0 => Version::V3_1_1,
            };
            let decoded = decode_frame(frame.clone(), &Context::new(other, Sender::Server));
            return decoded.map(|packet| (packet, other)).map_err(|_| error);
        }
        Err(error)
    }

    /// Whether the error is one of ours, repeated: what was answered should have been refused, but
    /// the answer has the Packet Identifier that it has to have.
    fn repeats_id_0(&self, id: ConnId, error: &DecodeError) -> bool {
        self.connections[id.0].sent_id_0
            && matches!(error.kind(), ErrorKind::PacketIdZero(packet) if packet != PacketType::Publish)
    }

    /// Bytes that are no packet: nothing behind them on this connection is looked at.
    fn malformed(&mut self, id: ConnId, bytes: &Bytes, error: &DecodeError, now: Instant) {
        let connection = &mut self.connections[id.0];
        connection.received.stopped = true;
        self.trace.bytes(now, &connection.name, "<-", bytes);
        let violation = connection.monitor.received_malformed(bytes, error);
        let bytes = bytes.slice(..bytes.len().min(64));
        self.violations.push(Found { violation, connection: id, message: None, bytes });
    }

    /// Does what the runner itself has to do about a packet. `true`: it does not enter the queue.
    fn serve(&mut self, id: ConnId, message: &Arc<Message>) -> bool {
        match &message.packet {
            Packet::Connack(connack) => {
                self.connections[id.0].connected |= !connack.reason.is_error();
                self.accepted(id, connack);
                false
            }
            Packet::Publish(publish) => self.serve_publish(id, publish, message),
            Packet::Pubrel(pubrel) => {
                let connection = &mut self.connections[id.0];
                let own = connection.own_deliveries.remove(&pubrel.packet_id.get());
                let ours = own || connection.acks_auto;
                if ours {
                    self.answer(id, Pubcomp::new(pubrel.packet_id));
                }
                ours
            }
            Packet::Puback(ack) => {
                self.serve_answer(id, ack.packet_id, ack.reason.is_error(), message)
            }
            Packet::Pubrec(ack) => {
                self.serve_answer(id, ack.packet_id, ack.reason.is_error(), message)
            }
            Packet::Pubcomp(ack) => {
                self.serve_answer(id, ack.packet_id, ack.reason.is_error(), message)
            }
            Packet::Pingresp => {
                let connection = &mut self.connections[id.0];
                let own = connection.pings.pop_front() == Some(Ping::Runner);
                connection.pongs += u64::from(own);
                own
            }
            _ => false,
        }
    }

    fn serve_publish(&mut self, id: ConnId, publish: &Publish, message: &Message) -> bool {
        let connection = &self.connections[id.0];
        let last = connection.monitor.last_delivery();
        let resend = publish.dup() && last.is_some_and(|delivery| delivery.resend);
        let marker = self.names.is_marker(&publish.payload);
        // Without a topic the monitor has its say; the script shall see the packet.
        let foreign = message.topic.as_ref().is_some_and(|topic| !self.is_own(topic));
        if marker {
            let number = std::str::from_utf8(&publish.payload)
                .ok()
                .and_then(|text| text.rsplit('~').next()?.parse().ok());
            let connection = self.connection(id);
            connection.marker = connection.marker.max(number);
        }
        let own = marker || foreign;
        if let Some(packet_id) = publish.packet_id()
            && (own || self.connections[id.0].acks_auto)
        {
            if own {
                self.connection(id).own_deliveries.insert(packet_id.get());
            }
            match publish.qos() {
                QoS::ExactlyOnce => self.answer(id, Pubrec::new(packet_id)),
                _ => self.answer(id, Puback::new(packet_id)),
            }
        }
        own || resend
    }

    /// Whether messages on a topic are the case's own: on a shared broker there are others.
    fn is_own(&self, topic: &str) -> bool {
        if self.case.exclusive {
            return !topic.starts_with("$SYS/");
        }
        let denied = self.target.profile().denied_topic.as_deref();
        self.names.own(topic) || denied == Some(topic)
    }

    /// An answer to a PUBLISH of ours: PUBACK, PUBREC or PUBCOMP.
    fn serve_answer(
        &mut self,
        id: ConnId,
        packet_id: PacketId,
        is_error: bool,
        message: &Arc<Message>,
    ) -> bool {
        let connection = &mut self.connections[id.0];
        let number = packet_id.get();
        let is_pubrec = message.packet_type() == PacketType::Pubrec;
        if let Some(flow) = connection.flows.get_mut(&number) {
            *flow = match (is_error, is_pubrec) {
                (true, _) => Flow::Refused(Arc::clone(message)),
                (false, true) => Flow::Released,
                (false, false) => Flow::Done,
            };
        } else if !connection.acks_auto || is_error {
            return false;
        }
        if is_pubrec && !is_error {
            self.answer(id, Pubrel::new(packet_id));
        }
        true
    }

    /// Sends an answer of the runner.
    pub(super) fn answer(&mut self, id: ConnId, packet: impl Into<Packet>) {
        self.send_packet(id, &packet.into());
    }
}
