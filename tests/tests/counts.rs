//! How much work and memory decisions take, by counts that are the same on every run: fuel, allocations, bytes.
//!
//! A program of its own, beside the one that holds all other tests: it counts what the whole process allocates, which nothing else may
//! do meanwhile. What is counted is compared with a snapshot; who makes it larger sees it in the change, and has to want it.
//! `INSTA_UPDATE=always cargo test -p reach-tests --test counts` writes it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

use std::alloc::System;
use std::fmt::Write as _;
use std::sync::Arc;

use reach_engine::{Effect, Options, Outcome, Session};
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::Image;
use reach_tests::subject::{Subject, compile_files};
use reach_tests::workload::monitors::{elsewhere, events, monitors};
use reach_tests::workload::rules::{each, files};
use reach_tests::workload::{GATE, GATE_CALL, GATE_START, OF_TOOLS, OF_VALUES, many_files};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many decisions are counted together.
const TIMES: usize = 100;
/// How many rules the large bundle has.
const RULES: usize = 1_000;
/// How many rules one thread checks alone: what several take together is another number on each run.
const ALONE: usize = 200;

/// What is compared.
#[derive(Default)]
struct Table(String);

impl Table {
    fn row(&mut self, what: &str, cells: &[(&str, usize)]) {
        let cells: Vec<String> = cells.iter().map(|(unit, count)| format!("{count} {unit}")).collect();
        let _ = writeln!(self.0, "{what}: {}", cells.join(", "));
    }
}

fn counted<T>(work: impl FnOnce() -> T) -> (T, Stats) {
    let region = Region::new(ALLOCATOR);
    let made = work();
    let change = region.change();
    (made, change)
}

fn allocations(stats: Stats) -> usize {
    stats.allocations + stats.reallocations
}

fn net_bytes(stats: Stats) -> usize {
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

fn subject(files: &[(String, String)]) -> Subject {
    Subject::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
}

/// A call of the texts that differ in a number.
fn call(name: &str, account: &str) -> String {
    format!(r#"{{"session":"s","type":"call","id":"c1","name":"{name}","args":{{"amount":10,"account":"{account}"}},"at":"2026-01-31T09:30:00Z"}}"#)
}

/// Counts decisions that are recorded nowhere: they allocate nothing.
fn decide(table: &mut Table, what: &str, session: &mut Session, line: &str) {
    assert_eq!(session.decide(line).effect, Effect::Permit, "{what}");
    let fuel = session.spent();
    let ((), stats) = counted(|| (0..TIMES).for_each(|_| assert_eq!(session.decide(line).effect, Effect::Permit)));
    assert_eq!(allocations(stats), 0, "{what}: a decision allocates");
    table.row(what, &[("fuel", usize::try_from(session.spent() - fuel).unwrap() / TIMES)]);
}

fn decisions(table: &mut Table) {
    let gate = Subject::new([("gate.reach", GATE)]).unwrap();
    let mut session = gate.session();
    session.event(GATE_START);
    decide(table, "a gate decides", &mut session, GATE_CALL);
    for rules in [1, 10, RULES] {
        let mut session = subject(&files(&each(OF_TOOLS[0], OF_TOOLS[1], rules))).session();
        decide(table, &format!("a call beside {rules} rules, one for each tool"), &mut session, &call(&format!("t{}", rules / 2), "main"));
    }
    for rules in [1, 10, RULES] {
        let mut session = subject(&files(&each(OF_VALUES[0], OF_VALUES[1], rules))).session();
        decide(table, &format!("a call beside {rules} rules that differ in a value"), &mut session, &call("pay", &format!("account-{}", rules / 2)));
    }
}

/// Counts events that are taken, with the decisions that come of them.
fn sessions(table: &mut Table) {
    for count in [0, 10, 100] {
        let subject = Subject::new([("monitors.reach", monitors(count).as_str())]).unwrap();
        let (session, stats) = counted(|| subject.session());
        table.row(&format!("an idle session with {count} monitors"), &[("bytes", net_bytes(stats))]);
        drop(session);
        let mut session = subject.session();
        steps_and_results(table, &format!("a step and its result beside {count} monitors"), &mut session);
    }
    // What is about other tools costs nothing, however much it is.
    for count in [1, RULES] {
        let subject = Subject::new([("monitors.reach", elsewhere(count).as_str())]).unwrap();
        let (session, stats) = counted(|| subject.session());
        table.row(&format!("an idle session with {count} monitors of other tools"), &[("bytes", net_bytes(stats))]);
        drop(session);
        steps_and_results(table, &format!("a step and its result beside {count} monitors of other tools"), &mut subject.session());
    }
    table.row("a session itself", &[("bytes", size_of::<Session>())]);
}

/// Counts steps and their results, once buffers have grown.
fn steps_and_results(table: &mut Table, what: &str, session: &mut Session) {
    let mut take = |steps: &[String]| {
        for event in steps {
            assert!(!matches!(session.event(event), Outcome::Rejected(_)));
        }
        session.spent()
    };
    let all: Vec<String> = (0..2 * TIMES as u64).flat_map(events).collect();
    let (first, second) = all.split_at(all.len() / 2);
    let before = take(first);
    let (after, stats) = counted(|| take(second));
    let fuel = usize::try_from(after - before).unwrap() / TIMES;
    table.row(what, &[("fuel", fuel), ("allocations", allocations(stats) / TIMES)]);
}

/// Rules that are measured beside other engines.
fn each_of_tools() -> Vec<(String, String)> {
    files(&each(OF_TOOLS[0], OF_TOOLS[1], RULES))
}

fn build(table: &mut Table) {
    let compiled = |files: Vec<(String, String)>| compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    let few = many_files(ALONE);
    let (_, stats) = counted(|| compiled(few));
    table.row("a rule is parsed and checked", &[("allocations", allocations(stats) / ALONE), ("bytes", stats.bytes_allocated / ALONE)]);
    let bundle = compiled(many_files(RULES));
    let (image, stats) = counted(|| reach_compiler::lower::lower(&bundle).unwrap());
    table.row("a rule is lowered", &[("allocations", allocations(stats) / RULES), ("bytes", stats.bytes_allocated / RULES)]);
    let bytes = image.encode();
    drop((bundle, image));
    table.row("a rule in a file", &[("bytes", bytes.len() / RULES)]);
    let (loaded, stats) = counted(|| -> Arc<VerifiedImage> { Arc::new(Image::decode(&bytes).unwrap().verify().unwrap()) });
    table.row("a rule is loaded", &[("allocations", allocations(stats) / RULES), ("bytes", stats.bytes_allocated / RULES)]);
    table.row("a loaded rule", &[("bytes", net_bytes(stats) / RULES)]);
    let bytes =
        reach_compiler::lower::lower(&compile_files(each_of_tools().iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()).unwrap().encode();
    let (simple, stats) = counted(|| Image::decode(&bytes).unwrap().verify().unwrap());
    table.row("a loaded rule with a tool of its own", &[("bytes", net_bytes(stats) / RULES)]);
    drop(simple);
    let (session, stats) = counted(|| Session::new(Arc::clone(&loaded), "", Options::default()));
    table.row("an idle session beside 1000 rules", &[("bytes", net_bytes(stats))]);
    drop(session);
}

#[test]
fn decisions_sessions_and_builds_take_no_more_work_and_memory_than_is_written_down() {
    let mut table = Table::default();
    decisions(&mut table);
    sessions(&mut table);
    build(&mut table);
    insta::assert_snapshot!(table.0);
}
