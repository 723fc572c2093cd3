//! A minimal, strict MQTT broker.
