//! Rules that are kept from an earlier check of the same bundle.

use reach_codes::FileId;
use reach_grammar::ast::{self, TargetKind};

use super::Checker;
use super::rules::RuleDecl;
use crate::ir::{Expr, ExprKind, MessagePart, Obligation, Rule, RuleTarget};
use crate::maps::HashMap;

/// What checking a rule took of what all rules share, where it left no other trace than the rule itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    fuel: u64,
    inlined: usize,
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

    /// Nothing is known, and the next check wants to know.
    pub(crate) fn none_yet() -> Self {
        Self { wanted: true, ..Self::default() }
    }
}

/// What a checker has at some moment that checking a rule may change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Trace {
    diagnostics: usize,
    locals: u32,
    monitors: usize,
    origins: usize,
    lost: bool,
}

impl<'a> Checker<'a> {
    /// Returns whether rules were kept, and now all rules together have met a limit: it must be found out which of them meets it.
    pub(super) fn exhausted(&self) -> bool {
        self.reuse.taken > 0 && (self.fold_fuel == 0 || self.inlined > self.bounds.inlined)
    }

    /// Checks a rule, or takes it as it was.
    pub(super) fn check_or_take(&mut self, decl: RuleDecl<'a>) -> Rule {
        let place = (decl.decl.span.file, decl.decl.span.start);
        if let Some((rule, kept)) = self.reuse.rules.remove(&place) {
            self.reuse.taken += 1;
            self.fold_fuel = self.fold_fuel.saturating_sub(kept.fuel);
            self.inlined = self.inlined.saturating_add(kept.inlined);
            self.kept.push(Some(kept));
            return self.in_space(decl.space, |checker| checker.retarget(rule, decl.rule));
        }
        if !self.reuse.wanted {
            return self.in_space(decl.space, |checker| checker.check_rule(decl));
        }
        let (before, fuel, inlined) = (self.trace(), self.fold_fuel, self.inlined);
        let (ast, span) = (decl.rule, decl.decl.span);
        let rule = self.in_space(decl.space, |checker| checker.check_rule(decl));
        let traceless = self.trace() == before && before.diagnostics < super::MOST_MESSAGES;
        let (fuel, inlined) = (fuel.saturating_sub(self.fold_fuel), self.inlined.saturating_sub(inlined));
        let elsewhere = if traceless { stands_alone(&rule, ast, span.file) } else { None };
        self.kept.push(elsewhere.map(|elsewhere| Kept { fuel, inlined, elsewhere }));
        rule
    }

    fn trace(&self) -> Trace {
        Trace {
            diagnostics: self.diagnostics.len(),
            locals: self.locals,
            monitors: self.monitors.len(),
            origins: self.origins.len(),
            lost: self.lost.is_some(),
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
