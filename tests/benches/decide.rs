//! Decisions: evaluation alone, from a line of JSON to a verdict, and hand-written Rust for the same policy.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

// What is measured beside other engines, too.
#[path = "../bench/src/by_hand/gate.rs"]
mod by_hand;

use by_hand::{ByHand, Call};
use divan::{AllocProfiler, Bencher, black_box};
use reach_engine::{Arg, Effect, Session, Step, StepKind};
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

    fn bench(bencher: Bencher, pick: impl Fn(&reach_evaluator::VariantRow) -> RegionId) {
        let (subject, _) = gate();
        let mut oracle = Oracle::new(&subject.bundle);
        oracle.event(GATE_START);
        let looked = oracle.look(GATE_CALL).unwrap();
        let mut step = OnMachine::new(&subject.image, &looked);
        let region = pick(&subject.image.image().variants(0)[0]);
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

    /// A hundred of them in one text.
    #[divan::bench]
    fn a_hundred_to_verdicts(bencher: Bencher) {
        let (_, mut session) = gate();
        let (lines, mut verdicts) = (vec![GATE_CALL.trim_end(); 100].join("\n"), Vec::with_capacity(100));
        session.decide_lines(&lines, &mut verdicts);
        assert!(verdicts.len() == 100 && verdicts.iter().all(|verdict| verdict.effect == Effect::Permit));
        bencher.bench_local(|| {
            verdicts.clear();
            session.decide_lines(black_box(&lines), &mut verdicts);
        });
    }

    /// The same step as a host holds it that has read it already.
    #[divan::bench]
    fn given_to_verdict(bencher: Bencher) {
        let (_, mut session) = gate();
        let call: serde_json::Value = serde_json::from_str(GATE_CALL).unwrap();
        let args: Vec<(&str, Arg<'_>)> = call["args"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                let number = || Arg::decimal(&value.to_string()).unwrap();
                (name.as_str(), value.as_str().map(Arg::Text).or_else(|| value.as_bool().map(Arg::Bool)).unwrap_or_else(number))
            })
            .collect();
        let at_ns = reach_values::time::parse_time(call["at"].as_str().unwrap()).unwrap();
        let id = call["id"].as_str().unwrap();
        let step = Step { kind: StepKind::Call, name: "send_money", id, agent: Some("main"), at_ns, definition: None, args: &args, facts: &[] };
        assert_eq!(session.decide_step(&step).effect, Effect::Permit);
        bencher.bench_local(|| session.decide_step(black_box(&step)));
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

/// One rule a tool.
#[divan::bench(args = [1, 100, 10_000, 100_000])]
fn one_rule_a_tool(bencher: Bencher, rules: usize) {
    beside(bencher, (0..rules).map(|n| format!("tool t{n}(to: text)\n\npermit r{n}\n  on t{n}\n  when args.to == \"p{n}\"\n")), rules / 2);
}

/// Rules on one tool.
mod on_one_tool {
    use super::*;

    /// Many rules that each want another value of one field.
    #[divan::bench(args = [1, 100, 10_000])]
    fn by_value(bencher: Bencher, rules: usize) {
        beside(bencher, on_one((0..rules).map(|n| format!("args.to == \"p{n}\""))), rules / 2);
    }

    /// Many rules that each want another folder.
    #[divan::bench(args = [1, 100, 10_000])]
    fn by_folder(bencher: Bencher, rules: usize) {
        beside(bencher, on_one((0..rules).map(|n| format!("args.file within \"/srv/p{n}\""))), rules / 2);
    }

    /// Many rules that each want another domain.
    #[divan::bench(args = [1, 100, 10_000])]
    fn by_domain(bencher: Bencher, rules: usize) {
        beside(bencher, on_one((0..rules).map(|n| format!("args.url.host within \"p{n}.example\""))), rules / 2);
    }

    /// Many rules with one condition in common that goes through a text, and one of their own that no table answers.
    #[divan::bench(args = [1, 10, 100])]
    fn with_a_shared_condition(bencher: Bencher, rules: usize) {
        beside(bencher, on_one((0..rules).map(|n| format!("args.body matches re\"(a|b)+c$\" and args.n < {}", n + 2))), 0);
    }
}

/// Declares the tool `t0` and permits on it.
fn on_one(conditions: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let tool = "tool t0(to: text, file: path, url: url, body: text, n: int)\n".to_owned();
    std::iter::once(tool).chain(conditions.enumerate().map(|(n, when)| format!("permit r{n}\n  on t0\n  when {when}\n")))
}

/// Decides on the call that rule number `wanted` permits, or, of one tool, one of its rules.
fn beside(bencher: Bencher, declarations: impl Iterator<Item = String>, wanted: usize) {
    let mut files = vec![String::new()];
    for text in declarations {
        if files.last().is_some_and(|file| file.len() > 1 << 18) {
            files.push(String::new());
        }
        let last = files.last_mut().unwrap();
        last.push_str(&text);
        last.push('\n');
    }
    let names: Vec<String> = (0..files.len()).map(|n| format!("part_{n:04}.reach")).collect();
    let subject = Subject::new(names.iter().map(String::as_str).zip(files.iter().map(String::as_str))).unwrap();
    let mut session = subject.session();
    let (tool, more) = if files[0].contains("file: path") {
        let body = "ab".repeat(2_000);
        (0, format!(r#","file":"/srv/p{wanted}/a","url":"https://www.p{wanted}.example/","body":"{body}c","n":1"#))
    } else {
        (wanted, String::new())
    };
    let line = format!(r#"{{"type":"call","id":"c1","name":"t{tool}","args":{{"to":"p{wanted}"{more}}},"at":"2026-01-01T00:00:00Z"}}"#);
    assert_eq!(session.decide(&line).effect, Effect::Permit);
    bencher.bench_local(|| session.decide(black_box(&line)));
}
