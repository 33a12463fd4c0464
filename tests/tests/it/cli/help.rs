//! Help: what it says, and that its examples work.

use std::fs;
use std::process::Command;

use super::{Place, Run};
use crate::docs::{must_hold, root};

/// Every command, as it is typed.
const COMMANDS: &[&str] = &[
    "",
    "policy",
    "policy check",
    "policy lint",
    "policy fmt",
    "policy build",
    "policy decide",
    "policy explain",
    "policy test",
    "policy coverage",
    "policy mutate",
    "policy diff",
    "policy prove",
    "policy replay",
    "policy doc",
    "policy init",
    "pack",
    "pack init",
    "pack validate",
    "pack audit",
    "value",
    "value parse",
    "log",
    "log show",
    "log verify",
    "log checkpoint",
    "log prove",
    "log export",
    "log erase",
    "capsule",
    "capsule create",
    "capsule verify",
    "capsule replay",
    "key",
    "key generate",
    "key public",
    "key list",
    "key import",
    "key export",
    "key trust",
    "key revoke",
    "key rotate",
    "pack",
    "pack build",
    "pack sign",
    "pack verify",
    "pack inspect",
    "pack import",
    "pack import mcp",
    "pack registry",
    "pack registry init",
    "pack registry add",
    "pack registry refresh",
    "pack publish",
    "pack yank",
    "pack search",
    "pack install",
    "pack update",
    "pack remove",
    "pack list",
    "pack outdated",
    "offline",
    "explain",
    "completions",
    "doctor",
];

#[test]
fn the_help_of_every_command_reads_like_this() {
    let place = Place::new();
    let all: String = COMMANDS.iter().map(|c| place.told(format!("{c} --help").trim_start()) + "\n").collect();
    insta::assert_snapshot!("help", all);
    for command in COMMANDS {
        let run = place.reach(&format!("{command} --help"));
        assert_eq!(run.exit, 0, "{command}");
        assert_eq!(run.err, "", "{command}");
        assert!(run.out.contains("Examples:"), "`reach {command} --help` shows an example");
        assert_eq!(run.out, place.reach(&format!("{command} -h")).out, "one help for both ways to ask");
    }
}

#[test]
fn no_help_names_a_command_that_is_not_there() {
    let place = Place::new();
    for later in ["gate", "tutorial"] {
        assert_eq!(place.reach(later).exit, 2, "{later}");
        assert!(!place.reach("--help").out.contains(&format!("\n  {later} ")), "{later}");
    }
}

#[test]
fn every_command_has_examples_and_every_example_has_a_command() {
    for example in reach_cli::EXAMPLES {
        assert!(COMMANDS.contains(&example.command), "`{}`", example.command);
        assert!(example.line.len() + 2 <= 80, "`{}` is broken on a terminal of 80 columns", example.line);
    }
    for command in COMMANDS {
        assert!(reach_cli::EXAMPLES.iter().any(|e| e.command == *command), "`{command}`");
    }
}

/// A place as the examples expect it: the shipped policies, one of them as it was before, events, a list of tools, a server of tools, a key, a log, and `reach` in the path.
fn example_place() -> Place {
    let place = Place::new();
    copy(&root().join("policies"), &place.path().join("policies"));
    copy(&root().join("policies/banking"), &place.path().join("before"));
    place.write("events.jsonl", fs::read(root().join("policies/banking/examples/events.jsonl")).unwrap());
    place.write("tools.json", super::init::TOOLS);
    place.write("server.py", fs::read(root().join("tests/fixtures/mcp/server.py")).unwrap());
    assert_eq!(place.reach("key generate log.example --out log.key --no-passphrase").exit, 0);
    assert_eq!(place.reach("policy decide -q -b policies/banking --log bank.log --origin log.example events.jsonl").exit, 0);
    assert_eq!(place.reach("log checkpoint bank.log --key log.key -o kept.note").exit, 0);
    place.write("log.pub", place.reach("key public log.key").out);
    let capsule = ["capsule", "create", "bank.log", "--session", "", "-b", "policies/banking", "-o", "bank.capsule"];
    assert_eq!(place.run(&capsule, "").exit, 0);
    assert_eq!(place.reach("key generate next.example --out next.key --no-passphrase").exit, 0);
    super::pack::write_guard(&place, "guard");
    for line in ["pack build guard -o guard.reachpack", "pack sign guard.reachpack --key log.key", "key trust log.pub --for acme.* --trust trust.jsonl"] {
        assert_eq!(place.reach(line).exit, 0, "{line}");
    }
    place.write("base/pack.reach", super::pack_registry::manifest("acme.base", "1.0.0", "", "glob\"/data/**\""));
    place.write("base/a.reach", "tool acme_base()\npermit p\n  on acme_base\n");
    for line in [
        "key trust log.pub --for acme.*",
        "key trust log.pub --for registry:market.example",
        "pack build base -o base.reachpack",
        "pack sign base.reachpack --key log.key",
        "pack registry init market --origin market.example --key log.key",
        "pack publish base.reachpack --registry market --key log.key",
        "pack registry add market",
        "pack install acme.base --accept-all",
    ] {
        assert_eq!(place.reach(line).exit, 0, "{line}");
    }
    fs::create_dir(place.path().join(".bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_reach-under-test"), place.path().join(".bin/reach")).unwrap();
    place
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_example_of_the_help_works() {
    let mut seen = Vec::new();
    for example in reach_cli::EXAMPLES {
        if seen.contains(&example.line) {
            continue;
        }
        seen.push(example.line);
        // Each in a place of its own: some write files.
        let place = example_place();
        let path = format!("{}:{}", place.path().join(".bin").display(), std::env::var("PATH").unwrap());
        let out = Command::new("sh")
            .args(["-c", &format!("set -e; {}", example.line)])
            .current_dir(place.path())
            .env("PATH", path)
            .env("REACH_HOME", place.path().join(".home"))
            .output()
            .unwrap();
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let run = Run { exit: out.status.code().unwrap(), out: text(&out.stdout), err: text(&out.stderr) };
        assert_eq!(run.exit, i32::from(example.exit), "`{}`: {}", example.line, run.told());
    }
}

#[test]
fn the_reference_page_is_made_from_the_definitions() {
    must_hold(&root().join("docs/cli.md"), &reach_cli::command_reference());
}
