//! `reach policy explain`.

use super::Place;

#[test]
fn the_last_step_is_explained_unless_another_is_chosen() {
    let place = Place::bank();
    insta::assert_snapshot!("explain_last", place.told("policy explain --bundle bank events.jsonl"));
    insta::assert_snapshot!("explain_chosen", place.told("policy explain --bundle bank --session s1 --id c3 events.jsonl"));
}

#[test]
fn programs_get_the_same_as_json_with_and_without_the_envelope() {
    let place = Place::bank();
    let plain: serde_json::Value = serde_json::from_str(&place.reach("policy explain --bundle bank --id c2 --format json events.jsonl").out).unwrap();
    let envelope = place.reach("policy explain --bundle bank --id c2 --json events.jsonl").envelope();
    assert_eq!(envelope["data"]["explanation"], plain);
    assert_eq!(envelope["data"]["line"], 3);
    assert_eq!(plain["decision"]["effect"], "ask");
}

#[test]
fn a_step_is_explained_in_the_state_that_it_met() {
    let place = Place::bank();
    let auditor = r#"{"session":"s1","type":"context","context":{"user":"bob"},"at":"2026-01-01T09:00:05Z"}"#;
    place.write("later.jsonl", format!("{}{auditor}\n", super::EVENTS));
    let (now, later) = (place.reach("policy explain --bundle bank --id c2 events.jsonl"), place.reach("policy explain --bundle bank --id c2 later.jsonl"));
    assert_eq!(now.out, later.out, "what comes afterwards changes nothing");
}

#[test]
fn events_without_such_a_step_are_told() {
    let place = Place::bank();
    place.write("none.jsonl", super::EVENTS.lines().next().unwrap());
    let told = ["--id c9 events.jsonl", "--session s9 events.jsonl", "none.jsonl"].map(|a| place.told(&format!("policy explain --bundle bank {a}")));
    insta::assert_snapshot!("explain_missing", told.concat());
}
