//! `reach policy mutate`: what it prints and writes, and when it fails.

use super::Place;

#[test]
fn survivors_are_shown_with_the_tests_that_are_missing() {
    let place = Place::bank();
    insta::assert_snapshot!("mutate_text", place.told("policy mutate bank --rule own_account"));
    // With more words, what is all killed stands in the tables too.
    let run = place.reach("policy mutate bank --rule too_much --operator drop-rule --verbose");
    assert!(run.out.contains("\nby operator\n  drop-rule  100.00 %  1 of 1\n"), "{}", run.out);
}

#[test]
fn a_score_below_what_is_asked_for_is_a_finding_and_without_it_a_survivor_is() {
    let place = Place::bank();
    assert_eq!(place.reach("policy mutate bank").exit, 1);
    assert_eq!(place.reach("policy mutate bank --min 60").exit, 0);
    assert_eq!(place.reach("policy mutate bank --min 99.5").exit, 1);
    assert_eq!(place.reach("policy mutate bank --rule looking --operator drop-rule").exit, 0);
    assert!(place.reach("policy mutate bank --min 99.5 --quiet").out.contains("survived"));
    assert_eq!(place.reach("policy mutate bank --min 60 --quiet").out, "");
}

#[test]
fn programs_get_the_same_as_json() {
    let place = Place::bank();
    let plain: serde_json::Value = serde_json::from_str(&place.reach("policy mutate bank --format json").out).unwrap();
    let run = place.reach("policy mutate bank --json");
    assert_eq!(run.envelope()["data"], plain);
    assert_eq!(plain["bundles"][0]["path"], "bank");
    let mutants = plain["bundles"][0]["mutants"].as_array().unwrap();
    let count = |outcome: &str| mutants.iter().filter(|m| m["outcome"] == outcome).count();
    assert_eq!((plain["killed"].as_u64(), plain["survived"].as_u64()), (Some(count("killed") as u64), Some(count("survived") as u64)));
}

#[test]
fn missing_tests_are_written_once_and_kill_when_they_stand_beside_the_bundle() {
    let place = Place::bank();
    let run = place.reach("policy mutate bank --write bank --min 0");
    assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
    assert!(run.err.contains("missing tests: bank/mutation.reach"), "{}", run.err);
    assert_eq!(place.reach("policy test bank").exit, 0);
    assert_eq!(place.reach("policy fmt --check bank").exit, 0);
    let after = place.reach("policy mutate bank");
    assert_eq!(after.exit, 0, "{}", after.out);
    insta::assert_snapshot!("mutate_would_overwrite", place.told("policy mutate bank --write bank"));
}

#[test]
fn what_can_not_be_mutated_says_why() {
    let place = Place::bank();
    place.write("bad/bad.reach", "permit p\n  on nothing\n");
    place.write("all/a/a.reach", super::BANK);
    place.write("all/b/b.reach", super::BANK);
    let lines = ["bad", "bank --operator bounds", "bank --min 101", "bank --rule nobody", "all --write x"];
    let told: String = lines.map(|line| place.told(&format!("policy mutate {line}"))).join("\n");
    insta::assert_snapshot!("mutate_refused", told);
}
