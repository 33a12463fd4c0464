//! `reach policy coverage`: what the tests of policies try, and what they don't.

mod html;
mod lcov;
mod minimum;
mod text;
mod written;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use reach_codes::render::{self, JsonDiagnostic};
use reach_codes::table::{command, limit};
use reach_codes::{Diagnostic, Sources};
use reach_coverage::{Closings, CoverageReport, GapStatus, Measure, Measured, Model, Total};
use reach_harness::{Progress, TestOptions};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle::{self, Built};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::{count, timeout};
use minimum::Minimum;

/// The arguments of `policy coverage`.
#[derive(Args, Debug)]
pub struct CoverageArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print what is covered: `text`, `json` (without the envelope of --json), `lcov` (a tracefile) or `html` (one page)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 if less is covered of rules, conditions or MC/DC; `--min mcdc=90` says it of one measure (also of `boundaries`,
    /// `questions` and `budgets`), and wins
    #[arg(long, value_name = "[MEASURE=]PERCENT", value_parser = minimum::minimum)]
    min: Vec<Minimum>,
    /// Do not look for tests that close gaps, or for proofs that none can
    #[arg(long)]
    no_suggest: bool,
    /// Write the tests that close gaps to files of this folder instead of printing them; no file is overwritten
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_suggest")]
    write_tests: Option<PathBuf>,
    /// Look for tests this long at most; what is not told by then is not known
    #[arg(long, value_name = "SECONDS", value_parser = timeout::seconds, conflicts_with = "no_suggest")]
    timeout: Option<u64>,
    /// Run only tests whose name holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// How coverage is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// A tracefile of lcov.
    Lcov,
    /// A page.
    Html,
}

/// What `policy coverage` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageData {
    /// Each measure, over all bundles.
    totals: Vec<Total>,
    /// How many tests passed.
    passed: usize,
    /// How many failed.
    failed: usize,
    /// How many the filter left out.
    filtered_out: usize,
    /// Each bundle, in order.
    bundles: Vec<BundleCoverage>,
    /// The files of tests that were written.
    written: Vec<String>,
    /// The minimums of the command line that are not reached.
    below: Vec<Below>,
    /// What is wrong with bundles that have errors, and bundles without tests.
    diagnostics: Vec<JsonDiagnostic>,
}

/// What the tests of one bundle cover.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BundleCoverage {
    /// The folder or file, as it was named on the command line.
    path: String,
    /// The tests that failed, by name.
    failed: Vec<String>,
    /// What is covered; none where the bundle has errors.
    coverage: Option<CoverageReport>,
}

/// A minimum that is not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Below {
    /// Of what.
    measure: Measure,
    /// What was wanted, in hundredths of a percent.
    min: u64,
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or the report can't be written.
pub fn run(args: &CoverageArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let started = Instant::now();
    let found = bundle::find(&args.path)?;
    let options = TestOptions { filter: args.filter.clone(), ..TestOptions::default() };
    let mut data = CoverageData {
        totals: Vec::new(),
        passed: 0,
        failed: 0,
        filtered_out: 0,
        bundles: Vec::new(),
        written: Vec::new(),
        below: Vec::new(),
        diagnostics: Vec::new(),
    };
    let (mut text, mut unreadable) = (String::new(), false);
    let (mut tests, mut sources) = (Vec::new(), Vec::new());
    let limits = timeout::limits(args.timeout);
    for (i, one) in found.iter().enumerate() {
        let path = bundle::shown(&one.path);
        terminal.progress(|| format!("testing {path} ({} of {})", i + 1, found.len()));
        let checked = bundle::check(one, terminal)?;
        unreadable |= checked.unreadable;
        data.diagnostics.extend(checked.diagnostics.iter().map(|d| render::json(&checked.shown, d)));
        if args.format == Format::Text {
            text.push_str(&render::text(&checked.shown, &checked.diagnostics, terminal.color()));
        } else if !terminal.json {
            terminal.warn(&checked.shown, &checked.diagnostics);
        }
        if checked.errors() > 0 {
            sources.push(checked.shown);
            data.bundles.push(BundleCoverage { path, failed: Vec::new(), coverage: None });
            continue;
        }
        let (built, shown) = bundle::build(checked)?;
        let Built { bundle, image } = built;
        let image = Arc::new(image);
        let model = Model::of(&bundle, &image).map_err(|_| unlike())?;
        let (report, coverage) = reach_coverage::measure(&image, &bundle, &model, &options, &Progress { clock: &|| started.elapsed(), done: &|_, _| {} });
        data.passed += report.passed;
        data.failed += report.failed;
        data.filtered_out += report.filtered_out;
        if report.found_none() {
            none(&mut data, &mut text, &format!("`{path}` holds no test"), terminal);
        }
        let closings = if args.no_suggest {
            Closings::default()
        } else {
            let mut progress = |done, all| terminal.progress(|| format!("looking for tests of {path}: gap {} of {all}", done + 1));
            reach_coverage::close(&bundle, &coverage, &limits, &mut progress).map_err(|_| unlike())?
        };
        let measured = Measured { bundle: &bundle, shown: &shown, model: &model, coverage: &coverage, tests: &report, closings: &closings };
        let covered = measured.report();
        if !terminal.quiet {
            let style = text::Style { color: terminal.color(), verbose: terminal.verbose, many: found.len() > 1, tests: args.write_tests.is_none() };
            text.push_str(&text::bundle(&path, &covered, &shown, &style));
        }
        let failed = report.tests.iter().filter(|t| t.status == reach_harness::Status::Failed).map(|t| t.name.clone()).collect();
        if let Some(folder) = args.write_tests.as_ref().filter(|_| !covered.tests.is_empty()) {
            tests.push((written::file(folder, &path, found.len() > 1), covered.tests.clone()));
        }
        sources.push(shown);
        data.bundles.push(BundleCoverage { path, failed, coverage: Some(covered) });
    }
    if data.filtered_out > 0 && data.passed + data.failed == 0 {
        let filter = args.filter.as_deref().unwrap_or_default();
        none(&mut data, &mut text, &format!("no test has a name with `{filter}` in it"), terminal);
    }
    data.written = written::write(&tests)?;
    data.totals = totals(&data.bundles);
    data.below = minimum::below(&args.min, &data.totals);
    let broken = data.bundles.iter().any(|b| b.coverage.is_none());
    let ok = data.failed == 0 && !broken && data.below.is_empty() && data.diagnostics.iter().all(|d| d.level != "error");
    if !terminal.quiet {
        text.push_str(&text::totals(&data.totals, &data.below, terminal.color()));
    }
    let failed: Vec<&str> = data.bundles.iter().flat_map(|b| &b.failed).map(String::as_str).collect();
    for name in failed {
        terminal.note(&format!("\"{}\" fails; `reach policy test` shows why", render::plain(name)));
    }
    for below in &data.below {
        text.push_str(&format!("less than {} of {} is covered\n", minimum::percent(below.min), text::name(below.measure)));
    }
    let exit = match (unreadable, ok) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Findings,
    };
    let text = match args.format {
        Format::Text => text,
        Format::Json => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
        Format::Lcov => lcov::tracefile(data.bundles.iter().filter_map(|b| b.coverage.as_ref())),
        Format::Html => html::page(&bundle::shown(&args.path), &data, &sources),
    };
    terminal.summary(&summary(&data));
    match &args.output {
        Some(file) => {
            files::write_atomic(file, text.as_bytes())?;
            Answer::new(exit, &data, "")
        }
        None => Answer::new(exit, &data, text),
    }
}

/// Adds up the measures of all bundles.
fn totals(bundles: &[BundleCoverage]) -> Vec<Total> {
    let all = || bundles.iter().filter_map(|b| b.coverage.as_ref()).flat_map(|coverage| &coverage.totals);
    let sum = |measure| {
        let none = Total { measure, covered: 0, total: 0, impossible: 0 };
        all().filter(|total| total.measure == measure).fold(none, |sum, total| Total {
            measure,
            covered: sum.covered + total.covered,
            total: sum.total + total.total,
            impossible: sum.impossible + total.impossible,
        })
    };
    Measure::ALL.into_iter().map(sum).collect()
}

/// Says that nothing was tested, which must not look like success.
fn none(data: &mut CoverageData, text: &mut String, message: &str, terminal: &Terminal) {
    let d = Diagnostic::general(command::NO_TESTS, message)
        .note("what no test tries is not covered")
        .help("write a `test` block; `reach explain no-tests` says more");
    data.diagnostics.push(render::json(&Sources::new(), &d));
    text.push_str(&render::text(&Sources::new(), &[d], terminal.color()));
}

fn unlike() -> Failure {
    Failure::new(limit::COMPILER_DEFECT, "the conditions of the bundle are not those of its image").note("nothing was measured")
}

fn summary(data: &CoverageData) -> String {
    let mut parts = vec![format!("{} passed", data.passed)];
    for (n, word) in [(data.failed, "failed"), (data.filtered_out, "filtered out")] {
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    }
    let broken = data.bundles.iter().filter(|b| b.coverage.is_none()).count();
    if broken > 0 {
        parts.push(format!("{} with errors", count(broken, "bundle")));
    }
    let all = || data.bundles.iter().filter_map(|b| b.coverage.as_ref()).flat_map(|c| &c.gaps);
    let impossible = all().filter(|gap| gap.status == GapStatus::Impossible).count();
    let open = all().count().saturating_sub(impossible);
    let mut gaps = if open == 0 { "no gaps".to_owned() } else { count(open, "gap") };
    if impossible > 0 {
        gaps.push_str(&format!(", {impossible} that can't be closed"));
    }
    format!("{}: {}; {gaps}", count(data.passed + data.failed, "test"), parts.join(", "))
}
