//! `--entities FILE`: what the host tells of entities, in every command that decides.

use super::Place;

const BUNDLE: &str = "entity Team in Team {}\nentity User in Team { level: int }\n\ncontext { me: User }\n\ntool greet(who: User)\n\n\
    permit members\n  on greet\n  when args.who in Team[\"staff\"]\n\nforbid low\n  on greet\n  when args.who.level < 2\n";

const DATA: &str = r#"{"type":"Team","id":"staff"}
{"type":"User","id":"ann","parents":[{"type":"Team","id":"staff"}],"fields":{"level":3}}
{"type":"User","id":"bob","parents":[{"type":"Team","id":"staff"}],"fields":{"level":1}}
"#;

const EVENTS: &str = r#"{"type":"start","context":{"me":"ann"},"at":"2026-01-01T00:00:00Z"}
{"type":"call","id":"c1","name":"greet","args":{"who":"ann"},"at":"2026-01-01T00:00:01Z"}
{"type":"call","id":"c2","name":"greet","args":{"who":"bob"},"at":"2026-01-01T00:00:02Z"}
{"type":"call","id":"c3","name":"greet","args":{"who":"eve"},"at":"2026-01-01T00:00:03Z"}
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("team.reach", BUNDLE);
    place.write("people.jsonl", DATA);
    place.write("events.jsonl", EVENTS);
    place.write("other.jsonl", DATA.replace("\"level\":3", "\"level\":4"));
    place
}

/// The effects of the decisions that a command prints.
fn effects(out: &str) -> Vec<String> {
    let lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.filter_map(|line| line["effect"].as_str().map(str::to_owned)).collect()
}

#[test]
fn steps_are_decided_with_what_the_host_tells() {
    let place = place();
    let with = place.reach("policy decide --bundle team.reach --entities people.jsonl events.jsonl");
    assert_eq!(effects(&with.out), ["permit", "forbid", "forbid"]);
    let without = place.reach("policy decide --bundle team.reach events.jsonl");
    assert_eq!(effects(&without.out), ["forbid", "forbid", "forbid"]);
}

#[test]
fn data_that_does_not_fit_is_refused_before_anything_is_decided() {
    let place = place();
    place.write("broken.jsonl", "{\"type\":\"Team\",\"id\":\"a\"}\n{\"type\":\"Usr\",\"id\":\"b\"}\n");
    insta::assert_snapshot!("entities-refused", place.told("policy decide --bundle team.reach --entities broken.jsonl events.jsonl"));
    insta::assert_snapshot!("entities-missing", place.told("policy decide --bundle team.reach --entities gone.jsonl events.jsonl"));
    place.write("plain.reach", "tool greet(who: text)\n\npermit all\n  on greet\n");
    insta::assert_snapshot!("entities-undeclared", place.told("policy decide --bundle plain.reach --entities people.jsonl events.jsonl"));
}

#[test]
fn a_log_goes_on_and_is_decided_again_with_the_same_data_alone() {
    let place = place();
    let decide = |data: &str| place.reach(&format!("policy decide --bundle team.reach {data} --log a.log events.jsonl"));
    assert_eq!(effects(&decide("--entities people.jsonl").out), ["permit", "forbid", "forbid"]);
    let same = place.reach("policy replay a.log --bundle team.reach --entities people.jsonl");
    assert_eq!(same.exit, 0, "{}{}", same.out, same.err);
    for data in ["", "--entities other.jsonl"] {
        let replay = place.reach(&format!("policy replay a.log --bundle team.reach {data}"));
        assert_eq!(replay.exit, 1, "{}{}", replay.out, replay.err);
        assert!(replay.out.contains("the session is of the entities sha256:"), "{}", replay.out);
    }
    // The session is in the log already: with other data it can't go on, and its steps are refused.
    let later = "{\"type\":\"call\",\"id\":\"c9\",\"name\":\"greet\",\"args\":{\"who\":\"ann\"},\"at\":\"2026-01-01T00:01:00Z\"}\n";
    let go_on = |data: &str| place.reach_with(&format!("policy decide --bundle team.reach {data} --log a.log"), later);
    assert!(go_on("--entities other.jsonl").out.contains("unrecorded"));
    assert_eq!(effects(&go_on("--entities people.jsonl").out), ["permit"]);
    assert_eq!(place.reach("policy replay a.log --bundle team.reach --entities people.jsonl").exit, 0);
}

#[test]
fn sessions_that_began_with_other_data_are_decided_again_with_all_of_it() {
    let place = place();
    let decide = |data: &str, session: &str| {
        let events = EVENTS.replace("{\"type\"", &format!("{{\"session\":\"{session}\",\"type\""));
        place.reach_with(&format!("policy decide --bundle team.reach {data} --log a.log"), events)
    };
    // The third began before there was data.
    for (data, session) in [("--entities people.jsonl", "s1"), ("--entities other.jsonl", "s2"), ("", "s3")] {
        assert_eq!(decide(data, session).exit, 0);
    }
    let replay = |data: &str| place.reach(&format!("policy replay a.log --bundle team.reach {data} --json"));
    let all = replay("--entities other.jsonl --entities people.jsonl");
    assert_eq!((all.exit, all.envelope()["data"]["exact"]["replayed"].as_u64()), (0, Some(12)), "{}{}", all.out, all.err);
    for (data, replayed) in [("--entities people.jsonl", 8), ("--entities other.jsonl", 8), ("", 4)] {
        let some = replay(data);
        assert_eq!((some.exit, some.envelope()["data"]["exact"]["replayed"].as_u64()), (1, Some(replayed)), "{data}: {}{}", some.out, some.err);
    }
    // A session that began without data doesn't go on with some.
    let later = r#"{"session":"s3","type":"call","id":"c9","name":"greet","args":{"who":"ann"},"at":"2026-01-01T00:01:00Z"}"#;
    let with = place.reach_with("policy decide --bundle team.reach --entities people.jsonl --log a.log", later);
    assert!(with.out.contains("the session is of no entities, and given are sha256:"), "{}", with.out);
    // Another bundle is compared on one.
    place.write("new.reach", BUNDLE.replace("< 2", "< 4"));
    insta::assert_snapshot!("entities-several", place.told("policy replay a.log --bundle new.reach --entities people.jsonl --entities other.jsonl"));
    place.write("plain.reach", "tool greet(who: text)\n\npermit all\n  on greet\n");
    place.reach_with("policy decide --bundle plain.reach --log b.log", EVENTS.lines().nth(1).unwrap());
    insta::assert_snapshot!("entities-of-none", place.told("policy replay b.log --bundle plain.reach --entities people.jsonl"));
}

#[test]
fn a_capsule_is_decided_again_with_the_data_that_its_session_is_of_and_no_other() {
    let place = place();
    assert_eq!(place.reach("key generate log.example --out log.key --no-passphrase").exit, 0);
    place.write("log.pub", place.reach("key public log.key").out);
    for arguments in
        ["policy decide --bundle team.reach --entities people.jsonl --log a.log --origin log.example events.jsonl", "log checkpoint a.log --key log.key"]
    {
        let run = place.reach(arguments);
        assert_eq!(run.exit, 0, "{arguments}: {}{}", run.out, run.err);
    }
    let create = ["capsule", "create", "a.log", "--session", "", "--bundle", "team.reach", "--output", "s.capsule"];
    assert_eq!(place.run(&create, "").exit, 0);
    assert!(!place.read("s.capsule").contains("staff\"}}"), "the capsule tells of nobody but those in its events");
    place.write("broken.jsonl", "{\"type\":\"Usr\",\"id\":\"b\"}\n");
    // The same in another order, as an array.
    let lines: Vec<&str> = DATA.lines().rev().collect();
    place.write("same.json", format!("[{}]", lines.join(",\n")));
    let mut all = String::new();
    for data in [
        "--entities people.jsonl",
        "--entities same.json",
        "--entities other.jsonl --entities people.jsonl",
        "",
        "--entities other.jsonl",
        "--entities broken.jsonl",
    ] {
        all.push_str(&place.told(&format!("capsule replay s.capsule --key log.pub {data}")));
        all.push('\n');
    }
    insta::assert_snapshot!("entities-capsule", all);
}

#[test]
fn a_step_of_a_log_is_explained_with_its_data() {
    let place = place();
    place.reach("policy decide --bundle team.reach --entities people.jsonl --log a.log events.jsonl");
    let with = place.reach("policy explain --bundle team.reach --entities people.jsonl --log a.log --seq 1");
    assert!(with.exit == 0 && with.out.contains("permit"), "{}{}", with.out, with.err);
    let other = place.reach("policy explain --bundle team.reach --entities other.jsonl --log a.log --seq 1");
    assert!(other.exit == 2 && other.err.contains("H0031"), "{}{}", other.out, other.err);
    let unknown = place.reach("policy explain --bundle team.reach --entities people.jsonl --id c3 events.jsonl");
    assert!(unknown.out.contains("the session's data doesn't know this entity"), "{}", unknown.out);
}

#[test]
fn two_bundles_are_compared_on_the_same_data() {
    let place = place();
    place.write("new.reach", BUNDLE.replace("< 2", "< 4"));
    place.reach("policy decide --bundle team.reach --entities people.jsonl --log a.log events.jsonl");
    let run = place.reach("policy replay a.log --bundle new.reach --against team.reach --entities people.jsonl --no-new-forbid --format json");
    let data: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.exit, data["changes"]["changed"].as_u64()), (1, Some(1)), "{}", run.out);
}
