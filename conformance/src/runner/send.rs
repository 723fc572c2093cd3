//! Writing: what a line sends, what the monitor is shown of it, and the cuts into TCP segments.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::{Connack, Connect, Disconnect, Publish};
use mqttspec_codec::{Context, ErrorKind, Packet, PacketType, QoS, Sender, decode_frame};
use tokio::time::Instant;

use super::build::FieldValue;
use super::case::{CaseRun, LINE_DEADLINE};
use super::connection::{OurEnd, Ping};
use super::env::EvalError;
use super::fence::Published;
use super::framer::Piece;
use super::io::Command;
use super::outcome::{Miss, Stop};
use super::value::Value;
use crate::matcher::ConnId;
use crate::monitor::Monitor;

/// How long an end of ours waits for what is still to be written.
const FLUSH_DEADLINE: Duration = Duration::from_secs(1);

/// How a line or a batch is cut into TCP segments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    split: Split,
    pace: Duration,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Split {
    /// One segment.
    #[default]
    None,
    /// Byte by byte.
    All,
    /// Segments of these lengths, then the rest.
    Lengths(Vec<usize>),
}

/// The writes of a `batch`, joined for each connection.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) writes: Vec<(ConnId, BytesMut)>,
}

impl Cuts {
    /// `split` and `pace` among the fields of a line.
    ///
    /// # Errors
    ///
    /// If they have values that they cannot have.
    pub(super) fn new(fields: &[FieldValue]) -> Result<Self, EvalError> {
        let mut cuts = Self::default();
        for FieldValue { name, value, span } in fields {
            let refuse = || EvalError {
                message: format!("{} is no value of `{name}`", value.kind()),
                span: *span,
            };
            match (name.as_str(), value) {
                ("split", Value::Word(word)) if word == "all" => cuts.split = Split::All,
                ("split", Value::Int(0)) => cuts.split = Split::None,
                ("split", Value::Int(_) | Value::List(_)) => {
                    let list = match value {
                        Value::List(list) => list.as_slice(),
                        other => std::slice::from_ref(other),
                    };
                    let lengths = list.iter().map(|length| match length {
                        Value::Int(length) => usize::try_from(*length).map_err(|_| refuse()),
                        _ => Err(refuse()),
                    });
                    cuts.split = Split::Lengths(lengths.collect::<Result<_, _>>()?);
                }
                ("pace", Value::Duration(pace)) => cuts.pace = *pace,
                ("split" | "pace", _) => return Err(refuse()),
                _ => {}
            }
        }
        Ok(cuts)
    }

    /// The segments.
    fn cut(&self, mut bytes: Bytes) -> Vec<Bytes> {
        let mut segments = Vec::new();
        match &self.split {
            Split::None => {}
            Split::All => {
                while bytes.len() > 1 {
                    segments.push(bytes.split_to(1));
                }
            }
            Split::Lengths(lengths) => {
                for &length in lengths.iter().filter(|&&length| length > 0) {
                    segments.push(bytes.split_to(length.min(bytes.len())));
                }
            }
        }
        segments.push(bytes);
        segments.retain(|segment| !segment.is_empty());
        segments
    }
}

impl CaseRun<'_> {
    /// Sends bytes of the script, or adds them to the batch. `true` if there was a DISCONNECT in them
    /// that is valid, behind which our side is to be closed.
    ///
    /// # Errors
    ///
    /// If the broker does not read them (BLOCKED), and as [`CaseRun::wait`].
    pub(super) async fn send(
        &mut self,
        id: ConnId,
        segments: Vec<Bytes>,
        cuts: &Cuts,
    ) -> Result<bool, Stop> {
        if let Some(batch) = &mut self.batch {
            let joined = match batch.writes.iter_mut().find(|(of, _)| *of == id) {
                Some((_, bytes)) => bytes,
                None => {
                    batch.writes.push((id, BytesMut::new()));
                    &mut batch.writes.last_mut().expect("just pushed").1
                }
            };
            for segment in segments {
                joined.extend_from_slice(&segment);
            }
            return Ok(false);
        }
        self.drain();
        if !self.may_write(id) {
            return Ok(false);
        }
        let mut goodbye = false;
        for segment in &segments {
            goodbye |= self.note_sent(id, segment);
        }
        let segments: Vec<Bytes> = match segments.len() {
            1 => segments.into_iter().flat_map(|segment| cuts.cut(segment)).collect(),
            _ => segments,
        };
        for (at, segment) in segments.into_iter().enumerate() {
            if at > 0 && !cuts.pace.is_zero() {
                self.listen_until(Instant::now() + cuts.pace).await?;
            }
            self.connection(id).write(segment);
            self.flushed(id).await?;
        }
        self.last_action = Instant::now();
        Ok(goodbye)
    }

    /// Sends a packet of the runner at once.
    pub(super) fn send_packet(&mut self, id: ConnId, packet: &Packet) {
        let mut bytes = BytesMut::new();
        let version = self.connections[id.0].version;
        // The runner's own packets are few and valid; one that is not would not be written.
        if packet.encode(version, &mut bytes).is_err() || !self.may_write(id) {
            return;
        }
        let bytes = bytes.freeze();
        if *packet == Packet::Pingreq {
            self.connection(id).pings.push_back(Ping::Runner);
        }
        self.note_sent_by(id, &bytes, true);
        self.connection(id).write(bytes);
    }

    /// Sends the PINGREQ of a round trip; the number of `pongs` that says that it was answered.
    pub(super) fn ping(&mut self, id: ConnId) -> u64 {
        self.send_packet(id, &Packet::Pingreq);
        let connection = self.connection(id);
        let open = connection.pings.iter().filter(|ping| **ping == Ping::Runner).count();
        connection.pongs + open as u64
    }

    /// Waits until the task of the connection has written all that it was given.
    ///
    /// # Errors
    ///
    /// If the broker does not read it (BLOCKED), and as [`CaseRun::wait`].
    async fn flushed(&mut self, id: ConnId) -> Result<(), Stop> {
        let until = self.after(LINE_DEADLINE);
        while self.connections[id.0].unwritten > 0 {
            if Instant::now() >= until {
                let name = &self.connections[id.0].name;
                let label = format!("what {name} writes is not taken any more");
                return Err(self.blocked(Miss::silent("the broker has stopped reading", label)));
            }
            self.wait(until).await?;
        }
        Ok(())
    }

    /// Gives the task of a connection some time to write what it has, before our side ends.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`].
    pub(super) async fn flush(&mut self, id: ConnId) -> Result<(), Stop> {
        let until = self.after(FLUSH_DEADLINE);
        while self.connections[id.0].unwritten > 0 && Instant::now() < until {
            self.wait(until).await?;
        }
        Ok(())
    }

    /// Whether the connection is still there to be written to. That it is not is no failure: the
    /// next line that expects something will tell.
    fn may_write(&mut self, id: ConnId) -> bool {
        let connection = &self.connections[id.0];
        let can = connection.can_write();
        if !can {
            let name = connection.name.clone();
            self.trace.note(Instant::now(), &name, "not sent: the connection has ended");
        }
        can
    }

    /// Shows the monitor what we write. `true` if there is a valid DISCONNECT in it.
    fn note_sent(&mut self, id: ConnId, bytes: &Bytes) -> bool {
        self.note_sent_by(id, bytes, false)
    }

    fn note_sent_by(&mut self, id: ConnId, bytes: &Bytes, runner: bool) -> bool {
        let now = Instant::now();
        let mut goodbye = false;
        let pieces = self.connection(id).framer.push(bytes);
        if pieces.is_empty() && !bytes.is_empty() {
            let name = self.connections[id.0].name.clone();
            self.trace.bytes(now, &name, "->", bytes);
        }
        for piece in pieces {
            match piece {
                Piece::Unframed(bytes) => {
                    let name = self.connections[id.0].name.clone();
                    self.trace.bytes(now, &name, "->", &bytes);
                    self.taint(id);
                }
                Piece::Packet(frame) => goodbye |= self.note_packet(id, &frame, runner, now),
            }
        }
        self.connection(id).last_event = now;
        goodbye
    }

    fn note_packet(&mut self, id: ConnId, frame: &Bytes, runner: bool, now: Instant) -> bool {
        let connection = &mut self.connections[id.0];
        let version = connection.version;
        let packet_type = frame.first().and_then(|byte| PacketType::from_u8(byte >> 4));
        match packet_type {
            Some(PacketType::Pingreq) if !runner => connection.pings.push_back(Ping::Script),
            Some(PacketType::Connect) if !connection.connect_begun => {
                connection.connect_begun = true;
                let own: (&[u8], u8) = (b"MQTT", version.level());
                connection.foreign_connect = protocol(frame).is_some_and(|other| other != own);
            }
            _ => {}
        }
        let packet = match decode_frame(frame.clone(), &Context::new(version, Sender::Client)) {
            Ok(packet) => packet,
            Err(error) => {
                self.trace.bytes(now, &self.connections[id.0].name, "->", frame);
                self.trace.note(now, &self.connections[id.0].name, format!("malformed: {error}"));
                self.connection(id).sent_id_0 |= matches!(error.kind(), ErrorKind::PacketIdZero(_));
                self.taint(id);
                return false;
            }
        };
        self.trace.sent(now, &connection.name, &packet, version, frame);
        match &packet {
            Packet::Connect(connect) => self.note_connect(id, connect),
            Packet::Publish(publish) => self.note_publish(id, publish, runner),
            Packet::Subscribe(subscribe) => {
                let filters = subscribe.filters.iter();
                let no_local = filters.filter(|(_, options)| options.no_local);
                connection.no_local.extend(no_local.map(|(filter, _)| filter.to_owned()));
            }
            Packet::Disconnect(disconnect) => self.note_disconnect(id, disconnect),
            _ => {}
        }
        let connection = &mut self.connections[id.0];
        connection.monitor.sent(&packet);
        let tainted = connection.monitor.tainted().is_some();
        self.hostile |= tainted;
        matches!(packet, Packet::Disconnect(_))
            && !tainted
            && self.connections[id.0].connect.is_some()
    }

    fn note_connect(&mut self, id: ConnId, connect: &Connect) {
        self.leavings.connect(connect);
        if self.connections[id.0].connect.is_some() {
            return;
        }
        // The session may be one that an earlier connection of the case began.
        let earlier = self.connections[..id.0].iter().rev().find(|earlier| {
            earlier.connect.is_some() && earlier.monitor.client_id() == &*connect.client_id
        });
        let known = earlier.filter(|earlier| {
            let over = earlier.ended.is_some() || earlier.our_end == OurEnd::Cut;
            over && earlier.restarts == self.broker_restarts
        });
        let resumed = known.map(|earlier| {
            let monitor = Monitor::resume(&earlier.monitor, self.version);
            (monitor, earlier.own_deliveries.clone(), earlier.no_local.clone())
        });
        let taken_over = earlier
            .filter(|earlier| resumed.is_none() && earlier.restarts == self.broker_restarts)
            .map(|earlier| Monitor::take_over(&earlier.monitor, self.version));
        let connection = self.connection(id);
        if let Some(monitor) = taken_over
            && connection.monitor.tainted().is_none()
        {
            connection.monitor = monitor;
        }
        if let Some((monitor, own_deliveries, no_local)) = resumed {
            let tainted = connection.monitor.tainted().is_some();
            connection.monitor = monitor;
            if tainted {
                connection.monitor.taint();
            }
            connection.own_deliveries = own_deliveries;
            connection.no_local = no_local;
        }
        connection.connect = Some(Box::new(connect.clone()));
    }

    fn note_publish(&mut self, id: ConnId, publish: &Publish, runner: bool) {
        let connection = self.connection(id);
        let mut topic = publish.topic.clone();
        if let Some(alias) = publish.properties.topic_alias() {
            if topic.is_absent() {
                let known = connection.aliases.get(&alias).cloned();
                topic = known.unwrap_or(topic);
            } else {
                connection.aliases.insert(alias, topic.clone());
            }
        }
        connection.published |= !runner;
        if publish.retain && !publish.payload.is_empty() {
            self.leavings.retained(&topic);
        }
        if !runner && !topic.is_absent() {
            self.published.push(Published { topic, qos: publish.qos(), connection: id });
        }
    }

    fn note_disconnect(&mut self, id: ConnId, disconnect: &Disconnect) {
        if let Some(interval) = disconnect.properties.session_expiry_interval() {
            let client_id = self.connections[id.0].monitor.client_id().to_owned();
            self.leavings.session(&client_id, interval > 0);
        }
    }

    /// What CONNACK says of the session that will have to be ended.
    pub(super) fn accepted(&mut self, id: ConnId, connack: &Connack) {
        if let Some(assigned) = connack.properties.assigned_client_identifier() {
            let asked = self.connections[id.0].connect.as_ref();
            let stored = asked.is_some_and(|connect| super::cleanup::is_stored(connect));
            self.leavings.session(assigned, stored);
        }
    }

    /// The script broke a rule on this connection.
    fn taint(&mut self, id: ConnId) {
        self.connection(id).monitor.taint();
        self.hostile = true;
    }

    /// Ends our side of a connection.
    pub(super) fn end_our_side(&mut self, id: ConnId, how: OurEnd) {
        let connection = &mut self.connections[id.0];
        connection.our_end = connection.our_end.max(how);
        // Fails only if the task has ended, with the connection.
        let _ = connection.commands.send(Command::HalfClose);
        self.trace.note(Instant::now(), &connection.name, "our side closed");
    }

    /// Whether a PUBLISH above QoS 0 has to wait for the broker's Receive Maximum here.
    pub(super) async fn wait_for_quota(&mut self, id: ConnId) -> Result<(), Stop> {
        let until = self.after(LINE_DEADLINE);
        loop {
            let connection = &self.connections[id.0];
            let waits = connection.acks_auto
                && connection.is_live()
                && connection.monitor.tainted().is_none()
                && connection.monitor.send_quota() == 0;
            if !waits {
                return Ok(());
            }
            if Instant::now() >= until {
                let label = format!("{}'s PUBLISHes are not answered", connection.name);
                let title = "the broker's Receive Maximum leaves no room";
                return Err(self.blocked(Miss::silent(title, label)));
            }
            self.wait(until).await?;
        }
    }

    /// Whether the line sends a PUBLISH above QoS 0.
    pub(super) fn needs_quota(packet: PacketType, qos: u8) -> bool {
        packet == PacketType::Publish && qos > QoS::AtMostOnce.value()
    }
}

/// Protocol name and level of a CONNECT, legal or not.
fn protocol(frame: &Bytes) -> Option<(&[u8], u8)> {
    let header = mqttspec_codec::Frame::read(frame, Context::PACKET_SIZE_MAX).ok()??.header_len;
    let content = frame.get(header..)?;
    let len = usize::from(u16::from_be_bytes([*content.first()?, *content.get(1)?]));
    Some((content.get(2..2 + len)?, *content.get(2 + len)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ast::Span;

    fn cut(value: Value, bytes: &'static [u8]) -> Vec<Bytes> {
        let field = FieldValue { name: "split".to_owned(), value, span: Span::default() };
        Cuts::new(&[field]).unwrap().cut(Bytes::from_static(bytes))
    }

    #[test]
    fn cuts_are_lengths_and_the_rest() {
        let lengths = Value::List(vec![Value::Int(1), Value::Int(3)]);
        assert_eq!(cut(lengths.clone(), b"abcdef"), [&b"a"[..], b"bcd", b"ef"]);
        assert_eq!(cut(lengths, b"abc"), [&b"a"[..], b"bc"]);
        assert_eq!(cut(Value::Int(2), b"abc"), [&b"ab"[..], b"c"]);
        assert_eq!(cut(Value::Int(0), b"abc"), [&b"abc"[..]]);
        assert_eq!(cut(Value::Word("all".into()), b"abc"), [&b"a"[..], b"b", b"c"]);
    }

    #[test]
    fn the_protocol_of_a_connect_is_read_whatever_follows() {
        let frame = Bytes::from_static(b"\x10\x08\x00\x04MQTT\x09\xFF");
        assert_eq!(protocol(&frame), Some((&b"MQTT"[..], 9)));
        assert_eq!(protocol(&Bytes::from_static(b"\x10\x04\x00\x04MQ")), None);
        assert_eq!(protocol(&Bytes::from_static(b"\x10\x00")), None);
    }
}
