//! Session State: what the broker keeps for a Client Identifier beyond a network connection
//! (section 4.1; 3.1.1: 3.1.2.4).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mqttspec_codec::packet::Will;

use super::event::ConnectionId;
use super::missteps::Kept;
use super::outbound::Outbound;
use super::subscriptions::Filter;

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
    /// The Will Message, until it is published or discarded.
    pub(super) will: Option<Will>,
    /// What a broker with a defect keeps, and should not.
    pub(super) kept: Kept,
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
    /// A session in which nothing has happened, without a connection.
    pub(super) fn new() -> Self {
        Self {
            connection: None,
            expiry: SessionExpiry::WithConnection,
            filters: BTreeSet::new(),
            outbound: Outbound::default(),
            unreleased: BTreeSet::new(),
            will: None,
            kept: Kept::default(),
        }
    }
}
