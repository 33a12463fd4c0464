//! `reach pack validate`: every mistake of a pack in one run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_codes::render::{self, JsonDiagnostic};
use reach_codes::{Diagnostic, Level, table};
use reach_statement::Manifest;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::policy::{count, sarif};
use crate::terminal::Terminal;

use super::open::{self, Looked};

/// The arguments of `pack validate`.
#[derive(Args, Debug)]
pub struct ValidateArgs {
    /// The folder of the pack, or its file `NAME-VERSION.reachpack`
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print what is found: `text`, `json` (without the envelope of --json), `sarif` (version 2.1.0) or `github` (annotations of GitHub Actions)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Print the manifest in its other form, if nothing is wrong: `json`
    #[arg(long, value_name = "FORM", hide_possible_values = true)]
    emit: Option<Emit>,
    /// What to count as an error: `warnings`
    #[arg(long, value_name = "WHAT", hide_possible_values = true)]
    deny: Option<Deny>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, without the envelope of `--json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// A form of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// JSON.
    Json,
}

/// What counts as an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// All warnings.
    Warnings,
}

/// What `pack validate` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ValidateData {
    /// The folder, as it was named on the command line.
    path: String,
    /// Whether nothing is wrong.
    ok: bool,
    /// How many files are part of the pack.
    files: usize,
    /// How many rules it has. Zero where it has errors, as below.
    rules: usize,
    /// How many tests it has; of a table each row.
    tests: usize,
    /// The manifest, where nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Manifest>,
    /// What is wrong, or worth knowing, by file and place.
    diagnostics: Vec<JsonDiagnostic>,
}

/// Runs the command.
///
/// # Errors
/// When there is no pack, or a file can't be read.
pub fn run(args: &ValidateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut looked = open::look(open::open(&args.path)?, terminal)?;
    if args.deny == Some(Deny::Warnings) {
        looked.diagnostics.iter_mut().filter(|d| d.level == Level::Warning).for_each(|d| d.level = Level::Error);
    }
    let ok = looked.is_ok();
    let bundle = looked.pack.compiled.bundle.as_ref();
    let data = ValidateData {
        path: looked.path.clone(),
        ok,
        files: looked.pack.parts,
        rules: bundle.map_or(0, |b| b.own_rules().len()),
        tests: bundle.map_or(0, |b| b.tests.len()),
        manifest: looked.pack.manifest.clone().filter(|_| ok),
        diagnostics: looked.diagnostics.iter().map(|d| render::json(&looked.shown, d)).collect(),
    };
    let exit = match (looked.unreadable, ok) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Findings,
    };
    let messages = render::text(&looked.shown, &looked.diagnostics, terminal.color());
    let text = match (args.emit, &data.manifest) {
        (Some(Emit::Json), Some(manifest)) => serde_json::to_string_pretty(manifest).map_err(|e| Failure::output(e.into()))? + "\n",
        (Some(Emit::Json), None) => {
            terminal.summary(&summary(&looked, &data));
            messages
        }
        (None, _) => match args.format {
            Format::Text if terminal.quiet => messages,
            Format::Text => messages + &terminal.timed(&summary(&looked, &data)),
            other => {
                terminal.summary(&summary(&looked, &data));
                match other {
                    Format::Github => {
                        looked.diagnostics.iter().zip(&data.diagnostics).map(|(d, json)| crate::github::of_diagnostic(json, end(&looked, d))).collect()
                    }
                    Format::Sarif => sarif(&looked, &data)? + "\n",
                    _ => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
                }
            }
        },
    };
    Answer::new(exit, &data, text)
}

/// Returns the findings as a log of SARIF with one run. Its rules are what can be wrong with a manifest, and what else was found.
fn sarif(looked: &Looked, data: &ValidateData) -> Result<String, Failure> {
    let mut codes = table::manifest::ROWS.to_vec();
    codes.extend(looked.diagnostics.iter().map(|d| d.code));
    codes.sort_by_key(|code| code.number());
    codes.dedup_by_key(|code| code.number());
    let results: Vec<_> = looked.diagnostics.iter().zip(&data.diagnostics).map(|(d, json)| sarif::result(json, end(looked, d))).collect();
    sarif::log(&codes.into_iter().map(sarif::rule).collect::<Vec<_>>(), &results)
}

/// Returns the line and the column behind a finding, from one.
fn end(looked: &Looked, diagnostic: &Diagnostic) -> Option<[u32; 2]> {
    let span = diagnostic.span()?;
    let at = looked.shown.get(span.file)?.position(span.end);
    Some([at.line, at.column])
}

/// Returns what was found, in one line.
pub fn summary(looked: &Looked, data: &ValidateData) -> String {
    let errors = looked.diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = looked.diagnostics.iter().filter(|d| d.level == Level::Warning).count();
    let name = looked.pack.said.as_ref().map_or_else(|| looked.path.clone(), |m| format!("{} {}", m.name, m.version));
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(count(errors, "error"));
    }
    if warnings > 0 {
        parts.push(count(warnings, "warning"));
    }
    if parts.is_empty() {
        parts.push(format!("nothing is wrong; no rule goes beyond its permissions ({})", count(data.rules, "rule")));
    }
    format!("{name}: {}: {}", count(data.files, "file"), parts.join(", "))
}
