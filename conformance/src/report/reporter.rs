//! Where the events of a run go while it runs: the terminal, JSON lines, and what is kept for the
//! reports that are written at the end.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::event::{CaseReport, Event, Start, Summary};
use super::frame::{Context, Sources};
use super::human::Human;
use super::{escape, jsonl, junit};

/// What a run writes, and where.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// A folder for all reports: `run.jsonl`, `junit.xml`, `report.txt`, `statements.json` and
    /// `statements.txt`.
    pub folder: Option<PathBuf>,
    /// One more place for the JUnit report.
    pub junit: Option<PathBuf>,
    /// What stdout and stderr get.
    pub format: Format,
    /// Whether stderr is coloured.
    pub color: bool,
    /// Whether weaknesses count as failures.
    pub strict: bool,
}

/// What stdout and stderr get while a run is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people on stderr.
    #[default]
    Human,
    /// JSON lines on stdout, and the summary on stderr.
    Jsonl,
}

/// A report that could not be written.
#[derive(Debug)]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// Takes the events of a run one by one.
pub struct Reporter<'a> {
    outputs: Outputs,
    streams: Streams,
    sources: &'a Sources,
    /// For the terminal; the one for the report in the folder is plain.
    terminal: Human<'a>,
    plain: Human<'a>,
    text: String,
    events: Vec<Event>,
    lines: Option<(PathBuf, File)>,
    bar: ProgressBar,
    summary: Summary,
    error: Option<WriteError>,
}

/// Where the terminal is, or what stands for it in a test.
struct Streams {
    stdout: Box<dyn Write>,
    stderr: Box<dyn Write>,
}

impl<'a> Reporter<'a> {
    /// Opens what is written while the run is on, so that a wrong path is found before it begins.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be made.
    pub fn new(outputs: Outputs, sources: &'a Sources) -> Result<Self, WriteError> {
        let streams = Streams { stdout: Box::new(io::stdout()), stderr: Box::new(io::stderr()) };
        Self::with_streams(outputs, sources, streams)
    }

    fn with_streams(
        outputs: Outputs,
        sources: &'a Sources,
        streams: Streams,
    ) -> Result<Self, WriteError> {
        let lines = match &outputs.folder {
            None => None,
            Some(folder) => {
                fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
                let path = folder.join("run.jsonl");
                let file = File::create(&path).map_err(|error| failed(&path, error))?;
                Some((path, file))
            }
        };
        if let Some(path) = &outputs.junit {
            File::create(path).map_err(|error| failed(path, error))?;
        }
        let plain = Context { strict: outputs.strict, ..Context::default() };
        let terminal = Context { color: outputs.color, ..plain };
        Ok(Self {
            sources,
            terminal: Human::new(sources, terminal),
            plain: Human::new(sources, plain),
            text: String::new(),
            events: Vec::new(),
            lines,
            bar: ProgressBar::hidden(),
            summary: Summary::default(),
            error: None,
            outputs,
            streams,
        })
    }

    /// The run begins.
    pub fn start(&mut self, start: Start) {
        if self.outputs.format == Format::Human && io::stderr().is_terminal() {
            self.bar = progress_bar(start.cases);
        }
        self.event(Event::Start(start));
    }

    /// A case ended. It is counted.
    pub fn case(&mut self, case: CaseReport) {
        self.summary.count(&case);
        self.bar.inc(1);
        self.event(Event::Case(Box::new(case)));
    }

    /// Something else happened.
    pub fn event(&mut self, event: Event) {
        if let Event::CaseStart { id } = &event {
            self.bar.set_message(escape::line(id));
        }
        let text = self.terminal.event(&event);
        self.text.push_str(&self.plain.event(&event));
        let is_shown = match self.outputs.format {
            Format::Human => true,
            Format::Jsonl => matches!(event, Event::Summary(_)),
        };
        if is_shown && !text.is_empty() {
            // Nobody is left to tell if stderr is gone; so it goes with stdout below.
            let stderr = &mut self.streams.stderr;
            self.bar.suspend(|| drop(stderr.write_all(text.as_bytes())));
        }
        self.line(&event);
        self.events.push(event);
    }

    /// The counts so far.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The run ended: the summary is shown and all reports are written.
    ///
    /// # Errors
    ///
    /// The first report that could not be written; the others are there.
    pub fn finish(mut self, seconds: f64, interrupted: bool) -> Result<Summary, WriteError> {
        self.bar.finish_and_clear();
        let summary = Summary { seconds, interrupted, ..self.summary.clone() };
        self.event(Event::Summary(summary.clone()));
        for (path, text) in self.documents() {
            let written = text.and_then(|text| fs::write(&path, text));
            if let Err(error) = written {
                self.error.get_or_insert(failed(&path, error));
            }
        }
        self.error.map_or(Ok(summary), Err)
    }

    /// The reports that are written at the end.
    fn documents(&self) -> Vec<(PathBuf, io::Result<String>)> {
        let junit = || {
            junit::render(&self.events, self.sources, self.outputs.strict).map_err(io::Error::other)
        };
        let mut documents = Vec::new();
        documents.extend(self.outputs.junit.iter().map(|path| (path.clone(), junit())));
        if let Some(folder) = &self.outputs.folder {
            let statements = self.plain.statements();
            documents.push((folder.join("junit.xml"), junit()));
            documents.push((folder.join("report.txt"), Ok(self.text.clone())));
            documents.push((folder.join("statements.txt"), Ok(statements.table())));
            let json = statements.json().map_err(io::Error::other);
            documents.push((folder.join("statements.json"), json));
        }
        documents
    }

    /// Writes an event as JSON, at once, so that what is there is whole whatever happens next.
    fn line(&mut self, event: &Event) {
        let to_stdout = self.outputs.format == Format::Jsonl;
        if !to_stdout && self.lines.is_none() {
            return;
        }
        let Ok(line) = jsonl::line(event) else { return };
        if to_stdout {
            let stdout = &mut self.streams.stdout;
            // A reader that went away (`| head`) is no failure of the run.
            let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
        }
        if let Some((path, file)) = &mut self.lines
            && let Err(error) = file.write_all(line.as_bytes())
        {
            self.error.get_or_insert(failed(path, error));
        }
    }
}

fn failed(path: &Path, error: io::Error) -> WriteError {
    WriteError { path: path.to_path_buf(), error }
}

fn progress_bar(cases: usize) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(u64::try_from(cases).ok(), ProgressDrawTarget::stderr());
    let template = "{elapsed_precise} {wide_bar} {pos}/{len} {msg:50!}";
    // The template is a constant, and correct.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot write {}: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for WriteError {}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::report::samples;

    /// A stream that tests can look into.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Shared {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    fn run(outputs: Outputs) -> (Summary, Shared, Shared) {
        let sources = samples::sources();
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let streams =
            Streams { stdout: Box::new(stdout.clone()), stderr: Box::new(stderr.clone()) };
        let mut reporter = Reporter::with_streams(outputs, &sources, streams).unwrap();
        for event in samples::run() {
            match event {
                Event::Start(start) => reporter.start(start),
                Event::Case(case) => reporter.case(*case),
                Event::Summary(_) => {}
                other => reporter.event(other),
            }
        }
        (reporter.finish(12.402, false).unwrap(), stdout, stderr)
    }

    #[test]
    fn people_get_text_on_stderr_and_programs_get_lines_on_stdout() {
        let (_, stdout, stderr) = run(Outputs::default());
        assert_eq!(stdout.text(), "");
        assert!(stderr.text().contains("XPASS") && stderr.text().contains("Summary"));
        let (_, stdout, stderr) = run(Outputs { format: Format::Jsonl, ..Outputs::default() });
        assert_eq!(jsonl::parse(&stdout.text()).unwrap(), samples::run());
        assert!(stderr.text().starts_with("------------\n     Summary"), "{}", stderr.text());
    }

    #[test]
    fn a_folder_gets_every_report() {
        let folder = tempfile::tempdir().unwrap();
        let reports = folder.path().join("new/reports");
        let outputs = Outputs { folder: Some(reports.clone()), ..Outputs::default() };
        let (summary, _, _) = run(outputs);
        let read = |name: &str| fs::read_to_string(reports.join(name)).unwrap();
        let events = jsonl::parse(&read("run.jsonl")).unwrap();
        assert_eq!(events, samples::run());
        assert_eq!(events.last(), Some(&Event::Summary(summary)));
        assert!(read("junit.xml").starts_with("<?xml"));
        assert!(read("report.txt").contains("Summary"));
        assert!(read("statements.txt").contains("BROKEN"));
        assert!(read("statements.json").starts_with('{'));
    }

    #[test]
    fn a_place_that_cannot_be_written_is_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        for outputs in [
            Outputs { folder: Some(file.clone()), ..Outputs::default() },
            Outputs { junit: Some(file.join("junit.xml")), ..Outputs::default() },
        ] {
            let sources = Sources::default();
            let error = Reporter::new(outputs, &sources).err().unwrap();
            assert!(error.path.starts_with(&file), "{error}");
        }
    }
}
