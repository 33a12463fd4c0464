//! The table of operators: what each is called, of which family it is, and what it does.

use schemars::JsonSchema;
use serde::Serialize;

/// What operators change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// What a rule does.
    Effect,
    /// How conditions are put together.
    Conditions,
    /// Comparisons.
    Comparisons,
    /// Constants.
    Constants,
    /// Sets, lists and command patterns.
    Sets,
    /// Folders, hosts, networks, globs and regular expressions.
    Patterns,
    /// Lengths of time.
    Windows,
    /// Questions about what happened before.
    History,
    /// Questions about where a value came from.
    Provenance,
    /// Budgets and charges.
    Budgets,
    /// Who may answer an `ask`, and until when.
    Approvals,
}

impl Family {
    /// Returns its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Conditions => "conditions",
            Self::Comparisons => "comparisons",
            Self::Constants => "constants",
            Self::Sets => "sets",
            Self::Patterns => "patterns",
            Self::Windows => "windows",
            Self::History => "history",
            Self::Provenance => "provenance",
            Self::Budgets => "budgets",
            Self::Approvals => "approvals",
        }
    }
}

macro_rules! operators {
    ($($variant:ident, $name:literal, $family:ident, $does:literal;)*) => {
        /// A way to change a policy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Operator {
            $(#[doc = $does] $variant,)*
        }

        impl Operator {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns what it changes.
            #[must_use]
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$variant => Family::$family,)*
                }
            }

            /// Returns what it does, in a few words.
            #[must_use]
            pub const fn does(self) -> &'static str {
                match self {
                    $(Self::$variant => $does,)*
                }
            }
        }
    };
}

operators! {
    DropRule, "drop-rule", Effect, "a rule is gone";
    OtherEffect, "other-effect", Effect, "`permit`, `ask`, `forbid` and `otherwise ask` stand for one another";
    Advisory, "advisory", Effect, "a rule is only reported, or one that was only reported decides";
    DropObligation, "drop-obligation", Effect, "an obligation is gone";
    WeakenObligation, "weaken-obligation", Effect, "a detector less is looked for, or case counts";
    WidenGrants, "widen-grants", Effect, "a child is granted more: everything, or without a condition";
    NarrowGrants, "narrow-grants", Effect, "a child is granted one thing less";
    DropWhen, "drop-when", Conditions, "`when` is gone";
    DropUnless, "drop-unless", Conditions, "`unless` is gone";
    DropTerm, "drop-term", Conditions, "a term of `and` or `or` is gone";
    AndOr, "and-or", Conditions, "`and` and `or` stand for each other";
    Negate, "negate", Conditions, "a condition is turned around";
    DropNot, "drop-not", Conditions, "a `not` is gone";
    Quantifier, "quantifier", Conditions, "`all` and `any`, `runs only` and `may run` stand for each other";
    Boundary, "boundary", Comparisons, "`<` and `<=`, `>` and `>=` stand for each other";
    Direction, "direction", Comparisons, "`<` and `>`, `<=` and `>=` stand for each other";
    Equality, "equality", Comparisons, "`==` and `!=` stand for each other";
    Number, "number", Constants, "a number, a length of time, a time or a day is one more or one less";
    Truth, "truth", Constants, "`true` and `false` stand for each other";
    EnumMember, "enum-member", Constants, "the next member of an enum stands for one";
    DropMember, "drop-member", Sets, "a member of a set or list, or a pattern of commands or tables, is gone";
    AddMember, "add-member", Sets, "a set has a member more: one of the enum's, or the number behind the greatest";
    Shorter, "shorter", Patterns, "`within` a folder, host or network around the one that is meant";
    Longer, "longer", Patterns, "`within` a folder, host or network inside the one that is meant";
    GlobStars, "glob-stars", Patterns, "`*` and `**` stand for each other in a glob";
    Anchor, "anchor", Patterns, "a regular expression is without `^` or `$`";
    IgnoreCase, "ignore-case", Patterns, "a pattern minds case that did not, or the other way round";
    Window, "window", Windows, "`over` is half or twice as long, or gone";
    PerAgent, "per-agent", Windows, "`per agent` is gone, or there";
    EventKind, "event-kind", History, "what was permitted, attempted, denied or has a result stand for one another";
    EverCount, "ever-count", History, "twice where once was enough, and once where several times were needed";
    DropSince, "drop-since", History, "`since` is gone";
    DropJoin, "drop-join", History, "a join to the step is gone";
    DropWhere, "drop-where", History, "`where` is gone";
    WidenSource, "widen-source", Provenance, "a source is wider: without `where`, or all of a result for a part of it";
    OtherSource, "other-source", Provenance, "another label, or `user`, stands for a source";
    DropCharge, "drop-charge", Budgets, "a charge is gone";
    AlwaysCharge, "always-charge", Budgets, "a charge is without its `when`";
    BudgetWindow, "budget-window", Budgets, "`over` of a budget is half or twice as long, or gone";
    BudgetScope, "budget-scope", Budgets, "a budget `per session` is `per agent`, or the other way round";
    DropOpening, "drop-opening", Budgets, "`opening` is gone";
    Approver, "approver", Approvals, "anybody may answer, or those who may not";
    Expiry, "expiry", Approvals, "`expires` is half or twice as long, or gone";
}

impl Operator {
    /// Returns the operator of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.name() == name)
    }
}
