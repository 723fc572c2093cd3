//! What was sent and received in a case, in order. Bounded: of a long trace the middle is missing.

use std::collections::VecDeque;

use bytes::Bytes;
use mqttspec_codec::{Packet, Version};
use tokio::time::Instant;

use super::describe::{self, Detail};
use crate::report::event::TraceLine;

/// Lines kept from the beginning, and from the end.
const LINES_MAX: usize = 500;
/// Bytes of a packet that are kept.
const BYTES_MAX: usize = 256;
/// Packets above this size are described at once, so that a trace does not hold their memory.
const PACKET_LEN_MAX: usize = 4096;

/// The trace of a case.
#[derive(Debug)]
pub(super) struct Trace {
    begin: Instant,
    first: Vec<Entry>,
    last: VecDeque<Entry>,
    left_out: usize,
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    client: String,
    direction: &'static str,
    what: What,
    bytes: Bytes,
}

#[derive(Debug)]
enum What {
    Packet(Box<Packet>, Version),
    Text(String),
}

impl Trace {
    /// An empty trace of a case that begins now.
    #[must_use]
    pub(super) fn new(begin: Instant) -> Self {
        Self { begin, first: Vec::new(), last: VecDeque::new(), left_out: 0 }
    }

    /// A packet of ours.
    pub(super) fn sent(
        &mut self,
        at: Instant,
        client: &str,
        packet: &Packet,
        version: Version,
        frame: &Bytes,
    ) {
        self.packet(at, client, "->", packet, version, frame);
    }

    /// A packet of the broker.
    pub(super) fn received(
        &mut self,
        at: Instant,
        client: &str,
        packet: &Packet,
        version: Version,
        frame: &Bytes,
    ) {
        self.packet(at, client, "<-", packet, version, frame);
    }

    /// Bytes in either direction that are no valid packet.
    pub(super) fn bytes(
        &mut self,
        at: Instant,
        client: &str,
        direction: &'static str,
        bytes: &[u8],
    ) {
        let text = format!("bytes ({} in all)", bytes.len());
        self.push(at, client, direction, What::Text(text), cut(bytes));
    }

    /// An event of the connection or of the runner.
    pub(super) fn note(&mut self, at: Instant, client: &str, text: impl Into<String>) {
        self.push(at, client, "--", What::Text(text.into()), Bytes::new());
    }

    /// The lines, described.
    #[must_use]
    pub(super) fn lines(&self) -> Vec<TraceLine> {
        let mut lines: Vec<TraceLine> = self.first.iter().map(|entry| self.line(entry)).collect();
        if self.left_out > 0
            && let Some(entry) = self.last.front()
        {
            lines.push(TraceLine {
                at: self.seconds(entry.at),
                client: String::new(),
                direction: "--".to_owned(),
                text: format!("{} lines left out", self.left_out),
                bytes: String::new(),
            });
        }
        lines.extend(self.last.iter().map(|entry| self.line(entry)));
        lines
    }

    /// Seconds since the case began.
    #[must_use]
    pub(super) fn seconds(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.begin).as_secs_f64()
    }

    fn packet(
        &mut self,
        at: Instant,
        client: &str,
        direction: &'static str,
        packet: &Packet,
        version: Version,
        frame: &Bytes,
    ) {
        let what = if frame.len() > PACKET_LEN_MAX {
            What::Text(describe::packet(packet, version, Detail::Brief))
        } else {
            What::Packet(Box::new(packet.clone()), version)
        };
        let bytes = if frame.len() > BYTES_MAX { cut(frame) } else { frame.clone() };
        self.push(at, client, direction, what, bytes);
    }

    fn push(
        &mut self,
        at: Instant,
        client: &str,
        direction: &'static str,
        what: What,
        bytes: Bytes,
    ) {
        let entry = Entry { at, client: client.to_owned(), direction, what, bytes };
        if self.first.len() < LINES_MAX {
            self.first.push(entry);
            return;
        }
        if self.last.len() == LINES_MAX {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(entry);
    }

    fn line(&self, entry: &Entry) -> TraceLine {
        TraceLine {
            at: self.seconds(entry.at),
            client: entry.client.clone(),
            direction: entry.direction.to_owned(),
            text: match &entry.what {
                What::Packet(packet, version) => describe::packet(packet, *version, Detail::Brief),
                What::Text(text) => text.clone(),
            },
            bytes: describe::hex(&entry.bytes),
        }
    }
}

fn cut(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&bytes[..bytes.len().min(BYTES_MAX)])
}
