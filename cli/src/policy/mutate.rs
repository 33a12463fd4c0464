//! `reach policy mutate`: changes bundles in small ways, and says which changes their tests don't notice.

mod text;
mod written;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_codes::Diagnostic;
use reach_codes::table::command;
use reach_mutation::{Counts, Operator, Options, Outcome, Report, mutate, percent};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::count;
use super::timeout;

/// The arguments of `policy mutate`.
#[derive(Args, Debug)]
pub struct MutateArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print what came of it: `text` or `json` (without the envelope of --json)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Exit with 1 only where a bundle's score is below this; without it, where a mutant survives
    #[arg(long, value_name = "PERCENT", value_parser = hundredths)]
    min: Option<usize>,
    /// Look only at mutants of the rule, budget or charge of this name
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Look only at mutants of this operator, or of this family of operators; may be given several times
    #[arg(long, value_name = "OPERATOR", value_parser = operators)]
    operator: Vec<Operators>,
    /// Look only at mutants whose name, or text before or after, holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Look at so many mutants of each bundle at most
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Which ones are taken where there are more
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,
    /// Write the missing tests to a file in this folder; no file is overwritten
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// How many threads to use; 0 is one for each processor
    #[arg(long, value_name = "N", default_value = "0", value_parser = jobs)]
    jobs: usize,
    /// How long to take at most; what is not told by then counts as survived
    #[arg(long, value_name = "SECONDS", value_parser = timeout::seconds)]
    timeout: Option<u64>,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
}

/// The operators of one name.
#[derive(Clone, Debug)]
struct Operators(Vec<Operator>);

fn operators(text: &str) -> Result<Operators, String> {
    let named: Vec<Operator> = Operator::ALL.iter().copied().filter(|o| o.name() == text || o.family().word() == text).collect();
    if !named.is_empty() {
        return Ok(Operators(named));
    }
    let names = Operator::ALL.iter().flat_map(|o| [o.name(), o.family().word()]);
    let nearest = names.min_by_key(|name| strsim::damerau_levenshtein(name, text)).unwrap_or_default();
    Err(format!("there is no such operator; is `{nearest}` meant? The guide to mutation lists all"))
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n <= 256).ok_or_else(|| "a whole number from 0 to 256 is needed".to_owned())
}

/// Reads a percentage with two digits at most, as hundredths.
fn hundredths(text: &str) -> Result<usize, String> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let value = (digits(whole) && digits(rest) && rest.len() <= 2 && !whole.is_empty())
        .then(|| whole.parse::<usize>().ok()?.checked_mul(100)?.checked_add(format!("{rest:0<2}").parse().ok()?))
        .flatten();
    value.filter(|n| *n <= 10_000).ok_or_else(|| "a percentage from 0 to 100 is needed".to_owned())
}

/// What `policy mutate` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MutateData {
    /// The mutants of all bundles together.
    #[serde(flatten)]
    counts: Counts,
    /// Killed of those that count, in percent with two digits, rounded down; absent where none counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<String>,
    /// What was asked for with `--min`, in percent with two digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<String>,
    /// Each bundle, in order.
    bundles: Vec<BundleMutants>,
    /// The file of tests that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

/// What came of one bundle's mutants.
#[derive(Debug, Serialize, JsonSchema)]
struct BundleMutants {
    /// The folder or file, as it was named on the command line.
    path: String,
    /// Whether it has what was asked for: the score of `--min`, or without it no survivor.
    ok: bool,
    /// The mutants.
    #[serde(flatten)]
    report: Report,
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or have errors, or tests can't be written.
pub fn run(args: &MutateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let found = bundle::find(&args.path)?;
    if args.write.is_some() && found.len() > 1 {
        return Err(Failure::usage("tests are written for one bundle at a time: name its folder"));
    }
    if let Some(folder) = &args.write {
        written::is_free(folder)?;
    }
    let limits = timeout::limits(args.timeout);
    let options = Options {
        rule: args.rule.clone(),
        operators: args.operator.iter().flat_map(|o| o.0.iter().copied()).collect(),
        filter: args.filter.clone(),
        sample: args.sample,
        seed: args.seed,
        jobs: args.jobs,
        stop: limits.stop,
    };
    let mut data = MutateData { counts: Counts::default(), score: None, min: args.min.map(percent), bundles: Vec::new(), written: None };
    let mut text = String::new();
    for (n, found) in found.iter().enumerate() {
        let path = bundle::shown(&found.path);
        let checked = bundle::check(found, terminal)?;
        if checked.errors() > 0 {
            return Err(checked.refused());
        }
        let Some(bundle) = checked.compiled.bundle.clone() else { return Err(checked.refused()) };
        terminal.announce(&format!("mutating {path}"));
        let of = if data.bundles.is_empty() && n == 0 { String::new() } else { format!(" ({} done)", count(n, "bundle")) };
        let report = mutate(&bundle, &options, &mut |p| {
            let Counts { killed, survived, equivalent } = p.counts;
            terminal.progress(|| {
                format!("mutating {path}{of}: {} of {}: {killed} killed, {survived} survived, {equivalent} the same", p.done, count(p.all, "mutant"))
            });
        });
        let Some(report) = report else { return Err(Failure::new(command::BUNDLE_HAS_ERRORS, format!("`{path}` cannot be built"))) };
        for name in &report.failing {
            terminal.note(&format!("\"{name}\" fails on `{path}` itself, so it says nothing of mutants: it was left out"));
        }
        let ok = match args.min {
            Some(min) => report.counts.score().is_none_or(|score| score >= min),
            None => report.counts.survived == 0,
        };
        data.counts.killed += report.counts.killed;
        data.counts.survived += report.counts.survived;
        data.counts.equivalent += report.counts.equivalent;
        if let Some(folder) = &args.write {
            data.written = written::write(folder, &report, &bundle)?.map(|path| bundle::shown(&path));
        }
        if !terminal.quiet || !ok {
            text.push_str(&text::text(&path, &report, &checked.shown, &checked.compiled.sources, terminal));
        }
        data.bundles.push(BundleMutants { path, ok, report });
    }
    data.score = data.counts.score().map(percent);
    let nothing = data.bundles.iter().all(|b| b.report.mutants.is_empty());
    if nothing {
        return Err(Failure::Message(Box::new(
            Diagnostic::general(command::BAD_USAGE, format!("`{}` has no such mutant", bundle::shown(&args.path)))
                .note("a run that looks at nothing is not a success")
                .help("leave out `--rule`, `--operator` or `--filter`"),
        )));
    }
    if let Some(path) = &data.written {
        terminal.note(&format!("missing tests: {path}"));
    }
    if !terminal.quiet {
        text.push_str(&terminal.timed(&text::summary(&data)));
    }
    let exit = if data.bundles.iter().all(|b| b.ok) { Exit::Done } else { Exit::Findings };
    let text = match args.format {
        Format::Text => text,
        Format::Json => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
    };
    Answer::new(exit, &data, text)
}

/// Returns the mutants that no test notices.
fn survivors(report: &Report) -> impl Iterator<Item = &reach_mutation::Finding> {
    report.mutants.iter().filter(|finding| matches!(finding.outcome, Outcome::Survived { .. }))
}
