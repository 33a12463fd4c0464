//! A constraint while it is worked on: the sum, its bound and on what it rests.

use super::reasons::Why;
use super::wide::Wide;

/// Variables ascending, with factors that are not zero.
pub(super) type Terms = Vec<(u32, i128)>;

/// `Σ factor · variable` against a bound. How they compare is known where the row is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub terms: Terms,
    pub bound: Wide,
    pub why: Why,
}

/// The factor of a variable.
pub(super) fn factor(terms: &[(u32, i128)], variable: u32) -> Option<i128> {
    let place = terms.binary_search_by_key(&variable, |(name, _)| *name).ok()?;
    terms.get(place).map(|(_, factor)| *factor)
}

/// The largest number that divides all factors: 0 of none, `None` if it isn't an `i128`.
pub(super) fn divisor(terms: &[(u32, i128)]) -> Option<i128> {
    let mut all = 0_u128;
    for (_, factor) in terms {
        let (mut a, mut b) = (all, factor.unsigned_abs());
        while let Some(rest) = a.checked_rem(b) {
            (a, b) = (b, rest);
        }
        all = a;
        if all == 1 {
            break;
        }
    }
    i128::try_from(all).ok()
}

/// `a · x + b · y` of two sums.
pub(super) fn combined(x: &[(u32, i128)], a: i128, y: &[(u32, i128)], b: i128) -> Option<Terms> {
    let mut sum = Vec::with_capacity(x.len().saturating_add(y.len()));
    let (mut xs, mut ys) = (x.iter().peekable(), y.iter().peekable());
    loop {
        let (variable, factor) = match (xs.peek(), ys.peek()) {
            (None, None) => return Some(sum),
            (Some((v, f)), Some((w, g))) if v == w => {
                let pair = (*v, f.checked_mul(a)?.checked_add(g.checked_mul(b)?)?);
                xs.next();
                ys.next();
                pair
            }
            (Some((v, f)), other) if other.is_none_or(|(w, _)| v < w) => {
                xs.next();
                (*v, f.checked_mul(a)?)
            }
            (_, Some((w, g))) => {
                ys.next();
                (*w, g.checked_mul(b)?)
            }
            (Some(_), None) => return None, // Not reached: that is the arm before.
        };
        if factor != 0 {
            sum.push((variable, factor));
        }
    }
}

/// The same sum with every sign turned.
pub(super) fn turned(terms: &[(u32, i128)]) -> Option<Terms> {
    terms.iter().map(|(variable, factor)| Some((*variable, factor.checked_neg()?))).collect()
}

impl Row {
    /// `a · self + b · other`, resting on `why`.
    pub fn combined(&self, a: i128, other: &Self, b: i128, why: Why) -> Option<Self> {
        let terms = combined(&self.terms, a, &other.terms, b)?;
        Some(Self { terms, bound: self.bound.times(a)?.plus(other.bound.times(b)?)?, why })
    }

    fn divide_factors(&mut self, by: i128) -> Option<()> {
        for (_, factor) in &mut self.terms {
            *factor = factor.checked_div(by)?;
        }
        Some(())
    }

    /// Divides an inequality by what divides all factors. Rounding the bound down loses no whole numbers and may show that there are none.
    pub fn tighten(&mut self) -> Option<()> {
        let divisor = divisor(&self.terms)?;
        if divisor > 1 {
            self.divide_factors(divisor)?;
            self.bound = self.bound.divided(divisor)?.0;
        }
        Some(())
    }

    /// Divides an equality or disequality by what divides all factors; `Some(false)` if the sum can't equal the bound at all.
    pub fn reduce(&mut self) -> Option<bool> {
        let divisor = divisor(&self.terms)?;
        if divisor == 0 {
            return Some(self.bound == Wide::ZERO);
        }
        if divisor > 1 {
            let (bound, rest) = self.bound.divided(divisor)?;
            if rest != 0 {
                return Some(false);
            }
            self.divide_factors(divisor)?;
            self.bound = bound;
        }
        Some(true)
    }

    /// What the bound leaves to a variable whose factor is given back too, when all others have their values.
    pub fn rest(&self, variable: u32, value_of: &dyn Fn(u32) -> Option<i128>) -> Option<(i128, Wide)> {
        let mut own = 0;
        let mut rest = self.bound;
        for (name, factor) in &self.terms {
            if *name == variable {
                own = *factor;
            } else {
                rest = rest.minus(Wide::from(value_of(*name)?).times(*factor)?)?;
            }
        }
        Some((own, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::super::reasons::Reasons;
    use super::*;

    fn row(terms: &[(u32, i128)], bound: i128) -> Row {
        Row { terms: terms.to_vec(), bound: Wide::from(bound), why: Reasons::default().nothing() }
    }

    #[test]
    fn sums_merge_by_variable_and_drop_zeros() {
        assert_eq!(combined(&[(0, 1), (2, 3)], 2, &[(1, 5), (2, -6), (4, 1)], 1), Some(vec![(0, 2), (1, 5), (4, 1)]));
        assert_eq!(combined(&[(0, i128::MAX)], 2, &[], 1), None);
        assert_eq!(combined(&[], 1, &[], 1), Some(vec![]));
        assert_eq!(turned(&[(1, 2), (3, -4)]), Some(vec![(1, -2), (3, 4)]));
        assert_eq!(turned(&[(1, i128::MIN)]), None);
        assert_eq!((factor(&[(1, 2), (3, -4)], 3), factor(&[(1, 2)], 0)), (Some(-4), None));
    }

    #[test]
    fn what_divides_all_factors_is_taken_out() {
        assert_eq!(divisor(&[(0, -6), (1, 4)]), Some(2));
        assert_eq!((divisor(&[]), divisor(&[(0, i128::MIN)])), (Some(0), None));
        let mut le = row(&[(0, 4), (1, -6)], 7);
        assert_eq!(le.tighten(), Some(()));
        assert_eq!(le, row(&[(0, 2), (1, -3)], 3));
        assert_eq!(row(&[(0, 4), (1, -6)], 7).reduce(), Some(false));
        let mut eq = row(&[(0, 4), (1, -6)], -8);
        assert_eq!(eq.reduce(), Some(true));
        assert_eq!(eq, row(&[(0, 2), (1, -3)], -4));
        assert_eq!((row(&[], 0).reduce(), row(&[], 1).reduce()), (Some(true), Some(false)));
    }

    #[test]
    fn a_rest_is_what_the_others_leave() {
        let value_of = |variable: u32| (variable != 7).then_some(10);
        assert_eq!(row(&[(0, 2), (1, -3)], 5).rest(1, &value_of), Some((-3, Wide::from(-15))));
        assert_eq!(row(&[(0, 2), (7, -3)], 5).rest(0, &value_of), None);
    }
}
