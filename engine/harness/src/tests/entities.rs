//! Tests that tell of entities.

use super::run;
use crate::TestOptions;

const TEAMS: &str = r#"
entity Team in Team {}
entity User in Team { level: int, friend: User? }

tool greet(who: User)

permit members
  on greet
  when args.who in Team["staff"]

forbid low
  on greet
  when args.who.level < 2

fixture staff {
  entities {
    Team["staff"]
    Team["ops"] in Team["staff"]
  }
}

test "members are greeted" from staff {
  entities {
    User["ann"] in Team["ops"] { level: 3, friend: User["bob"] }
    User["bob"] in { Team["ops"], Team["staff"] } { level: 1 }
  }
  call greet(who: User["ann"]) => permit by members
  call greet(who: User["bob"]) => forbid by low
  call greet(who: User["eve"]) => forbid by low
}

test "levels" for row in [{ level: 1, effect: forbid }, { level: 2, effect: permit }] from staff {
  entities { User["a"] in Team["staff"] { level: row.level } }
  call greet(who: User["a"]) => row.effect
}

test "nothing is known without data" {
  call greet(who: User["ann"]) => forbid by low
}
"#;

#[test]
fn a_test_is_played_with_its_entities_and_those_of_its_fixture() {
    let report = run(TEAMS, &TestOptions::default());
    assert_eq!((report.passed, report.failed), (4, 0), "{}", report.text(false, true));
}

#[test]
fn entities_that_do_not_hold_together_fail_their_test_and_say_why() {
    let broken = [
        ("User[\"a\"] in Team[\"gone\"] { level: 1 }", "H0037"),
        ("User[\"a\"] { level: 1 }, User[\"a\"] { level: 2 }", "H0036"),
        ("Team[\"a\"] in Team[\"b\"], Team[\"b\"] in Team[\"a\"]", "H0038"),
        ("Team[\"a\"] in User[\"b\"], User[\"b\"] { level: 1 }", "H0035"),
    ];
    for (entities, _) in broken {
        let source = format!("{TEAMS}\ntest \"broken\" {{\n  entities {{ {entities} }}\n  call greet(who: User[\"a\"]) => forbid\n}}\n");
        let report = run(&source, &TestOptions { filter: Some("broken".into()), ..TestOptions::default() });
        let failure = &report.tests[0].failures[0];
        assert_eq!((report.failed, failure.expected.as_str()), (1, "entities that hold together"), "{entities}");
    }
    let source =
        format!("{TEAMS}\ntest \"broken\" {{\n  entities {{ User[\"a\"] in Team[\"gone\"] {{ level: 1 }} }}\n  call greet(who: User[\"a\"]) => forbid\n}}\n");
    insta::assert_snapshot!(run(&source, &TestOptions { filter: Some("broken".into()), ..TestOptions::default() }).text(false, true));
}

#[test]
fn a_failure_is_explained_with_the_entities_of_its_test() {
    let source = TEAMS.replace("=> permit by members", "=> forbid");
    let report = run(&source, &TestOptions::default());
    let explanation = report.tests[0].failures[0].explanation.as_ref().unwrap();
    assert_eq!(explanation.decision.effect.word(), "permit");
}

#[test]
fn a_property_is_tried_with_the_entities_of_tests_and_what_breaks_it_is_written_with_them() {
    // No hierarchy that is made comes to 13.
    let source = TEAMS.replace("when args.who in Team[\"staff\"]", "when args.who.level * 7 == 91").replace(
        "test \"nothing is known",
        "property \"only staff is greeted\" {\n  given call greet where not (args.who in Team[\"staff\"])\n  expect not permit\n}\n\n\
         test \"a guest\" {\n  entities {\n    Team[\"staff\"]\n    User[\"gus\"] { level: 13 }\n  }\n  call greet(who: User[\"gus\"]) => permit\n}\n\n\
         test \"nothing is known",
    );
    let report = run(&source, &TestOptions { filter: Some("only staff".into()), ..TestOptions::default() });
    let broken = report.tests[0].property.as_ref().unwrap().broken.as_ref().unwrap();
    assert!(broken.entities.as_ref().unwrap().contains(r#""id":"gus""#), "{broken:?}");
    insta::assert_snapshot!(broken.test.as_ref().unwrap_or_else(|| panic!("{:?}", broken.no_test)));
    let held = source.replace("when args.who.level * 7 == 91", "when args.who in Team[\"staff\"]");
    let report = run(&held, &TestOptions { filter: Some("only staff".into()), ..TestOptions::default() });
    let run = report.tests[0].property.as_ref().unwrap();
    assert!(run.broken.is_none() && run.met > 0, "{run:?}");
}

#[test]
fn a_property_is_tried_with_hierarchies_that_are_made_where_no_test_tells_of_any() {
    let declared = TEAMS.split("fixture staff").next().unwrap();
    let source = |rule: &str| {
        format!(
            "{}property \"only staff is greeted\" {{\n  given call greet where not (args.who in Team[\"staff\"])\n  expect not permit\n}}\n",
            declared.replace("when args.who in Team[\"staff\"]", rule)
        )
    };
    let report = run(&source("when args.who in Team[\"staff\"] or args.who has friend and args.who.level >= 3"), &TestOptions::default());
    let broken = report.tests[0].property.as_ref().unwrap().broken.as_ref().unwrap();
    // Of nobody but whoever is greeted is told.
    assert!(broken.entities.as_ref().is_some_and(|told| told.lines().count() == 1), "{broken:?}");
    insta::assert_snapshot!(broken.test.as_ref().unwrap_or_else(|| panic!("{:?}", broken.no_test)));
    let report = run(&source("when args.who in Team[\"staff\"]"), &TestOptions::default());
    let run = report.tests[0].property.as_ref().unwrap();
    assert!(run.broken.is_none() && run.met > 0, "{run:?}");
}
