//! One run over some bundles.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reach_codes::render;
use reach_codes::table::command;
use reach_codes::{Diagnostic, Sources};
use reach_harness::{JunitSuite, Progress, run_tests_timed};

use crate::answer::{Answer, Exit};
use crate::bundle::{self, Found};
use crate::failure::Failure;
use crate::files;
use crate::policy::count;
use crate::terminal::Terminal;

use super::{BundleReport, Format, TestArgs, TestData, annotate};

/// Runs the tests of bundles. `unchanged` more were left out.
pub fn run(args: &TestArgs, bundles: &[Found], unchanged: usize, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let started = Instant::now();
    let options = args.options();
    let mut data = TestData { unchanged, ..TestData::default() };
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
        let places =
            checked.compiled.sources.iter().zip(checked.shown.iter()).map(|((_, inner), (_, shown))| (inner.name.clone(), shown.name.clone())).collect();
        if checked.errors() > 0 {
            let errors = checked.diagnostics.iter().filter(|d| d.is_error());
            let errors = errors.map(|d| render::text(&checked.shown, std::slice::from_ref(d), false)).collect();
            data.bundles.push(BundleReport { path, report: None, errors, places });
            continue;
        }
        let (built, _) = bundle::build(checked)?;
        let report = {
            let shared = Mutex::new(&mut *terminal);
            let done = |n: usize, of: usize| {
                // Whoever can't tell it now leaves it to the next one.
                if let Ok(mut terminal) = shared.try_lock() {
                    terminal.progress(|| format!("testing {path}: {n} of {}", count(of, "test")));
                }
            };
            let watching = Progress { clock: &|| started.elapsed(), done: &done };
            run_tests_timed(Arc::new(built.image), &built.bundle, &options, &watching)
        };
        data.passed += report.passed;
        data.failed += report.failed;
        data.skipped += report.skipped;
        data.filtered_out += report.filtered_out;
        data.properties += report.properties;
        data.cases += report.cases;
        if report.found_none() {
            none(&mut data, &mut text, &format!("`{path}` holds no test"), terminal);
        } else if !report.tests.is_empty() && (!terminal.quiet || !report.ok()) {
            if bundles.len() > 1 {
                text.push_str(&format!("{}\n", render::plain(&path)));
            }
            text.push_str(&report.text(terminal.color(), terminal.verbose));
        }
        data.bundles.push(BundleReport { path, report: Some(report), errors: Vec::new(), places });
    }
    if data.filtered_out > 0 && data.passed + data.failed == 0 {
        let filter = args.filter.as_deref().unwrap_or_default();
        none(&mut data, &mut text, &format!("no test has a name with `{filter}` in it"), terminal);
    }
    if let Some(path) = &args.junit {
        files::write_atomic(path, junit(&data).as_bytes())?;
    }
    let broken = data.bundles.iter().any(|b| b.report.is_none());
    let summary = summary(&data, bundles.len(), started.elapsed());
    if !terminal.quiet && bundles.len() != 1 {
        text.push_str(&summary);
    } else if !terminal.quiet && text.ends_with('\n') && data.passed + data.failed > 0 {
        text.pop();
        text.push_str(&format!(" in {}\n", took(started.elapsed())));
    }
    let text = match args.format {
        Format::Text => text,
        Format::Json => serde_json::to_string_pretty(&data).map_err(|e| Failure::output(e.into()))? + "\n",
        Format::Junit => junit(&data),
        Format::Github => annotate::annotations(&data) + &summary,
    };
    let ok = data.failed == 0 && data.skipped == 0 && !broken && data.diagnostics.iter().all(|d| d.level != "error");
    let exit = match (unreadable, ok) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Findings,
    };
    Answer::new(exit, &data, text)
}

fn junit(data: &TestData) -> String {
    let suites: Vec<JunitSuite<'_>> = data.bundles.iter().map(|b| JunitSuite { name: &b.path, report: b.report.as_ref(), errors: &b.errors }).collect();
    let text = reach_harness::junit(&suites, true);
    if text.ends_with('\n') { text } else { text + "\n" }
}

/// Says that nothing was tested, which must not look like success.
fn none(data: &mut TestData, text: &mut String, message: &str, terminal: &Terminal) {
    let d = Diagnostic::general(command::NO_TESTS, message)
        .note("a run that tests nothing is not a success")
        .help("write a `test` block; `reach explain no-tests` says more");
    data.diagnostics.push(render::json(&Sources::new(), &d));
    text.push_str(&render::text(&Sources::new(), &[d], terminal.color()));
}

/// Returns a line that says what came of all bundles.
fn summary(data: &TestData, bundles: usize, time: Duration) -> String {
    if bundles == 0 {
        return format!(
            "nothing has changed: {} not run\n",
            if data.unchanged == 1 { "1 bundle is".to_owned() } else { format!("{} are", count(data.unchanged, "bundle")) }
        );
    }
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
    if data.unchanged > 0 {
        parts.push(format!("{} not changed", count(data.unchanged, "bundle")));
    }
    if data.properties > 0 {
        let cases = count(data.cases, "session");
        parts.push(format!("{} by {cases}", count(data.properties, "property")));
    }
    let time = if data.passed + data.failed > 0 { format!(" in {}", took(time)) } else { String::new() };
    format!("{}: {}{time}\n", count(bundles, "bundle"), parts.join(", "))
}

/// Returns a measured time in words.
fn took(time: Duration) -> String {
    if time < Duration::from_secs(10) { format!("{} ms", time.as_millis()) } else { format!("{:.1} s", time.as_secs_f64()) }
}
