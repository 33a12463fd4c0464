//! What was covered, point by point.

use std::collections::BTreeSet;

use reach_engine::Truth;
use schemars::JsonSchema;
use serde::Serialize;

use crate::collect::At;
use crate::model::{Kind, Model};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Rules that decided.
    Rules,
    /// Conditions that were true, and that were false.
    Conditions,
    /// Conditions that were shown to decide alone.
    Mcdc,
    /// Values beside the constants of comparisons.
    Boundaries,
    /// Answers to questions of the session.
    Questions,
    /// What budgets said.
    Budgets,
}

impl Measure {
    /// All measures, in the order in which they are told.
    pub const ALL: [Self; 6] = [Self::Rules, Self::Conditions, Self::Mcdc, Self::Boundaries, Self::Questions, Self::Budgets];

    /// Returns its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Conditions => "conditions",
            Self::Mcdc => "mcdc",
            Self::Boundaries => "boundaries",
            Self::Questions => "questions",
            Self::Budgets => "budgets",
        }
    }
}

/// Something that tests can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// The rule decides.
    Rule(usize),
    /// The condition comes to this.
    Condition(usize, bool),
    /// The condition decides alone.
    Independence(usize),
    /// A comparison is made with the value below its constant (0), at it (1) or above it (2).
    Boundary(usize, u8),
    /// A question finds something, or nothing.
    Question(usize, bool),
    /// A budget has more than a step takes (0), just that (1), or less (2).
    Budget(usize, u8),
}

impl Point {
    /// Returns what it counts for.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Self::Rule(_) => Measure::Rules,
            Self::Condition(..) => Measure::Conditions,
            Self::Independence(_) => Measure::Mcdc,
            Self::Boundary(..) => Measure::Boundaries,
            Self::Question(..) => Measure::Questions,
            Self::Budget(..) => Measure::Budgets,
        }
    }
}

impl Model {
    /// Returns everything that tests can show, in order.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let mut out: Vec<Point> = (0..self.rules.len()).map(Point::Rule).collect();
        for (at, condition) in self.conditions.iter().enumerate() {
            if condition.counts() {
                out.extend([true, false].map(|value| Point::Condition(at, value)));
            }
            if condition.is_independent() {
                out.push(Point::Independence(at));
            }
        }
        out.extend((0..self.boundaries.len()).flat_map(|at| [0, 1, 2].map(|side| Point::Boundary(at, side))));
        out.extend((0..self.questions.len()).flat_map(|at| [true, false].map(|found| Point::Question(at, found))));
        out.extend((0..self.budgets.len()).flat_map(|at| [0, 1, 2].map(|said| Point::Budget(at, said))));
        out.sort_unstable();
        out
    }

    /// Returns the rule that a point is of; none of a budget's.
    #[must_use]
    pub fn rule_of(&self, point: Point) -> Option<usize> {
        match point {
            Point::Rule(rule) => Some(rule),
            Point::Condition(at, _) | Point::Independence(at) => self.conditions.get(at).map(|c| c.rule),
            Point::Boundary(at, _) => self.boundaries.get(at).map(|b| b.rule),
            Point::Question(at, _) => self.questions.get(at).map(|q| q.rule),
            Point::Budget(..) => None,
        }
    }

    /// Returns whether a condition is a `when` or an `unless` as a whole.
    #[must_use]
    pub fn is_whole(&self, condition: usize) -> bool {
        self.conditions.get(condition).is_some_and(|c| c.kind != Kind::Term)
    }
}

/// How often something was seen, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// How often.
    pub times: u64,
    /// Where first, in the order of the report.
    pub first: At,
}

impl Met {
    pub(crate) const fn at(at: At) -> Self {
        Self { times: 1, first: at }
    }

    pub(crate) fn again(&mut self, at: At) {
        self.times = self.times.saturating_add(1);
        self.first = self.first.min(at);
    }

    pub(crate) fn count(sum: &mut Option<Self>, at: At) {
        Self::join(sum, Self::at(at));
    }

    pub(crate) fn join(sum: &mut Option<Self>, more: Self) {
        match sum {
            Some(sum) => {
                sum.times = sum.times.saturating_add(more.times);
                sum.first = sum.first.min(more.first);
            }
            None => *sum = Some(more),
        }
    }
}

/// What was seen of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSeen {
    /// Where it was looked at.
    pub looked: Option<Met>,
    /// Where it matched.
    pub matched: Option<Met>,
    /// Where it was among those that decide; of an advisory one where it matched, of an `oblige` where its obligations went with a step.
    pub decided: Option<Met>,
}

/// What was seen of a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConditionSeen {
    /// Where it was true.
    pub yes: Option<Met>,
    /// Where it was false.
    pub no: Option<Met>,
    /// Where it had no value.
    pub none: Option<Met>,
    /// In how many steps it was computed at all.
    pub steps: u64,
    /// Steps in which its opposite would have changed whether the rule matches: by what it was (false, true), and by whether the rule did
    /// not match, or matched and decided.
    tells: [[Option<At>; 2]; 2],
}

impl ConditionSeen {
    /// Returns two steps that show that it decides alone: one where it is true, one where it is false.
    #[must_use]
    pub fn pair(&self) -> Option<(At, At)> {
        let [[false_without, false_with], [true_without, true_with]] = self.tells;
        true_with.zip(false_without).or(true_without.zip(false_with))
    }

    /// Returns whether there is a step which shows what it does where it is this, and the rule matches and decides, or doesn't match.
    #[must_use]
    pub fn told(&self, value: bool, matched: bool) -> bool {
        let [no, yes] = self.tells;
        let [without, with] = if value { yes } else { no };
        if matched { with.is_some() } else { without.is_some() }
    }
}

/// What tests have shown of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Of each rule.
    pub rules: Vec<RuleSeen>,
    /// Of each condition.
    pub conditions: Vec<ConditionSeen>,
    /// Of each boundary the values below, at, and above the constant.
    pub boundaries: Vec<[Option<Met>; 3]>,
    /// Of each question the answers nothing, something, none.
    pub questions: Vec<[Option<Met>; 3]>,
    /// Of each budget: more than the step takes, just that, less.
    pub budgets: Vec<[Option<Met>; 3]>,
}

impl Coverage {
    /// Returns the coverage of no test.
    #[must_use]
    pub fn none(model: &Model) -> Self {
        Self {
            rules: vec![RuleSeen::default(); model.rules.len()],
            conditions: vec![ConditionSeen::default(); model.conditions.len()],
            boundaries: vec![[None; 3]; model.boundaries.len()],
            questions: vec![[None; 3]; model.questions.len()],
            budgets: vec![[None; 3]; model.budgets.len()],
        }
    }

    /// Returns whether a point was shown.
    #[must_use]
    pub fn shows(&self, point: Point) -> bool {
        let third = |of: Option<&[Option<Met>; 3]>, at: u8| of.and_then(|met| met.get(usize::from(at))).is_some_and(Option::is_some);
        match point {
            Point::Rule(rule) => self.rules.get(rule).is_some_and(|seen| seen.decided.is_some()),
            Point::Condition(at, value) => self.conditions.get(at).is_some_and(|seen| if value { seen.yes.is_some() } else { seen.no.is_some() }),
            Point::Independence(at) => self.conditions.get(at).is_some_and(|seen| seen.pair().is_some()),
            Point::Boundary(at, side) => third(self.boundaries.get(at), side),
            Point::Question(at, found) => third(self.questions.get(at), u8::from(found)),
            Point::Budget(at, said) => third(self.budgets.get(at), said),
        }
    }

    /// Returns in how many steps a condition was not computed though its rule was looked at.
    #[must_use]
    pub fn unreached(&self, model: &Model, condition: usize) -> u64 {
        let rule = model.conditions.get(condition).and_then(|c| self.rules.get(c.rule));
        let looked = rule.and_then(|rule| rule.looked).map_or(0, |met| met.times);
        looked.saturating_sub(self.conditions.get(condition).map_or(0, |seen| seen.steps))
    }

    /// Returns how many points of a measure there are and how many were shown; those that can't be aren't counted.
    #[must_use]
    pub fn count(&self, model: &Model, measure: Measure, impossible: &BTreeSet<Point>) -> (u64, u64) {
        let points = model.points().into_iter().filter(|point| point.measure() == measure);
        points.fold((0, 0), |(shown, all), point| match (self.shows(point), impossible.contains(&point)) {
            (true, _) => (shown + 1, all + 1),
            (false, false) => (shown, all + 1),
            (false, true) => (shown, all),
        })
    }

    /// Adds what more tests have shown, whose numbers are behind those that were seen already.
    pub fn join(&mut self, more: &Self) {
        let join = |sum: &mut Option<Met>, more: Option<Met>| more.into_iter().for_each(|more| Met::join(sum, more));
        for (sum, more) in self.rules.iter_mut().zip(&more.rules) {
            join(&mut sum.looked, more.looked);
            join(&mut sum.matched, more.matched);
            join(&mut sum.decided, more.decided);
        }
        for (sum, more) in self.conditions.iter_mut().zip(&more.conditions) {
            join(&mut sum.yes, more.yes);
            join(&mut sum.no, more.no);
            join(&mut sum.none, more.none);
            sum.steps = sum.steps.saturating_add(more.steps);
            for (sum, more) in sum.tells.iter_mut().flatten().zip(more.tells.iter().flatten()) {
                *sum = sum.iter().chain(more).min().copied();
            }
        }
        let sets = [(&mut self.boundaries, &more.boundaries), (&mut self.questions, &more.questions), (&mut self.budgets, &more.budgets)];
        for (sum, more) in sets {
            for (sum, more) in sum.iter_mut().flatten().zip(more.iter().flatten()) {
                join(sum, *more);
            }
        }
    }

    pub(crate) fn rule(&mut self, rule: usize, matched: bool, looked: Met, decided: Option<Met>) {
        let Some(seen) = self.rules.get_mut(rule) else { return };
        Met::join(&mut seen.looked, looked);
        if matched {
            Met::join(&mut seen.matched, looked);
        }
        if let Some(decided) = decided {
            Met::join(&mut seen.decided, decided);
        }
    }

    pub(crate) fn condition(&mut self, condition: usize, value: Truth, met: Met, first: bool) {
        let Some(seen) = self.conditions.get_mut(condition) else { return };
        let sum = match value {
            Truth::True => &mut seen.yes,
            Truth::False => &mut seen.no,
            Truth::None => &mut seen.none,
        };
        Met::join(sum, met);
        if first {
            seen.steps = seen.steps.saturating_add(met.times);
        }
    }

    pub(crate) fn tells(&mut self, condition: usize, value: bool, matched: bool, at: At) {
        let Some(seen) = self.conditions.get_mut(condition) else { return };
        let [no, yes] = &mut seen.tells;
        let [without, with] = if value { yes } else { no };
        let told = if matched { with } else { without };
        *told = Some(told.map_or(at, |first| first.min(at)));
    }
}
