//! `reach policy explain`.

use super::Place;

#[test]
fn the_last_step_is_explained_unless_another_is_chosen() {
    let place = Place::bank();
    insta::assert_snapshot!("explain_last", place.told("policy explain --bundle bank events.jsonl"));
    insta::assert_snapshot!("explain_chosen", place.told("policy explain --bundle bank --session s1 --id c3 events.jsonl"));
}

#[test]
fn programs_get_the_same_as_json_with_and_without_the_envelope() {
    let place = Place::bank();
    let plain: serde_json::Value = serde_json::from_str(&place.reach("policy explain --bundle bank --id c2 --format json events.jsonl").out).unwrap();
    let envelope = place.reach("policy explain --bundle bank --id c2 --json events.jsonl").envelope();
    assert_eq!(envelope["data"]["explanation"], plain);
    assert_eq!(envelope["data"]["line"], 3);
    assert_eq!(plain["decision"]["effect"], "ask");
}

#[test]
fn a_step_is_explained_in_the_state_that_it_met() {
    let place = Place::bank();
    let auditor = r#"{"session":"s1","type":"context","context":{"user":"bob"},"at":"2026-01-01T09:00:05Z"}"#;
    place.write("later.jsonl", format!("{}{auditor}\n", super::EVENTS));
    let (now, later) = (place.reach("policy explain --bundle bank --id c2 events.jsonl"), place.reach("policy explain --bundle bank --id c2 later.jsonl"));
    assert_eq!(now.out, later.out, "what comes afterwards changes nothing");
}

#[test]
fn events_without_such_a_step_are_told() {
    let place = Place::bank();
    place.write("none.jsonl", super::EVENTS.lines().next().unwrap());
    let told = ["--id c9 events.jsonl", "--session s9 events.jsonl", "none.jsonl"].map(|a| place.told(&format!("policy explain --bundle bank {a}")));
    insta::assert_snapshot!("explain_missing", told.concat());
}

/// A place with the policies that ship.
fn with_policies() -> Place {
    let place = Place::bank();
    let policies = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").canonicalize().unwrap();
    std::os::unix::fs::symlink(policies, place.path().join("policies")).unwrap();
    place
}

/// Steps of the banking policy that ship, of which each is decided for another reason.
const PAYMENTS: &str = r#"{"type":"call","id":"c1","name":"send_money","args":{"recipient":"DE12","amount":6000.00,"subject":"rent"},"at":"2026-01-01T09:00:00Z"}
{"type":"call","id":"c2","name":"send_money","args":{"recipient":"CH9300762011623852957","amount":20,"subject":"rent","date":"2026-01-01"},"at":"2026-01-01T09:00:01Z"}
{"type":"call","id":"c3","name":"read_file","args":{"file_path":"/etc/passwd"},"at":"2026-01-01T09:00:02Z"}
{"type":"call","id":"c4","name":"schedule_transaction","args":{"recipient":"DE12","amount":700,"subject":"rent","date":"2026-02-01","recurring":true},"at":"2026-01-01T09:00:03Z"}
{"type":"call","id":"c5","name":"send_money","args":{"recipient":"DE12","amount":"much","to":1},"at":"2026-01-01T09:00:04Z"}
{"type":"call","id":"c6","name":"rob_bank","args":{},"at":"2026-01-01T09:00:05Z"}
"#;

#[test]
fn why_why_not_and_what_would_change_it_read_well() {
    let place = with_policies();
    place.write("payments.jsonl", PAYMENTS);
    for id in ["c1", "c2", "c3", "c4", "c5", "c6"] {
        insta::assert_snapshot!(format!("explain_payment_{id}"), place.told(&format!("policy explain --bundle policies/banking --id {id} payments.jsonl")));
    }
    insta::assert_snapshot!("explain_why_not_ask", place.told("policy explain --bundle policies/banking --id c3 --why-not ask payments.jsonl"));
}

#[test]
fn what_came_before_is_held_fast() {
    let place = Place::new();
    place.write("team/team.reach", SESSION);
    place.write("events.jsonl", SESSION_EVENTS);
    for id in ["c3", "c4", "c5", "c7"] {
        insta::assert_snapshot!(format!("explain_session_{id}"), place.told(&format!("policy explain --bundle team --id {id} events.jsonl")));
    }
}

/// History, provenance, a budget, an approval, facts that may be missing.
const SESSION: &str = r#"tool look(who: text) returns seen
tool send(to: text, amount: decimal)
  facts { trusted: bool }

label seen
budget total: decimal limit 100.00 per session
charge total by args.amount on send

permit looking
  on look

permit known
  on send
  when args.to from user and args.amount < 50.00

ask large
  on send
  when args.amount >= 50.00
  because "{args.amount} is much"

forbid untrusted
  on send
  when not facts.trusted and seen in labels

@advisory
forbid often
  on send
  when count(call send) >= 1
"#;

/// Events for it.
const SESSION_EVENTS: &str = r#"{"type":"prompt","text":"send rent to anna1 and bert2","at":"2026-01-01T09:00:00Z"}
{"type":"call","id":"c1","name":"send","args":{"to":"anna1","amount":60},"facts":{"trusted":true},"at":"2026-01-01T09:00:01Z"}
{"type":"approval","step":"c1","granted":true,"by":"ann","at":"2026-01-01T09:00:02Z"}
{"type":"call","id":"c3","name":"send","args":{"to":"carl3","amount":10},"facts":{"trusted":true},"at":"2026-01-01T09:00:03Z"}
{"type":"call","id":"c4","name":"send","args":{"to":"bert2","amount":45},"facts":{"trusted":true},"at":"2026-01-01T09:00:04Z"}
{"type":"call","id":"c5","name":"send","args":{"to":"bert2","amount":10},"facts":{"trusted":true},"at":"2026-01-01T09:00:05Z"}
{"type":"call","id":"c6","name":"look","args":{"who":"anna1"},"at":"2026-01-01T09:00:06Z"}
{"type":"call","id":"c7","name":"send","args":{"to":"bert2","amount":5},"at":"2026-01-01T09:00:07Z"}
"#;

#[test]
fn facts_may_change_where_it_is_said_so() {
    let place = Place::new();
    place.write("team/team.reach", SESSION);
    place.write("events.jsonl", SESSION_EVENTS);
    let change = |more: &str| {
        let run = place.reach(&format!("policy explain --bundle team --id c7 --why-not permit {more} --json events.jsonl")).envelope();
        run["data"]["explanation"]["reasons"]["changes"][0].clone()
    };
    assert_eq!(change("")["found"], "none", "no argument makes an untrusted step after a look");
    let found = change("--changing args,facts");
    assert_eq!((&found["found"], &found["values"][0]["value"], &found["values"][0]["to"]), (&"found".into(), &"facts.trusted".into(), &"true".into()));
    assert_eq!(found["smallest"], true);
}

#[test]
fn an_entry_of_a_log_is_compared_with_what_was_decided() {
    let place = Place::bank();
    let decisions = place.reach("policy decide --bundle bank events.jsonl").out;
    place.write("log.jsonl", format!("{}{decisions}", super::EVENTS));
    let by_entry = place.reach("policy explain --bundle bank --log log.jsonl --session s1 --seq 2 --json").envelope();
    let explained = &by_entry["data"]["explanation"];
    assert_eq!((&explained["decision"]["id"], &explained["recorded"]["same"]), (&"c2".into(), &true.into()));
    place.write("bank/bank.reach", super::BANK.replace("args.amount > 1000.00", "args.amount > 10.00"));
    let told = place.told("policy explain --bundle bank --log log.jsonl --session s1 --seq 2");
    assert!(told.contains("when it was recorded it was ask by `others`, with another bundle"), "{told}");
    let told = place.told("policy explain --bundle bank --log log.jsonl --seq 0");
    assert!(told.contains("holds no step that is entry 0"), "{told}");
}

#[test]
fn a_page_shows_what_is_hostile_as_text() {
    let place = Place::bank();
    let hostile =
        r#"{"type":"call","id":"c1","name":"send_money","args":{"recipient":"<script>x</script>\u202e\u0007","amount":2000},"at":"2026-01-01T09:00:00Z"}"#;
    place.write("hostile.jsonl", hostile);
    let run = place.reach("policy explain --bundle bank --format html -o page.html hostile.jsonl");
    assert_eq!(run.exit, 0, "{}", run.told());
    let page = place.read("page.html");
    assert_eq!(page.matches("<script>").count(), 1, "only its own");
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;\\u{202e}") && !page.contains('\u{202e}') && !page.contains('\u{7}'), "{page}");
    for part in ["id=\"why\"", "id=\"why-not\"", "id=\"change\"", "id=\"rules\"", "stands in the way"] {
        assert!(page.contains(part), "{part}");
    }
}
