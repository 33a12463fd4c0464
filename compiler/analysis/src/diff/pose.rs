//! What differs at one step, as formulas.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Grant, StepKind, Target, Type};

use super::Rules;
use crate::breach::NAMED;
use crate::demand::Demand;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::report::ChangeKind;
use crate::signature;
use crate::world::World;

/// The kinds of changes, in the order in which they are told.
pub(super) const KINDS: [ChangeKind; 4] = [ChangeKind::NewlyPermitted, ChangeKind::NewlyAsked, ChangeKind::NewlyForbidden, ChangeKind::ObligationsChanged];

/// A bundle's side of a step: the bundle, the index of the step, the rules about it.
#[derive(Clone, Copy)]
pub(crate) struct Half<'a> {
    pub bundle: &'a Bundle,
    pub target: Option<usize>,
    pub rules: &'a [usize],
    /// What is asked of its lists.
    demand: Demand,
}

/// The question of what differs.
pub(crate) struct Posed {
    /// The step as each of them sees it.
    pub sights: [Sight; 2],
    /// What each of them decides.
    pub judged: [Judgement; 2],
    /// Where they differ, by how they do.
    pub goals: Vec<(ChangeKind, F)>,
    /// What can't be compared, and why.
    pub strange: Vec<String>,
}

impl<'a> Half<'a> {
    /// Returns the side that a bundle has of a step.
    pub fn of(bundle: &'a Bundle, rules: &'a Rules, kind: StepKind, name: Option<&str>) -> Self {
        let target = name.and_then(|name| rules.declared(kind, name));
        Self { bundle, target, rules: rules.about(target), demand: rules.demand(target) }
    }

    fn declared(&self) -> Option<&'a Target> {
        self.bundle.targets.get(self.target?)
    }

    fn sight(&self, world: &mut World, kind: StepKind, name: Option<&str>) -> Sight {
        match self.target {
            Some(target) => judge::sight(world, self.bundle, target, ""),
            None => judge::undeclared(world, self.bundle, kind, name),
        }
    }
}

/// Returns what a step is called, for people.
pub(crate) fn called(kind: StepKind, name: Option<&str>) -> String {
    match name {
        Some(name) if kind == StepKind::Say || name.is_empty() => kind.word().to_owned(),
        Some(name) => format!("{} {name}", kind.word()),
        None => format!("{} of an undeclared name", kind.word()),
    }
}

/// Poses the question of one step.
pub(crate) fn pose(world: &mut World, (kind, name): (StepKind, Option<&str>), old: Half<'_>, new: Half<'_>) -> Posed {
    world.elements = old.demand.and(new.demand).elements();
    let mut sights = [old.sight(world, kind, name), new.sight(world, kind, name)];
    let mut strange = Vec::new();
    if let (Some(a), Some(b)) = (old.declared(), new.declared()) {
        strange.extend(reconcile(world, &mut sights, a, b));
        if kind == StepKind::Spawn && grants(old.bundle, old.rules) != grants(new.bundle, new.rules) {
            strange.push("what a child is granted differs, and is compared as text only".to_owned());
        }
    }
    let (before, after) = (resources(old.bundle), resources(new.bundle));
    if kind == StepKind::Read && !before.is_empty() && !after.is_empty() && before != after {
        strange.push("other resources are declared than before: of which of them a name is, is compared only where it is of the same".to_owned());
    }
    let [old_sight, new_sight] = &sights;
    let before = judge::judge(world, old.bundle, old_sight, old.rules);
    let after = judge::judge(world, new.bundle, new_sight, new.rules);
    let goals = goals(world, &before, &after);
    Posed { sights, judged: [before, after], goals, strange }
}

/// Says of two declarations of one step which arguments fit either. Returns what can't be compared.
fn reconcile(world: &mut World, sights: &mut [Sight; 2], a: &Target, b: &Target) -> Option<String> {
    let mut strange = None;
    let lists = [(&a.args, &b.args), (&a.facts, &b.facts)];
    for (number, (mine, theirs)) in lists.into_iter().enumerate() {
        let names: BTreeSet<&str> = mine.iter().chain(theirs).map(|f| f.name.as_str()).collect();
        for name in names {
            let (x, y) = (mine.iter().find(|f| f.name == name), theirs.iter().find(|f| f.name == name));
            if let (Some(x), Some(y)) = (x, y) {
                if inner(&x.ty) != inner(&y.ty) || x.from_text != y.from_text || x.reading != y.reading {
                    strange = Some(format!("`{name}` has another type than before: which values fit both is not compared"));
                    continue;
                }
                if x.ty == y.ty {
                    continue;
                }
            } else if number == 1 {
                strange = Some(format!("the fact `{name}` is asked for by one of the bundles only"));
                continue;
            }
            let Some(field) = x.or(y) else { continue };
            let there = world.flag(&crate::witness::there("", field, number == 0), None);
            let missing = world.formulas.not(there);
            for (sight, field) in sights.iter_mut().zip([x, y]) {
                let allowed = match field {
                    None => missing,
                    Some(field) if matches!(field.ty, Type::Optional(_)) => continue,
                    Some(_) => there,
                };
                sight.valid = world.formulas.and([sight.valid, allowed]);
            }
        }
    }
    strange
}

/// Returns where the decisions differ, by how they do.
fn goals(world: &mut World, old: &Judgement, new: &Judgement) -> Vec<(ChangeKind, F)> {
    let f = &mut world.formulas;
    let mut goals = Vec::new();
    for kind in KINDS {
        let goal = match kind {
            ChangeKind::NewlyPermitted => {
                let not = f.not(old.permit);
                f.and([new.permit, not])
            }
            ChangeKind::NewlyAsked => {
                let not = f.not(old.ask);
                f.and([new.ask, not])
            }
            ChangeKind::NewlyForbidden => {
                let not = f.not(old.forbid);
                f.and([new.forbid, not])
            }
            ChangeKind::ObligationsChanged => {
                let names: BTreeSet<&String> = old.obligations.keys().chain(new.obligations.keys()).collect();
                let differ: Vec<F> = names
                    .into_iter()
                    .map(|name| {
                        let [x, y] = [old, new].map(|j| j.obligations.get(name).copied().unwrap_or(F::FALSE));
                        let (not_x, not_y) = (f.not(x), f.not(y));
                        let (lost, won) = (f.and([x, not_y]), f.and([not_x, y]));
                        f.or([lost, won])
                    })
                    .collect();
                let differ = f.or(differ);
                let (permitted, asked) = (f.and([old.permit, new.permit]), f.and([old.ask, new.ask]));
                let same = f.or([permitted, asked]);
                f.and([differ, same])
            }
        };
        goals.push((kind, goal));
    }
    goals
}

fn inner(ty: &Type) -> &Type {
    if let Type::Optional(of) = ty { of } else { ty }
}

/// The globs of resources, in order: a name is of the first that it matches.
fn resources(bundle: &Bundle) -> Vec<&str> {
    bundle.targets.iter().filter(|target| target.kind == StepKind::Read).map(|target| target.name.as_str()).collect()
}

/// What children are granted by the rules about a step.
fn grants(bundle: &Bundle, rules: &[usize]) -> BTreeMap<String, String> {
    let with = rules.iter().filter_map(|r| bundle.rules.get(*r)).filter_map(|rule| Some((rule.name.clone(), rule.grants.as_ref()?)));
    with.map(|(name, grants)| {
        let words: Vec<String> = grants
            .iter()
            .map(|grant| match grant {
                Grant::Steps { targets, condition } => {
                    format!("{:?} {:?}", signature::target_names(bundle, targets), condition.as_ref().map(|c| signature::of_expr(bundle, c, &|_| None)))
                }
                Grant::Budget { budget, amount } => {
                    format!("{:?} {}", bundle.budgets.get(*budget as usize).map(|b| &b.name), signature::of_expr(bundle, amount, &|_| None))
                }
            })
            .collect();
        (name.to_string(), words.join(", "))
    })
    .collect()
}

/// Returns the steps that either bundle declares, and for each kind those that neither does.
pub(crate) fn steps(old: &Bundle, new: &Bundle) -> Vec<(StepKind, Option<String>)> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for target in new.targets.iter().chain(&old.targets) {
        if seen.insert((target.kind.word(), target.name.clone())) {
            all.push((target.kind, Some(target.name.to_string())));
        }
    }
    // `say` is always declared.
    all.extend(NAMED.map(|kind| (kind, None)));
    all
}
