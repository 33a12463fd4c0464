//! What came of mutants, for people.

use std::collections::BTreeMap;

use reach_codes::Sources;
use reach_codes::render::plain;
use reach_mutation::{Counts, Finding, Outcome, Report, percent};

use super::{MutateData, survivors};
use crate::policy::count;
use crate::policy::report::{BOLD, ink};
use crate::terminal::Terminal;

/// Returns the report of one bundle: its score, its survivors each with the test that is missing, and where they are many.
pub fn text(path: &str, report: &Report, shown: &Sources, sources: &Sources, terminal: &Terminal) -> String {
    let color = terminal.color();
    let mut out = format!("{}: {}\n", ink(color, BOLD, &plain(path)), counted(&report.counts));
    if report.tests == 0 {
        out.push_str("  it has no test that passes\n");
    }
    if report.left_out > 0 {
        out.push_str(&format!("  {} were not looked at: `--sample` says how many are\n", count(report.left_out, "other mutant")));
    }
    let place = |finding: &Finding| {
        let file = sources.iter().find(|(_, source)| source.name == finding.file).and_then(|(id, _)| shown.get(id));
        format!("{}:{}", plain(file.map_or(finding.file.as_str(), |file| &file.name)), finding.line)
    };
    for finding in survivors(report) {
        out.push_str(&survivor(finding, &place(finding), color));
    }
    if report.counts.survived > 0 || terminal.verbose {
        out.push_str(&table("by rule", &report.declarations, terminal.verbose));
        out.push_str(&table("by operator", &report.operators, terminal.verbose));
    }
    out
}

fn counted(counts: &Counts) -> String {
    let same = match counts.equivalent {
        0 => String::new(),
        n => format!(", {n} more decide the same"),
    };
    match counts.score() {
        Some(score) => format!("{} % of {} killed, {} survived{same}", percent(score), count(counts.counted(), "mutant"), counts.survived),
        None => format!("no mutant decides otherwise{same}"),
    }
}

fn survivor(finding: &Finding, place: &str, color: bool) -> String {
    let mut out = format!("\n{} {place} {}\n", ink(color, "31", "survived:"), plain(&finding.id));
    let after = if finding.after.is_empty() { "(gone)".to_owned() } else { plain(&finding.after) };
    out.push_str(&format!("  - {}\n  + {after}\n", plain(&finding.before)));
    let Outcome::Survived { why, missing } = &finding.outcome else { return out };
    if let Some(missing) = missing {
        out.push_str(&format!("  no test tells {} from {}; this one would:\n\n", plain(&missing.expected), plain(&missing.mutated)));
        for line in plain(&missing.test).lines() {
            out.push_str(&format!("    {line}\n"));
        }
    }
    for why in why {
        out.push_str(&format!("  {}\n", plain(why).replace('\n', "\\n")));
    }
    out
}

/// Returns a table of scores, the lowest first; only what is not all killed, unless all is asked for.
fn table(head: &str, all: &BTreeMap<String, Counts>, verbose: bool) -> String {
    let mut rows: Vec<(&String, &Counts)> = all.iter().filter(|(_, counts)| verbose || counts.survived > 0).collect();
    rows.sort_by_key(|(name, counts)| (counts.score().unwrap_or(10_000), (*name).clone()));
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(name, _)| plain(name).chars().count()).max().unwrap_or(0);
    let mut out = format!("\n{head}\n");
    for (name, counts) in rows {
        let score = counts.score().map_or_else(|| "-".to_owned(), |score| format!("{} %", percent(score)));
        let same = if counts.equivalent > 0 { format!(", {} the same", counts.equivalent) } else { String::new() };
        out.push_str(&format!("  {:<width$}  {score:>8}  {} of {}{same}\n", plain(name), counts.killed, counts.counted()));
    }
    out
}

/// Returns the line that says what came of all.
pub fn summary(data: &MutateData) -> String {
    let all = counted(&data.counts);
    let below = data.bundles.iter().filter(|b| !b.ok).count();
    let min = match &data.min {
        Some(min) if below > 0 => format!("; {} below {min} %", count(below, "bundle")),
        _ => String::new(),
    };
    format!("{}: {all}{min}", count(data.bundles.len(), "bundle"))
}
