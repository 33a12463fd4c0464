//! The fewest conditions that must come to the opposite, so that trees come to what is wanted.

use std::collections::BTreeMap;

use reach_engine::Truth;

use super::certificate::{Demand, groups};
use super::tree::{Atom, Set, Tree};

/// How many choices are looked at before the search gives up.
const MOST_CHOICES: usize = 50_000;

/// Conditions, and what each must come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flips {
    pub atoms: BTreeMap<Atom, Truth>,
    /// Whether it is proved that none is smaller.
    pub smallest: bool,
}

/// Returns the fewest conditions that must change, to true or to false, so that all trees come to what is demanded; none where nothing does.
pub fn flips(demands: &[Demand<'_>], of: &dyn Fn(Atom) -> Truth) -> Option<Flips> {
    let mut all = Flips { atoms: BTreeMap::new(), smallest: true };
    for group in groups(demands) {
        if group.demands.iter().all(|d| d.wanted.has(d.tree.value(of))) {
            continue;
        }
        if !group.shared {
            for demand in &group.demands {
                all.atoms.extend(sum(demand.tree, demand.wanted, of)?);
            }
            continue;
        }
        let mut most = Vec::new();
        group.demands.iter().for_each(|d| d.tree.atoms(&mut most));
        let mut search = Searching { demands: &group.demands, of, left: MOST_CHOICES };
        let mut found = (0..=most.len()).find_map(|size| search.within(&mut BTreeMap::new(), size));
        if search.left == 0 {
            // Beyond the bound the first that is found is taken.
            all.smallest = false;
            search.left = MOST_CHOICES;
            found = search.within(&mut BTreeMap::new(), most.len());
        }
        all.atoms.extend(found?);
    }
    Some(all)
}

/// Returns the fewest changes of a tree in which each condition stands once.
fn sum(tree: &Tree, wanted: Set, of: &dyn Fn(Atom) -> Truth) -> Option<Vec<(Atom, Truth)>> {
    if wanted.has(tree.value(of)) {
        return Some(Vec::new());
    }
    match tree {
        Tree::Const(_) => None,
        Tree::Leaf(atom) => Some(vec![(*atom, sure(wanted))]),
        Tree::Not(inner) => sum(inner, wanted.not(), of),
        Tree::And(terms) if wanted.has(Truth::False) => terms.iter().filter_map(|t| sum(t, wanted, of)).min_by_key(Vec::len),
        Tree::Or(terms) if wanted.has(Truth::True) => terms.iter().filter_map(|t| sum(t, wanted, of)).min_by_key(Vec::len),
        Tree::And(terms) | Tree::Or(terms) => {
            let all: Option<Vec<_>> = terms.iter().map(|t| sum(t, wanted, of)).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Tree::If(parts) => {
            let [test, yes, no] = parts.as_ref();
            let by = |truth: Set, part: &Tree| Some([sum(test, truth, of)?, sum(part, wanted, of)?].concat());
            [by(Set::TRUE, yes), by(Set::FALSE, no)].into_iter().flatten().min_by_key(Vec::len)
        }
    }
}

/// Returns the truth of a set: true or false, of which it has one.
const fn sure(wanted: Set) -> Truth {
    if wanted.has(Truth::True) { Truth::True } else { Truth::False }
}

struct Searching<'s, 't> {
    demands: &'s [Demand<'t>],
    of: &'s dyn Fn(Atom) -> Truth,
    left: usize,
}

impl Searching<'_, '_> {
    fn within(&mut self, changed: &mut BTreeMap<Atom, Truth>, more: usize) -> Option<BTreeMap<Atom, Truth>> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let open = self.demands.iter().find(|d| !self.holds(d.tree, d.wanted, changed));
        let Some(open) = open else { return Some(changed.clone()) };
        if more == 0 {
            return None;
        }
        let mut next = Vec::new();
        self.next(open.tree, open.wanted, changed, &mut next);
        for (atom, truth) in next {
            changed.insert(atom, truth);
            let found = self.within(changed, more - 1);
            if found.is_some() {
                return found;
            }
            changed.remove(&atom);
        }
        None
    }

    fn holds(&self, tree: &Tree, wanted: Set, changed: &BTreeMap<Atom, Truth>) -> bool {
        wanted.has(tree.value(&|atom| changed.get(&atom).copied().unwrap_or_else(|| (self.of)(atom))))
    }

    /// Adds changes of which at least one is needed so that a tree comes to what is wanted.
    fn next(&self, tree: &Tree, wanted: Set, changed: &BTreeMap<Atom, Truth>, out: &mut Vec<(Atom, Truth)>) {
        match tree {
            Tree::Const(_) => {}
            Tree::Leaf(atom) => {
                let change = (*atom, sure(wanted));
                if !changed.contains_key(atom) && !out.contains(&change) {
                    out.push(change);
                }
            }
            Tree::Not(inner) => self.next(inner, wanted.not(), changed, out),
            Tree::And(terms) if wanted.has(Truth::False) => terms.iter().for_each(|t| self.next(t, wanted, changed, out)),
            Tree::Or(terms) if wanted.has(Truth::True) => terms.iter().for_each(|t| self.next(t, wanted, changed, out)),
            Tree::And(terms) | Tree::Or(terms) => {
                if let Some(open) = terms.iter().find(|t| !self.holds(t, wanted, changed)) {
                    self.next(open, wanted, changed, out);
                }
            }
            Tree::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                for (truth, part) in [(Set::TRUE, yes), (Set::FALSE, no)] {
                    let (first, then) = if self.holds(test, truth, changed) { (part, wanted) } else { (test, truth) };
                    self.next(first, then, changed, out);
                }
            }
        }
    }
}
