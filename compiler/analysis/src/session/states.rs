//! The states of sessions, as far as a claim depends on them: breadth first, so that the first that breaks it is the nearest.
//!
//! A state keeps, of each question, whether it was so, or how often, up to the number that any rule tells apart. A state stands for more
//! sessions than there are: the values of earlier steps are not kept, and what isn't told apart may be anything. So a claim that no state
//! breaks is proved; one that a state breaks is broken only when a session was found and played.

use std::collections::{BTreeMap, VecDeque};

use reach_compiler::ir::{Bundle, EventKind, Fold};

use super::feeds::{fades, is_kept};
use super::path::{Happening, Outcome};
use super::{Earlier, Feed, earlier, feed, prompts};
use crate::diff::Rules;
use crate::formula::F;
use crate::limits::Limits;
use crate::search::{Found, Search};
use crate::symbolic::{Asked, Question};
use crate::value::Sym;
use crate::world::{Atom, Sum, World};

/// A state: of each question that is kept, how far it has come.
type State = Vec<u8>;

/// The most that is counted.
const MOST: u8 = 12;

/// What exploring came to.
#[derive(Debug, Default)]
pub(crate) struct Explored {
    /// How many states were looked at.
    pub states: u64,
    /// Ways to states that break the claim, nearest first.
    pub broken: Vec<Vec<Happening>>,
    /// Why not all states could be looked at.
    pub unknown: Vec<String>,
}

/// A question that is kept.
struct Kept {
    question: Question,
    /// The most that is told apart.
    most: u8,
    fades: bool,
}

/// What an earlier step can do: in which way, and to which questions.
struct Letter {
    target: usize,
    outcome: Outcome,
    /// For each question, whether it counts, whether it forgets.
    counts: Vec<bool>,
    forgets: Vec<bool>,
}

/// Explores the states from which `goal` can hold.
pub(crate) fn explore(world: &mut World, bundle: &Bundle, rules: &Rules, questions: &[Question], goal: F, limits: &Limits, ways: usize) -> Explored {
    let kept: Vec<Kept> = questions
        .iter()
        .filter(|q| is_kept(bundle, q) && !prompts(bundle, q))
        .map(|q| Kept { most: most(world, bundle, q), fades: fades(bundle, q), question: q.clone() })
        .collect();
    let mut exploring = Exploring { world, bundle, rules, kept, limits, search: Search::new(limits), steps: BTreeMap::new(), report: Explored::default() };
    exploring.run(goal, ways);
    exploring.report
}

struct Exploring<'a> {
    world: &'a mut World,
    bundle: &'a Bundle,
    rules: &'a Rules,
    kept: Vec<Kept>,
    limits: &'a Limits,
    search: Search,
    /// Steps that feed something, with what they feed: by index of the declared step.
    steps: BTreeMap<usize, (Earlier, Vec<Option<Feed>>)>,
    report: Explored,
}

impl Exploring<'_> {
    fn run(&mut self, goal: F, ways: usize) {
        self.collect_steps();
        let start: State = vec![0; self.kept.len()];
        let mut from: BTreeMap<State, Option<(State, Happening)>> = BTreeMap::from([(start.clone(), None)]);
        let mut open = VecDeque::from([start]);
        while let Some(state) = open.pop_front() {
            self.report.states += 1;
            if self.limits.stop.is_due() || self.report.states > self.limits.states as u64 {
                self.report.unknown.push("there are more states of sessions than were looked at".to_owned());
                return;
            }
            let here = self.answers(&state, "");
            match self.search.solve(self.world, &[goal, here]) {
                Found::Some(_) => {
                    self.report.broken.push(way(&from, &state));
                    if self.report.broken.len() >= ways {
                        return;
                    }
                }
                Found::None => {}
                Found::Unknown(why) => self.report.unknown.extend(why),
            }
            for letter in self.letters(&state) {
                let next = self.after(&state, &letter);
                if !from.contains_key(&next) {
                    let happening = Happening { target: letter.target, outcome: letter.outcome, counts: self.pairs(&letter.counts), forgets: self.pairs(&letter.forgets) };
                    from.insert(next.clone(), Some((state.clone(), happening)));
                    open.push_back(next);
                }
            }
        }
    }

    /// Returns the keys of the questions that a letter is about.
    fn pairs(&self, which: &[bool]) -> Vec<(String, bool)> {
        self.kept.iter().zip(which).map(|(kept, so)| (kept.question.key.clone(), *so)).collect()
    }

    fn collect_steps(&mut self) {
        for target in 0..self.bundle.targets.len() {
            if !self.kept.iter().any(|k| super::feeds::targets(self.bundle, &k.question).contains(&target)) {
                continue;
            }
            let step = earlier(self.world, self.bundle, self.rules, target, "e.", true);
            let feeds: Vec<Option<Feed>> = self.kept.iter().map(|k| feed(self.world, self.bundle, &step, &k.question)).collect();
            self.steps.insert(target, (step, feeds));
        }
    }

    /// Returns the formula that the questions of the step of a prefix have the answers of a state.
    fn answers(&mut self, state: &State, prefix: &str) -> F {
        let mut parts = Vec::new();
        for (kept, count) in self.kept.iter().zip(state) {
            let key = format!("{prefix}{}", kept.question.key);
            let _ = key;
            parts.push(answer(self.world, &kept.question, *count, kept.most, kept.fades));
        }
        self.world.formulas.and(parts)
    }

    /// Returns the formula that an earlier step sees a state: what it asks without keys of its own has the state's answer.
    fn seen_by(&mut self, step: &Earlier, state: &State) -> F {
        let mut parts = Vec::new();
        for question in &step.judged.questions {
            for (kept, count) in self.kept.iter().zip(state) {
                if question.asked != kept.question.asked {
                    continue;
                }
                let alike = question.operands.is_empty() && kept.question.operands.is_empty();
                let answer = answer(self.world, question, *count, kept.most, kept.fades);
                if alike {
                    parts.push(answer);
                } else if question.operands.len() == kept.question.operands.len()
                    && let Asked::History(number) = question.asked
                    && let Some(monitor) = self.bundle.monitors.get(number as usize)
                {
                    let keys: Vec<&reach_compiler::ir::Type> = monitor.pattern.keys.iter().chain(monitor.since.iter().flat_map(|s| &s.keys)).map(|k| &k.ty).collect();
                    let mut same = Vec::new();
                    for (ty, (a, b)) in keys.into_iter().zip(question.operands.iter().zip(&kept.question.operands)) {
                        let mut symbolic = crate::symbolic::Symbolic::new(self.world, self.bundle, step.sight.frame.clone());
                        same.push(symbolic.same_values(ty, a, b));
                    }
                    let same = self.world.formulas.and(same);
                    parts.push(self.world.formulas.implies(same, answer));
                }
            }
        }
        self.world.formulas.and(parts)
    }

    /// Returns what earlier steps can do in a state that changes it.
    fn letters(&mut self, state: &State) -> Vec<Letter> {
        let targets: Vec<usize> = self.steps.keys().copied().collect();
        let mut letters = Vec::new();
        for target in targets {
            let Some((step, feeds)) = self.steps.get(&target).cloned() else { continue };
            let seen = self.seen_by(&step, state);
            for outcome in Outcome::ALL {
                let taken = outcome.formula(self.world, &step);
                // Which questions this way of ending can feed, and that aren't at their end.
                let live: Vec<(usize, Feed)> = feeds
                    .iter()
                    .enumerate()
                    .filter_map(|(at, feed)| feed.map(|feed| (at, feed)))
                    .filter(|(at, feed)| {
                        let full = state.get(*at).zip(self.kept.get(*at)).is_some_and(|(count, kept)| *count >= kept.most);
                        (outcome.shows(feed.kind) && !full && feed.counts != F::FALSE) || (feed.forgets != F::FALSE && state.get(*at).is_some_and(|count| *count > 0))
                    })
                    .collect();
                if live.is_empty() {
                    continue;
                }
                self.enumerate(target, outcome, &live, &[taken, seen, step.sight.valid], &mut letters);
            }
        }
        letters
    }

    /// Finds every way in which a step can feed the questions at once.
    fn enumerate(&mut self, target: usize, outcome: Outcome, live: &[(usize, Feed)], goals: &[F], letters: &mut Vec<Letter>) {
        let some: Vec<F> = live.iter().flat_map(|(_, feed)| [feed.counts, feed.forgets]).collect();
        let mut goals = goals.to_vec();
        goals.push(self.world.formulas.or(some));
        for _ in 0..64 {
            let model = match self.search.solve(self.world, &goals) {
                Found::Some(model) => model,
                Found::None => return,
                Found::Unknown(why) => {
                    // It may be able to do anything.
                    self.report.unknown.extend(why);
                    return;
                }
            };
            let (mut counts, mut forgets) = (vec![false; self.kept.len()], vec![false; self.kept.len()]);
            let mut so = Vec::new();
            for (at, feed) in live {
                for (of, into) in [(feed.counts, &mut counts), (feed.forgets, &mut forgets)] {
                    let holds = model.satisfies(self.world, of);
                    if let Some(slot) = into.get_mut(*at) {
                        *slot = holds;
                    }
                    so.push(if holds { of } else { self.world.formulas.not(of) });
                }
            }
            let alike = self.world.formulas.and(so);
            let other = self.world.formulas.not(alike);
            goals.push(other);
            letters.push(Letter { target, outcome, counts, forgets });
        }
        self.report.unknown.push("a step can do too many things at once".to_owned());
    }

    fn after(&self, state: &State, letter: &Letter) -> State {
        let mut next = state.clone();
        for (at, count) in next.iter_mut().enumerate() {
            let most = self.kept.get(at).map_or(0, |k| k.most);
            let (counts, forgets) = (letter.counts.get(at) == Some(&true), letter.forgets.get(at) == Some(&true));
            // What is forgotten and counts at once counts from then on.
            if forgets {
                *count = 0;
            }
            if counts {
                *count = count.saturating_add(1).min(most);
            }
        }
        next
    }
}

fn way(from: &BTreeMap<State, Option<(State, Happening)>>, state: &State) -> Vec<Happening> {
    let mut way = Vec::new();
    let mut at = state.clone();
    while let Some(Some((before, happening))) = from.get(&at) {
        way.push(happening.clone());
        at = before.clone();
    }
    way.reverse();
    way
}

/// Returns how far a question is told apart.
fn most(world: &World, bundle: &Bundle, question: &Question) -> u8 {
    let Asked::History(number) = question.asked else { return 1 };
    if !bundle.monitors.get(number as usize).is_some_and(|m| m.fold == Fold::Count) {
        return 1;
    }
    let vars: Vec<_> = question.answer.iter().filter_map(|(_, sym)| if let Sym::Num(sum) = sym { sum.terms.first().map(|(var, _)| *var) } else { None }).collect();
    let mut most = 1i128;
    for atom in &world.atoms {
        if let Atom::AtMost(terms, bound) | Atom::Equal(terms, bound) = atom
            && let [(var, by)] = terms.as_slice()
            && vars.contains(var)
        {
            most = most.max(bound / by + 1);
        }
    }
    u8::try_from(most).unwrap_or(MOST).min(MOST)
}

/// Returns where a question has the answer that a count comes to.
pub(super) fn answer(world: &mut World, question: &Question, count: u8, most: u8, fades: bool) -> F {
    let mut parts = Vec::new();
    for (guard, sym) in &question.answer {
        let so = match sym {
            Sym::Absent if count == 0 || fades => F::TRUE,
            Sym::Absent => F::FALSE,
            Sym::Bool(cond) => match (count, fades) {
                (0, _) => cond.f,
                (_, true) => world.formulas.or([cond.t, cond.f]),
                (_, false) => cond.t,
            },
            Sym::Num(sum) => {
                let exactly = sum.plus(&Sum::of(-i128::from(count)), 1);
                let at_least = Sum::of(i128::from(count)).plus(sum, -1);
                match (fades, count >= most) {
                    (true, true) => F::TRUE,
                    (true, false) => exactly.map_or(F::FALSE, |s| world.at_most_zero(&s)),
                    (false, true) => at_least.map_or(F::FALSE, |s| world.at_most_zero(&s)),
                    (false, false) => exactly.map_or(F::FALSE, |s| world.is_zero(&s)),
                }
            }
            // What `latest` gives; it is there once something counted.
            _ if count == 0 => F::FALSE,
            _ => F::TRUE,
        };
        parts.push(world.formulas.and([*guard, so]));
    }
    if question.answer.is_empty() {
        return F::TRUE;
    }
    world.formulas.or(parts)
}

/// Tells whether an event of a kind is seen of a step that ended so.
impl Outcome {
    pub(crate) fn shows(self, kind: EventKind) -> bool {
        match kind {
            EventKind::Attempted => true,
            EventKind::Permitted | EventKind::Result => matches!(self, Self::Permitted | Self::Approved),
            EventKind::Denied => self == Self::Denied,
            EventKind::Prompt => false,
        }
    }
}
