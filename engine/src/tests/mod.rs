//! Sessions from outside, on the sample bundle.

mod entities;
mod explanations;
mod given;
mod intake;
mod limits;
mod misfits;
mod monitors;
mod observations;
mod pasts;
mod properties;
mod read_steps;
mod recording;
mod rules;

use crate::fuzz::sample;
use crate::{Decision, Limits, ObservationError, Options, Outcome, Session};

fn session() -> Session {
    Session::new(sample().unwrap(), "s", Options::default())
}

fn limited(limits: Limits) -> Session {
    Session::new(sample().unwrap(), "s", Options { limits, ..Options::default() })
}

/// A call of `t` in second `at`.
fn call(id: &str, at: u32, args: &str) -> String {
    format!(r#"{{"session":"s","type":"call","id":"{id}","name":"t","args":{args},"facts":{{"fact":true}},"at":"2026-01-01T00:00:{at:02}Z"}}"#)
}

/// An observation in second `at`; `rest` is what its type asks for, with a comma before it.
fn observation(kind: &str, at: u32, rest: &str) -> String {
    format!(r#"{{"session":"s","type":"{kind}","at":"2026-01-01T00:00:{at:02}Z"{rest}}}"#)
}

fn decision(outcome: Outcome) -> Decision {
    match outcome {
        Outcome::Decision(decision) => *decision,
        other => panic!("not a decision: {other:?}"),
    }
}

fn rejected(outcome: Outcome) -> ObservationError {
    match outcome {
        Outcome::Rejected(error) => *error,
        other => panic!("not rejected: {other:?}"),
    }
}

/// `permit by p`, `forbid by invalid_arguments`, …
fn said(decision: &Decision) -> String {
    let names: Vec<&str> = decision.rules.iter().map(|r| r.rule.as_str()).collect();
    format!("{} by {}", decision.effect.word(), names.join(", "))
}

/// What became of a call with these arguments in a session of its own, with the message of a refusal.
fn decided(args: &str) -> String {
    let decision = decision(session().event(&call("c", 0, args)));
    match &decision.rules[0].message {
        Some(message) => format!("{}: {message}", said(&decision)),
        None => said(&decision),
    }
}
