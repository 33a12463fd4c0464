//! Each operator: the mutants that it makes of something, and something that it makes none of.

use super::of;
use crate::Operator;

const TOOLS: &str = "label untrusted
label secret
type Note = { body: text, sender: text }
tool pay(to: text, amount: decimal, n: int, urgent: bool, kind: enum { rent, gift }, tags: set<text>, day: date, wait: duration, note: text?)
tool look(what: text) -> list<Note> from json returns untrusted
tool run(command: shell, query: sql)
tool open(file: path, page: url, host: host, ip: ip)
agent helper(topic: text)
model small(tokens: int)
context { user: text }
";

/// Returns the mutants of one operator of rules beside the tools.
fn beside(operator: Operator, rules: &str) -> Vec<String> {
    of(operator, &format!("{TOOLS}{rules}\n"))
}

fn on_pay(operator: Operator, when: &str) -> Vec<String> {
    beside(operator, &format!("forbid r\n  on pay\n  when {when}"))
}

fn none(operator: Operator, rules: &str) {
    assert_eq!(beside(operator, rules), Vec::<String>::new());
}

#[test]
fn a_rule_is_dropped_and_an_advisory_one_is_not() {
    assert_eq!(beside(Operator::DropRule, "permit r\n  on pay"), ["permit r -> "]);
    none(Operator::DropRule, "@advisory\npermit r\n  on pay");
}

#[test]
fn effects_stand_for_one_another_but_what_is_undeclared_is_never_permitted() {
    assert_eq!(beside(Operator::OtherEffect, "permit r\n  on pay"), ["permit r -> ask r", "permit r -> forbid r"]);
    assert_eq!(beside(Operator::OtherEffect, "otherwise ask r\n  on pay"), ["otherwise ask r -> ask r", "otherwise ask r -> forbid r"]);
    assert_eq!(beside(Operator::OtherEffect, "ask r\n  on undeclared"), ["ask r -> forbid r"]);
    none(Operator::OtherEffect, "oblige r\n  on pay\n  with { notify \"x\" }");
}

#[test]
fn a_rule_is_only_reported_or_decides_after_all() {
    assert_eq!(beside(Operator::Advisory, "permit r\n  on pay"), ["permit r -> @advisory permit r"]);
    assert_eq!(beside(Operator::Advisory, "@advisory\npermit r\n  on pay"), ["@advisory permit r -> permit r"]);
}

#[test]
fn an_obligation_is_dropped_or_weakened() {
    let rule = "permit r\n  on pay\n  with {\n    notify \"x\"\n    redact args.to finding card, iban\n  }";
    assert_eq!(beside(Operator::DropObligation, rule), ["notify \"x\" -> ", "redact args.to finding card, iban -> "]);
    assert_eq!(
        beside(Operator::WeakenObligation, rule),
        ["redact args.to finding card, iban -> redact args.to finding iban", "redact args.to finding card, iban -> redact args.to finding card"]
    );
    none(Operator::DropObligation, "permit r\n  on pay");
    none(Operator::WeakenObligation, "permit r\n  on pay\n  with { notify \"x\" }");
}

#[test]
fn a_child_is_granted_more_or_less() {
    let rule = "budget usd: decimal limit 5.00 per session\npermit r\n  on helper\n  grants { look where args.what == \"a\", pay, budget usd: 1.00 }";
    assert_eq!(beside(Operator::WidenGrants, rule), ["grants { … } -> ", "look where args.what == \"a\" -> look", "budget usd: 1.00 -> "]);
    assert_eq!(beside(Operator::NarrowGrants, rule), ["look where args.what == \"a\" -> ", "pay -> "]);
    none(Operator::WidenGrants, "permit r\n  on helper");
    none(Operator::NarrowGrants, "permit r\n  on helper");
}

#[test]
fn when_and_unless_are_dropped_where_nothing_rests_on_them() {
    assert_eq!(on_pay(Operator::DropWhen, "args.n > 1"), ["when args.n > 1 -> "]);
    assert_eq!(beside(Operator::DropUnless, "permit r\n  on pay\n  unless (args.n > 1)"), ["unless (args.n > 1) -> "]);
    none(Operator::DropWhen, "forbid r\n  on pay\n  when args has note\n  unless args.note == \"x\"");
    none(Operator::DropUnless, "permit r\n  on pay");
}

#[test]
fn a_term_is_dropped_unless_others_rest_on_it() {
    assert_eq!(
        on_pay(Operator::DropTerm, "args.n > 1 and (args.urgent or args.n < 0)"),
        [
            "args.n > 1 and (args.urgent or args.n < 0) -> (args.urgent or args.n < 0)",
            "args.n > 1 and (args.urgent or args.n < 0) -> args.n > 1",
            "args.urgent or args.n < 0 -> args.n < 0",
            "args.urgent or args.n < 0 -> args.urgent",
        ]
    );
    assert_eq!(on_pay(Operator::DropTerm, "args has note and args.note == \"x\""), ["args has note and args.note == \"x\" -> args has note"]);
    assert_eq!(on_pay(Operator::DropTerm, "args.note as said and said == \"x\"").len(), 1);
    none(Operator::DropTerm, "forbid r\n  on pay\n  when args.n > 1");
}

#[test]
fn and_and_or_stand_for_each_other() {
    assert_eq!(
        on_pay(Operator::AndOr, "args.n > 1 and args.urgent and args.n < 9"),
        ["args.n > 1 and args.urgent and args.n < 9 -> args.n > 1 or args.urgent or args.n < 9"]
    );
    none(Operator::AndOr, "forbid r\n  on pay\n  when args has note and args.note == \"x\"");
}

#[test]
fn a_condition_is_turned_around_and_a_comparison_otherwise() {
    assert_eq!(on_pay(Operator::Negate, "args.to in { \"a\", \"b\" }"), ["args.to in { \"a\", \"b\" } -> args.to not in { \"a\", \"b\" }"]);
    assert_eq!(on_pay(Operator::Negate, "args.to contains \"a\""), ["args.to contains \"a\" -> not (args.to contains \"a\")"]);
    assert_eq!(on_pay(Operator::Negate, "args.to from user"), ["args.to from user -> not (args.to from user)"]);
    none(Operator::Negate, "forbid r\n  on pay\n  when args.n > 1");
    none(Operator::Negate, "forbid r\n  on pay\n  when not args.urgent");
}

#[test]
fn a_not_is_dropped() {
    assert_eq!(on_pay(Operator::DropNot, "not args.urgent"), ["not args.urgent -> args.urgent"]);
    assert_eq!(on_pay(Operator::DropNot, "args.to not in { \"a\" }"), ["args.to not in { \"a\" } -> args.to in { \"a\" }"]);
    none(Operator::DropNot, "forbid r\n  on pay\n  when args.urgent");
}

#[test]
fn quantifiers_stand_for_each_other() {
    assert_eq!(on_pay(Operator::Quantifier, "all(t in args.tags: t == \"a\")"), ["all(t in args.tags: t == \"a\") -> any(t in args.tags: t == \"a\")"]);
    assert_eq!(
        beside(Operator::Quantifier, "permit r\n  on run\n  when args.command runs only { \"ls\" }"),
        ["args.command runs only { \"ls\" } -> args.command may run { \"ls\" }"]
    );
    none(Operator::Quantifier, "forbid r\n  on pay\n  when count(t in args.tags: t == \"a\") > 1");
}

#[test]
fn comparisons_have_another_boundary_direction_or_sense() {
    assert_eq!(on_pay(Operator::Boundary, "args.n > 1"), ["args.n > 1 -> args.n >= 1"]);
    assert_eq!(on_pay(Operator::Direction, "args.n <= 1"), ["args.n <= 1 -> args.n >= 1"]);
    assert_eq!(on_pay(Operator::Equality, "args.n != 1"), ["args.n != 1 -> args.n == 1"]);
    none(Operator::Boundary, "forbid r\n  on pay\n  when args.n == 1");
    none(Operator::Direction, "forbid r\n  on pay\n  when args.n == 1");
    none(Operator::Equality, "forbid r\n  on pay\n  when args.n < 1");
}

#[test]
fn numbers_are_one_step_more_and_less() {
    assert_eq!(on_pay(Operator::Number, "args.n > 7"), ["args.n > 7 -> args.n > 8", "args.n > 7 -> args.n > 6"]);
    assert_eq!(
        on_pay(Operator::Number, "args.amount > 500.00"),
        ["args.amount > 500.00 -> args.amount > 500.01", "args.amount > 500.00 -> args.amount > 499.99"]
    );
    assert_eq!(on_pay(Operator::Number, "args.amount > 0.005"), ["args.amount > 0.005 -> args.amount > 0.006", "args.amount > 0.005 -> args.amount > 0.004"]);
    assert_eq!(
        on_pay(Operator::Number, "args.day > 2026-03-01"),
        ["args.day > 2026-03-01 -> args.day > 2026-03-02", "args.day > 2026-03-01 -> args.day > 2026-02-28"]
    );
    assert_eq!(on_pay(Operator::Number, "args.wait > 1m"), ["args.wait > 1m -> args.wait > 1m1s", "args.wait > 1m -> args.wait > 59s"]);
    none(Operator::Number, "forbid r\n  on pay\n  when args.to == \"7\"");
}

#[test]
fn truths_and_members_of_enums_stand_for_one_another() {
    assert_eq!(on_pay(Operator::Truth, "args.urgent == true"), ["args.urgent == true -> args.urgent == false"]);
    assert_eq!(on_pay(Operator::EnumMember, "args.kind == gift"), ["args.kind == gift -> args.kind == rent"]);
    none(Operator::Truth, "forbid r\n  on pay\n  when args.urgent");
    none(Operator::EnumMember, "forbid r\n  on pay\n  when args.n == 1");
}

#[test]
fn sets_have_a_member_less_and_more_where_one_is_known() {
    assert_eq!(
        on_pay(Operator::DropMember, "args.to in { \"a\", \"b\" }"),
        [
            "args.to in { \"a\", \"b\" } -> args.to in { \"a\", \"b\" } without `\"a\"`",
            "args.to in { \"a\", \"b\" } -> args.to in { \"a\", \"b\" } without `\"b\"`"
        ]
    );
    assert_eq!(on_pay(Operator::DropMember, "args.n in { 1, 2, 3, 4, 5, 6, 7, 8 }").len(), 4);
    assert_eq!(beside(Operator::DropMember, "permit r\n  on run\n  when args.command runs only { \"git status\", \"ls\" }").len(), 2);
    assert_eq!(beside(Operator::DropMember, "permit r\n  on run\n  when args.query reads only { \"a.*\" }").len(), 1);
    assert_eq!(on_pay(Operator::AddMember, "args.n in { 1, 5 }"), ["args.n in { 1, 5 } -> args.n in { 1, 5 } with `6` as well"]);
    assert_eq!(on_pay(Operator::AddMember, "args.kind in { gift }"), ["args.kind in { gift } -> args.kind in { gift } with `rent` as well"]);
    none(Operator::AddMember, "forbid r\n  on pay\n  when args.to in { \"a\" }");
    none(Operator::AddMember, "forbid r\n  on pay\n  when args.kind in { gift, rent }");
    none(Operator::DropMember, "forbid r\n  on pay\n  when args.to == \"a\"");
}

#[test]
fn folders_hosts_and_networks_are_shorter_and_longer() {
    let on_open = |operator, when: &str| beside(operator, &format!("@allow(path-without-real)\npermit r\n  on open\n  when {when}"));
    assert_eq!(on_open(Operator::Shorter, "args.file within \"/srv/data\""), ["args.file within \"/srv/data\" -> args.file within \"/srv\""]);
    assert_eq!(on_open(Operator::Longer, "args.file within \"/srv/data\""), ["args.file within \"/srv/data\" -> args.file within \"/srv/data/inner\""]);
    assert_eq!(on_open(Operator::Shorter, "args.host within \"a.example.com\""), ["args.host within \"a.example.com\" -> args.host within \"example.com\""]);
    assert_eq!(
        on_open(Operator::Longer, "args.page.host within \"example.com\""),
        ["args.page.host within \"example.com\" -> args.page.host within \"inner.example.com\""]
    );
    assert_eq!(on_open(Operator::Shorter, "args.ip within ip\"10.128.0.0/9\""), ["args.ip within ip\"10.128.0.0/9\" -> args.ip within ip\"10.0.0.0/8\""]);
    assert_eq!(on_open(Operator::Longer, "args.ip within ip\"10.0.0.0/8\""), ["args.ip within ip\"10.0.0.0/8\" -> args.ip within ip\"10.0.0.0/9\""]);
    assert_eq!(on_open(Operator::Shorter, "args.file within \"/\""), Vec::<String>::new());
    assert_eq!(on_open(Operator::Longer, "args.file within \"..\""), Vec::<String>::new());
}

#[test]
fn globs_and_regular_expressions_lose_what_holds_them() {
    let on_open = |operator, when: &str| beside(operator, &format!("@allow(path-without-real)\npermit r\n  on open\n  when {when}"));
    let glob = |text: &str| format!("args.file matches glob\"{text}\"");
    assert_eq!(on_open(Operator::GlobStars, &glob("/a/*/b")), [format!("{0} -> {0} with `glob\"/a/**/b\"`", glob("/a/*/b"))]);
    assert_eq!(on_open(Operator::GlobStars, &glob("/a/**")), [format!("{0} -> {0} with `glob\"/a/*\"`", glob("/a/**"))]);
    assert_eq!(on_open(Operator::GlobStars, &glob("/a/b")), Vec::<String>::new());
    assert_eq!(on_pay(Operator::Anchor, "args.to matches re\"^[0-9]+$\"").len(), 2);
    assert_eq!(on_pay(Operator::Anchor, "args.to matches re\"[0-9]+\\$\""), Vec::<String>::new());
    assert_eq!(on_pay(Operator::IgnoreCase, "args.to matches re\"^ab\"").len(), 1);
    assert_eq!(on_pay(Operator::IgnoreCase, "args.to matches nocase re\"^ab\"").len(), 1);
    for text in ["^\\\\w\\\\p{L}+[0-9]", "(?i)ab"] {
        assert_eq!(on_pay(Operator::IgnoreCase, &format!("args.to matches re\"{}\"", text.replace("\\\\", "\\"))), Vec::<String>::new());
    }
}

#[test]
fn windows_are_half_and_twice_as_long_and_gone() {
    let rule = |question: &str| format!("forbid r\n  on pay\n  when count({question}) > 3");
    assert_eq!(
        beside(Operator::Window, &rule("attempted call pay over 1h")),
        [
            "count(attempted call pay over 1h) > 3 -> count(attempted call pay over 30m) > 3",
            "count(attempted call pay over 1h) > 3 -> count(attempted call pay over 2h) > 3",
            "count(attempted call pay over 1h) > 3 -> count(attempted call pay ) > 3",
        ]
    );
    none(Operator::Window, &rule("attempted call pay"));
    assert_eq!(
        beside(Operator::PerAgent, &rule("attempted call pay per agent")),
        ["count(attempted call pay per agent) > 3 -> count(attempted call pay ) > 3"]
    );
    assert_eq!(beside(Operator::PerAgent, &rule("attempted call pay")).len(), 1);
    // Where there are no agents, both are the same.
    assert_eq!(of(Operator::PerAgent, "tool pay()\nforbid r\n  on pay\n  when count(attempted call pay per agent) > 3\n"), Vec::<String>::new());
}

#[test]
fn history_counts_other_events_otherwise_joined() {
    let rule = |when: &str| format!("forbid r\n  on pay\n  when {when}");
    assert_eq!(beside(Operator::EventKind, &rule("count(call look) > 3")), ["count(call look) > 3 -> count(attempted call look) > 3"]);
    assert_eq!(beside(Operator::EventKind, &rule("ever(attempted call look)")), ["ever(attempted call look) -> ever(call look)"]);
    assert_eq!(beside(Operator::EventKind, &rule("ever(result look)")), ["ever(result look) -> ever(call look)"]);
    assert_eq!(beside(Operator::EventKind, &rule("ever(denied call look)")), ["ever(denied call look) -> ever(attempted call look)"]);
    none(Operator::EventKind, &rule("ever(result look where ok)"));
    none(Operator::EventKind, &rule("ever(prompt)"));
    assert_eq!(beside(Operator::EverCount, &rule("ever(call look)")).len(), 1);
    assert_eq!(beside(Operator::EverCount, &rule("count(call look) >= 2")).len(), 1);
    none(Operator::EverCount, &rule("count(call look) >= 1"));
    assert_eq!(beside(Operator::DropSince, &rule("ever(call look since call run)")), ["ever(call look since call run) -> ever(call look )"]);
    none(Operator::DropSince, &rule("ever(call look)"));
    assert_eq!(beside(Operator::DropJoin, &rule("ever(call look where args.what == step.args.to)")).len(), 1);
    none(Operator::DropJoin, &rule("ever(call look where args.what == \"a\")"));
    assert_eq!(beside(Operator::DropWhere, &rule("ever(call look where args.what == \"a\")")).len(), 1);
    none(Operator::DropWhere, &rule("ever(call look where args.what == step.args.to)"));
}

#[test]
fn conditions_of_events_are_changed_as_well() {
    assert_eq!(on_pay(Operator::Equality, "ever(call look where args.what == \"a\")"), ["args.what == \"a\" -> args.what != \"a\""]);
    assert_eq!(on_pay(Operator::Equality, "args.to from (result look where args.what == \"a\")"), ["args.what == \"a\" -> args.what != \"a\""]);
}

#[test]
fn sources_are_wider_or_others() {
    let rule = |when: &str| format!("forbid r\n  on pay\n  when {when}");
    assert_eq!(beside(Operator::OtherSource, &rule("args.to from user")), ["args.to from user -> args.to from untrusted"]);
    assert_eq!(
        beside(Operator::OtherSource, &rule("args.to from untrusted")),
        ["args.to from untrusted -> args.to from user", "args.to from untrusted -> args.to from secret"]
    );
    assert_eq!(beside(Operator::WidenSource, &rule("args.to from (result look where args.what == \"a\")")).len(), 1);
    none(Operator::WidenSource, &rule("args.to from results of look"));
    none(Operator::OtherSource, &rule("args.to named by user"));
    assert_eq!(of(Operator::OtherSource, "tool pay(to: text)\nforbid r\n  on pay\n  when args.to from user\n"), Vec::<String>::new());
}

#[test]
fn budgets_and_charges_are_counted_otherwise() {
    let of = |operator, more: &str| of(operator, &format!("tool pay(n: int)\nagent helper()\nbudget b: int limit 10 per session{more}\npermit r\n  on pay\n"));
    assert_eq!(of(Operator::Number, ""), ["10 -> 11", "10 -> 9"]);
    assert_eq!(
        of(Operator::BudgetWindow, " over 24h"),
        ["budget b over 1d -> budget b over 12h", "budget b over 1d -> budget b over 2d", "budget b over 1d -> budget b"]
    );
    assert_eq!(of(Operator::BudgetWindow, ""), Vec::<String>::new());
    assert_eq!(of(Operator::BudgetScope, ""), ["budget b per session -> budget b per agent"]);
    assert_eq!(of(Operator::DropOpening, " opening 3"), ["budget b opening 3 -> budget b"]);
    assert_eq!(of(Operator::DropOpening, ""), Vec::<String>::new());
    assert_eq!(of(Operator::DropCharge, "\ncharge b by args.n on pay"), ["charge b by args.n -> "]);
    assert_eq!(of(Operator::DropCharge, ""), Vec::<String>::new());
    assert_eq!(of(Operator::AlwaysCharge, "\ncharge b by args.n on pay when args.n > 1"), ["charge b by args.n when args.n > 1 -> charge b by args.n"]);
    assert_eq!(of(Operator::AlwaysCharge, "\ncharge b by args.n on pay"), Vec::<String>::new());
    assert_eq!(super::of(Operator::BudgetScope, "tool pay(n: int)\nbudget b: int limit 10 per session\n"), Vec::<String>::new());
}

#[test]
fn others_may_answer_and_for_longer() {
    let rule = "ask r\n  on pay\n  by one of { \"ann\", \"bob\" }\n  expires 10m";
    assert_eq!(
        beside(Operator::Approver, rule),
        ["by one of { \"ann\", \"bob\" } -> ", "by one of { \"ann\", \"bob\" } -> by other than { \"ann\", \"bob\" }"]
    );
    assert_eq!(beside(Operator::Expiry, rule), ["expires 10m -> expires 5m", "expires 10m -> expires 20m", "expires 10m -> "]);
    none(Operator::Approver, "ask r\n  on pay");
    none(Operator::Expiry, "ask r\n  on pay");
}

#[test]
fn every_operator_has_a_test_here() {
    let here = include_str!("operators.rs");
    for operator in Operator::ALL {
        assert!(here.matches(&format!("Operator::{operator:?},")).count() >= 2, "{operator:?}");
    }
}

#[test]
fn the_guide_lists_every_operator() {
    let guide = include_str!("../../../../docs/guide/mutation.md");
    for operator in Operator::ALL {
        let row = format!("| {} | `{}` | {} |", operator.family().word(), operator.name(), operator.does());
        assert!(guide.contains(&row), "{row}");
    }
}
