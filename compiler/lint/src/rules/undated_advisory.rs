//! `undated-advisory`: a rule on trial that doesn't say since when.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNDATED_ADVISORY;

/// Finds `@advisory` without a day.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules() {
        for attribute in rule.decl.attributes.iter().filter(|a| a.name.text == "advisory" && a.arguments.is_empty()) {
            let d = Diagnostic::new(CODE, attribute.span, format!("`{}` doesn't say since when it is on trial", rule.ir.name))
                .note("without a day nobody is told when the trial has gone on for too long")
                .help("write the day on which it was added: `@advisory(\"2026-01-01\")`");
            out.push(d.into());
        }
    }
}
