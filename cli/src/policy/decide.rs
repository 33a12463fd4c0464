//! `reach policy decide`: decides on events, line by line.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use reach_codes::{Level, Sources};
use reach_engine::{Effect, Outcome, SessionTicket, Sessions};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::arguments::EffectArg;
use crate::failure::Failure;
use crate::log::Recorder;
use crate::terminal::Terminal;

use super::count;
use super::events::{Complaints, Stream};

/// The arguments of `policy decide`.
#[derive(Args, Debug)]
pub struct DecideArgs {
    /// The bundle: a folder, a file, or what `policy build` made
    #[arg(long, short, value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The events, one JSON object a line; `-` is standard input
    #[arg(default_value = "-")]
    events: PathBuf,
    /// The context of sessions that do not begin with a `start` event: a JSON object, or a file that holds one
    #[arg(long, value_name = "JSON|FILE")]
    context: Option<String>,
    /// What the host tells of entities: JSON, an array or one entity a line
    #[arg(long, value_name = "FILE")]
    entities: Option<PathBuf>,
    /// The run took place already: results of steps that are refused or asked now are left out
    #[arg(long)]
    recorded: bool,
    /// Record every event and decision in this log before the decision is printed; it is made where it isn't there. Sessions that it has
    /// already go on
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// What a new log is called in its checkpoints; best a URL without its scheme
    #[arg(long, value_name = "NAME", requires = "log")]
    origin: Option<String>,
    /// Exit with 1 if any decision is one of these: `permit`, `ask`, `forbid`, or several with commas
    #[arg(long, value_name = "EFFECTS", value_delimiter = ',', hide_possible_values = true)]
    fail_on: Vec<EffectArg>,
}

/// What `policy decide` did, the last line with `--json`. The lines before it are decisions and observation errors. Without this line the output is not whole.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct DecideData {
    /// How many events were read.
    events: u64,
    /// How many of them were steps and were decided.
    decisions: u64,
    /// How many decisions were `permit`.
    permit: u64,
    /// How many were `ask`.
    ask: u64,
    /// How many were `forbid`.
    forbid: u64,
    /// How many observations did not fit.
    observation_errors: u64,
    /// With `--recorded`: how many results were left out.
    left_out: u64,
    /// With `--log`: how many entries the log has now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    log_entries: Option<u64>,
}

/// Runs the command.
///
/// # Errors
/// When the bundle or the events can't be read, or the output can't be written.
pub fn run(args: &DecideArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let recorded = args.recorded;
    let mut stream = Stream::open(&args.bundle, &args.events, args.context.as_deref(), args.entities.as_deref(), recorded, terminal)?;
    let recorder = args.log.as_ref().map(|path| Recorder::open(path, args.origin.as_deref())).transpose()?;
    if let Some(recorder) = &recorder {
        if recorder.cut() > 0 {
            terminal.note(&format!("the end of the log was torn: {} cut, and the log says so", count(recorder.cut(), "entry")));
        }
        stream.record(recorder.clone(), recorded)?;
    }
    let Stream { mut context, sessions, mut events, .. } = stream;
    let out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    // What is recorded is committed by the batch, but nobody waits for an answer because of that.
    let batch = if recorder.is_some() { BATCH } else { 1 };
    let mut answers = Answers { sessions, pending: Vec::new(), out, data: DecideData::default(), complaints: Complaints::default() };
    let mut read = 0u64;
    loop {
        let line = match events.next(|| answers.settle(terminal)) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(failure) => {
                answers.settle(terminal).map_err(Failure::output)?;
                return Err(failure);
            }
        };
        read += 1;
        terminal.progress(|| count(read, "event"));
        if let Some(context) = &mut context
            && let Err(failure) = context.begin(&mut answers.sessions, line.text)
        {
            answers.settle(terminal).map_err(Failure::output)?;
            return Err(failure);
        }
        if let Some(flaw) = line.flaw {
            terminal.warn(&Sources::new(), &[flaw]);
        }
        let (outcome, ticket) = answers.sessions.submit(line.text);
        answers.pending.push((line.number, outcome, ticket));
        if answers.pending.len() >= batch {
            answers.commit(terminal).map_err(Failure::output)?;
        }
    }
    answers.settle(terminal).map_err(Failure::output)?;
    let Answers { mut data, complaints, out, .. } = answers;
    data.events = read;
    drop(out);
    complaints.finish(terminal, args.recorded);
    data.log_entries = recorder.as_ref().map(Recorder::size).transpose()?;
    if data.events == 0 {
        terminal.note(&format!("{} holds no events", events.name()));
    } else if data.decisions != 1 || terminal.verbose {
        terminal.summary(&data.summary());
    }
    Answer::new(data.exit(&args.fail_on), &data, "")
}

/// How many events are decided before they are committed, where the next ones are there already.
const BATCH: usize = 256;

/// What is decided and not yet printed.
struct Answers<W: Write> {
    sessions: Sessions,
    /// With the number of the line.
    pending: Vec<(u64, Outcome, SessionTicket)>,
    out: W,
    data: DecideData,
    complaints: Complaints,
}

impl<W: Write> Answers<W> {
    /// Commits what waits, prints it and sends it: whoever waits for an answer gets it.
    fn settle(&mut self, terminal: &mut Terminal) -> io::Result<()> {
        self.commit(terminal)?;
        self.out.flush()
    }

    /// Commits what waits and prints it.
    fn commit(&mut self, terminal: &mut Terminal) -> io::Result<()> {
        let json = terminal.json;
        for (number, outcome, ticket) in std::mem::take(&mut self.pending) {
            match self.sessions.commit(outcome, ticket) {
                Outcome::Decision(decision) => {
                    self.data.count(decision.effect);
                    print(&mut self.out, &decision)?;
                }
                Outcome::Observed => {}
                Outcome::Rejected(error) => {
                    self.data.observation_errors += 1;
                    if json { print(&mut self.out, &error)? } else { self.complaints.tell(terminal, number, &error, Level::Warning) }
                }
                Outcome::LeftOut(error) => {
                    self.data.left_out += 1;
                    if json {
                        print(&mut self.out, &error)?;
                    } else if terminal.verbose {
                        self.complaints.tell(terminal, number, &error, Level::Note);
                    }
                }
            }
        }
        Ok(())
    }
}

fn print(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"))
}

impl DecideData {
    const fn count(&mut self, effect: Effect) {
        self.decisions += 1;
        match effect {
            Effect::Permit => self.permit += 1,
            Effect::Ask => self.ask += 1,
            Effect::Forbid => self.forbid += 1,
        }
    }

    const fn of(&self, effect: Effect) -> u64 {
        match effect {
            Effect::Permit => self.permit,
            Effect::Ask => self.ask,
            Effect::Forbid => self.forbid,
        }
    }

    fn exit(&self, fail_on: &[EffectArg]) -> Exit {
        let failed = fail_on.iter().any(|f| self.of(f.effect()) > 0);
        // A single decision is an answer; of a stream, each line is.
        let refused = fail_on.is_empty() && self.decisions == 1 && self.permit == 0;
        if failed || refused { Exit::Findings } else { Exit::Done }
    }

    fn summary(&self) -> String {
        let mut text = format!("{}: {} permit, {} ask, {} forbid", count(self.decisions, "decision"), self.permit, self.ask, self.forbid);
        if self.observation_errors > 0 {
            text.push_str(&format!("; {} did not fit", count(self.observation_errors, "observation")));
        }
        if let Some(entries) = self.log_entries {
            text.push_str(&format!("; the log has {}", count(entries, "entry")));
        }
        if self.left_out > 0 {
            text.push_str(&format!("; {} of refused steps left out", count(self.left_out, "result")));
        }
        text
    }
}
