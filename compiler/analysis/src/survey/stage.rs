//! A step with the rules about it, and what the solver is asked of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reach_compiler::ir::{Bundle, Effect as RuleEffect, StepKind};

use super::Effort;
use super::marks::Tri;
use super::parts::{self, Part};
use crate::breach::Step;
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::limits::Limits;
use crate::scene::{answered, untouched};
use crate::search::{Found, Search};
use crate::session::{self, Posed, Viewer};
use crate::symbolic::{Question, Symbolic};
use crate::world::{Cond, World};

/// How many other examples are tried where one rests on something that isn't told apart.
const OTHERS: usize = 3;

/// Why a question was not asked any more.
pub(super) const NO_MORE: &str = "so much was asked of the bundle already that this was left out";
/// Why it isn't known whether a session leads to what one step alone allows.
const NO_SESSION: &str = "whether a session leads there was not looked at any more";

/// What may still be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub questions: u64,
    pub sessions: u64,
}

/// A step, and what is known of it.
pub(super) struct Stage<'a> {
    pub world: World,
    pub bundle: &'a Bundle,
    pub sight: Sight,
    pub judged: Judgement,
    /// Whether all rules about the step are looked at. Else only that something never is can be told.
    pub complete: bool,
    pub left: Left,
    /// How many questions were asked.
    pub asked: u64,
    /// Why the last one could not be told.
    pub why: Option<String>,
    rules: &'a Rules,
    step: Step,
    search: Search,
    limits: Limits,
    /// The work of the question that is asked now.
    work: Arc<AtomicU64>,
    questions: Vec<Question>,
    /// Where the step is the first of a session.
    quiet: Vec<F>,
}

impl<'a> Stage<'a> {
    /// Looks at a step with some of the rules about it.
    pub fn new(bundle: &'a Bundle, rules: &'a Rules, step: Step, about: &[usize], complete: bool, effort: &'a Effort, left: Left) -> Self {
        let mut world = World::of_lists(rules.demand(step.target).elements());
        let sight = step.sight(&mut world, bundle);
        let judged = judge::judge(&mut world, bundle, &sight, about);
        let (limits, work) = effort.limits();
        let mut stage = Self {
            world,
            bundle,
            questions: judged.questions.clone(),
            sight,
            judged,
            complete,
            left,
            asked: 0,
            why: None,
            rules,
            step,
            search: Search::new(&limits),
            limits,
            work,
            quiet: Vec::new(),
        };
        stage.quiet = vec![stage.sight.main];
        stage.quiet.extend(judge::unspent(&mut stage.world, bundle, &stage.sight.frame));
        for question in stage.judged.questions.clone() {
            let so = untouched(&mut stage.world, &question);
            stage.quiet.push(so);
        }
        stage
    }

    /// Returns what a rule comes to, and its conditions without parts.
    pub fn parts(&mut self, rule: usize) -> (Cond, Vec<Part>) {
        let Some(rule) = self.bundle.rules.get(rule) else { return (Cond::FALSE, Vec::new()) };
        let class = rule.targets.iter().find(|t| Some(t.target as usize) == self.step.target).and_then(|t| t.class);
        let frame = match self.step.target {
            Some(target) => judge::view(&mut self.world, self.bundle, &self.sight.frame, target, class),
            None => self.sight.frame.clone(),
        };
        let mut symbolic = Symbolic::new(&mut self.world, self.bundle, frame);
        let found = parts::look(&mut symbolic, rule);
        let asked = std::mem::take(&mut symbolic.questions);
        for question in asked {
            if !self.questions.contains(&question) {
                let so = untouched(&mut self.world, &question);
                self.quiet.push(so);
                self.questions.push(question);
            }
        }
        found
    }

    /// Returns where a rule of an effect matches.
    pub fn counts(&mut self, effect: RuleEffect, cond: Cond) -> F {
        match effect {
            RuleEffect::Permit | RuleEffect::OtherwiseAsk => cond.t,
            _ => self.world.formulas.not(cond.f),
        }
    }

    /// Returns where all of these hold of a step whose arguments fit.
    pub fn of_valid(&mut self, parts: impl IntoIterator<Item = F>) -> F {
        let valid = self.sight.valid;
        self.world.formulas.and(parts.into_iter().chain([valid]))
    }

    /// Tells whether something is proved never to be, whatever came before.
    pub fn never(&mut self, goal: F) -> bool {
        if goal == F::FALSE {
            return true;
        }
        if !self.may_ask() {
            return false;
        }
        matches!(self.search.solve(&mut self.world, &[goal]), Found::None)
    }

    fn may_ask(&mut self) -> bool {
        if self.left.questions == 0 {
            self.why = Some(NO_MORE.to_owned());
            return false;
        }
        self.left.questions -= 1;
        self.work.store(0, Ordering::Relaxed);
        self.asked += 1;
        true
    }

    /// Tells whether something can be.
    pub fn can(&mut self, goal: F) -> Tri {
        if goal == F::FALSE {
            return Tri::No;
        }
        let mut goals = vec![goal];
        goals.extend(self.quiet.iter().copied());
        for _ in 0..OTHERS {
            if !self.may_ask() {
                return Tri::Unknown;
            }
            match self.search.solve(&mut self.world, &goals) {
                Found::Some(model) if model.doubts(&self.world).is_empty() => return Tri::Yes,
                Found::Some(model) => {
                    self.why = model.doubts(&self.world).into_iter().next();
                    goals.push(model.excluded(&mut self.world));
                }
                Found::None => break,
                Found::Unknown(why) => {
                    self.why = why.into_iter().next();
                    break;
                }
            }
        }
        if !self.may_ask() {
            return Tri::Unknown;
        }
        match self.search.solve(&mut self.world, &[goal]) {
            Found::None => Tri::No,
            Found::Unknown(why) => {
                self.why = why.into_iter().next();
                Tri::Unknown
            }
            Found::Some(model) => {
                let doubt = model.doubts(&self.world).into_iter().next();
                if self.questions.is_empty() {
                    match doubt {
                        None => return Tri::Yes,
                        Some(why) => self.why = Some(why),
                    }
                    return Tri::Unknown;
                }
                self.in_sessions(goal)
            }
        }
    }

    /// Tells whether something can be at the end of some session.
    fn in_sessions(&mut self, goal: F) -> Tri {
        if self.left.sessions == 0 {
            self.why = Some(NO_SESSION.to_owned());
            return Tri::Unknown;
        }
        self.left.sessions -= 1;
        self.work.store(0, Ordering::Relaxed);
        let viewers = [Viewer { bundle: self.bundle, rules: self.rules }];
        let posed: Vec<Posed> = self.questions.iter().map(|q| (0, q.clone())).collect();
        let elements = self.world.elements;
        let all = session::cone(&mut self.world, &viewers, &posed);
        let explored = session::explore(&mut self.world, &viewers, &all, goal, &self.limits, 1);
        self.world.elements = elements;
        if !explored.broken.is_empty() {
            return Tri::Yes;
        }
        if let Some(why) = explored.unknown.into_iter().next() {
            self.why = Some(why);
            return Tri::Unknown;
        }
        let answered: Vec<F> = self.questions.clone().iter().map(|q| answered(&mut self.world, q)).collect();
        let answered = self.world.formulas.and(answered);
        let uncertain = self.world.formulas.not(answered);
        if matches!(self.search.solve(&mut self.world, &[goal, uncertain]), Found::None) {
            return Tri::No;
        }
        self.why = Some("whether it is so where what has happened before isn't known for certain".to_owned());
        Tri::Unknown
    }
}

/// Returns the steps that rules are about, each with its place in [`super::marks::Marks::at`].
pub(super) fn steps(bundle: &Bundle, rules: &Rules) -> Vec<(usize, Step)> {
    let declared = bundle.targets.iter().enumerate().map(|(at, target)| (at, Step { target: Some(at), class: None, kind: target.kind }));
    let kinds = StepKind::ALL.into_iter().filter(|kind| crate::breach::NAMED.contains(kind));
    let undeclared = kinds.enumerate().map(|(number, kind)| (bundle.targets.len() + number, Step { target: None, class: None, kind }));
    declared.chain(undeclared).filter(|(_, step)| !rules.about(step.target).is_empty()).collect()
}
