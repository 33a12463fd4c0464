//! `label-never-returned`: a label that is asked for and that nothing returns.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_compiler::ir::{Bundle, Expr, ExprKind, Origin};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::LABEL_NEVER_RETURNED;

/// Finds where such labels are asked for first.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for found in &context.survey().findings {
        let Proved::LabelNever { label } = found else { continue };
        let asked = bundle.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless)).find_map(|expr| find(bundle, expr, *label));
        let (Some((span, is_from)), Some(name)) = (asked, bundle.labels.get(*label as usize)) else { continue };
        let d = Diagnostic::new(CODE, span, format!("nothing ever returns `{name}`"))
            .note(if is_from { "so no value ever comes from there" } else { "so no agent ever collects it" })
            .help(format!("write `returns {name}` behind the tools whose results are such"));
        out.push(d.into());
    }
}

/// Returns where a label is asked for, and whether by `from`.
fn find(bundle: &Bundle, expr: &Expr, label: u32) -> Option<(Span, bool)> {
    match &expr.kind {
        ExprKind::Labelled(of) if *of == label => Some((expr.span, false)),
        ExprKind::From(_, origin) if matches!(bundle.origins.get(*origin as usize), Some(Origin::Label(of)) if *of == label) => Some((expr.span, true)),
        _ => expr.children().into_iter().find_map(|child| find(bundle, child, label)),
    }
}
