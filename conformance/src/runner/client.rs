//! The clients of a case, and the part of its state that a branch of `either` may try out.

use std::collections::HashMap;

use bytes::Bytes;
use mqttspec_codec::QoS;

use super::build::FieldValue;
use super::connection::{Connection, OurEnd};
use super::env::{Clients, Env};
use super::value::Value;
use crate::matcher::{ConnId, Queue, Queues};

/// The number of a client in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClientId(pub usize);

/// A client: what it is called, and how it connected last.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// Its name in the scenario.
    pub name: String,
    /// Its index, if it is one of an array.
    pub index: Option<u64>,
    /// The client id that it has unless the scenario gives one.
    pub generated_id: String,
    /// The fields of its last CONNECT, as evaluated.
    pub fields: Vec<FieldValue>,
    /// `acks=auto`
    pub acks_auto: bool,
    /// Its last connection.
    pub connection: Option<ConnId>,
}

impl Client {
    /// The name as a scenario would write it: `a`, `c[3]`.
    #[must_use]
    pub(super) fn title(&self) -> String {
        match self.index {
            None => self.name.clone(),
            Some(index) => format!("{}[{index}]", self.name),
        }
    }

    /// The client id that a CONNECT without one has.
    #[must_use]
    pub(super) fn id_of_fields(&self) -> Bytes {
        let given = self.fields.iter().rev().find(|field| field.name == "client_id");
        match given.map(|field| &field.value) {
            Some(Value::Bytes(bytes)) => bytes.clone(),
            _ => Bytes::from(self.generated_id.clone()),
        }
    }
}

/// What receiving changes: each branch of `either` tries on a copy of its own.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// What no line has taken yet, by connection.
    queues: Vec<Queue>,
    /// What the names stand for.
    pub env: Env,
    /// `as w`
    pub aliases: HashMap<String, ClientId>,
}

impl World {
    /// A world without connections.
    #[must_use]
    pub(super) fn new(env: Env) -> Self {
        Self { queues: Vec::new(), env, aliases: HashMap::new() }
    }

    /// The queue of one more connection.
    pub(super) fn add_queue(&mut self) {
        self.queues.push(Queue::default());
    }

    /// Makes sure that a connection has a queue.
    pub(super) fn ensure_queue(&mut self, connection: ConnId) {
        while self.queues.len() <= connection.0 {
            self.add_queue();
        }
    }
}

impl Queues for World {
    fn queue(&mut self, connection: ConnId) -> &mut Queue {
        &mut self.queues[connection.0]
    }
}

/// Looks clients up by name.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    /// All clients.
    pub clients: &'a [Client],
    /// All connections.
    pub connections: &'a [Connection],
    /// The world in which names are looked up.
    pub world: &'a World,
}

impl Facts<'_> {
    /// The client of that name.
    #[must_use]
    pub(super) fn client(&self, name: &str, index: Option<u64>) -> Option<ClientId> {
        if index.is_none()
            && let Some(id) = self.world.aliases.get(name)
        {
            return Some(*id);
        }
        let mut clients = self.clients.iter();
        clients.position(|client| client.name == name && client.index == index).map(ClientId)
    }

    /// `c[*]`: those of an array that the script has neither cut nor disconnected, by index.
    #[must_use]
    pub(super) fn array(&self, name: &str) -> Vec<ClientId> {
        let in_use = |client: &Client| {
            let connection = client.connection.map(|id| &self.connections[id.0]);
            connection.is_some_and(|it| it.our_end < OurEnd::Disconnected)
        };
        let mut all: Vec<(u64, ClientId)> = self
            .clients
            .iter()
            .enumerate()
            .filter(|(_, client)| client.name == name && in_use(client))
            .filter_map(|(at, client)| Some((client.index?, ClientId(at))))
            .collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect()
    }
}

impl Clients for Facts<'_> {
    fn fact(&self, name: &str, index: Option<u64>, fact: &str) -> Option<Value> {
        let client = &self.clients[self.client(name, index)?.0];
        let connection = client.connection.map(|id| &self.connections[id.0]);
        if fact == "client_id" {
            let in_force = connection.map(|it| it.monitor.client_id()).filter(|id| !id.is_empty());
            let id = in_force.map_or_else(|| client.id_of_fields(), |id| id.to_owned().into());
            return Some(Value::Bytes(id));
        }
        let limits = connection?.monitor.limits();
        let number = |number: u32| Some(Value::Int(i64::from(number)));
        let flag = |set: bool| Some(Value::Int(i64::from(set)));
        match fact {
            "keep_alive" => number(limits.keep_alive.into()),
            "maximum_packet_size" => number(limits.maximum_packet_size),
            "maximum_qos" => number(QoS::value(limits.maximum_qos).into()),
            "receive_maximum" => number(limits.receive_maximum.into()),
            "session_expiry_interval" => number(limits.session_expiry_interval),
            "topic_alias_maximum" => number(limits.topic_alias_maximum.into()),
            "retain_available" => flag(limits.retain_available),
            "shared_subscription_available" => flag(limits.shared_subscription_available),
            "subscription_identifier_available" => flag(limits.subscription_identifier_available),
            "wildcard_subscription_available" => flag(limits.wildcard_subscription_available),
            _ => None,
        }
    }
}
