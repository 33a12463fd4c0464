//! `reach policy decide`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use super::{EVENTS, Place};

#[test]
fn each_step_gets_a_line() {
    let place = Place::bank();
    insta::assert_snapshot!("decide", place.told("policy decide --bundle bank events.jsonl"));
    let run = place.reach_with("policy decide --bundle bank", EVENTS);
    assert_eq!(run.out, place.reach("policy decide --bundle bank events.jsonl").out, "standard input is the default");
}

#[test]
fn the_status_tells_of_a_single_step_and_with_fail_on_of_a_stream() {
    let place = Place::bank();
    let lines: Vec<&str> = EVENTS.lines().collect();
    let single = |n: usize, options: &str| place.reach_with(&format!("policy decide --bundle bank {options}"), format!("{}\n{}\n", lines[0], lines[n])).exit;
    assert_eq!([single(1, ""), single(2, ""), single(3, ""), single(4, "")], [0, 1, 1, 1]);
    assert_eq!([single(2, "--fail-on forbid"), single(2, "--fail-on ask"), single(3, "--fail-on forbid,ask"), single(1, "--fail-on forbid,ask")], [0, 1, 1, 0]);
    let stream = |options: &str| place.reach(&format!("policy decide --bundle bank events.jsonl {options}")).exit;
    assert_eq!([stream(""), stream("--fail-on ask"), stream("--fail-on forbid")], [0, 1, 1]);
}

#[test]
fn a_host_gets_each_answer_before_it_sends_the_next_event() {
    let place = Place::bank();
    let mut child =
        place.command().args(["policy", "decide", "--bundle", "bank"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    for (n, line) in EVENTS.lines().enumerate() {
        writeln!(to, "{line}").unwrap();
        if n > 0 {
            let mut answer = String::new();
            from.read_line(&mut answer).unwrap();
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer["id"], format!("c{n}"));
        }
    }
    drop(to);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_and_not_with_success() {
    let place = Place::bank();
    let many: String = (0..20_000)
        .map(|n| format!("{{\"type\":\"call\",\"id\":\"c{n}\",\"name\":\"get_balance\",\"args\":{{}},\"at\":\"2026-01-01T09:00:01Z\"}}\n"))
        .collect();
    place.write("many.jsonl", many);
    let mut child = place.command().args(["policy", "decide", "--bundle", "bank", "many.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    from.read_line(&mut String::new()).unwrap();
    drop(from);
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "");
}

#[test]
fn an_output_that_is_full_is_an_error() {
    let place = Place::bank();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let out = place.command().args(["policy", "decide", "--bundle", "bank", "events.jsonl"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    insta::assert_snapshot!("decide_full", String::from_utf8(out.stderr).unwrap());
}

#[test]
fn what_is_wrong_with_an_observation_goes_beside_the_decisions() {
    let place = Place::bank();
    let bad = r#"{"session":"s1","type":"context","context":{"user":5},"at":"2026-01-01T09:00:05Z"}
{"session":"s1","type":"result","step":"c9","ok":true,"content":"","at":"2026-01-01T09:00:06Z"}
{"session":"s1","type":"call","id":"c5","name":"send_money","args":{"recipient":"ann","amount":1},"at":"2026-01-01T09:00:07Z"}
"#;
    place.write("events.jsonl", format!("{EVENTS}{bad}"));
    insta::assert_snapshot!("decide_observations", place.told("policy decide --bundle bank events.jsonl"));
    insta::assert_snapshot!("decide_observations_json", place.told("policy decide --bundle bank --json events.jsonl"));
}

#[test]
fn lines_that_are_no_events_are_answered_and_the_rest_is_read_on() {
    let place = Place::bank();
    let long = format!(
        r#"{{"session":"s1","type":"call","id":"c6","name":"send_money","args":{{"recipient":"{}","amount":1}},"at":"2026-01-01T09:00:06Z"}}"#,
        "é".repeat(1 << 20)
    );
    let mut events = EVENTS.lines().next().unwrap().as_bytes().to_vec();
    for line in [
        b"no json".as_slice(),
        b"",
        b"{\"session\":\"s1\",\"type\":\"call\",\"id\":\"c5\",\"name\":\"get_balance\",\"args\":{},\"at\":\"2026-01-01T09:00:01Z\xff\"}",
        long.as_bytes(),
        EVENTS.lines().nth(1).unwrap().as_bytes(),
    ] {
        events.push(b'\n');
        events.extend_from_slice(line);
    }
    place.write("events.jsonl", events);
    let run = place.reach("policy decide --bundle bank events.jsonl");
    assert!(run.told().len() < 6000, "a line of two mebibytes is not printed again");
    insta::assert_snapshot!("decide_bad_lines", place.steady(&run.told()));
}

#[test]
fn the_context_of_the_command_line_begins_sessions_that_do_not_begin_themselves() {
    let place = Place::bank();
    let step = |session: &str| {
        format!(r#"{{"session":"{session}","type":"call","id":"c1","name":"send_money","args":{{"recipient":"ann","amount":1}},"at":"2026-01-01T09:00:07Z"}}"#)
    };
    let start = r#"{"session":"s2","type":"start","context":{"user":"bob"},"at":"2026-01-01T09:00:00Z"}"#;
    place.write("steps.jsonl", format!("{}\n{start}\n{}\n", step("s1"), step("s2")));
    place.write("ann.json", "{\n  \"user\": \"ann\"\n}\n");
    let effects = |run: super::Run| -> Vec<String> {
        run.out.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["effect"].as_str().unwrap().to_owned()).collect()
    };
    // Without a context `ask` has no value, and lifts no `default`.
    assert_eq!(effects(place.reach("policy decide --bundle bank steps.jsonl")), ["forbid", "ask"]);
    assert_eq!(effects(place.reach("policy decide --bundle bank --context ann.json steps.jsonl")), ["permit", "ask"]);
    assert_eq!(effects(place.run(&["policy", "decide", "--bundle", "bank", "--context", r#"{"user":"ann"}"#, "steps.jsonl"], "")), ["permit", "ask"]);
    place.write("bad.json", r#"{"user":5}"#);
    place.write("list.json", "[1]");
    place.write("open.json", "{\"user\":");
    let told =
        ["bad.json", "list.json", "open.json", "missing.json", "{}x"].map(|c| place.told(&format!("policy decide --bundle bank --context {c} steps.jsonl")));
    insta::assert_snapshot!("decide_context", told.concat());
}

#[test]
fn in_a_recorded_run_results_of_steps_that_are_refused_now_are_left_out() {
    let place = Place::bank();
    let results = ["c1", "c2", "c3"]
        .map(|c| format!("{{\"session\":\"s1\",\"type\":\"result\",\"step\":\"{c}\",\"ok\":true,\"content\":\"x\",\"at\":\"2026-01-01T09:01:00Z\"}}\n"));
    place.write("events.jsonl", format!("{EVENTS}{}", results.concat()));
    let envelope = place.reach("policy decide --bundle bank --recorded --json events.jsonl").envelope();
    assert_eq!((&envelope["data"]["left_out"], &envelope["data"]["observation_errors"]), (&2.into(), &0.into()));
    let envelope = place.reach("policy decide --bundle bank --json events.jsonl").envelope();
    assert_eq!((&envelope["data"]["left_out"], &envelope["data"]["observation_errors"]), (&0.into(), &2.into()));
}

#[test]
fn of_many_observations_that_are_wrong_in_the_same_way_a_few_are_told() {
    let place = Place::bank();
    let result = r#"{"session":"s1","type":"result","step":"c3","ok":true,"content":"x","at":"2026-01-01T09:01:00Z"}"#;
    place.write("events.jsonl", format!("{EVENTS}{}", format!("{result}\n").repeat(8)));
    insta::assert_snapshot!("decide_many", place.told("policy decide --bundle bank events.jsonl"));
    let all = place.reach("policy decide --bundle bank events.jsonl --verbose").err;
    assert_eq!(all.lines().filter(|l| l.starts_with("warning[")).count(), 8, "{all}");
    let json = place.reach("policy decide --bundle bank events.jsonl --json");
    assert_eq!(json.out.lines().filter(|l| l.contains("observation_error\"")).count(), 8, "programs get each");
}

#[test]
fn nothing_is_decided_with_a_bundle_that_has_mistakes() {
    let place = Place::bank();
    place.write("bank/more.reach", "permit p\n  on nothing\n");
    insta::assert_snapshot!(
        "decide_broken_bundle",
        place.told("policy decide --bundle bank events.jsonl") + &place.told("policy decide --bundle bank --json events.jsonl")
    );
}
