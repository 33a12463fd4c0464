//! `glob"…"` and `re"…"`.

use reach_codes::Diagnostic;
use reach_codes::table::types as codes;
use reach_grammar::ast::{self, Expr as Ast, ExprKind as AstKind};

use super::names::Item;
use super::{Checker, Env};
use crate::ir::{Form, Pattern, PatternKind, Type};
use reach_values::path::Platform;

impl<'a> Checker<'a> {
    /// Resolves what stands behind `matches`: a pattern, or the name of one.
    pub(super) fn pattern_behind(&mut self, env: &Env<'a>, expr: &'a Ast, of: &Type, nocase: bool) -> Option<Pattern> {
        match &expr.kind {
            AstKind::Pattern(pattern) => self.pattern(pattern, of, nocase),
            AstKind::Name(_) | AstKind::Chain(..) => match self.item_here(env, expr) {
                Some(Item::Let(index)) => {
                    let constant = self.table.lets.get(index as usize)?;
                    match &constant.ast.value.kind {
                        AstKind::Pattern(pattern) => self.pattern(pattern, of, nocase),
                        _ => self.no_pattern(expr),
                    }
                }
                _ => {
                    self.infer(&mut env.clone(), expr, None)?;
                    self.no_pattern(expr)
                }
            },
            AstKind::Text(text) => {
                let d = Diagnostic::new(codes::NOT_A_PATTERN, expr.span, "`matches` takes a pattern, not a text")
                    .note("a text does not say how it is to be read")
                    .help(format!(
                        "write `glob{text:?}`, where `*` stands for anything, or a regular expression `re\"…\"`; to compare the whole text, use `==`"
                    ));
                self.report(d);
                None
            }
            _ => {
                self.infer(&mut env.clone(), expr, None)?;
                self.no_pattern(expr)
            }
        }
    }

    fn no_pattern<T>(&mut self, expr: &Ast) -> Option<T> {
        let d = Diagnostic::new(codes::NOT_A_PATTERN, expr.span, "`matches` takes a pattern")
            .help("write `glob\"*.pem\"` or `re\"^[A-Z]+$\"`, or name a constant that is one: `let keys = glob\"*.pem\"`");
        self.report(d);
        None
    }

    /// Checks a pattern for values of a type.
    pub(super) fn pattern(&mut self, pattern: &ast::Pattern, of: &Type, nocase: bool) -> Option<Pattern> {
        let kind = match (pattern.kind, of) {
            (ast::PatternKind::Regex, _) => PatternKind::Regex,
            (ast::PatternKind::Glob, Type::Form(Form::Path(Platform::Posix))) => PatternKind::Glob,
            (ast::PatternKind::Glob, Type::Form(Form::Path(Platform::Windows))) => PatternKind::WindowsGlob,
            (ast::PatternKind::Glob, Type::Form(Form::Path(Platform::MacOs))) => PatternKind::MacOsGlob,
            (ast::PatternKind::Glob, _) => PatternKind::TextGlob,
        };
        let compiled = compile(kind, &pattern.text, nocase);
        if let Err(error) = compiled {
            let what = if kind == PatternKind::Regex { "regular expression" } else { "glob" };
            let mut lines = error.to_string();
            // The regex crate draws its errors over several lines; the last says what is wrong.
            if let Some(last) = lines.lines().last().and_then(|l| l.strip_prefix("error: ")) {
                lines = last.to_owned();
            }
            let d = Diagnostic::new(codes::INVALID_PATTERN, pattern.span, format!("this is not a valid {what}")).note(lines.trim_end().to_owned());
            let d = if kind == PatternKind::Regex {
                d.help("it is written as in the Rust `regex` crate: no look-around, no back-references; `\\.` is a plain dot")
            } else {
                d
            };
            self.report(d);
            return None;
        }
        Some(Pattern { kind, text: pattern.text.to_string(), nocase })
    }
}

/// Compiles a pattern as the machine does.
pub(super) fn compile(kind: PatternKind, text: &str, nocase: bool) -> Result<reach_values::pattern::Pattern, reach_values::pattern::PatternError> {
    use reach_values::pattern::Pattern as Compiled;
    match kind {
        PatternKind::Glob => Compiled::glob_on(Platform::Posix, text, nocase),
        PatternKind::WindowsGlob => Compiled::glob_on(Platform::Windows, text, nocase),
        PatternKind::MacOsGlob => Compiled::glob_on(Platform::MacOs, text, nocase),
        PatternKind::TextGlob => Compiled::text_glob(text, nocase),
        PatternKind::Regex => Compiled::regex(text, nocase),
    }
}
