//! All numbers are those of the reference.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, Type};
use reach_coverage::{Coverage, Model, covered};
use reach_tests::generate::{Choices, SmallBundle};
use reach_tests::oracle::Oracle;
use reach_tests::oracle::cover::{Key, compared, counted};
use reach_tests::subject::Subject;

use super::sessions;
use crate::analysis::{Count, check, number};

/// What is counted of a condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    yes: u64,
    no: u64,
    none: u64,
    steps: u64,
    /// By value and by whether the rule matches (and then decides).
    tells: BTreeSet<(bool, bool)>,
}

/// What is counted of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfRule {
    looked: u64,
    matched: u64,
    decided: u64,
    conditions: BTreeMap<Key, Counts>,
    /// Below, at and above the constant.
    boundaries: BTreeMap<Key, [u64; 3]>,
}

/// Counts with the oracle.
fn by_oracle(bundle: &Bundle, sessions: &[Vec<String>]) -> Vec<OfRule> {
    let mut all: Vec<OfRule> = bundle.rules.iter().map(|_| OfRule::default()).collect();
    for (rule, of) in bundle.rules.iter().zip(&mut all) {
        of.conditions = counted(rule).into_keys().map(|key| (key, Counts::default())).collect();
    }
    for session in sessions {
        let mut oracle = Oracle::new(bundle);
        for shown in session.iter().flat_map(|event| oracle.shows(event)) {
            let (of, rule) = (&mut all[shown.rule], &bundle.rules[shown.rule]);
            of.looked += 1;
            of.matched += u64::from(shown.matched);
            of.decided += u64::from(shown.decided);
            let mut seen = BTreeSet::new();
            for (key, value, tells) in shown.conditions {
                let Some(counts) = of.conditions.get_mut(&key) else { continue };
                counts.steps += u64::from(seen.insert(key));
                match value {
                    Some(true) => counts.yes += 1,
                    Some(false) => counts.no += 1,
                    None => counts.none += 1,
                }
                if let Some(value) = value.filter(|_| tells && (shown.decided || !shown.matched)) {
                    counts.tells.insert((value, shown.matched));
                }
            }
            for (key, value) in shown.compared {
                let (constant, unit) = constant(rule, &key);
                let sides = of.boundaries.entry(key).or_default();
                for (side, away) in sides.iter_mut().zip([-1, 0, 1]) {
                    *side += u64::from(value == constant + away * unit);
                }
            }
        }
    }
    all
}

/// Returns the constant of a comparison, and how far its neighbours are.
fn constant(rule: &reach_compiler::ir::Rule, (unless, path): &Key) -> (i128, i128) {
    let mut at: &Expr = if *unless { rule.unless.as_ref().unwrap() } else { rule.when.as_ref().unwrap() };
    for number in path {
        at = at.children()[*number];
    }
    let (_, constant) = compared(at).unwrap();
    let ExprKind::Const(Const::Num(n)) = &constant.kind else { panic!("{constant:?}") };
    // No decimal of the generator has more than two digits behind the point.
    (*n, if constant.ty == Type::Decimal { 10_i128.pow(16) } else { 1 })
}

/// Counts with the crate.
fn by_crate(model: &Model, coverage: &Coverage) -> Vec<OfRule> {
    let times = |met: &Option<reach_coverage::Met>| met.map_or(0, |met| met.times);
    let of = |number: usize| {
        let seen = &coverage.rules[number];
        let mut of = OfRule { looked: times(&seen.looked), matched: times(&seen.matched), decided: times(&seen.decided), ..OfRule::default() };
        for at in model.counted(number) {
            let (condition, seen) = (&model.conditions[at], &coverage.conditions[at]);
            let tells = [(true, true), (true, false), (false, true), (false, false)].into_iter().filter(|(value, matched)| seen.told(*value, *matched));
            let counts = Counts { yes: times(&seen.yes), no: times(&seen.no), none: times(&seen.none), steps: seen.steps, tells: tells.collect() };
            assert_eq!(seen.pair().is_some(), seen.told(true, true) && seen.told(false, false) || seen.told(true, false) && seen.told(false, true));
            assert!(of.conditions.insert((condition.unless, condition.path.clone()), counts).is_none(), "each condition once");
        }
        for (boundary, met) in model.boundaries.iter().zip(&coverage.boundaries).filter(|(b, _)| b.rule == number) {
            let sides = of.boundaries.entry((boundary.unless, boundary.path.clone())).or_default();
            sides.iter_mut().zip(met).for_each(|(side, met)| *side += times(met));
        }
        of.boundaries.retain(|_, sides| *sides != [0; 3]);
        of
    };
    (0..model.rules.len()).map(of).collect()
}

#[test]
fn what_small_bundles_show_is_what_the_reference_counts() {
    let [bundles, refused, steps, pairs] = [const { Count::new() }; 4];
    check(number("REACH_CASES", 2_000), 320, 70, |tape| {
        let mut c = Choices::new(tape);
        let small = SmallBundle::generate(&mut c);
        let Ok(subject) = Subject::new([("small.reach", small.source().as_str())]) else {
            refused.add(1);
            return Ok(());
        };
        let sessions = sessions(&small, &mut c, 24);
        bundles.add(1);
        steps.add(sessions.iter().map(Vec::len).sum());
        let model = Model::of(&subject.bundle, &subject.image).map_err(|_| format!("no model of\n{}", small.source()))?;
        let mut coverage = Coverage::none(&model);
        for session in &sessions {
            coverage.join(&covered(&subject.image, &model, session));
        }
        pairs.add(coverage.conditions.iter().filter(|seen| seen.pair().is_some()).count());
        let mut wanted = by_oracle(&subject.bundle, &sessions);
        wanted.iter_mut().for_each(|of| of.boundaries.retain(|_, sides| *sides != [0; 3]));
        for ((number, wanted), found) in wanted.into_iter().enumerate().zip(by_crate(&model, &coverage)) {
            if wanted != found {
                return Err(format!("rule {number}\nreference {wanted:#?}\nfound {found:#?}\n{}\n{}", small.source(), sessions.concat().join("\n")));
            }
        }
        Ok(())
    });
    println!("{} bundles, {} refused, {} steps, {} conditions that decide alone", bundles.get(), refused.get(), steps.get(), pairs.get());
    assert!(refused.get() * 20 <= bundles.get() && pairs.get() > bundles.get() / 2);
}
