//! What lints ask of conditions as they are typed.

use std::collections::BTreeSet;

use reach_compiler::ir::{Bundle, Const, Effect, Expr, ExprKind, Rule, SlotRef, Type};

/// Which way a decision goes where a condition is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaning {
    /// Towards a permit.
    Loosens,
    /// Away from it.
    Tightens,
}

impl Leaning {
    const fn turned(self) -> Self {
        match self {
            Self::Loosens => Self::Tightens,
            Self::Tightens => Self::Loosens,
        }
    }
}

/// Calls `visit` with an expression and every one below it, outer ones first.
pub(crate) fn each<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    for child in expr.children() {
        each(child, visit);
    }
}

/// Calls `visit` with the conditions of a rule that aren't made of others, and the way they lean. Rules that add obligations lean no way.
pub(crate) fn leaning<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Expr, Leaning)) {
    let when = match rule.effect {
        Effect::Permit => Leaning::Loosens,
        Effect::Ask | Effect::Forbid => Leaning::Tightens,
        Effect::OtherwiseAsk | Effect::Oblige => return,
    };
    rule.when.iter().for_each(|expr| lean(expr, when, visit));
    rule.unless.iter().for_each(|expr| lean(expr, when.turned(), visit));
}

fn lean<'a>(expr: &'a Expr, way: Leaning, visit: &mut dyn FnMut(&'a Expr, Leaning)) {
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => terms.iter().for_each(|term| lean(term, way, visit)),
        ExprKind::Not(of) => lean(of, way.turned(), visit),
        ExprKind::All(_, _, body) | ExprKind::Any(_, _, body) | ExprKind::Let(_, _, body) | ExprKind::RunsWhere(_, _, _, _, body) => {
            visit(expr, way);
            lean(body, way, visit);
        }
        ExprKind::If(_, then, otherwise) => [then, otherwise].into_iter().for_each(|branch| lean(branch, way, visit)),
        _ => visit(expr, way),
    }
}

/// Returns the place that an expression reads, as it is, in small letters, or with a default.
pub(crate) fn slot(expr: &Expr) -> Option<&SlotRef> {
    match &expr.kind {
        ExprKind::Slot(slot) => Some(slot),
        ExprKind::Unwrap(of) | ExprKind::Lower(of) | ExprKind::Else(of, _) => slot(of),
        _ => None,
    }
}

/// Returns a place as policies write it.
pub(crate) fn shown(slot: &SlotRef) -> String {
    match slot {
        SlotRef::Arg(name) => format!("args.{name}"),
        SlotRef::Fact(name) => format!("facts.{name}"),
        SlotRef::Context(name) => format!("context.{name}"),
        SlotRef::System(_) => "step".to_owned(),
        SlotRef::Result => "result".to_owned(),
    }
}

/// Returns the last name of a place.
pub(crate) fn name_of(slot: &SlotRef) -> &str {
    match slot {
        SlotRef::Arg(name) | SlotRef::Fact(name) | SlotRef::Context(name) => name,
        SlotRef::System(_) | SlotRef::Result => "",
    }
}

/// Returns every place that an expression reads.
pub(crate) fn slots(expr: &Expr) -> BTreeSet<&SlotRef> {
    let mut out = BTreeSet::new();
    each(expr, &mut |e| {
        if let ExprKind::Slot(slot) = &e.kind {
            out.insert(slot);
        }
    });
    out
}

/// Returns text that is the same for expressions that are the same, wherever they stand.
pub(crate) fn key(expr: &Expr) -> String {
    serde_json::to_string(expr).unwrap_or_default()
}

/// Returns the text that an expression is.
pub(crate) fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Const(Const::Text(text)) => Some(text),
        _ => None,
    }
}

/// Returns the type without `?`.
pub(crate) fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Optional(of) => of,
        ty => ty,
    }
}

/// Returns the rules that are about each step, by the step's index.
pub(crate) fn by_target(bundle: &Bundle) -> Vec<Vec<&Rule>> {
    let mut out: Vec<Vec<&Rule>> = vec![Vec::new(); bundle.targets.len()];
    for rule in &bundle.rules {
        for target in &rule.targets {
            if let Some(rules) = out.get_mut(target.target as usize) {
                rules.push(rule);
            }
        }
    }
    out
}

/// Returns the words of a name in small letters: `filePath`, `file-path` and `file_path` have the same.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_have_the_same_words_however_they_are_joined() {
        for name in ["file_path", "file-path", "filePath", "FilePath", "file.path", "file__path"] {
            assert_eq!(words(name), ["file", "path"], "{name}");
        }
        assert_eq!(words("HTTPServer2x"), ["httpserver2x"]);
        assert!(words("").is_empty() && words("__").is_empty());
    }
}
