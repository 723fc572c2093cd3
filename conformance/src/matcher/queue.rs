//! The packets of one connection that no line has taken yet, and what `may` lines let pass.

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::Message;
use super::pattern::{Fit, Misfit, Pattern};

/// The queue of a connection, oldest packet first.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    messages: VecDeque<Arc<Message>>,
    allowances: Vec<Allowance>,
}

/// A packet that a `may` line lets pass, once.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// What it is like.
    pub pattern: Pattern,
}

/// What a line found in a queue.
#[derive(Clone, Debug)]
pub enum Take {
    /// The oldest packet of its lane, which fits.
    Taken {
        /// The packet, no longer in the queue.
        message: Arc<Message>,
        /// How it fits: always [`Fit::Meets`].
        fit: Fit,
    },
    /// The oldest packet of its lane, which does not fit. It stays in the queue.
    Mismatch {
        /// The packet.
        message: Arc<Message>,
        /// What is wrong with it.
        misfit: Misfit,
    },
    /// The lane is empty.
    Empty,
}

/// Which packets a line looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// Those of its lane.
    Own,
    /// All: the order of arrival counts, as in `ordered { }`.
    All,
}

impl Queue {
    /// Puts a packet behind the others.
    pub fn push(&mut self, message: Arc<Message>) {
        self.messages.push_back(message);
    }

    /// Lets one such packet pass from now on.
    pub fn allow(&mut self, allowance: Allowance) {
        self.allowances.push(allowance);
    }

    /// The packets, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Message>> + ExactSizeIterator {
        self.messages.iter()
    }

    /// The oldest packet that came behind another; `None`: the oldest of all.
    #[must_use]
    pub fn behind(&self, seq: Option<u64>) -> Option<&Arc<Message>> {
        self.messages.get(self.messages.partition_point(|message| Some(message.seq) <= seq))
    }

    /// Whether no packet is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Takes the oldest packet of the line's lane, if it fits. Packets in front of it that an
    /// allowance lets pass leave the queue with it.
    pub fn take(&mut self, pattern: &Pattern, lanes: Lanes) -> Take {
        let mut passed = Passed::default();
        for at in 0..self.messages.len() {
            let message = &self.messages[at];
            if lanes == Lanes::Own && !pattern.selects(message) {
                continue;
            }
            match pattern.fit(message) {
                fit @ Fit::Meets { .. } => {
                    let message = Arc::clone(message);
                    passed.messages.push(at);
                    self.drop_passed(passed);
                    return Take::Taken { message, fit };
                }
                Fit::Misses(misfit) => {
                    if !passed.let_pass(at, message, &self.allowances) {
                        return Take::Mismatch { message: Arc::clone(message), misfit };
                    }
                }
            }
        }
        Take::Empty
    }

    /// The oldest packet that no allowance lets pass.
    #[must_use]
    pub fn unexpected(&self) -> Option<&Arc<Message>> {
        let mut passed = Passed::default();
        let mut messages = self.messages.iter().enumerate();
        messages
            .find(|(at, message)| !passed.let_pass(*at, message, &self.allowances))
            .map(|(_, message)| message)
    }

    /// The packets that no allowance lets pass, oldest first.
    #[must_use]
    pub fn all_unexpected(&self) -> Vec<Arc<Message>> {
        let mut passed = Passed::default();
        let messages = self.messages.iter().enumerate();
        messages
            .filter(|(at, message)| !passed.let_pass(*at, message, &self.allowances))
            .map(|(_, message)| Arc::clone(message))
            .collect()
    }

    /// Removes a packet for which an allowance can be used up; `false` if there is none.
    pub fn pass(&mut self, seq: u64) -> bool {
        let Some(at) = self.position(seq) else { return false };
        let mut passed = Passed::default();
        let passes = passed.let_pass(at, &self.messages[at], &self.allowances);
        if passes {
            self.drop_passed(passed);
        }
        passes
    }

    /// Removes a packet.
    pub fn remove(&mut self, seq: u64) -> Option<Arc<Message>> {
        self.position(seq).and_then(|at| self.messages.remove(at))
    }

    /// Keeps the packets that the predicate is true for.
    pub fn retain(&mut self, keep: impl FnMut(&Arc<Message>) -> bool) {
        self.messages.retain(keep);
    }

    /// Forgets all packets and allowances.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.allowances.clear();
    }

    fn position(&self, seq: u64) -> Option<usize> {
        self.messages.binary_search_by_key(&seq, |message| message.seq).ok()
    }

    fn drop_passed(&mut self, mut passed: Passed) {
        passed.messages.sort_unstable();
        for at in passed.messages.into_iter().rev() {
            self.messages.remove(at);
        }
        passed.allowances.sort_unstable();
        for at in passed.allowances.into_iter().rev() {
            self.allowances.remove(at);
        }
    }
}

/// Positions of packets that are let pass, and of the allowances used up for them.
#[derive(Default)]
struct Passed {
    messages: Vec<usize>,
    allowances: Vec<usize>,
}

impl Passed {
    fn let_pass(&mut self, at: usize, message: &Message, allowances: &[Allowance]) -> bool {
        let free = allowances.iter().enumerate().find(|(at, allowance)| {
            !self.allowances.contains(at)
                && matches!(allowance.pattern.fit(message), Fit::Meets { .. })
        });
        let Some((allowance, _)) = free else { return false };
        self.allowances.push(allowance);
        self.messages.push(at);
        true
    }
}
