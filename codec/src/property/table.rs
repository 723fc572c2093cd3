//! The table of the 27 properties (5.0 section 2.2.2.2, table 2-4): the one place where they are
//! described. From it come [`PropertyId`], [`Property`] and the accessors of [`Properties`].

use std::fmt;

use crate::packet::PacketType;

use super::{Places, Properties, PropertyPlace, RawProperty, places};

/// How the value of a property is encoded, and which values the standard takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A byte, at most this one.
    Byte { max: u8 },
    /// A two byte integer, at least this one.
    U16 { min: u16 },
    /// A four byte integer, at least this one.
    U32 { min: u32 },
    /// A Variable Byte Integer, at least this one.
    VarInt { min: u32 },
    /// A UTF-8 Encoded String.
    Text,
    /// A UTF-8 Encoded String without wildcards.
    Topic,
    /// Binary Data.
    Binary,
    /// A UTF-8 String Pair.
    Pair,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) id: PropertyId,
    pub(crate) form: Form,
    /// Where the property may stand, whoever sends it.
    pub(crate) places: Places,
    /// Where the property may stand in a packet from a client.
    pub(crate) from_client: Places,
    /// Where the property may stand in a packet from a server.
    pub(crate) from_server: Places,
    /// Where the property may stand more than once.
    pub(crate) repeats: Places,
}

/// The type in Rust of the value of a property, and how to take it out of a [`RawProperty`].
macro_rules! value {
    (type $a:lifetime byte) => { u8 };
    (type $a:lifetime u16) => { u16 };
    (type $a:lifetime u32) => { u32 };
    (type $a:lifetime varint) => { u32 };
    (type $a:lifetime text) => { &$a str };
    (type $a:lifetime topic) => { &$a str };
    (type $a:lifetime binary) => { &$a [u8] };
    (from $raw:ident byte) => { $raw.byte() };
    (from $raw:ident u16) => { $raw.u16() };
    (from $raw:ident u32) => { $raw.u32() };
    (from $raw:ident varint) => { $raw.varint() };
    (from $raw:ident text) => { $raw.text() };
    (from $raw:ident topic) => { $raw.text() };
    (from $raw:ident binary) => { $raw.binary() };
    (of $scalar:ident $text:ident $bytes:ident byte) => { $scalar.to_be_bytes()[3] };
    (of $scalar:ident $text:ident $bytes:ident u16) => {
        u16::try_from($scalar).unwrap_or(u16::MAX)
    };
    (of $scalar:ident $text:ident $bytes:ident u32) => { $scalar };
    (of $scalar:ident $text:ident $bytes:ident varint) => { $scalar };
    (of $scalar:ident $text:ident $bytes:ident text) => { $text };
    (of $scalar:ident $text:ident $bytes:ident topic) => { $text };
    (of $scalar:ident $text:ident $bytes:ident binary) => { $bytes };
    (doc byte $max:literal) => { concat!("a byte, 0 to ", $max) };
    (doc u16 $min:literal) => { concat!("a two byte integer, at least ", $min) };
    (doc u32 $min:literal) => { concat!("a four byte integer, at least ", $min) };
    (doc varint $min:literal) => { concat!("a Variable Byte Integer, at least ", $min) };
    (doc text) => { "a UTF-8 Encoded String" };
    (doc topic) => { "a UTF-8 Encoded String without wildcards" };
    (doc binary) => { "Binary Data" };
    (form byte $max:literal) => { Form::Byte { max: $max } };
    (form u16 $min:literal) => { Form::U16 { min: $min } };
    (form u32 $min:literal) => { Form::U32 { min: $min } };
    (form varint $min:literal) => { Form::VarInt { min: $min } };
    (form text) => { Form::Text };
    (form topic) => { Form::Topic };
    (form binary) => { Form::Binary };
}

/// `optional` stands for a list that may be left out: its default is the list in front of it.
macro_rules! or_else {
    ([$($places:ident)*] []) => { places(&[$(PropertyPlace::$places),*]) };
    ([$($default:ident)*] [$($places:ident)*]) => { places(&[$(PropertyPlace::$places),*]) };
}

macro_rules! properties {
    ($(
        $value:literal $name:literal $Name:ident $field:ident: $form:ident $($limit:literal)?,
        in $($place:ident)*
        $(, from client: $($client:ident)*)?
        $(, from server: $($server:ident)*)?
        $(, repeats in $($repeat:ident)*)?;
    )*) => {
        /// The identifier of a property (5.0 section 2.2.2.2, table 2-4).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum PropertyId {
            $(
                #[doc = concat!($name, ": in", $(" ", stringify!($place),)*)]
                $Name = $value,
            )*
            /// User Property: everywhere
            UserProperty = USER_PROPERTY,
        }

        impl PropertyId {
            /// All identifiers, in ascending order.
            pub const ALL: [Self; 27] = sorted([$(Self::$Name,)* Self::UserProperty]);

            /// The standard's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Name => $name,)*
                    Self::UserProperty => "User Property",
                }
            }

            /// The standard's name in `snake_case`.
            #[must_use]
            pub const fn field_name(self) -> &'static str {
                match self {
                    $(Self::$Name => stringify!($field),)*
                    Self::UserProperty => "user_property",
                }
            }

            /// The identifier with this number, if the standard defines one.
            #[must_use]
            pub const fn from_u8(number: u8) -> Option<Self> {
                match number {
                    $($value => Some(Self::$Name),)*
                    USER_PROPERTY => Some(Self::UserProperty),
                    _ => None,
                }
            }

            /// What the table says about the property.
            pub(crate) const fn spec(self) -> &'static Spec {
                match self {
                    $(Self::$Name => {
                        const SPEC: Spec = Spec {
                            id: PropertyId::$Name,
                            form: value!(form $form $($limit)?),
                            places: places(&[$(PropertyPlace::$place),*]),
                            from_client: or_else!([$($place)*] [$($($client)*)?]),
                            from_server: or_else!([$($place)*] [$($($server)*)?]),
                            repeats: places(&[$($(PropertyPlace::$repeat),*)?]),
                        };
                        &SPEC
                    })*
                    Self::UserProperty => &Spec {
                        id: PropertyId::UserProperty,
                        form: Form::Pair,
                        places: Places::MAX,
                        from_client: Places::MAX,
                        from_server: Places::MAX,
                        repeats: Places::MAX,
                    },
                }
            }
        }

        /// A property with its value, which borrows from the block that it stands in (5.0 section
        /// 2.2.2.2, table 2-4).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Property<'a> {
            $(
                #[doc = concat!($name, ": ", value!(doc $form $($limit)?))]
                $Name(value!(type 'a $form)),
            )*
            /// User Property: a name and a value, both UTF-8 Encoded Strings
            UserProperty(&'a str, &'a str),
        }

        impl Property<'_> {
            /// The identifier.
            #[must_use]
            pub const fn id(&self) -> PropertyId {
                match self {
                    $(Self::$Name(_) => PropertyId::$Name,)*
                    Self::UserProperty(..) => PropertyId::UserProperty,
                }
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> Property<'a> {
            /// A property with whichever of the three values its form asks for; the text twice for a
            /// User Property.
            pub(crate) fn of(id: PropertyId, scalar: u32, text: &'a str, bytes: &'a [u8]) -> Self {
                match id {
                    $(PropertyId::$Name => Self::$Name(value!(of scalar text bytes $form)),)*
                    PropertyId::UserProperty => Self::UserProperty(text, text),
                }
            }
        }

        impl<'a> RawProperty<'a> {
            /// Gives the value its type. The block has been validated, so nothing can fail here.
            pub(super) fn typed(self) -> Property<'a> {
                match self.id() {
                    $(PropertyId::$Name => Property::$Name(value!(from self $form)),)*
                    PropertyId::UserProperty => {
                        let (name, value) = self.pair();
                        Property::UserProperty(name, value)
                    }
                }
            }
        }

        /// One accessor for each property; `None` means that the property is absent. Where a
        /// property may repeat, this is the first.
        impl<K> Properties<K> {
            $(
                #[doc = concat!($name, ": ", value!(doc $form $($limit)?), ".")]
                #[must_use]
                pub fn $field(&self) -> Option<value!(type '_ $form)> {
                    self.find(PropertyId::$Name).map(|raw| value!(from raw $form))
                }
            )*
        }
    };
}

const USER_PROPERTY: u8 = 0x26;

// Form and limit, then the places. A limit of `byte` is the greatest legal value, of the integers
// the least one.
properties! {
    0x01 "Payload Format Indicator" PayloadFormatIndicator payload_format_indicator: byte 1,
        in Publish Will;
    0x02 "Message Expiry Interval" MessageExpiryInterval message_expiry_interval: u32 0,
        in Publish Will;
    0x03 "Content Type" ContentType content_type: text, in Publish Will;
    0x08 "Response Topic" ResponseTopic response_topic: topic, in Publish Will;
    0x09 "Correlation Data" CorrelationData correlation_data: binary, in Publish Will;
    0x0B "Subscription Identifier" SubscriptionIdentifier subscription_identifier: varint 1,
        in Publish Subscribe, from client: Subscribe, repeats in Publish;
    0x11 "Session Expiry Interval" SessionExpiryInterval session_expiry_interval: u32 0,
        in Connect Connack Disconnect, from server: Connack;
    0x12 "Assigned Client Identifier" AssignedClientIdentifier assigned_client_identifier: text,
        in Connack;
    0x13 "Server Keep Alive" ServerKeepAlive server_keep_alive: u16 0, in Connack;
    0x15 "Authentication Method" AuthenticationMethod authentication_method: text,
        in Connect Connack Auth;
    0x16 "Authentication Data" AuthenticationData authentication_data: binary,
        in Connect Connack Auth;
    0x17 "Request Problem Information" RequestProblemInformation request_problem_information:
        byte 1, in Connect;
    0x18 "Will Delay Interval" WillDelayInterval will_delay_interval: u32 0, in Will;
    0x19 "Request Response Information" RequestResponseInformation request_response_information:
        byte 1, in Connect;
    0x1A "Response Information" ResponseInformation response_information: text, in Connack;
    0x1C "Server Reference" ServerReference server_reference: text,
        in Connack Disconnect, from client: Connack;
    0x1F "Reason String" ReasonString reason_string: text,
        in Connack Puback Pubrec Pubrel Pubcomp Suback Unsuback Disconnect Auth;
    0x21 "Receive Maximum" ReceiveMaximum receive_maximum: u16 1, in Connect Connack;
    0x22 "Topic Alias Maximum" TopicAliasMaximum topic_alias_maximum: u16 0, in Connect Connack;
    0x23 "Topic Alias" TopicAlias topic_alias: u16 1, in Publish;
    0x24 "Maximum QoS" MaximumQoS maximum_qos: byte 1, in Connack;
    0x25 "Retain Available" RetainAvailable retain_available: byte 1, in Connack;
    0x27 "Maximum Packet Size" MaximumPacketSize maximum_packet_size: u32 1, in Connect Connack;
    0x28 "Wildcard Subscription Available" WildcardSubscriptionAvailable
        wildcard_subscription_available: byte 1, in Connack;
    0x29 "Subscription Identifier Available" SubscriptionIdentifierAvailable
        subscription_identifier_available: byte 1, in Connack;
    0x2A "Shared Subscription Available" SharedSubscriptionAvailable
        shared_subscription_available: byte 1, in Connack;
}

impl PropertyId {
    /// The number on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// Whether the value is made of strings.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self.spec().form, Form::Text | Form::Topic | Form::Pair)
    }

    /// Whether a packet of this type may have the property, a CONNECT also in its Will.
    pub(crate) fn stands_in(self, packet: PacketType) -> bool {
        PropertyPlace::ALL
            .iter()
            .any(|place| place.packet_type() == packet && self.spec().places & place.bit() != 0)
    }
}

impl fmt::Display for PropertyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The table lists User Property apart, since it alone has two values.
const fn sorted(mut ids: [PropertyId; 27]) -> [PropertyId; 27] {
    let mut at = ids.len() - 1;
    while at > 0 && ids[at - 1] as u8 > ids[at] as u8 {
        (ids[at - 1], ids[at]) = (ids[at], ids[at - 1]);
        at -= 1;
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = include_str!("../../../conformance/spec/mqtt-5.0-tables.toml");

    fn lookup<'a>(section: &'a str, key: &str) -> &'a str {
        section
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))
            .unwrap_or_default()
    }

    fn places_of(list: &str) -> Places {
        let named = |place: &&PropertyPlace| list.contains(&format!("\"{}\"", place.name()));
        PropertyPlace::ALL.iter().filter(named).map(|place| place.bit()).sum()
    }

    #[test]
    fn the_table_is_the_one_of_the_catalogue() {
        let sections: Vec<&str> =
            TABLES.split("[[").filter_map(|section| section.strip_prefix("property]]")).collect();
        assert_eq!(sections.len(), PropertyId::ALL.len());
        for (section, id) in sections.into_iter().zip(PropertyId::ALL) {
            assert_eq!(lookup(section, "id"), id.value().to_string());
            assert_eq!(lookup(section, "name").trim_matches('"'), id.name());
            assert_eq!(PropertyId::from_u8(id.value()), Some(id));
            let spec = id.spec();
            let all = PropertyPlace::ALL.iter().map(|place| place.bit()).sum::<Places>();
            assert_eq!(spec.places & all, places_of(lookup(section, "packets")), "{id}");
            assert_eq!(spec.repeats & all, places_of(lookup(section, "repeat_in")), "{id}");
            let (form, allowed, min) = match spec.form {
                Form::Byte { max: 1 } => ("byte", "[0, 1]", 0),
                Form::Byte { .. } => unreachable!("no byte has another range"),
                Form::U16 { min } => ("u16", "", u32::from(min)),
                Form::U32 { min } => ("u32", "", min),
                Form::VarInt { min } => ("varint", "", min),
                Form::Text | Form::Topic => ("utf8", "", 0),
                Form::Binary => ("binary", "", 0),
                Form::Pair => ("utf8-pair", "", 0),
            };
            assert_eq!(lookup(section, "type").trim_matches('"'), form, "{id}");
            assert_eq!(lookup(section, "allowed"), allowed, "{id}");
            let expected = lookup(section, "min").parse().unwrap_or(0);
            assert_eq!(min, expected, "{id}");
        }
    }

    #[test]
    fn field_names_are_the_standard_names_in_snake_case() {
        for id in PropertyId::ALL {
            assert_eq!(id.field_name(), id.name().to_lowercase().replace(' ', "_"));
        }
    }
}
