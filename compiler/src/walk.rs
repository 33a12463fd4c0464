//! Walks over expressions of the IR. They recurse: an expression is at most some hundred nodes deep.

use smallvec::{SmallVec, smallvec};

use crate::ir::{Expr, ExprKind, LocalId};

/// What an expression is made of: mostly no more than three.
pub type Parts<T> = SmallVec<[T; 3]>;

/// The parts of an expression in the order in which they are evaluated, borrowed as `$kind` is.
macro_rules! parts {
    ($kind:expr, $iter:ident, $one:ident) => {
        match $kind {
            ExprKind::Const(_) | ExprKind::Slot(_) | ExprKind::Local(_) | ExprKind::Labelled(_) => SmallVec::new(),
            ExprKind::Unwrap(a)
            | ExprKind::Field(a, _)
            | ExprKind::LookUp(a, _)
            | ExprKind::Part(a, _)
            | ExprKind::Length(a)
            | ExprKind::Lower(a)
            | ExprKind::Unary(_, a)
            | ExprKind::Not(a)
            | ExprKind::Matches(a, _)
            | ExprKind::Present(a)
            | ExprKind::HasKey(a, _)
            | ExprKind::Runs(_, a, _)
            | ExprKind::Query(_, a, _)
            | ExprKind::Detect(a, _)
            | ExprKind::Clock(a, _)
            | ExprKind::From(a, _)
            | ExprKind::NamedBy(a)
            | ExprKind::WithinRights(a)
            | ExprKind::Bind(_, a) => smallvec![a.$one()],
            ExprKind::Index(a, b)
            | ExprKind::Arith(_, a, b)
            | ExprKind::Concat(a, b)
            | ExprKind::Else(a, b)
            | ExprKind::Let(_, a, b)
            | ExprKind::Count(_, a, b)
            | ExprKind::Sum(_, a, b)
            | ExprKind::All(_, a, b)
            | ExprKind::Any(_, a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::In(a, b)
            | ExprKind::Under(a, b)
            | ExprKind::Within(a, b)
            | ExprKind::RunsWhere(_, _, _, a, b)
            | ExprKind::Whole(a, b)
            | ExprKind::Contains(a, b) => smallvec![a.$one(), b.$one()],
            ExprKind::If(a, b, c) => smallvec![a.$one(), b.$one(), c.$one()],
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) | ExprKind::History(_, items) => items.$iter().collect(),
        }
    };
}

impl Expr {
    /// Returns the expressions that it is made of, in the order in which they are evaluated.
    #[must_use]
    pub fn children(&self) -> Parts<&Expr> {
        parts!(&self.kind, iter, as_ref)
    }

    /// Returns the expressions that it is made of, to be changed.
    pub fn children_mut(&mut self) -> Parts<&mut Expr> {
        parts!(&mut self.kind, iter_mut, as_mut)
    }

    /// Returns the local that it binds: for its last child, or (`Bind`) for what follows in an `and`.
    pub(crate) fn binder_mut(&mut self) -> Option<&mut LocalId> {
        match &mut self.kind {
            ExprKind::Let(id, ..)
            | ExprKind::Count(id, ..)
            | ExprKind::Sum(id, ..)
            | ExprKind::All(id, ..)
            | ExprKind::Any(id, ..)
            | ExprKind::RunsWhere(_, _, id, ..)
            | ExprKind::Bind(id, _) => Some(id),
            _ => None,
        }
    }

    /// Returns the local that it binds.
    #[must_use]
    pub fn binder(&self) -> Option<LocalId> {
        match &self.kind {
            ExprKind::Let(id, ..)
            | ExprKind::Count(id, ..)
            | ExprKind::Sum(id, ..)
            | ExprKind::All(id, ..)
            | ExprKind::Any(id, ..)
            | ExprKind::RunsWhere(_, _, id, ..)
            | ExprKind::Bind(id, _) => Some(*id),
            _ => None,
        }
    }

    /// Returns how many nodes it has.
    pub(crate) fn size(&self) -> usize {
        self.children().into_iter().fold(1usize, |n, c| n.saturating_add(c.size()))
    }

    /// Returns how deep it is.
    pub(crate) fn depth(&self) -> usize {
        self.children().into_iter().map(Self::depth).max().unwrap_or(0) + 1
    }
}
