//! Which rules may not be false at a point: most rules want one field to be one of some values, and are false at any other.

use std::collections::{BTreeMap, HashMap};

use reach_compiler::ir::Compare;

use super::point::Point;
use super::sketch::{Node, NodeId, Operand, Sketch};
use super::values::Val;

/// Rules by the value that they want a field to have.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By field and value: the rules, ascending.
    keyed: BTreeMap<usize, HashMap<Val, Vec<usize>>>,
    /// The rules that want nothing like it, ascending.
    loose: Vec<usize>,
}

/// Below so many rules each is looked at.
const FEW: usize = 12;

impl Index {
    /// Makes an index of rules.
    pub fn of(sketch: &Sketch<'_>, rules: &[NodeId]) -> Self {
        let mut index = Self::default();
        for (number, rule) in rules.iter().enumerate() {
            match (rules.len() > FEW).then(|| wanted(sketch, *rule)).flatten() {
                Some((slot, values)) => {
                    let of = index.keyed.entry(slot).or_default();
                    for value in values {
                        of.entry(value).or_default().push(number);
                    }
                }
                None => index.loose.push(number),
            }
        }
        index
    }

    /// Returns the rules that may not be false at a point, ascending.
    pub fn at(&self, sketch: &Sketch<'_>, point: &Point) -> Vec<usize> {
        let mut all = self.loose.clone();
        if self.keyed.is_empty() {
            return all;
        }
        for (slot, by_value) in &self.keyed {
            let at = point.values.get(*slot).copied().flatten().unwrap_or(0);
            let value = sketch.slots.get(*slot).and_then(|s| s.values.get(at as usize));
            if let Some(rules) = value.and_then(|value| by_value.get(value)) {
                all.extend(rules);
            }
        }
        all.sort_unstable();
        all
    }
}

/// Returns a field and the values one of which it must have for a condition not to be false.
fn wanted(sketch: &Sketch<'_>, node: NodeId) -> Option<(usize, Vec<Val>)> {
    match sketch.nodes.get(node)? {
        Node::And(parts) => parts.iter().filter_map(|part| wanted(sketch, *part)).min_by_key(|(_, values)| values.len()),
        // Of a field that is always there: an absent one would leave the condition without a value.
        Node::Texts(Operand::Slot(slot), list) => Some((*slot, list.iter().map(|t| Val::Text(t.as_str().into())).collect())),
        Node::Numbers(Operand::Slot(slot), list) => Some((*slot, list.iter().map(|n| Val::Num(*n)).collect())),
        Node::Number(Compare::Eq, Operand::Slot(slot), Operand::Const(value)) => Some((*slot, vec![value.clone()])),
        _ => None,
    }
}
