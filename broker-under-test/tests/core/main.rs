//! The core of the broker, driven with packets and a clock of its own: what the standard says, one
//! rule a test.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod aliases;
mod arbitrary;
mod authentication;
mod connecting;
mod ending;
mod errors;
mod exactly_once;
mod expiry;
mod flow;
mod harness;
mod qos;
mod retained;
mod sessions;
mod shared;
mod subscribing;
mod wills;
