//! `suspicious-glob`: a glob that probably matches something else than is meant. What can match nothing at all, the compiler refuses.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, Expr, ExprKind, Pattern, PatternKind, RuleWord};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::SUSPICIOUS_GLOB;

/// Finds such globs in conditions.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { decl, exprs } in context.exprs() {
        let holds_back = matches!(&decl.kind, DeclKind::Rule(rule) if matches!(rule.word, RuleWord::Ask | RuleWord::Forbid));
        exprs.iter().copied().for_each(|expr| {
            let on_path = match &expr.kind {
                ExprKind::Matches { value, .. } => context.type_at(value.span).is_some_and(|ty| crate::terms::inner(ty).is_path()),
                ExprKind::MayTouch(..) => true,
                _ => return,
            };
            globs(expr, &mut |pattern| out.extend(find(pattern, on_path, holds_back)));
        });
    }
}

/// Calls `visit` with the globs that a condition names.
fn globs<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Pattern)) {
    let list: Vec<&Expr> = match &expr.kind {
        ExprKind::Matches { pattern, .. } => vec![&**pattern],
        ExprKind::MayTouch(_, what) => match &what.kind {
            ExprKind::Set(list) => list.iter().collect(),
            _ => vec![&**what],
        },
        _ => Vec::new(),
    };
    for expr in list {
        if let ExprKind::Pattern(pattern) = &expr.kind
            && pattern.kind == PatternKind::Glob
        {
            visit(pattern);
        }
    }
}

fn find(pattern: &Pattern, on_path: bool, holds_back: bool) -> Option<Finding> {
    let text = pattern.text.as_str();
    let say = |message: String, help: String| Some(Finding::from(Diagnostic::new(CODE, pattern.span, message).help(help)));
    if text.trim() != text {
        return say("a blank stands at an end of this glob, and must stand there in what it matches".to_owned(), format!("write `glob\"{}\"`", text.trim()));
    }
    if text.contains(".*") && !text.contains("/.*") && !text.starts_with(".*") && text.contains(['\\', '^', '$', '+', '(']) || text.starts_with('^') || text.ends_with('$') {
        return say("this glob is written like a regular expression".to_owned(), format!("write `re\"{text}\"`, or say it with `*` and `**`"));
    }
    if !on_path {
        return None;
    }
    let parts: Vec<&str> = text.split('/').collect();
    if holds_back && parts.len() > 1 && parts.last() == Some(&"*") && !parts.contains(&"**") {
        return say(
            format!("`{text}` holds back what lies in that folder itself, and nothing in the folders below it"),
            format!("write `{}**` if what lies deeper is meant too", text.trim_end_matches('*')),
        );
    }
    if parts.len() == 1 && holds_back && !text.contains(['*', '?', '[', '{', '.']) && !text.is_empty() {
        return say(format!("`{text}` is only the name of a file or folder, and what lies below it is not held back"), format!("write `glob\"**/{text}/**\"` for what lies below"));
    }
    None
}

