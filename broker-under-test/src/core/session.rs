//! Session State: what the broker keeps for a Client Identifier beyond a network connection
//! (section 4.1; 3.1.1: 3.1.2.4).

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::packet::Will;

use super::alias::OutboundAliases;
use super::event::ConnectionId;
use super::message::Delivery;
use super::outbound::Outbound;
use super::subscriptions::Filter;
use super::time::Timestamp;
use crate::defect::{Defect, Flaw};

/// A Client Identifier. Two are the same client only if they are equal byte for byte.
pub(super) type ClientId = Arc<str>;

/// The state of one session. Its subscriptions themselves are in the tree of all subscriptions.
#[derive(Debug)]
pub(super) struct Session {
    /// The connection that the session has at present.
    pub(super) connection: Option<ConnectionId>,
    pub(super) expiry: SessionExpiry,
    pub(super) filters: BTreeSet<Filter>,
    pub(super) outbound: Outbound,
    /// Identifiers of QoS 2 messages that came and are not yet released.
    pub(super) unreleased: BTreeSet<u16>,
    /// When those of them expire that may, which is of interest to a flaw alone.
    pub(super) expiring: BTreeMap<u16, Timestamp>,
    /// Subscriptions that are no more, but for a flaw.
    pub(super) given_up: Vec<Filter>,
    /// Messages that a flaw holds back for a moment.
    pub(super) held: Vec<Delivery>,
    /// The Will Message, until it is published or discarded.
    pub(super) will: Option<Will>,
    /// Topic Aliases of the last connection, which a sound broker does not keep.
    pub(super) kept_aliases: Option<OutboundAliases>,
}

/// How long a session outlives its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionExpiry {
    /// It ends with the connection. 3.1.1: `CleanSession` 1.
    WithConnection,
    After(Duration),
    /// 3.1.1: `CleanSession` 0.
    Never,
}

impl SessionExpiry {
    /// From a Session Expiry Interval in seconds.
    pub(super) fn from_interval(seconds: u32) -> Self {
        match seconds {
            0 => Self::WithConnection,
            u32::MAX => Self::Never,
            seconds => Self::After(Duration::from_secs(seconds.into())),
        }
    }
}

impl Session {
    pub(super) fn new() -> Self {
        Self {
            connection: None,
            expiry: SessionExpiry::WithConnection,
            filters: BTreeSet::new(),
            outbound: Outbound::default(),
            unreleased: BTreeSet::new(),
            expiring: BTreeMap::new(),
            given_up: Vec::new(),
            held: Vec::new(),
            will: None,
            kept_aliases: None,
        }
    }

    /// Takes out what a flaw leaves of a session that is to start anew.
    pub(super) fn leave(&mut self, defect: Option<Defect>) -> Option<Self> {
        let mut left = Self::new();
        match defect {
            Some(Defect::Flaw(Flaw::CleanStartKeepsSubscriptions)) => {
                left.filters = mem::take(&mut self.filters);
            }
            Some(Defect::Flaw(Flaw::CleanStartKeepsQueue)) => {
                left.outbound = self.outbound.take_waiting();
            }
            Some(Defect::Flaw(Flaw::CleanStartKeepsInFlight)) => {
                left.outbound = self.outbound.split_in_flight();
            }
            Some(Defect::Flaw(Flaw::CleanStartKeepsUnreleased)) => {
                left.unreleased = mem::take(&mut self.unreleased);
            }
            _ => return None,
        }
        Some(left)
    }
}
