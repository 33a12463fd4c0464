//! Decides at a point, as the engine does.

use reach_compiler::ir::{Effect, Obligation, Rule};

use super::sketch::Truth;

/// Tells whether what goes with a step may contradict something, or have no value.
pub(super) fn may_clash(obligation: &Obligation) -> bool {
    matches!(obligation, Obligation::Set { .. } | Obligation::Redact { .. } | Obligation::Conceal { .. })
}

/// Tells whether a rule keeps another one from deciding, or from being missed.
pub(super) fn in_the_way(rule: &Rule, other: &Rule) -> bool {
    match (rule.effect, other.effect) {
        (_, Effect::Forbid) => true,
        (Effect::Forbid, _) => false,
        (a, b) if a == b => true,
        (Effect::Permit | Effect::OtherwiseAsk, Effect::Ask) | (Effect::OtherwiseAsk, Effect::Permit) => true,
        _ => false,
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Forbids,
    Asks,
    Permits,
    Otherwise,
    Default,
}

impl By {
    pub const fn effect(self) -> u8 {
        match self {
            Self::Forbids | Self::Default => 0,
            Self::Asks | Self::Otherwise => 1,
            Self::Permits => 2,
        }
    }
}

/// Decides of a declared step, as the engine does.
pub(super) fn decide(looked: impl Iterator<Item = (Effect, Truth)>) -> By {
    let [mut forbids, mut asks, mut held, mut permits, mut otherwise] = [false; 5];
    for (effect, truth) in looked {
        let is_true = truth == Truth::True;
        match effect {
            Effect::Forbid => forbids = true,
            Effect::Ask => {
                asks |= is_true;
                held = true;
            }
            Effect::Permit => permits |= is_true,
            Effect::OtherwiseAsk => otherwise |= is_true,
            Effect::Oblige => {}
        }
    }
    match () {
        () if forbids => By::Forbids,
        () if asks || (permits && held) => By::Asks,
        () if permits => By::Permits,
        () if otherwise => By::Otherwise,
        () => By::Default,
    }
}
