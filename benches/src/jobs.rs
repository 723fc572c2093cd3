//! The jobs that are measured: a codec's work on a row, in one direction, so many rounds of it.

use std::hint::black_box;

use bytes::BytesMut;

use crate::codecs::Codec;
use crate::rows::{Row, rows};

/// What is done with the packets of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Copy the buffer, which decoding does as well.
    Copy,
    /// Copy the buffer, then decode it and drop its packets.
    Decode(Codec),
    /// Encode packets that are there into a buffer that is used again.
    Encode(Codec),
}

/// A task on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// What is done.
    pub task: Task,
    /// The name of the row.
    pub row: &'static str,
}

impl Job {
    /// As arguments of a program.
    #[must_use]
    pub fn arguments(self) -> [&'static str; 3] {
        match self.task {
            Task::Copy => ["copy", "", self.row],
            Task::Decode(codec) => ["decode", codec.name(), self.row],
            Task::Encode(codec) => ["encode", codec.name(), self.row],
        }
    }

    /// The job of [`Self::arguments`].
    #[must_use]
    pub fn parse([task, codec, row]: [&str; 3]) -> Option<Self> {
        let codec = Codec::ALL.into_iter().find(|known| known.name() == codec);
        let task = match task {
            "copy" => Task::Copy,
            "decode" => Task::Decode(codec?),
            "encode" => Task::Encode(codec?),
            _ => return None,
        };
        let row = rows().into_iter().find(|known| known.name == row)?.name;
        Some(Self { task, row })
    }

    /// Does it.
    ///
    /// # Panics
    ///
    /// If the row or the version is not known to the codec.
    pub fn run(self, rounds: usize) {
        let row = rows().into_iter().find(|known| known.name == self.row).expect("a row");
        let work = |codec: Codec| codec.work(row.version).expect("a version that it knows");
        match self.task {
            Task::Copy => {
                for _ in 0..rounds {
                    black_box(copy(&row));
                }
            }
            Task::Decode(codec) => {
                let work = work(codec);
                for _ in 0..rounds {
                    black_box(work.decode_all(copy(&row))).expect("a legal stream");
                }
            }
            Task::Encode(codec) => {
                let mut encode = work(codec).encoder(&row.stream).expect("a legal stream");
                let mut buffer = BytesMut::with_capacity(2 * row.stream.len());
                for _ in 0..rounds {
                    buffer.clear();
                    encode(&mut buffer);
                    black_box(&buffer);
                }
            }
        }
    }
}

fn copy(row: &Row) -> BytesMut {
    BytesMut::from(&row.stream[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_survive_as_arguments() {
        for row in rows() {
            let mut tasks = vec![Task::Copy];
            for codec in Codec::ALL {
                tasks.extend([Task::Decode(codec), Task::Encode(codec)]);
            }
            for task in tasks {
                let job = Job { task, row: row.name };
                assert_eq!(Job::parse(job.arguments()), Some(job));
            }
        }
    }
}
