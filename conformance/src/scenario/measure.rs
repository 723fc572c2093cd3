//! What can be told of a case before it runs: the time that it takes at least, the number of its
//! connections, and whether it breaks the protocol on purpose.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use mqttspec_codec::Version;

use super::ast::{
    self, Action, Atom, Block, Branch, Client, ClientIndex, Count, Expect, Field, Mode, RowContent,
    Send, Step,
};
use super::case::Binding;
use super::eval::{EvalError, Path, evaluate, evaluate_count, evaluate_duration};
use super::fields::is_mutation;

/// Steps looked at, so that loops in loops, and rows that run rows, do not take for ever.
const STEPS_MAX: u32 = 100_000;
/// Rounds of a loop that are looked at one by one.
const ROUNDS_MAX: u64 = 1000;

/// A walk over the steps of a case.
pub(super) struct Measure<'a> {
    version: Version,
    numbers: HashMap<&'a str, i64>,
    rows: HashMap<&'a str, &'a Block>,
    marks: HashMap<&'a str, Duration>,
    clients: HashSet<(&'a str, Option<i64>)>,
    clock: Duration,
    hostile: bool,
    steps: u32,
}

impl<'a> Measure<'a> {
    pub(super) fn new(version: Version, bindings: &'a [Binding]) -> Self {
        let mut numbers = HashMap::new();
        let mut rows = HashMap::new();
        for binding in bindings {
            match &binding.row.content {
                RowContent::Steps(block) => {
                    rows.extend(binding.names.first().map(|name| (name.node.as_str(), block)));
                }
                RowContent::Values(values) => {
                    for (name, value) in binding.names.iter().zip(values) {
                        if let Atom::Int(int) = &value.atom
                            && let Ok(number) = i64::try_from(int.value)
                        {
                            numbers.insert(name.node.as_str(), number);
                        }
                    }
                }
            }
        }
        Self {
            version,
            numbers,
            rows,
            marks: HashMap::new(),
            clients: HashSet::new(),
            clock: Duration::ZERO,
            hostile: false,
            steps: 0,
        }
    }

    /// The time that went by.
    pub(super) fn time(&self) -> Duration {
        self.clock
    }

    /// The number of clients that were connected.
    pub(super) fn connections(&self) -> usize {
        self.clients.len()
    }

    /// Whether a step broke the protocol.
    pub(super) fn hostile(&self) -> bool {
        self.hostile
    }

    /// A duration, as far as it can be known beforehand.
    pub(super) fn duration(&self, duration: &ast::Duration) -> Option<Duration> {
        evaluate_duration(duration, &mut |path| self.number(path)).ok()
    }

    pub(super) fn block(&mut self, block: &'a Block) {
        for step in &block.steps {
            if self.steps > STEPS_MAX {
                return;
            }
            if step.version.is_none_or(|only| only == self.version) {
                self.step(step);
            }
        }
    }

    fn step(&mut self, step: &'a Step) {
        self.steps += 1;
        match &step.action {
            Action::Block(block) | Action::Group(_, block) => self.block(block),
            Action::Batch { block, .. } => self.block(block),
            Action::Connect { clients, fields, .. } => {
                self.connect(clients);
                self.fields(fields);
            }
            Action::Exchange { fields, .. } => self.fields(fields),
            Action::Send { what, .. } => self.send(what),
            Action::Receive { expect, within, .. } if step.mode != Mode::May => {
                self.expect(expect);
                if let Some(within) = within {
                    self.within(within);
                }
            }
            Action::Either(branches) => self.either(branches),
            Action::Repeat { count, index, block } => {
                self.repeat(count, index.as_ref().map(|name| name.node.as_str()), block);
            }
            Action::Do(name) => {
                if let Some(block) = self.rows.get(name.node.as_str()).copied() {
                    self.block(block);
                }
            }
            Action::Let(name, expr) => {
                if let Ok(value) = evaluate(expr, &mut |path| self.number(path)) {
                    self.numbers.insert(&name.node, value);
                }
            }
            Action::Mark(name) => {
                self.marks.insert(&name.node, self.clock);
            }
            Action::Wait(wait) => self.pass(self.duration(wait).unwrap_or_default()),
            _ => {}
        }
    }

    fn pass(&mut self, time: Duration) {
        self.clock = self.clock.saturating_add(time);
    }

    fn connect(&mut self, clients: &'a [Client]) {
        for client in clients {
            let index = match &client.index {
                Some(ClientIndex::At(expr)) => {
                    Some(evaluate(expr, &mut |path| self.number(path)).unwrap_or(0))
                }
                _ => None,
            };
            self.clients.insert((&client.name.node, index));
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        self.hostile |= fields.iter().any(|field| is_mutation(&field.name.node));
    }

    fn send(&mut self, what: &Send) {
        match what {
            Send::Packet(_, fields) => self.fields(fields),
            Send::Bytes(_) => self.hostile = true,
            Send::Close | Send::Abort | Send::HalfClose => {}
        }
    }

    fn expect(&mut self, expect: &Expect) {
        match expect {
            Expect::Rejected(_) => self.hostile = true,
            Expect::Nothing { listen: Some(listen), .. } => {
                self.pass(self.duration(listen).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn within(&mut self, within: &ast::Within) {
        let Some(from) = within.from.as_ref().and_then(|from| self.duration(from)) else { return };
        let mark = within.of.as_ref().and_then(|of| self.marks.get(of.node.as_str()));
        let counted_from = mark.copied().unwrap_or(self.clock);
        self.clock = self.clock.max(counted_from.saturating_add(from));
    }

    /// The quickest branch counts, and the connections of all.
    fn either(&mut self, branches: &'a [Branch]) {
        let begin = self.clock;
        let mut quickest: Option<Duration> = None;
        for branch in branches {
            self.clock = begin;
            self.block(&branch.block);
            quickest = Some(quickest.map_or(self.clock, |time| time.min(self.clock)));
        }
        self.clock = quickest.unwrap_or(begin);
    }

    fn repeat(&mut self, count: &Count, index: Option<&'a str>, block: &'a Block) {
        let begin = self.clock;
        let Ok(count) = evaluate_count(count, &mut |path| self.number(path)) else {
            self.block(block);
            self.clock = begin;
            return;
        };
        let rounds = u64::try_from(count).unwrap_or(0);
        let mut round = 0;
        while round < rounds {
            let (before, clients) = (self.clock, self.clients.len());
            if let Some(index) = index {
                self.numbers.insert(index, i64::try_from(round).unwrap_or(i64::MAX));
            }
            self.block(block);
            round += 1;
            let took = self.clock.saturating_sub(before);
            if took.is_zero() && self.clients.len() == clients && round > 1 {
                return;
            }
            if round == ROUNDS_MAX || self.steps > STEPS_MAX {
                let left = u32::try_from(rounds - round).unwrap_or(u32::MAX);
                return self.pass(took.saturating_mul(left));
            }
        }
    }

    fn number(&self, path: Path<'_>) -> Result<i64, EvalError> {
        let known = self.numbers.get(path.name.node.as_str()).copied();
        match path {
            Path { index: None, field: None, .. } => known,
            _ => None,
        }
        .ok_or_else(|| EvalError::NotANumber(path.name.node.clone()))
    }
}
