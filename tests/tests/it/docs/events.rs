//! The events and decisions that the documentation shows are such.

use std::fs;

use serde_json::Value;

use super::{markdown, root};

fn check(kind: &str, schema: &Value, extra: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let page = fs::read_to_string(root().join("docs/events.md")).unwrap();
    let shown = markdown::blocks(&page).into_iter().filter(|b| b.info == format!("json {kind}")).map(|b| b.text).collect::<String>();
    let lines: Vec<&str> = shown.lines().chain(extra.lines()).collect();
    assert!(lines.len() >= 3, "the page shows no {kind}s");
    for line in lines {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let problems: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{line}\n{}", problems.join("\n"));
    }
}

#[test]
fn the_events_that_are_shown_fit_the_schema() {
    let ours = fs::read_to_string(root().join("policies/banking/examples/events.jsonl")).unwrap();
    check("event", &serde_json::to_value(reach_engine::event_schema()).unwrap(), &ours);
}

#[test]
fn the_decisions_that_are_shown_fit_the_schema() {
    check("decision", &serde_json::to_value(reach_engine::decision_schema()).unwrap(), "");
}
