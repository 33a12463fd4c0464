//! What a budget says to a step: a session in which it is left over, just spent, or overspent.
//!
//! What is spent may be any amount, since `usage` reports what a step really took. So one step that is permitted, and a usage of it, come
//! before the step if what that takes is not enough alone. A `No` is about every amount.

use std::collections::BTreeSet;

use reach_compiler::ir::{Budget, Bundle, Grant};
use reach_values::{decimal, time};

use super::{Answer, Inquiry, Shows};
use crate::asking::{Asking, Sought};
use crate::breach::Step;
use crate::formula::F;
use crate::judge::{self, Affords, Sight};
use crate::render::{self, quoted};
use crate::report::{Decided, Play, Played, Witness};
use crate::scene::untouched;
use crate::search::{Found, Model, Search};
use crate::session::{self, Called, Earlier, Viewer};
use crate::symbolic::Question;
use crate::witness::{self, BEGINNING};
use crate::world::World;

/// How many sessions are played for one step.
const TRIES: usize = 8;

/// What the step before is called in the events.
const FIRST: &str = "c1";

/// A step that is charged, where the budget says what is looked for.
struct Charged {
    step: Step,
    sight: Sight,
    goal: F,
    questions: Vec<Question>,
}

impl Inquiry<'_> {
    /// Finds a session in whose last step a budget says so.
    #[must_use]
    pub fn affords(&self, budget: usize, says: Affords, shows: &Shows<'_>) -> Answer {
        let Some(declared) = self.bundle.budgets.get(budget) else { return Answer::No };
        let Some(play) = self.plain.get_or_init(|| (self.make)(self.bundle)).as_deref() else {
            return Answer::Unknown(vec!["the bundle can't be built".to_owned()]);
        };
        // Budgets are looked at last, and those before this one may be anything.
        let mut bare = self.bundle.clone();
        bare.budgets.clear();
        bare.charges.clear();
        let charges = self.bundle.charges.iter().filter(|charge| charge.budget as usize == budget);
        let targets: BTreeSet<usize> = charges.flat_map(|charge| &charge.targets).map(|target| target.target as usize).collect();
        let mut unknown = Vec::new();
        for target in targets {
            let Some(kind) = self.bundle.targets.get(target).map(|t| t.kind) else { continue };
            let step = Step { target: Some(target), class: None, kind };
            let mut world = World::of_lists(self.rules.demand(Some(target)).elements());
            let sight = step.sight(&mut world, self.bundle);
            let judged = judge::judge(&mut world, &bare, &sight, self.rules.about(Some(target)));
            let Some(so) = judge::affords(&mut world, self.bundle, &sight, target, budget, says) else { continue };
            let goal = world.formulas.or([judged.permit, judged.ask]);
            let goal = world.formulas.and([goal, so, sight.valid]);
            if goal == F::FALSE {
                continue;
            }
            let accept = |events: Vec<String>, mut played: Vec<Played>| match played.pop() {
                Some(Played::Decided(decided)) if shows(&events) => Ok((Witness { events }, decided)),
                _ => Err("whether so much can be spent before the step".to_owned()),
            };
            let mut asking = Asking::new(world, self.bundle, &self.rules, play, &self.limits, step, sight.clone(), judged.questions.clone());
            if let Sought::Found(found) = asking.first_only(goal, &accept) {
                return Answer::Yes(Box::new(found));
            }
            let charged = Charged { step, sight, goal, questions: judged.questions };
            if let Some(found) = self.after_usage(&mut asking.world, play, declared, &charged, &accept) {
                return Answer::Yes(Box::new(found));
            }
            match asking.find(goal, false, &accept).0 {
                Sought::Found(found) => return Answer::Yes(Box::new(found)),
                Sought::None => {}
                Sought::Unknown(why) => unknown.extend(why),
            }
        }
        let granted = self.bundle.rules.iter().flat_map(|rule| rule.grants.iter().flatten());
        if granted.into_iter().any(|grant| matches!(grant, Grant::Budget { budget: granted, .. } if *granted as usize == budget)) {
            unknown.push("what an agent was granted of a budget".to_owned());
        }
        if unknown.is_empty() { Answer::No } else { Answer::Unknown(unknown) }
    }

    /// Looks for it where one step, and a usage of that, come before.
    fn after_usage(
        &self,
        world: &mut World,
        play: &dyn Play,
        budget: &Budget,
        last: &Charged,
        accept: &dyn Fn(Vec<String>, Vec<Played>) -> Result<(Witness, Decided), String>,
    ) -> Option<(Witness, Decided)> {
        let viewers = [Viewer { bundle: self.bundle, rules: &self.rules }];
        let name = last.step.target.and_then(|t| self.bundle.targets.get(t)).map(|t| t.name.clone())?;
        let called: Called = (last.step.kind, name.into());
        let first = session::earlier(world, &viewers, &called, "e0.", false)?;
        let seen = first.seen.first()?;
        let mut always = vec![last.goal, last.sight.main, seen.sight.main, seen.sight.valid];
        always.extend(judge::unspent(world, self.bundle, &seen.sight.frame));
        always.extend(seen.judged.questions.iter().map(|question| untouched(world, question)));
        // No usage is less than nothing.
        let mut used = Vec::new();
        for (guard, sum) in judge::spent_in_session(world, self.bundle, &last.sight.frame, budget) {
            let negative = crate::world::Sum::of(0).plus(&sum, -1)?;
            let enough = world.at_most_zero(&negative);
            used.push(world.formulas.and([guard, enough]));
        }
        always.push(world.formulas.or(used));
        let quiet: Vec<F> = last.questions.iter().map(|question| untouched(world, question)).collect();
        let known: Vec<F> = last.sight.prefer.iter().chain(&seen.sight.prefer).copied().collect();
        let mut search = Search::new(&self.limits);
        for permitted in [true, false] {
            let decided = if permitted { seen.judged.permit } else { seen.judged.ask };
            for more in [[quiet.clone(), known.clone()].concat(), quiet.clone(), Vec::new()] {
                let mut goals: Vec<F> = always.iter().copied().chain([decided]).chain(more).collect();
                for _ in 0..TRIES {
                    let Found::Some(model) = search.smallest(world, &goals) else { break };
                    let events = self.written(world, &model, budget, last, (&called, &first, permitted))?;
                    let played = play.play(&events);
                    if !played.iter().any(|p| matches!(p, Played::Rejected(_)))
                        && let Ok(found) = accept(events, played)
                    {
                        return Some(found);
                    }
                    goals.push(model.excluded(world));
                }
            }
        }
        None
    }

    /// Writes a step, its usage, and the last step.
    fn written(
        &self,
        world: &mut World,
        model: &Model,
        budget: &Budget,
        last: &Charged,
        (called, first, permitted): (&Called, &Earlier, bool),
    ) -> Option<Vec<String>> {
        let fixed = witness::time_of(world, model, &last.sight);
        let time = |lines: &[String]| fixed.unwrap_or_else(|| BEGINNING + time::SECOND_NS * i128::try_from(lines.len()).unwrap_or(0));
        let stamp = |lines: &[String]| quoted(&time::format_time(time(lines)));
        let bundle: &Bundle = self.bundle;
        let own = [(bundle, &last.sight)];
        let step = (called.0, called.1.as_str());
        let mut lines: Vec<String> = witness::start(world, model, &own, time(&[])).into_iter().collect();
        let seen = first.seen.first()?;
        let line = witness::step(world, model, &[(bundle, &seen.sight)], step, FIRST, time(&lines)).line();
        lines.push(line);
        if !permitted {
            let line = session::approval(FIRST, &stamp(&lines));
            lines.push(line);
        }
        let cases = judge::spent_in_session(world, bundle, &last.sight.frame, budget);
        let used = cases.into_iter().find(|(guard, _)| model.satisfies(world, *guard)).map(|(_, sum)| render::total(world, model, &sum))?;
        let used = if budget.ty == reach_compiler::ir::Type::Int { used.to_string() } else { decimal::format(used) };
        let line =
            format!("{{\"type\":\"usage\",\"step\":{},\"charges\":{{{}:{}}},\"at\":{}}}", quoted(FIRST), quoted(&budget.name), quoted(&used), stamp(&lines));
        lines.push(line);
        let line = witness::step(world, model, &own, step, "step", time(&lines)).line();
        lines.push(line);
        Some(lines)
    }
}
