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
    /// The first decides which of the others it is; without a value there is none.
    If(Box<[Tree; 3]>),
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
            Self::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                match test.value(of) {
                    Truth::True => yes.value(of),
                    Truth::False => no.value(of),
                    Truth::None => Truth::None,
                }
            }
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
            Self::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                let test = test.possible(of);
                let part = |truth: Truth, of: Set| if test.has(truth) { of } else { Set::NONE_AT_ALL };
                part(Truth::True, yes.possible(of)).or(part(Truth::False, no.possible(of))).or(part(Truth::None, Set::of(Truth::None)))
            }
        }
    }

    /// Adds its conditions, each as often as it stands there.
    pub fn atoms(&self, out: &mut Vec<Atom>) {
        match self {
            Self::Const(_) => {}
            Self::Leaf(atom) => out.push(*atom),
            Self::Not(inner) => inner.atoms(out),
            Self::And(terms) | Self::Or(terms) => terms.iter().for_each(|t| t.atoms(out)),
            Self::If(parts) => parts.iter().for_each(|t| t.atoms(out)),
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

/// A condition where it stands in a rule, with what is needed to ask it alone.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Which it is. What is asked twice is one, in whatever words.
    pub atom: Atom,
    /// Whether it says the opposite of what the atom says.
    pub negated: bool,
    /// The rule, by its position among those of the step.
    pub rule: usize,
    /// The condition, as it stands in the rule.
    pub expr: Expr,
    /// The condition with what it reads bound around it.
    pub alone: Expr,
    /// The class through which the rule looks at the step.
    pub class: Option<u32>,
    /// How many conditions stand before it in `alone` that bind what it reads, each of which must be true.
    pub binds: usize,
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
    /// Of each atom, the first condition that it is, and whether that says the opposite.
    pub atoms: Vec<(usize, bool)>,
    known: BTreeMap<String, Atom>,
}

/// Where a condition stands.
#[derive(Clone)]
struct Place {
    rule: usize,
    class: Option<u32>,
    bound: Vec<Bound>,
}

/// What is bound there.
#[derive(Clone)]
enum Bound {
    Let(LocalId, Expr),
    /// A condition that binds.
    Bind(Expr),
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
            let tree = forest.condition(rule, class);
            forest.rules.push(RuleTree { rule: number, tree });
        }
        forest
    }

    fn condition(&mut self, rule: &Rule, class: Option<u32>) -> Tree {
        let mut place = Place { rule: self.rules.len(), class, bound: Vec::new() };
        let mut terms = Vec::new();
        if let Some(when) = &rule.when {
            terms.push(self.tree(when, &mut place));
        }
        if let Some(unless) = &rule.unless {
            terms.push(Tree::Not(Box::new(self.tree(unless, &mut place))));
        }
        match terms.len() {
            0 => Tree::Const(true),
            1 => terms.pop().unwrap_or(Tree::Const(true)),
            _ => Tree::And(terms),
        }
    }

    /// Makes the tree of a condition. What it binds is in the place afterwards.
    fn tree(&mut self, expr: &Expr, place: &mut Place) -> Tree {
        match &expr.kind {
            ExprKind::Const(Const::Bool(truth)) => Tree::Const(*truth),
            ExprKind::And(terms) => Tree::And(terms.iter().map(|t| self.tree(t, place)).collect()),
            ExprKind::Or(terms) => Tree::Or(terms.iter().map(|t| self.tree(t, &mut place.clone())).collect()),
            // `a not in b` is one condition to its author.
            ExprKind::Not(inner) if inner.span != expr.span => Tree::Not(Box::new(self.tree(inner, &mut place.clone()))),
            ExprKind::If(test, yes, no) => {
                let test = self.tree(test, &mut place.clone());
                let yes = self.tree(yes, &mut place.clone());
                Tree::If(Box::new([test, yes, self.tree(no, &mut place.clone())]))
            }
            ExprKind::Let(local, value, body) if is_told_in_parts(body) => {
                place.bound.push(Bound::Let(*local, (**value).clone()));
                self.tree(body, place)
            }
            ExprKind::Bind(..) => {
                let leaf = self.leaf(expr, place);
                place.bound.push(Bound::Bind(expr.clone()));
                leaf
            }
            _ => self.leaf(expr, place),
        }
    }

    fn leaf(&mut self, expr: &Expr, place: &Place) -> Tree {
        let mut alone = expr.clone();
        let mut binds = 0;
        let mut free = BTreeSet::new();
        locals(expr, &mut free);
        // From the innermost outwards, what is read by what was taken.
        for bound in place.bound.iter().rev() {
            match bound {
                Bound::Let(local, value) if free.contains(local) => {
                    locals(value, &mut free);
                    let (ty, span) = (alone.ty.clone(), alone.span);
                    alone = Expr { ty, span, kind: ExprKind::Let(*local, Box::new(value.clone()), Box::new(alone)) };
                }
                Bound::Bind(bind) if bind.binder().is_some_and(|local| free.contains(&local)) => {
                    locals(bind, &mut free);
                    binds += 1;
                    let span = alone.span;
                    alone = Expr { ty: Type::Bool, span, kind: ExprKind::And(vec![bind.clone(), alone]) };
                }
                _ => {}
            }
        }
        let (key, negated) = key(&alone, place.class, binds);
        let next = self.atoms.len();
        let atom = *self.known.entry(key).or_insert(next);
        if atom == next {
            self.atoms.push((self.leaves.len(), negated));
        }
        self.leaves.push(Leaf { atom, negated, rule: place.rule, expr: expr.clone(), alone, class: place.class, binds });
        let leaf = Tree::Leaf(atom);
        if negated { Tree::Not(Box::new(leaf)) } else { leaf }
    }
}

/// Returns what a condition is known by, the same for its opposite, and whether it is that.
fn key(alone: &Expr, class: Option<u32>, binds: usize) -> (String, bool) {
    let written = |expr: &Expr| format!("{class:?} {:?}", reach_analysis::plain(expr));
    let own = written(alone);
    if binds > 0 {
        // With what binds around it, it has no opposite of the same form.
        return (own, false);
    }
    let opposite = written(&Expr { kind: ExprKind::Not(Box::new(alone.clone())), ..alone.clone() });
    if opposite < own { (opposite, true) } else { (own, false) }
}

/// Returns whether a condition is told in parts.
fn is_told_in_parts(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::If(..) => true,
        ExprKind::Not(inner) => inner.span != expr.span,
        ExprKind::Let(_, _, body) => is_told_in_parts(body),
        _ => false,
    }
}

fn locals(expr: &Expr, out: &mut BTreeSet<LocalId>) {
    if let ExprKind::Local(local) = expr.kind {
        out.insert(local);
    }
    expr.children().into_iter().for_each(|child| locals(child, out));
}
