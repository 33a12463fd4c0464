//! Every limit at n and n + 1, on a small and on a large stack: what is accepted and decided depends on neither.

use reach_codes::{Diagnostic, FileId, Sources};
use reach_engine::Options;
use reach_tests::subject::{Subject, decide};

/// Runs work on a thread of 256 KiB and on one of 8 MiB, and returns what both say.
fn on_both_stacks<T: PartialEq + std::fmt::Debug + Send + 'static>(work: impl Fn() -> T + Clone + Send + 'static) -> T {
    let run = |bytes: usize| {
        let work = work.clone();
        std::thread::Builder::new().stack_size(bytes).spawn(work).unwrap().join().unwrap()
    };
    let (small, large) = (run(256 << 10), run(8 << 20));
    assert_eq!(small, large, "the stack changes the answer");
    small
}

/// The names of the errors of a source, compiled.
fn errors(source: String) -> Vec<&'static str> {
    on_both_stacks(move || {
        let mut sources = Sources::new();
        sources.add("limit.reach", source.clone());
        let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
        let mut names: Vec<&str> = compiled.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code.name()).collect();
        names.dedup();
        assert_eq!(names.is_empty(), compiled.bundle.is_some(), "either a bundle or an error: {names:?}");
        names
    })
}

/// The names of the errors of a source, parsed within small limits.
fn parse_errors(source: &'static str, limits: reach_grammar::Limits) -> Vec<&'static str> {
    on_both_stacks(move || {
        let parsed = reach_grammar::parse(FileId(0), source, &limits);
        parsed.diagnostics.iter().filter(|d| Diagnostic::is_error(d)).map(|d| d.code.name()).collect()
    })
}

const NONE: Vec<&str> = Vec::new();

#[test]
fn the_limits_of_the_language_are_these() {
    let source = reach_grammar::Limits::LANGUAGE;
    assert_eq!((source.source_bytes, source.nesting, source.terms), (1 << 20, 64, 4_096));
    let event = reach_engine::Limits::LANGUAGE;
    assert_eq!((event.event_bytes, event.depth, event.text_bytes, event.list_items), (1 << 20, 64, 256 << 10, 10_000));
    assert_eq!(reach_evaluator::vm::MAX_LIST, 10_000);
    assert_eq!(Options::default().limits, event);
}

#[test]
fn small_limits_of_a_source_hold_at_n_and_n_plus_1() {
    let limits = reach_grammar::Limits { source_bytes: 20, nesting: 3, terms: 4 };
    assert_eq!(parse_errors("let a = 1234567890\n", limits), NONE);
    assert_eq!(parse_errors("let a = 12345678901\n", limits), NONE);
    assert_eq!(parse_errors("let a = 123456789012\n", limits), ["source-too-large"]);
    let limits = reach_grammar::Limits { source_bytes: 1_000, ..limits };
    assert_eq!(parse_errors("let a = (((1)))\n", limits), NONE);
    assert_eq!(parse_errors("let a = ((((1))))\n", limits), ["nested-too-deeply"]);
    assert_eq!(parse_errors("let a = not not not b\n", limits), NONE);
    assert_eq!(parse_errors("let a = not not not not b\n", limits), ["nested-too-deeply"]);
    assert_eq!(parse_errors("let a = b or c or d or e\n", limits), NONE);
    assert_eq!(parse_errors("let a = b or c or d or e or f\n", limits), ["too-many-terms"]);
}

#[test]
fn a_source_of_the_largest_size_compiles_and_one_byte_more_does_not() {
    let head = "tool t()\n\npermit p\n  on t\n";
    let source = |bytes: usize| {
        let mut text = String::with_capacity(bytes);
        text.push_str(head);
        while text.len() + 100 < bytes {
            text.push_str("// ");
            text.push_str(&"x".repeat(80));
            text.push('\n');
        }
        text.push_str("//");
        text.push_str(&"y".repeat(bytes - text.len()));
        text
    };
    assert_eq!(source(1 << 20).len(), 1 << 20);
    assert_eq!(errors(source(1 << 20)), NONE);
    assert_eq!(errors(source((1 << 20) + 1)), ["source-too-large"]);
}

#[test]
fn nesting_of_64_compiles_and_65_does_not() {
    let rule = |condition: String| format!("tool t(b: bool, n: int, xs: list<int>)\n\npermit p\n  on t\n  when {condition}\n");
    let nested = |open: &str, close: &str, inner: &str, depth: usize| rule(format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)));
    for (open, close, inner) in
        [("(", ")", "args.b"), ("not ", "", "args.b"), ("not (", ")", "args.b"), ("(true and ", ")", "args.b"), ("(args.b or ", ")", "args.b")]
    {
        // `not (` counts twice: the word and the bracket.
        let cost = if open == "not (" { 2 } else { 1 };
        assert_eq!(errors(nested(open, close, inner, 64 / cost)), NONE, "{open}");
        assert_eq!(errors(nested(open, close, inner, 64 / cost + 1)), ["nested-too-deeply"], "{open}");
    }
    assert_eq!(errors(rule(format!("{}args.n == 1", "-".repeat(64)))), NONE);
    assert_eq!(errors(rule(format!("{}args.n == 1", "-".repeat(65)))), ["nested-too-deeply"]);
}

#[test]
fn nesting_bombs_are_refused_in_no_time() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("not ", ""), ("-", ""), ("if true then ", " else false"), ("(", ""), ("list<", ">"), ("any(x in xs: ", ")")]
    {
        let mut text = format!("tool t()\n\nlet a = {}1{}\n", open.repeat(20_000), close.repeat(20_000));
        text.truncate(1 << 20);
        assert!(!errors(text).is_empty(), "{open}");
    }
}

#[test]
fn an_expression_of_4096_terms_compiles_and_decides_and_one_with_more_does_not() {
    for (word, effect_of_last) in [("or", "permit"), ("and", "forbid")] {
        let source = |terms: usize| {
            let chain: Vec<String> = (0..terms).map(|i| if word == "or" { format!("args.n == {i}") } else { format!("args.n != {i}") }).collect();
            format!("tool t(n: int)\n\npermit p\n  on t\n  when {}\n", chain.join(&format!(" {word} ")))
        };
        // Each comparison has three terms: a name, its field, and a number.
        let most = 4_096 / 3;
        assert_eq!(errors(source(most + 1)), ["too-many-terms"]);
        assert_eq!(errors(source(most)), NONE);
        let text = source(most);
        let effects = on_both_stacks(move || {
            let subject = Subject::new([("limit.reach", text.as_str())]).unwrap();
            let mut session = subject.session();
            [most - 1, most].map(|n| {
                let line = format!(r#"{{"type":"call","id":"s{n}","name":"t","args":{{"n":{n}}},"at":"2026-01-01T00:00:00Z"}}"#);
                decide(&mut session, &line).unwrap().effect.word()
            })
        });
        assert_eq!(effects[0], effect_of_last);
        assert_ne!(effects[1], effect_of_last);
    }
}

/// Decides on one line within limits, and returns the effect and the first reason.
fn decided(source: &'static str, limits: reach_engine::Limits, line: String) -> (&'static str, String) {
    on_both_stacks(move || {
        let subject = Subject::new([("limit.reach", source)]).unwrap();
        let options = Options { limits, ..Options::default() };
        let mut session = reach_engine::Session::new(std::sync::Arc::clone(&subject.image), "", options);
        let decision = decide(&mut session, &line).expect("a step");
        (decision.effect.word(), decision.rules[0].rule.clone())
    })
}

const ANY: &str = "tool t(x: any)\n\npermit p\n  on t\n";
const LIST: &str = "tool t(x: list<int>)\n\npermit p\n  on t\n";
const TEXT: &str = "tool t(x: text)\n\npermit p\n  on t\n";

fn event(x: &str) -> String {
    format!(r#"{{"type":"call","id":"s1","name":"t","args":{{"x":{x}}},"at":"2026-01-01T00:00:00Z"}}"#)
}

/// Asserts that something is permitted at `n` and refused by `limit` at `n + 1`.
fn boundary(what: &str, source: &'static str, limits: reach_engine::Limits, n: usize, make: impl Fn(usize) -> String) {
    assert_eq!(decided(source, limits, make(n)), ("permit", "p".to_owned()), "{what} {n}");
    assert_eq!(decided(source, limits, make(n + 1)), ("forbid", "limit".to_owned()), "{what} {n} + 1");
}

#[test]
fn limits_of_events_hold_at_n_and_n_plus_1_small_and_as_they_are() {
    let language = reach_engine::Limits::LANGUAGE;
    let list = |n: usize| event(&format!("[{}]", vec!["1"; n].join(",")));
    // The event's own object is the first level and `args` the second.
    let deep = |n: usize| event(&format!("{}1{}", "[".repeat(n - 2), "]".repeat(n - 2)));
    let deep_objects = |n: usize| event(&format!("{}1{}", r#"{"a":"#.repeat(n - 2), "}".repeat(n - 2)));
    let text = |n: usize| event(&format!("\"{}\"", "x".repeat(n)));
    let whole = |n: usize| {
        let empty = event("\"\"").len();
        event(&format!("{}\"\"", " ".repeat(n - empty)))
    };
    boundary("a list", LIST, reach_engine::Limits { list_items: 9, ..language }, 9, list);
    boundary("a list", LIST, language, 10_000, list);
    boundary("a list in any", ANY, language, 10_000, list);
    boundary("depth", ANY, reach_engine::Limits { depth: 5, ..language }, 5, deep);
    boundary("depth", ANY, language, 64, deep);
    boundary("depth of objects", ANY, language, 64, deep_objects);
    boundary("a text", TEXT, reach_engine::Limits { text_bytes: 30, ..language }, 30, text);
    boundary("a text", TEXT, language, 256 << 10, text);
    boundary("an event", TEXT, reach_engine::Limits { event_bytes: 200, ..language }, 200, whole);
    boundary("an event", TEXT, language, 1 << 20, whole);
}

#[test]
fn json_bombs_are_refused_on_any_stack() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), ("[", "")] {
        for source in [ANY, LIST, TEXT] {
            let (effect, reason) = decided(source, reach_engine::Limits::LANGUAGE, event(&format!("{}{}", open.repeat(100_000), close.repeat(100_000))));
            assert_eq!(effect, "forbid");
            assert!(["limit", "invalid_arguments"].contains(&reason.as_str()), "{reason}");
        }
    }
}

#[test]
fn a_list_made_by_a_rule_has_no_value_beyond_the_limit() {
    let source = "tool t(x: list<int>)\n\npermit p\n  on t\n\nforbid f\n  on t\n  when length(args.x + args.x) == 3\n";
    let list = |n: usize| event(&format!("[{}]", vec!["1"; n].join(",")));
    let language = reach_engine::Limits::LANGUAGE;
    assert_eq!(decided(source, language, list(5_000)), ("permit", "p".to_owned()));
    assert_eq!(decided(source, language, list(5_001)), ("forbid", "f".to_owned()));
}
