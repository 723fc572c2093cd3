//! The table of defects that are written by hand. Each row: the name, what is wrong, the statements
//! of 3.1.1 and those of 5.0 that are broken, and with `like` where a real broker did the same.

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

    // ... which Topic Names match.

    LetterCaseIgnored "Topics that differ in letter case only are taken as one."
        ["U-3.1.1-4.7.3-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    SpacesTrimmed "Spaces at the ends of topics are dropped before they are compared."
        ["U-3.1.1-4.7.3-2" "MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    SpacesMatchNothing "A topic with a space in it matches no filter."
        ["U-3.1.1-4.7.3-2"] ["U-5.0-4.7.3-1"]
    TopicsNormalised "A letter with an accent and its decomposed form are taken as one."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    PercentDecoded "Topics are decoded like URLs before they are compared."
        ["MQTT-4.7.3-4" "U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    ByteOrderMarkDropped "U+FEFF at the begin of a topic is dropped before it is compared."
        ["MQTT-1.5.3-3" "MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-1.5.4-3" "MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    AstralCharactersAreOne "Characters beyond U+FFFF are all taken as one when topics are compared."
        ["MQTT-4.7.3-4" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    AstralCharactersReplaced "Characters beyond U+FFFF are replaced in the topics of messages."
        ["U-3.1.1-1.5.3-3" "MQTT-4.7.3-4"] ["MQTT-4.7.3-4"]
    TopicLowercased "The topic of a message is changed to lower case."
        ["U-3.1.1-4.7.3-1" "MQTT-4.7.3-4"] ["U-5.0-4.7.3-1" "MQTT-4.7.3-4"]
    TopicCutShort "The topic of a message is cut off behind 255 bytes."
        ["MQTT-3.3.2-3" "U-3.1.1-4.7.3-5"] ["MQTT-3.3.2-3"]
    TopicsComparedInPart "Only the first 64 characters of topics are compared."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    SlashesCollapsed "Two slashes in a row count as one."
        ["U-3.1.1-4.7.1.1-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    SlashInFrontDropped "A slash at the begin of a topic is dropped before it is compared."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.3-2" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    SlashAtEndDropped "A slash at the end of a topic is dropped before it is compared."
        ["U-3.1.1-4.7.3-3" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    OneSlashMatchesNothing "The topic that is one slash matches no filter."
        ["U-3.1.1-4.7.3-4" "U-3.1.1-4.7.1.2-2"] ["U-5.0-4.7.3-1"]
    DeepTopicsMatchNothing "Topics of more than 128 levels match no filter."
        ["U-3.1.1-4.7.3-5"] ["MQTT-4.5.0-1"]
    FilterIsPrefix "A filter matches what lies below it, without any wildcard."
        ["U-3.1.1-4.7.3-6" "U-3.1.1-4.7.3-3" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
    ParenthesisMatchesNothing "A filter with a parenthesis in it matches nothing."
        ["U-3.1.1-4.7.3-6"] ["MQTT-4.5.0-1"]
    DotMatchesAny "A full stop in a filter matches any character."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    StarIsWildcard "An asterisk in a filter matches any characters."
        ["U-3.1.1-4.7.3-6" "MQTT-3.3.2-3"] ["MQTT-4.7.3-4" "MQTT-3.3.2-3"]
    BracketsArePattern "Brackets in a filter match one of the characters in them."
        ["U-3.1.1-4.7.3-6"] ["MQTT-4.5.0-1"]
    WildcardsMatchNothing "Filters with wildcards are granted, and match nothing."
        ["MQTT-3.8.3-2"] ["U-5.0-4.7.1-1" "MQTT-4.5.0-1"]
    WildcardInFrontFails "A filter that begins with + matches nothing."
        ["U-3.1.1-4.7.1.3-1"] ["U-5.0-4.7.1-1" "MQTT-4.7.1-2"]
    SecondWildcardFails "A filter with more than one wildcard matches nothing."
        ["U-3.1.1-4.7.1.3-3"] ["U-5.0-4.7.1-1"]
    HashAloneMatchesNothing "The filter # matches nothing."
        ["U-3.1.1-4.7.1.2-2"] ["MQTT-4.7.1-1" "MQTT-4.5.0-1"]
    HashAloneOverlooksSlash "The filter # matches no topic that begins with a slash."
        ["U-3.1.1-4.7.1.2-2"] ["MQTT-4.5.0-1"]
    HashMatchesNothing "Filters that end in # match nothing."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-4.7.1.2-2" "MQTT-3.8.3-2"] ["U-5.0-4.7.1-1" "MQTT-4.5.0-1"]
    HashWithoutParent "The multi-level wildcard does not match its parent level."
        ["U-3.1.1-4.7.1.2-1"] ["U-5.0-4.7.1-1"]
        [like "async_mqtt (redboltz/async_mqtt#455)" "hmq (fhmq/hmq#56)"]
    HashNeverEmpty "The multi-level wildcard matches no empty level at the end."
        ["U-3.1.1-4.7.1.2-1" "U-3.1.1-4.7.1.1-1"] ["U-5.0-4.7.1-1"]
    HashIsOneLevel "The multi-level wildcard matches one level and no further ones."
        ["U-3.1.1-4.7.1.2-1"] ["U-5.0-4.7.1-1"]
    HashIsPrefix "The multi-level wildcard matches whatever begins with what stands in front of it."
        ["U-3.1.1-4.7.1.2-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    PlusNeverEmpty "The single-level wildcard matches no empty level."
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-4.7.1.1-1" "U-3.1.1-4.7.1.3-2"] ["U-5.0-4.7.1-1"]
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
        ["U-3.1.1-4.7.2-3"] ["U-5.0-4.7.1-1"]
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
        ["U-3.1.1-4.7.3-6" "U-3.1.1-3.3.1.3-1"] ["MQTT-3.3.1-9"]
    RetainedSlashesCollapsed "Two slashes in a row count as one when retained messages are looked up."
        ["U-3.1.1-4.7.1.1-1" "MQTT-3.3.2-3"] ["U-5.0-4.7.1-1" "MQTT-3.3.2-3"]
    RetainedSlashInFrontDropped "A slash at the begin of a topic is dropped when retained messages are looked up."
        ["U-3.1.1-4.7.3-3" "U-3.1.1-4.7.1.3-2" "MQTT-3.3.2-3"] ["U-5.0-4.7.3-1" "MQTT-3.3.2-3"]
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
        ["U-3.1.1-4.7.1.3-1" "U-3.1.1-4.7.1.1-1" "U-3.1.1-4.7.1.3-2"] ["U-5.0-4.7.1-1" "MQTT-3.3.1-9"]
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

    // Connections: CONNECT, keep alive, authentication, limits, errors.

    TakeoverIgnored "A second connection does not end the first of its client."
        ["MQTT-3.1.4-2"] ["MQTT-3.1.4-3"]
    KeepAliveIgnored "Silent clients stay connected."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    AliasAboveMaximum "Topic Aliases go beyond the client's maximum."
        [] ["MQTT-3.1.2-26"]
    EmptyClientIdKept "A session that is kept needs no Client Identifier."
        ["MQTT-3.1.3-8"] []
    SecondConnectIgnored "A second CONNECT changes nothing."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2"]
}
