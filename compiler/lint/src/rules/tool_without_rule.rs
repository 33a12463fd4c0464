//! `tool-without-rule`: a declared step that no rule is about is refused always.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Effect, StepKind};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::TOOL_WITHOUT_RULE;

/// Finds such steps. `say` is declared by nobody.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let rules = bundle.rules.iter().filter(|rule| !rule.advisory && rule.effect != Effect::Oblige);
    let about: BTreeSet<u32> = rules.flat_map(|rule| &rule.targets).map(|target| target.target).collect();
    for (target, _) in bundle.targets.iter().zip(0u32..).filter(|(target, index)| target.kind != StepKind::Say && !about.contains(index)) {
        let what = match target.kind {
            StepKind::Call => "tool",
            StepKind::Spawn => "agent",
            StepKind::Model => "model",
            StepKind::Read => "resource",
            StepKind::Say => continue,
        };
        let d = Diagnostic::new(CODE, target.span, format!("no rule is about the {what} `{}`", target.name))
            .note("what no rule permits is forbidden by `default`")
            .help(format!("write a rule `on {}`, or remove the declaration", target.name));
        out.push(d.into());
    }
}
