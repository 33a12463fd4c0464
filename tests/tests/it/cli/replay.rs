//! `reach policy replay`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use reach_engine::{Options, Session};
use reach_log::merkle::{Frontier, leaf_hash};
use reach_log::{Effect, EventLeaf, Hash, Leaf, Payload, PayloadOf};
use reach_store::Reader;
use reach_tests::subject::Subject;
use rusqlite::{Connection, params};

use super::{BANK, EVENTS, Place};

/// What the second bundle decides otherwise.
fn looser() -> String {
    BANK.replace("ask others", "permit others").replace("forbid too_much\n", "ask too_much\n").replace("permit looking", "forbid looking")
}

/// A place with a bundle, another one, and a log of two sessions with the same salts each time.
fn recorded() -> Place {
    let place = Place::bank();
    place.write("new/bank.reach", looser());
    record(&place.path().join("run.log"), &[EVENTS, &EVENTS.replace("s1", "s2")].concat());
    place
}

fn record(path: &Path, events: &str) {
    let image = Subject::new([("bank.reach", BANK)]).unwrap().image;
    let log = crate::replay::open(path, &Arc::new(AtomicU64::new(0)));
    let mut sessions = ["s1", "s2"].map(|name| Session::new(Arc::clone(&image), name, Options { store: Some(log.store()), ..Options::default() }));
    for line in events.lines() {
        sessions[usize::from(line.contains("\"s2\""))].event(line);
    }
}

#[test]
fn a_log_comes_out_as_it_was_recorded() {
    let place = recorded();
    let mut told = place.told("policy replay run.log --bundle bank");
    told.push_str(&place.told("policy replay run.log --bundle new --bundle bank --no-verify"));
    insta::assert_snapshot!("replay_exact", told);
    let one = place.reach("policy replay run.log --bundle bank --threads 1 --json");
    for threads in ["2", "8"] {
        assert_eq!(one.out, place.reach(&format!("policy replay run.log --bundle bank --threads {threads} --json")).out);
    }
    let exact = &one.envelope()["data"]["exact"];
    assert_eq!((&exact["root"], &exact["replayed"], &exact["whole"]), (&exact["rebuilt"], &10.into(), &true.into()));
}

#[test]
fn changes_are_grouped_the_most_serious_first() {
    let place = recorded();
    let told: String = [
        "policy replay run.log --bundle new",
        "policy replay run.log --bundle new --groups 1",
        "policy replay run.log --bundle bank --changes",
        "policy replay events.jsonl --bundle new --against bank",
        "policy replay events.jsonl --bundle bank --against new --quiet",
        "policy replay run.log --bundle new --no-new-permit --no-new-forbid",
        "policy replay run.log --bundle bank --no-new-permit",
    ]
    .iter()
    .map(|line| place.told(line) + "\n")
    .collect();
    insta::assert_snapshot!("replay_changes", told);
    insta::assert_snapshot!("replay_markdown", place.told("policy replay run.log --bundle new --format markdown"));
    let json: serde_json::Value = serde_json::from_str(&place.reach("policy replay run.log --bundle new --format json").out).unwrap();
    assert_eq!(json, place.reach("policy replay run.log --bundle new --json").envelope()["data"]);
    let page = place.reach("policy replay run.log --bundle new --format html -o page.html");
    assert_eq!((page.exit, page.out.as_str()), (0, ""), "{}", page.err);
    let page = place.read("page.html");
    for words in ["<title>Replay: run.log</title>", "Asked before, permitted now", "<code>too_much</code>", "recipient: &quot;bob&quot;"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_rule_that_sets_something_else_changes_obligations() {
    let place = Place::bank();
    let oblige = |whom: &str| format!("{BANK}\noblige tell\n  on send_money\n  with {{\n    notify \"{whom}\"\n  }}\n");
    place.write("one/bank.reach", oblige("ann"));
    place.write("two/bank.reach", oblige("bob"));
    insta::assert_snapshot!("replay_obligations", place.told("policy replay events.jsonl --bundle two --against one"));
}

#[test]
fn decisions_are_kept_and_compared() {
    let place = recorded();
    let line = "policy replay events.jsonl --snapshot kept.txt --bundle";
    let mut told = place.told(&format!("{line} bank"));
    told.push_str(&place.read("kept.txt"));
    told.push_str(&place.told(&format!("{line} bank")));
    told.push_str(&place.told(&format!("{line} new")));
    place.write("fewer.jsonl", EVENTS.lines().take(4).collect::<Vec<_>>().join("\n"));
    told.push_str(&place.told("policy replay fewer.jsonl --snapshot kept.txt --bundle bank"));
    told.push_str(&place.told("policy replay run.log --snapshot kept.txt --bundle bank"));
    told.push_str(&place.told("policy replay run.log --snapshot kept.txt --update --bundle new"));
    told.push_str(&place.read("kept.txt"));
    place.write("kept.txt", "reach decisions 1\nnonsense\n");
    told.push_str(&place.told(&format!("{line} bank")));
    insta::assert_snapshot!("replay_snapshot", told);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let place = recorded();
    let told: String = [
        "policy replay events.jsonl --bundle bank",
        "policy replay - --bundle -",
        "policy replay missing --bundle bank",
        "policy replay bank --bundle bank",
        "policy replay run.log --bundle bank --context {}",
        "policy replay run.log --bundle new --bundle new",
        "policy replay run.log --bundle bank --update",
    ]
    .iter()
    .map(|line| place.told(line) + "\n")
    .collect();
    insta::assert_snapshot!("replay_refused", told);
    place.write("none.jsonl", "");
    assert_eq!(place.reach("policy replay none.jsonl --bundle bank --against bank").exit, 1, "what compares nothing is no success");
}

#[test]
fn a_session_without_a_bundle_or_an_event_is_told() {
    let place = recorded();
    let log = crate::replay::open(&place.path().join("run.log"), &Arc::new(AtomicU64::new(100)));
    log.erase(7, PayloadOf::Event, "they asked for it").unwrap();
    drop(log);
    let mut told = place.told("policy replay run.log --bundle bank");
    told.push_str(&place.told("policy replay run.log --bundle new"));
    // A log of which some is decided by a bundle that isn't given.
    let mixed = place.path().join("mixed.log");
    let log = crate::replay::open(&mixed, &Arc::new(AtomicU64::new(0)));
    for (name, source) in [("s1", BANK.to_owned()), ("s2", looser())] {
        let image = Subject::new([("bank.reach", source.as_str())]).unwrap().image;
        let mut session = Session::new(image, name, Options { store: Some(log.store()), ..Options::default() });
        EVENTS.lines().for_each(|line| drop(session.event(&line.replace("s1", name))));
    }
    drop(log);
    told.push_str(&place.told("policy replay mixed.log --bundle bank"));
    told.push_str(&place.told("policy replay mixed.log --bundle bank --bundle new"));
    insta::assert_snapshot!("replay_stopped", told);
}

/// Runs SQL on a log, and tells what replaying it says, with and without checking it first.
fn damaged(name: &str, sql: &str) -> String {
    let place = recorded();
    Connection::open(place.path().join("run.log")).unwrap().execute_batch(sql).unwrap();
    let told: String = ["", " --no-verify"].iter().map(|more| place.told(&format!("policy replay run.log --bundle bank{more}"))).collect();
    format!("## {name}\n{told}\n")
}

#[test]
fn whatever_was_changed_is_named() {
    let text = |table: &str, column: &str, from: &str, to: &str| {
        format!("UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), '{from}', '{to}') AS BLOB)")
    };
    let told = [
        damaged("another event", &(text("payloads", "body", "2000", "2") + " WHERE id = 6")),
        damaged("another answer", &(text("payloads", "body", "forbid", "permit") + " WHERE id = 7")),
        damaged("another entry", &(text("entries", "leaf", "\"effect\":\"forbid\"", "\"effect\":\"permit\"") + " WHERE seq = 3")),
        damaged("an event is gone", "DELETE FROM payloads WHERE id = 6"),
        damaged("the end is cut", "DELETE FROM entries WHERE seq = 9"),
        damaged(
            "two entries change places",
            "UPDATE entries SET number = NULL, session = NULL, seq = 100 WHERE seq = 3;
             UPDATE entries SET seq = 3, number = 3 WHERE seq = 4; UPDATE entries SET seq = 4, session = 1, number = 4 WHERE seq = 100;",
        ),
        damaged("an entry twice", "INSERT INTO entries SELECT 10, NULL, NULL, leaf, hash FROM entries WHERE seq = 9; UPDATE head SET size = 11"),
        damaged("a later version of the file", "PRAGMA user_version = 2"),
        damaged("a later version of an entry", &(text("entries", "leaf", "\"version\":1", "\"version\":2") + " WHERE seq = 3")),
    ]
    .concat();
    insta::assert_snapshot!("replay_damaged", told);
}

#[test]
fn an_entry_out_of_another_log_is_named() {
    let place = recorded();
    let other = place.path().join("other.log");
    record(&other, &EVENTS.replace("2000", "20"));
    let sql = format!(
        "ATTACH '{}' AS other; UPDATE entries SET (leaf, hash) = (SELECT leaf, hash FROM other.entries WHERE seq = 3) WHERE seq = 3;
         UPDATE payloads SET (salt, body) = (SELECT salt, body FROM other.payloads o WHERE o.id = payloads.id) WHERE id IN (6, 7);",
        other.display()
    );
    Connection::open(place.path().join("run.log")).unwrap().execute_batch(&sql).unwrap();
    insta::assert_snapshot!(
        "replay_spliced",
        place.told("policy replay run.log --bundle bank") + &place.told("policy replay run.log --bundle bank --no-verify")
    );
}

#[test]
fn an_end_that_was_cut_so_that_the_rest_fits_is_found_by_a_checkpoint() {
    let place = recorded();
    assert_eq!(place.reach("key generate example.com/log --out log.key --no-passphrase").exit, 0);
    assert_eq!(place.reach("log checkpoint run.log --key log.key").exit, 0);
    let mut reader = Reader::open(&place.path().join("run.log"), std::time::Duration::ZERO).unwrap();
    let root = Frontier::of(&mut reader, 9).unwrap().root();
    drop(reader);
    let connection = Connection::open(place.path().join("run.log")).unwrap();
    connection
        .execute_batch("DELETE FROM entries WHERE seq = 9; DELETE FROM payloads WHERE id >= 18; UPDATE sessions SET entries = 4 WHERE name = 's2'")
        .unwrap();
    connection.execute("UPDATE head SET size = 9, root = ?1", [root.0.as_slice()]).unwrap();
    drop(connection);
    let told = place.told("policy replay run.log --bundle bank") + &place.told("policy replay run.log --bundle bank --no-verify");
    insta::assert_snapshot!("replay_cut", told);
}

/// What somebody writes who can write all of the file: every hash fits.
fn forge(path: &Path, entry: u64, change: impl Fn(&mut EventLeaf, &mut Payload, &mut Payload)) {
    let mut entries = Vec::new();
    let reader = Reader::open(path, std::time::Duration::ZERO).unwrap();
    let size = reader.head().unwrap().size;
    reader
        .entries(0, size, |entry| {
            entries.push(entry);
            Ok::<_, reach_store::LogError>(())
        })
        .unwrap();
    drop(reader);
    let connection = Connection::open(path).unwrap();
    let (mut tree, mut last) = (Frontier::default(), std::collections::BTreeMap::<String, (Hash, Hash)>::new());
    for stored in entries {
        let Ok(Leaf::Event(mut leaf)) = Leaf::parse(&stored.leaf) else { panic!() };
        if let Some((hash, after)) = last.get(&leaf.session) {
            (leaf.previous, leaf.before) = (*hash, *after);
        }
        if stored.sequence == entry {
            let (mut event, mut answer) = (stored.event.unwrap().payload().unwrap(), stored.answer.unwrap().payload().unwrap());
            change(&mut leaf, &mut event, &mut answer);
            (leaf.event, leaf.answer) = (event.address(), Some(answer.address()));
            for (id, payload) in [(2 * entry, event), (2 * entry + 1, answer)] {
                connection.execute("UPDATE payloads SET body = ?2 WHERE id = ?1", params![id.cast_signed(), payload.bytes]).unwrap();
            }
        }
        let bytes = Leaf::Event(leaf.clone()).to_bytes().unwrap();
        let hash = leaf_hash(&bytes);
        tree.push(hash, |_, _, _| {});
        last.insert(leaf.session.clone(), (hash, leaf.after));
        connection.execute("UPDATE entries SET leaf = ?2, hash = ?3 WHERE seq = ?1", params![stored.sequence.cast_signed(), bytes, hash.0.as_slice()]).unwrap();
    }
    connection.execute("UPDATE head SET root = ?1", [tree.root().0.as_slice()]).unwrap();
}

/// Such a log is sound by itself, but it is not what the bundle decides.
#[test]
fn a_forgery_whose_hashes_all_fit_is_found_by_deciding_again() {
    fn replace(payload: &mut Payload, from: &str, to: &str) {
        payload.bytes = String::from_utf8(payload.bytes.clone()).unwrap().replace(from, to).into_bytes();
    }
    type Change = fn(&mut EventLeaf, &mut Payload, &mut Payload);
    let forgeries: [(&str, Change); 5] = [
        ("a refusal becomes a permit", |leaf, _, answer| {
            leaf.effect = Some(Effect::Permit);
            replace(answer, "forbid", "permit");
        }),
        ("another rule decided", |leaf, _, _| leaf.rules = vec!["others".to_owned()]),
        ("another event", |_, event, _| replace(event, "2000", "20")),
        ("another answer", |_, _, answer| replace(answer, "is too much", "is far too much")),
        ("another state", |leaf, _, _| leaf.after = Hash::of(&[b"x"])),
    ];
    let mut told = String::new();
    for (name, change) in forgeries {
        let place = recorded();
        forge(&place.path().join("run.log"), 3, change);
        assert_eq!(place.reach("log verify run.log").exit, 0, "{name}");
        told.push_str(&format!("## {name}\n{}\n", place.told("policy replay run.log --bundle bank")));
    }
    insta::assert_snapshot!("replay_forged", told);
}
