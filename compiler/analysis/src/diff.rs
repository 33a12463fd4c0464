//! What differs between two bundles.
//!
//! Each step is compared alone, with the rules that are about it. Most are equal as formulas already; of the others an example is looked
//! for, of each way to differ and each pair of sets of rules that decide, and played by both machines.

mod pose;

use std::collections::BTreeSet;

use reach_compiler::ir::{Bundle, StepKind};

use crate::formula::F;
use crate::limits::Limits;
use crate::report::{AnalysisError, Change, ChangeKind, Decided, Difference, Effect, Play, Played, Unknown, Witness};
use crate::scene::{Scene, Side, Staged};
use crate::search::{Found, Search};
use crate::world::World;

pub(crate) use pose::{Half, called, pose, steps};

/// Compares two bundles. `old_play` and `new_play` play sessions with them.
///
/// # Errors
/// When a machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn diff(old: &Bundle, new: &Bundle, old_play: &dyn Play, new_play: &dyn Play, limits: &Limits) -> Result<Difference, AnalysisError> {
    let (old_rules, new_rules) = (Rules::of(old), Rules::of(new));
    let mut report = Difference::default();
    for (kind, name) in steps(old, new) {
        let name = name.as_deref();
        let mut pair = Pair {
            world: World::default(),
            kind,
            name,
            old: (Half::of(old, &old_rules, kind, name), old_play),
            new: (Half::of(new, &new_rules, kind, name), new_play),
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

struct Pair<'a> {
    world: World,
    kind: StepKind,
    name: Option<&'a str>,
    /// What each bundle has of the step, and its machine.
    old: (Half<'a>, &'a dyn Play),
    new: (Half<'a>, &'a dyn Play),
    limits: &'a Limits,
}

impl Pair<'_> {
    fn compare(&mut self, report: &mut Difference) -> Result<(), AnalysisError> {
        let ((old, old_play), (new, new_play)) = (self.old, self.new);
        let posed = pose(&mut self.world, (self.kind, self.name), old, new);
        report.unknown.extend(posed.strange.into_iter().map(|why| Unknown { step: Some(called(self.kind, self.name)), why }));
        if posed.goals.iter().all(|(_, goal)| *goal == F::FALSE) {
            return Ok(());
        }
        let [old_sight, new_sight] = posed.sights;
        let [old_judged, new_judged] = posed.judged;
        let mut scene = Scene {
            kind: self.kind,
            name: self.name.unwrap_or_default(),
            sides: vec![
                Side { bundle: old.bundle, sight: old_sight, judged: old_judged, play: old_play, rules: old.rules },
                Side { bundle: new.bundle, sight: new_sight, judged: new_judged, play: new_play, rules: new.rules },
            ],
        };
        let mut search = Search::new(self.limits);
        for (kind, goal) in posed.goals {
            self.examples(&mut search, &mut scene, kind, goal, report)?;
        }
        Ok(())
    }

    /// Looks for examples of one kind of change.
    fn examples(&mut self, search: &mut Search, scene: &mut Scene<'_>, kind: ChangeKind, goal: F, report: &mut Difference) -> Result<(), AnalysisError> {
        if goal == F::FALSE {
            return Ok(());
        }
        let step = called(self.kind, self.name);
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
