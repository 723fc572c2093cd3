//! The broker as a state machine: events in, actions and the next deadline out.
//!
//! A packet's way through it: [`ingress`] frames and decodes what a client sent, and hands each
//! packet to the module of its kind; [`routing`] finds the subscribers of a message, [`delivery`]
//! decides what each session gets when, and [`egress`] encodes what leaves. [`ending`] is the end of
//! connections and sessions, whatever the cause. [`rules`] holds the decisions of the standard, and
//! [`missteps`] those that no conforming broker takes.

mod acknowledge;
mod alias;
mod authentication;
mod connect;
mod connection;
mod delivery;
mod egress;
mod ending;
mod event;
mod expiry;
mod ingress;
mod message;
mod missteps;
mod outbound;
mod publish;
mod retained;
mod routing;
mod rules;
mod session;
mod subscribe;
mod subscriptions;
mod time;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mqttspec_codec::ReasonCode;
use mqttspec_codec::topic::TopicName;

pub(crate) use self::connection::Terms;
use self::connection::{Connection, Phase};
pub use self::event::{Action, ConnectionId, Event};
use self::expiry::{Timer, Timers};
use self::message::Message;
use self::missteps::Remembered;
use self::retained::Retained;
use self::session::{ClientId, Session};
use self::subscriptions::Subscriptions;
pub use self::time::Timestamp;
use crate::config::Config;
use crate::defect::Flaw;

/// An MQTT broker without I/O. See [`Event`] for what it has to be told, and [`Action`] for what it
/// wants done.
///
/// Nothing that a client sends makes it panic, and nothing that the caller gets wrong about
/// connections: events for a connection that is unknown or closed change nothing.
#[derive(Debug)]
pub struct Broker {
    config: Config,
    connections: BTreeMap<ConnectionId, Connection>,
    sessions: BTreeMap<ClientId, Session>,
    subscriptions: Subscriptions,
    retained: Retained,
    timers: Timers,
    /// The moment of the event that is being handled.
    now: Timestamp,
    actions: Vec<Action>,
    assigned_client_ids: u64,
    is_shut_down: bool,
    remembered: Remembered,
}

impl Broker {
    /// A broker without clients. It has one retained message of its own, on `$SYS/broker/version`.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut broker = Self {
            config,
            connections: BTreeMap::new(),
            sessions: BTreeMap::new(),
            subscriptions: Subscriptions::default(),
            retained: Retained::default(),
            timers: Timers::default(),
            now: Timestamp::default(),
            actions: Vec::new(),
            assigned_client_ids: 0,
            is_shut_down: false,
            remembered: Remembered::default(),
        };
        broker.introduce();
        broker
    }

    /// Takes in what happened at `now` and returns what has to be done about it. Whatever was due
    /// before is done first, so that a late [`Event::Tick`] changes nothing.
    pub fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        self.now = self.now.max(now);
        // A client that is only now being heard was not silent.
        let heard = match &event {
            Event::Received(id, _) | Event::Closed(id) => Some(*id),
            Event::Opened(_) | Event::Tick | Event::Shutdown => None,
        };
        self.run_timers(heard);
        match event {
            Event::Opened(id) => self.opened(id),
            Event::Received(id, bytes) => self.received(id, &bytes),
            Event::Closed(id) => {
                self.mistake_close(id);
                self.lost(id);
            }
            Event::Tick => {}
            Event::Shutdown => self.shut_down(),
        }
        self.run_timers(None);
        std::mem::take(&mut self.actions)
    }

    /// When [`Event::Tick`] is due; `None` if nothing ever happens without another event. After
    /// `handle` it lies behind the `now` given there.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.next()
    }

    fn opened(&mut self, id: ConnectionId) {
        if self.is_shut_down {
            self.actions.push(Action::Close(id));
        } else if let Entry::Vacant(entry) = self.connections.entry(id) {
            entry.insert(Connection::new());
            let timeout = match self.config.has(Flaw::LateConnectClosed) {
                true => Duration::from_millis(500),
                false => self.config.handshake_timeout,
            };
            self.timers.set(Timer::Handshake(id), self.now.after(timeout));
        }
    }

    fn run_timers(&mut self, heard: Option<ConnectionId>) {
        while let Some(timer) = self.timers.pop(self.now, heard) {
            match timer {
                // No code of CONNACK is about time, and 3.1.4 asks for the close alone.
                Timer::Handshake(_) if self.config.has(Flaw::ConnectAwaitedForEver) => {}
                Timer::Handshake(id) => self.close(id),
                Timer::KeepAlive(id) => {
                    self.refuse(
                        id,
                        ReasonCode::KeepAliveTimeout,
                        "no packet within 1.5 Keep Alive",
                    );
                }
                Timer::Will(client) => self.publish_will(&client),
                Timer::Repeat(client) => self.repeat(&client),
                Timer::Session(client) => {
                    self.leave_subscriptions(&client, Flaw::ExpiryLeavesSubscriptions);
                    self.end_session(&client);
                }
            }
        }
    }

    fn shut_down(&mut self) {
        self.is_shut_down = true;
        // The sessions go with the broker, and so do the Wills (5.0, section 3.1.2.5, lets a server
        // that fails put them off). Nobody is to get one in the last moment because of the order in
        // which connections are closed.
        for session in self.sessions.values_mut() {
            session.will = None;
        }
        for id in self.connections.keys().copied().collect::<Vec<_>>() {
            match self.connections.get(&id).map(|connection| &connection.phase) {
                // There is no CONNECT that CONNACK could answer.
                Some(Phase::Opened) => self.close(id),
                _ => self.refuse(id, ReasonCode::ServerShuttingDown, "the server is shutting down"),
            }
        }
    }

    fn introduce(&mut self) {
        if !self.config.retain_available {
            return;
        }
        let version = concat!("mqttspec-broker ", env!("CARGO_PKG_VERSION"));
        let topic = TopicName::new("$SYS/broker/version").expect("this is a Topic Name");
        let message = Message::from_broker(topic, Bytes::from_static(version.as_bytes()));
        self.retained.store(&Arc::new(message));
    }
}
