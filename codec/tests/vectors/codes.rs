//! Vectors for Reason Codes, the Return Codes of 3.1.1, and the flags of CONNACK.

use mqttspec_codec::{Sender, Version};

use crate::case::{Case, Verdict};
use crate::form::{Form, PACKETS, Part, all_forms};
use crate::tables::{Standing, Tables};

/// With all codes that the standard defines for any packet, and those next to them.
pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let defined = tables.codes();
    let near = |code: &u8| {
        let neighbours = [code.wrapping_sub(1), *code, code.wrapping_add(1)];
        neighbours.iter().any(|code| defined.contains(code))
    };
    let codes: Vec<u8> = (0..=u8::MAX).filter(near).collect();
    let mut cases = reason_codes(tables, &codes);
    short_forms(tables, &mut cases);
    return_codes(tables, &mut cases);
    for version in Version::ALL {
        acknowledge_flags(tables, version, &mut cases);
    }
    cases
}

/// The codes in each packet of 5.0 that has one, from each side.
pub(crate) fn reason_codes(tables: &Tables, codes: &[u8]) -> Vec<Case> {
    let mut cases = Vec::new();
    for packet in PACKETS {
        let row = tables.packet(packet);
        let field = match row.reason_code.as_str() {
            "header" => "Reason Code",
            "payload-list" => "Return Code",
            _ => continue,
        };
        for &sender in row.senders(Version::V5_0) {
            let form = Form::new(tables, packet, Version::V5_0, sender);
            for &code in codes {
                cases.push(reason_code(tables, &form, field, code));
            }
        }
    }
    cases
}

fn reason_code(tables: &Tables, form: &Form, field: &str, code: u8) -> Case {
    let of_other_side = ("reason-code-of-other-side", form.offset(field));
    let standing = tables.code_standing(form.packet, code, form.sender);
    let verdict = match standing {
        Standing::Legal => Verdict::Packet,
        Standing::Illegal => Verdict::error("reason-code-not-allowed", form.offset(field)),
        Standing::OtherSide => Verdict::Error(of_other_side),
        Standing::Open => Verdict::Either(None),
        Standing::OpenOtherSide => Verdict::Either(Some(of_other_side)),
    };
    let note = match standing {
        Standing::Open | Standing::OpenOtherSide => ": table 2-6 has it there, table 3-10 has not",
        _ => "",
    };
    Case {
        bytes: form.with(field, Part::Int(vec![code])).bytes(),
        version: form.version,
        sender: form.sender,
        verdict,
        why: format!("{} with Reason Code {code:#04x}{note}", form.packet),
    }
}

/// Each legal code at the end of a packet that leaves out its properties, if it may.
fn short_forms(tables: &Tables, cases: &mut Vec<Case>) {
    for mut form in all_forms(tables, Form::new) {
        let short = &tables.packet(form.packet).short;
        let Some(code_at) = form.fields.iter().position(|field| field.name == "Reason Code") else {
            continue;
        };
        form.fields.truncate(code_at + 1);
        if form.version == Version::V3_1_1 || !short.contains(&form.content().len()) {
            continue;
        }
        for code in tables.codes_of(form.version, form.packet) {
            let mut case = reason_code(tables, &form, "Reason Code", code);
            case.why += ", without properties";
            cases.push(case);
        }
    }
}

fn return_codes(tables: &Tables, cases: &mut Vec<Case>) {
    let version = Version::V3_1_1;
    for (packet, field) in [("CONNACK", "Reason Code"), ("SUBACK", "Return Code")] {
        let legal = tables.codes_of(version, packet);
        let form = Form::new(tables, packet, version, Sender::Server);
        for code in [0, 1, 2, 3, 4, 5, 6, 0x7F, 0x80, 0x81, 0x87, 0xFF] {
            let fault = ("reason-code-not-allowed", form.offset(field));
            cases.push(Case {
                bytes: form.with(field, Part::Int(vec![code])).bytes(),
                version,
                sender: Sender::Server,
                verdict: Verdict::of((!legal.contains(&code)).then_some(fault)),
                why: format!("{packet} with Return Code {code:#04x}"),
            });
        }
    }
}

/// Session Present with each code, and the flags that are reserved.
fn acknowledge_flags(tables: &Tables, version: Version, cases: &mut Vec<Case>) {
    let form = Form::new(tables, "CONNACK", version, Sender::Server);
    let at = form.offset("Connect Acknowledge Flags");
    let mut push = |flags, code, verdict, why| {
        let form = form.with("Connect Acknowledge Flags", Part::Int(vec![flags]));
        let bytes = form.with("Reason Code", Part::Int(vec![code])).bytes();
        cases.push(Case { bytes, version, sender: Sender::Server, verdict, why });
    };
    for code in tables.codes_of(version, "CONNACK") {
        let fault = (code != 0).then_some(("session-present-with-error", at));
        let why = format!("CONNACK with Session Present and code {code:#04x}");
        push(1, code, Verdict::of(fault), why);
    }
    for flags in (1..8).flat_map(|bit| [1 << bit, 1 << bit | 1]).chain([0xFE, 0xFF]) {
        let verdict = Verdict::error("acknowledge-reserved-flags", at);
        push(flags, 0, verdict, format!("CONNACK with flags {flags:#04x}"));
    }
}
