//! Several clients at the broker core, with a monitor on each connection: whatever they do, the
//! core may not panic, and what it sends may not break a rule.
//!
//! Most steps are what a well-behaved client would do next, so that dialogues get somewhere; some
//! are any valid packet, and some any bytes.

use std::collections::HashMap;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use bytes::{Bytes, BytesMut};
use mqttspec::monitor::{AnswerDue, Monitor};
use mqttspec_broker::{Action, Broker, Config, ConnectionId, Event, Timestamp};
use mqttspec_codec::ValidPacket;
use mqttspec_codec::packet::{
    Auth, Connect, Delivery, Disconnect, Packet, Puback, Pubcomp, Publish, Pubrec, Pubrel,
    RetainHandling, Subscribe, SubscriptionOptions, Unsubscribe, Will,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    Context, PacketId, Properties, PropertiesBuilder, Property, PropertyOwner, QoS, ReasonCode,
    Sender, Version, decode_frame,
};

const STEPS_MAX: usize = 256;
const SLOTS: usize = 4;
const TOPICS: [&str; 6] = ["a", "a/b", "a/", "/", "$x/a", "b/c/d"];
const FILTERS: [&str; 10] =
    ["a", "a/b", "a/#", "+", "#", "+/+", "$share/g/a", "$share/g/#", "$share/h/a/+", "$x/#"];
const CLIENT_IDS: [&str; 4] = ["c", "d", "e", ""];

/// Lets clients talk to a broker as the bytes say.
pub fn run(data: &[u8]) {
    let mut unstructured = Unstructured::new(data);
    let Ok(config) = config(&mut unstructured) else { return };
    let mut world = World::new(config);
    for _ in 0..STEPS_MAX {
        if unstructured.is_empty() || world.step(&mut unstructured).is_err() {
            break;
        }
    }
    world.shut_down();
}

fn config(u: &mut Unstructured<'_>) -> Result<Config> {
    let default = Config::default();
    Ok(Config {
        receive_maximum: u.int_in_range(1..=3)?.try_into().unwrap_or(default.receive_maximum),
        maximum_packet_size: u
            .choose(&[64_u32, 1_048_576])?
            .to_owned()
            .try_into()
            .unwrap_or(default.maximum_packet_size),
        topic_alias_maximum: u.int_in_range(0..=3)?,
        topic_alias_outgoing: u.arbitrary()?,
        server_keep_alive: u.arbitrary::<bool>()?.then_some(2),
        session_expiry_interval_max_s: u.arbitrary::<bool>()?.then_some(5),
        queued_messages_max: u.int_in_range(1..=8)?,
        maximum_qos: *u.choose(&[QoS::ExactlyOnce, QoS::AtLeastOnce, QoS::AtMostOnce])?,
        retain_available: u.ratio(7, 8)?,
        wildcard_subscription_available: u.ratio(7, 8)?,
        subscription_identifier_available: u.ratio(7, 8)?,
        shared_subscription_available: u.ratio(7, 8)?,
        ..default
    })
}

struct World {
    broker: Broker,
    now: Timestamp,
    next_connection: u64,
    clients: [Option<Client>; SLOTS],
    /// The last connection of each client id, at its end.
    former: HashMap<String, Monitor>,
    /// A connection was accepted whose CONNECT was hidden in any bytes: from then on the sessions
    /// may have been changed unseen.
    strangers: bool,
}

struct Client {
    id: ConnectionId,
    version: Version,
    monitor: Monitor,
    /// Identifiers that PUBREC asked us to release.
    releases: Vec<PacketId>,
    /// Whether it sent any bytes.
    wild: bool,
    /// Whether anything was sent at all.
    began: bool,
}

impl World {
    fn new(config: Config) -> Self {
        Self {
            broker: Broker::new(config),
            now: Timestamp::default(),
            next_connection: 0,
            clients: [const { None }; SLOTS],
            former: HashMap::new(),
            strangers: false,
        }
    }

    fn step(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let slot = u.choose_index(SLOTS)?;
        let Some(client) = &self.clients[slot] else {
            return self.open(slot, u);
        };
        let version = client.version;
        if !client.monitor.connected() && u.ratio(7, 8)? {
            return self.connect(slot, u);
        }
        match u.int_in_range(0..=15)? {
            0..=2 => self.publish(slot, u)?,
            3 | 4 => self.subscribe(slot, u)?,
            5 => self.unsubscribe(slot, u)?,
            6 | 7 => self.answer(slot, u)?,
            8 => self.release(slot),
            9 => self.send(slot, &Packet::Pingreq),
            10 => self.wait(u)?,
            11 => self.say_goodbye(slot, u)?,
            12 => self.cut(slot),
            13 => self.authenticate(slot, u)?,
            14 => {
                let any = ValidPacket::new(u, version, Sender::Client)?;
                self.send(slot, &any.packet);
            }
            _ => {
                let len = u.int_in_range(0..=64)?.min(u.len());
                let bytes = Bytes::copy_from_slice(u.bytes(len)?);
                self.send_bytes(slot, bytes);
            }
        }
        Ok(())
    }

    fn open(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let version = *u.choose(&Version::ALL)?;
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        let monitor = Monitor::new(version);
        self.clients[slot] =
            Some(Client { id, version, monitor, releases: Vec::new(), wild: false, began: false });
        self.tell(Event::Opened(id));
        Ok(())
    }

    fn connect(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(version) = self.clients[slot].as_ref().map(|client| client.version) else {
            return Ok(());
        };
        let client_id = *u.choose(&CLIENT_IDS)?;
        let method = u.ratio(1, 8)?.then_some("MQTTSPEC-CHALLENGE");
        let connect = Connect {
            version,
            clean_start: u.arbitrary()?,
            keep_alive: u.int_in_range(0..=3)?,
            properties: properties(
                version,
                [
                    optional(u, |u| u.int_in_range(0..=9))?.map(Property::SessionExpiryInterval),
                    optional(u, |u| u.int_in_range(1..=3))?.map(Property::ReceiveMaximum),
                    optional(u, |u| u.int_in_range(10..=80))?.map(Property::MaximumPacketSize),
                    optional(u, |u| u.int_in_range(0..=2))?.map(Property::TopicAliasMaximum),
                    optional(u, |u| u.int_in_range(0..=1))?
                        .map(Property::RequestProblemInformation),
                    optional(u, |u| u.int_in_range(0..=1))?
                        .map(Property::RequestResponseInformation),
                    method.map(Property::AuthenticationMethod),
                ],
            ),
            client_id: client_id.try_into().expect("a string"),
            will: optional(u, |u| will(version, u))?,
            username: None,
            password: None,
        };
        self.remember(slot, client_id);
        self.send(slot, &connect.into());
        Ok(())
    }

    /// Gives the monitor of a connection that is about to send CONNECT the session of the last one,
    /// if that is over.
    fn remember(&mut self, slot: usize, client_id: &str) {
        let taken =
            self.clients.iter().flatten().any(|client| {
                client.monitor.connected() && client.monitor.client_id() == client_id
            });
        let former = self.former.remove(client_id).filter(|_| !taken && !self.strangers);
        if let Some(client) = &mut self.clients[slot]
            && let Some(former) = former
            && !client.began
        {
            client.monitor = Monitor::resume(&former, client.version);
        }
    }

    fn publish(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        let qos = *u.choose(&QoS::ALL)?;
        let id = free_id(client, u)?;
        let alias = optional(u, |u| u.int_in_range(1..=3))?;
        let topic = u.choose(&TOPICS)?;
        let absent = alias.is_some() && client.version == Version::V5_0 && u.arbitrary()?;
        let delivery = Delivery::new(qos, (qos != QoS::AtMostOnce).then_some(id), false);
        let publish = Publish {
            delivery: delivery.unwrap_or(Delivery::AtMostOnce),
            retain: u.arbitrary()?,
            topic: if absent { TopicName::absent() } else { name(topic) },
            properties: properties(
                client.version,
                [
                    alias.map(Property::TopicAlias),
                    optional(u, |u| u.int_in_range(0..=5))?.map(Property::MessageExpiryInterval),
                    u.ratio(1, 4)?.then_some(Property::UserProperty("k", "v")),
                ],
            ),
            payload: Bytes::copy_from_slice(&[b'x'; 8][..u.int_in_range(0..=8)?]),
        };
        self.send(slot, &publish.into());
        Ok(())
    }

    fn subscribe(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        let version = client.version;
        let packet_id = free_id(client, u)?;
        let mut filters = Vec::new();
        for _ in 0..u.int_in_range(1..=3)? {
            let text = u.choose(&FILTERS)?;
            let filter = TopicFilter::new_in(version, *text).expect("a filter");
            let mut options =
                SubscriptionOptions { qos: *u.choose(&QoS::ALL)?, ..Default::default() };
            if version == Version::V5_0 {
                options.no_local = !filter.is_shared() && u.arbitrary()?;
                options.retain_as_published = u.arbitrary()?;
                let handlings =
                    [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend];
                options.retain_handling = *u.choose(&handlings)?;
            }
            filters.push((filter, options));
        }
        let identifier = optional(u, |u| u.int_in_range(1..=3))?;
        let subscribe = Subscribe {
            packet_id,
            properties: properties(version, [identifier.map(Property::SubscriptionIdentifier)]),
            filters: filters.into_iter().collect(),
        };
        self.send(slot, &subscribe.into());
        Ok(())
    }

    fn unsubscribe(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        let text = *u.choose(&FILTERS)?;
        let filter = TopicFilter::new_in(client.version, text).expect("a filter");
        let unsubscribe = Unsubscribe {
            packet_id: free_id(client, u)?,
            properties: Properties::default(),
            filters: [filter].into_iter().collect(),
        };
        self.send(slot, &unsubscribe.into());
        Ok(())
    }

    /// Answers one open delivery.
    fn answer(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        let open = client.monitor.open_deliveries();
        let Some(delivery) = open.get(u.choose_index(open.len().max(1))?) else { return Ok(()) };
        let refuse = client.version == Version::V5_0 && u.ratio(1, 8)?;
        let reason = if refuse { ReasonCode::QuotaExceeded } else { ReasonCode::Success };
        let packet_id = delivery.packet_id;
        let packet: Packet = match delivery.due {
            AnswerDue::Puback => {
                Puback { packet_id, reason, properties: Properties::default() }.into()
            }
            AnswerDue::Pubrec => {
                Pubrec { packet_id, reason, properties: Properties::default() }.into()
            }
            AnswerDue::Pubcomp => {
                let reason = ReasonCode::Success;
                Pubcomp { packet_id, reason, properties: Properties::default() }.into()
            }
            AnswerDue::Pubrel => return Ok(()),
        };
        self.send(slot, &packet);
        Ok(())
    }

    fn release(&mut self, slot: usize) {
        let id = self.clients[slot].as_mut().and_then(|client| client.releases.pop());
        if let Some(packet_id) = id {
            let reason = ReasonCode::Success;
            let properties = Properties::default();
            self.send(slot, &Pubrel { packet_id, reason, properties }.into());
        }
    }

    fn authenticate(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        if client.version == Version::V3_1_1 {
            return Ok(());
        }
        let starts = u.arbitrary()?;
        let data: &[u8] = if u.ratio(3, 4)? { b"cepsttqm" } else { b"no" };
        let auth = Auth {
            reason: if starts {
                ReasonCode::ReAuthenticate
            } else {
                ReasonCode::ContinueAuthentication
            },
            properties: properties(
                client.version,
                [
                    Some(Property::AuthenticationMethod("MQTTSPEC-CHALLENGE")),
                    Some(Property::AuthenticationData(data)),
                ],
            ),
        };
        self.send(slot, &auth.into());
        Ok(())
    }

    fn say_goodbye(&mut self, slot: usize, u: &mut Unstructured<'_>) -> Result<()> {
        let Some(client) = &self.clients[slot] else { return Ok(()) };
        let is_5_0 = client.version == Version::V5_0;
        let with_will = is_5_0 && u.arbitrary()?;
        let expiry = optional(u, |u| u.int_in_range(0..=5))?;
        let disconnect = Disconnect {
            reason: if with_will {
                ReasonCode::DisconnectWithWillMessage
            } else {
                ReasonCode::Success
            },
            properties: properties(client.version, [expiry.map(Property::SessionExpiryInterval)]),
        };
        self.send(slot, &disconnect.into());
        Ok(())
    }

    fn wait(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let millis = u.int_in_range(0..=4000)?;
        self.now = self.now.after(Duration::from_millis(millis));
        self.tell(Event::Tick);
        Ok(())
    }

    fn cut(&mut self, slot: usize) {
        if let Some(client) = self.clients[slot].take() {
            let id = client.id;
            self.bury(client);
            self.tell(Event::Closed(id));
        }
    }

    fn shut_down(&mut self) {
        self.tell(Event::Shutdown);
        assert!(self.clients.iter().all(Option::is_none), "all connections are closed");
        assert!(self.broker.next_deadline().is_none_or(|deadline| deadline > self.now));
    }

    fn send(&mut self, slot: usize, packet: &Packet) {
        let Some(client) = &mut self.clients[slot] else { return };
        let mut bytes = BytesMut::new();
        if packet.encode(client.version, &mut bytes).is_err() {
            return;
        }
        client.monitor.sent(packet);
        client.began = true;
        let id = client.id;
        self.tell(Event::Received(id, bytes.freeze()));
    }

    fn send_bytes(&mut self, slot: usize, bytes: Bytes) {
        let Some(client) = &mut self.clients[slot] else { return };
        client.monitor.taint();
        (client.wild, client.began) = (true, true);
        let id = client.id;
        self.tell(Event::Received(id, bytes));
    }

    fn tell(&mut self, event: Event) {
        for action in self.broker.handle(self.now, event) {
            match action {
                Action::Send(id, frame) => self.receive(id, &frame),
                Action::Close(id) => {
                    let slot = self.slot_of(id).expect("an open connection is closed, and once");
                    if let Some(client) = self.clients[slot].take() {
                        self.bury(client);
                    }
                }
            }
        }
    }

    fn receive(&mut self, id: ConnectionId, frame: &Bytes) {
        let slot = self.slot_of(id).expect("a packet goes to an open connection");
        let Some(client) = &mut self.clients[slot] else { return };
        let decode = |version| decode_frame(frame.clone(), &Context::new(version, Sender::Server));
        let packet = match decode(client.version) {
            Ok(packet) => packet,
            Err(error) => {
                // Any bytes may have been a CONNECT of the other version.
                let other = Version::ALL.into_iter().find(|other| *other != client.version);
                let answered = other.is_some_and(|other| decode(other).is_ok());
                assert!(client.wild && answered, "{error}: {frame:?}");
                self.strangers = true;
                return;
            }
        };
        let violations = client.monitor.received(frame, &packet);
        assert!(violations.is_empty(), "{violations:#?}\n{packet:#?}");
        self.strangers |= client.wild && matches!(packet, Packet::Connack(_));
        if let Packet::Pubrec(pubrec) = &packet
            && !pubrec.reason.is_error()
        {
            client.releases.push(pubrec.packet_id);
        }
    }

    fn slot_of(&self, id: ConnectionId) -> Option<usize> {
        self.clients.iter().position(|client| client.as_ref().is_some_and(|c| c.id == id))
    }

    /// Keeps what a connection leaves behind for the next one of its client id.
    fn bury(&mut self, client: Client) {
        let client_id = client.monitor.client_id().to_owned();
        self.former.insert(client_id, client.monitor);
    }
}

fn will(version: Version, u: &mut Unstructured<'_>) -> Result<Will> {
    Ok(Will {
        qos: *u.choose(&QoS::ALL)?,
        retain: u.arbitrary()?,
        properties: properties(
            version,
            [
                optional(u, |u| u.int_in_range(0..=5))?.map(Property::WillDelayInterval),
                optional(u, |u| u.int_in_range(0..=5))?.map(Property::MessageExpiryInterval),
            ],
        ),
        topic: name(u.choose(&TOPICS)?),
        payload: Bytes::from_static(b"will"),
    })
}

/// A low Packet Identifier, mostly one that is free.
fn free_id(client: &Client, u: &mut Unstructured<'_>) -> Result<PacketId> {
    let ids = || (1..=16).filter_map(PacketId::new);
    let free = ids().find(|id| !client.monitor.packet_id_in_use(*id));
    let any = PacketId::new(u.int_in_range(1..=4)?).unwrap_or(PacketId::MIN);
    Ok(if u.ratio(15, 16)? { free.unwrap_or(any) } else { any })
}

fn name(text: &str) -> TopicName {
    TopicName::new(text).expect("a topic")
}

fn optional<'a, T>(
    u: &mut Unstructured<'a>,
    make: impl FnOnce(&mut Unstructured<'a>) -> Result<T>,
) -> Result<Option<T>> {
    if u.ratio(1, 4)? { make(u).map(Some) } else { Ok(None) }
}

fn properties<'a, K: PropertyOwner>(
    version: Version,
    list: impl IntoIterator<Item = Option<Property<'a>>>,
) -> Properties<K> {
    let mut builder = PropertiesBuilder::new();
    if version == Version::V5_0 {
        builder.extend(list.into_iter().flatten()).expect("legal properties");
    }
    builder.build()
}
