//! Why nothing meets conditions: few of them that suffice.

use std::sync::Arc;

use super::blocks;
use super::known::Id;
use super::machine::{Machine, Outcomes};
use super::product::{Factor, Product, Room};
use super::search::Search;
use crate::pred::{Need, Want};

/// The most pairs that are tried.
const MAX_PAIRS: usize = 2_000;

impl Search<'_> {
    /// Returns few conditions that nothing meets, of some, which nothing does.
    pub(super) fn core(&mut self, ids: &[Id], among: &[usize]) -> Vec<usize> {
        let all: Vec<usize> = among.to_vec();
        for at in &all {
            if self.is_proved(ids, &[*at]) {
                return vec![*at];
            }
        }
        if all.len() <= 2 {
            return all;
        }
        // A condition that must hold is likelier to leave nothing than two that mustn't.
        let mut order = all.clone();
        order.sort_by_key(|at| self.wants.get(*at).is_none_or(|want| want.need != Need::True));
        let mut pairs = 0usize;
        'pairs: for (place, one) in order.iter().enumerate() {
            for other in order.iter().skip(place + 1) {
                pairs += 1;
                if pairs > MAX_PAIRS {
                    break 'pairs;
                }
                let pair = [*one.min(other), *one.max(other)];
                if self.is_proved(ids, &pair) {
                    return pair.to_vec();
                }
            }
        }
        let mut core = all;
        // Halves first, then one by one.
        let mut size = core.len() / 2;
        while size > 0 {
            let mut from = 0;
            while from < core.len() && core.len() > 1 {
                let fewer: Vec<usize> = core.iter().enumerate().filter(|(place, _)| *place < from || *place >= from + size).map(|(_, at)| *at).collect();
                if !fewer.is_empty() && self.is_proved(ids, &fewer) {
                    core = fewer;
                } else {
                    from += size;
                }
            }
            size /= 2;
        }
        core
    }

    /// Returns whether it is proved that nothing meets some of the conditions.
    fn is_proved(&mut self, ids: &[Id], some: &[usize]) -> bool {
        let wants: Vec<Want> = some.iter().filter_map(|at| self.wants.get(*at).cloned()).collect();
        let mut key: Vec<(Id, Need)> = some.iter().filter_map(|at| ids.get(*at)).zip(&wants).map(|(id, want)| (*id, want.need)).collect();
        key.sort_unstable();
        if let Some(known) = self.texts.known.proof(&key) {
            return known;
        }
        let values = self.texts.known.values(self.ty);
        let machines: Vec<Arc<Machine>> = key.iter().map(|(id, _)| self.texts.known.machine(*id)).collect();
        let own = machines.iter().zip(&key).map(|(machine, (_, need))| Factor { machine: machine.as_ref(), admitted: Outcomes::admitted(*need) });
        let own: Vec<Factor<'_>> = own.filter(|factor| !factor.machine.is_unknown()).collect();
        let is_empty = |among: Option<&Machine>| {
            let among = among.map(|machine| Factor { machine, admitted: Outcomes::TRUE });
            Product::explore(&own.iter().copied().chain(among).collect::<Vec<_>>(), Room::PROOF, &self.texts.stop).is_empty()
        };
        // All but the last machine of hosts and addresses leave IPv6 out.
        let six = || blocks::has_no_six(self.ty, &wants) && is_empty(values.iter().rev().nth(1));
        let proof = is_empty(values.last()) || six();
        self.texts.known.prove(key, proof);
        proof
    }
}
