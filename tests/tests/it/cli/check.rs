//! `reach policy check`.

mod watch;

use super::{BANK, Place};

/// Five mistakes of five kinds.
const FIVE: &str = r#"tool send_money(recipient: text, amount: decimal)

permit small
  on send_money
  when args.amonut <= 500.00

permit small
  on send_money
  when args.amount <= 1.00

forbid large
  on sendmoney

ask odd
  on send_money
  when args.amount == "much"

permit
  on send_money
"#;

#[test]
fn a_bundle_without_mistakes_is_counted() {
    let place = Place::bank();
    insta::assert_snapshot!("check_good", place.told("policy check bank"));
    assert_eq!(place.reach("policy check bank --quiet").told(), "[0]\n", "nothing to say");
    // A file, the current folder, standard input.
    assert_eq!(place.reach("policy check bank/bank.reach").exit, 0);
    assert_eq!(place.reach("policy check").exit, 0);
    assert_eq!(place.reach_with("policy check -", BANK).exit, 0);
}

#[test]
fn all_mistakes_are_told_in_one_run_with_the_names_that_people_gave() {
    let place = Place::new();
    place.write("five/five.reach", FIVE);
    insta::assert_snapshot!("check_five", place.told("policy check five"));
    let envelope = place.reach("policy check --json ./five").envelope();
    assert_eq!(envelope["ok"], false);
    let diagnostics = envelope["data"]["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.iter().filter(|d| d["level"] == "error").count(), 5, "{diagnostics:#?}");
    assert!(diagnostics.iter().all(|d| d["file"] == "five/five.reach"));
}

#[test]
fn a_folder_of_bundles_is_checked_bundle_by_bundle() {
    let place = Place::new();
    place.write("all/a/a.reach", BANK);
    place.write("all/b/deep/b.reach", BANK);
    place.write("all/b/.hidden/c.reach", "nonsense");
    place.write("all/b/deep/.#b.reach", "nonsense");
    let envelope = place.reach("policy check all --json").envelope();
    let paths: Vec<&str> = envelope["data"]["bundles"].as_array().unwrap().iter().map(|b| b["path"].as_str().unwrap()).collect();
    // Equal names in two bundles are no clash.
    assert_eq!(paths, ["all/a", "all/b/deep"]);
    assert_eq!(envelope["ok"], true);
    insta::assert_snapshot!("check_several", place.told("policy check all --emit ir"));
}

#[test]
fn a_file_above_makes_one_bundle_of_all_folders_below() {
    let place = Place::new();
    place.write("one/a/a.reach", BANK);
    place.write("one/b/b.reach", "tool other()\n\npermit other_tool\n  on other\n");
    place.write("one/top.reach", "// The whole.\n");
    let envelope = place.reach("policy check one --json").envelope();
    assert_eq!(envelope["data"]["bundles"].as_array().unwrap().len(), 1);
    assert_eq!(envelope["data"]["bundles"][0]["files"], 3);
}

#[test]
fn the_stages_of_the_compiler_can_be_seen() {
    let place = Place::new();
    place.write("small.reach", "tool a(x: int)\n\npermit p\n  on a\n  when args.x > 3\n");
    insta::assert_snapshot!("check_cost", place.told("policy check --cost small.reach"));
    insta::assert_snapshot!("check_emit_ast", place.told("policy check --emit ast small.reach"));
    insta::assert_snapshot!("check_emit_bytecode", place.told("policy check --emit bytecode small.reach"));
    insta::assert_snapshot!("check_emit_program", place.told("policy check --emit program small.reach"));
    let run = place.reach("policy check --emit ir small.reach");
    let bundle: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(bundle["rules"][0]["name"], "p");
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let place = Place::new();
    place.write("five.reach", FIVE);
    assert!(!place.reach("policy check five.reach").out.contains('\u{1b}'), "no terminal, no colours");
    assert!(place.reach("policy check five.reach --color always").out.contains('\u{1b}'));
    let out = place.command().args(["policy", "check", "five.reach", "--color", "always"]).env("NO_COLOR", "1").output().unwrap();
    assert!(out.stdout.contains(&0x1b), "what is asked for explicitly wins");
    assert!(place.reach("policy decide --color always").err.contains('\u{1b}'), "usage errors too");
    assert!(!place.reach("policy decide --color never").err.contains('\u{1b}'));
}
