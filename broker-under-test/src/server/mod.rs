//! The broker at work: a thin shell of tokio tasks around [`Broker`](crate::Broker).
//!
//! One task, the hub, owns the broker and the clock. Each connection has a task of its own
//! that reads into the hub and writes what the hub put aside for it; a client that does not read
//! holds up nobody but itself. Time is tokio's, so that under a paused clock a server is as
//! deterministic as its core.

mod connection;
mod hub;
pub mod memory;
mod tcp;

pub use self::tcp::serve_tcp;
