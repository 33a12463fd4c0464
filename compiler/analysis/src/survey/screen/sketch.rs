//! Conditions as they are screened: over the values of one step, of which a few are tried. What isn't understood here is left open, so that
//! whoever meets it asks the solver.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use reach_compiler::ir::{Arith, Bundle, ClassUse, Compare, Const, Expr, ExprKind, Fold, Form, LocalId, SlotRef, Type};

use reach_evaluator::image::OK_SLOT;

use super::values::{Slot, Val};
use crate::pred::{Func, Pred, Test};

/// What a condition comes to at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    /// It has no value.
    None,
    /// It isn't understood.
    Open,
}

impl Truth {
    pub const fn of(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }

    pub const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }
}

/// A condition: its number in a [`Sketch`].
pub(super) type NodeId = usize;

/// A value that is computed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Slot(usize),
    Const(Val),
    /// What is absent has no value.
    Unwrap(Box<Operand>),
    Else(Box<Operand>, Box<Operand>),
    Length(Box<Operand>),
    /// With a constant added.
    Plus(Box<Operand>, i128, Type),
    /// How often something has happened: the index of the bundle's monitors.
    Count(u32),
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Known(Truth),
    Bool(Operand),
    Present(Operand),
    Number(Compare, Operand, Operand),
    /// One of some numbers, sorted.
    Numbers(Operand, Vec<i128>),
    /// One of some texts that are compared as they are written, sorted.
    Texts(Operand, Arc<[String]>),
    /// A test of one slot's text, and what is asked of it first; its number.
    Text(Operand, Arc<Pred>, usize),
    /// `ever`: the index of the bundle's monitors.
    Ever(u32),
    /// A label.
    Label(u32),
    /// `from`, of a value of a type: the index of the bundle's origins.
    From(Operand, Type, u32),
    Not(NodeId),
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    If(NodeId, NodeId, NodeId),
}

/// A condition that has no parts, and what must be so where it is looked at.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub before: Vec<(NodeId, bool)>,
    pub node: NodeId,
}

/// Conditions about one step.
#[derive(Debug)]
pub(super) struct Sketch<'b> {
    bundle: &'b Bundle,
    pub nodes: Vec<Node>,
    pub slots: Vec<Slot>,
    index: HashMap<SlotRef, usize>,
    target: usize,
    class: Option<&'b ClassUse>,
    /// How many tests of texts there are.
    pub tests: usize,
    /// Of the uses of history that are asked: the sides of the joins of this step.
    pub joins: BTreeMap<u32, Vec<Operand>>,
}

impl<'b> Sketch<'b> {
    pub fn new(bundle: &'b Bundle, target: usize) -> Self {
        Self { bundle, nodes: Vec::new(), slots: Vec::new(), index: HashMap::new(), target, class: None, tests: 0, joins: BTreeMap::new() }
    }

    /// Says through which class conditions look from now on.
    pub fn through(&mut self, class: Option<u32>) {
        let uses = self.bundle.targets.get(self.target).map_or(&[][..], |t| &t.classes);
        self.class = class.and_then(|class| uses.iter().find(|c| c.class == class));
    }

    pub fn put(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Returns the slot of a value.
    pub fn slot(&mut self, slot: &SlotRef, ty: &Type) -> usize {
        if let Some(known) = self.index.get(slot) {
            return *known;
        }
        let field = self.bundle.targets.get(self.target).and_then(|target| match slot {
            SlotRef::Arg(name) => target.args.iter().find(|f| f.name == *name),
            SlotRef::Fact(name) => target.facts.iter().find(|f| f.name == *name),
            SlotRef::Context(name) => self.bundle.context.iter().find(|f| f.name == *name),
            _ => None,
        });
        let number = self.slots.len();
        self.index.insert(slot.clone(), number);
        let ty = field.map_or(ty, |f| &f.ty).clone();
        self.slots.push(Slot::new(ty, field.is_some_and(|f| f.reading.is_some())));
        if let Some(check) = field.and_then(|f| f.check.as_ref()) {
            let class = self.class.take();
            let node = self.condition(&check.condition, &mut BTreeMap::new());
            self.class = class;
            if let Some(slot) = self.slots.get_mut(number) {
                slot.check = Some(node);
            }
        }
        number
    }

    /// Returns the slot of a value that is there.
    pub fn find(&self, slot: &SlotRef) -> Option<usize> {
        self.index.get(slot).copied()
    }

    fn operand(&mut self, expr: &Expr, locals: &mut BTreeMap<LocalId, Operand>) -> Option<Operand> {
        Some(match &expr.kind {
            ExprKind::Const(value) => Operand::Const(Val::of(value)?),
            ExprKind::Slot(SlotRef::Arg(name)) if self.class.is_some() => {
                let class = self.class?;
                let fields = &self.bundle.classes.get(class.class as usize)?.fields;
                let value = class.values.get(fields.iter().position(|(field, _)| field == name)?)?;
                let outer = self.class.take();
                let found = self.operand(value, &mut BTreeMap::new());
                self.class = outer;
                found?
            }
            ExprKind::Slot(slot @ (SlotRef::Arg(_) | SlotRef::Fact(_) | SlotRef::Context(_))) => Operand::Slot(self.slot(slot, &expr.ty)),
            ExprKind::Slot(SlotRef::System(0)) => {
                let target = self.bundle.targets.get(self.target)?;
                if target.kind == reach_compiler::ir::StepKind::Read {
                    return None;
                }
                Operand::Const(Val::Text(target.name.as_str().into()))
            }
            // Whether a result says that all went well; only patterns of events ask.
            ExprKind::Slot(slot @ SlotRef::System(index)) if *index == OK_SLOT.0 => Operand::Slot(self.slot(slot, &Type::Bool)),
            ExprKind::Local(id) => locals.get(id)?.clone(),
            ExprKind::Unwrap(a) => Operand::Unwrap(Box::new(self.operand(a, locals)?)),
            ExprKind::Else(a, b) => Operand::Else(Box::new(self.operand(a, locals)?), Box::new(self.operand(b, locals)?)),
            ExprKind::Length(a) if a.ty == Type::Text => Operand::Length(Box::new(self.operand(a, locals)?)),
            ExprKind::Arith(op @ (Arith::Add | Arith::Subtract), a, b) if matches!(expr.ty, Type::Int | Type::Decimal | Type::Duration) && a.ty == b.ty => {
                let ExprKind::Const(Const::Num(n)) = b.kind else { return None };
                let by = if *op == Arith::Add { n } else { n.checked_neg()? };
                Operand::Plus(Box::new(self.operand(a, locals)?), by, expr.ty.clone())
            }
            // How often nothing has happened.
            ExprKind::History(monitor, operands) => {
                (self.bundle.monitors.get(*monitor as usize)?.fold == Fold::Count).then_some(())?;
                self.join(*monitor, operands, locals)?;
                Operand::Count(*monitor)
            }
            ExprKind::Whole(_, meaning) => self.operand(meaning, locals)?,
            _ => return None,
        })
    }

    /// Notes the step's sides of the joins of a use of history. All of them must be values that are always there, and the same for each use.
    fn join(&mut self, monitor: u32, operands: &[Expr], locals: &mut BTreeMap<LocalId, Operand>) -> Option<()> {
        let mut sides = Vec::new();
        for operand in operands {
            match self.operand(operand, locals)? {
                side @ (Operand::Slot(_) | Operand::Const(_)) if !matches!(operand.ty, Type::Optional(_)) => sides.push(side),
                _ => return None,
            }
        }
        let known = self.joins.entry(monitor).or_insert_with(|| sides.clone());
        (*known == sides).then_some(())
    }

    /// Returns the text that is asked about, and what is made of it first.
    fn text(&mut self, expr: &Expr, locals: &mut BTreeMap<LocalId, Operand>) -> Option<(Operand, Vec<Func>, Type)> {
        match &expr.kind {
            ExprKind::Part(a, part) => {
                let (operand, mut steps, ty) = self.text(a, locals)?;
                steps.push(Func::Part(*part));
                Some((operand, steps, ty))
            }
            ExprKind::Lower(a) => {
                let (operand, mut steps, ty) = self.text(a, locals)?;
                steps.push(Func::Lower);
                Some((operand, steps, ty))
            }
            ExprKind::Unwrap(a) if matches!(a.kind, ExprKind::Part(..)) => {
                let (operand, mut steps, ty) = self.text(a, locals)?;
                steps.push(Func::Unwrap);
                Some((operand, steps, ty))
            }
            _ => {
                let ty = if let Type::Optional(of) = &expr.ty { of.as_ref() } else { &expr.ty };
                matches!(ty, Type::Text | Type::Form(_)).then_some(())?;
                Some((self.operand(expr, locals)?, Vec::new(), ty.clone()))
            }
        }
    }

    fn tested(&mut self, a: &Expr, test: Test, locals: &mut BTreeMap<LocalId, Operand>) -> Option<Node> {
        let (operand, steps, ty) = self.text(a, locals)?;
        let plain = steps.is_empty() && !ty.is_path();
        if plain && let Test::Is(text) = &test {
            return Some(Node::Texts(operand, [text.clone()].into()));
        }
        if plain && let Test::OneOf(texts) = &test {
            let mut sorted = texts.to_vec();
            sorted.sort();
            return Some(Node::Texts(operand, sorted.into()));
        }
        let inner = if let Type::Optional(of) = &a.ty { of.as_ref().clone() } else { a.ty.clone() };
        let of_ty = if steps.is_empty() { ty } else { inner };
        if let Operand::Slot(slot) = root(&operand) {
            let slot = *slot;
            self.slots.get_mut(slot)?.tests.push((steps.clone(), of_ty.clone(), test.clone()));
        }
        self.tests += 1;
        Some(Node::Text(operand, Arc::new(Pred { steps, ty: of_ty, test }), self.tests - 1))
    }

    /// Returns a condition; what isn't understood is open.
    pub fn condition(&mut self, expr: &Expr, locals: &mut BTreeMap<LocalId, Operand>) -> NodeId {
        let node = self.node(expr, locals).unwrap_or(Node::Known(Truth::Open));
        self.put(node)
    }

    fn node(&mut self, expr: &Expr, locals: &mut BTreeMap<LocalId, Operand>) -> Option<Node> {
        Some(match &expr.kind {
            ExprKind::Const(Const::Bool(truth)) => Node::Known(Truth::of(*truth)),
            ExprKind::And(terms) => Node::And(terms.iter().map(|t| self.condition(t, locals)).collect()),
            ExprKind::Or(terms) => Node::Or(terms.iter().map(|t| self.condition(t, locals)).collect()),
            ExprKind::Not(a) => Node::Not(self.condition(a, locals)),
            ExprKind::If(a, b, c) => Node::If(self.condition(a, locals), self.condition(b, locals), self.condition(c, locals)),
            ExprKind::Whole(_, meaning) => self.node(meaning, locals)?,
            ExprKind::Let(id, value, body) => {
                let value = self.operand(value, locals)?;
                locals.insert(*id, value);
                self.node(body, locals)?
            }
            ExprKind::Bind(id, value) => {
                let value = self.operand(value, locals)?;
                locals.insert(*id, Operand::Unwrap(Box::new(value.clone())));
                Node::Present(value)
            }
            ExprKind::Present(a) if matches!(a.kind, ExprKind::Part(..)) => self.tested(a, Test::Present, locals)?,
            ExprKind::Present(a) => Node::Present(self.operand(a, locals)?),
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, locals)?,
            ExprKind::In(a, list) => {
                let ExprKind::Const(Const::List(items)) = &list.kind else { return None };
                match &a.ty {
                    Type::Text | Type::Form(_) => {
                        let texts: Option<Vec<String>> = items.iter().map(|i| if let Const::Text(t) = i { Some(t.to_string()) } else { None }).collect();
                        self.tested(a, Test::OneOf(texts?.into()), locals)?
                    }
                    ty if is_number(ty) => {
                        let mut numbers: Vec<i128> = items.iter().map(|i| if let Const::Num(n) = i { Some(*n) } else { None }).collect::<Option<_>>()?;
                        numbers.sort_unstable();
                        Node::Numbers(self.operand(a, locals)?, numbers)
                    }
                    _ => return None,
                }
            }
            ExprKind::Within(a, b) => {
                let ExprKind::Const(Const::Text(text)) = &b.kind else { return None };
                self.tested(a, Test::Within(b.ty.clone(), text.to_string()), locals)?
            }
            ExprKind::Matches(a, pattern) => self.tested(a, Test::Matches(pattern.clone()), locals)?,
            ExprKind::Contains(a, b) => {
                let ExprKind::Const(Const::Text(text)) = &b.kind else { return None };
                self.tested(a, Test::Contains(text.to_string()), locals)?
            }
            ExprKind::Detect(a, detector) => self.tested(a, Test::Detect(*detector), locals)?,
            ExprKind::Runs(quantity, a, commands) => self.tested(a, Test::Runs(*quantity, commands.clone()), locals)?,
            ExprKind::RunsWhere(quantity, guards, id, a, body) => self.tested(a, Test::RunsWhere(*quantity, *guards, *id, body.clone()), locals)?,
            ExprKind::Query(query, a, tables) => self.tested(a, Test::Query(*query, tables.clone()), locals)?,
            ExprKind::History(monitor, operands) => {
                (self.bundle.monitors.get(*monitor as usize)?.fold == Fold::Ever).then_some(())?;
                self.join(*monitor, operands, locals)?;
                Node::Ever(*monitor)
            }
            ExprKind::Labelled(label) => Node::Label(*label),
            ExprKind::From(a, origin) => {
                matches!(a.ty, Type::Text | Type::Form(Form::Email | Form::Url | Form::Iban | Form::Host | Form::Path(_))).then_some(())?;
                Node::From(self.operand(a, locals)?, a.ty.clone(), *origin)
            }
            _ if expr.ty == Type::Bool => Node::Bool(self.operand(expr, locals)?),
            _ => return None,
        })
    }

    fn compare(&mut self, op: Compare, a: &Expr, b: &Expr, locals: &mut BTreeMap<LocalId, Operand>) -> Option<Node> {
        if is_number(&a.ty) {
            return Some(Node::Number(op, self.operand(a, locals)?, self.operand(b, locals)?));
        }
        let (value, text) = match (&a.kind, &b.kind) {
            (_, ExprKind::Const(Const::Text(text))) => (a, text),
            (ExprKind::Const(Const::Text(text)), _) => (b, text),
            _ => return None,
        };
        if matches!(value.ty, Type::Optional(_)) {
            return None;
        }
        let node = self.tested(value, Test::Is(text.to_string()), locals)?;
        match op {
            Compare::Eq => Some(node),
            Compare::Ne => Some(Node::Not(self.put(node))),
            _ => None,
        }
    }
}

/// Returns the slot, or the constant, that a value is made of.
pub(super) fn root(operand: &Operand) -> &Operand {
    match operand {
        Operand::Unwrap(a) | Operand::Else(a, _) | Operand::Length(a) | Operand::Plus(a, ..) => root(a),
        other => other,
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal | Type::Date | Type::Time | Type::Duration | Type::Enum(_))
}
