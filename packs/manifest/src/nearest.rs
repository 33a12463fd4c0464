//! Which name was probably meant.

use std::cmp::Reverse;

/// Longer names are not compared.
const LONGEST_BYTES: usize = 64;

/// Returns the nearest of some names, if it is near enough to be meant.
#[must_use]
pub fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    /// More of them are not compared.
    const MOST: usize = 100_000;
    if wanted.len() > LONGEST_BYTES {
        return None;
    }
    let chars = wanted.chars().count();
    let allowed = (chars / 3).max(1);
    let of = |name: &'n str| {
        // A distance is at least the difference of the lengths.
        let near = *name != *wanted && name.len() <= LONGEST_BYTES && name.chars().count().abs_diff(chars) <= allowed;
        let distance = near.then(|| strsim::osa_distance(wanted, name)).filter(|distance| *distance <= allowed)?;
        Some((distance, Reverse(same_beginning(wanted, name)), name))
    };
    names.take(MOST).filter_map(of).min().map(|(_, _, name)| name)
}

/// Returns how many characters two names begin with alike.
fn same_beginning(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// Looks for what was meant a number of times: a file with ten thousand names that are all wrong is told so without a suggestion for each.
#[derive(Clone, Debug)]
pub(crate) struct Suggesting {
    left: usize,
}

impl Default for Suggesting {
    fn default() -> Self {
        Self { left: Self::MOST }
    }
}

impl Suggesting {
    /// The most suggestions that are looked for.
    pub(crate) const MOST: usize = 50;

    /// Returns the nearest name, as [`nearest`] does, while it is still looked for.
    pub(crate) fn nearest<'n>(&mut self, wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        self.left = self.left.checked_sub(1)?;
        nearest(wanted, names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_by_a_third_of_its_letters() {
        let names = || ["acme.guard", "acme.bank_guard", "acme.files"].into_iter();
        for (wanted, near) in [("acme.gaurd", Some("acme.guard")), ("acme.bankguard", Some("acme.bank_guard")), ("other", None), ("acme.guard", None)] {
            assert_eq!(nearest(wanted, names()), near, "{wanted}");
        }
        assert_eq!(nearest(&"a".repeat(LONGEST_BYTES + 1), ["a"].into_iter()), None);
    }

    #[test]
    fn suggestions_end() {
        let mut suggesting = Suggesting::default();
        for _ in 0..Suggesting::MOST {
            assert_eq!(suggesting.nearest("toll", ["tool"].into_iter()), Some("tool"));
        }
        assert_eq!(suggesting.nearest("toll", ["tool"].into_iter()), None);
    }
}
