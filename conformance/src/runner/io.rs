//! The task of one connection: it reads all the time, and writes what it is told to.
//!
//! It knows bytes alone. What it reads goes to the task of the case, which decodes, judges and
//! answers; since that one listens in every wait, no script can deadlock on full buffers.

use std::collections::VecDeque;
use std::io;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::mpsc;

use crate::matcher::ConnId;
use crate::target::Link;

/// The most bytes taken in one read.
const READ_BYTES_MAX: usize = 64 * 1024;

/// The most reads of all connections of a case that wait for the case to look at them.
pub(super) const EVENTS_MAX: usize = 256;

/// What a case tells the task of a connection.
#[derive(Debug)]
pub(super) enum Command {
    /// Write these bytes, in one piece. Answered by [`IoEvent::Written`].
    Write(Bytes),
    /// End our side of the connection, and go on reading.
    HalfClose,
    /// End the connection.
    Close,
    /// Reset the connection.
    Abort,
}

/// What the task of a connection tells its case.
#[derive(Debug)]
pub(super) enum IoEvent {
    /// The broker sent these bytes.
    Data(Bytes),
    /// The broker's side of the connection ended.
    End(End),
    /// What was to be written is written, or can no longer be.
    Written,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In order: FIN.
    Closed,
    /// With a reset, or another error.
    Reset,
}

/// Starts the task of a connection. It ends when the other end of the returned channel is dropped.
#[must_use]
pub(super) fn start(
    id: ConnId,
    link: Link,
    events: mpsc::Sender<(ConnId, IoEvent)>,
) -> mpsc::UnboundedSender<Command> {
    let (sender, commands) = mpsc::unbounded_channel();
    let (reader, writer) = tokio::io::split(link);
    let unwritten = VecDeque::new();
    let io = Io { id, reader, writer, commands, events, unwritten, reading: true, ending: None };
    tokio::spawn(io.run());
    sender
}

struct Io {
    id: ConnId,
    reader: ReadHalf<Link>,
    writer: WriteHalf<Link>,
    commands: mpsc::UnboundedReceiver<Command>,
    events: mpsc::Sender<(ConnId, IoEvent)>,
    /// What is to be written, one piece a command.
    unwritten: VecDeque<Bytes>,
    reading: bool,
    /// What to do once all is written.
    ending: Option<Ending>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    HalfClose,
    Close,
}

impl Io {
    async fn run(mut self) {
        let mut buffer = vec![0; READ_BYTES_MAX];
        loop {
            if self.unwritten.is_empty()
                && let Some(ending) = self.ending.take()
            {
                // Fails if the connection has ended already.
                let _ = self.writer.shutdown().await;
                if ending == Ending::Close {
                    return;
                }
            }
            let piece = self.unwritten.front().cloned().unwrap_or_default();
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(Command::Write(bytes)) => self.unwritten.push_back(bytes),
                    Some(Command::HalfClose) => self.ending = Some(Ending::HalfClose),
                    Some(Command::Close) => self.ending = Some(Ending::Close),
                    Some(Command::Abort) => {
                        self.reader.unsplit(self.writer).abort();
                        return;
                    }
                    None => {
                        let _ = self.writer.shutdown().await;
                        return;
                    }
                },
                read = self.reader.read(&mut buffer), if self.reading => {
                    let event = received(read, &buffer);
                    self.reading = matches!(event, IoEvent::Data(_));
                    self.tell(event).await;
                }
                written = self.writer.write(&piece), if !self.unwritten.is_empty() => {
                    self.written(written).await;
                }
            }
        }
    }

    async fn written(&mut self, written: io::Result<usize>) {
        let Some(piece) = self.unwritten.front_mut() else { return };
        match written {
            Ok(len) if len > 0 => {
                let _ = piece.split_to(len.min(piece.len()));
            }
            // That the broker no longer takes anything shows in what it sends, or does not.
            Ok(_) | Err(_) => piece.clear(),
        }
        if piece.is_empty() {
            self.unwritten.pop_front();
            let _ = self.writer.flush().await;
            self.tell(IoEvent::Written).await;
        }
    }

    async fn tell(&mut self, event: IoEvent) {
        // The case may have ended; then nobody wants to know.
        let _ = self.events.send((self.id, event)).await;
    }
}

fn received(read: io::Result<usize>, buffer: &[u8]) -> IoEvent {
    match read {
        Ok(0) => IoEvent::End(End::Closed),
        Ok(len) => IoEvent::Data(Bytes::copy_from_slice(&buffer[..len])),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => IoEvent::Data(Bytes::new()),
        Err(_) => IoEvent::End(End::Reset),
    }
}
