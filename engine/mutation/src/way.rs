//! What is done to one expression.
//!
//! A way is small, whatever it is done to: it is listed long before it is done, and there may be many.

use std::sync::Arc;

use reach_compiler::ir::{Bundle, Compare, Const, EventKind, Expr, ExprKind, Monitor, Origin, Pattern, Runs, Type};

use crate::place::{Hop, asked_where};

/// What is done to an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Another comparison.
    Compare(Compare),
    /// Another constant.
    Const(Const),
    /// Without a term, an element or a pattern.
    Without(usize),
    /// A constant list or set with an element more.
    With(Const),
    /// `or` for `and`, `and` for `or`, `any` for `all`, `may run` for `runs only`, and back.
    Dual,
    /// A `not` around it.
    Not,
    /// What stands behind `not`.
    Inner,
    /// Another pattern.
    Pattern(Pattern),
    /// Another window of history.
    Over(Option<i128>),
    /// `per agent` turned around.
    PerAgent,
    /// Another kind of event.
    Kind(EventKind),
    /// Twice for `ever`.
    Twice,
    /// `ever` for a count that is compared.
    Ever,
    /// Without `since`.
    NoSince,
    /// Without the join of a number.
    NoJoin(usize),
    /// Without `where`.
    NoWhere,
    /// All of a result for a part of it.
    NoPart,
    /// Another source.
    Source(Box<Origin>),
}

/// What questions of the session ask: those of a bundle, and new ones behind them.
pub(crate) struct Questions<'a> {
    bundle: &'a Bundle,
    pub monitors: Vec<Monitor>,
    pub origins: Vec<Origin>,
}

impl<'a> Questions<'a> {
    pub const fn of(bundle: &'a Bundle) -> Self {
        Self { bundle, monitors: Vec::new(), origins: Vec::new() }
    }

    /// Returns a question of history, one of the bundle's or a new one.
    fn monitor(&self, number: u32) -> Option<&Monitor> {
        let old = &self.bundle.monitors;
        old.get(number as usize).or_else(|| self.monitors.get((number as usize).checked_sub(old.len())?))
    }

    fn origin(&self, number: u32) -> Option<&Origin> {
        let old = &self.bundle.origins;
        old.get(number as usize).or_else(|| self.origins.get((number as usize).checked_sub(old.len())?))
    }

    fn add_monitor(&mut self, new: Monitor) -> Option<u32> {
        self.monitors.push(new);
        u32::try_from(self.bundle.monitors.len() + self.monitors.len() - 1).ok()
    }

    fn add_origin(&mut self, new: Origin) -> Option<u32> {
        self.origins.push(new);
        u32::try_from(self.bundle.origins.len() + self.origins.len() - 1).ok()
    }
}

/// Follows a way into an expression, and changes what is there. Returns whether that was possible.
pub(crate) fn rewrite(questions: &mut Questions<'_>, expr: &mut Expr, path: &[Hop], way: &Way) -> Option<()> {
    let Some((hop, rest)) = path.split_first() else { return apply(questions, expr, way) };
    if let Hop::Child(n) = hop {
        let child = expr.children_mut().into_iter().nth(*n)?;
        return rewrite(questions, child, rest, way);
    }
    // The questions on the way are the bundle's own: a new one comes of what is done at its end.
    let mut inner = asked_where(questions.bundle, expr, *hop)?.clone();
    rewrite(questions, &mut inner, rest, way)?;
    match (&mut expr.kind, hop) {
        (ExprKind::History(number, _), _) => {
            let mut monitor = questions.monitor(*number)?.clone();
            match hop {
                Hop::Where => monitor.pattern.guard = Some(inner),
                _ => monitor.since.as_mut()?.guard = Some(inner),
            }
            *number = questions.add_monitor(monitor)?;
        }
        (ExprKind::From(_, number), Hop::Where) => {
            let mut origin = questions.origin(*number)?.clone();
            let Origin::Results { pattern, .. } = &mut origin else { return None };
            pattern.guard = Some(inner);
            *number = questions.add_origin(origin)?;
        }
        _ => return None,
    }
    Some(())
}

fn apply(questions: &mut Questions<'_>, expr: &mut Expr, way: &Way) -> Option<()> {
    let span = expr.span;
    match way {
        Way::Compare(to) => {
            let ExprKind::Compare(op, ..) = &mut expr.kind else { return None };
            *op = *to;
        }
        Way::Const(to) => expr.kind = ExprKind::Const(to.clone()),
        Way::Without(n) => without(expr, *n)?,
        Way::With(new) => {
            let ExprKind::Const(Const::List(items)) = &mut expr.kind else { return None };
            let mut all: Vec<Const> = items.iter().cloned().chain([new.clone()]).collect();
            if matches!(expr.ty, Type::Set(_)) {
                all.sort();
            }
            *items = all.into();
        }
        Way::Dual => dual(expr)?,
        Way::Not => {
            let inner = expr.clone();
            expr.kind = ExprKind::Not(Box::new(inner));
        }
        Way::Inner => {
            let ExprKind::Not(inner) = &mut expr.kind else { return None };
            let inner = inner.as_ref().clone();
            *expr = inner;
        }
        Way::Pattern(to) => {
            let ExprKind::Matches(_, pattern) = &mut expr.kind else { return None };
            *pattern = to.clone();
        }
        Way::Twice => {
            let number = changed(questions, expr, |monitor| {
                (monitor.fold, monitor.ty) = (reach_compiler::ir::Fold::Count, Type::Int);
                Some(())
            })?;
            let ExprKind::History(_, operands) = &mut expr.kind else { return None };
            let count = Expr { ty: Type::Int, span, kind: ExprKind::History(number, std::mem::take(operands)) };
            let two = Expr { ty: Type::Int, span, kind: ExprKind::Const(Const::Num(2)) };
            expr.kind = ExprKind::Compare(Compare::Ge, Box::new(count), Box::new(two));
        }
        Way::Ever => {
            let ExprKind::Compare(_, count, _) = &mut expr.kind else { return None };
            let number = changed(questions, count, |monitor| {
                (monitor.fold, monitor.ty) = (reach_compiler::ir::Fold::Ever, Type::Bool);
                Some(())
            })?;
            let ExprKind::History(_, operands) = &mut count.kind else { return None };
            expr.kind = ExprKind::History(number, std::mem::take(operands));
        }
        Way::NoJoin(n) => {
            let at = *n;
            let number = changed(questions, expr, |monitor| {
                let keys = monitor.pattern.keys.len();
                let list = if at < keys { &mut monitor.pattern.keys } else { &mut monitor.since.as_mut()?.keys };
                let at = if at < keys { at } else { at - keys };
                (at < list.len()).then(|| drop(list.remove(at)))
            })?;
            let ExprKind::History(to, operands) = &mut expr.kind else { return None };
            *to = number;
            operands.get(at)?;
            operands.remove(at);
        }
        Way::NoSince => {
            let mut kept = 0;
            let number = changed(questions, expr, |monitor| {
                kept = monitor.pattern.keys.len();
                monitor.since.take().map(drop)
            })?;
            let ExprKind::History(to, operands) = &mut expr.kind else { return None };
            *to = number;
            operands.truncate(kept);
        }
        Way::Over(_) | Way::PerAgent | Way::Kind(_) | Way::NoWhere | Way::NoPart | Way::Source(_) => session(questions, expr, way)?,
    }
    Some(())
}

/// Changes what an expression asks of the session, where its operands stay.
fn session(questions: &mut Questions<'_>, expr: &mut Expr, way: &Way) -> Option<()> {
    if matches!(expr.kind, ExprKind::From(..)) {
        let ExprKind::From(_, number) = &mut expr.kind else { return None };
        let mut origin = questions.origin(*number)?.clone();
        match (way, &mut origin) {
            (Way::NoWhere, Origin::Results { pattern, .. }) => pattern.guard = None,
            (Way::NoPart, Origin::Results { part, .. }) => *part = None,
            (Way::Source(to), _) => origin = to.as_ref().clone(),
            _ => return None,
        }
        *number = questions.add_origin(origin)?;
        return Some(());
    }
    let number = changed(questions, expr, |monitor| {
        match way {
            Way::Over(over) => monitor.over = *over,
            Way::PerAgent => monitor.per_agent = !monitor.per_agent,
            Way::Kind(kind) => monitor.pattern.kind = *kind,
            Way::NoWhere => monitor.pattern.guard = None,
            _ => return None,
        }
        Some(())
    })?;
    let ExprKind::History(to, _) = &mut expr.kind else { return None };
    *to = number;
    Some(())
}

/// Returns the number of a monitor that is that of an expression with a change.
fn changed(questions: &mut Questions<'_>, expr: &Expr, change: impl FnOnce(&mut Monitor) -> Option<()>) -> Option<u32> {
    let ExprKind::History(number, _) = &expr.kind else { return None };
    let mut monitor = questions.monitor(*number)?.clone();
    change(&mut monitor)?;
    questions.add_monitor(monitor)
}

fn dual(expr: &mut Expr) -> Option<()> {
    let kind = std::mem::replace(&mut expr.kind, ExprKind::Const(Const::Absent));
    expr.kind = match kind {
        ExprKind::And(terms) => ExprKind::Or(terms),
        ExprKind::Or(terms) => ExprKind::And(terms),
        ExprKind::All(local, list, condition) => ExprKind::Any(local, list, condition),
        ExprKind::Any(local, list, condition) => ExprKind::All(local, list, condition),
        ExprKind::Runs(runs, line, patterns) => ExprKind::Runs(other(runs), line, patterns),
        _ => return None,
    };
    Some(())
}

const fn other(runs: Runs) -> Runs {
    match runs {
        Runs::Only => Runs::May,
        Runs::May => Runs::Only,
    }
}

/// Takes a term, an element or a pattern away.
fn without(expr: &mut Expr, n: usize) -> Option<()> {
    match &mut expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            terms.get(n)?;
            terms.remove(n);
            if terms.len() == 1 {
                let only = terms.pop()?;
                *expr = only;
            }
        }
        ExprKind::List(items) => {
            items.get(n)?;
            items.remove(n);
        }
        ExprKind::Const(Const::List(items)) => *items = left(items, n)?,
        ExprKind::Runs(_, _, patterns) => *patterns = left(patterns, n)?,
        ExprKind::Query(_, _, patterns) => *patterns = left(patterns, n)?,
        _ => return None,
    }
    Some(())
}

fn left<T: Clone>(items: &[T], n: usize) -> Option<Arc<[T]>> {
    items.get(n)?;
    Some(items.iter().enumerate().filter(|(at, _)| *at != n).map(|(_, item)| item.clone()).collect())
}
