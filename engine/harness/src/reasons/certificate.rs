//! The fewest conditions that hold a tree, or several, to what they came to, whatever the others are.
//!
//! Where no condition stands twice, the least is a sum: an `and` is false for one false term, true for all of them. Where some do, those
//! trees are searched together, by how many conditions are taken; the sum bounds the search. Beyond a bound the sum's answer stays, which
//! suffices, but may not be the smallest.

use std::collections::{BTreeMap, BTreeSet};

use reach_engine::Truth;

use super::tree::{Atom, Set, Tree};

/// How many choices are looked at before the search gives up.
const MOST_CHOICES: usize = 50_000;

/// A tree, and what it must come to.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'t> {
    pub tree: &'t Tree,
    pub wanted: Set,
}

/// A set of conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub atoms: BTreeSet<Atom>,
    /// Whether it is proved that none is smaller.
    pub smallest: bool,
}

/// Returns the fewest conditions that hold all trees to what is demanded; none where they don't come to that.
pub fn certificate(demands: &[Demand<'_>], of: &dyn Fn(Atom) -> Truth) -> Option<Chosen> {
    let mut chosen = Chosen { atoms: BTreeSet::new(), smallest: true };
    for group in groups(demands) {
        let sums: Option<Vec<_>> = group.demands.iter().map(|d| sum(d.tree, d.wanted, of)).collect();
        let mut best: BTreeSet<Atom> = sums?.into_iter().flatten().collect();
        if group.shared {
            let mut search = Searching { demands: &group.demands, of, left: MOST_CHOICES };
            for size in 0..best.len() {
                if let Some(found) = search.within(&mut BTreeSet::new(), &BTreeSet::new(), size) {
                    best = found;
                    break;
                }
            }
            chosen.smallest &= search.left > 0;
        }
        chosen.atoms.extend(best);
    }
    Some(chosen)
}

/// Trees that share conditions.
pub struct Group<'t> {
    pub demands: Vec<Demand<'t>>,
    /// Whether a condition stands in them more than once.
    pub shared: bool,
}

/// Puts trees together that share conditions.
pub fn groups<'t>(demands: &[Demand<'t>]) -> Vec<Group<'t>> {
    let mut group_of: BTreeMap<Atom, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'t>> = Vec::new();
    for demand in demands {
        let mut atoms = Vec::new();
        demand.tree.atoms(&mut atoms);
        let distinct: BTreeSet<Atom> = atoms.iter().copied().collect();
        let met: BTreeSet<usize> = distinct.iter().filter_map(|a| group_of.get(a).copied()).collect();
        let mut merged = Group { demands: vec![*demand], shared: distinct.len() < atoms.len() || !met.is_empty() };
        for at in &met {
            if let Some(group) = groups.get_mut(*at) {
                merged.shared |= group.shared;
                merged.demands.append(&mut group.demands);
            }
        }
        let at = groups.len();
        for place in group_of.values_mut().filter(|place| met.contains(place)) {
            *place = at;
        }
        group_of.extend(distinct.into_iter().map(|atom| (atom, at)));
        groups.push(merged);
    }
    groups.retain(|g| !g.demands.is_empty());
    groups
}

/// Returns the fewest conditions that hold a tree within a set, where each stands in it once; none where it isn't within it.
fn sum(tree: &Tree, wanted: Set, of: &dyn Fn(Atom) -> Truth) -> Option<Vec<Atom>> {
    if wanted == Set::ANY {
        return Some(Vec::new());
    }
    match tree {
        Tree::Const(truth) => wanted.has(if *truth { Truth::True } else { Truth::False }).then(Vec::new),
        Tree::Leaf(atom) => wanted.has(of(*atom)).then(|| vec![*atom]),
        Tree::Not(inner) => sum(inner, wanted.not(), of),
        Tree::And(terms) if wanted.has(Truth::False) => terms.iter().filter_map(|t| sum(t, wanted, of)).min_by_key(Vec::len),
        Tree::Or(terms) if wanted.has(Truth::True) => terms.iter().filter_map(|t| sum(t, wanted, of)).min_by_key(Vec::len),
        Tree::And(terms) | Tree::Or(terms) => {
            let all: Option<Vec<_>> = terms.iter().map(|t| sum(t, wanted, of)).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Tree::If(parts) => {
            let [test, yes, no] = parts.as_ref();
            let both = |a: &Tree, in_a: Set, b: &Tree, in_b: Set| Some([sum(a, in_a, of)?, sum(b, in_b, of)?].concat());
            let truth = test.value(of);
            let by_test = match truth {
                Truth::True => both(test, Set::TRUE, yes, wanted),
                Truth::False => both(test, Set::FALSE, no, wanted),
                Truth::None => wanted.has(Truth::None).then(|| sum(test, Set::of(Truth::None), of)).flatten(),
            };
            // Whatever the test, if no value is as good.
            let by_parts = if wanted.has(Truth::None) { both(yes, wanted, no, wanted) } else { None };
            let by_half = |part: &Tree, in_test: Set| if wanted.has(Truth::None) { both(test, in_test, part, wanted) } else { None };
            let halves = [by_half(yes, Set::NOT_FALSE), by_half(no, Set::NOT_TRUE)];
            [by_test, by_parts].into_iter().chain(halves).flatten().min_by_key(Vec::len)
        }
    }
}

struct Searching<'s, 't> {
    demands: &'s [Demand<'t>],
    of: &'s dyn Fn(Atom) -> Truth,
    left: usize,
}

impl Searching<'_, '_> {
    /// Looks for so many conditions more, none of `without`, that hold all trees.
    fn within(&mut self, taken: &mut BTreeSet<Atom>, without: &BTreeSet<Atom>, more: usize) -> Option<BTreeSet<Atom>> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let demands = self.demands;
        let open = demands.iter().find(|d| !self.held(d.tree, d.wanted, taken));
        let Some(open) = open else { return Some(taken.clone()) };
        if more == 0 {
            return None;
        }
        let mut next = Vec::new();
        if twice(open.tree).is_empty() {
            self.next(open.tree, open.wanted, taken, &mut next);
        } else {
            // It may be held in a way that no single term shows.
            open.tree.atoms(&mut next);
            next.retain(|atom| !taken.contains(atom));
        }
        let mut without = without.clone();
        for atom in next {
            if without.contains(&atom) || !taken.insert(atom) {
                continue;
            }
            let found = self.within(taken, &without, more - 1);
            if found.is_some() {
                return found;
            }
            taken.remove(&atom);
            // What is found with it was looked for.
            without.insert(atom);
        }
        None
    }

    fn held(&mut self, tree: &Tree, wanted: Set, taken: &BTreeSet<Atom>) -> bool {
        let of = self.of;
        let known: BTreeMap<Atom, Set> = taken.iter().map(|atom| (*atom, Set::of(of(*atom)))).collect();
        self.always(tree, wanted, known)
    }

    /// Returns whether a tree is always within a set. Of conditions that stand in it twice each truth is looked at.
    fn always(&mut self, tree: &Tree, wanted: Set, known: BTreeMap<Atom, Set>) -> bool {
        if tree.possible(&|atom| known.get(&atom).copied().unwrap_or(Set::ANY)).within(wanted) {
            return true;
        }
        let Some(twice) = twice(tree).into_iter().find(|atom| !known.contains_key(atom)) else { return false };
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        [Truth::True, Truth::False, Truth::None].into_iter().all(|truth| {
            let mut known = known.clone();
            known.insert(twice, Set::of(truth));
            self.always(tree, wanted, known)
        })
    }

    /// Adds conditions of which at least one must be taken to hold a tree that isn't held yet.
    fn next(&mut self, tree: &Tree, wanted: Set, taken: &BTreeSet<Atom>, out: &mut Vec<Atom>) {
        let of = self.of;
        let is = |tree: &Tree| wanted.has(tree.value(of));
        match tree {
            Tree::Const(_) => {}
            Tree::Leaf(atom) => {
                if is(tree) && !taken.contains(atom) && !out.contains(atom) {
                    out.push(*atom);
                }
            }
            Tree::Not(inner) => self.next(inner, wanted.not(), taken, out),
            Tree::And(terms) if wanted.has(Truth::False) => terms.iter().filter(|t| is(t)).for_each(|t| self.next(t, wanted, taken, out)),
            Tree::Or(terms) if wanted.has(Truth::True) => terms.iter().filter(|t| is(t)).for_each(|t| self.next(t, wanted, taken, out)),
            Tree::And(terms) | Tree::Or(terms) => {
                if let Some(open) = terms.iter().find(|t| !self.held(t, wanted, taken)) {
                    self.next(open, wanted, taken, out);
                }
            }
            Tree::If(parts) => {
                // Something of one of its parts, whichever it is held by.
                let mut atoms = Vec::new();
                parts.iter().for_each(|part| part.atoms(&mut atoms));
                out.extend(atoms.into_iter().filter(|atom| !taken.contains(atom)));
            }
        }
    }
}

/// Returns the conditions that stand in a tree more than once.
fn twice(tree: &Tree) -> BTreeSet<Atom> {
    let mut atoms = Vec::new();
    tree.atoms(&mut atoms);
    let mut once = BTreeSet::new();
    atoms.into_iter().filter(|atom| !once.insert(*atom)).collect()
}
