use super::*;

/// Runs a check on a thread with a small stack and on one with a large stack.
fn on_small_and_large_stacks(check: impl Fn() + Send + Clone + 'static) {
    for size in [256 << 10, 8 << 20] {
        std::thread::Builder::new().stack_size(size).spawn(check.clone()).unwrap().join().unwrap();
    }
}

fn nested(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("let x = {}{inner}{}\n", open.repeat(depth), close.repeat(depth))
}

/// What nests expressions, each as what stands before, innermost and behind.
const NESTS: &[(&str, &str, &str)] = &[
    ("(", "a", ")"),
    ("[", "a", "]"),
    ("{ ", "a", " }"),
    ("{ a: ", "a", " }"),
    ("f(", "a", ")"),
    ("a[", "a", "]"),
    ("all(x in ", "a", ": b)"),
    ("any(x in xs: ", "a", ")"),
    ("ever(call a where ", "a", ")"),
    ("sum(", "a", " of call b)"),
    ("a from (result b where ", "a", ")"),
    ("not ", "a", ""),
    ("-", "a", ""),
    ("if a then b else ", "a", ""),
    ("c may run x where ", "a", ""),
    ("a or b and not -c else d[", "a", "] * 2 == 3"),
];

#[test]
fn the_limits_are_the_constants_of_the_language() {
    assert_eq!(Limits::LANGUAGE, Limits { source_bytes: 1_048_576, nesting: 64, terms: 4096 });
}

#[test]
fn nesting_is_accepted_at_the_limit_and_refused_beyond_it_whatever_the_stack() {
    on_small_and_large_stacks(|| {
        for (open, inner, close) in NESTS {
            // `not -…[` nests three deep a time.
            let each = if open.contains("not -") { 3 } else { 1 };
            let parsed = read(&nested(64 / each, open, inner, close));
            assert!(parsed.is_ok(), "{open}: {:?}", parsed.diagnostics);
            let copy = crate::with_stack(|| parsed.file.clone());
            assert!(crate::same_tree(&copy, &parsed.file));
            let beyond = read(&nested(64 / each + 1, open, inner, close));
            let names: Vec<_> = beyond.diagnostics.iter().map(|d| d.code.name()).collect();
            assert_eq!(names, ["nested-too-deeply"], "{open}");
        }
    });
}

#[test]
fn types_nest_up_to_the_limit() {
    on_small_and_large_stacks(|| {
        for (open, close) in [("list<", ">"), ("{ a: ", " }"), ("list<{ a: ", " }>")] {
            let depth = if open.contains('<') && open.contains('{') { 32 } else { 64 };
            let text = |n: usize| format!("type T = {}text{}\n", open.repeat(n), close.repeat(n));
            assert_eq!(codes(&text(depth)), Vec::<&str>::new(), "{open}");
            assert_eq!(codes(&text(depth + 1)), ["nested-too-deeply"], "{open}");
        }
    });
}

#[test]
fn deeply_nested_source_is_formatted_whatever_the_stack() {
    on_small_and_large_stacks(|| {
        for (open, inner, close) in NESTS {
            let each = if open.contains("not -") { 3 } else { 1 };
            crate::fuzz::fuzz_format(nested(64 / each, open, inner, close).as_bytes());
        }
    });
}

#[test]
fn a_hundred_thousand_brackets_or_prefixes_are_one_message() {
    on_small_and_large_stacks(|| {
        for (open, inner, close) in NESTS {
            let found = codes(&nested(100_000 / open.len(), open, inner, close));
            assert!(!found.is_empty() && found.len() < 3 && found.contains(&"nested-too-deeply"), "{open}: {found:?}");
        }
        for unbalanced in ["(", ")", "([{", "}])", "{ a: list<"] {
            let found = codes(&format!("let x = {}", unbalanced.repeat(50_000)));
            assert!(!found.is_empty() && found.len() <= 1001, "{unbalanced}: {}", found.len());
        }
    });
}

#[test]
fn terms_are_accepted_at_the_limit_and_refused_beyond_it() {
    on_small_and_large_stacks(|| {
        for join in [" and ", " or ", " + ", " - ", " * ", " else ", " or b and "] {
            let most = if join.contains(" b ") { 2048 } else { 4096 };
            let chain = |n: usize| format!("let x = {}\n", vec!["a"; n].join(join));
            let last = if join.contains(" b ") { 1 } else { 0 };
            assert!(read(&chain(most)).is_ok(), "{join}");
            assert_eq!(codes(&chain(most + 1 + last)), ["too-many-terms"], "{join}");
        }
        let links = |n: usize| format!("let x = a{}\n", ".a".repeat(n));
        assert!(read(&links(4095)).is_ok());
        assert_eq!(codes(&links(4096)), ["too-many-terms"]);
        let set = |n: usize| format!("let x = {{ {} }}\n", vec!["1"; n].join(", "));
        assert!(read(&set(4095)).is_ok());
        assert_eq!(codes(&set(4096)), ["too-many-terms"]);
    });
}

#[test]
fn each_expression_has_terms_of_its_own() {
    let chain = vec!["a"; 3000].join(" and ");
    assert!(read(&format!("forbid p\n  on a\n  when {chain}\n  unless {chain}\n")).is_ok());
}

#[test]
fn a_chain_of_comparisons_is_flat_and_one_message() {
    assert_eq!(codes(&format!("let x = {}\n", vec!["a"; 4000].join(" < "))), ["chained-comparison"]);
    assert_eq!(codes(&format!("let x = a{}\n", " has b".repeat(4000))), ["chained-comparison"]);
}

#[test]
fn a_file_is_accepted_at_the_limit_of_its_size_and_refused_beyond_it() {
    let small = Limits { source_bytes: 20, ..Limits::LANGUAGE };
    let parse = |text: &str| crate::parse(reach_codes::FileId(0), text, &small).diagnostics.iter().map(|d| d.code.name()).collect::<Vec<_>>();
    assert_eq!(parse("tool a() // 90123456"), Vec::<&str>::new());
    assert_eq!(parse("tool a() // 901234567"), ["source-too-large"]);
}

#[test]
fn smaller_limits_hold_too() {
    let small = Limits { nesting: 2, terms: 3, ..Limits::LANGUAGE };
    let parse = |text: &str| crate::parse(reach_codes::FileId(0), text, &small).diagnostics.iter().map(|d| d.code.name()).collect::<Vec<_>>();
    assert_eq!(parse("let x = ((a))\n"), Vec::<&str>::new());
    assert_eq!(parse("let x = (((a)))\n"), ["nested-too-deeply"]);
    assert_eq!(parse("let x = not (not a)\n"), ["nested-too-deeply"]);
    assert_eq!(parse("let x = a + b + c\n"), Vec::<&str>::new());
    assert_eq!(parse("let x = a + b + c + d\n"), ["too-many-terms"]);
}

#[test]
fn a_file_of_mistakes_gives_a_thousand_messages_and_says_that_there_are_more() {
    let found = codes(&"x\n".repeat(5000));
    assert_eq!(found.len(), 1001);
    assert_eq!(found.last(), Some(&"too-many-messages"));
    assert_eq!(codes(&"let a = 1;\n".repeat(5000)).len(), 1001);
    assert_eq!(codes(&format!("let a = {}", vec!["x = y"; 2000].join(" and "))).last(), Some(&"too-many-messages"));
}

#[test]
fn work_does_not_explode_where_alternatives_fail_late() {
    // Each of these would take ages if a failed alternative were tried again at each level.
    for (open, _, close) in NESTS {
        let depth = if open.contains("not -") { 20 } else { 60 };
        assert!(!codes(&nested(depth, open, "a b", close)).is_empty(), "{open}");
        let _ = codes(&nested(depth, open, "", close));
    }
}
