//! What differs between two bundles.
//!
//! Each step is compared alone, with the rules that are about it. Most are equal as formulas already; of the others an example is looked
//! for, of each way to differ and each pair of sets of rules that decide, and played by both machines.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, StepKind, Type};

use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::limits::Limits;
use crate::report::{AnalysisError, Change, ChangeKind, Decided, Difference, Effect, Play, Played, Unknown, Witness};
use crate::scene::{Scene, Side, Staged};
use crate::search::{Found, Search};
use crate::world::World;

/// The kinds of changes, in the order in which they are told.
const KINDS: [ChangeKind; 4] = [ChangeKind::NewlyPermitted, ChangeKind::NewlyAsked, ChangeKind::NewlyForbidden, ChangeKind::ObligationsChanged];

/// Compares two bundles. `old_play` and `new_play` play sessions with them.
///
/// # Errors
/// When a machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn diff(old: &Bundle, new: &Bundle, old_play: &dyn Play, new_play: &dyn Play, limits: &Limits) -> Result<Difference, AnalysisError> {
    let (old_rules, new_rules) = (Rules::of(old), Rules::of(new));
    let mut report = Difference::default();
    for (kind, name) in steps(old, new) {
        let name = name.as_deref();
        let find = |bundle: &Bundle| name.and_then(|name| bundle.targets.iter().position(|t| t.kind == kind && t.name == name));
        let mut pair = Pair {
            world: World::default(),
            kind,
            name,
            old: (old, find(old), old_rules.about(find(old)), old_play),
            new: (new, find(new), new_rules.about(find(new)), new_play),
            limits,
        };
        report.steps += 1;
        pair.compare(&mut report)?;
    }
    report.unknown.sort();
    report.unknown.dedup();
    Ok(report)
}

/// The rules about each declared step, and about those that aren't.
pub(crate) struct Rules {
    about: Vec<Vec<usize>>,
    undeclared: Vec<usize>,
}

impl Rules {
    pub fn of(bundle: &Bundle) -> Self {
        let mut about = vec![Vec::new(); bundle.targets.len()];
        let mut undeclared = Vec::new();
        for (number, rule) in bundle.rules.iter().enumerate() {
            for target in &rule.targets {
                if let Some(list) = about.get_mut(target.target as usize) {
                    list.push(number);
                }
            }
            if rule.undeclared {
                undeclared.push(number);
            }
        }
        Self { about, undeclared }
    }

    pub fn about(&self, target: Option<usize>) -> &[usize] {
        match target {
            Some(target) => self.about.get(target).map_or(&[], Vec::as_slice),
            None => &self.undeclared,
        }
    }
}

/// Returns the steps that either bundle declares, and for each kind those that neither does.
fn steps(old: &Bundle, new: &Bundle) -> Vec<(StepKind, Option<String>)> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for target in new.targets.iter().chain(&old.targets) {
        if seen.insert((target.kind.word(), target.name.clone())) {
            all.push((target.kind, Some(target.name.clone())));
        }
    }
    // `say` is always declared.
    all.extend([StepKind::Call, StepKind::Spawn, StepKind::Model, StepKind::Read].map(|kind| (kind, None)));
    all
}

/// A bundle's side of a step: the bundle, the index of the step, the rules about it, the machine.
type Half<'a> = (&'a Bundle, Option<usize>, &'a [usize], &'a dyn Play);

struct Pair<'a> {
    world: World,
    kind: StepKind,
    name: Option<&'a str>,
    old: Half<'a>,
    new: Half<'a>,
    limits: &'a Limits,
}

impl Pair<'_> {
    fn step(&self) -> String {
        match self.name {
            Some(name) if self.kind == StepKind::Say || name.is_empty() => self.kind.word().to_owned(),
            Some(name) => format!("{} {name}", self.kind.word()),
            None => format!("{} of an undeclared name", self.kind.word()),
        }
    }

    fn compare(&mut self, report: &mut Difference) -> Result<(), AnalysisError> {
        let ((old, old_target, ..), (new, new_target, ..)) = (self.old, self.new);
        let mut sights = [self.sight(old, old_target), self.sight(new, new_target)];
        let strange = match (old_target.and_then(|t| old.targets.get(t)), new_target.and_then(|t| new.targets.get(t))) {
            (Some(a), Some(b)) => self.reconcile(&mut sights, a, b),
            _ => None,
        };
        let [old_sight, new_sight] = sights;
        let old_judged = judge::judge(&mut self.world, old, &old_sight, self.old.2);
        let new_judged = judge::judge(&mut self.world, new, &new_sight, self.new.2);
        let goals = self.goals(&old_judged, &new_judged);
        let step = self.step();
        if let Some(why) = strange {
            report.unknown.push(Unknown { step: Some(step.clone()), why });
        }
        if let (Some(a), Some(b)) = (old_target.and_then(|t| old.targets.get(t)), new_target.and_then(|t| new.targets.get(t)))
            && self.kind == StepKind::Spawn
            && grants(old, self.old.2) != grants(new, self.new.2)
        {
            let _ = (a, b);
            report.unknown.push(Unknown { step: Some(step.clone()), why: "what a child is granted differs, and is compared as text only".to_owned() });
        }
        if goals.iter().all(|(_, goal)| *goal == F::FALSE) {
            return Ok(());
        }
        let mut scene = Scene {
            kind: self.kind,
            name: self.name.unwrap_or_default(),
            sides: vec![
                Side { bundle: old, sight: old_sight, judged: old_judged, play: self.old.3, rules: self.old.2 },
                Side { bundle: new, sight: new_sight, judged: new_judged, play: self.new.3, rules: self.new.2 },
            ],
        };
        let mut search = Search::new(self.limits);
        for (kind, goal) in goals {
            self.examples(&mut search, &mut scene, kind, goal, report)?;
        }
        Ok(())
    }

    fn sight(&mut self, bundle: &Bundle, target: Option<usize>) -> Sight {
        match target {
            Some(target) => judge::sight(&mut self.world, bundle, target, ""),
            None => judge::undeclared(&mut self.world, bundle, self.kind, self.name),
        }
    }

    /// Says of two declarations of one step which arguments fit either. Returns what can't be compared.
    fn reconcile(&mut self, sights: &mut [Sight; 2], a: &reach_compiler::ir::Target, b: &reach_compiler::ir::Target) -> Option<String> {
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
                let there = self.world.flag(&crate::witness::there("", field, number == 0), None);
                let missing = self.world.formulas.not(there);
                for (sight, field) in sights.iter_mut().zip([x, y]) {
                    let allowed = match field {
                        None => missing,
                        Some(field) if matches!(field.ty, Type::Optional(_)) => continue,
                        Some(_) => there,
                    };
                    sight.valid = self.world.formulas.and([sight.valid, allowed]);
                }
            }
        }
        strange
    }

    fn goals(&mut self, old: &Judgement, new: &Judgement) -> Vec<(ChangeKind, F)> {
        let f = &mut self.world.formulas;
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

    /// Looks for examples of one kind of change.
    fn examples(&mut self, search: &mut Search, scene: &mut Scene<'_>, kind: ChangeKind, goal: F, report: &mut Difference) -> Result<(), AnalysisError> {
        if goal == F::FALSE {
            return Ok(());
        }
        let step = self.step();
        let mut goal = goal;
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let preferences = scene.preferences(&mut self.world);
        let mut level = 0;
        let mut shown = 0;
        let mut rounds = 0;
        while level < preferences.len() {
            rounds += 1;
            let mut goals = vec![goal];
            goals.extend(preferences.get(level).into_iter().flatten().copied());
            let model = match search.solve(&mut self.world, &goals) {
                Found::Some(model) => model,
                Found::None => {
                    level += 1;
                    continue;
                }
                Found::Unknown(why) => {
                    // With fewer preferences it may be told; the last level has none.
                    if level + 1 == preferences.len() {
                        report.unknown.extend(why.into_iter().map(|why| Unknown { step: Some(step.clone()), why }));
                    }
                    level += 1;
                    continue;
                }
            };
            if shown >= self.limits.examples || rounds > 4 * self.limits.examples + 16 {
                report.more += 1;
                return Ok(());
            }
            let staged = scene.stage(&mut self.world, search, &model, self.limits);
            let found = match staged {
                Staged::Session(events) => self.played(scene, &events).map(|(before, after)| (events, before, after)),
                Staged::Unknown(why) => Err(why),
            };
            let block = match found {
                Ok((events, before, after)) if fits(kind, &before, &after) => {
                    let key = format!("{} {}", by(&before), by(&after));
                    let block = self.alike(scene, &before, &after);
                    if seen.insert(key) {
                        shown += 1;
                        report.changes.push(Change { kind, step: step.clone(), before, after, witness: Witness { events } });
                        block
                    } else {
                        self.exactly(&model)
                    }
                }
                Ok((_, before, after)) => {
                    let doubts = model.doubts(&self.world);
                    if doubts.is_empty() && report.unknown.iter().all(|u| u.step.as_ref() != Some(&step)) {
                        return Err(AnalysisError::Mismatch { step, expected: format!("{kind:?}"), actual: format!("{} before and {} after", by(&before), by(&after)) });
                    }
                    report.unknown.extend(doubts.into_iter().map(|why| Unknown { step: Some(step.clone()), why }));
                    self.exactly(&model)
                }
                Err(why) => {
                    report.unknown.push(Unknown { step: Some(step.clone()), why });
                    self.exactly(&model)
                }
            };
            goal = self.world.formulas.and([goal, block]);
        }
        Ok(())
    }

    /// Plays a session with both machines, and returns what is decided at its end.
    fn played(&self, scene: &Scene<'_>, events: &[String]) -> Result<(Decided, Decided), String> {
        let mut last = scene.sides.iter().map(|side| match side.play.play(events).pop() {
            Some(Played::Decided(decided)) => Ok(decided),
            Some(Played::Rejected(why)) => Err(why),
            _ => Err("the step is no step".to_owned()),
        });
        match (last.next(), last.next()) {
            (Some(before), Some(after)) => Ok((before?, after?)),
            _ => Err("there is nothing to compare".to_owned()),
        }
    }

    /// Returns the formula of all steps that are not decided as these two decisions say, by the same rules.
    fn alike(&mut self, scene: &Scene<'_>, before: &Decided, after: &Decided) -> F {
        let mut parts = Vec::new();
        for (side, decided) in scene.sides.iter().zip([before, after]) {
            parts.push(scene.decided_so(&mut self.world, side, decided));
        }
        let alike = self.world.formulas.and(parts);
        self.world.formulas.not(alike)
    }

    /// Returns the formula of everything but what a model says.
    fn exactly(&mut self, model: &crate::search::Model) -> F {
        let parts: Vec<F> = model
            .literals
            .iter()
            .map(|(atom, holds)| {
                let f = self.world.formulas.atom(*atom);
                if *holds { f } else { self.world.formulas.not(f) }
            })
            .collect();
        let all = self.world.formulas.and(parts);
        self.world.formulas.not(all)
    }
}

fn inner(ty: &Type) -> &Type {
    if let Type::Optional(of) = ty { of } else { ty }
}

/// What children are granted by the rules about a step.
fn grants(bundle: &Bundle, rules: &[usize]) -> BTreeMap<String, String> {
    let with = rules.iter().filter_map(|r| bundle.rules.get(*r)).filter_map(|rule| Some((rule.name.clone(), rule.grants.as_ref()?)));
    with.map(|(name, grants)| {
        let words: Vec<String> = grants
            .iter()
            .map(|grant| match grant {
                reach_compiler::ir::Grant::Steps { targets, condition } => {
                    format!("{:?} {:?}", crate::signature::target_names(bundle, targets), condition.as_ref().map(|c| crate::signature::of_expr(bundle, c, &|_| None)))
                }
                reach_compiler::ir::Grant::Budget { budget, amount } => {
                    format!("{:?} {}", bundle.budgets.get(*budget as usize).map(|b| &b.name), crate::signature::of_expr(bundle, amount, &|_| None))
                }
            })
            .collect();
        (name, words.join(", "))
    })
    .collect()
}

/// Tells whether two decisions differ so.
fn fits(kind: ChangeKind, before: &Decided, after: &Decided) -> bool {
    let (b, a) = (before.effect, after.effect);
    match kind {
        ChangeKind::NewlyPermitted => a == Effect::Permit && b != Effect::Permit,
        ChangeKind::NewlyAsked => a == Effect::Ask && b != Effect::Ask,
        ChangeKind::NewlyForbidden => a == Effect::Forbid && b != Effect::Forbid,
        ChangeKind::ObligationsChanged => a == b && a != Effect::Forbid && (before.obligations != after.obligations || before.args != after.args),
    }
}

/// What decided, as a word.
fn by(decided: &Decided) -> String {
    let rules: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
    format!("{} by {}", decided.effect.word(), rules.join(", "))
}
