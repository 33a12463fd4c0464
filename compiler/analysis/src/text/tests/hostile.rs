//! What is large or meant to be slow has an answer soon, if only that it can't be told.

use std::time::{Duration, Instant};

use super::*;

/// Far more than it takes on a slow machine, and far less than a blow-up would take.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn what_blows_up_is_not_told() {
    let mut texts = Texts::default();
    let begun = Instant::now();
    for text in ["[ab]*a[ab]{24}c", r"(?i)(\w+\s){12}x", r"(a|b|ab|ba|c){40}d", r"(x+x+)+y$"] {
        for need in [Need::True, Need::False] {
            for value in [Found::Unknown, Found::Empty(Vec::new())] {
                let one = want(need, &plain(regex(text)));
                let other = want(Need::True, &plain(regex(r"\A(?:[0-9]{3}){9}\z")));
                let found = texts.find(&Type::Text, &[one, other], &[], 2);
                assert!(found != value || need == Need::True, "{text} {found:?}");
            }
        }
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn many_globs_are_asked_pairwise_soon() {
    let mut texts = Texts::default();
    let globs: Vec<Arc<Pred>> =
        (0..300).map(|n| plain(glob(&format!("/srv/{}/**/*{n}*.{}", if n % 3 == 0 { "*" } else { "data" }, ["txt", "md", "rs"][n % 3])))).collect();
    let begun = Instant::now();
    let (mut both, mut none) = (0, 0);
    for (at, one) in globs.iter().enumerate() {
        for other in globs.iter().skip(at + 1).step_by(20) {
            match texts.find(&PATH, &[want(Need::True, one), want(Need::True, other)], &[], 1) {
                Found::Values { .. } => both += 1,
                Found::Empty(core) => {
                    assert_eq!(core, [0, 1]);
                    none += 1;
                }
                Found::Unknown => panic!("{one:?} {other:?}"),
            }
        }
    }
    assert!(both > 300 && none > 300, "{both} {none}");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn many_conditions_on_one_value_are_met_soon() {
    let mut texts = Texts::default();
    let begun = Instant::now();
    let mut wants: Vec<Want> = (0..300).map(|n| want(Need::NotTrue, &plain(glob(&format!("/srv/*{n}*"))))).collect();
    wants.push(want(Need::True, &plain(glob("/srv/?????"))));
    let found = texts.find(&PATH, &wants, &[], 3);
    assert!(matches!(found, Found::Values { .. }), "{found:?}");
    wants.push(want(Need::True, &plain(glob("/srv/1*"))));
    wants.push(want(Need::True, &plain(glob("/srv/*2"))));
    assert_eq!(texts.find(&PATH, &wants, &[], 3), Found::Empty(vec![1, 301]));
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn long_texts_and_counts_have_limits() {
    let mut texts = Texts::default();
    let begun = Instant::now();
    let long = plain(Test::Length(reach_compiler::ir::Compare::Ge, 1_000));
    assert!(matches!(texts.find(&Type::Text, &[want(Need::True, &long)], &[], 1), Found::Values { .. }));
    let longer = plain(Test::Length(reach_compiler::ir::Compare::Ge, 1 << 60));
    assert_eq!(texts.find(&Type::Text, &[want(Need::True, &longer)], &[], 1), Found::Unknown);
    let big = plain(is(&"x".repeat(100_000)));
    assert!(matches!(texts.find(&Type::Text, &[want(Need::False, &big)], &[], 1), Found::Values { .. }));
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}
