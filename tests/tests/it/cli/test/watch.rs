//! `reach policy test --watch`, as a process whose files change.

use std::fs;
use std::process::Stdio;

use crate::cli::watching::Watching as Process;
use crate::cli::{BANK, Place};

/// A command that watches.
struct Watching(Process);

impl Watching {
    fn of(place: &Place, path: &str) -> Self {
        Self(Process::of(place, "test", path, Stdio::null()))
    }

    /// The next run: each bundle with how many tests passed and failed, or what is wrong.
    fn next(&self) -> String {
        self.0.next(|b| match b["report"].as_object() {
            Some(report) => format!("{} {}/{}", b["path"].as_str().unwrap(), report["passed"], report["failed"]),
            None => format!("{} broken", b["path"].as_str().unwrap()),
        })
    }
}

#[test]
fn what_changes_is_run_again() {
    let place = Place::new();
    place.write("all/a/x.reach", BANK);
    place.write("all/b/x.reach", BANK);
    let watching = Watching::of(&place, "all");
    assert_eq!(watching.next(), "all/a 2/0, all/b 2/0");
    // One bundle changes, and that one is run.
    place.write("all/b/x.reach", BANK.replace("=> ask by others", "=> permit"));
    assert_eq!(watching.next(), "all/b 1/1");
    // A source that can't be read as one is shown, and watching goes on.
    place.write("all/b/x.reach", "tool a(\n");
    assert_eq!(watching.next(), "all/b broken");
    // An editor that writes beside the file and puts it in its place.
    place.write("all/b/.x.reach.swp", BANK);
    fs::rename(place.path().join("all/b/.x.reach.swp"), place.path().join("all/b/x.reach")).unwrap();
    assert_eq!(watching.next(), "all/b 2/0");
    // A new file of a bundle, a new bundle.
    place.write("all/a/y.reach", "test \"another\" {\n  call get_balance() => permit\n}\n");
    assert_eq!(watching.next(), "all/a 3/0");
    place.write("all/c d/x.reach", BANK);
    assert_eq!(watching.next(), "all/c d 2/0");
    fs::remove_file(place.path().join("all/a/y.reach")).unwrap();
    assert_eq!(watching.next(), "all/a 2/0");
    // What isn't a source, and what is written again as it was, is no change: the next run is that of what follows.
    place.write("all/a/notes.txt", "x");
    place.write("all/a/x.reach", BANK);
    place.write("all/b/x.reach", format!("{BANK}\n// more\n"));
    assert_eq!(watching.next(), "all/b 2/0");
}

#[test]
fn a_folder_that_goes_away_may_come_back() {
    let place = Place::new();
    place.write("bank/x.reach", BANK);
    let watching = Watching::of(&place, "bank");
    assert_eq!(watching.next(), "bank 2/0");
    fs::rename(place.path().join("bank"), place.path().join("elsewhere")).unwrap();
    assert_eq!(watching.next(), "`bank` cannot be read: there is no such file or folder");
    fs::rename(place.path().join("elsewhere"), place.path().join("bank")).unwrap();
    assert_eq!(watching.next(), "bank 2/0");
    place.write("bank/x.reach", BANK.replace("=> ask by others", "=> permit"));
    assert_eq!(watching.next(), "bank 1/1");
}

#[test]
fn a_file_alone_is_watched_too_and_nobody_reading_ends_it() {
    let place = Place::new();
    place.write("x.reach", BANK);
    let mut watching = Watching::of(&place, "x.reach");
    assert_eq!(watching.next(), "x.reach 2/0");
    fs::remove_file(place.path().join("x.reach")).unwrap();
    assert!(watching.next().starts_with("`x.reach` cannot be read"));
    place.write("x.reach", BANK);
    assert_eq!(watching.next(), "x.reach 2/0");
    // A signal ends it. An interrupt does too, but what is started in the background may ignore that, and hands it down.
    let id = watching.0.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(!watching.0.child.wait().unwrap().success());
}

#[test]
fn standard_input_is_not_watched() {
    let place = Place::new();
    insta::assert_snapshot!("test_watch_stdin", place.told("policy test --watch -"));
}
