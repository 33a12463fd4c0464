//! `reach policy diff`: what differs between two bundles, with an example for each difference.

mod gates;
mod markdown;
mod sarif;
mod text;
mod written;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_analysis::{ChangeKind, Difference};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;
use super::subject::{Subject, defect};
use super::timeout;
use gates::Gate;
pub use text::text;

/// The arguments of `policy diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The bundle before: a folder or a file; `-` is standard input
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The bundle after
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// How to print what differs: `text`, `json` (without the envelope of --json), `markdown` or `sarif` (version 2.1.0)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Write each example as a test of the bundle after, in files of this folder; no file is overwritten
    #[arg(long, value_name = "FOLDER")]
    write_tests: Option<PathBuf>,
    /// Exit with 1 if something is permitted that was not
    #[arg(long)]
    no_new_permit: bool,
    /// Exit with 1 if some decision is looser: `permit` after `ask` or `forbid`, `ask` after `forbid`, or an obligation is gone
    #[arg(long)]
    only_tightens: bool,
    /// Exit with 1 if anything differs
    #[arg(long)]
    expect_equal: bool,
    /// Exit with 0 even where it is not known whether something differs
    #[arg(long)]
    allow_unknown: bool,
    /// How long to take at most; what is not told by then is not known
    #[arg(long, value_name = "SECONDS", value_parser = timeout::seconds)]
    timeout: Option<u64>,
    /// How many examples to show at most
    #[arg(long, value_name = "N", default_value = "100")]
    limit: usize,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// Markdown.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
}

/// What `policy diff` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffData {
    /// The bundle before, as it was named on the command line.
    old: String,
    /// The bundle after.
    new: String,
    /// What differs.
    #[serde(flatten)]
    difference: Difference,
    /// The conditions of the command line that do not hold.
    failed: Vec<Gate>,
    /// The files of tests that were written.
    written: Vec<String>,
    /// The examples of which no test was written.
    left_out: Vec<LeftOut>,
}

/// An example that can't be a test.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// What the test would be called.
    test: String,
    /// Why there is none.
    why: String,
}

/// Runs the command.
///
/// # Errors
/// When a bundle can't be read or has errors, or tests can't be written.
pub fn run(args: &DiffArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if files::is_stdin(&args.old) && files::is_stdin(&args.new) {
        return Err(Failure::usage("only one of the bundles can be standard input"));
    }
    let old = Subject::load(&args.old, terminal)?;
    let new = Subject::load(&args.new, terminal)?;
    terminal.progress(|| format!("comparing {} with {}", old.path, new.path));
    let wanted = gates::wanted(args);
    let limits = timeout::limits(args.timeout);
    let mut difference = reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &limits).map_err(|e| defect(&e))?;
    let failed: Vec<Gate> = wanted.into_iter().filter(|gate| gate.fails(&difference)).collect();
    let (written, left_out) = match &args.write_tests {
        Some(folder) => written::write(folder, &difference, &new)?,
        None => (Vec::new(), Vec::new()),
    };
    for LeftOut { test, why } in &left_out {
        terminal.note(&format!("no test is written of \"{test}\": {why}"));
    }
    let more = difference.changes.len().saturating_sub(args.limit);
    difference.changes.truncate(args.limit);
    difference.more = difference.more.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
    let unknown = !difference.unknown.is_empty() && !args.allow_unknown;
    let exit = if failed.is_empty() && !unknown { Exit::Done } else { Exit::Findings };
    let data = DiffData { old: old.path.clone(), new: new.path.clone(), difference, failed, written, left_out };
    let text = match args.format {
        Format::Text => text::text(&data.difference, terminal.color()),
        Format::Json => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
        Format::Markdown => markdown::markdown(&data),
        Format::Sarif => sarif::sarif(&data, &|file| new.place(file).map(str::to_owned), &|file| old.place(file).map(str::to_owned))? + "\n",
    };
    for gate in &data.failed {
        terminal.note(&format!("{} does not hold: {}", gate.flag(), gate.why()));
    }
    terminal.summary(&summary(&data.difference));
    Answer::new(exit, &data, text)
}

/// The kinds, in the order in which they are told.
const KINDS: [ChangeKind; 4] = [ChangeKind::NewlyPermitted, ChangeKind::NewlyAsked, ChangeKind::NewlyForbidden, ChangeKind::ObligationsChanged];

/// Returns what has become of a step.
const fn words(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::NewlyPermitted => "newly permitted",
        ChangeKind::NewlyAsked => "newly asked",
        ChangeKind::NewlyForbidden => "newly forbidden",
        ChangeKind::ObligationsChanged => "with other obligations",
    }
}

fn summary(difference: &Difference) -> String {
    let steps = count(difference.steps, "step");
    let mut parts: Vec<String> = Vec::new();
    for kind in KINDS {
        let n = difference.changes.iter().filter(|c| c.kind == kind).count();
        if n > 0 {
            parts.push(format!("{n} {}", words(kind)));
        }
    }
    if difference.more > 0 {
        parts.push(format!("{} more", difference.more));
    }
    if !difference.unknown.is_empty() {
        parts.push(format!("{} not known", difference.unknown.len()));
    }
    if parts.is_empty() {
        parts.push("nothing differs".to_owned());
    }
    format!("{steps} compared: {}", parts.join(", "))
}
