//! Large and odd bundles: the lints end, and take time that grows with the size alone.

use std::fmt::Write as _;

use reach_codes::table::lint::*;

use super::{at, compiled, report};
use crate::Config;

#[test]
fn many_rules_are_linted() {
    let mut text = String::new();
    for i in 0..3_000 {
        writeln!(text, "tool t{i}(amount: decimal, to: list<email>)\n\npermit p{i}\n  on t{i}\n  when args.amount <= {i}.00 and all(r in args.to: r.domain within \"a{i}.example\")\n").unwrap();
    }
    let found = report(&compiled(&text), &Config::default()).findings;
    assert_eq!(found.len(), 3_000);
    assert!(found.iter().all(|f| f.diagnostic.code == ALL_WITHOUT_LENGTH));
}

#[test]
fn a_condition_of_thousands_of_terms_is_linted() {
    let terms: Vec<String> = (0..1_300).map(|i| format!("args.n != {i}")).collect();
    let text = format!("tool t(n: int)\n\npermit p\n  on t\n  when {}\n", terms.join(" and "));
    assert_eq!(at(OR_OF_EQUALITIES, &text).len(), 1);
    assert!(at(REPEATED_TERM, &text).is_empty());
    let same: Vec<&str> = (0..1_300).map(|_| "args.n > 1").collect();
    let text = format!("tool t(n: int)\n\npermit p\n  on t\n  when {}\n", same.join(" or "));
    assert_eq!(at(REPEATED_TERM, &text).len(), 1_299);
}

#[test]
fn a_deep_condition_is_linted_on_a_small_stack() {
    let deep = |n: usize| format!("tool t(b: bool)\n\npermit p\n  on t\n  when {}args.b{}\n", "(not ".repeat(n), ")".repeat(n));
    // The nesting limit counts brackets and `not`: as deep as the language takes.
    let text = (1..=40).rev().map(deep).find(|text| super::tried(text).is_ok()).unwrap();
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(move || super::found(&text).len()).unwrap();
    assert!(thread.join().unwrap() > 0);
}

#[test]
fn a_rule_on_everything_of_many_tools_is_linted() {
    let mut text = String::new();
    for i in 0..2_000 {
        writeln!(text, "tool get_{i}(n: int)").unwrap();
    }
    let names: Vec<String> = (0..2_000).map(|i| format!("get_{i}")).collect();
    write!(text, "\npermit p\n  on get_*, {}\n\nforbid f\n  on *\n  when step.name == \"x\"\n  because \"x\"\n", names.join(", ")).unwrap();
    assert_eq!(at(REDUNDANT_TARGET, &text).len(), 2_000);
}

#[test]
fn a_file_of_odd_letters_is_linted() {
    let odd: String = "\u{430}a\u{301}\u{1f469}\u{200d}\u{1f4bb}\u{3164}".repeat(2_000);
    let text = format!("// {odd}\ntool t(n: int)\n\npermit p\n  on t\n  when args.n > 1\n");
    if super::tried(&text).is_ok() {
        assert!(!at(CONFUSABLE_TEXT, &text).is_empty());
    }
}

#[test]
fn many_titles_and_many_rules_are_looked_up_in_time() {
    let mut text = String::new();
    for i in 0..400 {
        writeln!(text, "tool t{i}(n: int)\n\npermit some_rule_{i}\n  on t{i}\n  when args.n < 5\n\ntest \"some rule {i} is looked at\" {{\n  call t{i}(n: 9) => forbid\n}}\n").unwrap();
    }
    // What goes beyond the bound isn't looked at; nothing is told that wasn't played.
    assert!(at(TEST_PROVES_NOTHING, &text).is_empty());
}
