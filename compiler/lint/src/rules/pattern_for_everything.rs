//! `pattern-for-everything`: a pattern that every value matches.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{Decl, DeclKind, ExprKind, ObligationKind, Pattern, PatternKind};

use crate::patterns::{found_everywhere, meaning};
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::PATTERN_FOR_EVERYTHING;

/// Finds such patterns in conditions, and in what is redacted.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { decl, exprs } in context.exprs() {
        exprs.iter().copied().for_each(|expr| {
            if let ExprKind::Matches { pattern, .. } = &expr.kind
                && let ExprKind::Pattern(pattern) = &pattern.kind
                && matches_all(pattern)
            {
                out.push(finding(pattern, "every value matches this pattern"));
            }
        });
        out.extend(redacted(decl).filter(|pattern| matches_all(pattern)).map(|pattern| finding(pattern, "this pattern also matches where there is nothing")));
    }
}

fn finding(pattern: &Pattern, message: &str) -> Finding {
    let d = Diagnostic::new(CODE, pattern.span, message);
    let d = match pattern.kind {
        PatternKind::Regex => d.note("a regular expression is searched for in the text, and the empty text matches it, so it is found everywhere"),
        PatternKind::Glob => d.note("`*` stands for any name, and `**` for any path"),
    };
    d.help("remove the condition, or say what must stand there").into()
}

fn redacted(decl: &Decl) -> impl Iterator<Item = &Pattern> {
    let rule = match &decl.kind {
        DeclKind::Rule(rule) => Some(rule),
        _ => None,
    };
    rule.into_iter().flat_map(|rule| &rule.with).filter_map(|obligation| match &obligation.kind {
        ObligationKind::Redact { matching, .. } => matching.as_ref(),
        _ => None,
    })
}

fn matches_all(pattern: &Pattern) -> bool {
    match pattern.kind {
        PatternKind::Regex => meaning(&pattern.text, false).is_some_and(|hir| found_everywhere(&hir)),
        PatternKind::Glob => matches!(pattern.text.as_str(), "*" | "**" | "**/*" | "**/**" | "/**"),
    }
}
