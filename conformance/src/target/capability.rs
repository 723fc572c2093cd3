//! What a broker can do: from its CONNACK (MQTT 5.0, section 3.2.2.3), from what it does when asked
//! politely (3.1.1 announces nothing), and from what the user said.

use std::collections::BTreeMap;

use mqttspec_codec::Version;

use super::Target;
use crate::scenario::{Capability, Case};

/// What is known of a broker. What is not known to be missing is taken to be there, so that a
/// scenario finds out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    lacks: BTreeMap<(Version, Capability), Lack>,
    refused: BTreeMap<Version, String>,
}

/// Something that a broker does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Whether the broker itself says so.
    pub announced: bool,
    /// How that is known, for people.
    pub reason: String,
}

impl Capabilities {
    /// Why the broker does not speak a version, if it refused it.
    #[must_use]
    pub fn refusal(&self, version: Version) -> Option<&str> {
        self.refused.get(&version).map(String::as_str)
    }

    /// Takes down that the broker does not speak a version.
    pub fn refuse(&mut self, version: Version, reason: String) {
        self.refused.insert(version, reason);
    }

    /// Takes down that the broker says that it lacks something.
    pub fn announce_off(&mut self, version: Version, capability: Capability, reason: String) {
        self.lacks.insert((version, capability), Lack { announced: true, reason });
    }

    /// Takes down that the broker was seen to lack something of which it says nothing.
    pub fn observe_off(&mut self, version: Version, capability: Capability, reason: String) {
        let lack = Lack { announced: false, reason };
        self.lacks.entry((version, capability)).or_insert(lack);
    }
}

impl Target {
    /// Whether something is missing: in the version, in the broker, or in what is known about it.
    #[must_use]
    pub fn lack(&self, version: Version, capability: Capability) -> Option<Lack> {
        let profile = self.profile();
        let absent = |reason: &str| Some(Lack { announced: false, reason: reason.into() });
        let known = match capability {
            Capability::Shared
            | Capability::SubscriptionId
            | Capability::TopicAlias
            | Capability::ServerKeepAlive
                if version == Version::V3_1_1 =>
            {
                absent(&format!("MQTT 3.1.1 has no {}", noun(capability)))
            }
            Capability::EnhancedAuth if version == Version::V3_1_1 => {
                absent("MQTT 3.1.1 has no enhanced authentication")
            }
            Capability::EnhancedAuth if profile.authentication_method.is_none() => {
                absent("no method of enhanced authentication is known that the broker has")
            }
            Capability::Auth if profile.username.is_none() => {
                absent("no user name is known (--username)")
            }
            Capability::Acl if profile.denied_topic.is_none() => {
                absent("no topic is known that is denied to us (--denied-topic)")
            }
            Capability::Control if profile.shared => {
                absent("the broker has other users (--shared)")
            }
            Capability::Control if self.control().is_none() => {
                absent("the broker cannot be restarted from here (--spawn)")
            }
            Capability::Persistence if !profile.persistence => {
                absent("the broker is not said to keep its state over a restart (--persistent)")
            }
            _ => None,
        };
        known.or_else(|| self.capabilities().lacks.get(&(version, capability)).cloned())
    }

    /// Why a capability is not as a scenario needs it: there or, if `negated`, announced off.
    #[must_use]
    pub fn unmet(&self, version: Version, negated: bool, capability: Capability) -> Option<String> {
        match (negated, self.lack(version, capability)) {
            (false, lack) => lack.map(|lack| lack.reason),
            (true, Some(lack)) if lack.announced => None,
            (true, Some(lack)) => {
                Some(format!("the broker does not say that it lacks {capability}: {}", lack.reason))
            }
            (true, None) => Some(format!("the broker has {capability}")),
        }
    }

    /// Why a case is skipped on this target.
    #[must_use]
    pub fn skip(&self, case: &Case) -> Option<String> {
        if let Some(reason) = self.capabilities().refusal(case.version) {
            return Some(format!("the broker does not speak MQTT {}: {reason}", case.version));
        }
        if case.exclusive && self.profile().shared {
            return Some("it has to run alone, and the broker has other users (--shared)".into());
        }
        let mut needs = case.needs.iter();
        needs.find_map(|(negated, capability)| self.unmet(case.version, *negated, *capability))
    }
}

/// A capability in the words of the standard.
#[must_use]
pub fn noun(capability: Capability) -> &'static str {
    match capability {
        Capability::Retain => "retained messages",
        Capability::Wildcard => "wildcards in filters",
        Capability::Shared => "shared subscriptions",
        Capability::SubscriptionId => "subscription identifiers",
        Capability::Qos1 => "QoS 1",
        Capability::Qos2 => "QoS 2",
        Capability::TopicAlias => "topic aliases",
        Capability::Session => "sessions that outlive a connection",
        Capability::Auth => "authentication",
        Capability::Acl => "authorization",
        Capability::EnhancedAuth => "enhanced authentication",
        Capability::DollarTopics => "topics that begin with $",
        Capability::ServerKeepAlive => "a keep alive of its own",
        Capability::Control => "control over the broker",
        Capability::Persistence => "persistence",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{Address, Profile};

    fn target(profile: Profile) -> Target {
        Target::address(Address::new("127.0.0.1", 1), profile)
    }

    #[test]
    fn what_is_not_known_to_be_missing_is_there() {
        let target = target(Profile::default());
        for version in Version::ALL {
            for capability in [Capability::Retain, Capability::Qos2, Capability::Session] {
                assert_eq!(target.unmet(version, false, capability), None);
                assert!(target.unmet(version, true, capability).is_some());
            }
        }
        assert_eq!(target.unmet(Version::V5_0, false, Capability::Shared), None);
    }

    #[test]
    fn only_what_the_broker_announces_off_meets_a_negated_need() {
        let mut target = target(Profile::default());
        let mut known = Capabilities::default();
        known.announce_off(Version::V5_0, Capability::Retain, "Retain Available 0".into());
        known.observe_off(Version::V5_0, Capability::Retain, "seen".into());
        known.observe_off(Version::V5_0, Capability::DollarTopics, "seen".into());
        target.set_capabilities(known);
        assert_eq!(target.unmet(Version::V5_0, true, Capability::Retain), None);
        assert_eq!(
            target.unmet(Version::V5_0, false, Capability::Retain).unwrap(),
            "Retain Available 0"
        );
        assert!(target.unmet(Version::V5_0, true, Capability::DollarTopics).is_some());
        assert_eq!(target.unmet(Version::V5_0, false, Capability::DollarTopics).unwrap(), "seen");
        assert!(target.unmet(Version::V3_1_1, true, Capability::Shared).is_some());
    }

    #[test]
    fn what_only_the_user_can_know_is_missing_unless_the_profile_has_it() {
        let bare = target(Profile::default());
        let told = target(Profile {
            username: Some("u".into()),
            denied_topic: Some("d".into()),
            authentication_method: Some("m".into()),
            persistence: true,
            ..Profile::default()
        });
        for (capability, known) in [
            (Capability::Auth, true),
            (Capability::Acl, true),
            (Capability::EnhancedAuth, true),
            (Capability::Persistence, true),
            (Capability::Control, false),
        ] {
            assert!(bare.unmet(Version::V5_0, false, capability).is_some(), "{capability}");
            assert_eq!(
                told.unmet(Version::V5_0, false, capability).is_none(),
                known,
                "{capability}"
            );
        }
    }
}
