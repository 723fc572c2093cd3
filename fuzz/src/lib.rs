//! What the cargo-fuzz targets do with their bytes, as functions: so that a plain test replays the
//! seeds and whatever was found once. A run that returns has found nothing; a panic is a finding.
//!
//! `cargo fuzz run -s none TARGET -- -dict=fuzz/dict/TARGET.dict -max_total_time=60` works with a
//! stable compiler; `CARGO_PROFILE_RELEASE_LTO=off` in front of it builds several times faster. What
//! is found goes, as small as it gets, into the tests of the crate that is at fault.

pub mod broker_core;
pub mod decode;
pub mod meter;
pub mod roundtrip;
pub mod scenario_parse;
