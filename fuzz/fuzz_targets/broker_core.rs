//! Several clients at the broker core, with a monitor on each connection. See the module of the library.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mqttspec_fuzz::broker_core::run(data));
