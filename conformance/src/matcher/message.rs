//! A packet that the broker sent, with what is known of its arrival.

use bytes::Bytes;
use mqttspec_codec::{MqttString, Packet, PacketType, Version};
use tokio::time::Instant;

/// A received packet.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its place among all packets that the case received, on whatever connection.
    pub seq: u64,
    /// When it came.
    pub at: Instant,
    /// The version that it was decoded in.
    pub version: Version,
    /// Its bytes.
    pub frame: Bytes,
    /// What they mean.
    pub packet: Packet,
    /// The topic of a PUBLISH, its alias resolved; `None` if the alias stands for nothing.
    pub topic: Option<MqttString>,
}

impl Message {
    /// The packet's type.
    #[must_use]
    pub fn packet_type(&self) -> PacketType {
        self.packet.packet_type()
    }
}
