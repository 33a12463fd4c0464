use std::sync::Arc;

use reach_analysis::Limits;
use reach_codes::Sources;
use reach_harness::{Progress, TestOptions};

use crate::{Closing, Coverage, Measure, Model, Point, close, measure};

/// What the tests of a source show.
fn shown(source: &str) -> (Model, Coverage) {
    let mut sources = Sources::new();
    sources.add("a.reach", source);
    let built = reach_compiler::build(sources).unwrap_or_else(|(_, found)| panic!("{found:?}"));
    let image = Arc::new(built.image);
    let model = Model::of(&built.bundle, &image).unwrap();
    let (report, coverage) = measure(&image, &built.bundle, &model, &TestOptions::default(), &Progress::UNSEEN);
    assert_eq!(report.failed, 0, "{report:?}");
    (model, coverage)
}

/// For each condition that must be shown to decide alone whether it is, in source order.
fn alone(source: &str) -> Vec<bool> {
    let (model, coverage) = shown(source);
    let points = model.points().into_iter().filter(|point| point.measure() == Measure::Mcdc);
    points.map(|point| coverage.shows(point)).collect()
}

const TOOL: &str = "tool t(a: bool, b: bool, c: bool)\n";

#[test]
fn a_condition_that_is_masked_shows_nothing() {
    let test = |steps: &str| format!("{TOOL}permit p\n  on t\n  when args.a or args.b and args.c\ntest \"steps\" {{\n{steps}}}\n");
    // `b` differs, and `c` is false: whatever `b` is, the rule doesn't match.
    let masked =
        "  call t(a: false, b: true, c: false) => forbid\n  call t(a: false, b: false, c: false) => forbid\n  call t(a: true, b: false, c: true) => permit\n";
    assert_eq!(alone(&test(masked)), [true, false, false]);
    let told = "  call t(a: false, b: true, c: true) => permit\n  call t(a: false, b: false, c: true) => forbid\n  call t(a: false, b: true, c: false) => forbid\n  call t(a: true, b: false, c: true) => permit\n";
    assert_eq!(alone(&test(told)), [true, true, true]);
}

#[test]
fn a_rule_that_matches_where_others_decide_shows_nothing() {
    let test = |forbid: &str| {
        format!(
            "{TOOL}permit p\n  on t\n  when args.a\nforbid f\n  on t\n  when args.b\ntest \"steps\" {{\n  call t(a: true, b: {forbid}, c: true)\n  call t(a: false, b: true, c: true) => forbid by f\n  call t(a: false, b: false, c: true) => forbid\n}}\n"
        )
    };
    assert_eq!(alone(&test("true")), [false, true]);
    assert_eq!(alone(&test("false")), [true, true]);
}

#[test]
fn no_value_masks_what_it_decides() {
    let source = "tool t(a: bool) facts { x: bool }\npermit p\n  on t\n  when facts.x and args.a\n\
        test \"without the fact\" {\n  call t(a: true) => forbid\n  call t(a: false) => forbid\n}\n\
        test \"with it\" {\n  call t(a: true) facts { x: true } => permit\n  call t(a: true) facts { x: false } => forbid\n}\n";
    // Without the fact the permit doesn't match, whatever `a` is; with a false one `a` isn't computed.
    assert_eq!(alone(source), [true, false]);
}

#[test]
fn what_is_asked_at_an_approval_is_asked_again() {
    let source = format!(
        "{TOOL}ask p\n  on t\n  when args.a\ntest \"approved\" {{\n  call t(a: true, b: true, c: true) => ask\n  approve by \"ann@bank.example\" => permit\n}}\n"
    );
    let (_, coverage) = shown(&source);
    assert_eq!(coverage.rules[0].looked.unwrap().times, 2);
}

#[test]
fn long_lists_and_chains_take_one_walk() {
    let list = vec!["true"; 3_000].join(", ");
    let chain = (0..200).map(|n| format!("args.n != {n}")).collect::<Vec<_>>().join(" and ");
    let source = format!(
        "tool t(xs: list<bool>, n: int)\npermit p\n  on t\n  when all(x in args.xs: x or args.n > 5) and {chain}\ntest \"long\" {{\n  call t(xs: [{list}], n: 1000) => permit\n}}\n"
    );
    let (model, coverage) = shown(&source);
    assert_eq!(coverage.conditions[2].yes.unwrap().times, 3_000, "{:?}", model.conditions[2]);
    assert_eq!(coverage.conditions[2].steps, 1);
}

#[test]
fn an_advisory_rule_is_covered_where_it_matches() {
    let source =
        format!("{TOOL}permit p\n  on t\n@advisory\nforbid f\n  on t\n  when args.a\ntest \"steps\" {{\n  call t(a: true, b: true, c: true) => permit\n}}\n");
    let (_, coverage) = shown(&source);
    assert!(coverage.shows(Point::Rule(0)) && coverage.shows(Point::Rule(1)));
}

#[test]
fn without_tests_an_advisory_rule_is_reachable_all_the_same() {
    let mut sources = Sources::new();
    sources.add("a.reach", format!("{TOOL}permit p\n  on t\n@advisory\nforbid f\n  on t\n  when args.a\n"));
    let built = reach_compiler::build(sources).unwrap_or_else(|(_, found)| panic!("{found:?}"));
    let model = Model::of(&built.bundle, &Arc::new(built.image)).unwrap();
    let closings = close(&built.bundle, &Coverage::none(&model), &Limits::default(), &mut |_, _| {}).unwrap();
    assert!(matches!(closings.points[&Point::Rule(1)], Closing::Tests(_)), "{closings:?}");
}

/// For each gap of a measure, if a bundle has no test: its point, and the tests that close it, or what was found out instead.
fn closed(source: &str, measure: Measure) -> Vec<(Point, String)> {
    let mut sources = Sources::new();
    sources.add("a.reach", source);
    let built = reach_compiler::build(sources).unwrap_or_else(|(_, found)| panic!("{found:?}"));
    let model = Model::of(&built.bundle, &Arc::new(built.image)).unwrap();
    let closings = close(&built.bundle, &Coverage::none(&model), &Limits::default(), &mut |_, _| {}).unwrap();
    let text = |closing: &Closing| match closing {
        Closing::Tests(names) => closings.tests.iter().filter(|test| names.contains(&test.name)).map(|test| test.text.clone()).collect(),
        other => format!("{other:?}"),
    };
    closings.points.iter().filter(|(point, _)| point.measure() == measure).map(|(point, closing)| (*point, text(closing))).collect()
}

#[test]
fn a_budget_is_spent_by_a_usage_where_one_step_is_not_enough() {
    let found = closed(
        "tool t(q: text)\nbudget usd: decimal limit 10.00 per session\ncharge usd by 0.40 on t\npermit p\n  on t\n  when args.q != \"\"\n",
        Measure::Budgets,
    );
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
    test "p decides" {
      call t(q: "a") => permit by p
    }

    test "usd has just what a step takes" {
      call t(q: "a") as c1
      usage of c1 { usd: 9.6 }
      call t(q: "a") => permit by p
    }

    test "usd has less than a step takes" {
      call t(q: "a") as c1
      usage of c1 { usd: 10 }
      call t(q: "a") => forbid by budget
    }
    "#);
}

#[test]
fn what_a_budget_never_says_is_proved() {
    let of = |rest: &str| {
        let source = format!("tool t(n: int)\nbudget x: int limit 5 per session\nbudget y: int limit 9 per session\n{rest}");
        closed(&source, Measure::Budgets).into_iter().filter(|(_, text)| text == "Impossible").map(|(point, _)| point).collect::<Vec<Point>>()
    };
    let all = |budget| [0, 1, 2].map(|said| Point::Budget(budget, said));
    // Each step takes more than the limit; nothing is charged to the other.
    assert_eq!(of("charge x by 7 on t\npermit p\n  on t\n"), [&[Point::Budget(0, 0), Point::Budget(0, 1)][..], &all(1)].concat());
    // No step gets as far as the budgets.
    assert_eq!(of("charge x by args.n on t\nforbid f\n  on t\n"), [all(0), all(1)].concat());
    // The first refuses whatever the second would.
    assert_eq!(of("charge x by 7 on t\ncharge y by 1 on t\npermit p\n  on t\n"), [&[Point::Budget(0, 0), Point::Budget(0, 1)][..], &all(1)].concat());
}

#[test]
fn a_condition_on_elements_is_shown_by_one_that_is_looked_at() {
    let source = "tool t(xs: list<int>)\npermit p\n  on t\n  when any(x in args.xs: x > 3 and x < 9)\n";
    for measure in [Measure::Conditions, Measure::Mcdc, Measure::Boundaries] {
        for (point, text) in closed(source, measure) {
            assert!(text.starts_with("test"), "{point:?}: {text}");
        }
    }
    let never = "tool t(xs: list<int>)\npermit p\n  on t\n  when all(x in args.xs: x > 3 and x > 1)\n";
    // What is greater than three is never at most one.
    let (impossible, other): (Vec<_>, Vec<_>) = closed(never, Measure::Conditions).into_iter().partition(|(_, text)| text == "Impossible");
    assert_eq!(impossible.len(), 1, "{impossible:?}");
    assert!(other.iter().all(|(_, text)| text.starts_with("test")), "{other:?}");
}

#[test]
fn a_number_of_a_clock_is_found_beside_a_test_or_never() {
    let source = "tool t(at: time)\npermit p\n  on t\n  when local(args.at, \"Europe/Berlin\").hour < 8\ntest \"by night\" {\n  call t(at: 2026-01-01T01:00:00Z) => permit\n}\n";
    let (model, coverage) = shown(source);
    assert!([0, 1, 2].iter().all(|side| !coverage.shows(Point::Boundary(0, *side))), "{model:?}");
    let found = closed(source, Measure::Boundaries);
    assert!(found.len() == 3 && found.iter().all(|(_, text)| text.contains("call t(at: ")), "{found:?}");
    let midnight = source.replace("hour < 8", "hour >= 0");
    assert_eq!(closed(&midnight, Measure::Boundaries).first().map(|(_, text)| text.as_str()), Some("Impossible"));
}
