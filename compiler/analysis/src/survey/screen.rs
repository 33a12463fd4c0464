//! The screening: most rules are seen to be of use at a step that is made up and computed, where nothing has happened before.
//!
//! What a rule asks for is given to a point, a value for each field; then the rules about the step are evaluated there, as the engine would.
//! A rule that matches, decides, and would be missed at such a point needs no further look. What isn't understood is left open, and counts
//! for nothing.

mod index;
mod point;
mod sample;
mod sketch;
mod values;

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Effect, Expr, ExprKind, Obligation, Rule, StepKind, Type};

use super::marks::{At, Comes, Marks, Tri};
use super::{in_threads, parts};
use crate::breach::Step;
use crate::diff::Rules;
use crate::text::Texts;
use index::Index;
use point::{Growing, Place};
use sketch::{Leaf, Node, NodeId, Sketch, Truth};
use values::Val;

/// How many steps of a rule are looked at.
const STEPS: usize = 4;

/// How often rules that stand in the way are put out of it.
const ROUNDS: usize = 4;

/// A rule at a step.
struct Sketched<'b> {
    number: usize,
    rule: &'b Rule,
    node: NodeId,
    leaves: Vec<Leaf>,
}

/// What was seen of a rule.
type Seen = (usize, At, Vec<Comes>);

/// Raises the marks of rules that are plainly of use.
pub(super) fn look(bundle: &Bundle, rules: &Rules, steps: &[(usize, Step)], marks: &mut [Marks]) {
    // Each rule at its first steps alone, and at those that it names.
    let mut looked = vec![0usize; marks.len()];
    let mut work: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for (at, step) in steps {
        let Some(target) = step.target else { continue };
        let mut wanted = Vec::new();
        for rule in rules.about(step.target) {
            let (Some(count), Some(marks)) = (looked.get_mut(*rule), marks.get(*rule)) else { continue };
            if *count < STEPS || marks.named.contains(at) {
                *count += 1;
                wanted.push(*rule);
            }
        }
        if !wanted.is_empty() {
            work.push((*at, target, wanted));
        }
    }
    let found = in_threads(&work, |(_, target, wanted)| at_step(bundle, rules.about(Some(*target)), *target, wanted));
    for ((at, ..), seen) in work.iter().zip(found) {
        for (rule, here, parts) in seen {
            if let Some(marks) = marks.get_mut(rule) {
                marks.raise(*at, here, &parts, None);
            }
        }
    }
}

fn at_step(bundle: &Bundle, about: &[usize], target: usize, wanted: &[usize]) -> Vec<Seen> {
    let Some(declared) = bundle.targets.get(target) else { return Vec::new() };
    // What the engine needs beside rules isn't looked at here.
    if declared.kind == StepKind::Read || bundle.charges.iter().any(|c| c.targets.iter().any(|t| t.target as usize == target)) {
        return Vec::new();
    }
    let mut sketch = Sketch::new(bundle, target);
    let fields = declared.args.iter().map(|f| (f, false)).chain(declared.facts.iter().map(|f| (f, true)));
    for (field, is_fact) in fields {
        let name = field.name.clone();
        let slot = if is_fact { reach_compiler::ir::SlotRef::Fact(name) } else { reach_compiler::ir::SlotRef::Arg(name) };
        sketch.slot(&slot, &field.ty);
    }
    let mut all = Vec::with_capacity(about.len());
    for number in about {
        let Some(rule) = bundle.rules.get(*number) else { continue };
        let class = rule.targets.iter().find(|t| t.target as usize == target).and_then(|t| t.class);
        sketch.through(class);
        let (node, leaves) = sketched(&mut sketch, rule);
        all.push(Sketched { number: *number, rule, node, leaves });
    }
    let mut texts = Texts::default();
    if !fill(&mut sketch, &mut texts) {
        return Vec::new();
    }
    let index = Index::of(&sketch, &all.iter().filter(|s| !s.rule.advisory).map(|s| s.node).collect::<Vec<_>>());
    let own: Vec<usize> = all.iter().enumerate().filter(|(_, s)| !s.rule.advisory).map(|(at, _)| at).collect();
    let mut screening = Screening { place: Place::new(&sketch, &mut texts), all: &all, own: &own, index: &index };
    let wanted = all.iter().filter(|s| wanted.binary_search(&s.number).is_ok());
    wanted.map(|sketched| screening.rule(sketched)).collect()
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
    locals: &mut BTreeMap<reach_compiler::ir::LocalId, sketch::Operand>,
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
fn fill(sketch: &mut Sketch<'_>, texts: &mut Texts) -> bool {
    let mut named: Vec<Vec<Val>> = sketch.slots.iter().map(|slot| slot.usual()).collect();
    for node in &sketch.nodes {
        match node {
            Node::Number(_, a, b) => {
                for (slot, other) in [(a, b), (b, a)] {
                    if let (sketch::Operand::Slot(slot), sketch::Operand::Const(Val::Num(n))) = (sketch::root(slot), other)
                        && let (Some(of), Some(values)) = (sketch.slots.get(*slot), named.get_mut(*slot))
                    {
                        values.extend(of.numbers(n.saturating_sub(point::shift(a).saturating_add(point::shift(b)))));
                    }
                }
            }
            Node::Numbers(a, list) => {
                if let sketch::Operand::Slot(slot) = sketch::root(a)
                    && let (Some(of), Some(values)) = (sketch.slots.get(*slot), named.get_mut(*slot))
                {
                    values.extend(list.iter().take(16).flat_map(|n| of.numbers(*n)));
                }
            }
            Node::Texts(a, list) => {
                if let sketch::Operand::Slot(slot) = sketch::root(a)
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
        let mut seen = std::collections::HashMap::new();
        values.truncate(values::MOST_VALUES);
        values.retain(|value| seen.insert(value.clone(), 0u32).is_none());
        slot.values = values;
        if let Some(check) = sketch.slots.get(number).and_then(|s| s.check) {
            let count = sketch.slots.get(number).map_or(0, |s| s.values.len());
            let mut place = Place::new(sketch, texts);
            let fits: Vec<bool> = (0..count)
                .map(|at| {
                    let mut growing = place.begin();
                    if let Some(of) = growing.point.get_mut(number) {
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

/// What the rules about a step come to at a point: those that aren't false.
struct Decided {
    /// By the place of a rule among all: what it comes to.
    counting: Vec<(usize, Truth)>,
    /// Whether one of them isn't understood.
    open: bool,
}

struct Screening<'s, 'b> {
    place: Place<'s, 'b>,
    all: &'s [Sketched<'b>],
    /// The rules that decide, by their place among all.
    own: &'s [usize],
    index: &'s Index,
}

impl Screening<'_, '_> {
    fn rule(&mut self, sketched: &Sketched<'_>) -> Seen {
        let mut at = At { matches: Tri::Unknown, decides: Tri::Unknown, matters: Tri::Unknown, alone: Tri::Unknown, ..At::default() };
        let mut comes = vec![Comes { t: Tri::Unknown, f: Tri::Unknown, none: Tri::Unknown }; sketched.leaves.len()];
        let mut growing = self.place.begin();
        if self.place.make(&mut growing, sketched.node, true) {
            at.matches = Tri::Yes;
            self.note(&growing, sketched, &mut comes);
            if sketched.rule.advisory {
                (at.decides, at.matters, at.alone) = (Tri::Yes, Tri::Yes, Tri::Yes);
            } else {
                self.use_of(growing, sketched, &mut at);
            }
        }
        for (number, leaf) in sketched.leaves.iter().enumerate() {
            for wanted in [true, false] {
                let Some(known) = comes.get_mut(number) else { continue };
                let place = if wanted { &mut known.t } else { &mut known.f };
                if *place == Tri::Yes {
                    continue;
                }
                let mut growing = self.place.begin();
                let so = leaf.before.iter().all(|(node, truth)| self.place.make(&mut growing, *node, *truth)) && self.place.make(&mut growing, leaf.node, wanted);
                if so {
                    *place = Tri::Yes;
                }
            }
        }
        (sketched.number, at, comes)
    }

    /// Notes what the conditions come to at a point.
    fn note(&mut self, growing: &Growing, sketched: &Sketched<'_>, comes: &mut [Comes]) {
        for (leaf, known) in sketched.leaves.iter().zip(comes) {
            if !leaf.before.iter().all(|(node, truth)| self.place.eval(&growing.point, *node) == Truth::of(*truth)) {
                continue;
            }
            match self.place.eval(&growing.point, leaf.node) {
                Truth::True => known.t = Tri::Yes,
                Truth::False => known.f = Tri::Yes,
                Truth::None => known.none = Tri::Yes,
                Truth::Open => {}
            }
        }
    }

    /// Looks whether a rule is of use at a point at which it is true, or near it.
    fn use_of(&mut self, growing: Growing, sketched: &Sketched<'_>, at: &mut At) {
        // A forbid is missed only where something would be allowed.
        let mut starts = vec![growing.clone()];
        if sketched.rule.effect == Effect::Forbid {
            starts.clear();
            let allowing = self.own.iter().filter_map(|at| self.all.get(*at)).filter(|s| matches!(s.rule.effect, Effect::Permit | Effect::Ask));
            for other in allowing.take(ROUNDS) {
                let mut with = growing.clone();
                if self.place.make(&mut with, other.node, true) {
                    starts.push(with);
                }
            }
            starts.push(growing);
        }
        for mut growing in starts {
            for _ in 0..ROUNDS {
                let decided = self.decided(&growing, sketched.number);
                self.credit(&decided, sketched, at);
                if at.matches.min(at.decides).min(at.matters).min(at.alone) == Tri::Yes {
                    return;
                }
                // The first that stands in the way is put out of it.
                let other = decided.counting.iter().filter_map(|(at, truth)| Some((self.all.get(*at)?, *truth))).find(|(other, _)| {
                    other.number != sketched.number && in_the_way(sketched.rule, other.rule)
                });
                let Some((other, _)) = other else { break };
                if !self.place.make(&mut growing, other.node, false) {
                    break;
                }
            }
        }
    }

    /// Evaluates the rules that decide at a point.
    fn decided(&mut self, growing: &Growing, own: usize) -> Decided {
        let mut decided = Decided { counting: Vec::new(), open: false };
        let point = &growing.point;
        let own_effect = self.all.iter().find(|s| s.number == own).map(|s| s.rule.effect);
        let maybe = self.index.at(self.place.sketch, point);
        for at in maybe.iter().filter_map(|at| self.own.get(*at)) {
            let Some(other) = self.all.get(*at) else { continue };
            match self.place.eval(point, other.node) {
                Truth::False => {}
                Truth::Open => {
                    decided.open = true;
                    return decided;
                }
                truth => {
                    decided.counting.push((*at, truth));
                    // Nothing more is needed to see that the point shows nothing.
                    let stops = other.number != own && Some(other.rule.effect) == own_effect && decided.counting.len() > 2;
                    if stops {
                        decided.counting.rotate_right(1);
                        decided.open = true;
                        return decided;
                    }
                }
            }
        }
        decided
    }

    /// Credits a rule with what a point shows.
    fn credit(&self, decided: &Decided, sketched: &Sketched<'_>, at: &mut At) {
        if decided.open {
            return;
        }
        let looked: Vec<(&Rule, bool, Truth)> =
            decided.counting.iter().filter_map(|(at, truth)| self.all.get(*at).map(|s| (s.rule, s.number == sketched.number, *truth))).collect();
        if looked.iter().any(|(rule, own, _)| !own && rule.obligations.iter().any(may_clash)) || sketched.rule.obligations.iter().any(may_clash) {
            return;
        }
        let by = decide(looked.iter().map(|(rule, _, truth)| (rule.effect, *truth)));
        let without = decide(looked.iter().filter(|(_, own, _)| !own).map(|(rule, _, truth)| (rule.effect, *truth)));
        let decides = match (sketched.rule.effect, by) {
            (Effect::Oblige, By::Asks | By::Permits | By::Otherwise) => true,
            (effect, By::Forbids) => effect == Effect::Forbid,
            (effect, By::Asks) => effect == Effect::Ask,
            (effect, By::Permits) => effect == Effect::Permit,
            (effect, By::Otherwise) => effect == Effect::OtherwiseAsk,
            (_, By::Default) => false,
        };
        if !decides {
            return;
        }
        at.decides = Tri::Yes;
        let others = || looked.iter().filter(|(_, own, _)| !own);
        if sketched.rule.effect != Effect::Forbid || !others().any(|(rule, ..)| rule.effect == Effect::Forbid) {
            at.alone = Tri::Yes;
        }
        // With what goes with it, or who may answer, it is missed where nobody else brings any.
        let more = |rule: &Rule| !rule.obligations.is_empty() || rule.approver.is_some() || rule.expires.is_some() || rule.grants.is_some();
        let brings = more(sketched.rule) && !others().any(|(rule, ..)| more(rule));
        if by.effect() != without.effect() || brings {
            at.matters = Tri::Yes;
        }
    }
}

/// Tells whether what goes with a step may contradict something, or have no value.
fn may_clash(obligation: &Obligation) -> bool {
    matches!(obligation, Obligation::Set { .. } | Obligation::Redact { .. } | Obligation::Conceal { .. })
}

/// Tells whether a rule keeps another one from deciding, or from being missed.
fn in_the_way(rule: &Rule, other: &Rule) -> bool {
    match (rule.effect, other.effect) {
        (_, Effect::Forbid) => true,
        (Effect::Forbid, _) => false,
        (a, b) if a == b => true,
        (Effect::Permit | Effect::OtherwiseAsk, Effect::Ask) | (Effect::OtherwiseAsk, Effect::Permit) => true,
        _ => false,
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Forbids,
    Asks,
    Permits,
    Otherwise,
    Default,
}

impl By {
    const fn effect(self) -> u8 {
        match self {
            Self::Forbids | Self::Default => 0,
            Self::Asks | Self::Otherwise => 1,
            Self::Permits => 2,
        }
    }
}

/// Decides of a declared step, as the engine does.
fn decide(looked: impl Iterator<Item = (Effect, Truth)>) -> By {
    let [mut forbids, mut asks, mut held, mut permits, mut otherwise] = [false; 5];
    for (effect, truth) in looked {
        let is_true = truth == Truth::True;
        match effect {
            Effect::Forbid => forbids = true,
            Effect::Ask => {
                asks |= is_true;
                held = true;
            }
            Effect::Permit => permits |= is_true,
            Effect::OtherwiseAsk => otherwise |= is_true,
            Effect::Oblige => {}
        }
    }
    match () {
        () if forbids => By::Forbids,
        () if asks || (permits && held) => By::Asks,
        () if permits => By::Permits,
        () if otherwise => By::Otherwise,
        () => By::Default,
    }
}
