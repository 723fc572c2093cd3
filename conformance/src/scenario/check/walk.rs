//! The walk over the steps of one case.

use std::sync::Arc;
use std::time::Duration as Time;

use mqttspec_codec::{PacketType, Version};

use super::super::Source;
use super::super::ast::{
    Action, Atom, Block, Branch, Charge, ConnectVerb, Duration, ExchangeVerb, Expect, Expr,
    ExprKind, Field, GroupKind, HeaderKind, Match, Mode, Name, PacketName, RowContent, Scenario,
    Segment, Send, Span, Spanned, Step,
};
use super::super::case::Binding;
use super::super::diagnostic::Problem;
use super::super::eval::evaluate_duration;
use super::super::fields::{OPTIONS, SEGMENTS};
use super::super::words::GIVEN;
use super::field::Line;
use super::header::{Facts, charge};
use super::scope::{Known, KnownKind, Link, Scope};
use super::{Findings, Place};

/// How the steps of the innermost block are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// One after the other.
    Steps,
    /// `batch { }`
    Batch,
    /// `unordered { }`
    Unordered,
    /// `ordered { }`
    Ordered,
}

/// Steps and values of rows that are looked at in a case.
const LOOKS_MAX: u32 = 100_000;
/// `do` of rows that run rows, one in the other.
const DO_MAX: u32 = 16;

/// One case, up to one of its lines.
pub(super) struct Walk<'a> {
    pub(super) findings: &'a mut Findings,
    pub(super) facts: &'a Facts<'a>,
    pub(super) scenario_source: &'a Arc<Source>,
    /// The file of the line: that of the scenario, or of a table whose row is run.
    pub(super) source: Arc<Source>,
    pub(super) version: Version,
    pub(super) bindings: &'a [Binding],
    pub(super) scope: Scope,
    /// The place of the line.
    pub(super) line: Span,
    /// Names of row values that are being followed.
    pub(super) chain: Vec<String>,
    pub(super) inside: Inside,
    pub(super) in_setup: bool,
    /// A line was found that can fail.
    pub(super) can_fail: bool,
    in_second_round: bool,
    done: u32,
    looks: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        findings: &'a mut Findings,
        facts: &'a Facts<'a>,
        source: &'a Arc<Source>,
        version: Version,
        bindings: &'a [Binding],
    ) -> Self {
        Self {
            findings,
            facts,
            scenario_source: source,
            source: Arc::clone(source),
            version,
            bindings,
            scope: Scope::default(),
            line: Span::default(),
            chain: Vec::new(),
            inside: Inside::Steps,
            in_setup: false,
            can_fail: false,
            in_second_round: false,
            done: 0,
            looks: 0,
        }
    }

    /// Checks all steps of the case.
    pub(super) fn case(&mut self, scenario: &Scenario) {
        for header in &scenario.headers {
            if let HeaderKind::Timeout(time) = &header.kind {
                self.duration(time);
            }
        }
        self.block(&scenario.steps);
        if !self.can_fail {
            self.report(scenario.name.span, Problem::CannotFail);
        }
    }

    pub(super) fn report(&mut self, span: Span, problem: Problem) {
        self.findings.report(&self.source, span, problem);
    }

    /// Goes on in another file.
    pub(super) fn within_source<T>(
        &mut self,
        source: Arc<Source>,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let here = std::mem::replace(&mut self.source, source);
        let line = self.line;
        let result = check(self);
        self.line = line;
        self.source = here;
        result
    }

    fn block(&mut self, block: &Block) {
        for step in &block.steps {
            match step.version {
                Some(only) if only != self.version => {
                    if !self.facts.versions.contains(&only) && self.at_home() {
                        self.report(step.span, Problem::VersionNotRun { version: only });
                    }
                    self.never(step, only);
                }
                _ => self.step(step),
            }
        }
    }

    /// Steps of one version within steps of the other.
    fn never(&mut self, step: &Step, only: Version) {
        let Action::Block(block) = &step.action else { return };
        for inner in &block.steps {
            if let Some(version) = inner.version.filter(|version| *version != only) {
                self.report(inner.span, Problem::NeverRuns { version, other: only });
            }
        }
    }

    /// Whether this is a line of the scenario's own file; rows of a table may be of other versions.
    fn at_home(&self) -> bool {
        Arc::ptr_eq(&self.source, self.scenario_source)
    }

    fn step(&mut self, step: &Step) {
        if self.is_enough() {
            return;
        }
        self.line = step.span;
        self.charges(&step.charges);
        let receives = matches!(step.action, Action::Receive { .. });
        if step.mode != Mode::Must && !receives {
            let word = if step.mode == Mode::May { "may" } else { "should" };
            self.report(step.span, Problem::ModeWithoutReceive { word });
        }
        if self.belongs(step) {
            self.action(step);
        }
        self.line = step.span;
    }

    /// Whether so much was looked at that only rows which use rows again and again can be left.
    pub(super) fn is_enough(&mut self) -> bool {
        self.looks += 1;
        self.can_fail |= self.looks > LOOKS_MAX;
        self.looks > LOOKS_MAX
    }

    /// Statements of a line are among those of the scenario.
    fn charges(&mut self, charges: &[Charge]) {
        for written in charges {
            if self.at_home() {
                charge(self.findings, &self.source, written, &self.facts.versions);
            }
            if !self.facts.covered.contains(&written.id.node.as_str()) {
                let id = written.id.node.clone();
                self.report(written.id.span, Problem::NotCovered { id });
            }
        }
    }

    fn action(&mut self, step: &Step) {
        let charged = !step.charges.is_empty();
        match &step.action {
            Action::Block(block) => self.filled_block("block", block),
            Action::Connect { verb, clients, fields, matches } => {
                self.begin(*verb, clients, fields);
                self.connect_fields(*verb, fields, matches.as_deref());
                let fails = charged || matches.as_ref().is_some_and(|list| !list.is_empty());
                self.can_fail |= fails && !self.in_setup;
            }
            Action::Exchange { verb, clients, fields } => {
                for name in self.clients(clients) {
                    self.writes(name, false);
                }
                let packet = match verb {
                    ExchangeVerb::Subscribe => PacketType::Subscribe,
                    ExchangeVerb::Unsubscribe => PacketType::Unsubscribe,
                    ExchangeVerb::Publish => PacketType::Publish,
                };
                self.sent(packet, Line::Exchange, fields);
                self.can_fail |= charged && !self.in_setup;
            }
            Action::Send { clients, what } => {
                let ends = matches!(what, Send::Close | Send::Abort | Send::HalfClose);
                let clients = self.clients(clients);
                for name in &clients {
                    self.writes(name, ends);
                }
                self.send(what);
                for name in clients {
                    self.after_send(name, what);
                }
            }
            Action::Receive { .. } => self.receive(step.mode, &step.action),
            Action::Group(kind, block) => self.group(*kind, block),
            Action::Batch { fields, block } => self.batch(fields, block),
            Action::Either(branches) => self.either(branches),
            Action::Repeat { .. } => self.repeat(&step.action),
            Action::Do(name) => self.run(name),
            Action::Let(name, expr) => self.binding(name, expr),
            Action::Acks { clients, auto } => {
                for name in self.clients(clients) {
                    if let Some(client) = self.scope.clients.get_mut(&name.node) {
                        client.acks_auto = *auto && !client.many;
                    }
                }
            }
            Action::SkipUnless { left, right, .. } => {
                self.number(left);
                self.number(right);
            }
            Action::Mark(name) => {
                let place = self.define(name, "the mark");
                self.scope.marks.insert(name.node.clone(), place);
            }
            Action::Wait(time) => self.duration(time),
            Action::Broker(_) => {
                self.broker_control(step.span);
                for client in self.scope.clients.values_mut() {
                    client.set(Link::Unknown);
                }
            }
        }
    }

    fn connect_fields(&mut self, verb: ConnectVerb, fields: &[Field], matches: Option<&[Match]>) {
        if verb != ConnectVerb::Open {
            self.sent(PacketType::Connect, Line::Connect, fields);
            return self.matches(PacketType::Connack, matches.unwrap_or_default());
        }
        let options = OPTIONS.iter().filter(|option| option.name != "persistent");
        let options: Vec<&str> = options.map(|option| option.name).collect();
        let (ours, others): (Vec<_>, Vec<_>) =
            fields.iter().cloned().partition(|field| options.contains(&field.name.node.as_str()));
        self.options("open", OPTIONS, &ours);
        for field in others {
            let name = field.name.node;
            self.report(field.name.span, Problem::OpenTakesNoFields { name });
        }
        if matches.is_some() {
            self.report(self.line, Problem::OpenExpectsNothing);
        }
    }

    fn send(&mut self, what: &Send) {
        match what {
            Send::Packet(packet, fields) => {
                if let Some(packet) = self.packet_of_line(packet)
                    && self.sendable(packet, self.line)
                {
                    self.sent(packet, Line::Arrow, fields);
                }
            }
            Send::Bytes(segments) => self.segments(segments),
            Send::Close | Send::Abort | Send::HalfClose => {}
        }
    }

    fn segments(&mut self, segments: &[Spanned<Segment>]) {
        for segment in segments {
            match &segment.node {
                Segment::Hex(_) | Segment::Length | Segment::Cut => {}
                Segment::Text(text) => self.template(text, segment.span, false),
                Segment::LengthOf(group) => self.segments(group),
                Segment::Number(_, expr) => self.number(expr),
                Segment::Value(value) => self.segment_value(value),
            }
        }
    }

    fn group(&mut self, kind: GroupKind, block: &Block) {
        match kind {
            GroupKind::Unordered => self.inside(Inside::Unordered, "unordered", block),
            GroupKind::Ordered => self.inside(Inside::Ordered, "ordered", block),
            GroupKind::Setup => {
                let in_setup = std::mem::replace(&mut self.in_setup, true);
                self.filled_block("setup", block);
                self.in_setup = in_setup;
            }
        }
    }

    fn batch(&mut self, fields: &[Field], block: &Block) {
        self.options("batch", SEGMENTS, fields);
        self.inside(Inside::Batch, "batch", block);
    }

    /// Reports a step that does not belong into the block around it.
    fn belongs(&mut self, step: &Step) -> bool {
        let plain = matches!(step.action, Action::Block(_) | Action::Repeat { .. });
        let fits = plain
            || match (self.inside, &step.action) {
                (Inside::Steps, _) => true,
                (Inside::Batch, Action::Send { what, .. }) => {
                    matches!(what, Send::Packet(..) | Send::Bytes(_))
                }
                (Inside::Batch, action) => matches!(action, Action::Do(_) | Action::Let(..)),
                (Inside::Unordered, Action::Receive { expect, .. }) => {
                    matches!(expect, Expect::Packet(..))
                }
                (Inside::Unordered, _) => false,
                (Inside::Ordered, action) => matches!(
                    action,
                    Action::Receive { .. } | Action::Do(_) | Action::Group(GroupKind::Unordered, _)
                ),
            };
        let (block, expected) = match self.inside {
            Inside::Steps => return true,
            Inside::Batch => ("batch", "lines that send packets or bytes, and `repeat` of them"),
            Inside::Unordered => ("unordered", "lines that receive packets, and `repeat` of them"),
            Inside::Ordered => ("ordered", "lines that receive, and `repeat` of them"),
        };
        if !fits {
            self.report(step.span, Problem::NotInBlock { block, expected });
        }
        fits
    }

    /// Checks a block whose steps are read in another way.
    fn inside(&mut self, inside: Inside, what: &'static str, block: &Block) {
        let around = std::mem::replace(&mut self.inside, inside);
        self.filled_block(what, block);
        self.inside = around;
    }

    /// A block that has to hold something.
    fn filled_block(&mut self, what: &'static str, block: &Block) {
        if block.steps.is_empty() {
            self.report(self.line, Problem::EmptyBlock { what });
        }
        self.block(block);
    }

    /// Each branch begins with what is known here; behind them what is known after any of them.
    fn either(&mut self, branches: &[Branch]) {
        let before = self.scope.clone();
        let mut after: Option<Scope> = None;
        let line = self.line;
        for branch in branches {
            self.line = line;
            if branch.block.steps.is_empty() {
                self.report(line, Problem::EmptyBlock { what: "branch" });
                continue;
            }
            match self.first_line(&branch.block) {
                None => continue,
                Some((span, false)) => self.report(span, Problem::BranchWithoutReceive),
                Some((_, true)) => {}
            }
            self.scope = before.clone();
            self.block(&branch.block);
            let scope = std::mem::take(&mut self.scope);
            after = Some(match after {
                Some(others) => others.join(scope),
                None => scope,
            });
        }
        self.line = line;
        if after.is_none() {
            self.report(line, Problem::NoBranch { version: self.version });
        }
        self.scope = after.unwrap_or(before);
    }

    /// The first line of a block in this version, and whether a branch can be chosen by it.
    fn first_line(&self, block: &Block) -> Option<(Span, bool)> {
        let mut steps = block.steps.iter().filter(|s| s.version.is_none_or(|v| v == self.version));
        steps.find_map(|step| match &step.action {
            Action::Receive { .. } => Some((step.span, step.mode == Mode::Must)),
            Action::Block(block)
            | Action::Group(GroupKind::Unordered | GroupKind::Ordered, block)
            | Action::Repeat { block, .. } => self.first_line(block),
            _ => Some((step.span, false)),
        })
    }

    fn repeat(&mut self, action: &Action) {
        let Action::Repeat { count, index, block } = action else { return };
        self.count(count);
        let rounds = self.constant_count(count);
        let before = self.scope.clone();
        if let Some(name) = index {
            self.index_name(name);
        }
        if rounds == Some(0) {
            // The lines are checked as any, but nothing of them happens.
            self.block(block);
            self.scope = before;
            return;
        }
        self.filled_block("repeat", block);
        // Once more, to see what a round does to the next one; loops inside need not do it again.
        if rounds != Some(1) && !self.in_second_round {
            self.in_second_round = true;
            self.block(block);
            self.in_second_round = false;
        }
        if let Some(name) = index {
            self.scope.values.remove(&name.node);
        }
        if rounds.is_none() {
            let after = std::mem::take(&mut self.scope);
            self.scope = after.join(before);
        }
    }

    fn index_name(&mut self, name: &Name) {
        if self.scope.values.contains_key(&name.node) {
            return self.report(name.span, Problem::NameTaken { name: name.node.clone() });
        }
        if self.free_name(name) {
            let place = self.define(name, "the index");
            let known = Known { kind: KnownKind::Number, place };
            self.scope.values.insert(name.node.clone(), known);
        }
    }

    /// `do name`
    fn run(&mut self, name: &Name) {
        let Some((place, _)) = self.row_of(&name.node) else {
            return self.report(name.span, Problem::NotSteps { name: name.node.clone() });
        };
        self.findings.mark_used(&place);
        let Some((source, block)) = self.steps_of(&name.node) else {
            return self.report(name.span, Problem::NotSteps { name: name.node.clone() });
        };
        if self.done == DO_MAX {
            return self.report(name.span, Problem::Circular { name: name.node.clone() });
        }
        self.done += 1;
        self.within_source(source, |walk| walk.block(block));
        self.done -= 1;
    }

    /// The steps that a name stands for in this case, with their file.
    fn steps_of(&self, name: &str) -> Option<(Arc<Source>, &'a Block)> {
        self.bindings.iter().find_map(|binding| {
            let named = binding.names.first().is_some_and(|first| first.node == name);
            match &binding.row.content {
                RowContent::Steps(block) if named => Some((Arc::clone(&binding.source), block)),
                _ => None,
            }
        })
    }

    fn binding(&mut self, name: &Name, expr: &Expr) {
        self.number(expr);
        let here = super::place(&self.source, name.span);
        let before = self.scope.values.get(&name.node);
        if before.is_some_and(|before| before.place != here) {
            return self.report(name.span, Problem::NameTaken { name: name.node.clone() });
        }
        if self.free_name(name) {
            let place = self.define(name, "the name");
            let known = Known { kind: KnownKind::Number, place };
            self.scope.values.insert(name.node.clone(), known);
        }
    }

    /// Whether a name is free: reports one that is given, or that of a row's value.
    pub(super) fn free_name(&mut self, name: &Name) -> bool {
        let problem = if GIVEN.contains(&name.node.as_str()) {
            Problem::GivenName { name: name.node.clone() }
        } else if self.row_of(&name.node).is_some() {
            Problem::NameTaken { name: name.node.clone() }
        } else {
            return true;
        };
        self.report(name.span, problem);
        false
    }

    pub(super) fn define(&mut self, name: &Name, what: &'static str) -> Place {
        self.findings.define(&self.source, name, what)
    }

    /// The packet of a line, reported if the name stands for none.
    pub(super) fn packet_of_line(&mut self, packet: &PacketName) -> Option<PacketType> {
        match packet {
            PacketName::Fixed(packet) => Some(packet.node),
            PacketName::Computed(name) => self.computed_packet(name),
        }
    }

    /// The packet of a line, if it is one.
    pub(super) fn packet_of(&self, packet: &PacketName) -> Option<PacketType> {
        match packet {
            PacketName::Fixed(packet) => Some(packet.node),
            PacketName::Computed(name) => match &self.row_of(&name.node)?.1?.atom {
                Atom::Word(word) => word.parse().ok(),
                _ => None,
            },
        }
    }

    pub(super) fn constant_duration(&self, duration: &Duration) -> Option<Time> {
        evaluate_duration(duration, &mut |path| {
            let span = path.name.span;
            let kind =
                ExprKind::Path { name: path.name.clone(), index: None, field: path.field.cloned() };
            self.constant(&Expr { kind, span })
        })
        .ok()
    }
}
