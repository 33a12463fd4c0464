//! Changes of small bundles: such that mean something, and such that mean nothing.

use super::condition::Maker;
use super::{SmallBundle, SmallField, SmallTy, tool};
use crate::generate::choices::Choices;

/// Changes a bundle in one or two places.
#[must_use]
pub fn change(bundle: &SmallBundle, c: &mut Choices<'_>) -> SmallBundle {
    let mut changed = bundle.clone();
    for _ in 0..1 + c.below(2) {
        one(&mut changed, c);
    }
    changed
}

fn one(bundle: &mut SmallBundle, c: &mut Choices<'_>) {
    let at = c.below(bundle.rules.len().max(1));
    match c.below(16) {
        0 | 1 => {
            let number = bundle.rules.len();
            let mut rule = bundle.rule(c, number);
            rule.name = format!("more{number}_{at}");
            if bundle.rules.iter().all(|r| r.name != rule.name) {
                bundle.rules.push(rule);
            }
        }
        2 if bundle.rules.len() > 1 => drop(bundle.rules.remove(at)),
        3 => bundle.rules.reverse(),
        4 => field(bundle, c),
        5 => fact(bundle, c),
        6 => {
            // A step that only one of them declares, which no rule may name.
            let pool = super::pool(c);
            let more = tool(c, &pool, "t9");
            if bundle.tools.iter().all(|t| t.name != "t9") {
                bundle.tools.push(more);
            }
        }
        _ => rule(bundle, at, c),
    }
}

fn rule(bundle: &mut SmallBundle, at: usize, c: &mut Choices<'_>) {
    let number = at;
    let fresh = bundle.rule(c, number);
    let Some(rule) = bundle.rules.get_mut(at) else { return };
    match c.below(9) {
        0 => rule.when = rule.when.take().map(|w| format!("not (not ({w}))")),
        1 if rule.when.is_some() && rule.unless.is_none() => rule.unless = rule.when.take().map(|w| format!("not ({w})")),
        2 => rule.when = rule.when.take().map(|w| format!("not ({w})")),
        3 if rule.on != "undeclared" && rule.effect != "oblige" => {
            rule.effect = *c.pick(&["permit", "forbid", "ask", "otherwise ask"]);
            if matches!(rule.effect, "forbid" | "otherwise ask") {
                rule.with.clear();
            }
        }
        4 => rule.when = None,
        5 => rule.advisory = !rule.advisory && rule.on != "undeclared",
        6 if rule.effect == "oblige" || rule.effect == "permit" => {
            rule.with = vec!["notify \"ops\"".to_owned()];
        }
        7 => {
            // `a or a` is `a`, and `a and not a` is never true.
            let word = *c.pick(&["or", "and"]);
            rule.when = rule.when.take().map(|w| format!("({w}) {word} ({w})"));
        }
        _ if fresh.on == rule.on => {
            rule.when = fresh.when;
            rule.unless = fresh.unless;
        }
        _ => {}
    }
}

/// Lets a field take more or fewer values.
fn field(bundle: &mut SmallBundle, c: &mut Choices<'_>) {
    let tool = c.below(bundle.tools.len());
    let Some(tool) = bundle.tools.get_mut(tool) else { return };
    if tool.args.is_empty() {
        return;
    }
    let at = c.below(tool.args.len());
    if let Some(field) = tool.args.get_mut(at) {
        field.ty = match field.ty {
            SmallTy::Int(least, most) if most < 10 => SmallTy::Int(least, most + 1),
            SmallTy::Text(3) => SmallTy::Text(4),
            SmallTy::Text(_) => SmallTy::Text(1),
            ref ty => ty.clone(),
        };
    }
}

/// Asks for a fact, or for none.
fn fact(bundle: &mut SmallBundle, c: &mut Choices<'_>) {
    let number = c.below(bundle.tools.len());
    let read = bundle.source().contains("facts.known");
    let Some(tool) = bundle.tools.get_mut(number) else { return };
    if tool.kind == "call" && tool.facts.is_empty() {
        tool.facts.push(SmallField { name: "known", ty: SmallTy::Bool, optional: c.chance(50) });
    } else if !read {
        tool.facts.clear();
    }
    let _ = Maker { c, locals: 0 };
}
