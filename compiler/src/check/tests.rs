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

/// Steps and rules, most of which leave nothing but what they come to; some report, some are numbered, some add to what all may spend together.
fn mixed(rules: usize) -> String {
    let mut text = "type short = text where length(it) < 80\n\nlet top = 50\n\nfn twice(n: int) = n * 2 > top\n\n".to_owned();
    for n in 0..rules {
        text += &match n % 31 {
            29 => format!("tool t{n}(amount: int, to: nowhere)\n\n"),
            30 => format!("tool t{n}(amount: int, to: short)\n\n"),
            _ => format!("tool t{n}(amount: int, to: text)\n\n"),
        };
        let condition = match n % 13 {
            0 => "count(call t1 over 1h) > 3".to_owned(),
            1 => "twice(args.amount)".to_owned(),
            2 => "args.amount > top and args.to == \"z\"".to_owned(),
            3 if n % 7 == 3 => "args.nothing == 1".to_owned(),
            _ => format!("args.amount > {n} or args.to in {{ \"a\", \"b{n}\" }}"),
        };
        text += &format!("permit r{n}\n  on t{n}\n  when {condition}\n\n");
    }
    text
}

#[test]
fn several_threads_come_to_what_one_comes_to() {
    let check = |text: &str, bounds: Bounds| {
        let mut sources = Sources::new();
        sources.add("policy.reach", text);
        crate::compile_within(sources.into(), &Limits::default(), bounds)
    };
    let wrong = mixed(600);
    let sound = wrong.replace("nowhere", "text").replace("args.nothing", "args.amount");
    let language = Bounds::LANGUAGE;
    for (text, bounds, whole) in [
        (&wrong, language, false),
        (&sound, language, true),
        (&sound, Bounds { inlined: 100, ..language }, false),
        (&wrong, Bounds { inlined: 40, ..language }, false),
        (&sound, Bounds { rule_targets: 500, ..language }, false),
    ] {
        let alone = check(text, Bounds { alone: usize::MAX, ..bounds });
        let together = check(text, bounds);
        assert_eq!(alone.diagnostics, together.diagnostics);
        assert_eq!(alone.bundle, together.bundle);
        assert_eq!(alone.bundle.is_some(), whole, "{:?}", alone.diagnostics.first());
    }
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
