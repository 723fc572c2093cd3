//! Vectors for what CONNECT alone has: the Protocol Name, its level, and the flags in all their
//! combinations.

use mqttspec_codec::{Sender, Version};

use crate::case::{Case, Verdict};
use crate::form::{Form, Part};
use crate::tables::Tables;

pub(crate) fn cases(tables: &Tables) -> Vec<Case> {
    let mut cases = Vec::new();
    for version in Version::ALL {
        for flags in 0..=u8::MAX {
            cases.push(with_flags(tables, version, flags));
        }
        names(tables, version, &mut cases);
        levels(tables, version, &mut cases);
    }
    cases
}

/// The fields are those that the flags announce.
fn with_flags(tables: &Tables, version: Version, flags: u8) -> Case {
    let mut form = Form::new(tables, "CONNECT", version, Sender::Client);
    if flags & 0x04 != 0 {
        form.add_will(b"w", b"m");
    }
    if flags & 0x80 != 0 {
        form.add_user(b"u");
    }
    if flags & 0x40 != 0 {
        form.add_password(b"p");
    }
    form.set("Connect Flags", Part::Int(vec![flags]));
    let at = form.offset("Connect Flags");
    Case {
        bytes: form.bytes(),
        version,
        sender: Sender::Client,
        verdict: Verdict::of(flags_fault(version, flags).map(|name| (name, at))),
        why: format!("CONNECT with flags {flags:08b}"),
    }
}

/// What is wrong with the flags, from the lowest bit upwards.
fn flags_fault(version: Version, flags: u8) -> Option<&'static str> {
    let is_set = |bit: u8| flags >> bit & 1 == 1;
    let (will, will_qos) = (is_set(2), flags >> 3 & 0b11);
    if is_set(0) {
        Some("connect-reserved-flag")
    } else if !will && will_qos > 0 {
        Some("will-qos-without-will")
    } else if will_qos == 3 {
        Some("will-qos-3")
    } else if !will && is_set(5) {
        Some("will-retain-without-will")
    } else if is_set(6) && !is_set(7) && version == Version::V3_1_1 {
        Some("password-without-user-name")
    } else {
        None
    }
}

fn names(tables: &Tables, version: Version, cases: &mut Vec<Case>) {
    let form = Form::new(tables, "CONNECT", version, Sender::Client);
    for name in
        ["MQTT", "", "M", "MQT", "MQTTT", "mqtt", "MqTT", "MQTT ", " MQTT", "MQTT\0", "MQIsdp"]
    {
        let fault = ("unsupported-protocol-name", form.offset("Protocol Name"));
        cases.push(Case {
            bytes: form.with("Protocol Name", Part::Binary(name.into())).bytes(),
            version,
            sender: Sender::Client,
            verdict: Verdict::of((name != "MQTT").then_some(fault)),
            why: format!("CONNECT with the Protocol Name {name:?}"),
        });
    }
}

/// In a packet that is laid out by the rules of `version`.
fn levels(tables: &Tables, version: Version, cases: &mut Vec<Case>) {
    let form = Form::new(tables, "CONNECT", version, Sender::Client);
    let at = form.offset("Protocol Level");
    let levels = (0..16).chain([0x7F, 0x80, 0x83, 0x84, 0x85, 0xFE, 0xFF]);
    for level in levels.filter(|level| !matches!(level, 4 | 5)) {
        cases.push(Case {
            bytes: form.with("Protocol Level", Part::Int(vec![level])).bytes(),
            version,
            sender: Sender::Client,
            verdict: Verdict::error("unsupported-protocol-version", at),
            why: format!("CONNECT with the Protocol Level {level}"),
        });
    }
    cases.push(Case {
        bytes: form.bytes(),
        // The packet itself says by which rules it is to be judged.
        version: if version == Version::V5_0 { Version::V3_1_1 } else { Version::V5_0 },
        sender: Sender::Client,
        verdict: Verdict::Packet,
        why: format!("CONNECT of {version} where the other version is expected"),
    });
}
