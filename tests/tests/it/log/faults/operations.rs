//! What a run does to the files of a log, operation by operation, as strace has seen it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::runs::{LOG, Run};

/// The system calls that change files or make changes durable.
pub(super) const CALLS: [&str; 10] = ["openat", "pwrite64", "write", "pwritev", "fdatasync", "fsync", "ftruncate", "fallocate", "unlink", "rename"];

/// The files of a log: the file, its journal, the index of the journal, and the journal that SQLite uses until it has the other.
pub(super) const FILES: [&str; 4] = [LOG, "bank.log-wal", "bank.log-shm", "bank.log-journal"];

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A file was made, empty.
    Create(String),
    /// Bytes were written at an offset.
    Write(String, usize, Vec<u8>),
    /// A file was cut or lengthened.
    Resize(String, usize),
    /// All of a file is on the disk.
    Sync(String),
    /// All names of the folder are on the disk.
    SyncFolder,
    /// A file was removed.
    Remove(String),
    /// Bytes were written to standard output.
    Told(Vec<u8>),
}

/// Bytes as strace writes them with `-xx`.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.trim_matches('"');
    text.split("\\x").skip(1).map(|two| u8::from_str_radix(two, 16).unwrap()).collect()
}

/// Runs it and returns what it did, and the files of the log as they were before.
pub(super) fn record(run: Run) -> (Vec<Operation>, BTreeMap<String, Vec<u8>>, Vec<String>) {
    let (place, acknowledged) = run.place();
    let files = FILES.iter().filter_map(|name| Some(((*name).to_owned(), std::fs::read(place.path().join(name)).ok()?))).collect();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-xx", "-s", "1000000", "-o", "trace.txt", "-e", &format!("trace=close,{}", CALLS.join(","))]);
    strace.arg(place.command().get_program());
    assert!(run.run(&mut strace, &place, &mut acknowledged.clone()), "{run:?}");
    (parse(&place.read("trace.txt"), place.path()), files, acknowledged)
}

fn parse(trace: &str, folder: &Path) -> Vec<Operation> {
    let folder = folder.canonicalize().unwrap();
    let folder = folder.to_str().unwrap();
    let (mut open, mut halves, mut done) = (BTreeMap::<i64, String>::new(), BTreeMap::new(), Vec::new());
    for line in trace.lines() {
        let (pid, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        // What another thread interrupts stands in two lines, and counts where it ends.
        let call = if let Some(first) = call.strip_suffix(" <unfinished ...>") {
            halves.insert(pid, first.to_owned());
            continue;
        } else if let Some((_, second)) = call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>")) {
            halves.remove(pid).unwrap() + second
        } else {
            call.to_owned()
        };
        let Some((name, rest)) = call.split_once('(') else { continue };
        let Some((values, result)) = rest.rsplit_once(") ").and_then(|(values, result)| Some((values, result.trim_start().strip_prefix("= ")?))) else {
            continue;
        };
        let Ok(result) = result.split(' ').next().unwrap().parse::<i64>() else { continue };
        if result < 0 {
            continue;
        }
        let values = values.split(", ").collect::<Vec<_>>();
        let number = |at: usize| values[at].parse::<i64>().unwrap();
        let size = |at: usize| usize::try_from(number(at)).unwrap();
        let path = |at: usize| String::from_utf8(bytes(values[at])).unwrap();
        let ours = |path: &str| path.strip_prefix(folder).map(|name| name.trim_start_matches('/')).filter(|name| FILES.contains(name)).map(str::to_owned);
        match name {
            "openat" => {
                let path = path(1);
                match ours(&path) {
                    Some(name) => {
                        assert!(!values[2].contains("O_TRUNC"), "{call}");
                        if values[2].contains("O_CREAT") {
                            done.push(Operation::Create(name.clone()));
                        }
                        open.insert(result, name);
                    }
                    None if path == folder => drop(open.insert(result, ".".to_owned())),
                    None => drop(open.remove(&result)),
                }
            }
            "close" => drop(open.remove(&number(0))),
            "write" if number(0) == 1 => done.push(Operation::Told(bytes(values[1]))),
            "unlink" => done.extend(ours(&path(0)).map(Operation::Remove)),
            "rename" => assert_eq!(ours(&path(1)), None, "{call}"),
            _ => {
                let Some(file) = open.get(&number(0)).cloned() else { continue };
                match name {
                    "pwrite64" => {
                        let data = bytes(values[1]);
                        assert!(data.len() == size(2) && i64::try_from(data.len()).unwrap() == result, "{call}");
                        done.push(Operation::Write(file, size(3), data));
                    }
                    "ftruncate" => done.push(Operation::Resize(file, size(1))),
                    "fdatasync" | "fsync" if file == "." => done.push(Operation::SyncFolder),
                    "fdatasync" | "fsync" => done.push(Operation::Sync(file)),
                    other => panic!("`{other}` on a file of the log is not understood: {call}"),
                }
            }
        }
    }
    done
}
