//! What was covered, for people and programs: places, words, counts.

use std::collections::{BTreeSet, HashMap};

use reach_codes::{Sources, Span};
use reach_compiler::ir::{Bundle, Effect, Test};
use reach_harness::Report;
use schemars::JsonSchema;
use serde::Serialize;

use crate::collect::At;
use crate::coverage::{Coverage, Measure, Met, Point};
use crate::gaps::{self, Closing, Closings};
use crate::model::{Kind, Model};

/// What the tests of a bundle cover.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoverageReport {
    /// Each measure.
    pub totals: Vec<Total>,
    /// The rules, in source order.
    pub rules: Vec<RuleReport>,
    /// The budgets, in source order.
    pub budgets: Vec<BudgetReport>,
    /// What no test shows, in source order.
    pub gaps: Vec<GapReport>,
    /// Tests that close gaps, each of which was run.
    pub tests: Vec<SuggestedTest>,
}

/// How much of one measure is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// What is counted.
    pub measure: Measure,
    /// How many were shown.
    pub covered: u64,
    /// How many there are, without those that can't be.
    pub total: u64,
    /// How many are proved to be impossible.
    pub impossible: u64,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode scalar values.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
}

/// What was seen of a rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleReport {
    /// The name.
    pub rule: String,
    /// The effect.
    #[serde(rename = "effect")]
    pub effect: &'static str,
    /// Whether it is only reported.
    pub advisory: bool,
    /// Where its name stands.
    #[serde(flatten)]
    pub place: Place,
    /// The first line of its declaration.
    pub begins: u32,
    /// The last line of its declaration.
    pub ends: u32,
    /// In how many steps it was looked at.
    pub looked: u64,
    /// In how many it matched.
    pub matched: u64,
    /// In how many it was among the rules that decide.
    pub decided: u64,
    /// Its conditions, in source order: those that aren't made of others, and `when` and `unless`.
    pub conditions: Vec<ConditionReport>,
    /// Its comparisons with constants.
    pub boundaries: Vec<BoundaryReport>,
    /// Its questions of the session.
    pub questions: Vec<QuestionReport>,
}

/// What was seen of a condition.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConditionReport {
    /// `when`, `unless` or `term`.
    pub kind: &'static str,
    /// The condition, as written.
    pub source: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is about the elements of a list: then it is counted for each.
    pub element: bool,
    /// How often it was true.
    #[serde(rename = "true")]
    pub yes: u64,
    /// How often it was false.
    #[serde(rename = "false")]
    pub no: u64,
    /// How often it had no value.
    pub no_value: u64,
    /// In how many steps it was not reached though its rule was looked at.
    pub not_evaluated: u64,
    /// Whether it must be shown to decide alone.
    pub independent: bool,
    /// Whether some step shows what it does where it is true, and some where it is false.
    pub tells: Tells,
    /// Two steps that show that it decides alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<Pair>,
}

/// Whether steps show what a condition does: that its opposite would have changed whether the rule matches.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Tells {
    /// Where it is true.
    #[serde(rename = "true")]
    pub yes: bool,
    /// Where it is false.
    #[serde(rename = "false")]
    pub no: bool,
}

/// Two steps of tests.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pair {
    /// One where the condition is true.
    #[serde(rename = "true")]
    pub yes: StepPlace,
    /// One where it is false.
    #[serde(rename = "false")]
    pub no: StepPlace,
}

/// A step of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepPlace {
    /// The test's name.
    pub test: String,
    /// The file.
    pub file: String,
    /// The line of the step, from 1.
    pub line: u32,
}

/// What was seen of a comparison with a constant.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoundaryReport {
    /// The comparison, as written.
    pub source: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// The constant and its neighbours, ascending, with how often each was compared.
    pub values: Vec<ValueSeen>,
}

/// A value that was compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ValueSeen {
    /// The value, as policies write it.
    pub value: String,
    /// How often.
    pub times: u64,
}

/// What was seen of a question of the session.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QuestionReport {
    /// The question, as written.
    pub source: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// How often something was found.
    pub something: u64,
    /// How often nothing was.
    pub nothing: u64,
    /// How often it could not be told.
    pub no_value: u64,
}

/// What was seen of a budget.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BudgetReport {
    /// The name.
    pub budget: String,
    /// Where it is declared.
    #[serde(flatten)]
    pub place: Place,
    /// How often more was left than a step took.
    pub fits: u64,
    /// How often a step took just what was left.
    pub just_fits: u64,
    /// How often a step was refused since less was left.
    pub overspent: u64,
}

/// Something that no test shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GapReport {
    /// What it counts for.
    pub measure: Measure,
    /// The rule; none of a budget's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What it is about, as written.
    pub source: String,
    /// Where that stands.
    #[serde(flatten)]
    pub place: Place,
    /// What was not seen.
    pub why: String,
    /// What is known of it.
    pub status: GapStatus,
    /// What could not be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub unknown: Vec<String>,
    /// The names of the tests that close it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub tests: Vec<String>,
}

/// What is known of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapStatus {
    /// Nobody has looked for a test.
    Open,
    /// There are tests that close it.
    Closable,
    /// It is proved that there is no such test; it does not count.
    Impossible,
    /// It could not be told.
    Unknown,
}

/// A test that closes a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SuggestedTest {
    /// Its name.
    pub name: String,
    /// The test, ready to paste.
    pub text: String,
}

impl Total {
    /// Returns how much is covered, in tenths of a percent, rounded down. What there is nothing of is covered.
    #[must_use]
    pub fn permille(self) -> u64 {
        self.covered.saturating_mul(1_000).checked_div(self.total).unwrap_or(1_000)
    }
}

/// What a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// Its sources, under the names that are shown.
    pub shown: &'a Sources,
    /// What there is to cover.
    pub model: &'a Model,
    /// What was covered.
    pub coverage: &'a Coverage,
    /// What came of the tests.
    pub tests: &'a Report,
    /// What is known of gaps.
    pub closings: &'a Closings,
}

impl Measured<'_> {
    /// Returns the report.
    #[must_use]
    pub fn report(&self) -> CoverageReport {
        let impossible: BTreeSet<Point> = self.closings.points.iter().filter(|(_, c)| matches!(c, Closing::Impossible)).map(|(p, _)| *p).collect();
        let totals = Measure::ALL.into_iter().map(|measure| {
            let (covered, total) = self.coverage.count(self.model, measure, &impossible);
            let impossible = impossible.iter().filter(|point| point.measure() == measure && !self.coverage.shows(**point)).count();
            Total { measure, covered, total, impossible: impossible as u64 }
        });
        let parts = Parts::of(self.model);
        let tests: Tests<'_> = self.bundle.tests.iter().map(|test| (test.name.as_str(), test)).collect();
        let mut gaps: Vec<GapReport> = self.model.points().into_iter().filter(|point| !self.coverage.shows(*point)).map(|point| self.gap(point)).collect();
        gaps.sort_by(|a, b| (&a.place, &a.rule).cmp(&(&b.place, &b.rule)));
        CoverageReport {
            totals: totals.collect(),
            rules: (0..self.model.rules.len()).filter_map(|rule| self.rule(rule, parts.of_rules.get(rule)?, &tests)).collect(),
            budgets: self
                .model
                .budgets
                .iter()
                .zip(&self.coverage.budgets)
                .map(|(budget, [fits, just, over])| BudgetReport {
                    budget: budget.name.clone(),
                    place: self.place(budget.span),
                    fits: times(fits.as_ref()),
                    just_fits: times(just.as_ref()),
                    overspent: times(over.as_ref()),
                })
                .collect(),
            gaps,
            tests: self.closings.tests.clone(),
        }
    }

    /// Returns where a span lies.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let at = self.shown.position(span);
        let last = Span::new(span.file, span.end.saturating_sub(1).max(span.start), span.end);
        Place {
            file: self.shown.get(span.file).map(|source| source.name.clone()).unwrap_or_default(),
            line: at.line,
            column: at.column,
            end_line: self.shown.position(last).line,
        }
    }

    fn source(&self, span: Span) -> String {
        self.shown.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn rule(&self, number: usize, parts: &PartsOfRule, tests: &Tests<'_>) -> Option<RuleReport> {
        let (rule, seen) = (self.bundle.rules.get(number)?, self.coverage.rules.get(number)?);
        let whole = self.place(rule.span);
        let conditions = parts.conditions.iter().filter_map(|at| self.condition(*at, tests));
        let boundaries = parts.boundaries.iter().filter_map(|at| Some((self.model.boundaries.get(*at)?, self.coverage.boundaries.get(*at)?)));
        let questions = parts.questions.iter().filter_map(|at| Some((self.model.questions.get(*at)?, self.coverage.questions.get(*at)?)));
        Some(RuleReport {
            rule: rule.name.to_string(),
            effect: effect(rule.effect),
            advisory: rule.advisory,
            place: self.place(rule.name_span),
            begins: whole.line,
            ends: whole.end_line,
            looked: times(seen.looked.as_ref()),
            matched: times(seen.matched.as_ref()),
            decided: times(seen.decided.as_ref()),
            conditions: conditions.collect(),
            boundaries: boundaries
                .map(|(boundary, met)| BoundaryReport {
                    source: self.source(boundary.span),
                    place: self.place(boundary.span),
                    values: (0..3).zip(met).map(|(side, met)| ValueSeen { value: boundary.value(side), times: times(met.as_ref()) }).collect(),
                })
                .collect(),
            questions: questions
                .map(|(question, [nothing, something, none])| QuestionReport {
                    source: self.source(question.span),
                    place: self.place(question.span),
                    something: times(something.as_ref()),
                    nothing: times(nothing.as_ref()),
                    no_value: times(none.as_ref()),
                })
                .collect(),
        })
    }

    fn condition(&self, at: usize, tests: &Tests<'_>) -> Option<ConditionReport> {
        let (condition, seen) = (self.model.conditions.get(at)?, self.coverage.conditions.get(at)?);
        if !condition.counts() {
            return None;
        }
        let kind = match condition.kind {
            Kind::When => "when",
            Kind::Unless => "unless",
            Kind::Term => "term",
        };
        Some(ConditionReport {
            kind,
            source: self.source(condition.span),
            place: self.place(condition.span),
            element: condition.element,
            yes: times(seen.yes.as_ref()),
            no: times(seen.no.as_ref()),
            no_value: times(seen.none.as_ref()),
            not_evaluated: self.coverage.unreached(self.model, at),
            independent: condition.is_independent(),
            tells: Tells { yes: seen.told(true, true) || seen.told(true, false), no: seen.told(false, true) || seen.told(false, false) },
            pair: seen.pair().filter(|_| condition.is_independent()).map(|(yes, no)| Pair { yes: self.step(yes, tests), no: self.step(no, tests) }),
        })
    }

    fn step(&self, at: At, tests: &Tests<'_>) -> StepPlace {
        let test = self.tests.tests.get(at.test as usize);
        let (name, file, line) = test.map(|t| (t.name.clone(), t.file.clone(), t.line)).unwrap_or_default();
        let id = self.bundle.sources.iter().find(|(_, source)| source.name == file).map(|(id, _)| id);
        let shown = id.and_then(|id| self.shown.get(id)).map_or(file, |source| source.name.clone());
        // Of a test that has several rows, the event is that of the row.
        let line = tests
            .get(name.as_str())
            .and_then(|t| t.items.get(at.event as usize))
            .map_or(line, |item| if Some(item.span.file) == id { self.shown.position(item.span).line } else { line });
        StepPlace { test: name, file: shown, line }
    }

    fn gap(&self, point: Point) -> GapReport {
        let span = gaps::span(self.model, self.bundle, point);
        let rule = self.model.rule_of(point).and_then(|rule| self.bundle.rules.get(rule)).map(|rule| rule.name.to_string());
        let (status, unknown, tests) = match self.closings.points.get(&point) {
            None => (GapStatus::Open, Vec::new(), Vec::new()),
            Some(Closing::Impossible) => (GapStatus::Impossible, Vec::new(), Vec::new()),
            Some(Closing::Unknown(why)) => (GapStatus::Unknown, why.clone(), Vec::new()),
            Some(Closing::Tests(names)) => (GapStatus::Closable, Vec::new(), names.clone()),
        };
        GapReport {
            measure: point.measure(),
            rule,
            source: self.source(span),
            place: self.place(span),
            why: gaps::why(self.model, self.coverage, point, &self.source(span)),
            status,
            unknown,
            tests,
        }
    }
}

/// The tests by name.
type Tests<'b> = HashMap<&'b str, &'b Test>;

/// What each rule has, by index.
struct Parts {
    of_rules: Vec<PartsOfRule>,
}

#[derive(Clone, Default)]
struct PartsOfRule {
    conditions: Vec<usize>,
    boundaries: Vec<usize>,
    questions: Vec<usize>,
}

impl Parts {
    fn of(model: &Model) -> Self {
        let mut of_rules = vec![PartsOfRule::default(); model.rules.len()];
        let mut add = |rule: usize, part: &dyn Fn(&mut PartsOfRule)| of_rules.get_mut(rule).into_iter().for_each(part);
        model.conditions.iter().enumerate().for_each(|(at, condition)| add(condition.rule, &|parts| parts.conditions.push(at)));
        model.boundaries.iter().enumerate().for_each(|(at, boundary)| add(boundary.rule, &|parts| parts.boundaries.push(at)));
        model.questions.iter().enumerate().for_each(|(at, question)| add(question.rule, &|parts| parts.questions.push(at)));
        Self { of_rules }
    }
}

fn times(met: Option<&Met>) -> u64 {
    met.map_or(0, |met| met.times)
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "permit",
        Effect::Ask => "ask",
        Effect::Forbid => "forbid",
        Effect::OtherwiseAsk => "otherwise ask",
        Effect::Oblige => "oblige",
    }
}
