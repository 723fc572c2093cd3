//! What a line asks of a packet, all values known.
//!
//! A pattern has two parts: the *lane*, which picks the packets that the line is about, and the
//! conditions that the oldest of these has to meet.

use bytes::Bytes;
use mqttspec_codec::{PacketType, Version};

use super::field::{Datum, is_error, observe};
use super::message::Message;
use crate::scenario::ast::Span;

/// What a line asks of a packet.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The type of the packet: always part of the lane.
    pub packet: PacketType,
    /// Conditions on its fields, as written.
    pub fields: Vec<FieldPattern>,
}

/// A condition on a field.
#[derive(Clone, Debug)]
pub struct FieldPattern {
    /// The field's name.
    pub name: String,
    /// Whether the field chooses the lane.
    pub selection: Selection,
    /// What it has to be like.
    pub test: Test,
    /// Where the condition stands.
    pub span: Span,
}

/// Whether a field chooses the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// `=`: only the id of an answer and the topic of a PUBLISH do, if one plain value is given.
    Plain,
    /// `==`
    Selects,
    /// `^=`: by the beginning of the value.
    Prefix,
}

/// What a field has to be like.
#[derive(Clone, Debug)]
pub enum Test {
    /// It has to be there, and is remembered.
    Bind(Slot),
    /// One of these.
    OneOf(Choice),
}

/// Where a captured value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The name.
    pub name: String,
    /// The index, if the name stands for an array.
    pub index: Option<u64>,
}

/// Alternatives, in the order written.
pub type Choice = Vec<Alternative>;

/// An allowed value.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Right but weaker: NON-STRICT.
    pub weak: bool,
    /// Which.
    pub expected: Expected,
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub enum Expected {
    /// This number.
    Int(u64),
    /// These bytes.
    Bytes(Bytes),
    /// This User Property.
    Pair(Bytes, Bytes),
    /// A list: an element each.
    List(Vec<Choice>),
    /// A number in these bounds, both inclusive.
    Range(Option<u64>, Option<u64>),
    /// Anything, if it is there.
    Any,
    /// The field is not in the packet.
    Absent,
    /// Any error code.
    Error,
    /// A name that means nothing in this version of the protocol: never met.
    Unknown(String),
}

/// Whether a packet meets a pattern.
#[derive(Clone, Debug)]
pub enum Fit {
    /// It does.
    Meets {
        /// Positions of the conditions that were met in a weaker way.
        weak: Vec<usize>,
        /// What was captured.
        bound: Vec<(Slot, Datum)>,
    },
    /// It does not.
    Misses(Misfit),
}

/// The first condition that is not met.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// Its position; `None` if the packet has another type than the line asks for.
    pub field: Option<usize>,
    /// What the packet has in its place.
    pub observed: Option<Datum>,
}

impl Pattern {
    /// Whether the packet is in the lane of the line.
    #[must_use]
    pub fn selects(&self, message: &Message) -> bool {
        message.packet_type() == self.packet
            && self.fields.iter().all(|field| self.field_selects(field, message))
    }

    /// Whether the packet, of whatever lane, is what the line asks for.
    #[must_use]
    pub fn fit(&self, message: &Message) -> Fit {
        if message.packet_type() != self.packet {
            return Fit::Misses(Misfit { field: None, observed: None });
        }
        let mut weak = Vec::new();
        let mut bound = Vec::new();
        for (at, field) in self.fields.iter().enumerate() {
            let observed = observe(message, &field.name);
            match (&field.test, observed) {
                (Test::Bind(slot), Some(datum)) => bound.push((slot.clone(), datum)),
                (Test::OneOf(choice), observed) => {
                    match field.judge(choice, observed.as_ref(), message) {
                        Some(Strength::Full) => {}
                        Some(Strength::Weak) => weak.push(at),
                        None => return Fit::Misses(Misfit { field: Some(at), observed }),
                    }
                }
                (Test::Bind(_), None) => {
                    return Fit::Misses(Misfit { field: Some(at), observed: None });
                }
            }
        }
        Fit::Meets { weak, bound }
    }

    fn field_selects(&self, field: &FieldPattern, message: &Message) -> bool {
        let Test::OneOf(choice) = &field.test else { return true };
        if field.selection == Selection::Plain && !self.is_lane_field(&field.name, choice) {
            return true;
        }
        field.judge(choice, observe(message, &field.name).as_ref(), message).is_some()
    }

    /// Whether a plain condition chooses the lane: one value for the topic of a PUBLISH or for the
    /// id of any other packet.
    fn is_lane_field(&self, name: &str, choice: &Choice) -> bool {
        let lane = if self.packet == PacketType::Publish { "topic" } else { "id" };
        name == lane
            && matches!(
                choice.as_slice(),
                [Alternative { weak: false, expected: Expected::Int(_) | Expected::Bytes(_) }]
            )
    }
}

/// How a condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Weak,
    Full,
}

impl FieldPattern {
    fn judge(
        &self,
        choice: &Choice,
        observed: Option<&Datum>,
        message: &Message,
    ) -> Option<Strength> {
        let context = Context {
            version: message.version,
            packet: message.packet_type(),
            prefix: self.selection == Selection::Prefix,
            multiset: self.name == "subscription_identifiers",
        };
        context.choice(choice, observed)
    }
}

/// What the meaning of an expected value depends on.
#[derive(Clone, Copy)]
struct Context {
    version: Version,
    packet: PacketType,
    prefix: bool,
    multiset: bool,
}

impl Context {
    /// The strongest way to meet one of the alternatives.
    fn choice(self, choice: &Choice, observed: Option<&Datum>) -> Option<Strength> {
        choice
            .iter()
            .filter_map(|alternative| {
                let strength = self.expected(&alternative.expected, observed)?;
                Some(if alternative.weak { Strength::Weak } else { strength })
            })
            .max()
    }

    fn expected(self, expected: &Expected, observed: Option<&Datum>) -> Option<Strength> {
        let met = match (expected, observed) {
            (Expected::Absent, None) | (Expected::Any, Some(_)) => true,
            (Expected::Int(number), Some(Datum::Int(seen))) => number == seen,
            (Expected::Range(from, to), Some(Datum::Int(seen))) => {
                from.is_none_or(|from| from <= *seen) && to.is_none_or(|to| *seen <= to)
            }
            (Expected::Error, Some(Datum::Int(code))) => is_error(self.version, self.packet, *code),
            (Expected::Bytes(bytes), Some(Datum::Bytes(seen))) => {
                if self.prefix {
                    seen.starts_with(bytes)
                } else {
                    bytes == seen
                }
            }
            (Expected::Pair(name, value), Some(Datum::Pair(seen_name, seen_value))) => {
                name == seen_name && value == seen_value
            }
            (Expected::List(choices), Some(Datum::List(seen))) => {
                return self.list(choices, seen);
            }
            _ => false,
        };
        met.then_some(Strength::Full)
    }

    fn list(self, choices: &[Choice], seen: &[Datum]) -> Option<Strength> {
        if choices.len() != seen.len() {
            return None;
        }
        if self.multiset {
            return self.multiset(choices, &seen.iter().collect::<Vec<_>>());
        }
        choices.iter().zip(seen).try_fold(Strength::Full, |weakest, (choice, datum)| {
            self.choice(choice, Some(datum)).map(|strength| strength.min(weakest))
        })
    }

    /// Each choice takes one of the data, in any order.
    fn multiset(self, choices: &[Choice], seen: &[&Datum]) -> Option<Strength> {
        let Some((first, rest)) = choices.split_first() else { return Some(Strength::Full) };
        // The lists are as long as a packet has Subscription Identifiers: a handful.
        (0..seen.len())
            .filter_map(|at| {
                let strength = self.choice(first, Some(seen[at]))?;
                let mut left = seen.to_vec();
                left.swap_remove(at);
                self.multiset(rest, &left).map(|others| others.min(strength))
            })
            .max()
    }
}
