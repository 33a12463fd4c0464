//! `reach log show`: prints entries.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use reach_codes::render::{self, count, number};
use reach_log::leaf::Outcome;
use reach_log::{Effect, EventLeaf, Leaf};
use reach_store::{Reader, StoredEntry};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::failed;
use crate::answer::{Answer, Exit};
use crate::arguments::EffectArg;
use crate::failure::Failure;
use crate::policy::Head;
use crate::terminal::Terminal;

/// How often a log that is followed is looked at.
const EVERY: Duration = Duration::from_millis(300);
/// The longest name that is shown to people, in characters.
const NAME: usize = 60;

/// The arguments of `log show`.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The log
    log: PathBuf,
    /// Only entries of this session
    #[arg(long, short, value_name = "NAME")]
    session: Option<String>,
    /// Only decisions of these effects: `permit`, `ask`, `forbid`, or several with commas
    #[arg(long, value_name = "EFFECTS", value_delimiter = ',', hide_possible_values = true)]
    effect: Vec<EffectArg>,
    /// Only decisions that this rule, or reserved reason, made
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Begin at this entry
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    from: u64,
    /// End before this entry
    #[arg(long, value_name = "SEQ")]
    to: Option<u64>,
    /// Print the last N entries that fit, not all
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<usize>,
    /// Wait for what is recorded next, until the command is stopped
    #[arg(long, short)]
    follow: bool,
}

/// An entry, one line with `--json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Shown {
    /// The number in the log, from 0.
    entry: u64,
    /// The entry as it stands in the tree; none where it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    leaf: Option<Box<RawValue>>,
    /// The event as it came: its text; none where it was erased or the entry has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    /// The decision, or what is wrong with the observation; none where it was erased or the entry has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    answer: Option<Box<RawValue>>,
}

/// What was shown: the last line with `--json`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct ShowData {
    /// Which log it is.
    origin: String,
    /// How many entries it has.
    entries: u64,
    /// How many were shown.
    shown: u64,
}

/// Runs the command.
///
/// # Errors
/// When the log can't be read, or the output not be written.
pub fn run(args: &ShowArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let reader = failed::reader(&args.log)?;
    let fail = |error| failed::failure(&args.log, &error);
    let mut data = ShowData { origin: reader.origin().map_err(fail)?, ..ShowData::default() };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut next = args.from;
    let mut kept = std::collections::VecDeque::new();
    loop {
        let size = reader.head().map_err(fail)?.size;
        data.entries = size;
        let end = args.to.unwrap_or(u64::MAX).min(size);
        let mut print = |entry: &StoredEntry, data: &mut ShowData| {
            data.shown += 1;
            print(&mut out, entry, terminal.json)
        };
        read(&reader, args, next, end, |entry| {
            let Some(last) = args.last.filter(|_| !args.follow) else { return print(&entry, &mut data) };
            if kept.len() >= last {
                kept.pop_front();
            }
            if last > 0 {
                kept.push_back(entry);
            }
            Ok(())
        })?;
        for entry in kept.drain(..) {
            print(&entry, &mut data)?;
        }
        out.flush().map_err(Failure::output)?;
        next = end.max(next);
        if !args.follow || args.to.is_some_and(|to| next >= to) {
            break;
        }
        std::thread::sleep(EVERY);
    }
    drop(out);
    terminal.summary(&format!("{} of {} shown", number(data.shown), count(data.entries, "entry")));
    Answer::new(Exit::Done, &data, "")
}

/// What ends reading.
enum Stop {
    Log(reach_store::LogError),
    Output(Failure),
}

impl From<reach_store::LogError> for Stop {
    fn from(e: reach_store::LogError) -> Self {
        Self::Log(e)
    }
}

fn read(reader: &Reader, args: &ShowArgs, from: u64, to: u64, mut each: impl FnMut(StoredEntry) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut look = |entry: StoredEntry| {
        if entry.sequence < from || entry.sequence >= to || !fits(&entry, args) {
            return Ok(());
        }
        each(entry).map_err(Stop::Output)
    };
    let done = match &args.session {
        Some(name) => reader.session(name, &mut look),
        None => reader.entries(from, to, &mut look),
    };
    done.map_err(|stop| match stop {
        Stop::Log(error) => failed::failure(&args.log, &error),
        Stop::Output(failure) => failure,
    })
}

fn fits(entry: &StoredEntry, args: &ShowArgs) -> bool {
    if args.effect.is_empty() && args.rule.is_none() {
        return true;
    }
    let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else { return false };
    let effect = args.effect.is_empty() || args.effect.iter().any(|effect| leaf.effect == Some(effect.effect()));
    effect && args.rule.as_ref().is_none_or(|rule| leaf.rules.contains(rule))
}

fn print(out: &mut impl Write, entry: &StoredEntry, json: bool) -> Result<(), Failure> {
    let text = |stored: &Option<reach_store::StoredPayload>| stored.as_ref().map(|p| String::from_utf8_lossy(&p.bytes).into_owned());
    let raw = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
    let line = if json {
        let leaf = raw(String::from_utf8(entry.leaf.clone()).ok());
        let shown = Shown { entry: entry.sequence, leaf, event: text(&entry.event), answer: raw(text(&entry.answer)) };
        serde_json::to_string(&shown).map_err(|e| Failure::output(io::Error::other(e)))?
    } else {
        words(entry)
    };
    writeln!(out, "{line}").map_err(Failure::output)
}

/// Returns an entry in one line for people.
fn words(entry: &StoredEntry) -> String {
    let number = entry.sequence;
    match Leaf::parse(&entry.leaf) {
        Ok(Leaf::Event(leaf)) => {
            let event = entry.event.as_ref().map(|stored| String::from_utf8_lossy(&stored.bytes).into_owned());
            format!("{number:>7}  {:<24} {:<9} {}", format!("{} {}", plain(&leaf.session), leaf.number), what(&leaf), about(event.as_deref(), &leaf))
        }
        Ok(Leaf::Erasure(leaf)) => {
            format!("{number:>7}  {:<24} {:<9} the {} of entry {}: {}", "", "erased", leaf.payload.word(), leaf.entry, plain(&leaf.reason))
        }
        Ok(Leaf::Recovery(leaf)) => format!("{number:>7}  {:<24} {:<9} {} cut: {}", "", "recovered", leaf.cut, plain(&leaf.reason)),
        Err(e) => format!("{number:>7}  {:<24} {:<9} {e}", "", "damaged"),
    }
}

fn what(leaf: &EventLeaf) -> &'static str {
    match (leaf.outcome, leaf.effect) {
        (Outcome::Decided, effect) => effect.map_or("decided", Effect::word),
        (Outcome::Observed, _) => "observed",
        (Outcome::Rejected, _) => "rejected",
        (Outcome::LeftOut, _) => "left out",
        (Outcome::Activated, _) => "activated",
    }
}

fn about(event: Option<&str>, leaf: &EventLeaf) -> String {
    let mut parts = Vec::new();
    match event {
        None => parts.push("(erased)".to_owned()),
        Some(line) => {
            let head = Head::of(line);
            parts.extend([head.kind.as_deref(), head.name.as_deref(), head.id.as_deref().or(head.step.as_deref())].into_iter().flatten().map(plain));
        }
    }
    if !leaf.rules.is_empty() {
        let more = if leaf.rules_left_out > 0 { format!(" and {} more", leaf.rules_left_out) } else { String::new() };
        parts.push(format!("by {}{more}", plain(&leaf.rules.join(", "))));
    }
    if let Some(code) = &leaf.code {
        parts.push(format!("[{}]", plain(code)));
    }
    parts.join(" ")
}

/// Returns a text of the log for a terminal: one line, without what a terminal would obey, and not too long.
fn plain(text: &str) -> String {
    let short: String = text.chars().take(NAME).collect();
    let end = if text.chars().nth(NAME).is_some() { "…" } else { "" };
    render::plain(&short).replace('\n', "\\n") + end
}
