//! Queries.

use crate::sql::{Dialect, StatementKind, parse, table_is};

/// Parses a query in the dialect that the first byte says; its lists are sorted, its names compare with themselves.
pub fn fuzz_sql(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let dialect = Dialect::ALL.get(usize::from(*first) % Dialect::ALL.len()).copied().unwrap_or(Dialect::Generic);
    let query = parse(&text, dialect);
    assert_eq!(query, parse(&text, dialect), "the same text gives the same query");
    assert!(!query.opaque || query.statements.is_empty(), "nothing is known of an opaque query");
    for statement in &query.statements {
        for list in [&statement.reads, &statement.writes, &statement.columns, &statement.functions] {
            assert!(list.is_sorted_by(|a, b| a < b), "lists are sorted, each entry once");
        }
        for table in statement.reads.iter().chain(&statement.writes) {
            assert!(table_is(table, "*") == Some(true) && table_is(table, table) != Some(false), "a table is itself");
        }
        let explained = statement.kind != StatementKind::Explain || statement.writes.is_empty();
        assert!(explained, "what is only explained writes nothing");
    }
}
