//! Steps that receive: `a <- ...`.

use mqttspec_codec::PacketType;

use super::super::ast::{
    Action, Answer, AnswerKind, Client, Count, Expect, Match, MatchOp, PacketName, Pattern,
    Spanned, Within,
};
use super::super::diagnostic::Problem;
use super::super::lexer::is_word;
use super::super::words::nearest;
use super::{Parsed, Parser};

impl Parser<'_> {
    /// `N of a, b as w <- ...`
    pub(super) fn receive_of_some(&mut self) -> Parsed<Action> {
        let count = self.count()?;
        self.lexer.blank();
        self.expect_word("of")?;
        self.lexer.blank();
        let clients = self.clients()?;
        self.lexer.blank();
        self.receive(Some(count), clients)
    }

    /// `as w <- ...` behind the clients.
    pub(super) fn receive(&mut self, count: Option<Count>, clients: Vec<Client>) -> Parsed<Action> {
        let bind = if self.lexer.eat_word("as") {
            self.lexer.blank();
            Some(self.snake("the name of the client that received")?)
        } else {
            None
        };
        self.lexer.blank();
        self.expect("<-")?;
        self.lexer.blank();
        let expect = self.expectation()?;
        self.lexer.blank();
        let within = if self.lexer.eat_word("within") { Some(self.within()?) } else { None };
        Ok(Action::Receive { count, clients, bind, expect, within })
    }

    fn expectation(&mut self) -> Parsed<Expect> {
        if self.lexer.eat_word("closed") {
            return Ok(Expect::Closed);
        }
        if self.lexer.eat_word("rejected") {
            return self.answers().map(Expect::Rejected);
        }
        if self.lexer.eat_word("anything") {
            return Ok(Expect::Anything);
        }
        if self.lexer.eat_word("nothing") {
            self.lexer.blank();
            if self.lexer.eat_word("weak") {
                return Ok(Expect::Nothing { listen: None, weak: true });
            }
            let mut listen = None;
            if self.lexer.eat_word("for") {
                self.lexer.blank();
                listen = Some(self.duration()?);
            }
            return Ok(Expect::Nothing { listen, weak: false });
        }
        let words = ["closed", "rejected", "anything", "nothing"];
        let packet = self.packet_name("what to receive", &words)?;
        Ok(Expect::Packet(packet, self.matches()?))
    }

    /// A packet's name, or `{name}`. `words` could stand here as well.
    pub(super) fn packet_name(&mut self, what: &str, words: &[&str]) -> Parsed<PacketName> {
        if self.lexer.looking_at("{") {
            return self.braced(|parser| parser.snake("a name")).map(PacketName::Computed);
        }
        let start = self.lexer.at();
        let word = self.lexer.word();
        if let Ok(node) = word.parse::<PacketType>() {
            self.lexer.eat(word);
            return Ok(PacketName::Fixed(Spanned { node, span: self.span_from(start) }));
        }
        if !word.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(self.unexpected_of(what, words));
        }
        self.lexer.eat(word);
        let nearest = nearest(word, PacketType::ALL.iter().map(|packet| packet.name()));
        let span = self.span_from(start);
        Err(self.report(span, Problem::UnknownPacket { name: word.to_owned(), nearest }))
    }

    /// `Code|~Code|bare`; none at all takes any error code.
    fn answers(&mut self) -> Parsed<Vec<Answer>> {
        let mut answers = Vec::new();
        self.lexer.blank();
        let begins = |c: char| c == '~' || c == '{' || is_word(c);
        if !self.lexer.peek().is_some_and(begins) || self.lexer.word() == "within" {
            return Ok(answers);
        }
        loop {
            let weak = self.lexer.eat("~");
            let kind = if self.lexer.eat_word("bare") {
                AnswerKind::Bare
            } else if self.lexer.eat_word("undetected") {
                AnswerKind::Undetected
            } else {
                AnswerKind::Reason(self.value()?)
            };
            answers.push(Answer { weak, kind });
            self.lexer.blank();
            if !self.lexer.eat("|") {
                return Ok(answers);
            }
            self.lexer.blank();
        }
    }

    /// `from..to of mark` behind `within`.
    fn within(&mut self) -> Parsed<Within> {
        self.lexer.blank();
        let mut from = None;
        let mut to = self.duration()?;
        if self.lexer.eat("..") {
            from = Some(to);
            to = self.duration()?;
        }
        self.lexer.blank();
        let mut of = None;
        if self.lexer.eat_word("of") {
            self.lexer.blank();
            of = Some(self.snake("the name of a mark")?);
        }
        Ok(Within { from, to, of })
    }

    /// Conditions on a packet, up to `within` or the end of the line.
    pub(super) fn matches(&mut self) -> Parsed<Vec<Match>> {
        let mut matches = Vec::new();
        loop {
            self.lexer.blank();
            if self.lexer.identifier().is_empty() || self.lexer.word() == "within" {
                return Ok(matches);
            }
            matches.push(self.condition()?);
        }
    }

    fn condition(&mut self) -> Parsed<Match> {
        let start = self.lexer.at();
        let name = self.field_name()?;
        self.lexer.blank();
        let op = if self.lexer.eat("==") {
            MatchOp::Selects
        } else if self.lexer.eat("^=") {
            MatchOp::Prefix
        } else if self.lexer.eat("=") {
            MatchOp::Is
        } else {
            return Err(self.unexpected("`=`, `==` or `^=`"));
        };
        self.lexer.blank();
        let pattern = if self.lexer.eat("?") {
            let name = self.snake("the name of a capture")?;
            Pattern::Bind(name, self.index()?)
        } else {
            Pattern::Alternatives(self.alternatives()?)
        };
        Ok(Match { name, op, pattern, span: self.span_from(start) })
    }
}
