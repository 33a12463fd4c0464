//! Walks over the conditions of a declaration, with what an operator must know at each place.

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Capture, Expr, ExprKind, Fold, MessagePart};

use crate::place::{Hop, Owner, asked_where, roots};

/// An expression of a declaration.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub bundle: &'a Bundle,
    /// What stands here.
    pub expr: &'a Expr,
    /// What it stands in, outermost first.
    pub parents: &'a [&'a Expr],
    /// The way to it from its clause.
    pub path: &'a [Hop],
    /// What the rest of the declaration relies on.
    pub relied: &'a Relied,
}

impl<'a> Site<'a> {
    /// Returns what it stands in.
    pub fn parent(&self) -> Option<&'a Expr> {
        // `where` stands in a question, and is no part of it as an operand is.
        match self.path.last() {
            Some(Hop::Child(_)) => self.parents.last().copied(),
            _ => None,
        }
    }

    /// Returns whether other parts of the declaration rely on what a part of it tells: that an optional is there, or a name.
    pub fn is_relied_on(&self, part: &Expr) -> bool {
        self.relied.needs(self.bundle, part)
    }
}

/// Visits every expression of a clause, outermost first. Recurses as deep as expressions are nested.
pub(crate) fn visit<'a>(bundle: &'a Bundle, root: &'a Expr, relied: &Relied, see: &mut dyn FnMut(Site<'_>)) {
    let (mut parents, mut path) = (Vec::new(), Vec::new());
    walk(bundle, root, &mut parents, &mut path, relied, see);
}

fn walk<'a>(bundle: &'a Bundle, expr: &'a Expr, parents: &mut Vec<&'a Expr>, path: &mut Vec<Hop>, relied: &Relied, see: &mut dyn FnMut(Site<'_>)) {
    see(Site { bundle, expr, parents, path, relied });
    parents.push(expr);
    for (n, child) in expr.children().into_iter().enumerate() {
        // What such a condition means was made by the compiler: nobody wrote it.
        if matches!(expr.kind, ExprKind::Whole(..)) && n > 0 {
            continue;
        }
        path.push(Hop::Child(n));
        walk(bundle, child, parents, path, relied, see);
        path.pop();
    }
    for hop in [Hop::Where, Hop::SinceWhere] {
        if let Some(inner) = asked_where(bundle, expr, hop) {
            path.push(hop);
            walk(bundle, inner, parents, path, relied, see);
            path.pop();
        }
    }
    parents.pop();
}

/// What a declaration reads only because something else in it says that it is there: names of `as`, and optionals.
#[derive(Debug, Default)]
pub(crate) struct Relied {
    all: BTreeMap<String, usize>,
}

impl Relied {
    /// Looks through a declaration.
    pub fn of(bundle: &Bundle, owner: Owner) -> Self {
        let mut relied = Self::default();
        let none = Self::default();
        for (_, root) in roots(bundle, owner) {
            visit(bundle, root, &none, &mut |site| relied.read_with_questions(bundle, site.expr));
        }
        if let Owner::Rule(rule) = owner {
            for part in bundle.rules.get(rule).into_iter().flat_map(|rule| &rule.message) {
                if let MessagePart::Value(value) = part {
                    visit(bundle, value, &none, &mut |site| relied.read(site.expr));
                }
            }
        }
        relied
    }

    fn read_with_questions(&mut self, bundle: &Bundle, expr: &Expr) {
        self.read(expr);
        let ExprKind::History(monitor, _) = &expr.kind else { return };
        let Some(monitor) = bundle.monitors.get(*monitor as usize) else { return };
        let mut told: Vec<&Expr> = monitor.pattern.keys.iter().collect();
        told.extend(monitor.since.iter().flat_map(|since| &since.keys));
        match &monitor.fold {
            Fold::Ever | Fold::Count => {}
            Fold::Sum(value) => told.push(value),
            Fold::Latest(captures) => {
                for capture in captures {
                    match capture {
                        Capture::Value(value) => told.push(value),
                        Capture::Record(values) => told.extend(values),
                    }
                }
            }
        }
        for expr in told {
            visit(bundle, expr, &Self::default(), &mut |site| self.read(site.expr));
        }
    }

    fn read(&mut self, expr: &Expr) {
        let key = match &expr.kind {
            ExprKind::Local(local) => local_key(local.0),
            ExprKind::Unwrap(of) => optional_key(of),
            _ => return,
        };
        *self.all.entry(key).or_default() += 1;
    }

    /// Returns whether something outside of a part relies on what it tells.
    fn needs(&self, bundle: &Bundle, part: &Expr) -> bool {
        let mut told = Vec::new();
        let none = Self::default();
        visit(bundle, part, &none, &mut |site| match &site.expr.kind {
            ExprKind::Bind(local, _) => told.push(local_key(local.0)),
            ExprKind::Present(of) => told.push(optional_key(of)),
            ExprKind::HasKey(..) => told.push(String::new()),
            _ => {}
        });
        if told.is_empty() {
            return false;
        }
        let mut inside = Self::default();
        visit(bundle, part, &none, &mut |site| inside.read_with_questions(bundle, site.expr));
        told.iter().any(|key| match key.as_str() {
            // Which key it is about is not told apart.
            "" => self.all.keys().any(|key| key.contains("\"op\":\"index\"")),
            key => self.all.get(key) > inside.all.get(key),
        })
    }
}

fn local_key(local: u32) -> String {
    format!("local {local}")
}

/// Expressions that are written alike are the same: their JSON has no places.
fn optional_key(of: &Expr) -> String {
    serde_json::to_string(of).unwrap_or_default()
}
