//! Which of many conditions matter beside those that must be true.
//!
//! Of two conditions a product is small. So before many of them run at once, each is held against those that must be true, one by one: what
//! contradicts one of these is an answer already, and what follows from one of them says nothing more. Both are known for good.

use std::sync::Arc;

use super::known::{Beside, Id};
use super::machine::{Machine, Outcomes};
use super::product::{Factor, Product, Room};
use super::search::Search;
use crate::Stop;
use crate::pred::Need;

/// What is explored of a pair.
const PAIR: Room = Room { states: 2_000, enough: 0 };
/// The most pairs that are looked at for one answer.
const MAX_PAIRS: usize = 4_000;

impl Search<'_> {
    /// Returns which conditions matter, by their indices, ascending; or two that are proved to contradict each other.
    pub(super) fn sliced(&mut self, ids: &[Id], machines: &[Arc<Machine>]) -> Result<Vec<usize>, [usize; 2]> {
        let narrow: Vec<usize> = self
            .wants
            .iter()
            .zip(machines)
            .enumerate()
            .filter(|(_, (want, machine))| want.need == Need::True && !machine.is_unknown())
            .map(|(at, _)| at)
            .collect();
        let values = self.texts.known.values(self.ty);
        let mut kept = Vec::new();
        let mut pairs = 0usize;
        'all: for (at, ((want, id), machine)) in self.wants.iter().zip(ids).zip(machines).enumerate() {
            for one in narrow.iter().filter(|one| **one != at) {
                let (Some(other), Some(beside)) = (ids.get(*one), machines.get(*one)) else { continue };
                if pairs >= MAX_PAIRS || (want.need == Need::True && *one > at) {
                    break;
                }
                pairs += 1;
                let key = (*other, *id, want.need);
                let relation = self.texts.known.beside(key).unwrap_or_else(|| relation(beside, machine, want.need, values.last(), &self.texts.stop));
                self.texts.known.put_beside(key, relation);
                match relation {
                    Beside::Contradicts => {
                        let mut proved = vec![(*other, Need::True), (*id, want.need)];
                        proved.sort_unstable();
                        self.texts.known.prove(proved, true);
                        return Err([at.min(*one), at.max(*one)]);
                    }
                    // What must be true itself may be what another one follows from, so that it stays.
                    Beside::Follows if want.need != Need::True => continue 'all,
                    Beside::Follows | Beside::Open => {}
                }
            }
            kept.push(at);
        }
        Ok(kept)
    }
}

/// Looks how a condition stands to one that must be true, among the values of a type.
fn relation(beside: &Machine, machine: &Machine, need: Need, value: Option<&Machine>, stop: &Stop) -> Beside {
    let admitted = Outcomes::admitted(need);
    let is_empty = |admitted: Outcomes| {
        let factors = [(Some(beside), Outcomes::TRUE), (Some(machine), admitted), (value, Outcomes::TRUE)];
        let factors: Vec<Factor<'_>> = factors.into_iter().filter_map(|(machine, admitted)| Some(Factor { machine: machine?, admitted })).collect();
        Product::explore(&factors, PAIR, stop).is_empty()
    };
    if is_empty(admitted) {
        Beside::Contradicts
    } else if is_empty(admitted.others()) {
        Beside::Follows
    } else {
        Beside::Open
    }
}
