//! `reach explain`, `reach completions`, `reach doctor`.

use super::Place;

#[test]
fn a_message_is_explained_by_number_name_or_both() {
    let place = Place::new();
    let by_name = place.reach("explain unexpected-token");
    assert_eq!(by_name.exit, 0);
    for way in ["E0001", "e0001", "[E0001", "UNEXPECTED-TOKEN", "unexpected_token"] {
        assert_eq!(place.reach(&format!("explain {way}")).out, by_name.out, "{way}");
    }
    assert_eq!(place.run(&["explain", "E0001 unexpected-token"], "").out, by_name.out);
    insta::assert_snapshot!("explain_code", place.told("explain unexpected-token") + &place.told("explain no-tests"));
}

#[test]
fn every_message_of_the_table_can_be_explained() {
    let place = Place::new();
    let run = place.reach("explain");
    let envelope = place.reach("explain --json").envelope();
    let listed = envelope["data"]["codes"].as_array().unwrap().len();
    assert_eq!(listed, reach_codes::table::all().count());
    assert_eq!(run.out.lines().count(), listed);
}

#[test]
fn completions_are_made_for_each_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = place.reach(&format!("completions {shell}"));
        assert_eq!(run.exit, 0);
        assert!(run.out.contains("policy") && run.out.contains("fail-on"), "{shell}");
        assert!(!run.out.contains("reach-under-test"), "they are for `reach`: {shell}");
    }
}

#[test]
fn the_doctor_tries_what_it_says() {
    let place = Place::new();
    let run = place.reach("doctor");
    assert_eq!(run.exit, 0, "{}", run.told());
    let envelope = place.reach("doctor --json").envelope();
    let checks = envelope["data"]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 4);
    assert!(checks.iter().all(|c| c["ok"] == true), "{checks:#?}");
}

#[test]
fn the_version_is_that_of_the_envelope() {
    let place = Place::new();
    let version = place.reach("--version").out;
    let envelope = place.reach("doctor --json").envelope();
    assert_eq!(version, format!("reach {}\n", envelope["engine_version"].as_str().unwrap()));
}
