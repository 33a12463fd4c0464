//! Installing and publishing with processes that are killed, disks that are full, places that can't be written, and no network. What runs here needs
//! strace and bubblewrap, so it runs by name.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::cli::pack_registry::{done, market, publish};
use crate::cli::{Place, Run};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() { copy(&entry.path(), &to) } else { assert!(fs::copy(entry.path(), to).is_ok()) }
    }
}

fn restore(place: &Place, from: &str, to: &str) {
    let to = place.path().join(to);
    if to.exists() {
        fs::remove_dir_all(&to).unwrap();
    }
    copy(&place.path().join(from), &to);
}

/// Runs a command under strace, which does something at the n-th of these calls.
fn traced(place: &Place, calls: &str, what: &str, line: &str) -> Output {
    let command = place.command();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={calls}")).arg("-e").arg(format!("inject={calls}:{what}"));
    strace.arg(command.get_program()).args(line.split_whitespace()).current_dir(place.path());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace.output().unwrap()
}

/// A market with a newer version of `acme.base`, and a project that has the old one, also as `project.old`; the registry also as `market.old`.
fn ready() -> Place {
    let place = market();
    done(&place, "pack install acme.app --project project --accept-all");
    publish(&place, "acme.base", "1.1.0", "", "");
    done(&place, "pack search");
    restore(&place, "project", "project.old");
    restore(&place, "market", "market.old");
    restore(&place, ".home", ".home.old");
    place
}

/// The installed version of `acme.base`, with everything as it was signed.
fn base(place: &Place) -> String {
    let run = place.reach("pack list --project project --json");
    assert_eq!(run.exit, 0, "{}", run.told());
    let packs = run.envelope()["data"]["packs"].as_array().unwrap().clone();
    assert_eq!(packs.len(), 2);
    packs.iter().find(|p| p["name"] == "acme.base").unwrap()["version"].as_str().unwrap().to_owned()
}

fn parts(folder: &Path) -> usize {
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        found += usize::from(entry.file_name().to_string_lossy().starts_with(".part-"));
        if entry.file_type().unwrap().is_dir() {
            found += parts(&entry.path());
        }
    }
    found
}

const UPDATE: &str = "pack update --project project --accept-all";

#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn packs_faults_an_installation_that_is_killed_leaves_the_old_packs_or_the_new_ones() {
    let place = ready();
    let (mut old, mut new) = (0, 0);
    for call in ["mkdir", "write", "fsync", "rename", "unlink,unlinkat,rmdir"] {
        for when in 1..200 {
            restore(&place, "project.old", "project");
            restore(&place, ".home.old", ".home");
            let output = traced(&place, call, &format!("signal=KILL:when={when}"), UPDATE);
            match base(&place).as_str() {
                "1.0.0" => old += 1,
                "1.1.0" => new += 1,
                other => panic!("{call} {when}: {other}"),
            }
            // The next one goes on as if nothing had been.
            done(&place, UPDATE);
            assert_eq!(base(&place), "1.1.0", "{call} {when}");
            assert_eq!(parts(&place.path().join("project")), 0, "{call} {when}");
            if output.status.success() {
                break;
            }
        }
    }
    println!("killed: {old} times the old packs, {new} times the new ones");
    assert!(old >= 15 && new >= 5, "{old} {new}");
}

#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn packs_faults_an_installation_that_fails_says_so_and_leaves_the_old_packs() {
    let place = ready();
    let mut failed = 0;
    for (call, error) in [("mkdir", "ENOSPC"), ("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO"), ("mkdir", "EROFS"), ("rename", "EROFS")] {
        // Behind the last of these calls nothing fails any more.
        for when in 1..=30 {
            restore(&place, "project.old", "project");
            restore(&place, ".home.old", ".home");
            let output = traced(&place, call, &format!("error={error}:when={when}"), UPDATE);
            let version = base(&place);
            match output.status.code() {
                Some(0) => assert_eq!(version, "1.1.0", "{call} {error} {when}"),
                Some(2) => {
                    failed += 1;
                    // What failed is told, unless nothing could be told.
                    let told = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert!(told.contains("cannot ") || call == "write", "{call} {error} {when}: {told}");
                }
                other => panic!("{call} {error} {when}: {other:?}"),
            }
            done(&place, UPDATE);
            assert_eq!(base(&place), "1.1.0", "{call} {error} {when}");
        }
    }
    println!("{failed} times something failed");
    assert!(failed >= 18, "{failed}");
}

#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn packs_faults_a_publisher_that_is_killed_leaves_the_old_registry_or_the_new_one() {
    let place = market();
    publish(&place, "acme.base", "1.0.5", "", "");
    restore(&place, "market", "market.old");
    restore(&place, ".home", ".home.old");
    // What is to be published is at hand from here on.
    publish(&place, "acme.base", "1.1.0", "", "");
    let line = "pack publish acme.base-1.1.0.reachpack --registry market --key market.key";
    let newest = |place: &Place| -> String {
        let run = place.reach("pack search acme.base --json");
        assert_eq!(run.exit, 0, "{}", run.told());
        run.envelope()["data"]["packs"][0]["version"].as_str().unwrap().to_owned()
    };
    let (mut old, mut new) = (0, 0);
    for call in ["mkdir", "write", "fsync", "rename", "unlink"] {
        for when in 1..100 {
            restore(&place, "market.old", "market");
            restore(&place, ".home.old", ".home");
            let output = traced(&place, call, &format!("signal=KILL:when={when}"), line);
            match newest(&place).as_str() {
                "1.0.5" => {
                    old += 1;
                    done(&place, line);
                }
                "1.1.0" => new += 1,
                other => panic!("{call} {when}: {other}"),
            }
            assert_eq!(newest(&place), "1.1.0", "{call} {when}");
            if output.status.success() {
                break;
            }
        }
    }
    println!("killed: {old} times the old registry, {new} times the new one");
    assert!(old >= 5 && new >= 3, "{old} {new}");
}

/// Runs a script in a sandbox with other rights.
fn sandboxed(place: &Place, options: &[&str], script: &str) -> Run {
    let command = place.command();
    let mut bwrap = Command::new("bwrap");
    bwrap.args(["--dev-bind", "/", "/"]).args(options).args(["sh", "-c", script, "sh"]).arg(command.get_program()).current_dir(place.path());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bwrap.env(name, value),
            None => bwrap.env_remove(name),
        };
    }
    let output = bwrap.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { exit: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
#[ignore = "needs bubblewrap; .ci/run runs it by name"]
fn packs_faults_a_project_that_cannot_be_written_is_still_read() {
    let place = ready();
    let project = place.path().join("project").display().to_string();
    let run = sandboxed(&place, &["--ro-bind", &project, &project], "$1 pack list --project project && $1 pack update --project project --accept-all");
    assert_eq!(run.exit, 2, "{}", run.told());
    assert!(run.out.contains("acme.base 1.0.0") && run.err.contains("cannot be written"), "{}", run.told());
    assert_eq!(base(&place), "1.0.0");
}

#[test]
#[ignore = "needs bubblewrap; .ci/run runs it by name"]
fn packs_faults_a_full_disk_changes_nothing() {
    let place = ready();
    let project = place.path().join("project").display().to_string();
    let (mut full, mut fits) = (0, 0);
    for kib in (16..120).step_by(4) {
        let size = (kib * 1024).to_string();
        let script = "cp -r project.old/. project || exit 9; $1 pack update --project project --accept-all; echo $? >&2; rm -f project/filler; $1 pack list --project project";
        let run = sandboxed(&place, &["--size", &size, "--tmpfs", &project], script);
        if run.exit == 9 {
            continue;
        }
        assert_eq!(run.exit, 0, "{kib}: {}", run.told());
        match run.out.contains("acme.base 1.1.0") && run.err.trim_end().ends_with('0') {
            true => fits += 1,
            false => {
                assert!(run.out.contains("acme.base 1.0.0") && run.err.contains("cannot be written"), "{kib}: {}", run.told());
                full += 1;
            }
        }
    }
    println!("{full} disks were full, on {fits} it fitted");
    assert!(full >= 1 && fits >= 1, "{full} {fits}");
}

#[test]
#[ignore = "needs bubblewrap; .ci/run runs it by name"]
fn packs_faults_nothing_needs_a_network() {
    let place = ready();
    let script = "set -e; $1 pack search acme; $1 pack update --project project --accept-all; \
                  $1 pack list --project project; $1 pack outdated --project project; $1 offline project; $1 doctor; \
                  $1 pack install --locked --project project; $1 pack registry refresh --registry market --key market.key; \
                  $1 pack verify acme.base-1.1.0.reachpack; $1 pack remove acme.app --project project";
    let run = sandboxed(&place, &["--unshare-net"], script);
    assert_eq!(run.exit, 0, "{}", run.told());
    // And none is looked for.
    let log = place.path().join("calls");
    let command = place.command();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=socket,connect", "-o"]).arg(&log).arg(command.get_program());
    strace.args(["pack", "install", "acme.app", "--project", "project", "--accept-all"]).current_dir(place.path());
    strace.env("REACH_HOME", place.path().join(".home"));
    assert!(strace.status().unwrap().success());
    assert_eq!(fs::read_to_string(log).unwrap(), "");
}
