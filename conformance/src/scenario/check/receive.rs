//! Lines that receive.

use mqttspec_codec::{PacketType, ReasonCode, Sender, Version};

use super::super::ast::{
    Action, Alternative, AlternativeKind, Answer, AnswerKind, Atom, Client as Written, Count,
    Expect, Match, Mode, Name, Pattern, Within,
};
use super::super::diagnostic::Problem;
use super::super::reasons;
use super::super::words::nearest;
use super::scope::{Client, Link};
use super::walk::Walk;

impl Walk<'_> {
    /// `N of clients as w <- expect within ...`
    pub(super) fn receive(&mut self, mode: Mode, action: &Action) {
        let Action::Receive { count, clients, bind, expect, within } = action else { return };
        let known = self.clients(clients);
        for name in &known {
            self.reads(name, *expect == Expect::Closed);
        }
        if let Some(count) = count {
            self.count_of(count, clients);
        }
        if let Expect::Packet(packet, matches) = expect {
            if let Some(packet) = self.packet_of_line(packet) {
                self.packet(packet, matches, &known);
            }
        } else if let Expect::Rejected(answers) = expect {
            self.answers(answers);
        } else if let Expect::Nothing { listen: Some(time), .. } = expect {
            self.duration(time);
        }
        if mode == Mode::May && !matches!(expect, Expect::Packet(..) | Expect::Closed) {
            self.report(self.line, Problem::MayOfThat);
        }
        if let Some(within) = within {
            self.within(within, expect);
        }
        if let Some(name) = bind {
            self.bind(name, count.as_ref(), &known);
        }
        if mode == Mode::Must && count.is_none() {
            self.after_receive(&known, expect);
        } else if matches!(expect, Expect::Closed | Expect::Rejected(_)) {
            for name in known {
                self.set_link(&name.node, Link::Unknown);
            }
        }
        let fails = mode != Mode::May && !matches!(expect, Expect::Anything);
        self.can_fail |= fails && !self.in_setup;
    }

    fn packet(&mut self, packet: PacketType, matches: &[Match], clients: &[&Name]) {
        let from_server = match packet {
            PacketType::Connect
            | PacketType::Subscribe
            | PacketType::Unsubscribe
            | PacketType::Pingreq => false,
            PacketType::Disconnect | PacketType::Auth => self.version == Version::V5_0,
            _ => true,
        };
        if !from_server {
            let (packet, version) = (packet.name().to_owned(), self.version);
            return self.report(self.line, Problem::NotReceived { packet, version });
        }
        self.matches(packet, matches);
        for name in clients {
            let auto = self.scope.clients.get(&name.node).is_some_and(|client| client.acks_auto);
            if auto && taken_by_acks(self.version, packet, matches) {
                let (client, packet) = (name.node.clone(), packet.name().to_owned());
                self.report(self.line, Problem::TakenByAcks { client, packet });
            }
        }
    }

    fn count_of(&mut self, count: &Count, clients: &[Written]) {
        self.count(count);
        let all = clients.iter().any(|client| client.index.is_some());
        let number = clients.len();
        let Some(count) = self.constant_count(count) else { return };
        let most = if all { i64::MAX } else { i64::try_from(number).unwrap_or(i64::MAX) };
        if count < 1 || count > most {
            self.report(self.line, Problem::CountOutOfRange { count, clients: number });
        }
    }

    fn bind(&mut self, name: &Name, count: Option<&Count>, clients: &[&Name]) {
        if count.and_then(|count| self.constant_count(count)) != Some(1) {
            self.report(name.span, Problem::BindNeedsOne);
        }
        let of = |client: &&&Name| self.scope.clients.get(&client.node);
        let first = clients.iter().find_map(|client| of(&client)).cloned();
        let client = first.unwrap_or(Client {
            many: false,
            link: Link::Up,
            acks_auto: false,
            has_connected: true,
            place: None,
        });
        let place = Some(self.define(name, "the client"));
        let client = Client { many: false, link: Link::Unknown, place, ..client };
        self.scope.clients.insert(name.node.clone(), client);
    }

    fn answers(&mut self, answers: &[Answer]) {
        for Answer { kind, .. } in answers {
            let AnswerKind::Reason(value) = kind else { continue };
            if let Atom::Expr(expr) = &value.atom {
                self.expr(expr);
            }
            let resolved = self.resolve(value);
            match &resolved.value.atom {
                Atom::Word(word) => {
                    if let Some(problem) = self.answer(word) {
                        self.report_value(value.span, &resolved, problem);
                    }
                }
                Atom::Int(int) if int.value > 0xFF => {
                    let value_of = i64::try_from(int.value).unwrap_or(i64::MAX);
                    let name = "rejected".to_owned();
                    let problem = Problem::OutOfRange { name, value: value_of, limit: 0xFF };
                    self.report_value(value.span, &resolved, problem);
                }
                _ => {}
            }
        }
    }

    /// What is wrong with a reason that a broker refuses with. Names of the other version do not
    /// count, and are not wrong.
    fn answer(&self, word: &str) -> Option<Problem> {
        let name = word.to_owned();
        if word == "error" {
            return None;
        }
        if !reasons::is_known(word) {
            let nearest = nearest(word, reasons::names());
            return Some(Problem::UnknownReason { name, nearest });
        }
        if self.version == Version::V3_1_1 {
            let success = reasons::code(self.version, PacketType::Connack, word) == Some(0);
            return success.then_some(Problem::NotAnError { name });
        }
        let code = ReasonCode::by_name(word)?;
        if !code.is_error() {
            return Some(Problem::NotAnError { name });
        }
        let packets = [PacketType::Connack, PacketType::Disconnect];
        let allowed = packets.iter().any(|packet| code.allowed_in(*packet, Sender::Server));
        let packet = "CONNACK or DISCONNECT".to_owned();
        let version = self.version;
        (!allowed).then_some(Problem::ReasonNotInPacket { name, packet, version })
    }

    fn within(&mut self, within: &Within, expect: &Expect) {
        if matches!(expect, Expect::Nothing { .. } | Expect::Anything) {
            self.report(self.line, Problem::WithinOfThat);
        }
        for duration in within.from.iter().chain([&within.to]) {
            self.duration(duration);
        }
        let [from, to] =
            [within.from.as_ref(), Some(&within.to)].map(|time| self.constant_duration(time?));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            self.report(self.line, Problem::EmptyRange);
        }
        if let Some(mark) = &within.of {
            self.use_mark(mark);
        }
    }

    fn use_mark(&mut self, mark: &Name) {
        if let Some(place) = self.scope.marks.get(&mark.node).cloned() {
            return self.findings.mark_used(&place);
        }
        let nearest = nearest(&mark.node, self.scope.marks.keys().map(String::as_str));
        self.report(mark.span, Problem::UnknownMark { name: mark.node.clone(), nearest });
    }

    /// What a line that has to hold says of the connection from here on.
    fn after_receive(&mut self, clients: &[&Name], expect: &Expect) {
        let undetected =
            |answers: &[Answer]| answers.iter().any(|a| a.kind == AnswerKind::Undetected);
        let link = match expect {
            Expect::Closed => self.ended(false),
            Expect::Rejected(answers) if undetected(answers) => Link::Unknown,
            Expect::Rejected(_) => self.ended(false),
            _ => return,
        };
        for name in clients {
            self.set_link(&name.node, link.clone());
        }
    }
}

/// Whether the runner takes such a packet off the queue of a connection with `acks=auto`: every
/// acknowledgement but one whose reason has to be an error.
fn taken_by_acks(version: Version, packet: PacketType, matches: &[Match]) -> bool {
    let acknowledges = matches!(
        packet,
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp
    );
    let failure = |alternative: &Alternative| match &alternative.kind {
        AlternativeKind::Error => true,
        AlternativeKind::Value(value) => match &value.atom {
            Atom::Word(word) => reasons::code(version, packet, word).is_some_and(|c| c >= 0x80),
            Atom::Int(int) => int.value >= 0x80,
            _ => true,
        },
        _ => false,
    };
    let fails = matches.iter().filter(|condition| condition.name.node == "reason").any(|reason| {
        match &reason.pattern {
            Pattern::Alternatives(list) => list.iter().any(failure),
            Pattern::Bind(..) => false,
        }
    });
    acknowledges && !fails
}
