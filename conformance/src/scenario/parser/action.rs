//! What a step does, all but receiving.

use super::super::ast::{
    Action, Branch, BrokerControl, Client, ClientIndex, Compare, ConnectVerb, ExchangeVerb,
    GroupKind, Mode, Send, Trivia,
};
use super::super::words::{ACTIONS, nearest};
use super::{Parsed, Parser};

impl Parser<'_> {
    /// `should` or `may` in front of an action, if it is there.
    pub(super) fn mode(&mut self) -> Mode {
        let mode = if self.lexer.eat_word("should") {
            Mode::Should
        } else if self.lexer.eat_word("may") {
            Mode::May
        } else {
            return Mode::Must;
        };
        self.lexer.blank();
        mode
    }

    /// The action of a step.
    pub(super) fn action(&mut self) -> Parsed<Action> {
        let word = self.lexer.identifier();
        if ACTIONS.contains(&word) {
            self.lexer.eat(word);
            self.lexer.blank();
            return self.action_of(word);
        }
        if self.lexer.looking_at("{") && !self.at_count_of() {
            return self.block().map(Action::Block);
        }
        if self.at_number_or_brace() {
            return self.receive_of_some();
        }
        if word.is_empty() {
            return Err(self.unexpected("a step"));
        }
        self.client_line()
    }

    /// What follows one of the [`ACTIONS`].
    fn action_of(&mut self, verb: &str) -> Parsed<Action> {
        match verb {
            "connect" => self.connect(ConnectVerb::Connect),
            "reconnect" => self.connect(ConnectVerb::Reconnect),
            "open" => self.connect(ConnectVerb::Open),
            "subscribe" => self.exchange(ExchangeVerb::Subscribe),
            "unsubscribe" => self.exchange(ExchangeVerb::Unsubscribe),
            "publish" => self.exchange(ExchangeVerb::Publish),
            "setup" => self.group(GroupKind::Setup),
            "unordered" => self.group(GroupKind::Unordered),
            "ordered" => self.group(GroupKind::Ordered),
            "batch" => self.batch(),
            "either" => self.either(),
            "repeat" => self.repeat(),
            "do" => self.snake("the name of rows of steps").map(Action::Do),
            "let" => self.binding(),
            "acks" => self.acks(),
            "skip" => self.skip(),
            "mark" => self.snake("the name of a mark").map(Action::Mark),
            "wait" => self.duration().map(Action::Wait),
            _ => self.broker(),
        }
    }

    /// `a -> ...` or `a <- ...`
    fn client_line(&mut self) -> Parsed<Action> {
        let (word, before) = (self.lexer.clone(), self.diagnostics.len());
        let clients = self.clients()?;
        self.lexer.blank();
        if self.lexer.eat("->") {
            self.lexer.blank();
            return self.send().map(|what| Action::Send { clients, what });
        }
        if self.lexer.looking_at("<-") || self.lexer.looking_at("as ") {
            return self.receive(None, clients);
        }
        // Without an arrow it was rather a misspelt verb than a client.
        if nearest(word.word(), ACTIONS.iter().copied()).is_some() {
            self.diagnostics.truncate(before);
            self.lexer = word;
            return Err(self.unexpected_of("a step", ACTIONS));
        }
        Err(self.unexpected("`->` or `<-`"))
    }

    /// Whether `{expr} of` stands here, and not a block.
    fn at_count_of(&mut self) -> bool {
        let (lexer, diagnostics) = (self.lexer.clone(), self.diagnostics.len());
        let found = self.braced_expr().is_ok() && {
            self.lexer.blank();
            self.lexer.eat_word("of")
        };
        self.lexer = lexer;
        self.diagnostics.truncate(diagnostics);
        found
    }

    fn at_number_or_brace(&self) -> bool {
        self.lexer.peek().is_some_and(|c| c == '{' || c.is_ascii_digit())
    }

    /// `a, c[0], d[*]`
    pub(super) fn clients(&mut self) -> Parsed<Vec<Client>> {
        self.comma_separated(|parser| {
            let name = parser.snake("a client")?;
            if parser.lexer.eat("[*]") {
                return Ok(Client { name, index: Some(ClientIndex::All) });
            }
            let index = parser.index()?.map(ClientIndex::At);
            Ok(Client { name, index })
        })
    }

    fn connect(&mut self, verb: ConnectVerb) -> Parsed<Action> {
        let clients = self.clients()?;
        let fields = self.fields()?;
        let matches = if self.lexer.eat("<-") {
            self.lexer.blank();
            Some(self.matches()?)
        } else {
            None
        };
        Ok(Action::Connect { verb, clients, fields, matches })
    }

    fn exchange(&mut self, verb: ExchangeVerb) -> Parsed<Action> {
        let clients = self.clients()?;
        Ok(Action::Exchange { verb, clients, fields: self.fields()? })
    }

    fn send(&mut self) -> Parsed<Send> {
        let word = self.lexer.word();
        let plain =
            [("close", Send::Close), ("abort", Send::Abort), ("half-close", Send::HalfClose)];
        if let Some((_, send)) = plain.into_iter().find(|(text, _)| *text == word) {
            self.lexer.eat(word);
            return Ok(send);
        }
        if self.lexer.eat_word("bytes") {
            self.lexer.blank();
            return self.segments().map(Send::Bytes);
        }
        let words = ["bytes", "close", "abort", "half-close"];
        let packet = self.packet_name("what to send", &words)?;
        Ok(Send::Packet(packet, self.fields()?))
    }

    fn group(&mut self, kind: GroupKind) -> Parsed<Action> {
        self.block().map(|block| Action::Group(kind, block))
    }

    fn batch(&mut self) -> Parsed<Action> {
        let fields = self.fields()?;
        Ok(Action::Batch { fields, block: self.block()? })
    }

    /// The branches behind `either`. `or` may stand on a line of its own.
    fn either(&mut self) -> Parsed<Action> {
        let mut branches = vec![self.branch()?];
        loop {
            let behind = self.lexer.clone();
            let between = self.lexer.leading();
            if !self.lexer.eat_word("or") {
                self.lexer = behind;
                return Ok(Action::Either(branches));
            }
            if let Some(Branch { block, .. }) = branches.last_mut() {
                let end: &mut Trivia = &mut block.end;
                end.above.extend(between.into_iter().filter(Option::is_some));
            }
            self.lexer.blank();
            branches.push(self.branch()?);
        }
    }

    fn branch(&mut self) -> Parsed<Branch> {
        let non_strict = if self.lexer.eat_word("non-strict") {
            self.lexer.blank();
            Some(self.plain_string()?)
        } else {
            None
        };
        self.lexer.blank();
        Ok(Branch { non_strict, block: self.block()? })
    }

    fn repeat(&mut self) -> Parsed<Action> {
        let count = self.count()?;
        self.lexer.blank();
        let index = if self.lexer.eat_word("as") {
            self.lexer.blank();
            Some(self.snake("the name of the index")?)
        } else {
            None
        };
        self.lexer.blank();
        Ok(Action::Repeat { count, index, block: self.block()? })
    }

    fn binding(&mut self) -> Parsed<Action> {
        let name = self.snake("a name")?;
        self.lexer.blank();
        self.expect("=")?;
        self.lexer.blank();
        Ok(Action::Let(name, self.expr()?))
    }

    fn acks(&mut self) -> Parsed<Action> {
        let clients = self.clients()?;
        self.lexer.blank();
        let auto = self.one_of("`auto` or `manual`", &[("auto", true), ("manual", false)])?;
        Ok(Action::Acks { clients, auto })
    }

    fn skip(&mut self) -> Parsed<Action> {
        self.expect_word("unless")?;
        self.lexer.blank();
        let left = self.expr()?;
        self.lexer.blank();
        let Some(&(text, compare)) = COMPARES.iter().find(|(text, _)| self.lexer.looking_at(text))
        else {
            return Err(self.unexpected("a comparison"));
        };
        self.lexer.eat(text);
        self.lexer.blank();
        let right = self.expr()?;
        self.lexer.blank();
        Ok(Action::SkipUnless { left, compare, right, reason: self.plain_string()? })
    }

    fn broker(&mut self) -> Parsed<Action> {
        let words = [("restart", BrokerControl::Restart), ("kill", BrokerControl::Kill)];
        self.one_of("`restart` or `kill`", &words).map(Action::Broker)
    }
}

/// Longer ones first.
const COMPARES: &[(&str, Compare)] = &[
    ("==", Compare::Equal),
    ("!=", Compare::NotEqual),
    ("<=", Compare::LessOrEqual),
    (">=", Compare::GreaterOrEqual),
    ("<", Compare::Less),
    (">", Compare::Greater),
];
