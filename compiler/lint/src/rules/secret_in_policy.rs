//! `secret-in-policy`: a key, token or password in the text of a bundle.
//!
//! Tests and examples are left out: to test that secrets are found, something must look like one.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::ast::{DeclKind, ExprKind};
use reach_values::detect::Detector;

use crate::terms::words;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::SECRET_IN_POLICY;

/// Words in names of constants that hold a secret.
const NAMES: [&str; 8] = ["password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "credentials"];

/// Finds them in every line but those of tests, and by the names of constants.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for tree in &context.input().compiled.files {
        let Some(source) = context.sources().get(tree.id) else { continue };
        let tests: Vec<Span> = tree.decls.iter().filter(|d| is_test(&d.kind)).map(|d| d.span).collect();
        let examples = tree.decls.iter().filter_map(|d| match &d.kind {
            DeclKind::Rule(rule) => Some(rule.examples.iter().map(|e| e.span)),
            _ => None,
        });
        let mut apart: Vec<Span> = tests.into_iter().chain(examples.flatten()).collect();
        apart.sort_unstable();
        let mut found = Vec::new();
        Detector::Secret.find(&source.text, &mut |range| {
            let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let span = Span::new(tree.id, at(range.start), at(range.end));
            let before = apart.partition_point(|s| s.start <= span.start).checked_sub(1).and_then(|i| apart.get(i));
            if before.is_none_or(|s| s.end <= span.start) {
                found.push(span);
            }
            true
        });
        out.extend(found.into_iter().map(|span| {
            let d = Diagnostic::new(CODE, span, "this looks like a key or token");
            d.note("whoever reads the policy, its history or a message that shows it can use it").help("take it out, and let whoever gave it out make it void").into()
        }));
    }
    for decl in context.decls() {
        let (DeclKind::Let(constant) | DeclKind::Param(constant)) = &decl.kind else { continue };
        let ExprKind::Text(text) = &constant.value.kind else { continue };
        let named = words(&constant.name.text).iter().any(|word| NAMES.contains(&word.as_str())) || constant.name.text.to_lowercase().contains("api_key");
        let opaque = text.len() >= 8 && !text.contains(char::is_whitespace) && text.chars().any(|c| c.is_ascii_digit());
        if named && opaque && !Detector::Secret.is_in(text) {
            let d = Diagnostic::new(CODE, constant.value.span, format!("`{}` holds what looks like a secret", constant.name.text))
                .note("whoever reads the policy, its history or a message that shows it can use it")
                .help("take it out; a rule can compare with what the host sends as a fact or in the context");
            out.push(d.into());
        }
    }
}

const fn is_test(kind: &DeclKind) -> bool {
    matches!(kind, DeclKind::Test(_) | DeclKind::Fixture(_) | DeclKind::Property(_))
}
