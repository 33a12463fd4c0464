//! Properties and reports of `reach policy test`.

use crate::cli::{BANK, Place};

const PROPERTIES: &str = r#"
property "nothing large is ever permitted" {
  given call send_money where args.amount > 1000.00
  expect not permit
}

property "money goes to the user alone" {
  given call send_money where args.recipient != context.user
  expect not permit
}
"#;

/// [`BANK`] with a property that holds and one that doesn't, since a person may agree.
fn place() -> Place {
    let place = Place::new();
    place.write("bank/bank.reach", format!("{BANK}{PROPERTIES}"));
    place
}

#[test]
fn a_property_that_is_broken_comes_with_a_test_that_can_be_pasted() {
    let place = place();
    insta::assert_snapshot!("test_property", place.told("policy test bank") + &place.told("policy test bank --verbose --filter large"));
    let envelope = place.reach("policy test bank --json").envelope();
    let tests = envelope["data"]["bundles"][0]["report"]["tests"].as_array().unwrap();
    let broken = tests.iter().find(|t| t["name"] == "money goes to the user alone").unwrap();
    let text = broken["property"]["broken"]["test"].as_str().unwrap();
    place.write("bank/found.reach", text);
    let run = place.reach("policy test bank --json --filter money.goes");
    assert_eq!(run.exit, 1);
    let run = place.reach("policy test bank --json");
    assert_eq!(run.envelope()["data"]["failed"], 2, "the pasted test fails too: {}", run.told());
}

#[test]
fn a_seed_makes_the_same_report_again() {
    let place = place();
    let told = |options: &str| place.reach(&format!("policy test bank --json {options}")).out;
    assert_eq!(told(""), told("--seed 1"));
    assert_eq!(told("--seed 2 --jobs 1"), told("--seed 2 --jobs 5"));
    assert_eq!(place.reach("policy test bank --cases 0").exit, 2);
    let envelope = place.reach("policy test bank --json --cases 7").envelope();
    assert!(envelope["data"]["cases"].as_u64().unwrap() <= 14);
}

#[test]
fn every_form_of_the_report_says_what_failed() {
    let place = place();
    place.write("all/bank/bank.reach", format!("{BANK}{PROPERTIES}").replace("=> ask by others", "=> permit"));
    place.write("all/broken/a.reach", "tool a(\n");
    insta::assert_snapshot!("test_github", place.told("policy test all --format github"));
    let run = place.reach("policy test all --format junit");
    assert_eq!((run.exit, run.err.as_str()), (1, ""));
    let report = quick_junit::Report::deserialize_from_str(&run.out).unwrap();
    let told: Vec<(String, usize, usize, usize)> = report.test_suites.iter().map(|s| (s.name.as_str().to_owned(), s.tests, s.failures, s.errors)).collect();
    assert_eq!(told, [("all/bank".to_owned(), 4, 2, 0), ("all/broken".to_owned(), 1, 0, 1)], "{}", run.out);
    let run = place.reach("policy test all --format json");
    let data: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&data["failed"], &data["properties"]), (&2.into(), &2.into()));
}

#[test]
fn names_in_annotations_begin_no_command() {
    let place = Place::new();
    place.write("all/a\n::error::x,y:z/a b.reach", "tool a()\n\ntest \"x\\n::set-output name=a::b\" {\n  call a() => permit\n}\n");
    let run = place.reach("policy test all --format github");
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("::error file=all/a%0A%3A%3Aerror%3A%3Ax%2Cy%3Az/a b.reach,line="), "{lines:?}");
}
