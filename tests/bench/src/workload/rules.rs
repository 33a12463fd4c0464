//! Many rules: one for each tool, or all on one tool with a value of their own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Deserialize;

use crate::calls::{Call, Calls};
use crate::engine::Engine;
use crate::engines::{cedar, cel, reach, regorus};
use crate::measure::Clock;
use crate::plan::Plan;
use crate::subject::{Subject, looped};
use crate::workload::texts::{each, files, fill, limit};

/// How many rules.
pub const SIZES: [usize; 6] = [1, 10, 100, 1_000, 10_000, 100_000];

/// Texts of a workload: what stands once, and what stands for each rule.
struct Texts {
    reach: [&'static str; 2],
    cedar: [&'static str; 2],
    cedar_schema: [&'static str; 2],
    rego: [&'static str; 2],
    cel: &'static str,
}

const TOOLS: Texts = Texts {
    reach: ["", include_str!("../../policies/tools/rule.reach")],
    cedar: ["", include_str!("../../policies/tools/rule.cedar")],
    cedar_schema: [include_str!("../../policies/tools/head.cedarschema"), include_str!("../../policies/tools/rule.cedarschema")],
    rego: [include_str!("../../policies/tools/head.rego"), include_str!("../../policies/tools/rule.rego")],
    cel: include_str!("../../policies/tools/rule.cel"),
};

const VALUES: Texts = Texts {
    reach: [include_str!("../../policies/values/head.reach"), include_str!("../../policies/values/rule.reach")],
    cedar: ["", include_str!("../../policies/values/rule.cedar")],
    cedar_schema: [include_str!("../../policies/values/head.cedarschema"), ""],
    rego: [include_str!("../../policies/values/head.rego"), include_str!("../../policies/values/rule.rego")],
    cel: include_str!("../../policies/values/rule.cel"),
};

/// Returns rules, one for each tool, and calls.
#[must_use]
pub fn of_tools(rules: usize) -> Calls {
    made(&TOOLS, rules, |n| (format!("t{n}"), "main".to_owned()))
}

/// Returns rules on one tool that differ in a field's value, and calls.
#[must_use]
pub fn of_values(rules: usize) -> Calls {
    made(&VALUES, rules, |n| ("pay".to_owned(), format!("account-{n}")))
}

/// Returns the comparisons where each rule has its tool.
#[must_use]
pub fn tools() -> Vec<Plan> {
    SIZES.iter().map(|size| plan("tools", *size, of_tools, |call| call.name.strip_prefix('t').filter(|_| call.args.account == "main"))).collect()
}

/// Returns the comparisons where each rule has its value.
#[must_use]
pub fn values() -> Vec<Plan> {
    SIZES.iter().map(|size| plan("values", *size, of_values, |call| call.args.account.strip_prefix("account-").filter(|_| call.name == "pay"))).collect()
}

fn made(texts: &Texts, rules: usize, subject: impl Fn(usize) -> (String, String)) -> Calls {
    let text = |[head, rule]: [&str; 2]| each(head, rule, rules);
    let [middle, last] = [rules / 2, rules - 1];
    let call = |n: usize, amount: u64, account: Option<&str>, permitted: bool| {
        let (name, its) = subject(n);
        let account = account.unwrap_or(&its);
        let line = format!(
            r#"{{"session":"s","type":"call","id":"c1","name":"{name}","args":{{"amount":{amount},"account":"{account}"}},"at":"2026-01-31T09:30:00Z"}}"#
        );
        Call { line, permitted }
    };
    let calls = vec![
        call(0, limit(0), None, true),
        call(middle, limit(middle), None, true),
        call(last, limit(last), None, true),
        call(middle, limit(middle) + 1, None, false),
        call(last, 1, Some("nobody"), false),
    ];
    Calls {
        reach: files(&text(texts.reach)),
        cedar: text(texts.cedar),
        cedar_schema: text(texts.cedar_schema),
        rego: text(texts.rego),
        cel: (0..rules).map(|n| fill(texts.cel, n)).collect(),
        calls,
        ..Calls::default()
    }
}

/// A call as hand-written Rust reads it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read, because the event has them")]
struct Read<'a> {
    session: &'a str,
    r#type: &'a str,
    id: &'a str,
    name: &'a str,
    #[serde(borrow)]
    args: Args<'a>,
    at: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Args<'a> {
    amount: u64,
    #[serde(borrow)]
    account: Cow<'a, str>,
}

/// Says which rule a call is of: the digits of its number.
type Key = for<'r> fn(&'r Read<'_>) -> Option<&'r str>;

fn plan(workload: &'static str, size: usize, make: fn(usize) -> Calls, key: Key) -> Plan {
    // Texts are made when they are needed, and shared.
    let calls: Rc<std::cell::OnceCell<Calls>> = Rc::default();
    let with = |build: fn(&Calls) -> Result<Box<dyn Subject>, String>| {
        let calls = Rc::clone(&calls);
        Box::new(move || build(calls.get_or_init(|| make(size)))) as crate::plan::Build
    };
    let expected = make(1).calls.iter().map(|c| c.permitted).collect();
    let for_hand = Rc::clone(&calls);
    Plan {
        workload,
        what: "JSON line in, decision out",
        size: Some(size),
        expected,
        timed: 5,
        clock: Clock::Thread,
        sides: vec![
            (Engine::Hand, Box::new(move || Ok(by_hand(for_hand.get_or_init(|| make(size)), size, key)))),
            (Engine::Reach, with(reach::lines)),
            (Engine::Cedar, with(cedar::lines)),
            (Engine::Regorus, with(regorus::lines)),
            (Engine::Cel, with(cel::lines)),
        ],
    }
}

fn by_hand(calls: &Calls, rules: usize, key: Key) -> Box<dyn Subject> {
    let limits: HashMap<String, u64> = (0..rules).map(|n| (n.to_string(), limit(n))).collect();
    let lines: Vec<String> = calls.calls.iter().map(|c| c.line.clone()).collect();
    looped(move |step| {
        let Ok(call) = serde_json::from_str::<Read<'_>>(&lines[step]) else { return false };
        if call.r#type != "call" || reach_values::time::parse_time(call.at).is_err() {
            return false;
        }
        key(&call).and_then(|n| limits.get(n)).is_some_and(|limit| call.args.amount <= *limit)
    })
}
