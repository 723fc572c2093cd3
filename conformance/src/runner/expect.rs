//! Waiting for what lines ask for: one line after the other, or the branches of `either` side by
//! side, each in a world of its own.

use tokio::time::Instant;

use super::case::CaseRun;
use super::client::World;
use super::item::{Context, Item, Lead, Poll, Want};
use super::outcome::{Miss, Stop};
use crate::matcher::{ConnId, Queues};

/// Lines that are tried together with others.
pub(super) struct Branch<'s> {
    pub(super) leads: Vec<Lead<'s>>,
    /// The line under way.
    at: usize,
    item: Option<Item>,
    /// `None`: the world of the case itself.
    world: Option<World>,
    /// The last packet that the branch's world has got.
    synced: u64,
    pub(super) weaknesses: Vec<Miss>,
    miss: Option<Miss>,
}

/// What came of waiting.
pub(super) enum Outcome {
    /// All lines of this branch hold.
    Chosen(usize),
    /// No branch can hold any more.
    Missed(Miss),
}

/// What a branch waits for.
struct Waiting {
    want: Want,
    until: Instant,
    miss: Miss,
}

impl<'s> Branch<'s> {
    pub(super) fn new(leads: Vec<Lead<'s>>, world: Option<World>, synced: u64) -> Self {
        Self { leads, at: 0, item: None, world, synced, weaknesses: Vec::new(), miss: None }
    }

    pub(super) fn into_world(self) -> Option<World> {
        self.world
    }
}

impl CaseRun<'_> {
    /// Waits until the lines of a branch hold, the first as written if there are several.
    ///
    /// # Errors
    ///
    /// As [`CaseRun::wait`], if a fence is lost (BLOCKED), or a line cannot be evaluated.
    pub(super) async fn expect(&mut self, branches: &mut [Branch<'_>]) -> Result<Outcome, Stop> {
        self.drain();
        loop {
            let mut waiting = Vec::new();
            for (at, branch) in branches.iter_mut().enumerate() {
                if branch.miss.is_some() {
                    continue;
                }
                match self.advance(branch)? {
                    None => return Ok(Outcome::Chosen(at)),
                    Some(Ok(wait)) => waiting.push((at, wait)),
                    Some(Err(miss)) => branch.miss = Some(miss),
                }
            }
            let now = Instant::now();
            waiting.retain(|(at, wait)| {
                if wait.until <= now {
                    branches[*at].miss = Some(wait.miss.clone());
                }
                wait.until > now
            });
            if waiting.is_empty() {
                return Ok(Outcome::Missed(farthest(branches)));
            }
            self.pursue(branches, &waiting).await?;
        }
    }

    /// Does what the branches want, or waits for something to come.
    async fn pursue(
        &mut self,
        branches: &mut [Branch<'_>],
        waiting: &[(usize, Waiting)],
    ) -> Result<(), Stop> {
        let now = Instant::now();
        let mut wake = waiting.iter().map(|(_, wait)| wait.until).min().unwrap_or(now);
        for (at, wait) in waiting {
            match &wait.want {
                Want::Arrival => {}
                Want::Time(at) => wake = wake.min(*at),
                Want::Probe(connection, at) if *at <= now => {
                    let probe = self.ping(*connection);
                    self.connection(*connection).probe = Some(probe);
                    return Ok(());
                }
                Want::Probe(_, at) => wake = wake.min(*at),
                Want::Fence(connections, weak) => {
                    self.fence(connections, *weak).await?;
                    if let Some(item) = &mut branches[*at].item {
                        item.fenced(connections);
                    }
                    return Ok(());
                }
                Want::RoundTrip(connections) => {
                    self.round_trips(connections).await?;
                    if let Some(item) = &mut branches[*at].item {
                        item.settled();
                    }
                    return Ok(());
                }
            }
        }
        self.wait(wake).await
    }

    /// Goes on in a branch as far as it can. `None`: all of its lines hold.
    fn advance(&mut self, branch: &mut Branch<'_>) -> Result<Option<Result<Waiting, Miss>>, Stop> {
        self.sync(branch);
        while let Some(lead) = branch.leads.get(branch.at) {
            let mut item = match branch.item.take() {
                Some(item) => item,
                None => {
                    let world = branch.world.as_mut().unwrap_or(&mut self.world);
                    for (name, value) in &lead.variables {
                        world.env.set(name, None, super::value::Value::Int(*value));
                    }
                    self.compile(lead, branch.world.as_ref())?
                }
            };
            let world = branch.world.as_mut().unwrap_or(&mut self.world);
            let mut context = Context {
                connections: &mut self.connections,
                probe_after: self.options.scaled(super::reject::SILENCE),
                now: Instant::now(),
            };
            match item.poll(world, &mut context) {
                Poll::Met(weaknesses) => {
                    branch.weaknesses.extend(weaknesses);
                    branch.at += 1;
                }
                Poll::Missed(miss) => return Ok(Some(Err(*miss))),
                Poll::Waiting(want, miss) => {
                    let until = item.until;
                    branch.item = Some(item);
                    return Ok(Some(Ok(Waiting { want, until, miss: *miss })));
                }
            }
        }
        Ok(None)
    }

    /// Gives the branch's world what came since the last time.
    fn sync(&mut self, branch: &mut Branch<'_>) {
        let Some(world) = &mut branch.world else { return };
        for at in 0..self.connections.len() {
            let id = ConnId(at);
            let synced = branch.synced;
            let queue = self.world.queue(id);
            let new: Vec<_> =
                queue.iter().rev().take_while(|message| message.seq > synced).cloned().collect();
            // A fence may have opened connections that the branch does not know.
            world.ensure_queue(id);
            for message in new.into_iter().rev() {
                world.queue(id).push(message);
            }
        }
        branch.synced = self.seq;
    }
}

/// The miss of the branch that got farthest, with the others as notes.
fn farthest(branches: &mut [Branch<'_>]) -> Miss {
    let farthest = branches.iter().map(|branch| branch.at).max().unwrap_or(0);
    let at = branches.iter().position(|branch| branch.at == farthest).unwrap_or(0);
    let mut miss = branches[at].miss.clone().unwrap_or_default();
    let alone = branches.len() == 1;
    for (other, branch) in branches.iter().enumerate() {
        if let (true, Some(other)) = (other != at && !alone, &branch.miss) {
            miss = miss.note(format!("nor the other way: {}: {}", other.title, other.label));
        }
    }
    miss
}
