//! Whole numbers of 256 bits, so that sums of a few bounds near the ends of `i128` are still exact.

/// A whole number of 256 bits in two's complement. What doesn't fit is `None`, nothing wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Wide {
    // The derived order is right because the signed half comes first.
    high: i128,
    low: u128,
}

impl From<i128> for Wide {
    fn from(value: i128) -> Self {
        Self { high: if value < 0 { -1 } else { 0 }, low: value.cast_unsigned() }
    }
}

impl Wide {
    pub const ZERO: Self = Self { high: 0, low: 0 };
    pub const ONE: Self = Self { high: 0, low: 1 };

    /// Returns the number as an `i128`, where it is one.
    pub fn narrow(self) -> Option<i128> {
        let value = self.low.cast_signed();
        (Self::from(value) == self).then_some(value)
    }

    pub const fn is_negative(self) -> bool {
        self.high < 0
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let (low, carry) = self.low.overflowing_add(other.low);
        let high = self.high.checked_add(other.high)?.checked_add(i128::from(carry))?;
        Some(Self { high, low })
    }

    pub fn negated(self) -> Option<Self> {
        let (low, carry) = (!self.low).overflowing_add(1);
        Some(Self { high: (!self.high).checked_add(i128::from(carry))?, low })
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated()?)
    }

    /// The sign apart from the two halves of what remains.
    fn magnitude(self) -> Option<(bool, u128, u128)> {
        let positive = if self.is_negative() { self.negated()? } else { self };
        Some((self.is_negative(), positive.high.cast_unsigned(), positive.low))
    }

    fn signed(negative: bool, high: u128, low: u128) -> Option<Self> {
        let positive = Self { high: i128::try_from(high).ok()?, low };
        if negative { positive.negated() } else { Some(positive) }
    }

    pub fn times(self, factor: i128) -> Option<Self> {
        match (factor, self.narrow()) {
            (1, _) => return Some(self),
            (-1, _) => return self.negated(),
            (_, Some(value)) => {
                if let Some(product) = value.checked_mul(factor) {
                    return Some(Self::from(product));
                }
            }
            _ => {}
        }
        let (negative, high, low) = self.magnitude()?;
        let factor_size = factor.unsigned_abs();
        let (low, carry) = low.carrying_mul(factor_size, 0);
        let high = high.checked_mul(factor_size)?.checked_add(carry)?;
        Self::signed(negative != (factor < 0), high, low)
    }

    /// Divides by a positive number and rounds down; returns the remainder too, which is not negative.
    pub fn divided(self, divisor: i128) -> Option<(Self, i128)> {
        if divisor == 1 {
            return Some((self, 0));
        }
        if let Some(value) = self.narrow() {
            return Some((Self::from(value.checked_div_euclid(divisor)?), value.checked_rem_euclid(divisor)?));
        }
        let size = u128::try_from(divisor).ok()?;
        let (negative, high, low) = self.magnitude()?;
        let mut rest = high.checked_rem(size)?;
        let mut quotient = 0_u128;
        for place in (0..u128::BITS).rev() {
            // The divisor is below 2^127, so is the rest, and twice the rest fits.
            rest = rest << 1 | (low >> place & 1);
            if rest >= size {
                rest -= size;
                quotient |= 1 << place;
            }
        }
        let quotient = Self::signed(negative, high.checked_div(size)?, quotient)?;
        match (negative, rest) {
            (true, 1..) => Some((quotient.minus(Self::ONE)?, i128::try_from(size - rest).ok()?)),
            _ => Some((quotient, i128::try_from(rest).ok()?)),
        }
    }

    /// The largest whole number `x` with `factor · x ≤ self`, or the smallest if the factor is negative.
    pub fn edge(self, factor: i128) -> Option<Self> {
        let (quotient, _) = self.divided(factor.checked_abs()?)?;
        if factor < 0 { quotient.negated() } else { Some(quotient) }
    }

    /// The whole number `x` with `factor · x = self`; the inner `None` says that there is none.
    #[expect(clippy::option_option, reason = "the outer one is overflow, as everywhere here")]
    pub fn exact(self, factor: i128) -> Option<Option<Self>> {
        let (quotient, rest) = self.divided(factor.checked_abs()?)?;
        if rest != 0 {
            return Some(None);
        }
        Some(Some(if factor < 0 { quotient.negated()? } else { quotient }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wide(value: i128) -> Wide {
        Wide::from(value)
    }

    #[test]
    fn sums_and_products_beyond_i128_are_exact() {
        let double = wide(i128::MAX).plus(wide(i128::MAX)).unwrap();
        assert_eq!(double.narrow(), None);
        assert_eq!(wide(i128::MAX).times(2), Some(double));
        assert_eq!(double.minus(wide(i128::MAX)), Some(wide(i128::MAX)));
        assert_eq!(double.divided(2), Some((wide(i128::MAX), 0)));
        assert!(wide(i128::MIN).plus(wide(-1)).unwrap() < wide(i128::MIN));
        let square = wide(i128::MIN).times(i128::MIN).unwrap();
        assert_eq!(square.divided(i128::MAX).map(|(_, rest)| rest), Some(1));
        assert_eq!(square.times(2), None);
        assert_eq!(wide(i128::MIN).negated().and_then(Wide::narrow), None);
        assert_eq!(wide(7).divided(0), None);
    }

    #[test]
    fn division_rounds_down() {
        let below = wide(i128::MIN).times(3).unwrap().minus(Wide::ONE).unwrap();
        assert_eq!(below.divided(3), Some((wide(i128::MIN).minus(Wide::ONE).unwrap(), 2)));
        assert_eq!(wide(-7).edge(2), Some(wide(-4)));
        assert_eq!(wide(-7).edge(-2), Some(wide(4)));
        assert_eq!(wide(7).edge(-2), Some(wide(-3)));
        assert_eq!(wide(6).exact(-2), Some(Some(wide(-3))));
        assert_eq!(wide(7).exact(-2), Some(None));
    }

    proptest! {
        #[test]
        fn a_product_and_a_rest_divide_back(a: i128, b: i128, divisor in 1..=i128::MAX) {
            let product = wide(a).times(b).unwrap();
            let (quotient, rest) = product.divided(divisor).unwrap();
            prop_assert!((0..divisor).contains(&rest));
            prop_assert_eq!(quotient.times(divisor).unwrap().plus(wide(rest)), Some(product));
        }

        #[test]
        fn small_numbers_are_as_those_of_i128(a: i64, b: i64) {
            let (x, y) = (i128::from(a), i128::from(b));
            prop_assert_eq!(wide(x).plus(wide(y)), Some(wide(x + y)));
            prop_assert_eq!(wide(x).minus(wide(y)), Some(wide(x - y)));
            prop_assert_eq!(wide(x).times(y), Some(wide(x * y)));
            prop_assert_eq!(wide(x).cmp(&wide(y)), x.cmp(&y));
        }
    }
}
