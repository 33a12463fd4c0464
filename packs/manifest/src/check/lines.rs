//! Whether a condition says by how it is written which programs a command line may run.
//!
//! The analysis compares `runs only { … }` of rules with the programs of a pack. Conditions on single commands (`runs only x where …`) it leaves
//! open; of those the plain ones are seen here.

use std::collections::BTreeSet;

use reach_compiler::ir::{Bundle, Compare, Const, Effect, Expr, ExprKind, LocalId, Rule, Runs, SlotRef};
use reach_values::form::Part;

use super::bound::GUARDED;

/// Returns whether every one of some rules that let a step happen, or a rule that forbids every other, says that a command line runs only some
/// programs.
pub(crate) fn are_bounded<'r>(bundle: &Bundle, mut lets: impl Iterator<Item = &'r Rule>, target: u32, argument: &str, programs: &[String]) -> bool {
    let line = Line { argument, programs, locals: BTreeSet::new() };
    let about = |rule: &&Rule| !rule.advisory && rule.targets.iter().any(|t| t.target == target);
    // Through a class, `args` is something else.
    let own = |rule: &Rule| rule.targets.iter().any(|t| t.target == target && t.class.is_none());
    let guarded = bundle.rules.iter().filter(about).any(|rule| {
        // It forbids whatever isn't so, as it does what has no value.
        let unless = match (&rule.when, &rule.unless) {
            (None, Some(unless)) => Some(unless),
            (Some(Expr { kind: ExprKind::Not(unless), .. }), None) => Some(unless.as_ref()),
            _ => None,
        };
        rule.effect == Effect::Forbid && own(rule) && unless.is_some_and(|unless| line.clone().is_said(unless))
    });
    guarded || lets.all(|rule| own(rule) && rule.when.as_ref().is_some_and(|when| line.clone().is_said(when)))
}

#[derive(Clone)]
struct Line<'a> {
    argument: &'a str,
    programs: &'a [String],
    /// Locals that are the command line too.
    locals: BTreeSet<LocalId>,
}

impl Line<'_> {
    /// Returns whether the condition is true only where the command line runs only the programs.
    fn is_said(&mut self, condition: &Expr) -> bool {
        match &condition.kind {
            ExprKind::And(terms) => terms.iter().any(|term| self.is_said(term)),
            ExprKind::Or(terms) => !terms.is_empty() && terms.iter().all(|term| self.clone().is_said(term)),
            ExprKind::Whole(_, meaning) => self.is_said(meaning),
            ExprKind::Let(local, value, body) => {
                if self.is_it(value) {
                    self.locals.insert(*local);
                } else {
                    self.locals.remove(local);
                }
                self.is_said(body)
            }
            ExprKind::Bind(local, value) => {
                if self.is_it(value) {
                    self.locals.insert(*local);
                }
                false
            }
            ExprKind::Runs(Runs::Only, value, words) => {
                self.is_it(value) && words.iter().all(|words| words.first().is_some_and(|program| self.programs.contains(program)))
            }
            // Who may assign variables or write by redirection may make another program of one.
            ExprKind::RunsWhere(Runs::Only, guards, local, value, body) => *guards == GUARDED && self.is_it(value) && self.is_program(*local, body),
            _ => false,
        }
    }

    fn is_it(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Unwrap(inner) => self.is_it(inner),
            ExprKind::Slot(SlotRef::Arg(name)) => name == self.argument,
            ExprKind::Local(local) => self.locals.contains(local),
            _ => false,
        }
    }

    /// Returns whether a condition is true only of commands whose program is one of them.
    fn is_program(&self, command: LocalId, condition: &Expr) -> bool {
        let named = |e: &Expr| matches!(&e.kind, ExprKind::Part(of, Part::CommandProgram) if matches!(of.kind, ExprKind::Local(local) if local == command));
        let text = |c: &Const| matches!(c, Const::Text(text) if self.programs.iter().any(|program| text == program));
        let one = |e: &Expr| matches!(&e.kind, ExprKind::Const(value) if text(value));
        match &condition.kind {
            ExprKind::And(terms) => terms.iter().any(|term| self.is_program(command, term)),
            ExprKind::Or(terms) => !terms.is_empty() && terms.iter().all(|term| self.is_program(command, term)),
            ExprKind::Whole(_, meaning) => self.is_program(command, meaning),
            ExprKind::Compare(Compare::Eq, a, b) => named(a) && one(b) || named(b) && one(a),
            ExprKind::In(a, list) => named(a) && matches!(&list.kind, ExprKind::Const(Const::List(items)) if items.iter().all(text)),
            _ => false,
        }
    }
}
