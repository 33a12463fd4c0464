//! `unused-budget`: a budget that nothing is charged against.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNUSED_BUDGET;

/// Finds budgets without a charge.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let charged: BTreeSet<u32> = bundle.charges.iter().map(|charge| charge.budget).collect();
    for (budget, _) in bundle.budgets.iter().zip(0u32..).filter(|(_, index)| !charged.contains(index)) {
        let d = Diagnostic::new(CODE, budget.span, format!("nothing is charged against the budget `{}`", budget.name))
            .note("a budget without a charge is never spent, so it limits nothing")
            .help(format!("write `charge {} by … on …`, or remove it", budget.name));
        out.push(d.into());
    }
}
