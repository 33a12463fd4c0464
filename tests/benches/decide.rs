//! Decisions: evaluation alone, from a line of JSON to a verdict, and hand-written Rust for the same policy.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

// What is measured beside other engines, too.
#[path = "../bench/src/by_hand/gate.rs"]
mod by_hand;

use by_hand::{ByHand, Call};
use divan::{AllocProfiler, Bencher, black_box};
use reach_engine::{Effect, Session};
use reach_evaluator::image::RegionId;
use reach_evaluator::value::Value;
use reach_tests::machine::OnMachine;
use reach_tests::oracle::Oracle;
use reach_tests::subject::{Subject, decide};
use reach_tests::workload::{GATE, GATE_CALL, GATE_START, many_files};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn gate() -> (Subject, Session) {
    let subject = Subject::new([("gate.reach", GATE)]).unwrap();
    let mut session = subject.session();
    session.event(GATE_START);
    (subject, session)
}

/// Rules on values that were taken in already.
mod evaluation {
    use super::*;

    fn bench(bencher: Bencher, pick: impl Fn(&reach_evaluator::image::VariantDef) -> RegionId) {
        let (subject, _) = gate();
        let mut oracle = Oracle::new(&subject.bundle);
        oracle.event(GATE_START);
        let looked = oracle.look(GATE_CALL).unwrap();
        let mut step = OnMachine::new(&subject.image, &looked);
        let region = pick(&subject.image.image().rules[0].variants[0]);
        assert!(matches!(step.run(region), Value::Bool(true)));
        bencher.bench_local(|| step.run(black_box(region)));
    }

    #[divan::bench]
    fn fast(bencher: Bencher) {
        bench(bencher, |v| v.fast);
    }

    #[divan::bench]
    fn plain(bencher: Bencher) {
        bench(bencher, |v| v.plain);
    }

    #[divan::bench]
    fn hand_written(bencher: Bencher) {
        let (policy, call) = (ByHand::default(), Call::read(GATE_CALL).unwrap());
        let amount = call.amount().unwrap();
        bencher.bench_local(|| policy.permits(black_box(&call.args), black_box(amount), black_box(true)));
    }
}

/// From a line of JSON.
mod line {
    use super::*;

    /// To a verdict, as a gate needs it that asks for nothing else.
    #[divan::bench]
    fn to_verdict(bencher: Bencher) {
        let (_, mut session) = gate();
        assert_eq!(session.decide(GATE_CALL).effect, Effect::Permit);
        bencher.bench_local(|| session.decide(black_box(GATE_CALL)));
    }

    /// To a decision with rules, messages and obligations; every step has an identity of its own.
    #[divan::bench]
    fn to_decision(bencher: Bencher) {
        let (_, mut session) = gate();
        let first = decide(&mut session, GATE_CALL).unwrap();
        assert_eq!(first.effect, Effect::Permit, "{first:?}");
        let mut number = 0u64;
        bencher
            .with_inputs(|| {
                number += 1;
                GATE_CALL.replacen("toolu_01A09q90qw90lq917835lq9", &format!("toolu_{number:023}"), 1)
            })
            .bench_local_values(|line| decide(&mut session, &line));
    }

    #[divan::bench]
    fn hand_written(bencher: Bencher) {
        let policy = ByHand::default();
        assert!(policy.decide(GATE_CALL, true));
        bencher.bench_local(|| policy.decide(black_box(GATE_CALL), true));
    }
}

/// A decision beside many rules about other tools: it should cost the same.
#[divan::bench(args = [10, 1_000, 10_000])]
fn beside_other_rules(bencher: Bencher, rules: usize) {
    let files = many_files(rules);
    let subject = Subject::new(files.iter().map(|(n, t)| (n.as_str(), t.as_str()))).unwrap();
    let mut session = subject.session();
    let line = r#"{"type":"call","id":"c1","name":"t","args":{"n":1,"s":"a"},"at":"2026-01-01T00:00:00Z"}"#;
    assert_eq!(session.decide(line).effect, Effect::Permit);
    bencher.bench_local(|| session.decide(black_box(line)));
}
