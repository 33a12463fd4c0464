//! What two bundles differ in beside the rules of one step: how sessions remember, what is spent, who may answer. That isn't compared by
//! its effect; where it differs it is said to be unknown what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Charge, Expr, Target};

use crate::report::Unknown;
use crate::signature;

/// Returns what differs and isn't compared.
pub(super) fn beside(old: &Bundle, new: &Bundle) -> Vec<Unknown> {
    let mut all = Vec::new();
    let mut unlike = |step: Option<String>, why: String| all.push(Unknown { step, why });
    for target in &new.targets {
        let Some(before) = old.targets.iter().find(|t| t.kind == target.kind && t.name == target.name) else { continue };
        let step = format!("{} {}", target.kind.word(), target.name);
        if results(old, before) != results(new, target) {
            unlike(Some(step.clone()), "its results have another type, or carry other labels: what later steps make of that is not compared".to_owned());
        }
        if before.pinned != target.pinned {
            unlike(Some(step.clone()), "it is pinned to another definition".to_owned());
        }
        let remembers = !(old.monitors.is_empty() && new.monitors.is_empty() && old.origins.is_empty() && new.origins.is_empty());
        if remembers && classes(old, before) != classes(new, target) {
            unlike(Some(step), "it is of another class, or fills its fields otherwise: what history makes of that is not compared".to_owned());
        }
    }
    let (before, after) = (budgets(old), budgets(new));
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        if before.contains_key(name) && after.contains_key(name) && before.get(name) != after.get(name) {
            unlike(None, format!("what is spent from `{name}` is counted otherwise: only steps at the beginning of a session are compared"));
        }
    }
    let (before, after) = (answers(old), answers(new));
    for (name, who) in &after {
        if before.get(name).is_some_and(|other| other != who) {
            unlike(None, format!("who may answer `{name}`, or until when, is not compared"));
        }
    }
    for field in &new.context {
        if old.context.iter().any(|f| f.name == field.name && (f.ty != field.ty || f.reading != field.reading)) {
            unlike(None, format!("`context.{}` has another type", field.name));
        }
    }
    all
}

fn say(bundle: &Bundle, expr: &Expr) -> String {
    signature::of_expr(bundle, expr, &|_| None)
}

/// What a step's results are.
fn results(bundle: &Bundle, target: &Target) -> String {
    let labels: BTreeSet<String> = target
        .returns
        .iter()
        .map(|r| {
            format!("{} {:?} {:?}", signature::label_name(bundle, r.label), r.part.as_ref().map(|e| say(bundle, e)), r.when.as_ref().map(|e| say(bundle, e)))
        })
        .collect();
    format!("{:?} {labels:?}", target.result)
}

fn classes(bundle: &Bundle, target: &Target) -> BTreeSet<String> {
    let of = |class: &reach_compiler::ir::ClassUse| {
        let name = bundle.classes.get(class.class as usize).map_or("", |c| c.name.as_str());
        format!("{name} {:?}", class.values.iter().map(|v| say(bundle, v)).collect::<Vec<_>>())
    };
    target.classes.iter().map(of).collect()
}

/// How each budget is counted, but for its limit, which is compared.
fn budgets(bundle: &Bundle) -> BTreeMap<String, String> {
    let charge = |charge: &Charge| {
        format!("{:?} {} {:?}", signature::target_names(bundle, &charge.targets), say(bundle, &charge.amount), charge.when.as_ref().map(|e| say(bundle, e)))
    };
    let of = |(number, budget): (usize, &reach_compiler::ir::Budget)| {
        let charges: BTreeSet<String> = bundle.charges.iter().filter(|c| c.budget as usize == number).map(charge).collect();
        let how = format!("{:?} {:?} {} {:?} {charges:?}", budget.ty, budget.over, budget.per_agent, budget.opening.as_ref().map(|e| say(bundle, e)));
        (budget.name.clone(), how)
    };
    bundle.budgets.iter().enumerate().map(of).collect()
}

/// Who may answer each rule that asks, and until when.
fn answers(bundle: &Bundle) -> BTreeMap<String, String> {
    let of = |rule: &reach_compiler::ir::Rule| {
        let who = rule.approver.as_ref().map(|a| (a.one_of, say(bundle, &a.who)));
        (rule.name.to_string(), format!("{who:?} {:?}", rule.expires))
    };
    bundle.rules.iter().map(of).collect()
}
