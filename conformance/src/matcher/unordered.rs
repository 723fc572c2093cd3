//! `unordered { }`: lines that wait for their packets side by side.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::message::Message;
use super::pattern::{Fit, Misfit, Pattern};
use super::queue::{Allowance, Queue};

/// The number of a connection in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnId(pub usize);

/// Access to the queues of a case.
pub trait Queues {
    /// The queue of a connection.
    fn queue(&mut self, connection: ConnId) -> &mut Queue;
}

/// A line of the group.
#[derive(Clone, Debug)]
pub struct Line {
    /// The connections that its packets may come on.
    pub sources: Vec<ConnId>,
    /// On how many of them one has to come.
    pub count: usize,
    /// `may`: the group does not wait for it.
    pub optional: bool,
    /// What the packets are like.
    pub pattern: Pattern,
}

/// The lines of a group, and how far they got.
#[derive(Clone, Debug)]
pub struct Unordered {
    lines: Vec<Line>,
    /// The connections that each line got its packets from.
    served: Vec<Vec<ConnId>>,
    /// Lines that still want packets, in the order written.
    open: Vec<usize>,
    /// Open lines that are not optional.
    wanted: usize,
    sources: Vec<ConnId>,
    /// The packets that were dealt with on each connection: all up to this one.
    seen: HashMap<ConnId, u64>,
}

/// A packet that went to a line.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The position of the line in the group.
    pub line: usize,
    /// Where it came.
    pub connection: ConnId,
    /// The packet.
    pub message: Arc<Message>,
    /// How it fits: always [`Fit::Meets`].
    pub fit: Fit,
}

/// How far the group is.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Every line has what it wants. What `may` lines did not get is let pass later.
    Done,
    /// Lines wait for more.
    Waiting,
    /// A packet came whose lane is open, but that fits no line.
    Failed {
        /// The first line whose lane it is in.
        line: usize,
        /// The packet.
        message: Arc<Message>,
        /// Why it does not fit that line.
        misfit: Misfit,
    },
}

impl Unordered {
    /// A group of these lines.
    #[must_use]
    pub fn new(lines: Vec<Line>) -> Self {
        let open: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].count > 0).collect();
        let wanted = open.iter().filter(|&&at| !lines[at].optional).count();
        let sources: HashSet<ConnId> =
            lines.iter().flat_map(|line| line.sources.iter().copied()).collect();
        let mut sources: Vec<ConnId> = sources.into_iter().collect();
        sources.sort_unstable();
        let served = vec![Vec::new(); lines.len()];
        Self { lines, served, open, wanted, sources, seen: HashMap::new() }
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The first line that still has to get something.
    #[must_use]
    pub fn waiting(&self) -> Option<usize> {
        self.open.iter().copied().find(|&at| !self.lines[at].optional)
    }

    /// The open lines that still have to get something: for each how many packets it wants, and
    /// the connections that they may yet come on.
    pub fn missing(&self) -> impl Iterator<Item = (usize, usize, Vec<ConnId>)> {
        let wanted = self.open.iter().copied().filter(|&at| !self.lines[at].optional);
        wanted.map(|at| {
            let (line, served) = (&self.lines[at], &self.served[at]);
            let sources = line.sources.iter().copied().filter(|it| !served.contains(it));
            (at, line.count - served.len(), sources.collect())
        })
    }

    /// Deals out what came since the last time.
    pub fn feed(&mut self, queues: &mut dyn Queues, taken: &mut Vec<Taken>) -> Progress {
        while self.wanted > 0
            && let Some((connection, message)) = self.next(queues)
        {
            self.seen.insert(connection, message.seq);
            match self.deal(connection, &message) {
                Deal::To(at, line, fit) => {
                    queues.queue(connection).remove(message.seq);
                    self.serve(at, connection);
                    taken.push(Taken { line, connection, message, fit });
                }
                Deal::Misfit(line, misfit) => {
                    if !queues.queue(connection).pass(message.seq) {
                        return Progress::Failed { line, message, misfit };
                    }
                }
                Deal::OtherLane => {}
            }
        }
        if self.wanted > 0 {
            return Progress::Waiting;
        }
        self.finish(queues);
        Progress::Done
    }

    /// The oldest packet, over all connections, that was not looked at yet.
    fn next(&self, queues: &mut dyn Queues) -> Option<(ConnId, Arc<Message>)> {
        let mut oldest: Option<(ConnId, Arc<Message>)> = None;
        for &connection in &self.sources {
            let seen = self.seen.get(&connection).copied();
            if let Some(message) = queues.queue(connection).behind(seen)
                && oldest.as_ref().is_none_or(|(_, oldest)| message.seq < oldest.seq)
            {
                oldest = Some((connection, Arc::clone(message)));
            }
        }
        oldest
    }

    fn deal(&self, connection: ConnId, message: &Message) -> Deal {
        let mut misfit = None;
        for (at, &line) in self.open.iter().enumerate() {
            let Line { sources, pattern, .. } = &self.lines[line];
            let open = sources.contains(&connection) && !self.served[line].contains(&connection);
            if !open || !pattern.selects(message) {
                continue;
            }
            match pattern.fit(message) {
                fit @ Fit::Meets { .. } => return Deal::To(at, line, fit),
                Fit::Misses(miss) => {
                    misfit.get_or_insert((line, miss));
                }
            }
        }
        misfit.map_or(Deal::OtherLane, |(line, misfit)| Deal::Misfit(line, misfit))
    }

    /// Counts a packet for the line at this position of `open`.
    fn serve(&mut self, at: usize, connection: ConnId) {
        let line = self.open[at];
        self.served[line].push(connection);
        if self.served[line].len() == self.lines[line].count {
            self.open.remove(at);
            if !self.lines[line].optional {
                self.wanted -= 1;
            }
        }
    }

    /// What optional lines did not get may still come, and is then let pass.
    fn finish(&mut self, queues: &mut dyn Queues) {
        for line in std::mem::take(&mut self.open) {
            let Line { sources, pattern, .. } = &self.lines[line];
            for &connection in sources.iter().filter(|it| !self.served[line].contains(it)) {
                queues.queue(connection).allow(Allowance { pattern: pattern.clone() });
            }
        }
    }
}

enum Deal {
    /// To the line at this position of `open`, which is that line of the group.
    To(usize, usize, Fit),
    Misfit(usize, Misfit),
    OtherLane,
}
