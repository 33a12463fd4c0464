//! Decisions that rules make, on compiled bundles.

use std::sync::Arc;

use reach_codes::{Sources, render};
use reach_evaluator::VerifiedImage;

use super::{decision, rejected, said};
use crate::{Decision, Explanation, Options, Outcome, Session};

pub(super) fn build(source: &str) -> Arc<VerifiedImage> {
    let mut sources = Sources::new();
    sources.add("bank.reach", source);
    match reach_compiler::build(sources) {
        Ok(built) => Arc::new(built.image),
        Err((sources, diagnostics)) => panic!("{}", render::text(&sources, &diagnostics, false)),
    }
}

pub(super) fn session(source: &str) -> Session {
    Session::new(build(source), "s", Options::default())
}

/// Takes a step `name` with these arguments, or the JSON of a whole event.
pub(super) fn step(session: &mut Session, name: &str, args: &str) -> Decision {
    let id = session.entries();
    decision(session.event(&call(id, name, args)))
}

fn call(id: u64, name: &str, args: &str) -> String {
    format!(r#"{{"type":"call","id":"c{id}","name":"{name}","args":{args},"at":"2026-01-01T00:00:00Z"}}"#)
}

pub(super) fn explain(source: &str, name: &str, args: &str) -> Explanation {
    session(source).explain(&call(0, name, args)).unwrap()
}

fn messages(decision: &Decision) -> Vec<&str> {
    decision.rules.iter().filter_map(|r| r.message.as_deref()).collect()
}

pub(super) const BANK: &str = r#"
context {
  user: email
  role: enum { teller, auditor }
}

tool get_balance()
tool send_money(recipient: text, amount: decimal, subject: text where length(it) <= 10, date: date?)

permit reading
  on get_balance

permit payments
  on send_money
  when args.amount > 0 and (context.role == teller or args.amount < 10.00)

ask large
  on send_money
  when args.amount > 500.00
  because "{args.amount} to {args.recipient} needs a person"

@severity(high)
forbid huge
  on send_money
  when args.amount * args.amount > 100000000.00
  unless args.recipient == "CH93"
  because "{args.amount} is too much on {args.date}"

@advisory
forbid dated
  on send_money
  when args has date and args.date > 2026-06-01
"#;

const TELLER: &str = r#"{"type":"start","context":{"user":"ann@bank.example","role":"teller"},"at":"2026-01-01T00:00:00Z"}"#;

fn teller() -> Session {
    let mut s = session(BANK);
    assert!(matches!(s.event(TELLER), Outcome::Observed));
    s
}

fn pay(amount: &str) -> String {
    format!(r#"{{"recipient":"DE12","amount":{amount},"subject":"rent"}}"#)
}

#[test]
fn rules_decide_by_their_effects() {
    let mut s = teller();
    assert_eq!(said(&step(&mut s, "get_balance", "{}")), "permit by reading");
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "permit by payments");
    assert_eq!(said(&step(&mut s, "send_money", &pay("-1"))), "forbid by default");
    let asked = step(&mut s, "send_money", &pay("500.01"));
    assert_eq!((said(&asked).as_str(), messages(&asked)), ("ask by large", vec!["500.01 to DE12 needs a person"]));
    let refused = step(&mut s, "send_money", &pay("20000"));
    assert_eq!(said(&refused), "forbid by huge");
    assert_eq!(refused.rules[0].severity.as_deref(), Some("high"));
    assert_eq!((refused.rules[0].file.as_deref(), refused.rules[0].line), (Some("bank.reach"), Some(23)));
}

#[test]
fn without_a_context_a_permit_that_needs_it_does_not_match() {
    let mut s = session(BANK);
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "forbid by default");
    assert_eq!(said(&step(&mut s, "send_money", &pay("5"))), "permit by payments");
}

#[test]
fn a_context_that_does_not_fit_takes_its_field_away() {
    let mut s = teller();
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "permit by payments");
    let change = r#"{"type":"context","context":{"role":"boss"},"at":"2026-01-01T00:00:00Z"}"#;
    assert_eq!(rejected(s.event(change)).code.number(), "H0009");
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "forbid by default");
    let change = change.replace("boss", "teller");
    assert!(matches!(s.event(&change), Outcome::Observed));
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "permit by payments");
    let ill_typed = change.replace(r#""at""#, r#""extra":1,"at""#);
    assert_eq!(rejected(s.event(&ill_typed)).code.number(), "H0005");
    assert_eq!(said(&step(&mut s, "send_money", &pay("98.70"))), "forbid by default");
}

#[test]
fn a_forbid_without_a_value_forbids_and_says_where() {
    let mut s = teller();
    let lost = step(&mut s, "send_money", &pay("100000000000000000000"));
    assert_eq!(said(&lost), "forbid by huge");
    let json = serde_json::to_value(&lost.errors).unwrap();
    assert_eq!(json, serde_json::json!([{"rule":"huge","file":"bank.reach","line":25,"column":8,"cause":"overflow","text":"args.amount * args.amount"}]));
    assert_eq!(messages(&lost), ["100000000000000000000 is too much on (none)"]);
}

#[test]
fn an_advisory_rule_is_reported_and_changes_nothing() {
    let mut s = teller();
    let dated = step(&mut s, "send_money", r#"{"recipient":"DE12","amount":5,"subject":"x","date":"2026-12-01"}"#);
    assert_eq!(said(&dated), "permit by payments");
    let json = serde_json::to_value(&dated.advisory).unwrap();
    assert_eq!(json, serde_json::json!([{"effect":"forbid","rule":"dated","file":"bank.reach","line":30,"column":8}]));
}

#[test]
fn a_refinement_that_is_not_met_makes_an_argument_invalid() {
    let mut s = teller();
    let long = step(&mut s, "send_money", &pay("5").replace("rent", "much too long"));
    assert_eq!(said(&long), "forbid by invalid_arguments");
    assert_eq!(messages(&long), [r#"`/args/subject`: expected `text where length(it) <= 10`, got "much too long""#]);
}

#[test]
fn a_pinned_tool_must_say_the_definition_that_was_approved() {
    let digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let source = format!("tool t() pinned \"{digest}\"\n\npermit p\n  on t\n");
    let mut s = session(&source);
    assert_eq!(said(&step(&mut s, "t", "{}")), "forbid by definition");
    assert_eq!(said(&step(&mut s, "t", r#"{},"definition":"sha256:bb""#)), "forbid by definition");
    assert_eq!(said(&step(&mut s, "t", &format!(r#"{{}},"definition":"{digest}""#))), "permit by p");
}

#[test]
fn a_failure_of_the_engine_forbids() {
    let mut s = teller();
    s.sabotaged = true;
    let failed = step(&mut s, "send_money", &pay("5"));
    assert_eq!(said(&failed), "forbid by internal");
    assert!(messages(&failed)[0].starts_with("the engine failed: "));
    let line = call(9, "send_money", &pay("5"));
    assert_eq!((s.decide(&line).effect, said(&s.explain(&line).unwrap().decision).as_str()), (crate::Effect::Forbid, "forbid by internal"));
    s.sabotaged = false;
    assert_eq!(said(&step(&mut s, "send_money", &pay("5"))), "permit by payments");
}

#[test]
fn facts_that_were_not_sent_never_help() {
    let source = "tool t() facts { exists: bool }\n\npermit p\n  on t\n  when facts.exists or not facts.exists\n";
    let mut s = session(source);
    assert_eq!(said(&step(&mut s, "t", "{}")), "forbid by default");
    assert_eq!(said(&step(&mut s, "t", r#"{},"facts":{"exists":false}"#)), "permit by p");
}

#[test]
fn a_rule_on_a_class_sees_the_fields_of_the_class() {
    let source = r#"
class outbound(to: list<text>)
tool mail(recipients: list<text>, cc: list<text>?) is outbound(to: recipients + cc)
tool post(channel: text) is outbound(to: [channel])

permit inside
  on outbound
  when all(r in args.to: r in { "ann", "bob" })
"#;
    let mut s = session(source);
    assert_eq!(said(&step(&mut s, "mail", r#"{"recipients":["ann"]}"#)), "permit by inside");
    assert_eq!(said(&step(&mut s, "mail", r#"{"recipients":["ann"],"cc":["eve"]}"#)), "forbid by default");
    assert_eq!(said(&step(&mut s, "post", r#"{"channel":"bob"}"#)), "permit by inside");
    assert_eq!(said(&step(&mut s, "post", r#"{"channel":"\u0062ob"}"#)), "permit by inside");
}

#[test]
fn an_undeclared_step_can_be_asked() {
    let mut s = session("tool t()\n\npermit p\n  on t\n\nask strange\n  on undeclared\n  because \"nobody declared {step.name}\"\n");
    let asked = step(&mut s, "rm", r#"{"any":{"thing":1}}"#);
    assert_eq!((said(&asked).as_str(), messages(&asked)), ("ask by strange", vec!["nobody declared rm"]));
}

mod obligations {
    use super::{said, session, step};

    const SOURCE: &str = r#"
tool search(query: text, limit: int?, note: text?)
tool bad(limit: int?)
tool both(query: text)

permit searching
  on search
  with {
    set args.limit: min(args.limit else 100, 100)
    notify "security"
  }

permit searching_too
  on search
  with { notify "security" }

oblige clean
  on search
  with { redact args.query matching re"[0-9]{4}", redact args.note matching re"x", require "pin" }

permit sets_one
  on bad
  with { set args.limit: 1 }

oblige sets_two
  on bad
  when args has limit
  with { set args.limit: 2 }

oblige lost
  on bad
  when args has limit and args.limit == 9
  with { notify "never" }

permit overflowing
  on both
  with { set args.query: if length(args.query) * 9223372036854775807 > 0 then "a" else "b" }
"#;

    #[test]
    fn obligations_of_all_matching_rules_go_with_a_permitted_step() {
        let mut s = session(SOURCE);
        let d = step(&mut s, "search", r#"{"limit": 500, "query": "card 1234 5678 \u00e9"}"#);
        assert_eq!(said(&d), "permit by searching, searching_too");
        assert_eq!(
            serde_json::to_value(&d.obligations).unwrap(),
            serde_json::json!([
                {"type":"set","field":"limit","value":100},
                {"type":"notify","to":"security"},
                {"type":"redact","field":"query","matching":"[0-9]{4}"},
                {"type":"redact","field":"note","matching":"x"},
                {"type":"require","what":"pin"},
            ])
        );
        assert_eq!(d.args.unwrap().get(), r#"{"limit":100,"query":"card [redacted] [redacted] é"}"#);
    }

    #[test]
    fn an_argument_that_was_left_out_is_added() {
        let d = step(&mut session(SOURCE), "search", r#"{"query":"q"}"#);
        assert_eq!(d.args.unwrap().get(), r#"{"query":"q","limit":100}"#);
    }

    #[test]
    fn obligations_that_differ_on_one_field_forbid_the_step_with_both_rules_named() {
        let mut s = session(SOURCE);
        let fine = step(&mut s, "bad", "{}");
        assert_eq!((said(&fine).as_str(), fine.args.unwrap().get()), ("permit by sets_one", r#"{"limit":1}"#));
        let conflict = step(&mut s, "bad", r#"{"limit":5}"#);
        assert_eq!(said(&conflict), "forbid by obligation");
        assert_eq!(conflict.rules[0].message.as_deref(), Some("`sets_one` sets `args.limit` to 1, and `sets_two` to 2"));
        assert!(conflict.obligations.is_empty() && conflict.args.is_none());
    }

    #[test]
    fn an_obligation_without_a_value_forbids_the_step() {
        let mut s = session(SOURCE);
        assert_eq!(said(&step(&mut s, "both", r#"{"query":"a"}"#)), "permit by overflowing");
        let lost = step(&mut s, "both", r#"{"query":"ab"}"#);
        assert_eq!(said(&lost), "forbid by obligation");
        assert!(lost.rules[0].message.as_deref().unwrap().starts_with("`overflowing` sets `args.query` to what has no value (bank.reach:"));
    }

    #[test]
    fn the_verdict_agrees_with_the_decision() {
        let mut s = session(SOURCE);
        for (name, args) in [("search", r#"{"query":"q"}"#), ("bad", "{}"), ("bad", r#"{"limit":5}"#), ("both", r#"{"query":"ab"}"#), ("none", "{}")] {
            let line = super::call(s.entries(), name, args);
            let verdict = s.decide(&line);
            let decision = super::decision(s.event(&line));
            let rules = decision.rules.iter().filter(|r| r.file.is_some()).count();
            assert_eq!((verdict.effect, verdict.rules as usize), (decision.effect, rules), "{line}");
        }
    }
}

#[test]
fn results_are_read_from_yaml_and_what_is_none_has_no_value() {
    let source = "tool list() -> list<{ id: int, amount: decimal, to: text }> from yaml\ntool pay(to: text)\n\npermit p\n  on list, pay\n\n\
        forbid known\n  on pay\n  when ever(result list each x where x.to == step.args.to and x.amount == 100.00)\n";
    let told = |content: &str| {
        let mut s = session(source);
        step(&mut s, "list", "{}");
        let result = serde_json::json!({ "type": "result", "step": "c0", "ok": true, "content": content, "at": "2026-01-01T00:00:00Z" });
        assert!(matches!(s.event(&result.to_string()), Outcome::Observed));
        let decision = step(&mut s, "pay", r#"{"to":"a"}"#);
        (said(&decision), decision.errors.len())
    };
    assert_eq!(told("- amount: 100.0\n  id: 1\n  to: a\n"), ("forbid by known".to_owned(), 0));
    assert_eq!(told("- amount: 100.1\n  id: 1\n  to: a\n- {amount: 100, id: 2, to: 'b'}\n"), ("permit by p".to_owned(), 0));
    for lost in ["- amount: !!float 100.0\n  id: 1\n  to: b\n", "- {amount: 1, id: 1.5, to: b}", "- {amount: 1, id: 1, to: 5}", ""] {
        assert_eq!(told(lost), ("forbid by known".to_owned(), 1), "{lost}");
    }
}
