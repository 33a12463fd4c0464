//! `return-never`: a label that a step returns under a condition that is never so.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::RETURN_NEVER;

/// Finds such conditions.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for found in &context.survey().findings {
        let Proved::ReturnNever { target, number } = found else { continue };
        let Some(target) = bundle.targets.get(*target) else { continue };
        let Some(returned) = target.returns.get(*number) else { continue };
        let (Some(when), Some(label)) = (&returned.when, bundle.labels.get(returned.label as usize)) else { continue };
        let d = Diagnostic::new(CODE, when.span, format!("`{}` never returns `{label}`: this is never so", target.name))
            .note("proved over all arguments, facts and contexts")
            .help("say what was meant, or leave the label out");
        out.push(d.into());
    }
}
