//! Rules that are kept from an earlier check of the same bundle.

use std::sync::atomic::{AtomicUsize, Ordering};

use reach_codes::FileId;
use reach_grammar::ast::{self, TargetKind};

use super::Checker;
use super::ahead::Ahead;
use super::rules::RuleDecl;
use crate::ir::{Expr, ExprKind, MessagePart, Obligation, Rule, RuleTarget};
use crate::maps::HashMap;

/// What checking something took of what all share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) fuel: u64,
    pub(super) inlined: usize,
}

/// What is known of checking a rule that left no other trace than the rule itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    spent: Spent,
    /// The other files of which it has places, as of a constant's value.
    elsewhere: Vec<FileId>,
}

impl Kept {
    /// Returns the other files of which the rule has places: they must be what they were.
    pub(crate) fn elsewhere(&self) -> &[FileId] {
        &self.elsewhere
    }
}

/// Rules that come to what they came to before, by the place of their declaration.
#[derive(Debug, Default)]
pub(crate) struct Reuse {
    rules: HashMap<(FileId, u32), (Rule, Kept)>,
    /// Whether there is to be a next check, which wants to know of this one.
    wanted: bool,
    /// How many rules were taken from here.
    pub(super) taken: usize,
}

impl Reuse {
    pub(crate) fn of(rules: HashMap<(FileId, u32), (Rule, Kept)>) -> Self {
        Self { rules, wanted: true, taken: 0 }
    }

    /// Nothing is known, and the next check wants to know if it did before.
    pub(super) fn anew(&self) -> Self {
        Self { wanted: self.wanted, ..Self::default() }
    }

    /// Nothing is known, and the next check wants to know.
    pub(crate) fn none_yet() -> Self {
        Self { wanted: true, ..Self::default() }
    }
}

/// What a checker has at some moment that checking a step or rule may change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Trace {
    diagnostics: usize,
    locals: u32,
    monitors: usize,
    origins: usize,
    lost: bool,
    comparisons: usize,
}

impl<'a> Checker<'a> {
    /// Returns whether something was taken that was not checked in its turn, and now all together have met a limit: it must be found out which
    /// of them meets it.
    pub(super) fn exhausted(&self) -> bool {
        (self.reuse.taken > 0 || self.taken_ahead) && (self.fold_fuel == 0 || self.inlined > self.bounds.inlined)
    }

    /// Checks rules ahead of their turn, but for those that are known.
    pub(super) fn rules_ahead(&mut self, decls: &[RuleDecl<'a>]) -> Ahead<Rule> {
        let known = std::mem::take(&mut self.reuse.rules);
        let (pairs, most) = (AtomicUsize::new(0), self.bounds.rule_targets);
        let ahead = self.ahead(decls, |checker, decl| {
            // Beyond the limit rules aren't kept: together they could take any amount of memory.
            if known.contains_key(&place(decl)) || pairs.load(Ordering::Relaxed) > most {
                return None;
            }
            let rule = checker.in_space(decl.space, |checker| checker.check_rule(decl));
            pairs.fetch_add(rule.targets.len(), Ordering::Relaxed);
            Some(rule)
        });
        self.reuse.rules = known;
        ahead
    }

    /// Checks a rule, or takes it as it was, unless that was done ahead of its turn: then this is what it took.
    pub(super) fn check_or_take(&mut self, decl: &RuleDecl<'a>, outcome: &mut Option<Rule>, ahead: Spent) {
        if let Some((rule, kept)) = self.reuse.rules.remove(&place(decl)) {
            self.reuse.taken += 1;
            self.spend(kept.spent);
            self.kept.push(Some(kept));
            *outcome = Some(self.in_space(decl.space, |checker| checker.retarget(rule, decl.rule)));
            return;
        }
        let spent = if outcome.is_some() {
            self.spend(ahead);
            Some(ahead)
        } else {
            let (before, spent) = (self.trace(), self.spent_since(Spent::default()));
            *outcome = Some(self.in_space(decl.space, |checker| checker.check_rule(decl)));
            let traceless = self.trace() == before && before.diagnostics < super::MOST_MESSAGES;
            traceless.then(|| self.spent_since(spent))
        };
        if self.reuse.wanted {
            let kept = |(spent, rule): (Spent, &Rule)| Some(Kept { spent, elsewhere: stands_alone(rule, decl.rule, decl.decl.span.file)? });
            self.kept.push(spent.zip(outcome.as_ref()).and_then(kept));
        }
    }

    /// Returns what was spent since so much was spent.
    pub(super) fn spent_since(&self, before: Spent) -> Spent {
        let fuel = self.bounds.fold_steps.saturating_sub(self.fold_fuel);
        Spent { fuel: fuel.saturating_sub(before.fuel), inlined: self.inlined.saturating_sub(before.inlined) }
    }

    /// Spends what checking something took elsewhere.
    pub(super) fn spend(&mut self, spent: Spent) {
        self.fold_fuel = self.fold_fuel.saturating_sub(spent.fuel);
        self.inlined = self.inlined.saturating_add(spent.inlined);
    }

    /// Lets everything be there again that can be spent.
    pub(super) const fn refill(&mut self) {
        (self.fold_fuel, self.inlined) = (self.bounds.fold_steps, 0);
    }

    pub(super) fn trace(&self) -> Trace {
        Trace {
            diagnostics: self.diagnostics.len(),
            locals: self.locals,
            monitors: self.monitors.len(),
            origins: self.origins.len(),
            lost: self.lost.is_some(),
            comparisons: self.suggestions.left(),
        }
    }

    /// Finds the numbers that a rule's steps have now.
    fn retarget(&mut self, mut rule: Rule, ast: &'a ast::Rule) -> Rule {
        self.effect = Some(rule.effect);
        let view = self.view_of(&ast.targets);
        rule.targets = view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect();
        self.effect = None;
        rule
    }
}

/// Returns where a rule is declared.
const fn place(decl: &RuleDecl<'_>) -> (FileId, u32) {
    (decl.decl.span.file, decl.decl.span.start)
}

/// Returns the other files of which a rule has places; none where it has something that is known by its number elsewhere, or is about steps that
/// it doesn't name.
fn stands_alone(rule: &Rule, ast: &ast::Rule, file: FileId) -> Option<Vec<FileId>> {
    let named = ast.targets.iter().all(|target| matches!(target.kind, TargetKind::Named { .. }));
    let no_classes = rule.targets.iter().all(|target| target.class.is_none());
    if !named || !no_classes || rule.undeclared || rule.grants.is_some() || !rule.examples.is_empty() || rule.approver.is_some() {
        return None;
    }
    if !rule.obligations.iter().all(|obligation| matches!(obligation, Obligation::Notify(_) | Obligation::Require(_))) {
        return None;
    }
    let messages = rule.message.iter().filter_map(|part| match part {
        MessagePart::Value(value) => Some(value),
        MessagePart::Text(_) => None,
    });
    let mut elsewhere = Vec::new();
    for expr in rule.when.iter().chain(&rule.unless).chain(messages) {
        places(expr, file, &mut elsewhere)?;
    }
    Some(elsewhere)
}

/// Collects the other files of which an expression has places; none where something in it is known by its number elsewhere.
fn places(expr: &Expr, file: FileId, elsewhere: &mut Vec<FileId>) -> Option<()> {
    match expr.kind {
        ExprKind::History(..)
        | ExprKind::From(..)
        | ExprKind::NamedBy(_)
        | ExprKind::Labelled(_)
        | ExprKind::WithinRights(_)
        | ExprKind::Local(_)
        | ExprKind::Let(..)
        | ExprKind::Bind(..) => return None,
        _ => {}
    }
    if expr.span.file != file && !elsewhere.contains(&expr.span.file) {
        // One that has places of many files is not worth the list.
        if elsewhere.len() == 8 {
            return None;
        }
        elsewhere.push(expr.span.file);
    }
    expr.children().into_iter().try_for_each(|child| places(child, file, elsewhere))
}
