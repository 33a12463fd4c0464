//! `charge-of-nothing`: a charge that takes nothing from its budget.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Const, Effect, ExprKind};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::CHARGE_OF_NOTHING;

/// Finds charges of zero, and charges on steps that nothing ever permits.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let lets = |effect: Effect| matches!(effect, Effect::Permit | Effect::Ask | Effect::OtherwiseAsk);
    let permitted: BTreeSet<u32> = bundle.rules.iter().filter(|r| lets(r.effect) && !r.advisory).flat_map(|r| &r.targets).map(|t| t.target).collect();
    for charge in &bundle.charges {
        let budget = bundle.budgets.get(charge.budget as usize).map_or("", |b| b.name.as_str());
        let d = match &charge.amount.kind {
            ExprKind::Const(Const::Num(n)) if *n == 0 => Diagnostic::new(CODE, charge.amount.span, format!("this takes nothing from `{budget}`"))
                .help("write what a step costs: an argument, or a number above zero"),
            _ if charge.targets.iter().all(|t| !permitted.contains(&t.target)) => {
                Diagnostic::new(CODE, charge.span, format!("no step that is charged to `{budget}` here is ever permitted"))
                    .note("a budget is spent when a step is permitted, or when a person agrees to it")
                    .help("charge the steps that are permitted, or remove the charge")
            }
            _ => continue,
        };
        out.push(d.into());
    }
}
