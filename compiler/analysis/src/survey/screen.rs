//! The screening: most rules are seen to be of use at a step that is made up and computed.
//!
//! What a rule asks for is given to a point, a value for each field and perhaps one thing that has happened; then the rules about the step
//! are evaluated there, as the engine would. A rule that matches, decides, and would be missed at such a point needs no further look. What
//! isn't understood is left open, and counts for nothing.

mod board;
mod decide;
mod happens;
mod index;
mod past;
mod point;
mod sample;
mod sketch;
mod values;

use std::collections::BTreeMap;

use reach_compiler::in_threads;
use reach_compiler::ir::{Bundle, Effect, Rule};

use super::marks::{At, Comes, Marks, Tri};
use crate::breach::Step;
use crate::diff::Rules;
use board::{Board, Sketched};
use decide::{By, decide, in_the_way, may_clash};
use happens::Happens;
use past::Brings;
use point::{Growing, Place, Point};
use sketch::Truth;

/// How many steps of a rule are looked at.
const STEPS: usize = 4;

/// How often rules that stand in the way are put out of it.
const ROUNDS: usize = 4;

/// What was seen of a rule.
type Seen = (usize, At, Vec<Comes>);

/// Raises the marks of rules that are plainly of use.
pub(super) fn look(bundle: &Bundle, rules: &Rules, steps: &[(usize, Step)], marks: &mut [Marks]) {
    // Each rule at its first steps alone, and at those that it names.
    let mut looked = vec![0usize; marks.len()];
    let mut work: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for (at, step) in steps {
        let Some(target) = step.target else { continue };
        let mut wanted = Vec::new();
        for rule in rules.about(step.target) {
            let (Some(count), Some(marks)) = (looked.get_mut(*rule), marks.get(*rule)) else { continue };
            if *count < STEPS || marks.named.contains(at) {
                *count += 1;
                wanted.push(*rule);
            }
        }
        if !wanted.is_empty() {
            work.push((*at, target, wanted));
        }
    }
    let mut monitors: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (monitor, number) in bundle.monitors.iter().zip(0..) {
        monitor.pattern.targets.iter().for_each(|t| monitors.entry(t.target as usize).or_default().push(number));
    }
    let found = in_threads(&work, |(_, target, wanted)| {
        let Some(board) = Board::of(bundle, rules.about(Some(*target)), *target, monitors.get(target).map_or(&[], Vec::as_slice)) else { return Vec::new() };
        let brings = Brings { bundle, own: *target };
        let happens = Happens::new(bundle, rules, &monitors, brings, &board);
        let mut screening = Screening { place: Place::new(&board.sketch, brings), board: &board, happens };
        let wanted = board.all.iter().filter(|s| wanted.binary_search(&s.number).is_ok());
        wanted.map(|sketched| screening.rule(sketched)).collect()
    });
    for ((at, ..), seen) in work.iter().zip(found) {
        for (rule, here, parts) in seen {
            if let Some(marks) = marks.get_mut(rule) {
                marks.raise(*at, here, &parts, None);
            }
        }
    }
}

/// What the rules about a step come to at a point: those that aren't false.
struct Decided {
    /// By the place of a rule among all: what it comes to.
    counting: Vec<(usize, Truth)>,
    /// Whether one of them isn't understood, or the point shows nothing in any case.
    open: bool,
}

/// Evaluates the rules that decide at a point. Where another rule of the effect of `own` counts, no more than that is told at last.
fn decided(place: &mut Place<'_, '_>, board: &Board<'_>, point: &Point, own: Option<&Sketched<'_>>) -> Decided {
    let mut decided = Decided { counting: Vec::new(), open: false };
    let maybe = board.index.at(place.sketch, point);
    for at in maybe.iter().filter_map(|at| board.own.get(*at)) {
        let Some(other) = board.all.get(*at) else { continue };
        match place.eval(point, other.node) {
            Truth::False => {}
            Truth::Open => {
                decided.open = true;
                return decided;
            }
            truth => {
                decided.counting.push((*at, truth));
                if decided.counting.len() > 2 && own.is_some_and(|own| own.number != other.number && own.rule.effect == other.rule.effect) {
                    // It stands in the way, and so may thousands more.
                    decided.counting.rotate_right(1);
                    decided.open = true;
                    return decided;
                }
            }
        }
    }
    decided
}

struct Screening<'s, 'b> {
    place: Place<'s, 'b>,
    board: &'s Board<'b>,
    happens: Happens<'s, 'b>,
}

impl Screening<'_, '_> {
    fn rule(&mut self, sketched: &Sketched<'_>) -> Seen {
        let mut at = At::default();
        let mut comes = vec![Comes::default(); sketched.leaves.len()];
        let mut growing = self.place.begin();
        if self.place.make(&mut growing, sketched.node, true) && self.can_be(&growing) {
            at.matches = Tri::Yes;
            self.note(&growing, sketched, &mut comes);
            if sketched.rule.advisory {
                (at.decides, at.matters, at.alone) = (Tri::Yes, Tri::Yes, Tri::Yes);
            } else {
                self.use_of(growing, sketched, &mut at);
            }
        }
        for (number, leaf) in sketched.leaves.iter().enumerate() {
            for wanted in [true, false] {
                let Some(known) = comes.get_mut(number) else { continue };
                let place = if wanted { &mut known.t } else { &mut known.f };
                if *place == Tri::Yes {
                    continue;
                }
                let mut growing = self.place.begin();
                let so =
                    leaf.before.iter().all(|(node, truth)| self.place.make(&mut growing, *node, *truth)) && self.place.make(&mut growing, leaf.node, wanted);
                if so && self.can_be(&growing) {
                    *place = Tri::Yes;
                }
            }
        }
        (sketched.number, at, comes)
    }

    /// Tells whether what a point says has happened can happen.
    fn can_be(&mut self, growing: &Growing) -> bool {
        match growing.point.past {
            None => true,
            Some(past) => self.happens.can_be(&mut self.place, past, &growing.point),
        }
    }

    /// Notes what the conditions come to at a point.
    fn note(&mut self, growing: &Growing, sketched: &Sketched<'_>, comes: &mut [Comes]) {
        for (leaf, known) in sketched.leaves.iter().zip(comes) {
            if !leaf.before.iter().all(|(node, truth)| self.place.eval(&growing.point, *node) == Truth::of(*truth)) {
                continue;
            }
            match self.place.eval(&growing.point, leaf.node) {
                Truth::True => known.t = Tri::Yes,
                Truth::False => known.f = Tri::Yes,
                Truth::None => known.none = Tri::Yes,
                Truth::Open => {}
            }
        }
    }

    /// Looks whether a rule is of use at a point at which it is true, or near it.
    fn use_of(&mut self, growing: Growing, sketched: &Sketched<'_>, at: &mut At) {
        // A forbid is missed only where something would be allowed.
        let mut starts = vec![growing.clone()];
        if sketched.rule.effect == Effect::Forbid {
            starts.clear();
            let allowing = self.board.own.iter().filter_map(|at| self.board.all.get(*at)).filter(|s| matches!(s.rule.effect, Effect::Permit | Effect::Ask));
            for other in allowing.take(ROUNDS) {
                let mut with = growing.clone();
                if self.place.make(&mut with, other.node, true) {
                    starts.push(with);
                }
            }
            starts.push(growing);
        }
        for mut growing in starts {
            for _ in 0..ROUNDS {
                let decided = decided(&mut self.place, self.board, &growing.point, Some(sketched));
                if self.can_be(&growing) {
                    self.credit(&decided, sketched, at);
                }
                if at.matches.min(at.decides).min(at.matters).min(at.alone) == Tri::Yes {
                    return;
                }
                // The first that stands in the way is put out of it.
                let other = decided
                    .counting
                    .iter()
                    .filter_map(|(at, truth)| Some((self.board.all.get(*at)?, *truth)))
                    .find(|(other, _)| other.number != sketched.number && in_the_way(sketched.rule, other.rule));
                let Some((other, _)) = other else { break };
                if !at.rivals.contains(&other.number) {
                    at.rivals.push(other.number);
                }
                if !self.place.make(&mut growing, other.node, false) {
                    break;
                }
            }
        }
    }

    /// Credits a rule with what a point shows.
    fn credit(&self, decided: &Decided, sketched: &Sketched<'_>, at: &mut At) {
        if decided.open {
            return;
        }
        let looked: Vec<(&Rule, bool, Truth)> =
            decided.counting.iter().filter_map(|(at, truth)| self.board.all.get(*at).map(|s| (s.rule, s.number == sketched.number, *truth))).collect();
        if looked.iter().any(|(rule, own, _)| !own && rule.obligations.iter().any(may_clash)) || sketched.rule.obligations.iter().any(may_clash) {
            return;
        }
        let by = decide(looked.iter().map(|(rule, _, truth)| (rule.effect, *truth)));
        let without = decide(looked.iter().filter(|(_, own, _)| !own).map(|(rule, _, truth)| (rule.effect, *truth)));
        let decides = match (sketched.rule.effect, by) {
            (Effect::Oblige, By::Asks | By::Permits | By::Otherwise) => true,
            (effect, By::Forbids) => effect == Effect::Forbid,
            (effect, By::Asks) => effect == Effect::Ask,
            (effect, By::Permits) => effect == Effect::Permit,
            (effect, By::Otherwise) => effect == Effect::OtherwiseAsk,
            (_, By::Default) => false,
        };
        if !decides {
            return;
        }
        at.decides = Tri::Yes;
        let others = || looked.iter().filter(|(_, own, _)| !own);
        if sketched.rule.effect != Effect::Forbid || !others().any(|(rule, ..)| rule.effect == Effect::Forbid) {
            at.alone = Tri::Yes;
        }
        // With what goes with it, or who may answer, it is missed where nobody else brings any.
        let more = |rule: &Rule| !rule.obligations.is_empty() || rule.approver.is_some() || rule.expires.is_some() || rule.grants.is_some();
        let brings = more(sketched.rule) && !others().any(|(rule, ..)| more(rule));
        if by.effect() != without.effect() || brings {
            at.matters = Tri::Yes;
        }
    }
}
