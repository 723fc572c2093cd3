//! The targets on their seeds, and on bytes as they come.

use std::fs;
use std::path::Path;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 4] = [
    ("decode", mqttspec_fuzz::decode::run),
    ("roundtrip", mqttspec_fuzz::roundtrip::run),
    ("broker_core", mqttspec_fuzz::broker_core::run),
    ("scenario_parse", mqttspec_fuzz::scenario_parse::run),
];

#[test]
fn seeds_find_nothing() {
    for (name, run) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut seeds = 0;
        for entry in fs::read_dir(&folder).expect("a corpus") {
            let path = entry.expect("a file").path();
            let file = path.file_name().expect("a name").to_string_lossy();
            if file.starts_with("seed-") {
                println!("{}", path.display());
                run(&fs::read(&path).expect("readable"));
                seeds += 1;
            }
        }
        assert!(seeds > 0, "{name} has no seeds");
    }
}

#[test]
fn any_bytes_find_nothing() {
    for (name, run) in TARGETS {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..300 {
            let bytes: Vec<u8> = (0..round * 5).map(|_| next(&mut state)).collect();
            println!("{name}, round {round}");
            run(&bytes);
        }
    }
}

#[test]
fn nothing_at_all_finds_nothing() {
    for (_, run) in TARGETS {
        run(&[]);
    }
}

/// The next byte of an xorshift generator.
fn next(state: &mut u64) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    state.to_le_bytes()[3]
}
