//! Reports made by hand, as the analysis would: decisions are those of the machine.

use std::fs;
use std::path::Path;

use reach_analysis::{Change, ChangeKind, Decided, Difference, Effect, Play, Played, Unknown, Witness};
use reach_codes::{Sources, render};
use reach_compiler::ir::Bundle;
use reach_harness::Replay;

use super::subject::Subject;

/// A policy with what a session can hold.
pub const DESK: &str = r#"context { user: text, limit: decimal }

tool look(day: date?)
tool pay(to: text, amount: decimal, note: text?, when: time?, wait: duration?, tags: list<text>?, kinds: set<text>?, more: { a: int, b: text? }?)
tool open(page: url, file: path?) -> { status: enum { ok, gone } } facts { risk: int }
tool read_note(name: text) pinned "sha256:0000000000000000000000000000000000000000000000000000000000000000"
tool "odd name"(how: enum { quick, slow }, extra: any)
model small(tokens: int)
resource glob"docs://**"
agent helper(topic: text)

budget usd: decimal limit 5.00 per session
charge usd by 1.00 on model small

permit looking
  on look, "odd name", read_note, model small, spawn helper, read glob"docs://**"

permit opening
  on open
  when facts.risk < 3

ask payment
  on pay
  with { notify "bank", set args.note: "checked" }
  because "{args.to} is paid {args.amount}"

forbid twice
  on pay
  when ever(call pay where args.to == step.args.to)
  because "{args.to} was paid already"
"#;

pub fn subject(path: &str, files: &[(&str, String)]) -> Subject {
    let (mut sources, mut shown) = (Sources::new(), Sources::new());
    for (name, text) in files {
        sources.add(*name, text.clone());
        shown.add(format!("{path}/{name}"), text.clone());
    }
    let bundle = match reach_compiler::build(sources) {
        Ok(built) => built.bundle,
        Err((sources, diagnostics)) => panic!("{}", render::text(&sources, &diagnostics, false)),
    };
    let replay = Replay::new(&bundle).unwrap_or_else(|d| panic!("{d:?}"));
    Subject { path: path.to_owned(), shown, bundle, replay }
}

/// The bundle of a desk, with something in it replaced.
pub fn desk(path: &str, [from, to]: [&str; 2]) -> Subject {
    subject(path, &[("desk.reach", DESK.replace(from, to))])
}

/// The bundle for a bank that ships, with something in it replaced.
pub fn bank(path: &str, [from, to]: [&str; 2]) -> Subject {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/banking/bank.reach");
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from));
    subject(path, &[("bank.reach", text.replace(from, to))])
}

/// Gives events that have none their times, a second apart.
pub fn events(lines: &[&str]) -> Vec<String> {
    lines
        .iter()
        .enumerate()
        .map(|(n, line)| {
            let (body, _) = line.rsplit_once('}').unwrap();
            let at = if line.contains("\"at\"") { String::new() } else { format!(r#","at":"2026-01-01T00:00:{n:02}Z""#) };
            format!("{body}{at}}}")
        })
        .collect()
}

fn last(subject: &Subject, events: &[String]) -> Decided {
    match subject.replay.play(events).pop() {
        Some(Played::Decided(decided)) => decided,
        other => panic!("{events:?}: {other:?}"),
    }
}

/// What differs upon some session.
pub fn change(old: &Subject, new: &Subject, step: &str, lines: &[&str]) -> Change {
    let events = events(lines);
    let (before, after) = (last(old, &events), last(new, &events));
    let kind = match (before.effect, after.effect) {
        (a, b) if a == b => ChangeKind::ObligationsChanged,
        (_, Effect::Permit) => ChangeKind::NewlyPermitted,
        (_, Effect::Ask) => ChangeKind::NewlyAsked,
        (_, Effect::Forbid) => ChangeKind::NewlyForbidden,
    };
    Change { kind, step: step.to_owned(), before, after, witness: Witness { events } }
}

pub fn difference(changes: Vec<Change>) -> Difference {
    let why = "`args.page matches re\"^(a|b)*$\"` and 3 conditions like it (desk.reach:12) are too many to tell apart".to_owned();
    let unknown = vec![Unknown { step: Some("call open".to_owned()), why }, Unknown { step: None, why: "the time ran out".to_owned() }];
    Difference { changes, more: 2, unknown, steps: 9 }
}

/// What a bundle decides at the end of a session.
pub fn decided(subject: &Subject, lines: &[&str]) -> (Witness, Decided) {
    let events = events(lines);
    let decided = last(subject, &events);
    (Witness { events }, decided)
}

/// The bundle, for tests of it.
pub fn tests_of(text: &str, of: &Bundle) -> reach_harness::Report {
    let mut given = of.given();
    given.sources.add("written.reach", text);
    match reach_compiler::build(given) {
        Ok(built) => reach_harness::run_tests(std::sync::Arc::new(built.image), &built.bundle, &reach_harness::TestOptions::default()),
        Err((sources, diagnostics)) => panic!("{text}\n{}", render::text(&sources, &diagnostics, false)),
    }
}
