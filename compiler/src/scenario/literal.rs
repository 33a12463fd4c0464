//! Literals whose type nobody asks for: the content of results, arguments of what isn't declared, and arguments that are
//! meant to be refused.

use reach_codes::Diagnostic;
use reach_codes::table::types as codes;
use reach_grammar::ast::{Expr, ExprKind, Link};

use super::Player;
use super::json::{self, separated, text_to};

impl<'a> Player<'_, 'a> {
    /// Returns what `row.field` stands for; any other expression is itself.
    pub(super) fn resolve(&self, expr: &'a Expr) -> &'a Expr {
        let (Some(row), ExprKind::Chain(chain)) = (&self.row, &expr.kind) else { return expr };
        match (&chain.base.kind, chain.links.as_slice()) {
            (ExprKind::Name(name), [Link::Field(field)]) if name.text == row.name => {
                let bindings: &'a [_] = row.bindings;
                bindings.iter().find(|b| b.name.text == field.text).map_or(expr, |b| &b.value)
            }
            _ => expr,
        }
    }

    /// Appends a literal as JSON: numbers as they are written, a bare word as text.
    pub(super) fn literal(&mut self, expr: &'a Expr, out: &mut String) -> Option<()> {
        let expr = self.resolve(expr);
        match &expr.kind {
            ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            ExprKind::Number(digits) => out.push_str(digits),
            ExprKind::Negate(of) if matches!(of.kind, ExprKind::Number(_)) => {
                out.push('-');
                return self.literal(of, out);
            }
            ExprKind::Text(text) | ExprKind::Duration(text) | ExprKind::Date(text) | ExprKind::Time(text) | ExprKind::Tagged(_, text) => text_to(text, out),
            ExprKind::Pattern(pattern) => text_to(&pattern.text, out),
            ExprKind::Name(name) if !self.checker.is_constant(&name.text) && self.row.as_ref().is_none_or(|row| row.name != name.text) => {
                text_to(&name.text, out)
            }
            ExprKind::List(members) | ExprKind::Set(members) => {
                let mut whole = Some(());
                separated(out, ['[', ']'], members.iter(), |out, member| whole = whole.and(self.literal(member, out)));
                return whole;
            }
            ExprKind::Record(bindings) => {
                let mut whole = Some(());
                separated(out, ['{', '}'], bindings.iter(), |out, binding| {
                    text_to(&binding.name.text, out);
                    out.push(':');
                    whole = whole.and(self.literal(&binding.value, out));
                });
                return whole;
            }
            ExprKind::Error => {
                self.wrong = true;
                return None;
            }
            ExprKind::Name(_) | ExprKind::Chain(..) | ExprKind::Call(..) | ExprKind::Negate(_) | ExprKind::Sum(..) | ExprKind::Product(_) => {
                let value = self.checker.inferred_constant(self.row.as_ref(), expr);
                self.wrong |= value.is_none();
                let (ty, value) = value?;
                json::write(&ty, &value, out);
            }
            _ => {
                let d = Diagnostic::new(codes::NOT_A_LITERAL, expr.span, "a value that an event carries is written out here")
                    .note("nothing declares what type this value has, so it goes into the event as it stands")
                    .help("write a text, a number, a list or a record");
                self.report(d);
                return None;
            }
        }
        Some(())
    }
}
