//! `test-cannot-fail`: an expected `forbid` that comes before any rule is looked at.

use reach_analysis::Played;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::TEST_CANNOT_FAIL;

/// Reasons that no rule can change, and what they mean.
const BEFORE_RULES: [(&str, &str); 4] = [
    ("invalid_arguments", "its arguments don't fit the declaration"),
    ("undeclared", "nothing declares it"),
    ("limit", "it goes beyond a limit"),
    ("definition", "its definition isn't the pinned one"),
];

/// Finds expectations of `forbid` without `by`, on steps that are refused whatever the rules are.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(played) = context.played() else { return };
    for (test, played) in context.bundle().tests.iter().zip(played) {
        for (item, played) in test.items.iter().zip(played) {
            let (Some(expect), Played::Decided(decided)) = (&item.expect, played) else { continue };
            if expect.effect != "forbid" || !expect.by.is_empty() || expect.because.is_some() {
                continue;
            }
            let reason = decided.rules.iter().find_map(|rule| BEFORE_RULES.iter().find(|(name, _)| rule.file.is_none() && rule.rule == *name));
            let Some((reason, why)) = reason else { continue };
            let message = decided.rules.iter().find_map(|rule| rule.message.clone());
            let mut d = Diagnostic::new(CODE, expect.span, format!("this step is refused whatever the rules are: {why}"));
            if let Some(message) = message {
                d = d.note(message);
            }
            out.push(d.help(format!("mend the step; or write `=> forbid by {reason}` if that is what the test is about")).into());
        }
    }
}
