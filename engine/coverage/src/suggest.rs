//! Tests that close gaps, or the proof that none can.
//!
//! The analysis looks for a session that shows what is missing, and each that it proposes is run and measured as a test would be. What it
//! finds is written as a test; in the end all of these are compiled and run as they are written, and only what then closes its gap is told.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_analysis::{Affords, Answer, Condition, Decided, Inquiry, Limits, Looks, Play, Played, Witness};
use reach_codes::Span;
use reach_compiler::ir::{Bundle, Test};
use reach_compiler::{build, lower};
use reach_engine::{Options, Session, VerifiedImage};
use reach_harness::witness::{self, Event};
use reach_harness::{Replay, Status, TestOptions, run_tests};

use crate::collect::{At, Collector};
use crate::coverage::{Coverage, Point};
use crate::gaps::{self, Closing, Closings};
use crate::model::{Model, Unlike};
use crate::nudge::Starts;
use crate::report::SuggestedTest;

/// How many gaps of a bundle are looked at; with that many, most tests are still to be written, and each closes several.
const MOST_GAPS: usize = 2_000;

/// The name of the source that holds tests while they are tried.
const TRIED: &str = "<suggested>";

/// Looks for tests that close gaps. `progress` is told how many gaps were looked at, and how many there are.
///
/// # Errors
/// When the bundle can't be measured.
pub fn close(bundle: &Bundle, coverage: &Coverage, limits: &Limits, progress: &mut dyn FnMut(usize, usize)) -> Result<Closings, Unlike> {
    let machine = Machine::new(bundle)?;
    let make = |bundle: &Bundle| Replay::new(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>);
    let mut search = Search {
        bundle,
        machine: &machine,
        inquiry: Inquiry::new(bundle, &make, limits),
        base: coverage,
        reached: coverage.clone(),
        names: bundle.tests.iter().map(|test| test.name.clone()).collect(),
        found: Vec::new(),
        closings: BTreeMap::new(),
        gaps: Vec::new(),
        replay: OnceCell::new(),
        starts: OnceCell::new(),
    };
    let gaps: Vec<Point> = machine.model.points().into_iter().filter(|point| !coverage.shows(*point)).take(MOST_GAPS).collect();
    search.gaps.clone_from(&gaps);
    for (done, point) in gaps.iter().enumerate() {
        progress(done, gaps.len());
        if limits.stop.is_due() {
            search.closings.insert(*point, Closing::Unknown(vec!["the time that was given is over".to_owned()]));
        } else if !search.reached.shows(*point) {
            let closing = search.point(*point);
            search.closings.insert(*point, closing);
        }
    }
    search.finish()
}

/// What runs sessions that were found: the bundle without the digests of `pinned`, as no event that is made up has one.
struct Machine {
    image: Arc<VerifiedImage>,
    model: Model,
}

impl Machine {
    fn new(bundle: &Bundle) -> Result<Self, Unlike> {
        let mut bundle = bundle.clone();
        for target in &mut bundle.targets {
            target.pinned = None;
        }
        let image = Arc::new(lower(&bundle).map_err(|_| Unlike)?.verify().map_err(|_| Unlike)?);
        let model = Model::of(&bundle, &image)?;
        Ok(Self { image, model })
    }

    fn covers<'e>(&self, events: impl IntoIterator<Item = &'e String>) -> Coverage {
        covered(&self.image, &self.model, events)
    }
}

/// Returns what a session shows.
#[must_use]
pub fn covered<'e>(image: &Arc<VerifiedImage>, model: &Model, events: impl IntoIterator<Item = &'e String>) -> Coverage {
    let mut session = Session::new(Arc::clone(image), "", Options { observe: true, ..Options::default() });
    let mut collector = Collector::new(model);
    for (number, event) in (0..).zip(events) {
        let _ = session.event(event);
        if let Some(seen) = session.sightings().filter(|seen| seen.effect().is_some()) {
            collector.take(At { test: u32::MAX, event: number }, seen);
        }
    }
    Collector::finish(model, vec![collector])
}

/// A session that was found, written as a test.
struct Found {
    test: SuggestedTest,
    shows: Shown,
}

/// What a test shows of what no test has shown.
#[derive(Default)]
struct Shown {
    points: BTreeSet<Point>,
    /// Of conditions that aren't known to decide alone: what they are where they tell, and whether the rule matches there.
    tells: BTreeSet<(usize, bool, bool)>,
}

impl Shown {
    fn of(coverage: &Coverage, gaps: &[Point]) -> Self {
        let mut shown = Self::default();
        for point in gaps {
            if coverage.shows(*point) {
                shown.points.insert(*point);
            }
            if let Point::Independence(at) = point {
                shown.tells.extend(SIDES.into_iter().filter(|(value, matches)| tells(coverage, *at, *value, *matches)).map(|(v, m)| (*at, v, m)));
            }
        }
        shown
    }
}

/// The values of a condition, with whether its rule matches.
const SIDES: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

fn tells(coverage: &Coverage, condition: usize, value: bool, matches: bool) -> bool {
    coverage.conditions.get(condition).is_some_and(|seen| seen.told(value, matches))
}

struct Search<'a> {
    bundle: &'a Bundle,
    machine: &'a Machine,
    inquiry: Inquiry<'a>,
    /// What the tests that there are show.
    base: &'a Coverage,
    /// What they show together with those that were found.
    reached: Coverage,
    names: BTreeSet<String>,
    found: Vec<Found>,
    closings: BTreeMap<Point, Closing>,
    gaps: Vec<Point>,
    /// What plays sessions that are made of tests.
    replay: OnceCell<Option<Replay>>,
    starts: OnceCell<Starts>,
}

impl Search<'_> {
    fn point(&mut self, point: Point) -> Closing {
        match point {
            Point::Rule(rule) => {
                let advisory = self.bundle.rules.get(rule).is_some_and(|r| r.advisory);
                let answer = if advisory { self.inquiry.matches(rule) } else { self.inquiry.decides(rule) };
                self.take(point, answer, &|name| format!("{name} decides"))
            }
            Point::Condition(at, value) => {
                let Some(part) = self.part(at) else { return nothing() };
                let shows = |events: &[String]| self.machine.covers(events).shows(point);
                let answer = self.inquiry.looked_at(&part, &Looks::Is(value), &shows);
                let source = self.source(point);
                self.take(point, answer, &|name| format!("{name} where {source} is {value}"))
            }
            Point::Independence(at) => self.independence(point, at),
            Point::Boundary(at, side) => {
                let Some(boundary) = self.machine.model.boundaries.get(at) else { return nothing() };
                let Some(number) = boundary.number(side) else { return Closing::Impossible };
                let part = Condition { rule: boundary.rule, unless: boundary.unless, path: boundary.path.clone() };
                let shows = |events: &[String]| self.machine.covers(events).shows(point);
                let answer = match self.inquiry.looked_at(&part, &Looks::Compares(number), &shows) {
                    Answer::Unknown(why) => self.nudged(point, at, number).unwrap_or(Answer::Unknown(why)),
                    answer => answer,
                };
                let (source, value) = (self.source(point), boundary.value(side));
                self.take(point, answer, &|name| format!("{name} with {value} in {source}"))
            }
            Point::Question(at, found) => {
                let Some(question) = self.machine.model.questions.get(at) else { return nothing() };
                let part = Condition { rule: question.rule, unless: question.unless, path: question.path.clone() };
                let shows = |events: &[String]| self.machine.covers(events).shows(point);
                let answer = self.inquiry.looked_at(&part, &Looks::Finds(found), &shows);
                // Other rules may ask the same at the same place, in a function.
                let answer = if answer.is_no() { Answer::Unknown(vec!["whether another rule that asks it finds it".to_owned()]) } else { answer };
                let (source, what) = (self.source(point), if found { "something" } else { "nothing" });
                self.take(point, answer, &|name| format!("{name} finds {what} in {source}"))
            }
            Point::Budget(at, said) => {
                let (says, what) = match said {
                    0 => (Affords::More, "has more than a step takes"),
                    1 => (Affords::Just, "has just what a step takes"),
                    _ => (Affords::Less, "has less than a step takes"),
                };
                let shows = |events: &[String]| self.machine.covers(events).shows(point);
                let answer = self.inquiry.affords(at, says, &shows);
                self.take(point, answer, &|name| format!("{name} {what}"))
            }
        }
    }

    /// Looks for a step of a test that compares another number once one of its values is changed.
    fn nudged(&self, point: Point, at: usize, number: i128) -> Option<Answer> {
        let mut bundle = self.bundle.clone();
        bundle.targets.iter_mut().for_each(|target| target.pinned = None);
        let replay = self.replay.get_or_init(|| Replay::new(&bundle).ok()).as_ref()?;
        let starts = self.starts.get_or_init(|| Starts::of(self.bundle, &self.machine.image, &self.machine.model));
        for events in starts.changed(self.bundle, &self.machine.model, at, number) {
            if !self.machine.covers(&events).shows(point) {
                continue;
            }
            let played = replay.play(&events);
            if let Some(Played::Decided(decided)) = played.into_iter().last()
                && self.text("changed", &events, &decided).is_ok()
            {
                return Some(Answer::Yes(Box::new((Witness { events }, decided))));
            }
        }
        None
    }

    /// Looks for the two steps that show that a condition decides alone: with the rule matching where it is true, or where it is false.
    fn independence(&mut self, point: Point, at: usize) -> Closing {
        let Some(part) = self.part(at) else { return nothing() };
        let (mut impossible, mut unknown) = (0, Vec::new());
        for matching in [true, false] {
            let mut names = Vec::new();
            let mut missing = None;
            for value in [matching, !matching] {
                let matches = value == matching;
                if tells(&self.reached, at, value, matches) {
                    continue;
                }
                let shows = |events: &[String]| tells(&self.machine.covers(events), at, value, matches);
                let answer = self.inquiry.tells(&part, value, matches, &shows);
                let source = self.source(point);
                match self.written(answer, self.rule_name(point), &|name| format!("{name} turns on {source}: {value}")) {
                    Ok(name) => names.push(name),
                    Err(closing) => {
                        missing = Some(closing);
                        break;
                    }
                }
            }
            match missing {
                None => return Closing::Tests(names),
                Some(Closing::Impossible) => impossible += 1,
                Some(Closing::Unknown(why)) => unknown.extend(why),
                Some(Closing::Tests(_)) => {}
            }
        }
        if impossible == 2 { Closing::Impossible } else { Closing::Unknown(unknown) }
    }

    fn part(&self, at: usize) -> Option<Condition> {
        let condition = self.machine.model.conditions.get(at)?;
        Some(Condition { rule: condition.rule, unless: condition.unless, path: condition.path.clone() })
    }

    fn take(&mut self, point: Point, answer: Answer, name: &dyn Fn(&str) -> String) -> Closing {
        match self.written(answer, self.rule_name(point), name) {
            Ok(name) => Closing::Tests(vec![name]),
            Err(closing) => closing,
        }
    }

    /// Writes a session that was found as a test, and returns its name.
    fn written(&mut self, answer: Answer, rule: String, name: &dyn Fn(&str) -> String) -> Result<String, Closing> {
        let (witness, decided) = match answer {
            Answer::Yes(found) => *found,
            Answer::No => return Err(Closing::Impossible),
            Answer::Unknown(why) => return Err(Closing::Unknown(once(why))),
        };
        let name = free(&name(&rule), &mut self.names);
        let text =
            self.text(&name, &witness.events, &decided).map_err(|why| Closing::Unknown(vec![format!("a session was found that can't be a test: {why}")]))?;
        let covers = self.machine.covers(&witness.events);
        self.reached.join(&covers);
        let shows = Shown::of(&covers, &self.gaps);
        self.found.push(Found { test: SuggestedTest { name: name.clone(), text }, shows });
        Ok(name)
    }

    fn text(&self, name: &str, events: &[String], decided: &Decided) -> Result<String, String> {
        witness::test(name, &Event::all(events), decided, self.bundle)
    }

    fn rule_name(&self, point: Point) -> String {
        if let Point::Budget(at, _) = point {
            return self.machine.model.budgets.get(at).map(|budget| budget.name.clone()).unwrap_or_default();
        }
        let rule = self.machine.model.rule_of(point).and_then(|rule| self.bundle.rules.get(rule));
        rule.map(|rule| rule.name.to_string()).unwrap_or_default()
    }

    fn source(&self, point: Point) -> String {
        let span: Span = gaps::span(&self.machine.model, self.bundle, point);
        gaps::short(&self.bundle.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Runs the tests as they are written, and tells which gaps they close.
    fn finish(mut self) -> Result<Closings, Unlike> {
        if self.run()?.is_none() {
            // Some of them can't stand with the others.
            self.found.retain(|found| witness::holds(&found.test.text, self.bundle).is_ok());
        }
        let shown = self.run()?.unwrap_or_default();
        self.found.truncate(shown.len());
        for (found, shows) in self.found.iter_mut().zip(shown) {
            found.shows = shows;
        }
        let mut points = BTreeMap::new();
        for point in std::mem::take(&mut self.gaps) {
            let closing = match self.closings.remove(&point) {
                Some(Closing::Tests(names)) if self.closes(point, &names) => Closing::Tests(names),
                closing => self
                    .by_any(point)
                    .or(closing.filter(|c| !matches!(c, Closing::Tests(_))))
                    .unwrap_or_else(|| Closing::Unknown(vec!["the test that was written for it shows something else".to_owned()])),
            };
            points.insert(point, closing);
        }
        let used: BTreeSet<&String> = points.values().filter_map(|c| if let Closing::Tests(names) = c { Some(names) } else { None }).flatten().collect();
        let tests = self.found.iter().filter(|found| used.contains(&found.test.name)).map(|found| found.test.clone()).collect();
        Ok(Closings { points, tests })
    }

    fn closes(&self, point: Point, names: &[String]) -> bool {
        let named = || self.found.iter().filter(|found| names.contains(&found.test.name));
        if named().any(|found| found.shows.points.contains(&point)) {
            return true;
        }
        let Point::Independence(at) = point else { return false };
        let told = |value, matches| tells(self.base, at, value, matches) || named().any(|found| found.shows.tells.contains(&(at, value, matches)));
        [true, false].into_iter().any(|matching| told(matching, true) && told(!matching, false))
    }

    /// Returns the tests that close a gap, whatever they were made for: one, or two.
    fn by_any(&self, point: Point) -> Option<Closing> {
        if let Some(one) = self.found.iter().find(|found| found.shows.points.contains(&point)) {
            return Some(Closing::Tests(vec![one.test.name.clone()]));
        }
        let Point::Independence(at) = point else { return None };
        let with = |value: bool, matches: bool| {
            if tells(self.base, at, value, matches) {
                return Some(None);
            }
            self.found.iter().find(|found| found.shows.tells.contains(&(at, value, matches))).map(|found| Some(found.test.name.clone()))
        };
        let pair = |matching: bool| Some([with(matching, true)?, with(!matching, false)?]);
        let names: Vec<String> = pair(true).or_else(|| pair(false))?.into_iter().flatten().collect();
        Some(Closing::Tests(names))
    }

    /// Returns what each test shows as it is written; none where they don't compile together, or some fails.
    fn run(&self) -> Result<Option<Vec<Shown>>, Unlike> {
        if self.found.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let mut given = self.bundle.given();
        let tried = given.sources.add(TRIED, self.found.iter().map(|found| found.test.text.as_str()).collect::<Vec<_>>().join("\n"));
        let Ok(built) = build(given) else { return Ok(None) };
        let (mut bundle, image) = (built.bundle, Arc::new(built.image));
        let model = Model::of(&bundle, &image)?;
        bundle.tests.retain(|test| test.span.file == tried);
        bundle.rules.iter_mut().for_each(|rule| rule.examples.clear());
        bundle.properties.clear();
        let report = run_tests(Arc::clone(&image), &bundle, &TestOptions::default());
        if report.tests.len() != self.found.len() || report.tests.iter().any(|test| test.status != Status::Passed) {
            return Ok(None);
        }
        let shows = |test: &Test| Shown::of(&covered(&image, &model, test.items.iter().map(|item| &item.event)), &self.gaps);
        Ok(Some(bundle.tests.iter().map(shows).collect()))
    }
}

const fn nothing() -> Closing {
    Closing::Unknown(Vec::new())
}

/// Returns each reason once.
fn once(why: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    why.into_iter().filter(|why| seen.insert(why.clone())).collect()
}

/// Returns a name that no test has.
fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{name} ({number})");
    }
    free
}
