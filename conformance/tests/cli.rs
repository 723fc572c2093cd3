//! The command line as a user meets it: `cli.toml` lists command lines, each is run in this crate's
//! folder, and what comes out of it is a snapshot of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// One command line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The name of the snapshot.
    name: String,
    /// The arguments, in the syntax of a shell.
    args: String,
    #[serde(default)]
    stdin: String,
    /// The expected exit code.
    exit: i32,
    /// How many lines of stdout are in the snapshot; all, if absent.
    head: Option<usize>,
}

#[test]
fn every_command_line_does_as_recorded() {
    let file: File = toml::from_str(include_str!("cli.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in file.case {
        let (exit, stdout, stderr) = run(&case);
        if exit != Some(case.exit) {
            wrong.push(format!("{} ended with {exit:?}:\n{stdout}{stderr}", case.name));
            continue;
        }
        let lines_max = case.head.unwrap_or(usize::MAX);
        let stdout: String = stdout.split_inclusive('\n').take(lines_max).collect();
        let text = format!("exit {}\n--- stdout\n{stdout}--- stderr\n{stderr}", case.exit);
        insta::with_settings!({
            description => format!("mqttspec {}", case.args),
            omit_expression => true,
        }, {
            insta::assert_snapshot!(case.name, text);
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn run(case: &Case) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mqttspec"))
        .args(shell_words::split(&case.args).unwrap())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(case.stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A command line without a snapshot.
fn mqttspec(args: &[&str]) -> (Option<i32>, String, String) {
    run(&Case {
        name: String::new(),
        args: shell_words::join(args),
        stdin: String::new(),
        exit: 0,
        head: None,
    })
}

#[test]
fn the_coverage_is_compared_with_its_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let scenarios = folder.path().to_str().unwrap();
    fs::copy("tests/suite/subscribe/flags.scn", folder.path().join("flags.scn")).unwrap();

    let (_, markdown, _) =
        mqttspec(&["coverage", "--scenarios", scenarios, "--format", "markdown"]);
    fs::write(folder.path().join("COVERAGE.md"), &markdown).unwrap();
    let (exit, _, stderr) = mqttspec(&["coverage", "--scenarios", scenarios, "--check"]);
    assert_eq!(exit, Some(0), "{stderr}");

    let row = "| MQTT-3.8.1-1 | MUST | subscribe-flags |";
    assert!(markdown.contains(row), "{markdown}");
    let changed = markdown.replace(row, "| MQTT-3.8.1-1 | MUST | nobody |");
    fs::write(folder.path().join("COVERAGE.md"), changed).unwrap();
    let (exit, _, stderr) = mqttspec(&["coverage", "--scenarios", scenarios, "--check"]);
    assert_eq!(exit, Some(1));
    assert!(stderr.contains("- | MQTT-3.8.1-1 | MUST | nobody |"), "{stderr}");
    assert!(stderr.contains(&format!("+ {row}")), "{stderr}");
}

#[test]
fn the_coverage_as_json_adds_up() {
    let (exit, json, _) = mqttspec(&["coverage", "--scenarios", "tests/suite", "--format", "json"]);
    assert_eq!(exit, Some(0));
    let versions: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<_> = versions.iter().map(|of| of["version"].as_str().unwrap()).collect();
    assert_eq!(names, ["3.1.1", "5.0"]);
    for part in versions.iter().flat_map(|of| [of, &of["unnumbered"]]) {
        let count = |name: &str| part[name].as_u64().unwrap();
        let outside = count("client_only") + count("not_observable");
        assert_eq!(count("statements"), count("observable") + outside);
        let open = count("transport_not_built") + count("freedom") + count("todo");
        assert_eq!(count("observable"), count("covered") + open);
        assert_eq!(part["todo_statements"].as_array().unwrap().len() as u64, count("todo"));
    }
}

#[test]
fn formatting_changes_a_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.scn");
    let name = path.to_str().unwrap();
    fs::copy("tests/unformatted.scn", &path).unwrap();
    assert_eq!(mqttspec(&["fmt", "--check", name]).0, Some(1));
    assert_eq!(fs::read(&path).unwrap(), fs::read("tests/unformatted.scn").unwrap());

    assert_eq!(mqttspec(&["fmt", name]), (Some(0), String::new(), String::new()));
    let formatted = fs::read_to_string(&path).unwrap();
    assert_eq!(formatted, fs::read_to_string("tests/suite/retain/basic.scn").unwrap());
    assert_eq!(mqttspec(&["fmt", "--check", name]).0, Some(0));
}

/// A client is answered by the broker, and the broker ends well when it is asked to.
#[cfg(unix)]
#[test]
fn the_broker_serves_until_it_is_asked_to_end() {
    let mut broker = Running(
        Command::new(env!("CARGO_BIN_EXE_mqttspec"))
            .args(["broker", "--listen", "127.0.0.1:0", "--user", "ann:secret"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(broker.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap();

    let return_code = |connect: &[u8]| {
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(connect).unwrap();
        let mut connack = [0; 4];
        client.read_exact(&mut connack).unwrap();
        assert_eq!(connack[..3], [0x20, 2, 0]);
        connack[3]
    };
    let nobody = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01a";
    let ann = b"\x10\x1a\x00\x04MQTT\x04\xc2\x00\x00\x00\x01a\x00\x03ann\x00\x06secret";
    assert_ne!(return_code(nobody), 0);
    assert_eq!(return_code(ann), 0);

    Command::new("kill").arg(broker.0.id().to_string()).status().unwrap();
    assert_eq!(broker.0.wait().unwrap().code(), Some(0));
}

/// A child that does not outlive its test.
#[cfg(unix)]
struct Running(std::process::Child);

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A control sequence in what a user sees could only have come from somebody else's text.
#[test]
fn nothing_colours_a_stream_that_is_no_terminal() {
    let (_, plain, _) = mqttspec(&["decode", "c000"]);
    assert!(!plain.contains('\u{1b}'));
    let (_, coloured, _) = mqttspec(&["decode", "--color", "always", "c000"]);
    assert!(coloured.contains('\u{1b}'));
}
