//! A step with the rules about it, sketched: what points are tried on.

use std::collections::{BTreeMap, HashMap};

use reach_compiler::ir::{Bundle, Expr, ExprKind, Field, LocalId, Rule, SlotRef, StepKind, Type};

use super::index::Index;
use super::past::Brings;
use super::point::{self, Place};
use super::sketch::{self, Leaf, Node, NodeId, Operand, Sketch, Truth};
use super::values::{MOST_VALUES, Val};
use crate::survey::parts;

/// A rule at a step.
pub(super) struct Sketched<'b> {
    pub number: usize,
    pub rule: &'b Rule,
    pub node: NodeId,
    pub leaves: Vec<Leaf>,
}

/// A step with the rules about it.
pub(super) struct Board<'b> {
    pub sketch: Sketch<'b>,
    pub all: Vec<Sketched<'b>>,
    /// The rules that decide, by their place among all.
    pub own: Vec<usize>,
    pub index: Index,
    /// Of the uses of history whose events are such steps: what stands behind `where`.
    pub guards: BTreeMap<u32, NodeId>,
}

impl<'b> Board<'b> {
    /// Sketches a step; none where the engine needs more for it than is looked at here.
    pub fn of(bundle: &'b Bundle, about: &[usize], target: usize, monitors: &[u32]) -> Option<Self> {
        let declared = bundle.targets.get(target)?;
        if declared.kind == StepKind::Read || bundle.charges.iter().any(|c| c.targets.iter().any(|t| t.target as usize == target)) {
            return None;
        }
        let mut sketch = Sketch::new(bundle, target);
        let mut put = |fields: &[Field], of: &dyn Fn(&str) -> SlotRef| {
            for field in fields {
                sketch.slot(&of(&field.name), &field.ty);
            }
        };
        put(&declared.args, &|name| SlotRef::Arg(name.into()));
        put(&declared.facts, &|name| SlotRef::Fact(name.into()));
        let mut all = Vec::with_capacity(about.len());
        for number in about {
            let Some(rule) = bundle.rules.get(*number) else { continue };
            sketch.through(rule.targets.iter().find(|t| t.target as usize == target).and_then(|t| t.class));
            let (node, leaves) = sketched(&mut sketch, rule);
            all.push(Sketched { number: *number, rule, node, leaves });
        }
        let mut guards = BTreeMap::new();
        for number in monitors {
            let Some(monitor) = bundle.monitors.get(*number as usize) else { continue };
            let Some(found) = monitor.pattern.targets.iter().find(|t| t.target as usize == target) else { continue };
            if let (Some(guard), None) = (&monitor.pattern.guard, &monitor.pattern.each) {
                sketch.through(found.class);
                let node = sketch.condition(guard, &mut BTreeMap::new());
                guards.insert(*number, node);
            }
        }
        if !fill(&mut sketch, Brings { bundle, own: target }) {
            return None;
        }
        let own: Vec<usize> = all.iter().enumerate().filter(|(_, s)| !s.rule.advisory).map(|(at, _)| at).collect();
        let nodes: Vec<NodeId> = own.iter().filter_map(|at| all.get(*at)).map(|s| s.node).collect();
        let index = Index::of(&sketch, &nodes);
        Some(Self { sketch, all, own, index, guards })
    }
}

/// Sketches a rule: when it is true, and its conditions without parts, in the order of [`parts::of_rule`].
fn sketched(sketch: &mut Sketch<'_>, rule: &Rule) -> (NodeId, Vec<Leaf>) {
    let mut locals = BTreeMap::new();
    let mut leaves = Vec::new();
    let mut terms = Vec::new();
    let mut before = Vec::new();
    if let Some(when) = &rule.when {
        let node = leaf_by_leaf(sketch, rule, when, &mut before, &mut locals, &mut leaves);
        terms.push(node);
        before = vec![(node, true)];
    }
    if let Some(unless) = &rule.unless {
        let node = leaf_by_leaf(sketch, rule, unless, &mut before, &mut locals, &mut leaves);
        terms.push(sketch.put(Node::Not(node)));
    }
    (sketch.put(Node::And(terms)), leaves)
}

fn leaf_by_leaf(
    sketch: &mut Sketch<'_>,
    rule: &Rule,
    expr: &Expr,
    before: &mut Vec<(NodeId, bool)>,
    locals: &mut BTreeMap<LocalId, Operand>,
    leaves: &mut Vec<Leaf>,
) -> NodeId {
    let outer = before.len();
    let node = match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            let is_and = matches!(expr.kind, ExprKind::And(_));
            let mut nodes = Vec::with_capacity(terms.len());
            for term in terms {
                let node = leaf_by_leaf(sketch, rule, term, before, locals, leaves);
                before.push((node, is_and));
                nodes.push(node);
            }
            sketch.put(if is_and { Node::And(nodes) } else { Node::Or(nodes) })
        }
        ExprKind::Not(of) => {
            let node = leaf_by_leaf(sketch, rule, of, before, locals, leaves);
            sketch.put(Node::Not(node))
        }
        ExprKind::If(test, then, otherwise) if expr.ty == Type::Bool => {
            let test = leaf_by_leaf(sketch, rule, test, before, locals, leaves);
            before.push((test, true));
            let then = leaf_by_leaf(sketch, rule, then, before, locals, leaves);
            before.truncate(outer);
            before.push((test, false));
            let otherwise = leaf_by_leaf(sketch, rule, otherwise, before, locals, leaves);
            sketch.put(Node::If(test, then, otherwise))
        }
        kind => {
            let node = sketch.condition(expr, locals);
            if parts::is_own(rule, expr) && !matches!(kind, ExprKind::Const(_)) {
                leaves.push(Leaf { before: before.clone(), node });
            }
            node
        }
    };
    before.truncate(outer);
    node
}

/// Gives each field the values that are tried. Returns whether there is one for each that must be there.
fn fill<'b>(sketch: &mut Sketch<'b>, brings: Brings<'b>) -> bool {
    let mut named: Vec<Vec<Val>> = sketch.slots.iter().map(|slot| slot.usual()).collect();
    for node in &sketch.nodes {
        match node {
            Node::Number(_, a, b) => {
                for (slot, other) in [(a, b), (b, a)] {
                    if let (Operand::Slot(slot), Operand::Const(Val::Num(n))) = (sketch::root(slot), other)
                        && let (Some(of), Some(values)) = (sketch.slots.get(*slot), named.get_mut(*slot))
                    {
                        values.extend(of.numbers(n.saturating_sub(point::shift(a).saturating_add(point::shift(b)))));
                    }
                }
            }
            Node::Numbers(a, list) => {
                if let Operand::Slot(slot) = sketch::root(a)
                    && let (Some(of), Some(values)) = (sketch.slots.get(*slot), named.get_mut(*slot))
                {
                    values.extend(list.iter().take(16).flat_map(|n| of.numbers(*n)));
                }
            }
            Node::Texts(a, list) => {
                if let Operand::Slot(slot) = sketch::root(a)
                    && let Some(values) = named.get_mut(*slot)
                {
                    values.extend(list.iter().take(16).map(|t| Val::Text(t.as_str().into())));
                }
            }
            _ => {}
        }
    }
    for (slot, values) in sketch.slots.iter().zip(&mut named) {
        for (steps, _, test) in &slot.tests {
            values.extend(slot.texts(steps, test));
        }
    }
    for (number, mut values) in named.into_iter().enumerate() {
        let Some(slot) = sketch.slots.get_mut(number) else { continue };
        let is_optional = matches!(slot.ty, Type::Optional(_));
        if is_optional {
            values.insert(0, Val::Absent);
        }
        let mut seen = HashMap::new();
        values.truncate(MOST_VALUES);
        values.retain(|value| seen.insert(value.clone(), 0u32).is_none());
        slot.values = values;
        if let Some(check) = sketch.slots.get(number).and_then(|s| s.check) {
            let count = sketch.slots.get(number).map_or(0, |s| s.values.len());
            let mut place = Place::new(sketch, brings);
            let fits: Vec<bool> = (0..count)
                .map(|at| {
                    let mut growing = place.begin();
                    if let Some(of) = growing.point.values.get_mut(number) {
                        *of = u32::try_from(at).ok();
                    }
                    (is_optional && at == 0) || place.eval(&growing.point, check) == Truth::True
                })
                .collect();
            if let Some(slot) = sketch.slots.get_mut(number) {
                let mut fits = fits.into_iter();
                slot.values.retain(|_| fits.next().unwrap_or(false));
            }
        }
        let Some(slot) = sketch.slots.get_mut(number) else { continue };
        if slot.values.is_empty() {
            return false;
        }
        slot.places = slot.values.iter().zip(0..).map(|(value, at)| (value.clone(), at)).collect();
    }
    true
}
