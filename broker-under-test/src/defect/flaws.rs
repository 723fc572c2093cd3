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
    UnsubscribeForgotten "What was unsubscribed is subscribed again once its client is away."
        ["MQTT-3.10.4-1"] ["MQTT-3.10.4-1"]
    EmptySessionLost "A session without subscriptions is not kept."
        ["U-3.1.1-3.1.2.4-2"] ["MQTT-3.1.2-23"]
    SessionKeptUnasked "A session is kept for a minute though its client asked for none."
        ["MQTT-3.1.2-6"] ["U-5.0-3.1.2.11.2-2" "MQTT-4.1.0-2"]
    SessionNeverExpires "Sessions do not expire."
        [] ["MQTT-4.1.0-2"]
        [like "MQTTnet (dotnet/MQTTnet#1756)" "tbmq (thingsboard/tbmq#372)"]
    SessionEndsAfterSecond "Sessions end after a second, whatever CONNACK said."
        [] ["MQTT-3.1.2-23" "U-5.0-3.2.2.3.2-1"]
    GreatestExpiryOverflows "Session Expiry Interval 0xFFFFFFFF lets a session end after a second."
        [] ["U-5.0-3.1.2.11.2-3"]
    FirstExpiryKept "A session keeps the expiry of its first connection."
        [] ["U-5.0-3.1.2.11.2-4"]
    ExpiryRunsFromConnect "The time of a session runs from CONNECT on."
        [] ["U-5.0-3.1.2.11.2-4"]
    ExpiryInDisconnectIgnored "Session Expiry Interval in DISCONNECT has no effect."
        [] ["U-5.0-3.14.2.2.2-2"]
        [like "emqx (emqx/emqx#1833)" "fluxmq (absmach/fluxmq#624)"]
    ExpiryResetByDisconnect "DISCONNECT without Session Expiry Interval sets it to 0."
        [] ["U-5.0-3.14.2.2.2-2"]
    ExpiryRaisedFrom0 "DISCONNECT may give an expiry to a session that had none."
        [] ["U-5.0-3.14.2.2.2-1"]
    SessionEndsWhileOpen "A session ends after its expiry though its connection is open."
        [] ["MQTT-4.1.0-1"]
    CleanSessionEndsWhileOpen "A session without expiry ends after two seconds though its connection is open."
        ["MQTT-4.1.0-2"] ["MQTT-4.1.0-1"]
    CleanSessionLeavesSubscriptions "Subscriptions stay when a session ends with its connection."
        ["MQTT-3.1.2-6"] ["MQTT-4.1.0-2"]
    ExpiryLeavesSubscriptions "Subscriptions stay when a session expires."
        [] ["MQTT-4.1.0-2"]
    RetainedLostWithSession "Retained messages go when the session of their publisher ends."
        ["MQTT-3.1.2-7" "U-3.1.1-4.1-1"] ["U-5.0-4.1-2"]
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
    LongClientIdClosed "A Client Identifier of more than 23 bytes closes the connection."
        ["MQTT-3.1.3-9"] []
    LongClientIdNotAuthorized "A Client Identifier of more than 23 bytes is refused as not authorized."
        ["MQTT-3.1.3-9"] []
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
    BacklogLost "A session holds sixteen messages, and others are lost."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    MessagesOvertake "A message that comes right behind another on its topic overtakes it."
        ["MQTT-4.6.0-5" "MQTT-4.6.0-6"] ["MQTT-4.6.0-5" "MQTT-4.6.0-6"]
    QueueReversed "Messages that wait are sent in reverse order."
        ["MQTT-4.6.0-6"] ["MQTT-4.6.0-5"]
    BacklogReversed "Four messages are in flight at a time, and the others are sent in reverse order."
        ["MQTT-4.6.0-6"] ["MQTT-4.6.0-5"] [like "rmqtt (rmqtt/rmqtt#258)"]
    Qos0Twice "Messages of QoS 0 are sent twice."
        ["MQTT-4.3.1-1"] ["U-5.0-3.3.4-5"]
    DupAtQos0 "DUP is 1 in messages of QoS 0."
        ["MQTT-3.3.1-2" "MQTT-4.3.1-1"] ["MQTT-3.3.1-2" "MQTT-4.3.1-1"]
    DupPassedOn "DUP of the publisher is passed on."
        ["MQTT-3.3.1-3"] ["MQTT-3.3.1-3" "MQTT-4.3.2-2" "MQTT-4.3.3-2"]
    Qos0WithId "A message of QoS 0 has a Packet Identifier in front of its payload."
        ["MQTT-2.3.1-5"] ["MQTT-2.2.1-2"]
    Qos0Acknowledged "A message of QoS 0 is answered with PUBACK."
        ["MQTT-3.3.4-1" "MQTT-2.3.1-6"] ["MQTT-3.3.4-1" "MQTT-2.2.1-5"]
    SentAtQos0 "Messages of QoS 1 and 2 are sent at QoS 0."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos1AtMost "Messages are sent at QoS 1 at most."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos1AtLeast "Messages are sent at QoS 1 at least."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    GrantedQosKept "Messages are sent at the QoS that was granted, whatever their own is."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    LowestGrantForAll "A message goes to all its subscribers at the lowest QoS that one was granted."
        ["MQTT-3.8.4-6" "MQTT-4.5.0-1"] ["MQTT-3.8.4-8" "MQTT-4.5.0-1"]
    NoMatchingSubscribersAlways "A message that has subscribers is acknowledged as if it had none."
        [] ["U-5.0-3.4.2.1-2"]
    RefusalUnanswered "A message that is not permitted is not answered."
        ["MQTT-3.3.5-2" "MQTT-3.3.4-1"] ["U-5.0-4.13.2-1" "MQTT-3.3.4-1"]
    SubscribeReleases "SUBSCRIBE with the identifier of a message that waits for PUBREL releases it."
        [] ["U-5.0-2.2.1-2"]
    FanOutCut "Only a hundred subscribers get a message."
        ["MQTT-4.5.0-1"] ["MQTT-4.5.0-1"]
    StuckHoldsUpOthers "A client that leaves twenty messages unacknowledged holds up all others."
        ["U-3.1.1-4.3-1"] ["MQTT-4.5.0-1"]
    BurstCut "Of the packets in one segment those behind the tenth are lost."
        ["MQTT-3.3.4-1" "U-3.1.1-4.3.2-1"] ["MQTT-3.3.4-1"]
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
    ResentInReverse "Messages are sent again in reverse order."
        ["MQTT-4.6.0-6"] ["U-5.0-4.6-1"]
    ResentAfterNew "Messages are sent again behind newer ones."
        ["MQTT-4.6.0-6"] ["U-5.0-4.6-1"] [like "mqtt-lib (LabOverWire/mqtt-lib#151)"]
    QueuedSentAsRepeated "A message that waited for its client comes with DUP 1."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-2" "U-5.0-4.4-1"]
    PublishRepeatedWhileOpen "A message that is not acknowledged is sent again on the same connection."
        [] ["MQTT-4.4.0-1"]
    PubrelRepeatedWhileOpen "A PUBREL that is not acknowledged is sent again on the same connection."
        [] ["MQTT-4.4.0-1"]
    PublishResentAfterPubrec "PUBLISH is sent again though PUBREC came."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-6"] [like "bifromq (apache/bifromq#281)"]
    PubrelUnprompted "PUBREL does not wait for PUBREC."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubackIgnored "PUBACK ends nothing."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubackEndsAll "PUBACK ends everything in flight."
        ["MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubackOfAnyClient "PUBACK ends the messages of all clients that have its identifier."
        ["U-3.1.1-4.3-1" "MQTT-4.3.2-1"] ["MQTT-4.3.2-3"]
    PubrecOfAnyClient "PUBREC counts for all clients that have its identifier in flight."
        ["U-3.1.1-4.3-1" "MQTT-4.3.3-1"] ["MQTT-4.3.3-3" "MQTT-4.3.3-4"]
    PubcompIgnored "PUBCOMP ends nothing."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-5"]
    RefusalByPubackIgnored "PUBACK with an error ends nothing."
        [] ["MQTT-4.4.0-2" "U-5.0-4.9-1"]
    RefusalByPubrecIgnored "PUBREC with an error ends nothing."
        [] ["MQTT-4.4.0-2" "U-5.0-4.9-1"]
    PubrelDespiteRefusal "PUBREC with an error is answered with PUBREL."
        [] ["MQTT-4.3.3-4"]
    UnknownPubrecIgnored "PUBREC with an unknown identifier is not answered."
        [] ["U-5.0-3.6.2.1-1"]
    UnknownPubrecTaken "PUBREC with an unknown identifier is answered as if it were known."
        [] ["U-5.0-3.6.2.1-1"]
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
    Qos2RepeatCloses "A QoS 2 message that is sent again costs the connection."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"] [like "mosquitto (eclipse-mosquitto/mosquitto#3599)"]
    Qos2RepeatIgnored "A QoS 2 message that is sent again is not answered."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    PubrelReleasesAll "PUBREL releases all messages of its client."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    UnknownPubrelIgnored "PUBREL with an unknown identifier is not answered."
        ["U-3.1.1-4.3.3-1"] ["MQTT-4.3.3-11" "U-5.0-3.7.2.1-1"]
    UnknownPubrelCloses "PUBREL with an unknown identifier costs the connection."
        ["U-3.1.1-4.3.3-1"] ["MQTT-4.3.3-11" "U-5.0-3.7.2.1-1"]
        [like "aedes (moscajs/aedes#634)"]
    UnknownPubrelTaken "PUBREL with an unknown identifier is answered as if it were known."
        [] ["U-5.0-3.7.2.1-1"]
    ExpiredDelivered "Messages that expired while they waited are delivered."
        [] ["MQTT-3.3.2-5"]
    ExpiredBlocksQueue "A message that has expired holds up those behind it."
        [] ["MQTT-4.5.0-1"]
    QueuedExpiryKept "The time that a message waits is not taken off its Message Expiry Interval."
        [] ["MQTT-3.3.2-6"]
    RetainedExpiryKept "The time that a message is retained is not taken off its Message Expiry Interval."
        [] ["MQTT-3.3.2-6"]
        [like "hivemq (hivemq/hivemq-community-edition#616)" "hivemq (hivemq/hivemq-community-edition#784)"]
    RetainedNeverExpires "Retained messages do not expire."
        [] ["U-5.0-3.3.1.3-3"] [like "nanomq (nanomq/nanomq#525)"]
    ExpiryAdded "Messages without Message Expiry Interval get one of a day."
        [] ["U-5.0-3.3.2.3.3-2"]
    ExpiryInFlight "A message that expires in flight is not sent again."
        [] ["MQTT-4.3.3-7"]
    ExpiryEndsRelease "The PUBREL of a message that has expired is not sent again."
        [] ["MQTT-4.3.3-7"]
        [like "rmqtt (rmqtt/rmqtt#513)" "bifromq (apache/bifromq#281)"]
    ExpiryEndsReceipt "The identifier of a QoS 2 message is forgotten when the message expires."
        [] ["MQTT-4.3.3-13"]
    OversizedKeepsItsPlace "A message that is too large for its client stays in flight."
        [] ["MQTT-3.1.2-25"] [like "rmqtt (rmqtt/rmqtt#513)"]
    OversizedCloses "A message that is too large for its client costs the connection."
        [] ["MQTT-3.1.2-25"]
    OversizedSpoilsFanOut "A message that is too large for one client goes to nobody."
        [] ["MQTT-3.1.2-25"]
    Qos2Twice "A QoS 2 message that is sent again is passed on again."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    NotResentOnTakeover "After a takeover nothing is sent again."
        ["MQTT-4.4.0-1"] ["MQTT-4.4.0-1"]
    ReceiveMaximumIgnored "The client's Receive Maximum has no effect."
        [] ["MQTT-3.3.4-9"]
    ReceiveMaximumPlusOne "One message more than Receive Maximum is in flight."
        [] ["MQTT-3.3.4-9" "MQTT-4.9.0-1" "MQTT-4.9.0-2"]
    ReceiveMaximumMinusOne "One message less than Receive Maximum is in flight, be it none."
        [] ["MQTT-4.9.0-1"]
    ResentBeyondWindow "What is sent again does not keep to Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    QueueBeyondWindow "What waited for the client does not keep to Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    RetainedBeyondWindow "Retained messages do not keep to Receive Maximum."
        [] ["MQTT-3.3.4-9"]
    FirstReceiveMaximumKept "A session keeps the Receive Maximum of its first connection."
        [] ["MQTT-3.3.4-9" "U-5.0-4.9-2" "U-5.0-3.1.2.11.3-3"]
    QuotaCarriedOver "What was in flight takes its places before it is sent again."
        [] ["U-5.0-4.9-2"]
    QuotaFreedByPubrec "PUBREC makes room for another message."
        [] ["MQTT-3.3.4-9" "MQTT-4.9.0-2"]
    Qos0TakesPlace "A message of QoS 0 takes a place that nothing gives back."
        [] ["MQTT-4.9.0-2" "U-5.0-3.1.2.11.3-3"]
    RefusalByPubackFreesNothing "PUBACK with an error makes no room for another message."
        [] ["U-5.0-4.9-1"]
    RefusalByPubrecFreesNothing "PUBREC with an error makes no room for another message."
        [] ["U-5.0-4.9-1"]
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
    OwnReceiveMaximumMiscoded "A client that exceeds the Receive Maximum is told of a quota."
        [] ["U-5.0-4.9-3"]
    OwnReceiveMaximumUnexplained "A client that exceeds the Receive Maximum is told nothing."
        [] ["U-5.0-4.9-3"]
    OwnReceiveMaximumByPubrec "A message beyond the Receive Maximum is refused by PUBREC."
        [] ["MQTT-3.3.4-7"] [like "mosquitto (eclipse-mosquitto/mosquitto#3588)"]

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
