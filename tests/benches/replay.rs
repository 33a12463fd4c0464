//! A log decided again, and compared with another bundle, on one core.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use reach_engine::{Options, Session, VerifiedImage};
use reach_replay::{Bundles, Comparison, Old, Walk};
use reach_store::{Log, LogOptions};
use reach_tests::subject::Subject;
use tempfile::TempDir;

fn main() {
    divan::main();
}

const SESSIONS: u64 = 100;
const EVENTS: u64 = 500;

/// The assistant of a bank, as it ships.
fn image() -> Arc<VerifiedImage> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/agents/banking/banking.reach")).unwrap();
    Subject::new([("banking.reach", text.as_str())]).unwrap().image
}

/// A log of sessions in which files are read, and accounts paid that they name or that the customer named.
fn log() -> &'static (TempDir, PathBuf) {
    static LOG: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    LOG.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = Log::open(&path, LogOptions::new("example.com/log")).unwrap();
        let image = image();
        for n in 0..SESSIONS {
            let mut session = Session::new(Arc::clone(&image), &format!("s{n}"), Options { store: Some(log.store()), ..Options::default() });
            let mut last = None;
            for event in 0..EVENTS {
                last = Some(session.submit(&line(event)).1);
            }
            session.commit(last.unwrap()).unwrap();
        }
        (folder, path)
    })
}

fn line(n: u64) -> String {
    let at = format!("2026-01-01T{:02}:{:02}:{:02}Z", n / 3_600, n / 60 % 60, n % 60);
    let id = n / 4;
    match n % 4 {
        0 => format!(r#"{{"type":"prompt","text":"Pay the bill in bill-{id}.txt; send 20 to GB29NWBK60161331926819","at":"{at}"}}"#),
        1 => format!(r#"{{"type":"call","id":"r{id}","name":"read_file","args":{{"file_path":"bill-{id}.txt"}},"at":"{at}"}}"#),
        2 => format!(r#"{{"type":"result","step":"r{id}","ok":true,"content":"Bill {id}: water 98.70, pay to UK1234567890{id:06}","at":"{at}"}}"#),
        _ => {
            let to = if id.is_multiple_of(2) { "GB29NWBK60161331926819".to_owned() } else { format!("UK1234567890{id:06}") };
            format!(r#"{{"type":"call","id":"p{id}","name":"send_money","args":{{"recipient":"{to}","amount":20.00,"subject":"bill"}},"at":"{at}"}}"#)
        }
    }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn replay_on_one_core(bencher: Bencher) {
    let ((_, path), bundles) = (log(), Bundles::new([image()]));
    bencher.counter(ItemsCount::new(SESSIONS * EVENTS)).bench_local(|| {
        let exact = reach_replay::replay(path, &bundles, &Walk::new(1), &mut |_| {}).unwrap();
        assert!(exact.is_same() && exact.replayed == SESSIONS * EVENTS);
        black_box(exact)
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn compare_with_another_bundle_on_one_core(bencher: Bencher) {
    let ((_, path), comparison) = (log(), Comparison { new: image(), entities: None, old: Some(Old::Recorded) });
    bencher
        .counter(ItemsCount::new(SESSIONS * EVENTS))
        .bench_local(|| black_box(reach_replay::compare(path, &comparison, &Walk::new(1), &mut |_| {}).unwrap()));
}
