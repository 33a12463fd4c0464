//! The outermost shape of a statement: what `explain` explains, how many rows it gives, whether it picks them.

use sqlparser::ast::{BinaryOperator, Expr, Fetch, LimitClause, Query, SetExpr, Statement, Top, TopQuantity, UnaryOperator, Value};

/// Returns the statement that is explained, and whether it runs: it does but for an `explain` without `analyze`.
pub(super) fn analysed(mut statement: &Statement) -> (&Statement, bool) {
    let mut runs = true;
    while let Statement::Explain { analyze, options, statement: inner, .. } = statement {
        let named = options.iter().flatten().any(|option| option.name.value.eq_ignore_ascii_case("analyze"));
        runs &= *analyze || named;
        statement = inner;
    }
    (statement, runs)
}

fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        Expr::Nested(inner) => number(inner),
        _ => None,
    }
}

fn fetch_limit(fetch: &Fetch) -> Option<i64> {
    match &fetch.quantity {
        _ if fetch.percent || fetch.with_ties => None,
        None => Some(1),
        Some(quantity) => number(quantity),
    }
}

fn top_limit(top: &Top) -> Option<i64> {
    match &top.quantity {
        _ if top.percent || top.with_ties => None,
        Some(TopQuantity::Constant(rows)) => i64::try_from(*rows).ok(),
        Some(TopQuantity::Expr(rows)) => number(rows),
        None => None,
    }
}

fn query_limit(query: &Query) -> Option<i64> {
    if !query.pipe_operators.is_empty() {
        return None;
    }
    let clause = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit: Some(rows), limit_by, .. }) if limit_by.is_empty() => number(rows),
        Some(LimitClause::OffsetCommaLimit { limit, .. }) => number(limit),
        _ => None,
    };
    let body = match &*query.body {
        SetExpr::Select(select) => select.top.as_ref().and_then(top_limit),
        SetExpr::Query(inner) => query_limit(inner),
        SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) | SetExpr::Merge(statement) => limit(statement),
        SetExpr::SetOperation { .. } | SetExpr::Values(_) | SetExpr::Table(_) => None,
    };
    [clause, query.fetch.as_ref().and_then(fetch_limit), body].into_iter().flatten().min()
}

/// Returns how many rows a statement takes at most.
pub(super) fn limit(statement: &Statement) -> Option<i64> {
    match statement {
        Statement::Query(query) => query_limit(query),
        Statement::Update(update) => update.limit.as_ref().and_then(number),
        Statement::Delete(delete) => delete.limit.as_ref().and_then(number),
        _ => None,
    }
}

/// Returns whether a statement picks rows by a condition.
pub(super) fn is_filtered(statement: &Statement) -> bool {
    match statement {
        Statement::Query(query) => is_body_filtered(&query.body),
        Statement::Update(update) => update.selection.as_ref().is_some_and(picks),
        Statement::Delete(delete) => delete.selection.as_ref().is_some_and(picks),
        _ => false,
    }
}

fn is_body_filtered(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.selection.as_ref().is_some_and(picks),
        SetExpr::Query(query) => is_body_filtered(&query.body),
        SetExpr::SetOperation { left, right, .. } => is_body_filtered(left) && is_body_filtered(right),
        SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) | SetExpr::Merge(statement) => is_filtered(statement),
        SetExpr::Values(_) | SetExpr::Table(_) => false,
    }
}

/// Returns whether a condition may tell rows apart, by its form.
fn picks(condition: &Expr) -> bool {
    match condition {
        Expr::Nested(inner) | Expr::UnaryOp { op: UnaryOperator::Not, expr: inner } => picks(inner),
        Expr::IsTrue(inner) | Expr::IsNotTrue(inner) | Expr::IsFalse(inner) | Expr::IsNotFalse(inner) => picks(inner),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => picks(left) || picks(right),
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => picks(left) && picks(right),
        Expr::BinaryOp { left, right, .. } => left != right && (names_rows(left) || names_rows(right)),
        other => names_rows(other),
    }
}

/// Returns whether the value of an expression may depend on the row.
fn names_rows(expr: &Expr) -> bool {
    use std::ops::ControlFlow;
    sqlparser::ast::visit_expressions(expr, |inner| {
        let depends = matches!(inner, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) | Expr::Exists { .. } | Expr::MatchAgainst { .. });
        if depends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .is_break()
}
