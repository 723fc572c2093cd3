//! What the benchmarks measure, as functions: so that criterion times them, and `table` (an
//! example) runs them under valgrind.
//!
//! - `cargo run --release -p mqttspec-benches --example table`: instructions, time and
//!   allocations per packet, beside other codecs; writes `BENCHMARKS.md`. With `-- --check` it
//!   compares the instructions of our codec with `instructions.toml`.
//! - `cargo bench -p mqttspec-benches --bench codec`: packets per second, beside other codecs.
//! - `cargo bench -p mqttspec-benches --bench broker`: messages per second through the broker core.

pub mod codecs;
pub mod exchange;
pub mod faults;
pub mod fidelity;
pub mod figures;
pub mod jobs;
pub mod recorded;
pub mod report;
pub mod rows;
pub mod timing;
pub mod valgrind;
