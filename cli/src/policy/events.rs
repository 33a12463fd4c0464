//! Event lines: where they come from, the context that the command line adds, what becomes of lines that are no text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;
use std::sync::Arc;

use reach_codes::table::command;
use reach_codes::{Diagnostic, Level, Sources, render};
use reach_engine::{Entities, Limits, ObservationError, Options, Outcome, Sessions};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bundle;
use crate::entities;
use crate::failure::Failure;
use crate::files;
use crate::lines::Lines;
use crate::log::Recorder;
use crate::terminal::Terminal;

/// Bytes kept beyond the limit of an event, so that cutting a character leaves the line beyond the limit.
const SLACK_BYTES: usize = 4;

/// What `decide` and `explain` begin with.
pub struct Stream {
    /// The context that the command line adds.
    pub context: Option<Context>,
    /// The sessions, over the bundle.
    pub sessions: Sessions,
    /// The events.
    pub events: Events,
    /// What the host tells of entities.
    entities: Option<Arc<Entities>>,
}

impl Stream {
    /// Opens a bundle and the events for it, of a run that took place already or not.
    ///
    /// # Errors
    /// When the bundle, the events, the context or the entities can't be read.
    pub fn open(
        bundle: &Path,
        events: &Path,
        context: Option<&str>,
        entities: Option<&Path>,
        recorded: bool,
        terminal: &mut Terminal,
    ) -> Result<Self, Failure> {
        if files::is_stdin(bundle) && files::is_stdin(events) {
            return Err(Failure::usage("the bundle and the events cannot both be standard input").help("name a file for one of them"));
        }
        let context = context.map(Context::read).transpose()?;
        let image = bundle::load(bundle, terminal)?;
        let entities = entities::read(&image, entities)?;
        let all = entities.clone();
        let sessions = Sessions::new(image, move |_| Options { recorded, entities: all.clone(), ..Options::default() });
        Ok(Self { context, sessions, events: Events::open(events, terminal)?, entities })
    }

    /// Records what is decided from here on. Sessions that the log has already go on as they are there.
    ///
    /// # Errors
    /// When the log can't be read.
    pub fn record(&mut self, recorder: Recorder, recorded: bool) -> Result<(), Failure> {
        if let Some(context) = &mut self.context {
            context.begun.extend(recorder.sessions()?.into_keys());
        }
        let image = Arc::clone(self.sessions.image());
        let (all, entities) = (Arc::clone(&image), self.entities.clone());
        self.sessions = Sessions::beginning(image, move |name| recorder.session(&all, entities.as_ref(), name, recorded));
        Ok(())
    }
}

/// The lines of events.
pub struct Events {
    lines: Lines<Box<dyn Read>>,
    name: String,
    text: String,
}

/// Why events can't be read on.
#[derive(Debug)]
pub enum StreamError {
    /// The input.
    Input(io::Error),
    /// What was to be sent before waiting for input.
    Output(io::Error),
}

impl From<io::Error> for StreamError {
    fn from(e: io::Error) -> Self {
        Self::Input(e)
    }
}

/// One line.
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its text; where it isn't UTF-8, what stands before the first byte that is not.
    pub text: &'a str,
    /// What is wrong with its bytes.
    pub flaw: Option<Diagnostic>,
}

impl Events {
    /// Opens events.
    ///
    /// # Errors
    /// When they can't be opened.
    pub fn open(path: &Path, terminal: &mut Terminal) -> Result<Self, Failure> {
        let input: Box<dyn Read> = if files::is_stdin(path) {
            if io::stdin().is_terminal() {
                terminal.note("reading events from the terminal, one JSON object a line; end with Ctrl-D");
            }
            Box::new(io::stdin().lock())
        } else {
            let unreadable = |e: io::Error| Failure::unreadable(path.display(), &e);
            let file = File::open(path).map_err(unreadable)?;
            if file.metadata().map_err(unreadable)?.is_dir() {
                return Err(unreadable(io::ErrorKind::IsADirectory.into()).help("name a file of events, one JSON object a line"));
            }
            Box::new(file)
        };
        let name = if files::is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
        Ok(Self { lines: Lines::new(input, Limits::LANGUAGE.event_bytes + SLACK_BYTES), name, text: String::new() })
    }

    /// Returns events that are at hand.
    pub fn over(lines: Vec<u8>, name: String) -> Self {
        let input: Box<dyn Read> = Box::new(io::Cursor::new(lines));
        Self { lines: Lines::new(input, Limits::LANGUAGE.event_bytes + SLACK_BYTES), name, text: String::new() }
    }

    /// Reads the next line that isn't blank; none at the end. `before_waiting` is called when reading may have to wait.
    ///
    /// # Errors
    /// When the input can't be read or `before_waiting` fails.
    pub fn next(&mut self, mut before_waiting: impl FnMut() -> io::Result<()>) -> Result<Option<Line<'_>>, Failure> {
        loop {
            let read = self.lines.next(|| before_waiting().map_err(StreamError::Output));
            let bytes = match read {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Ok(None),
                Err(StreamError::Input(e)) => return Err(Failure::unreadable(&self.name, &e).note("the events before this were decided; the rest is missing")),
                Err(StreamError::Output(e)) => return Err(Failure::output(e)),
            };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let valid = match std::str::from_utf8(bytes) {
                Ok(text) => text,
                Err(e) => std::str::from_utf8(bytes.get(..e.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
            };
            // Of a line beyond the limit the last character may be cut; that is no flaw of the line.
            let whole = valid.len() == bytes.len() || valid.len() > Limits::LANGUAGE.event_bytes;
            self.text.clear();
            self.text.push_str(valid);
            let number = self.lines.number();
            let flaw = (!whole).then(|| {
                Diagnostic::general(command::EVENT_NOT_UTF8, format!("line {number} of {} is not UTF-8 from byte {} on", self.name, self.text.len() + 1))
                    .note("it is answered like a line that ends there; the lines behind it are read on")
            });
            return Ok(Some(Line { number, text: &self.text, flaw }));
        }
    }

    /// Returns what people call the input.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What an event says of itself.
#[derive(Debug, Default, Deserialize)]
pub struct Head<'a> {
    /// The kind.
    #[serde(borrow, default, rename = "type")]
    pub kind: Option<Cow<'a, str>>,
    /// The session.
    #[serde(borrow, default)]
    pub session: Option<Cow<'a, str>>,
    /// The step's identity.
    #[serde(borrow, default)]
    pub id: Option<Cow<'a, str>>,
    /// The step that an observation is about.
    #[serde(borrow, default)]
    pub step: Option<Cow<'a, str>>,
    /// What is called.
    #[serde(borrow, default)]
    pub name: Option<Cow<'a, str>>,
    /// The time.
    #[serde(borrow, default)]
    pub at: Option<Cow<'a, str>>,
}

impl<'a> Head<'a> {
    /// Reads it from a line, as far as that is possible.
    pub fn of(line: &'a str) -> Self {
        serde_json::from_str(line).unwrap_or_default()
    }
}

/// The context of the command line: a `start` event for every session that does not begin with its own.
pub struct Context {
    json: String,
    begun: BTreeSet<String>,
}

impl Context {
    /// Reads a context: JSON where it begins with `{`, else a file.
    ///
    /// # Errors
    /// When it can't be read or is no JSON object.
    pub fn read(argument: &str) -> Result<Self, Failure> {
        let inline = argument.trim_start().starts_with('{');
        let text = if inline {
            argument.to_owned()
        } else {
            let bytes = files::read_whole(Path::new(argument), Limits::LANGUAGE.event_bytes as u64, "a context")?;
            String::from_utf8(bytes).map_err(|_| Failure::new(command::UNREADABLE_CONTEXT, format!("`{argument}` is not UTF-8")))?
        };
        let place = if inline { "the value of `--context`".to_owned() } else { format!("`{argument}`") };
        let bad = |why: String| {
            Failure::new(command::UNREADABLE_CONTEXT, format!("{place} is no JSON object: {why}")).help("write it like `{\"user\": \"ann@bank.example\"}`")
        };
        let raw: Box<RawValue> = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if !raw.get().starts_with('{') {
            return Err(bad("it is another kind of value".to_owned()));
        }
        // An event is one line. In JSON, line ends stand between tokens only.
        Ok(Self { json: raw.get().replace(['\n', '\r'], " "), begun: BTreeSet::new() })
    }

    /// Gives a session its context before its first event, and returns the event that did.
    ///
    /// # Errors
    /// When it doesn't fit what the bundle declares.
    pub fn begin(&mut self, sessions: &mut Sessions, line: &str) -> Result<Option<String>, Failure> {
        let head = Head::of(line);
        // Without a time there is no event; what comes here is refused without any context.
        let (Some(at), Some(kind)) = (head.at, head.kind) else { return Ok(None) };
        let session = head.session.as_deref().unwrap_or_default();
        if self.begun.len() > Limits::LANGUAGE.sessions || self.begun.contains(session) || session.len() > Limits::LANGUAGE.id_bytes {
            return Ok(None);
        }
        self.begun.insert(session.to_owned());
        if kind == "start" {
            return Ok(None);
        }
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let named = head.session.as_deref().map_or_else(String::new, |s| format!("\"session\":{},", quoted(s)));
        let start = format!("{{{named}\"type\":\"start\",\"context\":{},\"at\":{}}}", self.json, quoted(&at));
        match sessions.event(&start) {
            // A time that can't be read is the event's own mistake; it will be told there.
            Outcome::Rejected(e) if e.problems.iter().all(|p| p.pointer.starts_with("/context")) => {
                let mut failure =
                    Failure::new(command::CONTEXT_DOES_NOT_FIT, format!("the context of the command line does not fit the bundle: {}", e.message));
                for p in e.problems.iter().filter(|_| e.problems.len() > 1) {
                    failure = failure.note(format!("`{}`: expected {}, found {}", p.pointer, p.expected, p.actual));
                }
                Err(failure.help("compare it with the bundle's `context { … }`"))
            }
            _ => Ok(Some(start)),
        }
    }
}

/// How many observation errors of one code are told singly to people, unless more is asked for.
const TOLD: u64 = 5;

/// Tells people what is wrong with observations: a stream may have many that are wrong in the same way.
#[derive(Default)]
pub struct Complaints {
    by_code: BTreeMap<&'static str, (u64, &'static str)>,
}

impl Complaints {
    /// Tells of one, if it isn't the same as many before.
    pub fn tell(&mut self, terminal: &mut Terminal, number: u64, error: &ObservationError, level: Level) {
        let (count, _) = self.by_code.entry(error.code.number()).or_insert((0, error.code.name()));
        *count += 1;
        if *count > TOLD && !terminal.verbose {
            return;
        }
        let mut d = Diagnostic::general(error.code, format!("line {number}: {} ({})", error.message, error.consequence));
        d.level = level;
        // One problem is the message itself.
        for p in error.problems.iter().filter(|_| error.problems.len() > 1) {
            d = d.note(format!("`{}`: expected {}, found {}", p.pointer, p.expected, p.actual));
        }
        let text = render::text(&Sources::new(), &[d], terminal.error_color());
        terminal.say(&(text.trim_end().to_owned() + "\n"));
    }

    /// Says how many more there were.
    pub fn finish(&self, terminal: &mut Terminal, recorded: bool) {
        for (number, (count, name)) in &self.by_code {
            if *count > TOLD && !terminal.verbose {
                terminal.note(&format!("{} more of {number} {name}; `--verbose` shows all", count - TOLD));
            }
        }
        if !recorded && self.by_code.contains_key(reach_codes::table::event::RESULT_OF_REFUSED_STEP.number()) {
            terminal.note("if these steps took place before this policy was asked, `--recorded` leaves their results out");
        }
    }
}
