//! `let`, `param` and `fn`.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::table::{limit, name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Expr as Ast, ExprKind as AstKind};

use super::env::{Local, LocalValue, Scope};
use super::names::Item;
use super::types::TypeInfo;
use super::uses::Setting;
use super::{Checker, Env, fold};
use crate::ir::{Const, Expr, ExprKind, LocalId, Type};

/// A `let` or `param`.
#[derive(Clone, Debug)]
pub(super) struct Constant<'a> {
    pub(super) ast: &'a ast::Let,
    pub(super) param: bool,
    /// The space of its names.
    pub(super) space: u32,
    /// What those who use the pack set it to, if one of them does: all must come to the same.
    pub(super) settings: Vec<Setting<'a>>,
    /// Whether the literal takes the type that its place asks for.
    pub(super) flexible: bool,
    poisoned: bool,
    /// The value, of its own type.
    value: Option<Expr>,
}

impl<'a> Constant<'a> {
    pub(super) fn new(ast: &'a ast::Let, param: bool, space: u32) -> Self {
        Self { ast, param, space, settings: Vec::new(), flexible: false, poisoned: false, value: None }
    }
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Function<'a> {
    pub(super) ast: &'a ast::Function,
    /// The space of its names.
    pub(super) space: u32,
    poisoned: bool,
    /// Parameters and body, once checked.
    checked: Option<Arc<Checked>>,
}

#[derive(Debug)]
struct Checked {
    parameters: Vec<(LocalId, Type)>,
    body: Expr,
    size: usize,
    depth: usize,
}

impl<'a> Function<'a> {
    pub(super) fn new(ast: &'a ast::Function, space: u32) -> Self {
        Self { ast, space, poisoned: false, checked: None }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn poison_constant(&mut self, index: usize) {
        if let Some(constant) = self.table.lets.get_mut(index) {
            constant.poisoned = true;
        }
    }

    pub(super) fn poison_function(&mut self, index: usize) {
        if let Some(function) = self.table.functions.get_mut(index) {
            function.poisoned = true;
        }
    }

    pub(super) fn resolve_constant(&mut self, index: usize) {
        let Some(constant) = self.table.lets.get(index) else { return };
        if constant.poisoned {
            return;
        }
        let (ast, param, settings) = (constant.ast, constant.param, constant.settings.clone());
        if param && ast.ty.is_none() {
            let d = Diagnostic::new(codes::PARAMETER_WITHOUT_TYPE, ast.name.span, format!("the parameter `{}` has no type", ast.name.text))
                .note("whoever uses the pack sets it, and must know what it takes")
                .help(format!("write `param {}: type = …`", ast.name.text));
            self.report(d);
        }
        if let AstKind::Pattern(pattern) = &ast.value.kind {
            // A glob is read by what it is matched with; here it must only be one of either kind.
            if ast.ty.is_none()
                && (pattern.kind == ast::PatternKind::Regex || super::patterns::compile(crate::ir::PatternKind::Glob, &pattern.text, false).is_err())
            {
                let _ = self.pattern(pattern, &Type::Text, false);
            }
            if ast.ty.is_none() {
                return;
            }
        }
        let flexible = ast.ty.is_none() && self.is_flexible(&ast.value);
        let value = if settings.is_empty() { self.constant_value(ast, &ast.value) } else { self.set_value(ast, &settings) };
        if let Some(constant) = self.table.lets.get_mut(index) {
            constant.flexible = flexible;
            constant.value = value;
        }
    }

    /// Returns what those who use a pack set a parameter to; reports those who set it to something else.
    fn set_value(&mut self, ast: &'a ast::Let, settings: &[Setting<'a>]) -> Option<Expr> {
        let mut set: Option<(Expr, Span)> = None;
        let mut wrong = false;
        for setting in settings {
            let before = self.diagnostics.len();
            let here = self.space;
            let value = match setting.value {
                Some(value) => self.value_of_parameter(ast, value, setting.space),
                None => self.constant_value(ast, &ast.value),
            };
            for d in self.diagnostics.iter_mut().skip(before).filter(|_| setting.space != here && setting.value.is_some()) {
                d.others.push(reach_codes::Label { span: ast.name.span, text: "the parameter is declared here".to_owned() });
            }
            match (value, &set) {
                (None, _) => wrong = true,
                (Some(value), None) => set = Some((value, setting.span)),
                (Some(value), Some((first, _))) if value.kind == first.kind => {}
                (Some(_), Some((_, first))) => {
                    let name = &ast.name.text;
                    let message = match setting.value {
                        Some(_) => format!("the parameter `{name}` is set to another value elsewhere"),
                        None => format!("the parameter `{name}` is left at its own value here, and set elsewhere"),
                    };
                    let d = Diagnostic::new(names::PARAMETERS_DIFFER, setting.span, message)
                        .other(*first, "set here")
                        .note("a pack is there once in a bundle, for all who use it")
                        .help("set it to the same value everywhere");
                    self.report(d);
                    wrong = true;
                }
            }
        }
        set.map(|(value, _)| value).filter(|_| !wrong)
    }

    /// Checks what a parameter is set to: its type is the pack's, the names in the value are of whoever sets it.
    fn value_of_parameter(&mut self, ast: &'a ast::Let, value: &'a Ast, space: u32) -> Option<Expr> {
        let written = ast.ty.as_ref()?;
        let info = self.resolve_type(written)?;
        let typed = self.in_space(space, |checker| {
            let typed = checker.fits(&mut Env::of(Scope::Constant), value, &info.ty)?;
            let (ty, span) = (typed.ty.clone(), value.span);
            let value = checker.constant_of(typed)?;
            Some(Expr { ty, span, kind: ExprKind::Const(value) })
        })?;
        self.check_refined_constant(&info, written, &typed)?;
        Some(typed)
    }

    fn constant_value(&mut self, ast: &'a ast::Let, value: &'a Ast) -> Option<Expr> {
        let mut env = Env::of(Scope::Constant);
        let info = match &ast.ty {
            Some(ty) => Some(self.resolve_type(ty)?),
            None => None,
        };
        if let Some((_, span)) = info.as_ref().and_then(|info| info.reading.as_ref()) {
            self.reading_elsewhere(*span);
            return None;
        }
        let value = match &info {
            Some(info) => self.fits(&mut env, value, &info.ty)?,
            None => self.infer(&mut env, value, None)?,
        };
        let (ty, span) = (value.ty.clone(), ast.value.span);
        let value = self.constant_of(value)?;
        let value = Expr { ty, span, kind: ExprKind::Const(value) };
        if let (Some(info), Some(written)) = (info, &ast.ty) {
            self.check_refined_constant(&info, written, &value)?;
        }
        Some(value)
    }

    fn check_refined_constant(&mut self, info: &TypeInfo, written: &ast::TypeExpr, value: &Expr) -> Option<()> {
        let Some(refine) = &info.refine else { return Some(()) };
        let condition = self.refinement(refine, value);
        if self.constant_of(condition)? == Const::Bool(true) {
            return Some(());
        }
        let expected = self.source_line(written.span);
        let d = Diagnostic::new(codes::REFUSED_BY_REFINEMENT, value.span, format!("this is not a `{expected}`"))
            .other(written.span, "required here")
            .note("the condition behind `where` is not true for this value");
        self.report(d.help("change the value or the condition"));
        None
    }

    /// Returns whether an expression is made of literals alone, so that it takes the type that its place asks for.
    pub(super) fn is_flexible(&self, expr: &Ast) -> bool {
        match &expr.kind {
            AstKind::Number(_) | AstKind::Text(_) => true,
            AstKind::List(items) | AstKind::Set(items) => items.is_empty() || items.iter().any(|i| self.is_flexible(i)),
            AstKind::Record(bindings) => bindings.is_empty() || bindings.iter().any(|b| self.is_flexible(&b.value)),
            AstKind::Negate(a) => self.is_flexible(a),
            AstKind::Sum(first, rest) => self.is_flexible(first) && rest.iter().all(|(_, e)| self.is_flexible(e)),
            AstKind::Product(items) => items.iter().all(|i| self.is_flexible(i)),
            AstKind::Name(_) | AstKind::Chain(..) => match self.item_written(expr) {
                Some(Item::Let(index)) => self.table.lets.get(index as usize).is_some_and(|l| l.flexible),
                _ => false,
            },
            _ => false,
        }
    }

    /// Returns the value of a constant, as `expected` where its literal can be that.
    pub(super) fn constant_named(&mut self, index: u32, at: Span, expected: Option<&Type>) -> Option<Expr> {
        let constant = self.table.lets.get(index as usize)?;
        if constant.poisoned {
            return None;
        }
        if let (AstKind::Pattern(_), None) = (&constant.ast.value.kind, &constant.ast.ty) {
            let d = Diagnostic::new(codes::NOT_A_VALUE, at, format!("`{}` is a pattern, not a value", constant.ast.name.text))
                .help(format!("use it with `matches`: `… matches {}`", constant.ast.name.text));
            self.report(d);
            return None;
        }
        let place = |e: &Expr| Expr { ty: e.ty.clone(), span: at, kind: e.kind.clone() };
        let own = constant.value.as_ref()?;
        let (true, Some(expected)) = (constant.flexible, expected.filter(|t| **t != own.ty)) else { return Some(place(own)) };
        let asked = (index, expected.clone());
        if let Some(fitted) = self.fitted.get(&asked) {
            return fitted.as_ref().map(place);
        }
        let (ast, space, own_place) = (constant.ast, constant.space, place(own));
        let before = self.diagnostics.len();
        let depth = std::mem::take(&mut self.depth);
        let fitted = self.in_space(space, |checker| {
            let e = checker.infer(&mut Env::of(Scope::Constant), &ast.value, Some(expected))?;
            let ty = e.ty.clone();
            let value = checker.constant_of(e)?;
            Some(Expr { ty, span: at, kind: ExprKind::Const(value) })
        });
        self.depth = depth;
        for d in self.diagnostics.iter_mut().skip(before) {
            d.others.push(reach_codes::Label { span: at, text: format!("used as {} here", super::describe::a(expected)) });
        }
        // What fits no better than its own type is left to the place to complain about.
        let fitted = match fitted {
            None if self.diagnostics.len() == before => Some(own_place),
            fitted => fitted,
        };
        self.fitted.insert(asked, fitted.clone());
        fitted
    }

    /// Returns whether an expression is the name of a constant that is a list.
    pub(super) fn is_list_constant(&self, expr: &Ast) -> bool {
        let Some(Item::Let(index)) = self.item_written(expr) else { return false };
        let value = self.table.lets.get(index as usize).and_then(|l| l.value.as_ref());
        value.is_some_and(|v| matches!(v.ty, Type::List(_)))
    }

    /// Computes the value of a constant expression.
    pub(super) fn constant_of(&mut self, value: Expr) -> Option<Const> {
        let span = value.span;
        match fold::evaluate(&value, &mut self.fold_fuel) {
            Ok(value) => {
                let most = self.bounds.constant_parts;
                if fold::parts(&value, most) > most {
                    let d = Diagnostic::new(limit::CONSTANT_TOO_LARGE, span, format!("this constant has more than {most} members"))
                        .help("split it, or send the data as facts or context");
                    self.report(d);
                    return None;
                }
                Some(value)
            }
            Err(stop) => {
                self.report_stop(span, stop);
                None
            }
        }
    }

    pub(super) fn report_stop(&mut self, span: Span, stop: fold::Stop) {
        let d = match stop {
            fold::Stop::NotConstant(at) => Diagnostic::new(codes::NOT_CONSTANT, at, "this is not a constant")
                .note("it is only known when a step is decided")
                .help("write a literal, or move the expression to the rule that needs it"),
            fold::Stop::NoValue(reason, at) => Diagnostic::new(codes::CONSTANT_WITHOUT_VALUE, at, format!("this has no value: {reason}"))
                .note("it is computed when the policy is compiled, with the operations that decide steps")
                .help("change the numbers so that the result fits"),
            fold::Stop::Work => Diagnostic::new(limit::CONSTANT_TOO_COSTLY, span, "computing the constants of this bundle takes too many steps")
                .help("write the result instead of the computation, or make its lists shorter"),
        };
        self.report(d);
    }

    pub(super) fn resolve_function(&mut self, index: usize) {
        let Some(function) = self.table.functions.get(index) else { return };
        if function.poisoned {
            return;
        }
        let ast = function.ast;
        let checked = self.check_function(ast);
        if let Some(function) = self.table.functions.get_mut(index) {
            function.checked = checked.map(Arc::new);
        }
    }

    fn check_function(&mut self, ast: &'a ast::Function) -> Option<Checked> {
        let mut env = Env::of(Scope::Function);
        let mut parameters = Vec::new();
        let mut whole = true;
        for field in &ast.signature.fields {
            if env.local(&field.name.text).is_some() {
                self.duplicate_field(&ast.signature.fields, field, "this function");
                whole = false;
                continue;
            }
            whole &= self.free_name(&env, &field.name);
            let info = self.resolve_type(&field.ty);
            let value = match self.plain_info(&field.ty, info) {
                Some(ty) => {
                    let local = self.fresh_local();
                    parameters.push((local, ty.clone()));
                    LocalValue::Value(local, ty)
                }
                None => {
                    whole = false;
                    LocalValue::Poison
                }
            };
            env.locals.push(Local { name: field.name.text.to_string(), value });
        }
        let body = match &ast.result {
            Some(ty) => {
                let info = self.resolve_type(ty);
                let ty = self.plain_info(ty, info)?;
                self.fits(&mut env, &ast.body, &ty)?
            }
            None => self.infer(&mut env, &ast.body, None)?,
        };
        whole.then(|| Checked { parameters, size: body.size(), depth: body.depth(), body })
    }

    /// Returns the type where neither refinements nor `from text` mean anything.
    pub(super) fn plain_info(&mut self, written: &ast::TypeExpr, info: Option<TypeInfo>) -> Option<Type> {
        let info = info?;
        if info.from_text {
            return self.unsupported(
                written.span,
                "`from text` here".to_owned(),
                "use it for an argument, a fact or a field of the context; here write `list<T>`",
            );
        }
        if let Some((_, span)) = info.reading {
            self.reading_elsewhere(span);
            return None;
        }
        if matches!(written.kind, ast::TypeKind::Refined(..)) {
            return self.unsupported(written.span, "`where` here".to_owned(), "use it for arguments, facts, context and constants, where values enter");
        }
        Some(info.ty)
    }

    /// Puts a function in where it is called.
    pub(super) fn call_function(&mut self, env: &mut Env<'a>, index: u32, name: &'a ast::Name, arguments: &'a [Ast], span: Span) -> Option<Expr> {
        let function = self.table.functions.get(index as usize)?;
        let (ast, checked) = (function.ast, function.checked.clone());
        let fields = &ast.signature.fields;
        if fields.len() != arguments.len() {
            let d = Diagnostic::new(codes::WRONG_ARGUMENTS, name.span, wrong_count(&name.text, fields.len(), arguments.len()))
                .other(ast.signature.name.span, "declared here");
            let parameters: Vec<&str> = fields.iter().map(|f| f.name.text.as_str()).collect();
            self.report(d.help(format!("write `{}({})`", name.text, parameters.join(", "))));
            return None;
        }
        let Some(checked) = checked else {
            for argument in arguments {
                self.infer(env, argument, None);
            }
            return None;
        };
        let mut values = Vec::new();
        let mut whole = true;
        for (argument, (_, ty)) in arguments.iter().zip(&checked.parameters) {
            let value = self.fits(env, argument, ty);
            whole &= value.is_some();
            values.extend(value);
        }
        if !whole {
            return None;
        }
        self.inlined = self.inlined.saturating_add(checked.size);
        if self.inlined > self.bounds.inlined {
            let most = self.bounds.inlined;
            if self.inlined - checked.size <= most {
                let d =
                    Diagnostic::new(limit::TOO_MUCH_INLINED, name.span, format!("functions put in where they are called come to more than {most} operations"))
                        .note("a function is copied to each place that calls it; functions that call functions multiply")
                        .help("call fewer functions from within functions");
                self.report(d);
            }
            return None;
        }
        if !self.deep_enough(span, checked.depth + arguments.len()) {
            return None;
        }
        let mut bound = HashMap::default();
        let mut lets = Vec::new();
        for ((local, ty), value) in checked.parameters.iter().zip(values) {
            if matches!(value.kind, ExprKind::Const(_) | ExprKind::Slot(_) | ExprKind::Local(_)) {
                bound.insert(*local, value);
            } else {
                let fresh = self.fresh_local();
                bound.insert(*local, Expr { ty: ty.clone(), span: value.span, kind: ExprKind::Local(fresh) });
                lets.push((fresh, value));
            }
        }
        let mut out = self.instantiate(&checked.body, &mut bound);
        for (local, value) in lets.into_iter().rev() {
            out = Expr { ty: out.ty.clone(), span, kind: ExprKind::Let(local, Box::new(value), Box::new(out)) };
        }
        self.fold_deep(out)
    }
}

/// Says that a function got too many or too few arguments.
pub(super) fn wrong_count(name: &str, wanted: usize, got: usize) -> String {
    let plural = |n: usize| if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") };
    format!("`{name}` takes {}, but gets {}", plural(wanted), if got == 0 { "none".to_owned() } else { got.to_string() })
}
