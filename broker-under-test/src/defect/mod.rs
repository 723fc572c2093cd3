//! A closed catalogue of precise misbehaviours, one at a time, for testing the tests.
//!
//! A suite that finds nothing wrong with a broker has to be able to find something. Each [`Defect`]
//! breaks the statements that its row of the table names. `ingress` passes over packets that should
//! be refused, one defect for each kind of error that the codec knows; `egress` alters or drops
//! packets on their way out; the other defects are decisions of the core that are taken the wrong
//! way, each asked for in one line where the decision is taken.

pub(crate) mod egress;
pub(crate) mod ingress;

use mqttspec_codec::Version;

/// Makes the enum and its table out of one list, so that neither can lack what the other has.
macro_rules! defects {
    ($($Name:ident $name:literal $what:literal [$($v3:literal)*] [$($v5:literal)*])*) => {
        /// One way in which the broker can be told to be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $what] $Name,)*
            /// Packets with an error of this kind, by the name that the codec has for it, are passed
            /// over.
            PassedOver(&'static str),
        }

        impl Defect {
            /// The defects that are in the table, in its order.
            const TABLE: &[Self] = &[$(Self::$Name),*];

            /// The stable name, in kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Name => $name,)*
                    Self::PassedOver(kind) => kind,
                }
            }

            /// What is wrong, in one sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$Name => $what,)*
                    Self::PassedOver(_) => "Packets with this error are passed over in silence.",
                }
            }

            /// The statements that it breaks in a version.
            #[must_use]
            pub fn breaks(self, version: Version) -> Vec<&'static str> {
                match (self, version) {
                    $(
                        (Self::$Name, Version::V3_1_1) => vec![$($v3),*],
                        (Self::$Name, Version::V5_0) => vec![$($v5),*],
                    )*
                    (Self::PassedOver(kind), version) => ingress::breaks(kind, version),
                }
            }
        }
    };
}

// Name, what is wrong, statements of 3.1.1, statements of 5.0. Egress first, then policy.
#[rustfmt::skip]
defects! {
    RetainFlagDropped "retain-flag-dropped" "RETAIN is 0 in every message."
        ["MQTT-3.3.1-8"] ["MQTT-3.3.1-13"]
    DupOnFirstDelivery "dup-on-first-delivery" "DUP is 1 in every message of QoS 1 and 2."
        ["MQTT-3.3.1-3" "MQTT-4.3.2-1" "MQTT-4.3.3-1"] ["MQTT-4.3.2-2" "MQTT-4.3.3-2" "MQTT-3.3.1-3"]
    DupNeverSet "dup-never-set" "DUP is 0 in messages that are sent again."
        ["MQTT-3.3.1-1"] ["MQTT-3.3.1-1"]
    PubackMissing "puback-missing" "No PUBACK is sent."
        ["MQTT-4.3.2-2" "MQTT-3.3.4-1"] ["MQTT-4.3.2-4" "MQTT-3.3.4-1"]
    PubrecMissing "pubrec-missing" "No PUBREC is sent."
        ["MQTT-4.3.3-2" "MQTT-3.3.4-1"] ["MQTT-4.3.3-8" "MQTT-3.3.4-1"]
    PubrelMissing "pubrel-missing" "No PUBREL is sent."
        ["MQTT-4.3.3-1"] ["MQTT-4.3.3-4"]
    PubcompMissing "pubcomp-missing" "No PUBCOMP is sent."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-11"]
    SubackMissing "suback-missing" "No SUBACK is sent."
        ["MQTT-3.8.4-1"] ["MQTT-3.8.4-1"]
    UnsubackMissing "unsuback-missing" "No UNSUBACK is sent."
        ["MQTT-3.10.4-4" "MQTT-3.10.4-5"] ["MQTT-3.10.4-4"]
    PingrespMissing "pingresp-missing" "No PINGRESP is sent."
        ["MQTT-3.12.4-1"] ["MQTT-3.12.4-1"]
    SubackCodeMissing "suback-code-missing" "SUBACK lacks the code of the last of several filters."
        ["MQTT-3.8.4-5"] ["MQTT-3.8.4-6"]
    SubackCodesReversed "suback-codes-reversed" "The codes in SUBACK stand in reverse order."
        ["MQTT-3.9.3-1"] ["MQTT-3.9.3-1"]
    SessionPresentAlways "session-present-always" "Session Present is 1 in every welcome."
        ["MQTT-3.2.2-1" "MQTT-3.2.2-3"] ["MQTT-3.2.2-2" "MQTT-3.2.2-3"]
    SessionPresentNever "session-present-never" "Session Present is 0 in every welcome."
        ["MQTT-3.2.2-2"] ["MQTT-3.2.2-3"]
    PayloadFormatDropped "payload-format-dropped" "Payload Format Indicator is not passed on."
        [] ["MQTT-3.3.2-4"]
    ResponseTopicDropped "response-topic-dropped" "Response Topic is not passed on."
        [] ["MQTT-3.3.2-15"]
    CorrelationDataDropped "correlation-data-dropped" "Correlation Data is not passed on."
        [] ["MQTT-3.3.2-16"]
    UserPropertyDropped "user-property-dropped" "User Properties are not passed on."
        [] ["MQTT-3.3.2-17"]
    ContentTypeDropped "content-type-dropped" "Content Type is not passed on."
        [] ["MQTT-3.3.2-20"]
    MessageExpiryDropped "message-expiry-dropped" "Message Expiry Interval is not passed on."
        [] ["MQTT-3.3.2-6"]
    SubscriptionIdentifierDropped "subscription-identifier-dropped"
        "Messages lack the Subscription Identifier."
        [] ["MQTT-3.3.4-3" "MQTT-3.3.4-4" "MQTT-3.3.4-5"]

    RetainFlagKept "retain-flag-kept" "Subscribers of old get RETAIN as the publisher set it."
        ["MQTT-3.3.1-9"] ["MQTT-3.3.1-12"]
    WillAfterDisconnect "will-after-disconnect" "DISCONNECT does not discard the Will."
        ["MQTT-3.14.4-3" "MQTT-3.1.2-10"] ["MQTT-3.14.4-3" "MQTT-3.1.2-10"]
    WillIgnored "will-ignored" "The Will of a client is forgotten at once."
        ["MQTT-3.1.2-8"] ["MQTT-3.1.2-8"]
    RetainedNotStored "retained-not-stored" "Messages with RETAIN are not kept."
        ["MQTT-3.3.1-5" "MQTT-3.3.1-6"] ["MQTT-3.3.1-5" "MQTT-3.3.1-9"]
    RetainedNotCleared "retained-not-cleared" "An empty message with RETAIN clears nothing."
        ["MQTT-3.3.1-10"] ["MQTT-3.3.1-6"]
    EmptyRetainedStored "empty-retained-stored" "An empty message with RETAIN is kept."
        ["MQTT-3.3.1-10" "MQTT-3.3.1-11"] ["MQTT-3.3.1-6" "MQTT-3.3.1-7"]
    UnflaggedRetained "unflagged-retained" "Messages without RETAIN are kept as well."
        ["MQTT-3.3.1-12"] ["MQTT-3.3.1-8"]
    NoLocalIgnored "no-local-ignored" "No Local has no effect."
        [] ["MQTT-3.8.3-3"]
    TakeoverIgnored "takeover-ignored" "A second connection does not end the first of its client."
        ["MQTT-3.1.4-2"] ["MQTT-3.1.4-3"]
    CleanStartIgnored "clean-start-ignored" "A session goes on although it was to start anew."
        ["MQTT-3.1.2-6" "MQTT-3.1.4-3"] ["MQTT-3.1.2-4" "MQTT-3.1.4-4"]
    SessionNeverResumed "session-never-resumed" "A session starts anew although it was to go on."
        ["MQTT-3.1.2-4"] ["MQTT-3.1.2-5"]
    OfflineQueueLost "offline-queue-lost" "Nothing is kept for a client that is away."
        ["MQTT-3.1.2-5"] ["MQTT-3.1.2-23"]
    OverlapLowestQos "overlap-lowest-qos" "Overlapping subscriptions count with the lowest QoS."
        ["MQTT-3.3.5-1"] ["MQTT-3.3.4-2"]
    AboveGrantedQos "above-granted-qos" "Messages keep their QoS, whatever was granted."
        ["MQTT-3.8.4-6"] ["MQTT-3.8.4-8"]
    Qos2Twice "qos-2-twice" "A QoS 2 message that is sent again is passed on again."
        ["MQTT-4.3.3-2"] ["MQTT-4.3.3-10"]
    KeepAliveIgnored "keep-alive-ignored" "Silent clients stay connected."
        ["MQTT-3.1.2-24"] ["MQTT-3.1.2-22"]
    ReceiveMaximumIgnored "receive-maximum-ignored" "The client's Receive Maximum has no effect."
        [] ["MQTT-3.3.4-9"]
    AliasAboveMaximum "alias-above-maximum" "Topic Aliases go beyond the client's maximum."
        [] ["MQTT-3.1.2-26"]
    EmptyClientIdKept "empty-client-id-kept" "A session that is kept needs no Client Identifier."
        ["MQTT-3.1.3-8"] []
    SecondConnectIgnored "second-connect-ignored" "A second CONNECT changes nothing."
        ["MQTT-3.1.0-2"] ["MQTT-3.1.0-2"]
}

impl Defect {
    /// Every defect: those of the table, in its order, and those that the codec's errors make.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let passed_over = ingress::kinds().into_iter().map(Self::PassedOver);
        Self::TABLE.iter().copied().chain(passed_over).collect()
    }

    /// The defect of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|defect| defect.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_defect_and_to_no_other() {
        for defect in Defect::all() {
            assert_eq!(Defect::from_name(defect.name()), Some(defect));
        }
        assert_eq!(Defect::from_name("perfect"), None);
    }
}
