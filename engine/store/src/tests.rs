//! The file itself, with sessions of a real bundle writing into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reach_engine::{Effect, Options, Outcome, Session, VerifiedImage};
use reach_log::{Hash, Leaf, PayloadOf, Problem};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{Head, Log, LogError, LogOptions, Reader};

fn image() -> Arc<VerifiedImage> {
    let source = "tool write(text: text)\npermit p\n  on write\nforbid quiet\n  on write\n  when args.text == \"loud\"\n  because \"too loud\"\n";
    let mut sources = reach_codes::Sources::new();
    sources.add("a.reach", source);
    Arc::new(reach_compiler::build(sources).unwrap().image)
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn open(&self) -> Log {
        self.try_open().unwrap()
    }

    /// Salts that are the same each time, so that logs can be compared.
    fn try_open(&self) -> Result<Log, LogError> {
        let mut n = 0u64;
        let salts = move |bytes: &mut [u8]| {
            n += 1;
            bytes.chunks_mut(32).zip(0u8..).for_each(|(to, part)| to.copy_from_slice(&Hash::of(&[&n.to_le_bytes(), &[part]]).0));
            Ok(())
        };
        Log::open(&self.path(), LogOptions { patience: Duration::from_millis(200), salts: Box::new(salts), ..LogOptions::new("example.com/log") })
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.path(), Duration::from_secs(1)).unwrap()
    }

    fn sql(&self, text: &str) {
        Connection::open(self.path()).unwrap().execute_batch(text).unwrap();
    }
}

fn call(id: &str, text: &str) -> String {
    format!(r#"{{"type":"call","id":"{id}","name":"write","args":{{"text":"{text}"}},"at":"2026-01-01T00:00:00Z"}}"#)
}

fn session(image: &Arc<VerifiedImage>, log: &Log, id: &str) -> Session {
    Session::new(Arc::clone(image), id, Options { store: Some(log.store()), ..Options::default() })
}

fn decided(outcome: Outcome) -> (Effect, String, u64) {
    match outcome {
        Outcome::Decision(decision) => (decision.effect, decision.rules[0].rule.clone(), decision.entry),
        other => panic!("{other:?}"),
    }
}

/// Appends events of two sessions by turns.
fn fill(log: &Log, events: u64) {
    let image = image();
    let mut sessions = [session(&image, log, "a"), session(&image, log, "b")];
    for n in 0..events {
        let text = if n.is_multiple_of(3) { "loud" } else { "low" };
        let outcome = sessions[usize::from(n % 2 == 1)].event(&call(&format!("c{n}"), text));
        assert_eq!(decided(outcome).2, n);
    }
}

fn problems(path: &Path) -> Result<Vec<(u64, Problem)>, LogError> {
    let (_, findings) = Reader::open(path, Duration::from_secs(1))?.audit(0, &[], |_| {})?;
    Ok(findings.into_iter().map(|finding| (finding.entry, finding.problem)).collect())
}

#[test]
fn what_sessions_did_is_found_again() {
    let place = Place::new();
    fill(&place.open(), 600);
    let mut reader = place.reader();
    assert_eq!(reader.origin().unwrap(), "example.com/log");
    assert_eq!(reader.sessions().unwrap(), [("a".to_owned(), 300), ("b".to_owned(), 300)]);
    let entry = reader.entry(3).unwrap().unwrap();
    let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else { panic!() };
    assert_eq!((leaf.session.as_str(), leaf.number, leaf.rules.as_slice()), ("b", 1, ["quiet".to_owned()].as_slice()));
    assert_eq!(String::from_utf8(entry.event.unwrap().bytes).unwrap(), call("c3", "loud"));
    assert!(String::from_utf8(entry.answer.unwrap().bytes).unwrap().contains(r#""message":"too loud""#));
    let mut seen = 0;
    let (summary, findings) = reader.audit(0, &[], |n| seen = n).unwrap();
    assert_eq!((findings, seen), (vec![], 600));
    assert_eq!((summary.entries, summary.sessions, summary.permit, summary.forbid), (600, 2, 400, 200));
    assert_eq!(reader.head().unwrap(), Head { size: 600, root: summary.root });
    let mut numbers = Vec::new();
    reader
        .session("b", |entry| {
            numbers.push(entry.sequence);
            Ok::<_, LogError>(())
        })
        .unwrap();
    assert_eq!(numbers, (0..600).filter(|n| n % 2 == 1).collect::<Vec<_>>());
    for index in [0, 255, 256, 599] {
        let proof = reach_log::merkle::inclusion(&mut reader, index, 600).unwrap().unwrap();
        let leaf = reader.entry(index).unwrap().unwrap().hash.unwrap();
        assert_eq!(reach_log::merkle::verify_inclusion(leaf, index, 600, &proof, summary.root), Ok(()));
    }
}

#[test]
fn the_same_events_and_salts_give_the_same_root() {
    let root = |events| {
        let place = Place::new();
        fill(&place.open(), events);
        place.reader().head().unwrap().root
    };
    assert_eq!(root(40), root(40));
    assert_ne!(root(40), root(41));
}

#[test]
fn a_session_goes_on_after_the_log_was_closed() {
    let place = Place::new();
    let image = image();
    let mut first = session(&image, &place.open(), "a");
    assert_eq!(decided(first.event(&call("c1", "low"))).2, 0);
    let state = first.save();
    drop(first);
    let log = place.open();
    let mut again = Session::restore(Arc::clone(&image), Options { store: Some(log.store()), ..Options::default() }, &state).unwrap();
    assert_eq!(decided(again.event(&call("c2", "low"))).2, 1);
    assert_eq!(problems(&place.path()), Ok(vec![]));
    // One that begins anew is not the one that the log has.
    let (effect, rule, _) = decided(session(&image, &log, "a").event(&call("c1", "low")));
    assert_eq!((effect, rule.as_str()), (Effect::Forbid, "unrecorded"));
    assert_eq!(place.reader().head().unwrap().size, 2);
}

#[test]
fn sessions_that_wait_at_the_same_time_share_commits() {
    let place = Place::new();
    let (log, image) = (place.open(), image());
    let mut sessions = (0..50).map(|n| session(&image, &log, &format!("s{n}"))).collect::<Vec<_>>();
    let tickets = sessions.iter_mut().map(|s| s.submit(&call("c", "low")).1).collect::<Vec<_>>();
    let entries = sessions.iter_mut().zip(tickets).map(|(s, ticket)| s.commit(ticket).unwrap().unwrap()).collect::<Vec<_>>();
    assert_eq!(entries, (0..50).collect::<Vec<_>>());
    assert_eq!(log.commits(), 1);
}

#[test]
fn threads_and_other_handles_of_the_file_append_to_one_log() {
    const EACH: u64 = 40;
    let place = Place::new();
    let image = image();
    drop(place.open());
    std::thread::scope(|scope| {
        for handle in 0..2 {
            // As another process would.
            let log = Log::open(&place.path(), LogOptions { patience: Duration::from_secs(60), ..LogOptions::new("x") }).unwrap();
            for thread in 0..3 {
                let (log, image) = (log.clone(), &image);
                scope.spawn(move || {
                    let mut session = session(image, &log, &format!("s{handle}-{thread}"));
                    for n in 0..EACH {
                        assert_eq!(decided(session.event(&call(&format!("c{n}"), "low"))).0, Effect::Permit);
                    }
                });
            }
        }
    });
    assert_eq!(problems(&place.path()), Ok(vec![]));
    assert_eq!(place.reader().sessions().unwrap().iter().map(|(_, n)| n).sum::<u64>(), 6 * EACH);
}

#[test]
fn two_who_write_the_same_session_do_not_mix() {
    let place = Place::new();
    let (log, image) = (place.open(), image());
    let (mut one, mut other) = (session(&image, &log, "a"), session(&image, &log, "a"));
    assert_eq!(decided(one.event(&call("c", "low"))).0, Effect::Permit);
    assert_eq!(decided(other.event(&call("c", "low"))).1, "unrecorded");
    assert_eq!(decided(one.event(&call("d", "low"))).0, Effect::Permit);
    assert_eq!(problems(&place.path()), Ok(vec![]));
}

#[test]
fn a_log_that_somebody_else_holds_forbids_and_goes_on_later() {
    let place = Place::new();
    let (log, image) = (place.open(), image());
    let other = Connection::open(place.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut held = session(&image, &log, "a");
    let refused = held.event(&call("c", "low"));
    let Outcome::Decision(decision) = &refused else { panic!() };
    assert_eq!(decision.rules[0].message.as_deref(), Some("the event could not be recorded: another process is writing to the log, and did not stop in time"));
    other.execute_batch("ROLLBACK").unwrap();
    // The session is not the one that the log has any more; others are.
    assert_eq!(decided(held.event(&call("d", "low"))).1, "unrecorded");
    assert_eq!(decided(session(&image, &log, "b").event(&call("c", "low"))).0, Effect::Permit);
}

#[test]
fn files_that_are_no_logs_are_refused_and_stay_as_they_are() {
    let place = Place::new();
    assert!(matches!(Reader::open(&place.path(), Duration::ZERO), Err(LogError::Missing(_))));
    std::fs::write(place.path(), "some text that is longer than a header of SQLite, which has one hundred bytes. Nothing here is a log.").unwrap();
    assert!(matches!(place.try_open(), Err(LogError::NotALog(_))));
    assert!(std::fs::read_to_string(place.path()).unwrap().starts_with("some text"));
    std::fs::remove_file(place.path()).unwrap();
    place.sql("CREATE TABLE t (x)");
    assert!(matches!(place.try_open(), Err(LogError::NotALog(_))));
    for (sql, version) in [("PRAGMA user_version = 2", true), ("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM payloads; END", false)] {
        let place = Place::new();
        drop(place.open());
        place.sql(sql);
        let refused = place.try_open().unwrap_err();
        assert_eq!(matches!(refused, LogError::Version { found: 2, known: 1 }), version, "{refused}");
        assert_eq!(matches!(refused, LogError::NotALog(_)), !version, "{refused}");
    }
    assert!(matches!(Log::open(&place.path(), LogOptions::new("two words")), Err(LogError::Form(_))));
}

#[test]
fn a_payload_is_erased_for_good_and_proofs_hold() {
    let place = Place::new();
    let (log, image) = (place.open(), image());
    let mut a = session(&image, &log, "a");
    for text in ["nothing", "my-secret-words", "nothing"] {
        a.event(&call(text, text));
    }
    let holds = || {
        ["", "-wal"].iter().any(|end| {
            let bytes = std::fs::read(format!("{}{end}", place.path().display())).unwrap_or_default();
            bytes.windows(15).any(|window| window == b"my-secret-words")
        })
    };
    assert!(holds());
    let before = place.reader().head().unwrap();
    assert_eq!(log.erase(1, PayloadOf::Event, "they asked for it"), Ok(3));
    assert_eq!(log.erase(1, PayloadOf::Answer, "they asked for it"), Ok(4));
    assert!(!holds());
    let mut reader = place.reader();
    let (summary, findings) = reader.audit(0, &[(3, before.root)], |_| {}).unwrap();
    assert_eq!((summary.erased, findings), (2, vec![]));
    for (entry, of) in [(1, PayloadOf::Event), (9, PayloadOf::Event), (3, PayloadOf::Event)] {
        assert!(matches!(log.erase(entry, of, "again"), Err(LogError::Form(_))));
    }
    assert!(matches!(log.erase(0, PayloadOf::Event, &"x".repeat(2_000)), Err(LogError::Form(_))));
    assert!(place.reader().entry(0).unwrap().unwrap().event.is_some(), "what failed changed nothing");
    assert_eq!(decided(a.event(&call("d", "low"))).0, Effect::Permit);
}

/// Whoever reads the journal keeps what stands in it. That is said, and what is left is gone with the last process.
#[test]
fn an_erased_text_that_somebody_holds_is_said_to_remain() {
    let place = Place::new();
    let (log, image) = (place.open(), image());
    let mut a = session(&image, &log, "a");
    a.event(&call("c", "my-secret-words"));
    let holder = Connection::open(place.path()).unwrap();
    holder.execute_batch("BEGIN; SELECT * FROM head").unwrap();
    assert_eq!(log.erase(0, PayloadOf::Event, "asked"), Err(LogError::Remains));
    assert_eq!(problems(&place.path()), Ok(vec![]));
    assert_eq!(decided(a.event(&call("d", "low"))).0, Effect::Permit, "the log goes on");
    drop((holder, a, log));
    let bytes = std::fs::read(place.path()).unwrap();
    assert!(!bytes.windows(15).any(|window| window == b"my-secret-words"));
    assert!(!place.folder.path().join("log-wal").exists());
}

#[test]
fn a_torn_end_is_cut_and_an_entry_says_so() {
    let place = Place::new();
    fill(&place.open(), 300);
    place.sql("UPDATE entries SET leaf = x'00' WHERE seq = 298; UPDATE payloads SET salt = x'' WHERE id = 598");
    let log = place.open();
    assert_eq!(log.cut(), 2);
    assert_eq!(problems(&place.path()), Ok(vec![]));
    let reader = place.reader();
    assert_eq!(reader.head().unwrap().size, 299);
    assert_eq!(reader.sessions().unwrap(), [("a".to_owned(), 149), ("b".to_owned(), 149)]);
    let Ok(Leaf::Recovery(recovery)) = Leaf::parse(&reader.entry(298).unwrap().unwrap().leaf) else { panic!() };
    assert_eq!(recovery.cut, 2);
    assert!(recovery.reason.starts_with("entry 298: the stored hash"), "{}", recovery.reason);
    assert_eq!(place.open().cut(), 0);
}

#[test]
fn anything_else_that_is_wrong_is_refused_and_named() {
    let damage = |sql: &str, checkpoint: bool| {
        let place = Place::new();
        let log = place.open();
        fill(&log, 20);
        if checkpoint {
            log.checkpoint(|c| c.text().map_err(|e| e.to_string())).unwrap();
        }
        drop(log);
        place.sql(sql);
        (place.try_open().err().map(|e| e.to_string()), problems(&place.path()).map_err(|e| e.to_string()))
    };
    let (open, audit) = damage("UPDATE entries SET leaf = x'00' WHERE seq = 7", false);
    assert!(open.unwrap().contains("entry 7 is wrong"));
    assert_eq!(audit.unwrap()[0].0, 7);
    let (open, _) = damage("UPDATE entries SET leaf = x'00' WHERE seq = 19", true);
    assert!(open.unwrap().contains("a checkpoint covers it"));
    let (open, audit) = damage("UPDATE head SET root = zeroblob(32)", false);
    assert_eq!(open.as_deref(), Some("the log is damaged: the hashes of the tree do not lead to its root"));
    assert_eq!(audit.unwrap(), [(19, Problem::Checkpoint { size: 20 })]);
    let (_, audit) = damage("DELETE FROM payloads WHERE id = 4", false);
    assert_eq!(audit.unwrap(), [(2, Problem::Gone(PayloadOf::Event))]);
    let (open, audit) = damage("DELETE FROM entries WHERE seq = 4", false);
    assert!(open.unwrap().contains("entry 4 is wrong (it is not there)"));
    assert_eq!(audit.unwrap_err(), "the log is damaged: entry 4 is not there");
    let (_, audit) = damage("INSERT INTO entries VALUES (30, NULL, NULL, x'', x'')", false);
    assert!(audit.unwrap_err().contains("1 entries stand outside"));
}

/// One bit at a time, at places all over the file. Where nothing is found, the log must still say the same.
#[test]
fn a_flipped_bit_anywhere_in_the_file_is_found_or_changes_nothing() {
    let place = Place::new();
    fill(&place.open(), 40);
    place.sql("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    let read = |path: &Path| -> Result<Vec<crate::StoredEntry>, LogError> {
        let mut all = Vec::new();
        Reader::open(path, Duration::ZERO)?.entries(0, 40, |entry| {
            all.push(entry);
            Ok::<_, LogError>(())
        })?;
        Ok(all)
    };
    let (clean, bytes) = (read(&place.path()).unwrap(), std::fs::read(place.path()).unwrap());
    let copy = place.folder.path().join("copy");
    let (mut found, mut harmless) = (0, 0);
    for at in (0..bytes.len()).step_by(41) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        std::fs::write(&copy, &flipped).unwrap();
        match problems(&copy) {
            Ok(problems) if problems.is_empty() => {
                assert_eq!(read(&copy).as_ref(), Ok(&clean), "byte {at}");
                harmless += 1;
            }
            _ => found += 1,
        }
    }
    assert!(found > 500 && harmless > 500, "{found} found, {harmless} harmless");
}

/// The file and its journal as they would be found after a crash: copied while the log is open.
fn crashed(commits: u64) -> (Place, Vec<u8>) {
    let place = Place::new();
    let log = place.open();
    fill(&log, commits);
    let copy = Place::new();
    for end in ["", "-wal"] {
        std::fs::copy(format!("{}{end}", place.path().display()), format!("{}{end}", copy.path().display())).unwrap();
    }
    drop(log);
    let journal = std::fs::read(format!("{}-wal", copy.path().display())).unwrap();
    (copy, journal)
}

/// SQLite would leave out what follows a wrong frame, and say nothing.
#[test]
fn a_flipped_bit_in_the_journal_is_found_where_transactions_follow() {
    let (place, journal) = crashed(30);
    let write = |bytes: &[u8]| std::fs::write(format!("{}-wal", place.path().display()), bytes).unwrap();
    let frames = (journal.len() - 32) / (24 + 4_096);
    assert!(frames > 60, "{frames}");
    let (mut found, mut torn) = (0, 0);
    for frame in (0..frames).step_by(7) {
        for at in [0, 4, 8, 15, 16, 23, 24, 2_000, 4_119] {
            let mut flipped = journal.clone();
            flipped[32 + frame * 4_120 + at] ^= 1 << (at % 8);
            write(&flipped);
            match Reader::open(&place.path(), Duration::ZERO).map(|log| log.head().unwrap().size) {
                Err(LogError::Damaged(why)) => {
                    assert!(why.starts_with(&format!("frame {} of its journal", frame + 1)), "{why}");
                    found += 1;
                }
                // Only the last transaction may be the one that did not come to its end.
                Ok(size) => {
                    assert!(size >= 29, "frame {frame}, byte {at}: {size} entries are left");
                    torn += 1;
                }
                Err(e) => panic!("{e}"),
            }
            // What SQLite makes of the shared memory of the journal must not outlive the change.
            let _ = std::fs::remove_file(format!("{}-shm", place.path().display()));
        }
    }
    assert!(found > 40, "{found} found, {torn} taken for the last transaction");
    write(&journal);
    assert_eq!(place.reader().head().unwrap().size, 30);
}

/// Any end of the journal leaves a log that holds, with the first entries of those that were there.
#[test]
fn a_journal_that_was_cut_anywhere_leaves_a_whole_log() {
    let (place, journal) = crashed(12);
    let mut last = 0;
    for end in (0..journal.len()).step_by(1_031) {
        std::fs::write(format!("{}-wal", place.path().display()), &journal[..end]).unwrap();
        let Ok(reader) = Reader::open(&place.path(), Duration::ZERO) else {
            // The tables are in the journal too.
            assert_eq!(last, 0);
            continue;
        };
        let size = reader.head().unwrap().size;
        assert!(size >= last && size <= 12, "{size} after {last}");
        last = size;
        drop(reader);
        assert_eq!(problems(&place.path()), Ok(vec![]));
        let _ = std::fs::remove_file(format!("{}-shm", place.path().display()));
    }
    assert!(last >= 11, "{last}");
}

#[test]
fn who_panics_with_the_log_leaves_nobody_waiting() {
    let place = Place::new();
    let log = place.open();
    fill(&log, 4);
    let other = log.clone();
    let thread = std::thread::spawn(move || other.read(|_| -> Result<(), LogError> { panic!("in the middle") }));
    assert!(thread.join().is_err());
    assert!(matches!(log.head(), Err(LogError::Broken(why)) if why.contains("panicked")));
    let image = image();
    let (effect, rule, _) = decided(session(&image, &log, "c").event(&call("c", "x")));
    assert_eq!((effect, rule.as_str()), (Effect::Forbid, "unrecorded"));
    drop(log);
    fill(&place.open(), 0);
    assert_eq!((problems(&place.path()), place.reader().head().unwrap().size), (Ok(vec![]), 4));
}

/// What is left when a process ends between making the file and making its tables.
#[test]
fn a_log_whose_making_came_to_no_end_is_made_and_other_databases_stay_as_they_are() {
    let place = Place::new();
    std::fs::write(place.path(), "").unwrap();
    fill(&place.open(), 4);
    assert_eq!((problems(&place.path()), place.reader().head().unwrap().size), (Ok(vec![]), 4));
    for sql in ["PRAGMA journal_mode = WAL", "CREATE TABLE a (b); DROP TABLE a"] {
        let place = Place::new();
        place.sql(sql);
        fill(&place.open(), 4);
        assert_eq!(place.reader().head().unwrap().size, 4, "{sql}");
    }
    for sql in ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"] {
        let place = Place::new();
        place.sql(sql);
        let before = std::fs::read(place.path()).unwrap();
        assert!(matches!(place.try_open(), Err(LogError::NotALog(_))), "{sql}");
        assert_eq!(std::fs::read(place.path()).unwrap(), before, "{sql}");
    }
}

#[test]
fn entries_are_read_in_pieces_where_they_are_large() {
    let place = Place::new();
    let log = place.open();
    let image = image();
    let mut sessions = [session(&image, &log, "a"), session(&image, &log, "b")];
    let large = "x".repeat(700 << 10);
    for n in 0..16 {
        decided(sessions[n % 2].event(&call(&format!("c{n}"), &large)));
    }
    drop((sessions, log));
    let reader = place.reader();
    let mut seen = Vec::new();
    reader
        .entries(0, 16, |entry| {
            seen.push(entry.sequence);
            Ok::<_, LogError>(())
        })
        .unwrap();
    assert_eq!(seen, (0..16).collect::<Vec<_>>());
    seen.clear();
    reader
        .session("b", |entry| {
            seen.push(entry.sequence);
            Ok::<_, LogError>(())
        })
        .unwrap();
    assert_eq!(seen, (0..8).map(|n| 2 * n + 1).collect::<Vec<_>>());
    assert_eq!(problems(&place.path()), Ok(vec![]));
}
