//! `test-without-expectation`: a test that expects nothing passes whatever is decided.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, TestItem, TestItemKind};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::TEST_WITHOUT_EXPECTATION;

/// Finds tests without `=>`, in themselves and in their fixture.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let expecting: std::collections::BTreeSet<&str> = context
        .decls()
        .filter_map(|decl| match &decl.kind {
            DeclKind::Fixture(fixture) if expects(&fixture.items) => Some(fixture.name.text.as_str()),
            _ => None,
        })
        .collect();
    for decl in context.decls() {
        let DeclKind::Test(test) = &decl.kind else { continue };
        let begun = test.from.as_ref().is_some_and(|from| expecting.contains(from.text.as_str()));
        if begun || expects(&test.items) {
            continue;
        }
        let d = Diagnostic::new(CODE, test.name.span, "this test expects nothing, so it passes whatever is decided")
            .help("write what is decided behind a step: `=> permit by rule`");
        out.push(d.into());
    }
}

fn expects(items: &[TestItem]) -> bool {
    items.iter().any(|item| match &item.kind {
        TestItemKind::Step(step) => step.expect.is_some(),
        TestItemKind::Approval { expect, .. } => expect.is_some(),
        TestItemKind::Agent(_, below) => expects(below),
        _ => false,
    })
}
