//! Which received packets fulfil which lines of a scenario.
//!
//! Pure functions of what was received: nothing here waits, sends or reads a clock. A line takes
//! the oldest packet of its lane ([`Queue::take`]), `unordered` lines share what comes
//! ([`Unordered`]), and a [`Pattern`] says whether a packet is the one that a line describes.

mod field;
mod message;
mod pattern;
mod queue;
mod unordered;

#[cfg(test)]
mod model;

pub use field::{Datum, observe};
pub use message::Message;
pub use pattern::{
    Alternative, Choice, Expected, FieldPattern, Fit, Misfit, Pattern, Selection, Slot, Test,
};
pub use queue::{Allowance, Lanes, Queue, Take};
pub use unordered::{ConnId, Line, Progress, Queues, Taken, Unordered};
