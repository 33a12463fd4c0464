//! What is said when a type isn't the expected one.

use reach_codes::Diagnostic;
use reach_codes::table::types as codes;
use reach_grammar::ast::{Expr as Ast, ExprKind as AstKind};

use super::super::describe::{a, sample};
use super::super::{Checker, Env};
use crate::ir::{Expr, Type};

impl<'a> Checker<'a> {
    /// Reports a value of another type than the place asks for.
    pub(super) fn mismatch<T>(&mut self, expr: &Ast, value: &Expr, expected: &Type) -> Option<T> {
        let mut d = Diagnostic::new(codes::TYPE_MISMATCH, expr.span, format!("expected {}, found {}", a(expected), a(&value.ty)))
            .label(format!("this is {}", a(&value.ty)));
        if let Some(help) = self.conversion(expr, &value.ty, expected) {
            d = d.help(help);
        }
        self.report(d);
        None
    }

    /// Returns what to do about a value that isn't of the type.
    pub(super) fn conversion(&self, expr: &Ast, got: &Type, wanted: &Type) -> Option<String> {
        let text = self.source_line(expr.span);
        let literal =
            matches!(expr.kind, AstKind::Number(_) | AstKind::Text(_) | AstKind::Bool(_) | AstKind::Duration(_) | AstKind::Date(_) | AstKind::Time(_));
        Some(match (got, wanted) {
            (Type::Optional(got), wanted) => return self.conversion(expr, got, wanted),
            (got, Type::Optional(wanted)) => return self.conversion(expr, got, wanted),
            (Type::Text, Type::Int | Type::Decimal | Type::Bool) if literal => {
                let bare = text.trim_matches('"');
                let fits = match wanted {
                    Type::Int => reach_values::int::parse(bare).is_ok(),
                    Type::Decimal => reach_values::decimal::parse(bare).is_ok(),
                    _ => matches!(bare, "true" | "false"),
                };
                return fits.then(|| format!("write it without quotes: `{bare}`"));
            }
            (Type::Int | Type::Decimal | Type::Bool | Type::Date | Type::Time | Type::Duration, Type::Text) if literal => {
                format!("write it in quotes: `\"{text}\"`")
            }
            (Type::Int, Type::Decimal) | (Type::Decimal, Type::Int) => {
                "numbers are not converted by themselves: declare both as `decimal` or both as `int`".to_owned()
            }
            (Type::Int | Type::Decimal, Type::Duration) if literal => format!("write a unit: `{text}s`, `{text}m`, `{text}h` or `{text}d`"),
            (Type::Time, Type::Date) | (Type::Date, Type::Time) => "a time and a date are not converted by themselves: declare both as one type".to_owned(),
            (Type::Text, Type::Entity(name)) if literal => format!("name the entity: `{name}[{text}]`"),
            (Type::Text, Type::Form(_) | Type::Time | Type::Date | Type::Enum(_)) | (Type::Form(_) | Type::Enum(_), Type::Text) => {
                let special = if *got == Type::Text { wanted } else { got };
                format!("texts are not converted by themselves: declare both as `{special}` or both as `text`")
            }
            (Type::List(got), Type::Set(wanted)) if got == wanted && matches!(expr.kind, AstKind::List(_)) => {
                "a set is written in braces: `{ a, b }`".to_owned()
            }
            (Type::Set(got), Type::List(wanted)) if got == wanted && matches!(expr.kind, AstKind::Set(_)) => {
                "a list is written in square brackets: `[a, b]`".to_owned()
            }
            (got, Type::List(of)) if *got == **of => format!("write a list of one: `[{text}]`"),
            (got, Type::Set(of)) if *got == **of => format!("write a set of one: `{{ {text} }}`"),
            _ => return None,
        })
    }

    /// Reports an optional that is used as if it were sure to be there. Where something before was wrong, it may well have been
    /// the test: then nothing is said.
    pub(super) fn untested<T>(&mut self, env: &Env<'a>, expr: &Ast, of: &Type) -> Option<T> {
        if env.lenient {
            return None;
        }
        let text = self.source_line(expr.span);
        let test = match (&expr.kind, text.rsplit_once('.')) {
            (AstKind::Chain(..), _) if text.ends_with("\"]") => {
                let (base, key) = text.rsplit_once('[').unwrap_or((&text, ""));
                format!("`{base} has {} and …`", key.trim_end_matches(']'))
            }
            (AstKind::Chain(..), Some((base, field))) if !field.ends_with(']') => format!("`{base} has {field} and …`"),
            _ => format!("`{text} as value and …`"),
        };
        let d = Diagnostic::new(codes::OPTIONAL_UNTESTED, expr.span, format!("`{text}` may be absent"))
            .label(format!("this is {}", a(&Type::Optional(of.clone().into()))))
            .note("what happens when it is absent must be said")
            .help(format!("test it first: {test}; or give it a value: `({text} else {})`", sample(of)));
        self.report(d);
        None
    }
}
