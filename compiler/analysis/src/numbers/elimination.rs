//! Fourier and Motzkin's elimination: a variable goes by adding each of its upper bounds to each of its lower ones.
//!
//! What is derived holds of whatever the rows hold of, so a contradiction is a proof. If in every pair one of the two factors is one, and
//! so it is for differences, then whole numbers for the remaining variables always leave a whole number for the one that went.

use std::collections::BTreeMap;

use super::reasons::{Reasons, Why};
use super::row::{Row, Terms, divisor, factor, turned};
use super::search::{Values, value_at};
use super::wide::Wide;
use super::{Budget, Stop};

/// How many rows there may be at once.
const ROWS: usize = 5_000;

/// Which values of which sums are not allowed, by sums in both signs.
pub(super) type Excluded = BTreeMap<Terms, BTreeMap<Wide, Why>>;

/// Lists disequalities by their sums.
pub(super) fn excluded(unequal: &[Row]) -> Excluded {
    let mut excluded = Excluded::new();
    for row in unequal {
        if let (Some(terms), Some(bound)) = (turned(&row.terms), row.bound.negated()) {
            excluded.entry(terms).or_default().insert(bound, row.why);
        }
        excluded.entry(row.terms.clone()).or_default().insert(row.bound, row.why);
    }
    excluded
}

/// A variable that went, and what bounded it then: rows of it and of variables that went later.
#[derive(Debug)]
pub(super) struct Stage {
    pub variable: u32,
    pub rows: Vec<Row>,
}

impl Stage {
    /// Between which ends the variable lies (`None` is no end) when all that went later have their values; `None` if numbers don't fit.
    pub fn ends(&self, values: &Values) -> Option<(Option<Wide>, Option<Wide>)> {
        let (mut low, mut high) = (None, None);
        for row in &self.rows {
            let (factor, rest) = row.rest(self.variable, &|other| value_at(values, other))?;
            let edge = rest.edge(factor)?;
            if factor > 0 {
                high = Some(high.map_or(edge, |high: Wide| high.min(edge)));
            } else {
                low = Some(low.map_or(edge, |low: Wide| low.max(edge)));
            }
        }
        Some((low, high))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    above: usize,
    below: usize,
    has_large_above: bool,
    has_large_below: bool,
}

struct Elimination<'a> {
    rows: BTreeMap<Terms, (Wide, Why)>,
    excluded: &'a Excluded,
    reasons: &'a mut Reasons,
    budget: &'a mut Budget,
}

/// Eliminates all variables (ascending) from inequalities, or finds that they contradict each other. First to last.
///
/// A row whose numbers don't fit is left out: then values found backwards may fail it, but a conflict stays one.
pub(super) fn eliminate(variables: &[u32], rows: &[Row], excluded: &Excluded, reasons: &mut Reasons, budget: &mut Budget) -> Result<Vec<Stage>, Stop> {
    let mut elimination = Elimination { rows: BTreeMap::new(), excluded, reasons, budget };
    for row in rows {
        elimination.insert(row.clone())?;
    }
    let mut left = variables.to_vec();
    let mut stages = Vec::with_capacity(left.len());
    while let Some(variable) = elimination.cheapest(&left)? {
        left.retain(|other| *other != variable);
        stages.push(elimination.remove(variable)?);
    }
    Ok(stages)
}

impl Elimination<'_> {
    /// Keeps a row unless one as tight is there.
    fn insert(&mut self, mut row: Row) -> Result<(), Stop> {
        if row.tighten().is_none() {
            return Ok(());
        }
        if row.terms.is_empty() {
            return if row.bound.is_negative() { Err(Stop::Conflict(row.why)) } else { Ok(()) };
        }
        if self.rows.get(&row.terms).is_some_and(|(bound, _)| *bound <= row.bound) {
            return Ok(());
        }
        if let Some(values) = self.excluded.get(&row.terms) {
            while let Some(why) = values.get(&row.bound) {
                row.why = self.reasons.both(row.why, *why);
                row.bound = row.bound.minus(Wide::ONE).ok_or(Stop::Unknown)?;
            }
        }
        self.rows.insert(row.terms, (row.bound, row.why));
        if self.rows.len() > ROWS { Err(Stop::Unknown) } else { Ok(()) }
    }

    /// The variable to go next: first those that go without loss, of those the one that makes the fewest rows.
    fn cheapest(&mut self, left: &[u32]) -> Result<Option<u32>, Stop> {
        self.budget.spend(self.rows.len().saturating_add(left.len()) / 8)?;
        let mut counts = vec![Count::default(); left.len()];
        for (variable, factor) in self.rows.keys().flatten() {
            // `left` stays ascending.
            let Some(count) = left.binary_search(variable).ok().and_then(|place| counts.get_mut(place)) else { continue };
            if *factor > 0 {
                count.above += 1;
                count.has_large_above |= *factor != 1;
            } else {
                count.below += 1;
                count.has_large_below |= *factor != -1;
            }
        }
        let cost = |count: &Count| {
            let pairs = count.above.saturating_mul(count.below);
            (pairs > 0 && count.has_large_above && count.has_large_below, pairs.saturating_sub(count.above.saturating_add(count.below)), pairs)
        };
        Ok(left.iter().zip(&counts).min_by_key(|(_, count)| cost(count)).map(|(variable, _)| *variable))
    }

    /// Takes a variable out.
    fn remove(&mut self, variable: u32) -> Result<Stage, Stop> {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (terms, (bound, why)) in self.rows.extract_if(.., |terms, _| factor(terms, variable).is_some()) {
            let is_above = factor(&terms, variable).is_some_and(|factor| factor > 0);
            let row = Row { terms, bound, why };
            if is_above { above.push(row) } else { below.push(row) }
        }
        for upper in &above {
            for lower in &below {
                self.budget.spend(upper.terms.len().saturating_add(lower.terms.len()))?;
                if let Some(row) = self.resolve(upper, lower, variable) {
                    self.insert(row)?;
                }
            }
        }
        above.append(&mut below);
        Ok(Stage { variable, rows: above })
    }

    /// Adds two rows such that a variable is gone.
    fn resolve(&mut self, upper: &Row, lower: &Row, variable: u32) -> Option<Row> {
        let (a, b) = (factor(&upper.terms, variable)?, factor(&lower.terms, variable)?.checked_neg()?);
        let common = divisor(&[(0, a), (0, b)])?;
        let why = self.reasons.both(upper.why, lower.why);
        upper.combined(b.checked_div(common)?, lower, a.checked_div(common)?, why)
    }
}
