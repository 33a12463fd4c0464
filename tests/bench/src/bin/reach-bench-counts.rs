//! Counts what the engines allocate and keep, and prints it as JSON. Apart from the program that times, which it would slow down.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::alloc::System;
use std::hint::black_box;
use std::process::ExitCode;

use reach_bench::engine::Engine;
use reach_bench::engines::reach;
use reach_bench::record::{Key, Row};
use reach_bench::workload::monitors::events;
use reach_bench::workload::{WORKLOADS, memory};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The largest size at which allocations are counted: they say nothing new beyond.
const LARGEST: usize = 1_000;
/// How many decisions are counted together.
const TIMES: u64 = 10;
/// How many sessions are counted together.
const SESSIONS: usize = 100;

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    match rows(&asked).and_then(|rows| serde_json::to_string(&rows).map_err(|e| e.to_string())) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn rows(asked: &[String]) -> Result<Vec<Row>, String> {
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    let mut rows = Vec::new();
    for workload in WORKLOADS.iter().filter(|w| wanted(w.name)) {
        for plan in (workload.plans)().iter().filter(|plan| plan.size.is_none_or(|size| size <= LARGEST)) {
            // A build takes long, and keeps nothing.
            let times = if workload.name == "build" { 1 } else { TIMES };
            for mut side in plan.build(|_| true)?.0 {
                let (mut allocations, mut bytes) = (0, 0);
                for step in 0..plan.timed {
                    if times > 1 {
                        // Buffers grow at first.
                        side.subject.repeat(step, times);
                    }
                    let region = Region::new(ALLOCATOR);
                    black_box(side.subject.repeat(step, times));
                    let change = region.change();
                    allocations += change.allocations + change.reallocations;
                    bytes += change.bytes_allocated;
                }
                let decisions = times as f64 * plan.timed as f64;
                let mut row = Row::new(key(plan.workload, plan.what, plan.size, side.engine));
                row.allocations = Some(allocations as f64 / decisions);
                row.allocated_bytes = Some(bytes as f64 / decisions);
                rows.push(row);
            }
        }
    }
    if wanted("memory") {
        kept(&mut rows)?;
    }
    Ok(rows)
}

fn kept(rows: &mut Vec<Row>) -> Result<(), String> {
    let mut keep = |what: &str, engine, bytes| {
        let mut row = Row::new(key("memory", what, None, engine));
        row.kept_bytes = Some(bytes);
        rows.push(row);
    };
    for (engine, make) in memory::policies(memory::RULES)? {
        let region = Region::new(ALLOCATOR);
        let made = match make() {
            Ok(made) => made,
            Err(e) => {
                eprintln!("{} keeps nothing: {e}", engine.name());
                continue;
            }
        };
        keep("a policy of 10,000 rules, for each rule", engine, net(region.change()) / memory::RULES as f64);
        drop(made);
    }
    keep("its image in a file, for each rule", Engine::Reach, memory::image_len_bytes(memory::RULES)? as f64 / memory::RULES as f64);
    let image = memory::ten_monitors()?;
    let mut sessions = Vec::with_capacity(SESSIONS);
    let region = Region::new(ALLOCATOR);
    sessions.extend((0..SESSIONS).map(|_| reach::session(&image, None)));
    keep("an idle session with ten monitors", Engine::Reach, net(region.change()) / SESSIONS as f64);
    let region = Region::new(ALLOCATOR);
    for session in &mut sessions {
        for event in events(1) {
            session.event(&event);
        }
    }
    keep("what its first step and result add", Engine::Reach, net(region.change()) / SESSIONS as f64);
    // The list of sessions holds each session itself, beside what it points to.
    keep("the session itself, in a list of sessions", Engine::Reach, std::mem::size_of::<reach_engine::Session>() as f64);
    Ok(())
}

/// Returns how many bytes more are in use.
fn net(change: Stats) -> f64 {
    change.bytes_allocated as f64 - change.bytes_deallocated as f64
}

fn key(workload: &str, what: &str, size: Option<usize>, engine: Engine) -> Key {
    Key { workload: workload.to_owned(), what: what.to_owned(), size, engine }
}
