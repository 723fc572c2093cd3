//! Vectors for packets that end too early: in a stream, where more may come; and by their own
//! Remaining Length or Property Length, at every byte of a packet with all fields. Then fields whose
//! lengths reach too far.

use mqttspec_codec::Version;

use crate::case::{Case, Fault, Verdict};
use crate::form::{Form, Part, all_forms, packet, varint};
use crate::tables::Tables;

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = Vec::new();
    for form in all_forms(tables, Form::new) {
        partial(&form, &mut cases);
    }
    for form in all_forms(tables, Form::full) {
        push(&form, form.bytes(), Verdict::Packet, "with all its fields", &mut cases);
        cut_by_remaining_length(tables, &form, &mut cases);
        cut_by_property_length(&form, &mut cases);
        too_long(tables, &form, &mut cases);
    }
    cases
}

fn push(form: &Form, bytes: Vec<u8>, verdict: Verdict, why: &str, cases: &mut Vec<Case>) {
    let &Form { version, sender, .. } = form;
    let why = format!("{} {why}", form.packet);
    cases.push(Case { bytes, version, sender, verdict, why });
}

fn partial(form: &Form, cases: &mut Vec<Case>) {
    let bytes = form.bytes();
    for len in 1..bytes.len() {
        let why = format!("of which {len} of {} bytes are there", bytes.len());
        push(form, bytes[..len].to_vec(), Verdict::Partial(len), &why, cases);
    }
}

fn cut_by_remaining_length(tables: &Tables, form: &Form, cases: &mut Vec<Case>) {
    let content = form.content();
    for len in 0..content.len() {
        let fault = fault_of_cut(tables, form, len);
        let why = format!("with {len} bytes of content, of {}", content.len());
        let bytes = packet(form.first_byte, &content[..len]);
        push(form, bytes, Verdict::of(fault), &why, cases);
    }
}

/// What is wrong with the first `len` bytes of the content: the first field that is not there in
/// whole is at fault, unless all from there on may be left out.
fn fault_of_cut(tables: &Tables, form: &Form, len: usize) -> Option<Fault> {
    let header = 1 + varint(len).len();
    let row = tables.packet(form.packet);
    if form.version == Version::V5_0 && row.short.contains(&len) {
        // The short form is legal for an AUTH, but not without its Authentication Method.
        return (form.packet == "AUTH").then_some(("no-authentication-method", header));
    }
    let mut start = 0;
    let mut items = 0;
    for field in &form.fields {
        let end = start + field.part.bytes().len();
        if len < end {
            let is_item = matches!(field.name, "Topic Filter" | "Return Code");
            if is_item && len == start && items > 0 {
                return None;
            }
            return fault_in_field(form, field.name, &field.part, (start, len), header, items);
        }
        items += usize::from(matches!(field.name, "Topic Filter" | "Return Code"));
        start = end;
    }
    None
}

fn fault_in_field(
    form: &Form,
    name: &str,
    part: &Part,
    (start, len): (usize, usize),
    header: usize,
    items: usize,
) -> Option<Fault> {
    let first_item = items == 0 && len == start;
    match (name, form.packet) {
        ("Topic Filter", _) if first_item => return Some(("no-topic-filter", header + len)),
        ("Return Code", _) if first_item => return Some(("no-reason-code", header + len)),
        _ => {}
    }
    match part {
        Part::Int(_) => Some(("cut-short", header + len)),
        Part::Text(_) | Part::Binary(_) if len - start < 2 => Some(("cut-short", header + len)),
        Part::Text(_) | Part::Binary(_) => Some(("length-prefix-too-long", header + start)),
        Part::Block(_) => {
            let property_length = form.block_offset(name) - form.offset(name);
            if len - start < property_length {
                Some(("cut-short", header + len))
            } else {
                Some(("property-length-too-long", header + start))
            }
        }
        Part::Rest(_) => None,
    }
}

/// Each block of properties ends at each of its bytes, and the packet goes on as before.
fn cut_by_property_length(form: &Form, cases: &mut Vec<Case>) {
    for field in &form.fields {
        let Part::Block(properties) = &field.part else { continue };
        let block: Vec<u8> = field.part.bytes();
        let block = &block[block.len() - block_len(properties)..];
        for len in 0..block.len() {
            let cut = [&varint(len)[..], &block[..len]].concat();
            let cut_form = form.with(field.name, Part::Int(cut));
            let start = cut_form.offset(field.name) + varint(len).len();
            let fault = match value_at(properties, len) {
                Some(value) => Some(("property-cut-short", start + value)),
                None if form.packet == "AUTH" && len == 0 => {
                    Some(("no-authentication-method", start))
                }
                None => None,
            };
            let why = format!("with a Property Length of {len} for {}", field.name);
            push(form, cut_form.bytes(), Verdict::of(fault), &why, cases);
        }
    }
}

fn block_len(properties: &[(u8, Vec<u8>)]) -> usize {
    properties.iter().map(|(_, value)| 1 + value.len()).sum()
}

/// Where the value starts that is not there in whole, if there is one.
fn value_at(properties: &[(u8, Vec<u8>)], len: usize) -> Option<usize> {
    let mut start = 0;
    for (_, value) in properties {
        let end = start + 1 + value.len();
        if len < end {
            return (len > start).then_some(start + 1);
        }
        start = end;
    }
    None
}

/// Each length of a string, of Binary Data and of a property in turn is the greatest there is.
fn too_long(tables: &Tables, form: &Form, cases: &mut Vec<Case>) {
    for (index, field) in form.fields.iter().enumerate() {
        let before: usize = form.fields[..index].iter().map(|f| f.part.bytes().len()).sum();
        let at = form.header_len() + before;
        let mut bytes = form.bytes();
        match &field.part {
            Part::Text(_) | Part::Binary(_) => {
                bytes[at..at + 2].fill(0xFF);
                let verdict = Verdict::error("length-prefix-too-long", at);
                let why = format!("with a {} of 65,535 bytes, which are not there", field.name);
                push(form, bytes, verdict, &why, cases);
            }
            Part::Block(properties) => {
                let mut value = at + varint(block_len(properties)).len();
                for (id, content) in properties {
                    value += 1;
                    // Strings and Binary Data begin with their length; of a pair it is the first.
                    if tables.property(*id).range.is_none() {
                        let mut bytes = form.bytes();
                        bytes[value..value + 2].fill(0xFF);
                        let verdict = Verdict::error("property-cut-short", value);
                        let why = format!("with a property {id:#04x} beyond the Property Length");
                        push(form, bytes, verdict, &why, cases);
                    }
                    value += content.len();
                }
            }
            Part::Int(_) | Part::Rest(_) => {}
        }
    }
}
