//! Where a broker listens: `tcp://host:port`.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::OnceLock;

use tokio::net::TcpStream;

/// The port of MQTT over plain TCP (registered with IANA as `mqtt`).
pub const PORT_DEFAULT: u16 = 1883;

/// The address of a broker. Compares and prints by what was written.
#[derive(Debug)]
pub struct Address {
    host: String,
    port: u16,
    /// What the host resolved to when it was first reached: all later links go there, so that a run
    /// tests one broker and asks the resolver once.
    resolved: OnceLock<std::net::SocketAddr>,
}

/// Why a text is no broker address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// A scheme that names a transport which is not there.
    Scheme(String),
    /// No host.
    HostMissing,
    /// The port is not a number from 1 to 65535.
    Port(String),
    /// Something follows the port.
    Trailing(String),
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(scheme) => {
                write!(f, "the transport {scheme:?} is not supported, only tcp://host:port")
            }
            Self::HostMissing => f.write_str("the host is missing: write tcp://host:port"),
            Self::Port(port) => write!(f, "{port:?} is not a port: a number from 1 to 65535"),
            Self::Trailing(rest) => write!(f, "unexpected {rest:?} behind the port"),
        }
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads `tcp://host:port`, `mqtt://host:port` or `host:port`; the port may be left out. An
    /// IPv6 address stands in brackets.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = match text.split_once("://") {
            None => text,
            Some(("tcp" | "mqtt", rest)) => rest,
            Some((scheme, _)) => return Err(AddressError::Scheme(scheme.into())),
        };
        let (rest, tail) = rest.split_once('/').unwrap_or((rest, ""));
        if !tail.is_empty() {
            return Err(AddressError::Trailing(format!("/{tail}")));
        }
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, tail)) => match tail.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None => return Err(AddressError::Trailing(tail.into())),
            },
            None => match rest.rsplit_once(':') {
                // More colons: an IPv6 address without brackets, hence without a port.
                Some((host, _)) if host.contains(':') => (rest, None),
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        if host.is_empty() {
            return Err(AddressError::HostMissing);
        }
        let port = match port.map(|port| (port, port.parse())) {
            None => PORT_DEFAULT,
            Some((_, Ok(port))) if port > 0 => port,
            Some((port, _)) => return Err(AddressError::Port(port.into())),
        };
        Ok(Self::new(host, port))
    }
}

impl Address {
    /// The address of a host, by name or number, and a port.
    #[must_use]
    pub fn new(host: &str, port: u16) -> Self {
        Self { host: host.into(), port, resolved: OnceLock::new() }
    }

    /// Opens a TCP connection. No deadline but the operating system's.
    ///
    /// # Errors
    ///
    /// What the resolver or the operating system says.
    pub async fn connect(&self) -> io::Result<TcpStream> {
        let stream = match self.resolved.get() {
            Some(address) => TcpStream::connect(address).await?,
            None => TcpStream::connect((self.host.as_str(), self.port)).await?,
        };
        // Where nobody listens on a port of the ephemeral range, a connection to the own machine
        // may be given that very port and so reach itself.
        if stream.local_addr()? == stream.peer_addr()? {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let _ = self.resolved.set(stream.peer_addr()?);
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_scheme_and_port() {
        for (text, printed) in [
            ("tcp://127.0.0.1:1884", "127.0.0.1:1884"),
            ("tcp://broker.example", "broker.example:1883"),
            ("mqtt://broker:1/", "broker:1"),
            ("localhost", "localhost:1883"),
            ("localhost:7", "localhost:7"),
            ("tcp://[::1]:1884", "[::1]:1884"),
            ("[::1]", "[::1]:1883"),
            ("::1", "[::1]:1883"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused_for_what_is_wrong_with_them() {
        for (text, error) in [
            ("mqtts://h:1", AddressError::Scheme("mqtts".into())),
            ("", AddressError::HostMissing),
            ("tcp://:1883", AddressError::HostMissing),
            ("h:0", AddressError::Port("0".into())),
            ("h:65536", AddressError::Port("65536".into())),
            ("h:", AddressError::Port(String::new())),
            ("tcp://h:1/path", AddressError::Trailing("/path".into())),
            ("[::1]1883", AddressError::Trailing("1883".into())),
        ] {
            assert_eq!(text.parse::<Address>().unwrap_err(), error, "{text}");
        }
    }
}
