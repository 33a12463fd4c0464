//! History that can't happen, labels that never come, charges of nothing.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use reach_compiler::in_threads;
use reach_compiler::ir::{Bundle, EventKind, EventPattern, Expr, ExprKind, Origin};

use super::Effort;
use super::findings::{Finding, Never, Past, Survey, Unsettled};
use super::look::MOST_TOGETHER;
use super::marks::{Marks, Tri};
use super::stage::{Left, NO_MORE, Stage};
use crate::breach::Step;
use crate::diff::Rules;
use crate::formula::F;
use crate::search::{Found, Search};
use crate::session::{self, Viewer};
use crate::symbolic::Symbolic;
use crate::value::Sym;
use crate::world::{Cond, World};

/// What is asked about.
enum Subject<'a> {
    /// A pattern of events, of a use of history or an origin, or of its `since`.
    Pattern(Past, bool, &'a EventPattern),
    /// A label of a step.
    Return(usize, usize),
    /// A charge.
    Charge(usize),
}

/// Looks at what the bundle asks of sessions.
pub(super) fn look(bundle: &Bundle, rules: &Rules, marks: &[Marks], effort: &Effort, survey: &mut Survey) {
    let mut subjects = Vec::new();
    let own = |all: usize, aside: usize| all.saturating_sub(aside);
    for (number, monitor) in bundle.monitors.iter().enumerate().take(own(bundle.monitors.len(), bundle.aside.monitors)) {
        subjects.push(Subject::Pattern(Past::Monitor(number), false, &monitor.pattern));
        subjects.extend(monitor.since.iter().map(|since| Subject::Pattern(Past::Monitor(number), true, since)));
    }
    for (number, origin) in bundle.origins.iter().enumerate().take(own(bundle.origins.len(), bundle.aside.origins)) {
        if let Origin::Results { pattern, .. } = origin {
            subjects.push(Subject::Pattern(Past::Origin(number), false, pattern));
        }
    }
    for (number, target) in bundle.targets.iter().enumerate() {
        let conditional = target.returns.iter().enumerate().filter(|(_, returned)| returned.when.is_some());
        subjects.extend(conditional.map(|(at, _)| Subject::Return(number, at)));
    }
    subjects.extend((0..bundle.charges.len()).map(Subject::Charge));
    let each = (effort.questions.1 / u64::try_from(subjects.len().max(1)).unwrap_or(u64::MAX)).clamp(2, 24);
    let about = About { bundle, rules, marks, effort };
    let found = in_threads(&subjects, |subject| about.subject(subject, each));
    let mut never_returned: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (found, asked) in found {
        survey.asked += asked;
        match found {
            Ok(None) => {}
            Ok(Some(finding)) => {
                if let Finding::ReturnNever { target, number } = finding {
                    never_returned.insert((target, number));
                }
                survey.findings.push(finding);
            }
            Err(why) => survey.unsettled.push(Unsettled { rule: None, why }),
        }
    }
    survey.findings.extend(labels(bundle, &never_returned));
}

/// Returns labels that are asked for and never returned.
fn labels(bundle: &Bundle, never: &BTreeSet<(usize, usize)>) -> Vec<Finding> {
    let mut asked: BTreeSet<u32> = BTreeSet::new();
    for rule in &bundle.rules {
        rule.when.iter().chain(&rule.unless).for_each(|expr| asks(bundle, expr, &mut asked));
    }
    let returned: BTreeSet<u32> = bundle
        .targets
        .iter()
        .enumerate()
        .flat_map(|(at, target)| target.returns.iter().enumerate().map(move |(number, returned)| ((at, number), returned.label)))
        .filter(|(place, _)| !never.contains(place))
        .map(|(_, label)| label)
        .collect();
    asked.difference(&returned).map(|label| Finding::LabelNever { label: *label }).collect()
}

/// Adds the labels that an expression asks for.
fn asks(bundle: &Bundle, expr: &Expr, asked: &mut BTreeSet<u32>) {
    match &expr.kind {
        ExprKind::Labelled(label) => {
            asked.insert(*label);
        }
        ExprKind::From(_, origin) => {
            if let Some(Origin::Label(label)) = bundle.origins.get(*origin as usize) {
                asked.insert(*label);
            }
        }
        _ => {}
    }
    expr.children().into_iter().for_each(|child| asks(bundle, child, asked));
}

struct About<'a> {
    bundle: &'a Bundle,
    rules: &'a Rules,
    marks: &'a [Marks],
    effort: &'a Effort,
}

impl About<'_> {
    /// Looks at something, with so many questions. Returns what was found, or why it could not be told, and how many were asked.
    fn subject(&self, subject: &Subject<'_>, questions: u64) -> (Result<Option<Finding>, String>, u64) {
        let mut left = Left { questions, sessions: 0 };
        let found = match subject {
            Subject::Pattern(past, is_since, pattern) => self.pattern(pattern, &mut left).map(|why| {
                why.map(|why| match (past, is_since) {
                    (Past::Monitor(monitor), true) => Finding::SinceNever { monitor: *monitor, why },
                    _ => Finding::Impossible { past: *past, why },
                })
            }),
            Subject::Return(target, number) => self.returned(*target, *number, &mut left),
            Subject::Charge(charge) => self.charge(*charge, &mut left),
        };
        (found, questions - left.questions)
    }

    /// Tells why no event matches a pattern; none where one can.
    fn pattern(&self, pattern: &EventPattern, left: &mut Left) -> Result<Option<Never>, String> {
        if pattern.kind == EventKind::Prompt || pattern.targets.is_empty() {
            return Ok(None);
        }
        let mut all = [Tri::No; 3];
        for target in &pattern.targets {
            let target = target.target as usize;
            let plain = pattern.guard.is_none() && pattern.each.is_none();
            if plain && (pattern.kind == EventKind::Attempted || self.is_taken(target, pattern.kind)) {
                return Ok(None);
            }
            let Some(step) = self.bundle.targets.get(target) else { continue };
            if self.rules.about(Some(target)).len() > MOST_TOGETHER {
                return Err("a step that many rules are about, in a pattern of events".to_owned());
            }
            let mut world = World::default();
            let viewers = [Viewer { bundle: self.bundle, rules: self.rules }];
            let Some(earlier) = session::earlier(&mut world, &viewers, &(step.kind, step.name.to_string()), "e.", true) else { return Ok(None) };
            let Some(seen) = earlier.seen.first() else { return Ok(None) };
            let valid = seen.sight.valid;
            let taken = world.formulas.or([seen.judged.permit, seen.judged.ask]);
            let ends = match pattern.kind {
                EventKind::Permitted | EventKind::Result => taken,
                EventKind::Denied => world.formulas.or([seen.judged.forbid, seen.judged.ask]),
                EventKind::Attempted | EventKind::Prompt => F::TRUE,
            };
            let so = session::happens(&mut world, self.bundle, seen, pattern).unwrap_or(F::FALSE);
            let (limits, work) = self.effort.limits();
            let mut search = Search::new(&limits);
            for (number, (known, parts)) in all.iter_mut().zip([[valid, ends, so], [valid, ends, F::TRUE], [valid, so, F::TRUE]]).enumerate() {
                let goal = world.formulas.and(parts);
                work.store(0, Ordering::Relaxed);
                *known = (*known).max(solved(&mut search, &mut world, goal, left)?);
                match (number, *known) {
                    (0, Tri::Yes) => return Ok(None),
                    // Where all of it may be, each part may: the parts only say why.
                    (0, Tri::Unknown) => break,
                    _ => {}
                }
            }
        }
        if let [Tri::Unknown, ..] = all {
            return Err("whether an event that a pattern is about can happen".to_owned());
        }
        Ok(match all {
            [Tri::No, _, Tri::No] => Some(Never::Where),
            [Tri::No, Tri::No, _] if pattern.kind == EventKind::Denied => Some(Never::Denied),
            [Tri::No, Tri::No, _] => Some(Never::Permitted),
            [Tri::No, ..] => Some(Never::PermittedWhere),
            _ => None,
        })
    }

    /// Tells whether it is known already that a step can be permitted or asked.
    fn is_taken(&self, target: usize, kind: EventKind) -> bool {
        use reach_compiler::ir::Effect::{Ask, OtherwiseAsk, Permit};
        matches!(kind, EventKind::Permitted | EventKind::Result)
            && self.rules.about(Some(target)).iter().any(|rule| {
                let effect = self.bundle.rules.get(*rule).is_some_and(|r| !r.advisory && matches!(r.effect, Permit | Ask | OtherwiseAsk));
                effect && self.marks.get(*rule).and_then(|m| m.at.get(&target)).is_some_and(|at| at.decides == Tri::Yes)
            })
    }

    fn stage(&self, target: usize, left: Left) -> Option<Stage<'_>> {
        let step = Step { target: Some(target), class: None, kind: self.bundle.targets.get(target)?.kind };
        let about = self.rules.about(step.target);
        (about.len() <= MOST_TOGETHER).then(|| Stage::new(self.bundle, self.rules, step, about, true, self.effort, left))
    }

    fn returned(&self, target: usize, number: usize, left: &mut Left) -> Result<Option<Finding>, String> {
        let when = self.bundle.targets.get(target).and_then(|t| t.returns.get(number)).and_then(|r| r.when.as_ref());
        let (Some(when), Some(mut stage)) = (when, self.stage(target, *left)) else { return Ok(None) };
        let frame = stage.sight.frame.clone();
        let cond = Symbolic::new(&mut stage.world, self.bundle, frame).condition(when);
        let so = stage.world.formulas.not(cond.f);
        let goal = stage.of_valid([so]);
        let never = stage.never(goal);
        *left = stage.left;
        match stage.why {
            Some(why) => Err(why),
            None => Ok(never.then_some(Finding::ReturnNever { target, number })),
        }
    }

    fn charge(&self, number: usize, left: &mut Left) -> Result<Option<Finding>, String> {
        let Some(charge) = self.bundle.charges.get(number) else { return Ok(None) };
        let mut amounts = true;
        let mut permitted = true;
        for target in &charge.targets {
            let Some(mut stage) = self.stage(target.target as usize, *left) else {
                return Err("a charge on a step that many rules are about".to_owned());
            };
            let frame = crate::judge::view(&mut stage.world, self.bundle, &stage.sight.frame, target.target as usize, target.class);
            let mut symbolic = Symbolic::new(&mut stage.world, self.bundle, frame);
            let when = charge.when.as_ref().map_or(Cond::TRUE, |when| symbolic.condition(when));
            let cases = symbolic.eval(&charge.amount);
            let mut parts = Vec::new();
            for (guard, sym) in cases {
                let more = match sym {
                    Sym::Num(sum) => {
                        let nothing = stage.world.at_most_zero(&sum);
                        stage.world.formulas.not(nothing)
                    }
                    _ => F::TRUE,
                };
                parts.push(stage.world.formulas.and([guard, more]));
            }
            let more = stage.world.formulas.or(parts);
            let taken = stage.world.formulas.or([stage.judged.permit, stage.judged.ask]);
            let charged = stage.of_valid([when.t, more]);
            let both = stage.world.formulas.and([charged, taken]);
            if !stage.never(both) {
                *left = stage.left;
                return stage.why.map_or(Ok(None), Err);
            }
            amounts &= stage.never(charged);
            let taken = stage.of_valid([taken]);
            permitted &= stage.never(taken);
            *left = stage.left;
        }
        let why = match (amounts, permitted) {
            (true, _) => None,
            (_, true) => Some(Never::Permitted),
            _ => Some(Never::PermittedWhere),
        };
        Ok((!charge.targets.is_empty()).then_some(Finding::ChargeNever { charge: number, why }))
    }
}

/// Tells whether a formula holds somewhere, whatever came before.
fn solved(search: &mut Search, world: &mut World, goal: F, left: &mut Left) -> Result<Tri, String> {
    if goal == F::FALSE {
        return Ok(Tri::No);
    }
    if left.questions == 0 {
        return Err(NO_MORE.to_owned());
    }
    left.questions -= 1;
    Ok(match search.solve(world, &[goal]) {
        Found::None => Tri::No,
        Found::Some(_) => Tri::Yes,
        Found::Unknown(_) => Tri::Unknown,
    })
}
