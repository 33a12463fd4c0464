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
