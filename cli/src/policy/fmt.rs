//! `reach policy fmt`: formats sources.

use std::path::PathBuf;

use clap::Args;
use reach_codes::render::{self, Ink, JsonDiagnostic};
use reach_codes::{Diagnostic, Sources};
use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;

/// The arguments of `policy fmt`.
#[derive(Args, Debug)]
pub struct FmtArgs {
    /// A folder or a file; `-` formats standard input to standard output
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Change nothing: show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
}

/// What `policy fmt` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FmtData {
    /// Each file, in order.
    files: Vec<FormattedFile>,
    /// What keeps files from being formatted.
    diagnostics: Vec<JsonDiagnostic>,
}

/// A file that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct FormattedFile {
    /// The file, as it was named on the command line.
    file: String,
    /// What was found.
    status: FormatStatus,
    /// With `--check`: what would change, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    /// The formatted text, of standard input only.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// What formatting found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FormatStatus {
    /// It was formatted already.
    Unchanged,
    /// It was formatted now.
    Formatted,
    /// It would be, without `--check`.
    Unformatted,
    /// It has mistakes, so it was left as it is.
    Broken,
}

/// Runs the command.
///
/// # Errors
/// When a file can't be read or written.
pub fn run(args: &FmtArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut work = Work { check: args.check, color: terminal.color(), text: String::new(), data: FmtData { files: Vec::new(), diagnostics: Vec::new() } };
    let (mut unreadable, mut broken) = (false, String::new());
    for found in bundle::find(&args.path)? {
        let texts = bundle::read(&found)?;
        unreadable |= texts.unreadable;
        let unread: Vec<_> = texts.diagnostics.iter().filter_map(Diagnostic::span).map(|s| s.file).collect();
        let mut problems = texts.diagnostics;
        for ((id, shown), (_, path)) in texts.shown.iter().zip(&found.files) {
            terminal.progress(|| format!("formatting {}", shown.name));
            if unread.contains(&id) {
                work.file(&shown.name, FormatStatus::Broken, None, None);
                continue;
            }
            let limits = reach_grammar::Limits::LANGUAGE;
            let Ok(formatted) = reach_grammar::format(&shown.text, &limits) else {
                // Its messages know no file: they are made again for this one.
                problems.extend(reach_grammar::parse(id, &shown.text, &limits).diagnostics);
                work.file(&shown.name, FormatStatus::Broken, None, None);
                continue;
            };
            work.formatted(path, &shown.name, &shown.text, formatted)?;
        }
        work.data.diagnostics.extend(problems.iter().map(|d| render::json(&texts.shown, d)));
        broken.push_str(&problems_text(&texts.shown, &problems, terminal));
    }
    let exit = work.exit(unreadable);
    // What is formatted goes to standard output alone, so that an editor can take it; what is wrong goes beside it.
    if !terminal.json && !broken.is_empty() {
        terminal.say(&broken);
    }
    if !work.stdin() {
        let summary = work.summary();
        terminal.note(&summary);
    }
    Answer::new(exit, &work.data, work.text)
}

fn problems_text(sources: &Sources, problems: &[Diagnostic], terminal: &Terminal) -> String {
    render::text(sources, problems, terminal.error_color())
}

struct Work {
    check: bool,
    color: bool,
    text: String,
    data: FmtData,
}

impl Work {
    fn file(&mut self, name: &str, status: FormatStatus, diff: Option<String>, text: Option<String>) {
        self.data.files.push(FormattedFile { file: name.to_owned(), status, diff, text });
    }

    fn formatted(&mut self, path: &std::path::Path, name: &str, old: &str, new: String) -> Result<(), Failure> {
        let stdin = files::is_stdin(path);
        if old == new {
            if stdin && !self.check {
                self.text.push_str(&new);
            }
            self.file(name, FormatStatus::Unchanged, None, stdin.then_some(new));
        } else if self.check {
            let diff = TextDiff::from_lines(old, &new)
                .unified_diff()
                .context_radius(3)
                .header(&render::plain(name), &format!("{} (formatted)", render::plain(name)))
                .to_string();
            self.text.push_str(&if self.color { colored(&diff) } else { diff.clone() });
            self.file(name, FormatStatus::Unformatted, Some(diff), None);
        } else if stdin {
            self.text.push_str(&new);
            self.file(name, FormatStatus::Formatted, None, Some(new));
        } else {
            files::write_atomic(path, new.as_bytes())?;
            self.text.push_str(&format!("formatted {}\n", render::plain(name)));
            self.file(name, FormatStatus::Formatted, None, None);
        }
        Ok(())
    }

    fn number(&self, status: FormatStatus) -> usize {
        self.data.files.iter().filter(|f| f.status == status).count()
    }

    fn stdin(&self) -> bool {
        self.data.files.iter().any(|f| f.file == "<stdin>")
    }

    fn exit(&self, unreadable: bool) -> Exit {
        if unreadable {
            Exit::Failed
        } else if self.number(FormatStatus::Broken) + self.number(FormatStatus::Unformatted) > 0 {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    fn summary(&self) -> String {
        let parts = [
            (FormatStatus::Formatted, "formatted"),
            (FormatStatus::Unformatted, "would be formatted"),
            (FormatStatus::Unchanged, "already formatted"),
            (FormatStatus::Broken, "left alone because of errors"),
        ];
        let parts: Vec<String> =
            parts.iter().map(|(s, words)| (self.number(*s), words)).filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", count(n, "file"))).collect();
        parts.join(", ")
    }
}

/// Colours a unified diff by its lines' first characters.
pub fn colored(diff: &str) -> String {
    let ink = |line: &str| match line.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => Some(Ink::Strong),
        [b'-', ..] => Some(Ink::Bad),
        [b'+', ..] => Some(Ink::Good),
        [b'@', ..] => Some(Ink::Place),
        _ => None,
    };
    let paint = |line: &str| format!("{}\n", ink(line).map_or_else(|| line.to_owned(), |ink| ink.on(true, line)));
    diff.lines().map(paint).collect()
}
