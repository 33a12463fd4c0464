//! What came of the mutants of a bundle.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::operator::Operator;

/// What came of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// A test that passes on the bundle fails on it.
    Killed {
        /// The first such test.
        by: String,
    },
    /// It is proved that no session is decided otherwise: no test of what is decided can notice it. It doesn't count.
    Equivalent,
    /// No test notices it.
    Survived {
        /// Why no test is offered, or what isn't known of it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schemars(default)]
        why: Vec<String>,
        /// The test that is missing: it passes on the bundle and fails on the mutant, which was tried.
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<Missing>,
    },
}

/// A test that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    /// What it is called.
    pub name: String,
    /// The `test` block.
    pub test: String,
    /// What the bundle decides at its end.
    pub expected: String,
    /// What the mutant decides there.
    pub mutated: String,
}

/// A mutant with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// What it is called: `rule/operator/digits`, the same until this place of the rule is changed.
    pub id: String,
    /// The rule, budget or charge.
    pub declaration: String,
    /// What was done.
    pub operator: Operator,
    /// The file, by its name in the bundle.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What stands there, with what is around it.
    pub before: String,
    /// What stands there in the mutant; empty where it is gone.
    pub after: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How many mutants came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// A test noticed them.
    pub killed: usize,
    /// No test noticed them.
    pub survived: usize,
    /// They decide the same, which is proved.
    pub equivalent: usize,
}

impl Counts {
    /// Returns how many count: all but those that decide the same.
    #[must_use]
    pub const fn counted(&self) -> usize {
        self.killed + self.survived
    }

    /// Returns the score in hundredths of a percent, rounded down; none where nothing counts.
    #[must_use]
    pub const fn score(&self) -> Option<usize> {
        match self.counted() {
            0 => None,
            counted => Some(self.killed * 10_000 / counted),
        }
    }

    /// Counts another one.
    pub const fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Killed { .. } => self.killed += 1,
            Outcome::Equivalent => self.equivalent += 1,
            Outcome::Survived { .. } => self.survived += 1,
        }
    }
}

/// What came of the mutants of a bundle.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Report {
    /// All together.
    #[serde(flatten)]
    pub counts: Counts,
    /// Killed of those that count, in percent with two digits, rounded down; absent where none counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// How many tests pass on the bundle: those that were run.
    pub tests: usize,
    /// Tests that fail on the bundle: they say nothing of mutants, and were left out.
    pub failing: Vec<String>,
    /// How many mutants there are that were not looked at.
    pub left_out: usize,
    /// By operator.
    pub operators: BTreeMap<String, Counts>,
    /// By rule, budget or charge.
    pub declarations: BTreeMap<String, Counts>,
    /// The mutants, by place in the source.
    pub mutants: Vec<Finding>,
}

impl Report {
    pub(crate) fn of(mutants: Vec<Finding>) -> Self {
        let mut report = Self { mutants, ..Self::default() };
        for finding in &report.mutants {
            report.counts.add(&finding.outcome);
            report.operators.entry(finding.operator.name().to_owned()).or_default().add(&finding.outcome);
            report.declarations.entry(finding.declaration.clone()).or_default().add(&finding.outcome);
        }
        report.score = report.counts.score().map(percent);
        report
    }
}

/// Writes hundredths of a percent, for example `97.50`.
#[must_use]
pub fn percent(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
