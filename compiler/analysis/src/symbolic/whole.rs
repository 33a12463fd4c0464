//! Conditions that aren't taken apart: as a whole a condition on one command line or query, or a truth of its own.

use reach_compiler::ir::{Compare, Const, Expr, ExprKind, LocalId, Type};

use super::Symbolic;
use crate::formula::F;
use crate::plain::plain;
use crate::pred::Test;
use crate::value::{Cases, Sym};
use crate::world::{Cond, Term};

/// The local by which a condition reads the text that it is about.
const HOLE: LocalId = LocalId(u32::MAX);

impl Symbolic<'_, '_> {
    /// Returns a condition that isn't taken apart.
    pub(super) fn whole(&mut self, expr: &Expr) -> Cond {
        if let Some((guard, term, body)) = self.about_one(expr) {
            let cond = match &body.kind {
                ExprKind::RunsWhere(quantity, guards, id, line, inner) if matches!(line.kind, ExprKind::Local(HOLE)) => {
                    self.world.text_condition(&term, Test::RunsWhere(*quantity, *guards, *id, inner.clone()))
                }
                _ => self.world.text_condition(&term, Test::Holds(HOLE, Box::new(body.clone()))),
            };
            return Cond { t: self.world.formulas.and([guard, cond.t]), f: self.world.formulas.and([guard, cond.f]) };
        }
        // That it is one of some constants is as much as that it is the first, or the second, and so on.
        if let ExprKind::In(value, list) = &expr.kind
            && let ExprKind::Const(Const::List(items)) = &list.kind
        {
            let is = |item: &Const| {
                let item = Expr { ty: value.ty.clone(), span: list.span, kind: ExprKind::Const(item.clone()) };
                Expr { kind: ExprKind::Compare(Compare::Eq, value.clone(), Box::new(item)), ..expr.clone() }
            };
            let terms: Vec<Cond> = items.iter().map(|item| self.whole(&is(item))).collect();
            return self.any(&terms);
        }
        let key = self.key(expr);
        self.world.open_condition(&key, Some(&describe(expr)))
    }

    /// Finds the one command line, query or other structured text that a condition is about, with nothing but constants beside it:
    /// when it is there, the text, and the condition over [`HOLE`].
    fn about_one(&mut self, expr: &Expr) -> Option<(F, Term, Expr)> {
        let mut found: Option<(F, Term)> = None;
        let mut body = expr.clone();
        let mut bound = Vec::new();
        self.replace(&mut body, &mut found, &mut bound)?;
        found.map(|(guard, term)| (guard, term, plain(&body)))
    }

    fn replace(&mut self, expr: &mut Expr, found: &mut Option<(F, Term)>, bound: &mut Vec<LocalId>) -> Option<()> {
        let is_root = match &expr.kind {
            ExprKind::Slot(_) | ExprKind::Unwrap(_) => true,
            ExprKind::Local(id) => !bound.contains(id),
            _ => false,
        };
        if is_root {
            if !matches!(expr.ty, Type::Form(_) | Type::Text) {
                return None;
            }
            let cases: Cases = self.eval(expr).into_iter().filter(|(_, sym)| *sym != Sym::Absent).collect();
            let [(guard, Sym::Term(term))] = cases.as_slice() else { return None };
            match found {
                Some((known, other)) if known != guard || other != term => return None,
                _ => *found = Some((*guard, term.clone())),
            }
            *expr = Expr { ty: expr.ty.clone(), span: expr.span, kind: ExprKind::Local(HOLE) };
            return Some(());
        }
        match &expr.kind {
            ExprKind::History(..)
            | ExprKind::From(..)
            | ExprKind::NamedBy(_)
            | ExprKind::Labelled(_)
            | ExprKind::WithinRights(_)
            | ExprKind::LookUp(..)
            | ExprKind::Under(..) => return None,
            _ => {}
        }
        let binder = expr.binder();
        bound.extend(binder);
        for child in expr.children_mut() {
            self.replace(child, found, bound)?;
        }
        Some(())
    }
}

/// Says what isn't told apart, for people.
pub(super) fn describe(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Clock(..) => "the clock of a time zone",
        ExprKind::LookUp(..) | ExprKind::Under(..) => "what the host tells of entities",
        ExprKind::HasKey(..) | ExprKind::Index(..) => "what stands in a map, or in `any`",
        ExprKind::RunsWhere(..) | ExprKind::Runs(..) => "a command line, together with other values",
        ExprKind::Query(..) => "a query, together with other values",
        ExprKind::All(..) | ExprKind::Any(..) | ExprKind::Count(..) | ExprKind::Sum(..) => "the elements of a list that isn't one of the step's own",
        ExprKind::Compare(_, a, _) => match a.ty {
            Type::List(_) | Type::Set(_) => "two lists or sets, compared as a whole",
            Type::Map(_) | Type::Any => "what stands in a map, or in `any`",
            Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration => {
                "a number that isn't a sum of a few values: a product, or a sum over a list"
            }
            _ => "two values, compared as a whole",
        },
        _ => "a condition that isn't taken apart",
    }
    .to_owned()
}
