//! From what the rules came to, to an effect. Nothing else here: no strings, no image but for the rules' effects.

use reach_evaluator::image::{self, RuleRef};

use crate::decision::Effect;

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tri {
    True,
    False,
    None,
}

/// A rule that was looked at and is not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    pub at: RuleRef,
    pub effect: image::Effect,
    pub advisory: bool,
    pub tri: Tri,
}

impl Looked {
    /// Returns whether the rule matches: a permit only when it is true.
    pub fn matches(&self) -> bool {
        self.tri == Tri::True || (self.tri == Tri::None && self.effect != image::Effect::Permit)
    }
}

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The forbids that match.
    Forbids,
    /// The asks that match.
    Asks,
    /// The permits that match.
    Permits,
    /// The `otherwise ask`s that are true, and the asks without a value.
    Otherwise,
    /// Nobody; the step is declared.
    Default,
    /// Nobody; the step is not declared.
    Undeclared,
}

impl By {
    /// Returns the effect.
    pub const fn effect(self) -> Effect {
        match self {
            Self::Forbids | Self::Default | Self::Undeclared => Effect::Forbid,
            Self::Asks | Self::Otherwise => Effect::Ask,
            Self::Permits => Effect::Permit,
        }
    }

    /// Returns whether a rule is one of those that decided.
    pub fn includes(self, rule: &Looked) -> bool {
        use image::Effect::{Ask, Forbid, OtherwiseAsk, Permit};
        !rule.advisory
            && match self {
                Self::Forbids => rule.effect == Forbid,
                Self::Asks => rule.effect == Ask,
                Self::Permits => rule.effect == Permit && rule.tri == Tri::True,
                Self::Otherwise => rule.effect == Ask || (rule.effect == OtherwiseAsk && rule.tri == Tri::True),
                Self::Default | Self::Undeclared => false,
            }
    }

    /// Returns whether a rule's obligations go with the decision.
    pub fn obliges(self, rule: &Looked) -> bool {
        use image::Effect::{Oblige, Permit};
        let matching = self.includes(rule) || (!rule.advisory && (rule.effect == Oblige || (rule.effect == Permit && rule.tri == Tri::True)));
        matching && matches!(self, Self::Asks | Self::Permits | Self::Otherwise)
    }
}

/// What the rules came to, taken together: that is all that a decision rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    /// A forbid matches.
    forbid: bool,
    /// An ask is true.
    ask: bool,
    /// An ask has no value.
    unsure_ask: bool,
    /// A permit is true.
    permit: bool,
    /// An `otherwise ask` is true.
    otherwise: bool,
}

impl Tally {
    fn of(looked: &[Looked]) -> Self {
        use image::Effect::{Ask, Forbid, Oblige, OtherwiseAsk, Permit};
        let mut tally = Self::default();
        for rule in looked.iter().filter(|rule| !rule.advisory) {
            let is_true = rule.tri == Tri::True;
            match rule.effect {
                Forbid => tally.forbid = true,
                Ask => {
                    tally.ask |= is_true;
                    tally.unsure_ask |= rule.tri == Tri::None;
                }
                Permit => tally.permit |= is_true,
                OtherwiseAsk => tally.otherwise |= is_true,
                Oblige => {}
            }
        }
        tally
    }
}

/// Decides whether `otherwise ask`s are looked at at all.
pub(crate) fn needs_otherwise(looked: &[Looked]) -> bool {
    let tally = Tally::of(looked);
    !(tally.forbid || tally.permit || tally.ask)
}

/// Decides. `looked` holds the rules that are not false.
pub(crate) fn decide(looked: &[Looked], declared: bool) -> By {
    let tally = Tally::of(looked);
    let permitted = declared && tally.permit;
    if tally.forbid {
        By::Forbids
    } else if tally.ask || (permitted && tally.unsure_ask) {
        By::Asks
    } else if permitted {
        By::Permits
    } else if declared && tally.otherwise {
        By::Otherwise
    } else if declared {
        By::Default
    } else {
        By::Undeclared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Effect as E;

    fn decided(declared: bool, rules: &[(E, Tri)]) -> (By, Vec<usize>, Vec<usize>) {
        let looked: Vec<Looked> = rules
            .iter()
            .zip(0..)
            .map(|((effect, tri), rule)| Looked { at: RuleRef { rule, variant: 0 }, effect: *effect, advisory: false, tri: *tri })
            .filter(|l| l.tri != Tri::False)
            .collect();
        let by = decide(&looked, declared);
        let all = |f: &dyn Fn(&Looked) -> bool| looked.iter().filter(|l| f(l)).map(|l| l.at.rule as usize).collect();
        (by, all(&|l| by.includes(l)), all(&|l| by.obliges(l)))
    }

    const T: Tri = Tri::True;
    const N: Tri = Tri::None;

    #[test]
    fn every_row_of_the_decision_table_holds() {
        use By::*;
        use E::{Ask, Forbid, Oblige, OtherwiseAsk, Permit};
        type Row<'r> = (&'r [(E, Tri)], By, &'r [usize], &'r [usize]);
        let rows: &[Row<'_>] = &[
            (&[], Default, &[], &[]),
            (&[(Permit, T)], Permits, &[0], &[0]),
            (&[(Permit, N)], Default, &[], &[]),
            (&[(Permit, T), (Permit, T), (Permit, N)], Permits, &[0, 1], &[0, 1]),
            (&[(Permit, T), (Forbid, T)], Forbids, &[1], &[]),
            (&[(Permit, T), (Forbid, N), (Ask, T)], Forbids, &[1], &[]),
            (&[(Forbid, N), (Forbid, T)], Forbids, &[0, 1], &[]),
            (&[(Ask, T)], Asks, &[0], &[0]),
            (&[(Ask, N)], Default, &[], &[]),
            (&[(Ask, N), (Permit, T)], Asks, &[0], &[0, 1]),
            (&[(Ask, N), (Permit, N)], Default, &[], &[]),
            (&[(Ask, N), (Ask, T)], Asks, &[0, 1], &[0, 1]),
            (&[(OtherwiseAsk, T)], Otherwise, &[0], &[0]),
            (&[(OtherwiseAsk, N)], Default, &[], &[]),
            (&[(OtherwiseAsk, T), (OtherwiseAsk, N)], Otherwise, &[0], &[0]),
            (&[(Ask, N), (OtherwiseAsk, T)], Otherwise, &[0, 1], &[0, 1]),
            (&[(Permit, T), (OtherwiseAsk, T)], Permits, &[0], &[0]),
            (&[(Permit, T), (Oblige, T), (Oblige, N)], Permits, &[0], &[0, 1, 2]),
            (&[(Oblige, T)], Default, &[], &[]),
            (&[(Ask, T), (Permit, T), (Oblige, N)], Asks, &[0], &[0, 1, 2]),
        ];
        for (rules, by, includes, obliges) in rows {
            assert_eq!(decided(true, rules), (*by, includes.to_vec(), obliges.to_vec()), "{rules:?}");
        }
    }

    #[test]
    fn an_undeclared_step_can_be_asked_but_never_permitted() {
        use E::{Ask, Forbid, OtherwiseAsk, Permit};
        assert_eq!(decided(false, &[]).0, By::Undeclared);
        assert_eq!(decided(false, &[(Permit, T)]).0, By::Undeclared);
        assert_eq!(decided(false, &[(Ask, N)]).0, By::Undeclared);
        assert_eq!(decided(false, &[(OtherwiseAsk, T)]).0, By::Undeclared);
        assert_eq!(decided(false, &[(Ask, N), (Ask, T)]), (By::Asks, vec![0, 1], vec![0, 1]));
        assert_eq!(decided(false, &[(Ask, T), (Forbid, N)]), (By::Forbids, vec![1], vec![]));
    }

    #[test]
    fn advisory_rules_change_nothing() {
        let mut looked = vec![Looked { at: RuleRef { rule: 0, variant: 0 }, effect: E::Permit, advisory: false, tri: T }];
        for effect in [E::Forbid, E::Ask, E::OtherwiseAsk, E::Oblige] {
            looked.push(Looked { at: RuleRef { rule: 1, variant: 0 }, effect, advisory: true, tri: T });
            let by = decide(&looked, true);
            assert_eq!(by, By::Permits);
            assert!(!by.includes(&looked[looked.len() - 1]) && !by.obliges(&looked[looked.len() - 1]));
        }
    }
}
