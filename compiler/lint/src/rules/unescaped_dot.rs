//! `unescaped-dot`: a dot in a host name of a regular expression matches any character.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{ExprKind, Pattern, PatternKind};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::UNESCAPED_DOT;

/// Last labels of host names that are common in policies.
const LAST: [&str; 28] = [
    "com", "org", "net", "edu", "gov", "int", "mil", "io", "dev", "app", "ai", "co", "cloud", "info", "biz", "eu", "de", "uk", "fr", "ch", "us", "example",
    "test", "local", "internal", "lan", "corp", "localhost",
];

/// Finds such dots in all expressions.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.exprs() {
        exprs.iter().copied().for_each(|expr| {
            let ExprKind::Pattern(pattern) = &expr.kind else { return };
            let Some(host) = find(pattern) else { return };
            let d = Diagnostic::new(CODE, pattern.span, format!("the dot before `{host}` matches any character"))
                .note(format!("`example.{host}` as a pattern also matches `examplex{host}`, which somebody else may own"))
                .help(format!("write `\\.{host}`; or declare the field as a `url` or `host`, and ask `within`"));
            out.push(d.into());
        });
    }
}

/// Returns the last label of a host name before which a dot isn't escaped.
fn find(pattern: &Pattern) -> Option<&'static str> {
    if pattern.kind != PatternKind::Regex {
        return None;
    }
    let bytes = pattern.text.as_bytes();
    let mut class = false;
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        match b {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'.' if !class && at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric) => {
                let rest = pattern.text.get(at + 1..).unwrap_or_default();
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
                let (label, after) = rest.split_at_checked(end)?;
                // A repetition of the dot is meant as such.
                let closed = after.is_empty() || after.starts_with(['/', '$', ':', ')', '|', '?', '(']);
                if let Some(last) = LAST.iter().find(|last| **last == label).filter(|_| closed) {
                    return Some(last);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
