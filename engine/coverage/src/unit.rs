//! How far the neighbours of a constant are.

use reach_compiler::ir::Type;
use reach_values::{decimal, time};

/// The smallest part of a decimal that is a neighbour of whole numbers: a hundredth, as of most money.
const HUNDREDTHS: u32 = 2;
/// How many digits a decimal has behind the point.
const DIGITS: u32 = 18;

/// Returns the smallest step between values of a type near a constant: 1 of numbers and days; of decimals the constant's last digit, and a
/// hundredth at most; of times and durations a second, or the unit in which the constant is written if that is smaller. None for types
/// that aren't counted.
pub(crate) fn of(ty: &Type, constant: i128) -> Option<i128> {
    match ty {
        Type::Int | Type::Date => Some(1),
        Type::Decimal => {
            let digits = (HUNDREDTHS..DIGITS).find(|digits| constant % power(DIGITS - digits) == 0).unwrap_or(DIGITS);
            Some(power(DIGITS - digits))
        }
        Type::Time | Type::Duration => [time::SECOND_NS, 1_000_000, 1_000].into_iter().find(|unit| constant % unit == 0).or(Some(1)),
        _ => None,
    }
}

/// Writes a value as policies do.
pub(crate) fn written(ty: &Type, value: i128) -> String {
    match ty {
        Type::Decimal => decimal::format(value),
        Type::Date => time::format_date(value),
        Type::Time => time::format_time(value),
        Type::Duration => time::format_duration(value),
        _ => value.to_string(),
    }
}

const fn power(digits: u32) -> i128 {
    10_i128.pow(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_as_far_as_the_type_counts() {
        let of = |text: &str| decimal::format(of(&Type::Decimal, decimal::parse(text).unwrap()).unwrap());
        assert_eq!(["500", "500.00", "0.5", "0.125", "-0.001"].map(of), ["0.01", "0.01", "0.01", "0.001", "0.001"]);
        assert_eq!(super::of(&Type::Int, 5), Some(1));
        assert_eq!(super::of(&Type::Duration, 3_600 * time::SECOND_NS), Some(time::SECOND_NS));
        assert_eq!(super::of(&Type::Duration, 1_500_000_000), Some(1_000_000));
        assert_eq!(super::of(&Type::Text, 5), None);
    }
}
