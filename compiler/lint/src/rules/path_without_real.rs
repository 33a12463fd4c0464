//! `path-without-real`: a permit rests on where a path leads as text, and the host sends no fact that says where it really leads.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_compiler::ir::{Bundle, Effect, Expr, ExprKind, Rule, SlotRef, StepKind, Target, Type};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::PATH_WITHOUT_REAL;

/// Finds such permits: one message a rule.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let permits = bundle.rules.iter().filter(|rule| rule.effect == Effect::Permit && !rule.advisory);
    out.extend(permits.filter_map(|rule| find(bundle, rule)).map(Finding::from));
}

fn find(bundle: &Bundle, rule: &Rule) -> Option<Diagnostic> {
    let (name, span) = guarded(rule.when.as_ref()?)?;
    let without = |target: &&Target| {
        target.kind == StepKind::Call && target.args.iter().any(|field| field.name == name) && !target.facts.iter().any(|fact| says_where(&fact.ty))
    };
    let targets = rule.targets.iter().filter(|target| target.class.is_none()).filter_map(|target| bundle.targets.get(target.target as usize));
    let tool = targets.into_iter().find(without)?;
    let d = Diagnostic::new(CODE, span, format!("`args.{name}` is judged as it is written, and a symbolic link leads elsewhere"))
        .other(tool.span, "this tool has no fact that says where the path leads")
        .note("whoever can make a link in that folder can make this rule permit any file")
        .help(
            "declare `facts { real: path }`, let the host follow links, and ask `facts.real within …`; or `@allow(path-without-real)` where there are no links",
        );
    Some(d)
}

/// Returns whether a fact may be the real place of a path.
fn says_where(ty: &Type) -> bool {
    match ty {
        Type::Optional(of) => of.is_path(),
        ty => ty.is_path(),
    }
}

/// Returns the first argument that must lie within a folder, or match a glob with a slash, for the condition to be true; and where that is asked.
fn guarded(expr: &Expr) -> Option<(String, Span)> {
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => terms.iter().find_map(guarded),
        ExprKind::Within(path, _) if path.ty.is_path() => argument(path).map(|name| (name, expr.span)),
        ExprKind::Matches(path, pattern) if path.ty.is_path() && pattern.text.contains('/') => argument(path).map(|name| (name, expr.span)),
        _ => None,
    }
}

/// Returns the argument that an expression reads as it is.
fn argument(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Slot(SlotRef::Arg(name)) => Some(name.to_string()),
        ExprKind::Unwrap(of) => argument(of),
        _ => None,
    }
}
