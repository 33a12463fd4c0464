//! A typical gate decision.

use serde_json::{Map, json};

use crate::by_hand::gate::{ByHand, Call as Read};
use crate::calls::{Call, Calls};
use crate::engine::Engine;
use crate::engines::{cedar, cel, reach, regorus};
use crate::measure::Clock;
use crate::plan::Plan;
use crate::subject::looped;

const CALL: &str = include_str!("../../policies/gate/call.json");

/// Returns the policies and calls. The first call is the one that is timed.
///
/// # Panics
/// When a change of the call changes nothing.
#[must_use]
pub fn calls() -> Calls {
    let changed = |from: &str, to: &str| {
        assert!(CALL.contains(from), "the call has {from}");
        CALL.replacen(from, to, 1)
    };
    let call = |line: String, permitted| Call { line, permitted };
    let calls = vec![
        call(CALL.to_owned(), true),
        call(changed("249.95", "500.00"), true),
        call(changed("249.95", "500.01"), false),
        call(changed("249.95", "500"), true),
        call(changed("DE89370400440532013000", "DE89370400440532013001"), false),
        call(changed("DE89370400440532013000", "AT611904300234573201"), true),
        call(changed("\"EUR\"", "\"USD\""), false),
        call(changed("\"urgent\":false", "\"urgent\":true"), false),
        call(changed("send_money", "send_mail"), false),
    ];
    Calls {
        reach: vec![("gate.reach".to_owned(), include_str!("../../policies/gate/policy.reach").to_owned())],
        start: Some(include_str!("../../policies/gate/start.json").to_owned()),
        cedar: include_str!("../../policies/gate/policy.cedar").to_owned(),
        cedar_schema: include_str!("../../policies/gate/schema.cedarschema").to_owned(),
        decimals: vec!["amount"],
        rego: include_str!("../../policies/gate/policy.rego").to_owned(),
        cel: vec![include_str!("../../policies/gate/policy.cel").to_owned()],
        context: Map::from_iter([("role".to_owned(), json!("teller"))]),
        calls,
    }
}

/// Returns the comparisons: of evaluation alone, and from a line.
#[must_use]
pub fn plans() -> Vec<Plan> {
    let all = calls();
    let expected = |calls: &Calls| calls.calls.iter().map(|c| c.permitted).collect::<Vec<_>>();
    // What can't be read as the tool's call has no values to evaluate.
    let mut fitting = all.clone();
    fitting.calls.retain(|c| c.line.contains("\"send_money\""));
    let (for_hand, for_reach, for_cedar, for_regorus, for_cel) = (fitting.clone(), fitting.clone(), fitting.clone(), fitting.clone(), fitting.clone());
    let evaluation = Plan {
        workload: "gate",
        what: "evaluation only",
        size: None,
        expected: expected(&fitting),
        timed: 1,
        clock: Clock::Thread,
        sides: vec![
            (Engine::Hand, Box::new(move || by_hand_evaluation(&for_hand))),
            (Engine::Reach, Box::new(move || reach::evaluation(&for_reach))),
            (Engine::Cedar, Box::new(move || cedar::evaluation(&for_cedar))),
            (Engine::Regorus, Box::new(move || regorus::evaluation(&for_regorus))),
            (Engine::Cel, Box::new(move || cel::evaluation(&for_cel))),
        ],
    };
    let (for_serde, for_hand, for_reach, for_cedar, for_regorus) = (all.clone(), all.clone(), all.clone(), all.clone(), all.clone());
    let expected = expected(&all);
    let lines = Plan {
        workload: "gate",
        what: "JSON line in, decision out",
        size: None,
        timed: 1,
        clock: Clock::Thread,
        sides: vec![
            (
                Engine::Serde,
                Box::new(move || {
                    // It decides nothing, so it is given the answers.
                    let calls = for_serde.calls.clone();
                    Ok(looped(move |step| Read::read(&calls[step].line).is_some_and(|_| calls[step].permitted)))
                }),
            ),
            (
                Engine::Hand,
                Box::new(move || {
                    let (calls, policy) = (for_hand.calls.clone(), ByHand::default());
                    Ok(looped(move |step| policy.decide(&calls[step].line, true)))
                }),
            ),
            (Engine::Reach, Box::new(move || reach::lines(&for_reach))),
            (Engine::Cedar, Box::new(move || cedar::lines(&for_cedar))),
            (Engine::Regorus, Box::new(move || regorus::lines(&for_regorus))),
            (Engine::Cel, Box::new(move || cel::lines(&all))),
        ],
        expected,
    };
    vec![evaluation, lines]
}

fn by_hand_evaluation(calls: &Calls) -> Result<Box<dyn crate::subject::Subject>, String> {
    let policy = ByHand::default();
    // The lines are kept as long as the program runs, so that what was read can borrow from them.
    let read: Vec<(Read<'static>, i128)> = calls
        .calls
        .iter()
        .map(|c| {
            let line: &'static str = Box::leak(c.line.clone().into_boxed_str());
            let read = Read::read(line).ok_or("a call that can't be read")?;
            let amount = read.amount().ok_or("an amount that is no number")?;
            Ok((read, amount))
        })
        .collect::<Result<_, &str>>()?;
    Ok(looped(move |step| {
        let (call, amount) = &read[step];
        policy.permits(&call.args, *amount, std::hint::black_box(true))
    }))
}
