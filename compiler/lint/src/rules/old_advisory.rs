//! `old-advisory`: a rule that has been on trial for long.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_values::time::{format_date, parse_date};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::OLD_ADVISORY;

/// Finds `@advisory("2025-01-01")` with a day that is further back than the configuration allows. Nothing here asks a clock.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(today) = context.input().today else { return };
    let most = context.config().parameters.advisory_days;
    for rule in context.rules() {
        let advisory = rule.decl.attributes.iter().find(|a| a.name.text == "advisory");
        let Some((attribute, day)) = advisory.and_then(|a| Some((a, parse_date(&a.arguments.first()?.text).ok()?))) else { continue };
        let days = today - day;
        let d = if days > most {
            Diagnostic::new(CODE, attribute.span, format!("`{}` has been on trial for {days} days", rule.ir.name))
                .note(format!("it reports and changes no decision since {}; after {most} days it should be known whether it fits", format_date(day)))
                .help("remove `@advisory`, so that the rule counts; or remove the rule")
        } else if days < 0 {
            Diagnostic::new(CODE, attribute.span, format!("the trial of `{}` begins in {} days", rule.ir.name, -days))
                .note("the day says since when the rule is on trial; it is on trial already")
                .help("write the day on which it was added")
        } else {
            continue;
        };
        out.push(d.into());
    }
}
