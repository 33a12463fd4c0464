//! Conditions on what differs, for continuous integration.

use reach_analysis::{Change, ChangeKind, Difference, Effect};
use schemars::JsonSchema;
use serde::Serialize;

use super::DiffArgs;

/// A condition of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Nothing is permitted that was not.
    NoNewPermit,
    /// No decision is looser.
    OnlyTightens,
    /// Nothing differs.
    ExpectEqual,
}

/// Returns the conditions that the arguments ask for.
pub fn wanted(args: &DiffArgs) -> Vec<Gate> {
    let all = [(args.no_new_permit, Gate::NoNewPermit), (args.only_tightens, Gate::OnlyTightens), (args.expect_equal, Gate::ExpectEqual)];
    all.into_iter().filter(|(wanted, _)| *wanted).map(|(_, gate)| gate).collect()
}

impl Gate {
    /// Returns its option.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::NoNewPermit => "--no-new-permit",
            Self::OnlyTightens => "--only-tightens",
            Self::ExpectEqual => "--expect-equal",
        }
    }

    /// Returns what is wrong where it does not hold.
    pub const fn why(self) -> &'static str {
        match self {
            Self::NoNewPermit => "something is permitted that was not",
            Self::OnlyTightens => "some decision is looser",
            Self::ExpectEqual => "something differs",
        }
    }

    /// Returns whether a change is against it.
    pub fn refuses(self, change: &Change) -> bool {
        match self {
            Self::NoNewPermit => change.kind == ChangeKind::NewlyPermitted,
            Self::OnlyTightens => looser(change),
            Self::ExpectEqual => true,
        }
    }

    /// Returns whether it does not hold. Of what differs without an example, the worst is taken.
    pub fn fails(self, difference: &Difference) -> bool {
        difference.more > 0 || difference.changes.iter().any(|change| self.refuses(change))
    }
}

/// Returns whether a decision is looser than before.
pub fn looser(change: &Change) -> bool {
    let rank = |effect| match effect {
        Effect::Permit => 0,
        Effect::Ask => 1,
        Effect::Forbid => 2,
    };
    let (before, after) = (rank(change.before.effect), rank(change.after.effect));
    // Less has to be done where as much may be done as before.
    after < before || after == before && change.before.obligations.iter().any(|o| !change.after.obligations.contains(o))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::made::{change, desk};

    #[test]
    fn conditions_are_about_what_is_looser() {
        let [plain, notified, strict] =
            [["notify \"bank\", set", "set"], ["risk < 3", "risk < 3"], ["risk < 3", "risk < 2"]].map(|change| desk("desk", change));
        let pay =
            &[r#"{"type":"call","id":"a","name":"pay","args":{"to":"bob","amount":1.50}}"#, r#"{"type":"approval","step":"a","granted":true,"by":"ann"}"#][..];
        let open = &[r#"{"type":"call","id":"a","name":"open","args":{"page":"https://a.example/"},"facts":{"risk":2}}"#][..];
        for (old, new, events, fails) in [
            (&plain, &notified, pay, vec![Gate::ExpectEqual]),
            (&notified, &plain, pay, vec![Gate::OnlyTightens, Gate::ExpectEqual]),
            (&notified, &strict, open, vec![Gate::ExpectEqual]),
            (&strict, &notified, open, vec![Gate::NoNewPermit, Gate::OnlyTightens, Gate::ExpectEqual]),
        ] {
            let difference = Difference { changes: vec![change(old, new, "call x", events)], ..Difference::default() };
            let all = [Gate::NoNewPermit, Gate::OnlyTightens, Gate::ExpectEqual];
            assert_eq!(all.into_iter().filter(|gate| gate.fails(&difference)).collect::<Vec<_>>(), fails, "{difference:?}");
        }
        assert!(Gate::NoNewPermit.fails(&Difference { more: 1, ..Difference::default() }), "what isn't shown may be anything");
        assert!(!Gate::ExpectEqual.fails(&Difference::default()));
    }
}
