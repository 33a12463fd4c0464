//! What breaks a property is made small: by fewer events first, then by fewer and simpler values.
//!
//! A session is smallest here when no event can be left out (with those that are about it), no field, no element, and no value be
//! exchanged for one that is simpler by `simpler`, without the property holding. Which of several smallest ones is found follows from the
//! order in which they are tried, which is always the same.

mod simpler;

use std::collections::BTreeSet;

use reach_analysis::Decided;
use reach_compiler::ir::{Bundle, Field, StepKind, Target, Type};
use reach_values::time;

use self::simpler::simpler;
use super::play::{START, Watch};
use crate::witness::Json;

/// How much is played for one property at most, until what was found by then is as small as it gets: sessions, of which long ones count
/// for several.
const MOST_PLAYED: usize = 6_000;

/// How many bytes of events count as a session.
const LONG: usize = 2_000;

/// What breaks a property, made small.
pub(super) struct Shrunk {
    pub events: Vec<Json>,
    pub decided: Decided,
    /// Whether nothing simpler is left to try.
    pub smallest: bool,
}

/// Makes a session small that breaks a property.
pub(super) fn shrink(watch: &Watch<'_>, bundle: &Bundle, events: Vec<Json>, decided: Decided) -> Shrunk {
    let mut shrinking = Shrinking { watch, bundle, events, decided, left: MOST_PLAYED };
    loop {
        let before = shrinking.events.clone();
        shrinking.fewer_events();
        shrinking.plainer_events();
        shrinking.plainer_together();
        shrinking.plainer_times();
        if shrinking.events == before || shrinking.left == 0 {
            break;
        }
    }
    Shrunk { smallest: shrinking.left > 0, events: shrinking.events, decided: shrinking.decided }
}

struct Shrinking<'a> {
    watch: &'a Watch<'a>,
    bundle: &'a Bundle,
    events: Vec<Json>,
    decided: Decided,
    left: usize,
}

/// How many texts are made simpler in several places at once, at most.
const MOST_TOGETHER: usize = 16;

/// The parts of an event that hold values.
const PARTS: [&str; 4] = ["args", "facts", "context", "charges"];

impl Shrinking<'_> {
    /// Takes other events if they break the property too.
    fn try_events(&mut self, events: Vec<Json>) -> bool {
        if self.left == 0 || events.is_empty() {
            return false;
        }
        let length: usize = events.iter().map(weight).sum();
        self.left = self.left.saturating_sub(1 + length / LONG);
        match self.watch.replayed(&events) {
            Some(decided) => {
                (self.events, self.decided) = (events, decided);
                true
            }
            None => false,
        }
    }

    fn try_event(&mut self, at: usize, event: Json) -> bool {
        let mut events = self.events.clone();
        match events.get_mut(at) {
            Some(old) => *old = event,
            None => return false,
        }
        self.try_events(events)
    }

    /// Leaves out events: long stretches first, then each.
    fn fewer_events(&mut self) {
        let mut length = self.events.len() / 2;
        while length >= 1 {
            let mut end = self.events.len().saturating_sub(1);
            while end > 0 {
                let start = end.saturating_sub(length);
                let fewer = self.without(start..end);
                if fewer.len() < self.events.len() {
                    self.try_events(fewer);
                }
                end = start.min(self.events.len().saturating_sub(1));
            }
            length /= 2;
        }
    }

    /// Returns the events without some, and without those that are about them.
    fn without(&self, range: std::ops::Range<usize>) -> Vec<Json> {
        let mut gone: Vec<String> = Vec::new();
        let mut kept = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            let about = |field: &str| event.text_of(field).is_some_and(|id| gone.iter().any(|gone| gone == id));
            if range.contains(&at) || about("step") || about("agent") {
                gone.extend(event.text_of("id").map(str::to_owned));
            } else {
                kept.push(event.clone());
            }
        }
        // The last event is what it is all about.
        let last = self.events.last().cloned();
        if kept.last() == last.as_ref() { kept } else { self.events.clone() }
    }

    fn plainer_events(&mut self) {
        for at in (0..self.events.len()).rev() {
            for part in PARTS {
                let Some(names) = self.events.get(at).and_then(|e| e.get(part)).map(|o| o.entries().iter().map(|(n, _)| n.clone()).collect::<Vec<_>>()) else {
                    continue;
                };
                for name in names {
                    let Some(event) = self.events.get(at).cloned() else { return };
                    let ty = self.field(&event, part, &name).map(|field| field.ty.clone());
                    // A step that doesn't fit its declaration shows something else.
                    let needed = part == "args" && ty.as_ref().is_some_and(|ty| !matches!(ty, Type::Optional(_)));
                    if !needed && self.try_event(at, without_field(&event, part, &name)) {
                        continue;
                    }
                    self.plainer(at, &[part, &name], ty.as_ref());
                }
                // A part without fields is none.
                if let Some(event) = self.events.get(at).cloned()
                    && part != "args"
                    && event.get(part).is_some_and(|fields| fields.entries().is_empty())
                {
                    self.try_event(at, without_key(&event, part));
                }
            }
            self.plainer(at, &["content"], None);
            self.plainer(at, &["text"], None);
            for (field, plain) in [("ok", Json::Bool(true)), ("scope", Json::Text("once".to_owned()))] {
                if let Some(event) = self.events.get(at).cloned()
                    && event.get(field).is_some_and(|now| *now != plain)
                {
                    self.try_event(at, with(&event, &[field], plain));
                }
            }
        }
    }

    fn field(&self, event: &Json, part: &str, name: &str) -> Option<&Field> {
        let fields = match part {
            "context" => &self.bundle.context,
            "args" => &declared(self.bundle, event)?.args,
            "facts" => &declared(self.bundle, event)?.facts,
            _ => return None,
        };
        fields.iter().find(|field| field.name == name)
    }

    /// Makes the value at the end of a way of keys simpler, until nothing simpler breaks the property.
    fn plainer(&mut self, at: usize, way: &[&str], ty: Option<&Type>) {
        loop {
            let Some(now) = self.events.get(at).and_then(|event| found(event, way)).cloned() else { return };
            let Some(event) = self.events.get(at).cloned() else { return };
            let better = simpler(&now, ty).into_iter().find(|value| self.try_event(at, with(&event, way, value.clone())));
            if better.is_none() {
                break;
            }
        }
    }

    /// Makes texts simpler that stand in several places, in all of them at once: a value that came from somewhere.
    fn plainer_together(&mut self) {
        let (mut all, mut places) = (BTreeSet::new(), Vec::new());
        for (at, event) in self.events.iter().enumerate() {
            for part in PARTS.iter().chain(&["content", "text"]).filter_map(|part| event.get(part)) {
                leaves(part, &mut |text| {
                    places.push(text.to_owned());
                    all.insert((at, text.to_owned()));
                });
            }
        }
        // A time has an order of its own, and one place alone was looked at before.
        let is_moment = |text: &str| time::parse_date(text).is_ok() || time::parse_time(text).is_ok() || time::parse_duration(text).is_ok();
        all.retain(|(_, text)| text.len() > 1 && !is_moment(text) && places.iter().filter(|place| place.contains(text.as_str())).count() > 1);
        let mut seen = BTreeSet::new();
        for (_, mut text) in all.into_iter().take(MOST_TOGETHER) {
            if !seen.insert(text.clone()) {
                continue;
            }
            loop {
                let others = simpler(&Json::Text(text.clone()), None);
                let mut better = None;
                for other in others {
                    let Json::Text(other) = other else { continue };
                    if other.is_empty() {
                        continue;
                    }
                    let events: Vec<Json> = self.events.iter().map(|event| replaced(event, &text, &other)).collect();
                    if events != self.events && self.try_events(events) {
                        better = Some(other);
                        break;
                    }
                }
                match better {
                    Some(other) => text = other,
                    None => break,
                }
            }
        }
    }

    /// Moves events to the times that a test has by itself, or nearer to one another.
    fn plainer_times(&mut self) {
        let times: Vec<i128> = self.events.iter().filter_map(|e| time::parse_time(e.text_of("at")?).ok()).collect();
        if times.len() != self.events.len() {
            return;
        }
        let plain = |at: usize| START.saturating_add(time::SECOND_NS.saturating_mul(at as i128));
        let all: Vec<i128> = (0..times.len()).map(plain).collect();
        if times == all || self.try_times(&all) {
            return;
        }
        for at in 0..times.len() {
            let Some(before) = at.checked_sub(1).map_or(Some(START - time::SECOND_NS), |n| self.time(n)) else { return };
            let Some(now) = self.time(at) else { return };
            let gap = now.saturating_sub(before);
            if gap == time::SECOND_NS {
                continue;
            }
            let moved =
                |by: i128, times: Vec<i128>| times.into_iter().enumerate().map(|(n, t)| if n < at { t } else { t.saturating_add(by) }).collect::<Vec<_>>();
            let now_all: Vec<i128> = (0..self.events.len()).filter_map(|n| self.time(n)).collect();
            if self.try_times(&moved(time::SECOND_NS - gap, now_all.clone())) {
                continue;
            }
            // Half of it, half of that, down to a second.
            let mut step = gap / 2;
            while step >= time::SECOND_NS && self.left > 0 {
                let whole = step.saturating_sub(step.rem_euclid(time::SECOND_NS));
                let now_all: Vec<i128> = (0..self.events.len()).filter_map(|n| self.time(n)).collect();
                if !self.try_times(&moved(-whole, now_all)) {
                    step /= 2;
                }
            }
        }
    }

    fn time(&self, at: usize) -> Option<i128> {
        time::parse_time(self.events.get(at)?.text_of("at")?).ok()
    }

    fn try_times(&mut self, times: &[i128]) -> bool {
        if times.is_sorted() {
            let events = self.events.iter().zip(times).map(|(event, at)| with(event, &["at"], Json::Text(time::format_time(*at)))).collect::<Vec<_>>();
            return events.len() == self.events.len() && events != self.events && self.try_events(events);
        }
        false
    }
}

/// Tells the texts in a value. Recurses over JSON that was made of types.
fn leaves(value: &Json, tell: &mut dyn FnMut(&str)) {
    match value {
        Json::Text(text) => tell(text),
        Json::List(items) => items.iter().for_each(|item| leaves(item, tell)),
        Json::Object(entries) => entries.iter().for_each(|(_, value)| leaves(value, tell)),
        _ => {}
    }
}

/// Returns an event with another text in the place of one, wherever its values hold it.
fn replaced(event: &Json, old: &str, new: &str) -> Json {
    let within = |name: &str| PARTS.contains(&name) || matches!(name, "content" | "text");
    let entries = event.entries().iter().map(|(name, value)| (name.clone(), if within(name) { exchanged(value, old, new) } else { value.clone() }));
    Json::Object(entries.collect())
}

fn exchanged(value: &Json, old: &str, new: &str) -> Json {
    match value {
        Json::Text(text) => Json::Text(text.replace(old, new)),
        Json::List(items) => Json::List(items.iter().map(|item| exchanged(item, old, new)).collect()),
        Json::Object(entries) => Json::Object(entries.iter().map(|(name, value)| (name.clone(), exchanged(value, old, new))).collect()),
        other => other.clone(),
    }
}

/// Returns about how long a value is, in bytes.
fn weight(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) => 4,
        Json::Number(text) | Json::Text(text) => text.len() + 2,
        Json::List(items) => items.iter().map(weight).sum::<usize>() + items.len(),
        Json::Object(entries) => entries.iter().map(|(name, value)| name.len() + 4 + weight(value)).sum(),
    }
}

/// Returns the declaration of a step.
fn declared<'b>(bundle: &'b Bundle, event: &Json) -> Option<&'b Target> {
    let kind = StepKind::from_word(event.text_of("type")?)?;
    let name = event.text_of("name").unwrap_or_default();
    bundle.targets.iter().find(|target| target.kind == kind && (target.name == name || kind == StepKind::Say))
}

fn found<'j>(event: &'j Json, way: &[&str]) -> Option<&'j Json> {
    way.iter().try_fold(event, |value, key| value.get(key))
}

/// Returns a value with another one at the end of a way.
fn with(value: &Json, way: &[&str], new: Json) -> Json {
    let Some((key, rest)) = way.split_first() else { return new };
    let entries = value.entries().iter().map(|(name, old)| (name.clone(), if name == key { with(old, rest, new.clone()) } else { old.clone() }));
    Json::Object(entries.collect())
}

fn without_key(value: &Json, key: &str) -> Json {
    Json::Object(value.entries().iter().filter(|(name, _)| name != key).cloned().collect())
}

fn without_field(event: &Json, part: &str, name: &str) -> Json {
    let fields = event.get(part).map(|fields| without_key(fields, name)).unwrap_or(Json::Null);
    with(event, &[part], fields)
}
