//! Constants with a name or without, and sets in another order.

use std::collections::BTreeMap;

use reach_grammar::ast::{DeclKind, Expr, ExprKind};

use super::{Edit, Source, Step, each, outermost, tree};

pub(super) fn extracted(source: &Source) -> Vec<Step> {
    let mut found = Vec::new();
    for expr in source.expressions() {
        outermost(expr, &|part| tree::is_literal(part).then(|| source.text(part.span).to_owned()), &mut found);
    }
    let named = |(n, edit): (usize, Edit)| {
        let name = format!("extracted_{n}");
        let declared = format!("let {name} = {}\n", edit.with);
        vec![Edit::new(edit.span, name), Edit::new(source.end(), declared)]
    };
    found.into_iter().enumerate().map(named).collect()
}

pub(super) fn inlined(source: &Source) -> Vec<Step> {
    let lets: BTreeMap<&str, &Expr> =
        source.decls().filter_map(|decl| if let DeclKind::Let(it) = &decl.kind { Some((it.name.text.as_str(), &it.value)) } else { None }).collect();
    each(source.expressions(), &|part| {
        let ExprKind::Name(name) = &part.kind else { return None };
        Some(value(source, &lets, lets.get(name.text.as_str())?))
    })
}

/// Writes a constant with those inlined of which it is made.
fn value(source: &Source, lets: &BTreeMap<&str, &Expr>, expr: &Expr) -> String {
    let inner = source.rewritten(expr, &|part| {
        let ExprKind::Name(name) = &part.kind else { return None };
        Some(value(source, lets, lets.get(name.text.as_str())?))
    });
    if tree::is_literal(expr) { inner } else { format!("({inner})") }
}

pub(super) fn sets_reversed(source: &Source) -> Vec<Step> {
    let lets = source.decls().filter_map(|decl| if let DeclKind::Let(it) | DeclKind::Param(it) = &decl.kind { Some(&it.value) } else { None });
    each(source.expressions().into_iter().chain(lets).collect(), &|part| match &part.kind {
        ExprKind::Set(items) if items.len() > 1 => {
            let texts: Vec<&str> = items.iter().rev().map(|item| source.text(item.span)).collect();
            Some(format!("{{ {} }}", texts.join(", ")))
        }
        _ => None,
    })
}
