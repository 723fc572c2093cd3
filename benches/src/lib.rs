//! What the benchmarks measure, as functions: so that criterion times them, and `instructions` (an
//! example) runs them under callgrind.
//!
//! - `cargo bench -p mqttspec-benches --bench codec`: packets per second, beside other codecs.
//! - `cargo bench -p mqttspec-benches --bench broker`: messages per second through the broker core.
//! - `benches/instructions.sh`: instructions per packet; they do not depend on what else runs.

pub mod codecs;
pub mod exchange;
pub mod rows;
