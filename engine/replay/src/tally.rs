//! Two decisions of each step, compared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::change::{Decided, Kind};
use crate::groups::{Example, Groups};
use reach_engine::Effect;

/// The longest name of a step that is shown, in characters.
const MAX_NAME: usize = 100;

/// Where an event stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The session.
    pub session: &'a str,
    /// The number of the event in its session, from 0.
    pub number: u64,
    /// The number of the entry in the log, from 0, or of the line, from 1.
    pub entry: u64,
}

/// What an event says of itself.
#[derive(Debug, Default, Deserialize)]
struct Head<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    step: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
}

/// A step that somebody may still answer.
#[derive(Clone, Debug)]
struct Open {
    step: String,
    before: Option<Decided>,
    after: Option<Decided>,
}

/// What came of comparing the decisions of events.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many events there were.
    pub events: u64,
    /// How many decisions were compared.
    pub compared: u64,
    /// How many of them change.
    pub changed: u64,
    /// The changes.
    pub groups: Groups,
    /// Steps by session and `id` that an answer could change: those that both sides permit are not among them.
    open: BTreeMap<(String, String), Open>,
}

impl Tally {
    /// Takes the decisions of an event, before and now. An event without either is none that is compared.
    pub fn event(&mut self, place: Place<'_>, line: &str, before: Option<Decided>, after: Option<Decided>) {
        self.events += 1;
        if before.is_none() && after.is_none() {
            return;
        }
        let head: Head<'_> = serde_json::from_str(line).unwrap_or_default();
        if head.kind.as_deref() == Some("approval") {
            self.answer(place, line, &head, before, after);
            return;
        }
        let step = step(&head);
        let id = head.id.as_deref().unwrap_or_default();
        self.compare(place, line, id, &step, before.as_ref(), after.as_ref());
        let settled = |decided: &Option<Decided>| decided.as_ref().is_some_and(|d| d.behaviour.effect == Effect::Permit);
        if !(settled(&before) && settled(&after)) {
            self.open.insert((place.session.to_owned(), id.to_owned()), Open { step, before, after });
        }
    }

    /// Takes what is decided when a person answers. Where one side was not asked, what it decided of the step still holds.
    fn answer(&mut self, place: Place<'_>, line: &str, head: &Head<'_>, before: Option<Decided>, after: Option<Decided>) {
        let key = (place.session.to_owned(), head.step.as_deref().unwrap_or_default().to_owned());
        let open = self.open.remove(&key);
        let (step, was, is) = match open {
            Some(open) => (open.step, open.before, open.after),
            None => ("a step".to_owned(), None, None),
        };
        let both = before.is_some() && after.is_some();
        let (before, after) = (before.or(was), after.or(is));
        // Where one side was not asked, that other rules decide is told of the step already.
        let same = |(before, after): (&Decided, &Decided)| before.behaviour.effect == after.behaviour.effect;
        if !both && before.as_ref().zip(after.as_ref()).is_some_and(same) {
            self.compared += 1;
        } else {
            self.compare(place, line, &key.1, &format!("answer to {step}"), before.as_ref(), after.as_ref());
        }
        self.open.insert(key, Open { step, before, after });
    }

    fn compare(&mut self, place: Place<'_>, line: &str, id: &str, step: &str, before: Option<&Decided>, after: Option<&Decided>) {
        self.compared += 1;
        let kind = match (before, after) {
            (Some(before), Some(after)) => Kind::between(before, after),
            (Some(_), None) => Some(Kind::Gone),
            (None, _) => Some(Kind::Added),
        };
        let Some(kind) = kind else { return };
        self.changed += 1;
        let example = Example {
            session: place.session.to_owned(),
            number: place.number,
            entry: Some(place.entry),
            id: id.to_owned(),
            event: line.to_owned(),
            with_before: before.and_then(|decided| decided.with.clone()),
            with_after: after.and_then(|decided| decided.with.clone()),
        };
        self.groups.add(kind, step, before.map(|d| &d.behaviour), after.map(|d| &d.behaviour), example);
    }

    /// Adds what came of others.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.compared += other.compared;
        self.changed += other.changed;
        self.groups.merge(other.groups);
        self.open.extend(other.open);
    }

    /// Forgets the steps that somebody may still answer: nothing more comes.
    pub(crate) fn close(mut self) -> Self {
        self.open.clear();
        self
    }
}

/// Returns what a step is called.
fn step(head: &Head<'_>) -> String {
    let kind = head.kind.as_deref().unwrap_or("a step that can't be read");
    // Resources have as many names as there are.
    let Some(name) = head.name.as_deref().filter(|_| kind != "read") else { return kind.to_owned() };
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{kind} {}…", name.get(..end).unwrap_or_default()),
        None => format!("{kind} {name}"),
    }
}
