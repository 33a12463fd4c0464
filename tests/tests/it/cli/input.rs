//! Bad input of every kind: each has a code and the exit status 2, and nothing is taken for whole that isn't.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{BANK, Place};

#[test]
fn inputs_that_cannot_be_read_are_told_with_their_codes() {
    let place = Place::bank();
    fs::create_dir(place.path().join("empty")).unwrap();
    place.write("latin/latin.reach", b"tool gr\xfc\xdfe()\n");
    place.write("utf16/utf16.reach", b"\xff\xfet\0o\0o\0l\0");
    place.write("mark/mark.reach", format!("\u{feff}{BANK}"));
    place.write("nul/nul.reach", "tool a()\0\n");
    place.write("text.bundle", "no bundle at all\n");
    let mut told = String::new();
    for arguments in [
        "policy check missing",
        "policy check empty",
        "policy check latin",
        "policy check utf16",
        "policy check mark",
        "policy check nul",
        "policy check bank/bank.reach/deeper",
        "policy build missing -o x",
        "policy test missing",
        "policy fmt latin",
        "policy decide --bundle missing events.jsonl",
        "policy decide --bundle latin events.jsonl",
        "policy decide --bundle text.bundle events.jsonl",
        "policy decide --bundle bank missing.jsonl",
        "policy decide --bundle bank bank",
        "policy explain --bundle bank missing.jsonl",
        "policy decide --bundle - -",
        "policy init --from missing.json new",
    ] {
        let run = place.reach(arguments);
        assert_eq!(run.exit, 2, "{arguments}: {}", run.told());
        told.push_str(&place.told(arguments));
        told.push('\n');
        let envelope = place.reach(&format!("{arguments} --json")).envelope();
        assert_eq!(envelope["ok"], false, "{arguments}");
    }
    insta::assert_snapshot!("input_bad", told);
}

#[test]
fn bad_usage_has_its_form_for_people_and_for_programs() {
    let place = Place::new();
    let mut told = String::new();
    for arguments in
        ["", "polcy check", "policy decide", "policy check a b", "policy check --emit nothing", "policy test --jobs many", "explain no-such-code", "explain E1"]
    {
        let run = place.reach(arguments);
        assert_eq!(run.exit, 2, "{arguments}");
        told.push_str(&place.told(arguments));
        told.push('\n');
    }
    for arguments in ["--json policy decide", "policy check a b --json", "--json"] {
        let run = place.reach(arguments);
        assert_eq!((run.exit, run.err.as_str()), (2, ""), "{arguments}");
        assert!(run.envelope()["error"]["code"].is_string());
        told.push_str(&place.told(arguments));
    }
    insta::assert_snapshot!("input_usage", told);
}

#[test]
fn a_source_beyond_the_limit_is_refused_without_reading_it() {
    let place = Place::new();
    let limit = reach_grammar::Limits::LANGUAGE.source_bytes;
    let comment = |bytes: usize| format!("// {}\n", "x".repeat(bytes - 4));
    place.write("at/limit.reach", comment(limit));
    assert_eq!(place.reach("policy check at").exit, 0);
    place.write("over/limit.reach", comment(limit + 1));
    insta::assert_snapshot!("input_large", place.told("policy check over"));
    // Of a file of a gibibyte (without blocks on the disk) nothing is read.
    let file = fs::File::create(place.path().join("huge.reach")).unwrap();
    file.set_len(1 << 30).unwrap();
    let started = std::time::Instant::now();
    for command in [
        "policy check huge.reach",
        "policy fmt huge.reach",
        "policy decide --bundle huge.reach",
        "policy init new --from huge.reach",
        "policy explain --bundle huge.reach",
    ] {
        assert_eq!(place.reach(command).exit, 2, "{command}");
    }
    assert!(started.elapsed().as_secs() < 30);
    // What has no size is read up to the limit.
    assert_eq!(place.reach("policy check /dev/zero").exit, 2);
    assert_eq!(place.reach_with("policy check -", comment(limit + 1)).exit, 2);
}

#[test]
fn links_are_followed_and_loops_end() {
    let place = Place::bank();
    symlink("..", place.path().join("bank/up")).unwrap();
    symlink(".", place.path().join("bank/here")).unwrap();
    assert_eq!(place.reach("policy check bank --json").envelope()["data"]["bundles"][0]["files"], 1);
    // A rule must not be missing because it is linked to.
    place.write("elsewhere/more.reach", "forbid all_of_it\n  on get_balance\n");
    symlink(place.path().join("elsewhere"), place.path().join("bank/linked")).unwrap();
    assert_eq!(place.reach("policy check bank --json").envelope()["data"]["bundles"][0]["files"], 2);
    symlink(place.path().join("nowhere"), place.path().join("bank/gone.reach")).unwrap();
    let run = place.reach("policy check bank");
    assert_eq!(run.exit, 2, "a source that leads nowhere is not left out: {}", run.told());
}

#[test]
fn files_that_this_user_may_not_read_are_told() {
    let place = Place::bank();
    let path = place.write("bank/secret.reach", "// x\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // This user may read everything.
    }
    let run = place.reach("policy check bank");
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("permission denied"), "{}", run.err);
}

#[test]
fn the_order_of_files_is_that_of_their_names() {
    let place = Place::new();
    for name in ["b/z.reach", "a.reach", "b/a.reach", "b-c/a.reach", "B.reach"] {
        place.write(&format!("all/{name}"), "permit p on nothing\n");
    }
    let envelope = place.reach("policy check all --json").envelope();
    let mut files: Vec<String> = envelope["data"]["diagnostics"].as_array().unwrap().iter().map(|d| d["file"].as_str().unwrap().to_owned()).collect();
    files.dedup();
    let mut sorted = files.clone();
    sorted.sort();
    assert_eq!(files, sorted);
}
