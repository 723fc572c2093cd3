//! A broker, a clock and any number of clients, without a socket between them. What a client gets
//! is compared as text, one line a packet.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use mqttspec_broker::{Action, Broker, Config, ConnectionId, Event, Timestamp};
use mqttspec_codec::packet::*;
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::*;

pub(crate) use mqttspec_codec::Version::{V3_1_1, V5_0};

/// A bench on which a broker is tested.
pub(crate) struct Bench {
    broker: Broker,
    now_ms: u64,
    clients: BTreeMap<ConnectionId, Client>,
}

struct Client {
    version: Version,
    input: BytesMut,
    is_closed: bool,
}

/// A connection on the bench.
pub(crate) type Id = ConnectionId;

impl Default for Bench {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Bench {
    pub(crate) fn new(config: Config) -> Self {
        Self { broker: Broker::new(config), now_ms: 1_000_000, clients: BTreeMap::new() }
    }

    /// Opens a connection and sends nothing.
    pub(crate) fn open(&mut self, version: Version) -> Id {
        let id = ConnectionId(self.clients.len() as u64);
        let client = Client { version, input: BytesMut::new(), is_closed: false };
        self.clients.insert(id, client);
        self.handle(Event::Opened(id));
        id
    }

    /// Opens a connection and sends CONNECT.
    pub(crate) fn open_with(&mut self, connect: Connect) -> Id {
        let id = self.open(connect.version);
        self.send(id, connect);
        id
    }

    /// Opens a connection that is accepted; CONNACK is taken away.
    pub(crate) fn connect_with(&mut self, connect: Connect) -> Id {
        let id = self.open_with(connect);
        let connack = self.read(id).into_iter().next().unwrap_or_default();
        assert!(connack.starts_with("CONNACK Success"), "refused: {connack}");
        id
    }

    /// A client with a clean session.
    pub(crate) fn connect(&mut self, version: Version, client_id: &str) -> Id {
        self.connect_with(connect(version, client_id))
    }

    /// A client that has subscribed.
    pub(crate) fn subscriber(
        &mut self,
        version: Version,
        client_id: &str,
        filter: &str,
        qos: u8,
    ) -> Id {
        let id = self.connect(version, client_id);
        self.subscribe(id, filter, qos);
        id
    }

    /// Subscribes; SUBACK is taken away, and has to grant what is asked. Returns what came with it.
    pub(crate) fn subscribe(&mut self, id: Id, filter: &str, qos: u8) -> Vec<String> {
        self.subscribe_with(id, subscribe(1, &[(filter, qos)]))
    }

    pub(crate) fn subscribe_with(&mut self, id: Id, packet: Subscribe) -> Vec<String> {
        self.send(id, packet);
        let mut packets = self.read(id);
        let suback = packets.iter().position(|packet| packet.starts_with("SUBACK"));
        let suback = packets.remove(suback.expect("SUBACK"));
        assert!(!suback.contains("NotAuthorized"), "{suback}");
        packets
    }

    pub(crate) fn send(&mut self, id: Id, packet: impl Into<Packet>) {
        let mut bytes = BytesMut::new();
        packet.into().encode(self.clients[&id].version, &mut bytes).expect("a valid packet");
        self.send_bytes(id, bytes);
    }

    pub(crate) fn send_bytes(&mut self, id: Id, bytes: impl AsRef<[u8]>) {
        self.handle(Event::Received(id, Bytes::copy_from_slice(bytes.as_ref())));
    }

    /// The client's link breaks, or it closes.
    pub(crate) fn lose(&mut self, id: Id) {
        self.handle(Event::Closed(id));
        self.clients.get_mut(&id).unwrap().is_closed = true;
    }

    pub(crate) fn shut_down(&mut self) {
        self.handle(Event::Shutdown);
    }

    /// Lets time pass, stopping at each deadline of the broker.
    pub(crate) fn advance_ms(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        while let Some(deadline) = self.broker.next_deadline()
            && deadline.as_millis() <= end
        {
            self.now_ms = deadline.as_millis();
            self.handle(Event::Tick);
            let next = self.broker.next_deadline();
            assert!(next.is_none_or(|next| next > deadline), "the deadline does not move on");
        }
        self.now_ms = end;
    }

    pub(crate) fn advance_s(&mut self, s: u64) {
        self.advance_ms(s * 1000);
    }

    /// Lets time pass without telling the broker.
    pub(crate) fn sleep_s(&mut self, s: u64) {
        self.now_ms += s * 1000;
    }

    /// Takes what has come for a client, one line a packet; `closed` at the end of the connection.
    pub(crate) fn read(&mut self, id: Id) -> Vec<String> {
        let mut lines: Vec<_> = self.packets(id).iter().map(show).collect();
        if self.clients[&id].is_closed {
            lines.push("closed".into());
        }
        lines
    }

    /// Takes the packets that have come for a client.
    pub(crate) fn packets(&mut self, id: Id) -> Vec<Packet> {
        let client = self.clients.get_mut(&id).unwrap();
        let context = Context::new(client.version, Sender::Server);
        let mut packets = Vec::new();
        while let Some(packet) = decode(&mut client.input, &context).expect("a valid packet") {
            packets.push(packet);
        }
        assert!(client.input.is_empty(), "half a packet");
        packets
    }

    /// Takes the first packet that has come for a client.
    pub(crate) fn first(&mut self, id: Id) -> Packet {
        let client = self.clients.get_mut(&id).unwrap();
        let context = Context::new(client.version, Sender::Server);
        decode(&mut client.input, &context).expect("a valid packet").expect("a packet")
    }

    /// The bytes that have come for a client.
    pub(crate) fn bytes(&mut self, id: Id) -> Vec<u8> {
        std::mem::take(&mut self.clients.get_mut(&id).unwrap().input).to_vec()
    }

    fn handle(&mut self, event: Event) {
        for action in self.broker.handle(Timestamp::from_millis(self.now_ms), event) {
            match action {
                Action::Send(id, packet) => {
                    let client = self.clients.get_mut(&id).expect("a connection that was opened");
                    assert!(!client.is_closed, "sent behind the end of {id:?}");
                    client.input.extend_from_slice(&packet);
                }
                Action::Close(id) => {
                    let client = self.clients.get_mut(&id).expect("a connection that was opened");
                    assert!(!client.is_closed, "closed {id:?} twice");
                    client.is_closed = true;
                }
            }
        }
    }
}

/// Asserts what has come for a client, and nothing else.
#[macro_export]
macro_rules! expect {
    ($bench:expr, $id:expr $(, $line:expr)* $(,)?) => {
        assert_eq!($bench.read($id), [$(String::from($line)),*] as [String; _])
    };
}

// --- Packets to send ------------------------------------------------------------------------------

pub(crate) fn connect(version: Version, client_id: &str) -> Connect {
    Connect {
        version,
        clean_start: true,
        keep_alive: 0,
        properties: Properties::default(),
        client_id: client_id.try_into().unwrap(),
        will: None,
        username: None,
        password: None,
    }
}

/// A client whose session outlives its connection: by 100 s in 5.0, for ever in 3.1.1.
pub(crate) fn persistent(version: Version, client_id: &str) -> Connect {
    let properties = match version {
        V3_1_1 => Properties::default(),
        V5_0 => properties([Property::SessionExpiryInterval(100)]),
    };
    Connect { clean_start: false, properties, ..connect(version, client_id) }
}

pub(crate) fn will(topic: &str, payload: &str) -> Will {
    Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
        topic: TopicName::new(topic).unwrap(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

pub(crate) fn publish(topic: &str, qos: u8, id: u16, payload: &str) -> Publish {
    let delivery = Delivery::new(QoS::from_u8(qos).unwrap(), PacketId::new(id), false).unwrap();
    Publish {
        delivery,
        retain: false,
        topic: if topic.is_empty() { TopicName::absent() } else { TopicName::new(topic).unwrap() },
        properties: Properties::default(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

pub(crate) fn retained(topic: &str, qos: u8, id: u16, payload: &str) -> Publish {
    Publish { retain: true, ..publish(topic, qos, id, payload) }
}

pub(crate) fn subscribe(id: u16, filters: &[(&str, u8)]) -> Subscribe {
    let options = |qos| SubscriptionOptions {
        qos: QoS::from_u8(qos).unwrap(),
        no_local: false,
        retain_as_published: false,
        retain_handling: RetainHandling::Send,
    };
    subscribe_with(id, filters.iter().map(|&(filter, qos)| (filter, options(qos))))
}

/// A SUBSCRIBE in which `$share/` has no meaning.
pub(crate) fn old_subscribe(id: u16, filter: &str) -> Subscribe {
    let (_, options) = subscribe(id, &[("t", 0)]).filters.topic_filters().next().unwrap();
    let filters = [(TopicFilter::new_in(V3_1_1, filter).unwrap(), options)];
    Subscribe { filters: filters.into_iter().collect(), ..subscribe(id, &[("t", 0)]) }
}

pub(crate) fn subscribe_with<'a>(
    id: u16,
    filters: impl IntoIterator<Item = (&'a str, SubscriptionOptions)>,
) -> Subscribe {
    let filters =
        filters.into_iter().map(|(filter, options)| (TopicFilter::new(filter).unwrap(), options));
    Subscribe {
        packet_id: packet_id(id),
        properties: Properties::default(),
        filters: filters.collect(),
    }
}

pub(crate) fn identified(identifier: u32, packet: Subscribe) -> Subscribe {
    let properties = properties([Property::SubscriptionIdentifier(identifier)]);
    Subscribe { properties, ..packet }
}

pub(crate) fn unsubscribe(id: u16, filters: &[&str]) -> Unsubscribe {
    let filters = filters.iter().map(|&filter| TopicFilter::new(filter).unwrap());
    Unsubscribe {
        packet_id: packet_id(id),
        properties: Properties::default(),
        filters: filters.collect(),
    }
}

pub(crate) fn puback(id: u16) -> Puback {
    puback_with(id, ReasonCode::Success)
}

pub(crate) fn puback_with(id: u16, reason: ReasonCode) -> Puback {
    Puback { packet_id: packet_id(id), reason, properties: Properties::default() }
}

pub(crate) fn pubrec(id: u16) -> Pubrec {
    pubrec_with(id, ReasonCode::Success)
}

pub(crate) fn pubrec_with(id: u16, reason: ReasonCode) -> Pubrec {
    Pubrec { packet_id: packet_id(id), reason, properties: Properties::default() }
}

pub(crate) fn pubrel(id: u16) -> Pubrel {
    Pubrel {
        packet_id: packet_id(id),
        reason: ReasonCode::Success,
        properties: Properties::default(),
    }
}

pub(crate) fn pubcomp(id: u16) -> Pubcomp {
    Pubcomp {
        packet_id: packet_id(id),
        reason: ReasonCode::Success,
        properties: Properties::default(),
    }
}

pub(crate) fn disconnect(reason: ReasonCode) -> Disconnect {
    Disconnect { reason, properties: Properties::default() }
}

pub(crate) fn properties<'a, K: PropertyOwner>(
    list: impl IntoIterator<Item = Property<'a>>,
) -> Properties<K> {
    let mut builder = PropertiesBuilder::new();
    for property in list {
        builder.push(property).unwrap();
    }
    builder.build()
}

fn packet_id(id: u16) -> PacketId {
    PacketId::new(id).unwrap()
}

// --- Packets as text ------------------------------------------------------------------------------

/// Diagnostics of the broker are left out: tests that are about them look at the packet.
fn show(packet: &Packet) -> String {
    let name = packet.packet_type();
    match packet {
        Packet::Connack(p) => {
            let present = if p.session_present { " session" } else { "" };
            format!("{name} {:?}{present}", p.reason)
        }
        Packet::Publish(p) => {
            let id = p.packet_id().map(|id| format!(" id={}", id.get())).unwrap_or_default();
            let dup = if p.delivery.dup() { " dup" } else { "" };
            let retain = if p.retain { " retain" } else { "" };
            let payload = String::from_utf8_lossy(&p.payload);
            let properties: String = p.properties.iter().map(|p| format!(" {p:?}")).collect();
            let (topic, qos) = (&*p.topic, p.qos().value());
            format!("{name} {topic} qos={qos}{id}{dup}{retain} {payload:?}{properties}")
        }
        Packet::Puback(p) => format!("{name} {} {:?}", p.packet_id.get(), p.reason),
        Packet::Pubrec(p) => format!("{name} {} {:?}", p.packet_id.get(), p.reason),
        Packet::Pubrel(p) => format!("{name} {} {:?}", p.packet_id.get(), p.reason),
        Packet::Pubcomp(p) => format!("{name} {} {:?}", p.packet_id.get(), p.reason),
        Packet::Suback(p) => {
            format!("{name} {} {:?}", p.packet_id.get(), p.codes.iter().collect::<Vec<_>>())
        }
        Packet::Unsuback(p) => {
            format!("{name} {} {:?}", p.packet_id.get(), p.codes.iter().collect::<Vec<_>>())
        }
        Packet::Disconnect(p) => format!("{name} {:?}", p.reason),
        Packet::Auth(p) => {
            let method = p.properties.authentication_method().unwrap_or("-");
            let data = p.properties.authentication_data().unwrap_or(b"-");
            format!("{name} {:?} {method} {}", p.reason, String::from_utf8_lossy(data))
        }
        other => other.packet_type().to_string(),
    }
}
