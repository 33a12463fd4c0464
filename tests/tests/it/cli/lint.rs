//! `reach policy lint`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{BANK, Place};

/// Two files with some findings, of which some can be mended.
const RULES: &str =
    "permit small\n  on pay\n  when (not (args.amount > 10.00)) and args.urgent == false\n\nforbid large\n  on pay\n  when args.amount > 100.00\n";
const TOOLS: &str = "tool pay(amount: decimal, currency: text, urgent: bool)\n\nlet unused = 5\n\npermit usual\n  on pay\n  when args.currency in { \"EUR\" } and args.amount <= 1.00\n";

fn untidy() -> Place {
    let place = Place::new();
    place.write("b/rules.reach", RULES);
    place.write("b/tools.reach", TOOLS);
    place
}

#[test]
fn findings_are_told_with_their_places_and_a_summary() {
    let place = untidy();
    insta::assert_snapshot!("lint_text", place.told("policy lint b"));
    insta::assert_snapshot!("lint_quiet", place.told("policy lint b --quiet --rule unused-declaration"));
    let run = place.reach("policy lint b --json");
    assert_eq!(run.exit, 0, "warnings are no failure: {}", run.err);
    let data = &run.envelope()["data"];
    let names: BTreeSet<&str> = data["diagnostics"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["compared-with-bool", "missing-message", "negated-comparison", "set-of-one", "unused-declaration"].into());
    assert_eq!(data["bundles"][0]["ok"], true);
}

#[test]
fn warnings_can_be_denied_and_one_lint_asked_for() {
    let place = untidy();
    assert_eq!(place.reach("policy lint b --deny warnings").exit, 1);
    assert_eq!(place.reach("policy lint b --deny warnings --rule unused-label").exit, 0);
    // What the compiler warns of is denied too.
    place.write("c/a.reach", "tool pay(currency: text)\n\npermit p\n  on pay\n  when args.currency in { \"EUR\", \"EUR\" }\n");
    assert_eq!((place.reach("policy lint c").exit, place.reach("policy lint c --deny warnings").exit), (0, 1));
    let run = place.reach("policy lint b --rule L0055 --rule unused_declaration --json");
    assert_eq!(run.envelope()["data"]["diagnostics"].as_array().unwrap().len(), 4, "also where a lint is off: {}", run.out);
    insta::assert_snapshot!("lint_no_such_rule", place.told("policy lint b --rule unused-decl") + &place.told("policy lint b --rule E0001"));
    insta::assert_snapshot!(
        "lint_bad_usage",
        place.told("policy lint b --today tomorrow") + &place.told("policy lint b --dry-run") + &place.told("policy lint --fix -")
    );
}

#[test]
fn a_bundle_with_errors_is_told_as_check_tells_it() {
    let place = untidy();
    place.write("b/bad.reach", "permit p\n  on nothing\n");
    let run = place.reach("policy lint b");
    assert_eq!(run.exit, 1);
    assert!(run.out.contains("E1") && run.out.contains("0 lints looked"), "{}", run.out);
    assert_eq!(place.reach_with("policy lint -", BANK).exit, 0);
    assert_eq!(place.reach_with("policy lint -", [0xff, 0xfe]).exit, 2);
}

#[test]
fn fixes_are_shown_first_and_then_made() {
    let place = untidy();
    insta::assert_snapshot!("lint_dry_run", place.told("policy lint b --fix --dry-run"));
    assert_eq!((place.read("b/rules.reach").as_str(), place.read("b/tools.reach").as_str()), (RULES, TOOLS));
    let run = place.told("policy lint b --fix");
    insta::assert_snapshot!("lint_fix", format!("{run}--- rules.reach\n{}--- tools.reach\n{}", place.read("b/rules.reach"), place.read("b/tools.reach")));
    let again = place.reach("policy lint b --fix --json").envelope();
    assert_eq!((&again["data"]["mended"], &again["data"]["files"]), (&Value::Array(vec![]), &Value::Array(vec![])));
}

#[test]
fn what_is_read_only_keeps_the_others_from_being_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = untidy();
    // A folder in which nothing can be made: the file in it can't be replaced.
    place.write("b/z/more.reach", "permit more\n  on pay\n  when args.amount < 5.00 and args.urgent == true\n");
    let folder = place.path().join("b/z");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let run = place.reach("policy lint b --fix");
    let written = std::fs::write(folder.join("probe"), "").is_ok();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Who may write everywhere (root) isn't kept from it.
    if !written {
        assert_eq!(run.exit, 2, "{}", run.out);
        assert_eq!((place.read("b/rules.reach").as_str(), place.read("b/tools.reach").as_str()), (RULES, TOOLS));
    }
}

#[test]
fn windows_line_ends_and_letters_of_several_bytes_survive_a_fix() {
    let place = Place::new();
    let text =
        "// größer\r\ntool pay(amount: decimal, urgent: bool)\r\n\r\npermit small\r\n  on pay\r\n  when args.amount < 5.00\r\n    and args.urgent == true\r\n";
    place.write("b/a.reach", text);
    assert_eq!(place.reach("policy lint b --fix").exit, 0);
    assert_eq!(place.read("b/a.reach"), text.replace(" == true", ""));
}

#[test]
fn a_fix_that_changes_what_a_test_decides_is_not_made() {
    let place = Place::new();
    // Nothing that `--fix` writes does; so the tests must pass before and after.
    place.write("b/a.reach", "tool pay(amount: decimal, urgent: bool)\n\npermit small\n  on pay\n  when args.amount < 5.00 and args.urgent == true\n\ntest \"small\" {\n  call pay(amount: 1.00, urgent: true)  => permit by small\n  call pay(amount: 1.00, urgent: false) => forbid\n}\n");
    assert_eq!(place.reach("policy test b").exit, 0);
    let data = place.reach("policy lint b --fix --json").envelope();
    assert_eq!(data["data"]["mended"].as_array().unwrap().len(), 1);
    assert_eq!(place.reach("policy test b").exit, 0);
}

#[test]
fn the_configuration_is_found_beside_the_bundle_and_above_it() {
    let place = untidy();
    let number = |place: &Place, line: &str| place.reach(line).envelope()["data"]["diagnostics"].as_array().unwrap().len();
    assert_eq!(number(&place, "policy lint b --json"), 5);
    place.write("reach.toml", "[lint]\nstyle = \"off\"\n");
    assert_eq!(number(&place, "policy lint b --json"), 2);
    assert_eq!(place.reach("policy lint b/tools.reach --json").envelope()["data"]["bundles"][0]["configuration"], "reach.toml");
    place.write("b/reach.toml", "[lint]\nunused-declaration = \"deny\"\n");
    let run = place.reach("policy lint b --json");
    assert_eq!((run.exit, number(&place, "policy lint b --json")), (1, 5));
    assert_eq!(run.envelope()["data"]["bundles"][0]["configuration"], "b/reach.toml");
    // Above the current folder belongs to somebody else, unless a repository begins there.
    std::fs::remove_file(place.path().join("b/reach.toml")).unwrap();
    let inside = |place: &Place| {
        let out = place.command().current_dir(place.path().join("b")).args(["policy", "lint", "--json"]).output().unwrap();
        let value: Value = serde_json::from_slice(&out.stdout).unwrap();
        value["data"]["bundles"][0]["configuration"].clone()
    };
    assert_eq!(inside(&place), Value::Null);
    std::fs::create_dir(place.path().join(".git")).unwrap();
    assert_ne!(inside(&place), Value::Null);
}

#[test]
fn a_configuration_that_is_not_understood_keeps_everything_from_being_linted() {
    let place = untidy();
    place.write("b/reach.toml", "[lint]\nstile = \"off\"\nmissing-message = \"error\"\n");
    insta::assert_snapshot!("lint_bad_configuration", place.told("policy lint b"));
    place.write("b/reach.toml", [0xff, 0xfe]);
    assert_eq!(place.reach("policy lint b").exit, 2);
    place.write("b/reach.toml", "#".repeat(100_000));
    assert_eq!(place.reach("policy lint b").exit, 2);
}

#[test]
fn the_day_is_what_the_command_says() {
    let place = Place::new();
    place.write("b/a.reach", "tool pay(amount: decimal)\n\npermit p\n  on pay\n  when args.amount < 5.00\n\n@advisory(\"2026-01-01\")\nask a\n  on pay\n");
    let number = |day: &str| place.reach(&format!("policy lint b --json --today {day}")).envelope()["data"]["diagnostics"].as_array().unwrap().len();
    assert_eq!((number("2026-06-30"), number("2026-07-01")), (0, 1));
}

#[test]
fn sarif_has_each_lint_with_its_help_and_each_finding_with_its_place() {
    let place = untidy();
    let sarif: Value = serde_json::from_str(&place.reach("policy lint b --format sarif").out).unwrap();
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.len() >= 40);
    for rule in rules {
        assert!(rule["help"]["markdown"].as_str().unwrap().len() > 80 && rule["properties"]["category"].is_string(), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for result in results {
        let id = &result["ruleId"];
        assert!(rules.iter().any(|rule| rule["id"] == *id), "{id}");
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().starts_with("b/"));
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1 && place["region"]["endColumn"].as_u64() > place["region"]["startColumn"].as_u64());
    }
}

#[test]
fn annotations_are_one_line_each() {
    let place = untidy();
    insta::assert_snapshot!("lint_github", place.told("policy lint b --format github --deny warnings"));
    // A name and a text that would end the command or begin another.
    place.write(
        "c/a,b:c%.reach",
        "tool pay(amount: decimal)\n\npermit p\n  on pay\n  when args.amount < 5.00\n\nask bad\n  on pay\n  when args.amount >= 4.00\n",
    );
    let out = place.reach("policy lint c --format github").out;
    assert_eq!(out.lines().count(), 1);
    assert!(out.starts_with("::warning file=c/a%2Cb%3Ac%25.reach,line=7,col=5,endColumn=8,title=L0050 missing-message::"), "{out}");
}

#[test]
fn a_begun_bundle_is_lint_clean() {
    let place = Place::new();
    assert_eq!(place.reach("policy init assistant").exit, 0);
    let run = place.reach("policy lint assistant --deny warnings");
    assert_eq!(run.exit, 0, "{}", run.out);
}
