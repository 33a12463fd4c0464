//! Literals: read and brought to normal form by the functions that read events.

use std::sync::Arc;

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast;
use reach_values::{NumberError, decimal, int, time};

use super::super::names::{did_you_mean, there_are};
use super::super::{Checker, describe};
use super::constant;
use crate::ir::{Const, Expr, ExprKind, Form, Type};

impl<'a> Checker<'a> {
    pub(super) fn number(&mut self, span: Span, digits: &str, wanted: Option<&Type>) -> Option<Expr> {
        let ty = match wanted {
            Some(ty @ (Type::Int | Type::Decimal | Type::Any)) => ty.clone(),
            _ if digits.contains(['.', 'e', 'E']) => Type::Decimal,
            _ => Type::Int,
        };
        let read = if ty == Type::Int { int::parse(digits).map(i128::from) } else { decimal::parse(digits) };
        match read {
            Ok(n) => Some(constant(ty, span, Const::Num(n))),
            Err(error) => {
                let (message, help) = match (error, &ty) {
                    (NumberError::Inexact, Type::Int) => (
                        format!("`{digits}` is not a whole number"),
                        "an `int` has no decimal places; declare the other side as `decimal`, or write a whole number",
                    ),
                    (NumberError::Inexact, _) => (format!("`{digits}` has too many decimal places"), "a `decimal` has at most 18 of them"),
                    (NumberError::Overflow, Type::Int) => {
                        (format!("`{digits}` does not fit an `int`"), "an `int` reaches from -9223372036854775808 to 9223372036854775807")
                    }
                    (NumberError::Overflow, _) => (format!("`{digits}` does not fit a `decimal`"), "a `decimal` has at most 20 digits before the point"),
                    (NumberError::Syntax, _) => (format!("`{digits}` is not a number"), "write digits, with a point for decimal places: `1000` or `98.70`"),
                };
                self.invalid(span, message, help)
            }
        }
    }

    fn invalid<T>(&mut self, span: Span, message: String, help: &str) -> Option<T> {
        self.report(Diagnostic::new(codes::INVALID_LITERAL, span, message).help(help));
        None
    }

    pub(super) fn text(&mut self, span: Span, text: &str, wanted: Option<&Type>) -> Option<Expr> {
        let of = |ty: Type, text: &str| Some(constant(ty, span, Const::Text(text.into())));
        match wanted {
            Some(Type::Form(form)) if form.is_declarable() => match form.normalize(text) {
                Ok(normal) => of(Type::Form(*form), &normal),
                Err(error) => self.invalid(span, format!("`{text:?}` is not {}", form.noun()), &error.to_string()),
            },
            Some(Type::Time) => match time::parse_time(text) {
                Ok(ns) => Some(constant(Type::Time, span, Const::Num(ns))),
                Err(_) => self.invalid(span, format!("`{text:?}` is not a time"), TIME_HELP),
            },
            Some(Type::Date) => match time::parse_date(text) {
                Ok(days) => Some(constant(Type::Date, span, Const::Num(days))),
                Err(_) => self.invalid(span, format!("`{text:?}` is not a date"), DATE_HELP),
            },
            Some(Type::Enum(members)) => self.member(span, text, members),
            Some(Type::Any) => of(Type::Any, text),
            _ => of(Type::Text, text),
        }
    }

    /// Resolves a member of an enum.
    pub(super) fn member(&mut self, span: Span, text: &str, members: &Arc<[String]>) -> Option<Expr> {
        if let Some(index) = members.iter().position(|m| m == text) {
            return Some(constant(Type::Enum(members.clone()), span, Const::Num(i128::try_from(index).unwrap_or(0))));
        }
        let near = self.suggestions.nearest(text, members.iter().map(String::as_str)).map(str::to_owned);
        let d = Diagnostic::new(names::UNKNOWN_MEMBER, span, format!("`{text}` is not a member of `{}`", Type::Enum(members.clone())));
        let d = match near {
            // In quotes, the fix stays in quotes.
            Some(near) if self.sources.text(span).starts_with('"') => d.help(format!("did you mean `{near}`?")),
            near => did_you_mean(d, span, near, || there_are("the members are", members.iter().map(String::as_str))),
        };
        self.report(d);
        None
    }

    pub(super) fn duration(&mut self, span: Span, text: &str) -> Option<Expr> {
        match time::parse_duration(text) {
            Ok(ns) => Some(constant(Type::Duration, span, Const::Num(ns))),
            Err(time::TimeError::Range) => self.invalid(span, format!("`{text}` does not fit a `duration`"), "a duration is at most 292 years"),
            Err(time::TimeError::Syntax) => self.invalid(
                span,
                format!("`{text}` is not a duration"),
                "write whole numbers with `d`, `h`, `m`, `s` or `ms`, the largest unit first: `90s`, `1h30m`, `7d`",
            ),
        }
    }

    pub(super) fn date(&mut self, span: Span, text: &str) -> Option<Expr> {
        match time::parse_date(text) {
            Ok(days) => Some(constant(Type::Date, span, Const::Num(days))),
            Err(_) => self.invalid(span, format!("`{text}` is not a date"), DATE_HELP),
        }
    }

    pub(super) fn time(&mut self, span: Span, text: &str) -> Option<Expr> {
        match time::parse_time(text) {
            Ok(ns) => Some(constant(Type::Time, span, Const::Num(ns))),
            Err(_) => self.invalid(span, format!("`{text}` is not a time"), TIME_HELP),
        }
    }

    /// A literal that says its type: `ip"10.0.0.1"`, `ip"10.0.0.0/8"`, `url"…"`.
    pub(super) fn tagged(&mut self, word: &ast::Name, text: &str, span: Span, wanted: Option<&Type>) -> Option<Expr> {
        let form = match (Form::from_word(&word.text), wanted) {
            // An address stands for the network of itself alone where a network is wanted.
            (Some(Form::Ip), wanted) if text.contains('/') || wanted == Some(&Type::NETWORK) => Some(Form::Network),
            // A path or query is of the platform or dialect that its place asks for.
            (Some(form), Some(Type::Form(of))) if form.word() == of.word() => Some(*of),
            (form, _) => form,
        };
        if let Some(form) = form.filter(|form| form.is_declarable()) {
            return self.text(span, text, Some(&Type::Form(form)));
        }
        let d = Diagnostic::new(names::UNKNOWN_NAME, word.span, format!("there is no literal `{}\"…\"`", word.text))
            .help("a text is written `\"…\"`, a glob `glob\"…\"`, a regular expression `re\"…\"`, an address `ip\"…\"`");
        self.report(d);
        None
    }
}

const TIME_HELP: &str = "write it as in RFC 3339, with an offset or `Z`: `2026-01-31T09:00:00Z`";
const DATE_HELP: &str = "write year, month and day of the calendar: `2026-01-31`";

/// Returns a constant as `any` holds it, if JSON has such a value.
pub(super) fn as_any(value: &Expr) -> Option<Const> {
    match &value.kind {
        ExprKind::Const(c) => any_value(&value.ty, c),
        _ => None,
    }
}

fn any_value(ty: &Type, value: &Const) -> Option<Const> {
    Some(match (ty, value) {
        (Type::Any, value) => value.clone(),
        (Type::Optional(of), value) => any_value(of, value)?,
        (_, Const::Absent) => Const::Absent,
        (Type::Bool, Const::Bool(_)) | (Type::Decimal, Const::Num(_)) | (Type::Text, Const::Text(_)) => value.clone(),
        (Type::Int, Const::Num(n)) => Const::Num(decimal::from_int(i64::try_from(*n).ok()?)),
        (Type::Enum(_), Const::Num(_)) => Const::Text(describe::constant(ty, value).into()),
        (Type::List(of), Const::List(items)) => Const::List(items.iter().map(|i| any_value(of, i)).collect::<Option<_>>()?),
        (Type::Record(fields), Const::Record(values)) => {
            let mut entries: Vec<(String, Const)> = Vec::new();
            for ((name, ty), value) in fields.iter().zip(values.iter()) {
                entries.push((name.clone(), any_value(ty, value)?));
            }
            entries.sort();
            Const::Map(entries.into())
        }
        (Type::Map(of), Const::Map(entries)) => Const::Map(entries.iter().map(|(k, v)| Some((k.clone(), any_value(of, v)?))).collect::<Option<_>>()?),
        _ => return None,
    })
}
