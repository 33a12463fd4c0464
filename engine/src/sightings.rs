//! What is seen while rules decide: for tools that measure how much of a policy some steps have tried.
//!
//! A session that observes runs the plain regions of its rules instead of the fast ones, which come to the same, and notes what their
//! notes, comparisons and questions saw: numbers alone, in buffers that are used again. One that doesn't has no such buffers.

use reach_evaluator::data::View;
use reach_evaluator::image::{Effect as RuleEffect, NoteKind, RuleRef};
use reach_evaluator::op::{NoteId, QueryId};
use reach_evaluator::value::{Place, Value};
use reach_evaluator::vm::Observer;

use crate::decide::{By, Looked, Tri};
use crate::decision::{Decision, Effect};
use crate::explain::Truth;

/// What the last event showed.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    /// Whether rules that are looked at now are those of a decision.
    open: bool,
    rules: Vec<RuleSeen>,
    notes: Vec<NoteSeen>,
    compared: Vec<Compared>,
    asked: Vec<Asked>,
    budgets: Vec<BudgetSeen>,
    effect: Option<Effect>,
}

/// A rule that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSeen {
    /// Which rule, and in which variant.
    pub at: RuleRef,
    /// Its effect.
    pub effect: RuleEffect,
    /// Whether it is only reported.
    pub advisory: bool,
    /// What its condition came to.
    pub value: Truth,
    /// Whether it is one of those that made the decision, or whose obligations go with it.
    pub decided: bool,
    /// Where its notes end in [`Sightings::notes`]; they begin where those of the rule before end.
    notes_end: usize,
}

impl RuleSeen {
    /// Returns whether it matches: a permit or `otherwise ask` only when it is true, others when they aren't false.
    #[must_use]
    pub const fn matched(&self) -> bool {
        match self.effect {
            RuleEffect::Permit | RuleEffect::OtherwiseAsk => matches!(self.value, Truth::True),
            RuleEffect::Ask | RuleEffect::Forbid | RuleEffect::Oblige => !matches!(self.value, Truth::False),
        }
    }
}

/// A condition that was computed; what it is made of comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteSeen {
    /// Its note.
    pub note: NoteId,
    /// What it came to.
    pub value: Truth,
}

/// Two numbers that were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The operation, by its index in the code.
    pub operation: u32,
    /// The left one.
    pub left: i128,
    /// The right one.
    pub right: i128,
}

/// A question of the session that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where it stands.
    pub place: Place,
    /// What was asked.
    pub query: QueryId,
    /// What the answer was.
    pub answer: Answered,
}

/// What a question found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// Nothing: false, zero, no event.
    Nothing,
    /// Something.
    Something,
    /// It had no answer.
    NoValue,
}

/// What a budget said to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetSeen {
    /// Its index.
    pub budget: u32,
    /// What it said.
    pub said: Afforded,
}

/// What a budget says to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Afforded {
    /// There is more left than the step takes.
    Fits,
    /// The step takes all that is left.
    JustFits,
    /// The step takes more than is left, so it is refused.
    Overspent,
}

impl Sightings {
    /// Returns the rules that were looked at, each with its conditions in the order in which they were computed: those that a condition is
    /// made of before itself, and those that are about the elements of a list once for each.
    pub fn rules(&self) -> impl Iterator<Item = (&RuleSeen, &[NoteSeen])> {
        let starts = std::iter::once(0).chain(self.rules.iter().map(|rule| rule.notes_end));
        self.rules.iter().zip(starts).map(|(rule, start)| (rule, self.notes.get(start..rule.notes_end).unwrap_or_default()))
    }

    /// Returns the comparisons of numbers.
    #[must_use]
    pub fn compared(&self) -> &[Compared] {
        &self.compared
    }

    /// Returns the questions of the session.
    #[must_use]
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Returns what budgets said.
    #[must_use]
    pub fn budgets(&self) -> &[BudgetSeen] {
        &self.budgets
    }

    /// Returns what was decided; none where no rule was looked at.
    #[must_use]
    pub const fn effect(&self) -> Option<Effect> {
        self.effect
    }

    /// Forgets the last event.
    pub(crate) fn clear(&mut self) {
        self.open = false;
        self.rules.clear();
        self.notes.clear();
        self.compared.clear();
        self.asked.clear();
        self.budgets.clear();
        self.effect = None;
    }

    /// Begins a decision.
    pub(crate) fn begin(&mut self) {
        self.clear();
        self.open = true;
    }

    /// Returns whether a decision is being made.
    pub(crate) const fn is_open(&self) -> bool {
        self.open
    }

    /// Ends the notes of a rule.
    pub(crate) fn rule(&mut self, at: RuleRef, effect: RuleEffect, advisory: bool, tri: Tri) {
        let value = match tri {
            Tri::True => Truth::True,
            Tri::False => Truth::False,
            Tri::None => Truth::None,
        };
        self.rules.push(RuleSeen { at, effect, advisory, value, decided: false, notes_end: self.notes.len() });
    }

    pub(crate) fn budget(&mut self, budget: u32, said: Afforded) {
        self.budgets.push(BudgetSeen { budget, said });
    }

    /// Ends a decision that no rule made.
    pub(crate) const fn refused(&mut self) {
        self.open = false;
        self.effect = Some(Effect::Forbid);
    }

    /// Ends a decision.
    pub(crate) fn end(&mut self, by: By, decision: &Decision) {
        self.open = false;
        self.effect = Some(decision.effect);
        // A reserved reason stands alone.
        let by_rules = decision.rules.iter().any(|reason| reason.file.is_some());
        for rule in &mut self.rules {
            let tri = match rule.value {
                Truth::True => Tri::True,
                Truth::False => continue,
                Truth::None => Tri::None,
            };
            let looked = Looked { at: rule.at, effect: rule.effect, advisory: rule.advisory, tri };
            rule.decided = by_rules && (by.includes(&looked) || (rule.effect == RuleEffect::Oblige && by.obliges(&looked)));
        }
    }
}

impl Observer for Sightings {
    fn note(&mut self, note: NoteId, value: Value, view: View<'_>) {
        if view.image.image().note(note).is_none_or(|def| def.kind == NoteKind::Operand) {
            return;
        }
        let value = match value {
            Value::Bool(true) => Truth::True,
            Value::Bool(false) => Truth::False,
            _ => Truth::None,
        };
        self.notes.push(NoteSeen { note, value });
    }

    fn asked(&mut self, place: Place, query: QueryId, _: &[Value], answer: Value, _: View<'_>) {
        let answer = match answer {
            Value::None(_) => Answered::NoValue,
            Value::Bool(false) | Value::Num(0) | Value::Absent => Answered::Nothing,
            _ => Answered::Something,
        };
        self.asked.push(Asked { place, query, answer });
    }

    fn compared(&mut self, operation: u32, left: Value, right: Value) {
        if let (Value::Num(left), Value::Num(right)) = (left, right) {
            self.compared.push(Compared { operation, left, right });
        }
    }
}
