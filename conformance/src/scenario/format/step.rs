//! Steps in canonical form.

use super::super::ast::{
    Action, Block, Branch, BrokerControl, Charge, Compare, ConnectVerb, ExchangeVerb, Expect,
    GroupKind, Mode, Send, Step,
};
use super::line::{COLUMNS_MAX, Line, width};
use super::{Printer, comment_text, padded, value};
use mqttspec_codec::Version;

/// A step that stands on one line, with what is put in columns behind it.
struct OneLine {
    text: String,
    charges: String,
    comment: String,
}

impl Printer {
    /// The steps of a block and the comments behind them.
    pub(super) fn steps(&mut self, block: &Block) {
        let steps = &block.steps;
        let lines: Vec<Option<OneLine>> = steps
            .iter()
            .enumerate()
            .map(|(at, step)| self.one_line(step, &in_front(steps, at)))
            .collect();
        for (at, step) in steps.iter().enumerate() {
            self.above(&step.trivia);
            match &lines[at] {
                Some(line) => {
                    let text = self.in_columns(line, neighbours(steps, &lines, at));
                    self.line(&text);
                }
                None => self.long_step(step, &in_front(steps, at)),
            }
        }
        self.above(&block.end);
    }

    /// A block of one plain step without comments, braces included, or an empty one.
    pub(super) fn block_on_one_line(&self, block: &Block) -> Option<String> {
        if !block.end.is_empty() {
            return None;
        }
        match block.steps.as_slice() {
            [] => Some("{}".to_owned()),
            [step] if step.trivia.is_empty() => {
                let mut line = plain(step, &prefix(step))?;
                add_charges(&mut line, &step.charges);
                let line = format!("{{ {} }}", line.flat());
                self.fits(&line).then_some(line)
            }
            _ => None,
        }
    }

    /// A block on several lines, but for the closing brace.
    pub(super) fn block(&mut self, front: &str, block: &Block) {
        self.line(&format!("{front}{{"));
        self.indented(|printer| printer.steps(block));
    }

    /// The step on one line, if it fits.
    fn one_line(&self, step: &Step, front: &str) -> Option<OneLine> {
        let text = match plain(step, front) {
            Some(line) => line.flat(),
            None => {
                let (head, block) = block_of(&step.action)?;
                format!("{front}{head}{}", self.block_on_one_line(block)?)
            }
        };
        let mut charges = Line::default();
        add_charges(&mut charges, &step.charges);
        let charges = charges.flat().trim_start().to_owned();
        let comment = step.trivia.beside.as_deref().map_or(String::new(), comment_text);
        let both = format!("{text} {charges}");
        self.fits(both.trim_end()).then_some(OneLine { text, charges, comment })
    }

    /// A line with its charges and its comment below those of its neighbours.
    fn in_columns<'a>(
        &self,
        line: &OneLine,
        neighbours: impl Iterator<Item = &'a OneLine> + Clone,
    ) -> String {
        let charged = neighbours.clone().filter(|line| !line.charges.is_empty());
        let column = charged.clone().map(|line| width(&line.text)).max().unwrap_or(0);
        let fits = charged
            .clone()
            .all(|line| self.indent + column + 1 + width(&line.charges) <= COLUMNS_MAX);
        let body = |line: &OneLine| match line.charges.as_str() {
            "" => line.text.clone(),
            charges if fits => format!("{} {charges}", padded(&line.text, column)),
            charges => format!("{} {charges}", line.text),
        };
        if line.comment.is_empty() {
            return body(line);
        }
        let commented = neighbours.filter(|line| !line.comment.is_empty());
        let column = commented.map(|line| width(&body(line))).max().unwrap_or(0);
        format!("{}  {}", padded(&body(line), column), line.comment)
    }

    /// A step on several lines.
    fn long_step(&mut self, step: &Step, front: &str) {
        if let Some(mut line) = plain(step, front) {
            add_charges(&mut line, &step.charges);
            return self.broken(&line, 4, &step.trivia);
        }
        if let Action::Either(branches) = &step.action {
            return self.either(step, front, branches);
        }
        if let Some((head, block)) = block_of(&step.action) {
            self.block(&format!("{front}{head}"), block);
            self.end_of_block(step);
        }
    }

    fn end_of_block(&mut self, step: &Step) {
        let mut line = Line::of("}");
        add_charges(&mut line, &step.charges);
        self.broken(&line, 4, &step.trivia);
    }

    /// One branch a line if all of them are short.
    fn either(&mut self, step: &Step, front: &str, branches: &[Branch]) {
        let reasons = branches.iter().any(|branch| branch.non_strict.is_some());
        let heads: Vec<String> = branches
            .iter()
            .enumerate()
            .map(|(at, branch)| {
                let word = if at == 0 { "either" } else { "or" };
                let front = if at == 0 { front.to_owned() } else { " ".repeat(width(front)) };
                let word = if reasons { word.to_owned() } else { padded(word, "either".len()) };
                format!("{front}{word} {}", reason(branch))
            })
            .collect();
        let lines: Option<Vec<String>> = heads
            .iter()
            .zip(branches)
            .map(|(head, branch)| {
                let line = format!("{head}{}", self.block_on_one_line(&branch.block)?);
                self.fits(&line).then_some(line)
            })
            .collect();
        if let Some(mut lines) = lines {
            let mut last = Line::of(lines.pop().unwrap_or_default());
            add_charges(&mut last, &step.charges);
            for line in lines {
                self.line(&line);
            }
            return self.broken(&last, 4, &step.trivia);
        }
        for (at, branch) in branches.iter().enumerate() {
            let head = if at == 0 { format!("{front}either ") } else { "} or ".to_owned() };
            self.block(&format!("{head}{}", reason(branch)), &branch.block);
        }
        self.end_of_block(step);
    }
}

/// The steps on one line each around this one, without anything in between.
fn neighbours<'a>(
    steps: &'a [Step],
    lines: &'a [Option<OneLine>],
    at: usize,
) -> impl Iterator<Item = &'a OneLine> + Clone {
    let mut from = at;
    while from > 0 && steps[from].trivia.above.is_empty() && lines[from - 1].is_some() {
        from -= 1;
    }
    let behind = (at + 1..steps.len())
        .take_while(|&next| steps[next].trivia.above.is_empty() && lines[next].is_some())
        .count();
    lines[from..=at + behind].iter().flatten()
}

/// What stands before the action. `@5.0` next to `@3.1.1` is as wide.
fn in_front(steps: &[Step], at: usize) -> String {
    let front = prefix(&steps[at]);
    let old = |at: usize| steps.get(at).is_some_and(|s| s.version == Some(Version::V3_1_1));
    let beside_old = old(at + 1) || at.checked_sub(1).is_some_and(old);
    match steps[at].version {
        Some(Version::V5_0) if beside_old => front.replacen("@5.0 ", "@5.0   ", 1),
        _ => front,
    }
}

fn prefix(step: &Step) -> String {
    let version = step.version.map_or(String::new(), |version| format!("@{version} "));
    let mode = match step.mode {
        Mode::Must => "",
        Mode::Should => "should ",
        Mode::May => "may ",
    };
    format!("{version}{mode}")
}

fn reason(branch: &Branch) -> String {
    match &branch.non_strict {
        Some(why) => format!("non-strict {} ", value::plain(&why.node)),
        None => String::new(),
    }
}

fn add_charges(line: &mut Line, charges: &[Charge]) {
    if !charges.is_empty() {
        line.blank();
        line.text("[");
        value::charges(line, charges);
        line.text("]");
    }
}

/// What stands before the braces of an action with one block, and the block.
fn block_of(action: &Action) -> Option<(String, &Block)> {
    match action {
        Action::Block(block) => Some((String::new(), block)),
        Action::Group(kind, block) => {
            let word = match kind {
                GroupKind::Setup => "setup ",
                GroupKind::Unordered => "unordered ",
                GroupKind::Ordered => "ordered ",
            };
            Some((word.to_owned(), block))
        }
        Action::Batch { fields, block } => {
            let mut line = Line::of("batch");
            value::fields(&mut line, fields);
            Some((format!("{} ", line.flat()), block))
        }
        Action::Repeat { count, index, block } => {
            let index = index.as_ref().map_or(String::new(), |name| format!("as {} ", name.node));
            Some((format!("repeat {} {index}", value::count(count)), block))
        }
        _ => None,
    }
}

/// An action without a block.
fn plain(step: &Step, front: &str) -> Option<Line> {
    let mut line = Line::of(front);
    match &step.action {
        Action::Connect { verb, clients, fields, matches } => {
            let verb = match verb {
                ConnectVerb::Connect => "connect ",
                ConnectVerb::Reconnect => "reconnect ",
                ConnectVerb::Open => "open ",
            };
            line.text(verb);
            value::clients(&mut line, clients);
            value::fields(&mut line, fields);
            if let Some(matches) = matches {
                line.text(" <-");
                value::matches(&mut line, matches);
            }
        }
        Action::Exchange { verb, clients, fields } => {
            let verb = match verb {
                ExchangeVerb::Subscribe => "subscribe ",
                ExchangeVerb::Unsubscribe => "unsubscribe ",
                ExchangeVerb::Publish => "publish ",
            };
            line.text(verb);
            value::clients(&mut line, clients);
            value::fields(&mut line, fields);
        }
        Action::Send { clients, what } => {
            value::clients(&mut line, clients);
            line.text(" -> ");
            send(&mut line, what);
        }
        Action::Receive { .. } => receive(&mut line, &step.action),
        Action::Do(name) => line.text(format!("do {}", name.node)),
        Action::Let(name, expr) => {
            line.text(format!("let {} = {}", name.node, value::expr(expr)));
        }
        Action::Acks { clients, auto } => {
            line.text("acks ");
            value::clients(&mut line, clients);
            line.text(if *auto { " auto" } else { " manual" });
        }
        Action::SkipUnless { left, compare, right, reason } => {
            let [left, right] = [left, right].map(value::expr);
            line.text(format!("skip unless {left} {} {right}", sign(*compare)));
            line.blank();
            line.text(value::plain(&reason.node));
        }
        Action::Mark(name) => line.text(format!("mark {}", name.node)),
        Action::Wait(time) => line.text(format!("wait {}", value::duration(time))),
        Action::Broker(BrokerControl::Restart) => line.text("broker restart"),
        Action::Broker(BrokerControl::Kill) => line.text("broker kill"),
        Action::Block(_)
        | Action::Group(..)
        | Action::Batch { .. }
        | Action::Either(_)
        | Action::Repeat { .. } => return None,
    }
    Some(line)
}

fn send(line: &mut Line, what: &Send) {
    match what {
        Send::Packet(packet, fields) => {
            line.text(value::packet_name(packet));
            value::fields(line, fields);
        }
        Send::Bytes(segments) => {
            line.text("bytes");
            line.blank();
            value::segments(line, segments);
        }
        Send::Close => line.text("close"),
        Send::Abort => line.text("abort"),
        Send::HalfClose => line.text("half-close"),
    }
}

fn receive(line: &mut Line, action: &Action) {
    let Action::Receive { count, clients, bind, expect, within } = action else { return };
    if let Some(count) = count {
        line.text(format!("{} of ", value::count(count)));
    }
    value::clients(line, clients);
    if let Some(name) = bind {
        line.text(format!(" as {}", name.node));
    }
    line.text(" <- ");
    match expect {
        Expect::Packet(packet, matches) => {
            line.text(value::packet_name(packet));
            value::matches(line, matches);
        }
        Expect::Closed => line.text("closed"),
        Expect::Rejected(answers) => {
            let answers = value::answers(answers);
            line.text(format!("rejected {answers}").trim_end());
        }
        Expect::Nothing { listen: Some(time), .. } => {
            line.text(format!("nothing for {}", value::duration(time)));
        }
        Expect::Nothing { listen: None, weak: true } => line.text("nothing weak"),
        Expect::Nothing { listen: None, weak: false } => line.text("nothing"),
        Expect::Anything => line.text("anything"),
    }
    if let Some(within) = within {
        line.blank();
        line.text(value::within(within));
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "==",
        Compare::NotEqual => "!=",
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
    }
}
