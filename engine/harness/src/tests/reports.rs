use std::time::Duration;

use super::{build, run};
use crate::{JunitSuite, Progress, Status, TestOptions, junit, run_tests, run_tests_timed};

const BANK: &str = r#"
context { role: enum { teller, auditor } }
tool get_balance()
tool send_money(recipient: text, amount: decimal)

permit reading
  on get_balance

permit payments
  on send_money
  when args.amount < 100.00 and context.role == teller
  with { set args.amount: min(args.amount, 50.00) }

forbid blocked
  on send_money
  when args.recipient == "US13"
  because "{args.recipient} is blocked"
  example call send_money(recipient: "US13", amount: 1)
  counterexample call send_money(recipient: "DE12", amount: 1)

test "payments pass" {
  context { role: teller }
  call send_money(recipient: "DE12", amount: 98.70) => permit by payments
  result "done"
  call send_money(recipient: "US13", amount: 1) => forbid by blocked because "US13 is blocked"
}

test "wrong about the effect" {
  context { role: auditor }
  call get_balance() => permit by reading
  call send_money(recipient: "DE12", amount: 98.70) => permit by payments
}

test "wrong about rule and message" {
  call send_money(recipient: "US13", amount: 1) => forbid by default because "no"
}
"#;

#[test]
fn a_failure_shows_expected_beside_actual_with_the_explanation() {
    let report = run(BANK, &TestOptions::default());
    assert_eq!((report.passed, report.failed, report.ok(), report.found_none()), (3, 2, false, false));
    insta::assert_snapshot!(report.text(false, true));
}

#[test]
fn the_report_is_the_same_however_many_threads_there_are() {
    let (image, bundle) = build(BANK);
    let of = |jobs, fail_fast| {
        let report = run_tests(std::sync::Arc::clone(&image), &bundle, &TestOptions { jobs, fail_fast, ..TestOptions::default() });
        serde_json::to_string(&report).unwrap()
    };
    for fail_fast in [false, true] {
        let one = of(1, fail_fast);
        for jobs in [0, 2, 7, 1000] {
            assert_eq!(of(jobs, fail_fast), one);
        }
    }
}

#[test]
fn fail_fast_skips_what_comes_after_the_first_failure() {
    let report = run(BANK, &TestOptions { fail_fast: true, ..TestOptions::default() });
    let statuses: Vec<Status> = report.tests.iter().map(|t| t.status).collect();
    use Status::{Failed, Passed, Skipped};
    assert_eq!(statuses, [Passed, Passed, Passed, Failed, Skipped]);
    assert!(!report.ok());
}

#[test]
fn a_filter_leaves_out_what_has_another_name() {
    let report = run(BANK, &TestOptions { filter: Some("pass".into()), ..TestOptions::default() });
    assert_eq!((report.passed, report.filtered_out, report.ok()), (1, 4, true));
    let report = run(BANK, &TestOptions { filter: Some("nothing like it".into()), ..TestOptions::default() });
    assert_eq!((report.ok(), report.found_none(), report.text(false, false).as_str()), (false, false, "no test has a name like that\n"));
}

#[test]
fn no_tests_is_no_success() {
    let report = run("tool t()\n\npermit p\n  on t\n", &TestOptions::default());
    assert_eq!((report.ok(), report.found_none(), report.text(false, false).as_str()), (false, true, "no tests found\n"));
}

#[test]
fn an_example_that_does_not_match_fails() {
    let source = "tool t(n: int)\n\npermit p\n  on t\n  when args.n > 5\n  example call t(n: 5)\n  counterexample call t(n: 6)\n";
    let report = run(source, &TestOptions::default());
    assert_eq!((report.passed, report.failed), (0, 2));
    insta::assert_snapshot!(report.text(false, false));
}

#[test]
fn arguments_as_used_are_compared_by_meaning() {
    let source = r#"
tool t(n: int, d: decimal, s: text?)
permit p
  on t
  with { set args.n: min(args.n, 5) }
test "as used" {
  call t(n: 9, d: 98.70) => permit with (d: 98.7, n: 5)
}
test "not as used" {
  call t(n: 9, d: 98.70) => permit with (d: 98.7, n: 9)
}
"#;
    let report = run(source, &TestOptions::default());
    assert_eq!((report.passed, report.failed), (1, 1), "{}", report.text(false, true));
    let failure = &report.tests[1].failures[0];
    assert_eq!((failure.expected.as_str(), failure.actual.as_str()), (r#"permit with args {"d":98.7,"n":9}"#, r#"permit by p with args {"n":5,"d":98.7}"#));
}

#[test]
fn an_approval_that_decides_nothing_is_not_what_was_expected() {
    let source = "tool t()\n\npermit p\n  on t\n\ntest \"nobody is asked\" {\n  call t()\n  approve by \"ann\" => permit by p\n}\n";
    let report = run(source, &TestOptions::default());
    let [failure] = report.tests[0].failures.as_slice() else { panic!("{}", report.text(false, true)) };
    assert_eq!((failure.line, failure.expected.as_str(), failure.explanation.is_none()), (8, "permit by p", true));
    assert!(failure.actual.starts_with("no decision: H"), "{}", failure.actual);
}

#[test]
fn junit_has_a_case_for_every_test() {
    let report = run(BANK, &TestOptions { filter: Some("wrong about rule".into()), ..TestOptions::default() });
    insta::assert_snapshot!(junit(&[JunitSuite { name: "policies/bank", report: Some(&report), errors: &[] }], false));
}

#[test]
fn durations_are_told_by_the_clock_that_is_given_and_are_not_in_the_json() {
    let (image, bundle) = build("tool t()\n\npermit p\n  on t\n\ntest \"x\" {\n  call t() => permit\n}\n");
    let now = std::sync::atomic::AtomicU64::new(0);
    let clock = || Duration::from_millis(now.fetch_add(250, std::sync::atomic::Ordering::SeqCst));
    let report = run_tests_timed(image, &bundle, &TestOptions::default(), &Progress { clock: &clock, done: &|_, _| {} });
    assert_eq!(report.tests[0].duration, Duration::from_millis(250));
    assert!(junit(&[JunitSuite { name: "a", report: Some(&report), errors: &[] }], true).contains("time=\"0.250\""));
    assert!(!serde_json::to_string(&report).unwrap().contains("duration"));
}
