//! Whatever is written: no panic, an answer soon, and the same on every stack.

use proptest::prelude::*;
use reach_codes::{Example, table};

/// Pieces of the language, to be put together in any way.
const PIECES: &[&str] = &[
    "args",
    "args.a",
    "args.b",
    "args.c",
    "args.d",
    "facts.f",
    "context.u",
    "step.name",
    "agent.depth",
    "it",
    "x",
    "teller",
    "limit",
    "payees",
    "f(",
    "length(",
    "min(",
    "abs(",
    "lower(",
    "any(x in ",
    "all(x in ",
    "count(x in ",
    "sum(x in ",
    ": ",
    ")",
    "(",
    "[",
    "]",
    "{ ",
    " }",
    ", ",
    " and ",
    " or ",
    "not ",
    " == ",
    " != ",
    " < ",
    " in ",
    " not in ",
    " contains ",
    " within ",
    " matches ",
    " has a",
    " has b",
    " as y",
    " else ",
    "if ",
    " then ",
    "glob\"*.x\"",
    "re\"a+\"",
    "\"text\"",
    "\"/a/b\"",
    "\"a@b.c\"",
    "5",
    "5.5",
    "9223372036854775807",
    "1h",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "true",
    " + ",
    " - ",
    " * ",
    "-",
    ".name",
    ".domain",
    "[0]",
    "[\"k\"]",
    "y",
    "{}",
    "[]",
    " from user",
    "ever(call t)",
];

fn condition() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..14).prop_map(|pieces| pieces.concat())
}

fn bundle(condition: &str) -> String {
    format!(
        "type Role = enum {{ teller, auditor }}\ntype Short = text where length(it) < 9\ncontext {{ u: email, role: Role? }}\nlet limit = 5\nlet payees = {{ \"a@b.c\", \"x@y.z\" }}\n\
         fn f(n: int) = n + limit\n\
         tool t(a: int, b: date?, c: list<text>, d: path?, e: {{ a: int, b: Short? }}, g: map<int>, h: any, r: Role) facts {{ f: text? }}\n\n\
         permit p\n  on t\n  when {condition}\n  because \"{{args.a}} {{args.b}}\"\n"
    )
}

/// Pieces of patterns of earlier events and of sources.
const EVENTS: &[&str] = &[
    "ever(",
    "count(",
    "sum(args.a of ",
    "latest(",
    "call t",
    "attempted call t",
    "denied spawn",
    "result t",
    "result",
    "result l each x",
    "prompt",
    "say",
    " where ",
    " over 1h",
    " per agent",
    " since call t",
    " since (result t where args.a == step.args.a)",
    "args.a == step.args.a",
    "step.args.b == args.b",
    "args.c == [\"a\"]",
    "args.d",
    "step.args.d",
    "facts.f",
    "context.u",
    "step.at",
    "result.s",
    "result.n",
    "ok",
    "text",
    "x.id",
    "x",
    "y",
    "y.args.a",
    "y.result.n",
    " has b",
    " has n",
    " as y",
    " else 5",
    " == ",
    " > 5",
    " and ",
    " or ",
    "not ",
    " from user",
    " from secret",
    " from results of t",
    " from (result t where args.a == 1)",
    " from s in (result t)",
    " from id in (result l each z where z.id == \"a\")",
    " named by user",
    "secret in labels",
    " within agent.rights",
    "args.c",
    "any(x in args.c: x",
    ")",
    ")",
    "(",
];

fn question() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(EVENTS), 1..10).prop_map(|pieces| pieces.concat());
    prop_oneof![pieces, likely()]
}

/// Questions that are right more often than not.
fn likely() -> impl Strategy<Value = String> {
    let kind =
        prop::sample::select(&["call t", "attempted call t", "denied call t", "result t", "result l each x", "prompt", "say", "call t, l", "spawn g"][..]);
    let terms = prop::sample::subsequence(
        &[
            "args has b",
            "args.a == step.args.a",
            "step.args.c == args.c",
            "args.a > 3",
            "args.a from user",
            "any(w in args.c: w from secret)",
            "args.d as way and way == path\"/a\"",
            "ok",
            "text contains \"a\"",
            "result has n",
            "result.s == \"a\"",
            "x.id == \"a\"",
            "step.at == step.at",
            "context.u == \"a@b.c\"",
            "facts has f",
        ][..],
        0..4,
    );
    let fold = prop::sample::select(
        &[
            ("ever(", ")"),
            ("count(", ") > 3"),
            ("3 < count(", ")"),
            ("sum(args.a of ", ") + args.a > 5"),
            ("latest(", ") as y and y.at < step.at"),
            ("latest(", ") as y and y.args.a > args.a"),
            ("latest(", ") as y and y.result has n and y.result.n > 2"),
            ("not ever(", ")"),
            ("args.d from s in (", ")"),
            ("any(w in args.c: w from (", "))"),
        ][..],
    );
    let behind = prop::sample::subsequence(&[" over 1h", " per agent", " since call t", " since (result t where args.a == step.args.a and ok)"][..], 0..3);
    (fold, kind, terms, behind).prop_map(|((open, close), kind, terms, behind)| {
        let condition = if terms.is_empty() { String::new() } else { format!(" where {}", terms.join(" and ")) };
        format!("{open}{kind}{condition}{}{close}", behind.concat())
    })
}

/// A bundle that asks this in each place that has a session; `granted`: in one that has none, too.
fn asking(question: &str, granted: bool) -> String {
    let condition = if granted { question } else { "args.a > 1" };
    format!(
        "label secret\n\ncontext {{ u: email }}\n\nbudget m: int limit 5 per session\n\nagent g(a: int, b: date?, c: list<text>, d: path?)\n\n\
         tool t(a: int, b: date?, c: list<text>, d: path?) -> {{ s: text, n: int? }} facts {{ f: text? }} returns secret in s\n\n\
         tool l() -> list<{{ id: text }}>\n\npermit p\n  on t\n  when {question}\n  unless {question}\n\nask q\n  on t\n  when {question}\n\n\
         permit r\n  on g\n  when {question}\n  grants {{ t where {condition}, budget m: args.a }}\n\ncharge m by args.a on t when {question}\n"
    )
}

/// Swaps, drops and doubles lines and words of the table's own examples.
fn mutated() -> impl Strategy<Value = String> {
    let examples: Vec<&'static str> = table::all()
        .filter_map(|c| match c.info().example {
            Example::Policy { bad, good } => Some([bad, good]),
            _ => None,
        })
        .flatten()
        .collect();
    (prop::sample::select(examples.clone()), prop::sample::select(examples), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8).prop_map(
        |(a, b, i, j, how)| {
            let cut = |text: &str, at: &prop::sample::Index| {
                let places: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
                places[at.index(places.len())]
            };
            match how {
                0 => format!("{a}\n{b}"),
                1 => format!("{}{}", &a[..cut(a, &i)], &b[cut(b, &j)..]),
                2 => {
                    let mut lines: Vec<&str> = a.lines().collect();
                    let n = lines.len();
                    lines.swap(i.index(n), j.index(n));
                    lines.join("\n")
                }
                _ => a.replacen("args.", "context.", 1 + i.index(2)),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_condition_breaks_the_compiler(condition in condition()) {
        reach_compiler::fuzz::fuzz_compile(bundle(&condition).as_bytes());
    }

    #[test]
    fn no_question_about_the_session_breaks_the_checker(question in question(), granted in prop::bool::weighted(0.1)) {
        reach_compiler::fuzz::fuzz_compile(asking(&question, granted).as_bytes());
    }

    #[test]
    fn no_mixture_of_declarations_breaks_the_compiler(text in mutated()) {
        reach_compiler::fuzz::fuzz_compile(text.as_bytes());
    }
}

#[test]
fn what_is_accepted_does_not_depend_on_the_stack() {
    let nested = |n: usize| format!("tool t(b: bool)\n\npermit p\n  on t\n  when {}args.b{}\n", "not (".repeat(n), ")".repeat(n));
    let sum = |n: usize| format!("tool t(n: int)\n\npermit p\n  on t\n  when args.n{} > 1\n", " + args.n".repeat(n));
    let fields = |n: usize| {
        let mut text = String::from("type T0 = { a: int }\n");
        for i in 1..n {
            text.push_str(&format!("type T{i} = {{ a: T{} }}\n", i - 1));
        }
        format!("{text}\ntool t(x: T{})\n\npermit p\n  on t\n  when args.x{} > 1\n", n - 1, ".a".repeat(n))
    };
    let joined = |n: usize| {
        format!(
            "tool t(n: int)\n\nforbid f\n  on t\n  when ever(call t where args.n == step.args.n{} and args.n{} > 1)\n",
            " + step.args.n".repeat(n),
            " + args.n".repeat(n)
        )
    };
    let texts = vec![nested(20), nested(100), sum(500), sum(4_000), fields(60), fields(70), joined(500), joined(2_000)];
    let answers = |texts: &[String]| texts.iter().map(|t| super::support::codes(t)).collect::<Vec<_>>();
    let run = |bytes: usize| {
        let texts = texts.clone();
        std::thread::Builder::new().stack_size(bytes).spawn(move || answers(&texts)).unwrap().join().unwrap()
    };
    let small = run(256 << 10);
    assert_eq!(small, run(8 << 20));
    assert!(small[0].is_empty() && small[2].is_empty() && small[4].is_empty() && small[6].is_empty(), "{small:?}");
    assert!(!small[1].is_empty() && !small[3].is_empty() && !small[5].is_empty() && !small[7].is_empty(), "{small:?}");
}

#[test]
fn a_bundle_full_of_mistakes_answers_soon() {
    let mut text = String::new();
    for i in 0..3_000 {
        text.push_str(&format!("tool tool_{i}(alpha: int)\n"));
    }
    for i in 0..3_000 {
        text.push_str(&format!("permit p{i}\n  on toool_{i}\n  when limt > 5\n"));
    }
    let found = super::support::codes(&text);
    assert_eq!(found.len(), 6_000, "an unknown target and an unknown name each");
}
