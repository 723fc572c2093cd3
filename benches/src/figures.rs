//! The figures of each codec on each row, per packet.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::codecs::Codec;
use crate::jobs::{Job, Task};
use crate::rows::{Row, rows};
use crate::timing::{decode_ns, encode_ns};
use crate::valgrind::Counter;

/// Decoding or encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Bytes to packets, the packets dropped.
    Decode,
    /// Packets to bytes.
    Encode,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Decode, Self::Encode];

    /// In lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Encode => "encode",
        }
    }

    fn task(self, codec: Codec) -> Task {
        match self {
            Self::Decode => Task::Decode(codec),
            Self::Encode => Task::Encode(codec),
        }
    }
}

/// A figure per packet.
pub struct Figure {
    /// Of whom.
    pub codec: Codec,
    /// The name of the row.
    pub row: &'static str,
    /// Of what.
    pub direction: Direction,
    /// How much: a number of instructions or allocations, or nanoseconds.
    pub per_packet: f64,
}

/// Counts for each row and each of these codecs that knows its version. The copy of the buffer that
/// decoding begins with is subtracted.
///
/// # Errors
///
/// valgrind could not be started, or failed.
pub fn count(counter: Counter, codecs: &[Codec]) -> io::Result<Vec<Figure>> {
    let works = works(codecs);
    let mut jobs: Vec<Job> =
        rows().iter().map(|row| Job { task: Task::Copy, row: row.name }).collect();
    let copies = jobs.len();
    jobs.extend(
        works
            .iter()
            .map(|(row, codec, direction)| Job { task: direction.task(*codec), row: row.name }),
    );
    let counted = per_round(counter, &jobs)?;
    let copy_of = |row: &str| {
        let at = jobs[..copies].iter().position(|job| job.row == row).expect("all are there");
        counted[at]
    };
    let figures = works.iter().zip(&counted[copies..]).map(|((row, codec, direction), counted)| {
        let copy = if *direction == Direction::Decode { copy_of(row.name) } else { 0.0 };
        let per_packet = (counted - copy) / row.packets as f64;
        Figure { codec: *codec, row: row.name, direction: *direction, per_packet }
    });
    Ok(figures.collect())
}

/// Times each row by each codec that knows its version, in nanoseconds.
#[must_use]
pub fn time() -> Vec<Figure> {
    let figures = works(&Codec::ALL).into_iter().map(|(row, codec, direction)| {
        let work = codec.work(row.version).expect("works are those that are known");
        let per_packet = match direction {
            Direction::Decode => decode_ns(&*work, &row),
            Direction::Encode => encode_ns(&*work, &row),
        };
        Figure { codec, row: row.name, direction, per_packet }
    });
    figures.collect()
}

fn works(codecs: &[Codec]) -> Vec<(Row, Codec, Direction)> {
    let mut works = Vec::new();
    for row in rows() {
        for codec in codecs.iter().copied().filter(|codec| codec.work(row.version).is_some()) {
            works.extend(Direction::ALL.map(|direction| (row.clone(), codec, direction)));
        }
    }
    works
}

/// The figures of the jobs, in their order, by as many threads as there are processors.
fn per_round(counter: Counter, jobs: &[Job]) -> io::Result<Vec<f64>> {
    let next = AtomicUsize::new(0);
    let run = || -> io::Result<Vec<(usize, f64)>> {
        let mut counted = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return Ok(counted) };
            counted.push((index, counter.per_round(*job)?));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let parts: io::Result<Vec<_>> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|part| part.join().expect("no job panics")).collect()
    });
    let mut counted: Vec<(usize, f64)> = parts?.into_iter().flatten().collect();
    counted.sort_by_key(|(index, _)| *index);
    Ok(counted.into_iter().map(|(_, figure)| figure).collect())
}
