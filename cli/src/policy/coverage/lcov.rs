//! Coverage as a tracefile of [lcov](https://github.com/linux-test-project/lcov), which many tools read.
//!
//! Rules are functions, hit where they decided. A condition is a block with two branches, true (0) and false (1). Lines are those on which a
//! rule's name or a condition stands. Version 2 of lcov has records of MC/DC: the conditions that begin on one line are one group, and a
//! sense is taken where some step shows what the condition does there; earlier versions pass over them.

use std::collections::{BTreeMap, BTreeSet};

use reach_coverage::{ConditionReport, CoverageReport};

/// What is told of one file.
#[derive(Default)]
struct File<'r> {
    /// Line, name, and how often it decided.
    functions: Vec<(u32, &'r str, u64)>,
    /// Conditions by the line on which they begin.
    conditions: BTreeMap<u32, Vec<&'r ConditionReport>>,
    /// How often a line was looked at.
    lines: BTreeMap<u32, u64>,
}

impl File<'_> {
    fn line(&mut self, line: u32, times: u64) {
        let sum = self.lines.entry(line).or_default();
        *sum = times.max(*sum);
    }
}

/// Returns the tracefile of some bundles.
pub fn tracefile<'r>(reports: impl Iterator<Item = &'r CoverageReport>) -> String {
    let mut files: BTreeMap<&str, File<'r>> = BTreeMap::new();
    for rule in reports.flat_map(|report| &report.rules) {
        let file = files.entry(&rule.place.file).or_default();
        file.functions.push((rule.place.line, &rule.rule, rule.decided));
        file.line(rule.place.line, rule.looked);
        for condition in &rule.conditions {
            let file = files.entry(&condition.place.file).or_default();
            file.line(condition.place.line, condition.yes + condition.no + condition.no_value);
            file.conditions.entry(condition.place.line).or_default().push(condition);
        }
    }
    let mut out = String::new();
    for (name, file) in &files {
        out.push_str(&format!("TN:\nSF:{}\n", one_line(name)));
        functions(&mut out, file);
        branches(&mut out, file);
        mcdc(&mut out, file);
        for (line, times) in &file.lines {
            out.push_str(&format!("DA:{line},{times}\n"));
        }
        let hit = file.lines.values().filter(|times| **times > 0).count();
        out.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", file.lines.len()));
    }
    out
}

fn functions(out: &mut String, file: &File<'_>) {
    for (line, name, _) in &file.functions {
        out.push_str(&format!("FN:{line},{}\n", one_line(name)));
    }
    for (_, name, decided) in &file.functions {
        out.push_str(&format!("FNDA:{decided},{}\n", one_line(name)));
    }
    let hit = file.functions.iter().filter(|(.., decided)| *decided > 0).count();
    out.push_str(&format!("FNF:{}\nFNH:{hit}\n", file.functions.len()));
}

fn branches(out: &mut String, file: &File<'_>) {
    let (mut found, mut hit) = (0, 0);
    for (line, conditions) in &file.conditions {
        for (block, condition) in conditions.iter().enumerate() {
            let computed = condition.yes + condition.no + condition.no_value > 0;
            for (branch, times) in [condition.yes, condition.no].into_iter().enumerate() {
                let taken = if computed { times.to_string() } else { "-".to_owned() };
                out.push_str(&format!("BRDA:{line},{block},{branch},{taken}\n"));
                found += 1;
                hit += usize::from(times > 0);
            }
        }
    }
    out.push_str(&format!("BRF:{found}\nBRH:{hit}\n"));
}

fn mcdc(out: &mut String, file: &File<'_>) {
    let (mut found, mut hit) = (0, 0);
    for (line, conditions) in &file.conditions {
        let group: Vec<_> = conditions.iter().filter(|condition| condition.independent).collect();
        let mut names = BTreeSet::new();
        for (index, condition) in group.iter().enumerate() {
            // Of two that read the same, the second is told by its number.
            let source = one_line(&condition.source);
            let name = if names.insert(source.clone()) { source } else { format!("{source} ({index})") };
            for (sense, taken) in [("t", condition.tells.yes), ("f", condition.tells.no)] {
                out.push_str(&format!("MCDC:{line},{},{sense},{},{index},{name}\n", group.len(), u8::from(taken)));
                found += 1;
                hit += usize::from(taken);
            }
        }
    }
    if found > 0 {
        out.push_str(&format!("MCF:{found}\nMCH:{hit}\n"));
    }
}

/// A record is a line, whatever stands in names.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
