//! `reach policy explain`: says why a step is decided as it is.

mod log;
mod page;
mod past;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use reach_codes::Sources;
use reach_codes::table::command;
use reach_engine::{Entities, Explanation, Options, Session, Sessions};
use reach_harness::reasons::{self, Asked, Changing, Moment, Reasons};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::arguments::EffectArg;
use crate::bundle::{self, Loaded};
use crate::entities;
use crate::failure::Failure;
use crate::files;
use crate::log::failed;
use crate::terminal::Terminal;

use super::events::{Context, Events, Head};
use log::{Compared, Decisions};
use past::Pasts;

/// The arguments of `policy explain`.
#[derive(Args, Clone, Debug)]
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
    /// What the host tells of entities: JSON, an array or one entity a line. A log says which data its sessions are of
    #[arg(long, value_name = "FILE")]
    entities: Option<PathBuf>,
    /// Explain a step of this session; without it, of any
    #[arg(long)]
    session: Option<String>,
    /// Explain the step of this id; without it, the last
    #[arg(long)]
    id: Option<String>,
    /// What `policy decide --log` wrote, or lines of a run that took place: events, and perhaps the decisions that were made. They are
    /// compared
    #[arg(long, value_name = "LOG", conflicts_with = "events")]
    log: Option<PathBuf>,
    /// Explain the entry of this number: in a log that of `log show`, in lines counted from 0 in its session
    #[arg(long, value_name = "N")]
    seq: Option<u64>,
    /// Say what stands between the step and this decision; without it, `permit` where the step is not permitted
    #[arg(long, value_name = "EFFECT", hide_possible_values = true)]
    why_not: Option<EffectArg>,
    /// Which values may change where it is said what would change the decision: `args`, `facts`, `context`
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_value = "args", hide_possible_values = true)]
    changing: Vec<May>,
    /// End after so many seconds; what is not known by then is said to be unknown
    #[arg(long, value_name = "SECONDS", value_parser = super::timeout::seconds, default_value = "20")]
    timeout: u64,
    /// The run took place already: results of steps that are refused or asked now are left out
    #[arg(long)]
    recorded: bool,
    /// How to print the explanation: `text` (for people), `json` (without the envelope of --json) or `html` (a page that stands alone)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// The file to write, whole or not at all; without it the explanation goes to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// A page.
    Html,
}

/// What may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum May {
    /// The arguments.
    Args,
    /// The facts, which the host sends.
    Facts,
    /// The context.
    Context,
}

/// An explanation with its reasons.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explained {
    /// The decision, and every rule that was looked at.
    #[serde(flatten)]
    explanation: Explanation,
    /// The decision that stands in the log, compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<Compared>,
    /// Why it is decided so and not otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Reasons>,
    /// Why there are no reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_reasons: Option<String>,
}

/// The explanation of a step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainData {
    /// The line of the event, from 1.
    line: u64,
    /// Why it is decided as it is.
    explanation: Explained,
}

/// A step that was found.
struct Step {
    line: u64,
    text: String,
    session: String,
    /// How many events of its session are before it.
    before: usize,
    explanation: Explanation,
}

/// Runs the command.
///
/// # Errors
/// When the bundle or the events can't be read, or hold no such step.
pub fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let from = args.log.as_deref().unwrap_or(&args.events);
    if files::is_stdin(&args.bundle) && files::is_stdin(from) {
        return Err(Failure::usage("the bundle and the events cannot both be standard input").help("name a file for one of them"));
    }
    let context = args.context.as_deref().map(Context::read).transpose()?;
    let loaded = bundle::load_with_meaning(&args.bundle, terminal)?;
    let entities = entities::read(&loaded.image, args.entities.as_deref())?;
    let (mut of_session, mut recorded, mut events) = (args.clone(), args.is_recorded(), None);
    if let Some(path) = args.log.as_deref()
        && failed::is_log(path)?
    {
        let stored = log::stored(path, args.seq, args.session.as_deref())?;
        stored.check_entities(&loaded.image, entities.as_deref())?;
        recorded = args.recorded || stored.recorded;
        (of_session.seq, of_session.session) = (stored.number, Some(stored.session));
        events = Some(Events::over(stored.lines, files::named(path)));
    }
    let args = &of_session;
    let events = match events {
        Some(events) => events,
        None => Events::open(from, terminal)?,
    };
    let (step, pasts, decisions) = args.find(events, recorded, context, &loaded, entities.as_ref(), terminal)?;
    let mut explained = Explained { explanation: step.explanation, recorded: None, reasons: None, no_reasons: None };
    explained.recorded = decisions.of(&step.session, &explained.explanation.decision);
    let told = match (&loaded.bundle, pasts.of(&step.session, step.before)) {
        (Some(bundle), Ok(past)) => {
            let moment = Moment { bundle, image: loaded.image, past, step: &step.text, recorded, entities };
            reasons::reasons(&moment, &explained.explanation, &args.asked())
        }
        (_, Err(why)) => Err(why),
        (None, _) => Err("the bundle was built by another version, whose sources this one understands otherwise".to_owned()),
    };
    match told {
        Ok(reasons) => explained.reasons = Some(reasons),
        Err(why) => explained.no_reasons = Some(why),
    }
    let text = match args.format {
        Format::Text => explained.text(args.output.is_none() && terminal.color()),
        Format::Html => page::page(&explained, loaded.bundle.as_ref()),
        Format::Json => serde_json::to_string_pretty(&explained).map_err(|e| Failure::output(e.into()))? + "\n",
    };
    let data = ExplainData { line: step.line, explanation: explained };
    let Some(output) = &args.output else { return Answer::new(Exit::Done, &data, text) };
    files::write_atomic(output, text.as_bytes())?;
    terminal.summary(&format!("wrote {}", bundle::shown(output)));
    Answer::new(Exit::Done, &data, "")
}

impl Explained {
    fn text(&self, color: bool) -> String {
        let mut out = self.explanation.decision_text(color);
        if let Some(recorded) = &self.recorded {
            out.push_str(&recorded.text());
        }
        match (&self.reasons, &self.no_reasons) {
            (Some(reasons), _) => {
                out.push('\n');
                out.push_str(&reasons.text(color));
            }
            (None, Some(why)) => out.push_str(&format!("\nwhy: not told, since {}\n", reach_codes::render::plain(why))),
            (None, None) => {}
        }
        out.push_str(&self.explanation.rules_text(color));
        out
    }
}

impl ExplainArgs {
    fn asked(&self) -> Asked {
        let may = |what| self.changing.contains(&what);
        let changing = Changing { args: may(May::Args), facts: may(May::Facts), context: may(May::Context) };
        Asked { wanted: self.why_not.map(EffectArg::effect), changing, limits: super::timeout::limits(Some(self.timeout)) }
    }

    const fn is_recorded(&self) -> bool {
        self.recorded || self.log.is_some()
    }

    /// Plays the events, and explains the step that is asked for on the way.
    fn find(
        &self,
        mut events: Events,
        recorded: bool,
        mut context: Option<Context>,
        loaded: &Loaded,
        told: Option<&Arc<Entities>>,
        terminal: &mut Terminal,
    ) -> Result<(Step, Pasts, Decisions), Failure> {
        let told = told.cloned();
        let entities = told.clone();
        let mut sessions = Sessions::new(loaded.image.clone(), move |_| Options { recorded, trace: true, entities: entities.clone(), ..Options::default() });
        let (mut pasts, mut decisions) = (Pasts::default(), Decisions::default());
        let (mut found, mut steps, mut fitting) = (None, 0_u64, 0_u64);
        while let Some(line) = events.next(|| Ok(()))? {
            terminal.progress(|| format!("line {}", line.number));
            if let Some(flaw) = &line.flaw {
                terminal.warn(&Sources::new(), std::slice::from_ref(flaw));
            }
            let Some(event) = (if self.log.is_some() { decisions.take(line.text) } else { Some(line.text.into()) }) else { continue };
            if let Some(context) = &mut context
                && let Some(start) = context.begin(&mut sessions, &event)?
            {
                pasts.add(&start);
            }
            if Session::is_step(&event) {
                steps += 1;
                // Which step is the last is known at the end only, and by then the session has gone on: each is explained on the way.
                let explanation = self.wants(&event).then(|| sessions.explain(&event).ok()).flatten();
                if let Some(explanation) = explanation.filter(|e| self.seq.is_none_or(|seq| e.decision.entry == seq)) {
                    fitting += 1;
                    let session = Head::of(&event).session.unwrap_or_default().into_owned();
                    let before = pasts.len(&session);
                    found = Some(Step { line: line.number, text: event.clone().into_owned(), session, before, explanation });
                    if (self.id.is_some() || self.seq.is_some()) && self.session.is_some() && self.log.is_none() {
                        break;
                    }
                }
            }
            pasts.add(&event);
            let _ = sessions.event(&event);
        }
        let Some(step) = found else { return Err(self.missing(steps, events.name())) };
        if fitting > 1 {
            let choose = if self.id.is_some() || self.seq.is_some() { "`--session` chooses" } else { "`--id` chooses another" };
            terminal.note(&format!("line {}, the last of {fitting} steps; {choose}", step.line));
        }
        Ok((step, pasts, decisions))
    }

    fn wants(&self, line: &str) -> bool {
        let head = Head::of(line);
        let session = self.session.as_deref().is_none_or(|s| head.session.as_deref().unwrap_or_default() == s);
        session && self.id.as_deref().is_none_or(|id| head.id.as_deref() == Some(id))
    }

    fn missing(&self, steps: u64, events: &str) -> Failure {
        let seq = self.seq.map_or_else(String::new, |seq| format!(" that is entry {seq}"));
        let id = self.id.as_ref().map_or_else(String::new, |id| format!(" with the id `{id}`"));
        let session = self.session.as_ref().map_or_else(String::new, |s| format!(" in the session `{s}`"));
        let failure = Failure::new(command::NO_SUCH_STEP, format!("{events} holds no step{seq}{id}{session}"));
        if steps == 0 {
            failure.help("give the events of a session, with a step (`call`, `model`, `read` or `say`) among them")
        } else {
            failure.note(format!("it holds {}", super::count(steps, "other step")))
        }
    }
}
