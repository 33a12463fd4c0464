//! `--fix`: mends what can be mended, until nothing is left.
//!
//! Edits are tried together. Where the bundle doesn't compile with them, can't be formatted, or decides some step of its tests otherwise, they are
//! tried in halves, so that one bad edit keeps no good one back. Files are written at the end, all of a bundle's or none.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reach_analysis::{Play as _, Played};
use reach_codes::{Sources, render};
use reach_compiler::{Bundle, Compiled, Limits, compile};
use reach_harness::Replay;
use reach_lint::{Finding, Report};
use similar::TextDiff;

use crate::bundle::Found;
use crate::failure::Failure;
use crate::files;
use crate::policy::fmt::colored;

use super::{Mended, Subject};

/// How often the lints look again. What mends one thing may show the next, but not for ever.
const MOST_ROUNDS: usize = 20;
/// How many bundles are compiled in a round, at most.
const MOST_TRIES: usize = 64;

/// What was mended.
pub struct Done {
    /// Each thing.
    pub mended: Vec<Mended>,
    /// The files that change.
    pub files: Vec<Changed>,
}

/// A file that changes.
pub struct Changed {
    /// Its name for people.
    pub shown: String,
    /// Where it is.
    path: PathBuf,
    old: String,
    new: String,
    /// What changes, as a unified diff.
    pub diff: String,
}

/// Mends a bundle in memory; the subject and the report are then those of the mended one.
pub fn fix(subject: &mut Subject, report: &mut Report, found: &Found) -> Done {
    let before = subject.compiled.sources.clone();
    let mut mended = Vec::new();
    let mut given_up: BTreeSet<(&'static str, String)> = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let open: Vec<usize> = (0..report.findings.len())
            .filter(|i| report.findings.get(*i).is_some_and(|f| !f.edits.is_empty() && !given_up.contains(&key(subject, f))))
            .collect();
        if open.is_empty() {
            break;
        }
        let mut tries = MOST_TRIES;
        let mut round = Round { subject, findings: &report.findings, tries: &mut tries, given_up: &mut given_up };
        let Some((compiled, done)) = round.attempt(&open) else { continue };
        for index in done {
            let Some(finding) = report.findings.get(index) else { continue };
            let d = &finding.diagnostic;
            let Some(span) = d.span() else { continue };
            let file = subject.shown.get(span.file).map(|f| f.name.clone()).unwrap_or_default();
            mended.push(Mended { name: d.code.name(), file, line: subject.shown.position(span).line, message: d.message.clone() });
        }
        subject.shown = renamed(&compiled.sources, &subject.shown);
        subject.compiled = compiled;
        subject.diagnostics = subject.compiled.diagnostics.clone();
        subject.deny();
        *report = subject.lint();
    }
    let files = before.iter().zip(&found.files).filter_map(|((id, old), (_, path))| {
        let new = subject.shown.get(id).filter(|new| new.text != old.text)?;
        let name = render::plain(&new.name);
        let diff = TextDiff::from_lines(&old.text, &new.text).unified_diff().context_radius(3).header(&name, &format!("{name} (mended)")).to_string();
        Some(Changed { shown: new.name.clone(), path: path.clone(), old: old.text.clone(), new: new.text.clone(), diff })
    });
    Done { mended, files: files.collect() }
}

/// Returns what tells a finding from others, over rounds in which places move.
fn key(subject: &Subject, finding: &Finding) -> (&'static str, String) {
    let text: String = finding.edits.iter().map(|edit| format!("{}→{};", subject.compiled.sources.text(edit.span), edit.replacement)).collect();
    (finding.diagnostic.code.name(), text)
}

/// Returns new texts under the names that people know.
fn renamed(texts: &Sources, names: &Sources) -> Sources {
    let mut out = Sources::new();
    for ((_, text), (_, name)) in texts.iter().zip(names.iter()) {
        out.add(name.name.clone(), text.text.clone());
    }
    out
}

struct Round<'r> {
    subject: &'r Subject,
    findings: &'r [Finding],
    tries: &'r mut usize,
    given_up: &'r mut BTreeSet<(&'static str, String)>,
}

impl Round<'_> {
    /// Tries some findings; where that fails, each half. What fails alone is given up.
    fn attempt(&mut self, indexes: &[usize]) -> Option<(Compiled, Vec<usize>)> {
        if *self.tries == 0 {
            self.give_up(indexes);
            return None;
        }
        *self.tries -= 1;
        let chosen = indexes.iter().filter_map(|i| self.findings.get(*i).map(|f| (*i, f)));
        let fixed = reach_lint::apply(&self.subject.compiled.sources, chosen);
        if let Some(compiled) = self.accepted(&fixed) {
            return Some((compiled, fixed.mended));
        }
        match indexes {
            [] => None,
            [_] => {
                self.give_up(indexes);
                None
            }
            _ => {
                let (first, second) = indexes.split_at(indexes.len() / 2);
                // One half is enough for a round: the other is tried in the next.
                self.attempt(first).or_else(|| self.attempt(second))
            }
        }
    }

    fn give_up(&mut self, indexes: &[usize]) {
        for finding in indexes.iter().filter_map(|i| self.findings.get(*i)) {
            self.given_up.insert(key(self.subject, finding));
        }
    }

    /// Returns the bundle with the edits, if it is as good as before.
    fn accepted(&self, fixed: &reach_lint::Fixed) -> Option<Compiled> {
        if fixed.texts.is_empty() {
            return None;
        }
        let limits = Limits::default();
        let mut sources = Sources::new();
        let given = self.subject.compiled.bundle.as_ref()?.given();
        for (id, source) in given.sources.iter() {
            let text = match fixed.texts.get(&id) {
                None => source.text.clone(),
                Some(new) => {
                    let formatted = reach_grammar::format(new, &limits).ok()?;
                    // What was formatted stays so; what wasn't is left to its author.
                    let was = reach_grammar::format(&source.text, &limits).is_ok_and(|old| old == source.text);
                    if was { formatted } else { new.clone() }
                }
            };
            sources.add(source.name.clone(), text);
        }
        let compiled = compile(Bundle { sources, packs: given.packs.clone() }, &limits);
        let (old, new) = (self.subject.compiled.bundle.as_ref()?, compiled.bundle.as_ref()?);
        let same = old.tests.len() == new.tests.len() && (old.tests.is_empty() || played(old)? == played(new)?);
        same.then_some(compiled)
    }
}

/// Returns what the tests of a bundle play, without places.
fn played(bundle: &reach_compiler::ir::Bundle) -> Option<Vec<Vec<Played>>> {
    let replay = Replay::pinned(bundle).ok()?;
    let without_places = |mut played: Played| {
        if let Played::Decided(decided) = &mut played {
            decided.rules.iter_mut().for_each(|rule| rule.line = None);
        }
        played
    };
    let events = |test: &reach_compiler::ir::Test| test.items.iter().map(|i| i.event.clone()).collect::<Vec<_>>();
    Some(bundle.tests.iter().map(|test| replay.play(&events(test)).into_iter().map(without_places).collect()).collect())
}

/// Writes the files that change, all or none.
///
/// # Errors
/// When one can't be written, or somebody else changed it meanwhile; then all are as they were.
pub fn write(done: &Done) -> Result<(), Failure> {
    let all: Vec<files::Replacement<'_>> =
        done.files.iter().map(|f| files::Replacement { path: &f.path, old: f.old.as_bytes(), new: f.new.as_bytes() }).collect();
    files::replace_all(&all)
}

/// Returns what was mended, for people.
pub fn text(done: &Done, dry_run: bool, color: bool) -> String {
    let mut out = String::new();
    if dry_run {
        for file in &done.files {
            out.push_str(&if color { colored(&file.diff) } else { file.diff.clone() });
        }
        return out;
    }
    for m in &done.mended {
        out.push_str(&format!("mended {}:{}: {}: {}\n", render::plain(&m.file), m.line, m.name, render::plain(&m.message)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
