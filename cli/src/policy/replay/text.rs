//! What came of a replay, for people.

use std::collections::BTreeMap;

use reach_codes::render::plain;
use reach_replay::{Group, Kind};

use super::exact::{DifferenceData, ExactData};
use super::shown::{behaviour, change, compared_with, event, example, notes, one_line, place};
use super::{ChangesData, ReplayData};
use crate::policy::count;
use crate::policy::report::{BOLD, ink};

/// How many findings, differences and sessions are told.
const TOLD: usize = 20;

/// Returns the report, without its summary.
pub fn text(data: &ReplayData, color: bool) -> String {
    let mut out = String::new();
    for finding in data.findings.iter().take(TOLD) {
        out.push_str(&format!("entry {}: {}\n", finding.entry, plain(&finding.message)));
    }
    more(&mut out, data.findings.len(), "finding");
    if let Some(exact) = &data.exact {
        of_exact(exact, &mut out);
    }
    if let Some(changes) = &data.changes {
        of_changes(changes, color, &mut out);
    }
    for note in notes(data) {
        out.push_str(&format!("note: {note}\n"));
    }
    out
}

/// Returns the last line.
pub fn summary(data: &ReplayData) -> String {
    if !data.findings.is_empty() {
        return format!("the log was changed after it was written: {}; nothing was decided again", count(data.findings.len(), "finding"));
    }
    match (&data.exact, &data.snapshot, &data.changes) {
        (Some(exact), ..) => summary_of_exact(exact),
        (None, Some(snapshot), None) => format!("{}: {} kept", plain(&snapshot.file), count(snapshot.decisions, "decision")),
        (None, _, Some(changes)) => summary_of_changes(changes),
        (None, None, None) => "nothing was decided".to_owned(),
    }
}

fn more(out: &mut String, n: usize, noun: &str) {
    if n > TOLD {
        out.push_str(&format!("and {}\n", count(n - TOLD, &format!("more {noun}"))));
    }
}

fn of_exact(exact: &ExactData, out: &mut String) {
    for difference in exact.differences.iter().take(TOLD) {
        of_difference(difference, out);
    }
    let beyond = exact.differences.len().saturating_sub(TOLD) as u64 + exact.more;
    if beyond > 0 {
        out.push_str(&format!("and {}\n", count(beyond, "more difference")));
    }
    if exact.following > 0 {
        out.push_str(&format!("{} of these sessions in another state for that\n", count(exact.following, "later entry")));
    }
    for entry in exact.stray.iter().take(TOLD) {
        out.push_str(&format!("entry {entry}: the log does not list it under a session\n"));
    }
    more(out, exact.stray.len(), "entry");
    let mut missing: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for stopped in &exact.stopped {
        if let Some(bundle) = &stopped.bundle {
            let (sessions, entries) = missing.entry(bundle).or_default();
            *sessions += 1;
            *entries += stopped.entries;
        }
    }
    for (bundle, (sessions, entries)) in missing {
        out.push_str(&format!("the bundle {} is not given: {} of {} not decided again\n", plain(bundle), count(entries, "entry"), count(sessions, "session")));
    }
    let others = exact.stopped.iter().filter(|stopped| stopped.bundle.is_none());
    for stopped in others.clone().take(TOLD) {
        let (session, why) = (one_line(&stopped.session), plain(&stopped.why));
        out.push_str(&format!("session `{session}`, entry {}: {why}; {} not decided again\n", stopped.entry, count(stopped.entries, "entry")));
    }
    more(out, others.count(), "session");
}

fn of_difference(difference: &DifferenceData, out: &mut String) {
    let session = one_line(&difference.session);
    out.push_str(&format!("entry {}, event {} of session `{session}` differs in {}\n", difference.entry, difference.number, difference.what));
    if difference.recorded != difference.now {
        for (word, decided) in [("recorded", &difference.recorded), ("now", &difference.now)] {
            let told = decided.as_ref().map_or_else(|| "no decision".to_owned(), behaviour);
            out.push_str(&format!("    {word:<8}  {told}\n"));
        }
    }
    if !difference.event.is_empty() {
        out.push_str(&format!("    {}\n", event(&difference.event)));
    }
}

fn summary_of_exact(exact: &ExactData) -> String {
    let what = format!("{} of {} decided again", count(exact.replayed, "entry"), count(exact.sessions, "session"));
    let decisions = format!("{} permit, {} ask, {} forbid", exact.permit, exact.ask, exact.forbid);
    let mut out = match exact.differences.len() as u64 + exact.more {
        0 => format!("{what}, all as recorded ({decisions})"),
        1 => format!("{what}: 1 entry differs"),
        differ => format!("{what}: {} differ", count(differ, "entry")),
    };
    if !exact.stray.is_empty() {
        out.push_str(&format!("; {} of no session", count(exact.stray.len(), "entry")));
    }
    if exact.not_replayed > 0 {
        out.push_str(&format!("; {} not decided again", count(exact.not_replayed, "entry")));
    }
    let root = if exact.root == exact.rebuilt { "the root is the log's" } else { "the root is not the log's" };
    out.push_str(&format!("; {root}"));
    out
}

fn of_changes(changes: &ChangesData, color: bool, out: &mut String) {
    for kind in &changes.kinds {
        let groups: Vec<&Group> = changes.groups.iter().filter(|group| group.kind == kind.kind).collect();
        if groups.is_empty() {
            continue;
        }
        out.push_str(&format!("{}: {}\n\n", ink(color, BOLD, kind.kind.words()), count(kind.decisions, "decision")));
        for group in groups {
            out.push_str(&format!("  {} × {}: {}\n", reach_codes::render::number(group.count), one_line(&group.step), change(group)));
            let is_log = changes.with == "recorded" || !changes.recorded_by.is_empty();
            out.push_str(&format!("      {}\n", place(group, is_log)));
            for line in example(group) {
                out.push_str(&format!("      {line}\n"));
            }
        }
        out.push('\n');
    }
    if changes.more_groups > 0 {
        let (groups, decisions) = (count(changes.more_groups, "more group"), count(changes.more_changed, "decision"));
        out.push_str(&format!("and {groups} with {decisions}; `--groups {}` shows all\n", changes.groups.len() as u64 + changes.more_groups));
    }
}

/// Returns how many decisions change in which way.
pub fn summary_of_changes(changes: &ChangesData) -> String {
    let compared = format!("{} of {} compared with {}", count(changes.compared, "decision"), count(changes.sessions, "session"), compared_with(changes));
    if changes.kinds.is_empty() {
        return format!("{compared}: none changes");
    }
    let sum = |of: &dyn Fn(Kind) -> bool| changes.kinds.iter().filter(|kind| of(kind.kind)).map(|kind| kind.decisions).sum::<u64>();
    let parts = [
        (sum(&Kind::permits), "newly permitted"),
        (sum(&|kind| matches!(kind, Kind::ForbidToAsk | Kind::PermitToAsk)), "newly asked"),
        (sum(&Kind::forbids), "newly forbidden"),
        (sum(&|kind| kind == Kind::OtherObligations), "with other obligations"),
        (sum(&|kind| kind == Kind::OtherRules), "by other rules"),
        (sum(&|kind| kind == Kind::Gone), "not decided any more"),
        (sum(&|kind| kind == Kind::Added), "not kept before"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", reach_codes::render::number(n))).collect();
    format!("{compared}: {}", parts.join(", "))
}
