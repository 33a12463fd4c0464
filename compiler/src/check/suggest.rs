//! "did you mean": the nearest of the names that could have been meant.

/// How many names are compared with one that is unknown.
const MOST_CANDIDATES: usize = 2_000;
/// How many comparisons a whole check may make, so that a bundle full of mistakes still answers at once.
const MOST_COMPARISONS: usize = 500_000;
/// Longer names are not compared.
const LONGEST: usize = 64;

/// Finds near names, within a budget.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: MOST_COMPARISONS }
    }
}

impl Suggestions {
    /// Returns how many comparisons are left.
    pub(super) const fn left(&self) -> usize {
        self.left
    }

    /// Returns whether the budget is used up.
    pub(super) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Returns the nearest candidate that is near enough; of equally near ones the first by name.
    pub(super) fn nearest<'n>(&mut self, wanted: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        if wanted.len() > LONGEST {
            return None;
        }
        let allowed = (wanted.chars().count() / 3).max(1);
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates.take(MOST_CANDIDATES.min(self.left)) {
            self.left = self.left.saturating_sub(1);
            if candidate.len().abs_diff(wanted.len()) > allowed || candidate == wanted {
                continue;
            }
            let distance = if candidate.eq_ignore_ascii_case(wanted) { 0 } else { strsim::osa_distance(wanted, candidate) };
            if distance <= allowed && best.is_none_or(|b| (distance, candidate) < b) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, name)| name)
    }
}

/// Writes names for people: `a`, `b` and `c`; beyond eight, how many more there are.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<String> = Vec::new();
    let mut more = 0usize;
    for name in names {
        if shown.len() < MOST {
            shown.push(format!("`{name}`"));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        return format!("{} and {more} more", shown.join(", "));
    }
    match shown.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Suggestions, listed};

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["recipient", "amount", "subject"];
        let mut s = Suggestions::default();
        assert_eq!(s.nearest("recipent", names.into_iter()), Some("recipient"));
        assert_eq!(s.nearest("Amount", names.into_iter()), Some("amount"));
        assert_eq!(s.nearest("banana", names.into_iter()), None);
    }

    #[test]
    fn names_are_listed_as_people_write_them() {
        assert_eq!(listed(["a"].into_iter()), "`a`");
        assert_eq!(listed(["a", "b"].into_iter()), "`a` and `b`");
        assert_eq!(listed(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
        assert_eq!(listed(["a"; 10].into_iter()), "`a`, `a`, `a`, `a`, `a`, `a`, `a`, `a` and 2 more");
    }
}
