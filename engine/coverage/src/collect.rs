//! Collects what tests see.
//!
//! Most steps of tests see what others have seen already. So while tests run, a rule that is looked at costs one look-up, by what its
//! conditions came to; what that shows is worked out once, at the end.

use std::collections::{BTreeSet, HashMap};

use reach_engine::{Afforded, Answered, NoteSeen, Sightings, Truth};
use reach_harness::Watcher;

use crate::coverage::{Coverage, Met};
use crate::effect;
use crate::model::Model;

/// An event of a test: the number of the test in the report, and that of the event in the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The test.
    pub test: u32,
    /// The event.
    pub event: u32,
}

/// Steps in which the conditions of a rule came to the same.
#[derive(Clone, Copy, Debug)]
struct Row {
    matched: bool,
    /// How many steps, and the first of them.
    looked: Met,
    /// Those in which the rule decided.
    decided: Option<Met>,
}

/// What the tests that ran on one thread saw.
#[derive(Debug)]
pub struct Collector<'m> {
    model: &'m Model,
    rows: Vec<HashMap<Box<[NoteSeen]>, Row>>,
    /// For each boundary the values below, at, and above the constant.
    boundaries: Vec<[Option<Met>; 3]>,
    /// For each question the answers nothing, something, none.
    questions: Vec<[Option<Met>; 3]>,
    /// For each budget what it said.
    budgets: Vec<[Option<Met>; 3]>,
}

impl<'m> Collector<'m> {
    /// Returns a collector that has seen nothing.
    #[must_use]
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            rows: vec![HashMap::new(); model.rules.len()],
            boundaries: vec![[None; 3]; model.boundaries.len()],
            questions: vec![[None; 3]; model.questions.len()],
            budgets: vec![[None; 3]; model.budgets.len()],
        }
    }

    /// Takes what the decision of an event showed.
    pub fn take(&mut self, at: At, seen: &Sightings) {
        for (rule, notes) in seen.rules() {
            let Some(rows) = self.rows.get_mut(rule.at.rule as usize) else { continue };
            let matched = rule.matched();
            let decided = rule.decided || (rule.advisory && matched);
            if let Some(row) = rows.get_mut(notes) {
                row.looked.again(at);
                if decided {
                    Met::count(&mut row.decided, at);
                }
            } else {
                let decided = decided.then_some(Met::at(at));
                rows.insert(notes.into(), Row { matched, looked: Met::at(at), decided });
            }
        }
        for compared in seen.compared() {
            let Some(number) = self.model.boundary_of(compared.operation) else { continue };
            let (Some(boundary), Some(met)) = (self.model.boundaries.get(number), self.boundaries.get_mut(number)) else { continue };
            let value = if boundary.reversed { compared.right } else { compared.left };
            let away = value.checked_sub(boundary.constant);
            let [below, same, above] = met;
            match away {
                Some(0) => Met::count(same, at),
                Some(away) if away == boundary.unit => Met::count(above, at),
                Some(away) if away == -boundary.unit => Met::count(below, at),
                _ => {}
            }
        }
        for asked in seen.asked() {
            let Some(met) = self.model.question_of(asked.place, asked.query).and_then(|number| self.questions.get_mut(number)) else { continue };
            let [nothing, something, none] = met;
            match asked.answer {
                Answered::Nothing => Met::count(nothing, at),
                Answered::Something => Met::count(something, at),
                Answered::NoValue => Met::count(none, at),
            }
        }
        for budget in seen.budgets() {
            let Some([fits, just, over]) = self.budgets.get_mut(budget.budget as usize) else { continue };
            match budget.said {
                Afforded::Fits => Met::count(fits, at),
                Afforded::JustFits => Met::count(just, at),
                Afforded::Overspent => Met::count(over, at),
            }
        }
    }

    /// Returns what several collectors saw together.
    #[must_use]
    pub fn finish(model: &Model, all: Vec<Self>) -> Coverage {
        let mut coverage = Coverage::none(model);
        for collector in all {
            collector.finish_into(&mut coverage);
        }
        coverage
    }

    fn finish_into(self, coverage: &mut Coverage) {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for (rule, rows) in self.rows.into_iter().enumerate() {
            let mut rows: Vec<(Box<[NoteSeen]>, Row)> = rows.into_iter().collect();
            rows.sort_unstable_by(|(a_notes, a), (b_notes, b)| (a.looked.first, a_notes).cmp(&(b.looked.first, b_notes)));
            for (notes, row) in rows {
                coverage.rule(rule, row.matched, row.looked, row.decided);
                seen.clear();
                for part in effect::of(self.model, rule, &notes) {
                    coverage.condition(part.condition, part.value, row.looked, seen.insert(part.condition));
                    let side = if row.matched { row.decided } else { Some(row.looked) };
                    if let (true, Some(met)) = (part.tells, side)
                        && part.value != Truth::None
                    {
                        coverage.tells(part.condition, part.value == Truth::True, row.matched, met.first);
                    }
                }
            }
        }
        coverage.boundaries.iter_mut().zip(self.boundaries).for_each(|(sum, more)| add(sum, more));
        coverage.questions.iter_mut().zip(self.questions).for_each(|(sum, more)| add(sum, more));
        coverage.budgets.iter_mut().zip(self.budgets).for_each(|(sum, more)| add(sum, more));
    }
}

fn add(sum: &mut [Option<Met>; 3], more: [Option<Met>; 3]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        if let Some(more) = more {
            Met::join(sum, more);
        }
    }
}

impl Watcher for Collector<'_> {
    fn decided(&mut self, test: usize, event: usize, seen: &Sightings) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.take(At { test: number(test), event: number(event) }, seen);
    }
}
