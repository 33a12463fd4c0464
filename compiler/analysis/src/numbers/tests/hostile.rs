//! Numbers near the ends and systems of hostile size.

use super::*;

/// The ends of a decimal as the language has them could be anything near this.
const FAR: i128 = i128::MAX - 7;

#[test]
fn ends_of_i128_are_exact() {
    values(&[at_least(0, i128::MAX)], &[(0, i128::MAX)]);
    values(&[at_most(0, i128::MIN)], &[(0, i128::MIN)]);
    conflict(&[at_most(0, i128::MIN), is_not(0, i128::MIN), at_least(0, -i128::MAX)], &[0, 2]);
    conflict(&[at_least(0, i128::MAX), at_most(0, i128::MAX), is_not(0, i128::MAX)], &[0, 1, 2]);
    // There are such numbers, but none of `i128`.
    assert_eq!(solve(&[linear(&[(0, -1)], Le, i128::MIN)], &grain), Solution::Unknown);
    assert_eq!(solve(&[at_least(0, i128::MAX), is_not(0, i128::MAX)], &grain), Solution::Unknown);
    conflict(&[linear(&[(0, -1)], Le, i128::MIN), at_most(0, 5)], &[0, 1]);
}

#[test]
fn sums_beyond_i128_are_exact() {
    let both = |variable| [at_least(variable, -FAR), at_most(variable, FAR)];
    let ends = [both(0), both(2), both(4)].concat();
    values(&[ends.clone(), vec![difference(0, 2, Le, -1)]].concat(), &[(0, -1), (2, 0), (4, 0)]);
    values(&[ends.clone(), vec![is(0, -FAR), is(2, FAR), difference(0, 2, Le, -5)]].concat(), &[(0, -FAR), (2, FAR), (4, 0)]);
    conflict(&[ends.clone(), vec![is(0, FAR), difference(0, 2, Le, -1)]].concat(), &[3, 6, 7]);
    conflict(&[is(0, FAR), is(2, -FAR), difference(0, 2, Le, FAR)], &[0, 1, 2]);
    // Twice the greatest number and more: the way from the first to the last.
    let chain = [difference(0, 2, Le, -FAR), difference(2, 4, Le, -FAR), difference(4, 6, Le, -FAR)];
    conflict(&[chain.to_vec(), vec![at_least(0, -FAR), at_most(6, FAR)]].concat(), &[0, 1, 2, 3, 4]);
}

#[test]
fn factors_of_decimals_are_exact() {
    // A decimal compared with a whole number, which is scaled.
    let scaled = |relation, bound| linear(&[(0, -ONE), (1, 1)], relation, bound);
    values(&[scaled(Eq, 0), at_least(1, ONE / 2)], &[(0, 1), (1, ONE)]);
    conflict(&[scaled(Eq, 0), at_least(1, ONE / 2), at_most(1, ONE - 1)], &[0, 1, 2]);
    conflict(&[scaled(Le, -1), at_least(1, 5 * ONE), at_most(0, 5)], &[0, 1, 2]);
    values(&[scaled(Le, -1), at_least(1, 5 * ONE)], &[(0, 6), (1, 5 * ONE)]);
    // Factors whose products don't fit leave it open and don't break.
    let huge = [linear(&[(0, FAR), (2, FAR - 1)], Le, 1), linear(&[(0, -FAR + 2), (2, FAR - 5)], Le, -7), linear(&[(0, 3 - FAR), (2, -FAR)], Le, -9)];
    match solve(&huge, &grain) {
        Solution::Conflict(core) => panic!("{core:?}"),
        Solution::Values(_) | Solution::Unknown => {}
    }
}

/// A generous bound on a slow machine: what hangs takes minutes.
fn ends_soon(constraints: &[Linear]) -> Solution {
    let start = Instant::now();
    let solution = solve(constraints, &grain);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    solution
}

#[test]
fn many_simple_constraints_are_decided() {
    let mut constraints: Vec<Linear> = (0..10_000).flat_map(|variable| [at_least(variable, 1), is_not(variable, 1)]).collect();
    assert!(matches!(ends_soon(&constraints), Solution::Values(values) if values.len() == 10_000));
    constraints.push(at_most(777, 1));
    assert_eq!(ends_soon(&constraints), Solution::Conflict(vec![1554, 1555, 20_000]));
    let taken: Vec<Linear> = (0..20_000).map(|value| is_not(0, value - 10_000)).collect();
    assert!(matches!(ends_soon(&taken), Solution::Values(values) if values[&0] == 10_000));
}

#[test]
fn a_long_chain_is_decided() {
    let mut chain: Vec<Linear> = (0..300).map(|variable| difference(variable, variable + 1, Le, -1)).collect();
    chain.push(at_least(0, 0));
    assert!(matches!(ends_soon(&chain), Solution::Values(values) if values.len() == 301));
    chain.push(at_most(300, 299));
    assert_eq!(ends_soon(&chain), Solution::Conflict((0..302).collect()));
    let equal: Vec<Linear> = (0..300).map(|variable| difference(variable, variable + 1, Eq, 1)).chain([is(0, 0), is_not(300, -300)]).collect();
    assert_eq!(ends_soon(&equal), Solution::Conflict((0..302).collect()));
}

#[test]
fn all_differences_of_twenty_are_decided() {
    let pairs = || (0..20).flat_map(|x| (0..20).map(move |y| (x, y))).filter(|(x, y)| x != y);
    let mut constraints: Vec<Linear> = pairs().map(|(x, y)| difference(x, y, Le, i128::from((x * 7 + y * 3) % 11))).collect();
    constraints.extend((0..20).map(|variable| at_least(variable, 5)));
    assert!(matches!(ends_soon(&constraints), Solution::Values(_)));
    let distinct: Vec<Linear> =
        pairs().filter(|(x, y)| x < y).map(|(x, y)| difference(x, y, Ne, 0)).chain((0..20).flat_map(|x| [at_least(x, 0), at_most(x, 19)])).collect();
    assert!(matches!(ends_soon(&distinct), Solution::Values(_)));
}

#[test]
fn hard_systems_end_soon_known_or_not() {
    // Twenty pigeons and nineteen holes: true, but by cases only.
    let distinct = (0..20).flat_map(|x| (0..x).map(move |y| difference(x, y, Ne, 0)));
    let pigeons: Vec<Linear> = distinct.chain((0..20).flat_map(|x| [at_least(x, 1), at_most(x, 19)])).collect();
    assert_eq!(ends_soon(&pigeons), Solution::Unknown);
    // Sums of many with all kinds of factors: elimination squares their number each time.
    let term = |row: i128, variable: u32| (variable, (row * 31 + i128::from(variable) * 17) % 23 - 11);
    let dense: Vec<Linear> =
        (0..60).map(|row| linear(&(0..20).map(|variable| term(row, variable)).filter(|(_, factor)| *factor != 0).collect::<Vec<_>>(), Le, -row)).collect();
    ends_soon(&dense);
    // Without any ends: where 5x + 11y = 1, 7x − 5y is never three times something.
    let strip = [
        linear(&[(0, 7), (2, -5), (4, 3)], Le, 0),
        linear(&[(0, -7), (2, 5), (4, -3)], Le, 0),
        linear(&[(0, 3), (2, 9), (4, 6)], Ne, 0),
        linear(&[(0, 5), (2, 11)], Eq, 1),
    ];
    assert_eq!(ends_soon(&strip), Solution::Conflict(vec![0, 1, 3]));
    let narrow = [linear(&[(0, 14), (2, -21), (4, 35)], Le, 20), linear(&[(0, -14), (2, 21), (4, -35)], Le, -15)];
    conflict(&narrow, &[0, 1]);
    let wide: Vec<Linear> =
        (0..200).map(|row| linear(&(0..200).map(|variable| (variable, 1 + (row * 13 + i128::from(variable) * 7) % 5)).collect::<Vec<_>>(), Eq, row)).collect();
    ends_soon(&wide);
}
