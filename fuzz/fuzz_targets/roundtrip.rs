//! Valid packets, to bytes and back. See the module of the library.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mqttspec_fuzz::roundtrip::run(data));
