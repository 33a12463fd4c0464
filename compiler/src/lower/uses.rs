//! Walks over expressions: which slots a rule reads, and which of them meet constants.

use crate::maps::{HashMap, HashSet};

use crate::ir::{Compare, Const, Expr, ExprKind, Grant, LocalId, MessagePart, Obligation, Rule, SlotRef, Type};

/// What the expressions of a rule read.
#[derive(Default)]
pub(super) struct Uses {
    /// Arguments and facts, in order of first appearance, each once.
    pub slots: Vec<SlotRef>,
    seen: HashSet<SlotRef>,
    /// Fields of step and context whose texts are compared with constants.
    pub interned: Vec<SlotRef>,
    interned_seen: HashSet<SlotRef>,
    /// For each local the fields that its value, or its elements, come from.
    origins: HashMap<LocalId, Vec<SlotRef>>,
}

impl Uses {
    /// Collects from everything that a rule's variants evaluate.
    pub fn of_rule(rule: &Rule) -> Self {
        let mut uses = Self::default();
        for condition in rule.when.iter().chain(&rule.unless) {
            uses.expr(condition);
        }
        for part in &rule.message {
            if let MessagePart::Value(value) = part {
                uses.expr(value);
            }
        }
        for obligation in &rule.obligations {
            match obligation {
                Obligation::Set { value, .. } => uses.expr(value),
                Obligation::Redact { field, .. } | Obligation::Conceal { field, .. } => uses.slot(&SlotRef::Arg(field.clone().into())),
                Obligation::Notify(_) | Obligation::Require(_) | Obligation::Clear(_) => {}
            }
        }
        if let Some(approver) = &rule.approver {
            uses.expr(&approver.who);
        }
        for grant in rule.grants.iter().flatten() {
            if let Grant::Budget { amount, .. } = grant {
                uses.expr(amount);
            }
        }
        uses
    }

    fn slot(&mut self, slot: &SlotRef) {
        if matches!(slot, SlotRef::Arg(_) | SlotRef::Fact(_)) && self.seen.insert(slot.clone()) {
            self.slots.push(slot.clone());
        }
    }

    pub fn expr(&mut self, expr: &Expr) {
        stacker::maybe_grow(32 * 1024, 1024 * 1024, || self.walk(expr));
    }

    fn walk(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Slot(slot) => self.slot(slot),
            ExprKind::Let(local, value, body)
            | ExprKind::Count(local, value, body)
            | ExprKind::Sum(local, value, body)
            | ExprKind::All(local, value, body)
            | ExprKind::Any(local, value, body)
            | ExprKind::RunsWhere(_, _, local, value, body) => {
                self.expr(value);
                self.define(*local, value);
                self.expr(body);
            }
            ExprKind::Bind(local, value) => {
                self.expr(value);
                self.define(*local, value);
            }
            ExprKind::Compare(op, a, b) => {
                self.expr(a);
                self.expr(b);
                if matches!(op, Compare::Eq | Compare::Ne) {
                    self.meets(a, b);
                    self.meets(b, a);
                }
            }
            ExprKind::In(a, b) => {
                self.expr(a);
                self.expr(b);
                self.meets(a, b);
                self.meets(b, a);
            }
            _ => expr.children().into_iter().for_each(|child| self.expr(child)),
        }
    }

    /// Notes that the texts of `a` are compared with `b`, if that is constant.
    fn meets(&mut self, a: &Expr, b: &Expr) {
        if !matches!(b.kind, ExprKind::Const(_)) || !holds_text(&a.ty) {
            return;
        }
        let mut origins = Vec::new();
        self.origins(a, &mut origins);
        for slot in origins {
            if self.interned_seen.insert(slot.clone()) {
                self.interned.push(slot);
            }
        }
    }

    fn define(&mut self, local: LocalId, value: &Expr) {
        let mut origins = Vec::new();
        self.origins(value, &mut origins);
        // Without this, functions that join their argument with itself would double the list each time.
        let mut seen = HashSet::default();
        origins.retain(|slot| seen.insert(slot.clone()));
        self.origins.insert(local, origins);
    }

    /// Finds the fields whose own text (not one computed from it) may be the value.
    fn origins(&self, expr: &Expr, out: &mut Vec<SlotRef>) {
        match &expr.kind {
            ExprKind::Slot(slot) => out.push(slot.clone()),
            ExprKind::Local(local) => out.extend(self.origins.get(local).into_iter().flatten().cloned()),
            ExprKind::Unwrap(of) | ExprKind::Field(of, _) | ExprKind::Index(of, _) => self.origins(of, out),
            ExprKind::Else(a, b) | ExprKind::Concat(a, b) | ExprKind::If(_, a, b) => {
                self.origins(a, out);
                self.origins(b, out);
            }
            ExprKind::List(members) => members.iter().for_each(|m| self.origins(m, out)),
            ExprKind::Let(_, _, body) => self.origins(body, out),
            _ => {}
        }
    }

    /// Returns the fields whose own text may be the value of an expression without locals.
    pub fn sources(expr: &Expr) -> Vec<SlotRef> {
        let mut out = Vec::new();
        Self::default().origins(expr, &mut out);
        out
    }
}

fn holds_text(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Any => true,
        // Their atoms are those of entities.
        Type::Entity(_) => false,
        // Paths, command lines and queries are compared by rules of their own.
        Type::Form(form) => !form.is_structured(),
        Type::List(of) | Type::Set(of) | Type::Map(of) | Type::Optional(of) => holds_text(of),
        // A record is compared field by field; whether one is text isn't worth a walk.
        Type::Record(_) => true,
        Type::Bool | Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration | Type::Enum(_) => false,
    }
}

/// Finds the values bound by `as` in an expression, but not those inside a loop's body: `(local, the bound optional)`.
pub(super) fn binds<'e>(expr: &'e Expr, out: &mut Vec<(LocalId, &'e Expr)>) {
    stacker::maybe_grow(32 * 1024, 1024 * 1024, || match &expr.kind {
        ExprKind::Bind(local, value) => {
            binds(value, out);
            out.push((*local, value));
        }
        ExprKind::Count(_, list, _)
        | ExprKind::Sum(_, list, _)
        | ExprKind::All(_, list, _)
        | ExprKind::Any(_, list, _)
        | ExprKind::RunsWhere(_, _, _, list, _) => {
            binds(list, out);
        }
        // What it means repeats what it is about.
        ExprKind::Whole(_, meaning) => binds(meaning, out),
        _ => expr.children().into_iter().for_each(|child| binds(child, out)),
    });
}

/// Returns the constant that an expression is.
pub(super) fn constant(expr: &Expr) -> Option<&Const> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}
