//! One statement of a standard, and the words that classify it.

use std::fmt;

use mqttspec_codec::Version;
use serde::{Deserialize, Serialize};

/// A rule of MQTT 3.1.1 or 5.0, in our own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// `MQTT-3.8.1-1`, or `U-5.0-4.9-1` for a rule that the standard gives no number.
    pub id: String,
    /// The version of the standard.
    pub version: Version,
    /// The section that it stands in, for example `3.8.1`.
    pub section: String,
    /// A few words.
    pub title: String,
    /// What it says.
    pub requirement: String,
    /// How binding it is.
    pub level: Level,
    /// Whom it binds.
    pub binds: Binds,
    /// How it shows from outside a broker.
    pub observable: Observable,
    /// How to test a broker for it.
    pub probe: String,
}

/// The word of RFC 2119 that decides a test of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// MUST
    #[serde(rename = "MUST")]
    Must,
    /// MUST NOT
    #[serde(rename = "MUST NOT")]
    MustNot,
    /// SHOULD
    #[serde(rename = "SHOULD")]
    Should,
    /// SHOULD NOT
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    /// MAY: a freedom that a test must not take away.
    #[serde(rename = "MAY")]
    May,
}

/// Whom a statement constrains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// Clients. A broker's reaction to a breach can still be prescribed.
    Client,
    /// Brokers.
    Server,
    /// Both.
    Both,
}

/// How somebody who talks to a broker can check a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observable {
    /// In normal traffic.
    Wire,
    /// By breaking the protocol and watching the reaction.
    WireNegative,
    /// With connections that end and begin again, or with session state.
    Reconnect,
    /// With timers.
    Timing,
    /// With many messages or connections.
    Load,
    /// At the level of TLS or WebSocket.
    Transport,
    /// Not at all: only clients are constrained, and no reaction of the server is prescribed.
    ClientOnly,
    /// Not at all: it does not show outside the broker.
    Internal,
}

impl Statement {
    /// Whether the standard gives it a number.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.id.starts_with("MQTT-")
    }

    /// Whether it stands in this section or in one below: `3.8` holds `3.8.3.1`, not `3.80`.
    #[must_use]
    pub fn is_in_section(&self, section: &str) -> bool {
        self.section
            .strip_prefix(section)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl Level {
    /// The word of the standard.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
        }
    }

    /// Whether breaking it is a violation: MUST and MUST NOT.
    #[must_use]
    pub fn is_mandatory(self) -> bool {
        matches!(self, Self::Must | Self::MustNot)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Binds {
    /// Who, for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Server => "servers",
            Self::Both => "clients and servers",
        }
    }
}

impl Observable {
    /// How, for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Wire => "in normal traffic",
            Self::WireNegative => "by breaking the protocol",
            Self::Reconnect => "over several connections",
            Self::Timing => "with timers",
            Self::Load => "under load",
            Self::Transport => "with TLS or WebSocket",
            Self::ClientOnly => "only on clients",
            Self::Internal => "not from outside",
        }
    }
}

/// A statement as the TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    id: String,
    section: String,
    title: String,
    requirement: String,
    level: Level,
    binds: Binds,
    observable: Observable,
    probe: String,
}

impl Entry {
    pub(super) fn into_statement(self, version: Version) -> Statement {
        let Self { id, section, title, requirement, level, binds, observable, probe } = self;
        Statement { id, version, section, title, requirement, level, binds, observable, probe }
    }
}
