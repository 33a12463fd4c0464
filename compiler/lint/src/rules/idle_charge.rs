//! `idle-charge`: a charge that never comes to anything.

use reach_analysis::{Finding as Proved, Never};
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Const, ExprKind};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::IDLE_CHARGE;

/// Finds such charges. What plainly takes nothing, and steps that no rule permits, are told by `charge-of-nothing`.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for found in &context.survey().findings {
        let Proved::ChargeNever { charge, why } = found else { continue };
        let Some(charge) = bundle.charges.get(*charge) else { continue };
        let budget = bundle.budgets.get(charge.budget as usize).map_or("", |b| b.name.as_str());
        let note = match why {
            Some(Never::Permitted) => continue,
            None if matches!(charge.amount.kind, ExprKind::Const(Const::Num(0))) => continue,
            None => "proved: the amount is never more than nothing where it is charged",
            Some(_) => "proved: no step that is permitted, or asked about, is charged more than nothing",
        };
        let d = Diagnostic::new(CODE, charge.amount.span, format!("this never takes anything from `{budget}`"))
            .note(note)
            .help("charge what is permitted, or remove the charge");
        out.push(d.into());
    }
}
