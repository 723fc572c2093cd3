//! The reference broker as a target: on a TCP port with a thread of its own, so that the runner's
//! load does not starve it, or in memory on the runner's own runtime, for tests in paused time.

use std::fmt;
use std::io;
use std::net;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use mqttspec_broker::{Config, server};
use mqttspec_codec::QoS;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;

use super::address::Address;
use super::{Link, Profile};

/// The user name and the password that the embedded broker lets in.
const USER: &str = "mqttspec";

/// Large enough for a Remaining Length of four bytes.
const LARGEST: NonZeroU32 = NonZeroU32::new(4 * 1024 * 1024).unwrap();

/// The settings with which the suite runs the reference broker: it wants credentials, so that there
/// is something to refuse.
#[must_use]
pub fn config() -> Config {
    let users = vec![(USER.to_owned(), USER.as_bytes().to_vec())];
    Config { users: Some(users), maximum_packet_size: LARGEST, ..Config::default() }
}

/// The settings of a second reference broker, which announces as missing whatever may be.
#[must_use]
pub fn limited() -> Config {
    Config {
        maximum_qos: QoS::AtLeastOnce,
        retain_available: false,
        wildcard_subscription_available: false,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        topic_alias_maximum: 0,
        server_keep_alive: Some(2),
        ..config()
    }
}

/// What is known of a reference broker with these settings.
#[must_use]
pub fn profile(config: &Config) -> Profile {
    let user = config.users.as_ref().and_then(|users| users.first());
    Profile {
        username: user.map(|(name, _)| name.clone()),
        password: user.map(|(_, password)| Bytes::copy_from_slice(password)),
        keep_alive: 0,
        // The setting is a filter; all that ends in `#` match their own parent level.
        denied_topic: config.denied_topic.as_ref().map(|filter| filter.replace('#', "topic")),
        authentication_method: config.authentication.as_ref().map(|how| how.method.clone()),
        persistence: false,
        shared: false,
    }
}

/// The reference broker on a port of the loopback interface.
#[derive(Debug)]
pub(super) struct EmbeddedTcp {
    address: Address,
    port: u16,
    config: Config,
    server: Mutex<Option<Server>>,
}

/// A thread that serves. Dropped, the broker is killed.
#[derive(Debug)]
struct Server {
    end: Option<oneshot::Sender<End>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// How a broker is brought to its end.
#[derive(Clone, Copy, Debug)]
enum End {
    Orderly,
    Sudden,
}

impl EmbeddedTcp {
    /// Starts the broker on a free port.
    pub(super) fn start(config: Config) -> io::Result<Self> {
        let listener = net::TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let server = Mutex::new(Some(Server::start(listener, config.clone())?));
        Ok(Self { address: Address::new("127.0.0.1", port), port, config, server })
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Stops the broker, if it runs.
    pub(super) async fn stop(&self) -> io::Result<()> {
        self.end(End::Orderly).await
    }

    /// Stops the broker in order and starts it again, with nothing in its memory.
    pub(super) async fn restart(&self) -> io::Result<()> {
        self.end(End::Orderly).await?;
        self.start_again()
    }

    /// Ends the broker at once and starts it again, with nothing in its memory.
    pub(super) async fn kill(&self) -> io::Result<()> {
        self.end(End::Sudden).await?;
        self.start_again()
    }

    async fn end(&self, end: End) -> io::Result<()> {
        let Some(server) = self.server().take() else { return Ok(()) };
        // Joining blocks, and the connections that the broker waits for are the runner's own.
        tokio::task::spawn_blocking(move || server.join(end)).await.map_err(io::Error::other)?
    }

    fn start_again(&self) -> io::Result<()> {
        let listener = net::TcpListener::bind(("127.0.0.1", self.port))?;
        *self.server() = Some(Server::start(listener, self.config.clone())?);
        Ok(())
    }

    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    fn start(listener: net::TcpListener, config: Config) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("embedded broker".into())
            .spawn(move || serve(listener, config, ended))?;
        Ok(Self { end: Some(end), thread: Some(thread) })
    }

    fn join(mut self, end: End) -> io::Result<()> {
        self.finish(end)
    }

    fn finish(&mut self, end: End) -> io::Result<()> {
        if let Some(sender) = self.end.take() {
            // If nobody listens, the thread is at its end already.
            let _ = sender.send(end);
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(io::Error::other("the embedded broker panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.finish(End::Sudden);
    }
}

/// The life of a broker, on its own thread. When the runtime is dropped, so is every connection.
fn serve(
    listener: net::TcpListener,
    config: Config,
    ended: oneshot::Receiver<End>,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        let (orderly, shutdown) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = shutdown.await;
        };
        let mut serving = std::pin::pin!(server::serve_tcp(listener, config, shutdown));
        tokio::select! {
            result = &mut serving => result,
            end = ended => match end {
                Ok(End::Orderly) => {
                    drop(orderly);
                    serving.await
                }
                Ok(End::Sudden) | Err(_) => Ok(()),
            },
        }
    })
}

/// The reference broker in memory, on the runtime that it was started on.
pub(super) struct EmbeddedMemory {
    config: Config,
    server: Mutex<Option<server::memory::Server>>,
}

impl EmbeddedMemory {
    /// Starts the broker; has to be called on a tokio runtime.
    pub(super) fn start(config: Config) -> Self {
        let server = Mutex::new(Some(server::memory::Server::start(config.clone())));
        Self { config, server }
    }

    pub(super) fn connect(&self) -> io::Result<Link> {
        match &*self.server() {
            Some(server) => Ok(Link::new(server.connect())),
            None => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    pub(super) async fn stop(&self) {
        let server = self.server().take();
        if let Some(server) = server {
            server.shutdown().await;
        }
    }

    pub(super) async fn restart(&self) {
        self.stop().await;
        self.kill();
    }

    pub(super) fn kill(&self) {
        *self.server() = Some(server::memory::Server::start(self.config.clone()));
    }

    fn server(&self) -> MutexGuard<'_, Option<server::memory::Server>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for EmbeddedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedMemory").finish_non_exhaustive()
    }
}
