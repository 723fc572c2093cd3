//! One connection as the case sees it: what was said on it, what is still to be answered, and the
//! queue of what no line has taken yet.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use mqttspec_codec::packet::Connect;
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{PacketId, Version};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::describe::{self, Detail};
use super::framer::Framer;
use super::io::{Command, End};
use crate::matcher::{ConnId, Message};
use crate::monitor::Monitor;

/// The most that a broker may send on one connection: then the case stops listening to it.
pub(super) const RECEIVED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// As [`RECEIVED_BYTES_MAX`], in packets.
pub(super) const RECEIVED_PACKETS_MAX: usize = 500_000;

/// The ids that the runner chooses itself begin here, where scenarios seldom write any.
const CHOSEN_ID_MIN: u16 = 49_152;

/// A connection of a case.
#[derive(Debug)]
pub(super) struct Connection {
    /// Its number.
    pub id: ConnId,
    /// The client's name in the scenario; of the runner's own helpers one in `( )`.
    pub name: String,
    /// The version that is spoken.
    pub version: Version,
    /// How the task of the connection is told what to do.
    pub commands: mpsc::UnboundedSender<Command>,
    /// Pieces given to the task that are not written yet.
    pub unwritten: usize,
    /// Bytes of the broker that are no whole packet yet.
    pub inbound: BytesMut,
    /// What was received in all.
    pub received: Received,
    /// Our own bytes, cut into packets.
    pub framer: Framer,
    /// The oracle.
    pub monitor: Monitor,
    /// The first CONNECT sent, if it was a valid one.
    pub connect: Option<Box<Connect>>,
    /// Whether any bytes were sent that begin with a CONNECT.
    pub connect_begun: bool,
    /// CONNECT of a protocol name or level that is not the case's: either version's CONNACK may
    /// answer it.
    pub foreign_connect: bool,
    /// CONNACK with success came.
    pub connected: bool,
    /// `acks=auto`.
    pub acks_auto: bool,
    /// Our publishes that a verb or the runner itself waits for: their answers never enter the
    /// queue.
    pub flows: BTreeMap<u16, Flow>,
    /// Deliveries that the runner answers, whatever `acks` says: markers and foreign messages.
    pub own_deliveries: BTreeSet<u16>,
    /// PINGREQs that are not answered yet, oldest first.
    pub pings: VecDeque<Ping>,
    /// PINGRESPs that answered the runner's own PINGREQs.
    pub pongs: u64,
    /// The greatest number of a marker that came.
    pub marker: Option<u64>,
    /// Whether the script published on this connection.
    pub published: bool,
    /// What our Topic Aliases stand for.
    pub aliases: BTreeMap<u16, TopicName>,
    /// Filters subscribed with No Local.
    pub no_local: BTreeSet<String>,
    /// How and when the broker's side ended.
    pub ended: Option<(End, Instant)>,
    /// What we did to end it.
    pub our_end: OurEnd,
    /// `may a <- closed`
    pub may_close: bool,
    /// The script was told of the end: `closed` or `rejected` held.
    pub end_asked: bool,
    /// When something was last received or sent.
    pub last_event: Instant,
    /// How often the broker was started again before this connection began.
    pub restarts: u64,
    /// We sent a packet whose Packet Identifier was 0: an answer that repeats it breaks no rule of
    /// its own.
    pub sent_id_0: bool,
    /// The probe that `rejected` sent: the number of `pongs` that says it was answered.
    pub probe: Option<u64>,
    next_id: u16,
}

/// How much was received.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Received {
    /// Bytes.
    pub bytes: usize,
    /// Packets.
    pub packets: usize,
    /// The broker sent bytes that no decoder can go on behind, or too many: the rest is ignored.
    pub stopped: bool,
}

/// How far a PUBLISH of ours is.
#[derive(Clone, Debug)]
pub(super) enum Flow {
    /// PUBACK or PUBREC is to come.
    Sent,
    /// PUBREL is sent, PUBCOMP is to come.
    Released,
    /// All is well.
    Done,
    /// The broker answered with an error.
    Refused(Arc<Message>),
}

/// Who sent a PINGREQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ping {
    /// The script: the PINGRESP goes to the queue.
    Script,
    /// The runner.
    Runner,
}

/// What we did to end a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OurEnd {
    /// Nothing.
    Open,
    /// Our side is shut down.
    HalfClosed,
    /// DISCONNECT, and our side is shut down.
    Disconnected,
    /// Closed or reset: nothing is received any more.
    Cut,
}

impl Connection {
    /// A connection that was just opened.
    #[must_use]
    pub(super) fn new(
        id: ConnId,
        name: String,
        version: Version,
        commands: mpsc::UnboundedSender<Command>,
        now: Instant,
    ) -> Self {
        Self {
            id,
            name,
            version,
            commands,
            unwritten: 0,
            inbound: BytesMut::new(),
            received: Received::default(),
            framer: Framer::default(),
            monitor: Monitor::new(version),
            connect: None,
            connect_begun: false,
            foreign_connect: false,
            connected: false,
            acks_auto: false,
            flows: BTreeMap::new(),
            own_deliveries: BTreeSet::new(),
            pings: VecDeque::new(),
            pongs: 0,
            marker: None,
            published: false,
            aliases: BTreeMap::new(),
            no_local: BTreeSet::new(),
            ended: None,
            our_end: OurEnd::Open,
            may_close: false,
            end_asked: false,
            last_event: now,
            restarts: 0,
            sent_id_0: false,
            probe: None,
            next_id: CHOSEN_ID_MIN,
        }
    }

    /// Whether what we write can still reach the broker.
    #[must_use]
    pub(super) fn can_write(&self) -> bool {
        self.our_end == OurEnd::Open && self.ended.is_none()
    }

    /// Whether a PINGREQ of the runner would be read as such.
    #[must_use]
    pub(super) fn can_ping(&self) -> bool {
        self.can_write() && self.framer.is_whole()
    }

    /// Whether the session on this connection is in use: the broker has accepted it, and neither
    /// side has ended it.
    #[must_use]
    pub(super) fn is_live(&self) -> bool {
        self.connected && self.can_write() && !self.received.stopped
    }

    /// The Keep Alive that we asked for, in seconds; 0 if there is none.
    #[must_use]
    pub(super) fn keep_alive(&self) -> u16 {
        self.connect.as_ref().map_or(0, |connect| connect.keep_alive)
    }

    /// What the broker has begun to send and not finished, in words.
    pub(super) fn remains(&self) -> Option<String> {
        let bytes = self.inbound.as_ref();
        let what = describe::bytes(bytes, Detail::Brief);
        (!bytes.is_empty()).then(|| format!("the last that came is no whole packet: {what}"))
    }

    /// Hands bytes to the task of the connection, as one piece.
    pub(super) fn write(&mut self, bytes: Bytes) {
        // Fails only if the task has ended, with the connection.
        if self.commands.send(Command::Write(bytes)).is_ok() {
            self.unwritten += 1;
        }
    }

    /// A free packet id that neither the script writes nor an exchange uses.
    ///
    /// `None` if there is none.
    pub(super) fn free_id(&mut self, written: &BTreeSet<u16>) -> Option<u16> {
        for _ in 0..u16::MAX {
            let candidate = self.next_id;
            self.next_id = candidate.checked_add(1).unwrap_or(1);
            let id = PacketId::new(candidate)?;
            let taken = written.contains(&candidate)
                || self.flows.contains_key(&candidate)
                || self.monitor.packet_id_in_use(id);
            if !taken {
                return Some(candidate);
            }
        }
        None
    }
}
