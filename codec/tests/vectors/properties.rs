//! Vectors for properties: each in each place from each side, twice, at the ends of its range, cut
//! short; identifiers that are not defined; and lengths.

use mqttspec_codec::{Sender, Version};

use crate::case::{Case, Verdict};
use crate::form::{Form, Part, form_with_block, packet_of, padded_varint};
use crate::notation::sender_name;
use crate::tables::{PropertyRow, Standing, Tables};

const AUTHENTICATION_METHOD: u8 = 0x15;
const AUTHENTICATION_DATA: u8 = 0x16;
const SERVER_REFERENCE: u8 = 0x1C;
const SUBSCRIPTION_IDENTIFIER: u8 = 0x0B;
const TOPIC_ALIAS: u8 = 0x23;

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = Vec::new();
    for place in tables.places() {
        let senders = tables.packet(packet_of(place)).senders(Version::V5_0);
        for &sender in senders {
            let spot = Spot { tables, place, sender };
            for row in &tables.properties {
                spot.once(row, &mut cases);
                if row.standing(place, sender) == Standing::Legal {
                    spot.twice(row, &mut cases);
                    spot.range(row, &mut cases);
                }
            }
        }
        let spot = Spot { tables, place, sender: senders[0] };
        for row in &tables.properties {
            if row.standing(place, spot.sender) == Standing::Legal {
                spot.cut_short(row, &mut cases);
            }
        }
        spot.identifiers(&mut cases);
        spot.lengths(&mut cases);
        spot.authentication(&mut cases);
    }
    subscription_identifiers(tables, &mut cases);
    topic_alias(tables, &mut cases);
    cases
}

/// A place for properties in a packet from one side.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) place: &'a str,
    pub(crate) sender: Sender,
}

impl Spot<'_> {
    /// A packet with this property at the end of the block, and where the property starts. What
    /// the property cannot do without is there too.
    pub(crate) fn with(&self, id: u8, value: &[u8]) -> (Form, usize) {
        let mut form = form_with_block(self.tables, self.place, self.sender);
        let mut block = form.block(self.place).unwrap().clone();
        let method = self.tables.property(AUTHENTICATION_METHOD);
        if id == AUTHENTICATION_DATA && method.standing(self.place, self.sender) == Standing::Legal
        {
            block = vec![method.example()];
        }
        if id == AUTHENTICATION_METHOD {
            block.clear();
        }
        if id == SERVER_REFERENCE && self.sender == Sender::Server {
            let has_code = form.fields.iter().any(|field| field.name == "Reason Code");
            if has_code && matches!(self.place, "CONNACK" | "DISCONNECT") {
                form.set("Reason Code", Part::Int(vec![0x9D]));
            }
        }
        self.append(form, block, id, value)
    }

    /// Adds a property to a block, and says where it starts.
    fn append(
        &self,
        mut form: Form,
        mut block: Vec<(u8, Vec<u8>)>,
        id: u8,
        value: &[u8],
    ) -> (Form, usize) {
        let before: usize = block.iter().map(|(_, value)| 1 + value.len()).sum();
        block.push((id, value.to_vec()));
        form.set(self.place, Part::Block(block));
        let at = form.block_offset(self.place) + before;
        (form, at)
    }

    fn case(&self, form: &Form, verdict: Verdict, why: &str) -> Case {
        Case {
            bytes: form.bytes(),
            version: Version::V5_0,
            sender: self.sender,
            verdict,
            why: format!("{why} in {} from {}", self.place, sender_name(self.sender)),
        }
    }

    fn once(&self, row: &PropertyRow, cases: &mut Vec<Case>) {
        let (id, value) = row.example();
        let (form, at) = self.with(id, &value);
        let of_other_side = ("property-of-other-side", at);
        let (verdict, note) = match row.standing(self.place, self.sender) {
            Standing::Legal | Standing::Open => (Verdict::Packet, ""),
            Standing::Illegal => (Verdict::error("property-misplaced", at), ""),
            Standing::OtherSide => (Verdict::Error(of_other_side), ""),
            Standing::OpenOtherSide => {
                (Verdict::Either(Some(of_other_side)), " (just implied to be for the server)")
            }
        };
        cases.push(self.case(&form, verdict, &format!("{}{note}", row.name)));
    }

    fn twice(&self, row: &PropertyRow, cases: &mut Vec<Case>) {
        let (id, value) = row.example();
        let (form, _) = self.with(id, &value);
        let block = form.block(self.place).unwrap().clone();
        let (form, at) = self.append(form, block, id, &value);
        let fault = (!row.may_repeat_in(self.place)).then_some(("property-repeated", at));
        cases.push(self.case(&form, Verdict::of(fault), &format!("{} twice", row.name)));
    }

    fn range(&self, row: &PropertyRow, cases: &mut Vec<Case>) {
        let Some((min, max)) = row.range else { return };
        let mut numbers = vec![(min, true), (max, true)];
        if min > 0 {
            numbers.push((min - 1, false));
        }
        if row.kind == "byte" {
            numbers.extend([(max + 1, false), (0x80, false), (0xFF, false)]);
        }
        for (number, legal) in numbers {
            let (form, at) = self.with(row.id, &row.encode(number));
            let fault = (!legal).then_some(("property-out-of-range", at + 1));
            let why = format!("{} of {number}", row.name);
            cases.push(self.case(&form, Verdict::of(fault), &why));
        }
    }

    /// The Property Length ends the block at each byte of the value.
    fn cut_short(&self, row: &PropertyRow, cases: &mut Vec<Case>) {
        let (id, value) = row.example();
        for len in 0..value.len() {
            let (form, at) = self.with(id, &value[..len]);
            let verdict = Verdict::error("property-cut-short", at + 1);
            let why = format!("{} with {len} of {} bytes", row.name, value.len());
            cases.push(self.case(&form, verdict, &why));
        }
    }

    /// Identifiers that the standard does not define, next to those that it does, and those that
    /// are no good as a Variable Byte Integer.
    fn identifiers(&self, cases: &mut Vec<Case>) {
        let defined = |id: u8| self.tables.properties.iter().any(|row| row.id == id);
        let near = |id: &u8| !defined(*id) && (*id == 0 || defined(id - 1) || defined(id + 1));
        for id in (0..0x7F).filter(near).chain([0x7F]) {
            let (form, at) = self.with(id, &[0]);
            let verdict = Verdict::error("unknown-property", at);
            cases.push(self.case(&form, verdict, &format!("the undefined property {id:#04x}")));
        }
        for (rest, name, why) in [
            (&[0x01][..], "unknown-property", "the undefined property 0x80 0x01"),
            (&[], "unknown-property", "half an identifier, which is that of no property,"),
            (&[0x00], "variable-byte-integer-padded", "property 0 in two bytes"),
            (&[0x80, 0x80, 0x80, 0x01], "variable-byte-integer-too-long", "a five-byte identifier"),
        ] {
            let (form, at) = self.with(0x80, rest);
            cases.push(self.case(&form, Verdict::error(name, at), why));
        }
        let (_, value) = self.tables.property(0x26).example();
        for padding in [&[0x00][..], &[0x80, 0x00], &[0x80, 0x80, 0x00]] {
            let (form, at) = self.with(0x26 | 0x80, &[padding, &value].concat());
            let why = format!("the identifier of User Property in {} bytes", 1 + padding.len());
            cases.push(self.case(&form, Verdict::error("variable-byte-integer-padded", at), &why));
        }
    }

    /// A Property Length that is padded, too long, and beyond the packet.
    fn lengths(&self, cases: &mut Vec<Case>) {
        let form = form_with_block(self.tables, self.place, self.sender);
        let at = form.offset(self.place);
        let block = form.fields.iter().find(|field| field.name == self.place).unwrap();
        let block = block.part.bytes().split_off(1);
        let mut push = |length: &[u8], name, why: &str| {
            let form = form.with(self.place, Part::Int([length, &block].concat()));
            cases.push(self.case(&form, Verdict::error(name, at), why));
        };
        for len in 2..=5 {
            let name = match len {
                5 => "variable-byte-integer-too-long",
                _ => "variable-byte-integer-padded",
            };
            let length = padded_varint(block.len(), len);
            push(&length, name, &format!("a Property Length of {len} bytes"));
        }
        for length in [&[0x7F][..], &[0xFF, 0x7F], &[0xFF, 0xFF, 0xFF, 0x7F]] {
            push(length, "property-length-too-long", "a Property Length beyond the packet");
        }
    }

    /// Authentication Data without an Authentication Method.
    fn authentication(&self, cases: &mut Vec<Case>) {
        let data = self.tables.property(AUTHENTICATION_DATA);
        if data.standing(self.place, self.sender) != Standing::Legal {
            return;
        }
        let (id, value) = data.example();
        let form = form_with_block(self.tables, self.place, self.sender);
        let (form, at) = self.append(form, Vec::new(), id, &value);
        let (verdict, note) = match self.place {
            "CONNECT" => (Verdict::error("authentication-data-without-method", at), ""),
            "AUTH" => (Verdict::error("no-authentication-method", at), ""),
            _ => (Verdict::Either(None), " (the section on CONNECT alone rules it out)"),
        };
        cases.push(self.case(&form, verdict, &format!("Authentication Data alone{note}")));
    }
}

/// The only Variable Byte Integer that is the value of a property.
fn subscription_identifiers(tables: &Tables, cases: &mut Vec<Case>) {
    for (place, sender) in [("PUBLISH", Sender::Server), ("SUBSCRIBE", Sender::Client)] {
        let spot = Spot { tables, place, sender };
        for number in [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455] {
            let (form, _) = spot.with(SUBSCRIPTION_IDENTIFIER, &padded_varint(number, 1));
            let why = format!("Subscription Identifier {number}");
            cases.push(spot.case(&form, Verdict::Packet, &why));
        }
        for len in 2..=5 {
            let name = match len {
                5 => "variable-byte-integer-too-long",
                _ => "variable-byte-integer-padded",
            };
            for number in [0, 1, 127] {
                let value = padded_varint(number, len);
                let (form, at) = spot.with(SUBSCRIPTION_IDENTIFIER, &value);
                let why = format!("Subscription Identifier {number} in {len} bytes");
                cases.push(spot.case(&form, Verdict::error(name, at + 1), &why));
            }
        }
    }
}

/// A PUBLISH without a Topic Name.
fn topic_alias(tables: &Tables, cases: &mut Vec<Case>) {
    for sender in [Sender::Client, Sender::Server] {
        let spot = Spot { tables, place: "PUBLISH", sender };
        let (form, at) = spot.with(TOPIC_ALIAS, &[0, 1]);
        for (alias, verdict) in [
            (vec![0, 1], Verdict::Packet),
            (vec![0xFF, 0xFF], Verdict::Packet),
            // Without a byte in the Topic Name, the property stands one byte before.
            (vec![0, 0], Verdict::error("property-out-of-range", at + 1 - 1)),
        ] {
            let block = Part::Block(vec![(TOPIC_ALIAS, alias)]);
            let form = form.with("Topic Name", Part::Text(Vec::new())).with("PUBLISH", block);
            cases.push(spot.case(&form, verdict, "no Topic Name, but a Topic Alias"));
        }
        let form = Form::new(tables, "PUBLISH", Version::V5_0, sender);
        let form = form.with("Topic Name", Part::Text(Vec::new()));
        let verdict = Verdict::error("empty-topic-name", form.offset("Topic Name"));
        cases.push(spot.case(&form, verdict, "neither Topic Name nor Topic Alias"));
    }
}
