//! The JSON Schemas, and that real outputs of every command fit them.

use serde_json::Value;

use super::{BANK, EVENTS, Place};
use crate::docs::{must_hold, root};

fn schema(name: &str) -> jsonschema::Validator {
    let (_, schema) = reach_cli::schemas().into_iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no schema `{name}`"));
    jsonschema::validator_for(schema.as_value()).unwrap()
}

pub(super) fn must_fit(name: &str, value: &Value) {
    let errors: Vec<String> = schema(name).iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}\n{value:#}");
}

#[test]
fn the_schemas_of_the_documentation_are_those_of_the_code() {
    let folder = root().join("docs/schemas");
    for (name, schema) in reach_cli::schemas() {
        let text = serde_json::to_string_pretty(schema.as_value()).unwrap() + "\n";
        must_hold(&folder.join(format!("{name}.schema.json")), &text);
    }
    let files = std::fs::read_dir(folder).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().ends_with(".schema.json")).count();
    assert_eq!(files, reach_cli::schemas().len(), "no schema is left from former times");
}

#[test]
fn every_schema_is_one() {
    for (name, value) in reach_cli::schemas() {
        assert!(jsonschema::meta::is_valid(value.as_value()), "{name}");
        assert!(value.get("title").is_some(), "{name}");
    }
}

#[test]
fn envelopes_of_every_command_fit_their_schemas() {
    let place = Place::bank();
    place.write("bad/bad.reach", "permit p\n  on nothing\n");
    place.write("failing/failing.reach", BANK.replace("=> ask by others", "=> permit"));
    place.write("proved/proved.reach", format!("{BANK}\nproperty \"p\" {{\n  given call send_money where args.amount > 1000\n  expect not permit\n}}\n"));
    place.write("untidy/untidy.reach", "tool   a( )\n");
    place.write("tools.json", super::init::TOOLS);
    super::pack::write_guard(&place, "guard");
    assert_eq!(place.reach("key generate one.example -o one.key --no-passphrase").exit, 0);
    assert_eq!(place.reach("key generate two.example -o two.key --no-passphrase").exit, 0);
    place.write("one.pub", place.reach("key public one.key").out);
    let cases = [
        ("key-import", "key import one.key --name c.example -o c.key --no-passphrase"),
        ("key-import", "key import missing -o d.key --no-passphrase"),
        ("key-export", "key export one.key --format hex -o one.hex"),
        ("key-export", "key export one.key --format public-pem"),
        ("key-rotate", "key rotate one.key two.key -o next.json --until 2027-01-31"),
        ("key-trust", "key trust one.pub --for acme.* --needed 2 --trust t.jsonl"),
        ("key-trust", "key trust --rotation next.json --trust t.jsonl"),
        ("key-trust", "key trust one.pub --for * --trust t.jsonl"),
        ("key-revoke", "key revoke one.pub --reason lost --trust revoked.jsonl"),
        ("key-list", "key list --trust t.jsonl --history"),
        ("key-list", "key list --trust revoked.jsonl"),
        ("key-list", "key list --trust events.jsonl"),
        ("pack-build", "pack build guard --dry-run"),
        ("pack-build", "pack build guard --image -o guard.reachpack"),
        ("pack-build", "pack build missing"),
        ("pack-verify", "pack verify guard.reachpack --trust t.jsonl"),
        ("pack-sign", "pack sign guard.reachpack --key one.key"),
        ("pack-sign", "pack sign guard.reachpack --key two.key"),
        ("pack-verify", "pack verify guard.reachpack --trust t.jsonl"),
        ("pack-verify", "pack verify guard.reachpack --trust missing.jsonl"),
        ("pack-inspect", "pack inspect guard.reachpack --trust t.jsonl"),
        ("pack-inspect", "pack inspect events.jsonl --trust t.jsonl"),
        ("check", "policy check bank"),
        ("check", "policy check bad"),
        ("check", "policy check bank --cost"),
        ("check", "policy check bank --emit ast"),
        ("check", "policy check bank --emit ir"),
        ("check", "policy check bank --emit bytecode"),
        ("check", "policy check ."),
        ("check", "policy check missing"),
        ("value-parse", "value parse url https://a.example/x?y"),
        ("value-parse", "value parse url example"),
        ("fmt", "policy fmt bank"),
        ("fmt", "policy fmt --check untidy"),
        ("fmt", "policy fmt untidy"),
        ("fmt", "policy fmt missing"),
        ("build", "policy build bank -o bank.bundle"),
        ("build", "policy build bad -o bank.bundle"),
        ("decide", "policy decide --bundle bank events.jsonl"),
        ("decide", "policy decide --bundle bad events.jsonl"),
        ("explain", "policy explain --bundle bank events.jsonl"),
        ("explain", "policy explain --bundle bank --id c3 events.jsonl"),
        ("explain", "policy explain --bundle bank --id c9 events.jsonl"),
        ("test", "policy test bank"),
        ("test", "policy test failing"),
        ("test", "policy test bad"),
        ("test", "policy test untidy"),
        ("test", "policy test bank --fail-fast --filter nothing"),
        ("replay", "policy replay events.jsonl --bundle bank --against bank"),
        ("replay", "policy replay events.jsonl --bundle untidy --against bank --no-new-forbid"),
        ("replay", "policy replay events.jsonl --bundle bank --snapshot kept.txt"),
        ("replay", "policy replay events.jsonl --bundle untidy --snapshot kept.txt"),
        ("decide", "policy decide --bundle bank --log run.log events.jsonl"),
        ("replay", "policy replay run.log --bundle bank"),
        ("replay", "policy replay run.log --bundle bank --bundle failing"),
        ("replay", "policy replay missing --bundle bank"),
        ("diff", "policy diff bank bank"),
        ("diff", "policy diff bank bad"),
        ("diff", "policy diff bank failing --expect-equal --write-tests new"),
        ("prove", "policy prove bank"),
        ("prove", "policy prove proved"),
        ("prove", "policy prove bank nonsense"),
        ("prove", "policy prove --emit smt2 proved"),
        ("init", "policy init new"),
        ("init", "policy init server --from tools.json"),
        ("init", "policy init new"),
        ("key-generate", "key generate a.example --out a.key --no-passphrase"),
        ("key-generate", "key generate a.example --out a.key --no-passphrase"),
        ("key-public", "key public a.key"),
        ("key-public", "key public bank/bank.reach"),
        ("pack-import-mcp", "pack import mcp --from tools.json"),
        ("pack-import-mcp", "pack import mcp --from tools.json -o tools.reach"),
        ("pack-import-mcp", "pack import mcp --from bad/bad.reach"),
        ("explain-code", "explain"),
        ("explain-code", "explain E0001"),
        ("explain-code", "explain nothing"),
        ("completions", "completions bash"),
        ("doctor", "doctor"),
    ];
    for (name, arguments) in cases {
        let run = place.reach(&format!("{arguments} --json"));
        let envelope = run.envelope();
        must_fit(name, &envelope);
        must_fit("envelope", &envelope);
        let ok = envelope["ok"].as_bool().unwrap();
        assert_eq!(ok, run.exit == 0, "{arguments}");
        assert_eq!(envelope.get("error").is_some(), envelope.get("data").is_none(), "{arguments}: one of the two");
        assert_eq!(envelope.get("error").is_some(), run.exit == 2, "{arguments}: {envelope:#}");
        assert_eq!(run.out.lines().filter(|l| l.contains("\"schema_version\"")).count(), 1, "{arguments}: one envelope");
        if let Some(Value::Array(diagnostics)) = envelope.pointer("/data/diagnostics") {
            must_fit("diagnostics", &Value::Array(diagnostics.clone()));
        }
    }
}

#[test]
fn lines_of_streams_fit_their_schemas() {
    let place = Place::bank();
    for line in EVENTS.lines() {
        must_fit("event", &serde_json::from_str(line).unwrap());
    }
    let bad = r#"{"session":"s1","type":"context","context":{"user":5},"at":"2026-01-01T09:00:05Z"}"#;
    place.write("events.jsonl", format!("{EVENTS}{bad}\nno json\n"));
    let run = place.reach("policy decide --bundle bank --json events.jsonl");
    let mut seen = [0; 3];
    for line in run.out.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let (kind, name) = match (value.get("effect"), value.get("type")) {
            (Some(_), _) => (0, "decision"),
            (None, Some(_)) => (1, "observation-error"),
            (None, None) => (2, "decide"),
        };
        seen[kind] += 1;
        must_fit(name, &value);
    }
    assert!(seen[0] >= 4 && seen[1] >= 1 && seen[2] == 1, "{seen:?}");
}

#[test]
fn bundles_reports_and_explanations_fit_their_schemas() {
    let place = Place::bank();
    let read = |arguments: &str| -> Value { serde_json::from_str(&place.reach(arguments).out).unwrap() };
    must_fit("policy-bundle", &read("policy check bank --emit ir"));
    must_fit("explanation", &read("policy explain --bundle bank --format json events.jsonl"));
    let envelope = place.reach("policy test bank --json").envelope();
    must_fit("test-report", &envelope["data"]["bundles"][0]["report"]);
    for policy in std::fs::read_dir(root().join("policies")).unwrap() {
        let path = policy.unwrap().path();
        if path.is_dir() && !["agents", "entities", "packs"].iter().any(|folder| path.ends_with(folder)) {
            must_fit("policy-bundle", &read(&format!("policy check {} --emit ir", path.display())));
        }
    }
}

#[test]
fn a_schema_refuses_what_is_wrong() {
    // Validation that accepts everything would prove nothing.
    for (name, wrong) in [
        ("event", serde_json::json!({"type": "call", "id": "c1", "name": "a", "at": 5})),
        ("event", serde_json::json!({"type": "call", "id": "c1", "name": "a", "at": "x", "more": 1})),
        ("decision", serde_json::json!({"session": "s", "id": "c", "effect": "allow"})),
        ("envelope", serde_json::json!({"ok": 1})),
        ("check", serde_json::json!({"ok": true, "schema_version": 1, "engine_version": "1", "data": {}})),
    ] {
        assert!(!schema(name).is_valid(&wrong), "{name}: {wrong}");
    }
}
