use proptest::prelude::*;
use reach_evaluator::image::StepKind;
use reach_values::time;

use super::session;
use crate::work::operand;
use crate::{Arg, Effect, Limits, Options, Session, Step, Verdict, fuzz::sample};

const NOON_NS: i128 = 1_800_000_000 * time::SECOND_NS;

/// Values of every type, and values that don't fit.
const ARGS: &[(&str, Arg<'static>)] = &[
    ("text", Arg::Text("teller")),
    ("text", Arg::Text("a\"\\\n\u{1}é")),
    ("text", Arg::Int(1)),
    ("flag", Arg::Bool(true)),
    ("flag", Arg::Null),
    ("flag", Arg::Text("true")),
    ("int", Arg::Int(i64::MIN)),
    ("int", Arg::Decimal(5_000_000_000_000_000_000)),
    ("int", Arg::Decimal(1)),
    ("decimal", Arg::Decimal(-249_950_000_000_000_000_000)),
    ("decimal", Arg::Decimal(i128::MIN)),
    ("decimal", Arg::Int(i64::MAX)),
    ("time", Arg::Time(NOON_NS + 1)),
    ("time", Arg::Time(i128::MAX)),
    ("time", Arg::Text("2026-01-01T10:00:00+01:00")),
    ("time", Arg::Date(0)),
    ("date", Arg::Date(20_000)),
    ("date", Arg::Date(i128::MAX)),
    ("date", Arg::Text("2026-02-30")),
    ("duration", Arg::Duration(90_000_000_000)),
    ("duration", Arg::Duration(i128::MAX)),
    ("duration", Arg::Text("1h")),
    ("path", Arg::Text("/a/../b")),
    ("email", Arg::Text("Ann@Bank.Example")),
    ("email", Arg::Text("no")),
    ("enum", Arg::Text("auditor")),
    ("enum", Arg::Text("nobody")),
    ("any", Arg::Object(&[("b", Arg::Int(1)), ("a", Arg::List(&[Arg::Null]))])),
    ("any", Arg::Text("x")),
    ("list", Arg::List(&[Arg::Text("a@b.example"), Arg::Text("c@d.example")])),
    ("list", Arg::List(&[])),
    ("list", Arg::List(&[Arg::Text("no")])),
    ("set", Arg::List(&[Arg::Int(3), Arg::Int(1), Arg::Int(3)])),
    ("set", Arg::List(&[Arg::Bool(true)])),
    ("map", Arg::Object(&[("z", Arg::Text("1")), ("a", Arg::Text("2"))])),
    ("some", Arg::List(&[Arg::Text("x"), Arg::Text("y")])),
    ("some", Arg::Text("x")),
    ("some", Arg::Text("[\"x\"]")),
    ("some", Arg::Text("[1]")),
    ("record", Arg::Object(&[("set", Arg::List(&[Arg::Int(2), Arg::Int(1)])), ("text", Arg::Text("t"))])),
    ("record", Arg::Object(&[("text", Arg::Text("t"))])),
    ("record", Arg::Object(&[("text", Arg::Text("t")), ("text", Arg::Text("t")), ("set", Arg::List(&[]))])),
    ("record", Arg::Object(&[("text", Arg::Text("t")), ("set", Arg::List(&[])), ("more", Arg::Null)])),
    ("unknown", Arg::Null),
];

fn step<'a>(args: &'a [(&'a str, Arg<'a>)], facts: &'a [(&'a str, Arg<'a>)]) -> Step<'a> {
    Step { kind: StepKind::Call, name: "t", id: "c1", agent: None, at_ns: NOON_NS, definition: None, args, facts }
}

/// The values of the step that was looked at last, as rules see them.
fn seen(session: &Session) -> Vec<String> {
    let image = sample().unwrap();
    let target = &image.image().targets[0];
    let values = target.args.iter().chain(&target.facts).map(|f| operand(session.work().view(&image), f.ty, session.work().step.slots[usize::from(f.slot.0)]));
    values.collect()
}

/// Decides a step in both ways; the values are the same too where it isn't refused.
fn both(step: &Step<'_>, options: impl Fn() -> Options) -> Result<Verdict, TestCaseError> {
    let (mut given, mut read) = (Session::new(sample().unwrap(), "", options()), Session::new(sample().unwrap(), "", options()));
    let line = step.to_line(None);
    let verdict = given.decide_step(step);
    prop_assert_eq!(verdict, read.decide(&line), "{}", line);
    if verdict.effect == Effect::Permit {
        prop_assert_eq!(seen(&given), seen(&read), "{}", line);
    }
    prop_assert_eq!(given.save(), read.save());
    Ok(verdict)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_given_step_is_its_line(
        args in prop::sample::subsequence(ARGS, 0..8).prop_shuffle(),
        facts in prop::sample::subsequence(vec![("fact", Arg::Bool(true)), ("fact", Arg::Null), ("other", Arg::Null)], 0..3),
        id in prop_oneof![Just("c1"), Just(""), Just("main")],
        agent in prop_oneof![Just(None), Just(Some("main")), Just(Some("")), Just(Some("who"))],
        kind in prop_oneof![4 => Just(StepKind::Call), 1 => Just(StepKind::Say), 1 => Just(StepKind::Model)],
        at_ns in prop_oneof![4 => Just(NOON_NS), 1 => Just(i128::MAX), 1 => Just(time::MIN_TIME)],
    ) {
        both(&Step { id, agent, kind, at_ns, ..step(&args, &facts) }, Options::default)?;
    }

    #[test]
    fn values_that_fit_are_taken_as_they_are(at in prop::sample::subsequence((0..ARGS.len()).collect::<Vec<_>>(), 1..4)) {
        let mut args = vec![("text", Arg::Text("teller"))];
        args.extend(at.into_iter().map(|at| ARGS[at]).filter(|(name, _)| *name != "text"));
        both(&step(&args, &[("fact", Arg::Bool(true))]), Options::default)?;
    }
}

#[test]
fn what_fits_is_permitted_without_a_line_and_counts_as_work() {
    let args = [("text", Arg::Text("teller")), ("decimal", Arg::decimal("249.95").unwrap()), ("set", Arg::List(&[Arg::Int(2), Arg::Int(1)]))];
    let verdict = both(&step(&args, &[("fact", Arg::Bool(true))]), Options::default).unwrap();
    assert_eq!((verdict.effect, verdict.rules), (Effect::Permit, 1));
    let undeclared = Step { name: "no such tool", ..step(&args, &[]) };
    assert_eq!(both(&undeclared, Options::default).unwrap().effect, Effect::Forbid);
}

#[test]
fn limits_of_given_steps_are_those_of_their_lines() {
    let long = "x".repeat(100);
    let args = [("text", Arg::Text(&long))];
    let facts = [("fact", Arg::Bool(true))];
    let step = step(&args, &facts);
    let line = step.to_line(None).len();
    for (limits, expected) in [
        (Limits { text_bytes: 100, ..Limits::LANGUAGE }, Effect::Permit),
        (Limits { text_bytes: 99, ..Limits::LANGUAGE }, Effect::Forbid),
        (Limits { event_bytes: line, ..Limits::LANGUAGE }, Effect::Permit),
        (Limits { event_bytes: line - 1, ..Limits::LANGUAGE }, Effect::Forbid),
        (Limits { id_bytes: 2, ..Limits::LANGUAGE }, Effect::Permit),
        (Limits { id_bytes: 1, ..Limits::LANGUAGE }, Effect::Forbid),
    ] {
        let verdict = both(&step, || Options { limits, ..Options::default() }).unwrap();
        assert_eq!(verdict.effect, expected, "{limits:?}");
    }
    let items = [Arg::Int(1); 3];
    let args = [("text", Arg::Text("a")), ("set", Arg::List(&items))];
    for (list_items, expected) in [(6, Effect::Permit), (2, Effect::Forbid)] {
        let limits = Limits { list_items, ..Limits::LANGUAGE };
        assert_eq!(both(&Step { args: &args, ..step }, || Options { limits, ..Options::default() }).unwrap().effect, expected);
    }
}

#[test]
fn steps_in_lines_are_decided_one_by_one() {
    let mut session = session();
    let lines = format!("{}\n\n{}\r\n{{\n", super::call("a", 1, r#"{"text":"x"}"#), super::call("b", 2, "{}"));
    let mut verdicts = Vec::new();
    session.decide_lines(&lines, &mut verdicts);
    assert_eq!(verdicts.iter().map(|v| v.effect).collect::<Vec<_>>(), [Effect::Permit, Effect::Forbid, Effect::Forbid]);
    assert_eq!(verdicts, lines.lines().filter(|line| !line.is_empty()).map(|line| session.decide(line)).collect::<Vec<_>>());
}
