use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

mod brute;
mod hostile;

use Relation::{Eq, Le, Ne};

const ONE: i128 = 1_000_000_000_000_000_000;

/// Even variables are whole, odd ones decimals.
fn grain(variable: u32) -> &'static [i128] {
    if variable.is_multiple_of(2) { &[1] } else { &[ONE, ONE / 100, 1] }
}

fn linear(terms: &[(u32, i128)], relation: Relation, bound: i128) -> Linear {
    Linear { terms: terms.to_vec(), relation, bound }
}

fn at_least(variable: u32, bound: i128) -> Linear {
    linear(&[(variable, -1)], Le, -bound)
}

fn at_most(variable: u32, bound: i128) -> Linear {
    linear(&[(variable, 1)], Le, bound)
}

fn is(variable: u32, bound: i128) -> Linear {
    linear(&[(variable, 1)], Eq, bound)
}

fn is_not(variable: u32, bound: i128) -> Linear {
    linear(&[(variable, 1)], Ne, bound)
}

/// `x − y` against a bound.
fn difference(x: u32, y: u32, relation: Relation, bound: i128) -> Linear {
    let mut terms = vec![(x, 1), (y, -1)];
    terms.sort_unstable();
    Linear { terms, relation, bound }
}

fn meets(linear: &Linear, values: &BTreeMap<u32, i128>) -> bool {
    let sum: i128 = linear.terms.iter().map(|(variable, factor)| factor * values[variable]).sum();
    match linear.relation {
        Le => sum <= linear.bound,
        Eq => sum == linear.bound,
        Ne => sum != linear.bound,
    }
}

fn values(constraints: &[Linear], expected: &[(u32, i128)]) {
    assert_eq!(solve(constraints, &grain), Solution::Values(expected.iter().copied().collect()), "{constraints:?}");
}

fn conflict(constraints: &[Linear], expected: &[usize]) {
    assert_eq!(solve(constraints, &grain), Solution::Conflict(expected.to_vec()), "{constraints:?}");
}

#[test]
fn nothing_asked_is_met_by_nothing() {
    values(&[], &[]);
    values(&[linear(&[], Le, 0), linear(&[], Eq, 0), linear(&[], Ne, 1)], &[]);
    conflict(&[linear(&[], Le, 0), linear(&[], Le, -1)], &[1]);
    conflict(&[linear(&[], Eq, 1)], &[0]);
    conflict(&[linear(&[], Ne, 0)], &[0]);
}

#[test]
fn one_variable_gets_the_value_nearest_to_zero() {
    values(&[at_most(0, 5)], &[(0, 0)]);
    values(&[at_most(0, -5), is_not(0, -5)], &[(0, -6)]);
    values(&[at_least(0, 3), is_not(0, 3), is_not(0, 4), at_most(0, 9)], &[(0, 5)]);
    values(&[is_not(0, 0), is_not(0, 1)], &[(0, -1)]);
    values(&[is(0, 7), is_not(0, 8)], &[(0, 7)]);
    values(&[linear(&[(0, 2)], Le, -7)], &[(0, -4)]);
    values(&[linear(&[(0, -2)], Le, -7)], &[(0, 4)]);
    values(&[linear(&[(0, 2)], Ne, 1), linear(&[(0, 2)], Ne, 0), linear(&[(0, -3)], Eq, -9)], &[(0, 3)]);
}

#[test]
fn decimals_are_as_round_as_they_can_be() {
    values(&[at_least(1, ONE / 3)], &[(1, ONE)]);
    values(&[at_least(1, ONE / 3), at_most(1, ONE / 2)], &[(1, 34 * ONE / 100)]);
    values(&[at_least(1, 3), at_most(1, ONE / 200)], &[(1, 3)]);
    values(&[at_least(1, 3), is_not(1, ONE), at_most(1, 3 * ONE)], &[(1, 2 * ONE)]);
    // An amount above another, and both at least a half.
    values(&[difference(1, 3, Le, -1), at_least(1, ONE / 2)], &[(1, ONE), (3, 2 * ONE)]);
}

#[test]
fn one_variable_conflicts_by_its_ends_and_what_is_taken_between() {
    conflict(&[at_most(0, 9), at_most(0, 4), is_not(0, 7), at_least(0, 5), at_least(0, 1)], &[1, 3]);
    conflict(&[is_not(0, 3), at_most(0, 3), is_not(0, 2), is_not(0, 9), at_least(0, 2), is_not(0, 2)], &[0, 1, 2, 4]);
    conflict(&[at_most(2, 1), is(0, 4), is_not(0, 4)], &[1, 2]);
    conflict(&[is(0, 4), is(0, 5)], &[0, 1]);
    conflict(&[linear(&[(0, 2)], Eq, 3)], &[0]);
    conflict(&[linear(&[(0, 3)], Le, 5), linear(&[(0, -3)], Le, -4)], &[0, 1]);
}

#[test]
fn differences_are_met_or_conflict_by_their_cycle() {
    values(&[difference(0, 2, Le, -1), difference(2, 4, Le, -1), at_most(4, 10), at_least(0, 8)], &[(0, 8), (2, 9), (4, 10)]);
    conflict(&[difference(0, 2, Le, -1), difference(2, 4, Le, -1), at_most(4, 10), difference(4, 0, Le, 1), at_most(0, 5)], &[0, 1, 3]);
    conflict(&[at_most(4, 9), difference(0, 2, Le, -1), is(6, 3), difference(2, 4, Le, -1), at_least(0, 8)], &[0, 1, 3, 4]);
    conflict(&[difference(0, 2, Le, 0), difference(2, 0, Le, 0), difference(0, 2, Ne, 0)], &[0, 1, 2]);
    conflict(&[difference(0, 2, Eq, 0), difference(2, 4, Eq, 0), is(0, 1), is_not(4, 1)], &[0, 1, 2, 3]);
    values(&[difference(0, 2, Ne, 0), difference(2, 4, Ne, 0), difference(0, 4, Ne, 0)], &[(0, -1), (2, 1), (4, 0)]);
}

#[test]
fn three_distinct_values_need_room_for_three() {
    let mut constraints = vec![difference(0, 2, Ne, 0), difference(2, 4, Ne, 0), difference(0, 4, Ne, 0)];
    for variable in [0, 2, 4] {
        constraints.extend([at_least(variable, 1), at_most(variable, 2)]);
    }
    conflict(&constraints, &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
    constraints[8] = at_most(4, 3);
    assert!(matches!(solve(&constraints, &grain), Solution::Values(values) if values[&4] == 3));
}

#[test]
fn groups_that_have_nothing_in_common_are_told_apart() {
    // The first can't be told, as its only values lie beyond; the second conflicts all the same.
    let beyond = [at_least(0, i128::MAX), difference(2, 0, Le, -1), difference(0, 2, Le, -1)];
    assert_eq!(solve(&[beyond[0].clone(), beyond[2].clone()], &grain), Solution::Unknown);
    conflict(&[beyond[0].clone(), beyond[2].clone(), difference(4, 6, Le, -1), difference(6, 4, Le, 0)], &[2, 3]);
    conflict(&beyond, &[1, 2]);
}

#[test]
fn sums_of_several_are_solved_in_whole_numbers() {
    // 6x + 10y + 15z = 1 has whole solutions though no factor is one.
    let sum = linear(&[(0, 6), (2, 10), (4, 15)], Eq, 1);
    assert!(matches!(solve(std::slice::from_ref(&sum), &grain), Solution::Values(values) if meets(&sum, &values)));
    conflict(&[linear(&[(0, 6), (2, 10)], Eq, 1)], &[0]);
    conflict(&[linear(&[(0, 2), (2, -4)], Le, 1), linear(&[(0, -2), (2, 4)], Le, -1)], &[0, 1]);
    // 2 ≤ 3x − 2y ≤ 2, y = x + 1: x is 4.
    values(&[linear(&[(0, 3), (2, -2)], Le, 2), linear(&[(0, -3), (2, 2)], Le, -2), difference(2, 0, Eq, 1)], &[(0, 4), (2, 5)]);
    // Fractions would do, but a whole point has 3x − 2y at 0 or 1 and 2x + 3y between 1 and 4 nowhere; a little farther there is one.
    let around = |most| {
        let first = [linear(&[(0, 3), (2, -2)], Le, 1), linear(&[(0, -3), (2, 2)], Le, 0)];
        [first, [linear(&[(0, 2), (2, 3)], Le, most), linear(&[(0, -2), (2, -3)], Le, -1)]].concat()
    };
    conflict(&around(4), &[0, 1, 2, 3]);
    values(&around(5), &[(0, 1), (2, 1)]);
}

#[test]
fn a_conflict_needs_all_it_names() {
    // The equality alone has no whole solution, whatever is put in.
    conflict(&[linear(&[(0, 1), (2, 1)], Eq, 0), linear(&[(0, 2), (4, 4)], Eq, 1)], &[1]);
    let many: Vec<Linear> = (0..10).map(|variable| at_least(2 * variable, 1)).collect();
    let sum = linear(&[(0, 1), (2, 1), (4, 1)], Le, 2);
    conflict(&[many, vec![sum]].concat(), &[0, 1, 2, 10]);
}

#[test]
fn what_is_not_well_formed_is_unknown() {
    for terms in [&[(0, 0)][..], &[(2, 1), (0, 1)], &[(0, 1), (0, 1)], &[(0, i128::MIN)]] {
        assert_eq!(solve(&[linear(terms, Le, 0)], &grain), Solution::Unknown);
    }
}
