//! A strict, zero-copy codec for the Control Packets of MQTT 3.1.1 and MQTT 5.0.
