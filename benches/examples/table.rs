//! Measures the codecs side by side: prints and writes `BENCHMARKS.md`. With `--check` it compares
//! the instructions of our own codec with `instructions.toml`, with `--write` it writes that file.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, panic};

use mqttspec_benches::codecs::Codec;
use mqttspec_benches::figures::{count, time};
use mqttspec_benches::jobs::Job;
use mqttspec_benches::recorded::{self, TOLERANCE_PERCENT};
use mqttspec_benches::report::{self, Measured};
use mqttspec_benches::valgrind::Counter;

const USAGE: &str = "usage: table [--check | --write]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => measure(),
        ["--check"] => check(),
        ["--write"] => write(),
        // What valgrind runs: this program, on one job.
        ["run", task, codec, row, rounds] => run([task, codec, row], rounds),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn measure() -> Result<(), Box<dyn Error>> {
    eprintln!("timing ...");
    let nanoseconds = time();
    eprintln!("counting instructions ...");
    let instructions = count(Counter::Instructions, &Codec::ALL)?;
    eprintln!("counting allocations ...");
    let allocations = count(Counter::Allocations, &Codec::ALL)?;
    // Some codecs panic on faults, which the report tells.
    panic::set_hook(Box::new(|_| {}));
    let lock = fs::read_to_string(package().join("../Cargo.lock"))?;
    let measured = Measured { instructions, nanoseconds, allocations };
    let text = report::format(&measured, &lock)?;
    print!("{text}");
    fs::write(package().join("../BENCHMARKS.md"), text)?;
    Ok(())
}

fn check() -> Result<(), Box<dyn Error>> {
    let figures = count(Counter::Instructions, &[Codec::Mqttspec])?;
    let recorded = fs::read_to_string(package().join("instructions.toml"))?;
    let differences = recorded::differences(&recorded, &figures)?;
    if differences.is_empty() {
        let compared = figures.len();
        println!("{compared} counts are within {TOLERANCE_PERCENT} % of instructions.toml");
        return Ok(());
    }
    let differences = differences.join("\n  ");
    Err(format!(
        "instructions per packet differ from benches/instructions.toml:\n  {differences}\n\
         if that is meant, write them anew: cargo run --release -p mqttspec-benches \
         --example table -- --write"
    )
    .into())
}

fn write() -> Result<(), Box<dyn Error>> {
    let figures = count(Counter::Instructions, &[Codec::Mqttspec])?;
    let text = recorded::format(&figures);
    print!("{text}");
    fs::write(package().join("instructions.toml"), text)?;
    Ok(())
}

fn run(job: [&str; 3], rounds: &str) -> Result<(), Box<dyn Error>> {
    Job::parse(job).ok_or(USAGE)?.run(rounds.parse()?);
    Ok(())
}
