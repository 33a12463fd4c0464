//! Questions about single rules, each answer with a step that was played.

use reach_analysis::{Answer, Condition, Inquiry, Limits, Play, Value};
use reach_codes::Sources;
use reach_compiler::ir::Bundle;
use reach_harness::Replay;

const POLICY: &str = "context { role: enum { teller, auditor } }\n\
    tool pay(to: text, amount: int, note: text?)\n\
    permit small\n  on pay\n  when args.amount <= 100 and args.to != \"mallory\"\n\
    permit smaller\n  on pay\n  when args.amount <= 50 and args.to != \"mallory\"\n\
    permit never\n  on pay\n  when args.amount > 10 and args.amount < 5\n\
    ask tellers\n  on pay\n  when args.amount > 100 and context.role == teller\n\
    forbid large\n  on pay\n  when args.amount > 1000 or args.to == \"mallory\"\n\
    forbid larger\n  on pay\n  when args.amount > 2000\n";

fn bundle() -> Bundle {
    let mut sources = Sources::new();
    sources.add("a.reach", POLICY);
    reach_compiler::build(sources).unwrap_or_else(|(_, d)| panic!("{d:?}")).bundle
}

fn make(bundle: &Bundle) -> Option<Box<dyn Play>> {
    Replay::new(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>)
}

/// Asks about the rule of a name.
fn ask<T>(about: impl FnOnce(&Inquiry<'_>, &dyn Fn(&str) -> usize) -> T) -> T {
    let bundle = bundle();
    let inquiry = Inquiry::new(&bundle, &make, &Limits::default());
    about(&inquiry, &|name| bundle.rules.iter().position(|rule| rule.name == name).unwrap())
}

fn last(answer: &Answer) -> String {
    match answer {
        Answer::Yes(found) => found.0.events.last().unwrap().clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_is_reachable_decides_or_is_redundant() {
    ask(|inquiry, rule| {
        assert!(inquiry.matches(rule("small")).is_yes() && inquiry.decides(rule("small")).is_yes());
        assert!(inquiry.matches(rule("never")).is_no());
        // It matches only where `small` does, so that nothing would be decided otherwise without it.
        assert!(inquiry.decides(rule("smaller")).is_yes() && inquiry.matters(rule("smaller")).is_no());
        assert!(inquiry.matters(rule("larger")).is_no() && inquiry.matters(rule("large")).is_yes());
        assert!(inquiry.matters(rule("tellers")).is_yes());
        assert!(inquiry.overlap(rule("tellers"), rule("large")).is_yes());
        assert!(inquiry.overlap(rule("small"), rule("tellers")).is_no());
    });
}

#[test]
fn a_condition_is_looked_at_where_it_can_still_matter() {
    ask(|inquiry, rule| {
        let part = |name: &str, path: &[usize]| Condition { rule: rule(name), unless: false, path: path.to_vec() };
        assert!(inquiry.comes_to(&part("small", &[1]), Value::True).is_yes());
        assert!(inquiry.comes_to(&part("small", &[1]), Value::None).is_no());
        // Behind `amount > 10`, `amount < 5` is always false.
        assert!(inquiry.comes_to(&part("never", &[1]), Value::True).is_no());
        assert!(inquiry.comes_to(&part("never", &[1]), Value::False).is_yes());
        // Without a context the role has no value.
        assert!(inquiry.comes_to(&part("tellers", &[1]), Value::None).is_yes());
        let by_name = last(&inquiry.decisive(&part("large", &[1]), true));
        assert!(by_name.contains("mallory"), "{by_name}");
        assert!(inquiry.decisive(&part("large", &[1]), false).is_yes());
        assert!(inquiry.decisive(&part("never", &[1]), true).is_no());
    });
}
