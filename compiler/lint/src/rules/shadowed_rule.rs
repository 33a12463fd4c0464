//! `shadowed-rule`: a rule that matches and never decides.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Effect;

use crate::{Context, Finding, instead};

pub(super) const CODE: Code = lint::SHADOWED_RULE;

/// Finds such rules, and names those that decide instead.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::Shadowed { rule, by } = found else { continue };
        let Some(rule) = context.bundle().rules.get(*rule) else { continue };
        let d = if by.is_empty() {
            let why = match rule.effect {
                Effect::Oblige => "nothing that it matches is ever permitted or asked, so that it never obliges",
                _ => "what it matches is forbidden in any case",
            };
            Diagnostic::new(CODE, rule.name_span, format!("`{}` never decides", rule.name)).note(format!("proved: {why}"))
        } else {
            let names = instead::names(context, by);
            let d = Diagnostic::new(CODE, rule.name_span, format!("`{}` never decides: {names} {} wherever it matches", rule.name, decide(by)));
            instead::add(context, d, by).note(format!("proved: {}", why(rule.effect)))
        };
        out.push(d.help("let the others leave it room with `unless`, or remove it").into());
    }
}

const fn decide(by: &[usize]) -> &'static str {
    if by.len() == 1 { "decides" } else { "decide" }
}

const fn why(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "a forbid beats an ask, and an ask holds a permit back",
        Effect::Ask | Effect::Forbid => "a forbid beats an ask",
        Effect::OtherwiseAsk => "an `otherwise ask` is looked at only where nothing else matches",
        Effect::Oblige => "only a permitted step is obliged to something",
    }
}
