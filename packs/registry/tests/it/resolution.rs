//! Which versions are chosen: against an oracle that tries them all, and what is told where none fit.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use reach_registry::{Candidate, MAX_STEPS, Moving, Problem, Resolved, Universe, Unresolved, resolve};
use reach_statement::{PackName, PackVersion, Requirement};

use super::{name, version};

fn candidate(number: &str, needs: &[&str]) -> Candidate {
    let need = |text: &&str| {
        let (of, requirement) = text.split_once(' ').unwrap();
        (name(of), requirement.parse().unwrap())
    };
    Candidate { version: version(number), needs: needs.iter().map(need).collect(), reach: "*".parse().unwrap(), yanked: None }
}

/// A universe of lines `name version: needs, needs`; a `!` before the version yanks it, `@REQ` behind it asks for Reach.
fn universe(lines: &[&str]) -> Universe {
    let mut universe = Universe::default();
    for line in lines {
        let (head, needs) = line.split_once(':').unwrap_or((line, ""));
        let (pack, number) = head.split_once(' ').unwrap();
        let (number, reach) = number.split_once('@').unwrap_or((number, "*"));
        let needs: Vec<&str> = needs.split(';').map(str::trim).filter(|n| !n.is_empty()).collect();
        let mut candidate = candidate(number.trim_start_matches('!'), &needs);
        candidate.reach = reach.parse().unwrap();
        candidate.yanked = number.starts_with('!').then(|| "it leaks".to_owned());
        universe.add(name(pack), candidate);
    }
    universe
}

struct Ask {
    roots: BTreeMap<PackName, Requirement>,
    locked: BTreeMap<PackName, PackVersion>,
    moving: Moving,
}

fn ask(roots: &[&str], locked: &[&str]) -> Ask {
    let split = |text: &&str| text.split_once(' ').map(|(n, r)| (name(n), r.to_owned())).unwrap();
    Ask {
        roots: roots.iter().map(split).map(|(n, r)| (n, r.parse().unwrap())).collect(),
        locked: locked.iter().map(split).map(|(n, v)| (n, version(&v))).collect(),
        moving: Moving::Nothing,
    }
}

fn solve_within(universe: &Universe, ask: &Ask, max_steps: u64) -> Result<Resolved, Unresolved> {
    let reach = version("0.1.0");
    resolve(&Problem { universe, roots: &ask.roots, locked: &ask.locked, moving: &ask.moving, reach: &reach, max_steps })
}

fn solve(lines: &[&str], ask: &Ask) -> String {
    match solve_within(&universe(lines), ask, MAX_STEPS) {
        Ok(chosen) => chosen.iter().map(|(n, v)| format!("{n} {v}")).collect::<Vec<_>>().join(", "),
        Err(Unresolved::Conflict { because }) => because.join("\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_newest_versions_are_chosen_and_only_what_is_needed() {
    let packs = ["a.a 1.0.0: a.b ^1", "a.a 1.1.0: a.b ^1", "a.b 1.0.0", "a.b 1.4.0", "a.b 2.0.0", "a.c 1.0.0"];
    assert_eq!(solve(&packs, &ask(&["a.a ^1"], &[])), "a.a 1.1.0, a.b 1.4.0");
    assert_eq!(solve(&packs, &ask(&[], &[])), "");
    assert_eq!(solve(&packs, &ask(&["a.a ^1", "a.b =1.0.0"], &[])), "a.a 1.1.0, a.b 1.0.0");
}

#[test]
fn an_older_version_is_chosen_where_the_newest_does_not_fit() {
    let packs = ["a.a 1.0.0: a.b ^1", "a.a 1.1.0: a.b ^2", "a.b 1.0.0", "a.b 2.0.0"];
    assert_eq!(solve(&packs, &ask(&["a.a ^1", "a.b ^1"], &[])), "a.a 1.0.0, a.b 1.0.0");
}

#[test]
fn packs_may_need_each_other() {
    let packs = ["a.a 1.0.0: a.b ^1", "a.b 1.0.0: a.a ^1"];
    assert_eq!(solve(&packs, &ask(&["a.a *"], &[])), "a.a 1.0.0, a.b 1.0.0");
}

#[test]
fn locked_versions_stay_until_they_may_move() {
    let packs = ["a.a 1.0.0: a.b ^1", "a.a 1.1.0: a.b ^1", "a.b 1.0.0", "a.b 1.1.0"];
    let mut ask = ask(&["a.a ^1"], &["a.a 1.0.0", "a.b 1.0.0"]);
    assert_eq!(solve(&packs, &ask), "a.a 1.0.0, a.b 1.0.0");
    ask.moving = Moving::These(BTreeSet::from([name("a.b")]));
    assert_eq!(solve(&packs, &ask), "a.a 1.0.0, a.b 1.1.0");
    ask.moving = Moving::All;
    assert_eq!(solve(&packs, &ask), "a.a 1.1.0, a.b 1.1.0");
    // A requirement that the locked one no longer meets moves it.
    ask.moving = Moving::Nothing;
    ask.roots.insert(name("a.b"), "^1.1".parse().unwrap());
    assert_eq!(solve(&packs, &ask), "a.a 1.0.0, a.b 1.1.0");
}

#[test]
fn yanked_versions_are_chosen_only_where_they_are_locked() {
    let packs = ["a.a 1.0.0", "a.a !1.1.0"];
    assert_eq!(solve(&packs, &ask(&["a.a ^1"], &[])), "a.a 1.0.0");
    assert_eq!(solve(&packs, &ask(&["a.a ^1"], &["a.a 1.1.0"])), "a.a 1.1.0");
    assert_eq!(
        solve(&packs, &ask(&["a.a ^1.1"], &[])),
        "because this project needs `a.a` ^1.1 and `a.a` 1.1.0 was yanked (it leaks), no versions fit together"
    );
}

#[test]
fn versions_before_a_release_are_chosen_only_where_they_are_named() {
    let packs = ["a.a 1.0.0", "a.a 1.1.0-beta.1", "a.b 0.1.0-alpha"];
    assert_eq!(solve(&packs, &ask(&["a.a ^1"], &[])), "a.a 1.0.0");
    assert_eq!(solve(&packs, &ask(&["a.a *"], &[])), "a.a 1.0.0");
    assert_eq!(solve(&packs, &ask(&["a.a ^1.1.0-beta"], &[])), "a.a 1.1.0-beta.1");
    assert_eq!(solve(&packs, &ask(&["a.b *"], &[])), "this project needs `a.b` * (no version is that, the newest is 0.1.0-alpha), so no versions fit together");
}

#[test]
fn packs_for_another_reach_are_not_chosen() {
    let packs = ["a.a 1.0.0@>=0.1, <0.2", "a.a 2.0.0@>=0.2"];
    assert_eq!(solve(&packs, &ask(&["a.a *"], &[])), "a.a 1.0.0");
    assert_eq!(
        solve(&packs, &ask(&["a.a ^2"], &[])),
        "because this project needs `a.a` ^2 and `a.a` 2.0.0 is made for Reach >=0.2 and this is 0.1.0, no versions fit together"
    );
}

#[test]
fn conflicts_are_told_in_words() {
    let told = [
        (vec!["acme.a 1.2.0: acme.b ^2", "acme.b 1.0.0", "acme.b 2.1.0"], vec!["acme.a ^1", "acme.b ^1"]),
        (vec!["acme.a 1.0.0: acme.c ^1", "acme.b 1.0.0: acme.c ^2", "acme.c 1.0.0", "acme.c 2.0.0"], vec!["acme.a *", "acme.b *"]),
        (
            vec!["acme.a 1.0.0: acme.c ^1", "acme.a 1.1.0: acme.c ^1", "acme.b 1.0.0: acme.c ^2", "acme.b 1.1.0: acme.d *", "acme.c 1.0.0", "acme.c 2.0.0"],
            vec!["acme.a *", "acme.b *"],
        ),
        (vec!["acme.a 1.0.0"], vec!["acme.missing ^1"]),
        (vec!["acme.a 1.0.0"], vec!["acme.a ^7"]),
        (vec!["acme.a 1.0.0: acme.b ^3", "acme.b 1.0.0"], vec!["acme.a *"]),
        (
            vec!["acme.a 1.0.0: acme.b ^1", "acme.a 2.0.0: acme.b ^1", "acme.b 1.0.0: acme.c ^1", "acme.b 1.1.0: acme.c ^1", "acme.c 1.0.0: acme.a ^3"],
            vec!["acme.a *"],
        ),
    ];
    let all: String = told.iter().map(|(packs, roots)| format!("{roots:?}\n{}\n\n", solve(packs, &ask(roots, &[])))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn a_long_chain_of_packs_neither_overflows_nor_is_told_in_full() {
    let mut universe = Universe::default();
    for at in 0..20_000 {
        universe.add(name(&format!("a.p{at}")), candidate("1.0.0", &[&format!("a.p{} *", at + 1)]));
    }
    let solved = solve_within(&universe, &ask(&["a.p0 *"], &[]), MAX_STEPS);
    let Err(Unresolved::Conflict { because }) = solved else { panic!("the last one is missing") };
    assert!(because.len() <= 41, "{}", because.len());
    universe.add(name("a.p20000"), candidate("1.0.0", &[]));
    assert_eq!(solve_within(&universe, &ask(&["a.p0 *"], &[]), MAX_STEPS).unwrap().len(), 20_001);
}

#[test]
fn what_is_too_hard_is_given_up() {
    // Each of many packs needs another version of the same one: all combinations would have to be tried.
    let mut universe = Universe::default();
    let mut roots = BTreeMap::new();
    for at in 0..40 {
        for number in 0..40 {
            let needs =
                (0..40).filter(|other| *other > at).map(|other| format!("a.p{other} !={}", number)).map(|n| n.replace("!=", "=1.0.")).collect::<Vec<_>>();
            let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
            universe.add(name(&format!("a.p{at}")), candidate(&format!("1.0.{number}"), &needs));
        }
        roots.insert(name(&format!("a.p{at}")), "*".parse().unwrap());
    }
    let ask = Ask { roots, locked: BTreeMap::new(), moving: Moving::Nothing };
    assert_eq!(solve_within(&universe, &ask, 3), Err(Unresolved::TooHard { max_steps: 3 }));
    assert!(solve_within(&universe, &ask, MAX_STEPS).is_ok());
}

const PACKS: usize = 4;
const VERSIONS: [&str; 4] = ["1.0.0", "1.1.0-beta", "1.1.0", "2.0.0"];
const REQUIREMENTS: [&str; 7] = ["*", "^1", "=1.0.0", "^2", ">=1.1.0-beta", "<1.1.0", "^3"];

/// Small universes: of four packs, each with some of four versions, each of which needs some of the others.
fn universes() -> impl Strategy<Value = (Universe, BTreeMap<PackName, Requirement>)> {
    let needs = || proptest::collection::vec(proptest::option::weighted(0.3, 0..REQUIREMENTS.len()), PACKS);
    let release = (proptest::bool::weighted(0.75), needs(), proptest::bool::weighted(0.15), proptest::bool::weighted(0.1));
    (proptest::collection::vec(proptest::collection::vec(release, VERSIONS.len()), PACKS), needs()).prop_map(|(packs, roots)| {
        let pack = |at: usize| name(&format!("a.p{at}"));
        let needed = |needs: &[Option<usize>], but: Option<usize>| -> BTreeMap<PackName, Requirement> {
            let some = needs.iter().enumerate().filter(|(at, _)| Some(*at) != but);
            some.filter_map(|(at, r)| r.map(|r| (pack(at), REQUIREMENTS[r].parse().unwrap()))).collect()
        };
        let mut universe = Universe::default();
        for (at, releases) in packs.iter().enumerate() {
            for ((is, needs, yanked, other_reach), number) in releases.iter().zip(VERSIONS) {
                if *is {
                    let reach = if *other_reach { "^9" } else { "*" }.parse().unwrap();
                    let candidate = Candidate { version: version(number), needs: needed(needs, Some(at)), reach, yanked: yanked.then(|| "why".to_owned()) };
                    universe.add(pack(at), candidate);
                }
            }
        }
        (universe, needed(&roots, None))
    })
}

/// Whether a choice is one: what is needed is there and fits, and nothing else is there.
fn is_solution(universe: &Universe, roots: &BTreeMap<PackName, Requirement>, locked: &BTreeMap<PackName, PackVersion>, chosen: &Resolved) -> bool {
    let of = |pack: &PackName| chosen.get(pack).and_then(|v| universe.versions(pack).iter().find(|c| c.version == *v));
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&PackName, &Requirement)> = roots.iter().collect();
    while let Some((pack, requirement)) = open.pop() {
        let Some(candidate) = of(pack) else { return false };
        let usable = candidate.reach.matches(&version("0.1.0")) && (candidate.yanked.is_none() || locked.get(pack) == Some(&candidate.version));
        if !usable || !requirement.matches(&candidate.version) {
            return false;
        }
        if seen.insert(pack) {
            open.extend(&candidate.needs);
        }
    }
    seen.len() == chosen.len()
}

/// Every choice of a version, or none, of each pack.
fn all_choices(universe: &Universe) -> Vec<Resolved> {
    let mut all = vec![Resolved::new()];
    for (pack, versions) in universe.packs() {
        let with = |choice: &Resolved| -> Vec<Resolved> {
            let taken = versions.iter().map(|c| choice.clone().into_iter().chain([(pack.clone(), c.version.clone())]).collect());
            std::iter::once(choice.clone()).chain(taken).collect()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn versions_are_found_just_where_some_fit((universe, roots) in universes()) {
        let none = BTreeMap::new();
        let exists = all_choices(&universe).into_iter().any(|choice| is_solution(&universe, &roots, &none, &choice));
        let ask = Ask { roots, locked: BTreeMap::new(), moving: Moving::Nothing };
        match solve_within(&universe, &ask, MAX_STEPS) {
            Ok(chosen) => {
                prop_assert!(is_solution(&universe, &ask.roots, &none, &chosen), "{chosen:?}");
                // Without moving anything, the same is chosen again; and it is chosen where all may move.
                let again = Ask { roots: ask.roots.clone(), locked: chosen.clone(), moving: Moving::Nothing };
                prop_assert_eq!(&solve_within(&universe, &again, MAX_STEPS).unwrap(), &chosen);
                let moved = Ask { moving: Moving::All, ..again };
                prop_assert_eq!(&solve_within(&universe, &moved, MAX_STEPS).unwrap(), &chosen);
            }
            Err(Unresolved::Conflict { because }) => {
                prop_assert!(!exists, "{because:#?}");
                prop_assert!(because.last().unwrap().ends_with("no versions fit together"), "{because:#?}");
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn a_lock_that_fits_is_kept((universe, roots) in universes(), pick in any::<prop::sample::Index>()) {
        let none = BTreeMap::new();
        let solutions: Vec<Resolved> = all_choices(&universe).into_iter().filter(|c| is_solution(&universe, &roots, &none, c)).collect();
        if solutions.is_empty() {
            return Ok(());
        }
        let locked = pick.get(&solutions).clone();
        let ask = Ask { roots, locked: locked.clone(), moving: Moving::Nothing };
        prop_assert_eq!(solve_within(&universe, &ask, MAX_STEPS).unwrap(), locked);
    }

    #[test]
    fn nothing_newer_would_have_fitted_in_the_place_of_one((universe, roots) in universes()) {
        let none = BTreeMap::new();
        let ask = Ask { roots, locked: BTreeMap::new(), moving: Moving::Nothing };
        let Ok(chosen) = solve_within(&universe, &ask, MAX_STEPS) else { return Ok(()) };
        for (pack, taken) in &chosen {
            for newer in universe.versions(pack).iter().filter(|c| c.version > *taken && !c.version.is_prerelease()) {
                let other: Resolved = chosen.clone().into_iter().chain([(pack.clone(), newer.version.clone())]).collect();
                prop_assert!(!is_solution(&universe, &ask.roots, &none, &other), "{} {} would have fitted", pack, newer.version);
            }
        }
    }
}
