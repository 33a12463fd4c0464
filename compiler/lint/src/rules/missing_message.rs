//! `missing-message`: an `ask` or `forbid` that doesn't say why.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Effect;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::MISSING_MESSAGE;

/// Finds such rules, without those that are only reported.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules().iter().filter(|rule| !rule.ir.advisory && rule.ast.because.is_none()) {
        let (what, who) = match rule.ir.effect {
            Effect::Ask | Effect::OtherwiseAsk => ("asks", "the person who is asked sees the rule's name alone"),
            Effect::Forbid => ("forbids", "an agent that is refused without a reason tries again in another way"),
            Effect::Permit | Effect::Oblige => continue,
        };
        let d = Diagnostic::new(CODE, rule.ir.name_span, format!("`{}` {what} and doesn't say why", rule.ir.name))
            .note(who)
            .help("add `because \"…\"`, with the values that matter in braces: `{args.amount}`");
        out.push(d.into());
    }
}
