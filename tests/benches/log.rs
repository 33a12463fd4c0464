//! What the log costs: durable events a second, checking, proofs.
//!
//! `cargo bench -p reach-tests --bench log`. `durable` includes deciding; `sha256` is the speed that checking is compared with. How long a
//! sync takes is the disk's own affair: compare the rows with each other.
//!
//! A file of ten million entries has 7 GB, so it is made only where it is asked for:
//!
//! ```text
//! REACH_LOG_FILE=/var/tmp/ten-million.log REACH_LOG_ENTRIES=10_000_000 cargo bench -p reach-tests --bench log -- a_file
//! ```
#![allow(clippy::unwrap_used, reason = "a bench stops as a test does")]

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use reach_codes::Sources;
use reach_engine::{Options, Session, VerifiedImage};
use reach_log::Hash;
use reach_log::merkle::{Frontier, Nodes, consistency, inclusion, leaf_hash, verify_inclusion};
use reach_store::{Log, LogOptions, Reader};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

fn main() {
    divan::main();
}

fn image() -> Arc<VerifiedImage> {
    let mut sources = Sources::new();
    sources.add("a.reach", "tool pay(amount: decimal, to: text)\npermit p\n  on pay\n  when args.amount < 100.00\n");
    Arc::new(reach_compiler::build(sources).unwrap().image)
}

fn call(n: usize) -> String {
    format!(r#"{{"type":"call","id":"c{n}","name":"pay","args":{{"amount":{}.50,"to":"somebody"}},"at":"2026-01-01T00:00:00Z"}}"#, n % 90)
}

fn session(image: &Arc<VerifiedImage>, log: &Log, name: &str) -> Session {
    Session::new(Arc::clone(image), name, Options { store: Some(log.store()), ..Options::default() })
}

/// How many events each bench appends.
const EVENTS: usize = 2_000;

/// Events of so many sessions at once: all are submitted, then all are committed, again and again.
#[divan::bench(args = [1, 10, 1_000], sample_count = 5, sample_size = 1)]
fn durable(bencher: Bencher, sessions: usize) {
    let image = image();
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(|| TempDir::new().unwrap()).bench_local_values(|folder| {
        let log = Log::open(&folder.path().join("log"), LogOptions::new("bench")).unwrap();
        let mut all = (0..sessions).map(|n| session(&image, &log, &format!("s{n}"))).collect::<Vec<_>>();
        for round in 0..EVENTS / sessions {
            let tickets = all.iter_mut().map(|session| session.submit(&call(round)).1).collect::<Vec<_>>();
            for (session, ticket) in all.iter_mut().zip(tickets) {
                assert!(session.commit(ticket).is_ok());
            }
        }
        folder
    });
}

/// The same from ten threads, each waiting for each of its events.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn durable_from_ten_threads(bencher: Bencher) {
    let image = image();
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(|| TempDir::new().unwrap()).bench_local_values(|folder| {
        let log = Log::open(&folder.path().join("log"), LogOptions::new("bench")).unwrap();
        let begin = Barrier::new(10);
        std::thread::scope(|scope| {
            for thread in 0..10 {
                let (log, image, begin) = (&log, &image, &begin);
                scope.spawn(move || {
                    let mut session = session(image, log, &format!("s{thread}"));
                    begin.wait();
                    for n in 0..EVENTS / 10 {
                        let _ = session.event(&call(n));
                    }
                });
            }
        });
        folder
    });
}

fn filled(folder: &Path, entries: usize) {
    let log = Log::open(&folder.join("log"), LogOptions::new("bench")).unwrap();
    let image = image();
    let mut all = (0..100).map(|n| session(&image, &log, &format!("s{n}"))).collect::<Vec<_>>();
    for round in 0..entries / 100 {
        let tickets = all.iter_mut().map(|session| session.submit(&call(round)).1).collect::<Vec<_>>();
        for (session, ticket) in all.iter_mut().zip(tickets) {
            assert!(session.commit(ticket).is_ok());
        }
    }
}

/// Checks every entry and payload; the bytes are those of entries and payloads.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn verify(bencher: Bencher) {
    let folder = TempDir::new().unwrap();
    filled(folder.path(), 20_000);
    let mut reader = Reader::open(&folder.path().join("log"), Duration::from_secs(1)).unwrap();
    let bytes = reader.audit(0, &[], |_| {}).unwrap().0.bytes;
    bencher.counter(BytesCount::new(bytes)).bench_local(|| assert!(reader.audit(0, &[], |_| {}).unwrap().1.is_empty()));
}

/// The digest alone, of as many bytes in pieces of the length of an entry.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn sha256(bencher: Bencher) {
    let piece = vec![7u8; 640];
    bencher.counter(BytesCount::new(640 * 40_000usize)).bench_local(|| {
        for _ in 0..40_000 {
            divan::black_box(Sha256::digest(divan::black_box(&piece)));
        }
    });
}

/// A tree as a store has it, in memory.
#[derive(Default)]
struct Tree(Vec<Vec<Hash>>);

impl Nodes for Tree {
    type Error = ();
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, ()> {
        let from = usize::try_from(from).unwrap();
        self.0.get(usize::from(level)).and_then(|nodes| nodes.get(from..from + count)).map(<[Hash]>::to_vec).ok_or(())
    }
}

fn tree(size: u64) -> (Tree, Hash) {
    let (mut frontier, mut tree) = (Frontier::default(), Tree::default());
    for n in 0..size {
        frontier.push(leaf_hash(&n.to_le_bytes()), |level, _, hash| {
            let level = usize::from(level);
            tree.0.resize_with(tree.0.len().max(level + 1), Vec::new);
            tree.0.get_mut(level).unwrap().push(hash);
        });
    }
    (tree, frontier.root())
}

/// A proof out of a tree of ten million entries, from the nodes that a store keeps.
#[divan::bench(sample_count = 20)]
fn inclusion_in_ten_million(bencher: Bencher) {
    let (mut tree, root) = tree(10_000_000);
    let mut index = 0u64;
    bencher.bench_local(|| {
        index = (index + 7_919_993) % 10_000_000;
        let proof = inclusion(&mut tree, index, 10_000_000).unwrap().unwrap();
        assert!(verify_inclusion(leaf_hash(&index.to_le_bytes()), index, 10_000_000, &proof, root).is_ok());
    });
}

/// A log in a file, of as many entries as are wanted.
///
/// `REACH_LOG_FILE` says where it is, and is to be removed by whoever asked for it; it is made there unless it is there already, with
/// `REACH_LOG_ENTRIES` entries (20,000 without it). Its entries are as small as they come.
fn file() -> &'static (PathBuf, u64) {
    static FILE: OnceLock<(PathBuf, u64)> = OnceLock::new();
    FILE.get_or_init(|| {
        let wanted = std::env::var("REACH_LOG_ENTRIES").map_or(20_000, |n| n.replace('_', "").parse().unwrap());
        let path = std::env::var_os("REACH_LOG_FILE").map(PathBuf::from).unwrap_or_else(|| {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench.log");
            drop(std::fs::remove_file(&path));
            path
        });
        if !path.exists() {
            let begin = Instant::now();
            small_entries(&path, wanted);
            eprintln!("{wanted} entries written in {:.1} s", begin.elapsed().as_secs_f64());
        }
        let size = Reader::open(&path, Duration::from_secs(1)).unwrap().head().unwrap().size;
        eprintln!("{size} entries in {} bytes", path.metadata().unwrap().len());
        (path, size)
    })
}

/// Fills a log with the observations of sessions of a thousand events each, a hundred of them at a time, and thousands to a commit.
fn small_entries(path: &Path, entries: u64) {
    let (log, image) = (Log::open(path, LogOptions::new("bench")).unwrap(), image());
    let mut left = entries;
    for batch in 0.. {
        let mut all = (0..100).map(|n| session(&image, &log, &format!("{batch}.{n}"))).collect::<Vec<_>>();
        for _ in 0..1_000 {
            let mut last = None;
            for (n, session) in all.iter_mut().enumerate() {
                if left > 0 {
                    left -= 1;
                    last = Some((n, session.submit(r#"{"type":"prompt","text":"go on","at":"2026-01-01T00:00:00Z"}"#).1));
                }
            }
            // Whoever asks for the last one of the last round writes all; those before are written as the log gets enough of them.
            match last {
                Some((n, ticket)) if left == 0 => drop(all.get_mut(n).unwrap().commit(ticket).unwrap()),
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// A proof out of a file: see [`file`].
#[divan::bench(sample_count = 200, sample_size = 1)]
fn inclusion_in_a_file(bencher: Bencher) {
    let (path, size) = file();
    let mut reader = Reader::open(path, Duration::from_secs(1)).unwrap();
    let root = reader.head().unwrap().root;
    let mut index = 0u64;
    bencher.bench_local(|| {
        index = (index + 7_919_993) % size;
        let leaf = leaf_hash(&reader.entry(index).unwrap().unwrap().leaf);
        let proof = inclusion(&mut reader, index, *size).unwrap().unwrap();
        assert!(verify_inclusion(leaf, index, *size, &proof, root).is_ok());
    });
}

/// A proof that the log goes on from what it was before, out of the same file.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn consistency_in_a_file(bencher: Bencher) {
    let (path, size) = file();
    let mut reader = Reader::open(path, Duration::from_secs(1)).unwrap();
    let mut old = 0u64;
    bencher.bench_local(|| {
        old = (old + 7_919_993) % size;
        consistency(&mut reader, old, *size).unwrap().unwrap()
    });
}

/// Checks all of the same file; the bytes are those of entries and payloads.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn verify_a_file(bencher: Bencher) {
    let (path, _) = file();
    let mut reader = Reader::open(path, Duration::from_secs(1)).unwrap();
    let bytes = Cell::new(0);
    bencher.counter(ItemsCount::new(reader.head().unwrap().size)).bench_local(|| {
        let (summary, findings) = reader.audit(0, &[], |_| {}).unwrap();
        assert!(findings.is_empty());
        bytes.set(summary.bytes);
    });
    eprintln!("{} bytes of entries and payloads", bytes.get());
}
