//! `since-never`: a `since` of something that can't happen.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use super::impossible_history::explain;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::SINCE_NEVER;

/// Finds such uses of history.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::SinceNever { monitor, why } = found else { continue };
        let Some(monitor) = context.bundle().monitors.get(*monitor) else { continue };
        let Some(since) = &monitor.since else { continue };
        let d = Diagnostic::new(CODE, monitor.span, format!("nothing ever comes after the `since` of `{}`", context.text(monitor.span)))
            .note("so nothing that came before is ever forgotten");
        out.push(explain(context, d, *why, since).into());
    }
}
