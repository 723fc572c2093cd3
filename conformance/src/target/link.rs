//! One connection to the target: a stream of bytes, and the three ways to end it.
//!
//! Shutting the writing side down (`AsyncWriteExt::shutdown`) is a half-close: FIN. Dropping the
//! link closes it. [`Link::abort`] resets it, so that the broker sees an error instead of an end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;

/// A transport that a link can run over.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// Makes dropping the stream a reset, where the transport knows such a thing.
    fn reset_on_drop(&self);

    /// Acknowledges what was read at once, where the transport would rather wait. A broker that
    /// leaves Nagle's algorithm on sends its second small packet only then, 40 ms later.
    fn acknowledge(&self) {}
}

impl Stream for TcpStream {
    fn reset_on_drop(&self) {
        // Fails only on a socket that is gone already; then there is nothing left to reset.
        let _ = self.set_zero_linger();
    }

    #[cfg(target_os = "linux")]
    fn acknowledge(&self) {
        // It saves time and nothing else.
        let _ = self.set_quickack(true);
    }
}

impl Stream for DuplexStream {
    fn reset_on_drop(&self) {}
}

/// An open connection to the broker.
pub struct Link {
    stream: Box<dyn Stream>,
}

impl Link {
    /// A link over a stream of any kind.
    #[must_use]
    pub fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream) }
    }

    /// Ends the connection with a reset (TCP: RST; in memory: the end of the stream). To use it on
    /// halves of [`tokio::io::split`], `unsplit` them first.
    pub fn abort(self) {
        self.stream.reset_on_drop();
    }
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if result.is_ready() {
            self.stream.acknowledge();
        }
        result
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (Link, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (Link::new(near), listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn an_abort_reaches_the_peer_as_a_reset() {
        let (link, mut peer) = pair().await;
        link.abort();
        let error = peer.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn an_abort_of_joined_halves_reaches_the_peer_as_a_reset() {
        let (link, mut peer) = pair().await;
        let (reader, mut writer) = tokio::io::split(link);
        writer.write_all(b"x").await.unwrap();
        assert_eq!(peer.read_u8().await.unwrap(), b'x');
        reader.unsplit(writer).abort();
        let error = peer.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn a_half_closed_link_still_reads() {
        let (mut link, mut peer) = pair().await;
        link.shutdown().await.unwrap();
        assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
        peer.write_all(b"later").await.unwrap();
        drop(peer);
        let mut text = String::new();
        link.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "later");
    }

    #[tokio::test]
    async fn a_dropped_link_ends_in_order() {
        let (link, mut peer) = pair().await;
        drop(link);
        assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
    }
}
