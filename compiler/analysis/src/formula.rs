//! Formulas in negation normal form, each once.
//!
//! A formula is a number in a [`Formulas`]. Conjunctions and disjunctions are flat and sorted, so that two rules in another order, or one
//! rule split in two, make the same number: most of what did not change is seen to be equal before anything is searched.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// A formula: its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct F(u32);

/// An atom: its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AtomId(pub u32);

/// An atom that holds, or doesn't.
pub(crate) type Literal = (AtomId, bool);

/// What a formula is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// Always, or never.
    Const(bool),
    /// An atom that must hold (true), or must not.
    Lit(AtomId, bool),
    /// All of these; at least two, sorted, each once.
    And(Box<[F]>),
    /// One of these; at least two, sorted, each once.
    Or(Box<[F]>),
}

/// The formulas.
#[derive(Clone, Debug)]
pub(crate) struct Formulas {
    nodes: Vec<Node>,
    index: HashMap<Node, F>,
    /// The negation of each, once it was asked for.
    negations: Vec<Option<F>>,
}

impl F {
    /// What always holds.
    pub const TRUE: Self = Self(0);
    /// What never holds.
    pub const FALSE: Self = Self(1);

    /// Returns what always or never holds.
    pub const fn of(truth: bool) -> Self {
        if truth { Self::TRUE } else { Self::FALSE }
    }

    /// Returns its number.
    pub const fn number(self) -> usize {
        self.0 as usize
    }
}

impl Default for Formulas {
    fn default() -> Self {
        let mut all = Self { nodes: Vec::new(), index: HashMap::new(), negations: Vec::new() };
        all.intern(Node::Const(true));
        all.intern(Node::Const(false));
        all
    }
}

impl Formulas {
    /// Returns what a formula is.
    pub fn node(&self, f: F) -> &Node {
        self.nodes.get(f.number()).unwrap_or(&Node::Const(false))
    }

    /// Returns how many there are.
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    fn intern(&mut self, node: Node) -> F {
        if let Some(f) = self.index.get(&node) {
            return *f;
        }
        let f = F(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.negations.push(None);
        self.index.insert(node, f);
        f
    }

    /// Returns the formula of an atom.
    pub fn atom(&mut self, atom: AtomId) -> F {
        self.intern(Node::Lit(atom, true))
    }

    /// Returns what holds exactly where a formula doesn't.
    pub fn not(&mut self, f: F) -> F {
        if let Some(Some(known)) = self.negations.get(f.number()) {
            return *known;
        }
        let negated = match self.node(f).clone() {
            Node::Const(truth) => F::of(!truth),
            Node::Lit(atom, holds) => self.intern(Node::Lit(atom, !holds)),
            Node::And(parts) => {
                let parts: Vec<F> = parts.iter().map(|p| self.not(*p)).collect();
                self.or(parts)
            }
            Node::Or(parts) => {
                let parts: Vec<F> = parts.iter().map(|p| self.not(*p)).collect();
                self.and(parts)
            }
        };
        for (of, is) in [(f, negated), (negated, f)] {
            if let Some(slot) = self.negations.get_mut(of.number()) {
                *slot = Some(is);
            }
        }
        negated
    }

    /// Returns what holds where all of them do.
    pub fn and(&mut self, parts: impl IntoIterator<Item = F>) -> F {
        self.join(parts, true)
    }

    /// Returns what holds where one of them does.
    pub fn or(&mut self, parts: impl IntoIterator<Item = F>) -> F {
        self.join(parts, false)
    }

    /// Returns what holds where `a` doesn't or `b` does.
    pub fn implies(&mut self, a: F, b: F) -> F {
        let not_a = self.not(a);
        self.or([not_a, b])
    }

    fn join(&mut self, parts: impl IntoIterator<Item = F>, all: bool) -> F {
        let (neutral, decisive) = (F::of(all), F::of(!all));
        let mut flat = Vec::new();
        for part in parts {
            match self.node(part) {
                Node::And(inner) if all => flat.extend(inner.iter().copied()),
                Node::Or(inner) if !all => flat.extend(inner.iter().copied()),
                _ => flat.push(part),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        if flat.contains(&decisive) {
            return decisive;
        }
        flat.retain(|f| *f != neutral);
        // A part and its negation. Only those that were asked for are known; a literal's is found at once.
        for part in &flat {
            let opposite = match self.node(*part) {
                Node::Lit(atom, holds) => self.index.get(&Node::Lit(*atom, !holds)).copied(),
                _ => self.negations.get(part.number()).copied().flatten(),
            };
            if opposite.is_some_and(|o| flat.binary_search(&o).is_ok()) {
                return decisive;
            }
        }
        self.absorb(&mut flat, all);
        match flat.as_slice() {
            [] => neutral,
            [one] => *one,
            _ => self.intern(if all { Node::And(flat.into()) } else { Node::Or(flat.into()) }),
        }
    }

    /// Drops what another part says already: `a and (a or b)` is `a`.
    fn absorb(&self, flat: &mut Vec<F>, all: bool) {
        if flat.len() > 64 {
            return;
        }
        let known = flat.clone();
        flat.retain(|part| match self.node(*part) {
            Node::Or(inner) if all => !inner.iter().any(|i| known.binary_search(i).is_ok()),
            Node::And(inner) if !all => !inner.iter().any(|i| known.binary_search(i).is_ok()),
            _ => true,
        });
    }

    /// Returns whether a formula holds where the atoms are as given.
    pub fn holds(&self, f: F, value: &dyn Fn(AtomId) -> bool) -> bool {
        self.holds_in(f, value, &mut HashMap::new())
    }

    fn holds_in(&self, f: F, value: &dyn Fn(AtomId) -> bool, done: &mut HashMap<F, bool>) -> bool {
        if let Some(known) = done.get(&f) {
            return *known;
        }
        let is = match self.node(f) {
            Node::Const(truth) => *truth,
            Node::Lit(atom, holds) => value(*atom) == *holds,
            Node::And(parts) => parts.iter().all(|p| self.holds_in(*p, value, done)),
            Node::Or(parts) => parts.iter().any(|p| self.holds_in(*p, value, done)),
        };
        done.insert(f, is);
        is
    }

    /// Returns every atom that a formula speaks of, ascending.
    pub fn atoms(&self, f: F) -> Vec<AtomId> {
        // What is asked about is small beside all formulas that there are.
        let mut seen = BTreeSet::new();
        let mut open = vec![f];
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match self.node(next) {
                Node::Const(_) => {}
                Node::Lit(atom, _) => found.push(*atom),
                Node::And(parts) | Node::Or(parts) => open.extend(parts.iter().copied()),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_grouping_make_no_difference() {
        let mut all = Formulas::default();
        let [a, b, c] = [0, 1, 2].map(|n| all.atom(AtomId(n)));
        let (ab, bc) = (all.and([a, b]), all.and([c, b]));
        assert_eq!(all.and([ab, c]), all.and([a, bc]));
        let either = all.or([b, a]);
        assert_eq!(all.and([a, either]), a);
        let not_a = all.not(a);
        assert_eq!(all.and([a, b, not_a]), F::FALSE);
        assert_eq!(all.or([a, b, not_a]), F::TRUE);
    }

    #[test]
    fn a_negation_holds_where_the_formula_does_not() {
        let mut all = Formulas::default();
        let [a, b, c] = [0, 1, 2].map(|n| all.atom(AtomId(n)));
        let not_b = all.not(b);
        let some = all.or([a, not_b]);
        let f = all.and([some, c]);
        let g = all.not(f);
        for bits in 0..8u32 {
            let value = |atom: AtomId| bits >> atom.0 & 1 == 1;
            assert_ne!(all.holds(f, &value), all.holds(g, &value), "{bits}");
        }
        assert_eq!(all.not(g), f);
    }
}
