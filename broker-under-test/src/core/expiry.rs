//! The deadlines of the broker: one moment per [`Timer`], in the order in which they are due.

use std::collections::{BTreeMap, BTreeSet};

use super::event::ConnectionId;
use super::session::ClientId;
use super::time::Timestamp;

/// What a deadline is about. Timers that are due at the same moment run in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// CONNECT has to be accepted until then (section 3.1.4).
    Handshake(ConnectionId),
    /// The next Control Packet has to arrive until then (section 3.1.2.10; 3.1.1: 3.1.2.10).
    KeepAlive(ConnectionId),
    /// The Will Delay Interval ends (5.0, section 3.1.3.2.2).
    Will(ClientId),
    /// The Session Expiry Interval ends (5.0, section 3.1.2.11.2).
    Session(ClientId),
    /// A flaw repeats what was not acknowledged.
    Repeat(ClientId),
}

/// All timers that are set.
#[derive(Debug, Default)]
pub(super) struct Timers {
    due: BTreeSet<(Timestamp, Timer)>,
    moments: BTreeMap<Timer, Timestamp>,
}

impl Timers {
    /// Sets a timer, or moves one that was set before.
    pub(super) fn set(&mut self, timer: Timer, at: Timestamp) {
        self.cancel(&timer);
        self.due.insert((at, timer.clone()));
        self.moments.insert(timer, at);
    }

    /// Takes a timer back, if it is set.
    pub(super) fn cancel(&mut self, timer: &Timer) {
        if let Some((timer, at)) = self.moments.remove_entry(timer) {
            self.due.remove(&(at, timer));
        }
    }

    /// The earliest moment at which a timer is due.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes out the first timer that is due by `now` and is not about the client of `heard`.
    pub(super) fn pop(&mut self, now: Timestamp, heard: Option<ConnectionId>) -> Option<Timer> {
        let spared = |timer: &Timer| match timer {
            Timer::Handshake(id) | Timer::KeepAlive(id) => Some(*id) == heard,
            Timer::Will(_) | Timer::Session(_) | Timer::Repeat(_) => false,
        };
        let due = self.due.iter().take_while(|(at, _)| *at <= now);
        let timer = due.map(|(_, timer)| timer).find(|timer| !spared(timer))?.clone();
        self.cancel(&timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Timer = Timer::KeepAlive(ConnectionId(1));
    const B: Timer = Timer::Handshake(ConnectionId(2));

    #[test]
    fn a_timer_that_is_set_again_is_due_once_at_the_later_moment() {
        let mut timers = Timers::default();
        timers.set(A, Timestamp::from_millis(10));
        timers.set(A, Timestamp::from_millis(20));
        assert_eq!(timers.next(), Some(Timestamp::from_millis(20)));
        assert_eq!(timers.pop(Timestamp::from_millis(19), None), None);
        assert_eq!(timers.pop(Timestamp::from_millis(20), None), Some(A));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn the_timers_of_the_connection_that_is_heard_from_wait() {
        let mut timers = Timers::default();
        timers.set(A, Timestamp::from_millis(10));
        timers.set(B, Timestamp::from_millis(11));
        let now = Timestamp::from_millis(30);
        assert_eq!(timers.pop(now, Some(ConnectionId(1))), Some(B));
        assert_eq!(timers.pop(now, Some(ConnectionId(1))), None);
        assert_eq!(timers.pop(now, None), Some(A));
    }
}
