//! `reach policy check --watch`, as a process whose files change.

use std::process::Stdio;

use crate::cli::watching::Watching;
use crate::cli::{BANK, Place};

fn next(watching: &Watching) -> String {
    watching.next(|b| format!("{} {} {}", b["path"].as_str().unwrap(), if b["ok"] == true { "ok" } else { "wrong" }, b["rules"]))
}

#[test]
fn what_changes_is_checked_again_until_standard_input_closes() {
    let place = Place::new();
    place.write("all/a/x.reach", BANK);
    place.write("all/b/x.reach", "tool t(n: int)\n\npermit p\n  on t\n  when args.n < 5\n");
    place.write("all/b/y.reach", "permit q\n  on t\n  when args.n == 7\n");
    let mut watching = Watching::of(&place, "check", "all", Stdio::piped());
    let rules = next(&watching);
    assert!(rules.ends_with("all/b ok 2"), "{rules}");
    // A rule of one file, then the declaration that the rules of both files are about.
    place.write("all/b/y.reach", "permit q\n  on t\n  when args.n == 8\n\npermit r\n  on t\n");
    assert_eq!(next(&watching), "all/b ok 3");
    place.write("all/b/x.reach", "tool t(m: int)\n\npermit p\n  on t\n  when args.m < 5\n");
    assert_eq!(next(&watching), "all/b wrong 0");
    place.write("all/b/x.reach", "tool t(n: int)\n\npermit p\n  on t\n  when args.n < 6\n");
    assert_eq!(next(&watching), "all/b ok 3");
    drop(watching.child.stdin.take());
    assert_eq!(watching.end().code(), Some(0));
}

#[test]
fn the_status_at_the_end_is_that_of_the_last_run() {
    let place = Place::new();
    place.write("x.reach", "permit p\n  on nothing\n");
    let mut watching = Watching::of(&place, "check", "x.reach", Stdio::piped());
    assert_eq!(next(&watching), "x.reach wrong 0");
    drop(watching.child.stdin.take());
    assert_eq!(watching.end().code(), Some(1));
}

#[test]
fn standard_input_is_not_watched_nor_are_costs() {
    let place = Place::new();
    insta::assert_snapshot!("check_watch_stdin", place.told("policy check --watch -"));
    insta::assert_snapshot!("check_watch_cost", place.told("policy check --watch --cost ."));
}
