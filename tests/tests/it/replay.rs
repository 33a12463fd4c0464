//! Logs that are decided again: whatever the sessions, their saving and the threads, the root is the same.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{TestCaseError, TestError};
use reach_compiler::Built;
use reach_engine::{Options, Outcome, Session, VerifiedImage};
use reach_log::{Hash, Leaf};
use reach_replay::{Bundles, Comparison, Kind, Old, Walk};
use reach_store::{Log, LogError, LogOptions, Reader, StoredEntry};
use reach_tests::generate::{Allowed, Choices, Driver, Mix, Told, generate_session_bundle, runner};
use reach_tests::subject::Subject;

use crate::cli::Place;

/// Opens a log whose salts are the hashes of a counter, so that it can be written twice.
pub(crate) fn open(path: &Path, salts: &Arc<AtomicU64>) -> Log {
    let salts = Arc::clone(salts);
    let salts = move |bytes: &mut [u8]| {
        let n = salts.fetch_add(1, Ordering::Relaxed);
        bytes.chunks_mut(32).zip(0u8..).for_each(|(to, part)| to.copy_from_slice(&Hash::of(&[&n.to_le_bytes(), &[part]]).0));
        Ok(())
    };
    Log::open(path, LogOptions { salts: Box::new(salts), ..LogOptions::new("example.com/log") }).unwrap()
}

/// A session that is recorded.
struct Recorded {
    session: Session,
    image: Arc<VerifiedImage>,
    driver: Driver,
    lines: Vec<String>,
}

impl Recorded {
    fn restore(&mut self, log: &Log) -> Result<(), String> {
        let options = Options { store: Some(log.store()), ..Options::default() };
        self.session = Session::restore(Arc::clone(&self.image), options, &self.session.save()).map_err(|e| e.to_string())?;
        Ok(())
    }
}

/// How sessions are interrupted.
#[derive(Clone, Copy)]
struct Interruptions {
    /// Whether they are saved and restored.
    saved: bool,
    /// Whether the log is closed and opened.
    closed: bool,
}

/// Records sessions of the first bundle, some of which go on with the second.
fn record(path: &Path, images: &[Arc<VerifiedImage>; 2], steps: &[Vec<u16>], how: Interruptions) -> Result<(), String> {
    let salts = Arc::new(AtomicU64::new(0));
    let mut log = open(path, &salts);
    let mut sessions: Vec<Recorded> = (0..5)
        .map(|n| Recorded {
            session: Session::new(Arc::clone(&images[0]), &format!("s{n}"), Options { store: Some(log.store()), ..Options::default() }),
            image: Arc::clone(&images[0]),
            driver: Driver::new(Mix { bad: 60, children: 35, over: 2 }),
            lines: Vec::new(),
        })
        .collect();
    for step in steps {
        let choice = |at: usize, of: u16| step.get(at).is_some_and(|n| n % of == 1);
        if how.closed && choice(2, 25) {
            drop(log);
            log = open(path, &salts);
            sessions.iter_mut().try_for_each(|one| one.restore(&log))?;
        }
        let one = &mut sessions[usize::from(step[0]) % 5];
        if how.saved && choice(1, 6) {
            one.restore(&log)?;
        }
        if choice(3, 30) {
            one.image = Arc::clone(&images[1]);
            one.session.activate(Arc::clone(&images[1]), one.lines.iter().map(String::as_str)).map_err(|e| e.to_string())?;
        }
        let line = one.driver.next(&mut Choices::new(step));
        if let Outcome::Decision(decision) = one.session.event(&line) {
            let told = match decision.effect {
                reach_engine::Effect::Permit => Told::Permitted,
                reach_engine::Effect::Ask => Told::Asked,
                reach_engine::Effect::Forbid => Told::Forbidden,
            };
            one.driver.told(&decision.id, told);
        }
        one.lines.push(line);
    }
    Ok(())
}

#[test]
fn replay_produces_identical_merkle_root() {
    let (entries, activated) = (Cell::new(0), Cell::new(0));
    let strategy = (vec(any::<u16>(), 0..700), vec(any::<u16>(), 0..700), vec(vec(any::<u16>(), 60), 1..=160));
    let property = |(first, second, steps): &(Vec<u16>, Vec<u16>, Vec<Vec<u16>>)| -> Result<(), String> {
        let source = |tape: &[u16]| generate_session_bundle(&mut Choices::new(tape), &Allowed::ALL);
        let sources = [source(first), source(second)];
        let build = |source: &str| Subject::new([("generated.reach", source)]).map(|subject| subject.image);
        let images = [build(&sources[0])?, build(&sources[1])?];
        let folder = tempfile::tempdir().unwrap();
        let mut roots = Vec::new();
        for (name, saved, closed) in [("plain", false, false), ("saved", true, false), ("closed", true, true)] {
            let path = folder.path().join(name);
            record(&path, &images, steps, Interruptions { saved, closed })?;
            let mut reader = Reader::open(&path, Duration::ZERO).unwrap();
            let head = reader.head().unwrap();
            let (summary, findings) = reader.audit(0, &[], |_| {}).unwrap();
            assert_eq!((summary.root, findings.as_slice()), (head.root, [].as_slice()));
            roots.push(head.root);
            let bundles = Bundles::new(images.iter().cloned());
            let mut first = None;
            for threads in [1, 2, 8] {
                let exact = reach_replay::replay(&path, &bundles, &Walk::new(threads), &mut |_| {}).map_err(|e| e.to_string())?;
                if !exact.is_same() || !exact.is_whole() || exact.rebuilt != head.root || exact.replayed != head.size {
                    return Err(format!("{name}, {threads} threads: {:?} {:?}\n\n{}\n\n{}", exact.differences, exact.stopped, sources[0], sources[1]));
                }
                assert_eq!(first.get_or_insert_with(|| exact.clone()), &exact, "the number of threads changes the answer");
            }
            entries.set(entries.get() + head.size);
            activated.set(activated.get() + u64::from(first.is_some_and(|exact| exact.bundles.len() > 1)));
        }
        if roots.iter().all(|root| *root == roots[0]) { Ok(()) } else { Err(format!("{roots:?}")) }
    };
    let cases = std::env::var("REACH_CASES").ok().and_then(|v| v.replace('_', "").parse::<u32>().ok()).map_or(24, |n| n / 500);
    match runner(cases, 79).run(&strategy, |case| property(&case).map_err(TestCaseError::fail)) {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    assert!(entries.get() > 3_000 && activated.get() > 10, "{} entries, {} logs of two bundles", entries.get(), activated.get());
}

/// The sessions of a shipped bundle: those of its tests, by name.
fn sessions_of_tests(files: &[(String, String)]) -> (Arc<VerifiedImage>, Vec<(String, Vec<String>)>) {
    let Built { bundle, image, .. } = crate::policies::built(files);
    let line = |name: &str, event: &str| format!("{{\"session\":\"{name}\",{}", event.strip_prefix('{').unwrap());
    let lines = |name: &str, test: &reach_compiler::ir::Test| test.items.iter().map(|item| line(name, &item.event)).collect();
    let named = bundle.tests.iter().zip(0..).map(|(test, n)| (format!("t{n}"), test));
    (Arc::new(image), named.map(|(name, test)| (name.clone(), lines(&name, test))).collect())
}

/// Records sessions by turns, an event of each.
fn record_by_turns(path: &Path, image: &Arc<VerifiedImage>, sessions: &[(String, Vec<String>)], how: Interruptions) -> Result<(), String> {
    let salts = Arc::new(AtomicU64::new(0));
    let mut log = open(path, &salts);
    let options = |log: &Log| Options { store: Some(log.store()), ..Options::default() };
    let mut running: Vec<Session> = sessions.iter().map(|(name, _)| Session::new(Arc::clone(image), name, options(&log))).collect();
    let restored = |session: &Session, log: &Log| Session::restore(Arc::clone(image), options(log), &session.save()).map_err(|e| e.to_string());
    for turn in 0..sessions.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default() {
        if how.closed && turn % 3 == 2 {
            drop(log);
            log = open(path, &salts);
            running = running.iter().map(|session| restored(session, &log)).collect::<Result<_, _>>()?;
        }
        for ((n, session), (_, lines)) in running.iter_mut().enumerate().zip(sessions) {
            let Some(line) = lines.get(turn) else { continue };
            if how.saved && (turn + n) % 2 == 1 {
                *session = restored(session, &log)?;
            }
            session.event(line);
        }
    }
    Ok(())
}

/// What the sessions of a log came to: the events of each with the state after them and the rules that decided.
fn states(path: &Path) -> BTreeMap<(String, u64), (Hash, Hash, Vec<String>)> {
    let (reader, mut states) = (Reader::open(path, Duration::ZERO).unwrap(), BTreeMap::new());
    let head = reader.head().unwrap();
    let each = |entry: StoredEntry| {
        if let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) {
            states.insert((leaf.session, leaf.number), (leaf.before, leaf.after, leaf.rules));
        }
        Ok::<_, LogError>(())
    };
    reader.entries(0, head.size, each).unwrap();
    assert_eq!(states.len() as u64, head.size);
    states
}

#[test]
fn replay_produces_identical_merkle_root_of_every_bundle_that_ships() {
    let (mut entries, mut decided) = (0, 0);
    for (name, files) in crate::policies::bundles() {
        let (image, sessions) = sessions_of_tests(&files);
        let bundles = Bundles::new([Arc::clone(&image)]);
        let place = Place::new();
        let same = |path: &Path| {
            let head = Reader::open(path, Duration::ZERO).unwrap().head().unwrap();
            for threads in [1, 2, 8] {
                let exact = reach_replay::replay(path, &bundles, &Walk::new(threads), &mut |_| {}).unwrap();
                assert!(exact.is_same() && exact.is_whole(), "{name}, {threads} threads: {:?} {:?}", exact.differences, exact.stopped);
                assert_eq!((exact.rebuilt, exact.replayed), (head.root, head.size), "{name}, {threads} threads");
            }
            head
        };
        let mut heads = Vec::new();
        for (how, saved, closed) in [("plain", false, false), ("saved", true, false), ("closed", true, true)] {
            let path = place.path().join(how);
            record_by_turns(&path, &image, &sessions, Interruptions { saved, closed }).unwrap();
            heads.push(same(&path));
        }
        assert!(heads.iter().all(|head| *head == heads[0]), "{name}: {heads:?}");
        // Processes of their own, each of which goes on with what the one before left behind. Salts are random there, so the root is
        // another, and the states are the same.
        for (file, text) in &files {
            place.write(&format!("bundle/{file}"), text);
        }
        // The packs that it uses, where its `reach.toml` says.
        let policies = crate::docs::root().join("policies");
        if let Ok(text) = std::fs::read(policies.join(&name).join("reach.toml")) {
            place.write("bundle/reach.toml", text);
            for (of, to) in [("packs", "packs"), ("packs/std", "std"), ("packs/filesystem", "filesystem")] {
                std::os::unix::fs::symlink(policies.join(of), place.path().join(to)).unwrap();
            }
        }
        let longest = sessions.iter().map(|(_, lines)| lines.len()).max().unwrap();
        let parts = 3;
        for part in 0..parts {
            let turns = longest * part / parts..longest * (part + 1) / parts;
            let lines = turns.flat_map(|turn| sessions.iter().filter_map(move |(_, lines)| lines.get(turn)));
            let feed = lines.map(|line| format!("{line}\n")).collect::<String>();
            let run = place.reach_with("policy decide -q -b bundle --log processes --origin example.com/log -", feed);
            assert!(run.exit <= 1 && !run.out.contains("unrecorded"), "{name}, part {part}: {}", run.told());
        }
        assert_eq!(same(&place.path().join("processes")).size, heads[0].size, "{name}");
        let of = ["processes", "plain"].map(|how| states(&place.path().join(how)));
        assert!(of[0] == of[1], "{name}: other states in other processes");
        entries += heads[0].size;
        decided += of[0].values().filter(|(_, _, rules)| !rules.is_empty()).count();
    }
    println!("{entries} entries, {decided} decisions");
    assert!(entries > 1_000 && decided > 500, "{entries} entries, {decided} decisions");
}

const BEFORE: &str =
    "tool pay(to: text, amount: int)\ntool look()\n\npermit looking\n  on look\n\nask any\n  on pay\n\nforbid much\n  on pay\n  when args.amount > 100\n";

/// Records a session of `pay`s, and what became of each `look`.
fn pays(path: &Path, image: &Arc<VerifiedImage>) {
    let log = open(path, &Arc::new(AtomicU64::new(0)));
    for name in ["b", "a"] {
        let mut session = Session::new(Arc::clone(image), name, Options { store: Some(log.store()), ..Options::default() });
        let at = |n: u32| format!("2026-01-01T09:00:{n:02}Z");
        for (n, amount) in [(1, 5), (2, 50), (3, 500), (4, 5)] {
            session.event(&format!(r#"{{"type":"call","id":"p{n}","name":"pay","args":{{"to":"x","amount":{amount}}},"at":"{}"}}"#, at(n)));
        }
        session.event(&format!(r#"{{"type":"approval","step":"p1","granted":true,"by":"ann","at":"{}"}}"#, at(5)));
        session.event(&format!(r#"{{"type":"call","id":"l","name":"look","args":{{}},"at":"{}"}}"#, at(6)));
        session.event(&format!(r#"{{"type":"result","step":"l","ok":true,"content":"","at":"{}"}}"#, at(7)));
    }
}

fn image(source: &str) -> Arc<VerifiedImage> {
    Subject::new([("a.reach", source)]).unwrap().image
}

#[test]
fn changes_are_the_same_whatever_they_are_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (before, after) = (image(BEFORE), image(&BEFORE.replace("ask any", "permit any").replace("> 100", "> 20").replace("permit looking", "forbid looking")));
    pays(&path, &before);
    let compared = |old: Old, threads: usize| {
        let comparison = Comparison { new: Arc::clone(&after), old: Some(old) };
        reach_replay::compare(&path, &comparison, &Walk::new(threads), &mut |_| {}).unwrap()
    };
    let one = compared(Old::Recorded, 1);
    for other in [compared(Old::Recorded, 8), compared(Old::Bundle(Arc::clone(&before)), 2)] {
        assert_eq!(one.tally.groups, other.tally.groups);
        assert_eq!((one.tally.changed, one.left_out, one.misfits), (other.tally.changed, other.left_out, other.misfits));
    }
    let groups = one.tally.groups.clone().sorted();
    let told: Vec<_> = groups.iter().map(|g| (g.kind, g.step.as_str(), g.count, g.example.session.as_str(), g.example.number)).collect();
    assert_eq!(told, [(Kind::AskToPermit, "call pay", 4, "a", 0), (Kind::PermitToForbid, "call look", 2, "a", 5), (Kind::AskToForbid, "call pay", 2, "a", 1),]);
    // The result of the step that is forbidden now, and the answer that nobody waits for.
    assert_eq!((one.left_out, one.misfits), (2, 2));
    // What is compared with itself doesn't change, whatever the run looked like.
    let same = Comparison { new: Arc::clone(&before), old: Some(Old::Recorded) };
    let same = reach_replay::compare(&path, &same, &Walk::new(2), &mut |_| {}).unwrap();
    assert!(same.tally.groups.is_empty() && same.tally.compared == 12, "{:?}", same.tally);
    let kept = Comparison { new: after, old: Some(Old::Kept(Arc::new(same.now))) };
    let kept = reach_replay::compare(&path, &kept, &Walk::new(2), &mut |_| {}).unwrap();
    let kinds = |groups: &reach_replay::Groups| Kind::ALL.map(|kind| groups.count(kind));
    assert_eq!(kinds(&kept.tally.groups)[..8], kinds(&one.tally.groups)[..8]);
}

#[test]
fn what_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let before = image(BEFORE);
    pays(&path, &before);
    let replay = |bundles: &Bundles| reach_replay::replay(&path, bundles, &Walk::new(2), &mut |_| {});
    let none = replay(&Bundles::default()).unwrap();
    assert_eq!((none.replayed, none.stopped.len(), none.rebuilt == none.root, none.is_whole()), (0, 2, true, false));
    let bundles = Bundles::new([Arc::clone(&before)]);
    let log = open(&path, &Arc::new(AtomicU64::new(0)));
    log.erase(3, reach_log::PayloadOf::Event, "they asked for it").unwrap();
    log.erase(8, reach_log::PayloadOf::Answer, "they asked for it").unwrap();
    let erased = replay(&bundles).unwrap();
    assert!(erased.is_same() && erased.is_whole() && erased.rebuilt == erased.root, "{erased:?}");
    let stopped: Vec<_> = erased.stopped.iter().map(|s| (s.session.as_str(), s.entry, s.entries)).collect();
    assert_eq!((stopped, erased.replayed, erased.notes), (vec![("b", 3, 4)], 10, 2));
    let missing = reach_replay::replay(&folder.path().join("other"), &bundles, &Walk::new(2), &mut |_| {});
    assert!(matches!(missing, Err(LogError::Missing(_))));
}
