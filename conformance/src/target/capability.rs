//! What a broker can do: from its CONNACK (MQTT 5.0, section 3.2.2.3) and from what the user said.

/// What is known of a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {}
