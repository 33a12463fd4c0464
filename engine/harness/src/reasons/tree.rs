//! The conditions of a rule as a tree of `and`, `or` and `not` over the conditions that are told as one.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, LocalId, Rule, Type};
use reach_engine::Truth;

/// The index of a condition among those of a step. What is asked twice in the same words has one.
pub type Atom = usize;

/// A set of truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set(u8);

impl Set {
    pub const NONE_AT_ALL: Self = Self(0);
    pub const TRUE: Self = Self(1);
    pub const FALSE: Self = Self(2);
    /// False or no value.
    pub const NOT_TRUE: Self = Self(6);
    /// True or no value.
    pub const NOT_FALSE: Self = Self(5);
    pub const ANY: Self = Self(7);

    pub const fn of(truth: Truth) -> Self {
        match truth {
            Truth::True => Self(1),
            Truth::False => Self(2),
            Truth::None => Self(4),
        }
    }

    pub const fn has(self, truth: Truth) -> bool {
        self.0 & Self::of(truth).0 != 0
    }

    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns what the negations of its values are.
    pub const fn not(self) -> Self {
        Self((self.0 & 4) | ((self.0 & 1) << 1) | ((self.0 & 2) >> 1))
    }
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// A truth that is written down.
    Const(bool),
    /// A condition that is told as one.
    Leaf(Atom),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

impl Tree {
    /// Returns what it comes to. Recurses as deep as expressions are nested, like all that follows.
    pub fn value(&self, of: &dyn Fn(Atom) -> Truth) -> Truth {
        match self {
            Self::Const(true) => Truth::True,
            Self::Const(false) => Truth::False,
            Self::Leaf(atom) => of(*atom),
            Self::Not(inner) => negated(inner.value(of)),
            Self::And(terms) => chain(terms.iter().map(|t| t.value(of)), Truth::False),
            Self::Or(terms) => chain(terms.iter().map(|t| t.value(of)), Truth::True),
        }
    }

    /// Returns what it may come to when of its conditions this is known. Exact where no condition stands in it twice; else it may be less.
    pub fn possible(&self, of: &dyn Fn(Atom) -> Set) -> Set {
        match self {
            Self::Const(true) => Set::TRUE,
            Self::Const(false) => Set::FALSE,
            Self::Leaf(atom) => of(*atom),
            Self::Not(inner) => inner.possible(of).not(),
            Self::And(terms) => combined(terms.iter().map(|t| t.possible(of)), Truth::False),
            Self::Or(terms) => combined(terms.iter().map(|t| t.possible(of).not()), Truth::False).not(),
        }
    }

    /// Adds its conditions, each as often as it stands there.
    pub fn atoms(&self, out: &mut Vec<Atom>) {
        match self {
            Self::Const(_) => {}
            Self::Leaf(atom) => out.push(*atom),
            Self::Not(inner) => inner.atoms(out),
            Self::And(terms) | Self::Or(terms) => terms.iter().for_each(|t| t.atoms(out)),
        }
    }
}

pub const fn negated(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::None => Truth::None,
    }
}

/// Returns what a chain comes to whose terms come to these: `end` if one does, else no value if one has none.
fn chain(terms: impl Iterator<Item = Truth>, end: Truth) -> Truth {
    let mut all = negated(end);
    for term in terms {
        if term == end {
            return end;
        }
        if term == Truth::None {
            all = Truth::None;
        }
    }
    all
}

/// Returns what an `and` may come to whose terms may come to these, each whatever the others do.
fn combined(terms: impl Iterator<Item = Set>, end: Truth) -> Set {
    let (mut some_end, mut all_open, mut all_whole, mut some_none) = (false, true, true, false);
    for term in terms {
        if term == Set::NONE_AT_ALL {
            return Set::NONE_AT_ALL;
        }
        some_end |= term.has(end);
        all_open &= term.has(Truth::None) || term.has(negated(end));
        all_whole &= term.has(negated(end));
        some_none |= term.has(Truth::None);
    }
    let mut out = Set::NONE_AT_ALL;
    if some_end {
        out = out.or(Set::of(end));
    }
    if all_whole {
        out = out.or(Set::of(negated(end)));
    }
    if all_open && some_none {
        out = out.or(Set::of(Truth::None));
    }
    out
}

/// A condition that is told as one, with what is needed to ask it alone.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The condition, as it stands in the rule.
    pub expr: Expr,
    /// The condition with what it reads bound around it.
    pub alone: Expr,
    /// The class through which the rule looks at the step.
    pub class: Option<u32>,
    /// The rules, by index in the bundle, in which it stands.
    pub rules: BTreeSet<usize>,
    /// The conditions that bind what it reads, each of which must be true.
    pub binds: Vec<Atom>,
}

/// A rule that is looked at.
#[derive(Clone, Debug)]
pub struct RuleTree {
    /// Its index in the bundle.
    pub rule: usize,
    /// Its condition.
    pub tree: Tree,
}

/// The rules of a step, and their conditions.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    pub rules: Vec<RuleTree>,
    pub leaves: Vec<Leaf>,
    known: BTreeMap<String, Atom>,
}

/// What is bound where a condition stands.
#[derive(Clone, Default)]
struct Scope {
    bound: Vec<Bound>,
}

#[derive(Clone)]
enum Bound {
    Let(LocalId, Expr),
    /// A condition that binds, with its atom.
    Bind(Expr, Atom),
}

impl Forest {
    /// Takes the rules of a declared step, or those that are looked at where a step is not declared.
    pub fn of(bundle: &Bundle, target: Option<usize>) -> Self {
        let mut forest = Self::default();
        for (number, rule) in bundle.rules.iter().enumerate() {
            let class = match target {
                Some(target) => match rule.targets.iter().find(|t| t.target as usize == target) {
                    Some(found) => found.class,
                    None => continue,
                },
                None if rule.undeclared => None,
                None => continue,
            };
            let tree = forest.condition(number, rule, class);
            forest.rules.push(RuleTree { rule: number, tree });
        }
        forest
    }

    fn condition(&mut self, number: usize, rule: &Rule, class: Option<u32>) -> Tree {
        let mut scope = Scope::default();
        let mut terms = Vec::new();
        if let Some(when) = &rule.when {
            terms.push(self.tree(when, &mut scope, number, class));
        }
        if let Some(unless) = &rule.unless {
            terms.push(Tree::Not(Box::new(self.tree(unless, &mut scope, number, class))));
        }
        match terms.len() {
            0 => Tree::Const(true),
            1 => terms.pop().unwrap_or(Tree::Const(true)),
            _ => Tree::And(terms),
        }
    }

    /// Makes the tree of a condition. What it binds is in the scope afterwards.
    fn tree(&mut self, expr: &Expr, scope: &mut Scope, rule: usize, class: Option<u32>) -> Tree {
        match &expr.kind {
            ExprKind::Const(Const::Bool(truth)) => Tree::Const(*truth),
            ExprKind::And(terms) => Tree::And(terms.iter().map(|t| self.tree(t, scope, rule, class)).collect()),
            ExprKind::Or(terms) => Tree::Or(terms.iter().map(|t| self.tree(t, &mut scope.clone(), rule, class)).collect()),
            // `a not in b` is one condition to its author.
            ExprKind::Not(inner) if inner.span != expr.span => Tree::Not(Box::new(self.tree(inner, &mut scope.clone(), rule, class))),
            ExprKind::Let(local, value, body) if is_chain(body) => {
                scope.bound.push(Bound::Let(*local, (**value).clone()));
                self.tree(body, scope, rule, class)
            }
            ExprKind::Bind(..) => {
                let atom = self.leaf(expr, scope, rule, class);
                scope.bound.push(Bound::Bind(expr.clone(), atom));
                Tree::Leaf(atom)
            }
            _ => Tree::Leaf(self.leaf(expr, scope, rule, class)),
        }
    }

    fn leaf(&mut self, expr: &Expr, scope: &Scope, rule: usize, class: Option<u32>) -> Atom {
        let mut alone = expr.clone();
        let mut binds = Vec::new();
        let mut free = BTreeSet::new();
        locals(expr, &mut free);
        // From the innermost outwards, what is read by what was taken.
        for bound in scope.bound.iter().rev() {
            match bound {
                Bound::Let(local, value) if free.contains(local) => {
                    locals(value, &mut free);
                    let (ty, span) = (alone.ty.clone(), alone.span);
                    alone = Expr { ty, span, kind: ExprKind::Let(*local, Box::new(value.clone()), Box::new(alone)) };
                }
                Bound::Bind(bind, atom) if bind.binder().is_some_and(|local| free.contains(&local)) => {
                    locals(bind, &mut free);
                    binds.push(*atom);
                    let span = alone.span;
                    alone = Expr { ty: Type::Bool, span, kind: ExprKind::And(vec![bind.clone(), alone]) };
                }
                _ => {}
            }
        }
        let key = format!("{class:?} {:?}", reach_analysis::plain(&alone));
        let next = self.leaves.len();
        let atom = *self.known.entry(key).or_insert(next);
        if atom == next {
            self.leaves.push(Leaf { expr: expr.clone(), alone, class, rules: BTreeSet::new(), binds });
        }
        if let Some(leaf) = self.leaves.get_mut(atom) {
            leaf.rules.insert(rule);
        }
        atom
    }
}

/// Returns whether a condition is told in parts.
fn is_chain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) => true,
        ExprKind::Not(inner) => inner.span != expr.span,
        ExprKind::Let(_, _, body) => is_chain(body),
        _ => false,
    }
}

fn locals(expr: &Expr, out: &mut BTreeSet<LocalId>) {
    if let ExprKind::Local(local) = expr.kind {
        out.insert(local);
    }
    expr.children().into_iter().for_each(|child| locals(child, out));
}
