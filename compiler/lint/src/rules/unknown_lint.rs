//! `unknown-lint`: an `@allow` of a lint that there isn't.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::config::nearest;
use crate::{Context, Finding, allow};

pub(super) const CODE: Code = lint::UNKNOWN_LINT;

/// Finds names in `@allow` that are those of no lint.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let known = lint::rows();
    for name in context.decls().flat_map(allow::names) {
        if known.iter().any(|code| code.name() == name.text) {
            continue;
        }
        let d = Diagnostic::new(CODE, name.span, format!("there is no lint `{}`", name.text)).note("so this `@allow` turns nothing off");
        let d = match nearest(&name.text, known.iter().map(|code| code.name())) {
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None => d.help("`reach explain` lists the lints"),
        };
        out.push(d.into());
    }
}
