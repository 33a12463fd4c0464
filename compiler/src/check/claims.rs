//! Properties and claims: what is to hold of every decision of some steps.

use std::sync::Arc;

use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, ExprKind as AstKind};

use super::env::Scope;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Aside, Claim, ClaimEffect, ClaimExpect, Expr, RuleTarget, StepKind};

/// The word that, behind `not`, leaves out what a person agreed to.
pub(super) const APPROVED: &str = "approved";

/// What a claim says besides its steps and their condition.
struct Said<'a> {
    name: String,
    negated: bool,
    effect: &'a ast::Name,
    by: &'a [ast::Name],
    span: Span,
}

impl<'a> Checker<'a> {
    /// Checks properties, and the claim from outside behind them. They come last, so that what rules ask of the session stands before what
    /// only claims ask.
    pub(super) fn check_claims(&mut self, claim: Option<&'a ast::Claim>) -> (Vec<Claim>, Aside) {
        let (monitors, origins) = (self.monitors.len(), self.origins.len());
        let mut claims = Vec::new();
        for (decl, property) in std::mem::take(&mut self.properties) {
            let found = self.property(property, decl.span);
            self.keep(found, property.name.span, &mut claims);
        }
        if let Some(claim) = claim {
            let found = self.claim(claim);
            self.keep(found, claim.span, &mut claims);
        }
        let aside = Aside {
            sources: usize::from(claim.is_some()),
            monitors: self.monitors.len().saturating_sub(monitors),
            origins: self.origins.len().saturating_sub(origins),
        };
        (claims, aside)
    }

    /// What got lost without a message must not look proved.
    fn keep(&mut self, found: Option<Claim>, span: Span, claims: &mut Vec<Claim>) {
        if found.is_none() {
            self.lost.get_or_insert(span);
        }
        claims.extend(found);
    }

    fn property(&mut self, property: &'a ast::Property, span: Span) -> Option<Claim> {
        let steps = self.given(&property.given);
        let view = self.view_of_pattern(&property.given);
        let said = Said { name: property.name.value.to_string(), negated: property.negated, effect: &property.effect, by: &property.by, span };
        let claim = self.claimed(&view, property.given.condition.as_ref(), said);
        claim.filter(|_| steps)
    }

    fn claim(&mut self, claim: &'a ast::Claim) -> Option<Claim> {
        let view = self.view_of(&claim.targets);
        let name = self.sources.text(claim.span).to_owned();
        let said = Said { name, negated: claim.never, effect: &claim.effect, by: &[], span: claim.span };
        self.claimed(&view, claim.when.as_ref(), said)
    }

    /// Reports what `given` can't have: it is about the step that is decided, not about earlier events.
    fn given(&mut self, given: &ast::EventPattern) -> bool {
        let kind = &given.kind;
        let mut wrong: Vec<(Span, String)> = Vec::new();
        if StepKind::from_word(&kind.text).is_none() {
            wrong.push((kind.span, format!("`{}` is not a step that is decided", kind.text)));
        }
        wrong.extend(given.qualifier.iter().map(|q| (q.span, format!("`{}` can't stand in `given`", q.text))));
        wrong.extend(given.each.iter().map(|each| (each.span, "`each` can't stand in `given`".to_owned())));
        wrong.extend(given.over.iter().map(|over| (over.span, "`over` can't stand in `given`".to_owned())));
        if given.per_agent {
            wrong.push((given.span, "`per agent` can't stand in `given`".to_owned()));
        }
        wrong.extend(given.since.iter().map(|since| (since.span, "`since` can't stand in `given`".to_owned())));
        let none = wrong.is_empty();
        for (span, message) in wrong {
            let d = Diagnostic::new(codes::BAD_CLAIM, span, message)
                .note("a property is about the step that is decided, and its condition reads what a rule's does")
                .help("write `given call NAME where …`, and ask about earlier events in the condition: `… where ever(…)`");
            self.report(d);
        }
        none
    }

    fn claimed(&mut self, view: &Arc<View>, condition: Option<&'a ast::Expr>, said: Said<'a>) -> Option<Claim> {
        let effect = self.claimed_effect(said.effect);
        let mut known = !view.poisoned;
        let mut by = Vec::with_capacity(said.by.len());
        for name in said.by {
            let rule = self.known_rule(name);
            known &= rule.is_some();
            by.extend(rule);
        }
        let mut env = Env::of(Scope::Step(view.clone()));
        let (condition, unless_approved) = match condition {
            Some(condition) => {
                let (value, approved) = self.claimed_condition(&mut env, condition);
                (Some(value?), approved)
            }
            None => (None, false),
        };
        let effect = effect.filter(|_| known)?;
        Some(Claim {
            name: said.name,
            targets: view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect(),
            undeclared: view.undeclared,
            condition: condition.flatten(),
            unless_approved,
            expect: ClaimExpect { negated: said.negated, effect, by },
            span: said.span,
        })
    }

    fn claimed_effect(&mut self, word: &ast::Name) -> Option<ClaimEffect> {
        let found = ClaimEffect::ALL.into_iter().find(|effect| effect.word() == word.text);
        if found.is_none() {
            let words = ClaimEffect::ALL.map(ClaimEffect::word);
            let near = self.nearest(&word.text, words.into_iter());
            let d = Diagnostic::new(codes::BAD_CLAIM, word.span, format!("`{}` is not what a step can be decided to be", word.text));
            self.report(super::names::did_you_mean(d, word.span, near, || "a decision is `permit`, `ask` or `forbid`".to_owned()));
        }
        found
    }

    /// Types a condition without the `not approved` at its end, and tells whether that stood there. The outer `None`: something was wrong.
    fn claimed_condition(&mut self, env: &mut Env<'a>, condition: &'a ast::Expr) -> (Option<Option<Expr>>, bool) {
        let terms = match &condition.kind {
            AstKind::And(terms) => terms.as_slice(),
            _ => std::slice::from_ref(condition),
        };
        match terms.split_last() {
            Some((last, rest)) if is_not_approved(last) => match rest {
                [] => (Some(None), true),
                [only] => (self.condition(env, only).0.map(Some), true),
                rest => (self.conjunction(env, rest, condition.span).map(Some), true),
            },
            _ => (self.condition(env, condition).0.map(Some), false),
        }
    }
}

fn is_not_approved(term: &ast::Expr) -> bool {
    matches!(&term.kind, AstKind::Not(of) if matches!(&of.kind, AstKind::Name(name) if name.text == APPROVED))
}
