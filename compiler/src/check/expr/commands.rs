//! Questions of command lines and queries: `runs only`, `may run`, `may touch`, `reads only`, `may write`.

use std::sync::Arc;

use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};
use reach_evaluator::vm::MAX_PATTERN_WORDS;
use reach_grammar::ast::{CommandPattern, Expr as Ast, ExprKind as AstKind, Name};
use reach_values::shell;

use super::super::describe::a;
use super::super::env::{Local, LocalValue};
use super::super::names::Item;
use super::super::refine::condition;
use super::super::{Checker, Env};
use crate::ir::{Const, Expr, ExprKind, Form, Guards, LocalId, Part, Query, Runs, Type};

impl<'a> Checker<'a> {
    pub(super) fn runs(&mut self, env: &mut Env<'a>, quantity: Runs, line: &'a Ast, commands: &'a CommandPattern, span: Span) -> Option<Expr> {
        let word = if quantity == Runs::Only { "runs only" } else { "may run" };
        let value = self.of_form(env, line, word, "a command line", "shell", |ty| *ty == Type::Form(Form::Shell));
        match commands {
            CommandPattern::Set(set) => {
                let patterns = self.command_patterns(env, set);
                Some(condition(span, ExprKind::Runs(quantity, Box::new(value?), patterns?)))
            }
            CommandPattern::Where(name, body) => self.runs_where(env, quantity, value, name, body, span),
        }
    }

    /// Types the operand of a question; it must be of a form.
    fn of_form(&mut self, env: &mut Env<'a>, expr: &'a Ast, word: &str, asks: &str, declare: &str, fits: impl Fn(&Type) -> bool) -> Option<Expr> {
        let value = self.present(env, expr, None)?;
        if fits(&value.ty) {
            return Some(value);
        }
        let d = Diagnostic::new(codes::TYPE_MISMATCH, expr.span, format!("`{word}` asks {asks}, and this is {}", a(&value.ty)))
            .label(format!("this is {}", a(&value.ty)));
        let d = match &value.ty {
            Type::Text => d.help(format!("declare it as `{declare}`, so that it is taken apart when it enters")),
            Type::List(_) | Type::Set(_) => d.help(format!("ask each member: `all(c in …: c {word} …)`")),
            _ => d,
        };
        self.report(d);
        None
    }

    /// Reads the commands behind `runs only` or `may run`.
    fn command_patterns(&mut self, env: &mut Env<'a>, set: &'a Ast) -> Option<Arc<[Vec<String>]>> {
        let texts = self.constant_texts(env, set, "commands", "{ \"git status\", \"ls\" }")?;
        let mut patterns = Vec::with_capacity(texts.len());
        let mut whole = true;
        for (text, span) in texts {
            match self.command_pattern(&text, span) {
                Some(pattern) => patterns.push(pattern),
                None => whole = false,
            }
        }
        whole.then(|| patterns.into())
    }

    fn command_pattern(&mut self, text: &str, span: Span) -> Option<Vec<String>> {
        let special = text.chars().find(|c| matches!(c, '|' | '&' | ';' | '<' | '>' | '$' | '`' | '\'' | '"' | '\\' | '(' | ')' | '*' | '?' | '\n'));
        let d = match (shell::pattern(text), special) {
            (_, Some(special)) => Diagnostic::new(codes::COMMAND_PATTERN, span, format!("`{special}` has no meaning in a command here"))
                .note("it is compared word by word with each simple command, after the shell has taken quotes, pipes and variables apart")
                .help("write plain words, such as `\"git push\"`; for more, use `x where …`"),
            (None, None) => Diagnostic::new(codes::COMMAND_PATTERN, span, "a command has at least one word").help("write the program, such as `\"ls\"`"),
            (Some(words), None) if words.len() > MAX_PATTERN_WORDS => {
                Diagnostic::new(codes::COMMAND_PATTERN, span, format!("a command here has at most {MAX_PATTERN_WORDS} words"))
                    .help("leave words out, or use `x where …`")
            }
            (Some(words), None) => return Some(words),
        };
        self.report(d);
        None
    }

    /// Returns the texts of a constant set or list, each with its place.
    fn constant_texts(&mut self, env: &mut Env<'a>, set: &'a Ast, what: &str, example: &str) -> Option<Vec<(String, Span)>> {
        let places: Vec<Span> = match &set.kind {
            AstKind::Set(items) | AstKind::List(items) => items.iter().map(|i| i.span).collect(),
            _ => Vec::new(),
        };
        if let AstKind::Text(_) = &set.kind {
            let text = self.source_line(set.span);
            let d = Diagnostic::new(codes::TYPE_MISMATCH, set.span, format!("a set of {what} stands here")).help(format!("write it in braces: `{{ {text} }}`"));
            self.report(d);
            return None;
        }
        let texts = Arc::new(Type::Text);
        let wanted = if matches!(set.kind, AstKind::List(_)) { Type::List(texts) } else { Type::Set(texts) };
        let value = self.infer(env, set, Some(&wanted))?;
        let members = match (&value.ty, &value.kind) {
            (Type::Set(of) | Type::List(of), ExprKind::Const(Const::List(members))) if **of == Type::Text => Arc::clone(members),
            (Type::Set(of) | Type::List(of), _) if **of == Type::Text => {
                let d = Diagnostic::new(codes::NOT_CONSTANT, set.span, format!("the {what} are constants")).help(format!("write them out: `{example}`"));
                self.report(d);
                return None;
            }
            (ty, _) => {
                let d = Diagnostic::new(codes::TYPE_MISMATCH, set.span, format!("a set of {what} stands here, and this is {}", a(ty)))
                    .help(format!("write texts: `{example}`"));
                self.report(d);
                return None;
            }
        };
        if members.is_empty() {
            let d = Diagnostic::new(codes::COMMAND_PATTERN, set.span, format!("a set without {what} says nothing")).help(format!("write some: `{example}`"));
            self.report(d);
            return None;
        }
        // Members of a set are sorted; each is found again by its text.
        let place = |text: &str| {
            let written = places.iter().find(|span| self.sources.text(**span).trim_matches('"') == text);
            written.copied().unwrap_or(set.span)
        };
        Some(members.iter().filter_map(|m| if let Const::Text(text) = m { Some((text.to_string(), place(text))) } else { None }).collect())
    }

    fn runs_where(&mut self, env: &mut Env<'a>, quantity: Runs, line: Option<Expr>, name: &Name, body: &'a Ast, span: Span) -> Option<Expr> {
        if !self.free_name(env, name) {
            return None;
        }
        let local = self.fresh_local();
        let mark = env.mark();
        env.locals.push(Local { name: name.text.to_string(), value: LocalValue::Value(local, Type::Form(Form::Command)) });
        let body = self.is_true(env, body);
        env.reset(&mark);
        let (line, body) = (line?, body?);
        let guards = match quantity {
            Runs::Only => Guards { no_redirection: !mentions(&body, local, Part::CommandWrites), no_assignment: !mentions(&body, local, Part::CommandEnv) },
            Runs::May => Guards::default(),
        };
        Some(condition(span, ExprKind::RunsWhere(quantity, guards, local, Box::new(line), Box::new(body))))
    }

    /// `c may touch { glob"/etc/**", "/root" }`: some file of some command matches a glob, or is a path or lies below it.
    pub(super) fn may_touch(&mut self, env: &mut Env<'a>, line: &'a Ast, files: &'a Ast, span: Span) -> Option<Expr> {
        let value = self.of_form(env, line, "may touch", "a command line", "shell", |ty| *ty == Type::Form(Form::Shell));
        let (command, file) = (self.fresh_local(), self.fresh_local());
        let path = Expr { ty: Type::PATH, span, kind: ExprKind::Local(file) };
        let items: &'a [Ast] = match &files.kind {
            AstKind::Set(items) | AstKind::List(items) => items,
            _ => std::slice::from_ref(files),
        };
        let mut terms = Vec::with_capacity(items.len());
        let mut whole = true;
        for item in items {
            match self.touched(env, item, &path) {
                Some(term) => terms.push(term),
                None => whole = false,
            }
        }
        let line = value?;
        if !whole {
            return None;
        }
        let part = |of: Expr, part: Part| {
            let ty = of.ty.of_part(part);
            Expr { ty, span, kind: ExprKind::Part(Box::new(of), part) }
        };
        let unknown = |of: Expr, known: Part| condition(span, ExprKind::Not(Box::new(part(of, known))));
        let of_command = Expr { ty: Type::Form(Form::Command), span, kind: ExprKind::Local(command) };
        let one_of = |mut terms: Vec<Expr>| match (terms.pop(), terms.is_empty()) {
            (Some(only), true) => Some(only),
            (last, _) => {
                terms.extend(last);
                (!terms.is_empty()).then(|| condition(span, ExprKind::Or(terms)))
            }
        };
        let touches = ExprKind::Any(file, Box::new(part(of_command.clone(), Part::CommandTouches)), Box::new(one_of(terms)?));
        let of_one = condition(span, ExprKind::Or(vec![condition(span, touches), unknown(of_command, Part::CommandComplete)]));
        let of_some = condition(span, ExprKind::Any(command, Box::new(part(line.clone(), Part::ShellFound)), Box::new(of_one)));
        let meaning = condition(span, ExprKind::Or(vec![of_some, unknown(line.clone(), Part::ShellKnown)]));
        Some(condition(span, ExprKind::Whole(Box::new(line), Box::new(meaning))))
    }

    /// Returns the condition that a file is what an item of `may touch` names.
    fn touched(&mut self, env: &mut Env<'a>, item: &'a Ast, file: &Expr) -> Option<Expr> {
        let is_pattern = match &item.kind {
            AstKind::Pattern(_) => true,
            AstKind::Name(_) | AstKind::Chain(..) => match self.item_here(env, item) {
                Some(Item::Let(index)) => self.table.lets.get(index as usize).is_some_and(|l| matches!(l.ast.value.kind, AstKind::Pattern(_))),
                _ => false,
            },
            _ => false,
        };
        let file = Box::new(file.clone());
        if is_pattern {
            let pattern = self.pattern_behind(env, item, &Type::PATH, false)?;
            return Some(condition(item.span, ExprKind::Matches(file, pattern)));
        }
        let folder = self.present(env, item, Some(&Type::PATH))?;
        if let (Type::Set(of), ExprKind::Const(Const::List(members))) = (&folder.ty, &folder.kind)
            && **of == Type::PATH
        {
            let of_member = |member: &Const| {
                let member = Expr { ty: Type::PATH, span: item.span, kind: ExprKind::Const(member.clone()) };
                condition(item.span, ExprKind::Within(file.clone(), Box::new(member)))
            };
            let terms: Vec<Expr> = members.iter().map(of_member).collect();
            return match terms.len() {
                0 => Some(condition(item.span, ExprKind::Const(Const::Bool(false)))),
                1 => terms.into_iter().next(),
                _ => Some(condition(item.span, ExprKind::Or(terms))),
            };
        }
        if folder.ty != Type::PATH {
            let d = Diagnostic::new(codes::TYPE_MISMATCH, item.span, format!("`may touch` names files, and this is {}", a(&folder.ty)))
                .label(format!("this is {}", a(&folder.ty)))
                .help("write globs and paths: `{ glob\"/etc/**\", \"/root\" }`");
            self.report(d);
            return None;
        }
        Some(condition(item.span, ExprKind::Within(file, Box::new(folder))))
    }

    pub(super) fn query(&mut self, env: &mut Env<'a>, query: Query, value: &'a Ast, tables: &'a Ast, span: Span) -> Option<Expr> {
        let word = if query == Query::ReadsOnly { "reads only" } else { "may write" };
        let value = self.of_form(env, value, word, "a query", "sql", |ty| matches!(ty, Type::Form(Form::Sql(_))));
        let texts = self.constant_texts(env, tables, "tables", "{ \"analytics.*\", \"users\" }")?;
        let mut names = Vec::with_capacity(texts.len());
        for (text, span) in texts {
            let plain = |part: &str| part == "*" || (!part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | ' ')));
            if !text.split('.').all(plain) {
                let d = Diagnostic::new(codes::TABLE_PATTERN, span, format!("`{text}` names no table"))
                    .help("write the table, with its schema or database before it: `\"users\"`, `\"analytics.*\"`, `\"*\"`");
                self.report(d);
                return None;
            }
            names.push(text);
        }
        Some(condition(span, ExprKind::Query(query, Box::new(value?), names.into())))
    }
}

/// Returns whether an expression reads a part of a local.
fn mentions(expr: &Expr, local: LocalId, part: Part) -> bool {
    match &expr.kind {
        ExprKind::Part(of, found) if *found == part && matches!(of.kind, ExprKind::Local(id) if id == local) => true,
        _ => expr.children().into_iter().any(|child| mentions(child, local, part)),
    }
}
