//! Elimination, then values backwards, then cases where a variable was left without a value.

use super::choice::choose;
use super::elimination::{Excluded, Stage, eliminate};
use super::reasons::{Reasons, Why};
use super::row::{Row, turned};
use super::wide::Wide;
use super::{Budget, Stop};

/// How deep cases of cases go.
const DEPTH: u32 = 100;

/// A value for each variable that has one yet.
pub(super) type Values = Vec<Option<i128>>;

/// The value of a variable.
pub(super) fn value_at(values: &Values, variable: u32) -> Option<i128> {
    values.get(usize::try_from(variable).ok()?).copied().flatten()
}

/// Gives a variable its value.
pub(super) fn set(values: &mut Values, variable: u32, value: i128) {
    if let Some(place) = usize::try_from(variable).ok().and_then(|place| values.get_mut(place)) {
        *place = Some(value);
    }
}

/// Two rows one of which must hold, the likelier one first, and why. If a conflict doesn't rest on that, the case didn't matter.
struct Split(Row, Row, Why);

/// What came of choosing values backwards.
enum Attempt {
    Found(Values),
    Stuck(Split),
}

/// A search for values of the variables that no equality gives.
pub(super) struct Search<'a> {
    /// Those variables, ascending.
    pub open: &'a [u32],
    /// How many variables there are, with those that equalities give.
    pub variables: u32,
    pub unequal: &'a [Row],
    pub excluded: &'a Excluded,
    /// The steps by which the values of a variable look well.
    pub steps: &'a dyn Fn(u32) -> &'static [i128],
    pub reasons: &'a mut Reasons,
    pub budget: &'a mut Budget,
}

impl<'a> Search<'a> {
    /// Finds values that meet inequalities and the disequalities.
    pub fn run(&mut self, rows: &mut Vec<Row>, depth: u32) -> Result<Values, Stop> {
        let stages = eliminate(self.open, rows, self.excluded, self.reasons, self.budget)?;
        let Split(first, second, why) = match self.choose_backwards(&stages)? {
            Attempt::Found(values) => return Ok(values),
            Attempt::Stuck(split) => split,
        };
        drop(stages);
        if depth >= DEPTH {
            return Err(Stop::Unknown);
        }
        self.budget.split()?;
        let mut conflicts = Vec::with_capacity(2);
        for case in [first, second] {
            rows.push(case);
            let found = self.run(rows, depth.saturating_add(1));
            rows.pop();
            match found {
                Err(Stop::Conflict(conflict)) if self.reasons.rests_on(conflict, why) => conflicts.push(conflict),
                // An unknown case leaves the other, which may have values or show a conflict of both.
                Err(Stop::Unknown) => {}
                decided => return decided,
            }
        }
        match conflicts.as_slice() {
            // That one of the cases holds rests on the reason of the split, which is in both.
            [one, other] => Err(Stop::Conflict(self.reasons.both(*one, *other))),
            _ => Err(Stop::Unknown),
        }
    }

    /// Gives values, last gone first.
    fn choose_backwards(&mut self, stages: &[Stage]) -> Result<Attempt, Stop> {
        let mut values: Values = (0..self.variables).map(|_| None).collect();
        for (stage, unequal) in stages.iter().zip(self.decided_by(stages)).rev() {
            let (low, high) = stage.ends(&values).ok_or(Stop::Unknown)?;
            let mut taken = Vec::with_capacity(unequal.len());
            for row in unequal {
                self.budget.spend(row.terms.len())?;
                let (factor, rest) = row.rest(stage.variable, &|other| value_at(&values, other)).ok_or(Stop::Unknown)?;
                let value = rest.exact(factor).ok_or(Stop::Unknown)?;
                taken.extend(value.and_then(Wide::narrow).map(|value| (value, row)));
            }
            taken.sort_by_key(|(value, _)| *value);
            let taken_values: Vec<i128> = taken.iter().map(|(value, _)| *value).collect();
            match choose(low, high, &taken_values, (self.steps)(stage.variable)) {
                Some(value) => set(&mut values, stage.variable, value),
                None => return self.split(stage.variable, low, high, &taken).map(Attempt::Stuck).ok_or(Stop::Unknown),
            }
        }
        Ok(Attempt::Found(values))
    }

    /// For each stage, the disequalities in which its variable is the last to get a value.
    fn decided_by(&self, stages: &[Stage]) -> Vec<Vec<&'a Row>> {
        let mut place_of = vec![usize::MAX; self.open.len()];
        for (place, stage) in stages.iter().enumerate() {
            if let Some(slot) = self.open.binary_search(&stage.variable).ok().and_then(|index| place_of.get_mut(index)) {
                *slot = place;
            }
        }
        let mut decided = vec![Vec::new(); stages.len()];
        for row in self.unequal {
            let places = row.terms.iter().filter_map(|(variable, _)| place_of.get(self.open.binary_search(variable).ok()?));
            if let Some(rows) = places.min().and_then(|place| decided.get_mut(*place)) {
                rows.push(row);
            }
        }
        decided
    }

    /// Cases of what leaves a variable without a value between two ends; `None` where values may lie beyond `i128`.
    fn split(&mut self, variable: u32, low: Option<Wide>, high: Option<Wide>, taken: &[(i128, &Row)]) -> Option<Split> {
        let (low, high) = (low?.narrow()?, high?.narrow()?);
        if low > high {
            // Between two neighbours are fractions only, and in both cases the other variables can't stay. Any other gap comes of rows dropped.
            if high.checked_add(1)? != low {
                return None;
            }
            let why = self.reasons.nothing();
            let below = Row { terms: vec![(variable, 1)], bound: Wide::from(high), why };
            let above = Row { terms: vec![(variable, -1)], bound: Wide::from(low.checked_neg()?), why };
            return Some(if high >= 0 { Split(below, above, why) } else { Split(above, below, why) });
        }
        let inside: Vec<&Row> = taken.iter().filter(|(value, _)| (low..=high).contains(value)).map(|(_, row)| *row).collect();
        let row = inside.get(inside.len() / 2)?;
        let why = self.reasons.again(row.why);
        let below = Row { terms: row.terms.clone(), bound: row.bound.minus(Wide::ONE)?, why };
        let above = Row { terms: turned(&row.terms)?, bound: row.bound.negated()?.minus(Wide::ONE)?, why };
        Some(if row.bound > Wide::ZERO { Split(below, above, why) } else { Split(above, below, why) })
    }
}
