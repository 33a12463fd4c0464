//! What Reach sets itself, and whether it is so.

use std::fmt::Write as _;

use super::{count, grouped, times};
use crate::engine::Engine;
use crate::record::Row;

const LINE: &str = "JSON line in, decision out";
const EVALUATION: &str = "evaluation only";

struct Rows<'a>(&'a [Row]);

impl Rows<'_> {
    fn find(&self, workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Option<&Row> {
        self.0.iter().find(|r| r.key.workload == workload && r.key.what == what && r.key.size == size && r.key.engine == engine)
    }

    fn time(&self, workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Option<f64> {
        self.find(workload, what, size, engine)?.median_ns
    }

    /// How many times as long one engine takes as another.
    fn ratio(&self, workload: &str, what: &str, size: Option<usize>, of: Engine, to: Engine) -> Option<f64> {
        Some(self.time(workload, what, size, of)? / self.time(workload, what, size, to)?)
    }

    /// The sizes at which Reach was measured, with its times.
    fn reach_by_size(&self, workload: &str) -> Vec<(usize, f64)> {
        let its = self.0.iter().filter(|r| r.key.workload == workload && r.key.engine == Engine::Reach);
        its.filter_map(|r| Some((r.key.size?, r.median_ns?))).collect()
    }
}

/// Returns a table of the aims, as Markdown. What was not measured is left out.
#[must_use]
pub fn aims(rows: &[Row]) -> String {
    let rows = Rows(rows);
    let mut found: Vec<(String, String, bool)> = Vec::new();
    let mut at_most = |aim: &str, value: Option<f64>, most: f64, show: fn(f64) -> String| {
        found.extend(value.map(|v| (format!("{aim}: at most {}", show(most)), show(v), v <= most)));
    };
    at_most("a gate decision, of hand-written Rust", rows.ratio("gate", EVALUATION, None, Engine::Reach, Engine::Hand), 3.0, times);
    at_most("allocations of a gate decision", rows.find("gate", EVALUATION, None, Engine::Reach).and_then(|r| r.allocations), 0.0, count);
    at_most("allocations of a gate decision from a line", rows.find("gate", LINE, None, Engine::Reach).and_then(|r| r.allocations), 0.0, count);
    at_most("from a line, of typed `serde_json`", rows.ratio("gate", LINE, None, Engine::Reach, Engine::Serde), 1.5, times);
    let tools = rows.reach_by_size("tools");
    let spread = |all: &[(usize, f64)]| {
        let (least, most) = all.iter().fold((f64::MAX, 0.0f64), |(least, most), (_, t)| (least.min(*t), most.max(*t)));
        (all.len() > 1).then(|| most / least)
    };
    at_most("rules for one tool each, slowest size of fastest", spread(&tools), 1.3, times);
    let values: Vec<_> = rows.reach_by_size("values").into_iter().filter(|(size, _)| [1, 10_000].contains(size)).collect();
    at_most("10,000 rules that differ in a value, of 1 rule", if values.len() == 2 { Some(values[1].1 / values[0].1) } else { None }, 2.0, times);
    let kept = |what: &str| rows.find("memory", what, None, Engine::Reach).and_then(|r| r.kept_bytes);
    at_most("bytes of a rule", kept("a policy of 10,000 rules, for each rule"), 1_024.0, count);
    at_most("bytes of an idle session with ten monitors", kept("an idle session with ten monitors"), 4_096.0, count);
    for peer in [Engine::Cedar, Engine::Regorus, Engine::Cel] {
        let mut at_least = |aim: &str, value: Option<f64>, least: f64| {
            found.extend(value.map(|v| (format!("{aim}, {}: at least {} as long", peer.name(), times(least)), times(v), v >= least)));
        };
        at_least("a gate decision", rows.ratio("gate", EVALUATION, None, peer, Engine::Reach), 20.0);
        at_least("from a line", rows.ratio("gate", LINE, None, peer, Engine::Reach), 5.0);
        at_least("build of 10,000 rules", rows.ratio("build", "sources in, policy out", Some(10_000), peer, Engine::ReachChecked), 10.0);
        for workload in ["drive", "code-hosting", "to-do"] {
            for (size, _) in rows.reach_by_size(workload) {
                at_least(&format!("`{workload}` with {} users", grouped(size)), rows.ratio(workload, EVALUATION, Some(size), peer, Engine::Reach), 10.0);
            }
        }
    }
    if found.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Aims\n\n| aim | measured | met |\n| --- | --: | --- |\n");
    for (aim, measured, met) in found {
        let _ = writeln!(out, "| {aim} | {measured} | {} |", if met { "yes" } else { "**no**" });
    }
    out.push('\n');
    out
}
