//! `duplicate-test`: a test that plays and expects what another one does.

use std::collections::HashMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Test;
use reach_grammar::ast::DeclKind;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::DUPLICATE_TEST;

/// Finds tests, and rows of tables, with the same events and expectations as an earlier one.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let titles: HashMap<reach_codes::Span, reach_codes::Span> = context
        .decls()
        .filter_map(|decl| match &decl.kind {
            DeclKind::Test(test) => Some((decl.span, test.name.span)),
            _ => None,
        })
        .collect();
    let mut seen: HashMap<String, &Test> = HashMap::new();
    for test in context.bundle().tests.iter().filter(|test| !test.items.is_empty()) {
        // Places are no part of it.
        let key = serde_json::to_string(&test.items).unwrap_or_default();
        let Some(first) = seen.get(&key) else {
            seen.insert(key, test);
            continue;
        };
        let place = |test: &Test| titles.get(&test.span).copied().unwrap_or(test.span);
        let d = Diagnostic::new(CODE, place(test), format!("`{}` plays and expects the same as `{}`", test.name, first.name));
        let d = if first.span == test.span { d } else { d.other(place(first), "this one") };
        out.push(d.help("remove one of them, or let it show something else").into());
    }
}
