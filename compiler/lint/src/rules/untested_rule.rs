//! `untested-rule`: a rule that no test shows at work.

use std::collections::BTreeSet;

use reach_analysis::Played;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Effect;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNTESTED_RULE;

/// Finds rules that decide no step of any test; advisory ones that match none, `oblige` that add to none. Of a bundle without tests nothing is
/// said: `policy test` says it.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    if bundle.tests.is_empty() {
        return;
    }
    let Some(played) = context.played() else { return };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for played in played.iter().flatten() {
        let Played::Decided(decided) = played else { continue };
        seen.extend(decided.rules.iter().filter(|rule| rule.file.is_some()).map(|rule| rule.rule.as_str()));
        seen.extend(decided.advisory.iter().map(String::as_str));
    }
    let obliges = bundle.rules.iter().any(|rule| rule.effect == Effect::Oblige && !rule.advisory);
    let obliged = if obliges { context.obliged() } else { None };
    for (index, rule) in bundle.rules.iter().enumerate() {
        let at_work = match rule.effect {
            Effect::Oblige if !rule.advisory => obliged.is_none_or(|all| all.contains(&index)),
            _ => seen.contains(rule.name.as_str()),
        };
        if at_work {
            continue;
        }
        let what = match (rule.effect, rule.advisory) {
            (_, true) => "matches no step of any test",
            (Effect::Oblige, _) => "adds to no step of any test",
            _ => "decides no step of any test",
        };
        let d = Diagnostic::new(CODE, rule.name_span, format!("`{}` {what}", rule.name))
            .note("what no test shows at work can be broken without anybody noticing")
            .help(format!("add a step to a test, with `=> … by {}`", rule.name));
        out.push(d.into());
    }
}
