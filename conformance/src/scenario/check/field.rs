//! Fields of packets that are sent, and conditions on those that arrive.

use mqttspec_codec::{PacketType, Version};

use super::super::ast::{Atom, Field, Match, MatchOp, Name, Pattern, Span};
use super::super::case::Capability;
use super::super::diagnostic::Problem;
use super::super::fields::{
    Direction, FILTER_OPTIONS, Field as Known, Kind, OPTIONS, SEGMENTS, fields, of_packet,
};
use super::super::words::nearest;
use super::scope::{Known as Value, KnownKind};
use super::value::Place;
use super::walk::Walk;

/// Where fields are written, which decides what there is beside the packet's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `a -> PACKET`
    Arrow,
    /// `connect`, `reconnect`
    Connect,
    /// `subscribe`, `unsubscribe`, `publish`
    Exchange,
}

impl Walk<'_> {
    /// The fields of a packet that is sent.
    pub(super) fn sent(&mut self, packet: PacketType, line: Line, written: &[Field]) {
        let beside: &[Known] = match line {
            Line::Arrow => SEGMENTS,
            Line::Connect => OPTIONS,
            Line::Exchange => &[],
        };
        let known: Vec<&'static Known> = fields(packet, Direction::Sent).collect();
        for field in written {
            let name = &field.name;
            if let Some(option) = beside.iter().find(|known| known.name == name.node) {
                self.field(option, field, None);
            } else if let Some(known) = known.iter().find(|known| known.name == name.node) {
                self.field(known, field, Some(packet));
            } else {
                let names = known.iter().copied().chain(beside).map(|known| known.name);
                self.unknown_field(name, packet, Direction::Sent, names);
            }
        }
        let several: &[&str] = match packet {
            PacketType::Subscribe => &["filter", "patch"],
            PacketType::Unsubscribe => &["filter", "patch"],
            _ => &["patch"],
        };
        let options = if packet == PacketType::Subscribe { FILTER_OPTIONS } else { &[] };
        self.no_duplicate_fields(written.iter().map(|field| &field.name), several, options);
        if matches!(packet, PacketType::Subscribe | PacketType::Unsubscribe) {
            self.filters(written);
        }
    }

    /// Fields that are not of a packet: of `open` and of `batch`.
    pub(super) fn options(&mut self, of: &str, known: &'static [Known], written: &[Field]) {
        for field in written {
            let name = &field.name;
            match known.iter().find(|known| known.name == name.node) {
                Some(known) => self.field(known, field, None),
                None => {
                    let nearest = nearest(&name.node, known.iter().map(|known| known.name));
                    let packet = format!("`{of}`");
                    let name_text = name.node.clone();
                    let problem = Problem::UnknownField { name: name_text, packet, nearest };
                    self.report(name.span, problem);
                }
            }
        }
        self.no_duplicate_fields(written.iter().map(|field| &field.name), &[], &[]);
    }

    /// A field and its value.
    fn field(&mut self, known: &Known, field: &Field, packet: Option<PacketType>) {
        let name = field.name.node.clone();
        if !known.is_in(self.version) {
            return self.report(field.name.span, Problem::FieldNotInVersion { name });
        }
        if known.kind == Kind::Reserved {
            return self.report(field.name.span, Problem::ReservedField { name });
        }
        let place = Place { name: &name, kind: known.kind, packet, direction: Direction::Sent };
        match &field.value {
            Some(value) => {
                let line = std::mem::replace(&mut self.line, value.span);
                self.value(place, value);
                self.line = line;
            }
            None if known.kind.limit().is_some() => {}
            None => {
                let expected = known.kind.expected();
                let problem = Problem::MissingValue { name: name.clone(), expected };
                self.report(field.name.span, problem);
            }
        }
    }

    /// Conditions on a received packet. Captures are known from here on.
    pub(super) fn matches(&mut self, packet: PacketType, matches: &[Match]) {
        let known: Vec<&'static Known> = fields(packet, Direction::Received).collect();
        for condition in matches {
            let name = &condition.name;
            let Some(field) = known.iter().find(|known| known.name == name.node) else {
                let names = known.iter().map(|known| known.name);
                self.unknown_field(name, packet, Direction::Received, names);
                continue;
            };
            if !field.is_in(self.version) {
                let name_text = name.node.clone();
                self.report(name.span, Problem::FieldNotInVersion { name: name_text });
            } else {
                self.condition(field, condition, packet);
            }
        }
        self.no_duplicate_fields(matches.iter().map(|condition| &condition.name), &[], &[]);
    }

    fn condition(&mut self, field: &Known, condition: &Match, packet: PacketType) {
        let prefixes = matches!(field.kind, Kind::Text | Kind::Binary | Kind::Payload);
        if condition.op == MatchOp::Prefix && !prefixes {
            let name = condition.name.node.clone();
            self.report(condition.span, Problem::NoPrefix { name });
        }
        match &condition.pattern {
            Pattern::Alternatives(alternatives) => {
                let place = Place {
                    name: field.name,
                    kind: field.kind,
                    packet: Some(packet),
                    direction: Direction::Received,
                };
                let line = std::mem::replace(&mut self.line, condition.span);
                self.alternatives(place, alternatives);
                self.line = line;
            }
            Pattern::Bind(name, index) => {
                if let Some(index) = index {
                    self.number(index);
                }
                self.capture(name, index.is_some());
            }
        }
    }

    /// `?name`: bound again and again is fine, but always with an index or always without.
    fn capture(&mut self, name: &Name, many: bool) {
        let kind = KnownKind::Capture { many };
        match self.scope.values.get(&name.node).map(|known| known.kind) {
            Some(KnownKind::Number) => {
                self.report(name.span, Problem::NameTaken { name: name.node.clone() });
            }
            Some(KnownKind::Capture { many: before }) if before != many => {
                let name_text = name.node.clone();
                let problem = if before {
                    Problem::MissingIndex { name: name_text }
                } else {
                    Problem::NoIndex { name: name_text }
                };
                self.report(name.span, problem);
            }
            // The first one stands for all that share the name.
            Some(KnownKind::Capture { many: true }) => {}
            _ => {
                if self.free_name(name) {
                    let place = self.define(name, "the capture");
                    self.scope.values.insert(name.node.clone(), Value { kind, place });
                }
            }
        }
    }

    fn unknown_field(
        &mut self,
        name: &Name,
        packet: PacketType,
        direction: Direction,
        names: impl Iterator<Item = &'static str>,
    ) {
        let sent = direction == Direction::Sent;
        let other_way = of_packet(packet).iter().any(|known| known.name == name.node);
        let problem = if other_way {
            Problem::WrongWay { name: name.node.clone(), sent }
        } else {
            let nearest = nearest(&name.node, names);
            let packet = packet.name().to_owned();
            Problem::UnknownField { name: name.node.clone(), packet, nearest }
        };
        self.report(name.span, problem);
    }

    /// Fields stand once, but for those that may be there several times; `options` once for each
    /// `filter`.
    fn no_duplicate_fields<'n>(
        &mut self,
        names: impl Iterator<Item = &'n Name>,
        several: &[&str],
        options: &[&str],
    ) {
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if name.node == "filter" {
                seen.retain(|seen| !options.contains(seen));
            }
            if seen.contains(&name.node.as_str()) && !several.contains(&name.node.as_str()) {
                self.report(name.span, Problem::DuplicateField { name: name.node.clone() });
            }
            seen.push(&name.node);
        }
    }

    /// Options follow their filter.
    fn filters(&mut self, written: &[Field]) {
        let at = |wanted: &str| written.iter().position(|field| field.name.node == wanted);
        let first = match (at("filter"), at("filters")) {
            (Some(_), Some(list)) => {
                return self.report(written[list].name.span, Problem::FilterAndFilters);
            }
            (first, None) | (None, first) => first,
        };
        let before = &written[..first.unwrap_or(0)];
        for Field { name, .. } in before {
            if FILTER_OPTIONS.contains(&name.node.as_str()) {
                self.report(name.span, Problem::OptionBeforeFilter { name: name.node.clone() });
            }
        }
    }

    /// The packet that a name in braces stands for.
    pub(super) fn computed_packet(&mut self, name: &Name) -> Option<PacketType> {
        let Some((place, value)) = self.row_of(&name.node) else {
            let problem = Problem::NotAPacket { name: name.node.clone() };
            self.report(name.span, problem);
            return None;
        };
        self.findings.mark_used(&place);
        let word = match value.map(|value| &value.atom) {
            Some(Atom::Word(word)) => word.as_str(),
            _ => "",
        };
        let packet = word.parse().ok();
        if packet.is_none() {
            self.report(name.span, Problem::NotAPacket { name: name.node.clone() });
        }
        packet
    }

    /// A packet that we send: any, if the version has it at all.
    pub(super) fn sendable(&mut self, packet: PacketType, span: Span) -> bool {
        let exists = packet != PacketType::Auth || self.version == Version::V5_0;
        if !exists {
            let (packet, version) = (packet.name().to_owned(), self.version);
            self.report(span, Problem::PacketNotInVersion { packet, version });
        }
        exists
    }

    /// A broker that may be restarted, by a case that runs alone.
    pub(super) fn broker_control(&mut self, span: Span) {
        self.need(Capability::Control, "`broker`".to_owned(), span);
        if !self.facts.exclusive {
            self.report(span, Problem::MissingExclusive);
        }
    }
}
