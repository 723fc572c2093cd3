//! One network connection, from its first byte to its last: what is known about it in each phase.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::BytesMut;
use mqttspec_codec::Version;
use mqttspec_codec::packet::Connect;

use super::alias::{InboundAliases, OutboundAliases};
use super::session::{ClientId, SessionExpiry};
use super::time::Timestamp;

/// What is known about a network connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Bytes that are not yet a whole packet.
    pub(super) input: BytesMut,
    pub(super) terms: Terms,
    pub(super) phase: Phase,
}

/// What packets for the client have to look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) version: Version,
    /// Bytes of the largest packet that the client takes.
    pub(crate) packet_size_max: usize,
    /// Request Problem Information.
    pub(crate) problem_information: bool,
}

/// How far a connection has got.
#[derive(Debug)]
pub(super) enum Phase {
    /// CONNECT has to come.
    Opened,
    /// CONNECT came and was found good, but its Authentication Method has not come to an end.
    Authenticating(Box<Connect>),
    /// CONNECT was accepted.
    Connected(Box<Link>),
}

/// The state of an accepted connection that ends with it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) client: ClientId,
    /// When the client was welcomed.
    pub(super) since: Timestamp,
    /// How long the client may be silent.
    pub(super) silence_max: Option<Duration>,
    /// Session Expiry Interval as it came in CONNECT.
    pub(super) expiry_in_connect: SessionExpiry,
    /// Identifiers of the client's QoS 2 messages that count against our Receive Maximum.
    pub(super) receiving: BTreeSet<u16>,
    pub(super) inbound_aliases: InboundAliases,
    pub(super) outbound_aliases: OutboundAliases,
    pub(super) authentication_method: Option<String>,
    /// The client has started to re-authenticate and has to answer the challenge.
    pub(super) is_challenged: bool,
}

impl Connection {
    /// A connection on which nothing has come.
    pub(super) fn new() -> Self {
        Self { input: BytesMut::new(), terms: Terms::unknown(Version::V5_0), phase: Phase::Opened }
    }

    /// Its state, once CONNECT was accepted.
    pub(super) fn link(&self) -> Option<&Link> {
        match &self.phase {
            Phase::Connected(link) => Some(link),
            Phase::Opened | Phase::Authenticating(_) => None,
        }
    }

    /// The same, to change it.
    pub(super) fn link_mut(&mut self) -> Option<&mut Link> {
        match &mut self.phase {
            Phase::Connected(link) => Some(link),
            Phase::Opened | Phase::Authenticating(_) => None,
        }
    }
}

impl Terms {
    /// The smallest CONNACK of 5.0: what a client takes whose own limit could not be read.
    const CONNACK_SIZE_MIN: usize = 5;

    /// For a client whose CONNECT could not be decoded.
    pub(super) fn unknown(version: Version) -> Self {
        Self { version, packet_size_max: Self::CONNACK_SIZE_MIN, problem_information: false }
    }

    /// As a CONNECT states them.
    pub(super) fn of(connect: &Connect) -> Self {
        let packet_size_max = connect.properties.maximum_packet_size().unwrap_or(u32::MAX);
        Self {
            version: connect.version,
            packet_size_max: usize::try_from(packet_size_max).unwrap_or(usize::MAX),
            problem_information: connect.properties.request_problem_information() != Some(0),
        }
    }
}
