//! `untyped-text`: a pattern on text where a type takes the value apart.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Expr, ExprKind, PatternKind, SlotRef, Type};

use crate::terms::{each, inner, name_of, shown, slot, text, words};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNTYPED_TEXT;

/// Words in names, and the type that such a value has.
const NAMES: [(&str, &str); 20] = [
    ("url", "url"),
    ("uri", "url"),
    ("href", "url"),
    ("link", "url"),
    ("webhook", "url"),
    ("host", "host"),
    ("hostname", "host"),
    ("domain", "host"),
    ("path", "path"),
    ("filename", "path"),
    ("filepath", "path"),
    ("directory", "path"),
    ("folder", "path"),
    ("command", "shell"),
    ("cmd", "shell"),
    ("sql", "sql"),
    ("email", "email"),
    ("mail", "email"),
    ("iban", "iban"),
    ("ip", "ip"),
];

/// What is lost by looking at the text, by type.
const WHY: [(&str, &str); 8] = [
    ("url", "the same address is written in many ways: `HTTPS://EXAMPLE.COM`, `https://example.com@evil.example`, `https:\\\\example.com`"),
    ("host", "the same name is written in many ways: in capitals, with a dot behind it, in Unicode"),
    ("path", "the same place is written in many ways: `/srv/data/../../etc`, `//etc`, `./etc`"),
    ("shell", "the same command is written in many ways: with quotes, variables, options in another order, inside of `sh -c`"),
    ("sql", "the same query is written in many ways: with comments, other blanks, quoted names, nested queries"),
    ("email", "the same address is written in many ways: with another case, a name before it, a comment in it"),
    ("iban", "the same account is written with and without blanks, and a checksum tells what is none"),
    ("ip", "the same address is written in many ways: `127.1`, `::ffff:127.0.0.1`, `2130706433`"),
];

/// Finds such patterns, each field once a rule; and in the refinements of fields.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let mut seen = BTreeSet::new();
    let conditions = bundle.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless));
    let fields = bundle.targets.iter().flat_map(|t| t.args.iter().chain(&t.facts)).chain(&bundle.context);
    let checks = fields.filter_map(|field| field.check.as_ref()).map(|check| &check.condition);
    for condition in conditions.chain(checks) {
        each(condition, &mut |expr| {
            let Some((slot, ty)) = find(expr) else { return };
            if !seen.insert((expr.span, slot)) {
                return;
            }
            let why = WHY.iter().find(|(of, _)| *of == ty).map_or("", |(_, why)| *why);
            let name = shown(slot);
            let d = Diagnostic::new(CODE, expr.span, format!("`{name}` is text, and is probably meant as `{ty}`"))
                .note(why)
                .help(format!("declare `{}: {ty}`, and ask about its parts", name_of(slot)));
            out.push(d.into());
        });
    }
}

/// Returns the field that a pattern is about, and the type that it should have.
fn find(expr: &Expr) -> Option<(&SlotRef, &'static str)> {
    let (value, pattern) = match &expr.kind {
        ExprKind::Matches(value, pattern) => (value, matches!(pattern.kind, PatternKind::Regex | PatternKind::TextGlob).then_some(pattern.text.as_str())?),
        ExprKind::Contains(value, part) => (value, text(part)?),
        _ => return None,
    };
    if *inner(&value.ty) != Type::Text {
        return None;
    }
    let slot = slot(value)?;
    let words = words(name_of(slot));
    let last = words.last()?;
    let named = NAMES.iter().find(|(word, _)| word == last).map(|(_, ty)| *ty);
    let bare = pattern.trim_start_matches(['^', '(', '?', ':']);
    let used = (bare.starts_with("http://") || bare.starts_with("https") && bare.contains("://")).then_some("url");
    named.or(used).map(|ty| (slot, ty))
}
