//! A step of one bundle, and whether something holds of it in some session.
//!
//! First it is looked for where the step is the first of a session, which makes the shortest examples; then whether it can hold at all,
//! whatever came before; then in the states of sessions. What is found is played, and counts only when the machine agrees.

use std::collections::BTreeSet;

use reach_compiler::ir::Bundle;

use crate::breach::Step;
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Sight};
use crate::limits::Limits;
use crate::report::{Play, Played};
use crate::scene::{answered, untouched};
use crate::search::{Found, Search};
use crate::session::{self, Posed, Viewer};
use crate::symbolic::Question;
use crate::witness;
use crate::world::World;

/// How many ways to a state are tried, and how many steps that are the first of a session.
const WAYS: usize = 8;

/// What became of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sought<T> {
    /// It was found, and the machine agrees.
    Found(T),
    /// There is no such session.
    None,
    /// It could not be told, and why.
    Unknown(Vec<String>),
}

/// A step of one bundle.
pub(crate) struct Asking<'a> {
    pub world: World,
    bundle: &'a Bundle,
    rules: &'a Rules,
    play: &'a dyn Play,
    limits: &'a Limits,
    step: Step,
    sight: Sight,
    /// What the rules, and who asks, ask of the session.
    questions: Vec<Question>,
    search: Search,
}

impl<'a> Asking<'a> {
    #[expect(clippy::too_many_arguments, reason = "what a step is seen with")]
    pub fn new(
        world: World,
        bundle: &'a Bundle,
        rules: &'a Rules,
        play: &'a dyn Play,
        limits: &'a Limits,
        step: Step,
        sight: Sight,
        questions: Vec<Question>,
    ) -> Self {
        Self { world, bundle, rules, play, limits, step, sight, questions, search: Search::new(limits) }
    }

    /// Looks for a session at whose end `goal` holds, and that `accept` takes once it was played. Returns how many states were looked at too.
    ///
    /// `permissive` says that no value never makes `goal` hold where every value would not: that holds of permits and asks, for what has
    /// no value never helps the agent. Of other goals it isn't told whether they hold where what came before isn't known for certain.
    pub fn find<T>(&mut self, goal: F, permissive: bool, accept: &dyn Fn(Vec<String>, Vec<Played>) -> Result<T, String>) -> (Sought<T>, u64) {
        let mut why_not: Vec<String> = Vec::new();
        if let Some(found) = self.first(goal, accept, &mut why_not, &mut BTreeSet::new()) {
            return (Sought::Found(found), 1);
        }
        match self.search.solve(&mut self.world, &[goal]) {
            Found::None => return (Sought::None, 1),
            Found::Unknown(why) if self.questions.is_empty() => return (Sought::Unknown(why.into_iter().collect()), 1),
            _ => {}
        }
        let viewers = [Viewer { bundle: self.bundle, rules: self.rules }];
        let posed: Vec<Posed> = self.questions.iter().map(|q| (0, q.clone())).collect();
        let all = session::cone(&mut self.world, &viewers, &posed);
        let explored = session::explore(&mut self.world, &viewers, &all, goal, self.limits, WAYS);
        let mut written = Vec::new();
        for way in &explored.broken {
            let last = session::Last { kind: self.step.kind, name: self.name(), sights: vec![&self.sight], goal, questions: &all };
            match session::events(&mut self.world, &viewers, way, &last, &mut self.search) {
                Ok(events) => written.push(events),
                Err(why) => why_not.push(why),
            }
        }
        // Ways of as many steps differ in what is typed and answered.
        written.sort_by_key(Vec::len);
        for events in written {
            match self.accepted(events, accept) {
                Ok(found) => return (Sought::Found(found), explored.states),
                Err(why) => why_not.push(why),
            }
        }
        if explored.broken.is_empty() && explored.unknown.is_empty() {
            // No state of a session has it so.
            if !permissive {
                let answered: Vec<F> = self.questions.iter().map(|q| answered(&mut self.world, q)).collect();
                let answered = self.world.formulas.and(answered);
                let uncertain = self.world.formulas.not(answered);
                if !matches!(self.search.solve(&mut self.world, &[goal, uncertain]), Found::None) {
                    return (Sought::Unknown(vec!["whether it holds where what has happened before isn't known for certain".to_owned()]), explored.states);
                }
            }
            return (Sought::None, explored.states);
        }
        (Sought::Unknown(explored.unknown.into_iter().chain(why_not).collect()), explored.states)
    }

    /// Looks only at steps that are the first of a session.
    pub fn first_only<T>(&mut self, goal: F, accept: &dyn Fn(Vec<String>, Vec<Played>) -> Result<T, String>) -> Sought<T> {
        let (mut why_not, mut untold) = (Vec::new(), BTreeSet::new());
        if let Some(found) = self.first(goal, accept, &mut why_not, &mut untold) {
            return Sought::Found(found);
        }
        why_not.extend(untold);
        if why_not.is_empty() { Sought::None } else { Sought::Unknown(why_not) }
    }

    fn name(&self) -> &'a str {
        self.step.target.and_then(|t| self.bundle.targets.get(t)).map_or("undeclared", |t| t.name.as_str())
    }

    /// Looks at steps that are the first of a session. `why_not` gets why examples are none, `untold` why there may be others.
    fn first<T>(
        &mut self,
        goal: F,
        accept: &dyn Fn(Vec<String>, Vec<Played>) -> Result<T, String>,
        why_not: &mut Vec<String>,
        untold: &mut BTreeSet<String>,
    ) -> Option<T> {
        let mut quiet = vec![goal, self.sight.main];
        quiet.extend(judge::unspent(&mut self.world, self.bundle, &self.sight.frame));
        for question in &self.questions {
            quiet.push(untouched(&mut self.world, question));
        }
        let known: Vec<F> = quiet.iter().chain(&self.sight.prefer).copied().collect();
        for assumed in [known, quiet] {
            let mut goals = assumed;
            for _ in 0..WAYS {
                let model = match self.search.smallest(&mut self.world, &goals) {
                    Found::Some(model) => model,
                    Found::None => break,
                    Found::Unknown(why) => {
                        untold.extend(why);
                        break;
                    }
                };
                let name = self.name();
                let events = witness::alone(&mut self.world, &model, &[(self.bundle, &self.sight)], (self.step.kind, name));
                match self.accepted(events, accept) {
                    Ok(found) => return Some(found),
                    Err(why) => {
                        let doubts = model.doubts(&self.world);
                        if doubts.is_empty() {
                            why_not.push(why);
                        }
                        why_not.extend(doubts);
                    }
                }
                goals.push(model.excluded(&mut self.world));
            }
        }
        None
    }

    /// Plays a session.
    fn accepted<T>(&self, events: Vec<String>, accept: &dyn Fn(Vec<String>, Vec<Played>) -> Result<T, String>) -> Result<T, String> {
        let played = self.play.play(&events);
        if let Some(why) = played.iter().find_map(|p| if let Played::Rejected(why) = p { Some(why.clone()) } else { None }) {
            return Err(why);
        }
        accept(events, played)
    }
}
