//! The packets of one connection that no line has taken yet, and what `may` lines let pass.

use std::collections::{BTreeMap, VecDeque};
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
                    self.drop_passed(&passed, Some(at));
                    return Take::Taken { message, fit };
                }
                Fit::Misses(misfit) => {
                    if !passed.let_pass(at, self) {
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
        let at = (0..self.messages.len()).find(|at| !passed.let_pass(*at, self))?;
        self.messages.get(at)
    }

    /// The packets that no allowance lets pass, oldest first.
    #[must_use]
    pub fn all_unexpected(&self) -> Vec<Arc<Message>> {
        let mut passed = Passed::default();
        let left = (0..self.messages.len()).filter(|at| !passed.let_pass(*at, self));
        left.map(|at| Arc::clone(&self.messages[at])).collect()
    }

    /// Removes a packet for which an allowance can be used up; `false` if there is none.
    pub fn pass(&mut self, seq: u64) -> bool {
        let Some(at) = self.position(seq) else { return false };
        let mut passed = Passed::default();
        let passes = passed.let_pass(at, self);
        if passes {
            self.drop_passed(&passed, None);
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

    /// Removes what was let pass, the allowances used for it, and one packet more.
    fn drop_passed(&mut self, passed: &Passed, taken: Option<usize>) {
        let mut messages: Vec<usize> = passed.by_allowance.values().copied().chain(taken).collect();
        messages.sort_unstable();
        for at in messages.into_iter().rev() {
            self.messages.remove(at);
        }
        for &at in passed.by_allowance.keys().rev() {
            self.allowances.remove(at);
        }
    }
}

/// Packets that are let pass, each by an allowance of its own: positions of both.
#[derive(Default)]
struct Passed {
    /// The packet that each allowance is used for.
    by_allowance: BTreeMap<usize, usize>,
}

impl Passed {
    /// Lets a packet pass, if need be by using other allowances for those before it: no packet is
    /// unexpected as long as there is any way to let all pass.
    fn let_pass(&mut self, at: usize, queue: &Queue) -> bool {
        let mut tried = vec![false; queue.allowances.len()];
        self.assign(at, queue, &mut tried)
    }

    fn assign(&mut self, at: usize, queue: &Queue, tried: &mut [bool]) -> bool {
        for (allowance, Allowance { pattern }) in queue.allowances.iter().enumerate() {
            if tried[allowance] || !matches!(pattern.fit(&queue.messages[at]), Fit::Meets { .. }) {
                continue;
            }
            tried[allowance] = true;
            let free = match self.by_allowance.get(&allowance) {
                None => true,
                Some(&other) => self.assign(other, queue, tried),
            };
            if free {
                self.by_allowance.insert(allowance, at);
                return true;
            }
        }
        false
    }
}
