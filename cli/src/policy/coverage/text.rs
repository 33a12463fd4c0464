//! Coverage for people: the source with marks in the margin.

use std::collections::BTreeMap;

use reach_codes::render::{Ink, plain};
use reach_codes::{Source, Sources};
use reach_coverage::{CoverageReport, GapReport, GapStatus, Measure, RuleReport, Total};

use super::Below;

/// How to print.
pub struct Style {
    /// With ANSI escapes.
    pub color: bool,
    /// Rules without gaps too.
    pub verbose: bool,
    /// Whether there are several bundles.
    pub many: bool,
    /// Whether tests that close gaps are printed.
    pub tests: bool,
}

/// What stands before a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Nothing,
    Covered,
    Impossible,
    Gap,
}

impl Mark {
    const fn sign(self) -> (&'static str, Option<Ink>) {
        match self {
            Self::Nothing => (" ", None),
            Self::Covered => ("+", Some(Ink::Good)),
            Self::Impossible => ("-", Some(Ink::Quiet)),
            Self::Gap => ("!", Some(Ink::Bad)),
        }
    }
}

/// Returns the rules of a bundle that have gaps, each with its source.
pub fn bundle(path: &str, report: &CoverageReport, shown: &Sources, style: &Style) -> String {
    let mut out = String::new();
    if style.many {
        out.push_str(&format!("{}: {}\n", plain(path), line(report)));
    }
    let by_rule = by_rule(report);
    for rule in &report.rules {
        let gaps = by_rule.get(rule.rule.as_str()).map_or(&[][..], Vec::as_slice);
        if gaps.is_empty() && !style.verbose {
            continue;
        }
        out.push_str(&rule_text(rule, gaps, shown, style));
        out.push('\n');
    }
    for budget in &report.budgets {
        let gaps: Vec<&GapReport> = report.gaps.iter().filter(|g| g.measure == Measure::Budgets && g.place == budget.place).collect();
        if gaps.is_empty() && !style.verbose {
            continue;
        }
        let seen = format!("had more left {}, just enough {}, too little {}", times(budget.fits), times(budget.just_fits), times(budget.overspent));
        out.push_str(&format!("budget {}: {seen} ({}:{})\n", plain(&budget.budget), plain(&budget.place.file), budget.place.line));
        for gap in gaps {
            out.push_str(&said(gap, style));
        }
        out.push('\n');
    }
    if style.tests && !report.tests.is_empty() {
        out.push_str(&format!(
            "{} {}:\n\n",
            super::count(report.tests.len(), "test"),
            if report.tests.len() == 1 { "that closes gaps" } else { "that close gaps" }
        ));
        for test in &report.tests {
            out.push_str(&test.text.lines().map(|line| format!("{}\n", plain(line))).collect::<String>());
            out.push('\n');
        }
    }
    out
}

/// Returns the gaps of each rule.
pub fn by_rule(report: &CoverageReport) -> BTreeMap<&str, Vec<&GapReport>> {
    let mut out: BTreeMap<&str, Vec<&GapReport>> = BTreeMap::new();
    for gap in &report.gaps {
        if let Some(rule) = &gap.rule {
            out.entry(rule).or_default().push(gap);
        }
    }
    out
}

/// Returns one line about a bundle.
fn line(report: &CoverageReport) -> String {
    let parts = report.totals.iter().filter(|total| total.total > 0).map(|total| format!("{} {}", total.measure.word(), percent(*total)));
    parts.collect::<Vec<_>>().join(", ")
}

fn rule_text(rule: &RuleReport, gaps: &[&GapReport], shown: &Sources, style: &Style) -> String {
    let looked = if rule.looked == 0 { "never looked at".to_owned() } else { format!("looked at {}", times(rule.looked)) };
    let did = if rule.advisory { "" } else { ", decided " };
    let did = if did.is_empty() { String::new() } else { format!("{did}{}", times(rule.decided)) };
    let head = format!("{} {}", rule.effect, plain(&rule.rule));
    let place = Ink::Quiet.on(style.color, &format!("({}:{})", plain(&rule.place.file), rule.place.line));
    let mut out = format!("{} {place}: {looked}, matched {}{did}\n", Ink::Strong.on(style.color, &head), times(rule.matched));
    // Of a rule that no test looks at, that is all there is to say of its conditions.
    let unseen = rule.looked == 0;
    let own: Vec<&GapReport> = gaps.iter().copied().filter(|gap| !unseen || gap.measure == Measure::Rules).collect();
    let Some(source) = shown.iter().map(|(_, source)| source).find(|source| source.name == rule.place.file) else { return out };
    let mut by_line: BTreeMap<u32, Vec<&GapReport>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for gap in own {
        if gap.place.file == rule.place.file && (rule.begins..=rule.ends).contains(&gap.place.line) {
            by_line.entry(gap.place.line).or_default().push(gap);
        } else {
            elsewhere.push(gap);
        }
    }
    let width = rule.ends.to_string().len();
    for number in rule.begins..=rule.ends {
        let Some(text) = line_of(source, number) else { continue };
        let here = by_line.get(&number).map_or(&[][..], Vec::as_slice);
        let (sign, ink) = mark(rule, here, number).sign();
        let bar = Ink::Quiet.on(style.color, &format!("{number:>width$} |"));
        let sign = ink.map_or_else(|| sign.to_owned(), |ink| ink.on(style.color, sign));
        out.push_str(format!("  {sign} {bar} {}", plain(text)).trim_end());
        out.push('\n');
        for gap in here {
            out.push_str(&said(gap, style));
        }
    }
    for gap in elsewhere {
        out.push_str(&said(gap, style));
    }
    if unseen && gaps.len() > 1 {
        out.push_str(&format!("      and so are its conditions: {} more\n", super::count(gaps.len() - 1, "gap")));
    }
    out
}

/// Returns the mark of a line.
fn mark(rule: &RuleReport, gaps: &[&GapReport], line: u32) -> Mark {
    let open = |gap: &&GapReport| gap.status != GapStatus::Impossible;
    if gaps.iter().any(open) || (rule.looked == 0 && has_something(rule, line)) {
        Mark::Gap
    } else if !gaps.is_empty() {
        Mark::Impossible
    } else if has_something(rule, line) {
        Mark::Covered
    } else {
        Mark::Nothing
    }
}

/// Returns whether there is something to cover in a line.
fn has_something(rule: &RuleReport, line: u32) -> bool {
    let here = |place: &reach_coverage::Place| place.file == rule.place.file && place.line == line;
    here(&rule.place) || rule.conditions.iter().any(|c| here(&c.place))
}

fn said(gap: &GapReport, style: &Style) -> String {
    let (word, ink) = match gap.status {
        GapStatus::Impossible => ("impossible: ", Ink::Quiet),
        GapStatus::Open | GapStatus::Closable | GapStatus::Unknown => ("", Ink::Doubt),
    };
    let mut out = format!("      {}\n", ink.on(style.color, &format!("{word}{}", plain(&gap.why))));
    for why in &gap.unknown {
        out.push_str(&format!("        not known: {}\n", plain(why)));
    }
    for test in &gap.tests {
        out.push_str(&format!("        closed by \"{}\"\n", plain(test)));
    }
    out
}

fn line_of(source: &Source, number: u32) -> Option<&str> {
    let range = source.line_range(usize::try_from(number).ok()?.checked_sub(1)?)?;
    source.text.get(range).map(|line| line.trim_end_matches(['\n', '\r']))
}

/// Returns each measure on a line.
pub fn totals(totals: &[Total], below: &[Below], color: bool) -> String {
    let mut out = String::new();
    let width = totals.iter().map(|t| t.total.to_string().len()).max().unwrap_or(1);
    for total in totals.iter().filter(|total| total.total + total.impossible > 0) {
        let ink = if below.iter().any(|b| b.measure == total.measure) { Ink::Bad } else { Ink::Good };
        let ink = if total.covered < total.total && ink == Ink::Good { Ink::Doubt } else { ink };
        let impossible = if total.impossible > 0 { format!(", {} impossible", total.impossible) } else { String::new() };
        let counts = format!("{:>width$} of {:>width$}", total.covered, total.total);
        out.push_str(&format!("{:<11} {counts}  {}{impossible}\n", name(total.measure), ink.on(color, &format!("{:>7}", percent(*total)))));
    }
    out
}

pub const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Mcdc => "MC/DC",
        other => other.word(),
    }
}

pub fn percent(total: Total) -> String {
    let permille = total.permille();
    format!("{}.{} %", permille / 10, permille % 10)
}

pub fn times(n: u64) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        n => super::count(n, "time"),
    }
}
