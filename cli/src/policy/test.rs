//! `reach policy test`: runs the tests of bundles.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use reach_codes::render::{self, JsonDiagnostic};
use reach_codes::table::command;
use reach_codes::{Diagnostic, Sources};
use reach_harness::{PropertyOptions, Report, SEED, TestOptions, Watching, run_tests_timed};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;

/// The arguments of `policy test`.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Run only tests whose name holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How many threads to use; 0 is one for each processor
    #[arg(long, value_name = "N", default_value = "0", value_parser = jobs)]
    jobs: usize,
    /// Also write a report in JUnit's XML form
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Stop after the first test that fails
    #[arg(long)]
    fail_fast: bool,
    /// Where the sessions begin that are made to test properties; the same seed makes the same ones
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// How many sessions are made for each property; 1000, or fewer where a bundle has more than 1000 properties
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cases: Option<u32>,
}

/// What `policy test` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestData {
    /// How many tests passed.
    passed: usize,
    /// How many failed.
    failed: usize,
    /// How many did not run after a failure, because of `--fail-fast`.
    skipped: usize,
    /// How many the filter left out.
    filtered_out: usize,
    /// Each bundle, in order.
    bundles: Vec<BundleReport>,
    /// What is wrong with bundles that have errors, and bundles without tests.
    diagnostics: Vec<JsonDiagnostic>,
}

/// What came of one bundle's tests.
#[derive(Debug, Serialize, JsonSchema)]
struct BundleReport {
    /// The folder or file, as it was named on the command line.
    path: String,
    /// The tests; none where the bundle has errors.
    report: Option<Report>,
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n <= 256).ok_or_else(|| "a whole number from 0 to 256 is needed".to_owned())
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or the report can't be written.
pub fn run(args: &TestArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let started = Instant::now();
    let bundles = bundle::find(&args.path)?;
    let options = TestOptions {
        filter: args.filter.clone(),
        fail_fast: args.fail_fast,
        jobs: args.jobs,
        properties: PropertyOptions { seed: args.seed, cases: args.cases },
    };
    let mut data = TestData { passed: 0, failed: 0, skipped: 0, filtered_out: 0, bundles: Vec::new(), diagnostics: Vec::new() };
    let mut text = String::new();
    let mut unreadable = false;
    for (i, found) in bundles.iter().enumerate() {
        let path = bundle::shown(&found.path);
        if args.fail_fast && (data.failed > 0 || !data.diagnostics.is_empty()) {
            break;
        }
        terminal.progress(|| format!("testing {path} ({} of {})", i + 1, bundles.len()));
        let checked = bundle::check(found, terminal)?;
        unreadable |= checked.unreadable;
        data.diagnostics.extend(checked.diagnostics.iter().map(|d| render::json(&checked.shown, d)));
        text.push_str(&render::text(&checked.shown, &checked.diagnostics, terminal.color()));
        if checked.errors() > 0 {
            data.bundles.push(BundleReport { path, report: None });
            continue;
        }
        let (built, _) = bundle::build(checked)?;
        let report = run_tests_timed(Arc::new(built.image), &built.bundle, &options, &Watching { clock: &|| started.elapsed(), done: &|_, _| {} });
        data.passed += report.passed;
        data.failed += report.failed;
        data.skipped += report.skipped;
        data.filtered_out += report.filtered_out;
        if report.found_none() {
            none(&mut data, &mut text, &format!("`{path}` holds no test"), terminal);
        } else if !report.tests.is_empty() && (!terminal.quiet || !report.ok()) {
            if bundles.len() > 1 {
                text.push_str(&format!("{}\n", render::plain(&path)));
            }
            text.push_str(&report.text(terminal.color(), terminal.verbose));
        }
        data.bundles.push(BundleReport { path, report: Some(report) });
    }
    if data.filtered_out > 0 && data.passed + data.failed == 0 {
        let filter = args.filter.as_deref().unwrap_or_default();
        none(&mut data, &mut text, &format!("no test has a name with `{filter}` in it"), terminal);
    }
    if let Some(path) = &args.junit {
        let suites: Vec<(&str, &Report)> = data.bundles.iter().filter_map(|b| b.report.as_ref().map(|r| (b.path.as_str(), r))).collect();
        files::write_atomic(path, reach_harness::junit(&suites, true).as_bytes())?;
    }
    let broken = data.bundles.iter().any(|b| b.report.is_none());
    if bundles.len() > 1 && !terminal.quiet {
        text.push_str(&total(&data, bundles.len()));
    }
    if !terminal.quiet && text.ends_with('\n') && data.passed + data.failed > 0 {
        text.pop();
        text.push_str(&format!(" in {}\n", took(started.elapsed())));
    }
    let ok = data.failed == 0 && data.skipped == 0 && !broken && data.diagnostics.iter().all(|d| d.level != "error");
    let exit = match (unreadable, ok) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Findings,
    };
    Answer::new(exit, &data, text)
}

/// Says that nothing was tested, which must not look like success.
fn none(data: &mut TestData, text: &mut String, message: &str, terminal: &Terminal) {
    let d = Diagnostic::general(command::NO_TESTS, message)
        .note("a run that tests nothing is not a success")
        .help("write a `test` block; `reach explain no-tests` says more");
    data.diagnostics.push(render::json(&Sources::new(), &d));
    text.push_str(&render::text(&Sources::new(), &[d], terminal.color()));
}

fn total(data: &TestData, bundles: usize) -> String {
    let broken = data.bundles.iter().filter(|b| b.report.is_none()).count();
    let mut parts = vec![format!("{} passed", data.passed)];
    for (n, word) in [(data.failed, "failed"), (data.skipped, "skipped"), (data.filtered_out, "filtered out")] {
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    }
    if broken > 0 {
        parts.push(format!("{} with errors", count(broken, "bundle")));
    }
    format!("{}: {}\n", count(bundles, "bundle"), parts.join(", "))
}

/// Returns a measured time in words.
fn took(time: Duration) -> String {
    if time < Duration::from_secs(10) { format!("{} ms", time.as_millis()) } else { format!("{:.1} s", time.as_secs_f64()) }
}
