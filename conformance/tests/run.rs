//! `mqttspec run` from outside: brokers that are spawned, die, or are none, and what is left of a
//! run then: an exit code, a sentence, all reports, and no process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

const MQTTSPEC: &str = env!("CARGO_BIN_EXE_mqttspec");

/// One connection and its end.
const QUICK: &str = r#"
scenario quick {
    summary  "CONNECT is answered."
    versions 3.1.1, 5.0
    covers   3.1.1: MQTT-3.2.0-1, 5.0: MQTT-3.2.0-1

    connect a
    a -> PINGREQ
    a <- PINGRESP
}
"#;

/// A connection that is open for a while.
const SLOW: &str = r#"
scenario slow {
    summary  "A connection without traffic stays open."
    versions 5.0
    covers   5.0: MQTT-3.2.0-1
    timeout  600s

    connect a
    wait 300s
    a -> PINGREQ
    a <- PINGRESP
}
"#;

/// A suite of one file, with a folder for reports beside it.
struct Suite {
    folder: TempDir,
}

impl Suite {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenarios = folder.path().join("scenarios/a");
        fs::create_dir_all(&scenarios).unwrap();
        fs::write(scenarios.join("a.scn"), text.trim_start()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// `mqttspec run` on the suite, with reports.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(MQTTSPEC);
        command
            .args(["run", "--scenarios", &self.path("scenarios"), "--out", &self.path("out")])
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run { output: self.command(arguments).output().unwrap(), out: self.path("out") }
    }
}

/// A run that ended.
struct Run {
    output: Output,
    out: String,
}

impl Run {
    fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    #[track_caller]
    fn assert_exit(&self, code: i32) {
        assert_eq!(self.output.status.code(), Some(code), "{}", self.stderr());
    }

    fn report(&self, name: &str) -> String {
        fs::read_to_string(Path::new(&self.out).join(name)).unwrap()
    }

    /// The last event, which has to be there whatever happened.
    fn summary(&self) -> Value {
        let lines = self.report("run.jsonl");
        let summary: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        assert_eq!(summary["event"], "summary");
        summary
    }

    /// The port that a spawned broker listened on.
    fn port(&self) -> u16 {
        let text = self.report("report.txt");
        let at = text.find(" at 127.0.0.1:").unwrap() + " at 127.0.0.1:".len();
        let digits: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    }
}

/// The reference broker as a command to spawn.
fn broker() -> String {
    format!("{MQTTSPEC} broker --listen 127.0.0.1:{{port}}")
}

/// A peer on the loopback interface that treats every connection in its own way, and its address.
fn peer(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let serve = std::sync::Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream.unwrap()));
        }
    });
    address
}

/// Reads until the other side closes.
fn drain(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(1..) = stream.read(&mut buffer) {}
}

#[test]
fn the_embedded_broker_is_tested_where_no_other_is_named() {
    let suite = Suite::new(QUICK);
    let run = suite.run(&[]);
    run.assert_exit(0);
    assert_eq!(run.summary()["pass"], 2);
    assert!(run.report("statements.txt").contains("held         MQTT-3.2.0-1"));
    assert!(run.report("junit.xml").contains(r#"tests="2""#));
}

#[test]
fn a_broker_is_spawned_tested_and_stopped() {
    let suite = Suite::new(QUICK);
    let run = suite.run(&["--spawn", &broker()]);
    run.assert_exit(0);
    assert_eq!(run.summary()["pass"], 2);
    assert!(run.report("broker.log").contains("listening on"));
    assert!(TcpStream::connect(("127.0.0.1", run.port())).is_err(), "it still listens");
}

#[test]
fn a_broker_that_does_not_start_is_an_error_with_its_last_words() {
    let suite = Suite::new(QUICK);
    let run = suite.run(&["--spawn", "sh -c 'echo no licence for port {port}; exit 3'"]);
    run.assert_exit(5);
    assert_eq!(run.summary()["error"], 1);
    assert!(run.stderr().contains("exit status: 3"), "{}", run.stderr());
    assert!(run.report("report.txt").contains("| no licence for port"));
    assert!(run.report("junit.xml").contains("<error"));
}

#[test]
fn a_broker_that_dies_is_an_error_with_its_last_words() {
    // Whether it dies during the case or, on a slow machine, before it: it is an error.
    let suite = Suite::new(&SLOW.replace("300s", "2s"));
    let script = r#"'"$0" broker --listen 127.0.0.1:$1 & sleep 1; echo boom; kill -9 $!'"#;
    let command = format!("sh -c {script} {MQTTSPEC} {{port}}");
    let run = suite.run(&["--spawn", &command]);
    run.assert_exit(5);
    assert_eq!(run.summary()["error"], 1, "{}", run.stderr());
    assert!(run.report("report.txt").contains("| boom"), "{}", run.stderr());
}

#[test]
fn an_interrupted_run_writes_its_reports_and_stops_its_broker() {
    let suite = Suite::new(SLOW);
    let mut child = suite
        .command(&["--format", "jsonl", "--spawn", &broker()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("case-start")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    lines.for_each(drop);
    let run = Run { output: child.wait_with_output().unwrap(), out: suite.path("out") };
    run.assert_exit(130);
    assert_eq!(run.summary()["interrupted"], true);
    assert!(run.report("junit.xml").contains("<testsuites"));
    assert!(TcpStream::connect(("127.0.0.1", run.port())).is_err(), "it still listens");
}

#[test]
fn what_is_no_broker_is_an_error_with_a_sentence() {
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("tcp://{}", listener.local_addr().unwrap())
    };
    let http = peer(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        drain(stream);
    });
    let flood = peer(|mut stream| {
        let noise: Vec<u8> = (0..=255).cycle().skip(128).take(65_536).collect();
        while stream.write_all(&noise).is_ok() {}
    });
    for (address, sentence) in [
        (dead, "it refuses TCP connections"),
        (peer(drain), "no byte came in answer to CONNECT within"),
        (peer(drop), "in answer to CONNECT"),
        (http, "HTTP, which is not MQTT"),
        (flood, "bytes that are no CONNACK"),
    ] {
        let suite = Suite::new(QUICK);
        let run = suite.run(&["--broker", &address, "--timeout-scale", "0.02"]);
        run.assert_exit(5);
        assert_eq!(run.summary()["error"], 1);
        assert!(run.stderr().contains(sentence), "{sentence}: {}", run.stderr());
        assert!(run.report("junit.xml").contains("<error"));
        assert!(run.report("report.txt").contains(&format!("mqttspec probe --broker {address}")));
    }
}

#[test]
fn arguments_that_make_no_sense_are_usage_errors() {
    let suite = Suite::new(QUICK);
    fs::write(suite.path("known.toml"), "[[known]]\nid = \"a/*\"\nexpect = \"fail\"\n").unwrap();
    let known = suite.path("known.toml");
    let file = format!("{known}/out");
    for (arguments, message) in [
        (vec!["--broker", "wss://localhost"], "the transport \"wss\" is not supported"),
        (vec!["--spawn", "mosquitto -p 1883"], "the command does not contain {port}"),
        (vec!["--username", "u"], "needs --broker or --spawn"),
        (vec!["--baseline", &known], "missing field `reason`"),
        (vec!["--junit", &file], "cannot write"),
        (vec!["--timeout-scale", "0"], "a number from 0.001"),
        (vec!["--keep-alive", "600"], "needs --broker or --spawn"),
        (vec!["--keep-alive", "65536"], "65536 is not in 0..=65535"),
        (vec!["--seed", "x"], "16 hex digits"),
    ] {
        let run = suite.run(&arguments);
        run.assert_exit(2);
        assert!(run.stderr().contains(message), "{arguments:?}: {}", run.stderr());
    }
}

#[test]
fn an_empty_selection_and_scenarios_that_do_not_parse_have_codes_of_their_own() {
    Suite::new(QUICK).run(&["b/*"]).assert_exit(4);
    Suite::new("scenario {").run(&[]).assert_exit(3);
}

#[test]
fn a_baseline_is_held_against_the_run() {
    let suite = Suite::new(QUICK);
    let entry = |id: &str| {
        let text = format!("[[known]]\nid = {id:?}\nexpect = \"fail\"\nreason = \"ticket 12\"\n");
        fs::write(suite.path("known.toml"), text).unwrap();
        suite.path("known.toml")
    };
    let passes = suite.run(&["--baseline", &entry("a/quick@5.0")]);
    passes.assert_exit(1);
    assert_eq!(passes.summary()["xpass"], 1);
    assert!(passes.stderr().contains("XPASS"));
    let stale = suite.run(&["--baseline", &entry("b/*")]);
    stale.assert_exit(1);
    assert!(stale.stderr().contains("matches no case"), "{}", stale.stderr());
    let part = suite.run(&["--baseline", &entry("b/*"), "a/*"]);
    part.assert_exit(1);
    let part = suite.run(&["--baseline", &entry("b/*"), "--mqtt", "5.0"]);
    part.assert_exit(0);
}

#[test]
fn a_run_is_repeated_by_its_seed() {
    let suite = Suite::new(QUICK);
    let seed = |run: &Run| {
        let text = run.report("report.txt");
        text.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    let first = suite.run(&[]);
    let printed = seed(&first);
    assert_eq!(seed(&suite.run(&["--seed", &printed])), printed);
    assert_ne!(seed(&suite.run(&[])), printed);
}

#[test]
fn json_lines_go_to_stdout_as_they_happen() {
    let suite = Suite::new(QUICK);
    let run = suite.run(&["--format", "jsonl", "-j", "1"]);
    run.assert_exit(0);
    let stdout = String::from_utf8(run.output.stdout.clone()).unwrap();
    assert_eq!(stdout, run.report("run.jsonl"));
    let events: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["start", "case-start", "case", "case-start", "case", "summary"]);
    assert!(run.stderr().starts_with("------------\n     Summary"));
}

#[test]
fn the_probe_shows_what_the_embedded_broker_can() {
    let output = Command::new(MQTTSPEC).arg("probe").env_clear().output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let text: String = text
        .lines()
        .map(|line| match line.split_once(" at 127.0.0.1:") {
            Some((before, _)) => format!("{before} at 127.0.0.1:PORT\n"),
            None => format!("{line}\n"),
        })
        .collect();
    insta::assert_snapshot!(text);
}
