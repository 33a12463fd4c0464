//! What differs between two bundles.
//!
//! Each step is compared alone, with the rules that are about it. Most are equal as formulas already; of the others an example is looked
//! for, of each way to differ and each pair of sets of rules that decide, and played by both machines.

mod beside;
mod moved;
mod pose;
mod tried;

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, StepKind};

use crate::demand::{Demand, demands};
use crate::formula::F;
use crate::judge;
use crate::limits::Limits;
use crate::report::{AnalysisError, Change, ChangeKind, Decided, Difference, Effect, Play, Played, Unknown, Witness};
use crate::scene::{Scene, Side};
use crate::search::{Found, Model, Search};
use crate::session;
use crate::text::Texts;
use crate::world::World;

pub(crate) use pose::{Half, called, pose, steps};

/// How many ways to a state are tried.
const WAYS: usize = 4;

/// Compares two bundles. `old_play` and `new_play` play sessions with them.
///
/// # Errors
/// When a machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn diff(old: &Bundle, new: &Bundle, old_play: &dyn Play, new_play: &dyn Play, limits: &Limits) -> Result<Difference, AnalysisError> {
    let (old_rules, new_rules) = (Rules::of(old), Rules::of(new));
    let mut report = Difference::default();
    let mut texts = Texts::default();
    let mut sessions = None;
    for (kind, name) in steps(old, new) {
        if report.changes.len() >= limits.changes {
            // What else differs was not looked for.
            report.more += 1;
            break;
        }
        let name = name.as_deref();
        let mut pair = Pair {
            // What was compiled for one step serves the next.
            world: World::of_texts(texts),
            kind,
            name,
            old: (Half::of(old, &old_rules, kind, name), &old_rules, old_play),
            new: (Half::of(new, &new_rules, kind, name), &new_rules, new_play),
            limits,
        };
        report.steps += 1;
        let (told, untold) = (report.changes.len(), report.unknown.len());
        pair.compare(&mut report)?;
        if report.unknown.len() > untold {
            let sessions = sessions.get_or_insert_with(|| tried::Sessions::of(old, new));
            tried::tried(sessions, (kind, name), [old_play, new_play], limits, &mut report);
            if let Some(changes) = report.changes.get_mut(told..) {
                changes.sort_by_key(|change| change.kind);
            }
        }
        texts = pair.world.texts.for_another();
    }
    report.unknown.extend(beside::beside(old, new));
    report.unknown.sort();
    report.unknown.dedup();
    Ok(report)
}

/// The rules about each declared step, and about those that aren't.
pub(crate) struct Rules {
    /// The declared steps, by kind and name.
    steps: BTreeMap<(StepKind, String), usize>,
    about: Vec<Vec<usize>>,
    undeclared: Vec<usize>,
    /// What is asked of lists, by step, and where none is declared.
    demands: (Vec<Demand>, Demand),
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
        let mut steps = BTreeMap::new();
        for (number, target) in bundle.targets.iter().enumerate() {
            steps.entry((target.kind, target.name.to_string())).or_insert(number);
        }
        Self { steps, about, undeclared, demands: demands(bundle) }
    }

    /// Returns the index of a declared step.
    pub fn declared(&self, kind: StepKind, name: &str) -> Option<usize> {
        self.steps.get(&(kind, name.to_owned())).copied()
    }

    /// Returns what is asked of the lists of a step.
    pub fn demand(&self, target: Option<usize>) -> Demand {
        match target {
            Some(target) => self.demands.0.get(target).copied().unwrap_or_default(),
            None => self.demands.1,
        }
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
    /// What each bundle has of the step, all of its rules, and its machine.
    old: (Half<'a>, &'a Rules, &'a dyn Play),
    new: (Half<'a>, &'a Rules, &'a dyn Play),
    limits: &'a Limits,
}

/// What is looked for of one kind of change.
struct Looking {
    kind: ChangeKind,
    /// What was not seen yet.
    goal: F,
    /// Which pairs of decisions were seen.
    seen: BTreeSet<String>,
    tries: usize,
    /// Why it can't be told whether that is all.
    doubts: BTreeSet<String>,
}

impl Looking {
    fn is_full(&self, limits: &Limits) -> bool {
        self.seen.len() >= limits.examples || self.tries > 4 * limits.examples + 16
    }
}

impl Pair<'_> {
    fn step(&self) -> String {
        called(self.kind, self.name)
    }

    fn compare(&mut self, report: &mut Difference) -> Result<(), AnalysisError> {
        let ((old, old_rules, _), (new, new_rules, _)) = (self.old, self.new);
        let posed = pose(&mut self.world, (self.kind, self.name), old, new);
        report.unknown.extend(posed.strange.into_iter().map(|why| Unknown { step: Some(called(self.kind, self.name)), why }));
        if posed.goals.iter().all(|(_, goal)| *goal == F::FALSE) {
            return Ok(());
        }
        let [old_sight, new_sight] = posed.sights;
        let [old_judged, new_judged] = posed.judged;
        let scene = Scene {
            kind: self.kind,
            name: self.name.unwrap_or_default(),
            sides: vec![
                Side { bundle: old.bundle, sight: old_sight, judged: old_judged, rules: old_rules },
                Side { bundle: new.bundle, sight: new_sight, judged: new_judged, rules: new_rules },
            ],
        };
        let mut search = Search::new(self.limits);
        for (kind, goal) in posed.goals {
            if report.changes.len() >= self.limits.changes {
                report.more += 1;
                break;
            }
            self.examples(&mut search, &scene, kind, goal, report)?;
        }
        Ok(())
    }

    /// Looks for examples of one kind of change: first among steps that are the first of a session, then in longer ones.
    fn examples(&mut self, search: &mut Search, scene: &Scene<'_>, kind: ChangeKind, goal: F, report: &mut Difference) -> Result<(), AnalysisError> {
        if goal == F::FALSE {
            return Ok(());
        }
        let mut looking = Looking { kind, goal, seen: BTreeSet::new(), tries: 0, doubts: BTreeSet::new() };
        for assumed in scene.beginnings(&mut self.world) {
            loop {
                let mut goals = vec![looking.goal];
                goals.extend(&assumed);
                let Found::Some(model) = search.smallest(&mut self.world, &goals) else { break };
                if looking.is_full(self.limits) {
                    self.full(looking, report);
                    return Ok(());
                }
                let events = scene.first(&mut self.world, &model);
                self.example(scene, &mut looking, events, Some(&model), report)?;
            }
        }
        self.in_sessions(search, scene, &mut looking, report)?;
        if looking.is_full(self.limits) {
            self.full(looking, report);
            return Ok(());
        }
        // What is left may be out of reach, or not told.
        let step = Some(self.step());
        match search.solve(&mut self.world, &[looking.goal]) {
            Found::None => {}
            Found::Unknown(why) => looking.doubts.extend(why),
            Found::Some(model) => {
                let doubts = model.doubts(&self.world);
                if !doubts.is_empty() {
                    looking.doubts.extend(doubts);
                } else if looking.doubts.is_empty() {
                    self.left(search, scene, &mut looking);
                }
            }
        }
        report.unknown.extend(looking.doubts.into_iter().map(|why| Unknown { step: step.clone(), why }));
        Ok(())
    }

    /// Says that not all was looked at: there are enough examples, or too many that are none.
    fn full(&self, mut looking: Looking, report: &mut Difference) {
        if looking.seen.len() >= self.limits.examples {
            report.more += 1;
        } else {
            looking.doubts.insert("there are too many cases to look at".to_owned());
        }
        let step = Some(self.step());
        report.unknown.extend(looking.doubts.into_iter().map(|why| Unknown { step: step.clone(), why }));
    }

    /// Looks for examples in sessions in which something has happened before.
    fn in_sessions(&mut self, search: &mut Search, scene: &Scene<'_>, looking: &mut Looking, report: &mut Difference) -> Result<(), AnalysisError> {
        let (viewers, posed) = scene.viewers();
        if posed.is_empty() {
            return Ok(());
        }
        let all = session::cone(&mut self.world, &viewers, &posed);
        while !matches!(search.solve(&mut self.world, &[looking.goal]), Found::None) {
            if looking.is_full(self.limits) {
                return Ok(());
            }
            let doubts_before = looking.doubts.clone();
            let explored = session::explore(&mut self.world, &viewers, &all, looking.goal, self.limits, WAYS);
            looking.doubts.extend(explored.unknown);
            let before = looking.seen.len();
            for way in &explored.broken {
                let last = session::Last {
                    kind: self.kind,
                    name: scene.name,
                    sights: scene.sides.iter().map(|s| &s.sight).collect(),
                    goal: looking.goal,
                    questions: &all,
                };
                match session::events(&mut self.world, &viewers, way, &last, search) {
                    Ok(events) => {
                        self.example(scene, looking, events, None, report)?;
                        if looking.seen.len() > before {
                            break;
                        }
                    }
                    Err(why) => {
                        looking.doubts.insert(why);
                    }
                }
            }
            if looking.seen.len() == before {
                return Ok(());
            }
            // An example was found after all. What was put aside before stays in doubt: it is no part of the goal any more.
            looking.doubts = doubts_before;
        }
        Ok(())
    }

    /// Says what is left when every state was looked at: steps of other agents, or answers that aren't certain.
    fn left(&mut self, search: &mut Search, scene: &Scene<'_>, looking: &mut Looking) {
        let answered = scene.answered(&mut self.world);
        let uncertain = self.world.formulas.not(answered);
        let main: Vec<F> = scene.sides.iter().map(|s| s.sight.main).collect();
        let main = self.world.formulas.and(main);
        let other = self.world.formulas.not(main);
        let spent: Vec<F> = scene.sides.iter().flat_map(|s| judge::unspent(&mut self.world, s.bundle, &s.sight.frame)).collect();
        let spent = self.world.formulas.and(spent);
        let spent = self.world.formulas.not(spent);
        for (where_, why) in [
            (uncertain, "whether it differs where what has happened before isn't known for certain"),
            (other, "whether it differs for a child agent"),
            (spent, "whether it differs once something was spent"),
        ] {
            if !matches!(search.solve(&mut self.world, &[looking.goal, where_]), Found::None) {
                looking.doubts.insert(why.to_owned());
            }
        }
    }

    /// Plays a session, and keeps it if it shows a change that was not seen yet.
    fn example(
        &mut self,
        scene: &Scene<'_>,
        looking: &mut Looking,
        events: Vec<String>,
        model: Option<&Model>,
        report: &mut Difference,
    ) -> Result<(), AnalysisError> {
        looking.tries += 1;
        let step = self.step();
        let (events, played) = self.played_in_time(looking.kind, events, model);
        let block = match played {
            Ok((before, after)) if fits(looking.kind, &before, &after) => {
                let block = self.alike(scene, &before, &after);
                if looking.seen.insert(format!("{} {}", by(&before), by(&after))) {
                    report.changes.push(Change { kind: looking.kind, step, before, after, witness: Witness { events } });
                    block
                } else {
                    model.map_or(F::TRUE, |model| model.excluded(&mut self.world))
                }
            }
            Ok((before, after)) => {
                let Some(model) = model else {
                    looking.doubts.insert("a session in which it differs was not found".to_owned());
                    return Ok(());
                };
                let doubts = model.doubts(&self.world);
                if doubts.is_empty() && report.unknown.iter().all(|u| u.step.as_ref() != Some(&step)) {
                    return Err(AnalysisError::Mismatch {
                        step: events.last().cloned().unwrap_or(step),
                        expected: format!("{:?}", looking.kind),
                        actual: format!("{} before and {} after", by(&before), by(&after)),
                    });
                }
                looking.doubts.extend(doubts);
                model.excluded(&mut self.world)
            }
            Err(why) => {
                looking.doubts.insert(why);
                model.map_or(F::TRUE, |model| model.excluded(&mut self.world))
            }
        };
        looking.goal = self.world.formulas.and([looking.goal, block]);
        Ok(())
    }

    /// Plays a session; where it doesn't show the change and not all of it was told apart, at other times as well.
    fn played_in_time(&self, kind: ChangeKind, events: Vec<String>, model: Option<&Model>) -> (Vec<String>, Result<(Decided, Decided), String>) {
        let plays = [self.old.2, self.new.2];
        let played = play_both(plays, &events);
        let shows = |played: &Result<(Decided, Decided), String>| played.as_ref().is_ok_and(|(before, after)| fits(kind, before, after));
        if !shows(&played) && model.is_some_and(|model| !model.doubts(&self.world).is_empty()) {
            for moved in moved::in_time(&events) {
                let played = play_both(plays, &moved);
                if shows(&played) {
                    return (moved, played);
                }
            }
        }
        (events, played)
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
}

/// Plays a session with two machines, and returns what each decides at its end.
fn play_both(plays: [&dyn Play; 2], events: &[String]) -> Result<(Decided, Decided), String> {
    let last = |play: &dyn Play| match play.play(events).pop() {
        Some(Played::Decided(decided)) => Ok(decided),
        Some(Played::Rejected(why)) => Err(why),
        _ => Err("the step is no step".to_owned()),
    };
    let [old, new] = plays;
    Ok((last(old)?, last(new)?))
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
