//! Claims about whole sessions: of the bundles that ship, with the shortest session that breaks each when one rule is gone; and of bundles
//! of which the proof needs more than one state.

use std::fmt::Write as _;
use std::path::Path;

use reach_analysis::{Limits, Proof, Verdict, prove, watched};
use reach_codes::Sources;
use reach_compiler::{Claimed, claim};
use reach_harness::Replay;

fn sources_of(bundle: &str) -> Sources {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(bundle);
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name.ends_with(".reach")).collect();
    names.sort();
    let mut sources = Sources::new();
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        sources.add(name, text);
    }
    sources
}

fn source(text: &str) -> Sources {
    let mut sources = Sources::new();
    sources.add("a.reach", text);
    sources
}

/// Proves a claim about a bundle, without one of its rules if that is said.
fn proof(sources: Sources, text: &str, without: Option<&str>) -> Proof {
    let Claimed { mut bundle, claim, .. } = claim(sources, text).unwrap_or_else(|(_, d)| panic!("{text}: {d:?}"));
    if let Some(name) = without {
        let before = bundle.rules.len();
        bundle.rules.retain(|rule| rule.name != name);
        assert_eq!(bundle.rules.len() + 1, before, "{name}");
    }
    let replay = Replay::new(&watched(&bundle, &claim)).unwrap();
    prove(&bundle, &claim, &replay, &Limits::default())
}

/// Draws an answer for people.
fn drawn(proof: &Proof) -> String {
    let mut out = format!("{:?} after {} states: {}\n", proof.verdict, proof.states, proof.claim);
    for unknown in &proof.unknown {
        let _ = writeln!(out, "  unknown: {}", unknown.why);
    }
    for event in proof.witness.iter().flat_map(|w| &w.events) {
        let _ = writeln!(out, "  {event}");
    }
    if let Some(decided) = &proof.decided {
        let rules: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
        let _ = writeln!(out, "  {} by {}", decided.effect.word(), rules.join(", "));
    }
    out
}

/// A bundle, a claim about it, and a rule without which it doesn't hold.
const SHIPPED: [(&str, &str, &str); 6] = [
    ("banking", "never permit send_money, schedule_transaction when args.amount > 5000.00", "above_ceiling"),
    ("agents/banking", "never permit update_password when args.password from untrusted and not (args.password from user)", "planted_password"),
    (
        "agents/banking",
        "never permit send_money when args.recipient from untrusted and not (args.recipient from user) and not (about_payment named by user)",
        "unasked_payment",
    ),
    (
        "agents/slack",
        "never permit remove_user_from_slack when args.user from untrusted and not (args.user from user) and not (about_removing named by user)",
        "unasked_removal",
    ),
    (
        "agents/dailylife",
        "never permit send_money when args.recipient from untrusted and not (args.recipient from user) and not (about_payment named by user)",
        "unasked_payment",
    ),
    (
        "agents/dailylife",
        "never permit delete_node when args.path from untrusted and not (args.path from user) and not (about_deleting named by user)",
        "unasked_deletion",
    ),
];

#[test]
fn claims_about_shipped_bundles_are_proved_and_broken_without_one_rule() {
    let mut out = String::new();
    for (bundle, text, rule) in SHIPPED {
        let whole = proof(sources_of(bundle), text, None);
        assert_eq!(whole.verdict, Verdict::Proved, "{bundle}: {}", drawn(&whole));
        let broken = proof(sources_of(bundle), text, Some(rule));
        assert_eq!(broken.verdict, Verdict::Violated, "{bundle}: {}", drawn(&broken));
        let _ = writeln!(out, "{bundle}\n{}without `{rule}`: {}", drawn(&whole), drawn(&broken));
    }
    insta::assert_snapshot!("shipped", out);
}

/// Steps that must follow one another.
const ORDERED: &str = "label secret\n\
    tool look(id: text)\n\
    tool read_vault(name: text) returns secret\n\
    tool approve(id: text)\n\
    tool pay(id: text, amount: decimal)\n\
    tool send(body: text)\n\
    permit looking\n  on look\n\
    permit approving\n  on approve\n  when ever(result look where args.id == step.args.id and ok)\n\
    permit paying\n  on pay\n  when ever(call approve where args.id == step.args.id) and args.amount <= 100.00\n\
    forbid often\n  on pay\n  when count(call pay) >= 2\n\
    permit vault\n  on read_vault\n  unless ever(call send)\n\
    permit sending\n  on send\n  unless secret in labels\n";

#[test]
fn a_claim_may_rest_on_what_an_earlier_step_needed() {
    // Whoever pays has looked, since whoever approved had looked.
    let found = proof(source(ORDERED), "never permit pay when not ever(result look where args.id == step.args.id)", None);
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
    assert!(found.states > 1, "{}", drawn(&found));
    let loose = ORDERED.replace("\n  when ever(result look where args.id == step.args.id and ok)", "");
    let found = proof(source(&loose), "never permit pay when not ever(result look where args.id == step.args.id)", None);
    assert_eq!(found.verdict, Verdict::Violated, "{}", drawn(&found));
    // An approval, and the payment.
    assert_eq!(found.witness.unwrap().events.iter().filter(|e| !e.contains("\"result\"")).count(), 2);
}

#[test]
fn counts_saturate_and_the_shortest_session_counts_up() {
    let found = proof(source(ORDERED), "never permit pay when count(call pay) >= 2", None);
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
    let found = proof(source(ORDERED), "never permit pay when count(call pay) >= 1", None);
    assert_eq!(found.verdict, Verdict::Violated, "{}", drawn(&found));
    let events = found.witness.unwrap().events;
    let steps = |name: &str| events.iter().filter(|e| e.contains(&format!("\"name\":\"{name}\""))).count();
    assert_eq!((steps("look"), steps("approve"), steps("pay")), (1, 1, 2), "{events:#?}");
}

#[test]
fn labels_are_part_of_a_state() {
    let found = proof(source(ORDERED), "never permit send when secret in labels", None);
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
    let found = proof(source(ORDERED), "never permit send when ever(call read_vault)", None);
    // A step that came back with nothing yet has left its label all the same.
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
    let found = proof(source(ORDERED), "never permit read_vault when ever(call read_vault)", None);
    assert_eq!(found.verdict, Verdict::Violated, "{}", drawn(&found));
}

#[test]
fn what_a_person_agrees_to_counts_unless_the_claim_says_otherwise() {
    let text = "tool pay(amount: int)\nask large\n  on pay\n  when args.amount > 10\npermit small\n  on pay\n  when args.amount <= 10\n";
    let found = proof(source(text), "never permit pay when args.amount > 10", None);
    assert_eq!(found.verdict, Verdict::Violated, "{}", drawn(&found));
    assert!(found.witness.unwrap().events.last().unwrap().contains("\"approval\""));
    let found = proof(source(text), "never permit pay when args.amount > 10 and not approved", None);
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
}

#[test]
fn what_is_not_told_apart_is_unknown_and_never_proved() {
    let text = "tool pay(amounts: list<int>)\npermit some\n  on pay\n  when sum(a in args.amounts: a) <= 10\n";
    let found = proof(source(text), "never permit pay when sum(a in args.amounts: a) > 10", None);
    assert_eq!(found.verdict, Verdict::Proved, "the same sum is the same question: {}", drawn(&found));
    let found = proof(source(text), "never permit pay when sum(a in args.amounts: a * 2) > 20", None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", drawn(&found));
}

#[test]
fn a_step_may_be_decided_while_another_waits_for_its_result() {
    let text = "label secret\ntool read_key(name: text) returns secret\ntool send(body: text)\npermit reading\n  on read_key\npermit mailing\n  on send\n\
                forbid after_secret\n  on send\n  when ever(result read_key)\n";
    for claim in ["never permit send when ever(call read_key)", "never permit send when secret in labels"] {
        let found = proof(source(text), claim, None);
        assert_eq!(found.verdict, Verdict::Violated, "{}", drawn(&found));
    }
    // A result that comes late counts from then on, and what was not so before may be so then.
    let once = text.replace("permit reading\n  on read_key\n", "permit reading\n  on read_key\n  unless ever(call send)\n");
    let found = proof(source(&once), "never permit read_key when ever(result read_key) and ever(call send)", None);
    assert_eq!(found.verdict, Verdict::Proved, "{}", drawn(&found));
    let both = "tool first()\ntool second()\ntool third()\npermit one\n  on first\n  unless ever(call second)\npermit two\n  on second\n  unless ever(result first)\n\
                permit three\n  on third\n  when ever(result first) and ever(call second)\n";
    let found = proof(source(both), "never permit third", None);
    assert_ne!(found.verdict, Verdict::Proved, "first, second, and then the result of the first: {}", drawn(&found));
}

#[test]
fn what_a_child_may_not_do_is_not_always_permitted() {
    let text = "agent helper()\ntool look()\ntool wipe()\npermit spawning\n  on helper\n  grants { look }\npermit all\n  on look, wipe\n";
    let found = proof(source(text), "always permit wipe", None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", drawn(&found));
    let found = proof(source(text), "never permit wipe when agent.depth > 0", None);
    assert_ne!(found.verdict, Verdict::Proved, "{}", drawn(&found));
}

/// Compares two texts.
fn compared(old: &str, new: &str) -> reach_analysis::Difference {
    let [old, new] = [old, new].map(|text| reach_compiler::build(source(text)).unwrap_or_else(|(_, d)| panic!("{d:?}")).bundle);
    let [old_play, new_play] = [&old, &new].map(|bundle| Replay::new(bundle).unwrap());
    reach_analysis::diff(&old, &new, &old_play, &new_play, &Limits::default()).unwrap()
}

#[test]
fn what_differs_beside_rules_is_said_to_be_unknown() {
    let text = "label bad\ncontext { user: email }\ntool get(url: url) returns bad\ntool pay(amount: int)\nbudget day: int limit 100 per session over 24h opening 5\n\
                charge day by args.amount on pay\npermit getting\n  on get\nask paying\n  on pay\n  by other than context.user expires 1h\n";
    assert!(compared(text, text).unknown.is_empty());
    for (from, to) in [
        (" returns bad", ""),
        (" over 24h", ""),
        (" opening 5", ""),
        ("per session", "per agent"),
        ("  by other than context.user expires 1h\n", ""),
        (" expires 1h", " expires 2h"),
        ("get(url: url)", "get(url: url) -> text from json"),
        ("charge day by args.amount on pay", "charge day by args.amount + 1 on pay"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        let difference = compared(text, &changed);
        assert!(!difference.unknown.is_empty(), "{from} becomes {to}: {difference:#?}");
    }
}

#[test]
fn more_questions_than_a_state_can_keep_are_unknown() {
    let ask = |n: usize| format!("ever(call t{n})");
    let tools: String = (0..40).map(|n| format!("tool t{n}()\n")).collect();
    let all: Vec<String> = (0..40).map(ask).collect();
    let text = format!("{tools}tool last()\npermit any\n  on t*\npermit end\n  on last\n  when {}\n", all.join(" and "));
    let found = proof(source(&text), "never permit last when not ever(call t0) or ever(call t1)", None);
    assert_eq!(found.verdict, Verdict::Unknown, "{}", drawn(&found));
}
