//! Vectors for packets that end too early: in a stream, where more may come; and by their own
//! Remaining Length or Property Length, at every byte of a packet with all fields. Then fields whose
//! lengths reach too far.

use mqttspec_codec::Version;

use crate::case::{Case, Fault, Verdict};
use crate::form::{Field, Form, Part, all_forms, packet, varint};
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
        let verdict = verdict_of_cut(tables, form, len);
        let note = match verdict {
            Verdict::Either(_) => ": how many codes there are is for the receiver to judge",
            _ => "",
        };
        let why = format!("with {len} bytes of content, of {}{note}", content.len());
        let bytes = packet(form.first_byte, &content[..len]);
        push(form, bytes, verdict, &why, cases);
    }
}

/// What the first `len` bytes of the content are: the first field that is not there in whole is at
/// fault, unless all from there on may be left out.
fn verdict_of_cut(tables: &Tables, form: &Form, len: usize) -> Verdict {
    let header = 1 + varint(len).len();
    let row = tables.packet(form.packet);
    if form.version == Version::V5_0 && row.short.contains(&len) {
        // The short form is legal for an AUTH, but not without its Authentication Method.
        let is_auth = form.packet == "AUTH";
        return Verdict::of(is_auth.then_some(("no-authentication-method", header)));
    }
    let mut start = 0;
    let mut items = 0;
    for field in &form.fields {
        let end = start + field.part.bytes().len();
        let is_item = matches!(field.name, "Topic Filter" | "Return Code");
        if len < end {
            return match field.name {
                _ if is_item && len == start && items > 0 => Verdict::Packet,
                "Topic Filter" if len == start => Verdict::error("no-topic-filter", header + len),
                // There are to be as many as filters, which only the receiver can judge.
                "Return Code" => Verdict::Either(None),
                _ => Verdict::of(fault_in_field(form, field, (start, len), header)),
            };
        }
        items += usize::from(is_item);
        start = end;
    }
    Verdict::Packet
}

/// What is wrong with a field that starts at `start` and does not end before `len`.
fn fault_in_field(
    form: &Form,
    field: &Field,
    (start, len): (usize, usize),
    header: usize,
) -> Option<Fault> {
    let length_bytes = match &field.part {
        Part::Rest(_) => return None,
        Part::Int(_) => usize::MAX,
        Part::Text(_) | Part::Binary(_) => 2,
        Part::Block(_) => form.block_offset(field.name) - form.offset(field.name),
    };
    Some(match &field.part {
        _ if len - start < length_bytes => ("cut-short", header + len),
        Part::Block(_) => ("property-length-too-long", header + start),
        _ => ("length-prefix-too-long", header + start),
    })
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
