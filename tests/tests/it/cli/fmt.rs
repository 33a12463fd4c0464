//! `reach policy fmt`.

use super::{BANK, Place};

const UNTIDY: &str = "tool   a( x:int )\n// kept\npermit p\n   on a\n      when args.x>3\n";

#[test]
fn files_are_formatted_in_place_and_only_where_they_change() {
    let place = Place::new();
    place.write("b/untidy.reach", UNTIDY);
    let run = place.told("policy fmt b");
    insta::assert_snapshot!("fmt_changes", run + &place.read("b/untidy.reach"));
    insta::assert_snapshot!("fmt_again", place.told("policy fmt b"));
}

#[test]
fn check_shows_what_would_change_and_changes_nothing() {
    let place = Place::new();
    place.write("b/untidy.reach", UNTIDY);
    insta::assert_snapshot!("fmt_check", place.told("policy fmt --check b"));
    assert_eq!(place.read("b/untidy.reach"), UNTIDY);
    let envelope = place.reach("policy fmt --check b --json").envelope();
    assert_eq!(envelope["ok"], false);
    assert_eq!(envelope["data"]["files"][0]["status"], "unformatted");
    assert_eq!(place.reach("policy fmt b").exit, 0);
    assert_eq!(place.reach("policy fmt --check b").exit, 0);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::new();
    let run = place.reach_with("policy fmt -", UNTIDY);
    insta::assert_snapshot!("fmt_stdin", run.told());
    let again = place.reach_with("policy fmt -", &run.out);
    assert_eq!(again.out, run.out);
}

#[test]
fn a_file_with_mistakes_is_left_alone_and_the_others_are_formatted() {
    let place = Place::new();
    place.write("b/broken.reach", "permit p on\n");
    place.write("b/untidy.reach", UNTIDY);
    insta::assert_snapshot!("fmt_broken", place.told("policy fmt b"));
    assert_eq!(place.read("b/broken.reach"), "permit p on\n");
    assert_ne!(place.read("b/untidy.reach"), UNTIDY);
    let run = place.reach_with("policy fmt -", "permit p on\n");
    assert_eq!(run.exit, 1);
    assert_eq!(run.out, "", "an editor must not take this for the formatted text");
}

#[test]
fn the_mode_of_a_file_and_a_link_to_it_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let real = place.write("real/untidy.reach", UNTIDY);
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::create_dir(place.path().join("b")).unwrap();
    std::os::unix::fs::symlink(&real, place.path().join("b/link.reach")).unwrap();
    assert_eq!(place.reach("policy fmt b").exit, 0);
    assert!(std::fs::symlink_metadata(place.path().join("b/link.reach")).unwrap().is_symlink());
    assert_ne!(place.read("real/untidy.reach"), UNTIDY);
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_the_other_tests_take_for_tidy_is() {
    assert_eq!(Place::new().reach_with("policy fmt - --check", BANK).told(), "[0]\n");
}
