//! Budgets and charges.

use reach_compiler::ir::{Budget, Bundle, Charge};
use reach_values::time;

use super::Made;
use super::windows::others;
use crate::change::Change;
use crate::operator::Operator;
use crate::place::Clause;
use crate::written::shorten;

pub(crate) fn of_budget(bundle: &Bundle, budget: &Budget) -> Vec<Made> {
    let mut made = Vec::new();
    let place = budget.span;
    if let Some(over) = budget.over {
        let before = format!("budget {} over {}", budget.name, time::format_duration(over));
        for (over, text) in others(over) {
            let after = if over.is_some() { format!("budget {} over {text}", budget.name) } else { format!("budget {}", budget.name) };
            made.push(Made::words(Operator::BudgetWindow, Change::Over(over), place, before.clone(), after));
        }
    }
    // Without agents there is one, and both are the same.
    if bundle.targets.iter().any(|target| target.kind == reach_compiler::ir::StepKind::Spawn) {
        let word = |per_agent: bool| format!("budget {} per {}", budget.name, if per_agent { "agent" } else { "session" });
        made.push(Made::words(Operator::BudgetScope, Change::PerAgent(!budget.per_agent), place, word(budget.per_agent), word(!budget.per_agent)));
    }
    if let Some(opening) = &budget.opening {
        let before = format!("budget {} opening {}", budget.name, shorten(bundle.sources.text(opening.span)));
        made.push(Made::words(Operator::DropOpening, Change::NoClause(Clause::Opening), opening.span, before, format!("budget {}", budget.name)));
    }
    made
}

pub(crate) fn of_charge(bundle: &Bundle, charge: &Charge) -> Vec<Made> {
    let name = bundle.budgets.get(charge.budget as usize).map_or("", |budget| budget.name.as_str());
    let text = format!("charge {name} by {}", shorten(bundle.sources.text(charge.amount.span)));
    let mut made = vec![Made::words(Operator::DropCharge, Change::Gone, charge.span, text.clone(), "")];
    if let Some(when) = &charge.when {
        let before = format!("{text} when {}", shorten(bundle.sources.text(when.span)));
        made.push(Made::words(Operator::AlwaysCharge, Change::NoClause(Clause::Applies), when.span, before, text));
    }
    made
}
