//! What a survey finds.

use reach_compiler::ir::{Bundle, Expr};

use crate::inquiry::Condition;

/// What was found, proved over all sessions. Rules, steps and what else there is are named by their index in the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The rule never matches.
    Unreachable {
        /// The rule.
        rule: usize,
    },
    /// The rule matches, and never is among those that decide.
    Shadowed {
        /// The rule.
        rule: usize,
        /// The fewest rules that decide instead. None where nothing permits what it is about.
        by: Vec<usize>,
    },
    /// The rule matches exactly where another one of its effect does, which stands before it.
    Duplicate {
        /// The rule.
        rule: usize,
        /// The other one.
        of: usize,
    },
    /// Without the rule every decision has the same effect, and the same goes with it.
    Redundant {
        /// The rule.
        rule: usize,
        /// The fewest rules that decide alike, or overrule it.
        by: Vec<usize>,
    },
    /// The rule forbids only what nothing permits or asks.
    Idle {
        /// The rule.
        rule: usize,
    },
    /// A condition without parts comes to the same wherever it may matter: where what stands before it in each `and` isn't false, and in each
    /// `or` isn't true.
    Constant {
        /// The condition.
        condition: Condition,
        /// What it comes to.
        is: Constancy,
    },
    /// The rule decides elsewhere, but never of this step, which it names.
    Covered {
        /// The rule.
        rule: usize,
        /// The step: an index of the bundle's targets.
        target: usize,
        /// The fewest rules that decide instead; none where it doesn't match.
        by: Vec<usize>,
        /// Whether it matches such a step at all.
        matches: bool,
    },
    /// An event that the bundle asks for can't happen.
    Impossible {
        /// What asks for it.
        past: Past,
        /// Why.
        why: Never,
    },
    /// What would forget what came before can't happen.
    SinceNever {
        /// The use of history: an index of the bundle's monitors.
        monitor: usize,
        /// Why.
        why: Never,
    },
    /// A label is asked for that nothing ever returns.
    LabelNever {
        /// The label.
        label: u32,
    },
    /// A label is returned under a condition that is never so.
    ReturnNever {
        /// The step that would return it: an index of the bundle's targets.
        target: usize,
        /// Which of its labels.
        number: usize,
    },
    /// Nothing is ever charged by this.
    ChargeNever {
        /// The charge: an index of the bundle's charges.
        charge: usize,
        /// Why; none where the amount is never more than nothing.
        why: Option<Never>,
    },
}

/// What asks for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Past {
    /// A use of history: an index of the bundle's monitors.
    Monitor(usize),
    /// Where values come from: an index of the bundle's origins.
    Origin(usize),
}

/// Why an event can't happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Never {
    /// What stands behind `where` is never so.
    Where,
    /// The steps are never permitted, and never asked about.
    Permitted,
    /// The steps are never permitted, and never asked about, where what stands behind `where` is so.
    PermittedWhere,
    /// The steps are never refused.
    Denied,
}

/// What a condition comes to wherever it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Constancy {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It is true, or has no value.
    NeverFalse,
    /// It is false, or has no value.
    NeverTrue,
}

/// What could not be told of a rule, or of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsettled {
    /// The rule; none for what is no rule's.
    pub rule: Option<usize>,
    /// Why.
    pub why: String,
}

/// What was found of a bundle, and what could not be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// What was found, by kind and place.
    pub findings: Vec<Finding>,
    /// What could not be told: of each rule one reason.
    pub unsettled: Vec<Unsettled>,
    /// How many questions the solver was asked.
    pub asked: u64,
    /// How many rules were seen to be of use without asking it.
    pub screened: usize,
}

impl Condition {
    /// Returns the condition itself.
    #[must_use]
    pub fn of<'b>(&self, bundle: &'b Bundle) -> Option<&'b Expr> {
        let rule = bundle.rules.get(self.rule)?;
        let whole = if self.unless { rule.unless.as_ref()? } else { rule.when.as_ref()? };
        self.path.iter().try_fold(whole, |at, number| at.children().get(*number).copied())
    }
}
