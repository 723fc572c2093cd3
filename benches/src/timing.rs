//! Time per packet: the median of several samples of some milliseconds. Unlike instructions it
//! depends on the machine, and on what else runs there.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;

use crate::codecs::Work;
use crate::rows::Row;

const SAMPLES: usize = 9;
const SAMPLE_MS: u64 = 10;

/// Nanoseconds for a packet to be decoded and dropped.
///
/// # Panics
///
/// If the codec does not accept the packets.
#[must_use]
pub fn decode_ns(work: &dyn Work, row: &Row) -> f64 {
    median(row, || {
        let buffer = BytesMut::from(&row.stream[..]);
        let start = Instant::now();
        black_box(work.decode_all(buffer)).expect("a legal stream");
        start.elapsed()
    })
}

/// Nanoseconds for a packet to be encoded.
///
/// # Panics
///
/// If the codec does not accept the packets.
#[must_use]
pub fn encode_ns(work: &dyn Work, row: &Row) -> f64 {
    let mut encode = work.encoder(&row.stream).expect("a legal stream");
    let mut buffer = BytesMut::with_capacity(2 * row.stream.len());
    median(row, || {
        buffer.clear();
        let start = Instant::now();
        encode(&mut buffer);
        black_box(&buffer);
        start.elapsed()
    })
}

fn median(row: &Row, mut round: impl FnMut() -> Duration) -> f64 {
    // What a first round does once for all does not count.
    round();
    let mut samples = [0.0; SAMPLES];
    for sample in &mut samples {
        let mut total = Duration::ZERO;
        let mut packets = 0;
        while total < Duration::from_millis(SAMPLE_MS) {
            total += round();
            packets += row.packets;
        }
        *sample = total.as_secs_f64() * 1e9 / packets as f64;
    }
    samples.sort_by(f64::total_cmp);
    samples[SAMPLES / 2]
}
