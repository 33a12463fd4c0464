//! `negated-condition`: `when not …` for `unless …`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::ast::ExprKind;

use super::negated_comparison::short;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::NEGATED_CONDITION;

/// Finds rules whose whole `when` is negated and that have no `unless`, or the other way round.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules() {
        let (condition, word, other) = match (&rule.ast.when, &rule.ast.unless) {
            (Some(when), None) => (when, "when", "unless"),
            (None, Some(unless)) => (unless.as_ref(), "unless", "when"),
            _ => continue,
        };
        let ExprKind::Not(of) = &condition.kind else { continue };
        // A `not` of a `not`, or of a comparison, is said more plainly in another way first.
        if matches!(of.kind, ExprKind::Not(_) | ExprKind::Compare(..)) {
            continue;
        }
        // Brackets around all of it aren't needed behind `unless`.
        let plain = context.text(of.span);
        let d = Diagnostic::new(CODE, condition.span, format!("`{word} not` says what `{other}` says")).help(format!("write `{other} {}`", short(plain)));
        let finding = Finding::from(d);
        match keyword(context, condition.span, word).map(|start| Span::new(condition.span.file, start, condition.span.end)) {
            Some(whole) if !condition.parenthesised && !context.has_comment(whole) => out.push(finding.edit(whole, format!("{other} {plain}"))),
            _ => out.push(finding),
        }
    }
}

/// Returns where the word before a condition begins.
fn keyword(context: &Context<'_>, condition: Span, word: &str) -> Option<u32> {
    let source = context.sources().get(condition.file)?;
    let before = source.text.get(..condition.start as usize)?.trim_end();
    u32::try_from(before.strip_suffix(word)?.len()).ok()
}
