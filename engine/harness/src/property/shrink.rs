//! What breaks a property is made small: by fewer events first, then by fewer and simpler values.
//!
//! A session is smallest here when no event can be left out (with those that are about it), no field, no element, and no value be
//! exchanged for one that is simpler by `simpler`, without the property holding. Which of several smallest ones is found follows from the
//! order in which they are tried, which is always the same.

use reach_analysis::Decided;
use reach_compiler::ir::{Bundle, Field, StepKind, Target, Type};
use reach_values::time;

use super::number;
use super::place::bare;
use super::play::{START, Watch};
use super::texts;
use crate::witness::Json;

/// How much is played for one property at most, until what was found by then is as small as it gets: sessions, of which long ones count
/// for several.
const MOST_PLAYED: usize = 6_000;

/// How many bytes of events count as a session.
const LONG: usize = 4_000;

/// How many shorter lists and texts are tried of one at most.
const MOST_PARTS: usize = 128;

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
            let gap = now - before;
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
                let whole = step - step.rem_euclid(time::SECOND_NS);
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

/// Returns values that are simpler than one, the simplest first. Of each chain of simpler values every one is smaller than the one before.
pub(super) fn simpler(value: &Json, ty: Option<&Type>) -> Vec<Json> {
    let ty = ty.map(bare);
    match value {
        Json::Null | Json::Bool(false) => Vec::new(),
        Json::Bool(true) => vec![Json::Bool(false)],
        Json::Number(digits) => simpler_numbers(digits, ty.unwrap_or(&Type::Decimal)),
        Json::Text(text) => match ty {
            Some(Type::Enum(members)) => members.iter().take_while(|member| *member != text).map(|member| Json::Text(member.clone())).collect(),
            Some(ty @ (Type::Time | Type::Date | Type::Duration)) => simpler_moments(ty, value),
            Some(ty @ Type::Form(_)) => {
                let typical = texts::typical(ty);
                let shorter = simpler_texts(text).into_iter().filter(|other| other.len() < text.len());
                let is_typical = typical.contains(&text.as_str());
                let known = typical.iter().filter(|known| known.len() < text.len() || (known.len() == text.len() && !is_typical));
                known.map(|known| (*known).to_owned()).chain(shorter).map(Json::Text).collect()
            }
            _ => simpler_texts(text).into_iter().map(Json::Text).collect(),
        },
        Json::List(items) => {
            let of = match ty {
                Some(Type::List(of) | Type::Set(of)) => Some(of.as_ref()),
                _ => None,
            };
            let mut all = Vec::new();
            let mut length = items.len();
            while length >= 1 && items.len() / length <= MOST_PARTS {
                for start in (0..items.len()).step_by(length) {
                    all.push(Json::List(
                        items.iter().enumerate().filter(|(at, _)| !(start..start + length).contains(at)).map(|(_, item)| item.clone()).collect(),
                    ));
                }
                length /= 2;
            }
            for (at, item) in items.iter().enumerate().take(if items.len() <= MOST_PARTS { 32 } else { 1 }) {
                for simple in simpler(item, of) {
                    let mut items = items.clone();
                    if let Some(item) = items.get_mut(at) {
                        *item = simple;
                    }
                    all.push(Json::List(items));
                }
            }
            all
        }
        Json::Object(entries) => {
            let of = |name: &str| match ty {
                Some(Type::Map(of)) => Some(of.as_ref()),
                Some(Type::Record(fields)) => fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty),
                _ => None,
            };
            let mut all: Vec<Json> = entries.iter().map(|(name, _)| without_key(value, name)).collect();
            for (name, inner) in entries.iter().take(64) {
                all.extend(simpler(inner, of(name)).into_iter().map(|simple| with(value, &[name], simple)));
            }
            all
        }
    }
}

/// Returns shorter texts, and such of as many letters that are plainer.
fn simpler_texts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return Vec::new();
    }
    let mut all = vec![String::new()];
    let mut length = chars.len() / 2;
    while length >= 1 && chars.len() / length <= MOST_PARTS {
        for start in (0..chars.len()).step_by(length) {
            all.push(chars.iter().enumerate().filter(|(at, _)| !(start..start + length).contains(at)).map(|(_, c)| *c).collect());
        }
        length /= 2;
    }
    // Each letter that isn't plain, in short texts.
    if chars.len() <= 64 {
        for at in 0..chars.len() {
            for plain in ['a', '0'] {
                let now = chars.get(at).copied().unwrap_or(plain);
                if rank(plain) < rank(now) {
                    all.push(chars.iter().enumerate().map(|(n, c)| if n == at { plain } else { *c }).collect());
                }
            }
        }
    }
    all
}

/// How plain a letter is.
fn rank(c: char) -> u32 {
    match c {
        'a' => 0,
        '0' => 1,
        c if c.is_ascii_graphic() || c == ' ' => 2,
        _ => 3,
    }
}

/// Returns numbers with fewer digits, and such as are nearer to nothing.
fn simpler_numbers(digits: &str, ty: &Type) -> Vec<Json> {
    let ty = if matches!(ty, Type::Int) { &Type::Int } else { &Type::Decimal };
    let Some(n) = number::read(ty, &Json::Number(digits.to_owned())) else { return vec![Json::Number("0".to_owned())] };
    if n == 0 {
        return Vec::new();
    }
    let one = if matches!(ty, Type::Int) { 1 } else { number::unit(ty).saturating_mul(100) };
    let mut all = vec![0, one, n.saturating_neg()];
    // Whole ones beside it, and down from it by halves of what is left.
    let whole = n - n.rem_euclid(one);
    all.extend([whole, whole.saturating_add(one)]);
    let mut step = n / 2;
    while step != 0 {
        let rounded = step - step % one;
        all.extend([n - rounded, n - step]);
        step /= 2;
    }
    let written = |n: i128| match number::json(ty, n) {
        Json::Number(digits) => digits,
        _ => String::new(),
    };
    // A minus sign counts as a digit.
    let measure = |n: i128| (written(n).len(), n.unsigned_abs(), n < 0);
    let (mut seen, now) = (Vec::new(), measure(n));
    for other in all {
        if measure(other) < now && !seen.contains(&other) {
            seen.push(other);
        }
    }
    seen.into_iter().map(|n| Json::Number(written(n))).collect()
}

/// Returns times, dates and durations that are nearer to where tests begin.
fn simpler_moments(ty: &Type, value: &Json) -> Vec<Json> {
    let Some(n) = number::read(ty, value) else { return Vec::new() };
    let zero = match ty {
        Type::Time => START,
        // 2026-01-01.
        Type::Date => 20_454,
        _ => 0,
    };
    let away = n - zero;
    let mut all = Vec::new();
    if away < 0 {
        all.push(zero - away);
    }
    let mut step = away;
    while step != 0 {
        all.push(n - step);
        step /= 2;
    }
    all.into_iter().filter(|m| (*m - zero).unsigned_abs() < away.unsigned_abs() || (*m - zero == -away && away < 0)).map(|m| number::json(ty, m)).collect()
}
