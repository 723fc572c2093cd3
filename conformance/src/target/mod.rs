//! What is tested: a broker at an address, one that is spawned from a command, or the embedded one.
//!
//! A target opens [`Link`]s, knows what the broker can do ([`Capabilities`]) and what the user said
//! of it ([`Profile`]), and, where it owns the broker, starts it again ([`Control`]).

pub mod address;
pub mod capability;
pub mod client;
pub mod embedded;
pub mod link;
pub mod probe;
pub mod spawn;
pub mod survey;

use std::fmt;
use std::io;
use std::path::Path;

use bytes::Bytes;
use mqttspec_broker::Config;

use crate::scenario::Case;

pub use address::{Address, AddressError};
pub use capability::{Capabilities, Lack};
use embedded::{EmbeddedMemory, EmbeddedTcp};
pub use link::{Link, Stream};
pub use spawn::{SpawnError, SpawnOptions, Spawned};

/// What the user knows of a broker and no packet tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// User Name of every CONNECT that does not say otherwise.
    pub username: Option<String>,
    /// Password of every CONNECT that does not say otherwise.
    pub password: Option<Bytes>,
    /// Keep Alive of every CONNECT that does not say otherwise, in seconds; 0 is none. Nothing is
    /// done to keep it up.
    pub keep_alive: u16,
    /// A Topic Name that these credentials may neither publish nor subscribe to.
    pub denied_topic: Option<String>,
    /// The method for enhanced authentication that the scenarios can speak.
    pub authentication_method: Option<String>,
    /// Whether sessions and retained messages outlive a restart of the broker.
    pub persistence: bool,
    /// Whether the broker has other users, whom the run must not disturb.
    pub shared: bool,
}

/// A broker to test.
#[derive(Debug)]
pub struct Target {
    means: Means,
    profile: Profile,
    capabilities: Capabilities,
    companion: Option<Box<Self>>,
}

/// How the broker is reached.
#[derive(Debug)]
enum Means {
    Address(Address),
    Spawned(Spawned),
    Embedded(EmbeddedTcp),
    Memory(EmbeddedMemory),
    Links(Links),
}

/// Opens connections by other means than those of this module.
struct Links {
    name: String,
    open: Box<dyn Fn() -> io::Result<Link> + Send + Sync>,
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Target {
    /// A broker that runs already.
    #[must_use]
    pub fn address(address: Address, profile: Profile) -> Self {
        Self::new(Means::Address(address), profile)
    }

    /// Starts a broker from a command, see [`Spawned::start`].
    ///
    /// # Errors
    ///
    /// If the command is wrong, or the broker does not come up.
    pub async fn spawn(
        command: &str,
        options: SpawnOptions,
        profile: Profile,
    ) -> Result<Self, SpawnError> {
        Ok(Self::new(Means::Spawned(Spawned::start(command, options).await?), profile))
    }

    /// The reference broker on a free port of the loopback interface, on a thread of its own.
    ///
    /// # Errors
    ///
    /// What the operating system says about the port or the thread.
    pub fn embedded_tcp(config: Config) -> io::Result<Self> {
        let profile = embedded::profile(&config);
        Ok(Self::new(Means::Embedded(EmbeddedTcp::start(config)?), profile))
    }

    /// The reference broker in memory, on the present tokio runtime, whose clock may be paused.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with time enabled.
    #[must_use]
    pub fn embedded_memory(config: Config) -> Self {
        let profile = embedded::profile(&config);
        Self::new(Means::Memory(EmbeddedMemory::start(config)), profile)
    }

    /// A broker that `open` connects to in a way of its own, and that lives on the clock of the
    /// present runtime, which may be paused.
    #[must_use]
    pub fn links(
        name: impl Into<String>,
        profile: Profile,
        open: impl Fn() -> io::Result<Link> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Means::Links(Links { name: name.into(), open: Box::new(open) }), profile)
    }

    fn new(means: Means, profile: Profile) -> Self {
        let capabilities = Capabilities::default();
        Self { means, profile, capabilities, companion: None }
    }

    /// Sets a second broker beside this one, for the cases that need something to be missing here.
    #[must_use]
    pub fn with_companion(mut self, companion: Self) -> Self {
        self.companion = Some(Box::new(companion));
        self
    }

    /// The second broker, if there is one.
    pub fn companion_mut(&mut self) -> Option<&mut Self> {
        self.companion.as_deref_mut()
    }

    /// The broker on which a case runs: the companion if the case would be skipped here but not
    /// there.
    #[must_use]
    pub fn serving(&self, case: &Case) -> &Self {
        match &self.companion {
            Some(other) if self.skip(case).is_some() && other.skip(case).is_none() => other,
            _ => self,
        }
    }

    /// Opens a connection. There is no deadline but the operating system's.
    ///
    /// # Errors
    ///
    /// What the operating system says, refused connections above all.
    pub async fn connect(&self) -> io::Result<Link> {
        match &self.means {
            Means::Address(address) => address.connect().await.map(Link::new),
            Means::Spawned(spawned) => spawned.address().connect().await.map(Link::new),
            Means::Embedded(embedded) => embedded.address().connect().await.map(Link::new),
            Means::Memory(memory) => memory.connect(),
            Means::Links(links) => (links.open)(),
        }
    }

    /// What the user said of the broker.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What the broker can do, as far as is known.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Replaces what is known of the broker, after a probe.
    pub fn set_capabilities(&mut self, capabilities: Capabilities) {
        self.capabilities = capabilities;
    }

    /// The means to start the broker again, if this program started it.
    #[must_use]
    pub fn control(&self) -> Option<Control<'_>> {
        match &self.means {
            Means::Address(_) | Means::Links(_) => None,
            Means::Spawned(_) | Means::Embedded(_) | Means::Memory(_) => {
                Some(Control { target: self })
            }
        }
    }

    /// The target in a few words, for people: `mosquitto at 127.0.0.1:20010`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.means {
            Means::Address(address) => address.to_string(),
            Means::Spawned(spawned) => format!("{} at {}", spawned.program(), spawned.address()),
            Means::Embedded(embedded) => format!("the embedded broker at {}", embedded.address()),
            Means::Memory(_) => "the embedded broker in memory".into(),
            Means::Links(links) => links.name.clone(),
        }
    }

    /// Whether broker and runner share a clock that can be paused, so that waiting costs no time.
    #[must_use]
    pub fn virtual_time(&self) -> bool {
        matches!(self.means, Means::Memory(_) | Means::Links(_))
    }

    /// How the broker died, with the end of its log, if that is known.
    #[must_use]
    pub fn death(&self) -> Option<String> {
        self.spawned().and_then(Spawned::death)
    }

    /// How often this program started the broker from a command.
    #[must_use]
    pub fn launches(&self) -> usize {
        self.spawned().map_or(0, Spawned::launches)
    }

    /// Waits until the broker is known to have died; for ever if it lives or nobody can know.
    pub async fn died(&self) -> String {
        match self.spawned() {
            Some(spawned) => spawned.died().await,
            None => std::future::pending().await,
        }
    }

    /// Where the output of the broker is, if this program started it.
    #[must_use]
    pub fn log(&self) -> Option<&Path> {
        self.spawned().map(Spawned::log)
    }

    /// Keeps the log of the broker when the target is gone, also if it is a temporary file.
    pub fn keep_log(&self) {
        if let Some(spawned) = self.spawned() {
            spawned.keep_log();
        }
    }

    /// Stops the broker in order, if this program started it, and its companion.
    pub async fn stop(&self) {
        if let Some(companion) = &self.companion {
            Box::pin(companion.stop()).await;
        }
        match &self.means {
            Means::Address(_) | Means::Links(_) => {}
            Means::Spawned(spawned) => spawned.stop().await,
            // It says nothing that is not on the wire.
            Means::Embedded(embedded) => drop(embedded.stop().await),
            Means::Memory(memory) => memory.stop().await,
        }
    }

    fn spawned(&self) -> Option<&Spawned> {
        match &self.means {
            Means::Spawned(spawned) => Some(spawned),
            _ => None,
        }
    }
}

/// The means to start a broker again. Both ways return once it accepts connections, on the same
/// address as before.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    target: &'a Target,
}

impl Control<'_> {
    /// Stops the broker in order and starts it again.
    ///
    /// # Errors
    ///
    /// If it does not come up again; the message has the end of its log.
    pub async fn restart(self) -> io::Result<()> {
        match &self.target.means {
            Means::Address(_) | Means::Links(_) => Err(io::ErrorKind::Unsupported.into()),
            Means::Spawned(spawned) => spawned.restart().await.map_err(io::Error::other),
            Means::Embedded(embedded) => embedded.restart().await,
            Means::Memory(memory) => {
                memory.restart().await;
                Ok(())
            }
        }
    }

    /// Kills the broker without warning and starts it again. Also the way to start one that died.
    ///
    /// # Errors
    ///
    /// If it does not come up again; the message has the end of its log.
    pub async fn kill(self) -> io::Result<()> {
        match &self.target.means {
            Means::Address(_) | Means::Links(_) => Err(io::ErrorKind::Unsupported.into()),
            Means::Spawned(spawned) => spawned.kill().await.map_err(io::Error::other),
            Means::Embedded(embedded) => embedded.kill().await,
            Means::Memory(memory) => {
                memory.kill();
                Ok(())
            }
        }
    }
}
