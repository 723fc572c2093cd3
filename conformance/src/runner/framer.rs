//! Our own bytes, cut into packets again (section 2.1): to know what we really said, and whether
//! the last packet is whole.

use bytes::{Bytes, BytesMut};
use mqttspec_codec::{Context, Frame, PacketType};

/// Follows the bytes that we write on one connection.
#[derive(Debug, Default)]
pub(super) struct Framer {
    rest: BytesMut,
    /// The length of our bytes can no longer be told.
    lost: bool,
}

/// A piece of what we wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As many bytes as its Remaining Length says.
    Packet(Bytes),
    /// Bytes that do not even begin a packet. Nothing behind them can be framed.
    Unframed(Bytes),
}

impl Framer {
    /// Adds bytes; returns the packets that are whole now.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        if self.lost {
            return vec![Piece::Unframed(Bytes::copy_from_slice(bytes))];
        }
        self.rest.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        loop {
            match Frame::read(&self.rest, Context::PACKET_SIZE_MAX) {
                Ok(Some(frame)) if frame.total_len <= self.rest.len() => {
                    pieces.push(Piece::Packet(self.rest.split_to(frame.total_len).freeze()));
                }
                Ok(_) => return pieces,
                Err(_) => {
                    self.lost = true;
                    pieces.push(Piece::Unframed(self.rest.split().freeze()));
                    return pieces;
                }
            }
        }
    }

    /// Whether the bytes that are no whole packet yet begin like a CONNECT.
    #[must_use]
    pub(super) fn connect_begun(&self) -> bool {
        self.rest.first().is_some_and(|byte| byte >> 4 == PacketType::Connect.value())
    }

    /// Whether a packet was begun and not finished: what is written next would be taken for its
    /// rest.
    #[must_use]
    pub(super) fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_found_again_whatever_the_cuts() {
        let mut framer = Framer::default();
        assert_eq!(framer.push(&[0xC0]), []);
        assert!(!framer.is_whole());
        let pieces = framer.push(&[0x00, 0xC0, 0x00, 0x30]);
        assert_eq!(pieces, [const { Piece::Packet(Bytes::from_static(&[0xC0, 0])) }; 2]);
        assert!(!framer.is_whole());
    }

    #[test]
    fn a_length_without_end_loses_the_frame_for_good() {
        let mut framer = Framer::default();
        let pieces = framer.push(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]);
        assert!(matches!(pieces.as_slice(), [Piece::Unframed(_)]));
        assert!(framer.is_whole());
        assert!(matches!(framer.push(&[0xC0, 0]).as_slice(), [Piece::Unframed(_)]));
    }
}
