//! Queries that may meet conditions: a statement of each kind on the tables that conditions name, alone and joined.

use std::collections::BTreeSet;

use reach_compiler::ir::{Const, Expr, ExprKind};

use super::commands::texts_of;
use crate::pred::{Test, Want};

/// The most names that are tried.
const MAX_NAMES: usize = 12;
/// The most statements that are joined with one another.
const MAX_JOINED: usize = 40;

/// Statements, with a table for `T`, another for `U`, a column or function for `C` and a number for `N`.
const STATEMENTS: [&str; 19] = [
    "select C from T",
    "select 1",
    "select * from T",
    "select C from T where C = 1",
    "select C from T limit N",
    "select C from T where C = 1 limit N",
    "select C(a) from T",
    "select a from T where C(a) = 1",
    "select T.C from T, U",
    "insert into T (C) values (1)",
    "insert into T select C from U",
    "update T set C = 1",
    "update T set C = 1 where a = 1",
    "delete from T",
    "delete from T where C = 1",
    "truncate table T",
    "drop table T",
    "create table T (C int)",
    "begin",
];

fn numbers_of(expr: &Expr, found: &mut BTreeSet<i128>) {
    if let ExprKind::Const(Const::Num(number)) = &expr.kind {
        found.extend([number.saturating_sub(1), *number, number.saturating_add(1)].into_iter().filter(|number| *number >= 0));
    }
    for child in expr.children() {
        numbers_of(child, found);
    }
}

/// Returns candidates.
pub(super) fn candidates(wants: &[Want]) -> Vec<String> {
    let (mut tables, mut texts, mut numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::from([10]));
    for want in wants {
        match &want.pred.test {
            Test::Query(_, patterns) => tables.extend(patterns.iter().cloned()),
            Test::Holds(_, body) => {
                texts_of(body, &mut texts);
                numbers_of(body, &mut numbers);
            }
            _ => {}
        }
    }
    let name = |text: &String| text.replace('*', "a");
    let tables: Vec<String> = tables.iter().map(name).chain(["a".to_owned()]).chain(texts.iter().map(name)).take(MAX_NAMES).collect();
    let columns: Vec<String> = ["a".to_owned()].into_iter().chain(texts.iter().map(name)).take(MAX_NAMES).collect();
    let mut all: BTreeSet<(usize, String)> = BTreeSet::new();
    for statement in STATEMENTS {
        for table in &tables {
            for column in columns.iter().filter(|column| *column == "a" || statement.contains('C')) {
                for number in numbers.iter().take(if statement.contains('N') { MAX_NAMES } else { 1 }) {
                    let other = tables.iter().find(|other| *other != table).unwrap_or(table);
                    let filled = statement.replace('T', table).replace('U', other).replace('C', column).replace('N', &number.to_string());
                    all.insert((filled.len(), filled));
                }
            }
        }
    }
    let all: Vec<String> = all.into_iter().map(|(_, text)| text).collect();
    let mut candidates = vec![String::new()];
    candidates.extend(all.iter().cloned());
    candidates.push("(".to_owned());
    for one in all.iter().take(MAX_JOINED) {
        candidates.extend(all.iter().take(MAX_JOINED).filter(|other| *other != one).map(|other| format!("{one}; {other}")));
    }
    candidates
}
