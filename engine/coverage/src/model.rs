//! What there is to cover: the conditions of rules as trees, their comparisons with constants, their questions of the session.
//!
//! A rule is lowered by a walk over its typed expressions, and this is the same walk: conditions have notes in the order in which they
//! begin, comparisons and questions have operations in the order in which they end. So the `n`th of the one is the `n`th of the other, for
//! each variant of the rule. Where their numbers differ, nothing is measured.

use std::collections::HashMap;

use reach_codes::Span;
use reach_compiler::ir::{Bundle, Compare, Const, Effect, Expr, ExprKind, Rule, Runs, Type};
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{NoteKind, RegionId};
use reach_evaluator::op::{Op, QueryId};
use reach_evaluator::value::Place;

use crate::unit;

/// What a bundle has that can be covered.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The rules, as in the bundle.
    pub rules: Vec<RuleModel>,
    /// The conditions, rule by rule, those that others are made of behind these.
    pub conditions: Vec<Condition>,
    /// The comparisons with constants, rule by rule.
    pub boundaries: Vec<Boundary>,
    /// The questions of the session, each place once.
    pub questions: Vec<Question>,
    /// The names of the budgets.
    pub budgets: Vec<Budget>,
    /// The condition of each note, by number.
    notes: Vec<u32>,
    /// The boundary of each operation that has one.
    operations: HashMap<u32, u32>,
    /// Which question stands at a place.
    places: HashMap<(Place, QueryId), u32>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct RuleModel {
    /// Its effect.
    pub effect: Effect,
    /// Whether it is only reported.
    pub advisory: bool,
    /// Its `when`, by index in [`Model::conditions`].
    pub when: Option<usize>,
    /// Its `unless`.
    pub unless: Option<usize>,
}

/// What a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole of a `when`.
    When,
    /// The whole of an `unless`.
    Unless,
    /// A part of another one.
    Term,
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The rule, by its index.
    pub rule: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether it is in `unless`.
    pub unless: bool,
    /// The way to it: the numbers of the parts, outermost first.
    pub path: Vec<usize>,
    /// Where it stands.
    pub span: Span,
    /// The condition that it is a part of.
    pub parent: Option<usize>,
    /// What it is made of.
    pub shape: Shape,
    /// Whether it is about the elements of a list.
    pub element: bool,
    /// Whether it can be told what the rule comes to with another value of it.
    pub traced: bool,
}

/// What a condition is made of, as conditions by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing that is a condition of the same tree.
    Leaf,
    /// A constant.
    Const(bool),
    /// `a and b`.
    And(Vec<usize>),
    /// `a or b`.
    Or(Vec<usize>),
    /// `not a`.
    Not(usize),
    /// `if a then b else c`.
    If(usize, Side, Side),
    /// `all(x in xs: a)` and `c runs only x where a`.
    All(usize),
    /// `any(x in xs: a)` and `c may run x where a`.
    Any(usize),
}

/// A side of an `if`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A condition.
    Condition(usize),
    /// A constant.
    Const(bool),
}

/// A comparison of a number with a constant.
#[derive(Clone, Debug)]
pub struct Boundary {
    /// The rule.
    pub rule: usize,
    /// The condition that it stands in.
    pub condition: usize,
    /// Whether it is in `unless`.
    pub unless: bool,
    /// The way to it.
    pub path: Vec<usize>,
    /// Where it stands.
    pub span: Span,
    /// The type of the numbers.
    pub ty: Type,
    /// The constant.
    pub constant: i128,
    /// Whether it stands on the left.
    pub reversed: bool,
    /// The smallest step from the constant to a neighbour.
    pub unit: i128,
}

/// A question of the session.
#[derive(Clone, Debug)]
pub struct Question {
    /// The rule that asks first.
    pub rule: usize,
    /// The condition that it stands in.
    pub condition: usize,
    /// Where it stands.
    pub span: Span,
    /// Whether it is in `unless`.
    pub unless: bool,
    /// The way to it.
    pub path: Vec<usize>,
    /// Whether it is asked of history; else of labels, rights, or of where a value comes from.
    pub history: bool,
}

/// A budget.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
}

/// The image isn't that of the bundle, or the walks differ, which is a mistake of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlike;

impl Model {
    /// Returns what a bundle has that can be covered, for its image.
    ///
    /// # Errors
    /// When the image is not that of the bundle.
    pub fn of(bundle: &Bundle, image: &VerifiedImage) -> Result<Self, Unlike> {
        let tables = image.image();
        let mut model = Self { notes: vec![u32::MAX; tables.notes()], ..Self::default() };
        // What packs declare is covered by their own tests.
        model.budgets = bundle.own_budgets().iter().map(|budget| Budget { name: budget.name.clone(), span: budget.span }).collect();
        if bundle.rules.len() != tables.rules.len() {
            return Err(Unlike);
        }
        for (number, (rule, row)) in bundle.own_rules().iter().zip(0u32..).enumerate() {
            let first = model.conditions.len();
            let mut walk = Walk { model: &mut model, rule: number, unless: false, bare: 0, element: false, compared: Vec::new(), asked: Vec::new() };
            let (when, unless) = walk.rule(rule);
            let Walk { compared, asked, .. } = walk;
            model.rules.push(RuleModel { effect: rule.effect, advisory: rule.advisory, when, unless });
            trace(&mut model, when);
            trace(&mut model, unless);
            for variant in tables.variants(row) {
                model.place(image, variant.plain, first, &compared, &asked)?;
            }
        }
        Ok(model)
    }

    /// Finds the notes and operations of a variant.
    fn place(&mut self, image: &VerifiedImage, region: RegionId, first: usize, compared: &[Option<u32>], asked: &[Option<Question>]) -> Result<(), Unlike> {
        let tables = image.image();
        let (operation, code) = tables.operations(region).ok_or(Unlike)?;
        let (mut notes, mut comparisons, mut questions) = (Vec::new(), Vec::new(), Vec::new());
        for (op, at) in code.iter().zip(operation..) {
            match op {
                Op::Note { note, .. } if tables.note(*note).is_some_and(|n| n.kind != NoteKind::Operand) => notes.push(note.0),
                Op::Cmp { .. } => comparisons.push(at),
                Op::Ask { query, place, .. } => questions.push((*place, *query)),
                _ => {}
            }
        }
        notes.sort_unstable();
        if notes.len() != self.conditions.len() - first || comparisons.len() != compared.len() || questions.len() != asked.len() {
            return Err(Unlike);
        }
        for (note, condition) in notes.into_iter().zip(first..) {
            *self.notes.get_mut(note as usize).ok_or(Unlike)? = index(condition);
        }
        self.operations.extend(comparisons.into_iter().zip(compared).filter_map(|(at, boundary)| boundary.map(|b| (at, b))));
        for (key, at) in questions.into_iter().zip(asked) {
            let Some(at) = at else { continue };
            let next = index(self.questions.len());
            if *self.places.entry(key).or_insert(next) == next {
                self.questions.push(at.clone());
            }
        }
        Ok(())
    }

    /// Returns the condition of a note.
    pub(crate) fn condition_of(&self, note: reach_evaluator::op::NoteId) -> Option<usize> {
        self.notes.get(note.0 as usize).filter(|at| **at != u32::MAX).map(|at| *at as usize)
    }

    /// Returns the boundary of a comparison.
    pub(crate) fn boundary_of(&self, operation: u32) -> Option<usize> {
        self.operations.get(&operation).map(|at| *at as usize)
    }

    /// Returns the question at a place.
    pub(crate) fn question_of(&self, place: Place, query: QueryId) -> Option<usize> {
        self.places.get(&(place, query)).map(|at| *at as usize)
    }

    /// Returns the conditions of a rule that count, in source order: those that aren't made of others, and `when` and `unless`.
    pub fn counted(&self, rule: usize) -> impl Iterator<Item = usize> {
        let all = self.conditions.iter().enumerate().filter(move |(_, condition)| condition.rule == rule);
        all.filter(|(_, condition)| condition.counts()).map(|(at, _)| at)
    }
}

impl Boundary {
    /// Returns the number below the constant (0), the constant (1) or the number above it (2).
    #[must_use]
    pub const fn number(&self, side: u8) -> Option<i128> {
        match side {
            0 => self.constant.checked_sub(self.unit),
            1 => Some(self.constant),
            _ => self.constant.checked_add(self.unit),
        }
    }

    /// Returns it as policies write it.
    #[must_use]
    pub fn value(&self, side: u8) -> String {
        self.number(side).map_or_else(|| "a value beyond the type".to_owned(), |number| unit::written(&self.ty, number))
    }
}

impl Condition {
    /// Returns whether it is not made of other conditions of the same tree.
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        matches!(self.shape, Shape::Leaf | Shape::All(_) | Shape::Any(_))
    }

    /// Returns whether it must come to true and to false: a leaf, a `when` or an `unless`, unless it is a constant.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.is_leaf() || (!matches!(self.kind, Kind::Term) && !matches!(self.shape, Shape::Const(_)))
    }

    /// Returns whether it must be shown to decide alone.
    #[must_use]
    pub const fn is_independent(&self) -> bool {
        self.is_leaf() && self.traced
    }
}

/// Marks the conditions of a tree.
fn trace(model: &mut Model, root: Option<usize>) {
    let mut open: Vec<usize> = root.into_iter().collect();
    while let Some(at) = open.pop() {
        let Some(condition) = model.conditions.get_mut(at) else { continue };
        condition.traced = true;
        match &condition.shape {
            Shape::Leaf | Shape::Const(_) => {}
            Shape::And(terms) | Shape::Or(terms) => open.extend(terms),
            Shape::Not(of) | Shape::All(of) | Shape::Any(of) => open.push(*of),
            Shape::If(test, yes, no) => {
                open.push(*test);
                open.extend([yes, no].into_iter().filter_map(|side| if let Side::Condition(at) = side { Some(*at) } else { None }));
            }
        }
    }
}

/// A walk over the conditions of a rule. It recurses as deep as expressions are nested.
struct Walk<'m> {
    model: &'m mut Model,
    rule: usize,
    unless: bool,
    /// How many conditions around this were written as one by their author.
    bare: usize,
    element: bool,
    /// Each comparison, with its boundary if it has one.
    compared: Vec<Option<u32>>,
    /// Each question.
    asked: Vec<Option<Question>>,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) -> (Option<usize>, Option<usize>) {
        let when = rule.when.as_ref().map(|when| self.condition(when, Kind::When, None, &[]));
        self.unless = true;
        let unless = rule.unless.as_ref().map(|unless| self.condition(unless, Kind::Unless, None, &[]));
        (when, unless)
    }

    fn condition(&mut self, expr: &Expr, kind: Kind, parent: Option<usize>, path: &[usize]) -> usize {
        if self.bare > 0 {
            let at = parent.unwrap_or_default();
            self.shape(expr, at, path);
            return at;
        }
        let at = self.model.conditions.len();
        self.model.conditions.push(Condition {
            rule: self.rule,
            kind,
            unless: self.unless,
            path: path.to_vec(),
            span: expr.span,
            parent,
            shape: Shape::Leaf,
            element: self.element,
            traced: false,
        });
        let shape = self.shape(expr, at, path);
        if let Some(condition) = self.model.conditions.get_mut(at) {
            condition.shape = shape;
        }
        at
    }

    /// Walks over what a condition computes, and returns what it is made of.
    fn shape(&mut self, expr: &Expr, at: usize, path: &[usize]) -> Shape {
        let below = |part: usize| [path, &[part]].concat();
        match &expr.kind {
            ExprKind::Const(Const::Bool(truth)) => Shape::Const(*truth),
            ExprKind::And(terms) | ExprKind::Or(terms) => {
                let parts = terms.iter().enumerate().map(|(n, term)| self.condition(term, Kind::Term, Some(at), &below(n))).collect();
                if matches!(expr.kind, ExprKind::And(_)) { Shape::And(parts) } else { Shape::Or(parts) }
            }
            // `a not in b` is one condition to its author.
            ExprKind::Not(of) if of.span == expr.span => {
                self.shape(of, at, &below(0));
                Shape::Leaf
            }
            ExprKind::Not(of) => Shape::Not(self.condition(of, Kind::Term, Some(at), &below(0))),
            ExprKind::If(test, yes, no) => {
                let test = self.condition(test, Kind::Term, Some(at), &below(0));
                let yes = self.side(yes, at, &below(1));
                let no = self.side(no, at, &below(2));
                match (yes, no) {
                    (Some(yes), Some(no)) if expr.ty == Type::Bool => Shape::If(test, yes, no),
                    _ => Shape::Leaf,
                }
            }
            ExprKind::Let(_, value, body) => {
                self.shape(value, at, &below(0));
                self.shape(body, at, &below(1))
            }
            ExprKind::Count(_, list, body) | ExprKind::Sum(_, list, body) => {
                self.each(list, body, at, path);
                Shape::Leaf
            }
            ExprKind::All(_, list, body) | ExprKind::RunsWhere(Runs::Only, _, _, list, body) => match self.each(list, body, at, path) {
                Some(Side::Condition(body)) => Shape::All(body),
                _ => Shape::Leaf,
            },
            ExprKind::Any(_, list, body) | ExprKind::RunsWhere(Runs::May, _, _, list, body) => match self.each(list, body, at, path) {
                Some(Side::Condition(body)) => Shape::Any(body),
                _ => Shape::Leaf,
            },
            ExprKind::Whole(subject, meaning) => {
                self.shape(subject, at, &below(0));
                self.bare += 1;
                self.shape(meaning, at, &below(1));
                self.bare -= 1;
                Shape::Leaf
            }
            _ => {
                for (n, part) in expr.children().into_iter().enumerate() {
                    self.shape(part, at, &below(n));
                }
                self.end(expr, at, path);
                Shape::Leaf
            }
        }
    }

    fn each(&mut self, list: &Expr, body: &Expr, at: usize, path: &[usize]) -> Option<Side> {
        self.shape(list, at, &[path, &[0]].concat());
        let outer = std::mem::replace(&mut self.element, true);
        let body = self.side(body, at, &[path, &[1]].concat());
        self.element = outer;
        body
    }

    /// Walks over a side of an `if` or the body of a loop; none where it is no condition.
    fn side(&mut self, expr: &Expr, at: usize, path: &[usize]) -> Option<Side> {
        match &expr.kind {
            ExprKind::Const(Const::Bool(truth)) => Some(Side::Const(*truth)),
            ExprKind::Const(_) => None,
            _ if expr.ty == Type::Bool => Some(Side::Condition(self.condition(expr, Kind::Term, Some(at), path))),
            _ => {
                self.shape(expr, at, path);
                None
            }
        }
    }

    /// Ends an operation.
    fn end(&mut self, expr: &Expr, at: usize, path: &[usize]) {
        match &expr.kind {
            ExprKind::Compare(op, left, right) => {
                let boundary = if self.bare == 0 { self.boundary(expr, *op, left, right, at, path) } else { None };
                self.compared.push(boundary.map(|boundary| {
                    self.model.boundaries.push(boundary);
                    index(self.model.boundaries.len() - 1)
                }));
            }
            ExprKind::History(..) | ExprKind::From(..) | ExprKind::NamedBy(_) | ExprKind::WithinRights(_) | ExprKind::Labelled(_) => {
                let history = matches!(expr.kind, ExprKind::History(..));
                self.asked.push((self.bare == 0).then(|| Question {
                    rule: self.rule,
                    condition: at,
                    span: expr.span,
                    unless: self.unless,
                    path: path.to_vec(),
                    history,
                }));
            }
            _ => {}
        }
    }

    fn boundary(&self, expr: &Expr, op: Compare, left: &Expr, right: &Expr, at: usize, path: &[usize]) -> Option<Boundary> {
        if !matches!(op, Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge) {
            return None;
        }
        let (constant, reversed) = match (&left.kind, &right.kind) {
            (ExprKind::Const(_), ExprKind::Const(_)) => return None,
            (_, ExprKind::Const(Const::Num(k))) => (*k, false),
            (ExprKind::Const(Const::Num(k)), _) => (*k, true),
            _ => return None,
        };
        let unit = unit::of(&left.ty, constant)?;
        Some(Boundary {
            rule: self.rule,
            condition: at,
            unless: self.unless,
            path: path.to_vec(),
            span: expr.span,
            ty: left.ty.clone(),
            constant,
            reversed,
            unit,
        })
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
