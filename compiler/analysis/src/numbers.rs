//! Whole numbers that meet linear constraints: small ones, or why there are none.
//!
//! 1. Constraints of one variable leave each variable a range (`range`); values are chosen in it by how they look (`choice`).
//! 2. If these meet the constraints of several variables too, that's it. Else each group of variables that depend on each other is
//!    worked on alone (`group`): equalities give variables by others (`equality`), inequalities are added up until all variables are
//!    gone (`elimination`), and backwards each variable gets a value of what is left to it. Where nothing is left though nothing
//!    contradicts, because of disequalities or fractions, there are two cases, each as a system of its own (`search`).
//! 3. Whatever is derived knows on which constraints it rests (`reasons`), and a conflict is cut down to what it needs.
//!
//! This decides bounds, differences and sums of two, with equalities and disequalities. Of others a conflict is a conflict and values are
//! values, but [`Solution::Unknown`] is possible; so it is for everything beyond the limits below, which bound the time.

mod choice;
mod elimination;
mod equality;
mod group;
mod range;
mod reasons;
mod row;
mod search;
#[cfg(test)]
mod tests;
mod wide;

use std::collections::{BTreeMap, BTreeSet};

use reasons::Why;
use wide::Wide;

/// How a sum compares with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// At most.
    Le,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
}

/// `Σ factor · variable ≤ bound` (or `=`, `≠`). Variables ascending, each once, no factor is zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Linear {
    /// The variables with their factors.
    pub terms: Vec<(u32, i128)>,
    /// How the sum compares.
    pub relation: Relation,
    /// The bound.
    pub bound: i128,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Solution {
    /// A value for every variable that occurs.
    Values(BTreeMap<u32, i128>),
    /// There is none, by these constraints alone (indices, ascending).
    Conflict(Vec<usize>),
    /// It could not be told.
    Unknown,
}

/// The steps by which the values of a variable look well.
type Grain<'a> = &'a dyn Fn(u32) -> &'static [i128];

/// Why work ended without values.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop<C = Why> {
    /// There are none.
    Conflict(C),
    /// A limit was reached, or numbers didn't fit.
    Unknown,
}

/// How much may still be done.
#[derive(Clone, Copy, Debug)]
struct Budget {
    /// In terms of sums that are looked at or made.
    work: usize,
    splits: usize,
}

impl Budget {
    /// For a system: some ten milliseconds.
    const SYSTEM: Self = Self { work: 300_000, splits: 1_000 };
    /// For each try to do without a constraint of a conflict.
    const CUT: Self = Self { work: 5_000, splits: 20 };
    /// How many constraints a conflict may have to be cut down.
    const CUT_FROM: usize = 24;

    fn spend(&mut self, work: usize) -> Result<(), Stop> {
        self.work = self.work.checked_sub(work.saturating_add(1)).ok_or(Stop::Unknown)?;
        Ok(())
    }

    fn split(&mut self) -> Result<(), Stop> {
        self.splits = self.splits.checked_sub(1).ok_or(Stop::Unknown)?;
        Ok(())
    }
}

/// Solves constraints. `grain` gives, for a variable, the steps by which its values look well, coarsest first (of a decimal: one, a
/// hundredth); values are as near to zero as possible, and on the coarsest grain that fits.
#[must_use]
pub fn solve(constraints: &[Linear], grain: &dyn Fn(u32) -> &'static [i128]) -> Solution {
    match decide(constraints, grain, Budget::SYSTEM) {
        Ok(values) => Solution::Values(values),
        Err(Stop::Conflict(core)) => Solution::Conflict(cut_down(constraints, core, grain)),
        Err(Stop::Unknown) => Solution::Unknown,
    }
}

fn decide(constraints: &[Linear], grain: Grain<'_>, mut budget: Budget) -> Result<BTreeMap<u32, i128>, Stop<Vec<usize>>> {
    if !constraints.iter().all(is_well_formed) {
        return Err(Stop::Unknown);
    }
    let mut names: Vec<u32> = constraints.iter().flat_map(|linear| linear.terms.iter().map(|(name, _)| *name)).collect();
    names.sort_unstable();
    names.dedup();
    let mut values = range::Ranges::read(constraints, &names)?.choose(&names, grain)?;

    // A group in which one has no value or a constraint fails is solved again, as a whole.
    let mut is_unknown = false;
    for group in open_groups(constraints, &names, &values) {
        match group::solve(constraints, &group, grain, &mut budget) {
            Ok(found) => {
                for (name, value) in found {
                    if let Some(slot) = names.binary_search(&name).ok().and_then(|place| values.get_mut(place)) {
                        *slot = Some(value);
                    }
                }
            }
            // Another group may still show a conflict.
            Err(Stop::Unknown) => is_unknown = true,
            conflict => conflict.map(|_| ())?,
        }
    }
    // Nothing is taken on trust: an answer that fails is none.
    if is_unknown || !constraints.iter().all(|linear| holds(linear, &names, &values) == Some(true)) {
        return Err(Stop::Unknown);
    }
    names.iter().zip(values).map(|(name, value)| Some((*name, value?))).collect::<Option<_>>().ok_or(Stop::Unknown)
}

/// Returns whether a constraint is as [`Linear`] says, and its factors have negatives.
fn is_well_formed(linear: &Linear) -> bool {
    linear.terms.is_sorted_by(|(one, _), (other, _)| one < other) && linear.terms.iter().all(|(_, factor)| *factor != 0 && *factor != i128::MIN)
}

/// Returns whether a constraint holds; `None` where a value is missing.
fn holds(linear: &Linear, names: &[u32], values: &[Option<i128>]) -> Option<bool> {
    let mut sum = Wide::ZERO;
    for (name, factor) in &linear.terms {
        let value = values.get(names.binary_search(name).ok()?).copied().flatten()?;
        sum = sum.plus(Wide::from(value).times(*factor)?)?;
    }
    let bound = Wide::from(linear.bound);
    Some(match linear.relation {
        Relation::Le => sum <= bound,
        Relation::Eq => sum == bound,
        Relation::Ne => sum != bound,
    })
}

/// Groups of constraints (indices) that depend on each other by their variables, as far as one with several variables doesn't hold yet.
fn open_groups(constraints: &[Linear], names: &[u32], values: &[Option<i128>]) -> Vec<Vec<usize>> {
    let is_open = |linear: &Linear| linear.terms.len() > 1 && holds(linear, names, values) != Some(true);
    if !constraints.iter().any(is_open) {
        return Vec::new();
    }
    let mut parents: Vec<usize> = (0..names.len()).collect();
    let place_of = |name: u32| names.binary_search(&name).unwrap_or_default();
    for linear in constraints {
        for pair in linear.terms.windows(2) {
            if let [(one, _), (other, _)] = pair {
                let (one, other) = (root(&mut parents, place_of(*one)), root(&mut parents, place_of(*other)));
                if let Some(parent) = parents.get_mut(one) {
                    *parent = other;
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for (index, linear) in constraints.iter().enumerate() {
        if let Some((name, _)) = linear.terms.first() {
            let group = root(&mut parents, place_of(*name));
            groups.entry(group).or_default().push(index);
            if is_open(linear) {
                open.insert(group);
            }
        }
    }
    groups.into_iter().filter(|(group, _)| open.contains(group)).map(|(_, indices)| indices).collect()
}

/// The one that stands for all places that were joined with this one.
fn root(parents: &mut [usize], mut place: usize) -> usize {
    while let Some(parent) = parents.get(place).copied()
        && parent != place
    {
        // Each is hung one higher, so that ways stay short.
        let above = parents.get(parent).copied().unwrap_or(parent);
        if let Some(slot) = parents.get_mut(place) {
            *slot = above;
        }
        place = above;
    }
    place
}

/// Leaves out of a conflict what it doesn't need, if it is small.
fn cut_down(constraints: &[Linear], mut core: Vec<usize>, grain: Grain<'_>) -> Vec<usize> {
    // Those of single variables need all they have.
    let has_sum = core.iter().filter_map(|index| constraints.get(*index)).any(|linear| linear.terms.len() > 1);
    if !has_sum || !(2..=Budget::CUT_FROM).contains(&core.len()) {
        return core;
    }
    let mut next = core.len();
    while let Some(tried) = next.checked_sub(1) {
        next = tried;
        let mut fewer = core.clone();
        let without = fewer.remove(tried);
        let system: Vec<Linear> = fewer.iter().filter_map(|index| constraints.get(*index).cloned()).collect();
        if let Err(Stop::Conflict(smaller)) = decide(&system, grain, Budget::CUT) {
            core = smaller.iter().filter_map(|place| fewer.get(*place).copied()).collect();
            next = core.partition_point(|index| *index < without);
        }
    }
    core
}
