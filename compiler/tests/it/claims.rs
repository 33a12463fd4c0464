//! Properties, and claims about a bundle.

use reach_codes::{Diagnostic, Sources, render};
use reach_compiler::ir::{Claim, ClaimEffect, ClaimExpect};
use reach_compiler::{CLAIM, Claimed, claim, lower};

use super::support::{accepts, refuses, said, short};

const BANK: &str = "context { user: text }\n\n\
    class outbound(to: text)\n\n\
    tool look()\n\
    tool send(to: text, amount: decimal, date: date?) facts { risk: int } is outbound(to: to)\n\
    tool mail(to: text, body: text) is outbound(to: to)\n\
    model gpt(tokens: int)\n\n\
    permit looking\n  on look\n\n\
    forbid large\n  on send\n  when args.amount > 1000 and ever(result look where ok)\n\n\
    ask any_send\n  on send\n\n";

fn sources(text: &str) -> Sources {
    let mut sources = Sources::new();
    sources.add("policy.reach", text);
    sources
}

#[track_caller]
fn claimed(text: &str) -> Claimed {
    claim(sources(BANK), text).unwrap_or_else(|(sources, diagnostics)| panic!("{text}\n{}", render::text(&sources, &diagnostics, false)))
}

fn refused(text: &str) -> (Sources, Vec<Diagnostic>) {
    claim(sources(BANK), text).map(|found| panic!("{text} is accepted: {:?}", found.claim)).unwrap_err()
}

fn property(text: &str) -> Claim {
    let bundle = accepts(&format!("{BANK}property \"p\" {{\n  {text}\n}}\n"));
    let [only] = bundle.properties.as_slice() else { panic!("{:?}", bundle.properties) };
    only.clone()
}

fn targets(claim: &Claim) -> Vec<(u32, Option<u32>)> {
    claim.targets.iter().map(|t| (t.target, t.class)).collect()
}

fn condition(claim: &Claim) -> String {
    claim.condition.as_ref().map(short).unwrap_or_default()
}

#[test]
fn a_property_says_of_which_steps_what_is_decided() {
    let p = property("given call send where args.amount > 1000 and context.user == \"ann\"\n  expect not permit");
    assert_eq!((p.name.as_str(), targets(&p), p.undeclared, p.unless_approved), ("p", vec![(1, None)], false, false));
    assert_eq!(p.expect, ClaimExpect { negated: true, effect: ClaimEffect::Permit, by: vec![] });
    assert_eq!(condition(&p), "and(compare(gt, slot(arg:amount), const(num:1000000000000000000000)), compare(eq, slot(context:user), const(text:ann)))");
    let p = property("given call send\n  expect forbid by large, default");
    assert_eq!(p.expect, ClaimExpect { negated: false, effect: ClaimEffect::Forbid, by: vec!["large".into(), "default".into()] });
    assert_eq!(p.condition, None);
    // Classes, kinds, several names.
    assert_eq!(targets(&property("given call outbound where args.to == \"x\"\n  expect ask")), [(1, Some(0)), (2, Some(0))]);
    assert_eq!(targets(&property("given model where args.tokens > 5\n  expect not ask")), [(3, None)]);
    assert_eq!(targets(&property("given say where args.text contains \"x\"\n  expect forbid")), [(4, None)]);
    assert_eq!(targets(&property("given call look, send\n  expect not forbid")), [(0, None), (1, None)]);
    assert!(property("given call undeclared\n  expect forbid").undeclared);
}

#[test]
fn not_approved_at_the_end_leaves_approvals_out() {
    let p = property("given call send where args.amount > 1 and args.amount < 5 and not approved\n  expect not permit");
    assert!(p.unless_approved && condition(&p).starts_with("and(compare(gt"), "{p:?}");
    let p = property("given call send where args.amount > 1 and not approved\n  expect not permit");
    assert!(p.unless_approved && condition(&p).starts_with("compare(gt"), "{p:?}");
    let p = property("given call send where not approved\n  expect not permit");
    assert!(p.unless_approved && p.condition.is_none(), "{p:?}");
    let found = claimed("never permit send when args.amount > 1000 and not approved").claim;
    assert!(found.unless_approved && condition(&found).starts_with("compare(gt"), "{found:?}");
    // It is no name of its own elsewhere.
    for text in
        ["never permit send when not approved and args.amount > 1", "never permit send when approved", "never permit send when args.amount > 1 or not approved"]
    {
        assert_eq!(refused(text).1.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["unknown-name"], "{text}");
    }
}

#[test]
fn what_a_property_asks_is_typed_as_in_a_rule() {
    let p = property(
        "given call send where args has date and args.date > 2026-01-01 and facts.risk > 3 and ever(call look) and args.to from user\n  expect not permit",
    );
    assert!(condition(&p).contains("history(1)") || condition(&p).contains("history(1, "), "{}", condition(&p));
    for (text, codes) in [
        ("given call send where args.amont > 5\n  expect permit", &["unknown-field"][..]),
        ("given call send where args.date > 2026-01-01\n  expect permit", &["optional-untested"]),
        ("given call send where args.amount\n  expect permit", &["not-a-condition"]),
        ("given call sned\n  expect permit", &["unknown-target"]),
        ("given call send\n  expect permit by lagre", &["unknown-rule"]),
        ("given call send\n  expect allow", &["bad-claim"]),
        ("given result send\n  expect permit", &["bad-claim"]),
        ("given prompt\n  expect permit", &["bad-claim"]),
        ("given denied call send\n  expect permit", &["bad-claim"]),
        ("given call send over 1h\n  expect permit", &["bad-claim"]),
        ("given call send per agent\n  expect permit", &["bad-claim"]),
        ("given call send since call look\n  expect permit", &["bad-claim"]),
        ("given call look, send where args.amount > 5\n  expect permit", &["unshared-field"]),
    ] {
        refuses(&format!("{BANK}property \"p\" {{\n  {text}\n}}\n"), codes);
    }
    insta::assert_snapshot!(
        [
            "given result send\n  expect permit",
            "given call send\n  expect premit",
            "given attempted call send\n  expect permit",
            "given call send where ever(approval)\n  expect permit",
        ]
        .map(|text| format!("{}\n", said(&format!("{BANK}property \"p\" {{\n  {text}\n}}\n"))))
        .concat()
    );
}

#[test]
fn a_claim_is_a_line() {
    let found = claimed("never permit send when args.amount > 1000");
    assert_eq!((found.claim.name.as_str(), targets(&found.claim)), ("never permit send when args.amount > 1000", vec![(1, None)]));
    assert_eq!(found.claim.expect, ClaimExpect { negated: true, effect: ClaimEffect::Permit, by: vec![] });
    let found = claimed("  always forbid undeclared\n");
    assert_eq!((found.claim.name.as_str(), found.claim.undeclared), ("always forbid undeclared", true));
    assert_eq!(found.claim.expect, ClaimExpect { negated: false, effect: ClaimEffect::Forbid, by: vec![] });
    assert_eq!(targets(&claimed("never ask look, model gpt, say").claim), [(0, None), (3, None), (4, None)]);
    assert_eq!(targets(&claimed("always permit *").claim).len(), 5);
    assert_eq!(targets(&claimed("never permit outbound when args.to == \"x\"").claim), [(1, Some(0)), (2, Some(0))]);
}

#[test]
fn mistakes_in_a_claim_are_shown_in_its_text() {
    let mut out = String::new();
    for text in [
        "",
        "permit send",
        "nver permit send",
        "never send",
        "never permit",
        "never allow send",
        "never permit sned",
        "never permit send when args.amuont > 5",
        "never permit send whn args.amount > 5",
        "never permit send if args.amount > 5",
        "never permit send when args.amount > 5 unless args.to == \"x\"",
        "never permit send\npermit x\n  on send",
        "never permit send when",
        "never permit send when (args.amount > 5",
        "never permit send when args.amount > 5 and approved",
    ] {
        let (sources, diagnostics) = refused(text);
        assert!(diagnostics.iter().all(|d| d.span().is_none_or(|s| sources.get(s.file).is_some_and(|f| f.name == CLAIM))), "{text}: {diagnostics:?}");
        out.push_str(&format!("{}\n", render::text(&sources, &diagnostics, false)));
    }
    insta::assert_snapshot!(out);
    let deep = format!("never permit send when {}true{}", "(".repeat(200_000), ")".repeat(200_000));
    assert_eq!(refused(&deep).1[0].code.name(), "nested-too-deeply");
    let broken = claim(sources("tool a(x: nonsense)\n"), "never permit a").unwrap_err();
    assert_eq!(broken.1.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["unknown-type"]);
}

#[test]
fn claims_and_properties_make_no_other_image() {
    let plain = lower(&accepts(BANK)).unwrap();
    for text in [
        "never permit send when args.amount > 1000",
        "never permit send when count(call mail where args.to == step.args.to) > 3 and args.to from results of look and ever(result look where ok)",
    ] {
        let found = claimed(text);
        assert_eq!(lower(&found.bundle).unwrap(), plain, "{text}");
        assert!(found.bundle.properties.is_empty());
    }
    let asks = claimed("never permit send when count(call mail) > 3 and args.to from user and ever(result look where ok)");
    assert_eq!((asks.bundle.monitors.len(), asks.bundle.aside.monitors), (2, 1));
    assert_eq!((asks.bundle.origins.len(), asks.bundle.aside.origins), (1, 1));
    // But for its text, a property in a file changes nothing either.
    let property = "property \"p\" {\n  given call send where count(call mail) > 3 and args.to from user\n  expect not permit\n}\n";
    let mut with = lower(&accepts(&format!("{BANK}{property}"))).unwrap();
    with.sources.clone_from(&plain.sources);
    assert_eq!(with, plain);
    assert_ne!(asks.bundle.sources.text(asks.claim.condition.as_ref().unwrap().span), "");
}
