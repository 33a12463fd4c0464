//! Points: a value for each field of a step, and what conditions come to there.

use std::collections::HashMap;

use reach_compiler::ir::{Compare, Form, Type};

use super::past::Brings;
use super::sketch::{Node, NodeId, Operand, Sketch, Truth, root};
use super::values::Val;
use crate::pred::Pred;
use crate::text::Texts;

/// The most values of a field that are tried for one condition.
const MOST_TRIED: usize = 24;

/// A value for each field, and one thing that may have happened before.
#[derive(Clone, Debug, Default)]
pub(super) struct Point {
    /// By the number of a field: an index in its list of values; none where the usual one is meant.
    pub values: Vec<Option<u32>>,
    /// What has happened, and nothing else but what it brings with it.
    pub past: Option<Happened>,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Happened {
    /// What a use of history asks for, so often.
    Counted(u32, i128),
    /// A label was collected.
    Labelled(u32),
    /// The value of a field came from an origin.
    Said(u32, usize),
}

/// A point that grows, with what must stay so.
#[derive(Clone, Debug, Default)]
pub(super) struct Growing {
    pub point: Point,
    /// What was asked for, by field.
    wanted: Vec<(usize, NodeId, bool)>,
    /// Fields that must stay as they are.
    pub pinned: Vec<usize>,
}

/// The number under which stands what is wanted of the past.
const PAST: usize = usize::MAX;

/// Evaluates conditions at points.
pub(super) struct Place<'s, 'b> {
    pub sketch: &'s Sketch<'b>,
    texts: Texts,
    /// What tests of texts came to.
    known: HashMap<(usize, u32), Truth>,
    /// What may still be tried for one point.
    tries: u32,
    /// Says what else may have happened with something.
    pub brings: Brings<'b>,
}

impl<'s, 'b> Place<'s, 'b> {
    pub fn new(sketch: &'s Sketch<'b>, brings: Brings<'b>) -> Self {
        Self { sketch, texts: Texts::default(), known: HashMap::new(), tries: 0, brings }
    }

    /// Begins with the usual values.
    pub fn begin(&mut self) -> Growing {
        self.tries = 200;
        Growing { point: Point { values: vec![None; self.sketch.slots.len()], past: None }, wanted: Vec::new(), pinned: Vec::new() }
    }

    pub fn val(&self, point: &Point, slot: usize) -> (Val, u32) {
        let at = point.values.get(slot).copied().flatten().unwrap_or(0);
        let value = self.sketch.slots.get(slot).and_then(|s| s.values.get(at as usize)).cloned().unwrap_or(Val::Some);
        (value, at)
    }

    /// Returns a value; none where there is none.
    pub fn operand(&self, point: &Point, operand: &Operand) -> Option<Val> {
        match operand {
            Operand::Slot(slot) => Some(self.val(point, *slot).0),
            Operand::Const(value) => Some(value.clone()),
            Operand::Unwrap(a) => self.operand(point, a).filter(|v| *v != Val::Absent),
            Operand::Else(a, b) => match self.operand(point, a)? {
                Val::Absent => self.operand(point, b),
                value => Some(value),
            },
            Operand::Length(a) => match self.operand(point, a)? {
                Val::Text(text) => i128::try_from(text.chars().count()).ok().map(Val::Num),
                _ => Some(Val::Some),
            },
            Operand::Plus(a, by, ty) => match self.operand(point, a)? {
                Val::Num(n) => {
                    let sum = n.checked_add(*by)?;
                    // Beyond 64 bits there is no value.
                    (*ty == Type::Decimal || i64::try_from(sum).is_ok()).then_some(Val::Num(sum))
                }
                _ => Some(Val::Some),
            },
            Operand::Count(monitor) => Some(match point.past {
                Some(Happened::Counted(known, count)) if known == *monitor => Val::Num(count),
                Some(past) if self.brings.feeds(past, *monitor) => Val::Some,
                _ => Val::Num(0),
            }),
        }
    }

    /// Returns what a condition comes to.
    pub fn eval(&mut self, point: &Point, node: NodeId) -> Truth {
        let sketch = self.sketch;
        let Some(node) = sketch.nodes.get(node) else { return Truth::Open };
        let on = |value: Option<Val>, of: &dyn Fn(Val) -> Truth| match value {
            None => Truth::None,
            Some(Val::Some) => Truth::Open,
            Some(value) => of(value),
        };
        match node {
            Node::Known(truth) => *truth,
            Node::Bool(a) => on(self.operand(point, a), &|v| if let Val::Bool(b) = v { Truth::of(b) } else { Truth::Open }),
            Node::Present(a) => match self.operand(point, a) {
                None => Truth::None,
                Some(value) => Truth::of(value != Val::Absent),
            },
            Node::Number(op, a, b) => {
                let (a, b) = (self.operand(point, a), self.operand(point, b));
                match (a, b) {
                    (Some(Val::Num(a)), Some(Val::Num(b))) => Truth::of(compares(*op, a, b)),
                    (None, _) | (_, None) => Truth::None,
                    _ => Truth::Open,
                }
            }
            Node::Numbers(a, list) => {
                on(self.operand(point, a), &|v| if let Val::Num(n) = v { Truth::of(list.binary_search(&n).is_ok()) } else { Truth::Open })
            }
            Node::Texts(a, list) => on(self.operand(point, a), &|v| {
                if let Val::Text(t) = v { Truth::of(list.binary_search_by(|i| i.as_str().cmp(&t)).is_ok()) } else { Truth::Open }
            }),
            Node::Text(a, pred, number) => self.text(point, a, pred, *number),
            Node::Ever(monitor) => match point.past {
                Some(Happened::Counted(known, count)) if known == *monitor => Truth::of(count > 0),
                Some(past) if self.brings.feeds(past, *monitor) => Truth::Open,
                _ => Truth::False,
            },
            Node::Label(label) => match point.past {
                Some(Happened::Labelled(known)) if known == *label => Truth::True,
                Some(past) if self.brings.labels(past, *label) => Truth::Open,
                _ => Truth::False,
            },
            Node::From(a, ty, origin) => {
                let Some(value) = self.operand(point, a) else { return Truth::None };
                let Val::Text(text) = &value else { return Truth::Open };
                match (point.past, nowhere(text, ty)) {
                    (Some(Happened::Said(known, slot)), Truth::False) if known == *origin && slot_of(a) == Some(slot) => Truth::True,
                    (Some(past), Truth::False) if self.brings.says(past, *origin) => Truth::Open,
                    (_, truth) => truth,
                }
            }
            Node::Not(a) => self.eval(point, *a).not(),
            Node::And(parts) => self.join(point, parts, Truth::False, Truth::True),
            Node::Or(parts) => self.join(point, parts, Truth::True, Truth::False),
            Node::If(test, then, otherwise) => match self.eval(point, *test) {
                Truth::True => self.eval(point, *then),
                Truth::False => self.eval(point, *otherwise),
                other => other,
            },
        }
    }

    fn join(&mut self, point: &Point, parts: &[NodeId], decisive: Truth, neutral: Truth) -> Truth {
        let mut so_far = neutral;
        for part in parts {
            let truth = self.eval(point, *part);
            if truth == decisive {
                return decisive;
            }
            if truth == Truth::Open || (truth == Truth::None && so_far != Truth::Open) {
                so_far = truth;
            }
        }
        so_far
    }

    fn text(&mut self, point: &Point, a: &Operand, pred: &Pred, number: usize) -> Truth {
        let at = match root(a) {
            Operand::Slot(slot) => self.val(point, *slot).1,
            _ => 0,
        };
        if let Some(known) = self.known.get(&(number, at)) {
            return *known;
        }
        let truth = match self.operand(point, a) {
            None => Truth::None,
            Some(Val::Text(text)) => {
                if self.texts.can_evaluate(&pred.ty, pred, &text) {
                    match self.texts.evaluate(&pred.ty, pred, &text) {
                        Some(truth) => Truth::of(truth),
                        None => Truth::None,
                    }
                } else {
                    Truth::Open
                }
            }
            _ => Truth::Open,
        };
        self.known.insert((number, at), truth);
        truth
    }

    /// Makes a condition true or false, with as little of the point changed as may be. Recursion goes as deep as conditions nest.
    pub fn make(&mut self, growing: &mut Growing, node: NodeId, wanted: bool) -> bool {
        if self.tries == 0 {
            return false;
        }
        self.tries -= 1;
        let want = Truth::of(wanted);
        let now = self.eval(&growing.point, node);
        let sketch = self.sketch;
        let Some(of) = sketch.nodes.get(node) else { return false };
        match (of, wanted) {
            (Node::Known(_), _) => now == want,
            (Node::Not(a), _) => self.make(growing, *a, !wanted),
            (Node::And(parts), true) | (Node::Or(parts), false) => parts.iter().all(|part| self.make(growing, *part, wanted)),
            (Node::And(parts), false) | (Node::Or(parts), true) => self.one_of(growing, parts, wanted),
            (Node::If(test, then, otherwise), _) => {
                let before = growing.clone();
                if self.make(growing, *test, true) && self.make(growing, *then, wanted) {
                    return true;
                }
                *growing = before;
                self.make(growing, *test, false) && self.make(growing, *otherwise, wanted)
            }
            _ => self.make_leaf(growing, of, node, wanted, now == want),
        }
    }

    fn one_of(&mut self, growing: &mut Growing, parts: &[NodeId], wanted: bool) -> bool {
        // What is so already stays so.
        if let Some(part) = parts.iter().copied().find(|part| self.eval(&growing.point, *part) == Truth::of(wanted)) {
            let before = growing.clone();
            if self.make(growing, part, wanted) {
                return true;
            }
            *growing = before;
        }
        for part in parts {
            let before = growing.clone();
            if self.make(growing, *part, wanted) {
                return true;
            }
            *growing = before;
        }
        false
    }

    fn make_leaf(&mut self, growing: &mut Growing, of: &Node, node: NodeId, wanted: bool, is_so: bool) -> bool {
        let mut slots = Vec::new();
        match of {
            Node::Bool(a) | Node::Present(a) | Node::Numbers(a, _) | Node::Texts(a, _) | Node::Text(a, ..) => slots.extend(slot_of(a)),
            Node::From(a, ..) => slots.extend(slot_of(a).into_iter().chain([PAST])),
            Node::Number(_, a, b) => slots.extend([a, b].into_iter().filter_map(slot_of)),
            _ => {}
        }
        let pasts = pasts(of);
        if !pasts.is_empty() {
            slots.push(PAST);
        }
        if is_so {
            growing.wanted.extend(slots.iter().map(|slot| (*slot, node, wanted)));
            return true;
        }
        if growing.point.past.is_none() {
            for past in pasts {
                growing.point.past = Some(past);
                if self.eval(&growing.point, node) == Truth::of(wanted) && self.keeps(growing, PAST) {
                    growing.wanted.extend(slots.iter().map(|slot| (*slot, node, wanted)));
                    return true;
                }
                growing.point.past = None;
            }
        }
        for slot in slots.iter().filter(|slot| **slot != PAST && !growing.pinned.contains(slot)) {
            for value in self.promising(*slot, of) {
                if self.tries == 0 {
                    return false;
                }
                self.tries -= 1;
                let before = growing.point.values.get(*slot).copied().flatten();
                if let Some(place) = growing.point.values.get_mut(*slot) {
                    *place = Some(value);
                }
                if self.eval(&growing.point, node) == Truth::of(wanted) && self.keeps(growing, *slot) {
                    growing.wanted.extend(slots.iter().map(|slot| (*slot, node, wanted)));
                    return true;
                }
                if let Some(place) = growing.point.values.get_mut(*slot) {
                    *place = before;
                }
            }
        }
        false
    }

    /// Tells whether a field's new value leaves everything as it was wanted, and fits.
    fn keeps(&mut self, growing: &Growing, slot: usize) -> bool {
        growing.wanted.iter().filter(|(of, ..)| *of == slot).all(|(_, node, wanted)| self.eval(&growing.point, *node) == Truth::of(*wanted))
    }

    /// Returns values of a field that may make a condition so: those that it names first.
    fn promising(&self, slot: usize, of: &Node) -> Vec<u32> {
        let Some(slot) = self.sketch.slots.get(slot) else { return Vec::new() };
        let mut all: Vec<u32> = Vec::new();
        let find = |value: &Val| slot.places.get(value).copied();
        match of {
            Node::Numbers(_, list) => all.extend(list.iter().take(8).filter_map(|n| find(&Val::Num(*n)))),
            Node::Texts(_, list) => all.extend(list.iter().take(8).filter_map(|t| find(&Val::Text(t.as_str().into())))),
            Node::Number(_, a, b) => {
                for (constant, other) in [(a, b), (b, a)] {
                    if let (Operand::Const(Val::Num(n)), by) = (constant, shift(other)) {
                        let near = slot.numbers(n.saturating_sub(by));
                        all.extend(near.iter().filter_map(find));
                    }
                }
            }
            Node::Text(_, pred, _) => all.extend(slot.texts(&pred.steps, &pred.test).iter().filter_map(find)),
            _ => {}
        }
        all.extend(0..u32::try_from(slot.values.len().min(MOST_TRIED)).unwrap_or(0));
        all.truncate(2 * MOST_TRIED);
        all
    }
}

/// Returns what may have happened for a condition to be so.
fn pasts(of: &Node) -> Vec<Happened> {
    match of {
        Node::Ever(monitor) => vec![Happened::Counted(*monitor, 1)],
        Node::Label(label) => vec![Happened::Labelled(*label)],
        Node::From(a, _, origin) => slot_of(a).map(|slot| Happened::Said(*origin, slot)).into_iter().collect(),
        Node::Number(_, a, b) => {
            let near = |a: &Operand, b: &Operand| match (a, b) {
                (Operand::Count(monitor), Operand::Const(Val::Num(n))) if *n >= 0 => {
                    [n.saturating_sub(1), *n, n.saturating_add(1)].into_iter().filter(|n| *n > 0).map(|n| Happened::Counted(*monitor, n)).collect()
                }
                _ => Vec::new(),
            };
            let all = near(a, b);
            if all.is_empty() { near(b, a) } else { all }
        }
        _ => Vec::new(),
    }
}

pub(super) fn shift(operand: &Operand) -> i128 {
    match operand {
        Operand::Plus(a, by, _) => by.saturating_add(shift(a)),
        _ => 0,
    }
}

fn slot_of(operand: &Operand) -> Option<usize> {
    if let Operand::Slot(slot) = root(operand) { Some(*slot) } else { None }
}

const fn compares(op: Compare, a: i128, b: i128) -> bool {
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

/// Returns what `from` comes to where nothing has been said: false, or no value where the text is too short to tell.
fn nowhere(text: &str, ty: &Type) -> Truth {
    let tells = matches!(ty, Type::Form(Form::Email | Form::Url | Form::Iban)) || text.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
    if tells { Truth::False } else { Truth::None }
}
