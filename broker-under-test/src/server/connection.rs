//! One connection: its bytes to the hub, the hub's packets to its client, and an end that lets the
//! client read the last packet.
//!
//! A socket that is closed while bytes of the client are still unread is reset, and the reset may
//! overtake a DISCONNECT that explains it. So the broker's side is shut down first, and what the
//! client still sends is read for a while and thrown away.

use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

use super::hub::{Inbox, Message, Outgoing, outbox};
use crate::core::ConnectionId;

/// How long a client has to read the last packets.
const FLUSH_TIME_MAX: Duration = Duration::from_secs(2);

/// How long a client has to close its own side then.
const LINGER_TIME_MAX: Duration = Duration::from_secs(1);

/// How much of what a client sends too late is read.
const LINGER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes that are read, and written, at a time.
const SEGMENT_LEN: usize = 64 * 1024;

/// Serves a connection until it has ended on both sides, or the client had its time.
pub(super) async fn serve(
    id: ConnectionId,
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    inbox: Inbox,
) {
    let (outbox, outgoing) = outbox();
    if inbox.send(Message::Opened(id, outbox)).await.is_err() {
        return;
    }
    let (mut reader, writer) = split(stream);
    let Outgoing { packets, bytes_waiting, over } = outgoing;
    let mut writing = pin!(write_all(writer, packets, &bytes_waiting));
    let mut is_written = false;
    let was_cut = tokio::select! {
        biased;
        over = over => over.is_ok(),
        _ = &mut writing => {
            is_written = true;
            false
        }
        () = read_all(id, &mut reader, &inbox) => false,
    };
    // The hub lets go of the outbox, and with that the writing comes to its end.
    let _ = inbox.send(Message::Closed(id)).await;
    if was_cut {
        return;
    }
    if !is_written {
        let _ = timeout(FLUSH_TIME_MAX, writing).await;
    }
    let _ = timeout(LINGER_TIME_MAX, discard(&mut reader)).await;
}

/// Passes on what the client sends, until it has nothing more to say or cannot be heard.
async fn read_all(id: ConnectionId, reader: &mut (impl AsyncRead + Unpin), inbox: &Inbox) {
    let mut buffer = BytesMut::with_capacity(SEGMENT_LEN);
    while let Ok(1..) = reader.read_buf(&mut buffer).await {
        if inbox.send(Message::Received(id, buffer.split().freeze())).await.is_err() {
            return;
        }
        buffer.reserve(SEGMENT_LEN);
    }
}

/// Writes packets until there are no more to come, and shuts the broker's side down.
async fn write_all(
    mut writer: impl AsyncWrite + Unpin,
    mut packets: mpsc::UnboundedReceiver<Bytes>,
    bytes_waiting: &AtomicUsize,
) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    while let Some(packet) = packets.recv().await {
        buffer.extend_from_slice(&packet);
        while buffer.len() < SEGMENT_LEN
            && let Ok(packet) = packets.try_recv()
        {
            buffer.extend_from_slice(&packet);
        }
        let len = buffer.len();
        writer.write_all_buf(&mut buffer).await?;
        bytes_waiting.fetch_sub(len, Ordering::Relaxed);
    }
    writer.shutdown().await
}

async fn discard(reader: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = vec![0; SEGMENT_LEN];
    let mut total = 0;
    while total < LINGER_BYTES_MAX
        && let Ok(len @ 1..) = reader.read(&mut buffer).await
    {
        total += len;
    }
}
