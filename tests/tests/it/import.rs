//! Declarations that are made from the tools of servers, compiled and asked: what a schema takes and what the engine takes.

mod equivalence;
mod lists;
mod words;

use reach_import::{Guess, Import, Listing, Options, declare};
use reach_tests::subject::{Subject, decide};
use serde_json::{Value, json};

/// Declares one tool `t` with the input schema, without its definition pinned.
fn import(schema: &Value) -> Import {
    of_list(&json!([{ "name": "t", "inputSchema": schema }]), Guess::Suggest)
}

fn of_list(list: &Value, guess: Guess) -> Import {
    let listing = Listing::read(list.to_string().as_bytes()).unwrap_or_else(|e| panic!("{e}: {list}"));
    declare(&listing, &Options { pin: false, guess, ..Options::default() }).unwrap_or_else(|e| panic!("{e}: {list}"))
}

fn compiled(import: &Import) -> Subject {
    Subject::new([("tools.reach", import.text.as_str())]).unwrap_or_else(|e| panic!("{e}\n{}", import.text))
}

/// Returns whether the arguments fit the declaration.
fn accepts(subject: &Subject, tool: &str, args: &Value) -> bool {
    let line = json!({ "type": "call", "id": "c", "name": tool, "args": args, "at": "2026-01-01T00:00:00Z" }).to_string();
    let decision = decide(&mut subject.session(), &line).unwrap();
    let rule = decision.rules[0].rule.as_str();
    assert!(matches!(rule, "default" | "invalid_arguments"), "{rule}: {line}");
    rule == "default"
}
