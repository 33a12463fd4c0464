//! `reach policy explain`: says why a step is decided as it is.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_codes::Sources;
use reach_codes::table::command;
use reach_engine::{Explanation, Options, Session};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::events::{Head, Stream};

/// The arguments of `policy explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The bundle: a folder, a file, or what `policy build` made
    #[arg(long, short, value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The events up to the step and perhaps beyond, one JSON object a line; `-` is standard input
    #[arg(default_value = "-")]
    events: PathBuf,
    /// The context of sessions that do not begin with a `start` event: a JSON object, or a file that holds one
    #[arg(long, value_name = "JSON|FILE")]
    context: Option<String>,
    /// Explain a step of this session; without it, of any
    #[arg(long)]
    session: Option<String>,
    /// Explain the step of this id; without it, the last
    #[arg(long)]
    id: Option<String>,
    /// The run took place already: results of steps that are refused or asked now are left out
    #[arg(long)]
    recorded: bool,
    /// How to print the explanation: `text` (a tree for people) or `json` (without the envelope of --json)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree for people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
}

/// The explanation of a step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainData {
    /// The line of the event, from 1.
    line: u64,
    /// Why it is decided as it is.
    explanation: Explanation,
}

/// Runs the command.
///
/// # Errors
/// When the bundle or the events can't be read, or hold no such step.
pub fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let recorded = args.recorded;
    let options = move || Options { recorded, trace: true, ..Options::default() };
    let Stream { mut context, mut sessions, mut events } = Stream::open(&args.bundle, &args.events, args.context.as_deref(), options, terminal)?;
    let (mut found, mut steps, mut fitting) = (None, 0_u64, 0_u64);
    while let Some(line) = events.next(|| Ok(()))? {
        terminal.progress(|| format!("line {}", line.number));
        if let Some(context) = &mut context {
            context.begin(&mut sessions, line.text)?;
        }
        if let Some(flaw) = &line.flaw {
            terminal.warn(&Sources::new(), std::slice::from_ref(flaw));
        }
        if Session::is_step(line.text) {
            steps += 1;
            // Which step is the last is known at the end only, and by then the session has gone on: each is explained on the way.
            if let Some(explanation) = args.wants(line.text).then(|| sessions.explain(line.text).ok()).flatten() {
                fitting += 1;
                found = Some(ExplainData { line: line.number, explanation });
                if args.id.is_some() && args.session.is_some() {
                    break;
                }
            }
        }
        let _ = sessions.event(line.text);
    }
    let Some(data) = found else { return Err(args.missing(steps, events.name())) };
    if fitting > 1 {
        let choose = if args.id.is_some() { "`--session` chooses" } else { "`--id` chooses another" };
        terminal.note(&format!("line {}, the last of {fitting} steps; {choose}", data.line));
    }
    let text = match args.format {
        Format::Text => data.explanation.text(terminal.color()),
        Format::Json => serde_json::to_string_pretty(&data.explanation).map_err(|e| Failure::output(e.into()))? + "\n",
    };
    Answer::new(Exit::Done, &data, text)
}

impl ExplainArgs {
    fn wants(&self, line: &str) -> bool {
        let head = Head::of(line);
        let session = self.session.as_deref().is_none_or(|s| head.session.as_deref().unwrap_or_default() == s);
        session && self.id.as_deref().is_none_or(|id| head.id.as_deref() == Some(id))
    }

    fn missing(&self, steps: u64, events: &str) -> Failure {
        let id = self.id.as_ref().map_or_else(String::new, |id| format!(" with the id `{id}`"));
        let session = self.session.as_ref().map_or_else(String::new, |s| format!(" in the session `{s}`"));
        let failure = Failure::new(command::NO_SUCH_STEP, format!("{events} holds no step{id}{session}"));
        if steps == 0 {
            failure.help("give the events of a session, with a step (`call`, `model`, `read` or `say`) among them")
        } else {
            failure.note(format!("it holds {}", super::count(usize::try_from(steps).unwrap_or(usize::MAX), "other step")))
        }
    }
}
