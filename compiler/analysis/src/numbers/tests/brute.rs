//! Against trying all values of small boxes.

use super::*;

const LEAST: i128 = -3;
const MOST: i128 = 3;

/// Whether any values of a box meet the constraints.
fn has_values(constraints: &[Linear], variables: u32) -> bool {
    let width = usize::try_from(MOST - LEAST + 1).unwrap();
    (0..width.pow(variables)).any(|mut code| {
        let values = (0..variables).map(|variable| {
            let digit = code % width;
            code /= width;
            (variable, LEAST + i128::try_from(digit).unwrap())
        });
        let values: BTreeMap<u32, i128> = values.collect();
        constraints.iter().all(|linear| meets(linear, &values))
    })
}

/// The ends of the box, as constraints.
fn ends(variables: u32) -> Vec<Linear> {
    (0..variables).flat_map(|variable| [at_least(variable, LEAST), at_most(variable, MOST)]).collect()
}

fn relation() -> impl Strategy<Value = Relation> {
    prop_oneof![3 => Just(Le), 1 => Just(Eq), 2 => Just(Ne)]
}

/// Bounds of one variable and differences or sums of two.
fn of_units(variables: u32, with_sums: bool) -> impl Strategy<Value = Linear> {
    let sign = || prop_oneof![Just(1_i128), Just(-1)];
    (0..variables, 0..variables, sign(), sign(), relation(), -6..=6_i128).prop_map(move |(x, y, a, b, relation, bound)| {
        let mut terms = vec![(x, a)];
        if x != y {
            terms.push((y, if with_sums { b } else { -a }));
        }
        terms.sort_unstable();
        Linear { terms, relation, bound }
    })
}

fn of_any(variables: u32) -> impl Strategy<Value = Linear> {
    (prop::collection::vec(-4..=4_i128, variables as usize), relation(), -9..=9_i128).prop_map(|(factors, relation, bound)| {
        let terms = (0..).zip(factors).filter(|(_, factor)| *factor != 0).collect();
        Linear { terms, relation, bound }
    })
}

fn system<S: Strategy<Value = Linear>>(constraint: fn(u32) -> S, most: usize) -> impl Strategy<Value = (u32, Vec<Linear>)> {
    (1..=4_u32).prop_flat_map(move |variables| (Just(variables), prop::collection::vec(constraint(variables), 0..most)))
}

/// Compares with brute force; the box is part of the constraints. Returns whether there was an answer.
fn check(variables: u32, mut constraints: Vec<Linear>) -> Result<bool, TestCaseError> {
    constraints.extend(ends(variables));
    let has_values = has_values(&constraints, variables);
    match solve(&constraints, &|_| &[1]) {
        Solution::Values(values) => {
            prop_assert!(constraints.iter().all(|linear| meets(linear, &values)), "{values:?} of {constraints:?}");
            prop_assert_eq!(values.len(), variables as usize);
        }
        Solution::Conflict(core) => {
            prop_assert!(!has_values, "{core:?} of {constraints:?}");
            prop_assert!(core.is_sorted_by(|a, b| a < b));
            let mut alone: Vec<Linear> = core.iter().map(|index| constraints[*index].clone()).collect();
            let again = solve(&alone, &|_| &[1]);
            // Cases may be cut another way without the rest, and without the box they may have no end; but not for units.
            let is_same = matches!(&again, Solution::Conflict(same) if same.len() == alone.len());
            let is_of_units = alone.iter().all(|linear| linear.terms.len() <= 2 && linear.terms.iter().all(|(_, factor)| factor.abs() == 1));
            prop_assert!(is_same || !is_of_units, "{again:?} of {core:?} of {constraints:?}");
            // Outside of the box there could be values that brute force doesn't see: so the box may only help.
            alone.extend(ends(variables));
            prop_assert!(!self::has_values(&alone, variables), "{core:?} of {constraints:?}");
        }
        Solution::Unknown => return Ok(false),
    }
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn differences_are_always_decided((variables, constraints) in system(|variables| of_units(variables, false), 14)) {
        prop_assert!(check(variables, constraints)?, "unknown");
    }

    #[test]
    fn sums_and_differences_of_two_are_always_decided((variables, constraints) in system(|variables| of_units(variables, true), 14)) {
        prop_assert!(check(variables, constraints)?, "unknown");
    }

    #[test]
    fn small_sums_of_any_kind_are_decided_rightly((variables, constraints) in system(of_any, 7)) {
        // Nothing is promised here, but in so small a box there is an answer.
        prop_assert!(check(variables, constraints)?, "unknown");
    }

    #[test]
    fn a_core_without_a_box_has_no_values_in_any_box((variables, constraints) in system(of_any, 7)) {
        match solve(&constraints, &|_| &[1]) {
            Solution::Values(values) => prop_assert!(constraints.iter().all(|linear| meets(linear, &values))),
            Solution::Conflict(core) => {
                let alone: Vec<Linear> = core.iter().map(|index| constraints[*index].clone()).collect();
                prop_assert!(!has_values(&alone, variables), "{core:?} of {constraints:?}");
            }
            Solution::Unknown => {}
        }
    }

    #[test]
    fn differences_without_ends_are_always_decided((variables, constraints) in system(|variables| of_units(variables, false), 14)) {
        match solve(&constraints, &|_| &[1]) {
            Solution::Values(values) => prop_assert!(constraints.iter().all(|linear| meets(linear, &values))),
            Solution::Conflict(core) => {
                let alone: Vec<Linear> = core.iter().map(|index| constraints[*index].clone()).collect();
                prop_assert!(!has_values(&alone, variables), "{core:?} of {constraints:?}");
            }
            Solution::Unknown => prop_assert!(false, "unknown"),
        }
    }
}
