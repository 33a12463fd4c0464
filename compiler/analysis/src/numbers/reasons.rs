//! On which constraints something rests: kept as a graph while deriving, read only when there is a conflict.

use std::collections::BTreeSet;

/// A name for what something rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Why(u32);

#[derive(Clone, Copy, Debug)]
enum Reason {
    /// On nothing: a case of a split of all whole numbers.
    Nothing,
    /// On a constraint that was given.
    Given(usize),
    /// On what each of two rests on. They were there before, so all that a reason rests on has smaller names.
    Both(Why, Why),
}

/// All reasons of one system.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    reasons: Vec<Reason>,
}

impl Reasons {
    fn add(&mut self, reason: Reason) -> Why {
        let why = Why(u32::try_from(self.reasons.len()).unwrap_or(u32::MAX));
        self.reasons.push(reason);
        why
    }

    pub fn given(&mut self, constraint: usize) -> Why {
        self.add(Reason::Given(constraint))
    }

    pub fn nothing(&mut self) -> Why {
        self.add(Reason::Nothing)
    }

    pub fn both(&mut self, one: Why, other: Why) -> Why {
        if one == other { one } else { self.add(Reason::Both(one, other)) }
    }

    /// Another name for the same, to tell apart whether something rests on this use of it.
    pub fn again(&mut self, why: Why) -> Why {
        self.add(Reason::Both(why, why))
    }

    /// Returns whether one rests on another.
    pub fn rests_on(&self, why: Why, other: Why) -> bool {
        let mut open = BTreeSet::from([why]);
        // Largest first: what is smaller than the one sought can't rest on it.
        while let Some(next) = open.pop_last() {
            if next <= other {
                return next == other;
            }
            if let Some(Reason::Both(a, b)) = self.get(next) {
                open.extend([a, b]);
            }
        }
        false
    }

    /// The constraints that something rests on, ascending.
    pub fn core(&self, why: Why) -> Vec<usize> {
        let mut open = BTreeSet::from([why]);
        let mut core = BTreeSet::new();
        while let Some(next) = open.pop_last() {
            match self.get(next) {
                Some(Reason::Given(constraint)) => {
                    core.insert(constraint);
                }
                Some(Reason::Both(a, b)) => open.extend([a, b]),
                Some(Reason::Nothing) | None => {}
            }
        }
        core.into_iter().collect()
    }

    fn get(&self, why: Why) -> Option<Reason> {
        self.reasons.get(usize::try_from(why.0).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_has_every_constraint_below_once() {
        let mut reasons = Reasons::default();
        let (a, b, c) = (reasons.given(4), reasons.given(2), reasons.given(9));
        let case = reasons.nothing();
        let ab = reasons.both(a, b);
        let all = reasons.both(ab, case);
        let twice = reasons.both(all, ab);
        assert_eq!(reasons.core(twice), [2, 4]);
        assert!(reasons.rests_on(twice, case) && reasons.rests_on(twice, a) && reasons.rests_on(a, a));
        assert!(!reasons.rests_on(twice, c) && !reasons.rests_on(ab, case) && !reasons.rests_on(a, twice));
        let again = reasons.again(a);
        assert!(reasons.rests_on(again, a) && !reasons.rests_on(twice, again));
    }
}
