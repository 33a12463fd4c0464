//! Which of the values that are left a variable gets.

use super::wide::Wide;

/// Chooses a value between two ends (`None` is no end) that isn't taken: on the coarsest of the steps that has one, the nearest to zero,
/// the positive one of two as near. `taken` is ascending. `None` if there is no such `i128`.
pub(super) fn choose(low: Option<Wide>, high: Option<Wide>, taken: &[i128], steps: &[i128]) -> Option<i128> {
    // Only the ends that a value of `i128` can't reach are cut off.
    let (least, most) = (Wide::from(i128::MIN), Wide::from(i128::MAX));
    let low = low.map_or(least, |low| low.max(least)).narrow()?;
    let high = high.map_or(most, |high| high.min(most)).narrow()?;
    // A step of one is always tried in the end: what exists is found, whatever steps look well.
    steps.iter().copied().filter(|step| *step > 0).chain([1]).find_map(|step| nearest(low, high, taken, step))
}

/// The multiple of a step nearest to zero that is not taken. Looks at one more than are taken.
fn nearest(low: i128, high: i128, taken: &[i128], step: i128) -> Option<i128> {
    let first_up = if low > 0 { (low - 1).checked_div(step)?.checked_add(1)?.checked_mul(step) } else { Some(0) };
    let first_down = if high < 0 { high.checked_div_euclid(step)?.checked_mul(step) } else { step.checked_neg() };
    let mut up = first_up.filter(|value| *value <= high);
    let mut down = first_down.filter(|value| *value >= low);
    loop {
        let value = match (up, down) {
            (Some(above), Some(below)) => {
                if above.unsigned_abs() <= below.unsigned_abs() {
                    above
                } else {
                    below
                }
            }
            (above, below) => above.or(below)?,
        };
        if taken.binary_search(&value).is_err() {
            return Some(value);
        }
        if up == Some(value) {
            up = value.checked_add(step).filter(|value| *value <= high);
        } else {
            down = value.checked_sub(step).filter(|value| *value >= low);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECIMAL: &[i128] = &[100, 10, 1];

    fn check(low: Option<i128>, high: Option<i128>, taken: &[i128], steps: &[i128], value: Option<i128>) {
        assert_eq!(choose(low.map(Wide::from), high.map(Wide::from), taken, steps), value, "{low:?}..={high:?} without {taken:?} by {steps:?}");
    }

    #[test]
    fn the_coarsest_step_wins_and_then_the_nearest_to_zero() {
        check(None, None, &[], DECIMAL, Some(0));
        check(None, None, &[0], DECIMAL, Some(100));
        check(None, None, &[0, 100], DECIMAL, Some(-100));
        check(Some(1), None, &[], DECIMAL, Some(100));
        check(Some(1), Some(99), &[], DECIMAL, Some(10));
        check(Some(1), Some(99), &[10], DECIMAL, Some(20));
        check(Some(-99), Some(-1), &[], DECIMAL, Some(-10));
        check(Some(11), Some(19), &[11], DECIMAL, Some(12));
        check(Some(-205), Some(-99), &[], DECIMAL, Some(-100));
        check(Some(-205), Some(-101), &[], DECIMAL, Some(-200));
        check(Some(100), Some(200), &[100], DECIMAL, Some(200));
        check(Some(-3), Some(1), &[-1, 0, 1], &[1], Some(-2));
    }

    #[test]
    fn what_is_empty_or_taken_has_no_value() {
        check(Some(2), Some(1), &[], DECIMAL, None);
        check(Some(0), Some(2), &[0, 1, 2], DECIMAL, None);
    }

    #[test]
    fn steps_that_are_none_are_passed_over() {
        check(Some(3), Some(5), &[], &[0, -7], Some(3));
        check(Some(3), Some(5), &[], &[], Some(3));
        check(Some(3), Some(5), &[], &[4], Some(4));
    }

    #[test]
    fn the_ends_of_i128_are_reached_and_not_passed() {
        check(Some(i128::MAX), None, &[], DECIMAL, Some(i128::MAX));
        check(None, Some(i128::MIN), &[], DECIMAL, Some(i128::MIN));
        check(Some(i128::MAX), None, &[i128::MAX], DECIMAL, None);
        check(Some(i128::MAX - 1), None, &[i128::MAX - 1], DECIMAL, Some(i128::MAX));
        let beyond = Wide::from(i128::MAX).plus(Wide::ONE);
        assert_eq!(choose(beyond, None, &[], DECIMAL), None);
        assert_eq!(choose(None, beyond, &[], DECIMAL), Some(0));
    }
}
