//! The reasons that are no rules.

use crate::decision::{ArgumentProblem, Reason};
use crate::intake::stop::Excess;
use crate::limits::Limits;

/// A reason that is no rule. All of them forbid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    Default {
        step: String,
    },
    Undeclared {
        step: String,
    },
    InvalidArguments(Vec<ArgumentProblem>, usize),
    Limit(Excess),
    Budget(String),
    /// The agent was not granted the step.
    NotGranted {
        step: String,
        agent: String,
    },
    Obligation(String),
    Definition {
        pinned: String,
        actual: Option<String>,
    },
    Unrecorded(String),
    Internal(String),
}

impl Reserved {
    pub fn reason(&self, limits: &Limits) -> Reason {
        let (rule, message) = match self {
            Self::Default { step } => ("default", format!("no rule permits {step}")),
            Self::Undeclared { step } => ("undeclared", format!("no declaration covers {step}")),
            Self::InvalidArguments(problems, count) => ("invalid_arguments", invalid(problems, *count)),
            Self::Limit(excess) => ("limit", excess.message(limits)),
            Self::Budget(why) => ("budget", why.clone()),
            Self::NotGranted { step, agent } => ("default", format!("the agent `{agent}` was not granted {step}")),
            Self::Obligation(why) => ("obligation", why.clone()),
            Self::Definition { pinned, actual } => (
                "definition",
                match actual {
                    Some(actual) => format!("the tool's definition is `{actual}`, and `{pinned}` is the one that was approved"),
                    None => format!("the event doesn't say the tool's `definition`, and `{pinned}` is the one that was approved"),
                },
            ),
            Self::Unrecorded(why) => ("unrecorded", format!("the event could not be recorded: {why}")),
            Self::Internal(why) => ("internal", format!("the engine failed: {why}")),
        };
        let problems = match self {
            Self::InvalidArguments(problems, _) => problems.clone(),
            _ => Vec::new(),
        };
        Reason { rule: rule.to_owned(), file: None, line: None, column: None, message: Some(message), severity: None, approved_by: None, problems }
    }
}

/// Says of each field what was expected and what came.
pub(crate) fn invalid(problems: &[ArgumentProblem], count: usize) -> String {
    let mut out = String::new();
    for (i, p) in problems.iter().enumerate() {
        out.push_str(if i > 0 { "; " } else { "" });
        if !p.pointer.is_empty() {
            out.push('`');
            out.push_str(&p.pointer);
            out.push_str("`: ");
        }
        out.push_str(&format!("expected {}, got {}", p.expected, p.actual));
    }
    if count > problems.len() {
        out.push_str(&format!("; and {} more", count - problems.len()));
    }
    out
}
