use std::sync::{Arc, Mutex};

use super::{call, decision, observation, rejected, said};
use crate::fuzz::sample;
use crate::{Entry, Options, Outcome, Session, Store, StoreError};

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
        let what = match (entry.decision, entry.rejected) {
            (Some(d), _) => said(d),
            (None, Some(e)) => e.code.number().to_owned(),
            (None, None) => "observed".into(),
        };
        lines.push(format!("{} {} {what}", entry.session, entry.number));
        Ok(100 + lines.len() as u64)
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
    s.options_mut().store = None;
    assert_eq!(rejected(s.event(&observation("result", 1, r#","step":"c","ok":true"#))).code.number(), "H0012");
}

#[test]
fn after_an_observation_that_is_not_recorded_every_step_is_refused() {
    let (mut s, _) = with_room(1);
    assert_eq!(said(&decision(s.event(&call("c", 0, CALL)))), "permit by p");
    assert_eq!(rejected(s.event(&observation("prompt", 0, r#","text":"a""#))).code.number(), "H0017");
    s.options_mut().store = None;
    assert_eq!(said(&decision(s.event(&call("d", 0, CALL)))), "forbid by unrecorded");
}
