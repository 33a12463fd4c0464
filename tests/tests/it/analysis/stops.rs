//! An analysis that has to end before it is done: what it did not tell is unknown, and nothing is missed silently.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reach_analysis::{Difference, Limits, Proof, Stop, Verdict, prove, watched};
use reach_codes::Sources;
use reach_compiler::{Claimed, claim};
use reach_harness::Replay;
use reach_tests::changes::Compared;
use reach_tests::mutants::mutants;

use super::shipped::shipped;

/// Ends when it was asked so often.
fn after(asked: u64) -> Limits {
    let times = Arc::new(AtomicU64::new(0));
    Limits { stop: Stop::when(move || times.fetch_add(1, Ordering::Relaxed) >= asked), ..Limits::default() }
}

/// How often it is asked until it is time.
const ASKED: [u64; 7] = [0, 1, 2, 5, 20, 100, 1_000];

fn diff(old: &Compared, new: &Compared, limits: &Limits) -> Difference {
    reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, limits).unwrap()
}

#[test]
fn a_comparison_that_ends_early_misses_no_change_silently() {
    let (mut told, mut cut) = (0, 0);
    for (name, policy) in shipped().into_iter().filter(|(name, _)| ["banking", "support"].contains(&name.as_str())) {
        let all = mutants(&policy.bundle);
        let step = all.len().div_ceil(8).max(1);
        for mutant in all.into_iter().step_by(step) {
            let Ok(new) = Compared::of(mutant.bundle) else { continue };
            if diff(&policy, &new, &Limits::default()).changes.is_empty() {
                continue;
            }
            for asked in ASKED {
                let early = diff(&policy, &new, &after(asked));
                assert!(!early.changes.is_empty() || !early.unknown.is_empty(), "policies/{name}, {}, {asked}: nothing differs", mutant.what);
                let over = early.unknown.iter().any(|u| u.why == "the time that was given is over");
                assert!(asked > 0 || over && early.changes.is_empty(), "policies/{name}, {}: {early:#?}", mutant.what);
                told += usize::from(!early.changes.is_empty());
                cut += usize::from(over);
            }
        }
    }
    assert!(told > 20 && cut > 20, "{told} told and {cut} cut short");
}

#[test]
fn a_proof_that_ends_early_is_none() {
    let source = "
tool look(page: text)
tool pay(to: text, amount: int)
permit looking on look
permit small on pay when args.amount <= 100 and args.to matches re\"^[a-z]{3,9}$\" and count(call pay) < 3
forbid after_looking on pay when ever(call look where args.page matches re\"secret\")
";
    for (text, verdict) in [
        ("never permit pay when args.amount > 50", Verdict::Violated),
        ("never permit pay when count(call pay) >= 2", Verdict::Violated),
        ("never permit pay when args.to matches re\"^[a-z]{3}$\" and args.to matches re\"^.{2}$\"", Verdict::Proved),
        ("never permit pay when count(call pay) >= 3", Verdict::Proved),
    ] {
        let mut sources = Sources::new();
        sources.add("pay.reach", source);
        let Claimed { bundle, claim, .. } = claim(sources, text).unwrap_or_else(|(_, d)| panic!("{text}: {d:?}"));
        let replay = Replay::new(&watched(&bundle, &claim)).unwrap();
        let proof = |limits: &Limits| -> Proof { prove(&bundle, &claim, &replay, limits) };
        assert_eq!(proof(&Limits::default()).verdict, verdict, "{text}");
        for asked in ASKED {
            let early = proof(&after(asked));
            let over = early.unknown.iter().any(|u| u.why == "the time that was given is over");
            assert!(early.verdict == verdict || early.verdict == Verdict::Unknown && over, "{text}, {asked}: {early:#?}");
        }
    }
}
