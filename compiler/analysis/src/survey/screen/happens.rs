//! Whether what a point says has happened can have happened: a step of which it is computed that it would be taken, as often as it takes.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use reach_compiler::ir::{Bundle, Effect, EventKind, EventPattern, ExprKind, Origin, StepKind};

use super::board::Board;
use super::decide::{By, decide};
use super::past::Brings;
use super::point::{Growing, Happened, Place, Point};
use super::values::Val;
use super::{ROUNDS, decided};
use crate::diff::Rules;

/// The most that is counted.
const MOST: i128 = 1_000;

/// What was found out already, by what has happened and the values that join it.
type Known = HashMap<(Happened, Vec<Val>), bool>;

/// Tells what can happen before a step.
pub(super) struct Happens<'s, 'b> {
    bundle: &'b Bundle,
    rules: &'s Rules,
    /// By step: the uses of history whose events are such.
    monitors: &'s BTreeMap<usize, Vec<u32>>,
    brings: Brings<'b>,
    own: &'s Board<'b>,
    others: HashMap<usize, Option<Rc<Board<'b>>>>,
    known: Known,
}

impl<'s, 'b> Happens<'s, 'b> {
    pub fn new(bundle: &'b Bundle, rules: &'s Rules, monitors: &'s BTreeMap<usize, Vec<u32>>, brings: Brings<'b>, own: &'s Board<'b>) -> Self {
        Self { bundle, rules, monitors, brings, own, others: HashMap::new(), known: HashMap::new() }
    }

    /// Tells whether something can have happened, with the values that a point joins it by.
    pub fn can_be(&mut self, place: &mut Place<'_, '_>, past: Happened, point: &Point) -> bool {
        let joins: Vec<Val> = match past {
            Happened::Counted(monitor, _) => {
                let sides = place.sketch.joins.get(&monitor).cloned().unwrap_or_default();
                sides.iter().map(|side| place.operand(point, side).unwrap_or(Val::Some)).collect()
            }
            _ => Vec::new(),
        };
        let key = (past, joins);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let can = self.find(past, &key.1).is_some();
        self.known.insert(key, can);
        can
    }

    fn find(&mut self, past: Happened, joins: &[Val]) -> Option<()> {
        let (pattern, count, monitor) = match past {
            Happened::Counted(monitor, count) => {
                let asked = self.bundle.monitors.get(monitor as usize)?;
                let feeder = u32::try_from(self.brings.feeder(past)?).ok()?;
                let forgets = asked.since.as_ref().is_some_and(|since| since.targets.iter().any(|t| t.target == feeder));
                (!forgets).then_some(())?;
                (Some(&asked.pattern), count, Some(monitor))
            }
            Happened::Labelled(_) => (None, 1, None),
            Happened::Said(origin, _) => match self.bundle.origins.get(origin as usize)? {
                // Anything can be typed.
                Origin::User => return Some(()),
                Origin::Label(_) => (None, 1, None),
                Origin::Results { pattern, part } => {
                    (pattern.guard.is_none() && part.is_none()).then_some(())?;
                    (Some(pattern), 1, None)
                }
            },
        };
        (count <= MOST).then_some(())?;
        let feeder = self.brings.feeder(past)?;
        let kind = pattern.map_or(EventKind::Result, |p| p.kind);
        matches!(self.bundle.targets.get(feeder)?.kind, StepKind::Call | StepKind::Model).then_some(())?;
        let other = if feeder == self.brings.own { None } else { Some(self.other(feeder)?) };
        let board: &Board<'_> = other.as_deref().unwrap_or(self.own);
        let mut place = Place::new(&board.sketch, self.brings);
        let mut growing = place.begin();
        if let Some(pattern) = pattern {
            pinned(&mut growing, board, pattern, feeder, joins)?;
            if pattern.guard.is_some() {
                let guard = monitor.and_then(|m| board.guards.get(&m))?;
                place.make(&mut growing, *guard, true).then_some(())?;
            }
        }
        let counted = |times: i128| if times == 0 { None } else { monitor.map(|m| Happened::Counted(m, times)) };
        let ends_so = |place: &mut Place<'_, '_>, growing: &Growing| {
            (0..count).all(|times| {
                let point = Point { past: counted(times), ..growing.point.clone() };
                ends(place, board, &point, kind)
            })
        };
        if kind == EventKind::Attempted || (growing.point.past.is_none() && ends_so(&mut place, &growing)) {
            return Some(());
        }
        let taking = board.own.iter().filter_map(|at| board.all.get(*at));
        for rule in taking.filter(|s| matches!(s.rule.effect, Effect::Permit | Effect::Ask | Effect::OtherwiseAsk)).take(ROUNDS) {
            let mut growing = growing.clone();
            if !place.make(&mut growing, rule.node, true) {
                continue;
            }
            for _ in 0..ROUNDS {
                if growing.point.past.is_none() && ends_so(&mut place, &growing) {
                    return Some(());
                }
                let found = decided(&mut place, board, &growing.point, None);
                let against = found.counting.iter().filter_map(|(at, _)| board.all.get(*at)).find(|s| s.rule.effect == Effect::Forbid);
                if !against.is_some_and(|s| place.make(&mut growing, s.node, false)) {
                    break;
                }
            }
        }
        None
    }

    fn other(&mut self, target: usize) -> Option<Rc<Board<'b>>> {
        if let Some(known) = self.others.get(&target) {
            return known.clone();
        }
        let monitors = self.monitors.get(&target).map_or(&[][..], Vec::as_slice);
        let about = self.rules.about(Some(target));
        let board = if about.len() > 200 { None } else { Board::of(self.bundle, about, target, monitors).map(Rc::new) };
        self.others.insert(target, board.clone());
        board
    }
}

/// Gives an event the values that join it to the step that asks, for good.
fn pinned(growing: &mut Growing, board: &Board<'_>, pattern: &EventPattern, feeder: usize, joins: &[Val]) -> Option<()> {
    let found = pattern.targets.iter().find(|t| t.target as usize == feeder)?;
    if pattern.each.is_some() || (found.class.is_some() && !pattern.keys.is_empty()) || pattern.keys.len() != joins.len() {
        return None;
    }
    for (key, value) in pattern.keys.iter().zip(joins) {
        let ExprKind::Slot(slot) = &key.kind else { return None };
        let slot = board.sketch.find(slot)?;
        let at = board.sketch.slots.get(slot)?.places.get(value).copied()?;
        let place = growing.point.values.get_mut(slot)?;
        if place.is_some_and(|known| known != at) {
            return None;
        }
        *place = Some(at);
        growing.pinned.push(slot);
    }
    Some(())
}

/// Tells whether a step ends so that an event of a kind is seen.
fn ends(place: &mut Place<'_, '_>, board: &Board<'_>, point: &Point, kind: EventKind) -> bool {
    let found = decided(place, board, point, None);
    let rules = || found.counting.iter().filter_map(|(at, truth)| board.all.get(*at).map(|s| (s.rule, *truth)));
    // What goes with a step may contradict something; who may agree isn't looked at.
    if found.open || rules().any(|(rule, _)| rule.approver.is_some() || rule.obligations.iter().any(super::may_clash)) {
        return false;
    }
    let by = decide(rules().map(|(rule, truth)| (rule.effect, truth)));
    match kind {
        EventKind::Permitted | EventKind::Result => matches!(by, By::Asks | By::Permits | By::Otherwise),
        EventKind::Denied => matches!(by, By::Forbids | By::Asks | By::Default | By::Otherwise),
        EventKind::Attempted => true,
        EventKind::Prompt => false,
    }
}
