//! `reach pack validate`.

use super::Place;

const MANIFEST: &str = "pack acme.guard \"1.0.0\" {\n  description: \"Reads\"\n  license: \"MIT\"\n  kind: policy\n  reach: \">=0.1\"\n  tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }\n  policies: [glob\"*.reach\"]\n}\n";
const RULES: &str = "tool fetch(file: path)\n\npermit reading\n  on fetch\n  when args.file matches glob\"/data/**\"\n";

fn place(manifest: &str, rules: &str) -> Place {
    let place = Place::new();
    place.write("guard/pack.reach", manifest);
    place.write("guard/rules.reach", rules);
    place
}

#[test]
fn a_pack_without_mistakes_is_told_so() {
    let place = place(MANIFEST, RULES);
    insta::assert_snapshot!(
        "pack_validate",
        place.told("pack validate guard") + &place.told("pack validate guard --emit json") + &place.told("pack validate -q guard")
    );
    // The file itself names its folder.
    assert_eq!(place.reach("pack validate guard/pack.reach").exit, 0);
    let envelope = place.reach("pack validate guard --json").envelope();
    assert_eq!((&envelope["ok"], &envelope["data"]["files"], &envelope["data"]["rules"]), (&true.into(), &2.into(), &1.into()));
}

#[test]
fn every_mistake_is_told_in_one_run() {
    let place = place(&MANIFEST.replace("kind: policy", "kind: polcy").replace("tools: [fetch]", "tools: [fetsch]"), &RULES.replace("/data/**", "/**"));
    place.write("guard/more/other.reach", "label x\n");
    insta::assert_snapshot!(
        "pack_validate_mistakes",
        place.told("pack validate guard") + &place.told("pack validate guard --format github") + &place.told("pack validate guard --emit json")
    );
    let envelope = place.reach("pack validate guard --json").envelope();
    assert_eq!((&envelope["ok"], envelope["data"].get("manifest")), (&false.into(), None));
    assert!(envelope["data"]["diagnostics"].as_array().unwrap().len() >= 4);
}

#[test]
fn what_is_wrong_is_told_to_services_that_show_it_beside_code() {
    let place = place(&MANIFEST.replace("kind: policy", "kind: polcy").replace("\"MIT\"", "\"MTI\""), RULES);
    let run = place.reach("pack validate guard --format sarif");
    assert_eq!(run.exit, 1, "{}", run.told());
    let log: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let rules: Vec<&str> = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(rules.len() > 20 && rules.contains(&"exceeded-permission"), "{rules:?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() >= 2, "{results:?}");
    for result in results {
        assert!(rules.contains(&result["ruleId"].as_str().unwrap()), "{result}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "guard/pack.reach", "{result}");
        assert!(place["region"]["endColumn"].as_u64() > place["region"]["startColumn"].as_u64(), "{result}");
    }
    let fine = self::place(MANIFEST, RULES).reach("pack validate guard --format sarif");
    let log: serde_json::Value = serde_json::from_str(&fine.out).unwrap();
    assert_eq!((fine.exit, log["runs"][0]["results"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn warnings_are_errors_where_they_are_denied() {
    let place = place(&MANIFEST.replace("[glob\"/data/**\"]", "[glob\"/data/**\", glob\"/etc/**\"]"), RULES);
    assert_eq!(place.reach("pack validate guard").exit, 0);
    assert_eq!(place.reach("pack validate guard --deny warnings").exit, 1);
    // Asked for as JSON, what is not fine is not printed as if it were.
    assert!(!place.reach("pack validate guard --deny warnings --emit json").out.contains("\"permissions\""));
}

#[test]
fn what_is_no_pack_says_why() {
    let place = place(MANIFEST, RULES);
    place.write("empty/a.txt", "");
    place.write("bytes/pack.reach", [0xff, 0xfe]);
    let told = ["pack validate empty", "pack validate missing", "pack validate guard/rules.reach", "pack validate -", "pack validate bytes"]
        .map(|line| place.told(line));
    insta::assert_snapshot!("pack_validate_refused", told.concat());
    for (line, exit) in [("pack validate empty", 2), ("pack validate missing", 2), ("pack validate bytes", 2)] {
        assert_eq!(place.reach(line).exit, exit, "{line}");
    }
}

#[test]
fn a_policy_that_stands_with_a_manifest_is_checked_as_any_other() {
    let place = place(MANIFEST, RULES);
    for command in ["policy check guard", "policy test guard", "policy fmt --check guard"] {
        assert!(place.reach(command).exit < 2, "{command}: {}", place.reach(command).told());
    }
    assert_eq!(place.reach("policy check guard").exit, 0);
}
