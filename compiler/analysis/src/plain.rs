//! One way to write what is said in several: places in sources are left out, locals are numbered by how deep they are bound, `not` stands
//! inwards, terms and the sides of comparisons are in one order.
//!
//! A condition on a command line or a query that isn't taken apart is one atom. Two bundles that say the same in another order or with
//! another function have the same atom then, and nothing has to be found out about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_codes::Span;
use reach_compiler::ir::{Compare, Const, Expr, ExprKind, LocalId, Type};

/// From here on locals are numbered, so that none is taken for one that is free.
const FIRST: u32 = u32::MAX / 2;

/// Returns an expression that says the same, the same for many that do.
#[must_use]
pub fn plain(expr: &Expr) -> Expr {
    let mut bound = BTreeSet::new();
    binders(expr, &mut bound);
    let mut plain = expr.clone();
    let mut writing = Writing { bound, scope: Vec::new(), escapes: false };
    writing.write(&mut plain);
    // What a condition binds is read only where it is known to be: else it stays as it is.
    if writing.escapes { expr.clone() } else { plain }
}

fn binders(expr: &Expr, found: &mut BTreeSet<LocalId>) {
    found.extend(expr.binder());
    expr.children().into_iter().for_each(|child| binders(child, found));
}

struct Writing {
    /// All locals that are bound within.
    bound: BTreeSet<LocalId>,
    /// Those that can be read here, with what they are called now; the innermost last.
    scope: Vec<(LocalId, LocalId)>,
    /// Whether one is read where it isn't known to be bound.
    escapes: bool,
}

impl Writing {
    fn write(&mut self, expr: &mut Expr) {
        expr.span = Span::default();
        let outer = self.scope.len();
        match &mut expr.kind {
            ExprKind::Local(id) => match self.scope.iter().rev().find(|(old, _)| old == id) {
                Some((_, new)) => *id = *new,
                None => self.escapes |= self.bound.contains(id),
            },
            // What it binds is there for the terms that follow.
            ExprKind::And(terms) => terms.iter_mut().for_each(|term| {
                let before = self.scope.len();
                self.write(term);
                if !matches!(term.kind, ExprKind::Bind(..)) {
                    self.scope.truncate(before);
                }
            }),
            ExprKind::Bind(id, value) => {
                self.write(value);
                self.bind(id);
                return;
            }
            ExprKind::Let(id, value, body)
            | ExprKind::Count(id, value, body)
            | ExprKind::Sum(id, value, body)
            | ExprKind::All(id, value, body)
            | ExprKind::Any(id, value, body)
            | ExprKind::RunsWhere(_, _, id, value, body) => {
                self.write(value);
                self.scope.truncate(outer);
                self.bind(id);
                self.write(body);
            }
            _ => {
                for child in expr.children_mut() {
                    self.write(child);
                    self.scope.truncate(outer);
                }
            }
        }
        self.scope.truncate(outer);
        order(expr);
    }

    fn bind(&mut self, id: &mut LocalId) {
        let new = LocalId(FIRST.saturating_add(u32::try_from(self.scope.len()).unwrap_or(FIRST)));
        self.scope.push((*id, new));
        *id = new;
    }
}

/// Puts an expression whose parts are written so already into one form.
fn order(expr: &mut Expr) {
    let all = matches!(expr.kind, ExprKind::And(_));
    match &mut expr.kind {
        ExprKind::Not(inner) => {
            if let Some(kind) = negated(inner) {
                expr.kind = kind;
                // The terms of what was an `and` are those of an `or` now.
                order(expr);
            }
        }
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            sort(terms, all);
            if let [term] = terms.as_slice() {
                *expr = term.clone();
            }
        }
        ExprKind::Compare(op, a, b) => {
            let known = |e: &Expr| matches!(e.kind, ExprKind::Const(_));
            if known(a) && !known(b) || known(a) == known(b) && format!("{b:?}") < format!("{a:?}") {
                std::mem::swap(a, b);
                *op = flipped(*op);
            }
            // Of whole numbers, at least 4 is more than 3.
            if let (Type::Int, ExprKind::Const(Const::Num(bound))) = (&b.ty, &mut b.kind) {
                let strict = match op {
                    Compare::Ge => Some((Compare::Gt, bound.checked_sub(1))),
                    Compare::Le => Some((Compare::Lt, bound.checked_add(1))),
                    _ => None,
                };
                if let Some((strict, Some(next))) = strict {
                    (*op, *bound) = (strict, next);
                }
            }
        }
        ExprKind::In(..) => {
            if let Some((value, items)) = among(expr, true) {
                expr.kind = one_of(value, items, true);
            }
        }
        _ => {}
    }
}

/// Returns what is true where a condition is false, and false where it is true; none where it is written as `not`.
fn negated(expr: &Expr) -> Option<ExprKind> {
    let not = |term: &Expr| {
        let mut negated = Expr { kind: ExprKind::Not(Box::new(term.clone())), ..term.clone() };
        order(&mut negated);
        negated
    };
    Some(match &expr.kind {
        ExprKind::Not(inner) => inner.kind.clone(),
        ExprKind::And(terms) if !terms.iter().any(binds) => ExprKind::Or(terms.iter().map(not).collect()),
        ExprKind::Or(terms) => ExprKind::And(terms.iter().map(not).collect()),
        ExprKind::Compare(op, a, b) => {
            let op = match op {
                Compare::Eq => Compare::Ne,
                Compare::Ne => Compare::Eq,
                Compare::Lt => Compare::Ge,
                Compare::Le => Compare::Gt,
                Compare::Gt => Compare::Le,
                Compare::Ge => Compare::Lt,
            };
            ExprKind::Compare(op, a.clone(), b.clone())
        }
        _ => return None,
    })
}

fn binds(term: &Expr) -> bool {
    matches!(term.kind, ExprKind::Bind(..))
}

/// Puts terms in order, each once, those of an inner chain of the same kind among them. Terms that bind stay where they are.
fn sort(terms: &mut Vec<Expr>, all: bool) {
    let inner = |term: &Expr| match &term.kind {
        ExprKind::And(inner) if all && !inner.iter().any(binds) => Some(inner.clone()),
        ExprKind::Or(inner) if !all => Some(inner.clone()),
        _ => None,
    };
    *terms = std::mem::take(terms).into_iter().flat_map(|term| inner(&term).unwrap_or_else(|| vec![term])).collect();
    if !terms.iter().any(binds) {
        fold_constants(terms, !all);
        terms.sort_by_cached_key(|term| format!("{term:?}"));
        terms.dedup();
    }
}

/// Constants, each once, by how they are written.
type Constants = BTreeMap<String, Const>;

/// Returns the value and the constants, if a condition says that it is one of them (or, without `is`, that it is none).
fn among(expr: &Expr, is: bool) -> Option<(Expr, Constants)> {
    let written = |items: &[Const]| items.iter().map(|item| (format!("{item:?}"), item.clone())).collect();
    match (&expr.kind, is) {
        (ExprKind::Compare(Compare::Eq, a, b), true) | (ExprKind::Compare(Compare::Ne, a, b), false) => match &b.kind {
            ExprKind::Const(item) => Some(((**a).clone(), written(std::slice::from_ref(item)))),
            _ => None,
        },
        (ExprKind::In(a, list), true) => match &list.kind {
            ExprKind::Const(Const::List(items)) if !items.is_empty() => Some(((**a).clone(), written(items))),
            _ => None,
        },
        (ExprKind::Not(inner), false) => among(inner, true),
        _ => None,
    }
}

/// Returns the condition that a value is one of some constants, or none of them.
fn one_of(value: Expr, items: Constants, is: bool) -> ExprKind {
    let constant = |ty: &Type, constant: Const| Box::new(Expr { ty: ty.clone(), span: Span::default(), kind: ExprKind::Const(constant) });
    let ty = value.ty.clone();
    let all: Vec<Const> = items.into_values().collect();
    if let [one] = all.as_slice() {
        return ExprKind::Compare(if is { Compare::Eq } else { Compare::Ne }, Box::new(value), constant(&ty, one.clone()));
    }
    let list = constant(&Type::List(Arc::new(ty)), Const::List(all.into()));
    let kind = ExprKind::In(Box::new(value), list);
    if is { kind } else { ExprKind::Not(Box::new(Expr { ty: Type::Bool, span: Span::default(), kind })) }
}

/// Puts terms together that say of one value that it is one of some constants (or, without `is`, that it is none).
fn fold_constants(terms: &mut Vec<Expr>, is: bool) {
    let mut folded: BTreeMap<String, (Expr, Constants)> = BTreeMap::new();
    terms.retain(|term| match among(term, is) {
        Some((value, items)) => {
            folded.entry(format!("{value:?}")).or_insert_with(|| (value, Constants::new())).1.extend(items);
            false
        }
        None => true,
    });
    let written = |(value, items)| Expr { ty: Type::Bool, span: Span::default(), kind: one_of(value, items, is) };
    terms.extend(folded.into_values().map(written));
}

/// The comparison with its sides exchanged.
pub(crate) const fn flipped(op: Compare) -> Compare {
    match op {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(kind: ExprKind) -> Expr {
        Expr { ty: Type::Bool, span: Span::new(reach_codes::FileId(3), 1, 2), kind }
    }

    fn number(kind: ExprKind) -> Expr {
        Expr { ty: Type::Int, ..truth(kind) }
    }

    fn local(id: u32) -> Expr {
        number(ExprKind::Local(LocalId(id)))
    }

    fn compared(op: Compare, a: Expr, b: Expr) -> Expr {
        truth(ExprKind::Compare(op, Box::new(a), Box::new(b)))
    }

    fn constant(n: i128) -> Expr {
        number(ExprKind::Const(Const::Num(n)))
    }

    fn not(a: Expr) -> Expr {
        truth(ExprKind::Not(Box::new(a)))
    }

    fn any(id: u32, body: Expr) -> Expr {
        truth(ExprKind::Any(LocalId(id), Box::new(local(90)), Box::new(body)))
    }

    #[test]
    fn what_is_said_in_two_ways_is_written_in_one() {
        let (less, more) = (|| compared(Compare::Lt, local(90), constant(5)), || compared(Compare::Gt, constant(5), local(90)));
        let other = || compared(Compare::Eq, local(91), constant(1));
        for (a, b) in [
            (less(), more()),
            (not(less()), compared(Compare::Ge, local(90), constant(5))),
            (not(not(less())), less()),
            (compared(Compare::Ge, local(90), constant(5)), compared(Compare::Gt, local(90), constant(4))),
            (truth(ExprKind::And(vec![less(), other()])), truth(ExprKind::And(vec![other(), more(), less()]))),
            (not(truth(ExprKind::And(vec![less(), other()]))), truth(ExprKind::Or(vec![not(other()), not(less())]))),
            (
                truth(ExprKind::Or(vec![compared(Compare::Eq, local(90), constant(2)), compared(Compare::Eq, local(90), constant(1))])),
                truth(ExprKind::In(Box::new(local(90)), Box::new(number(ExprKind::Const(Const::List([1, 2].map(Const::Num).to_vec().into())))))),
            ),
            (any(1, compared(Compare::Eq, local(1), constant(1))), any(7, compared(Compare::Eq, constant(1), local(7)))),
        ] {
            assert_eq!(plain(&a), plain(&b));
        }
    }

    #[test]
    fn what_is_not_the_same_stays_apart() {
        // Which of two locals is read.
        let nested = |inner: u32| any(1, any(2, compared(Compare::Eq, local(inner), constant(1))));
        assert_ne!(plain(&nested(1)), plain(&nested(2)));
        assert_ne!(plain(&any(1, compared(Compare::Eq, local(1), constant(1)))), plain(&any(1, compared(Compare::Eq, local(90), constant(1)))));
        assert_ne!(plain(&compared(Compare::Lt, local(90), local(91))), plain(&compared(Compare::Lt, local(91), local(90))));
        // What a term binds is read by those behind it, and by none before it.
        let bind = truth(ExprKind::Bind(LocalId(1), Box::new(local(90))));
        let uses = compared(Compare::Eq, local(1), constant(1));
        let before = truth(ExprKind::And(vec![uses.clone(), bind.clone()]));
        assert_eq!(plain(&before), before, "left as it is");
        assert_ne!(plain(&truth(ExprKind::And(vec![bind, uses]))), plain(&before));
    }
}
