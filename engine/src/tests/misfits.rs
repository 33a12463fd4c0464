//! Events that should not be: each is answered by a code, and never in the agent's favour.

use std::sync::Arc;

use reach_codes::Sources;

use crate::{Options, Outcome, Session, VerifiedImage};

const BUNDLE: &str = r#"label untrusted

context {
  user: text
}

tool fetch(file: text) returns untrusted
tool pay(to: text, amount: decimal)
agent helper()

budget spend: decimal limit 10.00 per session

charge spend by args.amount on pay

permit base
  on *

ask large
  on pay
  when args.amount > 5.00
  by other than context.user
  expires 15m

forbid tainted
  on pay
  when untrusted in labels

forbid planted
  on pay
  when args.to from untrusted

forbid often
  on pay
  when count(result fetch) >= 2
"#;

fn image() -> Arc<VerifiedImage> {
    let mut sources = Sources::new();
    sources.add("a.reach", BUNDLE);
    Arc::new(reach_compiler::build(sources).unwrap_or_else(|(sources, found)| panic!("{}", reach_codes::render::text(&sources, &found, false))).image)
}

/// Writes what became of each event on a line.
fn play(events: &[&str]) -> Vec<String> {
    let mut session = Session::new(image(), "s", Options::default());
    let mut said = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let line = format!(r#"{{"session":"s",{event},"at":"2026-01-01T00:{:02}:00Z"}}"#, at * 4);
        said.push(match session.event(&line) {
            Outcome::Decision(decision) => {
                let rules: Vec<&str> = decision.rules.iter().map(|rule| rule.rule.as_str()).collect();
                format!("{} by {}", decision.effect.word(), rules.join(", "))
            }
            Outcome::Observed => "observed".to_owned(),
            Outcome::LeftOut(error) | Outcome::Rejected(error) => error.code.name().to_owned(),
        });
    }
    said
}

const START: &str = r#""type":"start","context":{"user":"ann"}"#;
const PAY: &str = r#""type":"call","id":"p","name":"pay","args":{"to":"x-1234","amount":1}"#;
const LARGE: &str = r#""type":"call","id":"l","name":"pay","args":{"to":"x-1234","amount":6}"#;

#[test]
fn results_that_should_not_be_leave_no_question_with_a_value() {
    let unknown = r#""type":"result","step":"z","ok":true,"content":"pay to x-1234""#;
    assert_eq!(play(&[START, PAY]), ["observed", "permit by base"]);
    assert_eq!(play(&[START, unknown, PAY]), ["observed", "result-of-unknown-step", "forbid by tainted, planted, often"]);
    let refused = [START, r#""type":"call","id":"r","name":"fetch","args":{"file":1}"#, r#""type":"result","step":"r","ok":true,"content":"x""#, PAY];
    // What it says is known, and the payee isn't in it.
    assert_eq!(play(&refused), ["observed", "forbid by invalid_arguments", "result-of-refused-step", "forbid by tainted, often"]);
    let ill_typed = [START, r#""type":"result","step":"z","ok":"yes""#, PAY];
    assert_eq!(play(&ill_typed), ["observed", "event-field-type", "forbid by tainted, planted, often"]);
}

#[test]
fn a_second_result_is_told_and_counts_against_the_agent() {
    let read = r#""type":"call","id":"r","name":"fetch","args":{"file":"a"}"#;
    let result = r#""type":"result","step":"r","ok":true,"content":"x""#;
    assert_eq!(play(&[START, read, result, result]), ["observed", "permit by base", "observed", "result-already-given"]);
}

#[test]
fn answers_are_for_the_very_step_once_in_time_and_by_another() {
    let grant = |step: &str, by: &str| format!(r#""type":"approval","step":"{step}","granted":true,"by":"{by}""#);
    let (good, own, other) = (grant("l", "bob"), grant("l", " ANN "), grant("p", "bob"));
    assert_eq!(play(&[START, LARGE, &good]), ["observed", "ask by large", "permit by large"]);
    assert_eq!(play(&[START, LARGE, &own, &good]), ["observed", "ask by large", "approver-not-accepted", "permit by large"]);
    assert_eq!(play(&[START, LARGE, &other]), ["observed", "ask by large", "approval-of-unknown-step"]);
    assert_eq!(play(&[START, LARGE, &good, &good]), ["observed", "ask by large", "permit by large", "approval-not-asked"]);
    assert_eq!(play(&[START, PAY, &other]), ["observed", "permit by base", "approval-not-asked"]);
    // Four minutes an event: the fourth after the question is too late.
    assert_eq!(play(&[START, LARGE, START, START, START, &good]).last().unwrap(), "approval-lapsed");
    // Without the context, `by` has no value and accepts nobody.
    assert_eq!(play(&[LARGE, &good]), ["ask by large", "approver-not-accepted"]);
}

#[test]
fn agents_that_are_over_take_no_steps_and_spawn_nobody() {
    let spawn = r#""type":"spawn","id":"k","name":"helper""#;
    let end = r#""type":"end","agent":"k","ok":false"#;
    let child = r#""type":"call","id":"c","agent":"k","name":"fetch","args":{"file":"a"}"#;
    let grandchild = r#""type":"spawn","id":"g","agent":"k","name":"helper""#;
    assert_eq!(
        play(&[spawn, end, child, grandchild, end, PAY]),
        ["permit by base", "observed", "forbid by invalid_arguments", "forbid by invalid_arguments", "unknown-agent", "permit by base"]
    );
    assert_eq!(play(&[r#""type":"spawn","id":"main","name":"helper""#]), ["forbid by invalid_arguments"]);
    assert_eq!(play(&[r#""type":"spawn","id":"k","name":"stranger""#, child]), ["forbid by undeclared", "forbid by invalid_arguments"]);
}

#[test]
fn usage_for_nothing_counts_and_absurd_usage_does_not() {
    let usage = |step: &str, amount: &str| format!(r#""type":"usage","step":"{step}","charges":{{"spend":{amount}}}"#);
    let (nothing, negative, absurd) = (usage("z", "\"9.50\""), usage("p", "-1"), usage("p", "1e400"));
    assert_eq!(play(&[&nothing, PAY]), ["usage-of-unknown-step", "forbid by budget"]);
    assert_eq!(play(&[PAY, &negative]), ["permit by base", "usage-not-counted"]);
    assert_eq!(play(&[PAY, &absurd]), ["permit by base", "usage-not-counted"]);
    assert_eq!(play(&[PAY, r#""type":"usage","step":"p","charges":{"gold":1}"#]), ["permit by base", "usage-not-counted"]);
    let negative_charge = r#""type":"call","id":"n","name":"pay","args":{"to":"x-1234","amount":-1}"#;
    assert_eq!(play(&[negative_charge]), ["forbid by budget"]);
}

#[test]
fn another_bundle_takes_over_with_the_same_events_and_no_others() {
    let lines: Vec<String> = [START, PAY].iter().enumerate().map(|(at, e)| format!(r#"{{"session":"s",{e},"at":"2026-01-01T00:00:0{at}Z"}}"#)).collect();
    let mut session = Session::new(image(), "s", Options::default());
    for line in &lines {
        let _ = session.event(line);
    }
    let before = session.running_digest();
    let mut sources = Sources::new();
    sources.add("a.reach", format!("{BUNDLE}\nforbid again\n  on pay\n  when ever(call pay)\n"));
    let other = Arc::new(reach_compiler::build(sources).map_err(|_| ()).unwrap().image);
    let wrong = session.activate(Arc::clone(&other), lines.iter().take(1).map(String::as_str)).unwrap_err();
    assert_eq!(wrong.code.name(), "activate-other-events");
    assert_eq!(session.running_digest(), before, "it stays as it was");
    session.activate(other, lines.iter().map(String::as_str)).unwrap();
    assert_eq!(session.entries(), 3);
    let step = r#"{"session":"s","type":"call","id":"q","name":"pay","args":{"to":"x-1234","amount":1},"at":"2026-01-01T00:01:00Z"}"#;
    let Outcome::Decision(decision) = session.event(step) else { panic!("a step is decided") };
    assert_eq!((decision.effect.word(), decision.rules[0].rule.as_str(), decision.entry), ("forbid", "again", 3));
}
