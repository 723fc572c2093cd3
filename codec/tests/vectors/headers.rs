//! Vectors for what all packets have: types, flags, directions, Remaining Length, Packet
//! Identifiers, and an end.

use mqttspec_codec::{Sender, Version};

use crate::case::{Case, Verdict};
use crate::form::{Form, PACKETS, all_forms, packet, padded_varint};
use crate::notation::sender_name;
use crate::tables::Tables;

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = Vec::new();
    for version in Version::ALL {
        for number in 0..=15 {
            flags(tables, version, number, &mut cases);
            directions(tables, version, number, &mut cases);
        }
    }
    for form in all_forms(tables, Form::new) {
        remaining_lengths(&form, &mut cases);
        packet_ids(tables, &form, &mut cases);
        trailing_bytes(tables, &form, &mut cases);
    }
    sizes(tables, &mut cases);
    cases
}

/// The name of a packet type, if the version has it.
fn type_name(tables: &Tables, version: Version, number: u8) -> Option<&'static str> {
    let row = tables.packets.iter().find(|row| row.number == number)?;
    let name = PACKETS.into_iter().find(|name| *name == row.name).unwrap();
    row.exists_in(version).then_some(name)
}

/// Each packet type with each value of the four bits beside it.
fn flags(tables: &Tables, version: Version, number: u8, cases: &mut Vec<Case>) {
    for flags in 0..=15 {
        let mut case = Case {
            bytes: vec![number << 4 | flags, 0],
            version,
            sender: Sender::Client,
            verdict: Verdict::error("reserved-packet-type", 0),
            why: format!("there is no packet type {number}, with flags {flags:04b}"),
        };
        if let Some(name) = type_name(tables, version, number) {
            case.sender = tables.packet(name).senders(version)[0];
            let mut form = Form::new(tables, name, version, case.sender);
            form.first_byte = number << 4 | flags;
            case.verdict = Verdict::of(match tables.packet(name).fixed_flags() {
                Some(fixed) => (flags != fixed).then_some(("header-flags", 0)),
                None => publish_flags(flags, &mut form),
            });
            case.bytes = form.bytes();
            case.why = format!("{name} with flags {flags:04b}");
        }
        cases.push(case);
    }
}

/// What is wrong with DUP, QoS and RETAIN; above QoS 0 there is a Packet Identifier.
fn publish_flags(flags: u8, form: &mut Form) -> Option<(&'static str, usize)> {
    let (dup, qos) = (flags >> 3, flags >> 1 & 0b11);
    if qos > 0 {
        form.fields[0].part = crate::form::Part::Int(b"\0\x01t\0\x01".to_vec());
    }
    match (dup, qos) {
        (_, 3) => Some(("publish-qos-3", 0)),
        (1, 0) => Some(("dup-on-qos-0", 0)),
        _ => None,
    }
}

/// Each packet type from each side.
fn directions(tables: &Tables, version: Version, number: u8, cases: &mut Vec<Case>) {
    for sender in [Sender::Client, Sender::Server, Sender::Any] {
        let name = type_name(tables, version, number);
        let (bytes, verdict) = match name {
            None => (vec![number << 4, 0], Verdict::error("reserved-packet-type", 0)),
            Some(name) => {
                let senders = tables.packet(name).senders(version);
                let legal = sender == Sender::Any || senders.contains(&sender);
                let fault = (!legal).then_some(("wrong-direction", 0));
                (Form::new(tables, name, version, senders[0]).bytes(), Verdict::of(fault))
            }
        };
        let name = name.map_or(format!("type {number}"), str::to_owned);
        let why = format!("{name} from {}", sender_name(sender));
        cases.push(Case { bytes, version, sender, verdict, why });
    }
}

/// The Remaining Length in more bytes than it needs, in too many, and not in whole.
fn remaining_lengths(form: &Form, cases: &mut Vec<Case>) {
    let &Form { packet: name, version, sender, first_byte, .. } = form;
    let content = form.content();
    let mut push = |bytes, verdict, why| {
        cases.push(Case { bytes, version, sender, verdict, why });
    };
    for len in 2..=5 {
        let length = padded_varint(content.len(), len);
        let bytes = [&[first_byte], &length[..], &content].concat();
        let verdict = match (len, version) {
            (5, _) => Verdict::error("remaining-length-too-long", 4),
            (_, Version::V5_0) => Verdict::error("remaining-length-padded", 1),
            (_, Version::V3_1_1) => Verdict::Either(None),
        };
        let why = match verdict {
            Verdict::Either(_) => "3.1.1 does not say that the length is to be short",
            _ => "the length fits into one",
        };
        push(bytes, verdict, format!("{name} with a Remaining Length of {len} bytes: {why}"));
    }
    for len in 0..4 {
        let bytes = [&[first_byte], &[0x80; 3][..len]].concat();
        let why = format!("{name} of which the Remaining Length is to come");
        push(bytes, Verdict::Partial(1 + len), why);
    }
    let greatest = vec![first_byte, 0xFF, 0xFF, 0xFF, 0x7F];
    let why = format!("{name} with the greatest Remaining Length, and its content to come");
    push(greatest, Verdict::Partial(5), why);
}

fn packet_ids(tables: &Tables, form: &Form, cases: &mut Vec<Case>) {
    let form = match tables.packet(form.packet).packet_id.as_str() {
        "none" => return,
        "always" => form.clone(),
        _ => Form::full(tables, form.packet, form.version, form.sender),
    };
    for id in [0, 1, 0x00FF, 0x0100, 0xFFFF_u16] {
        let part = crate::form::Part::Int(id.to_be_bytes().to_vec());
        let at = form.offset("Packet Identifier");
        cases.push(Case {
            bytes: form.with("Packet Identifier", part).bytes(),
            version: form.version,
            sender: form.sender,
            verdict: Verdict::of((id == 0).then_some(("packet-id-zero", at))),
            why: format!("{} with Packet Identifier {id}", form.packet),
        });
    }
}

/// Bytes behind the last field.
fn trailing_bytes(tables: &Tables, form: &Form, cases: &mut Vec<Case>) {
    let end = form.bytes().len();
    let list = tables.packet(form.packet).payload != "none" && form.packet != "CONNECT";
    // The UNSUBACK of 3.1.1 has no payload.
    let list = list && (form.packet != "UNSUBACK" || form.version == Version::V5_0);
    for tail in [&[0x00][..], &[0x00, 0x00], &[0xFF, 0xFF]] {
        let fault = match (form.packet, tail) {
            _ if !list => Some(("trailing-bytes", end)),
            ("SUBSCRIBE" | "UNSUBSCRIBE", [_]) => Some(("cut-short", end + 1)),
            ("SUBSCRIBE" | "UNSUBSCRIBE", [0, 0]) => Some(("empty-topic-filter", end + 2)),
            ("SUBSCRIBE" | "UNSUBSCRIBE", _) => Some(("length-prefix-too-long", end)),
            ("SUBACK" | "UNSUBACK", [0xFF, ..]) => Some(("reason-code-not-allowed", end)),
            _ => None,
        };
        let bytes = packet(form.first_byte, &[&form.content(), tail].concat());
        let why = format!("{} with {} more bytes", form.packet, tail.len());
        let verdict = Verdict::of(fault);
        cases.push(Case { bytes, version: form.version, sender: form.sender, verdict, why });
    }
}

/// Packets whose Remaining Length is the greatest or the least of its number of bytes.
fn sizes(tables: &Tables, cases: &mut Vec<Case>) {
    for version in Version::ALL {
        let form = Form::new(tables, "PUBLISH", version, Sender::Server);
        let empty = form.content().len();
        for size in [127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            let payload = crate::form::Part::Rest(vec![0x78; size - empty]);
            cases.push(Case {
                bytes: form.with("Payload", payload).bytes(),
                version,
                sender: Sender::Server,
                verdict: Verdict::Packet,
                why: format!("PUBLISH with a Remaining Length of {size}"),
            });
        }
    }
}
