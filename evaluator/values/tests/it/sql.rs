//! Cases of queries: what is read of them, and what a writer who wants to deceive may try.

mod calls;
mod deceptions;
mod limits;
mod tables;
mod writes;

use proptest::prelude::*;
use reach_values::sql::{Dialect, parse};

/// Writes down what is read of a query: for each statement its kind, and what there is of the rest.
fn outline(text: &str, dialect: Dialect) -> String {
    let query = parse(text, dialect);
    if query.opaque {
        return "opaque".to_owned();
    }
    let statements = query.statements.iter().map(|statement| {
        let mut outline = statement.kind.word().to_owned();
        for (what, names) in [("reads", &statement.reads), ("writes", &statement.writes), ("columns", &statement.columns), ("calls", &statement.functions)] {
            if !names.is_empty() {
                outline.push_str(&format!(" {what} {}", names.join(",")));
            }
        }
        if let Some(limit) = statement.limit {
            outline.push_str(&format!(" limit {limit}"));
        }
        for (what, holds) in [("filtered", statement.filtered), ("effects", statement.effects)] {
            if holds {
                outline.push_str(&format!(" {what}"));
            }
        }
        outline
    });
    statements.collect::<Vec<_>>().join("; ")
}

/// Checks cases: dialect, query, what is read of it, and why.
fn check(cases: &[(&str, &str, &str, &str)]) {
    let mut wrong = String::new();
    for (dialect, text, expected, why) in cases {
        let read = Dialect::from_word(dialect).map_or_else(|| "no dialect".to_owned(), |dialect| outline(text, dialect));
        if read != *expected {
            wrong.push_str(&format!("\n{dialect}: {text}\n  is       {read}\n  expected {expected}\n  because  {why}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Words and signs of queries, so that what is made of them often parses.
const WORDS: &[&str] = &[
    "select",
    "from",
    "where",
    "a",
    "t",
    "users",
    "u",
    "*",
    "(",
    ")",
    ",",
    "1",
    "'x'",
    "\"Q\"",
    "`b`",
    "[c]",
    ".",
    ";",
    "with",
    "as",
    "recursive",
    "insert",
    "into",
    "values",
    "update",
    "set",
    "=",
    "delete",
    "using",
    "returning",
    "merge",
    "when",
    "matched",
    "then",
    "join",
    "on",
    "natural",
    "union",
    "all",
    "except",
    "order",
    "by",
    "group",
    "limit",
    "case",
    "end",
    "else",
    "not",
    "-",
    "+",
    "and",
    "or",
    "in",
    "is",
    "null",
    "between",
    "like",
    "exists",
    "lower(",
    "f(",
    "cast(",
    "int",
    "::",
    "->",
    "[",
    "]",
    "{",
    "}",
    ":",
    "@x",
    "$1",
    "?",
    "explain",
    "analyze",
    "create",
    "table",
    "view",
    "drop",
    "copy",
    "to",
    "program",
    "binary",
    "interval",
    "lateral",
    "unnest(",
    "over",
    "filter",
    "top",
    "fetch",
    "first",
    "rows",
    "only",
    "for",
    "/*",
    "*/",
    "--",
    "\n",
    "#",
    "$$",
    "\\'",
    "array",
    "<",
    ">",
    "struct",
    "lambda",
    "begin",
    "if",
    "declare",
    "exec",
    "|>",
    "pivot",
    "table(",
];

proptest! {
    /// What is read holds together, in every dialect, whatever is written.
    #[test]
    fn any_words_are_read_or_opaque(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60), dialect in 0..11u8) {
        let mut bytes = vec![dialect];
        bytes.extend(words.join(" ").into_bytes());
        reach_values::fuzz::fuzz_sql(&bytes);
    }

    #[test]
    fn any_text_is_read_or_opaque(text in "\\PC{0,60}", dialect in 0..11u8) {
        let mut bytes = vec![dialect];
        bytes.extend(text.into_bytes());
        reach_values::fuzz::fuzz_sql(&bytes);
    }
}
