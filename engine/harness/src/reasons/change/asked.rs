//! What the analysis is asked: for values of some fields, where what is known of the others is put into the conditions.

use std::collections::BTreeSet;

use reach_analysis::{Given, Variation, Varied, through_class};
use reach_compiler::ir::{Reading, SlotRef};
use reach_engine::{Effect, Truth};

use super::Changes;
use crate::reasons::candidates;
use crate::reasons::tree::Tree;

impl Changes<'_, '_> {
    /// Asks the analysis for values of some fields.
    pub(super) fn vary(&mut self, set: &BTreeSet<SlotRef>, effect: Effect) -> Varied {
        if self.scene.standing && self.scene.decision.effect != Effect::Forbid {
            return Varied::Unknown(BTreeSet::from(["what a person agreed to for the whole session".to_owned()]));
        }
        let reads = self.reads();
        let conditions = self
            .forest
            .rules
            .iter()
            .filter(|tree| self.moment.bundle.rules.get(tree.rule).is_some_and(|r| !r.advisory))
            .map(|tree| (tree.rule, self.given(&tree.tree, set, &reads)))
            .collect();
        let wanted = [match effect {
            Effect::Permit => reach_analysis::Effect::Permit,
            Effect::Ask => reach_analysis::Effect::Ask,
            Effect::Forbid => reach_analysis::Effect::Forbid,
        }];
        let name = self.event.text_of("name").unwrap_or_default().to_owned();
        let known = self.known.clone();
        let variation = Variation {
            bundle: self.moment.bundle,
            target: self.target,
            name: &name,
            at: self.at,
            known: &known,
            changed: set,
            conditions,
            wanted: &wanted,
            heard: self.heard,
            acted: self.acted,
        };
        reach_analysis::vary(&variation, self.limits, &mut |values| self.decides(values, set) == Some(effect))
    }

    /// Returns what each condition reads.
    fn reads(&self) -> Vec<BTreeSet<SlotRef>> {
        let read = |(leaf, _): &(usize, bool)| {
            let mut out = BTreeSet::new();
            if let Some(leaf) = self.forest.leaves.get(*leaf) {
                let expr = through_class(self.moment.bundle, self.target, leaf.class, &leaf.alone);
                candidates::slots(&expr, &mut out);
            }
            // A path that is joined to a folder of the context reads that.
            for field in self.moment.bundle.targets.get(self.target).map_or(&[][..], |t| &t.args) {
                if let Some(Reading::AtContext(folder)) = &field.reading
                    && out.contains(&SlotRef::Arg(field.name.clone()))
                {
                    out.insert(SlotRef::Context(folder.clone().into()));
                }
            }
            out
        };
        self.forest.atoms.iter().map(read).collect()
    }

    /// Returns a condition with what is known of it where only some fields change.
    fn given(&self, tree: &Tree, set: &BTreeSet<SlotRef>, reads: &[BTreeSet<SlotRef>]) -> Given {
        match tree {
            Tree::Const(truth) => Given::Is(*truth),
            Tree::Leaf(atom) => {
                let open = reads.get(*atom).is_none_or(|reads| !reads.is_disjoint(set));
                if !open && !self.scene.seen.is_empty() {
                    return match self.scene.of(*atom) {
                        Truth::True => Given::Is(true),
                        Truth::False => Given::Is(false),
                        Truth::None => Given::None,
                    };
                }
                let Some((leaf, negated)) = self.forest.atoms.get(*atom) else { return Given::None };
                let Some(leaf) = self.forest.leaves.get(*leaf) else { return Given::None };
                let open = Given::Open(through_class(self.moment.bundle, self.target, leaf.class, &leaf.alone));
                if *negated { Given::Not(Box::new(open)) } else { open }
            }
            Tree::Not(inner) => Given::Not(Box::new(self.given(inner, set, reads))),
            Tree::And(terms) => Given::And(terms.iter().map(|t| self.given(t, set, reads)).collect()),
            Tree::Or(terms) => Given::Or(terms.iter().map(|t| self.given(t, set, reads)).collect()),
            Tree::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                Given::If(Box::new([self.given(test, set, reads), self.given(yes, set, reads), self.given(no, set, reads)]))
            }
        }
    }
}
