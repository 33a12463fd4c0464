//! Which rules decide instead of one.

use reach_compiler::ir::Effect as RuleEffect;

use super::look::looked;
use super::stage::Stage;
use crate::formula::F;
use crate::judge::Looked;

/// What is asked of a rule beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether it is among those that decide.
    Decides,
    /// Whether it is needed: whether no other decides alike or overrules it.
    Alone,
}

/// A rule, beside the others about a step.
pub(super) struct Over {
    own: Looked,
    /// Where it matches.
    matches: F,
    /// Of other rules, by effect: where they are true, and where they aren't false.
    forbids: F,
    permitted: F,
    asked: F,
    held: F,
    otherwise: F,
}

impl Over {
    /// Looks at a rule beside the others; none where it wasn't judged.
    pub fn of(stage: &mut Stage<'_>, number: usize) -> Option<Self> {
        let own = looked(stage, number)?;
        let matches = stage.counts(own.effect, own.cond);
        let declared = F::of(stage.sight.target.is_some());
        let others: Vec<Looked> = stage.judged.looked.iter().filter(|l| l.rule != number).copied().collect();
        let f = &mut stage.world.formulas;
        let mut all = |effect: RuleEffect, true_only: bool| {
            let parts: Vec<F> = others.iter().filter(|l| l.effect == effect).map(|l| if true_only { l.cond.t } else { f.not(l.cond.f) }).collect();
            f.or(parts)
        };
        let (forbids, asked, held) = (all(RuleEffect::Forbid, false), all(RuleEffect::Ask, true), all(RuleEffect::Ask, false));
        let (permitted, otherwise) = (all(RuleEffect::Permit, true), all(RuleEffect::OtherwiseAsk, true));
        let (permitted, otherwise) = (f.and([declared, permitted]), f.and([declared, otherwise]));
        Some(Self { own, matches, forbids, permitted, asked, held, otherwise })
    }

    /// Returns where the rule is among those that decide. Without all rules: where it may be.
    pub fn decides(&self, stage: &mut Stage<'_>) -> F {
        let (permit, ask, forbid) = (stage.judged.permit, stage.judged.ask, stage.judged.forbid);
        let f = &mut stage.world.formulas;
        let [not_forbidden, not_permitted, not_asked] = [self.forbids, self.permitted, self.asked].map(|so| f.not(so));
        let parts = match (self.own.effect, stage.complete) {
            (RuleEffect::Permit, _) => vec![self.matches, permit],
            (RuleEffect::Ask, true) => vec![self.matches, ask],
            (RuleEffect::Ask, false) => vec![self.matches, not_forbidden],
            (RuleEffect::Forbid, _) => vec![self.matches, forbid],
            (RuleEffect::OtherwiseAsk, true) => vec![self.matches, ask, not_permitted, not_asked],
            (RuleEffect::OtherwiseAsk, false) => vec![self.matches, not_forbidden, not_permitted, not_asked],
            (RuleEffect::Oblige, true) => vec![self.matches, f.or([permit, ask])],
            (RuleEffect::Oblige, false) => vec![self.matches, not_forbidden],
        };
        stage.of_valid(parts)
    }

    /// Returns where no other rule forbids as well.
    pub fn alone(&self, stage: &mut Stage<'_>) -> F {
        let not_forbidden = stage.world.formulas.not(self.forbids);
        stage.of_valid([self.matches, not_forbidden])
    }

    /// Returns where another effect would be decided without the rule. Without all rules: where it may be.
    pub fn matters(&self, stage: &mut Stage<'_>) -> F {
        let reserved = stage.judged.reserved;
        let complete = stage.complete;
        let f = &mut stage.world.formulas;
        let open = f.not(reserved);
        let [not_forbidden, not_permitted, not_asked, not_otherwise, not_held] =
            [self.forbids, self.permitted, self.asked, self.otherwise, self.held].map(|so| f.not(so));
        let of_rule = match self.own.effect {
            RuleEffect::Permit => {
                // Held back or not, it comes to the same where an `otherwise ask` is true.
                let both = f.and([self.held, self.otherwise]);
                let not_both = f.not(both);
                f.and([self.own.cond.t, not_permitted, not_asked, not_both])
            }
            RuleEffect::Forbid => {
                let lifted = if complete { f.or([self.permitted, self.asked, self.otherwise]) } else { F::TRUE };
                f.and([self.matches, lifted])
            }
            RuleEffect::Ask => {
                let neither = f.not(self.own.cond.t);
                let unknown = f.and([neither, self.matches]);
                let permitted = if complete { self.permitted } else { F::TRUE };
                let holds_back = f.and([permitted, not_held]);
                let gives = if complete {
                    let default = f.and([not_permitted, not_otherwise]);
                    f.or([holds_back, default])
                } else {
                    F::TRUE
                };
                let (one, other) = (f.and([self.own.cond.t, gives]), f.and([unknown, holds_back]));
                let either = f.or([one, other]);
                f.and([either, not_asked])
            }
            RuleEffect::OtherwiseAsk => f.and([self.own.cond.t, not_permitted, not_asked, not_otherwise]),
            RuleEffect::Oblige => self.matches,
        };
        stage.of_valid([of_rule, not_forbidden, open])
    }

    /// Returns where another rule overrules this one, or decides alike.
    fn beaten(&self, stage: &mut Stage<'_>, other: Looked, question: Question) -> Option<F> {
        use RuleEffect::{Ask, Forbid, Oblige, OtherwiseAsk, Permit};
        let not_false = stage.world.formulas.not(other.cond.f);
        match (self.own.effect, other.effect) {
            (Permit | Ask | OtherwiseAsk | Oblige, Forbid) => Some(not_false),
            (Permit, Ask) if question == Question::Decides => Some(not_false),
            (Permit | OtherwiseAsk, Ask) | (OtherwiseAsk, Permit) => Some(other.cond.t),
            (Forbid, Forbid) if question == Question::Alone => Some(not_false),
            (Permit, Permit) | (Ask, Ask) | (OtherwiseAsk, OtherwiseAsk) if question == Question::Alone => Some(other.cond.t),
            _ => None,
        }
    }
}

/// Returns the fewest rules, as far as leaving out one after the other tells, that overrule a rule wherever it matches. None where these
/// aren't all there is to it: where nothing permits what it holds back, for example.
pub(super) fn least(stage: &mut Stage<'_>, over: &Over, question: Question) -> Vec<usize> {
    let others: Vec<Looked> = stage.judged.looked.iter().filter(|l| l.rule != over.own.rule).copied().collect();
    let mut kept: Vec<(usize, F)> = Vec::new();
    for other in others {
        if let Some(so) = over.beaten(stage, other, question) {
            let meet = stage.of_valid([over.matches, so]);
            // One that never matches together with it has nothing to do with it.
            if so != F::FALSE && !stage.never(meet) {
                kept.push((other.rule, so));
            }
        }
    }
    let covered = |stage: &mut Stage<'_>, kept: &[(usize, F)], without: Option<usize>| {
        let all: Vec<F> = kept.iter().enumerate().filter(|(at, _)| Some(*at) != without).map(|(_, (_, so))| *so).collect();
        let any = stage.world.formulas.or(all);
        let none = stage.world.formulas.not(any);
        let goal = stage.of_valid([over.matches, none]);
        stage.never(goal)
    };
    if !covered(stage, &kept, None) {
        return Vec::new();
    }
    // The first that were written stay.
    for at in (0..kept.len()).rev() {
        if covered(stage, &kept, Some(at)) {
            kept.remove(at);
        }
    }
    kept.into_iter().map(|(rule, _)| rule).collect()
}
