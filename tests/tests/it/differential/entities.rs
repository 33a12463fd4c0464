//! Entities against the oracle, which walks the graph: made hierarchies, and rules of every form on them.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use reach_engine::read_entities;
use reach_tests::agreement::agree;
use reach_tests::machine::OnMachine;
use reach_tests::oracle::{Entities, Oracle};
use reach_tests::subject::{Subject, decide};

use super::number;

/// Every way to ask of entities, in rules that permit and forbid.
const BUNDLE: &str = r#"
entity Org {}
entity Team in Org, Team { size: int, lead: User? }
entity User in Team { level: int, home: Team, names: set<text>, notes: { at: int, by: User? } }
entity Folder in Folder { owner: User, shared: list<Team> }

class about(who: User, level: int)

context { me: User, team: Team? }

tool view(folder: Folder, by: User) is about(who: by, level: folder.owner.level)
tool invite(who: User, to: Team, more: list<User>?)
  facts { org: Org }

permit own
  on view
  when args.folder.owner == context.me or args.by in Team["t0"]
  because "{args.folder} of {args.folder.owner}, {args.by.level}"

permit shared
  on view
  when args.by in args.folder.shared and args.folder in { Folder["f0"], Folder["f3"] }

ask deep
  on view
  when args.folder in Folder["f1"]
  unless args.folder == Folder["f1"] or args.by.home in Org["o0"]

forbid of_low
  on about
  when args.level < 2 and not (args.who in Team["t1"])

forbid named
  on view
  when "x" in args.by.names or args.by.notes.at > 5

forbid noted
  on view
  when args.by.notes has by and args.by.notes.by in Team["t2"]

permit lead
  on invite
  when args.to has lead and args.to.lead == context.me
    or context has team and args.to in context.team

permit all_of_org
  on invite
  when args has more and all(u in args.more: u in facts.org)

forbid other_org
  on invite
  when any(u in (args.more else []): u.level > 3 and u not in facts.org)
  unless args.who in [User["u0"], context.me]
"#;

/// Rules that ask what was before, which the machine alone can't answer.
const PAST: &str = r#"
ask often
  on invite
  when count(call invite where args.who == step.args.who and args.to in Org["o1"]) >= 2

ask someone_low
  on invite
  when ever(call view where args.by.level < 1 since call invite)

forbid many
  on *
  when count(attempted call view where args.folder.owner in Team["t0"] over 1h) > 4
"#;

/// A hierarchy: parents by number, so that what is later lies in what is earlier.
#[derive(Clone, Debug)]
struct World {
    text: String,
}

fn world() -> impl Strategy<Value = World> {
    let parents = proptest::collection::vec(any::<Index>(), 0..3);
    let team = (parents.clone(), any::<bool>(), 0i64..4, proptest::option::of(0u8..7));
    let user = (parents.clone(), 0i64..6, 0u8..5, proptest::collection::btree_set("[xyz]", 0..3), (0i64..9, proptest::option::of(0u8..7)));
    let folder = (parents, 0u8..7, proptest::collection::vec(0u8..6, 0..3));
    (proptest::collection::vec(team, 1..6), proptest::collection::vec(user, 1..7), proptest::collection::vec(folder, 1..6), any::<bool>()).prop_map(
        |(teams, users, folders, array)| {
            let mut all: Vec<serde_json::Value> = (0..2).map(|n| serde_json::json!({"type": "Org", "id": format!("o{n}")})).collect();
            let named = |kind: &str, n: usize| serde_json::json!({"type": kind, "id": format!("{}{n}", kind.chars().next().unwrap().to_ascii_lowercase())});
            let some = |kind: &str, of: &[Index], count: usize| -> Vec<serde_json::Value> {
                let numbers: BTreeSet<usize> = if count == 0 { BTreeSet::new() } else { of.iter().map(|index| index.index(count)).collect() };
                numbers.into_iter().map(|n| named(kind, n)).collect()
            };
            for (n, (parents, in_org, size, lead)) in teams.iter().enumerate() {
                let mut above = some("Team", parents, n);
                above.extend(in_org.then(|| named("Org", n % 2)));
                let mut fields = serde_json::json!({"size": size});
                if let Some(lead) = lead {
                    fields["lead"] = format!("u{lead}").into();
                }
                all.push(serde_json::json!({"type": "Team", "id": format!("t{n}"), "parents": above, "fields": fields}));
            }
            for (n, (parents, level, home, names, (at, by))) in users.iter().enumerate() {
                let mut notes = serde_json::json!({"at": at});
                if let Some(by) = by {
                    notes["by"] = format!("u{by}").into();
                }
                let fields = serde_json::json!({"level": level, "home": format!("t{home}"), "names": names, "notes": notes});
                all.push(serde_json::json!({"type": "User", "id": format!("u{n}"), "parents": some("Team", parents, teams.len()), "fields": fields}));
            }
            for (n, (parents, owner, shared)) in folders.iter().enumerate() {
                let fields = serde_json::json!({"owner": format!("u{owner}"), "shared": shared.iter().map(|t| format!("t{t}")).collect::<Vec<_>>()});
                all.push(serde_json::json!({"type": "Folder", "id": format!("f{n}"), "parents": some("Folder", parents, n), "fields": fields}));
            }
            all.reverse();
            let lines: Vec<String> = all.iter().map(ToString::to_string).collect();
            World { text: if array { format!("[{}]", lines.join(",")) } else { lines.join("\n") } }
        },
    )
}

/// Events; some are of entities that no world has.
fn events() -> impl Strategy<Value = Vec<String>> {
    let read = (0u8..7, 0u8..9).prop_map(|(folder, by)| format!(r#""type":"call","name":"view","args":{{"folder":"f{folder}","by":"u{by}"}}"#));
    let invite =
        (0u8..9, 0u8..7, proptest::option::of(proptest::collection::vec(0u8..9, 0..4)), proptest::option::of(0u8..3)).prop_map(|(who, to, more, org)| {
            let more = more.map_or_else(String::new, |more| {
                let all: Vec<String> = more.iter().map(|u| format!("\"u{u}\"")).collect();
                format!(r#","more":[{}]"#, all.join(","))
            });
            let facts = org.map_or_else(String::new, |org| format!(r#","facts":{{"org":"o{org}"}}"#));
            format!(r#""type":"call","name":"invite","args":{{"who":"u{who}","to":"t{to}"{more}}}{facts}"#)
        });
    let context = (0u8..8, proptest::option::of(0u8..7)).prop_map(|(me, team)| {
        let team = team.map_or_else(|| "null".to_owned(), |team| format!("\"t{team}\""));
        format!(r#""type":"context","context":{{"me":"u{me}","team":{team}}}"#)
    });
    let result = Just(r#""type":"result","ok":true"#.to_owned());
    proptest::collection::vec(prop_oneof![4 => read, 3 => invite, 1 => context, 1 => result], 1..30).prop_map(|events| {
        let mut last = 0;
        let line = |(at, event): (usize, &String)| {
            let rest = if event.contains("\"call\"") {
                last = at;
                format!(r#","id":"c{at}""#)
            } else if event.contains("\"result\"") {
                format!(r#","step":"c{last}""#)
            } else {
                String::new()
            };
            format!(r#"{{"session":"",{event}{rest},"at":"2026-01-01T00:{:02}:{:02}Z"}}"#, at / 60, at % 60)
        };
        events.iter().enumerate().map(line).collect()
    })
}

#[test]
fn engine_machine_and_oracle_agree_on_made_hierarchies() {
    agree_on(BUNDLE, true);
}

#[test]
fn engine_and_oracle_agree_on_the_past_of_entities() {
    agree_on(&format!("{BUNDLE}{PAST}"), false);
}

/// Compares decisions; with the machine alone too, where no rule asks the session.
fn agree_on(source: &str, machine: bool) {
    let subject = Subject::new([("entities.reach", source)]).unwrap();
    let cases = u32::try_from(number("REACH_CASES", 20_000) / 40 + 8).unwrap();
    let (decisions, unknown) = (Cell::new(0u64), Cell::new(0u64));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[number("REACH_SEED", 7).to_le_bytes(); 4].concat()),
    );
    let result = runner.run(&(world(), events()), |(world, events)| {
        let fail = |why: String| TestCaseError::fail(format!("{why}\n{}", world.text));
        let known = Arc::new(read_entities(&subject.image, &world.text).map_err(|e| fail(e.to_string()))?);
        let mut session = subject.session_among(&world.text).map_err(|e| fail(e.to_string()))?;
        let mut oracle = Oracle::new(&subject.bundle).among(Entities::read(&subject.bundle, &world.text));
        for event in &events {
            let looked = oracle.look(event).filter(|_| machine);
            match (oracle.event(event), decide(&mut session, event)) {
                (Some(expected), Some(actual)) => {
                    decisions.set(decisions.get() + 1);
                    let lost = actual.errors.iter().filter(|e| e.detail.cause == reach_engine::ErrorCause::UnknownEntity).count();
                    unknown.set(unknown.get() + lost as u64);
                    agree(&subject.bundle, &expected, &actual).map_err(|why| fail(format!("{why}\nat {event}")))?;
                }
                (None, None) => {}
                (expected, actual) => return Err(fail(format!("{expected:?} and {actual:?} at {event}"))),
            }
            if let Some(looked) = looked {
                OnMachine::among(&subject.image, &looked, Arc::clone(&known))
                    .compare(&subject.bundle, &looked)
                    .map_err(|why| fail(format!("{why}\nat {event}")))?;
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|e| panic!("{e}"));
    println!("{} decisions, {} rules without a value", decisions.get(), unknown.get());
    assert!(decisions.get() > u64::from(cases) * 5 && unknown.get() > u64::from(cases) / 4, "{} and {}", decisions.get(), unknown.get());
}
