//! A step that a host gives in its own form is decided as the line that it stands for.

use std::cell::Cell;

use reach_engine::{Arg, Effect, Step, StepKind};
use reach_tests::subject::Subject;
use reach_values::{decimal, time};
use serde_json::{Map, Value};

use super::{check, subject};

type Fields = Vec<(&'static str, Arg<'static>)>;

/// Turns JSON into what a host would hold; none where a number is none that it could. What is made lasts as long as the test.
fn arg(value: &Value, typed: bool) -> Option<Arg<'static>> {
    Some(match value {
        Value::Null => Arg::Null,
        Value::Bool(truth) => Arg::Bool(*truth),
        Value::Number(n) => match n.as_i64() {
            Some(n) => Arg::Int(n),
            None => Arg::Decimal(decimal::parse(&n.to_string()).ok()?),
        },
        Value::String(text) => match time::parse_time(text) {
            Ok(ns) if typed => Arg::Time(ns),
            _ => Arg::Text(text.clone().leak()),
        },
        Value::Array(items) => Arg::List(items.iter().map(|item| arg(item, typed)).collect::<Option<Vec<_>>>()?.leak()),
        Value::Object(fields) => Arg::Object(object(fields, typed)?.leak()),
    })
}

fn object(fields: &Map<String, Value>, typed: bool) -> Option<Fields> {
    fields.iter().map(|(name, value)| Some((&*name.clone().leak(), arg(value, typed)?))).collect()
}

/// Turns an event into a step, if it is one that a host could hold.
fn step(line: &str, typed: bool) -> Option<Step<'static>> {
    let event: Map<String, Value> = serde_json::from_str(line).ok()?;
    let word = |key: &str| event.get(key).and_then(Value::as_str).map(|text| &*text.to_owned().leak());
    let fields = |key: &str| event.get(key).map_or(Some(Vec::new()), |value| object(value.as_object()?, typed)).map(|fields| &*fields.leak());
    Some(Step {
        kind: StepKind::from_word(word("type")?)?,
        name: word("name").unwrap_or_default(),
        id: word("id")?,
        agent: word("agent"),
        at_ns: time::parse_time(word("at")?).ok()?,
        definition: word("definition"),
        args: fields("args")?,
        facts: fields("facts")?,
    })
}

/// Compares verdicts on the steps of a session. Returns how many there were, and how many were not forbidden.
fn compare(subject: &Subject, events: &[String]) -> Result<(u64, u64), String> {
    let mut session = subject.session();
    let (mut steps, mut allowed) = (0, 0);
    for (at, event) in events.iter().enumerate() {
        if let Some(step) = step(event, at % 2 == 0) {
            let (given, line) = (session.decide_step(&step), step.to_line(None));
            let read = session.decide(&line);
            if given != read {
                return Err(format!("{given:?} given, {read:?} read\nat {event}\nas {line}"));
            }
            steps += 1;
            allowed += u64::from(given.effect != Effect::Forbid);
        }
        session.event(event);
    }
    Ok((steps, allowed))
}

#[test]
fn a_given_step_is_decided_as_its_line() {
    let (steps, allowed) = (Cell::new(0), Cell::new(0));
    check(300, 60, 33, |case| {
        let generated = case.bundle();
        let counted = compare(&subject(&generated.source())?, &case.events(&generated))?;
        steps.set(steps.get() + counted.0);
        allowed.set(allowed.get() + counted.1);
        Ok(())
    });
    println!("{} steps, {} not forbidden", steps.get(), allowed.get());
    assert!(steps.get() > 5_000 && allowed.get() > 500, "only {} steps, {} of them not forbidden, were compared", steps.get(), allowed.get());
}
