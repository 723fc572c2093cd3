//! Any text, as a scenario file. See the module of the library.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mqttspec_fuzz::scenario_parse::run(data));
