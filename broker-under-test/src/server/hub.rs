//! The task that owns the broker: it feeds it with what connections bring and with time, and hands
//! out what it wants sent.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, Instant, sleep_until};

use crate::config::Config;
use crate::core::{Action, Broker, ConnectionId, Event, Timestamp};

/// Messages from connections that wait for the hub; readers pause beyond that.
const INBOX_LEN: usize = 1024;

/// Bytes that may wait for one client to read them. One that leaves more is cut off.
const OUTBOX_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What the hub is told.
#[derive(Debug)]
pub(super) enum Message {
    Opened(ConnectionId, Outbox),
    Received(ConnectionId, Bytes),
    Closed(ConnectionId),
    Shutdown,
}

/// Where connections, and those who make them, reach the hub.
pub(super) type Inbox = mpsc::Sender<Message>;

/// The hub's end of what it sends to a connection. When it is dropped, the connection writes what
/// is left and closes; after [`Outbox::cut`] it closes at once.
#[derive(Debug)]
pub(super) struct Outbox {
    packets: mpsc::UnboundedSender<Bytes>,
    bytes_waiting: Arc<AtomicUsize>,
    cut: Option<oneshot::Sender<()>>,
}

/// The connection's end of its [`Outbox`].
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) packets: mpsc::UnboundedReceiver<Bytes>,
    pub(super) bytes_waiting: Arc<AtomicUsize>,
    /// Resolves with `Ok` if the connection is cut, with `Err` once the hub is done with it.
    pub(super) over: oneshot::Receiver<()>,
}

/// Starts the hub. It ends when all inboxes are gone, or after [`Message::Shutdown`] when all
/// connections are.
pub(super) fn start(config: Config) -> (Inbox, tokio::task::JoinHandle<()>) {
    let (inbox, messages) = mpsc::channel(INBOX_LEN);
    let hub = Hub { broker: Broker::new(config), outboxes: HashMap::new(), start: Instant::now() };
    (inbox, tokio::spawn(hub.run(messages)))
}

/// The two ends of what the hub sends to a connection.
pub(super) fn outbox() -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (cut, over) = oneshot::channel();
    let bytes_waiting = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox { packets: sender, bytes_waiting: bytes_waiting.clone(), cut: Some(cut) };
    (outbox, Outgoing { packets: receiver, bytes_waiting, over })
}

struct Hub {
    broker: Broker,
    outboxes: HashMap<ConnectionId, Outbox>,
    start: Instant,
}

impl Hub {
    async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        loop {
            let deadline = self.broker.next_deadline().map(|at| self.instant(at));
            let event = tokio::select! {
                biased;
                message = messages.recv() => match message {
                    None => return,
                    Some(Message::Opened(id, outbox)) => {
                        self.outboxes.insert(id, outbox);
                        Event::Opened(id)
                    }
                    Some(Message::Received(id, bytes)) => Event::Received(id, bytes),
                    Some(Message::Closed(id)) => {
                        self.outboxes.remove(&id);
                        Event::Closed(id)
                    }
                    Some(Message::Shutdown) => Event::Shutdown,
                },
                () = wait_until(deadline) => Event::Tick,
            };
            self.handle(event);
        }
    }

    fn handle(&mut self, event: Event) {
        let mut overfull = Vec::new();
        for action in self.broker.handle(self.now(), event) {
            match action {
                Action::Send(id, packet) => {
                    if let Some(outbox) = self.outboxes.get_mut(&id)
                        && !outbox.put(packet)
                    {
                        outbox.cut();
                        overfull.push(id);
                    }
                }
                Action::Close(id) => {
                    self.outboxes.remove(&id);
                }
            }
        }
        for id in overfull {
            self.outboxes.remove(&id);
            self.handle(Event::Closed(id));
        }
    }

    fn now(&self) -> Timestamp {
        let elapsed_ms = self.start.elapsed().as_millis();
        Timestamp::from_millis(u64::try_from(elapsed_ms).unwrap_or(u64::MAX))
    }

    /// `None` if the moment lies further ahead than a clock can tell.
    fn instant(&self, at: Timestamp) -> Option<Instant> {
        self.start.checked_add(Duration::from_millis(at.as_millis()))
    }
}

impl Outbox {
    /// Returns whether there was room.
    fn put(&mut self, packet: Bytes) -> bool {
        let waiting = self.bytes_waiting.fetch_add(packet.len(), Ordering::Relaxed);
        // A connection that is gone has said so, or is about to.
        let _ = self.packets.send(packet);
        waiting <= OUTBOX_BYTES_MAX
    }

    fn cut(&mut self) {
        if let Some(cut) = self.cut.take() {
            let _ = cut.send(());
        }
    }
}

async fn wait_until(deadline: Option<Option<Instant>>) {
    match deadline.flatten() {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
