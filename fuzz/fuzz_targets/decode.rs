//! Any bytes, as a packet of either version from either side. See the module of the library.
#![no_main]

use mqttspec_fuzz::meter::Meter;

#[global_allocator]
static METER: Meter = Meter;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mqttspec_fuzz::decode::run(data));
