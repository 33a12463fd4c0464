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
