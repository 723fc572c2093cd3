//! The command line as a user meets it: `cli.toml` lists command lines, each is run in this crate's
//! folder, and what comes out of it is a snapshot of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

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
    for case in file.case {
        let (exit, stdout, stderr) = run(&case);
        assert_eq!(exit, Some(case.exit), "{}: {stdout}{stderr}", case.name);
        let stdout = match case.head {
            Some(lines) => {
                stdout.lines().take(lines).fold(String::new(), |text, line| text + line + "\n")
            }
            None => stdout,
        };
        let text = format!("exit {}\n--- stdout\n{stdout}--- stderr\n{stderr}", case.exit);
        insta::with_settings!({
            description => format!("mqttspec {}", case.args),
            omit_expression => true,
        }, {
            insta::assert_snapshot!(case.name, text);
        });
    }
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
    let case = |args: &str| Case {
        name: String::new(),
        args: args.to_owned(),
        stdin: String::new(),
        exit: 0,
        head: None,
    };
    let (_, plain, _) = run(&case("decode c000"));
    assert!(!plain.contains('\u{1b}'));
    let (_, coloured, _) = run(&case("decode --color always c000"));
    assert!(coloured.contains('\u{1b}'));
}
