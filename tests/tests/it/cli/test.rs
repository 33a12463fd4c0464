//! `reach policy test`.

mod changed;
mod properties;
mod watch;

use super::{BANK, Place};

/// [`BANK`] with a test that fails.
fn failing() -> String {
    BANK.replace("=> ask by others", "=> permit")
}

#[test]
fn tests_that_pass_are_counted() {
    let place = Place::bank();
    insta::assert_snapshot!("test_good", place.told("policy test bank") + &place.told("policy test bank --verbose"));
    assert_eq!(place.reach("policy test bank --quiet").told(), "[0]\n");
}

#[test]
fn a_test_that_fails_shows_what_was_expected_what_came_and_why() {
    let place = Place::new();
    place.write("bank/bank.reach", failing());
    insta::assert_snapshot!("test_bad", place.told("policy test bank"));
    let envelope = place.reach("policy test bank --json").envelope();
    assert_eq!((&envelope["ok"], &envelope["data"]["failed"]), (&false.into(), &1.into()));
    assert_eq!(place.reach("policy test bank --quiet").exit, 1);
}

#[test]
fn no_tests_are_a_failure() {
    let place = Place::new();
    place.write("b/b.reach", "tool a()\n\npermit p\n  on a\n");
    insta::assert_snapshot!("test_none", place.told("policy test b"));
    place.write("bank/bank.reach", BANK);
    insta::assert_snapshot!("test_filtered", place.told("policy test bank --filter nothing"));
    assert_eq!(place.reach("policy test bank --filter large").exit, 0);
}

#[test]
fn a_collection_is_tested_bundle_by_bundle() {
    let place = Place::new();
    place.write("all/a/a.reach", BANK);
    place.write("all/b/b.reach", failing());
    place.write("all/c/c.reach", "tool a(\n");
    insta::assert_snapshot!("test_several", place.told("policy test all"));
    // Of a collection, one bundle with the name in a filter is enough.
    assert_eq!(place.reach("policy test all/a --fail-fast").exit, 0);
    let envelope = place.reach("policy test all --fail-fast --json").envelope();
    assert_eq!(envelope["data"]["bundles"].as_array().unwrap().len(), 2, "the third was not begun");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let place = Place::new();
    place.write("bank/bank.reach", failing());
    let told = |jobs: &str| place.reach(&format!("policy test bank --json --jobs {jobs}")).out;
    assert_eq!(told("1"), told("7"));
}

#[test]
fn a_report_for_ci_holds_every_bundle() {
    let place = Place::new();
    place.write("all/a/a.reach", BANK);
    place.write("all/b/b.reach", failing());
    let run = place.reach("policy test all --junit report.xml");
    assert_eq!(run.exit, 1);
    let report = place.read("report.xml");
    assert_eq!(report.matches("<?xml").count(), 1);
    assert_eq!(report.matches("<testsuite ").count(), 2, "{report}");
    assert_eq!(report.matches("<testcase ").count(), 4, "{report}");
    assert_eq!(report.matches("<failure").count(), 1, "{report}");
}

#[test]
fn names_of_tests_and_folders_are_shown_and_not_obeyed() {
    let place = Place::new();
    for folder in ["all/a\u{1b}[2Jb", "all/c"] {
        place.write(&format!("{folder}/a.reach"), "tool a()\n\ntest \"\\u{1b}[31mred\" {\n  call a() => permit\n}\n");
    }
    for command in ["policy test all", "policy test all --verbose", "policy check all --cost", "policy fmt all", "policy check missing\u{1b}[2J"] {
        let run = place.reach(command);
        assert!(!run.told().contains('\u{1b}'), "{command}: {:?}", run.told());
    }
}
