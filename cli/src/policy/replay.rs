//! `reach policy replay`: decides a recorded log again, to the same entries, or with another bundle.

mod exact;
mod lines;
mod markdown;
mod page;
mod shown;
mod snapshot;
mod text;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use reach_engine::{Entities, VerifiedImage};
use reach_log::Leaf;
use reach_replay::{Compared, Comparison, Group, Kind, Old, Snapshot, Walk};
use reach_store::LogError;
use schemars::JsonSchema;
use serde::Serialize;

use super::count;
use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::entities;
use crate::failure::Failure;
use crate::files;
use crate::log::{failed, notes};
use crate::terminal::Terminal;
use exact::ExactData;
use snapshot::SnapshotData;

/// The arguments of `policy replay`.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The log, or events, one JSON object a line; `-` is standard input
    log: PathBuf,
    /// The bundle: a folder, a file, or what `policy build` made. Where it decided the log, all is decided again and compared to the byte;
    /// give it several times where several did. Another bundle is compared with what was recorded
    #[arg(long, short, value_name = "BUNDLE", required = true)]
    bundle: Vec<PathBuf>,
    /// Compare with what this bundle decides of the same events, not with what was recorded
    #[arg(long, value_name = "OLD", conflicts_with = "snapshot")]
    against: Option<PathBuf>,
    /// Compare decisions with what was recorded even where the bundle decided the log
    #[arg(long, conflicts_with_all = ["against", "snapshot"])]
    changes: bool,
    /// Keep the decisions in this file, one a line, where it isn't there; else compare with it and exit with 1 if anything changes
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Keep the decisions of now in the file of `--snapshot`, whatever it holds
    #[arg(long, requires = "snapshot")]
    update: bool,
    /// Exit with 1 if a step is permitted that was not
    #[arg(long)]
    no_new_permit: bool,
    /// Exit with 1 if a step is forbidden that was not
    #[arg(long)]
    no_new_forbid: bool,
    /// How many groups of changes to show; the others are counted
    #[arg(long, value_name = "N", default_value_t = 10)]
    groups: usize,
    /// The context of sessions that do not begin with a `start` event: a JSON object, or a file that holds one. For event lines alone
    #[arg(long, value_name = "JSON|FILE")]
    context: Option<String>,
    /// What the host told of entities: JSON, an array or one entity a line. A log says which data its sessions are of; give it several times
    /// where they began with other data
    #[arg(long, value_name = "FILE")]
    entities: Vec<PathBuf>,
    /// How many sessions of a log to decide at the same time; without it, as many as the machine has cores. The answer is the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Do not check the log before it is decided again
    #[arg(long)]
    no_verify: bool,
    /// How to print what came of it: `text`, `json` (without the envelope of --json), `markdown` or `html` (a page that stands alone)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// Markdown.
    Markdown,
    /// A page.
    Html,
}

/// A condition of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Gate {
    /// Nothing is permitted that was not.
    NoNewPermit,
    /// Nothing is forbidden that was not.
    NoNewForbid,
}

impl Gate {
    const fn words(self) -> &'static str {
        match self {
            Self::NoNewPermit => "--no-new-permit does not hold: a step is permitted that was not",
            Self::NoNewForbid => "--no-new-forbid does not hold: a step is forbidden that was not",
        }
    }
}

/// What `policy replay` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplayData {
    /// The log, or the events, as they were named.
    log: String,
    /// The bundles, as they were named.
    bundles: Vec<String>,
    /// What is wrong with the log, by its entries; then nothing was decided.
    findings: Vec<Finding>,
    /// What came of deciding the log again by the bundles that decided it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    exact: Option<ExactData>,
    /// The decisions that change with another bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    changes: Option<ChangesData>,
    /// The decisions that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    snapshot: Option<SnapshotData>,
    /// The conditions of the command line that do not hold.
    failed: Vec<Gate>,
}

/// Something that is wrong with an entry.
#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    /// The number of the entry in the log.
    entry: u64,
    /// What is wrong with it.
    message: String,
}

/// Decisions compared.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangesData {
    /// What was compared with: `recorded`, `bundle` or `snapshot`.
    with: &'static str,
    /// The bundle or the file, as it was named; absent where it is what was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    named: Option<String>,
    /// The digests of the bundles that decided when the log was recorded.
    recorded_by: Vec<String>,
    /// How many sessions there were.
    sessions: u64,
    /// How many events.
    events: u64,
    /// How many decisions were compared.
    compared: u64,
    /// How many of them change.
    changed: u64,
    /// How many change in which way, the most serious first.
    kinds: Vec<KindData>,
    /// Changes that are alike, the most serious first.
    groups: Vec<Group>,
    /// How many groups are left out.
    more_groups: u64,
    /// How many decisions change in them.
    more_changed: u64,
    /// How many results were left out, for their steps are not permitted now.
    left_out: u64,
    /// How many observations are not taken now, and were before as far as that is known.
    misfits: u64,
    /// Sessions of which an event was erased.
    cut: Vec<CutData>,
    /// How many entries are not compared for that.
    not_compared: u64,
}

/// How many decisions change in one way.
#[derive(Debug, Serialize, JsonSchema)]
struct KindData {
    /// In which.
    kind: Kind,
    /// How many.
    decisions: u64,
}

/// A session of which nothing is known from an entry on.
#[derive(Debug, Serialize, JsonSchema)]
struct CutData {
    /// The session.
    session: String,
    /// The number of the entry in the log whose event is not there.
    entry: u64,
}

/// Runs the command.
///
/// # Errors
/// When the log, the events or a bundle can't be read.
pub fn run(args: &ReplayArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let inputs = args.bundle.iter().chain(&args.against).chain([&args.log]);
    if inputs.filter(|path| files::is_stdin(path)).count() > 1 {
        return Err(Failure::usage("only one of the log and the bundles can be standard input").help("name a file for the others"));
    }
    let is_log = failed::is_log(&args.log)?;
    let images = args.bundle.iter().map(|path| bundle::load(path, terminal)).collect::<Result<Vec<_>, _>>()?;
    let names = args.bundle.iter().map(|path| bundle::shown(path)).collect();
    let mut data =
        ReplayData { log: bundle::shown(&args.log), bundles: names, findings: Vec::new(), exact: None, changes: None, snapshot: None, failed: Vec::new() };
    if is_log && args.context.is_some() {
        return Err(Failure::usage("`--context` goes with event lines; a log has the context of its sessions"));
    }
    if is_log && !args.no_verify {
        verify(args, &mut data, terminal)?;
        if !data.findings.is_empty() {
            return args.answer(Exit::Findings, &data, terminal);
        }
    }
    let exit = match args.one(&images) {
        // A log that the bundle decided is decided again, unless decisions are to be compared.
        _ if is_log && args.is_exact(&images)? => {
            let exact = args.exact(&images, terminal)?;
            let same = exact.is_same();
            data.exact = Some(exact);
            if same { Exit::Done } else { Exit::Findings }
        }
        one => args.changes(one?, is_log, &mut data, terminal)?,
    };
    args.answer(exit, &data, terminal)
}

/// Looks at the whole log first: what was changed since it was recorded is not decided again.
fn verify(args: &ReplayArgs, data: &mut ReplayData, terminal: &mut Terminal) -> Result<(), Failure> {
    let fail = |error: LogError| failed::failure(&args.log, &error);
    let mut reader = failed::reader(&args.log)?;
    let total = reader.head().map_err(fail)?.size;
    let origin = reader.origin().map_err(fail)?;
    let mut roots = Vec::new();
    for (size, text) in reader.checkpoints().map_err(fail)? {
        let place = format!("the log's checkpoint of {}", count(size, "entry"));
        // Who signed it is asked by `log verify`; here it says only what it is compared with.
        let checkpoint = notes::checkpoint(&notes::parse(text.as_bytes(), &place)?, &[], Some(&origin), &place)?.checkpoint;
        roots.push((checkpoint.size, checkpoint.root));
    }
    let (_, findings) = reader.audit(0, &roots, |n| terminal.progress(|| format!("{n} of {total} entries checked"))).map_err(fail)?;
    data.findings = findings.into_iter().map(|finding| Finding { entry: finding.entry, message: finding.problem.to_string() }).collect();
    Ok(())
}

impl ReplayArgs {
    fn walk(&self) -> Walk {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Walk::new(self.threads.map_or_else(cores, NonZeroUsize::get))
    }

    /// Returns what the host told of a bundle's entities; nothing for one that declares none.
    fn entities_of(&self, image: &VerifiedImage) -> Result<Option<Arc<Entities>>, Failure> {
        match self.entities.as_slice() {
            [one] if !image.image().entities.is_empty() => entities::read(image, Some(one)),
            [] | [_] => Ok(None),
            _ => Err(Failure::usage("several files of entities go with a log that the bundles decided: another bundle is compared on one")
                .help("name one, and `--bundle` with those that decided the log to decide it again as it was")),
        }
    }

    /// Returns the one bundle that is compared.
    fn one(&self, images: &[Arc<VerifiedImage>]) -> Result<Arc<VerifiedImage>, Failure> {
        match images {
            [one] => Ok(Arc::clone(one)),
            _ => Err(Failure::usage("several bundles go with a log that they decided; none of these did").help("name one, to see which decisions change")),
        }
    }

    /// Returns whether one of the bundles decided the log, and nothing else is asked for.
    fn is_exact(&self, images: &[Arc<VerifiedImage>]) -> Result<bool, Failure> {
        if self.against.is_some() || self.snapshot.is_some() || self.changes || self.no_new_permit || self.no_new_forbid {
            return Ok(false);
        }
        let fail = |error: LogError| failed::failure(&self.log, &error);
        let reader = failed::reader(&self.log)?;
        let sessions = reader.sessions().map_err(fail)?;
        // A log that says nothing is decided again by whatever is given.
        let mut exact = sessions.is_empty();
        for (name, entries) in sessions {
            for number in [0, entries.saturating_sub(1)] {
                if let Some(Ok(Leaf::Event(leaf))) = reader.leaf_of_session(&name, number).map_err(fail)?.map(|bytes| Leaf::parse(&bytes)) {
                    exact |= images.iter().any(|image| image.digest() == leaf.bundle);
                }
            }
            if exact {
                break;
            }
        }
        Ok(exact)
    }

    fn exact(&self, images: &[Arc<VerifiedImage>], terminal: &mut Terminal) -> Result<ExactData, Failure> {
        let bundles = entities::bundles(images, &self.entities)?;
        let exact = reach_replay::replay(&self.log, &bundles, &self.walk(), &mut |n| terminal.progress(|| format!("{} decided again", count(n, "entry"))));
        Ok(ExactData::of(exact.map_err(|error| failed::failure(&self.log, &error))?))
    }

    fn changes(&self, new: Arc<VerifiedImage>, is_log: bool, data: &mut ReplayData, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let before = match &self.snapshot {
            Some(file) if !self.update => snapshot::read(file)?.map(Arc::new),
            _ => None,
        };
        let (old, with, named) = match (&self.against, &self.snapshot) {
            (Some(path), _) => {
                let image = bundle::load(path, terminal)?;
                let entities = self.entities_of(&image)?;
                (Some(Old::Bundle(image, entities)), "bundle", Some(bundle::shown(path)))
            }
            (None, Some(file)) => (before.clone().map(Old::Kept), "snapshot", Some(bundle::shown(file))),
            (None, None) if is_log => (Some(Old::Recorded), "recorded", None),
            (None, None) => {
                let failure = Failure::usage("event lines carry no decisions that could be compared");
                return Err(failure.help("`--against OLD` compares with what another bundle decides, `--snapshot FILE` with what was kept"));
            }
        };
        let entities = self.entities_of(&new)?;
        let comparison = Comparison { new, entities, old };
        let mut compared = if is_log {
            let told = |n| terminal.progress(|| format!("{} compared", count(n, "entry")));
            reach_replay::compare(&self.log, &comparison, &self.walk(), &mut { told }).map_err(|error| failed::failure(&self.log, &error))?
        } else {
            lines::compare(&self.log, self.context.as_deref(), &comparison, terminal)?
        };
        let mut exit = Exit::Done;
        if let Some(file) = &self.snapshot {
            let now = std::mem::take(&mut compared.now);
            data.snapshot = Some(SnapshotData::of(file, &now, before.is_none()));
            if before.is_none() {
                files::write_atomic(file, now.text().as_bytes())?;
                return Ok(Exit::Done);
            }
            exit = if compared.tally.groups.is_empty() { Exit::Done } else { Exit::Findings };
        }
        let groups = &compared.tally.groups;
        let gates =
            [(self.no_new_permit, Gate::NoNewPermit, groups.counted(Kind::permits)), (self.no_new_forbid, Gate::NoNewForbid, groups.counted(Kind::forbids))];
        data.failed = gates.into_iter().filter(|(wanted, _, n)| *wanted && *n > 0).map(|(_, gate, _)| gate).collect();
        // A run that compares nothing must not look like success.
        if !data.failed.is_empty() || (compared.tally.compared == 0 && exit == Exit::Done) {
            exit = Exit::Findings;
        }
        data.changes = Some(ChangesData::of(compared, with, named, self.groups));
        Ok(exit)
    }

    fn answer(&self, exit: Exit, data: &ReplayData, terminal: &mut Terminal) -> Result<Answer, Failure> {
        let color = self.output.is_none() && terminal.color();
        let text = match self.format {
            Format::Text => {
                let mut text = text::text(data, color);
                if terminal.quiet {
                    // A blank line would only hold off the summary.
                    text.truncate(text.trim_end_matches('\n').len());
                    if !text.is_empty() {
                        text.push('\n');
                    }
                } else {
                    text.push_str(&terminal.timed(&text::summary(data)));
                }
                text
            }
            Format::Json => serde_json::to_string_pretty(data).map_err(|e| Failure::output(e.into()))? + "\n",
            Format::Markdown => markdown::markdown(data),
            Format::Html => page::page(data),
        };
        for gate in &data.failed {
            terminal.note(gate.words());
        }
        let Some(output) = &self.output else { return Answer::new(exit, data, text) };
        files::write_atomic(output, text.as_bytes())?;
        terminal.note(&format!("wrote {}", bundle::shown(output)));
        Answer::new(exit, data, "")
    }
}

impl ChangesData {
    fn of(compared: Compared, with: &'static str, named: Option<String>, shown: usize) -> Self {
        let Compared { tally, sessions, left_out, misfits, recorded_by, cut, not_compared, now: Snapshot { .. } } = compared;
        let kinds = Kind::ALL.into_iter().map(|kind| KindData { kind, decisions: tally.groups.count(kind) }).filter(|of| of.decisions > 0).collect();
        let mut groups = tally.groups.sorted();
        let rest = groups.split_off(shown.min(groups.len()));
        Self {
            with,
            named,
            recorded_by: recorded_by.into_iter().collect(),
            sessions,
            events: tally.events,
            compared: tally.compared,
            changed: tally.changed,
            kinds,
            groups,
            more_groups: rest.len() as u64,
            more_changed: rest.iter().map(|group| group.count).sum(),
            left_out,
            misfits,
            cut: cut.into_iter().map(|(session, entry)| CutData { session, entry }).collect(),
            not_compared,
        }
    }
}
