//! Entities: reading data of so many, and deciding with it. Deciding must not grow with the data.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use std::fmt::Write as _;
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use reach_engine::{Options, Session, read_entities};
use reach_tests::subject::Subject;

fn main() {
    divan::main();
}

const BUNDLE: &str = r#"
entity Org {}
entity Group in Org, Group {}
entity User in Group { level: int, name: text }

context { me: User }

tool greet(who: User)

permit members
  on greet
  when args.who in Org["o"] and args.who.level >= 1 and context.me in { Group["g1"], Group["g2"] }

forbid away
  on greet
  when args.who in Group["gone"]
"#;

/// Data of so many users, in a tenth as many groups, up to 1,000, each in the one before its tenth.
fn data(users: usize) -> String {
    let groups = (users / 10).clamp(3, 1_000);
    let mut data = String::from("{\"type\":\"Org\",\"id\":\"o\"}\n");
    for group in 0..groups {
        let above = if group == 0 { r#"{"type":"Org","id":"o"}"#.to_owned() } else { format!(r#"{{"type":"Group","id":"g{}"}}"#, group / 10) };
        let _ = writeln!(data, r#"{{"type":"Group","id":"g{group}","parents":[{above}]}}"#);
    }
    for user in 0..users {
        let (group, level) = (user % groups, user % 7 + 1);
        let _ = writeln!(
            data,
            r#"{{"type":"User","id":"user-{user:07}","parents":[{{"type":"Group","id":"g{group}"}}],"fields":{{"level":{level},"name":"User {user}"}}}}"#
        );
    }
    data
}

#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000], sample_count = 5, sample_size = 1)]
fn read(bencher: Bencher<'_, '_>, users: usize) {
    let subject = Subject::new([("entities.reach", BUNDLE)]).unwrap();
    let data = data(users);
    bencher.counter(ItemsCount::new(users)).bench_local(|| read_entities(&subject.image, black_box(&data)).unwrap());
}

#[divan::bench(args = [10, 1_000, 100_000, 1_000_000])]
fn decide(bencher: Bencher<'_, '_>, users: usize) {
    let subject = Subject::new([("entities.reach", BUNDLE)]).unwrap();
    let entities = Some(Arc::new(read_entities(&subject.image, &data(users)).unwrap()));
    let mut session = Session::new(Arc::clone(&subject.image), "", Options { entities, ..Options::default() });
    let _ = session.event(r#"{"type":"start","context":{"me":"user-0000001"},"at":"2026-01-01T00:00:00Z"}"#);
    let line = format!(r#"{{"type":"call","id":"c","name":"greet","args":{{"who":"user-{:07}"}},"at":"2026-01-01T00:00:01Z"}}"#, users / 2);
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| session.decide(black_box(&line)));
}
