//! What comes of mutants.

use std::sync::atomic::{AtomicUsize, Ordering};

use reach_analysis::Stop;

use super::compile;
use crate::{Operator, Options, Outcome, Report, mutate};

const BANK: &str = r#"tool pay(to: text, amount: decimal)
tool look()

permit looking
  on look

permit small
  on pay
  when args.amount <= 500.00

ask large
  on pay
  when args.amount > 500.00
  because "{args.amount} is much"

/// It never decides anything: what is larger was asked, and is refused anyway.
forbid largest
  on pay
  when args.amount > 9000.00

test "small amounts are paid" {
  call look()                        => permit by looking
  call pay(to: "ann", amount: 20.00) => permit by small
}

test "large amounts are asked" {
  call pay(to: "ann", amount: 500.01) => ask by large because "500.01 is much"
}
"#;

fn run(source: &str, options: &Options) -> Report {
    mutate(&compile(source), options, &mut |_| {}).unwrap()
}

fn told(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.mutants {
        let outcome = match &finding.outcome {
            Outcome::Killed { by } => format!("killed by \"{by}\""),
            Outcome::Equivalent => "the same".to_owned(),
            Outcome::Survived { missing: Some(missing), .. } => format!("survived: {} is not {}\n{}", missing.expected, missing.mutated, missing.test),
            Outcome::Survived { why, .. } => format!("survived: {why:?}"),
        };
        out.push_str(&format!("{}:{} {}: {} -> {}: {outcome}\n", finding.line, finding.column, finding.operator.name(), finding.before, finding.after));
    }
    out
}

#[test]
fn a_report_says_of_each_mutant_what_came_of_it() {
    let report = run(BANK, &Options { jobs: 1, ..Options::default() });
    insta::assert_snapshot!(told(&report));
    assert_eq!(report.mutants.len(), report.counts.killed + report.counts.survived + report.counts.equivalent);
    assert_eq!(report.tests, 2);
}

#[test]
fn the_report_is_the_same_on_any_number_of_threads() {
    let one = run(BANK, &Options { jobs: 1, ..Options::default() });
    let four = run(BANK, &Options { jobs: 4, ..Options::default() });
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&four).unwrap());
}

#[test]
fn without_tests_nothing_is_killed_and_every_difference_has_its_test() {
    let bare = BANK.split("test \"").next().unwrap();
    let report = run(bare, &Options::default());
    assert_eq!((report.counts.killed, report.tests), (0, 0));
    for finding in &report.mutants {
        match &finding.outcome {
            Outcome::Equivalent => {}
            Outcome::Survived { missing: Some(missing), why } => {
                assert!(why.is_empty());
                reach_harness::witness::holds(&missing.test, &compile(bare)).unwrap();
            }
            other => panic!("{} {other:?}", finding.id),
        }
    }
}

#[test]
fn missing_tests_kill_their_mutants_when_they_are_written() {
    let bare = BANK.split("test \"").next().unwrap();
    let before = run(bare, &Options::default());
    let mut source = bare.to_owned();
    for (n, finding) in before.mutants.iter().enumerate() {
        if let Outcome::Survived { missing: Some(missing), .. } = &finding.outcome {
            source.push_str(&missing.test.replacen(&missing.name, &n.to_string(), 1));
        }
    }
    let after = run(&source, &Options::default());
    assert_eq!((after.counts.survived, after.counts.equivalent), (0, before.counts.equivalent), "{}", told(&after));
    assert_eq!(after.score.as_deref(), Some("100.00"));
}

#[test]
fn a_test_that_fails_already_kills_nothing() {
    let wrong = format!("{BANK}\ntest \"wrong\" {{\n  call look() => forbid\n}}\n");
    let report = run(&wrong, &Options::default());
    assert_eq!(report.failing, ["wrong"]);
    assert_eq!(report.counts, run(BANK, &Options::default()).counts);
}

#[test]
fn rules_that_only_say_who_decides_are_told_apart_by_tests_that_name_them() {
    // Without `second` the same is decided: only a test that names it can notice.
    let twice = "tool look()\npermit first\n  on look\npermit second\n  on look\n";
    let by = |test: &str| {
        run(
            &format!("{twice}test \"t\" {{\n  call look() => {test}\n}}\n"),
            &Options { rule: Some("second".to_owned()), operators: vec![Operator::DropRule], ..Options::default() },
        )
    };
    assert_eq!(by("permit").mutants[0].outcome, Outcome::Equivalent);
    assert_eq!(by("permit by second").mutants[0].outcome, Outcome::Killed { by: "t".to_owned() });
}

#[test]
fn what_is_asked_for_alone_is_looked_at() {
    let all = run(BANK, &Options::default());
    let large = run(BANK, &Options { rule: Some("large".to_owned()), ..Options::default() });
    assert!(large.mutants.len() > 5 && large.mutants.iter().all(|m| m.declaration == "large"));
    let boundaries = run(BANK, &Options { operators: vec![Operator::Boundary], ..Options::default() });
    assert_eq!(boundaries.mutants.len(), 3);
    let filtered = run(BANK, &Options { filter: Some("9000".to_owned()), ..Options::default() });
    assert!(!filtered.mutants.is_empty() && filtered.mutants.iter().all(|m| m.before.contains("9000")));
    let some = run(BANK, &Options { sample: Some(4), ..Options::default() });
    assert_eq!((some.mutants.len(), some.left_out), (4, all.mutants.len() - 4));
    let same = run(BANK, &Options { sample: Some(4), ..Options::default() });
    let others = run(BANK, &Options { sample: Some(4), seed: 1, ..Options::default() });
    let ids = |report: &Report| report.mutants.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&some), ids(&same));
    assert_ne!(ids(&some), ids(&others));
}

#[test]
fn when_time_is_over_the_rest_survives_and_says_why() {
    let bare = compile(BANK);
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&asked);
    let options = Options { jobs: 1, stop: Stop::when(move || counter.fetch_add(1, Ordering::Relaxed) > 3), ..Options::default() };
    let report = mutate(&bare, &options, &mut |_| {}).unwrap();
    let late = report.mutants.iter().filter(|m| matches!(&m.outcome, Outcome::Survived { why, .. } if why == &["there was no time to look at it"])).count();
    assert!(late > 10 && report.counts.killed >= 1, "{late}");
}

#[test]
fn progress_is_told_of_each() {
    let mut last = None;
    let report = mutate(&compile(BANK), &Options::default(), &mut |p| last = Some(p)).unwrap();
    let last = last.unwrap();
    assert_eq!((last.done, last.all, last.counts), (report.mutants.len(), report.mutants.len(), report.counts));
}

#[test]
fn ten_thousand_rules_are_listed_and_sampled_in_little_time() {
    let mut source = "tool pay(n: int)\n".to_owned();
    for n in 0..10_000 {
        source.push_str(&format!("forbid r{n}\n  on pay\n  when args.n == {n} and ever(call pay where args.n == {n})\n"));
    }
    let bundle = compile(&source);
    let mut count = 0;
    crate::mutants(&bundle, &mut |_| count += 1);
    assert!(count > 100_000, "{count}");
}

#[test]
fn a_rule_of_thousands_of_terms_has_few_mutants() {
    let terms: Vec<String> = (0..1_300).map(|n| format!("args.n == {n}")).collect();
    let bundle = compile(&format!("tool pay(n: int)\nforbid r\n  on pay\n  when {}\n", terms.join(" or ")));
    let mut count = 0;
    crate::mutants(&bundle, &mut |_| count += 1);
    assert!((10..100).contains(&count), "{count}");
}
