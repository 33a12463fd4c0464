//! What is known of each rule so far. Marks only rise: what is so at one step is so.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Expr, ExprKind, Rule};

use super::parts;
use crate::inquiry::Condition;

/// Whether something can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// Proved never to be.
    #[default]
    No,
    /// Not told.
    Unknown,
    /// It can be.
    Yes,
}

/// What a condition can come to where it is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Comes {
    pub t: Tri,
    pub f: Tri,
    pub none: Tri,
}

impl Comes {
    /// Tells whether it is plainly a condition: true and false both.
    pub fn is_settled(&self) -> bool {
        self.t == Tri::Yes && self.f == Tri::Yes
    }
}

/// What is known of a rule at one step.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    /// Whether it ever matches.
    pub matches: Tri,
    /// Whether it is ever among those that decide.
    pub decides: Tri,
    /// Whether a step would be decided otherwise without it.
    pub matters: Tri,
    /// Of a forbid: whether it ever matches where no other one does.
    pub alone: Tri,
    /// The rules that decide instead, where it matches and doesn't decide.
    pub over: Vec<usize>,
    /// The rules that decide alike, where nothing would be decided otherwise without it.
    pub instead: Vec<usize>,
    /// Rules that stood in the way of seeing that it is of use: those that may decide instead.
    pub rivals: Vec<usize>,
}

impl At {
    pub const fn matches(&self) -> Tri {
        self.matches
    }

    pub const fn decides(&self) -> Tri {
        self.decides
    }

    pub const fn matters(&self) -> Tri {
        self.matters
    }

    pub const fn alone(&self) -> Tri {
        self.alone
    }
}

/// What is known of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// Its conditions without parts.
    pub conditions: Vec<Condition>,
    /// What each can come to.
    pub parts: Vec<Comes>,
    /// By step: the index of the declared one; the length of the list for those that aren't declared.
    pub at: BTreeMap<usize, At>,
    /// What tests show of it, at whichever step.
    pub shown: At,
    /// Whether a constant stands where a condition could: a parameter may have put it there.
    pub has_constants: bool,
    /// The steps that it names one by one, where it names several.
    pub named: BTreeSet<usize>,
    /// Why something could not be told.
    pub why: Option<String>,
}

impl Marks {
    /// Begins with nothing known.
    pub fn new(bundle: &Bundle, index: usize, rule: &Rule) -> Self {
        let conditions = parts::of_rule(index, rule);
        let parts = vec![Comes::default(); conditions.len()];
        let has_constants = rule.when.iter().chain(&rule.unless).any(has_constants);
        Self { conditions, parts, at: BTreeMap::new(), shown: At::default(), has_constants, named: named(bundle, rule), why: None }
    }

    /// Tells whether it is plainly of use, with each of its conditions.
    pub fn is_of_use(&self) -> bool {
        [At::matches, At::decides, At::matters, At::alone].into_iter().all(|of| self.most(of) == Tri::Yes) && self.parts.iter().all(Comes::is_settled)
    }

    /// Tells whether something of it is still to be told at a step.
    pub fn is_open_at(&self, step: usize) -> bool {
        let here = !self.named.contains(&step) || self.at.get(&step).is_some_and(|at| at.decides == Tri::Yes);
        !self.is_of_use() || !here
    }

    /// Adds what was found at a step.
    pub fn raise(&mut self, step: usize, at: At, parts: &[Comes], why: Option<String>) {
        let known = self.at.entry(step).or_default();
        *known = At {
            matches: known.matches.max(at.matches),
            decides: known.decides.max(at.decides),
            matters: known.matters.max(at.matters),
            alone: known.alone.max(at.alone),
            over: at.over,
            instead: at.instead,
            rivals: known.rivals.iter().chain(&at.rivals).copied().collect(),
        };
        self.raise_parts(parts);
        self.why = self.why.take().or(why);
    }

    fn raise_parts(&mut self, parts: &[Comes]) {
        for (known, found) in self.parts.iter_mut().zip(parts) {
            *known = Comes { t: known.t.max(found.t), f: known.f.max(found.f), none: known.none.max(found.none) };
        }
    }

    /// Adds what a test shows.
    pub fn show(&mut self, at: At, parts: &[Comes]) {
        let known = &mut self.shown;
        known.matches = known.matches.max(at.matches);
        known.decides = known.decides.max(at.decides);
        known.matters = known.matters.max(at.matters);
        known.alone = known.alone.max(at.alone);
        self.raise_parts(parts);
    }

    /// Returns whether it ever matches, and so on: the most of all steps.
    pub fn most(&self, of: fn(&At) -> Tri) -> Tri {
        self.at.values().chain([&self.shown]).map(of).max().unwrap_or_default()
    }
}

/// Tells whether a truth value stands as a condition.
fn has_constants(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(_) => true,
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => expr.children().into_iter().any(has_constants),
        _ => false,
    }
}

/// Returns the steps that a rule names one by one, where it names several.
fn named(bundle: &Bundle, rule: &Rule) -> BTreeSet<usize> {
    if rule.targets.len() < 2 || rule.advisory {
        return BTreeSet::new();
    }
    let all = bundle.sources.text(rule.span);
    let from = usize::try_from(rule.name_span.end.saturating_sub(rule.span.start)).unwrap_or(usize::MAX);
    let ends = rule.when.iter().chain(&rule.unless).filter(|e| e.span.file == rule.span.file && e.span.start > rule.name_span.end);
    let to = ends.map(|e| e.span.start).min().map_or(all.len(), |end| usize::try_from(end.saturating_sub(rule.span.start)).unwrap_or(usize::MAX));
    let words: BTreeSet<&str> = all.get(from..to).unwrap_or_default().split([' ', ',', '\n', '\t', '"', '\r']).collect();
    let targets = rule.targets.iter().filter(|t| t.class.is_none()).map(|t| t.target as usize);
    targets.filter(|t| bundle.targets.get(*t).is_some_and(|target| words.contains(target.name.as_str()))).collect()
}
