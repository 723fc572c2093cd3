//! The table of defects that are written by hand, in the order of the standard. Each row: the name,
//! what is wrong, the statements of 3.1.1 and those of 5.0 that are broken, and with `like` where a
//! real broker did the same.

/// What the table says of a flaw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The name of the variant.
    pub(super) variant: &'static str,
    pub(super) what: &'static str,
    pub(super) statements_3_1_1: &'static [&'static str],
    pub(super) statements_5_0: &'static [&'static str],
    /// Real brokers that did the same, each with the place where it is told.
    pub(super) seen: &'static [&'static str],
}

/// Makes the enum and its table out of one list, so that neither can lack what the other has.
macro_rules! flaws {
    ($($Name:ident $what:literal [$($v3:literal)*] [$($v5:literal)*] $([like $($seen:literal)*])?)*) => {
        /// A packet or a decision that is wrong. The name of the defect is that of its variant, in
        /// kebab-case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Flaw {
            $(#[doc = $what] $Name,)*
        }

        impl Flaw {
            /// All, in the order of the table.
            pub(super) const ALL: &[Self] = &[$(Self::$Name),*];

            pub(super) const fn row(self) -> Row {
                match self {
                    $(Self::$Name => Row {
                        variant: stringify!($Name),
                        what: $what,
                        statements_3_1_1: &[$($v3),*],
                        statements_5_0: &[$($v5),*],
                        seen: &[$($($seen),*)?],
                    },)*
                }
            }
        }
    };
}

#[rustfmt::skip]
flaws! {
    // The form of packets (sections 1.5 and 2), where the codec would not write it (`wire`).

    ConnackHeaderFlags "Bits 3 to 0 of the first byte of CONNACK are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    PubackHeaderFlags "Bits 3 to 0 of the first byte of PUBACK are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    PubrecHeaderFlags "Bits 3 to 0 of the first byte of PUBREC are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    PubrelHeaderFlags "Bits 3 to 0 of the first byte of PUBREL are wrong."
        ["MQTT-3.6.1-1" "U-3.1.1-2.2.2-1"] ["MQTT-3.6.1-1" "MQTT-2.1.3-1"]
    PubcompHeaderFlags "Bits 3 to 0 of the first byte of PUBCOMP are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    SubackHeaderFlags "Bits 3 to 0 of the first byte of SUBACK are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    UnsubackHeaderFlags "Bits 3 to 0 of the first byte of UNSUBACK are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    PingrespHeaderFlags "Bits 3 to 0 of the first byte of PINGRESP are wrong."
        ["MQTT-2.2.2-1" "U-3.1.1-2.2.2-1"] ["MQTT-2.1.3-1"]
    DisconnectHeaderFlags "Bits 3 to 0 of the first byte of DISCONNECT are wrong."
        [] ["MQTT-3.14.1-1" "MQTT-2.1.3-1"]
    AuthHeaderFlags "Bits 3 to 0 of the first byte of AUTH are wrong."
        [] ["MQTT-3.15.1-1" "MQTT-2.1.3-1"]
    PingrespOfTypeZero "A packet of the type 0 comes in place of PINGRESP."
        ["U-3.1.1-2.2.1-1"] ["U-5.0-2.1.2-1"]
    PingrespIsPingreq "A PINGREQ comes in place of PINGRESP."
        ["U-3.1.1-7.1.1-1"] ["U-5.0-2.1.2-2"]
    ConnackLengthPadded "The Remaining Length of CONNACK takes a byte more than it needs."
        [] ["MQTT-1.5.5-1"]
    PublishLengthPadded "The Remaining Length of PUBLISH takes a byte more than it needs."
        [] ["MQTT-1.5.5-1"]
    PingrespLengthPadded "The Remaining Length of PINGRESP takes a byte more than it needs."
        [] ["MQTT-1.5.5-1"]
    PropertyLengthPadded "The Property Length of CONNACK takes a byte more than it needs."
        [] ["MQTT-1.5.5-1"]
    PublishIdZero "Messages of QoS 1 and 2 have the Packet Identifier 0."
        ["MQTT-2.3.1-1" "MQTT-2.3.1-4"] ["MQTT-2.2.1-4"]
    PubackIdZero "PUBACK has the Packet Identifier 0."
        ["MQTT-2.3.1-6"] ["MQTT-2.2.1-5"]
    PubrecIdZero "PUBREC has the Packet Identifier 0."
        ["MQTT-2.3.1-6"] ["MQTT-2.2.1-5"]
    PubrelIdZero "PUBREL has the Packet Identifier 0."
        ["MQTT-2.3.1-6"] ["MQTT-2.2.1-5"]
    PubcompIdZero "PUBCOMP has the Packet Identifier 0."
        ["U-3.1.1-2.3.1-2"] ["MQTT-2.2.1-5"]
    SubackIdZero "SUBACK has the Packet Identifier 0."
        ["MQTT-2.3.1-7"] ["MQTT-2.2.1-6"]
    UnsubackIdZero "UNSUBACK has the Packet Identifier 0."
        ["MQTT-2.3.1-7"] ["MQTT-2.2.1-6"]
    PublishIdMissing "Messages of QoS 1 and 2 have no Packet Identifier."
        ["MQTT-2.3.1-1" "MQTT-2.3.1-4"] ["MQTT-2.2.1-4"]
    PublishQos3 "Messages of QoS 2 have both QoS bits set."
        ["MQTT-3.3.1-4"] ["MQTT-3.3.1-4"]
    ConnackReasonReserved "The Reason Code of CONNACK is one that the standard does not have."
        [] ["MQTT-3.2.2-8"]
    PubackReasonReserved "The Reason Code of PUBACK is one that the standard does not have."
        [] ["MQTT-3.4.2-1"]
    PubrecReasonReserved "The Reason Code of PUBREC is one that the standard does not have."
        [] ["MQTT-3.5.2-1"]
    PubrelReasonReserved "The Reason Code of PUBREL is one that the standard does not have."
        [] ["MQTT-3.6.2-1"]
    PubcompReasonReserved "The Reason Code of PUBCOMP is one that the standard does not have."
        [] ["MQTT-3.7.2-1"]
    SubackReasonReserved "The last code of SUBACK is 3, which is reserved."
        ["MQTT-3.9.3-2"] ["MQTT-3.9.3-2"]
    UnsubackReasonReserved "The last code of UNSUBACK is one that the standard does not have."
        [] ["MQTT-3.11.3-2"]
    DisconnectReasonReserved "The Reason Code of DISCONNECT is one that the standard does not have."
        [] ["MQTT-3.14.2-1"]
    AuthReasonReserved "The Reason Code of AUTH is one that the standard does not have."
        [] ["MQTT-3.15.2-1"]
    DisconnectReasonOfClient "The Reason Code of DISCONNECT is Disconnect with Will Message, which is the client's."
        [] ["MQTT-3.14.2-1"]
    AuthReasonOfClient "The Reason Code of AUTH is Re-authenticate, which is the client's."
        [] ["MQTT-3.15.2-1"]
    ConnackReturnCodeReserved "The Return Code of CONNACK is 6, which is reserved."
        ["MQTT-3.2.2-6"] []
    ConnackReasonIn311 "A 3.1.1 client is refused with a Reason Code of 5.0."
        ["MQTT-3.2.2-6"] []
    SubackReasonIn311 "A 3.1.1 client whose filter is refused gets a Reason Code of 5.0."
        ["MQTT-3.9.3-2"] []
    ConnackReservedFlags "A reserved bit of the Connect Acknowledge Flags is 1."
        ["U-3.1.1-3.2.2.1-1"] ["MQTT-3.2.2-1"]
    ConnackSessionPresentInRefusal "Session Present is 1 in a refusal."
        ["MQTT-3.2.2-4"] ["MQTT-3.2.2-6"]
    ConnackTrailingByte "CONNACK has a byte behind its last field."
        ["U-3.1.1-3.2.1-1"] ["U-5.0-3.2.3-1"]
    ConnackCutShort "CONNACK lacks its last byte."
        ["U-3.1.1-3.2.1-1"] ["U-5.0-3.2.3-1" "U-5.0-2.2.2.2-4"]
    PubackTrailingByte "A 3.1.1 PUBACK has a byte behind its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] []
    PubrecTrailingByte "A 3.1.1 PUBREC has a byte behind its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] []
    PubrelTrailingByte "A 3.1.1 PUBREL has a byte behind its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] []
    PubcompTrailingByte "A 3.1.1 PUBCOMP has a byte behind its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] []
    UnsubackTrailingByte "A 3.1.1 UNSUBACK has a byte behind its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] []
    PingrespTrailingByte "PINGRESP has a byte behind its fixed header."
        ["U-3.1.1-3.12.1-1"] ["U-5.0-2.1.4-1"]
    PubackCutShort "PUBACK ends inside its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] ["U-5.0-2.1.4-1"]
    SubackCutShort "SUBACK ends inside its Packet Identifier."
        ["MQTT-2.3.1-7"] ["U-5.0-2.1.4-1"]
    UnsubackCutShort "UNSUBACK ends inside its Packet Identifier."
        ["U-3.1.1-3.4.1-1"] ["U-5.0-2.1.4-1"]
    TopicLengthTooLong "The length of the Topic Name reaches beyond the end of PUBLISH."
        ["MQTT-3.3.2-1"] ["U-5.0-1.5.6-1"]
    ConnackOf311In50 "A 5.0 client gets the CONNACK of 3.1.1."
        [] ["U-5.0-3.2.3-1" "MQTT-2.2.2-1"]
    PublishOf311In50 "A 5.0 client gets PUBLISH without a Property Length."
        [] ["MQTT-2.2.2-1"]
    SubackOf311In50 "A 5.0 client gets the SUBACK of 3.1.1."
        [] ["MQTT-2.2.2-1"]
    UnsubackOf311In50 "A 5.0 client gets the UNSUBACK of 3.1.1."
        [] ["MQTT-2.2.2-1"]
    ConnackOf50In311 "A 3.1.1 client gets the CONNACK of 5.0."
        ["U-3.1.1-3.2.1-1"] []
    PublishOf50In311 "A 3.1.1 client gets PUBLISH with a Property Length."
        ["U-3.1.1-7.1.1-1" "MQTT-2.3.1-5" "MQTT-4.5.0-1"] []
    SubackOf50In311 "A 3.1.1 client gets SUBACK with a Property Length."
        ["MQTT-3.8.4-5"] []
    UnsubackOf50In311 "A 3.1.1 client gets UNSUBACK with a Property Length."
        ["U-3.1.1-3.4.1-1"] []
    ReceiveMaximumZero "CONNACK has a Receive Maximum of 0."
        [] ["U-5.0-3.2.2.3.3-1"]
    MaximumQos2 "CONNACK has a Maximum QoS of 2."
        [] ["U-5.0-3.2.2.3.4-1"]
        [like "rmqtt (rmqtt/rmqtt#54)"]
    RetainAvailable2 "CONNACK has a Retain Available of 2."
        [] ["U-5.0-3.2.2.3.5-1"]
    MaximumPacketSizeZero "CONNACK has a Maximum Packet Size of 0."
        [] ["U-5.0-3.2.2.3.6-1"]
    WildcardAvailable2 "CONNACK has a Wildcard Subscription Available of 2."
        [] ["U-5.0-3.2.2.3.11-1"]
    SubscriptionIdentifierAvailable2 "CONNACK has a Subscription Identifier Available of 2."
        [] ["U-5.0-3.2.2.3.12-1"]
    SharedAvailable2 "CONNACK has a Shared Subscription Available of 2."
        [] ["U-5.0-3.2.2.3.13-1"]
    PayloadFormat2 "Payload Format Indicator is passed on as 2."
        [] ["U-5.0-3.3.2.3.2-1"]
    TopicAliasZero "Topic Alias is 0."
        [] ["MQTT-3.3.2-8"]
    SubscriptionIdentifierZero "Subscription Identifier is 0."
        [] ["U-5.0-3.3.2.3.8-1"]
    ConnackReceiveMaximumTwice "CONNACK has two Receive Maximums."
        [] ["U-5.0-3.2.2.3.3-1" "U-5.0-2.2.2.2-6"]
    ConnackAliasMaximumTwice "CONNACK has two Topic Alias Maximums."
        [] ["U-5.0-2.2.2.2-6"]
    ConnackReasonStringTwice "CONNACK has two Reason Strings."
        [] ["U-5.0-2.2.2.2-6"]
    PublishContentTypeTwice "A message has two Content Types."
        [] ["U-5.0-2.2.2.2-6"]
    PublishResponseTopicTwice "A message has two Response Topics."
        [] ["U-5.0-2.2.2.2-6"]
    PubackReasonStringTwice "PUBACK has two Reason Strings."
        [] ["U-5.0-3.4.2.2.2-1" "U-5.0-2.2.2.2-6"]
    SubackReasonStringTwice "SUBACK has two Reason Strings."
        [] ["U-5.0-2.2.2.2-6"]
    DisconnectReasonStringTwice "DISCONNECT has two Reason Strings."
        [] ["U-5.0-3.14.2.2.3-1" "U-5.0-2.2.2.2-6"]
    AuthMethodTwice "AUTH has two Authentication Methods."
        [] ["U-5.0-3.15.2.2.2-1" "U-5.0-2.2.2.2-6"]
    AuthDataTwice "AUTH has Authentication Data twice."
        [] ["U-5.0-3.15.2.2.3-1" "U-5.0-2.2.2.2-6"]
    ConnackPropertyUnknown "CONNACK has a property that the standard does not have."
        [] ["U-5.0-2.2.2.2-1"]
    PublishPropertyUnknown "A message has a property that the standard does not have."
        [] ["U-5.0-2.2.2.2-1"]
    SubackPropertyUnknown "SUBACK has a property that the standard does not have."
        [] ["U-5.0-2.2.2.2-1"]
    ConnackPropertyCutShort "The last property of CONNACK runs past the Property Length."
        [] ["U-5.0-2.2.2.2-3"]
    ConnackPropertyLengthTooLong "The Property Length of CONNACK reaches beyond the end of the packet."
        [] ["U-5.0-2.2.2.2-4"]
    ConnackTopicAlias "CONNACK has a Topic Alias."
        [] ["U-5.0-2.2.2.2-6"]
    WillDelayInPublish "Messages have a Will Delay Interval."
        [] ["U-5.0-2.2.2.2-6"]
    PubackContentType "PUBACK has a Content Type."
        [] ["U-5.0-2.2.2.2-6"]
    SubackSubscriptionIdentifier "SUBACK has a Subscription Identifier."
        [] ["U-5.0-2.2.2.2-6"]
    UnsubackSubscriptionIdentifier "UNSUBACK has a Subscription Identifier."
        [] ["U-5.0-2.2.2.2-6"]
    DisconnectSessionExpiry "DISCONNECT has a Session Expiry Interval."
        [] ["MQTT-3.14.2-2"]
    AuthMethodMissing "AUTH has no Authentication Method."
        [] ["U-5.0-3.15.2.2.2-1" "MQTT-4.12.0-5"]
    TopicIllFormed "Topic Names have a byte that is not UTF-8."
        ["MQTT-3.3.2-1" "MQTT-1.5.3-1"] ["MQTT-3.3.2-1" "MQTT-1.5.4-1"]
    TopicSurrogate "Topic Names have a surrogate code point."
        ["MQTT-3.3.2-1" "MQTT-1.5.3-1"] ["MQTT-3.3.2-1" "MQTT-1.5.4-1"]
    TopicNul "Topic Names have a U+0000."
        ["MQTT-4.7.3-2" "MQTT-1.5.3-2"] ["MQTT-4.7.3-2" "MQTT-1.5.4-2"]
    TopicWildcard "Topic Names have a wildcard."
        ["MQTT-3.3.2-2" "MQTT-4.7.1-1"] ["MQTT-3.3.2-2" "MQTT-4.7.0-1"]
    ReasonStringIllFormed "The Reason String of SUBACK has a byte that is not UTF-8."
        [] ["MQTT-1.5.4-1"]
    ReasonStringNul "The Reason String of SUBACK has a U+0000."
        [] ["MQTT-1.5.4-2"]
    ContentTypeIllFormed "Content Type has a byte that is not UTF-8."
        [] ["MQTT-3.3.2-19"]
    ResponseTopicIllFormed "Response Topic has a byte that is not UTF-8."
        [] ["MQTT-3.3.2-13"]
    ResponseTopicWildcard "Response Topic has a wildcard."
        [] ["MQTT-3.3.2-14"]
    UserPropertyIllFormed "User Properties have a byte that is not UTF-8."
        [] ["MQTT-1.5.7-1"]
    UserPropertyNul "User Properties have a U+0000."
        [] ["MQTT-1.5.7-1"]
    DupAtQos0 "DUP is 1 in messages of QoS 0."
        ["MQTT-3.3.1-2" "MQTT-4.3.1-1"] ["MQTT-3.3.1-2" "MQTT-4.3.1-1"]
    Qos0WithId "A message of QoS 0 has a Packet Identifier in front of its payload."
        ["MQTT-2.3.1-5"] ["MQTT-2.2.1-2"]

    // How bytes and packets are read (sections 1.5, 2 and 4.2).

    LengthOf127Refused "Packets with a Remaining Length of 127 are refused."
        ["U-3.1.1-2.2.3-2"] ["U-5.0-1.5.5-1"]
    LengthOf128Refused "Packets with a Remaining Length of 128 are refused."
        ["U-3.1.1-2.2.3-2"] ["MQTT-1.5.5-1"]
    LengthOfFourBytesRefused "Packets whose Remaining Length takes four bytes are refused."
        ["U-3.1.1-2.2.3-2"] ["MQTT-1.5.5-1"]
        [like "activemq (apache/activemq#2518)"]
    LongPacketRefused "A packet whose Remaining Length takes more than one byte is refused."
        ["U-3.1.1-2.2.3-2"] ["U-5.0-1.5.5-1"]
    LargePacketLost "A packet of more than two million bytes is lost."
        ["U-3.1.1-2.2.3-2"] ["U-5.0-1.5.5-1"]
    SplitPacketLost "A packet that comes in several pieces is lost."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5" "U-3.1.1-3.1.4-3"] ["MQTT-4.2.0-1" "U-5.0-3.1.4-2"]
    SplitHeaderLost "A packet is lost when its first byte comes alone."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5"] ["MQTT-4.2.0-1"]
    OnePacketAtATime "Of several packets in one piece only the first is processed."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5"] ["MQTT-4.2.0-1"]
    BurstCut "Of the packets in one segment those behind the tenth are lost."
        ["MQTT-3.3.4-1" "U-3.1.1-4.3.2-1"] ["MQTT-3.3.4-1"]
    PaddedPingLost "A PINGREQ with a padded Remaining Length gets no answer."
        ["U-3.1.1-2.2.3-3"] ["MQTT-1.5.5-1"]
    UnorderedPropertiesRefused "Properties that are not in the order of their identifiers are refused."
        [] ["U-5.0-2.2.2.2-5"]
    SecondPropertyRefused "A second property of a packet is refused."
        [] ["U-5.0-2.2.2.2-5"]
    SecondUserPropertyRefused "A second User Property is refused."
        [] ["U-5.0-3.1.2.11.8-1"]
    DiscouragedCharactersLost "A packet with a control or non-character in a topic or filter is lost."
        ["U-3.1.1-1.5.3-2"] ["U-5.0-1.5.4-1"]
    FourByteCharactersRefused "Strings with characters beyond U+FFFF are refused as ill-formed."
        ["U-3.1.1-1.5.3-3"] ["MQTT-4.7.3-4"]

    // CONNECT: who is let in, and what comes before (sections 3.1 and 3.1.4).

    MalformedConnectAnswered "A 3.1.1 CONNECT that breaks the format gets a CONNACK."
        ["MQTT-3.1.4-1" "MQTT-3.2.2-6"] []
    ControlCharacterIdNotAuthorized "A Client Identifier with a control character is refused as not authorized."
        ["U-3.1.1-1.5.3-2"] ["U-5.0-1.5.4-1"]
    ResponseInformationRefused "A client that asks for Response Information is refused."
        [] ["U-5.0-3.1.2.11.6-3"]
    LongClientIdClosed "A Client Identifier of more than 23 bytes closes the connection."
        ["MQTT-3.1.3-9"] []
    LongClientIdNotAuthorized "A Client Identifier of more than 23 bytes is refused as not authorized."
        ["MQTT-3.1.3-9"] []
    TakeoverIgnored "A second connection does not end the first of its client."
        ["MQTT-3.1.4-2"] ["MQTT-3.1.4-3"]
        [like "robustmq (robustmq/robustmq#2057)"]
    EmptyClientIdKept "A session that is kept needs no Client Identifier."
        ["MQTT-3.1.3-7" "MQTT-3.1.3-8"] []
    SecondConnectIgnored "A second CONNECT is passed over."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2"]
    FirstPacketPassedOver "A first packet that is no CONNECT is passed over."
        ["MQTT-3.1.0-1"] ["MQTT-3.1.0-1"]
    FirstPacketServed "PINGREQ is answered before CONNECT."
        ["MQTT-3.1.0-1" "MQTT-3.2.0-1"] ["MQTT-3.1.0-1" "MQTT-3.2.0-1"]
        [like "FlashMQ (halfgaar/FlashMQ#104)" "emqx (emqx/emqx#4370)"]
    FaultyConnectTaken "A CONNECT with any error is taken for one without."
        ["MQTT-3.1.4-1"] ["MQTT-3.1.4-1"]
    SurplusCredentialsPassedOver "Fields of CONNECT behind those that the Connect Flags announce are passed over."
        ["MQTT-3.1.2-18" "MQTT-3.1.2-20"] ["MQTT-3.1.2-16" "MQTT-3.1.2-18"]
    SecondConnectAnswered "A second CONNECT is answered with a second CONNACK."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2" "MQTT-3.2.0-2"]
    ClientIdsCutShort "Client Identifiers are told apart by their first 12 bytes alone."
        ["MQTT-3.1.3-2"] ["MQTT-3.1.3-2"]
    ClientIdsWithoutCase "Client Identifiers are told apart without regard to letter case."
        ["MQTT-3.1.3-2"] ["MQTT-3.1.3-2"]
    LongestClientIdRefused "A Client Identifier of 22 or 23 bytes is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ShortestClientIdRefused "A Client Identifier of one or two bytes is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ClientIdOfDigitsRefused "A Client Identifier of digits alone is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ClientIdWithCapitalsRefused "A Client Identifier of capital letters alone is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ClientIdOfSmallLettersRefused "A Client Identifier of small letters alone is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    UnusualClientIdKeptWaiting "A Client Identifier with other than letters and digits gets no answer."
        ["MQTT-3.1.3-9" "U-3.1.1-3.1.3.1-1" "U-3.1.1-1.5.3-2"] ["MQTT-3.1.3-8" "U-5.0-1.5.4-1"]
    LongClientIdKeptWaiting "A Client Identifier of more than 23 bytes gets no answer."
        ["MQTT-3.1.3-9" "U-3.1.1-3.1.3.1-1"] ["MQTT-3.1.3-8"]
    AssignedClientIdTwice "All clients without a Client Identifier are assigned the same."
        ["MQTT-3.1.3-6"] ["MQTT-3.1.3-6" "MQTT-3.2.2-16"]
        [like "rmqtt (rmqtt/rmqtt#27)"]
    AssignedSessionForgotten "The session of an assigned Client Identifier ends with the connection."
        [] ["MQTT-3.1.3-7"]
    FormerClientRefused "A Client Identifier is refused that had a connection before."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    ManyClientsRefused "No more than twenty connections are served at a time."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    RefusedClientServed "A PUBLISH behind a CONNECT that is refused is processed."
        ["MQTT-3.1.4-5"] ["MQTT-3.1.4-6"]
    PipelinedPacketsLost "Packets that come with CONNECT in one piece are lost."
        ["U-3.1.1-3.1.4-3"] ["U-5.0-3.1.4-2"]
    ConnectAwaitedForEver "A connection without a CONNECT stays open."
        ["U-3.1.1-3.1.4-1"] ["U-5.0-3.1.4-1"]
    LateConnectClosed "A connection without a CONNECT is closed after half a second."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    CredentialsUnchecked "Every User Name and Password is accepted."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    PasswordUnchecked "A known User Name is accepted with any Password."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    UserNameByPrefix "A User Name is accepted that begins with a known one."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    CredentialsRefused "No User Name and Password is accepted."
        ["MQTT-3.1.4-4"] ["U-5.0-4.12-1"]
    BinaryPasswordMalformed "A Password that is not UTF-8 makes CONNECT malformed."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    LongPasswordMalformed "A Password of more than 255 bytes makes CONNECT malformed."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    LongUserNameMalformed "A User Name of more than 255 bytes makes CONNECT malformed."
        ["U-3.1.1-1.5.3-1"] ["MQTT-3.1.2-17"]
    UnknownUserMalformed "A User Name that is not known makes CONNECT malformed."
        ["U-3.1.1-3.2.2.3-1"] ["MQTT-3.1.2-17"]
    EmptyUserNameMalformed "An empty User Name makes CONNECT malformed."
        [] ["MQTT-3.1.2-17"]
    EmptyPasswordMalformed "An empty Password makes CONNECT malformed."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    UserNameAloneMalformed "A User Name without a Password makes CONNECT malformed."
        [] ["MQTT-3.1.2-17"]
    PasswordAloneMalformed "A Password without a User Name makes CONNECT malformed."
        [] ["U-5.0-3.1.2.9-1"]
    TakeoverWithoutReason "The connection of a client that is taken over is closed without DISCONNECT."
        [] ["MQTT-3.1.4-3"]
        [like "mqttv5 (LabOverWire/mqtt-lib#147)"]
    ConnectFieldsMisordered "Will Payload and Password change places."
        ["MQTT-3.1.3-1"] ["MQTT-3.1.3-1"]

    // Keep Alive (section 3.1.2.10).

    KeepAliveIgnored "Silent clients stay connected."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    KeepAliveEarly "Connections are closed after half of the Keep Alive."
        ["MQTT-3.1.2-24"] ["MQTT-3.2.2-22"]
    KeepAliveOfZeroTimed "A Keep Alive of 0 is taken for one of a second."
        ["U-3.1.1-3.1.2.10-1"] ["U-5.0-3.1.2.10-1"]
        [like "ntex-mqtt (ntex-rs/ntex-mqtt#14)"]
    KeepAliveOverflows "One and a half Keep Alive is counted in 16 bits."
        ["MQTT-3.1.2-24"] ["MQTT-3.2.2-22"]
    KeepAliveSigned "A Keep Alive above 32767 is taken for one of a second."
        ["MQTT-3.1.2-24"] ["MQTT-3.2.2-22"]
    KeepAliveByPingAlone "Only PINGREQ keeps a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"]
        [like "mosca (moscajs/mosca#45)"]
    KeepAliveWithoutPing "PINGREQ does not keep a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"] [like "ntex-mqtt (ntex-rs/ntex-mqtt#14)"]
    KeepAliveWithoutAcknowledgements "Acknowledgements do not keep a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"]
    KeepAliveByBytes "Bytes that are no whole packet keep a client alive."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    KeepAliveByOwnPackets "Packets of the broker keep a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"]
    ServerKeepAliveIgnored "The client's Keep Alive counts although CONNACK has a Server Keep Alive."
        [] ["U-5.0-3.2.2.3.14-1"]
        [like "mqttv5 (LabOverWire/mqtt-lib#80)"]

    // Wills (sections 3.1.2.5 and 3.1.3.2).

    WillAfterDisconnect "DISCONNECT does not discard the Will."
        ["MQTT-3.14.4-3" "MQTT-3.1.2-10"] ["MQTT-3.14.4-3" "MQTT-3.1.2-10"]
    WillSecondAfterDisconnect "A Will with a delay is published a second after DISCONNECT."
        [] ["MQTT-3.14.4-3" "MQTT-3.1.2-10"]
    WillIgnored "The Will of a client is forgotten at once."
        ["MQTT-3.1.2-8"] ["MQTT-3.1.2-7" "MQTT-3.1.2-8"]
    WillNotOnClose "The Will is lost if the client's side closes the connection."
        ["MQTT-3.1.2-8" "U-3.1.1-3.1.2.5-1"] ["MQTT-3.1.2-8"]
    WillNotOnTakeover "The Will is lost if the connection is taken over."
        ["MQTT-3.1.2-8" "U-3.1.1-3.1.2.5-1"]
        ["MQTT-3.1.2-8" "U-5.0-3.1.2.5-1" "U-5.0-3.1.3.2.2-4"]
        [like "emqx (emqx/emqx#10551)" "mosquitto (eclipse-mosquitto/mosquitto#1946)"]
    WillNotOnTimeout "The Will is lost if Keep Alive runs out."
        ["MQTT-3.1.2-8" "U-3.1.1-3.1.2.5-1"] ["MQTT-3.1.2-8" "U-5.0-3.1.2.5-1"]
    WillNotOnError "The Will is lost if the server closes the connection because of an error."
        ["MQTT-3.1.2-8" "U-3.1.1-3.1.2.5-1"] ["MQTT-3.1.2-8" "U-5.0-3.1.2.5-1"]
    WillNotOnDisconnect "DISCONNECT discards the Will, whatever its Reason Code."
        [] ["MQTT-3.1.2-8" "U-5.0-3.1.2.5-3"]
    WillNotOnCleanStart "The Will is lost if a Clean Start ends its session within the delay."
        [] ["U-5.0-3.1.3.2.2-3"]
    WillLostWithSession "A Will with a delay is lost if its session ends before the delay."
        [] ["U-5.0-3.1.3.2.2-2"] [like "mosquitto (eclipse-mosquitto/mosquitto#1401)"]
    WillOutwaitsSession "A Will whose session ends before its delay waits for the whole delay."
        [] ["U-5.0-3.1.3.2.2-2"] [like "mosquitto (eclipse-mosquitto/mosquitto#3505)"]
    WillDelayIgnored "Will Delay Interval has no effect."
        [] ["U-5.0-3.1.3.2.2-2" "MQTT-3.1.3-9"] [like "vernemq (vernemq/vernemq#1298)"]
    WillDelayedOnlyOnClose "Will Delay Interval counts only if the client's side closes the connection."
        [] ["U-5.0-3.1.3.2.2-2" "MQTT-3.1.3-9"]
    WillDelayIgnoredOnTakeover "A takeover publishes the Will at once, whatever its delay."
        [] ["MQTT-3.1.3-9" "U-5.0-3.1.3.2.2-4"]
    WillNotCancelled "A Will that waits is published although its client is back."
        [] ["MQTT-3.1.3-9"] [like "mqtt-lib (LabOverWire/mqtt-lib#154)"]
    WillSentOnReturn "A Will that waits is published as soon as its client is back."
        [] ["MQTT-3.1.3-9"]
    WillLate "The Will is published three seconds late."
        [] ["U-5.0-3.1.2.5-2"]
    WillTwice "The Will is published twice."
        ["MQTT-3.1.2-8" "MQTT-3.1.2-10"] ["MQTT-3.1.2-8" "MQTT-3.1.2-10"]
    WillKeptOncePublished "A Will that was published is published at the next end as well."
        ["MQTT-3.1.2-10" "MQTT-3.1.2-12"] ["MQTT-3.1.2-10"]
    WillRetainIgnored "Will Retain has no effect."
        ["MQTT-3.1.2-17"] ["MQTT-3.1.2-15"]
        [like "rabbitmq (rabbitmq/rabbitmq-mqtt#74)" "moquette (moquette-io/moquette#171)"]
    RetainedWillNotSent "A retained Will is not sent to those who have subscribed before."
        ["MQTT-3.1.2-8" "MQTT-4.5.0-1"] ["MQTT-3.1.2-8" "MQTT-4.5.0-1"]
    OfflineWillLost "A Will is not kept for a client that is away."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    WillAlwaysRetained "Every Will is retained."
        ["MQTT-3.1.2-16"] ["MQTT-3.1.2-14"]
    WillAtQos0 "The Will is published at QoS 0."
        ["MQTT-3.1.2-8"] ["MQTT-3.1.2-7"]
    WillAtQos1 "A Will of QoS 2 is published at QoS 1."
        ["MQTT-3.1.2-8"] ["MQTT-3.1.2-7"]
    WillPayloadWithLength "The Will Payload is published with its length in front."
        ["U-3.1.1-3.1.3.3-1"] ["MQTT-3.1.2-7"]
    WillPayloadCut "A Will Payload of more than 255 bytes is cut there."
        ["U-3.1.1-3.1.3.3-1"] ["MQTT-3.1.2-7"]
    BinaryWillRefused "A Will Payload that is no legal string makes CONNECT malformed."
        ["U-3.1.1-3.1.3.3-1"] []
    WillFieldsSwapped "Will Topic and Will Payload are read in the wrong order."
        ["MQTT-3.1.3-1"] ["MQTT-3.1.3-1"]
    WillFieldsWithoutFlag "A CONNECT without Will Flag may have Will QoS, Will Retain and more fields."
        ["MQTT-3.1.2-11"] ["MQTT-3.1.2-11"]
    WillPayloadFormatUnchecked "The Payload Format Indicator of a Will may have any value."
        [] ["U-5.0-3.1.3.2.3-2"]
    EmptyWillLost "A Will without payload is not published."
        ["MQTT-3.1.2-8" "U-3.1.1-3.1.3.3-1"] ["MQTT-3.1.2-8" "U-5.0-3.1.3.4-1"]
    EmptyRetainedWillClearsNothing "A retained Will without payload clears nothing."
        [] ["U-5.0-3.1.3.4-1"]
    WillPropertiesDropped "The Will is published without its properties."
        [] ["U-5.0-3.1.3.2-1"] [like "artemis (apache/artemis#6616)"]
    WillUserPropertiesReversed "The User Properties of a Will are published in reverse order."
        [] ["MQTT-3.1.3-10"]
    WillExpiryDropped "The Will is published without its Message Expiry Interval."
        [] ["U-5.0-3.1.3.2-1" "U-5.0-3.1.3.2.4-2"]
    WillExpiryDuringDelay "The Message Expiry Interval of a Will runs during the delay."
        [] ["U-5.0-3.1.3.2.4-2"]

    // What the client takes (5.0: sections 3.1.2.11.4 and 3.1.2.11.7).

    PacketSizeIgnored "The client's Maximum Packet Size has no effect."
        [] ["MQTT-3.1.2-24"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#1168)"]
    PacketSizeOneMore "Packets may be one byte larger than the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3503)"]
    PacketSizeOneLess "Messages of exactly the client's Maximum Packet Size are dropped as too large."
        [] ["MQTT-3.1.2-25" "MQTT-4.5.0-1"]
        [like "emqx (emqx/emqx#18425)"]
    PacketSizeWithoutHeader "The fixed header does not count towards the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
    ProblemInformationIgnored "Request Problem Information has no effect."
        [] ["MQTT-3.1.2-29"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3604)"]
    ConnackReasonStringTooLarge "A Reason String makes CONNACK larger than the client takes."
        [] ["MQTT-3.2.2-19" "MQTT-3.1.2-24"]
        [like "mqtt-lib (LabOverWire/mqtt-lib#129)"]
    ConnackUserPropertyTooLarge "A User Property makes CONNACK larger than the client takes."
        [] ["MQTT-3.2.2-20" "MQTT-3.1.2-24"]
    PubackReasonStringTooLarge "A Reason String makes PUBACK larger than the client takes."
        [] ["MQTT-3.4.2-2" "MQTT-3.1.2-24"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3594)" "mqtt-lib (LabOverWire/mqtt-lib#129)"]
    PubackUserPropertyTooLarge "A User Property makes PUBACK larger than the client takes."
        [] ["MQTT-3.4.2-3" "MQTT-3.1.2-24"]
    PubrecReasonStringTooLarge "A Reason String makes PUBREC larger than the client takes."
        [] ["MQTT-3.5.2-2" "MQTT-3.1.2-24"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3594)" "mqtt-lib (LabOverWire/mqtt-lib#129)"]
    PubrecUserPropertyTooLarge "A User Property makes PUBREC larger than the client takes."
        [] ["MQTT-3.5.2-3" "MQTT-3.1.2-24"]
    PubrelReasonStringTooLarge "A Reason String makes PUBREL larger than the client takes."
        [] ["MQTT-3.6.2-2" "MQTT-3.1.2-24"]
    PubrelUserPropertyTooLarge "A User Property makes PUBREL larger than the client takes."
        [] ["MQTT-3.6.2-3" "MQTT-3.1.2-24"]
    PubcompReasonStringTooLarge "A Reason String makes PUBCOMP larger than the client takes."
        [] ["MQTT-3.7.2-2" "MQTT-3.1.2-24"]
    PubcompUserPropertyTooLarge "A User Property makes PUBCOMP larger than the client takes."
        [] ["MQTT-3.7.2-3" "MQTT-3.1.2-24"]
    SubackReasonStringTooLarge "A Reason String makes SUBACK larger than the client takes."
        [] ["MQTT-3.9.2-1" "MQTT-3.1.2-24"]
        [like "mqtt-lib (LabOverWire/mqtt-lib#129)"]
    SubackUserPropertyTooLarge "A User Property makes SUBACK larger than the client takes."
        [] ["MQTT-3.9.2-2" "MQTT-3.1.2-24"]
    UnsubackReasonStringTooLarge "A Reason String makes UNSUBACK larger than the client takes."
        [] ["MQTT-3.11.2-1" "MQTT-3.1.2-24"]
    UnsubackUserPropertyTooLarge "A User Property makes UNSUBACK larger than the client takes."
        [] ["MQTT-3.11.2-2" "MQTT-3.1.2-24"]
    DisconnectReasonStringTooLarge "A Reason String makes DISCONNECT larger than the client takes."
        [] ["MQTT-3.14.2-3" "MQTT-3.1.2-24"]
    DisconnectUserPropertyTooLarge "A User Property makes DISCONNECT larger than the client takes."
        [] ["MQTT-3.14.2-4" "MQTT-3.1.2-24"]
    AuthReasonStringTooLarge "A Reason String makes AUTH larger than the client takes."
        [] ["MQTT-3.15.2-2" "MQTT-3.1.2-24"]
        [like "mqtt-lib (LabOverWire/mqtt-lib#129)"]
    AuthUserPropertyTooLarge "A User Property makes AUTH larger than the client takes."
        [] ["MQTT-3.15.2-3" "MQTT-3.1.2-24"]
    PubackReasonStringUnwanted "PUBACK has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    PubackUserPropertyUnwanted "PUBACK has a User Property, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    PubrecReasonStringUnwanted "PUBREC has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    PubrelReasonStringUnwanted "PUBREL has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    PubcompReasonStringUnwanted "PUBCOMP has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    SubackReasonStringUnwanted "SUBACK has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    SubackUserPropertyUnwanted "SUBACK has a User Property, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    UnsubackReasonStringUnwanted "UNSUBACK has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    AuthReasonStringUnwanted "AUTH has a Reason String, although the client wants no problem information."
        [] ["MQTT-3.1.2-29"]
    PacketSizeIgnoredInPublish "Messages may be larger than the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
    PacketSizeIgnoredInRetained "Retained messages may be larger than the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
    PacketSizeIgnoredInAnswers "Answers may be larger than the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24" "MQTT-3.4.2-2" "MQTT-3.5.2-2" "MQTT-3.6.2-2" "MQTT-3.7.2-2" "MQTT-3.9.2-1"
            "MQTT-3.11.2-1" "MQTT-3.14.2-3"]
    PacketSizeWithoutProperties "Properties of a message do not count towards the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
    PacketSizeWithoutIdentifier "Subscription Identifiers do not count towards the client's Maximum Packet Size."
        [] ["MQTT-3.1.2-24"]
    MalformedFilterExplained "SUBACK explains what is wrong with a filter, whether the client takes that or not."
        [] ["MQTT-3.1.2-29" "MQTT-3.9.2-1"]
    OversizedKeepsItsPlace "A message that is too large for its client stays in flight."
        [] ["MQTT-3.1.2-25"] [like "rmqtt (rmqtt/rmqtt#513)"]
    OversizedCloses "A message that is too large for its client closes the connection."
        [] ["MQTT-3.1.2-25"]
    OversizedSpoilsFanOut "A message that is too large for one client goes to nobody."
        [] ["MQTT-3.1.2-25"]

    // CONNACK: what it says, and whether that holds (section 3.2).

    SessionPresentAlways "Session Present is 1 in every CONNACK that accepts the connection."
        ["MQTT-3.2.2-1" "MQTT-3.2.2-3"] ["MQTT-3.2.2-2" "MQTT-3.2.2-3"]
    SessionPresentNever "Session Present is 0 in every CONNACK."
        ["MQTT-3.2.2-2"] ["MQTT-3.2.2-3"]
        [like "vernemq (vernemq/vernemq#73)" "wolfMQTT (wolfSSL/wolfMQTT#523)"]
    ConnackTwice "CONNACK is sent twice."
        [] ["MQTT-3.2.0-2"]
    PingrespBeforeConnack "A PINGRESP comes before CONNACK."
        ["MQTT-3.2.0-1"] ["MQTT-3.2.0-1"]
    PingrespBehindRefusal "A PINGRESP comes behind a CONNACK that refuses the client."
        ["MQTT-3.2.2-5"] ["MQTT-3.2.2-7"]
    RefusalCodeOther "CONNACK says Server unavailable, whatever the client is refused for."
        ["U-3.1.1-3.2.2.3-1"] []
    AssignedIdMissing "CONNACK does not name the Client Identifier that was assigned."
        [] ["MQTT-3.2.2-16"]
    AssignedIdUnasked "CONNACK assigns a Client Identifier to clients that brought their own."
        [] ["U-5.0-3.2.2.3.7-1"]
    ResponseInformationUnasked "CONNACK has Response Information that CONNECT did not ask for."
        [] ["MQTT-3.1.2-28"]
    ServerReferenceUnasked "A CONNACK that accepts the connection has a Server Reference."
        [] ["U-5.0-3.2.2.3.16-1"]
    ReceiveMaximumNotAnnounced "CONNACK lacks the Receive Maximum in force."
        [] ["U-5.0-3.2.2.3.3-1"]
    MaximumQosNotAnnounced "CONNACK lacks the Maximum QoS in force."
        [] ["MQTT-3.2.2-9" "U-5.0-3.2.2.3.4-1"]
    ServerKeepAliveNotAnnounced "CONNACK lacks the Server Keep Alive in force."
        [] ["MQTT-3.2.2-22"]
    TopicAliasMaximumOverstated "CONNACK announces a Topic Alias Maximum far above the one in force."
        [] ["MQTT-3.3.2-12"]
    RefusalConnackMissing "A client is refused without CONNACK."
        ["U-3.1.1-3.2.2.3-1" "U-3.1.1-3.1.4-2" "MQTT-3.1.2-2"] []
    QueuedBeforeConnack "Messages that wait for a session come before CONNACK."
        ["MQTT-3.2.0-1"] ["MQTT-3.2.0-1"]
        [like "aedes (moscajs/aedes#80)"]
    ReceiveMaximumOfClient "CONNACK has the Receive Maximum of the client instead of the one in force."
        [] ["U-5.0-3.2.2.3.3-1"]
        [like "emqx (emqx/emqx#13399)"]
    OwnPacketSizeIgnored "Packets above the Maximum Packet Size in CONNACK are taken."
        [] ["MQTT-3.2.2-15"]
    OwnPacketSizeWithoutHeader "The fixed header does not count towards the Maximum Packet Size in CONNACK."
        [] ["MQTT-3.2.2-15"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3515)"]
    LargePacketsRefused "Packets above 64 KiB are refused, although CONNACK announces a much higher limit."
        [] ["U-5.0-3.2.2.3.6-1" "MQTT-3.2.2-15"]
    IdentifiersSilentlyMissing "Subscription Identifiers are not supported, and CONNACK does not say so."
        [] ["U-5.0-3.2.2.3.12-1"]
    SharedSilentlyMissing "Shared subscriptions are not supported, and CONNACK does not say so."
        [] ["U-5.0-3.2.2.3.13-1"]
    RetainSilentlyMissing "Retained messages are not supported, and CONNACK does not say so."
        [] ["U-5.0-3.2.2.3.5-1"]
    WildcardsTakenThoughOff "Filters with wildcards are granted although CONNACK says that they are not available."
        [] ["U-5.0-3.2.2.3.11-1"]
    SharedTakenThoughOff "Shared subscriptions are granted although CONNACK says that they are not available."
        [] ["U-5.0-3.2.2.3.13-1"]
    IdentifiersTakenThoughOff "Subscription Identifiers are taken although CONNACK says that they are not available."
        [] ["U-5.0-3.2.2.3.12-1"]
    RefusedClientKept "A CONNACK that refuses the CONNECT leaves the connection open."
        ["MQTT-3.2.2-5" "U-3.1.1-3.1.4-2"] ["MQTT-3.2.2-7" "MQTT-3.1.4-2"]
    MaximumQosUnchecked "A PUBLISH above the Maximum QoS is taken."
        [] ["MQTT-3.2.2-11"]
    WillQosUnchecked "A Will QoS above the Maximum QoS is taken."
        [] ["MQTT-3.2.2-12"]
    Qos2FiltersRefused "A filter with a requested QoS of 2 is refused."
        [] ["MQTT-3.2.2-10"]
    MaximumQosRefusesFilters "A SUBSCRIBE above the Maximum QoS is refused."
        [] ["MQTT-3.2.2-10"]
    RetainUnchecked "A PUBLISH with RETAIN is taken without Retain Available."
        [] ["MQTT-3.2.2-14"]
    WillRetainUnchecked "A Will with Will Retain is taken without Retain Available."
        [] ["MQTT-3.2.2-13"]
        [like "rmqtt (rmqtt/rmqtt#457)"]
    HigherQosRefused "A PUBLISH above QoS 0 is refused although CONNACK has no Maximum QoS."
        [] ["MQTT-3.2.2-9"]

    // PUBLISH: what is passed on (section 3.3).

    PayloadFormatDropped "Payload Format Indicator is not passed on."
        [] ["MQTT-3.3.2-4"]
    ResponseTopicDropped "Response Topic is not passed on."
        [] ["MQTT-3.3.2-15"]
        [like "mochi (mochi-mqtt/server#126)"]
    CorrelationDataDropped "Correlation Data is not passed on."
        [] ["MQTT-3.3.2-16"]
        [like "mochi (mochi-mqtt/server#126)"]
    UserPropertyDropped "User Properties are not passed on."
        [] ["MQTT-3.3.2-17"]
    ContentTypeDropped "Content Type is not passed on."
        [] ["MQTT-3.3.2-20"]
    PayloadEmpty "Messages lose their payload."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    PayloadLacksLastByte "Messages lose the last byte of their payload."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    PayloadCutAtNul "The payload of a message ends where it has a byte 0."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    PayloadCutAt1024 "The payload of a message ends after 1024 bytes."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    PayloadCutAt65535 "The payload of a message ends after 65535 bytes."
        ["MQTT-4.5.0-1" "U-3.1.1-2.2.3-4"] ["MQTT-4.5.0-1" "U-5.0-3.2.2.3.6-1"]
    PayloadMadeText "Bytes of a payload that are no UTF-8 are replaced."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    PayloadTrimmed "A payload that is text loses white space at both ends."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    TopicLacksLastLevel "Topic Names lose their last level."
        ["MQTT-3.3.2-3"] ["MQTT-3.3.2-3"]
    PayloadFormatAltered "Payload Format Indicator is passed on with the other value."
        [] ["MQTT-3.3.2-4"]
    PayloadFormatAdded "A message without Payload Format Indicator gets one of 0."
        [] ["MQTT-3.3.2-4"]
    ContentTypeAltered "Content Type is passed on with another value."
        [] ["MQTT-3.3.2-20"]
    ContentTypeAdded "A message without Content Type gets one."
        [] ["MQTT-3.3.2-20"]
    ResponseTopicAltered "Only the last level of Response Topic is passed on."
        [] ["MQTT-3.3.2-15"]
    CorrelationDataCutAtNul "Correlation Data is passed on up to a byte 0."
        [] ["MQTT-3.3.2-16"]
    CorrelationDataAltered "Correlation Data loses its last byte."
        [] ["MQTT-3.3.2-16"]
    UserPropertyValueAltered "User Properties are passed on with other values."
        [] ["MQTT-3.3.2-17"]
    UserPropertiesReversed "User Properties are passed on in reverse order."
        [] ["MQTT-3.3.2-18"]
    UserPropertiesSorted "User Properties are passed on in the order of their names."
        [] ["MQTT-3.3.2-18"]
    UserPropertiesOnlyFirst "Only the first User Property is passed on."
        [] ["MQTT-3.3.2-17"]
    UserPropertiesOneOfEachName "Of several User Properties of one name, only the first is passed on."
        [] ["MQTT-3.3.2-17"]
    UserPropertiesEqualMerged "Of equal User Properties in a row, only one is passed on."
        [] ["MQTT-3.3.2-17"]
    UserPropertiesEmptyDropped "User Properties with an empty name or value are not passed on."
        [] ["MQTT-3.3.2-17"]
    ResponseTopicAdded "A message without Response Topic gets one."
        [] ["MQTT-3.3.2-15"]
    CorrelationDataAdded "A message without Correlation Data gets some."
        [] ["MQTT-3.3.2-16"]
    UserPropertyAdded "Messages get a further User Property."
        [] ["MQTT-3.3.2-17"]
    IllFormedPayloadLost "A payload that claims to be UTF-8 and is not is acknowledged and lost."
        [] ["U-5.0-3.3.2.3.2-2"]
    IllFormedPayloadNotAuthorized "A payload that claims to be UTF-8 and is not is called not authorized."
        [] ["U-5.0-3.3.2.3.2-2"]
    EmptyPayloadDropped "A message with an empty payload is not passed on."
        ["MQTT-4.5.0-1"] ["U-5.0-3.3.3-1" "MQTT-4.5.0-1"]
    Qos0Refused "A PUBLISH at QoS 0 closes the connection."
        ["MQTT-3.3.4-1"] ["MQTT-3.3.4-1"]
    EmptyPayloadRefused "A PUBLISH without a payload is malformed."
        ["MQTT-3.3.4-1"] ["U-5.0-3.3.3-1"]

    // Topic Aliases (5.0: section 3.3.2.3.4).

    PropertiesDroppedWithAlias "A message that is sent with a Topic Alias has no other properties."
        [] ["MQTT-3.3.2-4" "MQTT-3.3.2-15" "MQTT-3.3.2-16" "MQTT-3.3.2-17" "MQTT-3.3.2-20"]
        [like "emqx (emqx/emqx#3614)"]
    AliasOneAboveMaximum "Topic Aliases go one beyond the client's maximum."
        [] ["MQTT-3.1.2-26" "MQTT-3.3.2-11"]
    AliasAboveMaximum "Topic Aliases go beyond the client's maximum."
        [] ["MQTT-3.1.2-26"]
    AliasUnasked "Topic Aliases are used towards clients that allow none."
        [] ["MQTT-3.1.2-27" "MQTT-3.3.2-11"]
    AliasNotIntroduced "A Topic Alias is used without ever having been given a meaning."
        [] ["U-5.0-3.3.4-2"]
    AliasOfOtherTopic "A Topic Alias is used that stands for another topic."
        [] ["MQTT-4.5.0-1" "MQTT-3.3.2-3"]
    PublisherAliasForwarded "The Topic Alias of the publisher is passed on."
        [] ["MQTT-3.1.2-27" "U-5.0-3.3.2.3.4-3"]
        [like "mqtt-lib (LabOverWire/mqtt-lib#130)" "MQTTnet (dotnet/MQTTnet#2199)"]
    OutboundAliasesKept "The broker's Topic Aliases outlive the connection."
        [] ["MQTT-3.3.2-7" "U-5.0-3.3.4-2"]
    TopicAliasZeroMiscoded "Topic Alias 0 is refused as a Protocol Error."
        [] ["MQTT-3.3.2-8" "U-5.0-3.3.4-1"]
        [like "nanomq (nanomq/nanomq#2336)"]
    AliasMaximumUnchecked "Topic Aliases above the broker's maximum are taken."
        [] ["MQTT-3.2.2-17" "MQTT-3.3.2-9" "U-5.0-3.3.4-1"]
    AliasWithoutMaximumTaken "Topic Aliases are taken although CONNACK gave no maximum."
        [] ["MQTT-3.2.2-18"]
    UnknownAliasPassedOver "A PUBLISH with a Topic Alias that stands for nothing is passed over."
        [] ["U-5.0-3.3.4-2"]
        [like "FlashMQ (halfgaar/FlashMQ#120)"]
    HighestAliasRefused "The highest Topic Alias is refused."
        [] ["MQTT-3.3.2-12"]
    AliasNeverChanged "A Topic Alias keeps the first topic that it stood for."
        [] ["U-5.0-3.3.2.3.4-2"]
    AliasesOutliveConnection "A client's Topic Aliases hold on its next connection."
        [] ["MQTT-3.3.2-7"]
    AliasesOfAll "Topic Aliases of one client hold for all."
        [] ["U-5.0-3.3.2.3.4-3"]

    // Message Expiry Interval (5.0: section 3.3.2.3.3).

    MessageExpiryDropped "Message Expiry Interval is not passed on."
        [] ["MQTT-3.3.2-6"]
    ExpiredDelivered "Messages that expired while they waited are delivered."
        [] ["MQTT-3.3.2-5"]
    ExpiredBlocksQueue "A message that has expired holds up those behind it."
        [] ["MQTT-4.5.0-1"]
    QueuedExpiryKept "The time that a message waits is not taken off its Message Expiry Interval."
        [] ["MQTT-3.3.2-6"]
    RetainedExpiryKept "The time that a message is retained is not taken off its Message Expiry Interval."
        [] ["MQTT-3.3.2-6"]
        [like "hivemq (hivemq/hivemq-community-edition#616)" "hivemq (hivemq/hivemq-community-edition#784)"
            "rmqtt (rmqtt/rmqtt#513)"]
    ExpiryAdded "Messages without Message Expiry Interval get one of a day."
        [] ["U-5.0-3.3.2.3.3-2"]
    ExpiryInFlight "A message that expires in flight is not sent again."
        [] ["MQTT-4.3.3-7"]
    ExpiryEndsRelease "The PUBREL of a message that has expired is not sent again."
        [] ["MQTT-4.3.3-7"]
        [like "rmqtt (rmqtt/rmqtt#513)" "bifromq (apache/bifromq#281)"]
    ExpiryEndsReceipt "The identifier of a QoS 2 message is forgotten when the message expires."
        [] ["MQTT-4.3.3-13"]
    ExpiredRetainedSent "Retained messages are sent although they have expired."
        [] ["U-5.0-3.3.1.3-3"]
        [like "nanomq (nanomq/nanomq#525)" "monster-mq (vogler75/monster-mq#185)"]

    // Subscription Identifiers (5.0: sections 3.3.2.3.8 and 3.8.2.1.2).

    SubscriptionIdentifierDropped "Messages lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "MQTT-3.3.4-4" "MQTT-3.3.4-5"]
    SubscriptionIdentifierAdded "Messages for a subscription without Subscription Identifier have one."
        [] ["U-5.0-3.3.2.3.8-1"]
    SubscriptionIdentifierOther "Messages have another Subscription Identifier than their subscription."
        [] ["U-5.0-3.3.2.3.8-1" "MQTT-3.3.4-3"]
    RetainedWithoutIdentifier "Retained messages lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "MQTT-3.3.4-4"]
        [like "vernemq (vernemq/vernemq#1287)" "mqtt-lib (LabOverWire/mqtt-lib#113)"]
    RetainedWithAllIdentifiers "Retained messages have the Subscription Identifiers of older subscriptions as well."
        [] ["U-5.0-3.3.2.3.8-1"]
    ReplacedIdentifierKept "A subscription that is made again keeps its Subscription Identifier."
        [] ["MQTT-3.8.4-3" "U-5.0-3.8.2.1.2-3"]
    ReplacedIdentifierNotRemoved "A subscription that is made again without Subscription Identifier keeps the one that it had."
        [] ["U-5.0-3.8.2.1.2-3"]
    IdentifierOnFirstFilterOnly "The Subscription Identifier belongs to the first filter of its SUBSCRIBE only."
        [] ["U-5.0-3.8.2.1.2-3" "MQTT-3.3.4-3"]
    IdentifierCutShort "Subscription Identifiers are kept in 14 bits."
        [] ["U-5.0-3.8.2.1.2-3" "U-5.0-3.3.2.3.8-1"]
    QueuedWithoutIdentifier "Messages that have waited in a session lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "U-5.0-3.8.2.1.2-3"]
    IdentifiersOfOthers "Messages have the Subscription Identifiers of other clients as well."
        [] ["U-5.0-3.3.2.3.8-1"]
    IdentifiersOfAllFilters "Messages have the Subscription Identifiers of all filters of the client."
        [] ["U-5.0-3.3.2.3.8-1"]
    OverlapOneIdentifier "A message has the Subscription Identifier of one of the overlapping subscriptions."
        [] ["MQTT-3.3.4-3" "MQTT-3.3.4-4"]
    SameIdentifierOnce "A Subscription Identifier that two matching subscriptions have comes once."
        [] ["U-5.0-3.3.4-3"]

    // Retained messages (section 3.3.1.3).

    RetainFlagDropped "RETAIN is 0 in every message."
        ["MQTT-3.3.1-8"] ["MQTT-3.3.1-13"]
        [like "emqx (emqx/emqx#1461)"]
    RetainFlagAlways "RETAIN is 1 in every message."
        ["MQTT-3.3.1-9"] ["MQTT-3.3.1-12"]
    RetainFlagKept "Existing subscriptions get RETAIN as the publisher set it."
        ["MQTT-3.3.1-9"] ["MQTT-3.3.1-12"]
    RetainAsPublishedIgnored "Retain As Published has no effect."
        [] ["MQTT-3.3.1-13"]
    QueuedRetainFlagDropped "RETAIN is 0 in messages that have waited in a session."
        [] ["MQTT-3.3.1-13"]
        [like "vernemq (vernemq/vernemq#2551)"]
    RetainedNotStored "Messages with RETAIN are not kept."
        ["MQTT-3.3.1-5" "MQTT-3.3.1-6"] ["MQTT-3.3.1-5" "MQTT-3.3.1-9"]
    RetainedNotCleared "An empty message with RETAIN clears nothing."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
    EmptyRetainedStored "An empty message with RETAIN is kept."
        ["MQTT-3.3.1-10" "MQTT-3.3.1-11"] ["MQTT-3.3.1-6" "MQTT-3.3.1-7"]
    UnflaggedRetained "Messages without RETAIN are kept as well."
        ["MQTT-3.3.1-12"] ["MQTT-3.3.1-8"]
    RetainedEndsWithSession "What a client published with RETAIN is removed when its session ends."
        ["MQTT-3.1.2-7"] ["U-5.0-4.1-2"]
    RetainedLostWithLastClient "Retained messages are removed when no client is left."
        ["U-3.1.1-4.1-1"] ["U-5.0-4.1-2"]
    RetainedOnResume "A session that is resumed gets retained messages again."
        ["U-3.1.1-3.3.1.3-2"] []
    RetainedNotSentAgain "A subscription that is made again brings no retained messages."
        ["MQTT-3.8.4-3"] ["MQTT-3.8.4-4" "MQTT-3.3.1-9"]
        [like "emqx (emqx/emqx#1314)" "rumqttd (bytebeamio/rumqtt#1069)"]
    RetainedNotSentWhereCovered "A filter that an older one of the client covers brings no retained messages."
        ["U-3.1.1-3.8.4-2"] ["MQTT-3.3.1-9"]
    RetainHandlingIgnored "Retain Handling has no effect."
        [] ["MQTT-3.3.1-10" "MQTT-3.3.1-11"]
        [like "rumqttd (bytebeamio/rumqtt#1069)" "FlashMQ (halfgaar/FlashMQ#119)"]
    RetainHandling1IsAlways "Retain Handling 1 is taken for 0."
        [] ["MQTT-3.3.1-10"]
    RetainHandling1IsNever "Retain Handling 1 is taken for 2."
        [] ["MQTT-3.3.1-10"]
    RetainHandling2IsNew "Retain Handling 2 is taken for 1."
        [] ["MQTT-3.3.1-11"]
    RetainedToShared "Shared subscriptions bring retained messages."
        [] ["U-5.0-3.8.4-2"]
    RetainedToSharedAlways "Shared subscriptions bring retained messages whatever their Retain Handling is."
        [] ["U-5.0-3.8.4-2"]
    StoredFlagMissing "RETAIN is 0 in messages that a new subscription brings."
        ["MQTT-3.3.1-8"] ["U-5.0-3.3.1.3-1"]
        [like "monster-mq (vogler75/monster-mq#97)" "Maps (Maps-Messaging/mapsmessaging_server#2221)"]
    StoredFlagAsPublished "RETAIN is 1 in messages that a new subscription brings only with Retain As Published."
        ["MQTT-3.3.1-8"] ["U-5.0-3.3.1.3-1"]
    EmptyRetainedNotForwarded "An empty message with RETAIN clears, and is not passed on."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
        [like "vernemq (vernemq/vernemq#156)"]
    RetainedNotForwarded "A message with RETAIN is kept, and not passed on."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    RetainedNotReplaced "The first message that is retained on a topic stays."
        ["MQTT-3.3.1-6"] ["MQTT-3.3.1-5"]
    RetainedQos0Ignored "A QoS 0 message with RETAIN does not displace the one that is retained."
        ["MQTT-3.3.1-7"] ["MQTT-3.3.1-5"]
    RetainedQos0Dropped "A QoS 0 message with RETAIN displaces the one that is retained, and is not kept."
        ["MQTT-3.3.1-7"] ["U-5.0-3.3.1.3-2"]
    RetainedQos2Lost "QoS 2 messages with RETAIN are not kept."
        ["MQTT-3.3.1-5"] ["MQTT-3.3.1-5"]
    RetainedNotClearedAtQos2 "An empty QoS 2 message with RETAIN clears nothing."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
    RetainedNotClearedAtQos0 "An empty QoS 0 message with RETAIN clears nothing."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
    RetainedClearedForGood "A topic whose retained message was removed retains no new one."
        ["MQTT-3.3.1-5"] ["MQTT-3.3.1-5"]
    UnflaggedClears "A message without RETAIN removes the one that is retained."
        ["MQTT-3.3.1-12"] ["MQTT-3.3.1-8"]
    EmptyUnflaggedClears "An empty message without RETAIN removes the one that is retained."
        ["MQTT-3.3.1-12"] ["MQTT-3.3.1-8"]
    RetainedOnlyFirstMatch "A new subscription brings one retained message, however many match."
        ["MQTT-3.3.1-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-3.3.1-9"]
        [like "async_mqtt (redboltz/async_mqtt#442)"]
    RetainedSentTwice "A new subscription brings each retained message twice."
        ["MQTT-3.3.1-6"] ["MQTT-3.3.1-9"]
    RetainedTwice "Retained messages are sent twice under one Packet Identifier."
        ["MQTT-2.3.1-4" "MQTT-3.3.1-1"] ["MQTT-2.2.1-4" "MQTT-3.3.1-1"]
    RetainedWithoutProperties "Retained messages lose their properties."
        [] ["MQTT-3.3.2-4" "MQTT-3.3.2-15" "MQTT-3.3.2-16" "MQTT-3.3.2-17" "MQTT-3.3.2-20"]
        [like "mqtt-lib (LabOverWire/mqtt-lib#77)"]
    RetainedOnlyAtQos0 "Only retained messages of QoS 0 are sent to new subscriptions."
        ["MQTT-3.3.1-6"] ["MQTT-3.3.1-9"]
        [like "MQTTnet (dotnet/MQTTnet#1434)"]
    RetainedAtQos0 "Retained messages are sent at QoS 0."
        ["MQTT-3.3.1-5" "MQTT-3.8.4-6"] ["MQTT-3.3.1-5" "MQTT-3.8.4-8"]
        [like "wolfMQTT (wolfSSL/wolfMQTT#520)"]
    RetainedAboveGranted "Retained messages keep their QoS, whatever was granted."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
        [like "emqx (emqx/emqx#17781)" "MQTTnet (dotnet/MQTTnet#1560)"]

    // Acknowledgements: whether they come, and with what (sections 3.4 to 3.7).

    PubackMissing "No PUBACK is sent."
        ["MQTT-4.3.2-2" "MQTT-3.3.4-1"] ["MQTT-4.3.2-4" "MQTT-3.3.4-1"]
    PubrecMissing "No PUBREC is sent."
        ["MQTT-4.3.3-2" "MQTT-3.3.4-1"] ["MQTT-4.3.3-8" "MQTT-3.3.4-1"]
    PubrelMissing "No PUBREL is sent."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubcompMissing "No PUBCOMP is sent."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-11"]
    PubackTwice "PUBACK is sent twice."
        ["MQTT-3.3.4-1" "MQTT-2.3.1-6"] ["MQTT-3.3.4-1" "MQTT-2.2.1-5"]
    PubrecTwice "PUBREC is sent twice."
        ["MQTT-3.3.4-1" "MQTT-2.3.1-6"] ["MQTT-3.3.4-1" "MQTT-2.2.1-5"]
    PubrelTwice "PUBREL is sent twice."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubcompTwice "PUBCOMP is sent twice."
        ["MQTT-4.3.3-2" "U-3.1.1-2.3.1-2"] ["MQTT-4.3.3-11" "MQTT-2.2.1-5"]
    PubackUnasked "A PUBACK that answers nothing comes behind every SUBACK."
        ["MQTT-2.3.1-6" "MQTT-3.3.4-1"] ["MQTT-2.2.1-5" "MQTT-3.3.4-1"]
    PubrecBehindPubcomp "A PUBREC with the same identifier comes behind every PUBCOMP."
        ["MQTT-2.3.1-6" "MQTT-3.3.4-1"] ["MQTT-2.2.1-5" "MQTT-3.3.4-1"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#918)"]
    PubackOtherId "PUBACK has the Packet Identifier behind the one that it answers."
        ["MQTT-2.3.1-6" "MQTT-4.3.2-2"] ["MQTT-2.2.1-5" "MQTT-4.3.2-4"]
    PubrecOtherId "PUBREC has the Packet Identifier behind the one that it answers."
        ["MQTT-2.3.1-6" "MQTT-4.3.3-2"] ["MQTT-2.2.1-5" "MQTT-4.3.3-8"]
    PubrelOtherId "PUBREL has the Packet Identifier behind the one that it answers."
        ["MQTT-2.3.1-6" "MQTT-4.3.3-1"] ["MQTT-2.2.1-5" "MQTT-4.3.3-4"]
    PubcompOtherId "PUBCOMP has the Packet Identifier behind the one that it answers."
        ["U-3.1.1-2.3.1-2" "MQTT-4.3.3-2"] ["MQTT-2.2.1-5" "MQTT-4.3.3-11"]
    PubrecIsPuback "A message of QoS 2 is answered with PUBACK."
        ["MQTT-3.3.4-1" "MQTT-4.3.3-2"] ["MQTT-3.3.4-1" "MQTT-4.3.3-8"]
    PubackIsPubrec "A message of QoS 1 is answered with PUBREC."
        ["MQTT-3.3.4-1" "MQTT-4.3.2-2"] ["MQTT-3.3.4-1" "MQTT-4.3.2-4"]
    PubackNoSubscribers "PUBACK says No matching subscribers of every message."
        [] ["U-5.0-3.4.2.1-2"]
    PubrecNoSubscribers "PUBREC says No matching subscribers of every message."
        [] ["U-5.0-3.4.2.1-2"]
    PubrelIdNotFound "PUBREL says Packet Identifier not found, although it is known."
        [] ["U-5.0-3.6.2.1-1" "MQTT-4.3.3-4"]
    PubcompIdNotFound "PUBCOMP says Packet Identifier not found, although it is known."
        [] ["U-5.0-3.7.2.1-1" "MQTT-4.3.3-11"]
    FullAcknowledgementRefused "An acknowledgement with a Property Length is refused."
        [] ["U-5.0-3.4.2.1-1"]
    ShortAcknowledgementRefused "A PUBREC without a Reason Code is refused."
        [] ["U-5.0-3.4.2.1-1"]
    AcknowledgementOfThreeRefused "A PUBREC without a Property Length is refused."
        [] ["U-5.0-3.4.2.1-1"]
    UnknownPubrecCloses "PUBREC with an unknown Packet Identifier closes the connection."
        [] ["U-5.0-3.6.2.1-1"]
    UnknownPubrecIgnored "PUBREC with an unknown identifier is not answered."
        [] ["U-5.0-3.6.2.1-1"]
    UnknownPubrecTaken "PUBREC with an unknown identifier is answered as if it were known."
        [] ["U-5.0-3.6.2.1-1"]
    UnknownPubrelIgnored "PUBREL with an unknown identifier is not answered."
        ["U-3.1.1-4.3.3-1"] ["MQTT-4.3.3-11" "U-5.0-3.7.2.1-1"]
    UnknownPubrelCloses "PUBREL with an unknown identifier closes the connection."
        ["U-3.1.1-4.3.3-1"] ["MQTT-4.3.3-11" "U-5.0-3.7.2.1-1"]
        [like "aedes (moscajs/aedes#634)"]
    UnknownPubrelTaken "PUBREL with an unknown identifier is answered as if it were known."
        [] ["U-5.0-3.7.2.1-1"]
    DeniedUnanswered "A QoS 1 message that is not permitted is not answered."
        ["MQTT-3.3.5-2" "MQTT-3.3.4-1"] ["MQTT-3.3.4-1" "U-5.0-4.13.2-1"]
    DeniedQos2Unanswered "A QoS 2 message that is not permitted is not answered."
        ["MQTT-3.3.5-2" "MQTT-3.3.4-1"] ["MQTT-3.3.4-1" "MQTT-4.3.3-8"]

    // SUBSCRIBE and SUBACK (sections 3.8 and 3.9).

    SubackMissing "No SUBACK is sent."
        ["MQTT-3.8.4-1"] ["MQTT-3.8.4-1"]
    SubackCodeMissing "SUBACK lacks the code of the last of several filters."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackCodesReversed "The codes in SUBACK stand in reverse order."
        ["MQTT-3.9.3-1"] ["MQTT-3.9.3-1"]
    SubackTwice "SUBACK is sent twice."
        ["MQTT-3.8.4-1" "MQTT-3.8.4-2"] ["MQTT-3.8.4-1" "MQTT-3.8.4-2"]
    SubackOtherId "SUBACK has the Packet Identifier behind the one that it answers."
        ["MQTT-2.3.1-7" "MQTT-3.8.4-2"] ["MQTT-2.2.1-6" "MQTT-3.8.4-2"]
    SubackIdSwapped "The bytes of the Packet Identifier in SUBACK are swapped."
        ["MQTT-3.8.4-2" "MQTT-2.3.1-7"] ["MQTT-3.8.4-2" "MQTT-2.2.1-6"]
    SubackCodeOnlyFirst "SUBACK has the code of the first of several filters only."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackCodesMissing "SUBACK has no codes."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackCodeExtra "SUBACK has a code more than SUBSCRIBE has filters."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackGrantsQos0 "SUBACK grants QoS 0 to every filter, but messages come as they were asked for."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    SubackRefusalAsGrant "SUBACK grants filters that are refused."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-7"]
    SubackGrantAsRefusal "SUBACK refuses filters that are granted."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-7"]
    Qos1AsQos0 "Messages of QoS 1 are sent as QoS 0."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos2AsQos1 "Messages of QoS 2 are sent as QoS 1."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos0AsQos1 "Messages of QoS 0 are sent as QoS 1."
        ["MQTT-3.8.4-6" "MQTT-4.3.1-1"] ["MQTT-3.8.4-8" "MQTT-4.3.1-1"]
    SentAtQos0 "Messages of QoS 1 and 2 are sent at QoS 0."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos1AtLeast "Messages are sent at QoS 1 at least."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    GrantedQosKept "Messages are sent at the QoS that was granted, whatever their own is."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    AboveGrantedQos "Messages keep their QoS, whatever was granted."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    LowestGrantForAll "A message goes to all its subscribers at the lowest QoS that one was granted."
        ["MQTT-3.8.4-6" "MQTT-4.5.0-1"] ["MQTT-3.8.4-8" "MQTT-4.5.0-1"]
    OverlapLowestQos "Overlapping subscriptions count with the lowest QoS."
        ["MQTT-3.3.5-1"] ["MQTT-3.3.4-2"]
    OverlapFirstQos "Overlapping subscriptions count with the QoS of one of them."
        ["MQTT-3.3.5-1"] ["MQTT-3.3.4-2"]
    GrantedQosRaised "SUBACK grants QoS 2, whatever was asked for."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-7"]
    GrantedQosNotKept "Deliveries are at QoS 1 at most, although SUBACK grants QoS 2."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-7" "MQTT-3.8.4-8"]
    OnlyFirstFilterCounts "Of several filters in a SUBSCRIBE only the first is subscribed to."
        ["MQTT-3.8.4-4"] ["MQTT-3.8.4-5"]
    OnlyLastFilterCounts "Of several filters in a SUBSCRIBE only the last is subscribed to."
        ["MQTT-3.8.4-4"] ["MQTT-3.8.4-5"]
    FilterTwiceFirstHolds "Of a filter that stands twice in a SUBSCRIBE the second QoS is overlooked."
        ["MQTT-3.8.4-4"] ["MQTT-3.8.4-5"]
    FilterTwiceOneCode "A filter that stands twice in a SUBSCRIBE has one code in SUBACK."
        ["MQTT-3.8.4-4" "MQTT-3.8.4-5"] ["MQTT-3.8.4-5" "MQTT-3.8.4-6"]
    FiltersBeyond50Ignored "The filters behind the first 50 of a SUBSCRIBE are overlooked."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackForEachFilter "A SUBSCRIBE is answered with a SUBACK for each of its filters."
        ["MQTT-3.8.4-4" "MQTT-3.8.4-5"] ["MQTT-3.8.4-5" "MQTT-3.8.4-6"]
    DeniedFilterGranted "A filter that is not permitted is granted, and brings nothing."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-7"]
    DeniedFilterSpoilsAll "One filter that is not permitted makes all of its SUBSCRIBE fail."
        ["MQTT-3.8.4-4" "MQTT-3.8.4-5"] ["U-5.0-3.8.4-3" "MQTT-3.8.4-5"]
    DeniedFilterCloses "A filter that is not permitted closes the connection."
        ["MQTT-3.8.4-1" "MQTT-3.8.4-5"] ["U-5.0-3.8.4-3"]
        [like "mosca (moscajs/mosca#169)"]
    DeniedFilterUnanswered "A SUBSCRIBE with a filter that is not permitted gets no SUBACK."
        ["MQTT-3.8.4-1" "MQTT-3.8.4-5"] ["U-5.0-3.8.4-3" "MQTT-3.8.4-1"]
        [like "vernemq (vernemq/vernemq#72)"]
    SubscriptionNotReplaced "A subscription that is made again stays as it was."
        ["MQTT-3.8.4-3"] ["MQTT-3.8.4-3"]
    SubscriptionReplacedOnlyIfHigher "A subscription that is made again changes only if its QoS is higher."
        ["MQTT-3.8.4-3"] ["MQTT-3.8.4-3"]
        [like "moquette (moquette-io/moquette#611)"]
    ReplacedOptionsKept "A subscription that is made again keeps No Local and Retain As Published."
        [] ["MQTT-3.8.4-3"]
    ReplacedTwice "A subscription that is made again brings each message twice."
        ["MQTT-3.8.4-3"] ["MQTT-3.8.4-3" "U-5.0-3.3.4-5"]
        [like "mosca (moscajs/mosca#147)" "emqx (emqx/emqx#53)"]
    ReplacedWithGap "The client misses the next message when a subscription is made again."
        ["MQTT-3.8.4-3"] ["MQTT-3.8.4-4"]
    OverlapCopiesAlike "Overlapping subscriptions bring a copy each, all at the highest QoS and with all Subscription Identifiers."
        ["U-3.1.1-3.3.5-1"] ["MQTT-3.3.4-2" "MQTT-3.3.4-5"]
    NoLocalIgnored "No Local has no effect."
        [] ["MQTT-3.8.3-3"]
    NoLocalHoldsBackAll "A subscription with No Local does not bring the messages of other clients either."
        [] ["MQTT-4.5.0-1"]
    NoLocalHoldsForAllFilters "No Local of one subscription holds for all of its client."
        [] ["MQTT-4.5.0-1"]
    WildcardsMalformed "A filter with a wildcard makes SUBSCRIBE malformed."
        ["MQTT-4.7.1-2" "MQTT-4.7.1-3"] ["MQTT-4.7.1-1" "MQTT-4.7.1-2"]

    // UNSUBSCRIBE and UNSUBACK (sections 3.10 and 3.11).

    UnsubackMissing "No UNSUBACK is sent."
        ["MQTT-3.10.4-4" "MQTT-3.10.4-5"] ["MQTT-3.10.4-4"]
    UnsubackTwice "UNSUBACK is sent twice."
        ["MQTT-3.10.4-4"] ["MQTT-3.10.4-4" "MQTT-3.10.4-5"]
    UnsubackOtherId "UNSUBACK has the Packet Identifier behind the one that it answers."
        ["MQTT-2.3.1-7" "MQTT-3.10.4-4"] ["MQTT-2.2.1-6" "MQTT-3.10.4-5"]
    UnsubackIdSwapped "The bytes of the Packet Identifier in UNSUBACK are swapped."
        ["MQTT-3.10.4-4" "MQTT-2.3.1-7"] ["MQTT-3.10.4-5" "MQTT-2.2.1-6"]
    UnsubackCodesMissing "UNSUBACK has no codes."
        [] ["MQTT-3.11.3-1"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#1167)"]
    UnsubackCodeMissing "UNSUBACK lacks the code of the last of several filters."
        [] ["MQTT-3.11.3-1"]
    UnsubackCodeExtra "UNSUBACK has a code more than UNSUBSCRIBE has filters."
        [] ["MQTT-3.11.3-1"]
    UnsubackCodesReversed "The codes in UNSUBACK stand in reverse order."
        [] ["MQTT-3.11.3-1"]
    UnsubackAlwaysSuccess "UNSUBACK says Success of filters that were not subscribed to."
        [] ["U-5.0-3.11.3-1"]
    UnsubackNeverSuccess "UNSUBACK says No subscription existed of filters that were subscribed to."
        [] ["U-5.0-3.11.3-1"]
    UnsubscribeIgnored "UNSUBSCRIBE is answered, and removes nothing."
        ["MQTT-3.10.4-1" "MQTT-3.10.4-2"] ["MQTT-3.10.4-1" "MQTT-3.10.4-2"]
        [like "sMQTTBroker (terrorsl/sMQTTBroker#35)"]
    UnsubscribeByMatch "UNSUBSCRIBE removes all filters that the given one matches."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeByReverseMatch "UNSUBSCRIBE removes all filters that match the given one."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeIgnoresCase "UNSUBSCRIBE ignores letter case."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeIgnoresSlash "UNSUBSCRIBE ignores slashes at the end."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeByPrefix "UNSUBSCRIBE removes all filters that begin with the given one."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeOverlooksWildcards "UNSUBSCRIBE does not remove filters with wildcards."
        ["MQTT-3.10.4-1" "MQTT-3.10.4-2"] ["MQTT-3.10.4-1" "MQTT-3.10.4-2"]
    UnsubscribeRemovesAll "UNSUBSCRIBE removes all subscriptions of the client."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    UnsubscribeForEverybody "UNSUBSCRIBE removes the subscriptions of other clients as well."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
        [like "vernemq (vernemq/vernemq#77)"]
    UnsubscribeOnlyFirst "Of several filters in an UNSUBSCRIBE only the first is removed."
        ["MQTT-3.10.4-6"] ["MQTT-3.10.4-6"]
    UnsubscribeDropsQos1 "UNSUBSCRIBE drops QoS 1 messages that are on their way."
        ["MQTT-3.10.4-3"] ["MQTT-3.10.4-3"]
    UnsubscribeDropsQos2 "UNSUBSCRIBE drops QoS 2 messages that are on their way."
        ["MQTT-3.10.4-3"] ["MQTT-3.10.4-3"]
    UnsubackOnlyIfRemoved "UNSUBSCRIBE is answered only if it removes something."
        ["MQTT-3.10.4-5" "MQTT-3.10.4-4"] ["MQTT-3.10.4-5" "MQTT-3.10.4-4"]
        [like "rumqttd (bytebeamio/rumqtt#1054)"]
    UnsubackForEachFilter "An UNSUBSCRIBE is answered with an UNSUBACK for each of its filters."
        ["MQTT-3.10.4-6" "MQTT-3.10.4-4"] ["MQTT-3.10.4-6" "MQTT-3.10.4-5"]
        [like "rumqttd (bytebeamio/rumqtt#1054)"]
    GivenUpForGood "A filter that was removed cannot be subscribed to again."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    GivenUpComesBack "Subscriptions that were removed come back when the session is resumed."
        ["MQTT-3.10.4-1" "MQTT-3.10.4-2"] ["MQTT-3.10.4-1" "MQTT-3.10.4-2"]
    UnsubscribeForgotten "A subscription that was removed is made again when the connection is closed."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]

    // PINGREQ and PINGRESP (sections 3.12 and 3.13).

    PingrespMissing "No PINGRESP is sent."
        ["MQTT-3.12.4-1"] ["MQTT-3.12.4-1"]
    PingrespTwice "PINGRESP is sent twice."
        ["MQTT-3.12.4-1"] ["MQTT-3.12.4-1"]
    PingrespUnasked "A PINGRESP that nobody asked for comes behind every SUBACK."
        ["MQTT-3.12.4-1"] ["MQTT-3.12.4-1"]

    // DISCONNECT and the end of connections (section 3.14).

    DisconnectTwice "DISCONNECT is sent twice."
        [] ["MQTT-3.14.4-1"]
    DisconnectBeforeConnack "A refusal begins with DISCONNECT, in front of CONNACK."
        [] ["MQTT-3.14.0-1"]
    DisconnectIn311 "A 3.1.1 client is sent DISCONNECT."
        ["U-3.1.1-7.1.1-1"] []
    FullDisconnectRefused "A DISCONNECT with a Property Length is refused."
        [] ["U-5.0-3.14.2.1-1"]
    ShortDisconnectRefused "A DISCONNECT without a Reason Code is refused."
        [] ["U-5.0-3.14.2.1-1"]
    DisconnectOfThreeRefused "A DISCONNECT without a Property Length is refused."
        [] ["U-5.0-3.14.2.1-1"]
    DisconnectedClientServed "A PUBLISH behind a DISCONNECT is processed."
        ["MQTT-3.14.4-2"] []
    DisconnectUnanswered "DISCONNECT does not make the broker close the connection."
        ["U-3.1.1-3.14.4-1"] ["U-5.0-3.14.4-1"]
    FaultyClientKept "DISCONNECT of the broker leaves the connection open."
        [] ["MQTT-3.14.4-2" "MQTT-4.13.2-1" "MQTT-4.13.1-1"]
    TalksBehindDisconnect "PINGRESP follows the DISCONNECT of the broker."
        [] ["MQTT-3.14.4-1"]

    // Sessions: how long they last, and what is kept (section 4.1).

    SessionEndsWithConnection "No session outlives its connection."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    SessionEndsOnceResumed "A session that was resumed ends with that connection."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    SessionLostOnClose "A session ends if the client's side closes the connection without DISCONNECT."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    SessionLostOnDisconnect "DISCONNECT ends the session."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    SessionLostOnError "A session ends if the server closes the connection because of an error."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    SessionLostOnTimeout "A session ends if Keep Alive runs out."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-23"]
    ResumeTakesOthersQueues "A session that goes on gets the messages that wait for others."
        ["MQTT-3.1.3-2" "MQTT-3.3.2-3"] ["MQTT-3.1.3-2" "MQTT-3.3.2-3"]
    EmptySessionLost "A session without subscriptions is not kept."
        ["U-3.1.1-3.1.2.4-2"] ["MQTT-3.1.2-23"]
    SessionKeptUnasked "A session is kept for a minute although its client asked for none."
        ["MQTT-3.1.2-6"] ["U-5.0-3.1.2.11.2-2" "MQTT-4.1.0-2"]
    SessionNeverExpires "Sessions do not expire."
        [] ["MQTT-4.1.0-2"]
        [like "MQTTnet (dotnet/MQTTnet#1756)" "tbmq (thingsboard/tbmq#372)"]
    SessionEndsAfterSecond "Sessions end after a second, whatever CONNACK said."
        [] ["MQTT-3.1.2-23" "U-5.0-3.2.2.3.2-1"]
    GreatestExpiryOverflows "Session Expiry Interval 0xFFFFFFFF lets a session end after a second."
        [] ["U-5.0-3.1.2.11.2-3"]
    FirstExpiryKept "A session keeps the Session Expiry Interval of its first connection."
        [] ["U-5.0-3.1.2.11.2-4"]
    ExpiryRunsFromConnect "The Session Expiry Interval runs from CONNECT on."
        [] ["U-5.0-3.1.2.11.2-4"]
    ExpiryInDisconnectIgnored "Session Expiry Interval in DISCONNECT has no effect."
        [] ["U-5.0-3.14.2.2.2-2"]
        [like "emqx (emqx/emqx#1833)" "fluxmq (absmach/fluxmq#624)"]
    ExpiryResetByDisconnect "DISCONNECT without Session Expiry Interval sets it to 0."
        [] ["U-5.0-3.14.2.2.2-2"]
    ExpiryRaisedFrom0 "DISCONNECT may raise a Session Expiry Interval that was 0 in CONNECT."
        [] ["U-5.0-3.14.2.2.2-1"]
    SessionEndsWhileOpen "A session ends after its Session Expiry Interval although its connection is open."
        [] ["MQTT-4.1.0-1"]
    CleanSessionEndsWhileOpen "A session that is to end with its connection ends after two seconds although that is open."
        ["MQTT-4.1.0-2"] ["MQTT-4.1.0-1"]
    CleanSessionLeavesSubscriptions "Subscriptions stay when a session ends with its connection."
        ["MQTT-3.1.2-6"] ["MQTT-4.1.0-2"]
    ExpiryLeavesSubscriptions "Subscriptions stay when a session expires."
        [] ["MQTT-4.1.0-2"]
    UnknownSessionRefused "A client that asks for a session that is not there is refused."
        ["MQTT-3.1.2-4"] ["MQTT-3.1.2-6"]
    CleanStartKeepsSubscriptions "A Clean Start drops all but the subscriptions."
        ["MQTT-3.1.2-6" "MQTT-3.1.4-3"] ["MQTT-3.1.2-4" "MQTT-3.1.4-4"]
    CleanStartKeepsQueue "A Clean Start drops all but the messages that wait."
        ["MQTT-3.1.2-6"] ["MQTT-3.1.2-4"]
    CleanStartKeepsInFlight "A Clean Start drops all but the messages in flight."
        ["MQTT-3.1.2-6"] ["MQTT-3.1.2-4"]
    CleanStartKeepsUnreleased "A Clean Start drops all but the identifiers that wait for PUBREL."
        ["MQTT-3.1.2-6"] ["MQTT-3.1.2-4"]
    ResumeLosesSubscriptions "A session goes on without its subscriptions."
        ["MQTT-3.1.2-4" "MQTT-4.1.0-1"] ["MQTT-3.1.2-5"]
    ResumeLosesQueue "A session goes on without the messages that wait."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-3.1.2-5" "MQTT-4.5.0-1"]
    ResumeLosesInFlight "A session goes on without the messages in flight."
        ["MQTT-4.4.0-1"] ["MQTT-4.4.0-1"]
        [like "amqtt (Yakifo/amqtt#401)" "wolfMQTT (wolfSSL/wolfMQTT#494)"]
    ResumeLosesUnreleased "A session goes on without the identifiers that wait for PUBREL."
        ["MQTT-4.1.0-1" "MQTT-4.3.3-2" "U-3.1.1-3.1.2.4-2"] ["MQTT-4.3.3-10" "U-5.0-4.1-1"]
        [like "vernemq (vernemq/vernemq#1963)" "vernemq (vernemq/vernemq#2552)"]
    CleanStartIgnored "A session goes on although it was to start anew."
        ["MQTT-3.1.2-6" "MQTT-3.1.4-3"] ["MQTT-3.1.2-4" "MQTT-3.1.4-4"]
    CleanStartIgnoredOnTakeover "A session that is taken over goes on although it was to start anew."
        ["MQTT-3.1.2-6" "MQTT-3.1.4-3"] ["MQTT-3.1.2-4" "MQTT-3.1.4-4"]
    TakeoverStartsAnew "A session that is taken over starts anew although it was to go on."
        ["MQTT-3.1.2-4" "MQTT-3.1.4-3"] ["MQTT-3.1.2-5" "MQTT-3.1.4-4"]
    SessionNeverResumed "A session starts anew although it was to go on."
        ["MQTT-3.1.2-4"] ["MQTT-3.1.2-5"]
    OfflineQueueLost "Nothing is kept for a client that is away."
        ["MQTT-3.1.2-5"] ["MQTT-3.1.2-23"]
    OfflineQos2Lost "No QoS 2 message is kept for a client that is away."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    OfflineFirstKept "For a client that is away only the first message is kept."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    OfflineLastKept "For a client that is away only the last message is kept."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    ResumeLosesFirst "The first of the messages that a client missed is lost."
        ["MQTT-3.1.2-5" "MQTT-4.5.0-1"] ["MQTT-3.1.2-5" "MQTT-4.5.0-1"]
        [like "MQTTnet (dotnet/MQTTnet#1757)"]
    ResumedWithoutNoLocal "No Local ends with the connection."
        [] ["U-5.0-3.8.3.1-3"]
    ResumedWithoutRetainAsPublished "Retain As Published ends with the connection."
        [] ["U-5.0-3.8.3.1-3"]
    ResumedWithoutQos "The subscriptions of a session that is resumed have QoS 0."
        ["MQTT-3.1.2-4"] ["U-5.0-3.8.3.1-3"]
    ResumedWithoutIdentifier "Subscription Identifiers end with the connection."
        [] ["U-5.0-4.1-1" "U-5.0-3.8.2.1.2-3" "MQTT-3.3.4-3"]

    // QoS flows, Packet Identifiers and what is sent again (sections 2.2.1, 4.3 and 4.4).

    DupOnFirstDelivery "DUP is 1 in every message of QoS 1 and 2."
        ["MQTT-3.3.1-3" "MQTT-4.3.2-1" "MQTT-4.3.3-1"] ["MQTT-4.3.2-2" "MQTT-4.3.3-2" "MQTT-3.3.1-3"]
    DupNeverSet "DUP is 0 in messages that are sent again."
        ["MQTT-3.3.1-1"] ["MQTT-3.3.1-1"]
        [like "bifromq (apache/bifromq#281)"]
    PublishTwiceAtQos1 "Every message of QoS 1 is sent twice under one Packet Identifier, with DUP as it was."
        ["MQTT-2.3.1-4" "MQTT-3.3.1-1" "MQTT-4.3.2-1"] ["MQTT-2.2.1-4" "MQTT-3.3.1-1" "MQTT-4.3.2-1"]
    PublishTwiceAtQos2 "Every message of QoS 2 is sent twice under one Packet Identifier, with DUP as it was."
        ["MQTT-2.3.1-4" "MQTT-3.3.1-1" "MQTT-4.3.3-1"] ["MQTT-2.2.1-4" "MQTT-3.3.1-1" "MQTT-4.3.3-1"]
    Qos0Twice "Messages of QoS 0 are sent twice."
        ["MQTT-4.3.1-1"] ["U-5.0-3.3.4-5"]
    DupPassedOn "DUP of the publisher is passed on."
        ["MQTT-3.3.1-3"] ["MQTT-3.3.1-3" "MQTT-4.3.2-2" "MQTT-4.3.3-2"]
    Qos0Acknowledged "A message of QoS 0 is answered with PUBACK."
        ["MQTT-3.3.4-1" "MQTT-2.3.1-6"] ["MQTT-3.3.4-1" "MQTT-2.2.1-5"]
    SubscribeReleases "SUBSCRIBE with the identifier of a message that waits for PUBREL releases it."
        [] ["U-5.0-2.2.1-2"]
    Qos1NotResent "A QoS 1 message in flight is not sent again."
        ["MQTT-4.4.0-1"] ["MQTT-4.4.0-1" "MQTT-4.3.2-3"]
        [like "amqtt (Yakifo/amqtt#401)" "wolfMQTT (wolfSSL/wolfMQTT#494)"]
    Qos2NotResent "A QoS 2 message in flight is not sent again."
        ["MQTT-4.4.0-1"] ["MQTT-4.4.0-1" "MQTT-4.3.3-3"]
    PubrelNotResent "PUBREL is not sent again."
        ["MQTT-4.4.0-1" "MQTT-4.3.3-1"] ["MQTT-4.4.0-1" "MQTT-4.3.3-5"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#1454)" "rmqtt (rmqtt/rmqtt#456)"]
    ResentUnderNewId "Messages are sent again under other Packet Identifiers."
        ["MQTT-4.4.0-1" "MQTT-2.3.1-4"] ["MQTT-4.4.0-1"]
    QueuedSentAsRepeated "A message that waited for its client comes with DUP 1."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-2" "U-5.0-4.4-1"]
    PublishRepeatedWhileOpen "A message that is not acknowledged is sent again on the same connection."
        [] ["MQTT-4.4.0-1"]
    PubrelRepeatedWhileOpen "A PUBREL that is not acknowledged is sent again on the same connection."
        [] ["MQTT-4.4.0-1"]
    PublishResentAfterPubrec "PUBLISH is sent again although PUBREC came."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-6"] [like "bifromq (apache/bifromq#281)"]
    PubrelUnprompted "PUBREL does not wait for PUBREC."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubackIgnored "PUBACK has no effect."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubackEndsAll "PUBACK acknowledges all messages in flight."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubackOfAnyClient "PUBACK ends the messages of all clients that have its identifier."
        ["U-3.1.1-4.3-1" "MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubrecOfAnyClient "PUBREC counts for all clients that have its identifier in flight."
        ["U-3.1.1-4.3-1" "MQTT-4.3.3-1"] ["MQTT-4.3.3-3" "MQTT-4.3.3-4"]
    PubcompIgnored "PUBCOMP has no effect."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-5"]
    RefusalByPubackIgnored "PUBACK with an error has no effect."
        [] ["MQTT-4.4.0-2" "U-5.0-4.9-1"]
    RefusalByPubrecIgnored "PUBREC with an error has no effect."
        [] ["MQTT-4.4.0-2" "U-5.0-4.9-1"]
    PubrelDespiteRefusal "PUBREC with an error is answered with PUBREL."
        [] ["MQTT-4.3.3-4"]
    OneIdForAll "All messages in flight have the same Packet Identifier."
        ["MQTT-2.3.1-4" "MQTT-4.3.2-1" "MQTT-4.3.3-1"]
        ["MQTT-2.2.1-4" "MQTT-4.3.2-1" "MQTT-4.3.3-1"]
    IdsNotChecked "Packet Identifiers come round after three messages, in use or not."
        ["MQTT-2.3.1-4" "MQTT-4.3.2-1" "MQTT-4.3.3-1"]
        ["MQTT-2.2.1-4" "MQTT-4.3.2-1" "MQTT-4.3.3-1"]
        [like "mosquitto (eclipse-mosquitto/mosquitto#3598)" "wolfMQTT (wolfSSL/wolfMQTT#614)"]
    IdOfDeliveryReused "A message from a client ends the delivery to it that has the same identifier."
        ["U-3.1.1-2.3.1-1"] ["U-5.0-2.2.1-1"] [like "mochi (mochi-mqtt/server#545)"]
    IdOfDeliveryRefused "A message from a client is refused if a delivery to it has the same identifier."
        ["U-3.1.1-2.3.1-1"] ["U-5.0-2.2.1-1"]
    Qos1DupNotPassedOn "A QoS 1 message with DUP 1 is acknowledged and not passed on."
        ["MQTT-4.3.2-2"] ["MQTT-4.3.2-5"]
    Qos2DupNotPassedOn "A QoS 2 message with DUP 1 is acknowledged and not passed on."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-12"]
    IdTakenAfterPuback "An identifier stays in use after PUBACK."
        ["MQTT-4.3.2-2"] ["MQTT-4.3.2-5"]
    IdTakenAfterPubcomp "An identifier stays in use after PUBCOMP."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-12"]
    IdTakenAfterRefusal "An identifier stays in use after PUBREC with an error."
        [] ["MQTT-4.3.3-9"]
    Qos2RepeatRefused "A QoS 2 message that is sent again is refused."
        [] ["MQTT-4.3.3-10"] [like "flashmq (halfgaar/FlashMQ#171)"]
    Qos2RepeatCloses "A QoS 2 message that is sent again closes the connection."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"] [like "mosquitto (eclipse-mosquitto/mosquitto#3599)"]
    Qos2RepeatIgnored "A QoS 2 message that is sent again is not answered."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    PubrelReleasesAll "PUBREL releases all messages of its client."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    Qos2Twice "A QoS 2 message that is sent again is passed on again."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    NotResentOnTakeover "After a takeover nothing is sent again."
        ["MQTT-4.4.0-1"] ["MQTT-4.4.0-1"]
    LastPacketIdRefused "The Packet Identifier 65535 is refused."
        ["MQTT-2.3.1-6" "MQTT-2.3.1-7"] ["MQTT-2.2.1-5" "MQTT-2.2.1-6"]

    // Which messages come, and in what order (sections 4.5 and 4.6).

    BacklogLost "A session holds sixteen messages, and others are lost."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    MessagesOvertake "A message that comes right behind another on its topic overtakes it."
        ["MQTT-4.6.0-5" "MQTT-4.6.0-6"] ["MQTT-4.6.0-5" "MQTT-4.6.0-6"]
    QueueReversed "Messages that wait are sent in reverse order."
        ["MQTT-4.6.0-6"] ["MQTT-4.6.0-5"]
    BacklogReversed "Four messages are in flight at a time, and the others are sent in reverse order."
        ["MQTT-4.6.0-6"] ["MQTT-4.6.0-5"] [like "rmqtt (rmqtt/rmqtt#258)"]
    FanOutCut "Only a hundred subscribers get a message."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    StuckHoldsUpOthers "A client that leaves twenty messages unacknowledged holds up all others."
        ["U-3.1.1-4.3-1"] ["MQTT-4.5.0-1"]
    ResentInReverse "Messages are sent again in reverse order."
        ["MQTT-4.6.0-6"] ["U-5.0-4.6-1"]
    ResentAfterNew "Messages are sent again behind newer ones."
        ["MQTT-4.6.0-6"] ["U-5.0-4.6-1"] [like "mqtt-lib (LabOverWire/mqtt-lib#151)"]
    OneSubscriberOnly "A message goes to one of the clients whose subscriptions match."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    OwnMessagesHeldBack "A client gets no message that it has published itself."
        ["MQTT-4.5.0-1" "MQTT-7.0.0-2"] ["MQTT-4.5.0-1"]
    MessagesTwice "Each message is delivered twice."
        [] ["U-5.0-3.3.4-5" "MQTT-3.3.4-2"]

    // Topic Names and Topic Filters (section 4.7).

    ByteOrderMarkStripped "A U+FEFF at the start of a Topic Name is not passed on."
        ["MQTT-1.5.3-3" "MQTT-3.3.2-3"] ["MQTT-1.5.4-3" "MQTT-3.3.2-3"]
    ControlCharactersStripped "Control characters in a Topic Name are not passed on."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3" "U-3.1.1-1.5.3-2"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3" "U-5.0-1.5.4-1"]
    LetterCaseIgnored "Topics that differ in letter case only are taken as one."
        ["U-3.1.1-4.7.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    SpacesTrimmed "Spaces at the ends of topics are dropped before they are compared."
        ["U-3.1.1-4.7.3-2" "MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    SpacesMatchNothing "A topic with a space in it matches no filter."
        ["U-3.1.1-4.7.3-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "MQTT-3.3.1-9"]
    TopicsNormalised "A letter with an accent and its decomposed form are taken as one."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    PercentDecoded "Topics are decoded like URLs before they are compared."
        ["MQTT-4.7.3-4" "U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    ByteOrderMarkDropped "U+FEFF at the start of a topic is dropped before it is compared."
        ["MQTT-1.5.3-3" "MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-1.5.4-3" "MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    AstralCharactersAreOne "Characters beyond U+FFFF are all taken as one when topics are compared."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    AstralCharactersReplaced "Characters beyond U+FFFF are replaced in the topics of messages."
        ["U-3.1.1-1.5.3-3" "MQTT-4.7.3-4"] ["MQTT-4.7.3-4"]
    TopicLowercased "The topic of a message is changed to lower case."
        ["U-3.1.1-4.7.3-1" "MQTT-4.7.3-4" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "MQTT-4.7.3-4" "MQTT-3.3.1-9"]
    TopicCutShort "The topic of a message is cut off behind 255 bytes."
        ["MQTT-3.3.2-3" "U-3.1.1-4.7.3-5" "U-3.1.1-4.7.3-6" "MQTT-4.7.3-4"] ["MQTT-3.3.2-3" "MQTT-4.7.3-4"]
    TopicsComparedInPart "Only the first 64 characters of topics are compared."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    DeepLevelsIgnored "Only the first 8 levels of topics are compared."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    SlashesCollapsed "Two slashes in a row count as one."
        ["U-3.1.1-4.7.1.1-1" "MQTT-3.3.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3" "MQTT-3.3.1-9"]
    SlashInFrontDropped "A slash at the start of a topic is dropped before it is compared."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.3-2" "MQTT-3.3.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "U-5.0-4.7.1-1" "MQTT-3.3.2-3" "MQTT-3.3.1-9"]
    SlashAtEndDropped "A slash at the end of a topic is dropped before it is compared."
        ["U-3.1.1-4.7.3-3" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    OneSlashMatchesNothing "The topic that is one slash matches no filter."
        ["U-3.1.1-4.7.3-4" "U-3.1.1-4.7.1.2-2"] ["U-5.0-4.7.3-1"]
    DeepTopicsMatchNothing "Topics of more than 128 levels match no filter."
        ["U-3.1.1-4.7.3-5"] ["MQTT-4.5.0-1"]
    LongTopicsMatchNothing "Topics of more than 32767 bytes match no filter."
        ["MQTT-4.7.3-3"] ["MQTT-4.7.3-3"]
    SlashInFrontMatchesNothing "Topics that begin with a slash match no filter."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.2-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "MQTT-3.3.1-9"]
    SlashAtEndMatchesNothing "Topics that end in a slash match no filter."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.2-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "MQTT-3.3.1-9"]
    FullStopBecomesSlash "The full stops in the topic of a message are changed to slashes."
        ["MQTT-4.7.3-4" "U-3.1.1-4.7.3-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-4.7.3-4" "MQTT-3.3.1-9"]
    FilterIsPrefix "A filter matches what lies below it, without any wildcard."
        ["U-3.1.1-4.7.3-6" "U-3.1.1-4.7.3-3" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    ParenthesisMatchesNothing "A filter with a parenthesis in it matches nothing."
        ["U-3.1.1-4.7.3-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-4.5.0-1" "MQTT-4.7.3-4" "MQTT-3.3.1-9"]
    DotMatchesAny "A full stop in a filter matches any character."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    StarIsWildcard "An asterisk in a filter matches any characters."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    BracketsArePattern "Brackets in a filter match one of the characters in them."
        ["U-3.1.1-4.7.3-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-4.5.0-1" "MQTT-4.7.3-4" "MQTT-3.3.1-9"]
    ExactFiltersMatchNothing "Filters without wildcards match nothing."
        ["MQTT-4.5.0-1" "U-3.1.1-3.3.1.3-1"] ["MQTT-4.5.0-1" "MQTT-3.3.1-9"]
    WildcardsMatchNothing "Filters with wildcards are granted, and match nothing."
        ["MQTT-3.8.3-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "U-5.0-3.2.2.3.11-1" "MQTT-4.5.0-1" "MQTT-3.3.1-9"]
    WildcardInFrontFails "A filter that begins with + matches nothing."
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-4.7.1-2" "MQTT-3.3.1-9"]
    SecondWildcardFails "A filter with more than one wildcard matches nothing."
        ["U-3.1.1-4.7.1.3-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    PlusAtEndFails "A filter that ends in + matches nothing."
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    HashAloneMatchesNothing "The filter # matches nothing."
        ["U-3.1.1-4.7.1.2-2"] ["MQTT-4.5.0-1"]
    HashAloneOverlooksSlash "The filter # matches no topic that begins with a slash."
        ["U-3.1.1-4.7.1.2-2"] ["MQTT-4.5.0-1"]
    HashMatchesNothing "Filters that end in # match nothing."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-4.7.1.2-2" "MQTT-3.8.3-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-4.5.0-1" "MQTT-3.3.1-9"]
    HashWithoutParent "The multi-level wildcard does not match its parent level."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
        [like "async_mqtt (redboltz/async_mqtt#455)" "hmq (fhmq/hmq#56)"]
    HashNeverEmpty "The multi-level wildcard matches no empty level at the end."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-4.7.1.1-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    HashIsOneLevel "The multi-level wildcard matches one level and no further ones."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    HashIsPrefix "The multi-level wildcard matches whatever begins with what stands in front of it."
        ["U-3.1.1-4.7.1.2-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    PlusNeverEmpty "The single-level wildcard matches no empty level."
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-4.7.1.1-1" "U-3.1.1-4.7.1.3-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
        [like "aedes (moscajs/aedes#373)"]
    PlusMatchesNone "The single-level wildcard at the end matches the level above it."
        ["U-3.1.1-4.7.1.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    PlusIsAnyLevels "The single-level wildcard at the end matches any number of levels."
        ["U-3.1.1-4.7.1.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
        [like "hbmqtt (njouanin/hbmqtt#146)"]
    HashMatchesDollar "The filter # matches topics that begin with $."
        ["MQTT-4.7.2-1"] ["MQTT-4.7.2-1"]
        [like "hbmqtt (njouanin/hbmqtt#28)" "vernemq (vernemq/vernemq#14)"]
    PlusMatchesDollar "A filter that begins with + matches topics that begin with $."
        ["MQTT-4.7.2-1"] ["MQTT-4.7.2-1"]
        [like "aedes (moscajs/aedes#135)"]
    DollarInsideIsApart "The single-level wildcard matches no level that begins with $."
        ["U-3.1.1-4.7.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    DollarMatchesExactlyOnly "Topics that begin with $ match no filter with wildcards."
        ["U-3.1.1-4.7.2-2"] ["U-5.0-4.7.1-1"]
    RetainedLetterCaseIgnored "Letter case is ignored when retained messages are looked up."
        ["U-3.1.1-4.7.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    RetainedSpacesTrimmed "Spaces at the ends of topics are dropped when retained messages are looked up."
        ["U-3.1.1-4.7.3-2" "MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    RetainedPercentDecoded "Topics are decoded like URLs when retained messages are looked up."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    RetainedDotMatchesAny "A full stop in a filter matches any character when retained messages are looked up."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    RetainedStarIsWildcard "An asterisk in a filter matches any characters when retained messages are looked up."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    RetainedBracketsArePattern "Brackets in a filter are a pattern when retained messages are looked up."
        ["U-3.1.1-4.7.3-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-3.3.1-9" "MQTT-4.7.3-4"]
    RetainedSlashesCollapsed "Two slashes in a row count as one when retained messages are looked up."
        ["U-3.1.1-4.7.1.1-1" "MQTT-3.3.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3" "MQTT-3.3.1-9"]
    RetainedSlashInFrontDropped "A slash at the start of a topic is dropped when retained messages are looked up."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.3-2" "MQTT-3.3.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.3-1" "U-5.0-4.7.1-1" "MQTT-3.3.2-3" "MQTT-3.3.1-9"]
    RetainedSlashAtEndDropped "A slash at the end of a topic is dropped when retained messages are looked up."
        ["U-3.1.1-4.7.3-3" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    RetainedHashWithoutParent "A filter that ends in # does not bring the retained message of its parent level."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
        [like "aedes (moscajs/aedes-persistence-mongodb#38)"]
    RetainedHashIsOneLevel "A filter that ends in # brings the retained messages of one level and no deeper ones."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    RetainedHashIsPrefix "A filter that ends in # brings whatever is retained under names that begin like it."
        ["U-3.1.1-4.7.1.2-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    RetainedPlusNeverEmpty "The single-level wildcard brings no retained message of an empty level."
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-4.7.1.1-1" "U-3.1.1-4.7.1.3-2" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    RetainedPlusIsAnyLevels "The single-level wildcard at the end brings retained messages of any depth."
        ["U-3.1.1-4.7.1.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    RetainedPlusMatchesNone "The single-level wildcard at the end brings the retained message of the level above it."
        ["U-3.1.1-4.7.1.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    RetainedSecondWildcardFails "A filter with more than one wildcard brings no retained messages."
        ["U-3.1.1-3.3.1.3-1"] ["MQTT-3.3.1-9"]
    RetainedWildcardsMatchNothing "A filter with wildcards brings no retained messages."
        ["MQTT-3.3.1-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-3.3.1-9"]
    RetainedWildcardMatchesDollar "A filter that begins with + brings retained messages of topics that begin with $."
        ["MQTT-4.7.2-1"] ["MQTT-4.7.2-1"]
    RetainedDollarInsideIsApart "The single-level wildcard brings no retained message of a level that begins with $."
        ["U-3.1.1-4.7.2-3" "U-3.1.1-3.3.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
    DollarCoveredByHash "A client that has the filter # cannot subscribe to topics that begin with $."
        ["U-3.1.1-4.7.2-4"] ["MQTT-4.5.0-1"]
    SpacesMalformed "A filter with a space in it is refused as malformed."
        ["U-3.1.1-4.7.3-2"] ["U-5.0-3.9.3-1" "U-5.0-4.7.3-1"]
    EmptyLevelsMalformed "A filter with an empty level is refused as malformed."
        ["U-3.1.1-4.7.1.1-1" "U-3.1.1-4.7.3-3"] ["U-5.0-3.9.3-1" "U-5.0-4.7.1-1"]
    DeepFiltersMalformed "A filter of more than 8 levels is refused as malformed."
        ["U-3.1.1-4.7.3-5"] ["U-5.0-3.9.3-1"]
    LongFiltersMalformed "A filter of more than 64 bytes is refused as malformed."
        ["U-3.1.1-1.5.3-1"] ["U-5.0-3.9.3-1"]
    ForeignLettersMalformed "A filter with other characters than those of ASCII is refused as malformed."
        ["U-3.1.1-1.5.3-3"] ["U-5.0-3.9.3-1"]
    DollarMalformed "A filter with a dollar sign is refused as malformed."
        ["U-3.1.1-4.7.2-2" "U-3.1.1-4.7.2-3"] ["U-5.0-3.9.3-1"]
    PlusInFrontMalformed "A filter that begins with a wildcard and goes on is refused as malformed."
        ["MQTT-4.7.1-3"] ["U-5.0-3.9.3-1" "MQTT-4.7.1-2"]
    SysIsOpen "Clients can publish below $SYS."
        ["U-3.1.1-4.7.2-1"] ["U-5.0-4.7.2-1"]

    // Shared subscriptions (5.0: section 4.8.2).

    SharedToAll "All members of a shared subscription get each message."
        [] ["U-5.0-4.8.2-1"]
        [like "emqx (emqx/emqx#881)"]
    SharedSilencesPlain "Plain subscriptions get nothing where a shared one matches."
        [] ["U-5.0-4.8.2-1" "U-5.0-4.8.2-2"]
    PlainSilencesShared "Shared subscriptions get nothing where a plain one matches."
        [] ["U-5.0-4.8.2-1"]
    SharedSilencesOwnPlain "The member that is chosen does not get the copy of its plain subscription."
        [] ["U-5.0-4.8.2-2"]
    SharedGroupsAreOne "Shared subscriptions that differ in the share name alone are taken as one."
        [] ["U-5.0-4.8.2-1"]
    SharedSameNameIsOne "Shared subscriptions that differ in the filter alone are taken as one."
        [] ["U-5.0-4.8.2-1"]
        [like "gmqtt (DrmagicE/gmqtt#65)"]
    SharedTwiceInNumber "A member that has joined twice gets each message twice."
        [] ["U-5.0-4.8.2-3"]
    SharedJoinedTwice "A member that has joined twice has to leave twice."
        [] ["U-5.0-4.8.2-3"]
    SharedOptionsNotReplaced "A member that joins again keeps its options."
        [] ["U-5.0-4.8.2-3"]
    SharedLeftByPlain "UNSUBSCRIBE with the filter behind the share name leaves the shared subscription."
        [] ["U-5.0-3.10.4-2"]
    SharedNotLeft "Shared subscriptions cannot be left."
        [] ["U-5.0-3.10.4-2" "U-5.0-4.8.2-3"]
    SharedGroupsLeftAtOnce "A client that leaves one shared subscription leaves those with another share name as well."
        [] ["U-5.0-3.10.4-2"]
    SharedQosOfFirst "All members get the QoS of the one that joined first."
        [] ["MQTT-4.8.2-3"]
    SharedIdentifierOfFirst "All members get the Subscription Identifier of the one that joined first."
        [] ["U-5.0-3.3.4-4" "U-5.0-3.3.2.3.8-1"]
    SharedWithoutIdentifier "Messages of a shared subscription lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "U-5.0-3.3.4-4"]
        [like "vernemq (vernemq/vernemq#1294)"]
    SharedRetainFlagDropped "Retain As Published has no effect on shared subscriptions."
        [] ["MQTT-3.3.1-13"]
        [like "hivemq (hivemq/hivemq-community-edition#245)"]
    SharedRetainFlagKept "Members of shared subscriptions get RETAIN as the publisher set it."
        [] ["MQTT-3.3.1-12"]
    SharedIsOrdinary "The filter of a shared subscription is taken for an ordinary one."
        [] ["U-5.0-4.8.2-1"]
    SharedWildcardsMatchNothing "A shared subscription with wildcards gets nothing."
        [] ["U-5.0-4.8.2-1"]
    SharedNotToPublisher "A member of a shared subscription is not chosen for its own messages."
        [] ["U-5.0-4.8.2-1"]
    SharedNotKept "A message of a shared subscription is lost while all members are away."
        [] ["MQTT-4.5.0-1"]
        [like "nanomq (nanomq/nanomq#2355)" "vernemq (vernemq/vernemq#625)"]
    SharedSlashDropped "A slash at the start of the filter behind the share name is dropped."
        [] ["MQTT-4.8.2-2" "MQTT-3.3.2-3"]
    SharedSlashAdded "The slash behind the share name is taken for a part of the filter."
        [] ["MQTT-4.8.2-2" "MQTT-3.3.2-3"]
    OddShareNamesIgnored "A share name with other characters than letters and digits brings no messages."
        [] ["U-5.0-4.8.2-1"]
    SharedQos2PassedOn "A QoS 2 message that was sent goes to another member when the session ends."
        [] ["MQTT-4.8.2-5"]
    SharedQos2PassedOnAtOnce "A QoS 2 message that was sent goes to another member when the connection is lost."
        [] ["MQTT-4.8.2-4"]
    SharedQos2Dropped "A QoS 2 message that was sent through a shared subscription is dropped when the connection is lost."
        [] ["MQTT-4.8.2-4"]
    SharedRefusedQos1PassedOn "A QoS 1 message that a member refuses goes to another one."
        [] ["MQTT-4.8.2-6"]
    SharedRefusedQos2PassedOn "A QoS 2 message that a member refuses goes to another one."
        [] ["MQTT-4.8.2-6"]
    SharedNotPassedOn "A message that a member did not acknowledge is dropped with its session."
        [] ["U-5.0-4.8.2-4"]
    SharedGoneMemberServed "A member whose session has ended still takes its turn."
        [] ["U-5.0-4.8.2-5"]
    SharedMessagesOutliveAll "What the last member did not acknowledge waits for the next client that joins."
        [] ["U-5.0-4.8.2-5"]

    // Flow control (5.0: section 4.9).

    ReceiveMaximumIgnored "The client's Receive Maximum has no effect."
        [] ["MQTT-3.3.4-9"]
    ReceiveMaximumPlusOne "One message more than Receive Maximum is in flight."
        [] ["MQTT-3.3.4-9" "MQTT-4.9.0-1" "MQTT-4.9.0-2"]
    ReceiveMaximumMinusOne "One message less than Receive Maximum is in flight, even if that is none."
        [] ["MQTT-4.9.0-1"]
    ResentBeyondWindow "Messages that are sent again go beyond the Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    QueueBeyondWindow "Messages that waited for the client go beyond the Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    RetainedBeyondWindow "Retained messages go beyond the Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    FirstReceiveMaximumKept "A session keeps the Receive Maximum of its first connection."
        [] ["MQTT-3.3.4-9" "U-5.0-4.9-2" "U-5.0-3.1.2.11.3-3"]
    QuotaCarriedOver "A message in flight counts towards the Receive Maximum before it is sent again."
        [] ["U-5.0-4.9-2"]
    QuotaFreedByPubrec "PUBREC makes room for another message."
        [] ["MQTT-3.3.4-9" "MQTT-4.9.0-2"]
    Qos0TakesPlace "A message of QoS 0 takes a place that nothing gives back."
        [] ["MQTT-4.9.0-2" "U-5.0-3.1.2.11.3-3"]
    RefusalByPubackFreesNothing "PUBACK with an error makes no room for another message."
        [] ["U-5.0-4.9-1"]
    RefusalByPubrecFreesNothing "PUBREC with an error makes no room for another message."
        [] ["U-5.0-4.9-1" "U-5.0-2.2.1-3"]
    UnknownPubackWidensWindow "PUBACK with an unknown identifier makes room for one more message."
        [] ["MQTT-3.3.4-9" "U-5.0-4.9-1"]
    FullWindowHoldsUpAnswers "A client with Receive Maximum in flight gets no answers."
        [] ["MQTT-3.3.4-10" "MQTT-4.9.0-3"]
    OwnReceiveMaximumIgnored "Clients may go beyond the broker's Receive Maximum."
        [] ["MQTT-3.3.4-7" "U-5.0-4.9-3"]
    OwnReceiveMaximumMinusOne "The broker's Receive Maximum is one less than announced."
        [] ["MQTT-3.3.4-7"]
    OwnReceiveMaximumNotFreed "PUBREL gives no place in the broker's Receive Maximum back."
        [] ["MQTT-3.3.4-7"]
    OwnReceiveMaximumCountsQos1 "QoS 1 messages keep their place in the broker's Receive Maximum."
        [] ["MQTT-3.3.4-7"]
    OwnReceiveMaximumMiscoded "A client that exceeds the Receive Maximum gets the Reason Code Quota exceeded."
        [] ["U-5.0-4.9-3"]
    OwnReceiveMaximumUnexplained "A client that exceeds the Receive Maximum gets no DISCONNECT."
        [] ["U-5.0-4.9-3"]
    OwnReceiveMaximumByPubrec "A message beyond the Receive Maximum is refused by PUBREC."
        [] ["MQTT-3.3.4-7"] [like "mosquitto (eclipse-mosquitto/mosquitto#3588)"]

    // Enhanced authentication (5.0: sections 3.15 and 4.12).

    AuthBeforeConnack "An AUTH that nobody asked for comes before CONNACK."
        [] ["MQTT-4.12.0-6"]
    AuthBehindConnack "An AUTH that nobody asked for comes behind CONNACK."
        [] ["MQTT-4.12.0-6" "U-5.0-4.12.1-1"]
    AuthenticationMethodMissing "CONNACK lacks the Authentication Method of CONNECT."
        [] ["MQTT-4.12.0-5"]
    AuthenticationMethodOther "CONNACK has another Authentication Method than CONNECT."
        [] ["MQTT-4.12.0-5"]
    AuthenticationMethodUnasked "CONNACK has an Authentication Method that CONNECT did not have."
        [] ["MQTT-4.12.0-6"]
    UnknownMethodTaken "A client with an unknown Authentication Method is let in."
        [] ["MQTT-4.12.0-1"]
    ChallengeSaysSuccess "AUTH asks for more data with the Reason Code of success."
        [] ["MQTT-4.12.0-2"]
    AuthCodeUnchecked "AUTH during CONNECT is taken with any Reason Code."
        [] ["MQTT-4.12.0-3"]
    AuthMethodUnchecked "AUTH during CONNECT is taken with any Authentication Method."
        [] ["MQTT-4.12.0-5"]
    ResponseUnchecked "Any Authentication Data is the right response."
        [] ["MQTT-4.12.0-4" "MQTT-4.12.1-2"]
    RefusedResponseKept "A wrong response during CONNECT leaves the connection open."
        [] ["MQTT-4.12.0-4"]
    AuthMethodAltered "AUTH of the broker has another Authentication Method than CONNECT."
        [] ["MQTT-4.12.0-5"]
    AuthWithoutMethodPassedOver "AUTH of a client that named no Authentication Method is passed over."
        [] ["MQTT-4.12.0-7" "U-5.0-3.15-1"]
    EarlyPacketsPassedOver "Packets before the end of the authentication are passed over."
        [] ["MQTT-3.1.2-30"]
    EarlyPacketsServed "PINGREQ is answered before the end of the authentication."
        [] ["MQTT-3.1.2-30" "MQTT-3.2.0-1"]
    ReauthenticationRefused "Re-authentication is refused."
        [] ["MQTT-4.12.1-1"]
    AuthOutOfTurnPassedOver "AUTH that is out of turn is passed over."
        [] ["MQTT-4.12.1-1"]
    ReauthenticationMethodUnchecked "Re-authentication is accepted with another Authentication Method."
        [] ["MQTT-4.12.1-1"]
    ReauthenticationEndsInConnack "Re-authentication ends with CONNACK."
        [] ["U-5.0-4.12.1-1" "MQTT-3.2.0-2"]
    ReauthenticationHoldsUp "Nothing but AUTH is processed during re-authentication."
        [] ["U-5.0-4.12.1-1"]
    FailedReauthenticationKept "Re-authentication that fails has no effect."
        [] ["MQTT-4.12.1-2"]

    // Errors (5.0: section 4.13; 3.1.1: section 4.8).

    DisconnectWithoutReason "DISCONNECT of the broker has the Reason Code of an unspecified error."
        [] ["U-5.0-4.13.1-1"]
    DisconnectMissing "The broker closes connections without DISCONNECT."
        [] ["U-5.0-4.13.1-1"]
    OneErrorEndsAll "A packet with an error closes all connections."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    FaultyConnectTakesOver "A CONNECT with an error ends the connection of its client."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2" "MQTT-4.13.1-1"]
    FloodLost "PUBLISH packets get no answer while many messages wait for a slow client."
        ["MQTT-4.8.0-2"] []
    FloodEndsAll "All connections are closed once many messages wait for a slow client."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    UnfinishedPacketHoldsUp "While one client's packet is unfinished, others are not served."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    ErrorAcknowledgementRefused "A PUBACK or PUBREC with an error closes the connection."
        [] ["U-5.0-4.13.2-1"]
    RefusedMessageEndsConnection "A PUBLISH that is not authorized closes the connection."
        [] ["U-5.0-4.13.2-1"]
}
