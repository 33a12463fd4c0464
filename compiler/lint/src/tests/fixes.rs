//! What `--fix` writes: what it should, and nothing else.

use reach_analysis::Limits;
use reach_codes::table::lint::*;
use reach_codes::{Code, Example};
use reach_harness::Replay;

use super::{compiled, fixed};
use crate::lints;

const TOOL: &str = "tool pay(amount: decimal, currency: text, urgent: bool, to: list<text>)\n\n";

#[track_caller]
fn becomes(code: Code, before: &str, after: &str) {
    let policy = |condition: &str| format!("{TOOL}permit p\n  on pay\n  when {condition}\n");
    assert_eq!(fixed(code, &policy(before)), policy(after), "{}", code.name());
}

#[test]
fn fixes_say_the_same_more_plainly() {
    becomes(COMPARED_WITH_BOOL, "args.urgent == true and args.amount < 5.00", "args.urgent and args.amount < 5.00");
    becomes(COMPARED_WITH_BOOL, "(args.amount < 5.00) == false", "not (args.amount < 5.00)");
    becomes(NEGATED_COMPARISON, "not (args.amount < 5.00) or not (args.currency in { \"a\" })", "args.amount >= 5.00 or args.currency not in { \"a\" }");
    becomes(NEGATED_COMPARISON, "not (args.amount + 1.00 > 5.00)", "args.amount + 1.00 <= 5.00");
    becomes(SET_OF_ONE, "args.currency not in { \"a\" }", "args.currency != \"a\"");
    becomes(OR_OF_EQUALITIES, "args.currency == \"a\" or args.currency == \"b\" or args.urgent", "args.currency in { \"a\", \"b\" } or args.urgent");
    becomes(OR_OF_EQUALITIES, "args.currency != \"a\" and args.currency != \"b\"", "args.currency not in { \"a\", \"b\" }");
    becomes(CONSTANT_ON_THE_LEFT, "5.00 >= args.amount", "args.amount <= 5.00");
    becomes(DOUBLE_NEGATION, "not not (args.urgent or args.amount < 5.00)", "(args.urgent or args.amount < 5.00)");
    becomes(DOUBLE_NEGATION, "not not not args.urgent", "not args.urgent");
    becomes(REPEATED_TERM, "args.urgent and args.amount < 5.00 and args.urgent", "args.urgent and args.amount < 5.00");
    becomes(BOOL_IF, "if args.urgent then false else true", "not (args.urgent)");
    becomes(NEGATED_QUANTIFIER, "not any(x in args.to: not (x == \"a\" or x == \"b\"))", "all(x in args.to: x == \"a\" or x == \"b\")");
}

#[test]
fn a_negated_condition_becomes_the_other_word() {
    let before = format!("{TOOL}permit p\n  on pay\n  when not (args.urgent and args.amount > 5.00)\n");
    assert_eq!(fixed(NEGATED_CONDITION, &before), format!("{TOOL}permit p\n  on pay\n  unless args.urgent and args.amount > 5.00\n"));
    let before = format!("{TOOL}ask p\n  on pay\n  unless not args.urgent\n");
    assert_eq!(fixed(NEGATED_CONDITION, &before), format!("{TOOL}ask p\n  on pay\n  when args.urgent\n"));
}

#[test]
fn a_comment_is_never_lost() {
    for condition in [
        "not ( // why\n    args.amount < 5.00)",
        "args.currency in { \"a\", // one\n    \"a\" }",
        "args.urgent // on\n    == true",
        "args.urgent and // twice\n    args.urgent",
    ] {
        let policy = format!("{TOOL}permit p\n  on pay\n  when {condition}\n");
        for code in [NEGATED_COMPARISON, COMPARED_WITH_BOOL, REPEATED_TERM] {
            assert_eq!(fixed(code, &policy), policy);
        }
    }
}

#[test]
fn line_ends_and_letters_of_several_bytes_stay_as_they_are() {
    let before = "tool zahle(währung: text, eilig: bool)\r\n\r\n// größer\r\npermit p\r\n  on zahle\r\n  when args.eilig == true\r\n    and args.eilig\r\n"
        .replace("währung", "currency");
    let after = before.replace("args.eilig == true", "args.eilig");
    assert_eq!(fixed(COMPARED_WITH_BOOL, &before), after);
    let text = "tool a(x: text)\r\n\r\npermit p\r\n  on a\r\n  when args.x == \"für\" or args.x == \"süß\"\r\n";
    assert_eq!(fixed(OR_OF_EQUALITIES, text), text.replace("args.x == \"für\" or args.x == \"süß\"", "args.x in { \"für\", \"süß\" }"));
}

/// The analysis proves that what a fix wrote decides the same of every step, with nothing unknown.
#[test]
fn the_fix_of_every_example_is_proved_to_change_no_decision() {
    let mut seen = 0;
    for lint in lints().iter().filter(|l| l.code.info().lint.unwrap().fix) {
        let Example::Policy { bad, .. } = lint.code.info().example else { continue };
        let after = fixed(lint.code, bad);
        assert_ne!(after, bad, "{:?} mends nothing", lint.code);
        let (old, new) = (compiled(bad).bundle.unwrap(), compiled(&after).bundle.unwrap());
        let (old_replay, new_replay) = (Replay::new(&old).unwrap(), Replay::new(&new).unwrap());
        let difference = reach_analysis::diff(&old, &new, &old_replay, &new_replay, &Limits::default()).unwrap();
        assert!(difference.changes.is_empty() && difference.unknown.is_empty(), "{:?}: {difference:?}", lint.code);
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}
