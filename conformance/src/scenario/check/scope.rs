//! What is known at a line: names, clients and the state of their connections.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Source;
use super::super::ast::Span;
use super::Place;

/// Everything that lines define, up to one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Captures, `let`s and indices.
    pub(super) values: BTreeMap<String, Known>,
    pub(super) clients: BTreeMap<String, Client>,
    pub(super) marks: BTreeMap<String, Place>,
}

/// A name that a line defines.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) kind: KnownKind,
    pub(super) place: Place,
}

/// What such a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownKind {
    /// A `let` or the index of a `repeat`.
    Number,
    /// What a match captured.
    Capture {
        /// It has an index.
        many: bool,
    },
}

/// A client, or all clients of an indexed name.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// It has an index; then the state of its connections is not known one by one.
    pub(super) many: bool,
    pub(super) link: Link,
    /// `acks=auto`, if that is certain.
    pub(super) acks_auto: bool,
    /// A CONNECT was sent.
    pub(super) has_connected: bool,
    /// Where it was named by `as`, and so has to be used.
    pub(super) place: Option<Place>,
}

/// The state of a connection, as far as it is certain.
#[derive(Clone, Debug)]
pub(super) enum Link {
    /// Both sides are open.
    Up,
    /// We have sent DISCONNECT or closed our side.
    OursClosed,
    /// It has ended, by us or not; where that is said.
    Ended { ours: bool, source: Arc<Source>, span: Span },
    /// It may be open or not.
    Unknown,
}

impl Scope {
    /// What is known behind one of two ways.
    pub(super) fn join(mut self, other: Self) -> Self {
        for (name, theirs) in other.clients {
            self.clients
                .entry(name)
                .and_modify(|ours| ours.join(&theirs))
                .or_insert_with(|| Client { link: Link::Unknown, ..theirs });
        }
        for (name, value) in other.values {
            self.values.entry(name).or_insert(value);
        }
        for (name, mark) in other.marks {
            self.marks.entry(name).or_insert(mark);
        }
        self
    }
}

impl Client {
    fn join(&mut self, other: &Self) {
        self.acks_auto &= other.acks_auto;
        self.has_connected |= other.has_connected;
        let same = match (&self.link, &other.link) {
            (Link::Up, Link::Up) | (Link::OursClosed, Link::OursClosed) => true,
            (Link::Ended { ours, .. }, Link::Ended { ours: theirs, .. }) => ours == theirs,
            _ => false,
        };
        if !same {
            self.link = Link::Unknown;
        }
    }

    /// Sets the state of the connection, if there is only one.
    pub(super) fn set(&mut self, link: Link) {
        self.link = if self.many { Link::Unknown } else { link };
    }
}
