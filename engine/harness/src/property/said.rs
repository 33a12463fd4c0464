//! Constants and values as events write them, and as somebody would say them.

use reach_compiler::ir::{Const, Expr, ExprKind, Form, Type};

use super::number;
use super::place::bare;
use crate::witness::Json;

/// Returns a value as somebody would say it.
pub(super) fn spoken(value: &Json) -> String {
    match value {
        Json::Text(text) | Json::Number(text) => text.clone(),
        Json::Bool(truth) => truth.to_string(),
        Json::Null => String::new(),
        Json::List(items) => items.iter().map(spoken).collect::<Vec<_>>().join(" "),
        Json::Object(entries) => entries.iter().map(|(_, value)| spoken(value)).collect::<Vec<_>>().join(" "),
    }
}

/// Returns a constant as events write it.
pub(super) fn of_const(ty: &Type, value: &Const) -> Json {
    match (bare(ty), value) {
        (_, Const::Absent) => Json::Null,
        (_, Const::Bool(truth)) => Json::Bool(*truth),
        (ty, Const::Num(n)) => number::json(ty, *n),
        (_, Const::Text(text)) => Json::Text(text.to_string()),
        (Type::List(of) | Type::Set(of), Const::List(items)) => Json::List(items.iter().map(|item| of_const(of, item)).collect()),
        (Type::Record(fields), Const::Record(values)) => {
            let entries = fields.iter().zip(values.iter()).map(|((name, ty), value)| (name.clone(), of_const(ty, value)));
            Json::Object(entries.filter(|(_, value)| *value != Json::Null).collect())
        }
        (_, Const::List(items)) => Json::List(items.iter().map(|item| of_const(&Type::Any, item)).collect()),
        (_, Const::Map(entries)) => Json::Object(entries.iter().map(|(key, value)| (key.clone(), of_const(&Type::Any, value))).collect()),
        (_, Const::Record(_)) => Json::Null,
    }
}

/// Returns command lines and queries that a condition on single commands names, by what it compares their parts with.
pub(super) fn lines_of(body: &Expr) -> Vec<String> {
    let (mut programs, mut words) = (Vec::new(), Vec::new());
    let mut open = vec![body];
    while let Some(expr) = open.pop() {
        let is_program = |e: &Expr| matches!(&e.kind, ExprKind::Part(inner, part) if matches!(bare(&inner.ty), Type::Form(Form::Command)) && matches!(part.word(), "command.program" | "command.name"));
        match &expr.kind {
            ExprKind::Compare(_, a, b) | ExprKind::In(a, b) if is_program(a) || is_program(b) => {
                texts_in(a, &mut programs);
                texts_in(b, &mut programs);
            }
            ExprKind::Const(value) => texts_of_const(value, &mut words),
            ExprKind::HasKey(inner, key) => {
                words.push(key.clone());
                open.push(inner);
            }
            ExprKind::Matches(inner, pattern) => {
                words.push(pattern.text.replace(['*', '^', '$'], ""));
                open.push(inner);
            }
            _ => open.extend(expr.children()),
        }
    }
    if programs.is_empty() {
        programs.push("ls".to_owned());
    }
    let mut lines: Vec<String> = programs.clone();
    for program in programs.iter().take(8) {
        lines.extend(words.iter().take(16).map(|word| format!("{program} {word}")));
        lines.push(format!("{program} {}", words.iter().take(8).cloned().collect::<Vec<_>>().join(" ")));
    }
    lines
}

fn texts_in(expr: &Expr, found: &mut Vec<String>) {
    if let ExprKind::Const(value) = &expr.kind {
        texts_of_const(value, found);
    }
}

fn texts_of_const(value: &Const, found: &mut Vec<String>) {
    match value {
        Const::Text(text) => found.push(text.to_string()),
        Const::List(items) => items.iter().take(64).for_each(|item| texts_of_const(item, found)),
        _ => {}
    }
}
