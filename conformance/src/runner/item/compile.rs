//! From a receive line, as written, to an expectation with all values known.

use std::collections::HashSet;
use std::time::Duration;

use mqttspec_codec::PacketType;
use tokio::time::Instant;

use super::{Allowed, GroupLine, Item, Kind, Lead, Source2};
use crate::matcher::{ConnId, Line, Pattern, Unordered};
use crate::runner::case::{CaseRun, LINE_DEADLINE, SHOULD_DEADLINE};
use crate::runner::client::{ClientId, Facts, World};
use crate::runner::compile;
use crate::runner::env::EvalError;
use crate::runner::outcome::{Miss, Stop};
use crate::runner::reject::{Listed, Reason};
use crate::runner::scope::Scope;
use crate::runner::value::Value;
use crate::scenario::ast::{
    self, Action, Answer, AnswerKind, Block, Client, ClientIndex, Expect, GroupKind, Match, Mode,
    PacketName, Span, Step, Within,
};
use crate::scenario::case::statements;

/// When a line has to be met.
struct Window {
    from: Option<Instant>,
    until: Instant,
    bounded: bool,
    given: Duration,
}

/// A receive line in its parts.
struct Parts<'s> {
    step: &'s Step,
    count: Option<&'s ast::Count>,
    clients: &'s [Client],
    bind: Option<&'s ast::Name>,
    expect: &'s Expect,
    within: Option<&'s Within>,
}

impl CaseRun<'_> {
    /// The expectation of a lead in a world; `None`: in that of the case.
    ///
    /// # Errors
    ///
    /// If it cannot be evaluated.
    pub(in crate::runner) fn compile(
        &self,
        lead: &Lead<'_>,
        world: Option<&World>,
    ) -> Result<Item, Stop> {
        let world = world.unwrap_or(&self.world);
        match &lead.step.action {
            Action::Group(GroupKind::Unordered, block) => self.unordered(lead, block, world),
            _ => match parts(lead.step) {
                Some(parts) => self.line(lead, &parts, world),
                None => Err(self.unexpectable(lead.step.span)),
            },
        }
    }

    fn line(&self, lead: &Lead<'_>, parts: &Parts<'_>, world: &World) -> Result<Item, Stop> {
        let window = self.window(parts, world)?;
        let clients = self.resolve(parts.clients, world)?;
        let sources = self.sources(&clients)?;
        let connections: Vec<ConnId> = sources.iter().map(|(id, _)| *id).collect();
        let count = self.count(parts, sources.len(), world)?;
        let mut item = Item {
            kind: Kind::Listen { connections: Vec::new(), until: window.until },
            span: parts.step.span,
            charges: self.charges_of(parts.step),
            from: window.from,
            until: window.until,
            bounded: window.bounded,
            given: window.given,
        };
        item.kind = match parts.expect {
            expect if parts.step.mode == Mode::May => Kind::Allow {
                connections,
                allowed: match expect {
                    Expect::Packet(name, matches) => {
                        Allowed::Packet(self.pattern(name, matches, world)?)
                    }
                    Expect::Closed | Expect::Rejected(_) => Allowed::End,
                    Expect::Nothing { .. } | Expect::Anything => Allowed::Nothing,
                },
            },
            Expect::Packet(name, matches) if lead.in_order => Kind::InOrder {
                pattern: self.pattern(name, matches, world)?,
                count: count.unwrap_or(sources.len()),
                sources,
                bind: parts.bind.map(|name| name.node.clone()),
            },
            Expect::Packet(..) => {
                let mut lines = Lines::default();
                self.add_lines(&mut lines, parts, world, &[])?;
                lines.into_kind()
            }
            Expect::Closed => Kind::Closed { connections, count, settled: false },
            Expect::Rejected(answers) => Kind::Rejected {
                connections,
                listed: self.in_world(world, |scope| listed(scope, answers))?,
                since: Instant::now(),
            },
            Expect::Nothing { listen: Some(listen), .. } => {
                let span = parts.step.span;
                let listen = self.in_world(world, |scope| scope.duration(listen, span))?;
                let until = Instant::now() + listen;
                // Listening ends it, no deadline.
                item.until = until + Duration::from_secs(1);
                Kind::Listen { connections, until }
            }
            Expect::Nothing { weak, .. } => {
                // A fence has deadlines of its own.
                item.until += Duration::from_secs(3600);
                let fenced = HashSet::new();
                Kind::Nothing { connections, weak: *weak, fenced, discard: false }
            }
            Expect::Anything => {
                item.until += Duration::from_secs(3600);
                let fenced = HashSet::new();
                Kind::Nothing { connections, weak: false, fenced, discard: true }
            }
        };
        Ok(item)
    }

    fn unordered(&self, lead: &Lead<'_>, block: &Block, world: &World) -> Result<Item, Stop> {
        let mut lines = Lines::default();
        let mut trial = world.clone();
        self.add_block(&mut lines, block, &mut trial)?;
        let now = Instant::now();
        let until = lines.lines.iter().filter_map(|line| line.until).max();
        Ok(Item {
            kind: lines.into_kind(),
            span: lead.step.span,
            charges: self.charges_of(lead.step),
            from: None,
            until: until.unwrap_or(now).max(self.after(LINE_DEADLINE)),
            bounded: false,
            given: self.options.scaled(LINE_DEADLINE),
        })
    }

    /// The lines of an `unordered` block; `repeat` in it unrolls.
    fn add_block(&self, lines: &mut Lines, block: &Block, world: &mut World) -> Result<(), Stop> {
        for step in block.steps.iter().filter(|step| self.is_here(step)) {
            match &step.action {
                Action::Block(inner) => self.add_block(lines, inner, world)?,
                Action::Repeat { count, index, block } => {
                    let times = self.in_world(world, |scope| scope.times(count, step.span))?;
                    for round in 0..times {
                        if let Some(index) = index {
                            let round = i64::try_from(round).unwrap_or(i64::MAX);
                            world.env.set(&index.node, None, Value::Int(round));
                        }
                        self.add_block(lines, block, world)?;
                    }
                }
                _ => {
                    let parts = parts(step).ok_or_else(|| self.unexpectable(step.span))?;
                    if !matches!(parts.expect, Expect::Packet(..)) {
                        return Err(self.unexpectable(step.span));
                    }
                    self.add_lines(lines, &parts, world, &self.charges_of(step))?;
                }
            }
        }
        Ok(())
    }

    /// Adds a line: one for all of its clients with `N of`, else one for each.
    fn add_lines(
        &self,
        lines: &mut Lines,
        parts: &Parts<'_>,
        world: &World,
        charges: &[String],
    ) -> Result<(), Stop> {
        let Expect::Packet(name, matches) = parts.expect else { return Ok(()) };
        let pattern = self.pattern(name, matches, world)?;
        let clients = self.resolve(parts.clients, world)?;
        let sources = self.sources(&clients)?;
        let window = self.window(parts, world)?;
        let groups: Vec<(usize, Vec<Source2>)> = match self.count(parts, sources.len(), world)? {
            Some(count) => vec![(count, sources)],
            None => sources.into_iter().map(|source| (1, vec![source])).collect(),
        };
        for (count, sources) in groups {
            lines.patterns.push(Line {
                sources: sources.iter().map(|(id, _)| *id).collect(),
                count,
                optional: parts.step.mode == Mode::May,
                pattern: pattern.clone(),
            });
            lines.lines.push(GroupLine {
                span: parts.step.span,
                charges: charges.to_vec(),
                from: window.from,
                until: window.bounded.then_some(window.until),
                clients: sources,
                bind: parts.bind.map(|name| name.node.clone()),
            });
            lines.expected.push(self.written(parts));
        }
        Ok(())
    }

    /// The line's packet and conditions as they stand in the file.
    fn written(&self, parts: &Parts<'_>) -> String {
        let Expect::Packet(name, matches) = parts.expect else { return String::new() };
        let packet = match name {
            PacketName::Fixed(packet) => packet.node.name().to_owned(),
            PacketName::Computed(name) => format!("{{{}}}", name.node),
        };
        let text = |span: Span| self.here.source.text.get(span.start..span.end).unwrap_or("");
        let conditions = matches.iter().map(|condition| format!(" {}", text(condition.span)));
        format!("{packet}{}", conditions.collect::<String>())
    }

    /// The pattern of a line.
    ///
    /// # Errors
    ///
    /// If it cannot be evaluated.
    pub(in crate::runner) fn pattern(
        &self,
        name: &PacketName,
        matches: &[Match],
        world: &World,
    ) -> Result<Pattern, Stop> {
        let packet = self.packet_type(name, world)?;
        let version = self.version;
        self.in_world(world, |scope| compile::pattern(scope, version, packet, matches))
    }

    /// The packet type that a name stands for.
    ///
    /// # Errors
    ///
    /// If it stands for none.
    pub(in crate::runner) fn packet_type(
        &self,
        name: &PacketName,
        world: &World,
    ) -> Result<PacketType, Stop> {
        match name {
            PacketName::Fixed(packet) => Ok(packet.node),
            PacketName::Computed(name) => {
                let value = self.in_world(world, |scope| scope.name(&name.node, name.span))?;
                let packet = match &value {
                    Value::Word(word) => word.parse().ok(),
                    _ => None,
                };
                let message = format!("`{}` is no packet's name", name.node);
                packet.ok_or_else(|| self.unevaluated(EvalError { message, span: name.span }))
            }
        }
    }

    /// The clients of a line.
    ///
    /// # Errors
    ///
    /// If there is none of that name.
    pub(in crate::runner) fn resolve(
        &self,
        clients: &[Client],
        world: &World,
    ) -> Result<Vec<ClientId>, Stop> {
        let facts = Facts { clients: &self.clients, connections: &self.connections, world };
        let mut resolved = Vec::new();
        for client in clients {
            let name = client.name.node.as_str();
            let index = match &client.index {
                Some(ClientIndex::All) => {
                    resolved.extend(facts.array(name));
                    continue;
                }
                Some(ClientIndex::At(expr)) => {
                    Some(self.in_world(world, |scope| scope.unsigned(expr))?)
                }
                None => None,
            };
            let id = facts.client(name, index).ok_or_else(|| {
                let message = format!("there is no client `{name}` by now");
                self.unevaluated(EvalError { message, span: client.name.span })
            })?;
            resolved.push(id);
        }
        Ok(resolved)
    }

    /// The connections of clients.
    fn sources(&self, clients: &[ClientId]) -> Result<Vec<Source2>, Stop> {
        clients
            .iter()
            .map(|&client| {
                let connection = self.client(client).connection.ok_or_else(|| {
                    let title = self.client(client).title();
                    self.error(Miss::new(
                        "the line cannot be carried out",
                        format!("{title} has no connection"),
                    ))
                })?;
                Ok((connection, client))
            })
            .collect()
    }

    fn count(
        &self,
        parts: &Parts<'_>,
        clients: usize,
        world: &World,
    ) -> Result<Option<usize>, Stop> {
        let Some(count) = parts.count else { return Ok(None) };
        let count = self.in_world(world, |scope| scope.count(count, parts.step.span))?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > clients {
            let message = format!("{count} of {clients} connections");
            return Err(self.unevaluated(EvalError { message, span: parts.step.span }));
        }
        Ok(Some(count))
    }

    fn window(&self, parts: &Parts<'_>, world: &World) -> Result<Window, Stop> {
        let span = parts.step.span;
        let Some(Within { from, to, of }) = parts.within else {
            let given = match parts.step.mode {
                Mode::Should => self.options.scaled(SHOULD_DEADLINE),
                Mode::Must | Mode::May => self.options.scaled(LINE_DEADLINE),
            };
            let until = Instant::now() + given;
            return Ok(Window { from: None, until, bounded: false, given });
        };
        let base = match of {
            None => self.last_action,
            Some(mark) => *self.marks.get(&mark.node).ok_or_else(|| {
                let message = format!("`{}` was not marked by now", mark.node);
                self.unevaluated(EvalError { message, span: mark.span })
            })?,
        };
        let duration = |it: &ast::Duration| self.in_world(world, |scope| scope.duration(it, span));
        let from = from.as_ref().map(duration).transpose()?;
        let given = self.options.scaled(duration(to)?);
        Ok(Window { from: from.map(|from| base + from), until: base + given, bounded: true, given })
    }

    /// Evaluates something in a world.
    ///
    /// # Errors
    ///
    /// What cannot be evaluated ends the case with ERROR.
    pub(in crate::runner) fn in_world<T>(
        &self,
        world: &World,
        body: impl FnOnce(&Scope<'_>) -> Result<T, EvalError>,
    ) -> Result<T, Stop> {
        let facts = Facts { clients: &self.clients, connections: &self.connections, world };
        body(&Scope::new(&world.env, &facts)).map_err(|error| self.unevaluated(error))
    }

    /// Whether a step is there in the version of the case.
    pub(in crate::runner) fn is_here(&self, step: &Step) -> bool {
        step.version.is_none_or(|version| version == self.version)
    }

    /// The statements that a step itself names.
    pub(in crate::runner) fn charges_of(&self, step: &Step) -> Vec<String> {
        let charges = statements(&step.charges, self.version);
        charges.into_iter().map(ToOwned::to_owned).collect()
    }

    fn unexpectable(&self, span: Span) -> Stop {
        let message = "nothing can be expected by this line here".to_owned();
        self.unevaluated(EvalError { message, span })
    }
}

/// The lines of a group under construction.
#[derive(Default)]
struct Lines {
    patterns: Vec<Line>,
    lines: Vec<GroupLine>,
    expected: Vec<String>,
}

impl Lines {
    fn into_kind(self) -> Kind {
        Kind::Packets {
            group: Unordered::new(self.patterns),
            lines: self.lines,
            expected: self.expected,
        }
    }
}

fn parts(step: &Step) -> Option<Parts<'_>> {
    match &step.action {
        Action::Receive { count, clients, bind, expect, within } => Some(Parts {
            step,
            count: count.as_ref(),
            clients,
            bind: bind.as_ref(),
            expect,
            within: within.as_ref(),
        }),
        _ => None,
    }
}

/// The answers of a `rejected` line.
fn listed(scope: &Scope<'_>, answers: &[Answer]) -> Result<Listed, EvalError> {
    let mut listed = Listed::default();
    for Answer { weak, kind } in answers {
        match kind {
            AnswerKind::Bare => listed.bare = Some(*weak),
            AnswerKind::Undetected => listed.undetected = Some(*weak),
            AnswerKind::Reason(value) => {
                let reason = match scope.value(value)? {
                    Value::Word(word) if word == "error" => Reason::Error,
                    Value::Word(word) => Reason::Name(word),
                    Value::Int(code) => Reason::Code(u8::try_from(code).map_err(|_| {
                        EvalError { message: format!("{code} is no reason"), span: value.span }
                    })?),
                    other => {
                        let message = format!("{} is no reason", other.kind());
                        return Err(EvalError { message, span: value.span });
                    }
                };
                listed.reasons.push((reason, *weak));
            }
        }
    }
    Ok(listed)
}
