//! Processes that are killed and disks that fail: nothing that was acknowledged is lost, and what is left is whole.

mod killed;
mod operations;
mod power;
mod runs;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::cli::Place;

/// Events without end: four sessions by turns, every one with a start.
fn events(count: usize) -> Vec<String> {
    let time = |n: usize| format!("2026-01-01T{:02}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60);
    let event = |n: usize| {
        let session = n % 4;
        if n < 4 {
            return format!(r#"{{"session":"s{session}","type":"start","context":{{"user":"ann"}},"at":"{}"}}"#, time(n));
        }
        format!(
            r#"{{"session":"s{session}","type":"call","id":"c{n}","name":"send_money","args":{{"recipient":"ann","amount":{}}},"at":"{}"}}"#,
            n % 1_200,
            time(n)
        )
    };
    (0..count).map(event).collect()
}

/// Compares what was acknowledged with what the log has: by number of the entry, the step and its effect. Returns how many the log has.
fn must_have(place: &Place, acknowledged: &[String]) -> usize {
    let verified = place.reach("log verify bank.log");
    assert_eq!(verified.exit, 0, "{}", verified.told());
    let shown = place.reach("log show bank.log --json");
    let mut log = BTreeMap::new();
    for line in shown.out.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let answer = &entry["answer"];
        if answer["effect"].is_string() {
            log.insert(entry["entry"].as_u64().unwrap(), (answer["id"].clone(), answer["effect"].clone()));
        }
    }
    for line in acknowledged {
        let decision: Value = serde_json::from_str(line).unwrap();
        if decision["rules"][0]["rule"] == "unrecorded" {
            continue;
        }
        let number = decision["entry"].as_u64().unwrap();
        assert_eq!(log.get(&number), Some(&(decision["id"].clone(), decision["effect"].clone())), "{line}");
    }
    log.len()
}

/// Kills the process after it has answered so many steps; whatever it was doing then is cut off.
#[test]
fn nothing_that_was_acknowledged_is_lost_when_the_process_is_killed() {
    const RUNS: usize = 24;
    let place = Place::bank();
    let lines = events(2_000);
    let mut acknowledged = Vec::new();
    let mut next = 0;
    for run in 0..RUNS {
        let mut child = place
            .command()
            .args(["policy", "decide", "-q", "-b", "bank", "--log", "bank.log", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        // What is in flight beyond the answers: none, a few, many.
        let ahead = [0, 3, 40][run % 3];
        let answers = 5 + run * 7 % 23;
        let first = next;
        let feed = lines[first..(first + answers + ahead).min(lines.len())].join("\n") + "\n";
        stdin.write_all(feed.as_bytes()).unwrap();
        stdin.flush().unwrap();
        let mut answered = 0;
        while answered < answers {
            // Observations have no answer.
            if first + answered < 4 {
                answered += 1;
                continue;
            }
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0);
            acknowledged.push(line);
            answered += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        must_have(&place, &acknowledged);
        // Sessions go on from what the log has; what was not acknowledged may be in it or not.
        let sizes = place.reach("log verify bank.log --json").envelope()["data"]["entries"].as_u64().unwrap();
        next = usize::try_from(sizes).unwrap();
        assert!(next >= first + answers, "{next} of {first} and {answers}");
    }
    assert!(acknowledged.len() > RUNS * 5);
}

/// Lets system calls of the log fail, one place after the other. It needs strace, so it runs by name.
#[test]
#[ignore = "needs strace; .ci/run runs it by name"]
fn log_faults_of_the_disk_lose_nothing_and_lie_about_nothing() {
    let lines = events(60).join("\n") + "\n";
    let (mut runs, mut refused, mut whole) = (0, 0, 0);
    for (call, error) in
        [("fdatasync,fsync", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("openat", "EROFS"), ("pread64", "EIO"), ("ftruncate", "EIO")]
    {
        for when in ["1", "2", "3", "5", "8", "13", "20", "40", "3+", "20+"] {
            let place = Place::bank();
            let split = lines[..lines.find("\"c6\"").unwrap()].rfind('\n').unwrap() + 1;
            assert!(place.reach_with("policy decide -q -b bank --log bank.log --origin o -", &lines[..split]).exit <= 1);
            let binary = place.command().get_program().to_owned();
            let mut strace = std::process::Command::new("strace");
            strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(place.path().join("bank.log")).arg("-P").arg(place.path().join("bank.log-wal"));
            strace.arg("-e").arg(format!("trace={call}")).arg("-e").arg(format!("inject={call}:error={error}:when={when}"));
            strace.arg(binary).args(["policy", "decide", "-q", "-b", "bank", "--log", "bank.log", "-"]);
            let mut child = strace.current_dir(place.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut stdin = child.stdin.take().unwrap();
            let rest = lines[split..].to_owned();
            let writer = std::thread::spawn(move || drop(stdin.write_all(rest.as_bytes())));
            let output = child.wait_with_output().unwrap();
            writer.join().unwrap();
            let answers = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
            runs += 1;
            // Once a step of a session was not recorded, none of it is permitted.
            let mut lost: BTreeMap<String, bool> = BTreeMap::new();
            for line in &answers {
                let decision: Value = serde_json::from_str(line).unwrap();
                let unrecorded = decision["rules"][0]["rule"] == "unrecorded";
                let lost = lost.entry(decision["session"].to_string()).or_default();
                assert!(!*lost || unrecorded, "{call} {error} {when}: {line}");
                *lost |= unrecorded;
            }
            if lost.values().any(|lost| *lost) {
                refused += 1
            } else {
                whole += 1
            }
            let before = must_have(&place, &answers);
            // The log opens again, and other sessions are recorded in it.
            let again = place.reach_with("policy decide -q -b bank --log bank.log -", crate::cli::EVENTS);
            assert!(again.out.lines().all(|line| !line.contains("unrecorded")), "{call} {error} {when}: {}", again.told());
            assert_eq!(must_have(&place, &[]), before + 4, "{call} {error} {when}");
        }
    }
    println!("{runs} runs: {refused} with steps that could not be recorded, {whole} without");
    assert!(refused >= 20 && whole > 0, "{refused} of {runs}");
}
