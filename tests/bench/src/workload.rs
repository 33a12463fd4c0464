//! The workloads.

pub mod authorization;
pub mod build;
pub mod gate;
pub mod memory;
#[path = "../../src/workload/monitors.rs"]
pub mod monitors;
pub mod rules;
#[path = "../../src/workload/rules.rs"]
pub mod texts;

use crate::plan::Plan;

/// A workload whose engines are timed.
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for the head of its table.
    pub about: &'static str,
    /// What its sizes are; empty where it has one.
    pub sizes_of: &'static str,
    /// Makes its comparisons, from small to large.
    pub plans: fn() -> Vec<Plan>,
}

/// The workloads, in the order of the report.
pub const WORKLOADS: &[Workload] = &[
    Workload { name: "gate", about: "A typical gate decision: a tool call of 643 bytes, one rule with five conditions", sizes_of: "", plans: gate::plans },
    Workload { name: "tools", about: "From a JSON line to a decision beside many rules, one for each tool", sizes_of: "rules", plans: rules::tools },
    Workload {
        name: "values",
        about: "From a JSON line to a decision beside many rules on one tool that differ in a field's value",
        sizes_of: "rules",
        plans: rules::values,
    },
    Workload { name: "drive", about: "Users in groups, documents in folders", sizes_of: "users", plans: || authorization::plans(authorization::drive::APP) },
    Workload {
        name: "code-hosting",
        about: "Users in teams, repositories with five roles, issues",
        sizes_of: "users",
        plans: || authorization::plans(authorization::code_hosting::APP),
    },
    Workload {
        name: "to-do",
        about: "Users in teams, lists that are shared with teams",
        sizes_of: "users",
        plans: || authorization::plans(authorization::to_do::APP),
    },
    Workload {
        name: "build",
        about: "From sources to what decides: parsed and validated, and compiled where the engine compiles; one rule for each tool",
        sizes_of: "rules",
        plans: build::plans,
    },
];
