//! Whether rules stay within the rights of their pack.
//!
//! Of every step that some rule may let happen it is said what its values must be (`bound`). A rule is put beside the others that forbids the step
//! unless they are that, and the analysis is asked whether it would ever change a decision. It forbids too where that has no value, so that what
//! can't be known counts as beyond. If it never does, no session ever goes beyond: the first step that did would be one that it changes. All
//! steps are asked about in one bundle, since what is beyond at one of them is told there.

use std::cell::OnceCell;
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
    pub make: &'a Make,
    pub limits: &'a Limits,
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

impl Asking<'_> {
    /// Returns the rules that may let a step happen, in source order.
    pub(crate) fn lets(&self, target: u32) -> impl Iterator<Item = &Rule> {
        let lets = |rule: &&Rule| matches!(rule.effect, Effect::Permit | Effect::Ask | Effect::OtherwiseAsk) && !rule.advisory;
        self.bundle.own_rules().iter().filter(lets).filter(move |rule| rule.targets.iter().any(|t| t.target == target))
    }

    /// Returns whether a tool only reads, as the manifest says.
    pub(crate) fn is_reader(&self, tool: &str) -> bool {
        self.draft.readers.contains_key(tool)
    }

    /// Returns what is demanded of every step that some rule may let happen, and the number of the next local.
    pub(crate) fn demands(&self, rights: &Rights) -> (Vec<Demand>, u32) {
        let mut bounds = Bounds { rights, locals: self.bundle.locals, span: reach_codes::Span::default() };
        let mut out = Vec::new();
        for (target, declared) in (0u32..).zip(&self.bundle.targets) {
            if self.lets(target).next().is_none() {
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
            out.push(Demand { target, what, argument: Some(field.name.clone()), ty: Some(field.ty.clone()), kinds, bound });
        }
        // What a rule puts into an argument's place is what the tool is given.
        for rule in &self.bundle.rules {
            let Some(about) = rule.targets.iter().find(|t| t.target == target) else { continue };
            for obligation in &rule.obligations {
                let Obligation::Set { field, value } = obligation else { continue };
                let kinds = kinds_of(&value.ty, reader);
                if kinds.is_empty() || rule.advisory {
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
        let together = self.with(grouped.iter().map(|(_, of)| of.as_slice()), locals);
        let first = self.bundle.rules.len();
        let late = self.late();
        let inquiry = Inquiry::new(&together, &late, self.limits);
        for (n, (_, of)) in grouped.iter().enumerate() {
            if inquiry.matters(first.saturating_add(n)).is_no() {
                continue;
            }
            // Which of them it is, and what can be seen otherwise.
            for demand in of {
                found.extend(self.alone(rights, demand, locals).map(|excess| ((*demand).clone(), excess)));
            }
        }
        found.sort_by_key(|(demand, _)| demand.target);
        found
    }

    /// Asks about one demand by itself.
    fn alone(&self, rights: &Rights, demand: &Demand, locals: u32) -> Option<Excess> {
        let with = self.with(std::iter::once([demand].as_slice()), locals);
        let late = self.late();
        match Inquiry::new(&with, &late, self.limits).matters(self.bundle.rules.len()) {
            Answer::No => None,
            Answer::Yes(found) => {
                let events = found.0.events;
                match (self.make)(self.bundle).and_then(|play| play.play(&events).pop()) {
                    Some(Played::Decided(decided)) => Some(Excess::Shown { events, decided: Box::new(decided) }),
                    _ => Some(Excess::Untold(vec!["the session that was found can't be played".to_owned()])),
                }
            }
            Answer::Unknown(_) if self.is_a_bounded_line(rights, demand) => None,
            Answer::Unknown(why) => Some(Excess::Untold(why)),
        }
    }

    fn is_a_bounded_line(&self, rights: &Rights, demand: &Demand) -> bool {
        let shell = Type::Form(Form::Shell);
        let line = match &demand.ty {
            Some(Type::Optional(of)) => **of == shell,
            Some(ty) => *ty == shell,
            None => false,
        };
        let Some(argument) = demand.argument.as_ref().filter(|_| line) else { return false };
        lines::are_bounded(self.bundle, demand.target, argument, &rights.run)
    }

    fn late(&self) -> impl Fn(&Bundle) -> Option<Box<dyn Play>> + use<> {
        let make = Arc::clone(self.make);
        move |bundle: &Bundle| {
            let late = Late { bundle: bundle.clone(), make: Arc::clone(&make), made: OnceCell::new() };
            Some(Box::new(late) as Box<dyn Play>)
        }
    }

    /// Returns the bundle with a rule for each group, at the end: it forbids a step unless all of its demands are met.
    fn with<'d>(&self, groups: impl Iterator<Item = &'d [&'d Demand]>, locals: u32) -> Bundle {
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
                name: format!("<beyond {n}>"),
                effect: Effect::Forbid,
                advisory: false,
                severity: None,
                owner: None,
                references: Vec::new(),
                allows: Vec::new(),
                docs: String::new(),
                targets: vec![RuleTarget { target, class: None }],
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
