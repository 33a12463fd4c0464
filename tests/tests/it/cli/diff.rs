//! `reach policy diff`: its arguments and what it refuses. What it finds is tested with the analysis, how that is printed in the command.

use super::{BANK, Place};

#[test]
fn a_bundle_is_equal_to_itself() {
    let place = Place::bank();
    let run = place.reach("policy diff bank bank --expect-equal --no-new-permit --only-tightens");
    assert_eq!((run.exit, run.out.as_str()), (0, "nothing differs\n"), "{}", run.err);
    assert!(run.err.contains("compared: nothing differs"), "{}", run.err);
    assert_eq!(place.reach("policy diff bank bank --quiet").told(), "[0]\nnothing differs\n");
    assert!(place.reach("policy diff bank bank --format markdown").out.ends_with("\nNone.\n"));
    let sarif: serde_json::Value = serde_json::from_str(&place.reach("policy diff bank bank --format sarif").out).unwrap();
    assert_eq!((&sarif["version"], &sarif["runs"][0]["results"]), (&"2.1.0".into(), &serde_json::json!([])));
    let json: serde_json::Value = serde_json::from_str(&place.reach("policy diff bank bank --format json").out).unwrap();
    assert_eq!((&json["old"], &json["changes"]), (&"bank".into(), &serde_json::json!([])));
}

#[test]
fn one_bundle_may_come_from_standard_input() {
    let place = Place::bank();
    assert_eq!(place.reach_with("policy diff - bank", BANK).exit, 0);
    assert_eq!(place.reach_with("policy diff bank -", BANK).exit, 0);
    insta::assert_snapshot!("diff_both_stdin", place.told("policy diff - -"));
}

#[test]
fn what_can_not_be_compared_says_why() {
    let place = Place::bank();
    place.write("bad/bad.reach", "permit p\n  on nothing\n");
    place.write("all/a/a.reach", BANK);
    place.write("all/b/b.reach", BANK);
    assert_eq!(place.reach("policy build bank -o bank.bundle").exit, 0);
    let told: String = ["bank.bundle bank", "bank bad", "bank all", "bank missing", "bank"].map(|a| place.told(&format!("policy diff {a}"))).join("\n");
    insta::assert_snapshot!("diff_refused", told);
}
