//! Functions: the few of the language, and those that a bundle declares.

use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::{name as names, types as codes};
use reach_grammar::ast::{Expr as Ast, Name};

use super::super::constants::wrong_count;
use super::super::describe::a;
use super::super::names::{Item, did_you_mean};
use super::super::{Checker, Env};
use crate::ir::{Arith, Const, Expr, ExprKind, Type, Unary};
use reach_values::zone::{self, Zone};

const BUILTIN: [&str; 7] = ["length", "lower", "min", "max", "abs", "local", "leaves"];
/// Words that stand like functions before other things in brackets.
const FOLDS: [&str; 4] = ["all", "any", "count", "sum"];

/// Returns whether it is a function of the language.
pub(in super::super) fn is_builtin(name: &str) -> bool {
    BUILTIN.contains(&name) || FOLDS.contains(&name)
}

/// What other languages call our functions.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "len" | "size" | "strlen" => "length",
        "lowercase" | "tolower" | "to_lower" => "lower",
        "every" => "all",
        "some" | "exists" => "any",
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, env: &mut Env<'a>, name: &'a Name, arguments: &'a [Ast], span: Span, expected: Option<&Type>) -> Option<Expr> {
        match (name.text.as_str(), arguments) {
            ("length", [of]) => self.length(env, of, span),
            ("lower", [of]) => {
                let value = self.fits(env, of, &Type::Text)?;
                self.fold(Expr { ty: Type::Text, span, kind: ExprKind::Lower(Box::new(value)) })
            }
            ("abs", [of]) => {
                let value = self.present(env, of, expected)?;
                if !matches!(value.ty, Type::Int | Type::Decimal | Type::Duration) {
                    return self.bad_argument(of, "abs", "a number or a duration", &value.ty);
                }
                self.fold(Expr { ty: value.ty.clone(), span, kind: ExprKind::Unary(Unary::Abs, Box::new(value)) })
            }
            ("min", [_, _, ..]) => self.extreme(env, Arith::Min, name, arguments, span, expected),
            ("max", [_, _, ..]) => self.extreme(env, Arith::Max, name, arguments, span, expected),
            ("local", [time, zone]) => self.local(env, time, zone, span),
            ("local", _) => self.wrong_arguments(name, &wrong_count(&name.text, 2, arguments.len())),
            ("leaves", _) => self.unsupported(name.span, "`leaves(…)`".to_owned(), "declare the fields with their types and ask each"),
            ("length" | "lower" | "abs", _) => self.wrong_arguments(name, &wrong_count(&name.text, 1, arguments.len())),
            ("min" | "max", _) => self.wrong_arguments(name, &format!("`{}` takes at least 2 arguments", name.text)),
            _ => match self.item(&name.text) {
                Some(Item::Function(index)) => self.call_function(env, index, name, arguments, span),
                Some(Item::Unread) => {
                    for argument in arguments {
                        self.infer(env, argument, None);
                    }
                    None
                }
                Some(item) => {
                    let d = Diagnostic::new(names::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not a function", name.text, item.noun()));
                    self.report(d);
                    None
                }
                None => self.unknown_function(env, name, arguments),
            },
        }
    }

    fn wrong_arguments<T>(&mut self, name: &Name, message: &str) -> Option<T> {
        let help = if name.text == "local" {
            "write `local(step.at, \"Europe/Berlin\")`".to_owned()
        } else if matches!(name.text.as_str(), "min" | "max") {
            format!("write `{}(a, b)`", name.text)
        } else {
            format!("write `{}(x)`", name.text)
        };
        self.report(Diagnostic::new(codes::WRONG_ARGUMENTS, name.span, message).help(help));
        None
    }

    fn unknown_function<T>(&mut self, env: &mut Env<'a>, name: &'a Name, arguments: &'a [Ast]) -> Option<T> {
        for argument in arguments {
            self.infer(env, argument, None);
        }
        if let (Some((value, method)), None) = (name.text.rsplit_once('.'), self.behind_alias(&name.text)) {
            return self.no_method(name, value, method);
        }
        let near = elsewhere(&name.text)
            .map(str::to_owned)
            .or_else(|| self.suggestions.nearest(&name.text, BUILTIN.into_iter().chain(FOLDS)).map(str::to_owned))
            .or_else(|| self.nearest_item(&name.text, |i| matches!(i, Item::Function(_))));
        let d = Diagnostic::new(names::UNKNOWN_FUNCTION, name.span, format!("there is no function `{}`", name.text));
        let contains = matches!(name.text.as_str(), "startswith" | "starts_with" | "endswith" | "ends_with" | "regex" | "match" | "matches");
        self.report(did_you_mean(d, name.span, near, || {
            if contains { "use a pattern: `args.x matches glob\"prefix*\"`".to_owned() } else { format!("declare it: `fn {}(…) = …`", name.text) }
        }));
        None
    }

    /// Explains that values have no methods.
    fn no_method<T>(&mut self, name: &Name, value: &str, method: &str) -> Option<T> {
        let help = match method.to_ascii_lowercase().replace('_', "").as_str() {
            "startswith" | "hasprefix" => format!("write `{value} matches glob\"prefix*\"`; for paths, `{value} within \"/folder\"`"),
            "endswith" | "hassuffix" => format!("write `{value} matches glob\"*suffix\"`"),
            "contains" | "includes" | "indexof" => format!("write `{value} contains …`"),
            "match" | "matches" | "test" => format!("write `{value} matches re\"…\"`"),
            word => match elsewhere(word).or_else(|| BUILTIN.into_iter().find(|b| *b == word)) {
                Some(function) => format!("write `{function}({value})`"),
                None => format!("a function is called with its value: `{method}({value})`"),
            },
        };
        let d = Diagnostic::new(names::UNKNOWN_FUNCTION, name.span, format!("values have no methods such as `{method}`")).help(help);
        self.report(d);
        None
    }

    /// `local(t, "Europe/Berlin")`.
    fn local(&mut self, env: &mut Env<'a>, time: &'a Ast, zone: &'a Ast, span: Span) -> Option<Expr> {
        let time_expr = self.present(env, time, Some(&Type::Time));
        let zone_expr = self.fits(env, zone, &Type::Text)?;
        let crate::ir::ExprKind::Const(Const::Text(name)) = &zone_expr.kind else {
            let d = Diagnostic::new(codes::NOT_CONSTANT, zone.span, "the time zone is a constant")
                .note("which zones there are is part of the bundle")
                .help("write it out: `\"Europe/Berlin\"`");
            self.report(d);
            return None;
        };
        self.known_zone(name, zone.span)?;
        let time_expr = time_expr?;
        if time_expr.ty != Type::Time {
            return self.bad_argument(time, "local", "a time", &time_expr.ty);
        }
        self.fold(Expr { ty: Type::local_time(), span, kind: ExprKind::Clock(Box::new(time_expr), name.to_string()) })
    }

    /// Reports a time zone that isn't one.
    pub(in super::super) fn known_zone(&mut self, name: &str, span: Span) -> Option<()> {
        if Zone::find(name).is_some() {
            return Some(());
        }
        let near = self.suggestions.nearest(name, zone::names()).map(str::to_owned);
        let d = Diagnostic::new(codes::UNKNOWN_ZONE, span, format!("there is no time zone `{name}`"));
        let d = match near {
            Some(near) => d.help(format!("did you mean `\"{near}\"`?")).fix(span, format!("\"{near}\"")),
            None => d.help("zones have names of the IANA database, such as `Europe/Berlin`, `America/New_York` or `UTC`"),
        };
        self.report(d);
        None
    }

    fn bad_argument<T>(&mut self, expr: &Ast, function: &str, takes: &str, got: &Type) -> Option<T> {
        let d = Diagnostic::new(codes::TYPE_MISMATCH, expr.span, format!("`{function}` takes {takes}, and this is {}", a(got)))
            .label(format!("this is {}", a(got)));
        self.report(d);
        None
    }

    fn length(&mut self, env: &mut Env<'a>, of: &'a Ast, span: Span) -> Option<Expr> {
        let value = self.present(env, of, None)?;
        if !matches!(value.ty, Type::Text | Type::List(_) | Type::Set(_) | Type::Map(_)) {
            return self.bad_argument(of, "length", "a text, a list, a set or a map", &value.ty);
        }
        self.fold(Expr { ty: Type::Int, span, kind: ExprKind::Length(Box::new(value)) })
    }

    fn extreme(&mut self, env: &mut Env<'a>, arith: Arith, name: &'a Name, arguments: &'a [Ast], span: Span, expected: Option<&Type>) -> Option<Expr> {
        if !self.deep_enough(span, arguments.len()) {
            return None;
        }
        self.depth += arguments.len();
        let out = self.extreme_in(env, arith, name, arguments, span, expected);
        self.depth -= arguments.len();
        out
    }

    fn extreme_in(&mut self, env: &mut Env<'a>, arith: Arith, name: &'a Name, arguments: &'a [Ast], span: Span, expected: Option<&Type>) -> Option<Expr> {
        let (ty, values) = self.members(env, arguments, None.or(expected.filter(|_| arguments.iter().all(|e| self.bends(env, e)))))?;
        if !matches!(ty, Type::Int | Type::Decimal | Type::Duration | Type::Time | Type::Date) {
            let first = arguments.first()?;
            return self.bad_argument(first, &name.text, "numbers, durations, times or dates", &ty);
        }
        let mut values = values.into_iter();
        let mut total = values.next()?;
        for value in values {
            total = self.fold(Expr { ty: ty.clone(), span, kind: ExprKind::Arith(arith, Box::new(total), Box::new(value)) })?;
        }
        Some(total)
    }
}
