//! Labels, results, agents, and who answers an `ask`.

use reach_compiler::ir::{Effect, ExprKind, Format, Obligation, SlotRef, StepKind, Type};

use super::support::{accepts, refuses, said, when};

const TOOLS: &str = "label untrusted, secret\n\n\
    context { user: email, boss: text?, auditors: list<email>, role: enum { teller, auditor } }\n\n\
    tool read_file(file_path: path) returns untrusted, secret when file_path within \"/etc\" or args.file_path within context_root\n\
    tool mail(to: list<email>, copy: email?, body: text) -> { id: text, meta: { by: email? }? } from json returns untrusted in meta.by\n\
    tool pay(to: text, amount: decimal, day: date?) facts { risk: int }\n\
    agent researcher(topic: text, usd: decimal)\n\n\
    let context_root = \"/root\"\n\n";

fn with(rules: &str) -> String {
    format!("{TOOLS}{rules}")
}

#[test]
fn labels_are_numbered_in_source_order_and_results_carry_them() {
    let bundle = accepts(&with("forbid leak\n  on mail\n  when secret in labels and untrusted not in labels\n"));
    assert_eq!(bundle.labels, ["untrusted", "secret"]);
    let ExprKind::And(terms) = &when(&bundle, "leak").kind else { panic!() };
    assert_eq!(terms[0].kind, ExprKind::Labelled(1));
    assert!(matches!(&terms[1].kind, ExprKind::Not(of) if of.kind == ExprKind::Labelled(0)));
    let returns = &bundle.targets[0].returns;
    assert_eq!(returns.iter().map(|r| (r.label, r.when.is_some())).collect::<Vec<_>>(), [(0, false), (1, true)]);
    let mail = &bundle.targets[1];
    let result = mail.result.as_ref().unwrap();
    assert_eq!(result.format, Some(Format::Json));
    // `meta` is optional: what is absent in it has no value.
    let part = mail.returns[0].part.as_ref().unwrap();
    assert_eq!(part.ty, Type::Optional(Type::EMAIL.into()));
    let ExprKind::Field(meta, 0) = &part.kind else { panic!("{part:?}") };
    let ExprKind::Unwrap(meta) = &meta.kind else { panic!("{meta:?}") };
    let ExprKind::Field(whole, 1) = &meta.kind else { panic!("{meta:?}") };
    assert_eq!(whole.kind, ExprKind::Slot(SlotRef::Result));
}

#[test]
fn an_agent_is_a_target_like_a_model() {
    let bundle = accepts(&with("permit p\n  on spawn researcher\n  when args.usd < 1.00\n\nforbid f\n  on spawn\n\nforbid g\n  on researcher, pay\n"));
    assert_eq!((bundle.targets[3].kind, bundle.targets[3].name.as_str()), (StepKind::Spawn, "researcher"));
    for (rule, targets) in [(0, vec![3]), (1, vec![3]), (2, vec![2, 3])] {
        assert_eq!(bundle.rules[rule].targets.iter().map(|t| t.target).collect::<Vec<_>>(), targets);
    }
    refuses("tool a()\n\nforbid f\n  on spawn\n", &["matches-nothing"]);
    refuses(&with("forbid f\n  on spawn reseacher\n"), &["unknown-target"]);
}

#[test]
fn an_ask_says_who_may_answer_how_long_it_waits_and_what_is_cleared() {
    let bundle = accepts(&with(
        "let patience = 15m\n\nask a\n  on pay\n  when context has boss\n  by one of { context.boss, args.to }\n  expires patience\n  with { clear secret }\n\nask b\n  on mail\n  by other than context.user\n\nask c\n  on mail\n  by one of context.auditors\n",
    ));
    let a = &bundle.rules[0];
    assert_eq!(a.expires, Some(900_000_000_000));
    assert_eq!(a.obligations, [Obligation::Clear(1)]);
    let approver = a.approver.as_ref().unwrap();
    assert!(approver.one_of);
    assert_eq!(approver.who.ty, Type::List(Type::Text.into()));
    let b = bundle.rules[1].approver.as_ref().unwrap();
    assert!(!b.one_of);
    assert_eq!(b.who.ty, Type::EMAIL);
    assert_eq!(bundle.rules[2].approver.as_ref().unwrap().who.ty, Type::List(Type::EMAIL.into()));
    assert_eq!(bundle.rules[2].effect, Effect::Ask);
    for (clause, code) in [
        ("by one of { 5 }", "type-mismatch"),
        ("by other than args.amount", "type-mismatch"),
        ("by other than context.boss", "optional-untested"),
        ("expires 0s", "not-a-window"),
        ("expires args.amount", "not-known-here"),
        ("expires 5", "type-mismatch"),
        ("with { clear public }", "unknown-label"),
        ("with { clear pay }", "wrong-kind-of-name"),
    ] {
        refuses(&with(&format!("ask a\n  on pay\n  {clause}\n")), &[code]);
    }
    for rule in ["permit p\n  on pay\n  with { clear secret }\n", "oblige p\n  on pay\n  with { clear secret }\n"] {
        assert_eq!(said(&with(rule)), "not-obligable: only an `ask` that was approved clears a label; put it into an `ask`");
    }
}

#[test]
fn a_result_is_of_a_plain_type() {
    refuses("tool b() -> text where length(it) < 5\n", &["not-supported-yet"]);
    refuses("tool b() -> { at: path at \"/srv\" }\n", &["not-supported-yet"]);
    refuses("tool b() -> txt returns secret in body\n\nlabel secret\n", &["unknown-type"]);
    // Of what is asked of a result that is wrong, nothing is said.
    refuses("tool b() -> txt\n\nforbid f\n  on b\n  when ever(result b where result.a == 1)\n", &["unknown-type"]);
}

#[test]
fn mistakes_about_labels_and_results_are_explained() {
    for (text, message) in [
        ("forbid f\n  on pay\n  when public in labels\n", "unknown-label: there is no label `public`; declare it: `label public`"),
        ("forbid f\n  on pay\n  when secrt in labels\n", "unknown-label: there is no label `secrt`; did you mean `secret`?"),
        ("forbid f\n  on pay\n  when \"secret\" in labels\n", "not-a-value: a label stands before `in labels`; name one that is declared: `secret in labels`"),
        (
            "forbid f\n  on pay\n  when labels contains secret\n",
            "not-a-value: `labels` is not a value by itself; write `secret in labels` with a label that is declared: `label secret`",
        ),
        (
            "tool b() returns secret in body\n",
            "no-structured-result: nothing says that the result of `b` has fields; say what it is: `tool b(…) -> { body: text }`; or let the whole result carry the label",
        ),
        ("tool b() -> { body: text } returns secret in bdy\n", "unknown-field: `{ body: text }` has no field `bdy`; did you mean `body`?"),
        ("tool b() -> { body: text } from jsn\n", "bad-reading: a result can't be read from `jsn`; did you mean `json`?"),
        (
            "tool b(x: text) returns secret when secret in labels\n",
            "session-not-here: `labels` can't be asked in a tool's declaration; ask it in a rule; a declaration is about its own arguments, facts and the context",
        ),
    ] {
        assert_eq!(said(&with(text)), message);
    }
}
