//! Values near to those of the step, tried by the machine.

use std::collections::BTreeSet;

use reach_analysis::Values;
use reach_compiler::ir::SlotRef;
use reach_engine::Effect;

use super::{Changes, MOST_SETS};
use crate::reasons::candidates::{Between, Candidate};

/// How many candidates of each value are tried where one changes, two, and three or more.
const TRIED: [usize; 3] = [4_096, 40, 10];

/// How many combinations of values of one set of fields are tried.
const MOST_TRIED: usize = 4_096;

impl Changes<'_, '_> {
    /// Returns the sets of so many fields, those among them that must change.
    pub(super) fn sets(&self, size: usize) -> Vec<BTreeSet<SlotRef>> {
        let free: Vec<&SlotRef> = self.fields.iter().filter(|f| !self.forced.contains(f)).collect();
        let mut sets = Vec::new();
        choose(&free, size.saturating_sub(self.forced.len()), 0, &mut self.forced.iter().cloned().collect(), &mut sets);
        sets
    }

    /// Tries values of some fields. Returns the nearest that help, and how far they are.
    pub(super) fn tried(&mut self, set: &BTreeSet<SlotRef>, effect: Effect) -> Option<(u64, Values)> {
        let most = TRIED.get(set.len().saturating_sub(1)).or(TRIED.last()).copied().unwrap_or(1);
        let lists: Vec<(SlotRef, Vec<Candidate>)> =
            set.iter().map(|slot| (slot.clone(), self.candidates.get(slot).map(|c| c.iter().take(most).cloned().collect()).unwrap_or_default())).collect();
        let mut best: Option<(u64, Values)> = None;
        let mut at = vec![0_usize; lists.len()];
        if lists.iter().any(|(_, list)| list.is_empty()) {
            return None;
        }
        for _ in 0..MOST_TRIED {
            if self.limits.stop.is_due() {
                break;
            }
            let chosen = lists.iter().zip(&at).filter_map(|((slot, list), at)| Some((slot, list.get(*at)?)));
            let far: u64 = chosen.clone().fold(0, |sum, (_, c)| sum.saturating_add(c.far));
            if best.as_ref().is_none_or(|(least, _)| far < *least) {
                let values: Values = chosen.filter_map(|(slot, c)| Some((slot.clone(), c.json.clone()?))).collect();
                if self.decides(&values, set) == Some(effect) {
                    best = Some((far, values));
                }
            }
            if !next(&mut at, &lists) {
                break;
            }
        }
        best
    }

    /// Moves numbers towards what they were, as long as the decision stays.
    pub(super) fn nearer(&mut self, mut values: Values, set: &BTreeSet<SlotRef>, effect: Effect) -> Values {
        for slot in set {
            let (Some(from), Some(to)) = (self.known.get(slot).cloned(), values.get(slot).cloned()) else { continue };
            let Some(mut between) = Between::new(self.moment.bundle, self.target, slot, &from, &to) else { continue };
            while let Some(middle) = between.middle() {
                let mut tried = values.clone();
                tried.insert(slot.clone(), middle);
                let helps = self.decides(&tried, set) == Some(effect);
                if helps {
                    values = tried;
                }
                between.narrow(helps);
            }
        }
        values
    }
}

/// Adds every choice of so many fields more.
fn choose(free: &[&SlotRef], more: usize, from: usize, chosen: &mut BTreeSet<SlotRef>, out: &mut Vec<BTreeSet<SlotRef>>) {
    if out.len() > MOST_SETS {
        return;
    }
    if more == 0 {
        out.push(chosen.clone());
        return;
    }
    for (at, slot) in free.iter().enumerate().skip(from) {
        chosen.insert((*slot).clone());
        choose(free, more - 1, at + 1, chosen, out);
        chosen.remove(*slot);
    }
}

/// Goes to the next combination; returns whether there is one.
fn next(at: &mut [usize], lists: &[(SlotRef, Vec<Candidate>)]) -> bool {
    for (place, (_, list)) in at.iter_mut().zip(lists) {
        *place += 1;
        if *place < list.len() {
            return true;
        }
        *place = 0;
    }
    false
}
