//! What generation makes, and what comes of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;

use super::draft::Move;
use super::generate::Generator;
use super::scene::Scene;
use super::worlds::{self, Ids};
use super::*;
use crate::{Report, Status, TestOptions, run_tests};

fn bundle(source: &str) -> Bundle {
    let mut sources = Sources::new();
    sources.add("p.reach", source);
    match reach_compiler::build(sources) {
        Ok(built) => built.bundle,
        Err((_, all)) => panic!("{:?}", all.iter().map(|d| &d.message).collect::<Vec<_>>()),
    }
}

fn run(source: &str, properties: PropertyOptions) -> Report {
    let mut sources = Sources::new();
    sources.add("p.reach", source);
    let built = reach_compiler::build(sources).unwrap_or_else(|(_, all)| panic!("{:?}", all.iter().map(|d| &d.message).collect::<Vec<_>>()));
    run_tests(Arc::new(built.image), &built.bundle, &TestOptions { properties, ..TestOptions::default() })
}

/// Returns the values of an argument in the last steps of so many sessions.
fn values(bundle: &Bundle, argument: &str, cases: usize) -> BTreeSet<String> {
    let scene = Scene::of(bundle);
    let mut generator = Generator::of(&scene, &bundle.properties[0], 1, &Ids::new());
    let mut seen = BTreeSet::new();
    for _ in 0..cases {
        let plan = generator.next();
        if let Some(Move::Step(draft)) = plan.moves.last() {
            seen.insert(draft.args.get(argument).map_or_else(|| "absent".to_owned(), Json::written));
        }
    }
    seen
}

const BOUNDARIES: &str = r#"
type Role = enum { teller, auditor }
context { role: Role, cap: int }
tool pay(amount: decimal, count: int, day: date, to: host, file: path, note: text?, tags: list<text>, ip: ip)

permit small
  on pay
  when args.amount <= 12.50 and args.count < 7 and args.day >= 2026-03-01

permit known
  on pay
  when args.to within "bank.example" and args.file within "/srv/data" and args.ip within ip"10.0.0.0/8"

forbid long
  on pay
  when length(args.tags) > 3 or (args has note and length(args.note) > 5)

property "p" {
  given call pay where args.amount > 99.00
  expect not permit
}
"#;

#[test]
fn both_sides_of_every_boundary_are_made() {
    let bundle = bundle(BOUNDARIES);
    let missing = |argument: &str, wanted: &[&str]| {
        let seen = values(&bundle, argument, 1_000);
        wanted.iter().filter(|value| !seen.contains(**value)).map(|value| (*value).to_owned()).collect::<Vec<_>>()
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(missing("amount", &["12.49", "12.5", "12.51", "98.99", "99", "99.01"]), none);
    assert_eq!(missing("count", &["6", "7", "8"]), none);
    assert_eq!(missing("day", &["\"2026-02-28\"", "\"2026-03-01\"", "\"2026-03-02\""]), none);
    assert_eq!(missing("to", &["\"bank.example\"", "\"a.bank.example\"", "\"evilbank.example\"", "\"bank.example.evil.example\"", "\"example\""]), none);
    assert_eq!(missing("file", &["\"/srv/data\"", "\"/srv/data/a\"", "\"/srv/datax\"", "\"/srv/data/../x\"", "\"/srv\""]), none);
    assert_eq!(missing("ip", &["\"10.0.0.0\"", "\"10.255.255.255\"", "\"9.255.255.255\"", "\"11.0.0.0\""]), none);
    assert_eq!(missing("note", &["\"aaaa\"", "\"aaaaa\"", "\"aaaaaa\"", "absent"]), none);
    let lengths: BTreeSet<usize> = values(&bundle, "tags", 1_000).iter().map(|v| v.matches("\"").count() / 2).collect();
    assert!([0, 2, 3, 4].iter().all(|n| lengths.contains(n)), "{lengths:?}");
}

#[test]
fn the_same_seed_makes_the_same_sessions_and_another_seed_others() {
    let bundle = bundle(BOUNDARIES);
    let plans = |seed| {
        let scene = Scene::of(&bundle);
        let mut generator = Generator::of(&scene, &bundle.properties[0], seed, &Ids::new());
        (0..50).map(|_| format!("{:?}", generator.next().moves)).collect::<Vec<_>>()
    };
    assert_eq!(plans(1), plans(1));
    assert_ne!(plans(1), plans(2));
}

#[test]
fn what_breaks_a_property_is_the_smallest_of_its_kind() {
    let source = r#"
label untrusted
tool fetch(file: path) returns untrusted
tool send(to: text, amount: decimal, note: text?, tags: list<text>) facts { known: bool }
context { user: text }
permit fetching on fetch
permit sending
  on send
  when args.amount <= 1000
forbid often
  on send
  when count(call send over 1h) >= 3
property "nothing to where a file says" {
  given call send where args.to from untrusted
  expect forbid
}
property "twice is enough" {
  given call send where count(call send over 1h) >= 2
  expect forbid by often
}
property "never much" {
  given call send
  expect not permit
}
property "a day apart" {
  given call send where ever(call send) and count(call send over 1h) == 0
  expect forbid
}
"#;
    let report = run(source, PropertyOptions::default());
    insta::assert_snapshot!(report.text(false, true));
    let tests: String = report.tests.iter().filter_map(|t| t.property.as_ref()?.broken.as_ref()?.test.clone()).collect();
    let failing = run(&format!("{source}\n{tests}"), PropertyOptions { cases: Some(1), ..PropertyOptions::default() });
    let written: Vec<Status> = failing.tests.iter().filter(|t| t.kind == crate::TestKind::Test).map(|t| t.status).collect();
    assert_eq!(written, [Status::Failed; 4], "each of them fails as long as the bundle is as it is");
}

#[test]
fn a_property_that_is_about_no_step_proves_nothing() {
    let of = |condition: &str| {
        let source = format!("tool a(n: int, s: text, u: text)\npermit p on a\nproperty \"q\" {{\n  given call a where {condition}\n  expect permit\n}}\n");
        let report = run(&source, PropertyOptions { cases: Some(50), ..PropertyOptions::default() });
        (report.tests[0].status, report.tests[0].property.clone().unwrap().vacuous.unwrap_or_default())
    };
    assert_eq!(of("args.n > 3 and args.n < 4"), (Status::Failed, "no step can come under its `given`, which is proved".to_owned()));
    // Products of two values are told by nobody.
    let (status, why) = of("args.n * args.n == 2");
    assert_eq!((status, why.contains("50 sessions")), (Status::Failed, true), "{why}");
    // What generation doesn't meet by itself the analysis may.
    assert_eq!(of("args.s matches re\"^[a-f]{3}x[0-9]{2}$\" and args.s contains \"bcx4\""), (Status::Passed, String::new()));
}

#[test]
fn an_answer_counts_as_the_property_says() {
    let of = |given: &str| {
        let source = format!(
            "tool a(n: int)\nask p\n  on a\n  by one of [\"ann\", \"bob\"]\n  because \"x\"\nproperty \"q\" {{\n  given {given}\n  expect not permit\n}}\n"
        );
        run(&source, PropertyOptions { cases: Some(50), ..PropertyOptions::default() }).tests[0].property.clone().unwrap().broken
    };
    assert_eq!(of("call a where not approved").map(|b| b.session), None);
    let broken = of("call a where args.n > 3").unwrap();
    assert_eq!(broken.session, ["call a(n: 4)", "\"ann\" approves 1"]);
    assert_eq!(broken.test.unwrap(), "test \"q\" {\n  call a(n: 4) => forbid\n}\n");
}

#[test]
fn a_bundle_of_nine_thousand_properties_is_tested_within_bounds() {
    let mut source = "tool a(n: int)\npermit p\n  on a\n  when args.n < 5\n".to_owned();
    for n in 0..9_000 {
        source.push_str(&format!("property \"{n}\" {{\n  given call a where args.n > 5 and count(call a where args.n == {n}) < 2\n  expect forbid\n}}\n"));
    }
    let bundle = bundle(&source);
    let usual = Properties::of(&bundle, PropertyOptions::default()).cases();
    assert_eq!(usual, 27, "so many for each that it comes to a quarter of a million");
    let begun = Instant::now();
    let report = run(&source, PropertyOptions { cases: Some(1), ..PropertyOptions::default() });
    assert_eq!((report.properties, report.failed), (9_000, 0));
    println!("{} sessions in {:.1} s", report.cases, begun.elapsed().as_secs_f64());
}

#[test]
fn hostile_types_and_patterns_end() {
    let deep = (0..40).fold("text".to_owned(), |ty, _| format!("list<{ty}>"));
    let wide: String = (0..300).map(|n| format!("f{n}: text?, ")).collect();
    let source = format!(
        "tool a(deep: {deep}, wide: {{ {wide} }}, s: text, xs: list<text>, n: int)\npermit p\n  on a\n\
         property \"pattern\" {{\n  given call a where args.s matches re\"^([a-z]{{50}}){{20}}$\"\n  expect permit\n}}\n\
         property \"long\" {{\n  given call a where length(args.s) == 200000 or length(args.xs) > 9000\n  expect not permit\n}}\n\
         property \"many\" {{\n  given call a where count(call a where args.n == 1) >= 1000000\n  expect not permit\n}}\n"
    );
    let begun = Instant::now();
    let report = run(&source, PropertyOptions { cases: Some(60), ..PropertyOptions::default() });
    assert_eq!(report.properties, 3);
    println!("{:.1} s: {:?}", begun.elapsed().as_secs_f64(), report.tests.iter().map(|t| (t.status, t.property.as_ref().map(|p| p.met))).collect::<Vec<_>>());
}

#[test]
fn worlds_that_are_made_hold_together_and_name_what_the_policy_names() {
    let bundle = bundle(
        r#"entity Org in Team {}
entity Team in Team, Org { size: int, lead: User?, tags: set<text> }
entity User in Team {
  home: path
  since: date
  notes: { at: time, by: User? }
  teams: list<Team>
  mail: email?
  kind: enum { person, robot }
}
tool greet(who: User)
permit members
  on greet
  when args.who in { Team["staff"], Team["ops"] } or args.who in Org["acme"] or args.who == User["root"]
"#,
    );
    let image = reach_compiler::lower::lower(&bundle).unwrap().verify().unwrap();
    let (mut lies_in, mut named) = (0, BTreeSet::new());
    for seed in 0..50 {
        let worlds = worlds::of(&bundle, seed);
        assert_eq!(worlds, worlds::of(&bundle, seed));
        for world in worlds.iter().flatten() {
            let entities = reach_engine::read_entities(&image, world).unwrap_or_else(|e| panic!("{e}\n{world}"));
            lies_in += entities.nodes().map(|node| entities.ancestors(node)).filter(|above| *above > 1).count();
            named.extend(entities.nodes().filter_map(|node| entities.name(node)).map(|(_, id)| id.to_owned()));
        }
    }
    assert!(lies_in > 100, "{lies_in}");
    assert!(["staff", "ops", "acme", "root", "u-0"].iter().all(|id| named.contains(*id)), "{named:?}");
    assert_ne!(worlds::of(&bundle, 1), worlds::of(&bundle, 2));
}

#[test]
fn a_bundle_without_entities_has_one_world_of_which_nothing_is_told() {
    assert_eq!(worlds::of(&bundle("tool t()\n\npermit p\n  on t\n"), 1), [None]);
}
