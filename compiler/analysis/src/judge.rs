//! What a bundle decides of a step, as formulas.

mod budgets;
mod obligations;

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Effect as RuleEffect, Field, Obligation, Pattern, PatternKind, Reading, SlotRef, StepKind, Type};
use reach_evaluator::image::AT_SLOT;
use reach_values::form::Part;
use reach_values::pattern;

pub use budgets::Affords;
use budgets::overspent;
pub(crate) use budgets::{affords, spent_in_session, unspent};
use obligations::{Attached, oblige};

use crate::formula::F;
use crate::pred::{Func, Test};
use crate::report::Effect;
use crate::symbolic::{Frame, Question, Symbolic, fresh};
use crate::value::{Cases, Sym, known};
use crate::world::{Cond, Sum, Term, World};

/// A step as one bundle sees it.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// The index of the declared step; none where it isn't declared.
    pub target: Option<usize>,
    /// Its values.
    pub frame: Frame,
    /// Where its arguments and facts fit.
    pub valid: F,
    /// What is tried first, since it needs the least: everything known.
    pub prefer: Vec<F>,
    /// Where the agent is `main`, and has no children.
    pub main: F,
}

/// A rule that was looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    /// Its index in the bundle.
    pub rule: usize,
    /// Its effect.
    pub effect: RuleEffect,
    /// Its condition.
    pub cond: Cond,
}

/// What a bundle decides of a step.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The rules that count, in source order.
    pub looked: Vec<Looked>,
    /// Where each effect is decided.
    pub permit: F,
    pub ask: F,
    pub forbid: F,
    /// Where no rule forbids, nor a lack of any that permits, but arguments, obligations or budgets do.
    pub reserved: F,
    /// What goes with the step, by what it is, and where.
    pub obligations: BTreeMap<String, F>,
    /// What was asked of the session.
    pub questions: Vec<Question>,
}

impl Judgement {
    /// Returns where an effect is decided.
    pub const fn effect(&self, effect: Effect) -> F {
        match effect {
            Effect::Permit => self.permit,
            Effect::Ask => self.ask,
            Effect::Forbid => self.forbid,
        }
    }
}

/// Looks at a declared step. Two bundles share the variables of what has the same name; `typed` tells fields apart that have another type.
pub(crate) fn sight(world: &mut World, bundle: &Bundle, target: usize, prefix: &str) -> Sight {
    sight_in(world, bundle, target, prefix, "")
}

/// Looks at a declared step in a context of its own: contexts change.
pub(crate) fn sight_in(world: &mut World, bundle: &Bundle, target: usize, prefix: &str, context_of: &str) -> Sight {
    let mut frame = Frame { prefix: prefix.to_owned(), ..Frame::default() };
    let main = system(world, &mut frame, prefix);
    let mut prefer = Vec::new();
    context(world, bundle, &mut frame, &mut prefer, context_of);
    let Some(declared) = bundle.targets.get(target) else { return Sight { target: None, frame, valid: F::FALSE, prefer, main } };
    name(world, &mut frame, declared.kind, &declared.name);
    named_as_declared(world, &frame, bundle, declared.kind, Some(target));
    for field in &declared.args {
        let cases = value(world, &format!("{prefix}args.{}", field.name), field, &frame.context, &mut prefer);
        frame.args.insert(field.name.to_string(), cases);
    }
    for field in &declared.facts {
        let cases = value(world, &format!("{prefix}facts.{}", field.name), field, &frame.context, &mut prefer);
        let cases = if matches!(field.ty, Type::Optional(_)) {
            cases
        } else {
            // The host may leave it out, and then it has no value.
            let sent = world.flag(&sent(prefix, &field.name), None);
            prefer.push(sent);
            cases.into_iter().map(|(guard, sym)| (world.formulas.and([sent, guard]), sym)).collect()
        };
        frame.facts.insert(field.name.to_string(), cases);
    }
    let mut valid = Vec::new();
    for (field, fact) in declared.args.iter().map(|f| (f, false)).chain(declared.facts.iter().map(|f| (f, true))) {
        valid.push(fits(world, bundle, &frame, field, if fact { SlotRef::Fact(field.name.clone()) } else { SlotRef::Arg(field.name.clone()) }));
    }
    let valid = world.formulas.and(valid);
    Sight { target: Some(target), frame, valid, prefer, main }
}

/// The name of the truth that a fact was sent.
pub(crate) fn sent(prefix: &str, field: &str) -> String {
    format!("{prefix}facts.{field} is sent")
}

/// The name of the variable of a field.
pub(crate) fn named(name: &str, ty: &Type) -> String {
    format!("{name}: {}", typed(ty))
}

/// Looks at a step that isn't declared.
pub(crate) fn undeclared(world: &mut World, bundle: &Bundle, kind: StepKind, called: Option<&str>) -> Sight {
    let mut frame = Frame::default();
    let main = system(world, &mut frame, "");
    let mut prefer = Vec::new();
    context(world, bundle, &mut frame, &mut prefer, "");
    match called {
        Some(called) => name(world, &mut frame, kind, called),
        None => {
            name(world, &mut frame, kind, "");
            let cases = fresh(world, "step.name", &Type::Text);
            frame.system.insert(0, cases);
        }
    }
    named_as_declared(world, &frame, bundle, kind, None);
    Sight { target: None, frame, valid: F::TRUE, prefer, main }
}

/// Adds what every step has. Returns where the agent is `main`.
fn system(world: &mut World, frame: &mut Frame, prefix: &str) -> F {
    let at = fresh(world, &format!("{prefix}step.at"), &Type::Time);
    frame.system.insert(AT_SLOT.0, at);
    let agent = fresh(world, &format!("{prefix}agent.name"), &Type::Text);
    let mut main = Vec::new();
    if let Some((_, Sym::Term(term))) = agent.first() {
        main.push(world.text_condition(&term.clone(), Test::Is("main".to_owned())).t);
    }
    frame.system.insert(3, agent);
    for (slot, word) in [(4, "depth"), (5, "live_children")] {
        let var = world.var(&format!("{prefix}agent.{word}"), &Type::Int, None);
        let least = world.at_most_zero(&Sum { terms: vec![(var, -1)], constant: 0 });
        world.axiom(least);
        main.push(world.is_zero(&Sum::var(var)));
        frame.system.insert(slot, vec![(least, Sym::Num(Sum::var(var)))]);
    }
    world.formulas.and(main)
}

/// Adds the context. What no event has given has no value.
fn context(world: &mut World, bundle: &Bundle, frame: &mut Frame, prefer: &mut Vec<F>, prefix: &str) {
    for field in &bundle.context {
        let given = world.flag(&given(prefix, &field.name), None);
        prefer.push(given);
        let cases = value(world, &format!("{prefix}context.{}", field.name), field, &frame.context, prefer);
        let cases = cases.into_iter().map(|(guard, sym)| (world.formulas.and([given, guard]), sym)).collect();
        frame.context.insert(field.name.to_string(), cases);
    }
    for field in &bundle.context {
        let given = world.flag(&given(prefix, &field.name), None);
        let fits = fits(world, bundle, frame, field, SlotRef::Context(field.name.clone()));
        let always = world.formulas.implies(given, fits);
        world.axiom(always);
    }
}

/// The name of the truth that a field of the context was given.
pub(crate) fn given(prefix: &str, field: &str) -> String {
    format!("{prefix}context.{field} is given")
}

fn name(world: &mut World, frame: &mut Frame, kind: StepKind, called: &str) {
    let called = if kind == StepKind::Read { fresh(world, &format!("{}step.name", frame.prefix), &Type::Text) } else { known(Sym::Text(called.to_owned())) };
    frame.system.insert(0, called);
    let number = StepKind::ALL.iter().position(|k| *k == kind).and_then(|n| i128::try_from(n).ok()).unwrap_or(0);
    frame.system.insert(1, known(Sym::Num(Sum::of(number))));
}

/// Says of the name of a step which declaration it finds: of what is read, the first glob that it matches; else none of those there are.
fn named_as_declared(world: &mut World, frame: &Frame, bundle: &Bundle, kind: StepKind, target: Option<usize>) {
    let Some(Sym::Term(term)) = frame.system.get(&0).and_then(|cases| cases.first()).map(|(_, sym)| sym.clone()) else { return };
    let of_kind = bundle.targets.iter().enumerate().filter(|(_, t)| t.kind == kind);
    if kind != StepKind::Read {
        let names: Vec<String> = of_kind.map(|(_, t)| t.name.to_string()).collect();
        if !names.is_empty() {
            let other = world.text_condition(&term, Test::OneOf(names.into())).f;
            world.axiom_of(term.var, other);
        }
        return;
    }
    let own = target.and_then(|target| bundle.targets.get(target)).map(|target| stem(&target.name));
    for (at, declared) in of_kind {
        let other = stem(&declared.name);
        if own.is_some_and(|own| !own.starts_with(other) && !other.starts_with(own)) {
            // No name is of both.
            continue;
        }
        let Ok(glob) = pattern::Pattern::name_glob(&declared.name, false) else { continue };
        let glob = Pattern { kind: PatternKind::Regex, text: glob.expression().to_owned(), nocase: false };
        let matches = world.text_condition(&term, Test::Matches(glob));
        let (so, is_last) = if Some(at) == target { (matches.t, true) } else { (matches.f, false) };
        world.axiom_of(term.var, so);
        if is_last {
            return;
        }
    }
}

/// Returns how all names begin that a glob matches.
fn stem(glob: &str) -> &str {
    glob.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default().trim_end_matches('/')
}

/// Returns a field's value, with what its reading makes of it: relative paths are joined to a folder when they enter, those of a home are
/// not.
fn value(world: &mut World, name: &str, field: &Field, context: &BTreeMap<String, Cases>, prefer: &mut Vec<F>) -> Cases {
    let cases = fresh(world, &named(name, &field.ty), &field.ty);
    for mut term in places(&cases) {
        let folder = match &field.reading {
            Some(Reading::At(folder)) => F::of(folder.starts_with('/')),
            Some(Reading::AtContext(folder)) => context.get(folder).map_or(F::FALSE, |folder| is_rooted(world, folder)),
            _ => continue,
        };
        term.steps.push(Func::Part(Part::PathAbsolute));
        term.ty = Type::Bool;
        let absolute = world.text_condition(&term, Test::Truth);
        prefer.push(absolute.t);
        let elsewhere = world.flag(&format!("{name} is joined to a folder that isn't at a root"), Some("a relative path, where its folder is no absolute one"));
        let not_rooted = world.formulas.not(folder);
        let so = world.formulas.and([not_rooted, elsewhere]);
        let joined = world.formulas.implies(absolute.f, so);
        world.axiom_of(term.var, joined);
    }
    cases
}

fn places(cases: &Cases) -> Vec<Term> {
    cases.iter().filter_map(|(_, sym)| if let Sym::Term(term) = sym { Some(term.clone()) } else { None }).filter(|t| t.ty.is_path()).collect()
}

/// Returns where a path is there and begins at a root.
fn is_rooted(world: &mut World, path: &Cases) -> F {
    let mut parts = Vec::new();
    for (guard, sym) in path {
        let absolute = match sym {
            Sym::Term(term) => {
                let steps = term.steps.iter().copied().chain([Func::Part(Part::PathAbsolute)]).collect();
                world.text_condition(&Term { steps, ty: Type::Bool, ..term.clone() }, Test::Truth).t
            }
            _ => F::FALSE,
        };
        parts.push(world.formulas.and([*guard, absolute]));
    }
    world.formulas.or(parts)
}

/// A type as a part of a variable's name: fields of two bundles are one variable only where they have one type.
fn typed(ty: &Type) -> String {
    match ty {
        Type::Optional(of) => typed(of),
        ty => format!("{ty:?}"),
    }
}

/// Returns where a field's value meets its refinement.
fn fits(world: &mut World, bundle: &Bundle, frame: &Frame, field: &Field, slot: SlotRef) -> F {
    let Some(check) = &field.check else { return F::TRUE };
    let mut frame = frame.clone();
    let fields = match &slot {
        SlotRef::Arg(_) => &mut frame.args,
        SlotRef::Fact(_) => &mut frame.facts,
        _ => &mut frame.context,
    };
    let Some(cases) = fields.get_mut(field.name.as_str()) else { return F::TRUE };
    let absent: Vec<F> = cases.iter().filter(|(_, sym)| *sym == Sym::Absent).map(|(guard, _)| *guard).collect();
    let there: Vec<F> = cases.iter().filter(|(_, sym)| *sym != Sym::Absent).map(|(guard, _)| *guard).collect();
    if !matches!(check.condition.ty, Type::Optional(_)) {
        cases.retain(|(_, sym)| *sym != Sym::Absent);
    }
    let cond = Symbolic::new(world, bundle, frame).condition(&check.condition);
    let there = world.formulas.or(there);
    let missing = world.formulas.not(there);
    let absent = world.formulas.or(absent.into_iter().chain([missing]));
    world.formulas.or([absent, cond.t])
}

/// Looks at a step through a class, or directly.
pub(crate) fn view(world: &mut World, bundle: &Bundle, frame: &Frame, target: usize, class: Option<u32>) -> Frame {
    let Some(class) = class else { return frame.clone() };
    let mut seen = frame.clone();
    let uses = bundle.targets.get(target).and_then(|t| t.classes.iter().find(|c| c.class == class));
    let fields = bundle.classes.get(class as usize).map_or(&[][..], |c| &c.fields);
    seen.args = match uses {
        Some(class) => {
            let mut symbolic = Symbolic::new(world, bundle, frame.clone());
            fields.iter().zip(&class.values).map(|((name, _), value)| (name.clone(), symbolic.eval(value))).collect()
        }
        None => BTreeMap::new(),
    };
    seen
}

/// Returns what one rule comes to, also an advisory one.
pub(crate) fn judge_one(world: &mut World, bundle: &Bundle, sight: &Sight, rule: usize) -> Judgement {
    judge_these(world, bundle, sight, &[rule], true)
}

/// Returns what a bundle decides of a step.
pub(crate) fn judge(world: &mut World, bundle: &Bundle, sight: &Sight, rules: &[usize]) -> Judgement {
    judge_these(world, bundle, sight, rules, false)
}

fn judge_these(world: &mut World, bundle: &Bundle, sight: &Sight, rules: &[usize], advisory: bool) -> Judgement {
    let mut looked = Vec::new();
    let mut questions = Vec::new();
    let mut views: BTreeMap<Option<u32>, Frame> = BTreeMap::new();
    let mut attached: Vec<Attached> = Vec::new();
    for &number in rules {
        let Some(rule) = bundle.rules.get(number) else { continue };
        let class = match sight.target {
            Some(target) => match rule.targets.iter().find(|t| t.target as usize == target) {
                Some(found) => found.class,
                None => continue,
            },
            None if rule.undeclared => None,
            None => continue,
        };
        if rule.advisory && !advisory {
            continue;
        }
        let frame = match (views.get(&class), sight.target) {
            (Some(frame), _) => frame.clone(),
            (None, Some(target)) => {
                let frame = view(world, bundle, &sight.frame, target, class);
                views.insert(class, frame.clone());
                frame
            }
            (None, None) => sight.frame.clone(),
        };
        let mut symbolic = Symbolic::new(world, bundle, frame);
        let mut terms = Vec::new();
        if let Some(when) = &rule.when {
            terms.push(symbolic.condition(when));
        }
        if let Some(unless) = &rule.unless {
            terms.push(symbolic.condition(unless).not());
        }
        let cond = symbolic.all(&terms);
        for obligation in &rule.obligations {
            let (what, set) = match obligation {
                Obligation::Set { field, value } => {
                    let cases = symbolic.eval(value);
                    (format!("set args.{field} to {cases:?}"), Some((field.clone(), Some(cases))))
                }
                Obligation::Redact { field, .. } | Obligation::Conceal { field, .. } => (format!("{obligation:?}"), Some((field.clone(), None))),
                Obligation::Clear(label) => (format!("clear {}", crate::signature::label_name(bundle, *label)), None),
                other => (format!("{other:?}"), None),
            };
            attached.push((looked.len(), what, set));
        }
        for question in std::mem::take(&mut symbolic.questions) {
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        looked.push(Looked { rule: number, effect: rule.effect, cond });
    }
    let mut judgement = combine(world, sight, looked, questions);
    oblige(world, &mut judgement, &attached);
    if bundle.targets.iter().any(|t| t.kind == StepKind::Spawn) {
        // A child may have been granted less.
        let granted = world.flag(&format!("{}the agent was granted the step", sight.frame.prefix), None);
        let allowed = world.formulas.or([sight.main, granted]);
        let refused = world.formulas.not(allowed);
        judgement.reserve(world, refused);
    }
    if let Some(target) = sight.target {
        let over = overspent(world, bundle, sight, target, &mut views);
        judgement.reserve(world, over);
    }
    judgement
}

/// Combines what the rules come to.
fn combine(world: &mut World, sight: &Sight, looked: Vec<Looked>, questions: Vec<Question>) -> Judgement {
    let declared = F::of(sight.target.is_some());
    let mut some = |effect: RuleEffect, true_only: bool| {
        let parts: Vec<F> = looked.iter().filter(|l| l.effect == effect).map(|l| if true_only { l.cond.t } else { world.formulas.not(l.cond.f) }).collect();
        world.formulas.or(parts)
    };
    let forbidden = some(RuleEffect::Forbid, false);
    let asked = some(RuleEffect::Ask, true);
    let held = some(RuleEffect::Ask, false);
    let permitted = some(RuleEffect::Permit, true);
    let otherwise = some(RuleEffect::OtherwiseAsk, true);
    let f = &mut world.formulas;
    let invalid = f.not(sight.valid);
    let permitted = f.and([declared, permitted]);
    let held = f.and([permitted, held]);
    let otherwise = f.and([declared, otherwise]);
    let (not_forbidden, not_permitted, not_held, not_asked) = (f.not(forbidden), f.not(permitted), f.not(held), f.not(asked));
    let otherwise = f.and([otherwise, not_permitted]);
    let by_ask = f.or([asked, held, otherwise]);
    let open = f.and([sight.valid, not_forbidden]);
    let ask = f.and([open, by_ask]);
    let permit = f.and([open, permitted, not_asked, not_held]);
    let either = f.or([ask, permit]);
    let forbid = f.not(either);
    Judgement { looked, permit, ask, forbid, reserved: invalid, obligations: BTreeMap::new(), questions }
}

impl Judgement {
    /// Forbids what a reserved reason forbids.
    fn reserve(&mut self, world: &mut World, over: F) {
        if over == F::FALSE {
            return;
        }
        let f = &mut world.formulas;
        let fits = f.not(over);
        self.permit = f.and([self.permit, fits]);
        self.ask = f.and([self.ask, fits]);
        let either = f.or([self.permit, self.ask]);
        self.forbid = f.not(either);
        self.reserved = f.or([self.reserved, over]);
    }
}
