//! Processes that are killed between any two operations on the files of a log.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::operations::{CALLS, FILES};
use super::runs::{Run, must_go_on};
use crate::cli::Place;

/// A command that runs the program under strace, told to trace calls on the files of the log.
fn traced(place: &Place, calls: &str, output: &str) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", output, "-e", &format!("trace={calls}")]);
    for file in FILES {
        strace.arg("-P").arg(place.path().join(file));
    }
    strace
}

/// Returns how often a run makes each call on the files of the log.
fn count(run: Run) -> Vec<(&'static str, usize)> {
    let (place, mut acknowledged) = run.place();
    let mut strace = traced(&place, &CALLS.join(","), "trace.txt");
    strace.arg(place.command().get_program());
    assert!(run.run(&mut strace, &place, &mut acknowledged), "{run:?}");
    must_go_on(&place, &acknowledged, &format!("{run:?} as a whole"));
    let trace = place.read("trace.txt");
    // Calls are counted for each thread; only one of them writes.
    let mut threads = trace.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>();
    threads.dedup();
    assert_eq!(threads.len(), 1, "{trace}");
    CALLS.iter().map(|call| (*call, trace.matches(&format!(" {call}(")).count())).filter(|(_, n)| *n > 0).collect()
}

/// A signal that strace delivers on entry of a call takes effect before the call is carried out. So the process ends in the state that
/// the call before has left behind, having told all that it tells between the two.
#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn log_faults_a_process_that_is_killed_after_any_storage_operation_loses_nothing() {
    let counts = Run::ALL.map(|run| (run, count(run)));
    let all = counts
        .iter()
        .flat_map(|(run, calls)| calls.iter().flat_map(move |(call, n)| (1 + n.saturating_sub(run.last())..=*n).map(move |when| (*run, *call, when))))
        .collect::<Vec<_>>();
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((run, call, when)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (place, mut acknowledged) = run.place();
            let mut strace = traced(&place, call, "/dev/null");
            strace.args(["-e", &format!("inject={call}:signal=KILL:when={when}")]).arg(place.command().get_program());
            let ended = run.run(&mut strace, &place, &mut acknowledged);
            let when = format!("{run:?}, killed at {call} {when}");
            assert!(!ended, "{when}: the process came to its end");
            killed.fetch_add(1, Ordering::Relaxed);
            must_go_on(&place, &acknowledged, &when);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let running = (0..threads).map(|_| scope.spawn(work)).collect::<Vec<_>>();
        running.into_iter().for_each(|thread| thread.join().unwrap());
    });
    println!("{} runs were killed: {counts:?}", all.len());
    assert_eq!(killed.into_inner(), all.len());
    for (run, calls) in &counts {
        let of = |call: &str| calls.iter().find(|(name, _)| *name == call).map_or(0, |(_, n)| *n);
        assert!(of("openat") > 1 && of("pwrite64") > 8 && of("fsync") + of("fdatasync") > 0, "{run:?}: {calls:?}");
    }
}
