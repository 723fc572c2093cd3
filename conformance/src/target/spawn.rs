//! A broker that this program starts and stops itself: `--spawn 'mosquitto -p {port}'`.
//!
//! The broker gets a process group of its own, so that it does not see the Ctrl-C meant for the
//! run, and so that whatever it started goes when it goes. It is stopped in every case: by
//! [`Spawned::stop`], or at the latest when the value is dropped.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::sync::watch;

use super::address::Address;
use crate::report::escape;

/// How long a broker may take to stop in order when nobody waits for it any more (a panic, an error
/// on the way out).
const DROP_MAX: Duration = Duration::from_secs(2);
/// Between two looks at something that cannot be waited for.
const POLL: Duration = Duration::from_millis(10);
/// How much of the end of a log is quoted.
const TAIL_BYTES: u64 = 4096;
const TAIL_LINES: usize = 12;
/// Where ports are looked for: below the range from which operating systems take the local ports of
/// outgoing connections, so that none of the suite's own sockets can sit on the broker's port.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// Distance between the ports of two brokers: some open further ports beside their own.
const PORT_STEP: u16 = 10;

/// How to spawn a broker.
#[derive(Clone, Debug)]
pub struct SpawnOptions {
    /// Where its output goes; `None` takes a temporary file.
    pub log: Option<PathBuf>,
    /// How long it may take until its port accepts connections.
    pub start_max: Duration,
    /// How long it may take to stop in order, before it is killed.
    pub stop_max: Duration,
}

impl Default for SpawnOptions {
    fn default() -> Self {
        let [start_max, stop_max] = [60, 10].map(Duration::from_secs);
        Self { log: None, start_max, stop_max }
    }
}

/// Why a broker could not be spawned.
#[derive(Debug)]
pub enum SpawnError {
    /// The command's quotes do not match.
    Quotes,
    /// The command is empty.
    Empty,
    /// The command does not say where the port goes.
    NoPort,
    /// No free port was found.
    Port,
    /// The log could not be opened.
    Log(PathBuf, io::Error),
    /// The temporary folder could not be made.
    Folder(io::Error),
    /// The program could not be started.
    Start(String, io::Error),
    /// It ended before its port accepted a connection.
    Died(String),
    /// Its port did not accept a connection in time. The end of the log follows.
    Deadline(u16, Duration, String),
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quotes => f.write_str("the command has a quote that is not closed"),
            Self::Empty => f.write_str("the command is empty"),
            Self::NoPort => f.write_str("the command does not contain {port}"),
            Self::Port => f.write_str("no free port was found on 127.0.0.1"),
            Self::Log(path, error) => write!(f, "cannot write {}: {error}", path.display()),
            Self::Folder(error) => write!(f, "cannot make a temporary folder: {error}"),
            Self::Start(program, error) => {
                write!(f, "cannot start {}: {error}", escape::line(program))
            }
            Self::Died(death) => f.write_str(death),
            Self::Deadline(port, after, log) => {
                write!(f, "it does not accept connections on port {port} after {after:?}{log}")
            }
        }
    }
}

impl std::error::Error for SpawnError {}

/// A broker started from a command.
#[derive(Debug)]
pub struct Spawned {
    arguments: Vec<String>,
    address: Address,
    port: u16,
    log: Log,
    start_max: Duration,
    stop_max: Duration,
    process: Mutex<Option<Arc<Process>>>,
    launches: AtomicUsize,
    /// Removed with everything in it once the broker is gone.
    _folder: Option<tempfile::TempDir>,
}

impl Spawned {
    /// Starts a broker and waits until it accepts connections.
    ///
    /// In the command `{port}` stands for the port to listen on, on 127.0.0.1; `{port2}` for a
    /// second one; `{dir}` for an empty folder that is removed at the end. The command is split
    /// into arguments as a shell would, but no shell runs.
    ///
    /// # Errors
    ///
    /// See [`SpawnError`]; nothing is left running.
    pub async fn start(command: &str, options: SpawnOptions) -> Result<Self, SpawnError> {
        let words = shell_words::split(command).map_err(|_| SpawnError::Quotes)?;
        if words.is_empty() {
            return Err(SpawnError::Empty);
        }
        if !words.iter().any(|word| word.contains("{port}")) {
            return Err(SpawnError::NoPort);
        }
        let port = free_port().ok_or(SpawnError::Port)?;
        let folder = match words.iter().any(|word| word.contains("{dir}")) {
            true => Some(tempfile::Builder::new().prefix("mqttspec-").tempdir())
                .transpose()
                .map_err(SpawnError::Folder)?,
            false => None,
        };
        let path = folder.as_ref().map(|folder| folder.path().display().to_string());
        let fill = |word: &String| {
            word.replace("{port}", &port.to_string())
                .replace("{port2}", &(port + 1).to_string())
                .replace("{dir}", path.as_deref().unwrap_or_default())
        };
        let spawned = Self {
            arguments: words.iter().map(fill).collect(),
            address: Address::new("127.0.0.1", port),
            port,
            log: Log::open(options.log)?,
            start_max: options.start_max,
            stop_max: options.stop_max,
            process: Mutex::new(None),
            launches: AtomicUsize::new(0),
            _folder: folder,
        };
        spawned.launch().await?;
        Ok(spawned)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The name of the program, without its folder.
    #[must_use]
    pub fn program(&self) -> &str {
        let program = self.arguments.first().map_or("", String::as_str);
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The log of the broker.
    #[must_use]
    pub fn log(&self) -> &Path {
        self.log.path()
    }

    /// Keeps a temporary log when the value is dropped.
    pub fn keep_log(&self) {
        self.log.keep();
    }

    /// How often it was started.
    #[must_use]
    pub fn launches(&self) -> usize {
        self.launches.load(Ordering::Relaxed)
    }

    /// How the broker died, with the end of its log, if it did so on its own account.
    #[must_use]
    pub fn death(&self) -> Option<String> {
        let process = self.process()?;
        let status = *process.exit.borrow();
        status.map(|status| self.obituary(status))
    }

    /// Waits until the broker dies on its own account; for ever if it does not.
    pub async fn died(&self) -> String {
        loop {
            if let Some(process) = self.process() {
                let status = process.ended().await;
                if self.process().is_some_and(|now| Arc::ptr_eq(&now, &process)) {
                    return self.obituary(status);
                }
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Stops the broker in order and starts it again on the same port.
    ///
    /// # Errors
    ///
    /// As for [`Spawned::start`].
    pub async fn restart(&self) -> Result<(), SpawnError> {
        self.stop().await;
        self.launch().await
    }

    /// Kills the broker without warning and starts it again on the same port.
    ///
    /// # Errors
    ///
    /// As for [`Spawned::start`].
    pub async fn kill(&self) -> Result<(), SpawnError> {
        if let Some(process) = self.take() {
            process.kill().await;
        }
        self.launch().await
    }

    /// Stops the broker: SIGTERM, and SIGKILL if that does not help. Does nothing if it is not
    /// running.
    pub async fn stop(&self) {
        if let Some(process) = self.take() {
            process.stop(self.stop_max).await;
        }
    }

    fn process(&self) -> Option<Arc<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self) -> Option<Arc<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn obituary(&self, status: ExitStatus) -> String {
        format!("the broker ended on its own ({status}){}", self.log.tail())
    }

    async fn launch(&self) -> Result<(), SpawnError> {
        let process = Arc::new(Process::start(&self.arguments, &self.log)?);
        let accepting = async {
            while self.address.connect().await.is_err() {
                tokio::time::sleep(2 * POLL).await;
            }
        };
        let error = tokio::select! {
            () = accepting => None,
            status = process.ended() => Some(SpawnError::Died(self.obituary(status))),
            () = tokio::time::sleep(self.start_max) => {
                Some(SpawnError::Deadline(self.port, self.start_max, self.log.tail()))
            }
        };
        if let Some(error) = error {
            process.kill().await;
            return Err(error);
        }
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(process);
        self.launches.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// A free port with a free one behind it. Another program may take them before the broker does;
/// then the broker ends with its own message about it.
fn free_port() -> Option<u16> {
    let slots = (PORTS.end - PORTS.start) / PORT_STEP;
    let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let start = clock.subsec_nanos().wrapping_add(std::process::id().wrapping_mul(7919));
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    (0..u32::from(slots))
        .filter_map(|slot| u16::try_from((start.wrapping_add(slot)) % u32::from(slots)).ok())
        .map(|slot| PORTS.start + slot * PORT_STEP)
        .find(|port| free(*port) && free(port + 1))
}

/// A running command: the leader of a process group of its own.
#[derive(Debug)]
struct Process {
    group: Pid,
    exit: watch::Receiver<Option<ExitStatus>>,
}

impl Process {
    fn start(arguments: &[String], log: &Log) -> Result<Self, SpawnError> {
        let (program, arguments) = arguments.split_first().ok_or(SpawnError::Empty)?;
        let output = log.writer()?;
        let errors = log.writer()?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(|error| SpawnError::Start(program.clone(), error))?;
        let group = Pid::from_child(&child);
        Ok(Self { group, exit: reaper(child) })
    }

    async fn ended(&self) -> ExitStatus {
        let mut exit = self.exit.clone();
        loop {
            if let Some(status) = *exit.borrow_and_update() {
                return status;
            }
            if exit.changed().await.is_err() {
                // The reaper always sends before it ends.
                return ExitStatus::default();
            }
        }
    }

    async fn stop(&self, stop_max: Duration) {
        self.signal(Signal::TERM);
        let gone = async {
            self.ended().await;
            while test_kill_process_group(self.group).is_ok() {
                tokio::time::sleep(POLL).await;
            }
        };
        if tokio::time::timeout(stop_max, gone).await.is_err() {
            self.kill().await;
        }
    }

    async fn kill(&self) {
        self.signal(Signal::KILL);
        self.ended().await;
    }

    fn signal(&self, signal: Signal) {
        // Fails if the group is gone, which is what signals are sent for.
        let _ = kill_process_group(self.group, signal);
    }
}

impl Drop for Process {
    /// After an orderly [`Process::stop`] there is nothing left to do here.
    fn drop(&mut self) {
        let running = |process: &Self| process.exit.borrow().is_none();
        if running(self) {
            self.signal(Signal::TERM);
            let since = Instant::now();
            while running(self) && since.elapsed() < DROP_MAX {
                std::thread::sleep(POLL);
            }
        }
        self.signal(Signal::KILL);
    }
}

/// Waits for the end of a child on a thread of its own: that works without a runtime, in paused
/// time, and while the runtime is being torn down.
fn reaper(mut child: Child) -> watch::Receiver<Option<ExitStatus>> {
    let (sender, receiver) = watch::channel(None);
    std::thread::spawn(move || {
        // Waiting for a child of ours fails in no way that leaves it running.
        let status = child.wait().unwrap_or_default();
        sender.send_replace(Some(status));
    });
    receiver
}

/// Where the output of the broker goes.
#[derive(Debug)]
enum Log {
    Kept(PathBuf),
    Temporary(PathBuf, Mutex<Option<tempfile::TempPath>>),
}

impl Log {
    fn open(path: Option<PathBuf>) -> Result<Self, SpawnError> {
        match path {
            Some(path) => match File::create(&path) {
                Ok(_) => Ok(Self::Kept(path)),
                Err(error) => Err(SpawnError::Log(path, error)),
            },
            None => {
                let file = tempfile::Builder::new()
                    .prefix("mqttspec-broker-")
                    .suffix(".log")
                    .tempfile()
                    .map_err(|error| SpawnError::Log(std::env::temp_dir(), error))?;
                let path = file.path().to_path_buf();
                Ok(Self::Temporary(path, Mutex::new(Some(file.into_temp_path()))))
            }
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path, _) => path,
        }
    }

    fn keep(&self) {
        if let Self::Temporary(_, guard) = self
            && let Some(path) = guard.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            // Should keeping fail, the file is removed as it would have been anyway.
            let _ = path.keep();
        }
    }

    fn writer(&self) -> Result<File, SpawnError> {
        File::options()
            .append(true)
            .open(self.path())
            .map_err(|error| SpawnError::Log(self.path().to_path_buf(), error))
    }

    /// The last lines, escaped and indented, each behind a line break; empty if there are none.
    fn tail(&self) -> String {
        let Ok(bytes) = self.tail_bytes() else { return String::new() };
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = &lines[lines.len().saturating_sub(TAIL_LINES)..];
        if tail.is_empty() {
            return "; it wrote nothing".into();
        }
        let quoted: Vec<_> =
            tail.iter().map(|line| format!("\n  | {}", escape::line(line))).collect();
        format!("; the end of its log:{}", quoted.concat())
    }

    fn tail_bytes(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.path())?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn error(command: &str) -> String {
        let start_max = Duration::from_millis(300);
        let options = SpawnOptions { start_max, ..SpawnOptions::default() };
        let error = Spawned::start(command, options).await.unwrap_err().to_string();
        let digits = |word: &str| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit());
        error
            .split(' ')
            .map(|word| if digits(word) { "PORT" } else { word })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_command_is_said() {
        let commands = [
            "",
            "mosquitto -p 'x",
            "mosquitto -p 1883",
            "/no/such/program {port}",
            "sh -c 'exit 3' {port}",
            r#"sh -c 'printf "one\n\033[31mtwo\n\377\n"; exit 3' {port}"#,
            "sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo $i; done; kill -9 $$' {port}",
            "sh -c 'echo waiting; exec sleep 600' {port}",
        ];
        let mut text = String::new();
        for command in commands {
            text.push_str(&format!("{command}\n=> {}\n\n", error(command).await));
        }
        insta::assert_snapshot!(text);
    }

    fn words(command: &str) -> Vec<String> {
        shell_words::split(command).unwrap()
    }

    /// Waits until the log has a line.
    async fn wait_for(log: &Log, line: &str) {
        while !log.tail().contains(line) {
            tokio::time::sleep(POLL).await;
        }
    }

    #[tokio::test]
    async fn a_broker_that_does_not_stop_when_asked_is_killed() {
        use std::os::unix::process::ExitStatusExt;
        let log = Log::open(None).unwrap();
        let command = words("sh -c 'trap \"\" TERM; echo ready; while :; do sleep 600; done'");
        let process = Process::start(&command, &log).unwrap();
        wait_for(&log, "ready").await;
        process.stop(Duration::from_millis(50)).await;
        assert_eq!(process.ended().await.signal(), Some(9));
    }

    #[tokio::test]
    async fn what_a_broker_started_ends_with_it_even_if_nobody_stops_it() {
        let log = Log::open(None).unwrap();
        let command = words("sh -c 'sleep 600 & echo ready; wait'");
        let process = Process::start(&command, &log).unwrap();
        wait_for(&log, "ready").await;
        let group = process.group;
        drop(process);
        // The orphan is gone once somebody has reaped it, which may take a moment.
        while test_kill_process_group(group).is_ok() {
            tokio::time::sleep(POLL).await;
        }
    }

    #[test]
    fn ports_are_free_and_apart_from_those_of_outgoing_connections() {
        let port = free_port().unwrap();
        assert!(PORTS.contains(&port) && port.is_multiple_of(PORT_STEP));
        assert!(TcpListener::bind(("127.0.0.1", port + 1)).is_ok());
    }
}
