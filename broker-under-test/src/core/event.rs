//! What goes into the core and what comes out of it.

use bytes::Bytes;

/// Names one network connection. The caller hands out the numbers and never uses one twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// What happened outside.
#[derive(Clone, Debug)]
pub enum Event {
    /// A network connection was accepted.
    Opened(ConnectionId),
    /// The next bytes of a connection, cut anywhere.
    Received(ConnectionId, Bytes),
    /// The connection is lost: the client closed it, or it broke.
    Closed(ConnectionId),
    /// Time has passed, at least up to [`Broker::next_deadline`](crate::Broker::next_deadline).
    Tick,
    /// The server is about to stop: every connection is to be closed, and no new one served.
    Shutdown,
}

/// What the caller has to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send one whole packet.
    Send(ConnectionId, Bytes),
    /// Close the connection once everything sent before is through. Nothing follows for it.
    Close(ConnectionId),
}
