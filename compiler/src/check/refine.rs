//! Refinements: what values must satisfy besides their type.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::Span;

use super::Checker;
use crate::ir::{Expr, ExprKind, LocalId, Type};

/// What a value must satisfy.
#[derive(Clone, Debug)]
pub(super) enum Refine {
    /// `T where cond`: the condition over the local that stands for `it`.
    Where { it: LocalId, condition: Expr },
    /// It may be absent; if it is there, this.
    Optional(Arc<Refine>),
    /// Each element, of the given type.
    Elements(Type, Arc<Refine>),
    /// Fields of a record, by index, with their types.
    Fields(Vec<(u16, Type, Arc<Refine>)>),
    /// Both.
    Both(Arc<Refine>, Arc<Refine>),
}

impl Checker<'_> {
    /// Returns the condition that a value satisfies the refinement.
    pub(super) fn refinement(&mut self, refine: &Refine, value: &Expr) -> Expr {
        let span = value.span;
        match refine {
            Refine::Where { it, condition } => {
                let mut bound = HashMap::from_iter([(*it, value.clone())]);
                self.instantiate(condition, &mut bound)
            }
            Refine::Optional(inner) => {
                let of = match &value.ty {
                    Type::Optional(of) => of.as_ref().clone(),
                    other => other.clone(),
                };
                let present = condition(span, ExprKind::Present(Box::new(value.clone())));
                let absent = condition(span, ExprKind::Not(Box::new(present)));
                let there = Expr { ty: of, span, kind: ExprKind::Unwrap(Box::new(value.clone())) };
                let holds = self.refinement(inner, &there);
                condition(span, ExprKind::Or(vec![absent, holds]))
            }
            Refine::Elements(of, inner) => {
                let local = self.fresh_local();
                let element = Expr { ty: of.clone(), span, kind: ExprKind::Local(local) };
                let holds = self.refinement(inner, &element);
                condition(span, ExprKind::All(local, Box::new(value.clone()), Box::new(holds)))
            }
            Refine::Fields(fields) => {
                let mut terms: Vec<Expr> = Vec::with_capacity(fields.len());
                for (index, ty, inner) in fields {
                    let field = Expr { ty: ty.clone(), span, kind: ExprKind::Field(Box::new(value.clone()), *index) };
                    terms.push(self.refinement(inner, &field));
                }
                all_of(span, terms)
            }
            Refine::Both(a, b) => {
                let terms = vec![self.refinement(a, value), self.refinement(b, value)];
                all_of(span, terms)
            }
        }
    }

    /// Copies an expression: its free locals replaced, those that it binds made new, so that two copies never share one.
    pub(super) fn instantiate(&mut self, expr: &Expr, bound: &mut HashMap<LocalId, Expr>) -> Expr {
        if let ExprKind::Local(id) = &expr.kind {
            return bound.get(id).cloned().unwrap_or_else(|| expr.clone());
        }
        let mut copy = expr.clone();
        self.instantiate_in(&mut copy, bound);
        copy
    }

    fn instantiate_in(&mut self, expr: &mut Expr, bound: &mut HashMap<LocalId, Expr>) {
        if let ExprKind::Local(id) = &expr.kind {
            if let Some(value) = bound.get(id) {
                *expr = value.clone();
            }
            return;
        }
        if let Some(id) = expr.binder_mut() {
            let fresh = self.fresh_local();
            let old = std::mem::replace(id, fresh);
            // Only the identity matters: readers of the local carry its type and place themselves.
            bound.insert(old, Expr { ty: Type::Bool, span: Span::default(), kind: ExprKind::Local(fresh) });
        }
        for child in expr.children_mut() {
            if let ExprKind::Local(id) = &mut child.kind {
                match bound.get(id).map(|v| &v.kind) {
                    Some(ExprKind::Local(fresh)) => *id = *fresh,
                    Some(_) => self.instantiate_in(child, bound),
                    None => {}
                }
            } else {
                self.instantiate_in(child, bound);
            }
        }
    }
}

pub(super) fn condition(span: Span, kind: ExprKind) -> Expr {
    Expr { ty: Type::Bool, span, kind }
}

pub(super) fn all_of(span: Span, mut terms: Vec<Expr>) -> Expr {
    match (terms.pop(), terms.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            terms.push(last);
            condition(span, ExprKind::And(terms))
        }
        (None, _) => condition(span, ExprKind::Const(crate::ir::Const::Bool(true))),
    }
}
