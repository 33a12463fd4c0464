//! Sessions: events beside many monitors, early and late; decisions that ask what came before.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use std::fmt::Write as _;

use divan::{AllocProfiler, Bencher, black_box};
use reach_engine::{Outcome, Session};
use reach_tests::subject::Subject;
use reach_tests::workload::monitors::{elsewhere, events, monitors};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn after(events_before: u64) -> (Session, u64) {
    let subject = Subject::new([("monitors.reach", monitors(100).as_str())]).unwrap();
    let mut session = subject.session();
    let steps = events_before / 2;
    for n in 0..steps {
        for event in events(n) {
            assert!(!matches!(session.event(&event), Outcome::Rejected(_)));
        }
    }
    (session, steps)
}

/// A step and its result: two events, each of which feeds up to 100 monitors.
#[divan::bench(args = [100, 10_000, 1_000_000], sample_count = 20, sample_size = 50)]
fn a_step_and_its_result_beside_100_monitors(bencher: Bencher, events_before: u64) {
    let (mut session, mut n) = after(events_before);
    bencher.bench_local(|| {
        for event in events(n) {
            black_box(session.event(&event));
        }
        n += 1;
    });
}

/// A step and its result beside monitors of other tools, which neither concerns.
#[divan::bench(args = [1, 1_000], sample_count = 20, sample_size = 50)]
fn a_step_and_its_result_beside_monitors_of_other_tools(bencher: Bencher, monitors: usize) {
    let subject = Subject::new([("monitors.reach", elsewhere(monitors).as_str())]).unwrap();
    let (mut session, mut n) = (subject.session(), 0);
    bencher.bench_local(|| {
        for event in events(n) {
            black_box(session.event(&event));
        }
        n += 1;
    });
}

/// A step that can't be read beside monitors of other tools: it could be of any, so that it is all of theirs.
#[divan::bench(args = [1, 1_000], sample_count = 20, sample_size = 50)]
fn an_unreadable_step_beside_monitors_of_other_tools(bencher: Bencher, monitors: usize) {
    let subject = Subject::new([("monitors.reach", elsewhere(monitors).as_str())]).unwrap();
    let mut session = subject.session();
    bencher.bench_local(|| black_box(session.event(r#"{"type":"call","id":"c","name":"#)));
}

/// Restoring a session with that many monitors to which something was told.
#[divan::bench(args = [100, 1_000], sample_count = 10, sample_size = 2)]
fn restoring(bencher: Bencher, monitors: usize) {
    let subject = Subject::new([("monitors.reach", elsewhere(monitors).as_str())]).unwrap();
    let mut session = subject.session();
    session.event(r#"{"type":"call","id":"c","name":"#);
    let saved = session.save();
    bencher.bench_local(|| black_box(Session::restore(std::sync::Arc::clone(&subject.image), reach_engine::Options::default(), &saved).unwrap()));
}

/// What a session of that many events takes to save, in bytes: printed, not timed.
#[divan::bench(args = [100, 10_000, 1_000_000], sample_count = 1, sample_size = 1)]
fn saving(bencher: Bencher, events_before: u64) {
    let (session, _) = after(events_before);
    eprintln!("a session of {events_before} events is saved as {} bytes", session.save().len());
    bencher.bench_local(|| black_box(session.save()));
}

const PROVENANCE: &str = r#"label untrusted

tool read_page(url: text) returns untrusted
tool pay(to: iban, amount: decimal)

permit reading
  on read_page

permit paying
  on pay

forbid planted
  on pay
  when args.to from untrusted
"#;

/// A decision that asks where a value came from, after that much text was observed.
#[divan::bench(args = [1_000, 1_000_000, 50_000_000], sample_count = 20, sample_size = 100)]
fn a_payment_after_bytes_observed(bencher: Bencher, bytes: usize) {
    let subject = Subject::new([("provenance.reach", PROVENANCE)]).unwrap();
    let mut session = subject.session();
    let mut observed = 0;
    let mut n = 0u64;
    while observed < bytes {
        let mut text = String::new();
        while text.len() < (bytes - observed).min(200_000) {
            n += 1;
            let _ = write!(
                text,
                "Invoice {n} of {} for account DE{:02}37040044{:010}, due in {} days. ",
                n * 7 % 1009,
                n % 97,
                n * 104_729 % 9_999_999_967,
                n % 30
            );
        }
        observed += text.len();
        session.event(&format!(r#"{{"type":"call","id":"r{n}","name":"read_page","args":{{"url":"u"}},"at":"2026-01-01T00:00:00Z"}}"#));
        let outcome = session.event(&format!(r#"{{"type":"result","step":"r{n}","ok":true,"content":"{text}","at":"2026-01-01T00:00:00Z"}}"#));
        assert!(matches!(outcome, Outcome::Observed));
    }
    let step = r#"{"type":"call","id":"p","name":"pay","args":{"to":"GB29NWBK60161331926819","amount":12.50},"at":"2026-01-01T00:00:01Z"}"#;
    assert_eq!(session.decide(step).effect, reach_engine::Effect::Permit);
    bencher.bench_local(|| black_box(session.decide(black_box(step))));
}
