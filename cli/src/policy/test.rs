//! `reach policy test`: runs the tests and properties of bundles, once or whenever they change.

mod annotate;
mod round;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_codes::render::JsonDiagnostic;
use reach_harness::{PropertyOptions, Report, SEED, TestOptions};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::Answer;
use crate::bundle::{self, Found};
use crate::changed::{Changed, HEAD};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use crate::watch;

/// The arguments of `policy test`.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Run only tests and properties whose name holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How many threads to use; 0 is one for each processor
    #[arg(long, value_name = "N", default_value = "0", value_parser = jobs)]
    jobs: usize,
    /// How to print the report: `text`, `json` (without the envelope of --json), `junit` (its XML) or `github` (annotations of GitHub Actions)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Also write a report in JUnit's XML form
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Stop after the first test that fails
    #[arg(long)]
    fail_fast: bool,
    /// Where the sessions begin that are made to test properties; the same seed makes the same ones
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// How many sessions are made for each property; 1000, or fewer where a bundle has more than 250 properties
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cases: Option<u32>,
    /// Run only bundles with a file that differs from a commit, or that git doesn't know yet
    #[arg(long, value_name = "COMMIT", num_args = 0..=1, require_equals = true, default_missing_value = HEAD)]
    changed: Option<String>,
    /// Run again, for each bundle whose files change, until interrupted
    #[arg(long)]
    watch: bool,
}

/// The forms of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// JUnit's XML.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// What `policy test` found.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct TestData {
    /// How many tests passed.
    passed: usize,
    /// How many failed.
    failed: usize,
    /// How many did not run after a failure, because of `--fail-fast`.
    skipped: usize,
    /// How many the filter left out.
    filtered_out: usize,
    /// How many of the tests are properties.
    properties: usize,
    /// How many sessions were made to test properties.
    cases: u64,
    /// How many bundles were left out, because of `--changed`.
    unchanged: usize,
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
    /// What is wrong with it.
    #[serde(skip)]
    errors: Vec<String>,
    /// Its files as people find them, by their names in the bundle.
    #[serde(skip)]
    places: Vec<(String, String)>,
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n <= 256).ok_or_else(|| "a whole number from 0 to 256 is needed".to_owned())
}

impl TestArgs {
    fn options(&self) -> TestOptions {
        TestOptions {
            filter: self.filter.clone(),
            fail_fast: self.fail_fast,
            jobs: self.jobs,
            properties: PropertyOptions { seed: self.seed, cases: self.cases },
        }
    }

    /// Returns the bundles that `--changed` doesn't leave out, and how many it does.
    fn wanted(&self, bundles: Vec<Found>) -> Result<(Vec<Found>, usize), Failure> {
        let Some(reference) = &self.changed else { return Ok((bundles, 0)) };
        let changed = Changed::since(reference, &self.path)?;
        let (wanted, rest): (Vec<Found>, Vec<Found>) = bundles.into_iter().partition(|found| changed.touches(found));
        Ok((wanted, rest.len()))
    }
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or the report can't be written.
pub fn run(args: &TestArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if files::is_stdin(&args.path) && (args.watch || args.changed.is_some()) {
        let option = if args.watch { "--watch" } else { "--changed" };
        return Err(Failure::usage(format!("`{option}` is about files, and standard input is none")));
    }
    if args.watch {
        return watch::repeat(&args.path, "there is nothing to run", terminal, |bundles, terminal| {
            let (bundles, unchanged) = args.wanted(bundles)?;
            round::run(args, &bundles, unchanged, terminal)
        });
    }
    let (bundles, unchanged) = args.wanted(bundle::find(&args.path)?)?;
    round::run(args, &bundles, unchanged, terminal)
}
