//! A server that keeps the rules.

use std::process::Command;

use reach_import::{ImportError, Json, Launch, Listing, Options, Server, declare, digest};

use crate::{fixture, python};

#[test]
fn a_server_is_asked_page_by_page_answered_and_ends_by_itself() {
    let mut launch = python("server.py", &[]);
    launch.environment.push(("SECRET".into(), "handed on".into()));
    let served = Server::ask(&launch).unwrap();
    let names: Vec<String> = served.listing.unwrap().tools.into_iter().map(|t| t.name).collect();
    assert_eq!(names, ["read-note", "list_notes", "write_note"]);
    assert_eq!((served.name.as_deref(), served.protocol.as_deref()), (Some("notes 1.0.0"), Some("2025-11-25")));
    assert_eq!(served.status.as_deref(), Some("exit status: 0"));
    let said: Vec<&str> = served.stderr.lines().collect();
    assert_eq!(said, ["notes: ready, SECRET is handed on", "notes: ping was answered with {}", "notes: roots were answered with -32601"]);
}

#[test]
fn a_live_list_and_a_saved_one_give_the_same_declarations() {
    let live = Server::ask(&python("server.py", &[])).unwrap().listing.unwrap();
    let source = "import json, runpy, sys, io\nsys.stdin = io.StringIO('')\nprint(json.dumps({'tools': runpy.run_path(sys.argv[1])['TOOLS']}, indent=3))";
    let out = Command::new("python3").args(["-c", source]).arg(fixture("server.py")).output().unwrap();
    let saved = Listing::read(&out.stdout).unwrap();
    assert_eq!(declare(&live, &Options::default()).unwrap(), declare(&saved, &Options::default()).unwrap());
}

/// What a host would do that has only JavaScript.
#[test]
fn node_computes_the_same_digests_of_all_saved_lists() {
    let mut lists: Vec<_> = std::fs::read_dir(fixture("lists")).unwrap().map(|e| e.unwrap().path()).collect();
    lists.sort();
    assert_eq!(lists.len(), 8);
    let out = Command::new("node").arg(fixture("definition.mjs")).args(&lists).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut ours = String::new();
    for list in &lists {
        for tool in Listing::read(&std::fs::read(list).unwrap()).unwrap().tools {
            ours.push_str(&format!("{} {}\n", tool.name, digest(&tool.definition).unwrap()));
        }
    }
    assert_eq!(ours.lines().count(), 58);
    assert_eq!(String::from_utf8(out.stdout).unwrap(), ours);
}

/// Returns the value with each single part of it changed.
fn changes(value: &Json) -> Vec<Json> {
    let mut out = vec![match value {
        Json::Null => Json::Bool(false),
        Json::Bool(b) => Json::Bool(!b),
        Json::Number(n) => Json::Number(format!("{n}1")),
        Json::Text(text) => Json::Text(format!("{text} ")),
        Json::List(items) => Json::List([items.as_slice(), &[Json::Null]].concat()),
        Json::Object(entries) => Json::Object([entries.as_slice(), &[("zz".to_owned(), Json::Null)]].concat()),
    }];
    if let Json::List(items) = value {
        for (i, item) in items.iter().enumerate() {
            out.extend(changes(item).into_iter().map(|changed| {
                let mut items = items.clone();
                items[i] = changed;
                Json::List(items)
            }));
        }
    }
    if let Json::Object(entries) = value {
        for (i, (key, inner)) in entries.iter().enumerate() {
            let with = |key: String, value: Json| {
                let mut entries = entries.clone();
                entries[i] = (key, value);
                Json::Object(entries)
            };
            out.push(with(format!("{key}x"), inner.clone()));
            out.extend(changes(inner).into_iter().map(|changed| with(key.clone(), changed)));
        }
    }
    out
}

#[test]
fn any_single_change_of_a_definition_changes_its_digest() {
    let text = std::fs::read_to_string(fixture("lists/time.json")).unwrap();
    let tool = &Listing::read(text.as_bytes()).unwrap().tools[0];
    let all = changes(&tool.definition);
    assert!(all.len() > 60, "{}", all.len());
    let digests: std::collections::BTreeSet<String> = all.iter().chain([&tool.definition]).map(|json| digest(json).unwrap()).collect();
    assert_eq!(digests.len(), all.len() + 1);
}

#[test]
fn what_is_not_there_is_not_started() {
    let launch = |command: &str| Launch { command: vec![command.into()], ..python("", &[]) };
    for (command, why) in [("reach-no-such-program", "there is no such program"), ("/", "permission denied")] {
        let error = Server::ask(&launch(command)).unwrap_err();
        assert_eq!(error, ImportError::NotStarted { command: command.into(), why: why.into() });
    }
    assert!(Server::ask(&Launch { command: Vec::new(), ..python("", &[]) }).is_err());
}
