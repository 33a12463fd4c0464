//! Questions about rules, for the tools that follow: can a rule match, does it ever decide, what would change without it, which step makes
//! one condition decide, what is the smallest change of a step that changes its decision.
//!
//! Every `Yes` comes with a session that was played; every `No` is proved over all sessions; the rest is said to be unknown.

mod budget;
mod cover;
mod element;
mod way;

use std::cell::OnceCell;

use reach_codes::Span;
use reach_compiler::ir::{Bundle, Const, Effect as RuleEffect, Expr, ExprKind, Rule, Type};

use crate::asking::{Asking, Sought};
use crate::breach::{self, Step};
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Looked};
use crate::limits::Limits;
use crate::prove::insert;
use crate::report::{Decided, Effect, Play, Played, Witness};
use crate::symbolic::Symbolic;
use crate::world::{Cond, World};
use way::Way;

pub use crate::judge::Affords;
pub use cover::{Looks, Shows};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is so at the end of this session, which was played; with what is decided there.
    Yes(Box<(Witness, Decided)>),
    /// It is never so.
    No,
    /// It could not be told, and why.
    Unknown(Vec<String>),
}

impl Answer {
    /// Returns whether it was found.
    #[must_use]
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    /// Returns whether it is proved that there is none.
    #[must_use]
    pub const fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }
}

/// A condition of a rule: that of `when` or `unless`, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The rule, by its index in the bundle.
    pub rule: usize,
    /// Whether it is in `unless`.
    pub unless: bool,
    /// Which part: the numbers of the parts on the way to it ([`Expr::children`]), outermost first. Empty for all of it.
    pub path: Vec<usize>,
}

/// A truth value that a condition may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// True.
    True,
    /// False.
    False,
    /// No value.
    None,
}

/// Makes what plays sessions with a bundle; none where that goes beyond a limit.
pub type MakePlay<'a> = dyn Fn(&Bundle) -> Option<Box<dyn Play>> + 'a;

/// Asks about the rules of one bundle.
pub struct Inquiry<'a> {
    bundle: &'a Bundle,
    make: &'a MakePlay<'a>,
    limits: Limits,
    rules: Rules,
    /// What plays sessions with the bundle as it is, once it was needed.
    plain: OnceCell<Option<Box<dyn Play>>>,
}

/// A step with what is decided of it.
struct View {
    world: World,
    step: Step,
    sight: judge::Sight,
    judged: Judgement,
}

/// What is asked of each step that a rule is about.
struct Asked<'q> {
    /// Where it is so; none where that isn't told apart.
    goal: &'q mut dyn FnMut(&mut View) -> Option<F>,
    /// Advisory rules by which the machine tells that it is so.
    watch: Vec<Rule>,
    /// Whether a decision, with the advisory rules that match, tells so.
    agrees: &'q dyn Fn(&Decided) -> bool,
    /// Whether a session tells so; without it all do.
    shows: Option<&'q Shows<'q>>,
    /// What is asked of lists besides.
    demands: &'q [Expr],
}

/// Nothing besides.
const NO_DEMANDS: &[Expr] = &[];

impl<'a> Inquiry<'a> {
    /// Begins to ask. `make` makes what plays sessions with the bundle, and with the bundle and some advisory rules.
    #[must_use]
    pub fn new(bundle: &'a Bundle, make: &'a MakePlay<'a>, limits: &Limits) -> Self {
        Self { bundle, make, limits: limits.clone(), rules: Rules::of(bundle), plain: OnceCell::new() }
    }

    /// Tells whether a rule ever matches: whether it is reachable.
    #[must_use]
    pub fn matches(&self, rule: usize) -> Answer {
        let watch = self.watching(rule, 0).into_iter().collect();
        self.over_steps(
            rule,
            Asked { goal: &mut |view| self.matched(view, rule), watch, agrees: &|decided| is_watched(decided, 0), shows: None, demands: NO_DEMANDS },
        )
    }

    /// Tells whether a rule ever is among those that decide. A rule that matches and never decides is shadowed by others.
    #[must_use]
    pub fn decides(&self, rule: usize) -> Answer {
        let name = self.bundle.rules.get(rule).map_or("", |r| r.name.as_str());
        let obliges = self.bundle.rules.get(rule).is_some_and(|r| r.effect == RuleEffect::Oblige);
        let watch = self.watching(rule, 0).into_iter().collect();
        self.over_steps(
            rule,
            Asked {
                goal: &mut |view| Some(decides(view, rule)),
                watch,
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|decided| {
                    let among = decided.rules.iter().any(|r| r.file.is_some() && r.rule == name);
                    among || (obliges && decided.effect != Effect::Forbid && is_watched(decided, 0))
                },
            },
        )
    }

    /// Tells whether one of some rules ever is among those that let a step happen where an advisory rule matches. Nothing is decided otherwise for
    /// what is only reported, so that one bundle with many such rules, and one machine, is enough for all questions.
    #[must_use]
    pub fn lets_where(&self, rules: &[usize], advisory: usize) -> Answer {
        let name = |rule: usize| self.bundle.rules.get(rule).map_or("", |r| r.name.as_str());
        self.over_steps(
            advisory,
            Asked {
                goal: &mut |view| {
                    let by: Vec<F> = rules.iter().map(|rule| lets(view, *rule)).collect();
                    let reported = self.matched(view, advisory)?;
                    let f = &mut view.world.formulas;
                    let (by, happens) = (f.or(by), f.or([view.judged.permit, view.judged.ask]));
                    Some(f.and([by, happens, reported]))
                },
                watch: Vec::new(),
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|decided| {
                    // A rule that permits isn't among those that decide where another one asks.
                    let among = decided.rules.iter().any(|r| r.file.is_some() && rules.iter().any(|rule| name(*rule) == r.rule));
                    let among = among || decided.effect == Effect::Ask;
                    among && decided.effect != Effect::Forbid && decided.advisory.iter().any(|reported| reported == name(advisory))
                },
            },
        )
    }

    /// Tells whether two rules ever match the same step.
    #[must_use]
    pub fn overlap(&self, a: usize, b: usize) -> Answer {
        let watch = self.watching(a, 0).into_iter().chain(self.watching(b, 1)).collect();
        self.over_steps(
            a,
            Asked {
                goal: &mut |view| {
                    let (x, y) = (self.matched(view, a)?, self.matched(view, b)?);
                    Some(view.world.formulas.and([x, y]))
                },
                watch,
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|decided| is_watched(decided, 0) && is_watched(decided, 1),
            },
        )
    }

    /// Tells whether a rule matters: whether some step would be decided otherwise, in its effect, without it. One that doesn't is redundant.
    #[must_use]
    pub fn matters(&self, rule: usize) -> Answer {
        let mut without = self.bundle.clone();
        if rule < without.rules.len() {
            without.rules.remove(rule);
        }
        let Some(other) = (self.make)(&without) else { return Answer::Unknown(vec!["the bundle can't be built".to_owned()]) };
        let answer = self.over_steps(
            rule,
            Asked {
                goal: &mut |view| {
                    let others: Vec<usize> = self.rules.about(view.step.target).iter().copied().filter(|r| *r != rule).collect();
                    let without = judge::judge(&mut view.world, self.bundle, &view.sight, &others);
                    let parts: Vec<F> = [Effect::Permit, Effect::Ask, Effect::Forbid]
                        .into_iter()
                        .map(|effect| {
                            let other = view.world.formulas.not(without.effect(effect));
                            view.world.formulas.and([view.judged.effect(effect), other])
                        })
                        .collect();
                    Some(view.world.formulas.or(parts))
                },
                watch: Vec::new(),
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|_| true,
            },
        );
        match answer {
            // What comes before the step may be decided otherwise too; then the session shows nothing.
            Answer::Yes(found) => match other.play(&found.0.events).pop() {
                Some(Played::Decided(decided)) if decided.effect != found.1.effect => Answer::Yes(found),
                _ => Answer::Unknown(vec!["what comes before the step is decided otherwise as well".to_owned()]),
            },
            answer => answer,
        }
    }

    /// Tells whether a condition ever comes to a value where it is looked at: where what stands before it in each `and` is true, and in each
    /// `or` is false. A condition that is never false there is always true in its context.
    #[must_use]
    pub fn comes_to(&self, condition: &Condition, value: Value) -> Answer {
        let Some(terms) = self.bundle.rules.get(condition.rule).and_then(|rule| context(rule, condition)).filter(|(_, at)| at.ty == Type::Bool) else {
            return inside();
        };
        let all = |last: Option<Expr>| {
            let mut terms: Vec<Expr> = terms.0.iter().cloned().chain(last).collect();
            if terms.len() == 1 { terms.pop() } else { Some(truth(ExprKind::And(terms))) }
        };
        let (yes, no) = (all(Some(terms.1.clone())), all(Some(truth(ExprKind::Not(Box::new(terms.1.clone()))))));
        let before = if terms.0.is_empty() { None } else { all(None) };
        let watch = [(yes, 0), (no, 1), (before, 2)].into_iter().filter_map(|(when, n)| self.watching_when(condition.rule, when, n)).collect();
        self.over_steps(
            condition.rule,
            Asked {
                goal: &mut |view| {
                    let rule = self.bundle.rules.get(condition.rule)?;
                    let mut symbolic = self.symbolic(view, rule);
                    let before: Vec<F> = terms.0.iter().map(|term| symbolic.condition(term).t).collect();
                    let cond = symbolic.condition(&terms.1);
                    let f = &mut view.world.formulas;
                    let so = match value {
                        Value::True => cond.t,
                        Value::False => cond.f,
                        Value::None => {
                            let known = f.or([cond.t, cond.f]);
                            f.not(known)
                        }
                    };
                    let before = f.and(before);
                    Some(f.and([before, so, view.sight.valid]))
                },
                watch,
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|decided| match value {
                    Value::True => is_watched(decided, 0),
                    Value::False => is_watched(decided, 1),
                    Value::None => !is_watched(decided, 0) && !is_watched(decided, 1) && (terms.0.is_empty() || is_watched(decided, 2)),
                },
            },
        )
    }

    /// Finds a step at which exactly this condition decides whether its rule matches: it comes to `truth`, and with the opposite the rule
    /// would come out otherwise. Two such steps, one for each truth, are what modified condition/decision coverage asks for.
    #[must_use]
    pub fn decisive(&self, condition: &Condition, value: bool) -> Answer {
        let Some(rule) = self.bundle.rules.get(condition.rule) else { return Answer::No };
        let changed = |value: bool, name: usize| {
            let mut changed = self.watching(condition.rule, name)?;
            let clause = if condition.unless { &mut changed.unless } else { &mut changed.when };
            let part = clause.as_mut().and_then(|expr| part_mut(expr, &condition.path))?;
            *part = Expr { ty: Type::Bool, span: part.span, kind: ExprKind::Const(Const::Bool(value)) };
            Some(changed)
        };
        let (Some(with), Some(without), Some(asked), Some(terms)) =
            (changed(true, 0), changed(false, 1), self.watching(condition.rule, 2), context(rule, condition).filter(|(_, at)| at.ty == Type::Bool))
        else {
            return inside();
        };
        let watch = vec![with.clone(), without.clone(), asked];
        self.over_steps(
            condition.rule,
            Asked {
                goal: &mut |view| {
                    let mut symbolic = self.symbolic(view, rule);
                    for term in &terms.0 {
                        // For what it binds.
                        symbolic.condition(term);
                    }
                    let cond = symbolic.condition(&terms.1);
                    let [with, without] = [&with, &without].map(|changed| {
                        let cond = self.condition_of(view, changed);
                        counts(&mut view.world, Looked { rule: condition.rule, effect: rule.effect, cond })
                    });
                    let f = &mut view.world.formulas;
                    let (not_with, not_without) = (f.not(with), f.not(without));
                    let (one, other) = (f.and([with, not_without]), f.and([not_with, without]));
                    let matters = f.or([one, other]);
                    Some(f.and([matters, if value { cond.t } else { cond.f }, view.sight.valid]))
                },
                watch,
                shows: None,
                demands: NO_DEMANDS,
                agrees: &|decided| {
                    let (with, without, asked) = (is_watched(decided, 0), is_watched(decided, 1), is_watched(decided, 2));
                    with != without && asked == if value { with } else { without }
                },
            },
        )
    }

    /// Looks at every step that a rule is about.
    fn over_steps(&self, rule: usize, asked: Asked<'_>) -> Answer {
        let Some(about) = self.bundle.rules.get(rule) else { return Answer::No };
        let watches = !asked.watch.is_empty();
        let watching = if watches {
            let mut watched = self.bundle.clone();
            asked.watch.into_iter().for_each(|rule| insert(&mut watched, rule));
            (self.make)(&watched)
        } else {
            None
        };
        let plain = || self.plain.get_or_init(|| (self.make)(self.bundle)).as_deref();
        let Some(play) = (if watches { watching.as_deref() } else { plain() }) else { return Answer::Unknown(vec!["the bundle can't be built".to_owned()]) };
        let mut unknown = Vec::new();
        for step in breach::steps(self.bundle, &about.targets, about.undeclared) {
            let mut demand = self.rules.demand(step.target);
            asked.demands.iter().for_each(|expr| demand.add(expr));
            let mut world = World::of_lists(demand.elements());
            let sight = step.sight(&mut world, self.bundle);
            let judged = judge::judge(&mut world, self.bundle, &sight, self.rules.about(step.target));
            let mut view = View { world, step, sight, judged };
            let goal = match (asked.goal)(&mut view) {
                None => {
                    unknown.push("a condition on what isn't told apart".to_owned());
                    continue;
                }
                Some(F::FALSE) => continue,
                Some(goal) => goal,
            };
            let View { world, sight, judged, .. } = view;
            let mut asking = Asking::new(world, self.bundle, &self.rules, play, &self.limits, step, sight, judged.questions);
            let (sought, _) = asking.find(goal, false, &|events, mut played| match played.pop() {
                Some(Played::Decided(mut decided)) if (asked.agrees)(&decided) && asked.shows.is_none_or(|shows| shows(&events)) => {
                    decided.advisory.retain(|name| !name.starts_with("<watch "));
                    Ok((Witness { events }, decided))
                }
                Some(Played::Decided(decided)) => Err(format!("a session was found, and the machine decides {} otherwise", decided.effect.word())),
                _ => Err("the last event is no step".to_owned()),
            });
            match sought {
                Sought::Found(found) => return Answer::Yes(Box::new(found)),
                Sought::None => {}
                Sought::Unknown(why) => unknown.extend(why),
            }
        }
        if unknown.is_empty() { Answer::No } else { Answer::Unknown(unknown) }
    }

    /// Returns an advisory rule that matches where a rule does.
    fn watching(&self, rule: usize, number: usize) -> Option<Rule> {
        let mut rule = self.bundle.rules.get(rule)?.clone();
        rule.name = watch_name(number).into();
        rule.advisory = true;
        rule.message = Vec::new();
        rule.obligations = Vec::new();
        rule.approver = None;
        rule.expires = None;
        rule.grants = None;
        rule.examples = Vec::new();
        Some(rule)
    }

    /// Returns an advisory rule that matches where a condition on the steps of a rule is true.
    fn watching_when(&self, rule: usize, when: Option<Expr>, number: usize) -> Option<Rule> {
        let mut rule = self.watching(rule, number)?;
        rule.effect = RuleEffect::Permit;
        rule.when = Some(when?);
        rule.unless = None;
        Some(rule)
    }

    /// Returns where a rule matches. Of a step whose arguments don't fit, no rule is looked at.
    fn matched(&self, view: &mut View, rule: usize) -> Option<F> {
        let looked = match view.judged.looked.iter().find(|l| l.rule == rule).copied() {
            Some(looked) => looked,
            // What is only reported has no part in the decision.
            None => {
                let about = self.bundle.rules.get(rule).filter(|about| about.advisory && self.rules.about(view.step.target).contains(&rule));
                let Some(about) = about else { return Some(F::FALSE) };
                Looked { rule, effect: about.effect, cond: self.condition_of(view, about) }
            }
        };
        let counts = counts(&mut view.world, looked);
        Some(view.world.formulas.and([counts, view.sight.valid]))
    }

    /// Returns what a rule's condition comes to.
    fn condition_of(&self, view: &mut View, rule: &Rule) -> Cond {
        let mut symbolic = self.symbolic(view, rule);
        let mut terms = Vec::new();
        terms.extend(rule.when.as_ref().map(|when| symbolic.condition(when)));
        terms.extend(rule.unless.as_ref().map(|unless| symbolic.condition(unless).not()));
        symbolic.all(&terms)
    }

    fn symbolic<'w>(&self, view: &'w mut View, rule: &Rule) -> Symbolic<'w, 'a> {
        let class = rule.targets.iter().find(|t| Some(t.target as usize) == view.step.target).and_then(|t| t.class);
        let frame = match view.step.target {
            Some(target) => judge::view(&mut view.world, self.bundle, &view.sight.frame, target, class),
            None => view.sight.frame.clone(),
        };
        Symbolic::new(&mut view.world, self.bundle, frame)
    }
}

/// Returns what must be true before a condition is looked at, and the condition; none where it is about an element of a list.
fn context(rule: &Rule, condition: &Condition) -> Option<(Vec<Expr>, Expr)> {
    Way::to(rule, condition).filter(|way| way.lists.is_empty()).map(|way| (way.before, way.at))
}

fn truth(kind: ExprKind) -> Expr {
    let span = match &kind {
        ExprKind::Not(a) => a.span,
        ExprKind::And(terms) => terms.first().map(|t| t.span).unwrap_or_default(),
        _ => Span::default(),
    };
    Expr { ty: Type::Bool, span, kind }
}

fn inside() -> Answer {
    Answer::Unknown(vec!["a condition on the elements of a list".to_owned()])
}

fn watch_name(number: usize) -> String {
    format!("<watch {number}>")
}

fn is_watched(decided: &Decided, number: usize) -> bool {
    decided.advisory.iter().any(|name| *name == watch_name(number))
}

fn part_mut<'e>(expr: &'e mut Expr, path: &[usize]) -> Option<&'e mut Expr> {
    let Some((first, rest)) = path.split_first() else { return Some(expr) };
    part_mut(expr.children_mut().into_iter().nth(*first)?, rest)
}

/// Returns where a rule matches.
fn counts(world: &mut World, looked: Looked) -> F {
    match looked.effect {
        RuleEffect::Permit | RuleEffect::OtherwiseAsk => looked.cond.t,
        _ => world.formulas.not(looked.cond.f),
    }
}

/// Returns where a rule lets the step happen, if nothing forbids it. An `ask` without a value only narrows what another rule permits.
fn lets(view: &mut View, rule: usize) -> F {
    let Some(looked) = view.judged.looked.iter().find(|l| l.rule == rule).copied() else { return F::FALSE };
    match looked.effect {
        RuleEffect::Permit | RuleEffect::Ask => view.world.formulas.and([looked.cond.t, view.sight.valid]),
        RuleEffect::OtherwiseAsk => decides(view, rule),
        RuleEffect::Forbid | RuleEffect::Oblige => F::FALSE,
    }
}

/// Returns where a rule is among those that decide.
fn decides(view: &mut View, rule: usize) -> F {
    let Some(looked) = view.judged.looked.iter().find(|l| l.rule == rule).copied() else { return F::FALSE };
    let effect = match looked.effect {
        RuleEffect::Permit => view.judged.permit,
        RuleEffect::Ask => view.judged.ask,
        RuleEffect::Forbid => view.judged.forbid,
        RuleEffect::OtherwiseAsk => {
            let others: Vec<F> = view.judged.looked.iter().filter(|l| matches!(l.effect, RuleEffect::Permit | RuleEffect::Ask)).map(|l| l.cond.t).collect();
            let others = view.world.formulas.or(others);
            let alone = view.world.formulas.not(others);
            view.world.formulas.and([view.judged.ask, alone])
        }
        RuleEffect::Oblige => view.world.formulas.or([view.judged.permit, view.judged.ask]),
    };
    let matches = counts(&mut view.world, looked);
    view.world.formulas.and([effect, matches, view.sight.valid])
}
