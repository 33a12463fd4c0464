//! Differences that are found by trying: where it isn't told whether a step differs, the sessions of both bundles' tests are played, and
//! such in which the step has a value of another test, or its command line another word. What differs there is an example as good as any;
//! what doesn't is no proof, so that it stays unknown.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Expr, Rule, StepKind, Type};
use serde_json::{Map, Value};

use super::pose::KINDS;
use super::{fits, play_both};
use crate::limits::Limits;
use crate::report::{Change, ChangeKind, Decided, Difference, Play, Witness};

/// How many steps of tests are looked at for one step, and how many events may stand before each.
const STEPS: usize = 400;
const EVENTS: usize = 100;
/// How long a command line or a query is, of which words are exchanged, in bytes.
const LENGTH: usize = 500;
/// How many sessions with a value of another one are played for one step at most.
const SESSIONS: usize = 1_500;
/// How many with another word in a command line or a query.
const SESSIONS_OF_WORDS: usize = 6_000;

/// What is tried: sessions of tests, each once, the shortest first, and the words of conditions.
pub(super) struct Sessions<'a> {
    bundles: [&'a Bundle; 2],
    written: Vec<Vec<String>>,
    /// The steps among them, by kind and name, which `say` has none of.
    steps: BTreeMap<(String, String), Vec<Place>>,
}

/// A step of a test: the session, the place in it, the event.
type Place = (usize, usize, Map<String, Value>);

impl<'a> Sessions<'a> {
    /// Takes the tests of two bundles.
    pub(super) fn of(old: &'a Bundle, new: &'a Bundle) -> Self {
        let written =
            |bundle: &Bundle| bundle.tests.iter().map(|test| test.items.iter().map(|item| item.event.clone()).collect()).collect::<Vec<Vec<String>>>();
        let all: BTreeSet<Vec<String>> = written(old).into_iter().chain(written(new)).collect();
        let mut written: Vec<Vec<String>> = all.into_iter().collect();
        written.sort_by_key(Vec::len);
        let mut steps: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (number, session) in written.iter().enumerate() {
            for (at, event) in session.iter().enumerate().take(EVENTS) {
                let Ok(Value::Object(event)) = serde_json::from_str(event) else { continue };
                let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
                let all = steps.entry((text("type"), text("name"))).or_default();
                if all.len() < STEPS {
                    all.push((number, at, event));
                }
            }
        }
        Self { bundles: [old, new], written, steps }
    }

    /// Returns the sessions of tests that end with a step.
    fn with(&self, kind: StepKind, name: Option<&str>) -> Vec<Written<'_>> {
        let called = match (kind, name) {
            (StepKind::Say, _) => "",
            (_, Some(name)) => name,
            (_, None) => return Vec::new(),
        };
        let steps = self.steps.get(&(kind.word().to_owned(), called.to_owned()));
        let of = |(number, at, step): &Place| {
            let session = self.written.get(*number)?;
            Some(Written { before: session.get(..*at)?, event: session.get(*at)?, step: step.clone() })
        };
        steps.into_iter().flatten().filter_map(of).collect()
    }

    /// Returns command lines and queries with another word, in the shortest session that has one of them.
    fn reworded<'w>(&self, kind: StepKind, name: Option<&str>, written: &'w [Written<'w>]) -> Vec<(&'w Written<'w>, String)> {
        let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
        for field in self.structured(kind, name) {
            let text_of = |written: &'w Written<'w>| Some((written, written.step.get("args")?.get(&field)?.as_str()?));
            let texts: Vec<(&'w Written<'w>, &str)> = written.iter().filter_map(text_of).filter(|(_, text)| text.len() <= LENGTH).collect();
            for word in self.words(kind, name, &texts) {
                for (written, text) in &texts {
                    for text in with_word(text, &word) {
                        if all.len() >= SESSIONS_OF_WORDS {
                            return all;
                        }
                        if seen.insert(text.clone()) {
                            all.extend(with_value(&written.step, "args", &field, &Value::from(text)).map(|event| (*written, event)));
                        }
                    }
                }
            }
        }
        all
    }

    /// Returns the arguments of a step that are command lines or queries.
    fn structured(&self, kind: StepKind, name: Option<&str>) -> BTreeSet<String> {
        let targets = self.bundles.iter().flat_map(|bundle| &bundle.targets).filter(|t| t.kind == kind && name == Some(t.name.as_str()));
        let is_structured = |ty: &Type| matches!(ty, Type::Form(form) if form.is_structured());
        targets.flat_map(|target| &target.args).filter(|field| is_structured(&field.ty)).map(|field| field.name.to_string()).collect()
    }

    /// Returns the words that the conditions on a step and its tests name: those first that only one of the bundles has as often.
    fn words(&self, kind: StepKind, name: Option<&str>, texts: &[(&Written<'_>, &str)]) -> Vec<String> {
        let named = self.bundles.map(|bundle| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for rule in bundle.rules.iter().filter(|rule| is_about(bundle, rule, kind, name)) {
                for condition in rule.when.iter().chain(&rule.unless) {
                    words_of(condition, &mut counts);
                }
            }
            counts
        });
        let [old, new] = &named;
        let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let (unlike, alike): (Vec<&String>, Vec<&String>) = all.into_iter().partition(|word| old.get(*word) != new.get(*word));
        let written = texts.iter().flat_map(|(_, text)| text.split_whitespace()).map(str::to_owned);
        let mut seen = BTreeSet::new();
        let all = unlike.into_iter().chain(alike).cloned().chain(written);
        all.filter(|word| word.len() <= LENGTH && seen.insert(word.clone())).take(SESSIONS_OF_WORDS).collect()
    }
}

/// A step of a test, with what happens before it.
struct Written<'a> {
    before: &'a [String],
    event: &'a String,
    step: Map<String, Value>,
}

impl Written<'_> {
    fn with(&self, event: String) -> Vec<String> {
        self.before.iter().cloned().chain([event]).collect()
    }
}

/// Returns steps of tests with a value of another of them, or without one.
fn mixed<'w>(written: &'w [Written<'w>]) -> Vec<(&'w Written<'w>, String)> {
    let mut values: BTreeMap<(&'static str, &String), Vec<&Value>> = BTreeMap::new();
    for (part, field, value) in written.iter().flat_map(|written| fields(&written.step)) {
        let known = values.entry((part, field)).or_default();
        if !known.contains(&value) {
            known.push(value);
        }
    }
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for written in written {
        for ((part, field), known) in &values {
            for value in known.iter().copied().chain([&Value::Null]) {
                if all.len() < SESSIONS {
                    let event = with_value(&written.step, part, field, value);
                    all.extend(event.filter(|event| seen.insert((written.before, event.clone()))).map(|event| (written, event)));
                }
            }
        }
    }
    all
}

/// Returns the arguments and facts of a step.
fn fields(step: &Map<String, Value>) -> impl Iterator<Item = (&'static str, &String, &Value)> {
    PARTS.into_iter().flat_map(|part| step.get(part).and_then(Value::as_object).into_iter().flatten().map(move |(field, value)| (part, field, value)))
}

/// Returns whether a rule is about a step.
fn is_about(bundle: &Bundle, rule: &Rule, kind: StepKind, name: Option<&str>) -> bool {
    rule.targets.iter().filter_map(|t| bundle.targets.get(t.target as usize)).any(|t| t.kind == kind && name == Some(t.name.as_str()))
}

/// Counts the words of the texts that a condition names.
fn words_of(condition: &Expr, counts: &mut BTreeMap<String, usize>) {
    let mut found = BTreeSet::new();
    crate::text::named(condition, &mut found);
    for word in found.iter().flat_map(|text| text.split_whitespace()) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
}

/// Returns a text with a word in the place of each of its own, before and behind them, and with one of its own less.
fn with_word(text: &str, word: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut all = Vec::new();
    for at in 0..words.len() {
        let (before, behind) = words.split_at(at);
        let rest = behind.get(1..).unwrap_or_default();
        all.push([before, &[word], rest].concat().join(" "));
        all.push([before, rest].concat().join(" "));
        all.push([before, &[word], behind].concat().join(" "));
    }
    all.push([words.as_slice(), &[word]].concat().join(" "));
    all
}

/// The parts of a step whose values are exchanged.
const PARTS: [&str; 2] = ["args", "facts"];

/// Returns a step with another value of a field, or without it; none where that is no other step.
fn with_value(step: &Map<String, Value>, part: &str, field: &str, value: &Value) -> Option<String> {
    let mut step = step.clone();
    let Some(Value::Object(fields)) = step.get_mut(part) else { return None };
    let before = if value.is_null() { fields.remove(field) } else { fields.insert(field.to_owned(), value.clone()) };
    (before.as_ref() != Some(value) && !(before.is_none() && value.is_null())).then(|| Value::Object(step).to_string())
}

/// How a step differs: in which way, and what decided it before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way(ChangeKind, String, String);

impl Way {
    fn between(before: &Decided, after: &Decided) -> Option<Self> {
        let kind = KINDS.into_iter().find(|kind| fits(*kind, before, after))?;
        Some(Self(kind, super::by(before), super::by(after)))
    }
}

/// Tries the sessions that end with a step, and adds what differs in a way that isn't told yet.
pub(super) fn tried(sessions: &Sessions<'_>, (kind, name): (StepKind, Option<&str>), plays: [&dyn Play; 2], limits: &Limits, report: &mut Difference) {
    let step = super::called(kind, name);
    let written = sessions.with(kind, name);
    let mut trial = Trial {
        known: report.changes.iter().filter(|c| c.step == step).filter_map(|c| Way::between(&c.before, &c.after)).collect(),
        step,
        plays,
        limits,
        left: limits.tries,
        changes: &mut report.changes,
    };
    trial.play(written.iter().map(|written| written.with(written.event.clone())));
    trial.play(mixed(&written).into_iter().map(|(written, event)| written.with(event)));
    if trial.known.is_empty() {
        trial.play(sessions.reworded(kind, name, &written).into_iter().map(|(written, event)| written.with(event)));
    }
}

/// What is known while sessions are tried.
struct Trial<'a> {
    step: String,
    plays: [&'a dyn Play; 2],
    limits: &'a Limits,
    /// How many more sessions are played.
    left: usize,
    known: Vec<Way>,
    changes: &'a mut Vec<Change>,
}

impl Trial<'_> {
    fn play(&mut self, sessions: impl IntoIterator<Item = Vec<String>>) {
        for events in sessions {
            if self.limits.stop.is_due() || self.known.len() >= self.limits.examples || self.left == 0 {
                return;
            }
            self.left -= 1;
            let Ok((before, after)) = play_both(self.plays, &events) else { continue };
            let Some(way) = Way::between(&before, &after).filter(|way| !self.known.contains(way)) else { continue };
            let events = self.shrunk(events, &way);
            if let Ok((before, after)) = play_both(self.plays, &events) {
                self.changes.push(Change { kind: way.0, step: self.step.clone(), before, after, witness: Witness { events } });
                self.known.push(way);
            }
        }
    }

    /// Leaves out what the difference doesn't need, from behind.
    fn shrunk(&self, mut events: Vec<String>, way: &Way) -> Vec<String> {
        let mut at = events.len().saturating_sub(1);
        while at > 0 {
            at -= 1;
            let mut fewer = events.clone();
            fewer.remove(at);
            if play_both(self.plays, &fewer).is_ok_and(|(before, after)| Way::between(&before, &after).as_ref() == Some(way)) {
                events = fewer;
            }
        }
        events
    }
}
