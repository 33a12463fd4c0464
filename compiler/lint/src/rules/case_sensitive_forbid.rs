//! `case-sensitive-forbid`: a rule that holds back looks for a word in one case only.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Effect, ExprKind, PatternKind, Type};

use crate::patterns::{longest_literal, meaning};
use crate::terms::{Leaning, inner, leaning, text};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::CASE_SENSITIVE_FORBID;

/// From so many letters on, a literal is a word.
const WORD: usize = 3;

/// Finds regular expressions and `contains` on text, in rules that ask or forbid, where they tighten.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let rules = context.bundle().rules.iter().filter(|rule| matches!(rule.effect, Effect::Ask | Effect::Forbid) && !rule.advisory);
    for rule in rules {
        leaning(rule, &mut |expr, way| {
            if way != Leaning::Tightens {
                return;
            }
            let (value, word, help) = match &expr.kind {
                ExprKind::Matches(value, pattern) if pattern.kind == PatternKind::Regex && !pattern.nocase => {
                    let Some(hir) = meaning(&pattern.text, false) else { return };
                    (value, longest_literal(&hir), "write `matches nocase re\"…\"`")
                }
                ExprKind::Contains(value, part) => {
                    let Some(part) = text(part) else { return };
                    (value, part.to_owned(), "write `matches nocase re\"…\"`, or ask about `lower(…)`")
                }
                _ => return,
            };
            let lowered = matches!(value.kind, ExprKind::Lower(_));
            if lowered || *inner(&value.ty) != Type::Text || !is_word(&word) {
                return;
            }
            let d = Diagnostic::new(CODE, expr.span, format!("`{}` holds back `{word}`, and not the same in another case", rule.name))
                .note(format!("`{}` gets around it", turned(&word)))
                .help(help);
            out.push(d.into());
        });
    }
}

/// Returns whether a literal has a word of letters that all are of one case.
fn is_word(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= WORD && (word.chars().all(char::is_lowercase) || word.chars().all(char::is_uppercase)))
}

/// Returns a text with the case of its letters changed.
fn turned(text: &str) -> String {
    if text.chars().any(char::is_lowercase) { text.to_uppercase() } else { text.to_lowercase() }
}
