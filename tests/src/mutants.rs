//! Bundles with one mistake each: what a rule says is changed in one place of the typed IR.

use reach_compiler::ir::{Bundle, Compare, Const, Effect, Expr, ExprKind};

/// A bundle with one change.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was changed.
    pub what: String,
    /// The bundle.
    pub bundle: Bundle,
}

/// Returns all bundles that differ from one in one place of a rule.
#[must_use]
pub fn mutants(bundle: &Bundle) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (number, rule) in bundle.rules.iter().enumerate() {
        let mut add = |what: &str, change: &dyn Fn(&mut Bundle)| {
            let mut changed = bundle.clone();
            change(&mut changed);
            all.push(Mutant { what: format!("{}: {what}", rule.name), bundle: changed });
        };
        add("dropped", &|b| drop(b.rules.remove(number)));
        add("advisory", &|b| b.rules[number].advisory = !b.rules[number].advisory);
        let flipped = match rule.effect {
            Effect::Permit => Some(Effect::Ask),
            Effect::Ask | Effect::OtherwiseAsk => Some(Effect::Forbid),
            Effect::Forbid if !rule.undeclared => Some(Effect::Permit),
            Effect::Forbid | Effect::Oblige => None,
        };
        if let Some(effect) = flipped {
            add("another effect", &|b| {
                let rule = &mut b.rules[number];
                (rule.effect, rule.grants, rule.approver, rule.expires) = (effect, None, None, None);
                if effect == Effect::Forbid {
                    rule.obligations.clear();
                }
            });
        }
        for at in 0..rule.obligations.len() {
            add("an obligation less", &|b| drop(b.rules[number].obligations.remove(at)));
        }
        for (clause, condition) in [("when", &rule.when), ("unless", &rule.unless)] {
            let Some(condition) = condition else { continue };
            add(&format!("without `{clause}`"), &|b| {
                let rule = &mut b.rules[number];
                if clause == "when" { rule.when = None } else { rule.unless = None }
            });
            let mut count = 0;
            visit(condition, &mut |_| count += 1);
            for at in 0..count {
                for which in 0..4 {
                    let mut made = condition.clone();
                    if let Some(what) = change_at(&mut made, at, which) {
                        add(&format!("{what} in `{clause}`"), &|b| {
                            let rule = &mut b.rules[number];
                            if clause == "when" { rule.when = Some(made.clone()) } else { rule.unless = Some(made.clone()) }
                        });
                    }
                }
            }
        }
    }
    all
}

fn visit(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    for child in expr.children() {
        visit(child, see);
    }
}

/// Changes the expression of a number in one of several ways; none where there is no such way.
fn change_at(expr: &mut Expr, at: usize, which: usize) -> Option<&'static str> {
    fn walk(expr: &mut Expr, at: &mut usize, which: usize) -> Option<Option<&'static str>> {
        if *at == 0 {
            return Some(change(expr, which));
        }
        *at -= 1;
        for child in expr.children_mut() {
            if let Some(done) = walk(child, at, which) {
                return Some(done);
            }
        }
        None
    }
    let mut at = at;
    walk(expr, &mut at, which).flatten()
}

/// Returns whether an expression names something for others.
fn binds(expr: &Expr) -> bool {
    let mut found = false;
    visit(expr, &mut |e| found |= matches!(e.kind, ExprKind::Bind(..) | ExprKind::Present(_)));
    found
}

fn change(expr: &mut Expr, which: usize) -> Option<&'static str> {
    // What a name or a presence tells the rest of a condition must stay.
    if binds(expr) && !matches!(expr.kind, ExprKind::And(_)) {
        return None;
    }
    let ty = expr.ty.clone();
    match (&mut expr.kind, which) {
        (ExprKind::Compare(op, ..), 0) => {
            *op = match op {
                Compare::Eq => Compare::Ne,
                Compare::Ne => Compare::Eq,
                Compare::Lt => Compare::Le,
                Compare::Le => Compare::Lt,
                Compare::Gt => Compare::Ge,
                Compare::Ge => Compare::Gt,
            };
            Some("another comparison")
        }
        (ExprKind::Const(Const::Num(n)), 0 | 1) if !matches!(ty, reach_compiler::ir::Type::Enum(_)) => {
            *n = n.checked_add(if which == 0 { 1 } else { -1 })?;
            Some("another number")
        }
        (ExprKind::Const(Const::Bool(truth)), 0) => {
            *truth = !*truth;
            Some("another truth")
        }
        (ExprKind::Const(Const::List(items)), 0) if !items.is_empty() => {
            *items = items.iter().skip(1).cloned().collect();
            Some("a member less")
        }
        (ExprKind::And(terms), 0) if terms.len() > 2 && !terms.iter().any(binds) => {
            terms.pop();
            Some("a term less")
        }
        (ExprKind::Or(terms), 0) if terms.len() > 2 => {
            terms.pop();
            Some("a term less")
        }
        (ExprKind::And(terms), 1) if !terms.iter().any(binds) => {
            let terms = std::mem::take(terms);
            expr.kind = ExprKind::Or(terms);
            Some("`or` for `and`")
        }
        (ExprKind::Or(terms), 1) => {
            let terms = std::mem::take(terms);
            expr.kind = ExprKind::And(terms);
            Some("`and` for `or`")
        }
        (ExprKind::Not(inner), 2) => {
            let inner = inner.as_ref().clone();
            *expr = inner;
            Some("no `not`")
        }
        (ExprKind::In(..) | ExprKind::Within(..) | ExprKind::Matches(..) | ExprKind::Contains(..) | ExprKind::Compare(..) | ExprKind::From(..), 3) => {
            let inner = expr.clone();
            expr.kind = ExprKind::Not(Box::new(inner));
            Some("a `not` more")
        }
        _ => None,
    }
}
