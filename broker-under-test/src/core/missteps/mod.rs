//! Steps that only a broker with a defect takes. A sound one asks for each of them in one line, and
//! gets an answer that changes nothing.

mod connections;
mod flows;
mod outbound;
mod publishing;
mod retained;
mod routing;
mod sessions;
mod shared;
mod subscriptions;
mod wills;

use std::collections::{BTreeMap, BTreeSet};

pub(in crate::core) use self::connections::{Misreading, inbound_alias_maximum};
pub(in crate::core) use self::outbound::Misrules;
use super::Broker;
use super::alias::{InboundAliases, OutboundAliases};
use super::event::ConnectionId;
use super::message::Delivery;
use super::session::ClientId;
use super::subscriptions::Filter;
use super::time::Timestamp;

/// What a broker with a defect keeps in mind, and should not.
#[derive(Debug, Default)]
pub(in crate::core) struct Remembered {
    /// Topic Aliases that did not end with their connection.
    aliases: BTreeMap<ClientId, InboundAliases>,
    /// Clients that had a connection.
    former: BTreeSet<ClientId>,
    /// Clients that miss the next message.
    gaps: BTreeSet<ClientId>,
    /// Subscriptions that were made again.
    made_again: BTreeSet<(ClientId, Filter)>,
    /// Subscriptions that were given up.
    given_up: BTreeSet<(ClientId, Filter)>,
    /// What nobody was left for in a shared subscription.
    orphans: Vec<Delivery>,
}

/// What a broker with a defect keeps with a session, and should not.
#[derive(Debug, Default)]
pub(in crate::core) struct Kept {
    /// When QoS 2 messages that came and are not yet released expire, if they do.
    expiring: BTreeMap<u16, Timestamp>,
    /// Subscriptions that come back when the connection ends.
    given_up: Vec<Filter>,
    /// Messages that are held back for a moment.
    held: Vec<Delivery>,
    /// Topic Aliases of the last connection.
    aliases: Option<OutboundAliases>,
}

impl Broker {
    /// The client of an accepted connection.
    fn client_of(&self, id: ConnectionId) -> Option<ClientId> {
        let link = self.connections.get(&id)?.link()?;
        Some(link.client.clone())
    }
}
