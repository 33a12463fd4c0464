//! What a policy names: the constants that it compares values with, by the place of the value, and of each type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_compiler::ir::{Const, Expr, ExprKind, Pattern, Type};

use super::number;
use super::place::{Bound, Place, View, bare};

/// How many constants are kept of one place and of one type: a set of a million members is as well shown by some.
const MOST: usize = 400;

/// The constants that some conditions name.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    /// By the place that is compared with them: as values of its type.
    pub by_place: BTreeMap<Place, Named>,
    /// All texts, whatever they are compared with.
    pub texts: BTreeSet<String>,
    /// All numbers, by type.
    pub numbers: BTreeMap<Type, BTreeSet<i128>>,
    /// Ids of entities that some test tells of, by type.
    pub ids: BTreeMap<Arc<str>, Vec<String>>,
}

/// What a value is compared with.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub numbers: BTreeSet<i128>,
    pub texts: BTreeSet<String>,
    pub patterns: BTreeSet<Pattern>,
    /// Lengths of texts and lists.
    pub lengths: BTreeSet<i128>,
}

impl Constants {
    /// Adds what a condition names, as a step sees it. Recurses over the expression, which the compiler bounds.
    pub fn add<'b>(&mut self, view: &mut View<'b>, expr: &'b Expr) {
        match &expr.kind {
            ExprKind::Const(value) => self.add_loose(&expr.ty, value),
            ExprKind::Let(id, value, _) | ExprKind::Bind(id, value) => {
                view.locals.insert(*id, Bound::Expr(value));
            }
            ExprKind::All(id, list, _) | ExprKind::Any(id, list, _) | ExprKind::Count(id, list, _) | ExprKind::Sum(id, list, _) => {
                if let Some(mut place) = view.place(list) {
                    place.ways.push(super::place::Way::Item);
                    view.locals.insert(*id, Bound::Element(place));
                }
            }
            ExprKind::Compare(_, a, b) => {
                self.add_pair(view, a, b);
                self.add_pair(view, b, a);
            }
            ExprKind::In(a, b) | ExprKind::Under(a, b) | ExprKind::Within(a, b) | ExprKind::Contains(a, b) | ExprKind::Else(a, b) => {
                self.add_pair(view, a, b);
                self.add_pair(view, b, a);
            }
            ExprKind::Matches(a, pattern) => {
                if let Some(place) = view.place(a) {
                    keep(&mut self.named(place).patterns, pattern.clone());
                }
            }
            ExprKind::Detect(a, detector) => {
                let text = super::texts::found_by(*detector).to_owned();
                if let Some(place) = view.place(a) {
                    keep(&mut self.named(place).texts, text);
                }
            }
            ExprKind::Runs(_, a, patterns) => {
                if let Some(place) = view.place(a) {
                    self.named(place).add_texts(patterns.iter().map(|words| words.join(" ")));
                }
            }
            ExprKind::RunsWhere(_, _, _, a, body) => {
                let mut inner = Self::default();
                inner.add(view, body);
                if let Some(place) = view.place(a) {
                    let lines = super::said::lines_of(body);
                    self.named(place).add_texts(inner.texts.into_iter().chain(lines));
                }
            }
            ExprKind::Query(_, a, tables) => {
                if let Some(place) = view.place(a) {
                    self.named(place).add_texts(tables.iter().cloned());
                }
            }
            ExprKind::Slot(reach_compiler::ir::SlotRef::Arg(name)) => {
                // What a class makes of the tool's own arguments may name constants too.
                if let Some(value) = view.class_value(name) {
                    let class = view.class.take();
                    self.add(view, value);
                    view.class = class;
                }
            }
            _ => {}
        }
        for child in expr.children() {
            self.add(view, child);
        }
    }

    fn named(&mut self, place: Place) -> &mut Named {
        self.by_place.entry(place).or_default()
    }

    /// Adds what one side of a comparison is, if that is constant, to the place that the other one reads.
    fn add_pair<'b>(&mut self, view: &View<'b>, side: &'b Expr, other: &'b Expr) {
        let ExprKind::Const(value) = &other.kind else { return };
        if let ExprKind::Length(of) = &side.kind {
            if let (Some(place), Const::Num(n)) = (view.place(of), value) {
                keep(&mut self.named(place).lengths, *n);
            }
            return;
        }
        let Some(place) = linear(view, side) else { return };
        self.named(place).add(value);
    }

    pub fn add_loose(&mut self, ty: &Type, value: &Const) {
        match value {
            Const::Num(n) if number::is_number(ty) => {
                let numbers = self.numbers.entry(bare(ty).clone()).or_default();
                keep(numbers, *n);
            }
            Const::Text(text) => keep(&mut self.texts, text.to_string()),
            Const::List(items) => {
                let of = match bare(ty) {
                    Type::List(of) | Type::Set(of) => of.as_ref(),
                    _ => &Type::Any,
                };
                items.iter().take(MOST).for_each(|item| self.add_loose(of, item));
            }
            Const::Record(items) => items.iter().take(MOST).for_each(|item| self.add_loose(&Type::Any, item)),
            _ => {}
        }
    }
}

/// Returns the place that a side of a comparison is about: alone, or with something added.
fn linear<'b>(view: &View<'b>, expr: &'b Expr) -> Option<Place> {
    match &expr.kind {
        ExprKind::Arith(_, a, b) => linear(view, a).or_else(|| linear(view, b)),
        ExprKind::Unary(_, a) => linear(view, a),
        _ => view.place(expr),
    }
}

impl Named {
    fn add(&mut self, value: &Const) {
        match value {
            Const::Num(n) => keep(&mut self.numbers, *n),
            Const::Text(text) => keep(&mut self.texts, text.to_string()),
            Const::List(items) => items.iter().take(MOST).for_each(|item| self.add(item)),
            _ => {}
        }
    }

    fn add_texts(&mut self, texts: impl Iterator<Item = String>) {
        texts.take(MOST).for_each(|text| keep(&mut self.texts, text));
    }
}

/// Keeps a constant, as long as there is room.
fn keep<T: Ord>(kept: &mut BTreeSet<T>, one: T) {
    if kept.len() < MOST {
        kept.insert(one);
    }
}
