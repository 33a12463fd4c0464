//! Reasons, against all that conditions can come to: policies over a few facts, each of which can be true, false or not sent, so that every
//! combination of truths is a step, which the engine decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use reach_compiler::ir::Bundle;
use reach_engine::{AdvisoryEffect, Condition, Effect, Options, Outcome, Session, Truth, VerifiedImage};

use crate::reasons::{Asked, Changing, Found, Moment, Reasons, Role, RuleReason, reasons};

/// How many facts there are.
const FACTS: usize = 4;

/// A truth of each fact.
type Truths = [Truth; FACTS];

/// Makes policies from a tape.
struct Tape<'t> {
    tape: &'t [u16],
    at: usize,
}

impl Tape<'_> {
    fn below(&mut self, n: usize) -> usize {
        let next = self.tape.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(next) * n) >> 16
    }

    fn condition(&mut self, depth: usize) -> String {
        let fact = |n: usize| format!("facts.f{n}");
        match if depth == 0 { 0 } else { self.below(9) } {
            0..=2 => fact(self.below(FACTS)),
            3 | 4 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            5 | 6 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            7 => format!("not ({})", self.condition(depth - 1)),
            _ => format!("(if {} then {} else {})", self.condition(depth - 1), self.condition(depth - 1), self.condition(depth - 1)),
        }
    }

    fn policy(&mut self) -> String {
        let facts: Vec<String> = (0..FACTS).map(|n| format!("f{n}: bool")).collect();
        let mut out = format!("tool t()\n  facts {{ {} }}\n", facts.join(", "));
        for number in 0..1 + self.below(5) {
            let effect = ["permit", "forbid", "ask", "otherwise ask", "permit"][self.below(5)];
            let advisory = if self.below(12) == 11 { "@advisory\n" } else { "" };
            out.push_str(&format!("{advisory}{effect} r{number}\n  on t\n"));
            if self.below(10) < 9 {
                out.push_str(&format!("  when {}\n", self.condition(3)));
            }
            if self.below(4) == 3 {
                out.push_str(&format!("  unless {}\n", self.condition(2)));
            }
        }
        out
    }
}

/// What is decided of each combination, by which rules, and what each rule comes to.
type Decided = BTreeMap<Vec<u8>, (Effect, BTreeSet<String>, Vec<(AdvisoryEffect, Truth)>)>;

fn key(truths: &Truths) -> Vec<u8> {
    truths.iter().map(|t| [Truth::True, Truth::False, Truth::None].iter().position(|x| x == t).unwrap() as u8).collect()
}

fn all() -> Vec<Truths> {
    let mut all = vec![[Truth::None; FACTS]];
    for at in 0..FACTS {
        all = all
            .into_iter()
            .flat_map(|truths| {
                [Truth::True, Truth::False, Truth::None].map(|truth| {
                    let mut truths = truths;
                    truths[at] = truth;
                    truths
                })
            })
            .collect();
    }
    all
}

fn step(truths: &Truths) -> String {
    let sent: Vec<String> = truths
        .iter()
        .enumerate()
        .filter_map(|(n, truth)| match truth {
            Truth::True => Some(format!("\"f{n}\":true")),
            Truth::False => Some(format!("\"f{n}\":false")),
            Truth::None => None,
        })
        .collect();
    format!(r#"{{"type":"call","id":"c","name":"t","args":{{}},"facts":{{{}}},"at":"2026-01-01T00:00:00Z"}}"#, sent.join(","))
}

fn decide(image: &Arc<VerifiedImage>, line: &str) -> (Effect, BTreeSet<String>, Vec<(AdvisoryEffect, Truth)>) {
    let mut session = Session::new(image.clone(), "", Options::default());
    let rules = session.explain(line).unwrap().rules.into_iter().filter(|r| !r.advisory).map(|r| (r.effect, r.value)).collect();
    let Outcome::Decision(decision) = session.event(line) else { panic!("{line}") };
    (decision.effect, decision.rules.iter().map(|r| r.rule.clone()).collect(), rules)
}

/// Whether these facts alone hold the rules to what makes the decision, each rule on its own.
fn holds_the_rules(decided: &Decided, now: &Truths, held: &BTreeSet<usize>) -> bool {
    use AdvisoryEffect::{Ask, Forbid, OtherwiseAsk, Permit};
    let (effect, by, rules) = &decided[&key(now)];
    let alike: Vec<Truths> = all().into_iter().filter(|other| held.iter().all(|n| other[*n] == now[*n])).collect();
    let is = |at: usize, fits: &dyn Fn(Truth) -> bool| alike.iter().all(|other| fits(decided[&key(other)].2[at].1));
    let all_of = |of: AdvisoryEffect, fits: &dyn Fn(Truth) -> bool| (0..rules.len()).filter(|at| rules[*at].0 == of).all(|at| is(at, fits));
    let some_of = |of: AdvisoryEffect, fits: &dyn Fn(Truth) -> bool| (0..rules.len()).filter(|at| rules[*at].0 == of).any(|at| is(at, fits));
    let (yes, no, not_yes, not_no) = (|t| t == Truth::True, |t| t == Truth::False, |t| t != Truth::True, |t| t != Truth::False);
    match effect {
        Effect::Forbid if by.contains("default") => [Permit, Ask, OtherwiseAsk].into_iter().all(|of| all_of(of, &not_yes)),
        Effect::Forbid => some_of(Forbid, &not_no),
        Effect::Permit => some_of(Permit, &yes) && all_of(Forbid, &no) && all_of(Ask, &no),
        Effect::Ask => {
            let otherwise = some_of(OtherwiseAsk, &yes) && all_of(Permit, &not_yes) && all_of(Ask, &not_yes);
            all_of(Forbid, &no) && (some_of(Ask, &yes) || (some_of(Ask, &not_no) && some_of(Permit, &yes)) || otherwise)
        }
    }
}

fn fact(condition: &Condition) -> usize {
    condition.source.strip_prefix("facts.f").and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{condition:?}"))
}

fn facts(rules: &[&RuleReason]) -> BTreeSet<usize> {
    rules.iter().flat_map(|rule| &rule.conditions).map(fact).collect()
}

/// Whether, with these facts as they are, the effect is the same whatever the others are, and some rule of those that decided always decides.
fn suffices(decided: &Decided, now: &Truths, held: &BTreeSet<usize>) -> bool {
    let (effect, by, _) = &decided[&key(now)];
    let alike: Vec<Truths> = all().into_iter().filter(|other| held.iter().all(|n| other[*n] == now[*n])).collect();
    let same = alike.iter().all(|other| decided[&key(other)].0 == *effect);
    let is_default = by.contains("default");
    same && (is_default || by.iter().any(|rule| alike.iter().all(|other| decided[&key(other)].1.contains(rule))))
}

fn subsets(size: usize) -> Vec<BTreeSet<usize>> {
    (0..1_usize << FACTS).map(|bits| (0..FACTS).filter(|n| bits >> n & 1 == 1).collect::<BTreeSet<usize>>()).filter(|s| s.len() == size).collect()
}

fn told(bundle: &Bundle, image: &Arc<VerifiedImage>, now: &Truths, wanted: Option<Effect>) -> Reasons {
    let line = step(now);
    let explanation = Session::new(image.clone(), "", Options::default()).explain(&line).unwrap();
    let moment = Moment { bundle, image: image.clone(), past: &[], step: &line, recorded: false, entities: None };
    let asked = Asked { wanted, changing: Changing { args: false, facts: true, context: false }, ..Asked::default() };
    reasons(&moment, &explanation, &asked).unwrap()
}

/// Runs a property over policies, a few steps of each.
fn check(cases: u32, property: impl Fn(&str, &Bundle, &Arc<VerifiedImage>, &Decided, &Truths) -> Result<(), String>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&vec(any::<u16>(), 10..80), |tape| {
        let mut made = Tape { tape: &tape, at: 0 };
        let policy = made.policy();
        let (image, bundle) = super::build(&policy);
        let decided: Decided = all().iter().map(|truths| (key(truths), decide(&image, &step(truths)))).collect();
        for _ in 0..4 {
            let now = all()[made.below(all().len())];
            property(&policy, &bundle, &image, &decided, &now).map_err(|why| TestCaseError::fail(format!("{why}\n{policy}\n{}", step(&now))))?;
        }
        Ok(())
    });
    result.unwrap();
}

#[test]
fn what_suffices_suffices_whatever_the_others_are_and_nothing_smaller_does() {
    check(400, |_, bundle, image, decided, now| {
        let why = told(bundle, image, now, None).why;
        let held = facts(&why.rules.iter().collect::<Vec<_>>());
        if held.len() != why.conditions {
            return Err(format!("{} conditions are counted, and {held:?} are named", why.conditions));
        }
        if !suffices(decided, now, &held) {
            return Err(format!("{held:?} do not suffice"));
        }
        if !why.smallest {
            return Err("with so few conditions the smallest is found".to_owned());
        }
        match (0..held.len()).flat_map(subsets).find(|fewer| holds_the_rules(decided, now, fewer)) {
            Some(fewer) if why.smallest => Err(format!("{held:?} are not the smallest: {fewer:?} suffice")),
            _ => Ok(()),
        }
    });
}

#[test]
fn what_stands_in_the_way_is_all_that_does() {
    check(400, |_, bundle, image, decided, now| {
        for wanted in [Effect::Permit, Effect::Ask, Effect::Forbid] {
            if decided[&key(now)].0 == wanted {
                continue;
            }
            let why_not = told(bundle, image, now, Some(wanted)).why_not.unwrap();
            // How many facts must be true or false that aren't.
            let nearest = all()
                .into_iter()
                .filter(|other| decided[&key(other)].0 == wanted && (0..FACTS).all(|n| other[n] == now[n] || other[n] != Truth::None))
                .map(|other| (0..FACTS).filter(|n| other[*n] != now[*n]).count())
                .min();
            let named = facts(&why_not.nearest.iter().chain(&why_not.in_the_way).collect::<Vec<_>>());
            match nearest {
                None if why_not.nearest.is_none() && why_not.conditions == 0 && why_not.besides.is_some() => {}
                Some(least) if why_not.smallest && least == why_not.conditions && named.len() == least => {
                    let helps = all().into_iter().any(|other| {
                        decided[&key(&other)].0 == wanted && (0..FACTS).all(|n| if named.contains(&n) { other[n] != now[n] } else { other[n] == now[n] })
                    });
                    if !helps {
                        return Err(format!("to {wanted:?}, {named:?} otherwise do not help"));
                    }
                }
                nearest => return Err(format!("to {wanted:?} the nearest is {nearest:?}, and said is {why_not:?}")),
            }
        }
        Ok(())
    });
}

#[test]
fn the_smallest_change_is_the_smallest_of_all_steps_and_changes_the_decision() {
    check(200, |_, bundle, image, decided, now| {
        for change in told(bundle, image, now, None).changes {
            let apart = |other: &Truths| (0..FACTS).filter(|n| other[*n] != now[*n]).count();
            let nearest = all().into_iter().filter(|other| decided[&key(other)].0 == change.effect).map(|other| apart(&other)).min();
            match (change.found, nearest) {
                (Found::None, None) => {}
                (Found::Found, Some(least)) if change.smallest && least == change.values.len() => {
                    let (effect, by, _) = decide(image, change.event.as_ref().unwrap());
                    if effect != change.effect || by != change.by.iter().cloned().collect() {
                        return Err(format!("{change:?} is decided {effect:?} by {by:?}"));
                    }
                }
                (Found::Unknown, Some(4)) => {}
                (_, nearest) => return Err(format!("{change:?}, where the nearest is {nearest:?}")),
            }
        }
        Ok(())
    });
}

#[test]
fn rules_are_told_with_what_they_do() {
    let (image, bundle) = super::build(
        "tool t()\n  facts { f0: bool, f1: bool, f2: bool, f3: bool }\npermit p\n  on t\n  when facts.f0\nforbid f\n  on t\n  when facts.f1 and facts.f2\n",
    );
    let why = told(&bundle, &image, &[Truth::True, Truth::True, Truth::False, Truth::None], None).why;
    let told: Vec<(Role, &str, Vec<usize>)> = why.rules.iter().map(|r| (r.role, r.rule.as_str(), r.conditions.iter().map(fact).collect())).collect();
    assert_eq!(told, [(Role::Decides, "p", vec![0]), (Role::DoesNotMatch, "f", vec![2])]);
}

/// A policy whose decisions rest on what came before, over arguments of which all values are known.
const SESSION: &str = "type Who = text where it in { \"anna\", \"bert\", \"carl\" }\n\
    tool look(who: Who) returns seen\n\
    tool send(to: Who, cc: Who?, n: int where it >= 0 and it <= 3)\n\
    label seen\n\
    budget total: int limit 5 per session\n\
    charge total by args.n on send\n\
    permit looking\n  on look\n\
    permit known\n  on send\n  when ever(call look where args.who == step.args.to) and args.n < 3\n\
    permit told\n  on send\n  when args.to from user and args.n < 2 and not (args has cc)\n\
    ask copied\n  on send\n  when args.cc as cc and not (cc from user)\n\
    forbid often\n  on send\n  when count(call send where args.to == step.args.to) >= 2\n\
    forbid leaked\n  on send\n  when seen in labels and args.n == 2\n";

#[test]
fn in_a_session_the_smallest_change_is_the_smallest_of_all_steps() {
    let (image, bundle) = super::build(SESSION);
    let whos = ["anna", "bert", "carl"];
    let line = |id: usize, to: &str, cc: Option<&str>, n: i64| {
        let cc = cc.map_or_else(String::new, |cc| format!(",\"cc\":\"{cc}\""));
        format!(r#"{{"type":"call","id":"c{id}","name":"send","args":{{"to":"{to}"{cc},"n":{n}}},"at":"2026-01-01T00:01:00Z"}}"#)
    };
    let mut steps = Vec::new();
    for to in whos {
        for cc in [None, Some("anna"), Some("bert"), Some("carl")] {
            steps.extend((0..4).map(|n| (to, cc, n)));
        }
    }
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let counts = std::cell::RefCell::new(BTreeMap::<Found, usize>::new());
    let result = runner.run(&vec(any::<u16>(), 4..40), |tape| {
        let mut made = Tape { tape: &tape, at: 0 };
        let mut past = Vec::new();
        for id in 0..made.below(7) {
            let who = whos[made.below(3)];
            past.push(match made.below(4) {
                0 => format!(r#"{{"type":"prompt","text":"please write to {who}","at":"2026-01-01T00:00:00Z"}}"#),
                1 => format!(r#"{{"type":"call","id":"c{id}","name":"look","args":{{"who":"{who}"}},"at":"2026-01-01T00:00:00Z"}}"#),
                _ => line(id, who, None, i64::try_from(made.below(3)).unwrap()).replace(":01:00Z", ":00:00Z"),
            });
        }
        let mut session = Session::new(image.clone(), "", Options::default());
        past.iter().for_each(|event| drop(session.event(event)));
        for _ in 0..4 {
            let now = steps[made.below(steps.len())];
            let event = line(99, now.0, now.1, now.2);
            let explanation = session.explain(&event).unwrap();
            let moment = Moment { bundle: &bundle, image: image.clone(), past: &past, step: &event, recorded: false, entities: None };
            let told = reasons(&moment, &explanation, &Asked::default()).map_err(TestCaseError::fail)?;
            for change in told.changes {
                let apart = |other: &(&str, Option<&str>, i64)| usize::from(other.0 != now.0) + usize::from(other.1 != now.1) + usize::from(other.2 != now.2);
                let mut decide = |other: &(&str, Option<&str>, i64)| session.decide(&line(99, other.0, other.1, other.2)).effect;
                let nearest = steps.iter().filter(|other| decide(other) == change.effect).map(apart).min();
                *counts.borrow_mut().entry(change.found).or_default() += 1;
                let right = match (change.found, nearest) {
                    (Found::None, None) | (Found::Unknown, _) => true,
                    (Found::Found, Some(least)) => {
                        let fewest = if change.smallest { least == change.values.len() } else { least <= change.values.len() };
                        fewest && session.decide(change.event.as_ref().unwrap()).effect == change.effect
                    }
                    _ => false,
                };
                if !right {
                    return Err(TestCaseError::fail(format!("{change:?}, where the nearest is {nearest:?}\n{}\n{event}", past.join("\n"))));
                }
            }
        }
        Ok(())
    });
    result.unwrap();
    let counts = counts.into_inner();
    assert!(counts[&Found::Found] > 100 && counts.get(&Found::Unknown).copied().unwrap_or(0) * 5 < counts[&Found::Found], "{counts:?}");
}
