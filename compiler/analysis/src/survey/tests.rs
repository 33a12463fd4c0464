//! What is found, by example; and that large bundles are seen through without the solver.

use std::fmt::Write as _;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;

use super::{Constancy, Effort, Finding, Never, Past, Survey, survey};

fn bundle(text: &str) -> Bundle {
    let mut sources = Sources::new();
    sources.add("a.reach", text);
    let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
    compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// Surveys a bundle of which everything can be told.
#[track_caller]
fn found(text: &str) -> Vec<Finding> {
    let survey = survey(&bundle(text), &Effort::default());
    assert_eq!(survey.unsettled, Vec::new());
    survey.findings
}

const PAY: &str = "tool pay(to: text, amount: decimal)\n";

#[test]
fn a_rule_that_never_matches_is_unreachable() {
    let found = found(&format!("{PAY}permit small\n  on pay\n  when args.amount > 10.00 and args.amount < 5.00\n"));
    assert_eq!(found.first(), Some(&Finding::Unreachable { rule: 0 }));
    assert!(matches!(found.get(1), Some(Finding::Constant { is: Constancy::False, condition }) if condition.path == [1]), "{found:?}");
    assert_eq!(found.len(), 2);
}

#[test]
fn a_permit_under_forbids_is_shadowed_by_the_fewest_of_them() {
    let text = format!(
        "{PAY}permit large\n  on pay\n  when args.amount > 100.00\npermit small\n  on pay\n  when args.amount <= 10.00\n\
         forbid to_mallory\n  on pay\n  when args.to == \"mallory\"\nforbid above_fifty\n  on pay\n  when args.amount > 50.00\n\
         forbid from_forty\n  on pay\n  when args.amount >= 40.00 and args.amount <= 50.00\n"
    );
    assert!(found(&text).contains(&Finding::Shadowed { rule: 0, by: vec![3] }));
}

#[test]
fn of_two_alike_the_later_one_is_told() {
    let text = "tool pay(amount: int)\npermit a\n  on pay\n  when args.amount < 100\npermit b\n  on pay\n  when args.amount <= 99\n";
    assert_eq!(found(text), [Finding::Duplicate { rule: 1, of: 0 }]);
}

#[test]
fn what_several_rules_cover_together_is_redundant() {
    let text = format!(
        "{PAY}permit upper\n  on pay\n  when args.amount > 10.00\npermit lower\n  on pay\n  when args.amount <= 10.00\n\
         permit middle\n  on pay\n  when args.amount > 5.00 and args.amount < 50.00\n"
    );
    assert_eq!(found(&text), [Finding::Redundant { rule: 2, by: vec![0, 1] }]);
}

#[test]
fn an_obligation_of_its_own_makes_a_rule_needed() {
    let text = format!("{PAY}permit all\n  on pay\npermit small\n  on pay\n  when args.amount < 5.00\n  with {{ notify \"ops\" }}\n");
    assert_eq!(found(&text), []);
}

#[test]
fn a_condition_that_may_have_no_value_is_told_apart() {
    let text = "context { role: enum { a, b } }\ntool t(n: int)\nforbid never\n  on t\n  when context.role in { a, b }\npermit all\n  on t\n";
    let found = found(text);
    assert!(found.iter().any(|f| matches!(f, Finding::Constant { is: Constancy::NeverFalse, .. })), "{found:?}");
}

#[test]
fn a_step_that_a_rule_names_and_never_decides_is_told_and_one_that_a_pattern_brings_is_not() {
    let rules = "forbid removing\n  on b_remove\n";
    let named = format!("tool a_read(n: int)\ntool b_remove(n: int)\npermit both\n  on a_read, b_remove\n  when args.n > 1\n{rules}");
    assert!(found(&named).contains(&Finding::Covered { rule: 0, target: 1, by: vec![1], matches: true }), "{:?}", found(&named));
    let wide = named.replace("on a_read, b_remove", "on call");
    assert!(!found(&wide).iter().any(|f| matches!(f, Finding::Covered { .. })));
}

#[test]
fn history_of_what_is_never_permitted_cannot_happen() {
    let text = "tool erase(disk: text)\ntool tell()\npermit telling\n  on tell\n  unless ever(call erase where args.disk == \"a\")\npermit erasing\n  on erase\n  when args.disk != \"a\"\n";
    assert!(found(text).contains(&Finding::Impossible { past: Past::Monitor(0), why: Never::PermittedWhere }), "{:?}", found(text));
    let attempted = text.replace("ever(call", "ever(attempted call");
    assert_eq!(found(&attempted), []);
}

#[test]
fn what_a_rate_rule_lets_happen_is_counted() {
    // The sixth is forbidden, so that no more than five are ever permitted.
    let text = |n: u32| {
        format!(
            "tool send()\ntool close()\npermit sending\n  on send\nforbid burst\n  on send\n  when count(call send) >= 5\npermit closing\n  on close\n  when count(call send) >= {n}\n"
        )
    };
    assert_eq!(found(&text(5)), []);
    assert!(found(&text(6)).contains(&Finding::Unreachable { rule: 2 }), "{:?}", found(&text(6)));
}

#[test]
fn what_a_constant_decides_is_left_alone() {
    let text = "param strict: bool = false\ntool t(n: int)\npermit all\n  on t\nforbid strictly\n  on t\n  when strict and args.n > 5\n";
    assert!(!found(text).iter().any(|f| matches!(f, Finding::Unreachable { .. } | Finding::Constant { .. })), "{:?}", found(text));
}

#[test]
fn what_there_was_no_room_for_is_unknown_and_no_finding() {
    let text = bundle(&format!("{PAY}permit small\n  on pay\n  when args.amount > 10.00 and args.amount < 5.00\n"));
    let none = survey(&text, &Effort { questions: (0, 0), ..Effort::default() });
    assert_eq!((none.findings.len(), none.unsettled.len(), none.asked), (0, 1, 0));
    assert!(none.unsettled.first().is_some_and(|u| u.why.contains("so much was asked")), "{none:?}");
}

/// Rules about tools of their own, ten for each.
fn many(rules: usize) -> String {
    let mut text = String::new();
    for rule in 0..rules {
        let tool = rule / 10;
        if rule % 10 == 0 {
            let _ = writeln!(text, "tool t_{tool}(amount: decimal, to: text, file: path, page: url?, flag: bool?, note: text)\n");
        }
        let effect = ["permit", "forbid", "ask"][rule % 3];
        let when = match rule % 10 {
            0 => format!("args.amount <= {rule}.50 and args.file within \"/srv/{tool}\""),
            1 => "args.amount > 900000.00".to_owned(),
            2 => format!("args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }} and args.amount > 10.00"),
            3 => format!("args.file matches glob\"/data/{tool}/**/*.txt\""),
            4 => "args.note contains \"password\"".to_owned(),
            5 => format!("args has page and args.page.host within \"site{tool}.example.com\""),
            6 => "args.flag else false".to_owned(),
            7 => format!("args.to matches re\"^x{rule}-[a-z]+$\" and args.to from user"),
            8 => format!("count(attempted call t_{tool} over 1h) >= 50"),
            _ => format!("args.to == \"carl_{rule}\""),
        };
        let _ = writeln!(text, "{effect} rule_{rule}\n  on t_{tool}\n  when {when}\n  because \"{{args.amount}} to {{args.to}}\"\n");
    }
    text
}

#[test]
fn rules_of_use_are_seen_to_be_without_asking() {
    let one_tool: String = (0..2_000).map(|n| format!("permit small_{n}\n  on pay\n  when args.amount <= 500.00 and args.to == \"ann_{n}\"\n")).collect();
    for text in [many(300), PAY.to_owned() + &one_tool] {
        let bundle = bundle(&text);
        let Survey { findings, unsettled, asked, screened } = survey(&bundle, &Effort::default());
        assert!(findings.is_empty() && unsettled.is_empty(), "{findings:?} {unsettled:?}");
        assert!(screened + 1 >= bundle.rules.len() && asked < 20, "{screened} of {}, {asked} asked", bundle.rules.len());
    }
}

#[test]
fn the_same_is_found_each_time() {
    let text = bundle(&format!("{}permit more\n  on t_1, t_2\n  when args.amount < 5.00 and args.amount > 6.00\n", many(60)));
    let first = survey(&text, &Effort::of(5_000));
    for _ in 0..3 {
        assert_eq!(survey(&text, &Effort::of(5_000)), first);
    }
}
