//! What a step shows of the rules that look at it, by walking the typed IR: the reference of coverage.
//!
//! Each condition that is computed becomes a part of a tree. Whether it tells is tried: the rule is worked out again from what the tree
//! holds, with this one condition turned round.

use std::collections::BTreeMap;

use reach_compiler::ir::{self, Compare, Const, Expr, ExprKind, Type};

use super::decide::{KINDS, OracleDecision};
use super::eval::Scope;
use super::json::Json;
use super::session::Oracle;
use super::value::Val;
use super::{Effect, Outcome};

/// A condition of a rule: whether it is in `unless`, and the way to it.
pub type Key = (bool, Vec<usize>);

/// What a step shows of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The rule, by its index.
    pub rule: usize,
    /// Whether it matches.
    pub matched: bool,
    /// Whether it is among those that decide.
    pub decided: bool,
    /// Each condition that was computed, what it came to, and whether its opposite would change whether the rule matches.
    pub conditions: Vec<(Key, Option<bool>, bool)>,
    /// The numbers that were compared with constants.
    pub compared: Vec<(Key, i128)>,
}

/// A condition that was computed.
struct Tree {
    number: usize,
    key: Key,
    value: Option<bool>,
    made: Made,
    /// Conditions in what it computes, of which nothing can be followed.
    beside: Vec<Tree>,
}

enum Made {
    Leaf,
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    If { test: Box<Tree>, yes: Side, no: Side },
}

enum Side {
    Constant(bool),
    Taken(Box<Tree>),
    NotTaken,
}

struct Walk<'s> {
    scope: Scope<'s>,
    unless: bool,
    next: usize,
    compared: Vec<(Key, i128)>,
}

impl<'b> Oracle<'b> {
    /// Takes an event, and returns what it shows of each rule that was looked at.
    pub fn shows(&mut self, line: &str) -> Vec<Shown> {
        let mut shown = self.trial(line).unwrap_or_default();
        let Some(decision) = self.event(line) else { return shown };
        for one in &mut shown {
            one.decided = one.matched && decides(&self.bundle.rules[one.rule], &decision);
        }
        shown
    }

    fn trial(&self, line: &str) -> Option<Vec<Shown>> {
        let json = Json::read(line)?;
        let word = json.get("type")?.text()?;
        let (_, kind) = KINDS.iter().find(|(w, _)| *w == word)?;
        let step = self.take_in(*kind, &json, None).ok()?;
        let declared = step.target.is_some();
        let mut all = Vec::new();
        let mut silent = true;
        for otherwise in [false, true] {
            if otherwise && !(silent && declared) {
                continue;
            }
            for answer in self.answers(&step) {
                let rule = answer.rule;
                if (rule.effect == ir::Effect::OtherwiseAsk && !rule.advisory) != otherwise {
                    continue;
                }
                let number = self.bundle.rules.iter().position(|r| std::ptr::eq(r, rule))?;
                let past = self.asking(&step);
                let scope = self.scope(&answer.args, &step, None, &past);
                let mut walk = Walk { scope, unless: false, next: 0, compared: Vec::new() };
                let when = rule.when.as_ref().map(|when| walk.condition(when, &[]));
                walk.unless = true;
                let reached = when.as_ref().is_none_or(|when| when.value != Some(false));
                let unless = rule.unless.as_ref().filter(|_| reached).map(|unless| walk.condition(unless, &[]));
                let come_to = |turned| {
                    let when = when.as_ref().map_or(Some(true), |tree| again(tree, turned));
                    let unless = unless.as_ref().map_or(Some(false), |tree| again(tree, turned));
                    fold(false, [when, unless.map(|u| !u)].into_iter())
                };
                let value = come_to(usize::MAX);
                assert_eq!(value, known(&answer.condition), "the tree comes to what the rule comes to");
                let matches =
                    |value| if matches!(rule.effect, ir::Effect::Permit | ir::Effect::OtherwiseAsk) { value == Some(true) } else { value != Some(false) };
                silent &= rule.advisory
                    || (rule.effect != ir::Effect::Forbid || value == Some(false))
                        && (!matches!(rule.effect, ir::Effect::Permit | ir::Effect::Ask) || value != Some(true));
                let mut conditions = Vec::new();
                for tree in when.iter().chain(&unless) {
                    told(tree, true, &mut |tree, traced| {
                        let tells = traced && tree.value.is_some() && matches(come_to(tree.number)) != matches(value);
                        conditions.push((tree.key.clone(), tree.value, tells));
                    });
                }
                all.push(Shown { rule: number, matched: matches(value), decided: false, conditions, compared: walk.compared });
            }
        }
        Some(all)
    }
}

/// Returns whether a rule that matches is among those that decide.
fn decides(rule: &ir::Rule, decision: &OracleDecision) -> bool {
    let by = decision.rules.iter().any(|hit| hit.span == Some(rule.name_span));
    let by_rules = decision.rules.iter().any(|hit| hit.span.is_some());
    rule.advisory || by || (rule.effect == ir::Effect::Oblige && by_rules && decision.effect != Effect::Forbid)
}

fn known(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Ok(Val::Bool(truth)) => Some(*truth),
        Ok(other) => panic!("a condition is {other:?}"),
        Err(_) => None,
    }
}

/// Folds terms: `decisive` wins, else no value.
fn fold(decisive: bool, terms: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let terms: Vec<Option<bool>> = terms.collect();
    match terms.contains(&Some(decisive)) {
        true => Some(decisive),
        false if terms.contains(&None) => None,
        false => Some(!decisive),
    }
}

/// Works a condition out from what it is made of, with one turned round.
fn again(tree: &Tree, turned: usize) -> Option<bool> {
    let value = match &tree.made {
        Made::Leaf => tree.value,
        Made::And(terms) => fold(false, terms.iter().map(|term| again(term, turned))),
        Made::Or(terms) => fold(true, terms.iter().map(|term| again(term, turned))),
        Made::Not(of) => again(of, turned).map(|truth| !truth),
        Made::If { test, yes, no } => again(test, turned).and_then(|truth| match if truth { yes } else { no } {
            Side::Constant(truth) => Some(*truth),
            Side::Taken(side) => again(side, turned),
            Side::NotTaken => tree.value.map(|truth| !truth),
        }),
    };
    if tree.number == turned { tree.value.map(|truth| !truth) } else { value }
}

/// Tells of each condition of a tree.
fn told(tree: &Tree, traced: bool, tell: &mut dyn FnMut(&Tree, bool)) {
    tell(tree, traced);
    tree.beside.iter().for_each(|tree| told(tree, false, tell));
    match &tree.made {
        Made::Leaf => {}
        Made::And(terms) | Made::Or(terms) => terms.iter().for_each(|term| told(term, traced, tell)),
        Made::Not(of) => told(of, traced, tell),
        Made::If { test, yes, no } => {
            told(test, traced, tell);
            for side in [yes, no] {
                if let Side::Taken(side) = side {
                    told(side, traced, tell);
                }
            }
        }
    }
}

impl Walk<'_> {
    fn condition(&mut self, expr: &Expr, path: &[usize]) -> Tree {
        let number = self.next;
        self.next += 1;
        let mut beside = Vec::new();
        let (made, value) = self.made(expr, path, &mut beside);
        Tree { number, key: (self.unless, path.to_vec()), value, made, beside }
    }

    fn made(&mut self, expr: &Expr, path: &[usize], beside: &mut Vec<Tree>) -> (Made, Option<bool>) {
        match &expr.kind {
            ExprKind::And(terms) | ExprKind::Or(terms) => {
                let decisive = matches!(expr.kind, ExprKind::Or(_));
                let mut computed = Vec::new();
                for (number, term) in terms.iter().enumerate() {
                    computed.push(self.condition(term, &below(path, number)));
                    if computed.last().is_some_and(|term| term.value == Some(decisive)) {
                        break;
                    }
                }
                let value = fold(decisive, computed.iter().map(|term| term.value));
                (if decisive { Made::Or(computed) } else { Made::And(computed) }, value)
            }
            ExprKind::Not(of) if of.span != expr.span => {
                let of = self.condition(of, &below(path, 0));
                let value = of.value.map(|truth| !truth);
                (Made::Not(Box::new(of)), value)
            }
            ExprKind::If(test, yes, no) => {
                let test = self.condition(test, &below(path, 0));
                let mut value = None;
                let mut side = |walk: &mut Self, at: usize, expr: &Expr| match &expr.kind {
                    ExprKind::Const(Const::Bool(truth)) => {
                        if test.value == Some(at == 1) {
                            value = Some(*truth);
                        }
                        Side::Constant(*truth)
                    }
                    _ if test.value == Some(at == 1) => {
                        let taken = walk.condition(expr, &below(path, at));
                        value = taken.value;
                        Side::Taken(Box::new(taken))
                    }
                    _ => Side::NotTaken,
                };
                let (yes, no) = (side(self, 1, yes), side(self, 2, no));
                (Made::If { test: Box::new(test), yes, no }, value)
            }
            ExprKind::All(id, list, body) | ExprKind::Any(id, list, body) if !matches!(body.kind, ExprKind::Const(_)) => {
                self.inside(list, &below(path, 0), beside);
                let decisive = matches!(expr.kind, ExprKind::Any(..));
                let Ok(list) = self.scope.eval(list) else { return (Made::Leaf, None) };
                let mut rounds = Vec::new();
                for element in elements(list) {
                    self.scope.locals.insert(*id, Ok(element));
                    rounds.push(self.condition(body, &below(path, 1)));
                    if rounds.last().is_some_and(|round| round.value == Some(decisive)) {
                        break;
                    }
                }
                let value = fold(decisive, rounds.iter().map(|round| round.value));
                (if decisive { Made::Or(rounds) } else { Made::And(rounds) }, value)
            }
            _ => {
                self.inside(expr, path, beside);
                (Made::Leaf, known(&self.scope.eval(expr)))
            }
        }
    }

    /// Finds conditions and comparisons in what is computed.
    fn inside(&mut self, expr: &Expr, path: &[usize], beside: &mut Vec<Tree>) {
        match &expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::All(..) | ExprKind::Any(..) => match self.made(expr, path, beside).0 {
                Made::And(terms) | Made::Or(terms) => beside.extend(terms),
                _ => {}
            },
            ExprKind::Not(of) if of.span != expr.span => {
                let of = self.condition(of, &below(path, 0));
                beside.push(of);
            }
            ExprKind::Count(id, list, body) | ExprKind::Sum(id, list, body) => {
                self.inside(list, &below(path, 0), beside);
                let Ok(list) = self.scope.eval(list) else { return };
                for element in elements(list) {
                    self.scope.locals.insert(*id, Ok(element));
                    self.side(body, &below(path, 1), beside);
                }
            }
            ExprKind::If(test, yes, no) => {
                let test = self.condition(test, &below(path, 0));
                let value = test.value;
                beside.push(test);
                match value {
                    Some(true) => self.side(yes, &below(path, 1), beside),
                    Some(false) => self.side(no, &below(path, 2), beside),
                    None => {}
                }
            }
            ExprKind::Else(value, default) => {
                self.inside(value, &below(path, 0), beside);
                if self.scope.eval(value) == Ok(Val::Absent) {
                    self.inside(default, &below(path, 1), beside);
                }
            }
            _ => {
                for (number, part) in expr.children().into_iter().enumerate() {
                    self.inside(part, &below(path, number), beside);
                }
                if let Some((value, other)) = compared(expr)
                    && let (Ok(Val::Num(number)), Ok(_)) = (self.scope.eval(value), self.scope.eval(other))
                {
                    self.compared.push(((self.unless, path.to_vec()), number));
                }
            }
        }
    }

    fn side(&mut self, expr: &Expr, path: &[usize], beside: &mut Vec<Tree>) {
        if expr.ty == Type::Bool && !matches!(expr.kind, ExprKind::Const(_)) {
            let side = self.condition(expr, path);
            beside.push(side);
        } else {
            self.inside(expr, path, beside);
        }
    }
}

/// Returns the side of a comparison of order that isn't constant, and the one that is.
pub fn compared(expr: &Expr) -> Option<(&Expr, &Expr)> {
    let ExprKind::Compare(Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge, a, b) = &expr.kind else { return None };
    if !matches!(a.ty, Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration) {
        return None;
    }
    match (&a.kind, &b.kind) {
        (ExprKind::Const(_), ExprKind::Const(_)) => None,
        (_, ExprKind::Const(_)) => Some((a, b)),
        (ExprKind::Const(_), _) => Some((b, a)),
        _ => None,
    }
}

/// Returns all conditions that count of a rule: its `when` and `unless`, and what they are made of that isn't made of others.
pub fn counted(rule: &ir::Rule) -> BTreeMap<Key, bool> {
    let mut all = BTreeMap::new();
    for (unless, expr) in [(false, &rule.when), (true, &rule.unless)] {
        if let Some(expr) = expr {
            conditions(expr, unless, &[], &mut all);
            if !matches!(expr.kind, ExprKind::Const(_)) {
                all.entry((unless, Vec::new())).or_insert(false);
            }
        }
    }
    all
}

/// Finds the leaves of a condition: whether they decide something that can be followed.
fn conditions(expr: &Expr, unless: bool, path: &[usize], all: &mut BTreeMap<Key, bool>) {
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => {
            terms.iter().enumerate().for_each(|(number, term)| conditions(term, unless, &below(path, number), all));
        }
        ExprKind::Not(of) if of.span != expr.span => conditions(of, unless, &below(path, 0), all),
        ExprKind::If(test, yes, no) => {
            for (number, part) in [test, yes, no].into_iter().enumerate() {
                if number == 0 || !matches!(part.kind, ExprKind::Const(_)) {
                    conditions(part, unless, &below(path, number), all);
                }
            }
        }
        ExprKind::Const(_) => {}
        ExprKind::All(_, list, body) | ExprKind::Any(_, list, body) => {
            all.insert((unless, path.to_vec()), true);
            within(list, unless, &below(path, 0), all);
            if !matches!(body.kind, ExprKind::Const(_)) {
                conditions(body, unless, &below(path, 1), all);
            }
        }
        _ => {
            all.insert((unless, path.to_vec()), true);
            within(expr, unless, path, all);
        }
    }
}

/// Finds the leaves of conditions in what is computed.
fn within(expr: &Expr, unless: bool, path: &[usize], all: &mut BTreeMap<Key, bool>) {
    let mut beside = BTreeMap::new();
    let mut condition = |part: &Expr, path: &[usize]| {
        if part.ty == Type::Bool && !matches!(part.kind, ExprKind::Const(_)) {
            conditions(part, unless, path, &mut beside);
        } else {
            within(part, unless, path, &mut beside);
        }
    };
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => terms.iter().enumerate().for_each(|(number, term)| condition(term, &below(path, number))),
        ExprKind::Not(of) if of.span != expr.span => condition(of, &below(path, 0)),
        ExprKind::If(test, yes, no) => [test, yes, no].into_iter().enumerate().for_each(|(number, part)| condition(part, &below(path, number))),
        ExprKind::Count(_, list, body) | ExprKind::Sum(_, list, body) | ExprKind::All(_, list, body) | ExprKind::Any(_, list, body) => {
            within(list, unless, &below(path, 0), all);
            condition(body, &below(path, 1));
        }
        _ => expr.children().into_iter().enumerate().for_each(|(number, part)| within(part, unless, &below(path, number), all)),
    }
    all.extend(beside.into_keys().map(|key| (key, false)));
}

fn below(path: &[usize], number: usize) -> Vec<usize> {
    [path, &[number]].concat()
}

fn elements(list: Val) -> Vec<Val> {
    match list {
        Val::List(elements) => elements,
        Val::Absent => Vec::new(),
        other => panic!("elements of {other:?}"),
    }
}
