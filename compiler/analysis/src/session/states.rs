//! The states of sessions, as far as a claim depends on them: breadth first, so that the first that breaks it is the nearest.
//!
//! A state keeps, of each question, whether it was so, or how often, up to the number that any rule tells apart. A state stands for more
//! sessions than there are: the values of earlier steps are not kept, and what isn't told apart may be anything. So a claim that no state
//! breaks is proved; one that a state breaks is broken only when a session was found and played.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reach_compiler::ir::{Bundle, EventKind, Fold};

use super::feeds::{fades, forgets, is_kept};
use super::path::{Happening, Outcome};
use super::{Called, Earlier, Feed, Posed, Viewer, earlier, feed, feeders, prompts};
use crate::formula::F;
use crate::limits::Limits;
use crate::search::{Found, Search, TIME_OVER};
use crate::symbolic::{Asked, Question};
use crate::value::Sym;
use crate::world::{Atom, Sum, World};

/// A state: of each question that is kept, how far it has come; and of each result that is still to come, for which questions it would
/// count, as bits.
type State = (Vec<u8>, BTreeSet<u32>);

/// Of each state, how near it is, and from which states and by which steps it is reached so.
type Origins = BTreeMap<State, (usize, Vec<(State, Happening)>)>;

/// An earlier step, and what it does to each question.
type Feeder = (Earlier, Vec<Option<Feed>>);

/// The most questions of which a state keeps the answers: one bit each.
const MOST_KEPT: usize = 30;

/// How many ways to a state are kept.
const MOST_PARENTS: usize = 12;

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
    /// Who asks it.
    side: usize,
    question: Question,
    /// The most that is told apart.
    most: u8,
    fades: bool,
    /// Whether anything makes it forget.
    forgets: bool,
}

/// What an earlier step can do: in which way, and to which questions.
struct Letter {
    called: Called,
    outcome: Outcome,
    /// For each question, whether it counts, whether it forgets.
    counts: Vec<bool>,
    forgets: Vec<bool>,
    /// For which questions the result would count that has not come, as bits.
    pending: u32,
}

/// Explores the states from which `goal` can hold, until so many ways to break it were found.
pub(crate) fn explore(world: &mut World, viewers: &[Viewer<'_>], questions: &[Posed], goal: F, limits: &Limits, ways: usize) -> Explored {
    let mut kept = Vec::new();
    for (side, question) in questions {
        let Some(viewer) = viewers.get(*side) else { continue };
        if is_kept(viewer.bundle, question) && !prompts(viewer.bundle, question) {
            kept.push(Kept {
                side: *side,
                most: most(world, viewer.bundle, question),
                fades: fades(viewer.bundle, question),
                forgets: forgets(viewer.bundle, question),
                question: question.clone(),
            });
        }
    }
    if kept.len() > MOST_KEPT {
        let unknown = vec!["more is asked of the session than can be kept apart".to_owned()];
        return Explored { unknown, ..Explored::default() };
    }
    let mut exploring = Exploring { world, viewers, kept, limits, search: Search::new(limits), steps: BTreeMap::new(), report: Explored::default() };
    exploring.run(goal, ways);
    exploring.report
}

struct Exploring<'a> {
    world: &'a mut World,
    viewers: &'a [Viewer<'a>],
    kept: Vec<Kept>,
    limits: &'a Limits,
    search: Search,
    /// Steps that feed something, with what they feed.
    steps: BTreeMap<Called, Feeder>,
    report: Explored,
}

impl Exploring<'_> {
    fn run(&mut self, goal: F, ways: usize) {
        self.collect_steps();
        let start: State = (vec![0; self.kept.len()], BTreeSet::new());
        let mut from: Origins = BTreeMap::from([(start.clone(), (0, Vec::new()))]);
        let mut open = VecDeque::from([start]);
        while let Some(state) = open.pop_front() {
            self.report.states += 1;
            if self.limits.stop.is_due() {
                self.report.unknown.push(TIME_OVER.to_owned());
                return;
            }
            if self.report.states > self.limits.states as u64 {
                self.report.unknown.push("there are more states of sessions than were looked at".to_owned());
                return;
            }
            let here = self.answers(&state);
            match self.search.solve(self.world, &[goal, here]) {
                Found::Some(_) => {
                    self.report.broken.extend(ways_to(&from, &state));
                    if self.report.broken.len() >= ways {
                        return;
                    }
                }
                Found::None => {}
                Found::Unknown(why) => self.report.unknown.extend(why),
            }
            self.late(&state, &mut from, &mut open);
            for letter in self.letters(&state) {
                let next = self.after(&state, &letter);
                let depth = from.get(&state).map_or(0, |(depth, _)| *depth) + 1;
                let new = !from.contains_key(&next);
                let (known, parents) = from.entry(next.clone()).or_insert((depth, Vec::new()));
                // Other ways that are as short may be possible where the first is not.
                if *known == depth && parents.len() < MOST_PARENTS {
                    let happening = Happening {
                        called: letter.called.clone(),
                        outcome: letter.outcome,
                        counts: self.pairs(&letter.counts),
                        forgets: self.pairs(&letter.forgets),
                    };
                    parents.push((state.clone(), happening));
                }
                if new {
                    open.push_back(next);
                }
            }
        }
    }

    /// Lets results come late: each that is still to come may come now.
    fn late(&self, state: &State, from: &mut Origins, open: &mut VecDeque<State>) {
        let depth = from.get(state).map_or(0, |(depth, _)| *depth) + 1;
        for mask in &state.1 {
            let mut next = state.clone();
            let mut fed = Vec::new();
            for (at, (count, kept)) in next.0.iter_mut().zip(&self.kept).enumerate() {
                if mask >> at & 1 == 1 {
                    *count = count.saturating_add(1).min(kept.most);
                    fed.push((kept.side, kept.question.key.clone()));
                }
            }
            // There may be another one like it.
            self.forget_idle(&mut next);
            if next.0 == state.0 {
                continue;
            }
            let new = !from.contains_key(&next);
            let (known, parents) = from.entry(next.clone()).or_insert((depth, Vec::new()));
            if *known == depth && parents.len() < MOST_PARENTS {
                parents.push((state.clone(), Happening::late(fed)));
            }
            if new {
                open.push_back(next);
            }
        }
    }

    /// Drops results that are still to come and change nothing any more.
    fn forget_idle(&self, state: &mut State) {
        let (counts, pending) = state;
        pending.retain(|mask| counts.iter().zip(&self.kept).enumerate().any(|(at, (count, kept))| mask >> at & 1 == 1 && (*count < kept.most || kept.forgets)));
    }

    /// Returns the questions that a letter is about.
    fn pairs(&self, which: &[bool]) -> Vec<(usize, String)> {
        self.kept.iter().zip(which).filter(|(_, so)| **so).map(|(kept, _)| (kept.side, kept.question.key.clone())).collect()
    }

    fn collect_steps(&mut self) {
        let called: BTreeSet<_> = self.kept.iter().flat_map(|k| feeders(self.viewers, &(k.side, k.question.clone()))).collect();
        for called in called {
            let Some(step) = earlier(self.world, self.viewers, &called, "e.", true) else { continue };
            let mut feeds = Vec::new();
            for kept in &self.kept {
                let bundle = self.viewers.get(kept.side).map(|v| v.bundle);
                feeds.push(bundle.and_then(|bundle| feed(self.world, bundle, &step, kept.side, &kept.question)));
            }
            self.steps.insert(called, (step, feeds));
        }
    }

    /// Returns the formula that the questions have the answers of a state.
    fn answers(&mut self, state: &State) -> F {
        let parts: Vec<F> = self.kept.iter().zip(&state.0).map(|(kept, count)| answer(self.world, &kept.question, *count, kept.most, kept.fades)).collect();
        self.world.formulas.and(parts)
    }

    /// Returns the formula that an earlier step sees a state: what it asks has the state's answer, as far as that is kept.
    fn seen_by(&mut self, step: &Earlier, state: &State) -> F {
        let mut parts = Vec::new();
        for (kept, count) in self.kept.iter().zip(&state.0) {
            let (Some(viewer), Some(seen)) = (self.viewers.get(kept.side), step.seen.get(kept.side)) else { continue };
            for question in seen.judged.questions.iter().filter(|q| q.asked == kept.question.asked) {
                let answer = answer(self.world, question, *count, kept.most, kept.fades);
                if let Some(same) = same_keys(self.world, viewer.bundle, seen, question, &kept.question) {
                    parts.push(self.world.formulas.implies(same, answer));
                }
            }
        }
        self.world.formulas.and(parts)
    }

    /// Returns what earlier steps can do in a state that changes it.
    fn letters(&mut self, state: &State) -> Vec<Letter> {
        let all: Vec<Called> = self.steps.keys().cloned().collect();
        let mut letters = Vec::new();
        for called in all {
            let Some((step, feeds)) = self.steps.get(&called).cloned() else { continue };
            let seen = self.seen_by(&step, state);
            let valid: Vec<F> = step.seen.iter().map(|s| s.sight.valid).collect();
            let valid = self.world.formulas.and(valid);
            for outcome in Outcome::ALL {
                let taken = outcome.formula(self.world, &step);
                // Which questions this way of ending can feed, and that aren't at their end.
                let live: Vec<(usize, Feed)> = feeds
                    .iter()
                    .enumerate()
                    .filter_map(|(at, feed)| feed.map(|feed| (at, feed)))
                    .filter(|(at, feed)| {
                        let full = state.0.get(*at).zip(self.kept.get(*at)).is_some_and(|(count, kept)| *count >= kept.most);
                        (outcome.shows(feed.kind) && !full && feed.counts != F::FALSE)
                            || (feed.forgets != F::FALSE
                                && (state.0.get(*at).is_some_and(|count| *count > 0) || state.1.iter().any(|mask| mask >> at & 1 == 1)))
                    })
                    .collect();
                if live.is_empty() {
                    continue;
                }
                self.enumerate(&called, outcome, &live, &[taken, seen, valid], &mut letters);
            }
        }
        // What needs nobody's answer first.
        letters.sort_by_key(|letter| letter.outcome);
        letters
    }

    /// Finds every way in which a step can feed the questions at once.
    fn enumerate(&mut self, called: &Called, outcome: Outcome, live: &[(usize, Feed)], goals: &[F], letters: &mut Vec<Letter>) {
        let some: Vec<F> = live.iter().flat_map(|(_, feed)| [feed.counts, feed.forgets, feed.late]).collect();
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
            let [mut counts, mut forgets, mut late] = [(); 3].map(|()| vec![false; self.kept.len()]);
            let mut so = Vec::new();
            for (at, feed) in live {
                for (of, into) in [(feed.counts, &mut counts), (feed.forgets, &mut forgets), (feed.late, &mut late)] {
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
            let came = late.iter().zip(&counts).any(|(late, counts)| *late && *counts);
            let pending = if came { 0 } else { late.iter().enumerate().filter(|(_, late)| **late).fold(0, |mask, (at, _)| mask | 1 << at) };
            letters.push(Letter { called: called.clone(), outcome, counts, forgets, pending });
        }
        self.report.unknown.push("a step can do too many things at once".to_owned());
    }

    fn after(&self, state: &State, letter: &Letter) -> State {
        let mut next = state.clone();
        for (at, count) in next.0.iter_mut().enumerate() {
            let most = self.kept.get(at).map_or(0, |k| k.most);
            let (counts, forgets) = (letter.counts.get(at) == Some(&true), letter.forgets.get(at) == Some(&true));
            // What is forgotten and counts at once counts from then on.
            if forgets {
                *count = 0;
                // A result of a step that was asked before doesn't count any more.
                next.1 = next.1.iter().map(|mask| mask & !(1 << at)).filter(|mask| *mask != 0).collect();
            }
            if counts {
                *count = count.saturating_add(1).min(most);
            }
        }
        if letter.pending != 0 {
            next.1.insert(letter.pending);
        }
        self.forget_idle(&mut next);
        next
    }
}

/// Returns where an earlier step asks the same as a later one: with the same keys.
pub(super) fn same_keys(world: &mut World, bundle: &Bundle, seen: &super::Seen, question: &Question, kept: &Question) -> Option<F> {
    if question.operands.len() != kept.operands.len() {
        return None;
    }
    if question.operands.is_empty() {
        return Some(F::TRUE);
    }
    let Asked::History(number) = question.asked else { return (question.operands == kept.operands).then_some(F::TRUE) };
    let monitor = bundle.monitors.get(number as usize)?;
    let keys = monitor.pattern.keys.iter().chain(monitor.since.iter().flat_map(|s| &s.keys)).map(|k| &k.ty);
    let mut symbolic = crate::symbolic::Symbolic::new(world, bundle, seen.sight.frame.clone());
    let same: Vec<F> = keys.zip(question.operands.iter().zip(&kept.operands)).map(|(ty, (a, b))| symbolic.same_values(ty, a, b)).collect();
    Some(world.formulas.and(same))
}

/// Returns some of the shortest ways to a state.
fn ways_to(from: &Origins, state: &State) -> Vec<Vec<Happening>> {
    let mut done = Vec::new();
    // Ways from a state on to the end, the last step first.
    let mut open: Vec<(State, Vec<Happening>)> = vec![(state.clone(), Vec::new())];
    while let Some((at, behind)) = open.pop() {
        let Some((depth, parents)) = from.get(&at) else { continue };
        if *depth == 0 {
            done.push(behind.into_iter().rev().collect());
            if done.len() >= MOST_PARENTS {
                break;
            }
            continue;
        }
        // The first that was found is tried first.
        for (before, happening) in parents.iter().rev() {
            let mut way = behind.clone();
            way.push(happening.clone());
            open.push((before.clone(), way));
        }
    }
    done
}

/// Returns how far a question is told apart.
fn most(world: &World, bundle: &Bundle, question: &Question) -> u8 {
    let Asked::History(number) = question.asked else { return 1 };
    if !bundle.monitors.get(number as usize).is_some_and(|m| m.fold == Fold::Count) {
        return 1;
    }
    let vars: Vec<_> =
        question.answer.iter().filter_map(|(_, sym)| if let Sym::Num(sum) = sym { sum.terms.first().map(|(var, _)| *var) } else { None }).collect();
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
    let mut parts = vec![question.short];
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
