//! The bounds of the checked form: at n and at n + 1.

use reach_codes::{Code, Sources, table::limit};
use reach_grammar::Limits;

use crate::limits::Bounds;

fn codes(text: &str, bounds: Bounds) -> Vec<Code> {
    let mut sources = Sources::new();
    sources.add("policy.reach", text);
    crate::compile_within(sources.into(), &Limits::default(), bounds).diagnostics.iter().map(|d| d.code).collect()
}

/// Checks that `make(n)` is accepted and `make(n + 1)` refused with just that code.
#[track_caller]
fn holds(bounds: Bounds, code: Code, n: usize, make: impl Fn(usize) -> String) {
    assert_eq!(codes(&make(n), bounds), [], "{}", make(n));
    assert_eq!(codes(&make(n + 1), bounds), [code], "{}", make(n + 1));
}

#[test]
fn each_bound_holds_at_n_and_refuses_n_plus_one() {
    let language = Bounds::LANGUAGE;
    // A condition, a comparison, the chain, and the `args.n` at its left end.
    let sum = |n: usize| format!("tool t(n: int)\n\nforbid f\n  on t\n  when args.n{} > 1\n", " + args.n".repeat(n));
    holds(Bounds { depth: 20, ..language }, limit::EXPRESSION_TOO_DEEP, 14, sum);
    let fields = |n: usize| {
        let inner: String = (0..n).map(|i| format!("f{i}: int, ")).collect();
        format!("tool t(r: {{ {inner} }})\n")
    };
    holds(Bounds { type_parts: 8, ..language }, limit::TYPE_TOO_LARGE, 7, fields);
    let lists = |n: usize| format!("tool t(x: {}int{})\n", "list<".repeat(n), ">".repeat(n));
    holds(Bounds { type_depth: 5, ..language }, limit::TYPE_TOO_LARGE, 4, lists);
    let members = |n: usize| format!("let x = [{}]\n", vec!["1"; n].join(", "));
    holds(Bounds { constant_parts: 9, ..language }, limit::CONSTANT_TOO_LARGE, 8, members);
    let rules = |n: usize| (0..n).map(|i| format!("forbid f{i}\n  on say\n\n")).collect::<String>();
    holds(Bounds { rules: 3, ..language }, limit::TOO_MANY_RULES, 3, rules);
    holds(Bounds { rule_targets: 3, ..language }, limit::TOO_MANY_RULE_TARGETS, 3, rules);
    // The function has three nodes.
    let calls = |n: usize| format!("fn f(x: int) = x + 1\n\ntool t(n: int)\n\nforbid r\n  on t\n  when {}\n", vec!["f(args.n) > 1"; n].join(" and "));
    holds(Bounds { inlined: 12, ..language }, limit::TOO_MUCH_INLINED, 4, calls);
}

#[test]
fn constants_that_take_too_long_are_refused() {
    let text = "let xs = [1, 2, 3, 4, 5, 6, 7, 8]\n\nlet n = sum(a in xs: sum(b in xs: sum(c in xs: a * b * c)))\n";
    assert_eq!(codes(text, Bounds::LANGUAGE), []);
    assert_eq!(codes(text, Bounds { fold_steps: 100, ..Bounds::LANGUAGE }), [limit::CONSTANT_TOO_COSTLY]);
}

#[test]
fn the_bounds_of_the_language_are_these() {
    let language = Bounds {
        depth: 512,
        inlined: 1_000_000,
        type_parts: 10_000,
        type_depth: 64,
        constant_parts: 100_000,
        fold_steps: 10_000_000,
        rule_targets: 10_000_000,
        rules: 1_000_000,
        alone: 255,
        tests: crate::scenario::Room::LANGUAGE,
    };
    assert_eq!(Bounds::LANGUAGE, language);
}
