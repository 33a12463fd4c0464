//! Whether rules stay within the rights of their pack.
//!
//! Of every step that some rule may let happen it is said what its values must be (`bound`). An advisory rule is put beside the others that
//! reports the step unless they are that, and where that has no value too, so that what can't be known counts as beyond. The analysis is asked
//! whether it ever reports a step that a rule of the pack itself lets happen. What is only reported changes nothing, so one copy of the bundle
//! serves all steps and all their values.
//!
//! What only a pack that it uses permits is for that pack to answer for.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use reach_analysis::{Answer, Decided, Inquiry, Limits, Play, Played};
use reach_compiler::ir::{Bundle, Effect, Expr, ExprKind, Obligation, Rule, RuleTarget, SlotRef, StepKind, Type};
use reach_values::form::Form;

use super::bound::{Bound, Bounds, RightKind, Rights, kinds_of};
use super::lines;
use crate::places::Draft;

/// Makes what plays sessions with a bundle; none where that goes beyond a limit.
pub type Make = Arc<dyn Fn(&Bundle) -> Option<Box<dyn Play>> + Send + Sync>;

/// What a step's values must be, one of them.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// The step.
    pub target: u32,
    /// What of it, in words: "the argument `p`".
    pub what: String,
    /// The argument, where it is one by itself.
    pub argument: Option<String>,
    /// The type of the argument.
    pub ty: Option<Type>,
    /// Which rights it is about.
    pub kinds: Vec<RightKind>,
    /// What it must be.
    pub bound: Bound,
}

/// Why a demand may not be met.
#[derive(Clone, Debug)]
pub(crate) enum Excess {
    /// At the end of this session it is not, and this is decided there.
    Shown {
        /// The events, each a line of JSON.
        events: Vec<String>,
        /// What is decided by the bundle.
        decided: Box<Decided>,
    },
    /// It could not be told, and why.
    Untold(Vec<String>),
}

/// Asks about one bundle.
pub(crate) struct Asking<'a> {
    pub bundle: &'a Bundle,
    pub draft: &'a Draft,
    make: &'a Make,
    limits: &'a Limits,
    /// By step, which rules are about it, in source order.
    about: Vec<About>,
    /// How often the bundle was copied: each time costs as much as all of it.
    copies: Cell<usize>,
}

/// The rules that are about a step.
#[derive(Clone, Debug, Default)]
struct About {
    /// Those of the pack itself that may let it happen.
    lets: Vec<usize>,
    /// Those that may put something into the place of an argument.
    sets: Vec<usize>,
}

/// A bundle whose machine is made when it is needed: most questions are answered without.
struct Late {
    bundle: Bundle,
    make: Make,
    made: OnceCell<Option<Box<dyn Play>>>,
}

impl Play for Late {
    fn play(&self, events: &[String]) -> Vec<Played> {
        match self.made.get_or_init(|| (self.make)(&self.bundle)) {
            Some(play) => play.play(events),
            None => events.iter().map(|_| Played::Rejected("the bundle can't be built".to_owned())).collect(),
        }
    }
}

impl<'a> Asking<'a> {
    /// Begins to ask.
    pub(crate) fn new(bundle: &'a Bundle, draft: &'a Draft, make: &'a Make, limits: &'a Limits) -> Self {
        let mut about = vec![About::default(); bundle.targets.len()];
        let own = bundle.own_rules().len();
        for (number, rule) in bundle.rules.iter().enumerate().filter(|(_, rule)| !rule.advisory) {
            let lets = matches!(rule.effect, Effect::Permit | Effect::Ask | Effect::OtherwiseAsk);
            let sets = rule.obligations.iter().any(|obligation| matches!(obligation, Obligation::Set { .. }));
            for target in &rule.targets {
                let Some(about) = about.get_mut(target.target as usize) else { continue };
                if lets && number < own {
                    about.lets.push(number);
                }
                if sets {
                    about.sets.push(number);
                }
            }
        }
        Self { bundle, draft, make, limits, about, copies: Cell::new(0) }
    }

    /// Returns the rules of the pack itself that may let a step happen, in source order.
    pub(crate) fn lets(&self, target: u32) -> impl Iterator<Item = &Rule> {
        self.rules(self.about.get(target as usize).map_or(&[], |about| &about.lets))
    }

    fn rules<'r>(&'r self, numbers: &'r [usize]) -> impl Iterator<Item = &'r Rule> {
        numbers.iter().filter_map(|number| self.bundle.rules.get(*number))
    }

    /// Returns whether a tool only reads, as the manifest says.
    pub(crate) fn is_reader(&self, tool: &str) -> bool {
        self.draft.readers.contains_key(tool)
    }

    /// Returns what is demanded of every step that some rule may let happen, and the number of the next local.
    pub(crate) fn demands(&self, rights: &Rights) -> (Vec<Demand>, u32) {
        self.demands_of(rights, &|_| true)
    }

    /// Returns what is demanded of some steps.
    pub(crate) fn demands_of(&self, rights: &Rights, wanted: &dyn Fn(u32) -> bool) -> (Vec<Demand>, u32) {
        let mut bounds = Bounds { rights, locals: self.bundle.locals, span: reach_codes::Span::default() };
        let mut out = Vec::new();
        for (target, declared) in (0u32..).zip(&self.bundle.targets) {
            if !wanted(target) || self.lets(target).next().is_none() {
                continue;
            }
            bounds.span = declared.span;
            match declared.kind {
                StepKind::Call => self.arguments(&mut bounds, target, &mut out),
                StepKind::Spawn => {
                    let what = "the number and the depth of agents".to_owned();
                    out.push(Demand { target, what, argument: None, ty: None, kinds: vec![RightKind::Spawn], bound: bounds.spawning() });
                }
                StepKind::Read => {
                    let bound = bounds.resource(&declared.name);
                    out.push(Demand { target, what: "the name of the resource".to_owned(), argument: None, ty: None, kinds: vec![RightKind::Read], bound });
                    self.arguments(&mut bounds, target, &mut out);
                }
                // What a model is told and what is said reaches no path, host or program.
                StepKind::Model | StepKind::Say => {}
            }
        }
        (out, bounds.locals)
    }

    /// Adds what is demanded of the arguments of a step, and of what rules put into their places.
    fn arguments(&self, bounds: &mut Bounds<'_>, target: u32, out: &mut Vec<Demand>) {
        let Some(declared) = self.bundle.targets.get(target as usize) else { return };
        let reader = declared.kind == StepKind::Read || self.is_reader(&declared.name);
        for field in &declared.args {
            let kinds = kinds_of(&field.ty, reader);
            if kinds.is_empty() {
                continue;
            }
            let value = bounds.expr(field.ty.clone(), ExprKind::Slot(SlotRef::Arg(field.name.clone())));
            let bound = bounds.of(value, reader);
            let what = format!("the argument `{}`", field.name);
            out.push(Demand { target, what, argument: Some(field.name.to_string()), ty: Some(field.ty.clone()), kinds, bound });
        }
        // What a rule puts into an argument's place is what the tool is given.
        for rule in self.rules(self.about.get(target as usize).map_or(&[], |about| &about.sets)) {
            let Some(about) = rule.targets.iter().find(|t| t.target == target) else { continue };
            for obligation in &rule.obligations {
                let Obligation::Set { field, value } = obligation else { continue };
                let kinds = kinds_of(&value.ty, reader);
                if kinds.is_empty() {
                    continue;
                }
                let bound = match bounds.of(value.clone(), reader) {
                    _ if about.class.is_some() => Bound::Untold("it is set through a class".to_owned()),
                    Bound::Must(inside) => {
                        let mut terms: Vec<Expr> = rule.when.clone().into_iter().collect();
                        terms.extend(rule.unless.as_ref().map(|unless| bounds.not(unless.clone())));
                        let matches = bounds.all(terms);
                        Bound::Must(bounds.any(vec![bounds.not(matches), inside]))
                    }
                    other => other,
                };
                let what = format!("what `{}` sets `{field}` to", rule.name);
                out.push(Demand { target, what, argument: None, ty: None, kinds, bound });
            }
        }
    }

    /// Returns which demands may not be met; none where all always are.
    pub(crate) fn exceeded(&self, rights: &Rights, demands: &[Demand], locals: u32) -> Vec<(Demand, Excess)> {
        let mut found = Vec::new();
        let mut grouped: Vec<(u32, Vec<&Demand>)> = Vec::new();
        for demand in demands {
            match &demand.bound {
                Bound::Free => {}
                Bound::Untold(why) => found.push((demand.clone(), Excess::Untold(vec![why.clone()]))),
                Bound::Must(_) => match grouped.last_mut().filter(|(target, _)| *target == demand.target) {
                    Some((_, of)) => of.push(demand),
                    None => grouped.push((demand.target, vec![demand])),
                },
            }
        }
        // First each step, then each of its values where not all of them are known to be within.
        let steps = grouped.iter().map(|(_, of)| of.as_slice());
        let values = grouped.iter().flat_map(|(_, of)| of).map(std::slice::from_ref);
        let with = self.with(steps.chain(values), locals);
        let late = |bundle: &Bundle| {
            self.copies.set(self.copies.get().saturating_add(1));
            Some(Box::new(Late { bundle: bundle.clone(), make: Arc::clone(self.make), made: OnceCell::new() }) as Box<dyn Play>)
        };
        let inquiry = Inquiry::new(&with, &late, self.limits);
        let mut of_values = self.bundle.rules.len().saturating_add(grouped.len());
        for (rule, (target, of)) in (self.bundle.rules.len()..).zip(&grouped) {
            let lets = self.about.get(*target as usize).map_or(&[][..], |about| &about.lets);
            let within = inquiry.lets_where(lets, rule).is_no();
            for (rule, demand) in (of_values..).zip(of).filter(|_| !within) {
                match inquiry.lets_where(lets, rule) {
                    Answer::No => {}
                    Answer::Yes(shown) => {
                        let (witness, decided) = *shown;
                        found.push(((*demand).clone(), Excess::Shown { events: witness.events, decided: Box::new(decided) }));
                    }
                    Answer::Unknown(_) if self.is_a_bounded_line(rights, demand) => {}
                    Answer::Unknown(why) => found.push(((*demand).clone(), Excess::Untold(why))),
                }
            }
            of_values = of_values.saturating_add(of.len());
        }
        found.sort_by_key(|(demand, _)| demand.target);
        found
    }

    fn is_a_bounded_line(&self, rights: &Rights, demand: &Demand) -> bool {
        let shell = Type::Form(Form::Shell);
        let line = match &demand.ty {
            Some(Type::Optional(of)) => **of == shell,
            Some(ty) => *ty == shell,
            None => false,
        };
        let Some(argument) = demand.argument.as_ref().filter(|_| line) else { return false };
        lines::are_bounded(self.bundle, self.lets(demand.target), demand.target, argument, &rights.run)
    }

    /// Returns the bundle with an advisory rule for each group, at the end: it reports a step unless all of its demands are met.
    fn with<'d>(&self, groups: impl Iterator<Item = &'d [&'d Demand]>, locals: u32) -> Bundle {
        self.copies.set(self.copies.get().saturating_add(1));
        // What decides is asked, and nothing else: tests may be most of a bundle.
        let mut bundle = Bundle { tests: Vec::new(), ..self.bundle.clone() };
        bundle.locals = locals;
        for (n, group) in groups.enumerate() {
            let terms: Vec<Expr> = group
                .iter()
                .filter_map(|demand| match &demand.bound {
                    Bound::Must(term) => Some(term.clone()),
                    Bound::Free | Bound::Untold(_) => None,
                })
                .collect();
            let Some(target) = group.first().map(|demand| demand.target) else { continue };
            // Images have their rules in the order of their places.
            let span = self.bundle.rules.last().map(|rule| rule.name_span).unwrap_or_default();
            let unless = match terms.len() {
                1 => terms.into_iter().next(),
                _ => Some(Expr { ty: Type::Bool, span, kind: ExprKind::And(terms) }),
            };
            bundle.rules.push(Rule {
                name: format!("<beyond {n}>").into(),
                effect: Effect::Forbid,
                advisory: true,
                severity: None,
                owner: None,
                references: Vec::new(),
                allows: Vec::new(),
                docs: String::new(),
                targets: [RuleTarget { target, class: None }].into(),
                undeclared: false,
                when: None,
                unless,
                message: Vec::new(),
                obligations: Vec::new(),
                approver: None,
                expires: None,
                grants: None,
                examples: Vec::new(),
                name_span: span,
                span,
            });
        }
        bundle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use reach_codes::Sources;
    use reach_harness::Replay;

    /// Asks about a pack of some tools, each with its rule; with the number of copies and of machines that were made, and of what goes beyond.
    fn counted(tools: usize, glob: &str) -> (usize, usize, usize) {
        let mut rules = String::new();
        for n in 0..tools {
            rules.push_str(&format!(
                "tool fetch_{n}(from: path, to: path)\npermit rule_{n}\n  on fetch_{n}\n  when args.from matches {glob} and args.to matches {glob}\n"
            ));
        }
        let mut sources = Sources::new();
        sources.add("rules.reach", rules);
        let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::LANGUAGE);
        let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let machines = Arc::new(AtomicUsize::new(0));
        let made = Arc::clone(&machines);
        let make: Make = Arc::new(move |bundle: &Bundle| {
            made.fetch_add(1, Ordering::Relaxed);
            Replay::new(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>)
        });
        let mut draft = Draft::default();
        draft.write.insert("/data/**".to_owned(), reach_codes::Span::default());
        let limits = crate::limits();
        let asking = Asking::new(&bundle, &draft, &make, &limits);
        let rights = Rights::of(&draft);
        let (demands, locals) = asking.demands(&rights);
        assert_eq!(demands.len(), 2 * tools);
        let found = asking.exceeded(&rights, &demands, locals);
        assert!(found.iter().all(|(_, excess)| matches!(excess, Excess::Shown { .. })));
        (asking.copies.get(), machines.load(Ordering::Relaxed), found.len())
    }

    #[test]
    fn a_pack_is_copied_as_often_however_many_tools_it_has() {
        let within: Vec<_> = [2, 20, 200].map(|tools| counted(tools, "glob\"/data/**\"")).into();
        assert_eq!(within, [(2, 0, 0); 3]);
        // Both values of each go beyond.
        let beyond: Vec<_> = [2, 20, 60].map(|tools| counted(tools, "glob\"/**\"")).into();
        assert_eq!(beyond, [(2, 1, 4), (2, 1, 40), (2, 1, 120)]);
    }
}
