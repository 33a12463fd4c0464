use std::sync::{Arc, Mutex};

use super::{call, decision, observation, rejected, said};
use crate::fuzz::sample;
use crate::{Entry, Options, Outcome, Recorded, Session, Store, StoreError};

/// Keeps entries until its disk is full.
struct Disk {
    lines: Arc<Mutex<Vec<String>>>,
    room: usize,
}

impl Store for Disk {
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError> {
        let mut lines = self.lines.lock().unwrap();
        if lines.len() >= self.room {
            return Err(StoreError("the disk is full".into()));
        }
        let what = match entry.outcome {
            Recorded::Decision(d) => said(d),
            Recorded::Rejected(e) | Recorded::LeftOut(e) => e.code.number().to_owned(),
            Recorded::Observed => "observed".into(),
            Recorded::Activated => "activated".into(),
        };
        lines.push(format!("{} {} {what}", entry.session, entry.number));
        Ok(lines.len() as u64)
    }

    fn commit(&mut self, appended: u64) -> Result<u64, StoreError> {
        Ok(100 + appended)
    }
}

fn with_room(room: usize) -> (Session, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let store = Disk { lines: Arc::clone(&lines), room };
    (Session::new(sample().unwrap(), "s", Options { store: Some(Box::new(store)), ..Options::default() }), lines)
}

const CALL: &str = r#"{"text":"a"}"#;

#[test]
fn every_event_is_recorded_before_its_decision_is_given_away() {
    let (mut s, lines) = with_room(9);
    assert_eq!(decision(s.event(&call("c", 0, CALL))).entry, 101);
    assert!(matches!(s.event(&observation("prompt", 0, r#","text":"a""#)), Outcome::Observed));
    assert_eq!(rejected(s.event("nonsense")).entry, 103);
    assert_eq!(*lines.lock().unwrap(), ["s 0 permit by p", "s 1 observed", "s 2 H0001"]);
}

#[test]
fn a_step_that_is_not_recorded_is_refused_and_has_no_result() {
    let (mut s, _) = with_room(0);
    let refused = decision(s.event(&call("c", 0, CALL)));
    assert_eq!(said(&refused), "forbid by unrecorded");
    assert_eq!(refused.rules[0].message.as_deref(), Some("the event could not be recorded: the disk is full"));
    assert_eq!(rejected(s.event(&observation("result", 1, r#","step":"c","ok":true"#))).code.number(), "H0017");
    s.options_mut().store = None;
    assert_eq!(said(&decision(s.event(&call("d", 2, CALL)))), "forbid by unrecorded");
}

/// What a store has of a session is its beginning: nothing is appended after what is lost.
#[test]
fn nothing_is_recorded_after_what_was_not() {
    let (mut s, lines) = with_room(1);
    assert_eq!(said(&decision(s.event(&call("c", 0, CALL)))), "permit by p");
    assert_eq!(said(&decision(s.event(&call("d", 0, CALL)))), "forbid by unrecorded");
    lines.lock().unwrap().clear();
    assert_eq!(said(&decision(s.event(&call("e", 0, CALL)))), "forbid by unrecorded");
    assert!(lines.lock().unwrap().is_empty());
}

#[test]
fn after_an_observation_that_is_not_recorded_every_step_is_refused() {
    let (mut s, _) = with_room(1);
    assert_eq!(said(&decision(s.event(&call("c", 0, CALL)))), "permit by p");
    assert_eq!(rejected(s.event(&observation("prompt", 0, r#","text":"a""#))).code.number(), "H0017");
    s.options_mut().store = None;
    assert_eq!(said(&decision(s.event(&call("d", 0, CALL)))), "forbid by unrecorded");
}

/// A log that sessions share: entries are appended at once and kept when somebody commits, all before it with it.
#[derive(Default)]
struct Log {
    appended: u64,
    kept: u64,
    commits: u64,
    fails: bool,
}

struct Shared(Arc<Mutex<Log>>);

impl Store for Shared {
    fn append(&mut self, _: &Entry<'_>) -> Result<u64, StoreError> {
        let mut log = self.0.lock().unwrap();
        log.appended += 1;
        Ok(log.appended - 1)
    }

    fn commit(&mut self, entry: u64) -> Result<u64, StoreError> {
        let mut log = self.0.lock().unwrap();
        if log.fails {
            return Err(StoreError("the disk is gone".into()));
        }
        if log.kept <= entry {
            log.kept = log.appended;
            log.commits += 1;
        }
        Ok(entry)
    }
}

#[test]
fn sessions_share_a_commit() {
    let log = Arc::new(Mutex::new(Log::default()));
    let begin = |id: &str| Session::new(sample().unwrap(), id, Options { store: Some(Box::new(Shared(Arc::clone(&log)))), ..Options::default() });
    let (mut a, mut b) = (begin("a"), begin("b"));
    let event = |id: &str, session: &str| call(id, 0, CALL).replace("\"session\":\"s\"", &format!("\"session\":\"{session}\""));
    let (first, ticket) = a.submit(&event("c1", "a"));
    let (second, other) = b.submit(&event("c1", "b"));
    let counts = || {
        let log = log.lock().unwrap();
        (log.appended, log.kept, log.commits)
    };
    assert_eq!(counts(), (2, 0, 0), "nothing was waited for");
    assert_eq!((a.commit(ticket).is_ok(), b.commit(other).is_ok()), (true, true));
    assert_eq!(counts(), (2, 2, 1));
    assert_eq!((said(&decision(first)), said(&decision(second))), ("permit by p".to_owned(), "permit by p".to_owned()));
}

#[test]
fn a_commit_that_fails_takes_the_permit_back() {
    let log = Arc::new(Mutex::new(Log { fails: true, ..Log::default() }));
    let mut s = Session::new(sample().unwrap(), "s", Options { store: Some(Box::new(Shared(Arc::clone(&log)))), ..Options::default() });
    let (outcome, ticket) = s.submit(&call("c", 0, CALL));
    assert_eq!(said(&decision(outcome)), "permit by p");
    assert_eq!(said(&decision(*s.commit(ticket).unwrap_err())), "forbid by unrecorded");
    log.lock().unwrap().fails = false;
    assert_eq!(rejected(s.event(&observation("result", 1, r#","step":"c","ok":true"#))).code.number(), "H0017");
    assert_eq!(said(&decision(s.event(&call("d", 1, CALL)))), "forbid by unrecorded");
}

#[test]
fn a_session_saved_after_a_failed_commit_goes_on_with_the_same_digest() {
    let image = super::rules::build("tool pay(amount: int)\nbudget spend: int limit 10 per session\ncharge spend by args.amount on pay\npermit p\n  on pay\n");
    let log = Arc::new(Mutex::new(Log { fails: true, ..Log::default() }));
    let mut s = Session::new(image.clone(), "s", Options { store: Some(Box::new(Shared(log))), ..Options::default() });
    let pay = |id: &str| format!(r#"{{"type":"call","id":"{id}","name":"pay","args":{{"amount":9}},"at":"2026-01-01T00:00:00Z"}}"#);
    let (outcome, ticket) = s.submit(&pay("a"));
    assert_eq!(said(&decision(outcome)), "permit by p");
    assert_eq!(said(&decision(*s.commit(ticket).unwrap_err())), "forbid by unrecorded");
    let mut restored = Session::restore(image, Options::default(), &s.save()).unwrap();
    assert_eq!(said(&decision(s.event(&pay("b")))), "forbid by unrecorded");
    assert_eq!(said(&decision(restored.event(&pay("b")))), "forbid by unrecorded");
    assert_eq!(s.save(), restored.save());
}

#[test]
fn sessions_and_images_cross_threads() {
    fn sent<T: Send>() {}
    fn shared<T: Send + Sync>() {}
    sent::<Session>();
    shared::<Arc<crate::VerifiedImage>>();
}
