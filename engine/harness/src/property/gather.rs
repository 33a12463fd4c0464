//! What a property is tested with: the constants that matter for it, the values that are tried in any case, the people who may agree.

use std::collections::BTreeSet;

use reach_compiler::ir::{Claim, Expr, ExprKind, Origin, Target, Type};

use super::constants::Constants;
use super::place::{Place, View, Way, bare};
use super::said::{of_const, spoken};
use super::scene::Scene;
use super::{number, texts};
use crate::witness::Json;

/// How many rules are looked through for the constants of one property.
const MOST_RULES: usize = 2_000;

/// How many values are tried in any case at most.
const MOST_DUE: usize = 20_000;

/// Collects the constants that matter for a property: its own, those of the rules about its steps, and of what these ask for.
pub(super) fn constants(scene: &Scene<'_>, claim: &Claim) -> Constants {
    let bundle = scene.bundle;
    let mut found = Constants::default();
    let (mut monitors, mut origins) = (BTreeSet::new(), BTreeSet::new());
    let mut rules = 0;
    let mut look = |found: &mut Constants, target: Option<&Target>, class: Option<u32>, expr: &Expr| {
        found.add(&mut View::new(bundle, target, class), expr);
        asked(expr, &mut monitors, &mut origins);
    };
    for at in &claim.targets {
        let Some(target) = bundle.targets.get(at.target as usize) else { continue };
        if let Some(condition) = &claim.condition {
            look(&mut found, Some(target), at.class, condition);
        }
        for (rule, class) in scene.about(target) {
            rules += 1;
            if rules > MOST_RULES {
                break;
            }
            for clause in rule.when.iter().chain(&rule.unless) {
                look(&mut found, Some(target), class, clause);
            }
        }
        for field in target.args.iter().chain(&target.facts) {
            if let Some(check) = &field.check {
                look(&mut found, Some(target), None, &check.condition);
            }
        }
    }
    if let (true, Some(condition)) = (claim.targets.is_empty(), &claim.condition) {
        look(&mut found, None, None, condition);
    }
    for field in &bundle.context {
        if let Some(check) = &field.check {
            look(&mut found, None, None, &check.condition);
        }
    }
    for budget in &bundle.budgets {
        look(&mut found, None, None, &budget.limit);
    }
    for charge in &bundle.charges {
        for at in &charge.targets {
            let target = bundle.targets.get(at.target as usize);
            charge.when.iter().chain([&charge.amount]).for_each(|expr| look(&mut found, target, at.class, expr));
        }
    }
    let patterns = monitors.iter().filter_map(|at| bundle.monitors.get(*at as usize)).flat_map(|m| std::iter::once(&m.pattern).chain(&m.since));
    let results = origins.iter().filter_map(|at| match bundle.origins.get(*at as usize) {
        Some(Origin::Results { pattern, .. }) => Some(pattern),
        _ => None,
    });
    for pattern in patterns.chain(results) {
        for at in pattern.targets.iter().take(16) {
            let Some(target) = bundle.targets.get(at.target as usize) else { continue };
            pattern.guard.iter().chain(&pattern.keys).for_each(|expr| found.add(&mut View::new(bundle, Some(target), at.class), expr));
            for (rule, class) in scene.about(target).take(64) {
                rule.when.iter().chain(&rule.unless).for_each(|expr| found.add(&mut View::new(bundle, Some(target), class), expr));
            }
        }
    }
    found
}

/// Collects the questions of history and of provenance in an expression.
fn asked(expr: &Expr, monitors: &mut BTreeSet<u32>, origins: &mut BTreeSet<u32>) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::History(monitor, _) => drop(monitors.insert(*monitor)),
            ExprKind::From(_, origin) => drop(origins.insert(*origin)),
            _ => {}
        }
        open.extend(expr.children());
    }
}

/// Returns values that are tried in any case: both sides of each boundary, members and what looks like them.
pub(super) fn due(scene: &Scene<'_>, claim: &Claim, constants: &Constants) -> Vec<(Place, Json)> {
    let mut due = Vec::new();
    for (place, named) in &constants.by_place {
        let ty = claim.targets.iter().find_map(|at| {
            let target = scene.bundle.targets.get(at.target as usize)?;
            type_at(View::new(scene.bundle, Some(target), None).declared(&place.root)?, place)
        });
        let Some(ty) = ty else { continue };
        if number::is_number(&ty) {
            let all: BTreeSet<i128> = named.numbers.iter().flat_map(|k| number::around(&ty, *k)).collect();
            due.extend(all.into_iter().map(|n| (place.clone(), number::json(&ty, n))));
        } else if matches!(bare(&ty), Type::Entity(_)) {
            due.extend(named.texts.iter().map(|id| (place.clone(), Json::Text(id.clone()))));
        } else if matches!(bare(&ty), Type::Text | Type::Form(_)) {
            let all: BTreeSet<String> = named.texts.iter().flat_map(|text| texts::near(&ty, text)).collect();
            due.extend(all.into_iter().map(|text| (place.clone(), Json::Text(text))));
            due.extend(
                named
                    .lengths
                    .iter()
                    .flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)])
                    .filter_map(|n| usize::try_from(n).ok())
                    .filter(|n| *n <= 20_000)
                    .map(|n| (place.clone(), Json::Text("a".repeat(n)))),
            );
        }
    }
    due.truncate(MOST_DUE);
    // Numbers last, so that they come first: there are few, and mistakes are made there.
    due.sort_by_key(|(_, value)| matches!(value, Json::Number(_)));
    due
}

/// Returns the type of what stands at a place.
fn type_at(ty: &Type, place: &Place) -> Option<Type> {
    place.ways.iter().try_fold(ty.clone(), |ty, way| {
        Some(match (way, bare(&ty)) {
            (Way::Field(name), Type::Record(fields)) => fields.iter().find(|(field, _)| field == name)?.1.clone(),
            (Way::Item, Type::List(of) | Type::Set(of)) | (Way::Key(_), Type::Map(of)) => of.as_ref().clone(),
            (Way::Part(form, part), _) => Type::Form(*form).of_part(*part),
            _ => return None,
        })
    })
}

/// Returns who may answer an `ask` about the steps of a property, as far as the policy names people.
pub(super) fn people(scene: &Scene<'_>, claim: &Claim) -> Vec<String> {
    let mut people = vec!["person@example.com".to_owned()];
    for at in &claim.targets {
        let Some(target) = scene.bundle.targets.get(at.target as usize) else { continue };
        for (rule, _) in scene.about(target) {
            let Some(approver) = &rule.approver else { continue };
            let mut open = vec![&approver.who];
            while let Some(expr) = open.pop() {
                if let ExprKind::Const(value) = &expr.kind {
                    match of_const(&expr.ty, value) {
                        Json::List(items) => people.extend(items.iter().take(8).map(spoken)),
                        one => people.push(spoken(&one)),
                    }
                }
                open.extend(expr.children());
            }
        }
    }
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(person.clone()));
    people.truncate(8);
    people
}
