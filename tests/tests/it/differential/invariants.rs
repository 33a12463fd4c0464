//! What must hold of every session, told by decisions alone: no oracle here.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use reach_engine::{Decision, Effect, Outcome, Session};
use reach_tests::generate::{Allowed, Choices, Driver, Mix, Told, generate_session_bundle};
use reach_tests::subject::Subject;
use reach_values::{decimal, time};
use serde_json::Value;

use super::number;
use super::sessions::tapes;

/// The budgets of the first property: name, whether it is of an agent, limit, window in seconds.
const BUDGETS: [(&str, bool, &str, Option<i128>); 3] = [("purse", false, "6", Some(30)), ("whole", false, "12", None), ("own", true, "4", Some(10))];

/// A step that was permitted and charged.
struct Charged {
    agent: String,
    /// When it was permitted.
    at: i128,
    /// What it takes, by budget.
    charges: BTreeMap<&'static str, i128>,
    failed: bool,
    answered: bool,
    used: Option<i128>,
}

fn subject(source: &str) -> Result<Subject, String> {
    Subject::new([("generated.reach", source)]).map_err(|why| format!("{why}\n\n{source}"))
}

fn told(effect: Effect) -> Told {
    match effect {
        Effect::Permit => Told::Permitted,
        Effect::Ask => Told::Asked,
        Effect::Forbid => Told::Forbidden,
    }
}

fn text<'v>(event: &'v Value, key: &str) -> &'v str {
    event[key].as_str().unwrap_or("")
}

fn is_step(event: &Value) -> bool {
    ["call", "spawn", "model", "read", "say"].contains(&text(event, "type"))
}

fn seconds(n: i128) -> i128 {
    n * time::SECOND_NS
}

#[test]
fn budget_gate_prevents_overspend() {
    let (permitted, refused, most) = (Cell::new(0u64), Cell::new(0u64), Cell::new(0i128));
    tapes(number("REACH_CASES", 20_000) / 400 + 8, 300, 20, |tape, events| {
        let allowed = Allowed { budgets: false, rules: 4, ..Allowed::ALL };
        let source = format!(
            "{}budget purse: decimal limit 6 per session over 30s\nbudget whole: decimal limit 12 per session\nbudget own: int limit 4 per agent over 10s\n\
             charge purse by args.m on d\ncharge whole by args.m on d\ncharge own by 1 on a, b, d\n",
            generate_session_bundle(&mut Choices::new(tape), &allowed)
        );
        let subject = subject(&source)?;
        let (mut session, mut driver) = (subject.session(), Driver::new(Mix { bad: 30, children: 40, over: 0 }));
        let (mut steps, mut parents, mut asked) = (BTreeMap::<String, Charged>::new(), BTreeMap::<String, String>::new(), BTreeMap::<String, Value>::new());
        for tape in events {
            let mut choices = Choices::new(tape);
            let mut line = driver.next(&mut choices);
            let mut event: Value = serde_json::from_str(&line).unwrap_or_default();
            if text(&event, "type") == "usage" {
                // Never more than was reserved, and once.
                let Some((id, step)) = steps.iter().rfind(|(_, s)| s.used.is_none() && !s.failed && s.charges.contains_key("purse")) else { continue };
                let amount = step.charges["purse"] / [1, 2, 4][choices.below(3)];
                line = format!(r#"{{"type":"usage","step":"{id}","charges":{{"purse":"{0}","whole":"{0}"}},"at":{1}}}"#, decimal::format(amount), event["at"]);
                event = serde_json::from_str(&line).unwrap();
            }
            let now = time::parse_time(text(&event, "at")).unwrap_or_default();
            match session.event(&line) {
                Outcome::Decision(decision) => {
                    driver.told(&decision.id, told(decision.effect));
                    refused.set(refused.get() + u64::from(decision.rules.iter().any(|r| r.rule == "budget")));
                    let step = if is_step(&event) { event.clone() } else { asked.get(&decision.id).cloned().unwrap_or_default() };
                    if decision.effect == Effect::Ask {
                        asked.insert(decision.id.clone(), step.clone());
                    }
                    if decision.effect != Effect::Permit {
                        continue;
                    }
                    let agent = step["agent"].as_str().unwrap_or("main").to_owned();
                    if text(&step, "type") == "spawn" {
                        parents.insert(decision.id.clone(), agent.clone());
                    }
                    let mut charges = BTreeMap::new();
                    if text(&step, "type") == "call" && ["a", "b", "d"].contains(&text(&step, "name")) {
                        charges.insert("own", 1);
                    }
                    if text(&step, "type") == "call" && text(&step, "name") == "d" {
                        let amount = decimal::parse(&step["args"]["m"].to_string()).unwrap();
                        charges.extend([("purse", amount), ("whole", amount)]);
                    }
                    steps.insert(decision.id.clone(), Charged { agent, at: now, charges, failed: false, answered: false, used: None });
                    permitted.set(permitted.get() + 1);
                }
                Outcome::Observed | Outcome::Rejected(_) | Outcome::LeftOut(_) => {
                    let Some(step) = steps.get_mut(text(&event, "step")) else { continue };
                    match text(&event, "type") {
                        "result" if !step.answered => {
                            step.answered = true;
                            step.failed = event["ok"] == false;
                        }
                        "usage" => step.used = event["charges"]["purse"].as_str().map(|amount| decimal::parse(amount).unwrap()),
                        _ => {}
                    }
                    continue;
                }
            }
            // Those to whom a step of an agent is charged: itself and all above it.
            let line_of = |agent: &str| {
                let mut line = vec![agent.to_owned()];
                while let Some(parent) = parents.get(&line[line.len() - 1]) {
                    line.push(parent.clone());
                }
                line
            };
            for (name, per_agent, limit, over) in BUDGETS {
                let limit = if per_agent { limit.parse().unwrap() } else { decimal::parse(limit).unwrap() };
                let mut sums = BTreeMap::<String, i128>::new();
                for step in steps.values().filter(|step| over.is_none_or(|over| step.at > now - seconds(over))) {
                    let charge = step.charges.get(name).copied().unwrap_or(0);
                    let amount = match (step.used.filter(|_| !per_agent), step.failed) {
                        (Some(used), _) => used,
                        (None, true) => 0,
                        (None, false) => charge,
                    };
                    for holder in if per_agent { line_of(&step.agent) } else { vec![String::new()] } {
                        *sums.entry(holder).or_default() += amount;
                    }
                }
                if let Some((holder, sum)) = sums.iter().find(|(_, sum)| **sum > limit) {
                    return Err(format!("{sum} of `{name}` is permitted to `{holder}`, and the limit is {limit}\nat {line}\n{source}"));
                }
                if name == "whole" {
                    most.set(most.get().max(sums.values().copied().max().unwrap_or(0)));
                }
            }
        }
        Ok(())
    });
    println!("{} permitted, {} refused by a budget, at most {} of 12 permitted in a session", permitted.get(), refused.get(), decimal::format(most.get()));
    assert!(permitted.get() > 1_000 && refused.get() > 200 && most.get() > decimal::parse("11").unwrap());
}

#[test]
fn policy_gate_blocks_undeclared_tools() {
    let (undeclared, permitted, answered) = (Cell::new(0u64), Cell::new(0u64), Cell::new(0u64));
    tapes(number("REACH_CASES", 20_000) / 150 + 8, 200, 21, |tape, events| {
        let source = generate_session_bundle(&mut Choices::new(tape), &Allowed::ALL);
        let subject = subject(&source)?;
        let (mut session, mut driver) = (subject.session(), Driver::new(Mix { bad: 40, children: 40, over: 1 }));
        let mut rogues = BTreeSet::new();
        for tape in events {
            let line = driver.next(&mut Choices::new(tape));
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            let name = (text(&event, "type"), text(&event, "name"));
            let is_rogue = matches!(name, (_, "rogue") | ("call", "A") | ("model", "a"));
            if is_step(&event) && is_rogue {
                rogues.insert(text(&event, "id").to_owned());
            }
            let Outcome::Decision(decision) = session.event(&line) else { continue };
            driver.told(&decision.id, told(decision.effect));
            if is_step(&event) && !is_rogue || !rogues.contains(&decision.id) {
                permitted.set(permitted.get() + u64::from(decision.effect == Effect::Permit));
                continue;
            }
            undeclared.set(undeclared.get() + 1);
            if decision.effect == Effect::Permit {
                // Nothing but a person does: who answered a rule that is about undeclared steps, and about nothing else.
                let by_person = decision.rules.iter().all(|r| r.approved_by.is_some() && source.contains(&format!("ask {}\n  on undeclared\n", r.rule)));
                if decision.rules.is_empty() || !by_person {
                    return Err(format!("an undeclared step is permitted: {decision:?}\nat {line}\n{source}"));
                }
                answered.set(answered.get() + 1);
            }
        }
        Ok(())
    });
    println!("{} undeclared steps, {} of them permitted by a person, {} declared steps permitted", undeclared.get(), answered.get(), permitted.get());
    assert!(undeclared.get() > 200 && permitted.get() > 1_000 && answered.get() > 0);
}

/// What is decided about steps, but for numbers that tell where in the session they stand.
fn decisions(subject: &Subject, events: &[&String]) -> Vec<(String, String, Decision)> {
    let mut session: Session = subject.session();
    let mut all = Vec::new();
    for line in events {
        if let Outcome::Decision(decision) = session.event(line) {
            let shown = format!("{:?} {:?} {:?} {:?} {:?}", decision.effect, decision.rules, decision.advisory, decision.obligations, decision.errors);
            all.push(((*line).clone(), shown, *decision));
        }
    }
    all
}

#[test]
fn spawn_failures_isolate_to_originator() {
    let (compared, failures, cases) = (Cell::new(0u64), Cell::new(0u64), Cell::new(0u64));
    tapes(number("REACH_CASES", 20_000) / 100 + 8, 250, 22, |tape, events| {
        // No labels, no question about what other agents did; and a budget of which a child may have a little, and all together never enough.
        let allowed = Allowed { labels: false, budgets: false, shared_past: false, rules: 8, ..Allowed::ALL };
        let source = format!(
            "{}budget purse: int limit 100000000 per session\ncharge purse by args.n + 10 on a, b, e\n\
             permit purses\n  on helper\n  grants {{ a, b, c, d, e, fast, helper, clerk, budget purse: 25 }}\n",
            generate_session_bundle(&mut Choices::new(tape), &allowed)
        );
        let subject = subject(&source)?;
        let mut driver = Driver::new(Mix { bad: 80, children: 60, over: 0 });
        let (mut session, mut lines, mut ids, mut last) = (subject.session(), Vec::<String>::new(), BTreeSet::new(), i128::MIN);
        for tape in events {
            let line = driver.next(&mut Choices::new(tape));
            let Ok(event) = serde_json::from_str::<Value>(&line) else { continue };
            // One session has fewer events: what would tell so by itself, an `id` that is taken or a time before the last, is left out.
            let at = time::parse_time(text(&event, "at")).unwrap();
            if at < last || (is_step(&event) && !ids.insert(text(&event, "id").to_owned())) {
                continue;
            }
            last = at;
            if let Outcome::Decision(decision) = session.event(&line) {
                driver.told(&decision.id, told(decision.effect));
            }
            lines.push(line);
        }
        let parsed: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let whole = decisions(&subject, &lines.iter().collect::<Vec<_>>());
        // A child of a child shares with it what that was granted, so this is about children of the main agent.
        let spawned = |(line, _, decision): &&(String, String, Decision)| {
            line.contains(r#""type":"spawn""#) && !line.contains(r#""agent""#) && decision.effect == Effect::Permit
        };
        for child in whole.iter().filter(spawned).take(3).map(|(_, _, decision)| decision.id.clone()) {
            // The child, all that it spawned, and what they did and were told.
            let (mut agents, mut steps) = (BTreeSet::from([child.clone()]), BTreeSet::new());
            let mut kept = Vec::new();
            for (line, event) in lines.iter().zip(&parsed) {
                let id = text(event, "id").to_owned();
                if agents.contains(text(event, "agent")) || steps.contains(text(event, "step")) {
                    if is_step(event) {
                        steps.insert(id.clone());
                        agents.insert(id);
                    }
                } else {
                    kept.push(line);
                }
            }
            let without = decisions(&subject, &kept);
            let mut others = whole.iter().filter(|(line, ..)| kept.contains(&line));
            for (line, shown, _) in &without {
                let (same, with, _) = others.next().ok_or("a decision is missing")?;
                if (same, with) != (line, shown) {
                    let kept: Vec<&str> = kept.iter().map(|line| line.as_str()).collect();
                    return Err(format!(
                        "`{child}` changes\n{shown}\nto\n{with}\nat {line}\n{source}\nwithout it:\n{}\n\nall:\n{}",
                        kept.join("\n"),
                        lines.join("\n")
                    ));
                }
                compared.set(compared.get() + 1);
            }
            let wrong = whole.iter().filter(|(line, _, decision)| !kept.contains(&line) && decision.effect == Effect::Forbid).count();
            failures.set(failures.get() + wrong as u64);
            cases.set(cases.get() + 1);
        }
        Ok(())
    });
    println!(
        "{} decisions compared in {} pairs of sessions; the children that were left out were refused {} times",
        compared.get(),
        cases.get(),
        failures.get()
    );
    assert!(compared.get() > 5_000 && failures.get() > 500);
}
