//! What outlives a connection (3.1.1 section 3.1.2.4, 5.0 section 4.1): the client's view of the
//! session state.

use super::deliveries::Deliveries;
use super::requests::Requests;
use super::subscriptions::Subscriptions;

/// The session that a broker may hold for the client when a connection begins.
#[derive(Clone, Debug)]
pub(super) enum Memory {
    /// All connections of the session were watched.
    Known(Box<Session>),
    /// The session, if there is one, may hold anything; the one before had these subscriptions.
    Former(Box<Subscriptions>),
    /// The session, if there is one, may hold anything.
    Unknown,
}

/// The state of a session whose connections were all watched.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) subscriptions: Subscriptions,
    pub(super) deliveries: Deliveries,
    pub(super) requests: Requests,
}
