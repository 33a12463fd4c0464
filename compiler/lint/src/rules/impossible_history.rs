//! `impossible-history`: a question about something that can't have happened.

use reach_analysis::{Finding as Proved, Never, Past};
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_compiler::ir::{Bundle, EventPattern, Expr, ExprKind, Origin};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::IMPOSSIBLE_HISTORY;

/// Finds such questions, where each is asked first.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for found in &context.survey().findings {
        let Proved::Impossible { past, why } = found else { continue };
        let (span, pattern) = match past {
            Past::Monitor(number) => (bundle.monitors.get(*number).map(|m| m.span), bundle.monitors.get(*number).map(|m| &m.pattern)),
            Past::Origin(number) => (asked(bundle, *number), origin(bundle, *number)),
        };
        let (Some(span), Some(pattern)) = (span, pattern) else { continue };
        let d = Diagnostic::new(CODE, span, format!("`{}` is about something that can't have happened", context.text(span)));
        let d = explain(context, d, *why, pattern);
        out.push(d.into());
    }
}

/// Adds why no event matches a pattern.
pub(super) fn explain(context: &Context<'_>, d: Diagnostic, why: Never, pattern: &EventPattern) -> Diagnostic {
    let names: Vec<String> =
        pattern.targets.iter().filter_map(|t| context.bundle().targets.get(t.target as usize)).take(3).map(|t| format!("`{}`", t.name)).collect();
    let names = names.join(", ");
    match why {
        Never::Where => d.note("proved: what stands behind `where` is never so").help("say what was meant by `where`"),
        Never::Permitted => d
            .note(format!("proved: {names} is never permitted, nor asked about, and a step counts from its permit on"))
            .help("permit it, or ask for `attempted`, which counts a step whatever was decided of it"),
        Never::PermittedWhere => d
            .note(format!("proved: {names} is never permitted, nor asked about, where what stands behind `where` is so; a step counts from its permit on"))
            .help("ask for what is permitted, or for `attempted`, which counts a step whatever was decided of it"),
        Never::Denied => d.note(format!("proved: {names} is never refused where this asks for it")).help("leave `denied` out, or say what was meant"),
    }
}

fn origin(bundle: &Bundle, number: usize) -> Option<&EventPattern> {
    match bundle.origins.get(number)? {
        Origin::Results { pattern, .. } => Some(pattern),
        _ => None,
    }
}

/// Returns where an origin is asked for first.
fn asked(bundle: &Bundle, number: usize) -> Option<Span> {
    fn find(expr: &Expr, number: usize) -> Option<Span> {
        match &expr.kind {
            ExprKind::From(_, origin) if *origin as usize == number => Some(expr.span),
            _ => expr.children().into_iter().find_map(|child| find(child, number)),
        }
    }
    bundle.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless)).find_map(|expr| find(expr, number))
}
