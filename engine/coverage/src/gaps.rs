//! What tests don't show, and why that is a gap.

use std::collections::BTreeMap;

use reach_codes::Span;
use reach_compiler::ir::Bundle;

use crate::coverage::{Coverage, Met, Point};
use crate::model::Model;
use crate::report::SuggestedTest;

/// What was found out about a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// These tests close it, by name.
    Tests(Vec<String>),
    /// No test can.
    Impossible,
    /// It could not be told, and why.
    Unknown(Vec<String>),
}

/// What was found out about gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closings {
    /// For each gap that was looked at.
    pub points: BTreeMap<Point, Closing>,
    /// The tests.
    pub tests: Vec<SuggestedTest>,
}

/// Returns where a point stands.
pub(crate) fn span(model: &Model, bundle: &Bundle, point: Point) -> Span {
    let span = match point {
        Point::Rule(rule) => bundle.rules.get(rule).map(|rule| rule.name_span),
        Point::Condition(at, _) | Point::Independence(at) => model.conditions.get(at).map(|c| c.span),
        Point::Boundary(at, _) => model.boundaries.get(at).map(|b| b.span),
        Point::Question(at, _) => model.questions.get(at).map(|q| q.span),
        Point::Budget(at, _) => model.budgets.get(at).map(|b| b.span),
    };
    span.unwrap_or_default()
}

/// Says what was not seen. `source` is what stands at the point.
pub(crate) fn why(model: &Model, coverage: &Coverage, point: Point, source: &str) -> String {
    match point {
        Point::Rule(rule) => {
            let seen = coverage.rules.get(rule).copied().unwrap_or_default();
            let advisory = model.rules.get(rule).is_some_and(|r| r.advisory);
            match (seen.looked, seen.matched) {
                (None, _) => "no test takes a step that it is about".to_owned(),
                (Some(looked), None) => format!("it was looked at {}, and never matched", times(looked)),
                (_, Some(_)) if advisory => "it never matched".to_owned(),
                (_, Some(matched)) => format!("it matched {}, and others decided", times(matched)),
            }
        }
        Point::Condition(at, value) => {
            let seen = coverage.conditions.get(at).copied().unwrap_or_default();
            let what = if model.is_whole(at) && model.conditions.get(at).is_some_and(|c| !c.is_leaf()) { short(source) } else { source.to_owned() };
            let other = if value { seen.no } else { seen.yes };
            match (other, seen.none) {
                (None, None) => format!("`{what}` was never looked at"),
                (Some(other), _) => format!("`{what}` was never {value} where it was looked at; it was {} {}", !value, times(other)),
                (None, Some(none)) => format!("`{what}` was never {value} where it was looked at; it had no value {}", times(none)),
            }
        }
        Point::Independence(at) => {
            let seen = coverage.conditions.get(at).copied().unwrap_or_default();
            let told = |value: bool| seen.told(value, true) || seen.told(value, false);
            let lacking = match (told(true), told(false)) {
                (true, false) => "none where it is false",
                (false, true) => "none where it is true",
                _ if seen.told(true, true) || seen.told(false, true) => "none where the rule does not match",
                _ if seen.told(true, false) || seen.told(false, false) => "none where the rule matches and decides",
                _ => "no step where it does",
            };
            format!("no pair of steps shows that `{source}` decides alone: {lacking}")
        }
        Point::Boundary(at, side) => {
            let value = model.boundaries.get(at).map(|b| b.value(side)).unwrap_or_default();
            format!("`{source}` was never asked with {value}")
        }
        Point::Question(_, true) => format!("`{source}` never found anything"),
        Point::Question(_, false) => format!("`{source}` was never asked where there is nothing to find"),
        Point::Budget(_, 0) => "no step was charged to it while more was left".to_owned(),
        Point::Budget(_, 1) => "no step took just what was left".to_owned(),
        Point::Budget(..) => "no step was refused since less was left".to_owned(),
    }
}

fn times(met: Met) -> String {
    match met.times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    }
}

/// How long a condition that is made of others is shown, in characters.
const SHORT: usize = 60;

pub(crate) fn short(source: &str) -> String {
    match source.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", source.get(..end).unwrap_or_default()),
        None => source.to_owned(),
    }
}
