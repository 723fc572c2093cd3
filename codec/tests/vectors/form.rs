//! Packets as lists of fields, from which the generator makes bytes, and knows where each field is.

use mqttspec_codec::{Sender, Version};

use crate::tables::{PropertyRow, Tables};

/// A packet of chapter 3, field by field.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) packet: &'static str,
    pub(crate) version: Version,
    pub(crate) sender: Sender,
    pub(crate) first_byte: u8,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone)]
pub(crate) struct Field {
    /// The standard's name of the field; of properties the place.
    pub(crate) name: &'static str,
    pub(crate) part: Part,
}

#[derive(Clone)]
pub(crate) enum Part {
    /// A byte or an integer of two.
    Int(Vec<u8>),
    /// A UTF-8 Encoded String.
    Text(Vec<u8>),
    /// Binary Data, and the Protocol Name, whose bytes are compared.
    Binary(Vec<u8>),
    /// Properties with their Property Length.
    Block(Vec<(u8, Vec<u8>)>),
    /// All that follows.
    Rest(Vec<u8>),
}

impl Part {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Int(bytes) | Self::Rest(bytes) => bytes.clone(),
            Self::Text(bytes) | Self::Binary(bytes) => prefixed(bytes),
            Self::Block(properties) => {
                let block: Vec<u8> = properties.iter().flat_map(property_bytes).collect();
                [varint(block.len()), block].concat()
            }
        }
    }
}

fn property_bytes((id, value): &(u8, Vec<u8>)) -> Vec<u8> {
    [&[*id], &value[..]].concat()
}

/// Bytes behind their number.
pub(crate) fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let len = u16::try_from(bytes.len()).unwrap();
    [&len.to_be_bytes(), bytes].concat()
}

/// A Variable Byte Integer in its shortest form.
pub(crate) fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number % 128).unwrap();
        number /= 128;
        bytes.push(if number > 0 { low | 0x80 } else { low });
        if number == 0 {
            return bytes;
        }
    }
}

/// The same number in `len` bytes.
pub(crate) fn padded_varint(number: usize, len: usize) -> Vec<u8> {
    let mut bytes = varint(number);
    while bytes.len() < len {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// A packet around some content.
pub(crate) fn packet(first_byte: u8, content: &[u8]) -> Vec<u8> {
    [&[first_byte], &varint(content.len())[..], content].concat()
}

impl Form {
    /// A legal packet with all fields that are not optional, and as little in them as is legal. The
    /// Reason Code and the Property Length are spelled out where they may be left out.
    pub(crate) fn new(
        tables: &Tables,
        packet: &'static str,
        version: Version,
        sender: Sender,
    ) -> Self {
        let row = tables.packet(packet);
        let first_byte = row.number << 4 | row.fixed_flags().unwrap_or(0);
        let mut form = Self { packet, version, sender, first_byte, fields: Vec::new() };
        let is_5_0 = version == Version::V5_0;
        match packet {
            "CONNECT" => {
                form.push("Protocol Name", Part::Binary(b"MQTT".to_vec()));
                form.int("Protocol Level", &[if is_5_0 { 5 } else { 4 }]);
                form.int("Connect Flags", &[0x02]);
                form.int("Keep Alive", &[0, 0]);
            }
            "CONNACK" => form.int("Connect Acknowledge Flags", &[0]),
            "PUBLISH" => form.push("Topic Name", Part::Text(b"t".to_vec())),
            _ => {}
        }
        if row.packet_id == "always" {
            form.int("Packet Identifier", &[0, 1]);
        }
        if row.reason_code == "header" && (is_5_0 || packet == "CONNACK") {
            form.int("Reason Code", &[if packet == "AUTH" { 0x18 } else { 0 }]);
        }
        if row.properties && is_5_0 {
            let required =
                tables.properties.iter().filter(|p| p.required.iter().any(|r| r == packet));
            form.push(packet, Part::Block(required.map(PropertyRow::example).collect()));
        }
        match packet {
            "CONNECT" => form.push("Client Identifier", Part::Text(Vec::new())),
            "PUBLISH" => form.push("Payload", Part::Rest(Vec::new())),
            "SUBSCRIBE" => form.subscription(b"a", 0),
            "UNSUBSCRIBE" => form.push("Topic Filter", Part::Text(b"a".to_vec())),
            "SUBACK" => form.int("Return Code", &[0]),
            "UNSUBACK" if is_5_0 => form.int("Return Code", &[0]),
            _ => {}
        }
        form
    }

    /// A legal packet with all optional fields, all properties, and lists of more than one.
    pub(crate) fn full(
        tables: &Tables,
        packet: &'static str,
        version: Version,
        sender: Sender,
    ) -> Self {
        let mut form = Self::new(tables, packet, version, sender);
        match packet {
            "CONNECT" => {
                form.set("Client Identifier", Part::Text(b"id".to_vec()));
                form.add_will(b"w", b"m");
                form.add_user(b"u");
                form.add_password(b"p");
            }
            "PUBLISH" => {
                form.first_byte |= 0b0010;
                let id = Field { name: "Packet Identifier", part: Part::Int(vec![0, 1]) };
                form.fields.insert(1, id);
                form.set("Payload", Part::Rest(b"xy".to_vec()));
            }
            "SUBSCRIBE" => form.subscription(b"b/#", 1),
            "UNSUBSCRIBE" => form.push("Topic Filter", Part::Text(b"b/#".to_vec())),
            "SUBACK" => form.int("Return Code", &[0x80]),
            "UNSUBACK" if version == Version::V5_0 => form.int("Return Code", &[0x11]),
            "DISCONNECT" if version == Version::V5_0 && sender == Sender::Server => {
                form.set("Reason Code", Part::Int(vec![0x9D]));
            }
            _ => {}
        }
        if version == Version::V5_0 {
            form.fill_blocks(tables);
        }
        form
    }

    /// Puts every property that its sender may send into each block, twice if it may repeat.
    fn fill_blocks(&mut self, tables: &Tables) {
        let sender = self.sender;
        for field in &mut self.fields {
            let Part::Block(properties) = &mut field.part else { continue };
            properties.clear();
            for row in &tables.properties {
                if row.standing(field.name, sender) == crate::tables::Standing::Legal {
                    let times = if row.may_repeat_in(field.name) { 2 } else { 1 };
                    properties.extend(vec![row.example(); times]);
                }
            }
        }
    }

    pub(crate) fn push(&mut self, name: &'static str, part: Part) {
        self.fields.push(Field { name, part });
    }

    fn int(&mut self, name: &'static str, bytes: &[u8]) {
        self.push(name, Part::Int(bytes.to_vec()));
    }

    fn subscription(&mut self, filter: &[u8], options: u8) {
        self.push("Topic Filter", Part::Text(filter.to_vec()));
        self.int("Subscription Options", &[options]);
    }

    pub(crate) fn add_will(&mut self, topic: &[u8], payload: &[u8]) {
        self.set_flags(0x04);
        if self.version == Version::V5_0 {
            self.push("Will", Part::Block(Vec::new()));
        }
        self.push("Will Topic", Part::Text(topic.to_vec()));
        self.push("Will Payload", Part::Binary(payload.to_vec()));
    }

    pub(crate) fn add_user(&mut self, name: &[u8]) {
        self.set_flags(0x80);
        self.push("User Name", Part::Text(name.to_vec()));
    }

    pub(crate) fn add_password(&mut self, password: &[u8]) {
        self.set_flags(0x40);
        self.push("Password", Part::Binary(password.to_vec()));
    }

    fn set_flags(&mut self, flags: u8) {
        let field = self.fields.iter_mut().find(|field| field.name == "Connect Flags").unwrap();
        let Part::Int(bytes) = &mut field.part else { unreachable!() };
        bytes[0] |= flags;
    }

    /// Replaces the first field of that name.
    pub(crate) fn set(&mut self, name: &str, part: Part) {
        self.fields.iter_mut().find(|field| field.name == name).unwrap().part = part;
    }

    pub(crate) fn with(&self, name: &str, part: Part) -> Self {
        let mut form = self.clone();
        form.set(name, part);
        form
    }

    /// The properties of a place.
    pub(crate) fn block(&self, place: &str) -> Option<&Vec<(u8, Vec<u8>)>> {
        self.fields.iter().find_map(|field| match &field.part {
            Part::Block(properties) if field.name == place => Some(properties),
            _ => None,
        })
    }

    pub(crate) fn content(&self) -> Vec<u8> {
        self.fields.iter().flat_map(|field| field.part.bytes()).collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        packet(self.first_byte, &self.content())
    }

    /// Where the first field of that name starts, from the start of the packet.
    pub(crate) fn offset(&self, name: &str) -> usize {
        let before = self.fields.iter().take_while(|field| field.name != name);
        self.header_len() + before.map(|field| field.part.bytes().len()).sum::<usize>()
    }

    pub(crate) fn header_len(&self) -> usize {
        1 + varint(self.content().len()).len()
    }

    /// Where the first property of a block starts, from the start of the packet.
    pub(crate) fn block_offset(&self, place: &str) -> usize {
        let len: usize = self.block(place).unwrap().iter().map(|p| property_bytes(p).len()).sum();
        self.offset(place) + varint(len).len()
    }
}

impl PropertyRow {
    /// The property with a plain legal value.
    pub(crate) fn example(&self) -> (u8, Vec<u8>) {
        let value = match self.kind.as_str() {
            "byte" | "varint" => vec![1],
            "u16" => vec![0, 1],
            "u32" => vec![0, 0, 0, 1],
            "utf8" => prefixed(b"s"),
            "binary" => prefixed(&[0xFF]),
            "utf8-pair" => [prefixed(b"k"), prefixed(b"v")].concat(),
            kind => unreachable!("{kind}"),
        };
        (self.id, value)
    }

    /// A number as the value of the property.
    pub(crate) fn encode(&self, number: u32) -> Vec<u8> {
        match self.kind.as_str() {
            "byte" => vec![u8::try_from(number).unwrap()],
            "u16" => u16::try_from(number).unwrap().to_be_bytes().to_vec(),
            "u32" => number.to_be_bytes().to_vec(),
            _ => varint(number as usize),
        }
    }
}

/// Names as the forms have them, for those in the tables.
pub(crate) const PACKETS: [&str; 15] = [
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH",
];

/// The packet in which the properties of a place stand, with the block there.
pub(crate) fn form_with_block(tables: &Tables, place: &str, sender: Sender) -> Form {
    if place == "Will" {
        let mut form = Form::new(tables, "CONNECT", Version::V5_0, sender);
        form.add_will(b"w", b"");
        return form;
    }
    let packet = PACKETS.into_iter().find(|name| *name == place).unwrap();
    Form::new(tables, packet, Version::V5_0, sender)
}

/// The packet in which the properties of a place stand.
pub(crate) fn packet_of(place: &str) -> &str {
    if place == "Will" { "CONNECT" } else { place }
}

/// A packet of each type, version and sender.
pub(crate) fn all_forms(
    tables: &Tables,
    make: fn(&Tables, &'static str, Version, Sender) -> Form,
) -> Vec<Form> {
    let mut forms = Vec::new();
    for version in Version::ALL {
        for packet in PACKETS {
            for &sender in tables.packet(packet).senders(version) {
                forms.push(make(tables, packet, version, sender));
            }
        }
    }
    forms
}
