//! The broker on a TCP port.

use std::io;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep};

use super::connection;
use super::hub::{self, Message};
use crate::config::Config;
use crate::core::ConnectionId;

/// How long to wait after a failure to accept, which may be a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves MQTT on a listener until `shutdown` resolves. Then it takes no more connections, closes
/// those that it has (5.0: with DISCONNECT 0x8B), and returns when they are gone.
///
/// # Errors
///
/// If the listener cannot tell its own address, which means that it is not listening. A connection
/// that fails is no error of the server.
pub async fn serve_tcp(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let (inbox, _hub) = hub::start(config);
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    let mut last_id = 0;
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            // Tasks that have ended are dropped here.
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Err(_) => sleep(ACCEPT_PAUSE).await,
                Ok((stream, _)) => {
                    // Without it, small packets are late; the connection works all the same.
                    let _ = stream.set_nodelay(true);
                    last_id += 1;
                    connections.spawn(connection::serve(ConnectionId(last_id), stream, inbox.clone()));
                }
            },
        }
    }
    drop(listener);
    let _ = inbox.send(Message::Shutdown).await;
    while connections.join_next().await.is_some() {}
    Ok(())
}
