//! What tests show of rules about which nothing could be told otherwise.

use reach_codes::table::lint;

use super::{at, compiled, report};
use crate::Config;

/// What the analysis can't tell apart: what stands in a map.
const NOTES: &str = "tool store(name: text, notes: map<text>)\n\npermit storing\n  on store\n\nask gate_code\n  on store\n  when (args.notes[\"gate\"] else \"\") != \"\"\n  because \"a code would be stored\"\n\nforbid vault\n  on store\n  when args.name == \"vault\"\n  because \"nothing goes there\"\n\n";

#[test]
fn what_a_test_shows_of_a_rule_is_told() {
    let untold = |tests: &str| report(&compiled(&format!("{NOTES}{tests}")), &Config::default()).untold;
    let test = |steps: &[&str]| format!("test \"steps\" {{\n{}\n}}\n", steps.join("\n"));
    // Of the ask nothing can be told, nor of one that depends on it.
    assert_eq!(untold(""), 2);
    let gate = "  call store(name: \"a\", notes: { gate: \"1\" }) => ask";
    let other = "  call store(name: \"a\", notes: { bell: \"1\" }) => permit";
    let refused = "  call store(name: \"vault\", notes: { gate: \"1\" }) => forbid";
    assert_eq!(untold(&test(&[gate, other, refused])), 0);
    // Nothing shows that the condition is ever false, and so not that the permit permits.
    assert_eq!(untold(&test(&[gate, refused])), 2);
    // The ask is overruled, so that it isn't shown to be of use.
    assert_eq!(untold(&test(&[refused, other])), 1);
    // Whether a test expects what is decided makes no difference.
    assert_eq!(untold(&test(&[&gate.replace("ask", "forbid"), other, refused])), 0);
}

#[test]
fn a_test_is_no_proof_that_a_rule_is_of_no_use() {
    // Every step of the tests is asked by both.
    let twice = format!("{NOTES}ask bell_code\n  on store\n  when (args.notes[\"bell\"] else \"\") != \"\"\n  because \"a code would be stored\"\n\n");
    let test = "test \"steps\" {\n  call store(name: \"a\", notes: { gate: \"1\", bell: \"1\" }) => ask\n  call store(name: \"a\", notes: { post: \"1\" }) => permit\n}\n";
    let report = report(&compiled(&format!("{twice}{test}")), &Config::default());
    let proved: Vec<_> = report.findings.iter().filter(|f| ("L0070"..="L0081").contains(&f.diagnostic.code.number())).collect();
    assert!(proved.is_empty(), "{proved:?}");
    assert_eq!(report.untold, 2);
}

#[test]
fn an_oblige_is_watched_wherever_it_stands() {
    let text = "tool t(n: int)\noblige noting\n  on t\n  when args.n > 5\n  with { notify \"ops\" }\npermit all\n  on t\n";
    let with = |n: u32| format!("{text}test \"one\" {{\n  call t(n: {n}) => permit\n}}\n");
    assert_eq!(at(lint::UNTESTED_RULE, &with(9)), Vec::<String>::new());
    assert_eq!(at(lint::UNTESTED_RULE, &with(1)), ["noting"]);
}
