//! Steps of tests that are changed a little, so that a number is compared that no test has compared.
//!
//! The analysis doesn't tell apart what an hour is in a place, or how long a set. But where a test makes the comparison with one number, a
//! step that differs in one value often makes it with another: by as much as the numbers differ, in whatever they may be counted. Each
//! such step is run; nothing is said of what isn't found.

use std::sync::Arc;

use reach_compiler::ir::{Bundle, Type};
use reach_engine::{Options, VerifiedImage};
use reach_harness::begin;
use reach_harness::witness::Json;
use reach_values::{decimal, time};

use crate::model::Model;

/// How many steps of tests are changed for one boundary: those with the fewest events before them.
const MOST_STARTS: usize = 6;

/// How many changed steps are run for one side of a boundary.
const MOST_TRIES: usize = 400;

/// By how many characters a text is made longer, and by how many elements a list, at most.
const MOST_LONGER: i128 = 10_000;

/// A step of a test that makes a comparison.
#[derive(Clone, Copy, Debug)]
struct Start {
    test: usize,
    /// How many events of the test there are, the step the last of them.
    events: usize,
    /// What is compared with the constant.
    value: i128,
}

/// The steps that make the comparison of each boundary.
#[derive(Debug)]
pub(crate) struct Starts {
    of: Vec<Vec<Start>>,
}

impl Starts {
    /// Runs the tests of a bundle.
    pub fn of(bundle: &Bundle, image: &Arc<VerifiedImage>, model: &Model) -> Self {
        let mut of: Vec<Vec<Start>> = vec![Vec::new(); model.boundaries.len()];
        for (test, def) in bundle.tests.iter().enumerate() {
            let Ok(mut session) = begin(image, def, Options { observe: true, ..Options::default() }) else { continue };
            for (item, events) in def.items.iter().zip(1..) {
                let _ = session.event(&item.event);
                for compared in session.sightings().into_iter().flat_map(|seen| seen.compared()) {
                    let Some(at) = model.boundary_of(compared.operation) else { continue };
                    let (Some(boundary), Some(starts)) = (model.boundaries.get(at), of.get_mut(at)) else { continue };
                    let value = if boundary.reversed { compared.right } else { compared.left };
                    match starts.iter_mut().find(|start| start.value == value) {
                        Some(start) if events < start.events => *start = Start { test, events, value },
                        Some(_) => {}
                        None => starts.push(Start { test, events, value }),
                    }
                }
            }
        }
        for starts in &mut of {
            starts.sort_by_key(|start| (start.events, start.test));
            starts.truncate(MOST_STARTS);
        }
        Self { of }
    }

    /// Returns sessions whose last step may compare `wanted`: those of tests, with one value changed.
    pub fn changed(&self, bundle: &Bundle, model: &Model, at: usize, wanted: i128) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        let (Some(starts), Some(boundary)) = (self.of.get(at), model.boundaries.get(at)) else { return out };
        for start in starts {
            let Some(items) = bundle.tests.get(start.test).and_then(|test| test.items.get(..start.events)) else { continue };
            let (Some((last, before)), Some(by)) = (items.split_last(), wanted.checked_sub(start.value)) else { continue };
            let Some(event) = Json::read(&last.event).filter(is_step) else { continue };
            let difference = Difference { by, counted: matches!(boundary.ty, Type::Int), decimal: matches!(boundary.ty, Type::Decimal) };
            let mut changed = Vec::new();
            for part in ["args", "facts"] {
                let Some(value) = event.get(part) else { continue };
                difference.within(value, &mut |value| changed.push(with(&event, part, value)));
            }
            let before: Vec<String> = before.iter().map(|item| item.event.clone()).collect();
            out.extend(changed.into_iter().map(|event| before.iter().cloned().chain([event.written()]).collect()));
            out.extend(difference.later(items.iter().map(|item| item.event.as_str())));
        }
        out.truncate(MOST_TRIES);
        out
    }
}

fn is_step(event: &Json) -> bool {
    matches!(event.text_of("type"), Some("call" | "spawn" | "model" | "read" | "say"))
}

/// Returns an event with another value of a key.
fn with(event: &Json, key: &str, value: Json) -> Json {
    let entries = event.entries().iter().map(|(k, old)| (k.clone(), if k == key { value.clone() } else { old.clone() }));
    Json::Object(entries.collect())
}

/// By how much a number is to differ.
#[derive(Clone, Copy, Debug)]
struct Difference {
    /// In the smallest parts of its type.
    by: i128,
    /// Whether it is an `int`: then it may count anything.
    counted: bool,
    /// Whether it is a `decimal`.
    decimal: bool,
}

/// How long things are that are counted, in nanoseconds.
const COUNTED: [i128; 4] = [time::SECOND_NS, 60 * time::SECOND_NS, 3_600 * time::SECOND_NS, time::DAY_NS];

impl Difference {
    /// Gives every value that differs from another in one place. Recurses as deep as the value is nested.
    fn within(self, value: &Json, give: &mut dyn FnMut(Json)) {
        match value {
            Json::Null | Json::Bool(_) => {}
            Json::Number(digits) => self.numbers(digits).into_iter().for_each(|number| give(Json::Number(number))),
            Json::Text(text) => self.texts(text).into_iter().for_each(|text| give(Json::Text(text))),
            Json::List(items) => {
                for longer in self.lengths(items) {
                    give(Json::List(longer));
                }
                for (at, item) in items.iter().enumerate() {
                    self.within(item, &mut |item| {
                        give(Json::List(items.iter().enumerate().map(|(n, old)| if n == at { item.clone() } else { old.clone() }).collect()))
                    });
                }
            }
            Json::Object(entries) => {
                for (key, item) in entries {
                    self.within(item, &mut |item| give(with(value, key, item)));
                }
            }
        }
    }

    /// Returns the durations and times by which something may have to differ, in nanoseconds.
    fn spans(self) -> Vec<i128> {
        let both = |span: i128| [Some(span), span.checked_neg()].into_iter().flatten();
        if self.decimal {
            return Vec::new();
        }
        if self.counted { COUNTED.into_iter().filter_map(|unit| unit.checked_mul(self.by)).flat_map(both).collect() } else { both(self.by).collect() }
    }

    fn numbers(self, digits: &str) -> Vec<String> {
        let (Ok(number), Some(by)) = (decimal::parse(digits), if self.counted { decimal::ONE.checked_mul(self.by) } else { Some(self.by) }) else {
            return Vec::new();
        };
        if !self.counted && !self.decimal {
            return Vec::new();
        }
        [number.checked_add(by), number.checked_sub(by)].into_iter().flatten().map(decimal::format).collect()
    }

    fn texts(self, text: &str) -> Vec<String> {
        let moved = |at: i128| self.spans().into_iter().filter_map(move |span| at.checked_add(span));
        if let Ok(at) = time::parse_time(text) {
            return moved(at).filter(|at| time::is_time(*at)).map(time::format_time).collect();
        }
        if let Ok(length) = time::parse_duration(text) {
            return moved(length).filter(|length| time::is_duration(*length)).map(time::format_duration).collect();
        }
        if let Ok(day) = time::parse_date(text) {
            // A date counts in days, a duration between dates in nanoseconds.
            let in_days = if self.decimal { None } else { Some(self.by) };
            let days = [in_days, in_days.and_then(i128::checked_neg), in_days.map(|by| by / time::DAY_NS), in_days.map(|by| by / -time::DAY_NS)];
            return days.into_iter().flatten().filter_map(|by| day.checked_add(by)).filter(|day| time::is_date(*day)).map(time::format_date).collect();
        }
        let mut texts = self.numbers_in(text);
        if self.counted && self.by.abs() <= MOST_LONGER {
            texts.extend(self.longer(text));
        }
        texts
    }

    /// Changes a number that stands in a text.
    fn numbers_in(self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        let mut rest = text;
        let mut before = 0;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let Some(behind) = rest.get(start..) else { break };
            let end = behind.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(behind.len());
            let (Some(digits), Some(head), Some(tail)) = (behind.get(..end), text.get(..before + start), text.get(before + start + end..)) else {
                break;
            };
            out.extend(self.numbers(digits).into_iter().map(|number| format!("{head}{number}{tail}")));
            before += start + end;
            rest = tail;
        }
        out
    }

    /// Makes a text longer or shorter at its end.
    fn longer(self, text: &str) -> Option<String> {
        let length = i128::try_from(text.chars().count()).ok()?;
        let wanted = usize::try_from(length.checked_add(self.by)?).ok()?;
        let last = text.chars().last().unwrap_or('a');
        Some(text.chars().chain(std::iter::repeat(last)).take(wanted).collect())
    }

    /// Makes a list longer or shorter at its end: with what it has, and with what it doesn't have.
    fn lengths(self, items: &[Json]) -> Vec<Vec<Json>> {
        let wanted = i128::try_from(items.len()).ok().and_then(|length| length.checked_add(self.by)).and_then(|length| usize::try_from(length).ok());
        let Some(wanted) = wanted.filter(|_| self.counted && self.by.abs() <= MOST_LONGER) else { return Vec::new() };
        let Some(last) = items.last() else { return Vec::new() };
        let grown = |more: &dyn Fn(usize) -> Json| items.iter().cloned().chain((items.len()..wanted).map(more)).take(wanted).collect::<Vec<Json>>();
        let mut out = vec![grown(&|_| last.clone())];
        if let Json::Text(text) = last
            && wanted > items.len()
        {
            out.push(grown(&|at| Json::Text(format!("{text}{at}"))));
            out.push(grown(&|at| Json::Text(format!("{}{text}", letters(at)))));
        }
        out
    }

    /// Lets a whole session happen at another time.
    fn later<'e>(self, events: impl Iterator<Item = &'e str> + Clone) -> Vec<Vec<String>> {
        let moved = |span: i128| {
            let one = |line: &str| {
                let event = Json::read(line)?;
                let at = time::parse_time(event.text_of("at")?).ok()?.checked_add(span).filter(|at| time::is_time(*at))?;
                Some(with(&event, "at", Json::Text(time::format_time(at))).written())
            };
            events.clone().map(one).collect::<Option<Vec<String>>>()
        };
        self.spans().into_iter().filter_map(moved).collect()
    }
}

/// Returns letters that differ for each number.
fn letters(number: usize) -> String {
    let mut rest = number;
    let mut out = String::new();
    loop {
        out.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
        if rest == 0 {
            return out;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(difference: Difference, value: &str) -> Vec<String> {
        let mut out = Vec::new();
        difference.within(&Json::read(value).unwrap(), &mut |value| out.push(value.written()));
        out
    }

    #[test]
    fn one_value_is_changed_at_a_time_by_what_it_may_count() {
        let two = Difference { by: 2, counted: true, decimal: false };
        assert_eq!(changed(two, r#"{"n":3,"b":true,"c":null}"#), [r#"{"n":5,"b":true,"c":null}"#, r#"{"n":1,"b":true,"c":null}"#]);
        assert_eq!(changed(two, r#"["x"]"#), [r#"["x","x","x"]"#, r#"["x","x1","x2"]"#, r#"["x","bx","cx"]"#, r#"["xxx"]"#]);
        assert_eq!(changed(two, r#""limit 10, 7""#)[..4], [r#""limit 12, 7""#, r#""limit 8, 7""#, r#""limit 10, 9""#, r#""limit 10, 5""#]);
        let times = changed(two, r#""2026-01-01T10:00:00Z""#);
        assert!(times.contains(&r#""2026-01-01T12:00:00Z""#.to_owned()) && times.contains(&r#""2025-12-30T10:00:00Z""#.to_owned()), "{times:?}");
    }

    #[test]
    fn amounts_and_spans_keep_their_kind() {
        let cent = Difference { by: decimal::ONE / 100, counted: false, decimal: true };
        assert_eq!(changed(cent, r#"[1.00,"2026-01-01","a"]"#), [r#"[1.01,"2026-01-01","a"]"#, r#"[0.99,"2026-01-01","a"]"#]);
        let second = Difference { by: time::SECOND_NS, counted: false, decimal: false };
        assert_eq!(changed(second, r#"[1,"1h"]"#), [r#"[1,"1h1s"]"#, r#"[1,"59m59s"]"#]);
        assert!(changed(Difference { by: i128::MAX, counted: true, decimal: false }, r#"[1,"a",["b"],"1h","2026-01-01"]"#).is_empty());
    }
}
