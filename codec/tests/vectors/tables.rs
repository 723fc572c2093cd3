//! The tables of the catalogue: what the generator of vectors knows about packets, properties and
//! Reason Codes. They are read here from the catalogue's own file, and the tables of the codec are
//! not looked at: the point of the vectors is that two readings of the standard agree.

use std::collections::BTreeMap;

use mqttspec_codec::{Sender, Version};
use toml::{Table, Value};

const FILE: &str = include_str!("../../../conformance/spec/mqtt-5.0-tables.toml");

const STATEMENTS_OF_3_1_1: [&str; 2] = [
    include_str!("../../../conformance/spec/mqtt-3.1.1.toml"),
    include_str!("../../../conformance/spec/mqtt-3.1.1-unnumbered.toml"),
];
const STATEMENTS_OF_5_0: [&str; 2] = [
    include_str!("../../../conformance/spec/mqtt-5.0.toml"),
    include_str!("../../../conformance/spec/mqtt-5.0-unnumbered.toml"),
];

pub(crate) struct Tables {
    pub(crate) packets: Vec<PacketRow>,
    pub(crate) properties: Vec<PropertyRow>,
    reasons: Vec<ReasonRow>,
    file: Table,
}

pub(crate) struct PacketRow {
    pub(crate) number: u8,
    pub(crate) name: String,
    /// Four characters: binary digits, or `DQQR` for those of PUBLISH.
    pub(crate) flags: String,
    direction: String,
    direction_in_3_1_1: String,
    pub(crate) payload: String,
    pub(crate) packet_id: String,
    pub(crate) properties: bool,
    pub(crate) reason_code: String,
    /// The Remaining Lengths at which the packet may end before its last field.
    pub(crate) short: Vec<usize>,
}

pub(crate) struct PropertyRow {
    pub(crate) id: u8,
    pub(crate) name: String,
    pub(crate) kind: String,
    places: Vec<String>,
    repeats: Vec<String>,
    pub(crate) required: Vec<String>,
    /// The least and the greatest legal value, for those that are numbers.
    pub(crate) range: Option<(u32, u32)>,
    note: String,
}

struct ReasonRow {
    code: u8,
    packets: Vec<String>,
    /// `both`, `client` or `server`, for DISCONNECT and AUTH.
    disconnect_sender: String,
    auth_sender: String,
    note: String,
}

/// Whether something may stand in a packet from one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Legal,
    /// It is for the other side to send.
    OtherSide,
    Illegal,
    /// The tables contradict each other, or only suggest that it is for the other side.
    Open,
    OpenOtherSide,
}

impl Tables {
    pub(crate) fn read() -> Self {
        let file: Table = FILE.parse().unwrap();
        let tables = Self {
            packets: rows(&file, "packet").map(PacketRow::read).collect(),
            properties: rows(&file, "property").map(PropertyRow::read).collect(),
            reasons: rows(&file, "reason").map(ReasonRow::read).collect(),
            file,
        };
        let sizes = (tables.packets.len(), tables.properties.len(), tables.reasons.len());
        assert_eq!(sizes, (15, 27, 45), "the tables could not be read in whole");
        tables
    }

    pub(crate) fn packet(&self, name: &str) -> &PacketRow {
        self.packets.iter().find(|row| row.name == name).unwrap()
    }

    pub(crate) fn property(&self, id: u8) -> &PropertyRow {
        self.properties.iter().find(|row| row.id == id).unwrap()
    }

    /// All places of properties: the packets that have them, and the Will.
    pub(crate) fn places(&self) -> Vec<&str> {
        let packets = self.packets.iter().filter(|row| row.properties);
        packets.map(|row| row.name.as_str()).chain(["Will"]).collect()
    }

    /// All Reason Codes that the standard defines for any packet, in ascending order.
    pub(crate) fn codes(&self) -> Vec<u8> {
        let mut codes: Vec<u8> = self.reasons.iter().map(|row| row.code).collect();
        codes.dedup();
        codes
    }

    /// The codes that the table of the packet itself lists.
    pub(crate) fn codes_of(&self, version: Version, packet: &str) -> Vec<u8> {
        match (version, packet) {
            (Version::V3_1_1, "CONNACK") => self.codes_of_3_1_1("v311_connack"),
            (Version::V3_1_1, _) => self.codes_of_3_1_1("v311_suback"),
            (Version::V5_0, _) => {
                let codes = self.file["reason_codes_by_packet"][packet].as_array().unwrap();
                codes.iter().map(byte).collect()
            }
        }
    }

    fn codes_of_3_1_1(&self, table: &str) -> Vec<u8> {
        rows(&self.file, table).map(|row| byte(&row["code"])).collect()
    }

    /// Whether `sender` may put this code of 5.0 into the packet.
    pub(crate) fn code_standing(&self, packet: &str, code: u8, sender: Sender) -> Standing {
        let named =
            |row: &&ReasonRow| row.code == code && row.packets.iter().any(|name| name == packet);
        let listed = self.codes_of(Version::V5_0, packet).contains(&code);
        match (self.reasons.iter().find(named), listed) {
            (None, false) => Standing::Illegal,
            (None, true) => unreachable!("the table of {packet} has a code that table 2-6 has not"),
            // The note says that a server may be meant.
            (Some(_), false) if sender == Sender::Client => Standing::OpenOtherSide,
            (Some(_), false) => Standing::Open,
            (Some(row), true) if row.sender(packet).is_none_or(|side| side == sender) => {
                Standing::Legal
            }
            (Some(_), true) => Standing::OtherSide,
        }
    }

    /// The bits of the Subscription Options that this entry is about, and its legal values.
    pub(crate) fn option(&self, name: &str) -> (u8, Vec<u8>) {
        let option = &self.file["subscription_options"][name];
        let bits = option["bits"].as_array().unwrap().iter().map(byte);
        let mask = bits.fold(0, |mask, bit| mask | 1 << bit);
        (mask, option["allowed"].as_array().unwrap().iter().map(byte).collect())
    }
}

impl PacketRow {
    fn read(row: &Table) -> Self {
        Self {
            number: byte(&row["type"]),
            name: text(row, "name"),
            flags: text(row, "flags"),
            direction: text(row, "direction"),
            direction_in_3_1_1: text(row, "direction_v311"),
            payload: text(row, "payload"),
            packet_id: text(row, "packet_id"),
            properties: row["properties"].as_bool().unwrap(),
            reason_code: text(row, "reason_code"),
            short: list(row, "short_remaining_lengths").iter().map(|n| byte(n).into()).collect(),
        }
    }

    pub(crate) fn exists_in(&self, version: Version) -> bool {
        self.direction(version) != "not defined"
    }

    /// The sides that may send the packet.
    pub(crate) fn senders(&self, version: Version) -> &'static [Sender] {
        match self.direction(version) {
            "client-to-server" => &[Sender::Client],
            "server-to-client" => &[Sender::Server],
            "both" => &[Sender::Client, Sender::Server],
            _ => &[],
        }
    }

    fn direction(&self, version: Version) -> &str {
        match version {
            Version::V3_1_1 => &self.direction_in_3_1_1,
            Version::V5_0 => &self.direction,
        }
    }

    /// The flags of the first byte, where they are prescribed.
    pub(crate) fn fixed_flags(&self) -> Option<u8> {
        u8::from_str_radix(&self.flags, 2).ok()
    }
}

impl PropertyRow {
    fn read(row: &Table) -> Self {
        let number =
            |key: &str| row.get(key).map(|n| u32::try_from(n.as_integer().unwrap()).unwrap());
        let allowed = list(row, "allowed");
        let kind = text(row, "type");
        let range = match kind.as_str() {
            "byte" => {
                let values: Vec<u8> = allowed.iter().map(byte).collect();
                Some((values[0].into(), values[values.len() - 1].into()))
            }
            "u16" => Some((number("min").unwrap_or(0), u16::MAX.into())),
            "u32" => Some((number("min").unwrap_or(0), u32::MAX)),
            "varint" => Some((number("min").unwrap_or(0), number("max").unwrap())),
            _ => None,
        };
        Self {
            id: byte(&row["id"]),
            name: text(row, "name"),
            places: texts(row, "packets"),
            repeats: texts(row, "repeat_in"),
            required: texts(row, "required_in"),
            note: text(row, "note"),
            kind,
            range,
        }
    }

    pub(crate) fn may_repeat_in(&self, place: &str) -> bool {
        self.repeats.iter().any(|name| name == place)
    }

    /// Whether `sender` may put the property there. Which side may is in the notes.
    pub(crate) fn standing(&self, place: &str, sender: Sender) -> Standing {
        if !self.places.iter().any(|name| name == place) {
            return Standing::Illegal;
        }
        let server_only = format!("in {place} only from server to client");
        let client_only = format!("in {place} client only");
        if self.note.contains(&server_only) && sender == Sender::Client
            || self.note.contains(&client_only) && sender == Sender::Server
        {
            return Standing::OtherSide;
        }
        // The codes that it goes with are the server's.
        if self.note == "with 0x9C or 0x9D" && sender == Sender::Client {
            return Standing::OpenOtherSide;
        }
        Standing::Legal
    }

    /// Whether the value is made of strings.
    pub(crate) fn is_text(&self) -> bool {
        self.kind.starts_with("utf8")
    }

    /// Whether the value is a string that has to be a Topic Name.
    pub(crate) fn is_topic(&self) -> bool {
        self.note == "no wildcards"
    }
}

impl ReasonRow {
    fn read(row: &Table) -> Self {
        Self {
            code: byte(&row["code"]),
            packets: texts(row, "packets"),
            disconnect_sender: text(row, "disconnect_sender"),
            auth_sender: text(row, "auth_sender"),
            note: text(row, "note"),
        }
    }

    /// The only side that may send the code in the packet.
    fn sender(&self, packet: &str) -> Option<Sender> {
        let sender = match packet {
            "DISCONNECT" => self.disconnect_sender.as_str(),
            "AUTH" => self.auth_sender.as_str(),
            _ if self.note == "sent by servers only" => "server",
            _ => "both",
        };
        match sender {
            "client" => Some(Sender::Client),
            "server" => Some(Sender::Server),
            "both" => None,
            _ => unreachable!("no sender for {:#04x} in {packet}", self.code),
        }
    }
}

/// The ids of the statements of a version, and whom each binds.
pub(crate) fn statements(version: Version) -> BTreeMap<String, String> {
    let files = match version {
        Version::V3_1_1 => STATEMENTS_OF_3_1_1,
        Version::V5_0 => STATEMENTS_OF_5_0,
    };
    let mut statements = BTreeMap::new();
    for file in files {
        let file: Table = file.parse().unwrap();
        let rows = rows(&file, "statement");
        statements.extend(rows.map(|row| (text(row, "id"), text(row, "binds"))));
    }
    statements
}

fn rows<'a>(file: &'a Table, name: &str) -> impl Iterator<Item = &'a Table> {
    file[name].as_array().unwrap().iter().map(|row| row.as_table().unwrap())
}

fn byte(value: &Value) -> u8 {
    u8::try_from(value.as_integer().unwrap()).unwrap()
}

/// A text, empty if it is not there.
fn text(row: &Table, key: &str) -> String {
    row.get(key).map(|text| text.as_str().unwrap().to_owned()).unwrap_or_default()
}

fn list<'a>(row: &'a Table, key: &str) -> &'a [Value] {
    row.get(key).map(|list| list.as_array().unwrap().as_slice()).unwrap_or_default()
}

fn texts(row: &Table, key: &str) -> Vec<String> {
    list(row, key).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}
