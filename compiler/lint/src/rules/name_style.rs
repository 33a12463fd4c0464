//! `name-style`: a name that isn't written as names of its kind are.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, Name};

use crate::terms::words;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::NAME_STYLE;

/// Finds names of rules, constants, functions, labels, budgets, classes and fixtures that aren't `snake_case`, and of types and entities that
/// aren't `PascalCase`. Names of steps, their fields and the context come from outside.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for decl in context.decls() {
        let names: Vec<(&'static str, &Name, bool)> = match &decl.kind {
            DeclKind::Rule(rule) => vec![("rule", &rule.name, false)],
            DeclKind::Let(l) => vec![("constant", &l.name, false)],
            DeclKind::Param(l) => vec![("parameter", &l.name, false)],
            DeclKind::Fn(f) => vec![("function", &f.signature.name, false)],
            DeclKind::Budget(b) => vec![("budget", &b.name, false)],
            DeclKind::Class(c) => vec![("class", &c.name, false)],
            DeclKind::Fixture(f) => vec![("fixture", &f.name, false)],
            DeclKind::Label(labels) => labels.iter().map(|label| ("label", label, false)).collect(),
            DeclKind::Type(t) => vec![("type", &t.name, true)],
            DeclKind::Entity(e) => vec![("entity", &e.name, true)],
            _ => continue,
        };
        for (what, name, pascal) in names {
            let wanted = if pascal { pascal_case(&name.text) } else { snake_case(&name.text) };
            if wanted == name.text || wanted.is_empty() {
                continue;
            }
            let form = if pascal { "PascalCase" } else { "snake_case" };
            let d = Diagnostic::new(CODE, name.span, format!("the name of the {what} `{}` is not written in {form}", name.text)).help(format!("call it `{wanted}`"));
            out.push(d.into());
        }
    }
}

fn snake_case(name: &str) -> String {
    let start: String = name.chars().take_while(|c| *c == '_').collect();
    start + &words(name).join("_")
}

fn pascal_case(name: &str) -> String {
    // A name without `_` that begins with a capital is as good: `IPRange`, `Sku2`.
    if !name.contains(['_', '-']) && name.starts_with(char::is_uppercase) {
        return name.to_owned();
    }
    let capital = |word: String| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    };
    let start: String = name.chars().take_while(|c| *c == '_').collect();
    start + &words(name).into_iter().map(capital).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::{pascal_case, snake_case};

    #[test]
    fn names_are_brought_into_their_form_and_stay_in_it() {
        for (name, snake) in [("tooMuch", "too_much"), ("TooMuch", "too_much"), ("too_much", "too_much"), ("_later", "_later"), ("max2", "max2"), ("A", "a")] {
            assert_eq!(snake_case(name), snake);
            assert_eq!(snake_case(snake), snake);
        }
        for (name, pascal) in [("sku", "Sku"), ("Sku", "Sku"), ("order_id", "OrderId"), ("IPRange", "IPRange"), ("orderId", "OrderId")] {
            assert_eq!(pascal_case(name), pascal);
            assert_eq!(pascal_case(pascal), pascal);
        }
    }
}
