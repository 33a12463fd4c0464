//! Equalities: each gives one variable by the others, and that variable is then gone.
//!
//! A variable with the factor one is put in everywhere at once. Without one, a variable is first replaced by a new one that differs from
//! it by whole multiples of the others, so that the factors shrink as in Euclid's algorithm; nothing is gained or lost by that.

use std::collections::{BTreeMap, VecDeque};

use super::reasons::{Reasons, Why};
use super::row::{Row, Terms, factor, turned};
use super::wide::Wide;
use super::{Budget, Stop};

/// A system in parts, by relation. A row whose numbers don't fit is left out, so that values found may fail it, but a conflict stays one.
#[derive(Debug, Default)]
pub(super) struct System {
    /// Inequalities `≤`.
    pub at_most: Vec<Row>,
    /// Equalities.
    pub equal: VecDeque<Row>,
    /// Disequalities.
    pub unequal: Vec<Row>,
    /// Which variables went, first to last, each with the equality that gives it (its factor is one or minus one there).
    pub defined: Vec<(u32, Row)>,
    /// How many variables there are, with those that were made.
    pub variables: u32,
}

impl System {
    /// Works until there are no equalities. Inequalities and disequalities come out divided by their common factors, none without terms.
    pub fn eliminate_equalities(&mut self, reasons: &mut Reasons, budget: &mut Budget) -> Result<(), Stop> {
        self.divide_all()?;
        self.find_equalities(reasons);
        while let Some(mut row) = self.equal.pop_front() {
            match row.reduce() {
                Some(false) => return Err(Stop::Conflict(row.why)),
                Some(true) if !row.terms.is_empty() => {}
                _ => continue,
            }
            let cost = self.at_most.len().saturating_add(self.equal.len()).saturating_add(self.unequal.len()).saturating_add(row.terms.len());
            budget.spend(cost)?;
            // Of several the last: callers number the variables that matter first.
            if let Some((variable, _)) = row.terms.iter().rfind(|(_, factor)| factor.unsigned_abs() == 1).copied() {
                let why = row.why;
                self.define(variable, row, Some(why), reasons, budget)?;
            } else if let Some((variable, by)) = self.shrunk(&row, reasons) {
                // First again, so that it ends before others grow.
                self.equal.push_front(row);
                self.define(variable, by, None, reasons, budget)?;
            }
            self.divide_all()?;
        }
        Ok(())
    }

    /// The variable with the smallest factor by a new one: `old = new − Σ quotient · other`.
    fn shrunk(&mut self, row: &Row, reasons: &mut Reasons) -> Option<(u32, Row)> {
        let (old, least) = row.terms.iter().copied().min_by_key(|(_, factor)| factor.unsigned_abs())?;
        let new = self.variables;
        self.variables = new.checked_add(1)?;
        let mut terms = Terms::with_capacity(row.terms.len().saturating_add(1));
        for (variable, factor) in &row.terms {
            // Rounded to the nearest, which halves the factor at least.
            let half = least.checked_abs()? / 2;
            let quotient = if *variable == old { 1 } else { factor.checked_add(half)?.checked_div_euclid(least)? };
            if quotient != 0 {
                terms.push((*variable, quotient));
            }
        }
        terms.push((new, -1));
        Some((old, Row { terms, bound: Wide::ZERO, why: reasons.nothing() }))
    }

    /// Puts a variable in everywhere by the equality that gives it.
    fn define(&mut self, variable: u32, by: Row, why: Option<Why>, reasons: &mut Reasons, budget: &mut Budget) -> Result<(), Stop> {
        let Some(sign) = factor(&by.terms, variable) else { return Ok(()) };
        let mut put_in_all = |rows: &mut Vec<Row>| -> Result<(), Stop> {
            let mut changed = Vec::with_capacity(rows.len());
            for row in rows.drain(..) {
                let Some(own) = factor(&row.terms, variable) else {
                    changed.push(row);
                    continue;
                };
                budget.spend(row.terms.len().saturating_add(by.terms.len()))?;
                let why = why.map_or(row.why, |why| reasons.both(row.why, why));
                changed.extend(own.checked_mul(sign).and_then(i128::checked_neg).and_then(|times| row.combined(1, &by, times, why)));
            }
            *rows = changed;
            Ok(())
        };
        put_in_all(&mut self.at_most)?;
        put_in_all(&mut self.unequal)?;
        let mut equal = Vec::from(std::mem::take(&mut self.equal));
        put_in_all(&mut equal)?;
        self.equal = VecDeque::from(equal);
        self.defined.push((variable, by));
        Ok(())
    }

    /// Divides inequalities and disequalities by what divides their factors, and drops those that always hold.
    fn divide_all(&mut self) -> Result<(), Stop> {
        let mut conflict = None;
        self.at_most.retain_mut(|row| {
            let fits = row.tighten().is_some();
            if row.terms.is_empty() && row.bound.is_negative() {
                conflict.get_or_insert(row.why);
            }
            fits && !row.terms.is_empty()
        });
        self.unequal.retain_mut(|row| {
            let can_equal = row.reduce();
            if row.terms.is_empty() && can_equal == Some(true) {
                conflict.get_or_insert(row.why);
            }
            can_equal == Some(true) && !row.terms.is_empty()
        });
        conflict.map_or(Ok(()), |why| Err(Stop::Conflict(why)))
    }

    /// Makes an equality of two inequalities that leave a sum one value.
    fn find_equalities(&mut self, reasons: &mut Reasons) {
        let mut tightest: BTreeMap<&Terms, (Wide, Why)> = BTreeMap::new();
        for row in &self.at_most {
            let kept = tightest.entry(&row.terms).or_insert((row.bound, row.why));
            if row.bound < kept.0 {
                *kept = (row.bound, row.why);
            }
        }
        for (terms, (bound, why)) in &tightest {
            // Of the two, the one with the positive first factor looks for the other.
            if terms.first().is_some_and(|(_, factor)| *factor > 0)
                && let Some(other) = turned(terms)
                && let Some((low, other_why)) = tightest.get(&other)
                && low.negated() == Some(*bound)
            {
                self.equal.push_back(Row { terms: (*terms).clone(), bound: *bound, why: reasons.both(*why, *other_why) });
            }
        }
    }
}
