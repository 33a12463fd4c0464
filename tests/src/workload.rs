//! What the benches measure: a typical gate policy with an event, and large bundles.

pub mod lint;
pub mod monitors;
pub mod rules;

use std::fmt::Write as _;

/// A policy as a gate has it: one tool, five conditions. The same text is measured beside other engines.
pub const GATE: &str = include_str!("../bench/policies/gate/policy.reach");

/// The event that begins a session of [`GATE`].
pub const GATE_START: &str = include_str!("../bench/policies/gate/start.json");

/// A tool call of [`GATE`] that is permitted: 643 bytes.
pub const GATE_CALL: &str = include_str!("../bench/policies/gate/call.json");

/// Rules that differ in their tool alone, as [`rules::each`] takes them.
pub const OF_TOOLS: [&str; 2] = ["", include_str!("../bench/policies/tools/rule.reach")];

/// Rules on one tool that differ in a value, as [`rules::each`] takes them.
pub const OF_VALUES: [&str; 2] = [include_str!("../bench/policies/values/head.reach"), include_str!("../bench/policies/values/rule.reach")];

/// A bundle of `rules` rules, ten a tool, each with three conditions, beside the tool `t` with one rule.
#[must_use]
pub fn many_rules(rules: usize) -> String {
    let mut text = String::from("tool t(n: int, s: text)\n\npermit of_t\n  on t\n  when args.n < 10 and args.s == \"a\"\n\n");
    for rule in 0..rules {
        let tool = rule / 10;
        if rule % 10 == 0 {
            let _ = writeln!(text, "tool other_{tool}(amount: decimal, to: text, file: path, flag: bool?)\n");
        }
        let effect = ["permit", "forbid", "ask"][rule % 3];
        let _ = writeln!(
            text,
            "{effect} rule_{rule}\n  on other_{tool}\n  when args.amount > {rule}.50 and args.to in {{ \"p{rule}\", \"q{tool}\" }}\n  unless args.file within \"/srv/{tool}\"\n  because \"{{args.amount}} to {{args.to}}\"\n"
        );
    }
    text
}

/// The bundle of [`many_rules`] in files that are small enough for the language.
#[must_use]
pub fn many_files(count: usize) -> Vec<(String, String)> {
    rules::files(&many_rules(count))
}

#[cfg(test)]
mod tests {
    use super::GATE_CALL;

    #[test]
    fn the_typical_event_has_643_bytes() {
        assert_eq!(GATE_CALL.len(), 643);
    }
}
