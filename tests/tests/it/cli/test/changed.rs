//! `reach policy test --changed`.

use std::process::Command;

use crate::cli::{BANK, Place};

/// Runs git in a place; its settings are none of ours.
fn git(place: &Place, arguments: &[&str]) {
    let out = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(place.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// A working copy with three bundles, all committed.
fn repository() -> Place {
    let place = Place::new();
    for name in ["all/a", "all/b c", "all/ü\n"] {
        place.write(&format!("{name}/x.reach"), BANK);
    }
    git(&place, &["init", "-q"]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "one"]);
    place
}

/// The bundles that are run.
fn run(place: &Place, options: &str) -> Vec<String> {
    let envelope = place.reach(&format!("policy test all {options} --json")).envelope();
    let bundles = envelope["data"]["bundles"].as_array().unwrap_or_else(|| panic!("{envelope}"));
    bundles.iter().map(|b| b["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn only_bundles_that_differ_from_a_commit_are_run() {
    let place = repository();
    assert_eq!(run(&place, "--changed"), Vec::<String>::new());
    insta::assert_snapshot!("test_unchanged", place.told("policy test all --changed"));
    place.write("all/b c/x.reach", format!("{BANK}\n"));
    assert_eq!(run(&place, "--changed"), ["all/b c"]);
    // New files that git doesn't know count, and so do folders with odd names.
    place.write("all/ü\n/more.reach", "");
    assert_eq!(run(&place, "--changed"), ["all/b c", "all/ü\n"]);
    git(&place, &["add", "-A"]);
    assert_eq!(run(&place, "--changed"), ["all/b c", "all/ü\n"], "what is staged isn't committed");
    git(&place, &["commit", "-q", "-m", "two"]);
    assert_eq!(run(&place, "--changed"), Vec::<String>::new());
    assert_eq!(run(&place, "--changed=HEAD~1"), ["all/b c", "all/ü\n"]);
    // A file that is gone changes its bundle.
    std::fs::remove_file(place.path().join("all/ü\n/more.reach")).unwrap();
    assert_eq!(run(&place, "--changed"), ["all/ü\n"]);
    // Other files don't matter.
    place.write("all/a/README.md", "x");
    assert_eq!(run(&place, "--changed"), ["all/ü\n"]);
}

#[test]
fn before_the_first_commit_everything_has_changed() {
    let place = Place::new();
    place.write("all/a/x.reach", BANK);
    git(&place, &["init", "-q"]);
    assert_eq!(run(&place, "--changed"), ["all/a"]);
}

#[test]
fn what_git_cannot_tell_is_said() {
    let place = repository();
    let told = place.told("policy test all --changed=nothing") + &place.told("policy test all --changed=--output=x") + &place.told("policy test --changed -");
    assert!(!place.path().join("x").exists());
    let outside = Place::bank();
    let told = told + &outside.told("policy test bank --changed");
    // Which words git itself has for it differs from version to version.
    let told: String = told.lines().filter(|line| !line.contains("git says")).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!("test_changed_failures", told);
    std::fs::write(place.path().join(".git/HEAD"), "\u{0}nonsense").unwrap();
    let run = place.reach("policy test all --changed");
    assert_eq!(run.exit, 2, "{}", run.told());
    assert!(run.err.contains("H0140") || run.err.contains("no-repository"), "{}", run.told());
    let mut without = place.command();
    let out = without.args(["policy", "test", "all", "--changed"]).env("PATH", "/nowhere").output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("there is no program `git`"));
}

#[test]
fn nothing_that_a_repository_wants_to_run_is_run() {
    let place = repository();
    let script = place.write("evil.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n");
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    for setting in ["core.fsmonitor", "diff.external", "core.pager"] {
        git(&place, &["config", setting, script.to_str().unwrap()]);
    }
    place.write("all/a/x.reach", format!("{BANK}\n"));
    assert_eq!(run(&place, "--changed"), ["all/a"]);
    assert!(!place.path().join("ran").exists());
}

#[test]
fn a_bundle_has_changed_when_a_pack_that_it_uses_has() {
    let place = Place::new();
    place.write("all/guard/pack.reach", "pack acme.guard \"1.0.0\" { kind: policy }\n");
    place.write("all/guard/rules.reach", BANK);
    place.write("all/bank/reach.toml", "[packs]\n\"acme.guard\" = \"../guard\"\n");
    place.write("all/bank/bank.reach", "use acme.guard\n\ntest \"t\" {\n  call get_balance() => permit by guard.looking\n}\n");
    git(&place, &["init", "-q"]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "one"]);
    assert_eq!(run(&place, "--changed"), Vec::<String>::new());
    place.write("all/bank/bank.reach", "use acme.guard\n\ntest \"u\" {\n  call get_balance() => permit by guard.looking\n}\n");
    assert_eq!(run(&place, "--changed"), ["all/bank"], "the bundle alone");
    git(&place, &["commit", "-q", "-a", "-m", "two"]);
    place.write("all/guard/rules.reach", format!("{BANK}\n"));
    assert_eq!(run(&place, "--changed"), ["all/bank", "all/guard"], "the pack, and the bundle that uses it");
}
