//! Limits: length, nesting, chains; and that none of them needs the caller's stack.

use reach_values::sql::{Dialect, MAX_BYTES, MAX_DEPTH, MAX_TERMS, parse};

/// What opens a level, what stands innermost, and what closes a level; with what stands before all.
const NESTED: &[(&str, &str, &str, &str)] = &[
    ("select ", "(", "1", ")"),
    ("select ", "f(", "1", ")"),
    ("select ", "(select ", "1", ")"),
    ("select * from ", "(", "t", ")"),
    ("select * from ", "(select * from ", "t", ") x"),
    ("select * from ", "(t join ", "t", " on 1=1)"),
    ("", "(", "select 1", ")"),
    ("select 1 where x in ", "(select x from t where x in ", "(1)", ")"),
    ("select ", "exists (select ", "1", ")"),
    ("select ", "case when ", "1", " then 2 end"),
    ("select ", "cast(", "1", " as int)"),
    ("select ", "array[", "1", "]"),
    ("select ", "a[", "1", "]"),
    ("select ", "{'a': ", "1", "}"),
    ("select ", "sum(1) over (order by ", "1", ")"),
    ("select ", "count(*) filter (where ", "1", ")"),
    ("select ", "substring(", "'a'", " from 1)"),
    ("select ", "x between (", "1", ") and 2"),
    ("insert into t ", "(", "select 1", ")"),
    ("select 1 union ", "(select 1 union ", "select 1", ")"),
    ("with a as ", "(with b as ", "(select 1)", " select 1) select 1"),
    ("create view v as ", "(", "select 1", ")"),
    ("create table t (a ", "array<", "int", ">)"),
    ("create table t (a ", "struct<a ", "int", ">)"),
];

/// What is written again and again, with what stands before and behind.
const CHAINS: &[(&str, &str, &str)] = &[
    ("select 1", " + 1", ""),
    ("select 1 where a", " and a", ""),
    ("select 1 where a", " or not a", ""),
    ("select ", "not ", "1"),
    ("select ", "- ", "1"),
    ("select ", "+ ", "1"),
    ("select ", "~ ", "1"),
    ("select 1", "::int", ""),
    ("select 1", "[1]", ""),
    ("select 1", " is null", ""),
    ("select 1", " || 'a'", ""),
    ("select 1", " collate x", ""),
    ("select 1", " at time zone 'x'", ""),
    ("select 1", " -> 'x'", ""),
    ("select 1", " union select 1", ""),
    ("select 1", " intersect select 1", ""),
    ("select 1 from a", " join b", ""),
    ("select 1 from a", " natural join b", ""),
    ("", "explain ", "select 1"),
    ("", "describe ", "select 1"),
    ("", "prepare p as ", "select 1"),
    ("", "begin ", "select 1"),
    ("", "if 1 then ", "select 1"),
    ("select ", "interval ", "'1' day"),
    ("select ", "x -> ", "x"),
    ("select ", "prior ", "x"),
    ("select ", "distinct ", "x"),
    ("select ", "binary ", "x"),
    ("select ", "date ", "x"),
    ("select ", "lambda x : ", "x"),
    ("select ", "lateral ", "x"),
    ("select ", "all ", "x"),
    ("select ", "case ", "x"),
    ("create table t (a ", "array<", "int"),
    ("", "with a as ", "select 1"),
    ("select * from t ", "match_recognize ", ""),
    ("select ", "a.", "a"),
    ("select ", "_utf8 ", "'a'"),
    ("select ", "{fn ", "a"),
    ("", "create schema a ", ""),
    ("select ", "new ", "a"),
    ("select 1 from ", "lateral ", "a"),
    ("select 1 from ", "table ", "a"),
    ("grant ", "select ", "on t to a"),
    ("", "else ", ""),
    ("", "select ", ""),
    ("", "from ", ""),
    ("", "(", ""),
    ("", "((", "select 1"),
    ("", "[", ""),
    ("", "case when ", ""),
];

fn on_stack(bytes: usize, work: impl FnOnce() + Send + 'static) {
    let done = std::thread::Builder::new().stack_size(bytes).spawn(work).map(|thread| thread.join().is_ok());
    assert!(matches!(done, Ok(true)), "{done:?}");
}

fn texts() -> Vec<String> {
    let nested = NESTED.iter().flat_map(|(before, open, inner, close)| {
        [MAX_DEPTH / 2 - 1, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 5_000].map(|depth| format!("{before}{}{inner}{}", open.repeat(depth), close.repeat(depth)))
    });
    let chains = CHAINS.iter().flat_map(|(before, link, behind)| {
        [MAX_TERMS / 4, MAX_TERMS / 2 - 1, MAX_TERMS - 1, MAX_TERMS, 5_000].map(|count| format!("{before}{}{behind}", link.repeat(count)))
    });
    // A level that is nested as deep as may be, each with as long a chain as may be.
    let share = MAX_TERMS / MAX_DEPTH - 2;
    let both = ["+ 1", "and 1", "is null", "::int"]
        .map(|link| format!("select {}1{}", "(".repeat(MAX_DEPTH), format!(" {}", format!("{link} ").repeat(share) + ")").repeat(MAX_DEPTH)));
    nested.chain(chains).chain(both).collect()
}

/// The parser, the walk and the drop of the tree recurse; what is beyond the limits is never seen by them.
#[test]
fn deep_queries_need_no_stack_of_the_caller() {
    on_stack(256 << 10, || {
        for text in texts() {
            for dialect in &[Dialect::Generic, Dialect::Postgres, Dialect::Snowflake] {
                let _ = parse(&text, *dialect);
            }
        }
    });
}

/// Where there is just as much stack as a query is said to need, none is made for it.
#[test]
fn the_stack_that_is_said_to_suffice_does() {
    for kibibytes in [1024, 4096, 16_384] {
        on_stack(kibibytes << 10, || {
            for text in texts() {
                let _ = parse(&text, Dialect::DuckDb);
            }
        });
    }
}

#[test]
fn the_limits_hold_at_n_and_n_plus_one() {
    let nested = |depth: usize| format!("select {}1{}", "(".repeat(depth), ")".repeat(depth));
    let chain = |count: usize| format!("select 1{}", " + 1".repeat(count));
    let long = |bytes: usize| format!("select '{}'", "x".repeat(bytes - "select ''".len()));
    for (text, opaque, why) in [
        (nested(MAX_DEPTH), false, "as deep as may be"),
        (nested(MAX_DEPTH + 1), true, "deeper"),
        (chain(MAX_TERMS), false, "as long a chain as may be"),
        (chain(MAX_TERMS + 1), true, "longer"),
        (long(MAX_BYTES), false, "as long as may be"),
        (long(MAX_BYTES + 1), true, "longer"),
        (format!("select 1 where x in ({})", vec!["1"; 5_000].join(", ")), false, "a list is no chain"),
        (format!("insert into t (a) values {}", vec!["(1)"; 5_000].join(", ")), false, "nor are rows"),
        (vec!["select 1 + 1"; 2_000].join("; "), false, "nor are statements"),
    ] {
        assert_eq!(parse(&text, Dialect::Generic).opaque, opaque, "{why}");
    }
}

/// The parser's time doubles with each of these where it tries them twice; with a limit on them it doesn't.
#[test]
fn what_the_parser_tries_twice_is_limited() {
    for (text, dialect, why) in [
        (format!("select {}x.", "(x) -> ".repeat(30)), Dialect::Snowflake, "lambdas"),
        (format!("select {}*", "binary - ".repeat(30)), Dialect::MySql, "the operator `binary`"),
    ] {
        assert!(parse(&text, dialect).opaque, "{why}");
    }
}
