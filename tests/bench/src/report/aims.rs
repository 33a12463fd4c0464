//! What Reach sets itself, and whether it is so.

use std::fmt::Write as _;

use super::{count, dash, grouped, times};
use crate::engine::Engine;
use crate::record::Row;

const LINE: &str = "JSON line in, decision out";
const EVALUATION: &str = "evaluation only";
const BUILD: &str = "sources in, policy out";
/// The size of a build that the aims are about.
const BUILT: usize = 10_000;
/// The largest size at which rules that differ in a value are held against fewer.
const VALUES: usize = 10_000;

struct Rows<'a>(&'a [Row]);

impl<'a> Rows<'a> {
    fn find(&self, workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Option<&'a Row> {
        self.0.iter().find(|r| r.key.workload == workload && r.key.what == what && r.key.size == size && r.key.engine == engine)
    }

    fn time(&self, workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Option<f64> {
        self.find(workload, what, size, engine)?.median_ns
    }

    /// How many times as long one engine takes as another.
    fn ratio(&self, workload: &str, what: &str, size: Option<usize>, of: Engine, to: Engine) -> Option<f64> {
        Some(self.time(workload, what, size, of)? / self.time(workload, what, size, to)?)
    }

    /// The sizes of a workload, measured or left out, from small to large.
    fn sizes(&self, workload: &str) -> Vec<usize> {
        let mut sizes: Vec<usize> = self.0.iter().filter(|r| r.key.workload == workload).filter_map(|r| r.key.size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The slowest size of Reach beside the fastest, up to a largest one; none where one of them was not measured.
    fn spread(&self, workload: &str, largest: usize) -> Option<f64> {
        let sizes: Vec<usize> = self.sizes(workload).into_iter().filter(|size| *size <= largest).collect();
        let its = sizes.iter().map(|size| self.time(workload, LINE, Some(*size), Engine::Reach)).collect::<Option<Vec<f64>>>()?;
        let (least, most) = its.iter().fold((f64::MAX, 0.0f64), |(least, most), time| (least.min(*time), most.max(*time)));
        (its.len() > 1).then(|| most / least)
    }

    fn kept(&self, what: &str) -> Option<f64> {
        self.find("memory", what, None, Engine::Reach)?.kept_bytes
    }

    /// Why an engine was not measured.
    fn left_out(&self, workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Option<&'a str> {
        self.find(workload, what, size, engine)?.left_out.as_deref()
    }
}

/// An aim with what was measured.
struct Aim {
    what: String,
    aim: String,
    measured: String,
    /// Whether it is met; none where it was not measured.
    met: Option<bool>,
}

/// Returns a table of the aims, as Markdown. Those about workloads that did not run are left out.
#[must_use]
pub fn aims(rows: &[Row]) -> String {
    let rows = Rows(rows);
    let mut found: Vec<Aim> = Vec::new();
    let mut at_most = |what: &str, value: Option<f64>, most: f64, show: fn(f64) -> String| {
        found.extend(value.map(|v| Aim { what: what.to_owned(), aim: format!("at most {}", show(most)), measured: show(v), met: Some(v <= most) }));
    };
    let gate = |what, of, to| rows.ratio("gate", what, None, of, to);
    let allocations = |what| rows.find("gate", what, None, Engine::Reach).and_then(|r| r.allocations);
    at_most("a gate decision, of hand-written Rust", gate(EVALUATION, Engine::Reach, Engine::Hand), 3.0, times);
    at_most("its allocations", allocations(EVALUATION), 0.0, count);
    at_most("from a line to its decision, of typed `serde_json`", gate(LINE, Engine::Reach, Engine::Serde), 1.5, times);
    at_most("its allocations", allocations(LINE), 0.0, count);
    let all = |workload| rows.sizes(workload).last().copied().unwrap_or_default();
    let largest = all("tools");
    at_most(&format!("up to {} rules, a tool for each: slowest size of fastest", grouped(largest)), rows.spread("tools", largest), 1.3, times);
    let largest = all("values").min(VALUES);
    at_most(&format!("up to {} rules that differ in a value: slowest size of fastest", grouped(largest)), rows.spread("values", largest), 2.0, times);
    at_most("bytes of a loaded rule", rows.kept("a policy of 10,000 rules, for each rule"), 1_024.0, count);
    let session = rows.kept("an idle session with ten monitors").zip(rows.kept("the session itself, in a list of sessions"));
    at_most("bytes of an idle session with ten monitors, with what it points to", session.map(|(rest, itself)| rest + itself), 4_096.0, count);
    for peer in [Engine::Cedar, Engine::Regorus] {
        found.extend(rows.faster("a gate decision", ("gate", EVALUATION, None), (peer, Engine::Reach), 20.0));
        found.extend(rows.faster("from a line to its decision", ("gate", LINE, None), (peer, Engine::Reach), 5.0));
    }
    for workload in ["drive", "code-hosting", "to-do"] {
        for size in rows.sizes(workload) {
            let what = format!("`{workload}` with {} users", grouped(size));
            found.extend(rows.faster(&what, (workload, EVALUATION, Some(size)), (Engine::Cedar, Engine::Reach), 10.0));
        }
    }
    for peer in [Engine::Cedar, Engine::Regorus, Engine::Cel] {
        found.extend(rows.builds(peer));
    }
    if found.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Aims\n\n| what | aim | measured | met |\n| --- | --- | --: | --- |\n");
    for Aim { what, aim, measured, met } in found {
        let met = met.map_or("not measured", |met| if met { "yes" } else { "**no**" });
        let _ = writeln!(out, "| {what} | {aim} | {measured} | {met} |");
    }
    out.push('\n');
    out
}

impl Rows<'_> {
    /// An aim to be so many times as fast as a peer; none where neither was to be measured.
    fn faster(&self, what: &str, (workload, part, size): (&str, &str, Option<usize>), (peer, ours): (Engine, Engine), least: f64) -> Option<Aim> {
        let (what, aim) = (format!("{what}, {} of Reach's", peer.name()), format!("at least {}", times(least)));
        if let Some(value) = self.ratio(workload, part, size, peer, ours) {
            return Some(Aim { what, aim, measured: times(value), met: Some(value >= least) });
        }
        self.left_out(workload, part, size, peer)?;
        Some(Aim { what, aim, measured: dash(), met: None })
    }

    /// The aim of builds beside a peer, at the size that it is about; where the peer can't build so much, at the largest that it can too.
    fn builds(&self, peer: Engine) -> Vec<Aim> {
        let aim = |size: usize| {
            let what = format!("parse and check of {} rules", grouped(size));
            self.faster(&what, ("build", BUILD, Some(size)), (peer, Engine::ReachChecked), 10.0)
        };
        let Some(whole) = aim(BUILT) else { return Vec::new() };
        let smaller = || self.sizes("build").into_iter().rev().filter_map(aim).find(|aim| aim.met.is_some());
        if whole.met.is_some() { vec![whole] } else { std::iter::once(whole).chain(smaller()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILD, EVALUATION, LINE, aims};
    use crate::engine::Engine;
    use crate::record::{Key, Row};

    fn row(workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Row {
        Row::new(Key { workload: workload.to_owned(), what: what.to_owned(), size, engine })
    }

    fn timed(workload: &str, what: &str, size: Option<usize>, engine: Engine, ns: f64) -> Row {
        Row { median_ns: Some(ns), ..row(workload, what, size, engine) }
    }

    /// The lines of the table, without its head.
    fn lines(rows: &[Row]) -> Vec<String> {
        aims(rows).lines().skip(4).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn an_aim_is_met_at_its_bound_and_not_beyond() {
        let gate = |reach, cedar| {
            let both = [(Engine::Reach, reach), (Engine::Hand, 10.0), (Engine::Cedar, cedar)];
            lines(&both.map(|(engine, ns)| timed("gate", EVALUATION, None, engine, ns)))
        };
        assert_eq!(
            gate(30.0, 600.0),
            [
                "| a gate decision, of hand-written Rust | at most 3.00× | 3.00× | yes |",
                "| a gate decision, `cedar-policy` of Reach's | at least 20.0× | 20.0× | yes |"
            ]
        );
        assert!(gate(31.0, 600.0).iter().all(|line| line.ends_with("| **no** |")), "{:?}", gate(31.0, 600.0));
    }

    #[test]
    fn rules_are_flat_when_no_size_is_slower_than_another_and_all_were_measured() {
        let tools = |times: &[(usize, f64)]| -> Vec<Row> { times.iter().map(|(size, ns)| timed("tools", LINE, Some(*size), Engine::Reach, *ns)).collect() };
        let mut rows = tools(&[(1, 100.0), (10, 90.0), (100_000, 120.0)]);
        assert_eq!(lines(&rows), ["| up to 100,000 rules, a tool for each: slowest size of fastest | at most 1.30× | 1.33× | **no** |"]);
        rows[2].median_ns = None;
        assert!(lines(&rows).is_empty());
        let values = [(1, 100.0), (10_000, 200.0), (100_000, 900.0)].map(|(size, ns)| timed("values", LINE, Some(size), Engine::Reach, ns));
        assert_eq!(lines(&values), ["| up to 10,000 rules that differ in a value: slowest size of fastest | at most 2.00× | 2.00× | yes |"]);
    }

    #[test]
    fn a_session_is_counted_with_what_it_points_to() {
        let kept = |what, bytes| Row { kept_bytes: Some(bytes), ..row("memory", what, None, Engine::Reach) };
        let rows = [kept("an idle session with ten monitors", 4_000.0), kept("the session itself, in a list of sessions", 97.0)];
        assert_eq!(lines(&rows), ["| bytes of an idle session with ten monitors, with what it points to | at most 4,096 | 4,097 | **no** |"]);
        assert!(lines(&rows[..1]).is_empty(), "half of it says nothing");
    }

    #[test]
    fn a_peer_that_cannot_build_so_much_is_measured_with_less_and_it_is_said() {
        let mut rows = Vec::new();
        for (size, ours, theirs) in [(1_000, 10.0, Some(90.0)), (10_000, 100.0, None)] {
            rows.push(timed("build", BUILD, Some(size), Engine::ReachChecked, ours));
            let peer = row("build", BUILD, Some(size), Engine::Regorus);
            rows.push(Row { median_ns: theirs, left_out: theirs.is_none().then(|| "too large".to_owned()), ..peer });
        }
        assert_eq!(
            lines(&rows),
            [
                "| parse and check of 10,000 rules, `regorus` of Reach's | at least 10.0× | – | not measured |",
                "| parse and check of 1,000 rules, `regorus` of Reach's | at least 10.0× | 9.00× | **no** |"
            ]
        );
    }

    #[test]
    fn without_measurements_there_is_no_table() {
        assert_eq!(aims(&[]), "");
    }
}
