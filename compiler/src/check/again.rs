//! What several declare: a step or a field of the context that a bundle and its packs declare is one, and all must say the same of it.

use std::sync::Arc;

use smallvec::smallvec;

use super::Checker;
use super::declarations::Again;
use super::same;
use super::spaces::OWN;
use super::view::{FieldMap, View};
use crate::ir::{self, SlotRef};

impl<'a> Checker<'a> {
    /// Checks that all declarations of a step say the same, and adds what each says besides: labels of results are each space's own.
    pub(super) fn check_again(&mut self, index: usize) {
        if self.table.targets.get(index).is_none_or(|target| target.again.is_empty()) {
            return;
        }
        let Some(again) = self.table.targets.get_mut(index).map(|target| std::mem::take(&mut target.again)) else { return };
        for again in &again {
            self.in_space(again.space, |checker| checker.check_another(index, again));
        }
        if let Some(target) = self.table.targets.get_mut(index) {
            target.again = again;
        }
    }

    fn check_another(&mut self, index: usize, again: &Again<'a>) {
        let (args, arg_map) = self.check_fields(again.fields, "this declaration", SlotRef::Arg);
        let facts = again.tool.map_or(&[][..], |t| &t.facts);
        let (facts, fact_map) = self.check_fields(facts, "`facts`", SlotRef::Fact);
        let result = again.tool.and_then(|t| t.result.as_ref()).map(|result| self.check_result(result));
        let pinned = again.tool.and_then(|t| t.pinned.as_ref());
        pinned.into_iter().for_each(|pinned| self.check_digest(pinned));
        let own = View { args: arg_map, facts: fact_map, targets: smallvec![(u32::try_from(index).unwrap_or(u32::MAX), None)], ..View::default() };
        let own = Arc::new(own);
        let returns = again.tool.map_or_else(Vec::new, |tool| self.check_returns(tool, &own, result.as_ref()));
        let Some(decl) = self.table.targets.get_mut(index) else { return };
        decl.target.returns.extend(returns);
        let (first, name) = (decl.target.span, decl.target.name.clone());
        // What is wrong with a declaration was said.
        let whole = |view: &View, args: &[ir::Field], facts: &[ir::Field]| args.len() == view.args.names().count() && facts.len() == view.facts.names().count();
        if decl.wrong_result || matches!(result, Some(None)) || !whole(&own, &args, &facts) || !whole(&decl.own, &decl.target.args, &decl.target.facts) {
            return;
        }
        // What whoever reads this can change stands first.
        let own_first = decl.space == OWN;
        let ordered = |again, first| if own_first { [first, again] } else { [again, first] };
        let result = result.flatten();
        let difference = same::fields("argument", ordered(args.as_slice(), decl.target.args.as_slice()))
            .or_else(|| same::fields("fact", ordered(facts.as_slice(), decl.target.facts.as_slice())))
            .or_else(|| {
                if own_first {
                    same::results(decl.target.result.as_deref(), result.as_ref())
                } else {
                    same::results(result.as_ref(), decl.target.result.as_deref())
                }
            })
            .or_else(|| match (pinned, &decl.target.pinned) {
                (Some(here), Some(there)) => (here.value != *there).then(|| "another definition is pinned there".to_owned()),
                (Some(here), None) => {
                    decl.target.pinned = Some(here.value.to_string());
                    None
                }
                (None, _) => None,
            });
        if let Some(difference) = difference {
            // Nothing more is said of rules on it.
            let known = decl.own.clone();
            decl.own = Arc::new(View { args: unknown([&known.args, &own.args]), facts: unknown([&known.facts, &own.facts]), ..View::clone(&known) });
            decl.wrong_result = true;
            let places = if own_first { [first, again.span] } else { [again.span, first] };
            self.declared_otherwise(&format!("`{name}`"), places, difference);
        }
    }

    /// Checks that a field of the context that another space declares too is the same.
    pub(super) fn check_context_again(&mut self, again: Option<ir::Field>) {
        // What is wrong with a field was said.
        let Some(again) = again else { return };
        let Some(first) = self.table.context_fields.iter().find(|field| field.name == again.name) else { return };
        let own_first = self.table.context_spaces.get(again.name.as_str()).is_some_and(|spaces| spaces.contains(OWN));
        let [here, there] = if own_first { [first, &again] } else { [&again, first] };
        let difference = same::fields("field", [std::slice::from_ref(here), std::slice::from_ref(there)]);
        let places = [here.span, there.span];
        if let Some(difference) = difference {
            self.table.context.forget(&again.name);
            self.declared_otherwise(&format!("`context.{}`", again.name), places, difference);
        }
    }
}

/// Returns the fields of both, of no type that is known.
fn unknown(maps: [&FieldMap; 2]) -> FieldMap {
    let mut out = FieldMap::default();
    for name in maps.into_iter().flat_map(FieldMap::names) {
        out.insert(name, None);
    }
    out
}
