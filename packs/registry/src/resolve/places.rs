//! A set of versions of one pack, by their places in order.

use std::fmt;

use pubgrub::{Ranges, VersionSet};

/// A set of places. Each run of them is kept as `[first, last + 1)`, so that equal sets are written alike.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Places(Ranges<u32>);

impl Places {
    /// The set of these places, which come in order.
    pub fn of(places: impl Iterator<Item = u32>) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for place in places {
            match runs.last_mut() {
                Some((_, end)) if *end == place => *end = place.saturating_add(1),
                _ => runs.push((place, place.saturating_add(1))),
            }
        }
        Self(runs.into_iter().map(|(first, end)| (std::ops::Bound::Included(first), std::ops::Bound::Excluded(end))).collect())
    }
}

impl VersionSet for Places {
    type V = u32;

    fn empty() -> Self {
        Self(Ranges::empty())
    }

    fn singleton(place: u32) -> Self {
        Self(Ranges::between(place, place.saturating_add(1)))
    }

    fn complement(&self) -> Self {
        Self(self.0.complement())
    }

    fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }

    fn contains(&self, place: &u32) -> bool {
        self.0.contains(place)
    }

    fn full() -> Self {
        Self(Ranges::full())
    }

    fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        self.0.is_disjoint(&other.0)
    }

    fn subset_of(&self, other: &Self) -> bool {
        self.0.subset_of(&other.0)
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn members(places: &Places) -> BTreeSet<u32> {
        (0..20).filter(|at| places.contains(at)).collect()
    }

    proptest! {
        #[test]
        fn sets_are_equal_where_their_members_are(a in proptest::collection::btree_set(0u32..20, 0..12), b in proptest::collection::btree_set(0u32..20, 0..12)) {
            let (x, y) = (Places::of(a.iter().copied()), Places::of(b.iter().copied()));
            prop_assert_eq!(members(&x), a.clone());
            prop_assert_eq!(&members(&x.intersection(&y)), &(&a & &b));
            prop_assert_eq!(&x.intersection(&y), &Places::of((&a & &b).into_iter()));
            prop_assert_eq!(&x.union(&y), &Places::of((&a | &b).into_iter()));
            prop_assert_eq!(x.complement().complement(), x.clone());
            prop_assert_eq!(x.intersection(&y.complement()), Places::of((&a - &b).into_iter()));
            let one_by_one = a.iter().fold(Places::empty(), |all, at| all.union(&Places::singleton(*at)));
            prop_assert_eq!(one_by_one, x);
        }
    }
}
