//! A disk that loses its power: after any operation of a run, what was not synced may be there, or not, or in part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_engine::{Options, Outcome, Session, VerifiedImage};
use reach_store::{Log, LogError, LogOptions};
use reach_tests::subject::Subject;

use super::operations::{Operation, record};
use super::runs::{LOG, Run, look};
use crate::cli::{BANK, Place};

/// The smallest piece that a disk writes as a whole, in bytes.
const SECTOR: usize = 512;

type Files = BTreeMap<String, Vec<u8>>;

/// What becomes of operations that were not synced.
#[derive(Clone, Copy, Debug)]
enum Loss {
    /// All are gone.
    All,
    /// None is.
    None,
    /// Each is there or not, and may be there in part: by the numbers that follow from this one.
    Some(u16),
}

/// Returns for each operation which later one makes it safe. A sync of a file does so with what was written to it, and with its name where
/// it is new, as file systems with a journal do; that a file is removed is safe once the folder is synced.
fn safe(operations: &[Operation]) -> Vec<Option<usize>> {
    let makes_safe = |what: &Operation, later: &Operation| match (later, what) {
        (Operation::Sync(file), Operation::Create(of) | Operation::Write(of, ..) | Operation::Resize(of, _)) => file == of,
        (Operation::SyncFolder, Operation::Create(_) | Operation::Remove(_)) => true,
        _ => false,
    };
    let sync = |at: usize| operations.iter().skip(at).position(|later| makes_safe(&operations[at], later)).map(|n| at + n);
    (0..operations.len()).map(sync).collect()
}

/// Returns the files after the operations, of which those that are not safe by then suffer a loss.
fn after(before: &Files, operations: &[Operation], safe: &[Option<usize>], loss: Loss) -> Files {
    let mut numbers = match loss {
        Loss::Some(seed) => seed,
        Loss::All | Loss::None => 0,
    };
    let mut next = || {
        numbers = numbers.wrapping_mul(25_173).wrapping_add(13_849);
        usize::from(numbers >> 4)
    };
    let mut files = before.clone();
    for (operation, safe) in operations.iter().zip(safe) {
        let sectors = match (safe.is_some_and(|sync| sync < operations.len()), loss) {
            (true, _) | (_, Loss::None) => usize::MAX,
            (_, Loss::All) => 0,
            (_, Loss::Some(_)) => [usize::MAX, 0, next() % 9][next() % 3],
        };
        match operation {
            _ if sectors == 0 => {}
            Operation::Create(name) => drop(files.entry(name.clone()).or_default()),
            Operation::Write(name, offset, data) => {
                // What is written to a file without a name is lost with it.
                let Some(file) = files.get_mut(name) else { continue };
                let data = &data[..data.len().min(sectors.saturating_mul(SECTOR))];
                file.resize(file.len().max(offset + data.len()), 0);
                file[*offset..offset + data.len()].copy_from_slice(data);
            }
            Operation::Resize(name, size) => {
                if let Some(file) = files.get_mut(name) {
                    file.resize(*size, 0);
                }
            }
            Operation::Remove(name) => drop(files.remove(name)),
            Operation::Sync(_) | Operation::SyncFolder | Operation::Told(_) => {}
        }
    }
    // The index of the journal is memory that processes share; no process is left.
    files.remove("bank.log-shm");
    files
}

/// Opens what is left, and looks whether it has what was acknowledged and goes on.
fn must_be_whole(files: &Files, acknowledged: &[String], image: &Arc<VerifiedImage>, when: &str) {
    let place = Place::new();
    for (name, bytes) in files {
        place.write(name, bytes);
    }
    let path = place.path().join(LOG);
    let log = match Log::open(&path, LogOptions::new("o")) {
        Ok(log) => log,
        Err(e) => panic!("{when}: {e}"),
    };
    assert_eq!(log.cut(), 0, "{when}");
    let before = log.head().unwrap();
    let mut session = Session::new(Arc::clone(image), "new", Options { store: Some(log.store()), ..Options::default() });
    let call = r#"{"type":"call","id":"more","name":"get_balance","args":{},"at":"2026-01-01T12:00:00Z"}"#;
    assert!(
        matches!(session.event(call), Outcome::Decision(decision) if decision.entry == before.size && decision.rules.iter().all(|why| why.rule != "unrecorded")),
        "{when}"
    );
    drop((session, log));
    let found = look(&path).unwrap_or_else(|e: LogError| panic!("{when}: {e}"));
    found.has(acknowledged, when);
    assert_eq!(found.head.size, before.size + 1, "{when}");
}

#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn log_faults_a_power_cut_after_any_storage_operation_loses_nothing_that_was_acknowledged() {
    let image = Subject::new([("bank.reach", BANK)]).unwrap().image;
    let (mut cuts, mut states) = (0, BTreeSet::new());
    for run in Run::ALL {
        let (operations, before, already) = record(run);
        let syncs = operations.iter().filter(|operation| matches!(operation, Operation::Sync(_))).count();
        assert!(operations.len() > 15 && syncs > 0, "{run:?}: {operations:?}");
        let safe = safe(&operations);
        let first = operations.len().saturating_sub(run.last());
        if run == Run::Long {
            // Among them the journal is moved into the file, and then begun anew.
            let moved = |operation: &Operation| matches!(operation, Operation::Write(file, ..) if file == LOG);
            let begun = |operation: &Operation| matches!(operation, Operation::Write(file, 0, _) if file != LOG);
            let from = operations[first..].iter().position(moved).unwrap();
            assert!(operations[first + from..].iter().any(begun), "{:?}", &operations[first..]);
        }
        for at in first..=operations.len() {
            let done = &operations[..at];
            // A line is acknowledged once the whole of it was written.
            let told = done.iter().filter_map(|operation| if let Operation::Told(bytes) = operation { Some(bytes.as_slice()) } else { None });
            let told = String::from_utf8(told.collect::<Vec<_>>().concat()).unwrap();
            let mut acknowledged = already.clone();
            match run {
                Run::Begin | Run::GoOn | Run::Reopen | Run::Long => acknowledged.extend(told.lines().map(str::to_owned)),
                Run::Checkpoint if !told.is_empty() => acknowledged.push("checkpoint".to_owned()),
                Run::Erase if at == operations.len() => acknowledged.push("erased".to_owned()),
                Run::Checkpoint | Run::Erase => {}
            }
            let seeds = (0..6).map(|n| Loss::Some(u16::try_from(at).unwrap().wrapping_mul(97).wrapping_add(n * 7_919)));
            for loss in [Loss::All, Loss::None].into_iter().chain(seeds) {
                let files = after(&before, done, &safe, loss);
                cuts += 1;
                // Where a loss leaves what another left already, it was looked at, unless more was acknowledged since.
                if states.insert((files.clone(), acknowledged.clone())) {
                    must_be_whole(&files, &acknowledged, &image, &format!("{run:?}, after {at} of {} operations, {loss:?}", operations.len()));
                }
            }
        }
    }
    println!("{cuts} power cuts, {} different states", states.len());
    assert!(states.len() > 1_000, "{}", states.len());
}
