//! From a proposal to the literals that matter: enough of them to make a formula true, and what always holds beside them.

use std::collections::{BTreeMap, BTreeSet};

use crate::formula::{AtomId, F, Literal, Node};
use crate::world::{Atom, World};

/// Returns literals of a proposal that make a formula true, ascending. The fewer and the easier to meet the better.
pub(super) fn literals(world: &World, goal: F, proposal: &dyn Fn(AtomId) -> bool) -> Vec<Literal> {
    let mut taken = Taking { world, proposal, taken: BTreeMap::new(), costs: vec![None; world.formulas.len()] };
    let mut open = vec![goal];
    let mut seen = BTreeSet::new();
    let mut axioms_of = Vec::new();
    loop {
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match world.formulas.node(next) {
                Node::Const(_) => {}
                Node::Lit(atom, holds) => {
                    if taken.taken.insert(*atom, *holds).is_none() {
                        axioms_of.push(*atom);
                    }
                }
                Node::And(parts) => open.extend(parts.iter().copied()),
                Node::Or(parts) => open.extend(taken.cheapest(parts)),
            }
        }
        // What always holds beside an atom that matters must hold as well.
        let Some(atom) = axioms_of.pop() else { break };
        open.extend(world.always(atom));
    }
    taken.taken.into_iter().collect()
}

struct Taking<'a> {
    world: &'a World,
    proposal: &'a dyn Fn(AtomId) -> bool,
    taken: BTreeMap<AtomId, bool>,
    /// What each formula costs under the proposal; none of its own where it doesn't hold.
    costs: Vec<Option<Option<u32>>>,
}

impl Taking<'_> {
    fn cheapest(&mut self, parts: &[F]) -> Option<F> {
        let mut best: Option<(u32, F)> = None;
        for part in parts {
            if let Node::Lit(atom, holds) = self.world.formulas.node(*part)
                && self.taken.get(atom) == Some(holds)
            {
                return None;
            }
            if let Some(cost) = self.cost(*part)
                && best.is_none_or(|(least, _)| cost < least)
            {
                best = Some((cost, *part));
            }
        }
        best.map(|(_, part)| part)
    }

    /// Returns what it takes to make a formula true; none where the proposal doesn't. Recursion goes as deep as conditions nest.
    fn cost(&mut self, f: F) -> Option<u32> {
        if let Some(Some(known)) = self.costs.get(f.number()) {
            return *known;
        }
        let world = self.world;
        let cost = match world.formulas.node(f) {
            Node::Const(truth) => truth.then_some(0),
            Node::Lit(atom, holds) => ((self.proposal)(*atom) == *holds).then(|| self.weight(*atom, *holds)),
            Node::And(parts) => parts.iter().try_fold(0u32, |sum, part| Some(sum.saturating_add(self.cost(*part)?))),
            Node::Or(parts) => parts.iter().filter_map(|part| self.cost(*part)).min(),
        };
        if let Some(slot) = self.costs.get_mut(f.number()) {
            *slot = Some(cost);
        }
        cost
    }

    fn weight(&self, atom: AtomId, holds: bool) -> u32 {
        match self.world.get(atom) {
            Some(Atom::Flag(number)) if self.world.flags.get(*number as usize).is_some_and(|f| f.unknown.is_some()) => 100,
            Some(Atom::Flag(_)) => 1 + u32::from(holds),
            Some(Atom::AtMost(..) | Atom::Equal(..)) => 2,
            Some(Atom::Text(..)) => 3 + u32::from(holds),
            Some(Atom::Alike(..)) => 6,
            Some(Atom::Related(..)) => 20,
            None => 1000,
        }
    }
}
