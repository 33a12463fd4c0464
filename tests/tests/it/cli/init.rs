//! `reach policy init`.

use super::Place;

/// A list of tools with a bit of everything that schemas hold.
pub(crate) const TOOLS: &str = r##"{
  "jsonrpc": "2.0", "id": 1,
  "result": { "tools": [
    { "name": "read-note", "description": "Reads a note.\nAnd more.", "annotations": { "readOnlyHint": true },
      "inputSchema": { "type": "object", "properties": { "file_path": { "type": "string" } }, "required": ["file_path"] } },
    { "name": "book", "inputSchema": { "type": "object",
      "properties": {
        "to": { "type": "string", "minLength": 1, "maxLength": 80 },
        "day": { "type": "string", "format": "date" },
        "seats": { "type": "integer", "minimum": 1, "maximum": 9 },
        "price": { "type": "number" },
        "class": { "enum": ["economy", "business class"] },
        "window": { "type": ["boolean", "null"] },
        "code": { "type": "string", "pattern": "^[A-Z]{3}$" },
        "via": { "type": "array", "items": { "$ref": "#/$defs/stop" }, "maxItems": 3 },
        "extra": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
        "loop": { "$ref": "#/$defs/loop" }
      },
      "required": ["to", "day", "seats", "price", "class"],
      "$defs": {
        "stop": { "type": "object", "properties": { "airport": { "type": "string" }, "hours": { "type": "integer" } }, "required": ["airport"] },
        "loop": { "type": "array", "items": { "$ref": "#/$defs/loop" } }
      } } },
    { "name": "ping" },
    { "name": "ping" }
  ] }
}
"##;

#[test]
fn a_first_bundle_is_written_and_its_tests_pass() {
    let place = Place::new();
    insta::assert_snapshot!("init", place.told("policy init mine") + &place.read("mine/policy.reach"));
    assert_eq!(place.reach("policy check mine").exit, 0);
    assert_eq!(place.reach("policy test mine").exit, 0);
    assert_eq!(place.reach("policy fmt --check mine").told(), "[0]\n--- standard error\n1 file already formatted\n");
    let run = place.reach("policy decide --bundle mine mine/events.jsonl");
    assert_eq!((run.exit, run.out.lines().count()), (0, 2));
}

#[test]
fn nothing_that_is_there_is_ever_changed() {
    let place = Place::new();
    place.write("a/policy.reach", "// mine\n");
    place.write("b/other.reach", "// mine\n");
    place.write("c/events.jsonl", "mine\n");
    let told = ["a", "b", "c"].map(|f| place.told(&format!("policy init {f}")));
    insta::assert_snapshot!("init_refused", told.concat());
    assert_eq!(place.read("a/policy.reach"), "// mine\n");
    assert_eq!(place.read("c/events.jsonl"), "mine\n");
    assert!(!place.path().join("c/policy.reach").exists(), "all or nothing");
}

#[test]
fn tools_of_a_server_become_declarations() {
    let place = Place::new();
    place.write("tools.json", TOOLS);
    let told = place.told("policy init server --from tools.json");
    insta::assert_snapshot!(
        "init_from",
        told + "=== tools.reach\n" + &place.read("server/tools.reach") + "=== policy.reach\n" + &place.read("server/policy.reach")
    );
    assert_eq!(place.reach("policy test server").exit, 0);
    assert_eq!(place.reach("policy fmt --check server --quiet").told(), "[0]\n");
}

#[test]
fn what_is_no_list_of_tools_is_refused() {
    let place = Place::new();
    let cases =
        [("no json", "not.json"), ("{}", "object.json"), (r#"{"tools":[]}"#, "empty.json"), (r#"{"tools":[{"name":"a"},{"title":"b"}]}"#, "unnamed.json")];
    let told = cases.map(|(text, name)| {
        place.write(name, text);
        place.told(&format!("policy init server --from {name}"))
    });
    insta::assert_snapshot!("init_not_tools", told.concat());
}

#[test]
fn names_and_texts_of_a_server_cannot_break_out_of_a_declaration() {
    let place = Place::new();
    let hostile = r#"{"tools":[{"name":"a\"()\npermit all\n  on *\ntool b","description":"x\u2028\u202e\npermit all","inputSchema":{"type":"object","properties":{"y":{"enum":["a\"}","b\nc"]}}}}]}"#;
    place.write("tools.json", hostile);
    let run = place.reach("policy init server --from tools.json");
    if run.exit == 0 {
        let rules = place.reach("policy check server --emit ir").out;
        let bundle: serde_json::Value = serde_json::from_str(&rules).unwrap();
        assert_eq!(bundle["rules"].as_array().unwrap().len(), 1, "{}", place.read("server/tools.reach"));
    } else {
        assert!(!place.path().join("server").exists());
    }
}

#[test]
fn formats_and_names_of_a_schema_become_structured_types() {
    let place = Place::new();
    let property = |name: &str, rest: &str| format!("\"{name}\":{{\"type\":\"string\"{rest}}}");
    let properties = [
        property("page", ",\"format\":\"uri\""),
        property("server", ",\"format\":\"hostname\""),
        property("address", ",\"format\":\"ipv6\""),
        property("image_url", ""),
        property("command", ""),
        property("query", ""),
    ];
    place
        .write("tools.json", format!("{{\"tools\":[{{\"name\":\"t\",\"inputSchema\":{{\"type\":\"object\",\"properties\":{{{}}}}}}}]}}", properties.join(",")));
    assert_eq!(place.reach("policy init server --from tools.json").exit, 0);
    let policy =
        std::fs::read_dir(place.path().join("server")).unwrap().map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap_or_default()).collect::<String>();
    let fields = "page: url?, server: host?, address: ip?, image_url: url?, command: shell?, query: text?";
    let flat = policy.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(fields), "{policy}");
    assert_eq!(place.reach("policy check server").exit, 0);
}
