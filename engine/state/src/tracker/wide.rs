//! Sums that can't overflow.

use serde::{Deserialize, Serialize};

/// A sum of many `i128`, exact: `high * 2^128 + low`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wide {
    /// Saturates, which takes 2^63 additions or hostile bytes.
    high: i64,
    low: u128,
}

impl Wide {
    pub(crate) fn plus(self, value: i128) -> Self {
        let (low, carry) = self.low.overflowing_add(value.cast_unsigned());
        Self { high: self.high.saturating_add(i64::from(carry) - i64::from(value < 0)), low }
    }

    pub(crate) fn minus(self, value: i128) -> Self {
        let (low, borrow) = self.low.overflowing_sub(value.cast_unsigned());
        Self { high: self.high.saturating_sub(i64::from(borrow) - i64::from(value < 0)), low }
    }

    pub(crate) fn plus_wide(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self { high: self.high.saturating_add(other.high).saturating_add(i64::from(carry)), low }
    }

    pub(crate) fn minus_wide(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high.saturating_sub(other.high).saturating_sub(i64::from(borrow)), low }
    }

    pub(crate) fn is_negative(self) -> bool {
        self.high < 0
    }

    /// The sum, if it fits.
    pub(crate) fn narrow(self) -> Option<i128> {
        let value = self.low.cast_signed();
        (self.high == if value < 0 { -1 } else { 0 }).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Wide;

    #[test]
    fn a_sum_is_exact_beyond_what_it_can_tell() {
        let mut sum = Wide::default();
        for _ in 0..1000 {
            sum = sum.plus(i128::MAX);
        }
        assert_eq!(sum.narrow(), None);
        let rest = sum.minus(i128::MAX).plus(7);
        for _ in 0..1000 {
            sum = sum.minus(i128::MAX);
        }
        assert_eq!(sum.narrow(), Some(0));
        let mut below = Wide::default();
        for _ in 0..999 {
            below = below.plus(i128::MIN);
        }
        assert_eq!(below.narrow(), None);
        assert_eq!(rest.plus_wide(below).narrow(), Some(7 - 999));
        assert_eq!(rest.minus_wide(rest).narrow(), Some(0));
        assert_eq!(Wide::default().plus(i128::MIN).narrow(), Some(i128::MIN));
        assert_eq!(Wide::default().minus(i128::MIN).narrow(), None);
        assert_eq!(Wide::default().minus(i128::MIN).minus(1).narrow(), Some(i128::MAX));
    }
}
