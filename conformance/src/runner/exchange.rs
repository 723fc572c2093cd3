//! The verbs: a packet together with its successful answer.

use std::sync::Arc;

use bytes::Bytes;
use mqttspec_codec::packet::{Connect, Puback, Pubcomp, Pubrec, Pubrel};
use mqttspec_codec::{
    Context, MqttString, Packet, PacketId, PacketType, Properties, QoS, ReasonCode, Sender,
    Version, decode_frame,
};
use tokio::time::Instant;

use super::build::{FieldValue, Fields};
use super::case::{CaseRun, LINE_DEADLINE};
use super::client::{Client, ClientId};
use super::connection::{Flow, OurEnd};
use super::env::EvalError;
use super::outcome::{Miss, Stop};
use super::send::Cuts;
use super::value::Value;
use crate::matcher::{ConnId, Fit, Message, Queues};
use crate::monitor::AnswerDue;
use crate::scenario::ast::{self, ClientIndex, ConnectVerb, ExchangeVerb, Field, Match, Span};
use crate::target::Target;

/// Fields of `connect`, `reconnect` and `open` that are no fields of CONNECT.
const OPTIONS: [&str; 5] = ["acks", "via", "node", "ws_opcode", "ws_frames"];

/// A CONNECT of the runner's own.
pub(super) fn plain_connect(
    target: &Target,
    version: Version,
    client_id: &str,
    clean_start: bool,
) -> Connect {
    let profile = target.profile();
    Connect {
        version,
        clean_start,
        keep_alive: profile.keep_alive,
        properties: Properties::default(),
        client_id: MqttString::try_from(client_id).unwrap_or_default(),
        will: None,
        username: profile.username.as_deref().and_then(|name| name.try_into().ok()),
        password: profile.password.clone(),
    }
}

impl CaseRun<'_> {
    /// `connect`, `reconnect`, `open`.
    pub(super) async fn connect_verb(
        &mut self,
        verb: ConnectVerb,
        clients: &[ast::Client],
        fields: &[Field],
        matches: Option<&[Match]>,
    ) -> Result<(), Stop> {
        for client in clients {
            let id = self.introduce(client, verb)?;
            let fields = self.fields(fields)?;
            let connection = self.begin(id, verb, &fields).await?;
            if verb != ConnectVerb::Open {
                self.greet(id, connection, matches.unwrap_or_default()).await?;
            }
        }
        Ok(())
    }

    /// The client that a verb names: a new one, or one whose connection is over.
    fn introduce(&mut self, client: &ast::Client, verb: ConnectVerb) -> Result<ClientId, Stop> {
        let refuse = |run: &Self, message: String| {
            run.unevaluated(EvalError { message, span: client.name.span })
        };
        let name = client.name.node.as_str();
        let index = match &client.index {
            None => None,
            Some(ClientIndex::At(expr)) => Some(self.eval(|scope| scope.unsigned(expr))?),
            Some(ClientIndex::All) => {
                return Err(refuse(self, format!("which of `{name}` is to connect is not said")));
            }
        };
        let facts = super::client::Facts {
            clients: &self.clients,
            connections: &self.connections,
            world: &self.world,
        };
        let Some(id) = facts.client(name, index) else {
            if verb == ConnectVerb::Reconnect {
                return Err(refuse(self, format!("`{name}` did not connect before")));
            }
            let number = self.clients.len();
            self.clients.push(Client {
                name: name.to_owned(),
                index,
                generated_id: self.names.client_id(number),
                fields: Vec::new(),
                acks_auto: false,
                connection: None,
            });
            return Ok(ClientId(number));
        };
        let connection = self.client(id).connection.map(|id| &self.connections[id.0]);
        let over = connection.is_none_or(|connection| {
            connection.ended.is_some() || connection.our_end >= OurEnd::Disconnected
        });
        if over { Ok(id) } else { Err(refuse(self, format!("`{name}` is still connected"))) }
    }

    /// Opens the socket and works out the fields of CONNECT.
    async fn begin(
        &mut self,
        id: ClientId,
        verb: ConnectVerb,
        fields: &[FieldValue],
    ) -> Result<ConnId, Stop> {
        let former = self.client(id).connection;
        let mut merged = Vec::new();
        if verb == ConnectVerb::Reconnect {
            let identity = former
                .map(|connection| self.connections[connection.0].monitor.client_id().to_owned())
                .filter(|client_id| !client_id.is_empty());
            merged.clone_from(&self.client(id).fields);
            if let Some(client_id) = identity {
                merged.retain(|field| field.name != "client_id");
                merged.push(field("client_id", Value::text(client_id), self.here.span));
            }
            merged.retain(|field| field.name != "clean_start");
            merged.push(field("clean_start", Value::Int(0), self.here.span));
            // What the former session's length was no longer counts if the line says otherwise.
            if fields.iter().any(|field| field.name == "persistent") {
                merged.retain(|field| field.name != "session_expiry_interval");
            }
        }
        merged.retain(|old| !fields.iter().any(|new| new.name == old.name));
        merged.extend(fields.iter().cloned());
        let acks = Fields::new(fields).get("acks").map(|(value, _)| value.clone());
        match acks {
            Some(Value::Word(word)) => self.clients[id.0].acks_auto = word == "auto",
            Some(_) | None if verb == ConnectVerb::Reconnect => {}
            _ => self.clients[id.0].acks_auto = false,
        }
        merged.retain(|field| !OPTIONS.contains(&field.name.as_str()));
        let title = self.client(id).title();
        let connection = self.open(&title).await?;
        self.connection(connection).acks_auto = self.client(id).acks_auto;
        let client = &mut self.clients[id.0];
        client.connection = Some(connection);
        client.fields = merged;
        // It may be called by the name of an `as` from now on.
        self.last_action = Instant::now();
        Ok(connection)
    }

    /// CONNECT, and CONNACK with success.
    async fn greet(
        &mut self,
        id: ClientId,
        connection: ConnId,
        matches: &[Match],
    ) -> Result<(), Stop> {
        let fields = self.client(id).fields.clone();
        let cuts = Cuts::new(&fields).map_err(|error| self.unevaluated(error))?;
        let (bytes, _) = self.encode(id, connection, PacketType::Connect, &fields)?;
        self.send(connection, vec![bytes], &cuts).await?;
        let message = match self.answer_of(connection, PacketType::Connack, None).await? {
            Ok(message) => message,
            Err(miss) => return Err(self.verb_failed(miss)),
        };
        let asked = matches.iter().any(|condition| condition.name.node == "reason");
        if let (Packet::Connack(connack), false) = (&message.packet, asked)
            && connack.reason != ReasonCode::Success
        {
            let title = self.client(id).title();
            let miss = Miss::unexpected(&title, &message, "expected CONNACK with success");
            let miss = Miss { title: format!("{title} was refused"), ..miss };
            return Err(self.verb_failed(miss));
        }
        self.world.queue(connection).remove(message.seq);
        self.check_answer(PacketType::Connack, &message, matches)
    }

    /// Holds an answer against what is written behind `<-`.
    fn check_answer(
        &mut self,
        packet: PacketType,
        message: &Arc<Message>,
        matches: &[Match],
    ) -> Result<(), Stop> {
        let version = self.version;
        let pattern =
            self.eval(|scope| super::compile::pattern(scope, version, packet, matches))?;
        match pattern.fit(message) {
            Fit::Misses(misfit) => Err(self.failed(Miss::mismatch(&pattern, message, &misfit))),
            Fit::Meets { weak, bound } => {
                for (slot, datum) in bound {
                    self.world.env.set(&slot.name, slot.index, Value::from(datum));
                }
                for at in weak {
                    self.weakness(Miss::weaker(&pattern, at, message));
                }
                Ok(())
            }
        }
    }

    /// `subscribe`, `unsubscribe`, `publish`.
    pub(super) async fn exchange_verb(
        &mut self,
        verb: ExchangeVerb,
        clients: &[ast::Client],
        fields: &[Field],
    ) -> Result<(), Stop> {
        for client in self.resolve(clients, &self.world)? {
            let Some(connection) = self.client(client).connection else {
                let label = format!("{} has no connection", self.client(client).title());
                return Err(self.error(Miss::new("the line cannot be carried out", label)));
            };
            let fields = self.fields(fields)?;
            match verb {
                ExchangeVerb::Publish => self.publish(client, connection, &fields).await?,
                ExchangeVerb::Subscribe => {
                    let packet = PacketType::Subscribe;
                    self.request(client, connection, packet, &fields).await?;
                }
                ExchangeVerb::Unsubscribe => {
                    let packet = PacketType::Unsubscribe;
                    self.request(client, connection, packet, &fields).await?;
                }
            }
        }
        Ok(())
    }

    /// SUBSCRIBE or UNSUBSCRIBE, and all that was asked for in the answer.
    async fn request(
        &mut self,
        client: ClientId,
        connection: ConnId,
        packet: PacketType,
        fields: &[FieldValue],
    ) -> Result<(), Stop> {
        let cuts = Cuts::new(fields).map_err(|error| self.unevaluated(error))?;
        let (bytes, chosen) = self.encode(client, connection, packet, fields)?;
        let written = Fields::new(fields).u16("id").map_err(|error| self.unevaluated(error))?;
        let asked = asked(&bytes, self.version);
        self.send(connection, vec![bytes], &cuts).await?;
        let answer = match packet {
            PacketType::Subscribe => PacketType::Suback,
            _ => PacketType::Unsuback,
        };
        let message = match self.answer_of(connection, answer, written.or(chosen)).await? {
            Ok(message) => message,
            Err(miss) => return Err(self.verb_failed(miss)),
        };
        self.world.queue(connection).remove(message.seq);
        let granted = match &message.packet {
            Packet::Suback(suback) => {
                suback.codes.iter().map(ReasonCode::value).eq(asked.iter().copied())
            }
            Packet::Unsuback(unsuback) => unsuback.codes.iter().all(|code| !code.is_error()),
            _ => false,
        };
        if granted {
            return Ok(());
        }
        let title = self.client(client).title();
        let miss =
            Miss::unexpected(&title, &message, "the broker does not grant what was asked for");
        Err(self.verb_failed(Miss { title: format!("{packet} of {title} was refused"), ..miss }))
    }

    /// PUBLISH, and the rest of its handshake.
    async fn publish(
        &mut self,
        client: ClientId,
        connection: ConnId,
        fields: &[FieldValue],
    ) -> Result<(), Stop> {
        let unevaluated = |error| self.unevaluated(error);
        let cuts = Cuts::new(fields).map_err(unevaluated)?;
        let qos = Fields::new(fields).byte("qos").map_err(unevaluated)?.unwrap_or(0);
        let written = Fields::new(fields).u16("id").map_err(unevaluated)?;
        if qos > 0 {
            self.wait_for_quota(connection).await?;
        }
        let packet = PacketType::Publish;
        let (bytes, chosen) = self.encode(client, connection, packet, fields)?;
        let packet_id = written.or(chosen).filter(|_| qos > QoS::AtMostOnce.value());
        if let Some(packet_id) = packet_id {
            self.connection(connection).flows.insert(packet_id, Flow::Sent);
        }
        self.send(connection, vec![bytes], &cuts).await?;
        let Some(packet_id) = packet_id else { return Ok(()) };
        let until = self.after(LINE_DEADLINE);
        loop {
            match self.connections[connection.0].flows.get(&packet_id) {
                None | Some(Flow::Done) => {
                    self.connection(connection).flows.remove(&packet_id);
                    return Ok(());
                }
                Some(Flow::Refused(message)) => {
                    let title = self.client(client).title();
                    let label = "the broker refuses the message";
                    let miss = Miss::unexpected(&title, message, label);
                    let title = format!("PUBLISH of {title} was refused");
                    return Err(self.verb_failed(Miss { title, ..miss }));
                }
                Some(Flow::Sent | Flow::Released) => {}
            }
            if let Some(miss) = self.unanswered(connection, "the answer to PUBLISH", until) {
                return Err(self.verb_failed(miss));
            }
            self.wait(until).await?;
        }
    }

    /// The oldest packet of a type (and id) on a connection, waited for. It stays in the queue.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`].
    pub(super) async fn answer_of(
        &mut self,
        connection: ConnId,
        packet: PacketType,
        packet_id: Option<u16>,
    ) -> Result<Result<Arc<Message>, Miss>, Stop> {
        let fits = |message: &Message| {
            let id = message.packet.packet_id().map(PacketId::get);
            message.packet_type() == packet && packet_id.is_none_or(|it| id == Some(it))
        };
        self.oldest(connection, packet.name(), fits).await
    }

    /// The oldest packet on a connection that fits, waited for. It stays in the queue.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`].
    pub(super) async fn oldest(
        &mut self,
        connection: ConnId,
        what: &str,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<Result<Arc<Message>, Miss>, Stop> {
        let until = self.after(LINE_DEADLINE);
        loop {
            if let Some(message) = self.world.queue(connection).iter().find(|it| fits(it)) {
                return Ok(Ok(Arc::clone(message)));
            }
            if let Some(miss) = self.unanswered(connection, what, until) {
                return Ok(Err(miss));
            }
            self.wait(until).await?;
        }
    }

    /// Why an answer will not come any more.
    fn unanswered(&self, id: ConnId, what: &str, until: Instant) -> Option<Miss> {
        let connection = &self.connections[id.0];
        let name = &connection.name;
        if connection.ended.is_some() {
            let title = format!("the connection of {name} has ended");
            let miss = Miss::silent(title, format!("expected {what}"));
            return Some(miss.notes_of(connection.remains()));
        }
        if connection.received.stopped {
            let title = format!("{name} received too much, or what is no packet");
            return Some(Miss::new(title, format!("expected {what}")));
        }
        let seconds = self.options.scaled(LINE_DEADLINE).as_secs_f64();
        (Instant::now() >= until).then(|| {
            let title = format!("{what} did not come");
            let label = format!("nothing like it came to {name} in {seconds} s");
            Miss::silent(title, label).notes_of(connection.remains())
        })
    }

    /// `acks`: from now on, and for what is open.
    pub(super) fn acks(&mut self, client: ClientId, auto: bool) -> Result<(), Stop> {
        self.clients[client.0].acks_auto = auto;
        let Some(id) = self.client(client).connection else { return Ok(()) };
        self.drain();
        let connection = self.connection(id);
        if std::mem::replace(&mut connection.acks_auto, auto) || !auto {
            return Ok(());
        }
        // In the order of arrival, as far as it can still be told.
        let mut open = connection.monitor.open_deliveries();
        let order: Vec<u16> = self
            .world
            .queue(id)
            .iter()
            .filter_map(|message| message.packet.packet_id().map(PacketId::get))
            .collect();
        // What the script has taken came before what it has not; `None` sorts first.
        open.sort_by_key(|delivery| order.iter().position(|it| *it == delivery.packet_id.get()));
        for delivery in open {
            let packet_id = delivery.packet_id;
            match delivery.due {
                AnswerDue::Puback => self.answer(id, Puback::new(packet_id)),
                AnswerDue::Pubrec => self.answer(id, Pubrec::new(packet_id)),
                AnswerDue::Pubcomp => self.answer(id, Pubcomp::new(packet_id)),
                AnswerDue::Pubrel => {}
            }
        }
        // What the runner takes from now on leaves the queue as well.
        let mut releases = Vec::new();
        self.world.queue(id).retain(|message| match &message.packet {
            Packet::Pubrel(_) => false,
            Packet::Puback(ack) => ack.reason.is_error(),
            Packet::Pubcomp(ack) => ack.reason.is_error(),
            Packet::Pubrec(ack) if !ack.reason.is_error() => {
                releases.push(ack.packet_id);
                false
            }
            _ => true,
        });
        for packet_id in releases {
            self.answer(id, Pubrel::new(packet_id));
        }
        Ok(())
    }
}

fn field(name: &str, value: Value, span: Span) -> FieldValue {
    FieldValue { name: name.to_owned(), value, span }
}

/// The QoS that each filter of a SUBSCRIBE asks for; nothing for other packets.
fn asked(bytes: &Bytes, version: Version) -> Vec<u8> {
    match decode_frame(bytes.clone(), &Context::new(version, Sender::Client)) {
        Ok(Packet::Subscribe(subscribe)) => {
            subscribe.filters.iter().map(|(_, options)| options.qos.value()).collect()
        }
        _ => Vec::new(),
    }
}
