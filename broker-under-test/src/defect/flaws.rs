//! The table of defects that are written by hand. Each row: the name, what is wrong, the statements
//! of 3.1.1 and those of 5.0 that are broken, and behind `like` where a real broker did the same.

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
    // Packets on their way out (`egress`, `wire`).

    RetainFlagDropped "RETAIN is 0 in every message."
        ["MQTT-3.3.1-8"] ["MQTT-3.3.1-13"]
    DupOnFirstDelivery "DUP is 1 in every message of QoS 1 and 2."
        ["MQTT-3.3.1-3" "MQTT-4.3.2-1" "MQTT-4.3.3-1"] ["MQTT-4.3.2-2" "MQTT-4.3.3-2" "MQTT-3.3.1-3"]
    DupNeverSet "DUP is 0 in messages that are sent again."
        ["MQTT-3.3.1-1"] ["MQTT-3.3.1-1"]
    PubackMissing "No PUBACK is sent."
        ["MQTT-4.3.2-2" "MQTT-3.3.4-1"] ["MQTT-4.3.2-4" "MQTT-3.3.4-1"]
    PubrecMissing "No PUBREC is sent."
        ["MQTT-4.3.3-2" "MQTT-3.3.4-1"] ["MQTT-4.3.3-8" "MQTT-3.3.4-1"]
    PubrelMissing "No PUBREL is sent."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubcompMissing "No PUBCOMP is sent."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-11"]
    SubackMissing "No SUBACK is sent."
        ["MQTT-3.8.4-1"] ["MQTT-3.8.4-1"]
    UnsubackMissing "No UNSUBACK is sent."
        ["MQTT-3.10.4-4" "MQTT-3.10.4-5"] ["MQTT-3.10.4-4"]
    PingrespMissing "No PINGRESP is sent."
        ["MQTT-3.12.4-1"] ["MQTT-3.12.4-1"]
    SubackCodeMissing "SUBACK lacks the code of the last of several filters."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackCodesReversed "The codes in SUBACK stand in reverse order."
        ["MQTT-3.9.3-1"] ["MQTT-3.9.3-1"]
    SessionPresentAlways "Session Present is 1 in every welcome."
        ["MQTT-3.2.2-1" "MQTT-3.2.2-3"] ["MQTT-3.2.2-2" "MQTT-3.2.2-3"]
    SessionPresentNever "Session Present is 0 in every welcome."
        ["MQTT-3.2.2-2"] ["MQTT-3.2.2-3"]
    PayloadFormatDropped "Payload Format Indicator is not passed on."
        [] ["MQTT-3.3.2-4"]
    ResponseTopicDropped "Response Topic is not passed on."
        [] ["MQTT-3.3.2-15"]
    CorrelationDataDropped "Correlation Data is not passed on."
        [] ["MQTT-3.3.2-16"]
    UserPropertyDropped "User Properties are not passed on."
        [] ["MQTT-3.3.2-17"]
    ContentTypeDropped "Content Type is not passed on."
        [] ["MQTT-3.3.2-20"]
    MessageExpiryDropped "Message Expiry Interval is not passed on."
        [] ["MQTT-3.3.2-6"]
    SubscriptionIdentifierDropped "Messages lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "MQTT-3.3.4-4" "MQTT-3.3.4-5"]

    // QoS flows, sessions, Wills, expiry, flow control.

    WillAfterDisconnect "DISCONNECT does not discard the Will."
        ["MQTT-3.14.4-3" "MQTT-3.1.2-10"] ["MQTT-3.14.4-3" "MQTT-3.1.2-10"]
    WillIgnored "The Will of a client is forgotten at once."
        ["MQTT-3.1.2-8"] ["MQTT-3.1.2-8"]
    CleanStartIgnored "A session goes on although it was to start anew."
        ["MQTT-3.1.2-6" "MQTT-3.1.4-3"] ["MQTT-3.1.2-4" "MQTT-3.1.4-4"]
    SessionNeverResumed "A session starts anew although it was to go on."
        ["MQTT-3.1.2-4"] ["MQTT-3.1.2-5"]
    OfflineQueueLost "Nothing is kept for a client that is away."
        ["MQTT-3.1.2-5"] ["MQTT-3.1.2-23"]
    Qos2Twice "A QoS 2 message that is sent again is passed on again."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    ReceiveMaximumIgnored "The client's Receive Maximum has no effect."
        [] ["MQTT-3.3.4-9"]

    // Subscriptions, topics, retained messages.

    RetainFlagKept "Subscribers of old get RETAIN as the publisher set it."
        ["MQTT-3.3.1-9"] ["MQTT-3.3.1-12"]
    RetainedNotStored "Messages with RETAIN are not kept."
        ["MQTT-3.3.1-5" "MQTT-3.3.1-6"] ["MQTT-3.3.1-5" "MQTT-3.3.1-9"]
    RetainedNotCleared "An empty message with RETAIN clears nothing."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
    EmptyRetainedStored "An empty message with RETAIN is kept."
        ["MQTT-3.3.1-10" "MQTT-3.3.1-11"] ["MQTT-3.3.1-6" "MQTT-3.3.1-7"]
    UnflaggedRetained "Messages without RETAIN are kept as well."
        ["MQTT-3.3.1-12"] ["MQTT-3.3.1-8"]
    NoLocalIgnored "No Local has no effect."
        [] ["MQTT-3.8.3-3"]
    OverlapLowestQos "Overlapping subscriptions count with the lowest QoS."
        ["MQTT-3.3.5-1"] ["MQTT-3.3.4-2"]
    AboveGrantedQos "Messages keep their QoS, whatever was granted."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]

    // Connections: CONNECT, keep alive, authentication, limits, errors.

    TakeoverIgnored "A second connection does not end the first of its client."
        ["MQTT-3.1.4-2"] ["MQTT-3.1.4-3"]
        [like "robustmq (robustmq/robustmq#2057)"]
    KeepAliveIgnored "Silent clients stay connected."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    AliasAboveMaximum "Topic Aliases go beyond the client's maximum."
        [] ["MQTT-3.1.2-26"]
    EmptyClientIdKept "A session that is kept needs no Client Identifier."
        ["MQTT-3.1.3-7" "MQTT-3.1.3-8"] []
    SecondConnectIgnored "A second CONNECT changes nothing."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2"]
    FirstPacketPassedOver "A first packet that is no CONNECT is passed over."
        ["MQTT-3.1.0-1"] ["MQTT-3.1.0-1"]
    FirstPacketServed "PINGREQ is answered before CONNECT."
        ["MQTT-3.1.0-1" "MQTT-3.2.0-1"] ["MQTT-3.1.0-1" "MQTT-3.2.0-1"]
        [like "FlashMQ (halfgaar/FlashMQ#104)" "emqx (emqx/emqx#4370)"]
    FaultyConnectTaken "A CONNECT with any error is taken for one without."
        ["MQTT-3.1.4-1"] ["MQTT-3.1.4-1"]
    SurplusCredentialsPassedOver "Fields behind those that the Connect Flags tell of are passed over."
        ["MQTT-3.1.2-18" "MQTT-3.1.2-20"] ["MQTT-3.1.2-16" "MQTT-3.1.2-18"]
    SecondConnectAnswered "A second CONNECT is answered with a second CONNACK."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2" "MQTT-3.2.0-2"]
    ClientIdsCutShort "Client Identifiers are told apart by their first 12 bytes alone."
        ["MQTT-3.1.3-2"] ["MQTT-3.1.3-2"]
    ClientIdsWithoutCase "Client Identifiers are told apart without regard to letter case."
        ["MQTT-3.1.3-2"] ["MQTT-3.1.3-2"]
    LongestClientIdRefused "A Client Identifier of 23 bytes is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ShortestClientIdRefused "A Client Identifier of one byte is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ClientIdOfDigitsRefused "A Client Identifier of digits alone is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    ClientIdWithCapitalsRefused "A Client Identifier of capital letters alone is refused."
        ["MQTT-3.1.3-5"] ["MQTT-3.1.3-5"]
    PlainClientIdRefused "A Client Identifier of letters and digits alone is refused."
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
    FormerClientRefused "A Client Identifier is refused once it had a connection."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    ManyClientsRefused "No more than twenty connections are served at a time."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    RefusedClientServed "A PUBLISH behind a CONNECT that is refused is processed."
        ["MQTT-3.1.4-5"] ["MQTT-3.1.4-6"]
    DisconnectedClientServed "A PUBLISH behind a DISCONNECT is processed."
        ["MQTT-3.14.4-2"] []
    PipelinedPacketsLost "Packets that come with CONNECT in one piece are lost."
        ["U-3.1.1-3.1.4-3"] ["U-5.0-3.1.4-2"]
    ConnectAwaitedForEver "A connection without a CONNECT stays open."
        ["U-3.1.1-3.1.4-1"] ["U-5.0-3.1.4-1"]
    DisconnectUnanswered "DISCONNECT does not make the broker close the connection."
        ["U-3.1.1-3.14.4-1"] ["U-5.0-3.14.4-1"]
    LateConnectClosed "A connection without a CONNECT is closed after half a second."
        ["MQTT-3.1.4-4"] ["MQTT-3.1.4-5"]
    CredentialsUnchecked "Any user name and password will do."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    PasswordUnchecked "A known user name needs no password."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    UserNameByPrefix "A user name needs only to begin as a known one does."
        ["U-3.1.1-3.1.4-2"] ["MQTT-3.1.4-2"]
    CredentialsRefused "No user name and password are good enough."
        ["MQTT-3.1.4-4"] ["U-5.0-4.12-1"]
    RefusedClientKept "A CONNACK that refuses the CONNECT leaves the connection open."
        ["MQTT-3.2.2-5" "U-3.1.1-3.1.4-2"] ["MQTT-3.2.2-7" "MQTT-3.1.4-2"]
    BinaryPasswordMalformed "A password that is not UTF-8 makes CONNECT malformed."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    LongPasswordMisread "CONNECT is malformed when its password has more than 255 bytes."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    LongUserNameMisread "CONNECT is malformed when its user name has more than 255 bytes."
        ["U-3.1.1-1.5.3-1"] ["MQTT-3.1.2-17"]
    UnknownUserMalformed "A user name that is not known makes CONNECT malformed."
        ["U-3.1.1-1.5.3-1"] ["MQTT-3.1.2-17"]
    EmptyUserNameMalformed "An empty user name makes CONNECT malformed."
        [] ["MQTT-3.1.2-17"]
    EmptyPasswordMalformed "An empty password makes CONNECT malformed."
        ["U-3.1.1-3.1.3.5-1"] ["MQTT-3.1.2-19"]
    UserNameAloneMalformed "A user name without a password makes CONNECT malformed."
        [] ["MQTT-3.1.2-17"]
    PasswordAloneMalformed "A password without a user name makes CONNECT malformed."
        [] ["U-5.0-3.1.2.9-1"]
    KeepAliveEarly "Clients are closed after half their Keep Alive."
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
    KeepAliveWithoutAcknowledgements "Acknowledgements do not keep a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"]
    KeepAliveByBytes "Bytes that are no whole packet keep a client alive."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    KeepAliveByOwnPackets "Packets of the broker keep a client alive."
        ["MQTT-3.1.2-24"] ["U-5.0-3.1.2.10-2"]
    ServerKeepAliveIgnored "The client's Keep Alive counts although CONNACK tells another."
        [] ["U-5.0-3.2.2.3.14-1"]
        [like "mqttv5 (LabOverWire/mqtt-lib#80)"]
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
    ReauthenticationRefused "A client that wants to authenticate again is refused."
        [] ["MQTT-4.12.1-1"]
    AuthOutOfTurnPassedOver "AUTH that continues nothing is passed over."
        [] ["MQTT-4.12.1-1"]
    ReauthenticationMethodUnchecked "Another Authentication Method will do to authenticate again."
        [] ["MQTT-4.12.1-1"]
    ReauthenticationEndsInConnack "CONNACK ends a second authentication."
        [] ["U-5.0-4.12.1-1" "MQTT-3.2.0-2"]
    ReauthenticationHoldsUp "Nothing but AUTH is processed during a second authentication."
        [] ["U-5.0-4.12.1-1"]
    FailedReauthenticationKept "A second authentication that fails changes nothing."
        [] ["MQTT-4.12.1-2"]
    FaultyClientKept "DISCONNECT of the broker leaves the connection open."
        [] ["MQTT-3.14.4-2" "MQTT-4.13.2-1" "MQTT-4.13.1-1"]
    TalksBehindDisconnect "PINGRESP follows the DISCONNECT of the broker."
        [] ["MQTT-3.14.4-1"]
    DisconnectWithoutReason "DISCONNECT of the broker has the Reason Code of an unspecified error."
        [] ["U-5.0-4.13.1-1"]
    DisconnectMissing "The broker closes connections without DISCONNECT."
        [] ["U-5.0-4.13.1-1"]
    TakeoverWithoutReason "The client that is taken over is closed without DISCONNECT."
        [] ["MQTT-3.1.4-3"]
        [like "mqttv5 (LabOverWire/mqtt-lib#147)"]
    OneErrorEndsAll "A packet with an error closes all connections."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    FaultyConnectTakesOver "A CONNECT with an error ends the connection of its client."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2" "MQTT-4.13.1-1"]
    FloodLost "PUBLISH packets get no answer while many messages wait for a slow client."
        ["MQTT-4.8.0-2"] []
    FloodEndsAll "All connections are closed once many messages wait for a slow client."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    MaximumQosUnchecked "A PUBLISH above the Maximum QoS is taken."
        [] ["MQTT-3.2.2-11"]
    WillQosUnchecked "A Will QoS above the Maximum QoS is taken."
        [] ["MQTT-3.2.2-12"]
    MaximumQosRefusesFilters "A SUBSCRIBE above the Maximum QoS is refused."
        [] ["MQTT-3.2.2-10"]
    RetainUnchecked "A PUBLISH with RETAIN is taken without Retain Available."
        [] ["MQTT-3.2.2-14"]
    WillRetainUnchecked "A Will with Will Retain is taken without Retain Available."
        [] ["MQTT-3.2.2-13"]
        [like "rmqtt (rmqtt/rmqtt#457)"]
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
    SplitPacketLost "A packet that comes in several pieces is lost."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5" "U-3.1.1-3.1.4-3"] ["MQTT-4.2.0-1" "U-5.0-3.1.4-2"]
    SplitHeaderLost "A packet is lost when its first byte comes alone."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5"] ["MQTT-4.2.0-1"]
    OnePacketAtATime "Of several packets in one piece only the first is processed."
        ["MQTT-7.1.1-1" "U-3.1.1-2.2.3-5"] ["MQTT-4.2.0-1"]
    UnfinishedPacketHoldsUp "While one client's packet is unfinished, others are not served."
        ["U-3.1.1-4.8-1"] ["U-5.0-4.13.1-2"]
    LongPacketRefused "A packet of more than 126 bytes behind its fixed header is refused."
        ["U-3.1.1-2.2.3-2"] ["U-5.0-1.5.5-1"]
    LargePacketLost "A packet of more than two million bytes is lost."
        ["U-3.1.1-2.2.3-2"] ["U-5.0-1.5.5-1"]
    PaddedPingLost "A PINGREQ with a padded Remaining Length gets no answer."
        ["U-3.1.1-2.2.3-3"] ["MQTT-1.5.5-1"]
    Qos0Refused "A PUBLISH at QoS 0 closes the connection."
        ["MQTT-3.3.4-1"] ["MQTT-3.3.4-1"]
    HigherQosRefused "A PUBLISH above QoS 0 is refused although CONNACK has no Maximum QoS."
        [] ["MQTT-3.2.2-9"]
    WildcardsMalformed "A filter with a wildcard makes SUBSCRIBE malformed."
        ["MQTT-4.7.1-2" "MQTT-4.7.1-3"] ["MQTT-4.7.1-1" "MQTT-4.7.1-2"]
    LastPacketIdRefused "The Packet Identifier 65535 is refused."
        ["MQTT-2.3.1-6" "MQTT-2.3.1-7"] ["MQTT-2.2.1-5" "MQTT-2.2.1-6"]
    UnorderedPropertiesRefused "Properties that are not in the order of their identifiers are refused."
        [] ["U-5.0-2.2.2.2-5"]
    SecondPropertyRefused "A second property of a packet is refused."
        [] ["U-5.0-2.2.2.2-5"]
    SecondUserPropertyRefused "A second User Property is refused."
        [] ["U-5.0-3.1.2.11.8-1"]
    ShortAcknowledgementRefused "A PUBREC without a Reason Code is refused."
        [] ["U-5.0-3.4.2.1-1"]
    AcknowledgementOfThreeRefused "A PUBREC without a Property Length is refused."
        [] ["U-5.0-3.4.2.1-1"]
    ShortDisconnectMisread "A DISCONNECT without a Reason Code is refused."
        [] ["U-5.0-3.14.2.1-1"]
    DisconnectOfOneMisread "A DISCONNECT without a Property Length is refused."
        [] ["U-5.0-3.14.2.1-1"]
    ErrorAcknowledgementRefused "A PUBACK or PUBREC with an error closes the connection."
        [] ["U-5.0-4.13.2-1"]
    RefusedMessageEndsConnection "A PUBLISH that is not authorized closes the connection."
        [] ["U-5.0-4.13.2-1"]
    DiscouragedCharactersLost "A packet with a control or non-character in a topic or filter is lost."
        ["U-3.1.1-1.5.3-2"] ["U-5.0-1.5.4-1"]
    FourByteCharactersRefused "Characters beyond U+FFFF are ill-formed."
        ["U-3.1.1-1.5.3-3"] ["MQTT-4.7.3-4"]
    EmptyPayloadRefused "A PUBLISH without a payload is malformed."
        ["MQTT-3.3.4-1"] ["U-5.0-3.3.3-1"]
    BinaryWillRefused "A Will Payload that is no legal string makes CONNECT malformed."
        ["U-3.1.1-3.1.3.3-1"] []
    ConnectFieldsMisordered "Will Payload and Password change places."
        ["MQTT-3.1.3-1"] ["MQTT-3.1.3-1"]
}
