//! `reach policy lint`: checks bundles, and looks for what is allowed and probably not meant.

mod fix;
mod sarif;

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use reach_analysis::{Limits, Play};
use reach_codes::render::{self, JsonDiagnostic};
use reach_codes::table::{self, command};
use reach_codes::{Code, Diagnostic, Level, Sources};
use reach_compiler::{Compiled, ir};
use reach_harness::Replay;
use reach_lint::{Config, Finding, Input, Report};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::configuration;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;

/// The arguments of `policy lint`.
#[derive(Args, Debug)]
pub struct LintArgs {
    /// A folder or a file; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How to print what is found: `text`, `json` (without the envelope of --json), `sarif` (version 2.1.0) or `github` (annotations of GitHub Actions)
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    format: Format,
    /// Mend what can be mended without a change of meaning: all files of a bundle or none, and only where it compiles afterwards
    #[arg(long)]
    fix: bool,
    /// With --fix: change nothing, show what would change
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// What to count as an error: `warnings`
    #[arg(long, value_name = "WHAT", hide_possible_values = true)]
    deny: Option<Deny>,
    /// Look for this lint only, also where it is off; may be given several times
    #[arg(long, value_name = "NAME")]
    rule: Vec<String>,
    /// The day to judge by how long a rule has been on trial, for example 2026-01-01; that of this machine if it isn't given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
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

/// What counts as an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// All warnings.
    Warnings,
}

/// What `policy lint` found.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct LintData {
    /// Each bundle, in order.
    bundles: Vec<LintedBundle>,
    /// What was found, by bundle, file and place: what is wrong with sources, and what the lints find.
    diagnostics: Vec<LintDiagnostic>,
    /// With `--fix`: what was mended.
    mended: Vec<Mended>,
    /// With `--fix`: the files that changed.
    files: Vec<FixedFile>,
}

/// A bundle that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct LintedBundle {
    /// The folder or file, as it was named on the command line.
    path: String,
    /// Whether nothing was found that counts as an error.
    ok: bool,
    /// How many source files it has.
    files: usize,
    /// How many rules it has. Zero where it has errors.
    rules: usize,
    /// How many lints looked. None look at a bundle that doesn't compile.
    lints: usize,
    /// Of how many rules, and other declarations, something could not be proved either way.
    untold: usize,
    /// The `reach.toml` that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<String>,
}

/// A message, with what the table says of its lint.
#[derive(Debug, Serialize, JsonSchema)]
struct LintDiagnostic {
    /// The message.
    #[serde(flatten)]
    message: JsonDiagnostic,
    /// The category of the lint; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    /// The place behind the finding: line and column, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<[u32; 2]>,
    /// What `--fix` would edit, all of it together.
    edits: Vec<LintEdit>,
}

/// An edit of a file.
#[derive(Debug, Serialize, JsonSchema)]
struct LintEdit {
    /// The file, as it was named on the command line.
    file: String,
    /// The half-open byte range that is replaced.
    span: [u32; 2],
    /// What it is replaced by.
    replacement: String,
}

/// Something that was mended.
#[derive(Debug, Serialize, JsonSchema)]
struct Mended {
    /// The name of the lint.
    name: &'static str,
    /// The file, as it was named on the command line.
    file: String,
    /// The line at which it stood when it was mended.
    line: u32,
    /// What was wrong.
    message: String,
}

/// A file that `--fix` changed.
#[derive(Debug, Serialize, JsonSchema)]
struct FixedFile {
    /// The file, as it was named on the command line.
    file: String,
    /// With `--dry-run`: what would change, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read, the configuration is wrong, or a fixed file can't be written.
pub fn run(args: &LintArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if args.fix && !args.dry_run && files::is_stdin(&args.path) {
        return Err(Failure::usage("standard input can't be fixed; with `--dry-run` the changes are shown"));
    }
    let only: Vec<Code> = args.rule.iter().map(|name| lint_named(name)).collect::<Result<_, _>>()?;
    let today = today(args.today.as_deref())?;
    let mut data = LintData::default();
    let mut text = String::new();
    let mut totals = Totals::default();
    for found in bundle::find(&args.path)? {
        terminal.progress(|| format!("linting {}", bundle::shown(&found.path)));
        let (mut config, configuration) = configuration::read(&found.path)?;
        if !only.is_empty() {
            config.only(&only);
        }
        if args.deny == Some(Deny::Warnings) {
            config.deny_warnings();
        }
        let checked = bundle::check(&found, terminal)?;
        totals.unreadable |= checked.unreadable;
        let mut subject = Subject { shown: checked.shown, compiled: checked.compiled, diagnostics: checked.diagnostics, config, today };
        subject.deny();
        let mut report = subject.lint();
        if args.fix && subject.compiled.bundle.is_some() {
            terminal.progress(|| format!("mending {}", bundle::shown(&found.path)));
            let done = fix::fix(&mut subject, &mut report, &found);
            if !args.dry_run {
                fix::write(&done)?;
            }
            text.push_str(&fix::text(&done, args.dry_run, terminal.color()));
            data.mended.extend(done.mended);
            data.files.extend(done.files.into_iter().map(|f| FixedFile { file: f.shown, diff: args.dry_run.then_some(f.diff) }));
        }
        let diagnostics = subject.all(&report);
        totals.add(&diagnostics);
        totals.files += found.files.len();
        totals.lints = totals.lints.max(report.lints);
        totals.untold += report.untold;
        let bundle = subject.compiled.bundle.as_ref();
        data.bundles.push(LintedBundle {
            path: checked.path,
            ok: !diagnostics.iter().any(Diagnostic::is_error),
            files: found.files.len(),
            rules: bundle.map_or(0, |b| b.own_rules().len()),
            lints: report.lints,
            untold: report.untold,
            configuration,
        });
        text.push_str(&render::text(&subject.shown, &diagnostics, terminal.color()));
        data.diagnostics.extend(subject.json(&report));
    }
    let exit = totals.exit();
    let text = match args.format {
        Format::Text if terminal.quiet => text,
        Format::Text => text + &terminal.timed(&totals.words(data.mended.len(), args.dry_run)),
        other => {
            terminal.summary(&totals.words(data.mended.len(), args.dry_run));
            match other {
                Format::Sarif => sarif::sarif(&data)? + "\n",
                Format::Github => data.diagnostics.iter().map(|d| crate::github::of_diagnostic(&d.message, d.end)).collect(),
                _ => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
            }
        }
    };
    Answer::new(exit, &data, text)
}

/// A bundle that is looked at.
struct Subject {
    shown: Sources,
    compiled: Compiled,
    /// What is wrong with the sources, or worth knowing, before any lint.
    diagnostics: Vec<Diagnostic>,
    config: Config,
    today: i128,
}

impl Subject {
    /// Makes errors of the compiler's warnings too, where warnings are denied.
    fn deny(&mut self) {
        if self.config.warnings_denied() {
            self.diagnostics.iter_mut().filter(|d| d.level == Level::Warning).for_each(|d| d.level = Level::Error);
        }
    }

    /// Lets the lints look, where the bundle compiles.
    fn lint(&self) -> Report {
        let Some(bundle) = &self.compiled.bundle else { return Report::default() };
        let boxed = |replay: Replay| Box::new(replay) as Box<dyn Play>;
        let play = |bundle: &ir::Bundle| Replay::new(bundle).ok().map(boxed);
        let play_tests = |bundle: &ir::Bundle| Replay::pinned(bundle).ok().map(boxed);
        let limits = Limits::default();
        let today = Some(self.today);
        reach_lint::lint(&Input { compiled: &self.compiled, bundle, play: &play, play_tests: &play_tests, config: &self.config, today, limits: &limits })
    }

    /// Returns every message, those of the compiler first.
    fn all(&self, report: &Report) -> Vec<Diagnostic> {
        self.diagnostics.iter().cloned().chain(report.findings.iter().map(|f| f.diagnostic.clone())).collect()
    }

    fn json(&self, report: &Report) -> Vec<LintDiagnostic> {
        let plain = self.diagnostics.iter().map(|d| self.entry(d, &[]));
        plain.chain(report.findings.iter().map(|Finding { diagnostic, edits }| self.entry(diagnostic, edits))).collect()
    }

    fn entry(&self, diagnostic: &Diagnostic, edits: &[reach_codes::Fix]) -> LintDiagnostic {
        let end = diagnostic.span().and_then(|span| {
            let at = self.shown.get(span.file)?.position(span.end);
            Some([at.line, at.column])
        });
        let edit = |fix: &reach_codes::Fix| LintEdit {
            file: self.shown.get(fix.span.file).map(|f| f.name.clone()).unwrap_or_default(),
            span: [fix.span.start, fix.span.end],
            replacement: fix.replacement.clone(),
        };
        LintDiagnostic {
            message: render::json(&self.shown, diagnostic),
            category: diagnostic.code.info().lint.map(|lint| lint.category.word()),
            end,
            edits: edits.iter().map(edit).collect(),
        }
    }
}

/// What came of all bundles.
#[derive(Default)]
struct Totals {
    bundles: usize,
    files: usize,
    lints: usize,
    untold: usize,
    errors: usize,
    warnings: usize,
    unreadable: bool,
}

impl Totals {
    fn add(&mut self, diagnostics: &[Diagnostic]) {
        self.bundles += 1;
        self.errors += diagnostics.iter().filter(|d| d.is_error()).count();
        self.warnings += diagnostics.iter().filter(|d| d.level == Level::Warning).count();
    }

    const fn exit(&self) -> Exit {
        match (self.unreadable, self.errors) {
            (true, _) => Exit::Failed,
            (false, 0) => Exit::Done,
            (false, _) => Exit::Findings,
        }
    }

    fn words(&self, mended: usize, dry_run: bool) -> String {
        let mut parts = Vec::new();
        if self.errors > 0 {
            parts.push(count(self.errors, "error"));
        }
        if self.warnings > 0 {
            parts.push(count(self.warnings, "warning"));
        }
        if mended > 0 {
            parts.push(format!("{} {}", count(mended, "finding"), if dry_run { "would be mended" } else { "mended" }));
        }
        if parts.is_empty() {
            parts.push("nothing found".to_owned());
        }
        if self.untold > 0 {
            // A lint that needs proof may be silent here because there is none.
            parts.push(format!("{} not told apart", count(self.untold, "rule")));
        }
        format!("{} looked at {} of {}: {}", count(self.lints, "lint"), count(self.files, "file"), count(self.bundles, "bundle"), parts.join(", "))
    }
}

/// Returns the lint of a name or number.
fn lint_named(name: &str) -> Result<Code, Failure> {
    let wanted = name.trim().to_ascii_lowercase().replace('_', "-");
    if let Some(code) = table::find(&wanted).filter(|code| code.info().lint.is_some()) {
        return Ok(code);
    }
    let failure = Failure::new(command::BAD_USAGE, format!("there is no lint `{name}`"));
    let near = table::lint::rows().into_iter().map(|c| c.name()).max_by(|a, b| strsim::jaro_winkler(&wanted, a).total_cmp(&strsim::jaro_winkler(&wanted, b)));
    Err(match near.filter(|near| strsim::jaro_winkler(&wanted, near) > 0.8) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`reach explain` lists all"),
    })
}

/// Returns the day, in days since 1970-01-01: the one that is given, or that of this machine in UTC.
fn today(given: Option<&str>) -> Result<i128, Failure> {
    match given {
        Some(text) => reach_values::time::parse_date(text).map_err(|_| Failure::usage(format!("`{text}` is no day; `--today` takes one like `2026-01-01`"))),
        None => Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i128::from(since.as_secs() / 86_400))),
    }
}
