//! A minimal, strict MQTT broker for both MQTT 3.1.1 and MQTT 5.0: the reference that conformance
//! scenarios are written against.
//!
//! [`Broker`] is the broker without its surroundings: it is told what happened and when, and
//! answers with what has to be done. It opens no socket, asks no clock and throws no dice, so that
//! the same events always give the same packets. [`server`] connects it to TCP, or to streams in
//! memory, on tokio.
//!
//! Minimal means that everything is in memory, that there is one process, and that access control
//! is a list of users and one forbidden topic. It does not mean lenient: what the standard lets a
//! server check is checked, and every feature of both versions is there.

pub mod config;
mod core;
pub mod defect;
pub mod server;

pub use config::{ChallengeResponse, Config};

pub use crate::core::{Action, Broker, ConnectionId, Event, Timestamp};
