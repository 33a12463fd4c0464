//! `undocumented-rule`: a rule without a line that says what it is for.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNDOCUMENTED_RULE;

/// Finds rules without `///` whose message says nothing either.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules().iter().filter(|rule| rule.decl.docs.is_empty() && rule.ast.because.is_none()) {
        let d = Diagnostic::new(CODE, rule.ir.name_span, format!("nothing says what `{}` is for", rule.ir.name))
            .note("pages that are made from the bundle show the rule without a word")
            .help("write a line of `///` before it");
        out.push(d.into());
    }
}
