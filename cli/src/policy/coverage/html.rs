//! Coverage as a page: totals, the source with marks, each rule with its conditions, and tests to copy.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use reach_codes::{Source, Sources};
use reach_coverage::{ConditionReport, CoverageReport, GapReport, GapStatus, RuleReport, Total};

use super::text::{by_rule, name, percent, times};
use super::{BundleCoverage, CoverageData};
use crate::page::{Entry, Line, Page, Shown, Tone, copied, id, listing, tag};

/// Returns the page.
pub fn page(title: &str, data: &CoverageData, sources: &[Sources]) -> String {
    let contents: Vec<Entry> = data.bundles.iter().map(entry).collect();
    let body = html! {
        (totals(&data.totals))
        p { (super::summary(data)) }
        @for (bundle, shown) in data.bundles.iter().zip(sources) {
            h2 #(id("bundle", &bundle.path)) { (Shown(&bundle.path)) }
            @match &bundle.coverage {
                None => { p { (tag(Tone::Bad, "errors")) " The bundle has errors, and nothing was measured." } }
                Some(report) => {
                    @if data.bundles.len() > 1 { (totals(&report.totals)) }
                    @for failed in &bundle.failed { p { (tag(Tone::Bad, "fails")) " " (Shown(failed)) } }
                    (files(bundle, report, shown))
                    @let gaps = by_rule(report);
                    @let tests = report.tests.iter().map(|test| (test.name.as_str(), test.text.as_str())).collect();
                    @for rule in &report.rules { (self::rule(bundle, rule, gaps.get(rule.rule.as_str()).map_or(&[], Vec::as_slice), &tests)) }
                    (budgets(report))
                }
            }
        }
    };
    Page { kind: "Coverage", title, contents: &contents, find: true, body }.html()
}

fn entry(bundle: &BundleCoverage) -> Entry {
    let gaps = bundle.coverage.as_ref().map(by_rule).unwrap_or_default();
    let below = bundle.coverage.iter().flat_map(|report| &report.rules).map(|rule| {
        let open = gaps.get(rule.rule.as_str()).into_iter().flatten().filter(|gap| gap.status != GapStatus::Impossible).count();
        let words = if open > 0 { format!("{} ({open})", rule.rule) } else { rule.rule.clone() };
        Entry::new(rule_id(bundle, rule), words)
    });
    Entry { id: id("bundle", &bundle.path), words: bundle.path.clone(), below: below.collect() }
}

fn rule_id(bundle: &BundleCoverage, rule: &RuleReport) -> String {
    id(&id("rule", &bundle.path), &rule.rule)
}

fn totals(totals: &[Total]) -> Markup {
    html! {
        ul.cards {
            @for total in totals.iter().filter(|total| total.total + total.impossible > 0) {
                li {
                    b { (percent(*total)) }
                    (name(total.measure)) " "
                    span.quiet { (total.covered) " of " (total.total) @if total.impossible > 0 { ", " (total.impossible) " impossible" } }
                }
            }
        }
    }
}

/// The texts of tests by name.
type Tests<'r> = BTreeMap<&'r str, &'r str>;

/// What is said of a line of a source.
#[derive(Default)]
struct Told<'r> {
    rules: BTreeSet<(&'r str, String)>,
    conditions: Vec<&'r ConditionReport>,
    looked: u64,
    open: usize,
    impossible: usize,
}

/// Returns the sources in which rules stand, with marks.
fn files(bundle: &BundleCoverage, report: &CoverageReport, shown: &Sources) -> Markup {
    let mut lines: BTreeMap<(&str, u32), Told<'_>> = BTreeMap::new();
    for rule in &report.rules {
        let target = rule_id(bundle, rule);
        let told = lines.entry((&rule.place.file, rule.place.line)).or_default();
        told.looked = told.looked.max(rule.looked);
        told.rules.insert((&rule.rule, target.clone()));
        for condition in &rule.conditions {
            let told = lines.entry((&condition.place.file, condition.place.line)).or_default();
            told.looked = told.looked.max(condition.yes + condition.no + condition.no_value);
            told.rules.insert((&rule.rule, target.clone()));
            told.conditions.push(condition);
        }
    }
    for gap in &report.gaps {
        if let Some(told) = lines.get_mut(&(gap.place.file.as_str(), gap.place.line)) {
            if gap.status == GapStatus::Impossible { told.impossible += 1 } else { told.open += 1 }
        }
    }
    let with_rules: BTreeSet<&str> = report.rules.iter().map(|rule| rule.place.file.as_str()).collect();
    html! {
        @for (_, source) in shown.iter().filter(|(_, source)| with_rules.contains(source.name.as_str())) {
            details data-find open[report.gaps.iter().any(|gap| gap.place.file == source.name)] {
                summary { "Source " code { (Shown(&source.name)) } }
                (file(bundle, source, &lines))
            }
        }
    }
}

fn file(bundle: &BundleCoverage, source: &Source, lines: &BTreeMap<(&str, u32), Told<'_>>) -> Markup {
    let rows = (1..).map_while(|number| {
        let range = source.line_range(usize::try_from(number).ok()?.checked_sub(1)?)?;
        let text = source.text.get(range)?.trim_end_matches(['\n', '\r']);
        let told = lines.get(&(source.name.as_str(), number));
        let tone = match told {
            None => Tone::Plain,
            Some(told) if told.looked == 0 => Tone::Bad,
            Some(told) if told.open > 0 => Tone::Mid,
            Some(_) => Tone::Good,
        };
        Some(Line { number: usize::try_from(number).unwrap_or(usize::MAX), tone, mark: told.map_or_else(|| html! {}, mark), text })
    });
    listing(&id(&id("source", &bundle.path), &source.name), rows)
}

/// Returns what stands beside a line: a link to its rule that says on hover and focus what was seen.
fn mark(told: &Told<'_>) -> Markup {
    let seen = told.conditions.iter().map(|c| format!("{}: true {}, false {}, no value {}", c.source, c.yes, c.no, c.no_value));
    let seen = seen.collect::<Vec<_>>().join("; ");
    let words = match (told.open, told.looked) {
        (_, 0) => "never".to_owned(),
        (0, looked) => format!("{looked}\u{d7}"),
        (1, looked) => format!("{looked}\u{d7} 1 gap"),
        (open, looked) => format!("{looked}\u{d7} {open} gaps"),
    };
    html! {
        @if let Some((_, target)) = told.rules.first() {
            a href={ "#" (target) } title=(reach_codes::render::plain(&seen)) data-stop[told.open > 0 || told.looked == 0] { (words) }
        }
    }
}

fn rule(bundle: &BundleCoverage, rule: &RuleReport, gaps: &[&GapReport], tests: &Tests<'_>) -> Markup {
    let tone = if rule.decided > 0 || (rule.advisory && rule.matched > 0) { Tone::Good } else { Tone::Bad };
    html! {
        section data-find {
            h3 #(rule_id(bundle, rule)) { code { (rule.effect) " " (Shown(&rule.rule)) } " " (tag(tone, if tone == Tone::Good { "covered" } else { "not covered" })) }
            p.quiet {
                (Shown(&rule.place.file)) ":" (rule.place.line) ". Looked at " (times(rule.looked)) ", matched " (times(rule.matched))
                @if !rule.advisory { ", decided " (times(rule.decided)) } "."
            }
            (conditions(rule))
            (values(rule))
            (self::gaps(gaps, tests))
        }
    }
}

fn conditions(rule: &RuleReport) -> Markup {
    html! {
        @if !rule.conditions.is_empty() {
            div.wide { table {
                thead { tr { th { "Condition" } th.number { "true" } th.number { "false" } th.number { "no value" } th.number { "not reached" } th { "decides alone" } } }
                tbody {
                    @for condition in &rule.conditions {
                        tr {
                            td { @if condition.kind != "term" { span.quiet { (condition.kind) " " } } code { (Shown(&condition.source)) } }
                            (number(condition.yes, true)) (number(condition.no, true)) (number(condition.no_value, false)) (number(condition.not_evaluated, false))
                            td { (alone(condition)) }
                        }
                    }
                }
            } }
        }
    }
}

fn number(n: u64, wanted: bool) -> Markup {
    html! { td.number { @if n == 0 && wanted { (tag(Tone::Bad, "0")) } @else { (n) } } }
}

fn alone(condition: &ConditionReport) -> Markup {
    html! {
        @match &condition.pair {
            Some(pair) => details {
                summary { (tag(Tone::Good, "yes")) }
                p { "true in \u{201c}" (Shown(&pair.yes.test)) "\u{201d} " span.quiet { (Shown(&pair.yes.file)) ":" (pair.yes.line) } }
                p { "false in \u{201c}" (Shown(&pair.no.test)) "\u{201d} " span.quiet { (Shown(&pair.no.file)) ":" (pair.no.line) } }
            },
            None if condition.independent => { (tag(Tone::Bad, "not shown")) }
            None => { span.quiet { "\u{2014}" } }
        }
    }
}

fn values(rule: &RuleReport) -> Markup {
    html! {
        @for boundary in &rule.boundaries {
            p { code { (Shown(&boundary.source)) } " with " @for (n, seen) in boundary.values.iter().enumerate() {
                @if n > 0 { ", " }
                (Shown(&seen.value)) " " @if seen.times == 0 { (tag(Tone::Bad, "never")) } @else { span.quiet { (times(seen.times)) } }
            } }
        }
        @for question in &rule.questions {
            p { code { (Shown(&question.source)) } " found something " (times(question.something)) ", nothing " (times(question.nothing)) }
        }
    }
}

/// Returns gaps, and the tests that close them.
fn gaps(gaps: &[&GapReport], tests: &Tests<'_>) -> Markup {
    let names: BTreeSet<&str> = gaps.iter().flat_map(|gap| &gap.tests).map(String::as_str).collect();
    html! {
        @if !gaps.is_empty() {
            ul {
                @for gap in gaps {
                    li data-stop[gap.status != GapStatus::Impossible] {
                        (status(gap.status)) " " (words(&gap.why))
                        @for why in &gap.unknown { " " span.quiet { "(" (Shown(why)) ")" } }
                    }
                }
            }
            @for text in names.iter().filter_map(|name| tests.get(name)) { (copied(text)) }
        }
    }
}

/// Returns words with what stands between backticks as code.
fn words(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (Shown(part)) } } @else { (Shown(part)) }
        }
    }
}

fn status(status: GapStatus) -> Markup {
    match status {
        GapStatus::Open => tag(Tone::Bad, "gap"),
        GapStatus::Closable => tag(Tone::Mid, "a test closes it"),
        GapStatus::Impossible => tag(Tone::Plain, "impossible"),
        GapStatus::Unknown => tag(Tone::Bad, "not known"),
    }
}

fn budgets(report: &CoverageReport) -> Markup {
    html! {
        @for budget in &report.budgets {
            section data-find {
                h3 { code { "budget " (Shown(&budget.budget)) } }
                p {
                    "More was left than a step took " (times(budget.fits)) ", just that " (times(budget.just_fits))
                    ", and too little was left " (times(budget.overspent)) "."
                }
                @let gaps: Vec<&GapReport> = report.gaps.iter().filter(|gap| gap.rule.is_none() && gap.place == budget.place).collect();
                (self::gaps(&gaps, &Tests::new()))
            }
        }
    }
}
