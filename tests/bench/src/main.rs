//! Times the engines side by side: `reach-bench [WORKLOAD…] [--engine NAME…] [--json FILE] [--into FILE] [--quick] [--no-counts]`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};
use std::time::Duration;

use reach_bench::engine::Engine;
use reach_bench::measure::{Clock, Effort, measure};
use reach_bench::plan::Plan;
use reach_bench::record::{Key, Row};
use reach_bench::report;
use reach_bench::workload::WORKLOADS;

const USAGE: &str = "usage: reach-bench [WORKLOAD…] [--engine NAME…] [--json FILE] [--into FILE] [--quick] [--no-counts]

  WORKLOAD     which; all when none is named
  --engine E   measures this engine alone; may be there several times
  --json FILE  writes every number to a file
  --into FILE  writes the tables into a page too, between its lines `<!-- measured -->` and `<!-- /measured -->`
  --quick      fewer rounds and smaller sizes: shows that it runs, and says little
  --no-counts  does not count allocations, for which another program is built
";

/// The longest that building an engine's policy may be expected to take.
const BUILD_LIMIT: Duration = Duration::from_secs(90);
/// The longest that a decision may be expected to take, in nanoseconds.
const DECISION_LIMIT_NS: f64 = 500e6;

struct Asked {
    workloads: Vec<String>,
    json: Option<String>,
    into: Option<String>,
    engines: Vec<Engine>,
    quick: bool,
    counts: bool,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { workloads: Vec::new(), json: None, into: None, engines: Vec::new(), quick: false, counts: true };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--json" => asked.json = Some(args.next().ok_or("`--json` needs a file")?),
            "--engine" => {
                let name = args.next().ok_or("`--engine` needs a name")?;
                let engine = serde_json::from_value(name.clone().into());
                asked.engines.push(engine.map_err(|_| format!("`{name}` is no engine: hand, serde, reach, reach-checked, cedar, regorus, cel"))?);
            }
            "--into" => asked.into = Some(args.next().ok_or("`--into` needs a file")?),
            "--quick" => asked.quick = true,
            "--no-counts" => asked.counts = false,
            name if name == "memory" || WORKLOADS.iter().any(|w| w.name == name) => asked.workloads.push(arg),
            other => {
                let names: Vec<&str> = WORKLOADS.iter().map(|w| w.name).collect();
                return Err(format!("`{other}` is no workload: {}, memory\n\n{USAGE}", names.join(", ")));
            }
        }
    }
    Ok(asked)
}

fn main() -> ExitCode {
    match asked().and_then(|asked| run(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &Asked) -> Result<(), String> {
    let mut rows = Vec::new();
    for workload in WORKLOADS.iter().filter(|w| asked.workloads.is_empty() || asked.workloads.iter().any(|name| name == w.name)) {
        let mut progress = Progress::default();
        for plan in (workload.plans)() {
            if asked.quick && plan.size.is_some_and(|size| size > 1_000) {
                continue;
            }
            eprintln!("{} …", plan.title());
            rows.extend(compare(&plan, &mut progress, asked)?);
        }
    }
    if asked.counts {
        count(asked, &mut rows)?;
    }
    let aims = if asked.quick { String::new() } else { report::aims(&rows) };
    let text = format!("{}\n\n{aims}{}", report::versions(), report::tables(&rows));
    print!("{text}");
    if let Some(file) = &asked.into {
        let page = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        let page = report::put_into(&page, &text).ok_or_else(|| format!("{file} has no place for what was measured"))?;
        std::fs::write(file, page).map_err(|e| format!("{file}: {e}"))?;
    }
    if let Some(file) = &asked.json {
        let text = serde_json::to_string_pretty(&rows).map_err(|e| e.to_string())?;
        std::fs::write(file, text + "\n").map_err(|e| format!("{file}: {e}"))?;
    }
    Ok(())
}

/// What the sizes before took, for each engine.
#[derive(Default)]
struct Progress(BTreeMap<Engine, Last>);

#[derive(Clone, Copy)]
struct Last {
    size: usize,
    built_in: Duration,
    /// How many times as long as at the size before that.
    grew: f64,
    ns: f64,
}

impl Progress {
    /// Says why an engine is not asked for a size.
    fn stops(&self, engine: Engine, plan: &Plan) -> Option<String> {
        let (last, size) = (self.0.get(&engine)?, plan.size?);
        if size <= last.size {
            return None;
        }
        let times = size as f64 / last.size as f64;
        let build = last.built_in.mul_f64(times.max(last.grew));
        if build > BUILD_LIMIT {
            return Some(format!(
                "building took {:.1} s at {}, so that it would take about {:.0} s",
                last.built_in.as_secs_f64(),
                last.size,
                build.as_secs_f64()
            ));
        }
        let decision = last.ns * times;
        (plan.clock == Clock::Thread && decision > DECISION_LIMIT_NS).then(|| format!("a decision took {:.1} ms at {}", last.ns / 1e6, last.size))
    }
}

fn compare(plan: &Plan, progress: &mut Progress, asked: &Asked) -> Result<Vec<Row>, String> {
    let key = |engine| Key { workload: plan.workload.to_owned(), what: plan.what.to_owned(), size: plan.size, engine };
    let mut stopped: BTreeMap<Engine, String> = plan.sides.iter().filter_map(|(e, _)| Some((*e, progress.stops(*e, plan)?))).collect();
    let (mut sides, failed) = plan.build(|engine| !stopped.contains_key(&engine) && (asked.engines.is_empty() || asked.engines.contains(&engine)))?;
    stopped.extend(failed.into_iter().map(|(engine, e)| (engine, format!("it can't be built, `{e}`"))));
    let effort = if asked.quick {
        Effort { clock: plan.clock, rounds: 3, turn: Duration::from_millis(1), most: Duration::from_millis(100) }
    } else {
        Effort { clock: plan.clock, rounds: 41, turn: Duration::from_millis(10), most: Duration::from_secs(4) }
    };
    let times = measure(&mut sides, plan.timed, effort);
    let mut rows = Vec::new();
    for (side, times) in sides.iter().zip(&times) {
        if let Some(size) = plan.size {
            let before = progress.0.get(&side.engine).filter(|last| last.size < size);
            let grew = before.map_or(1.0, |last| side.built_in.as_secs_f64() / last.built_in.as_secs_f64().max(1e-9));
            progress.0.insert(side.engine, Last { size, built_in: side.built_in, grew, ns: times.median_ns() });
        }
        let mut row = Row::new(key(side.engine));
        row.median_ns = Some(times.median_ns());
        row.min_ns = times.ns.first().copied();
        row.max_ns = times.ns.last().copied();
        rows.push(row);
    }
    for (engine, why) in stopped {
        let mut row = Row::new(key(engine));
        row.left_out = Some(why);
        rows.push(row);
    }
    // In the order in which the plan names them.
    rows.sort_by_key(|row| plan.sides.iter().position(|(engine, _)| *engine == row.key.engine));
    Ok(rows)
}

/// Has the other program count, and adds its numbers to the rows.
fn count(asked: &Asked, rows: &mut Vec<Row>) -> Result<(), String> {
    eprintln!("counting …");
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--manifest-path", manifest, "--bin", "reach-bench-counts"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let out = command.arg("--").args(&asked.workloads).stderr(std::process::Stdio::inherit()).output().map_err(|e| format!("{cargo}: {e}"))?;
    if !out.status.success() {
        return Err("counting failed".to_owned());
    }
    let counted: Vec<Row> = serde_json::from_slice(&out.stdout).map_err(|e| format!("what was counted can't be read: {e}"))?;
    for counted in counted {
        match rows.iter_mut().find(|row| row.key == counted.key) {
            Some(row) => (row.allocations, row.allocated_bytes, row.kept_bytes) = (counted.allocations, counted.allocated_bytes, counted.kept_bytes),
            None => rows.push(counted),
        }
    }
    Ok(())
}
