//! The broker without a network: the same hub and the same connections on streams in memory. Under
//! tokio's paused clock, hours of protocol time pass in no time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{DuplexStream, duplex};
use tokio::task::JoinSet;

use super::connection;
use super::hub::{self, Inbox, Message};
use crate::config::Config;
use crate::core::ConnectionId;

/// Bytes that a stream holds in each direction.
const STREAM_LEN: usize = 64 * 1024;

/// A running broker. Dropping it cuts all connections at once, as if it had been killed.
#[derive(Debug)]
pub struct Server {
    inbox: Inbox,
    connections: Mutex<JoinSet<()>>,
    last_id: AtomicU64,
}

impl Server {
    /// Starts a broker on the present tokio runtime.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with time enabled.
    #[must_use]
    pub fn start(config: Config) -> Self {
        let (inbox, _hub) = hub::start(config);
        Self { inbox, connections: Mutex::default(), last_id: AtomicU64::new(0) }
    }

    /// Opens a connection and returns the client's end of it.
    ///
    /// # Panics
    ///
    /// Outside the tokio runtime.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (client, server) = duplex(STREAM_LEN);
        let id = ConnectionId(self.last_id.fetch_add(1, Ordering::Relaxed));
        let mut connections = self.connections();
        while connections.try_join_next().is_some() {}
        connections.spawn(connection::serve(id, server, self.inbox.clone()));
        client
    }

    /// Closes all connections (5.0: with DISCONNECT 0x8B), and returns when they are gone.
    pub async fn shutdown(self) {
        let _ = self.inbox.send(Message::Shutdown).await;
        let mut connections = std::mem::take(&mut *self.connections());
        while connections.join_next().await.is_some() {}
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.connections.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
