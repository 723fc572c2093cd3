//! The `mqttspec` command.
fn main() {}
