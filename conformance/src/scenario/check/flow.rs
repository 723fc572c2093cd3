//! Clients and the state of their connections.

use std::sync::Arc;

use mqttspec_codec::PacketType;

use super::super::ast::{
    Atom, Client as Written, ClientIndex, ConnectVerb, Field, Name, Send, Span,
};
use super::super::diagnostic::{Diagnostic, Problem};
use super::super::fields::is_mutation;
use super::super::words::nearest;
use super::scope::{Client, Link};
use super::walk::{Inside, Walk};

impl Walk<'_> {
    /// A client that some line has connected. `indexed`: whether an index is written, if it is
    /// known.
    pub(super) fn known_client(&mut self, name: &Name, indexed: Option<bool>) -> bool {
        let Some(client) = self.scope.clients.get(&name.node) else {
            let names = self.scope.clients.keys().map(String::as_str);
            let nearest = nearest(&name.node, names);
            self.report(name.span, Problem::UnknownClient { name: name.node.clone(), nearest });
            return false;
        };
        let problem = match (client.many, indexed) {
            (true, Some(false)) => Problem::MissingIndex { name: name.node.clone() },
            (false, Some(true)) => Problem::NoIndex { name: name.node.clone() },
            _ => {
                if let Some(place) = client.place.clone() {
                    self.findings.mark_used(&place);
                }
                return true;
            }
        };
        self.report(name.span, problem);
        false
    }

    /// The clients of a line that uses them; those that do not exist are left out.
    pub(super) fn clients<'c>(&mut self, clients: &'c [Written]) -> Vec<&'c Name> {
        let mut known = Vec::new();
        for client in clients {
            if let Some(ClientIndex::At(index)) = &client.index {
                self.number(index);
            }
            let name = &client.name;
            let twice = known.iter().any(|known: &&Name| known.node == name.node);
            if client.index.is_none() && twice {
                self.duplicate_client(name);
            } else if self.known_client(name, Some(client.index.is_some())) {
                known.push(name);
            }
        }
        known
    }

    fn duplicate_client(&mut self, name: &Name) {
        let problem = Problem::Duplicate { what: "the client", name: name.node.clone() };
        self.report(name.span, problem);
    }

    /// `connect`, `reconnect`, `open` of clients.
    pub(super) fn begin(&mut self, verb: ConnectVerb, clients: &[Written], fields: &[Field]) {
        let acks = acks(fields);
        if verb == ConnectVerb::Reconnect {
            for name in self.clients(clients) {
                self.reconnect(name, acks);
            }
            return;
        }
        let mut seen: Vec<&str> = Vec::new();
        for written in clients {
            let many = match &written.index {
                None => false,
                Some(ClientIndex::At(index)) => {
                    self.number(index);
                    true
                }
                Some(ClientIndex::All) => {
                    self.known_client(&written.name, Some(true));
                    true
                }
            };
            if !many && seen.contains(&written.name.node.as_str()) {
                self.duplicate_client(&written.name);
                continue;
            }
            seen.push(&written.name.node);
            let connected = verb == ConnectVerb::Connect;
            self.introduce(&written.name, many, connected, acks == Some(true));
        }
    }

    fn introduce(&mut self, name: &Name, many: bool, has_connected: bool, acks_auto: bool) {
        if let Some(before) = self.scope.clients.get(&name.node) {
            let problem = match (before.many, many) {
                (true, false) => Some(Problem::MissingIndex { name: name.node.clone() }),
                (false, true) => Some(Problem::NoIndex { name: name.node.clone() }),
                (false, false) if matches!(before.link, Link::Up) => {
                    Some(Problem::AlreadyConnected { client: name.node.clone() })
                }
                _ => None,
            };
            if let Some(problem) = problem {
                return self.report(name.span, problem);
            }
        }
        let before = self.scope.clients.get(&name.node).filter(|_| many);
        let acks_auto = acks_auto && before.is_none_or(|before| before.acks_auto);
        let link = if many { Link::Unknown } else { Link::Up };
        let client = Client { many, link, acks_auto, has_connected, place: None };
        self.scope.clients.insert(name.node.clone(), client);
    }

    fn reconnect(&mut self, name: &Name, acks: Option<bool>) {
        let Some(client) = self.scope.clients.get_mut(&name.node) else { return };
        let problem = if !client.has_connected {
            Some(Problem::NeverConnected { client: name.node.clone() })
        } else if matches!(client.link, Link::Up) {
            Some(Problem::AlreadyConnected { client: name.node.clone() })
        } else {
            None
        };
        client.set(Link::Up);
        if let Some(auto) = acks {
            client.acks_auto = auto && !client.many;
        }
        if let Some(problem) = problem {
            self.report(name.span, problem);
        }
    }

    /// A line that writes to a connection.
    pub(super) fn writes(&mut self, name: &Name, ends: bool) {
        match self.scope.clients.get(&name.node).map(|client| client.link.clone()) {
            // Our side can still be closed behind the end of theirs.
            Some(Link::Ended { ours: false, .. }) if ends => {}
            Some(Link::Ended { source, span, .. }) => self.behind_end(name, &source, span),
            Some(Link::OursClosed) if !ends && self.inside != Inside::Batch => {
                self.report(self.line, Problem::BehindOurEnd { client: name.node.clone() });
            }
            _ => {}
        }
    }

    /// A line that reads from a connection. That it is closed may be asked again.
    pub(super) fn reads(&mut self, name: &Name, closed: bool) {
        match self.scope.clients.get(&name.node).map(|client| client.link.clone()) {
            Some(Link::Ended { ours: false, .. }) if closed => {}
            Some(Link::Ended { source, span, .. }) => self.behind_end(name, &source, span),
            _ => {}
        }
    }

    fn behind_end(&mut self, name: &Name, source: &Arc<super::super::Source>, span: Span) {
        let problem = Problem::BehindEnd { client: name.node.clone() };
        let found = Diagnostic::new(&self.source, self.line, problem);
        self.findings.add(found.with(source, span, "it ends here"));
        // Once is enough: what follows is not looked at again.
        self.set_link(&name.node, Link::Unknown);
    }

    /// What a send does to the connection.
    pub(super) fn after_send(&mut self, name: &Name, what: &Send) {
        let link = match what {
            Send::Close | Send::Abort => self.ended(true),
            Send::HalfClose => Link::OursClosed,
            Send::Packet(packet, fields) => match self.packet_of(packet) {
                Some(PacketType::Disconnect) if !mutated(fields) => Link::OursClosed,
                Some(PacketType::Connect) => {
                    if let Some(client) = self.scope.clients.get_mut(&name.node) {
                        client.has_connected = true;
                    }
                    return;
                }
                _ => return,
            },
            Send::Bytes(_) => return,
        };
        self.set_link(&name.node, link);
    }

    /// The state of a connection that ends with this line.
    pub(super) fn ended(&self, ours: bool) -> Link {
        Link::Ended { ours, source: Arc::clone(&self.source), span: self.line }
    }

    pub(super) fn set_link(&mut self, name: &str, link: Link) {
        if let Some(client) = self.scope.clients.get_mut(name) {
            client.set(link);
        }
    }
}

/// What `acks=` says, if it is there and known beforehand.
fn acks(fields: &[Field]) -> Option<bool> {
    let field = fields.iter().find(|field| field.name.node == "acks")?;
    match field.value.as_ref().map(|value| &value.atom) {
        Some(Atom::Word(word)) => Some(word == "auto"),
        _ => Some(false),
    }
}

fn mutated(fields: &[Field]) -> bool {
    fields.iter().any(|field| is_mutation(&field.name.node))
}
