//! Fields of the step, the session and the system: `args.x`, `facts.x`, `context.x`, `step.name`, `agent.depth`.

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_evaluator::image;
use reach_grammar::ast::{self, Link};

use super::super::env::Scope;
use super::super::history;
use super::super::names::{did_you_mean, there_are};
use super::super::view::{FieldMap, View};
use super::super::{Checker, Env};
use super::access::{Access, path_of, slot};
use crate::ir::{EventKind, Expr, ExprKind, SlotRef, Type};

impl<'a> Checker<'a> {
    /// Resolves `args.x` and its like; returns how many links that took.
    pub(super) fn root(&mut self, env: &Env<'a>, root: &'a ast::Name, links: &'a [Link]) -> Option<(Access, usize)> {
        let (Some(Link::Field(field)), word) = (links.first(), root.text.as_str()) else {
            return self.not_a_value(root);
        };
        let span = root.span.to(field.span);
        match word {
            "args" | "facts" => Some((self.step_field(env, root, field, word, span)?, 1)),
            "context" if env.has_context() => Some((self.context_field(field, span)?, 1)),
            "step" | "agent" if matches!(env.scope, Scope::Event(_)) => self.asking(env, root, links),
            "step" if env.view().is_some() => match (field.text.as_str(), links.get(1)) {
                (word @ ("args" | "facts"), Some(Link::Field(inner))) => Some((self.step_field(env, root, inner, word, span.to(inner.span))?, 2)),
                (word @ ("args" | "facts"), _) => self.not_a_value(&ast::Name { text: format!("step.{word}").into(), span, quoted: false }),
                _ => Some((
                    self.system(
                        root,
                        field,
                        &[("name", Type::Text), ("kind", Type::Enum(image::StepKind::WORDS.iter().map(|s| (*s).to_owned()).collect())), ("at", Type::Time)],
                        0,
                    )?,
                    1,
                )),
            },
            "agent" if env.view().is_some() => {
                if field.text == "rights" {
                    let d = Diagnostic::new(codes::NOT_A_VALUE, span, "`agent.rights` is not a value by itself")
                        .note("what an agent may do depends on its own arguments, and is no list of names")
                        .help("ask whether names are among them: `args.tools within agent.rights`");
                    self.report(d);
                    return None;
                }
                Some((self.system(root, field, &[("name", Type::Text), ("depth", Type::Int), ("live_children", Type::Int)], 3)?, 1))
            }
            "labels" => self.not_a_value(root),
            _ => self.not_here(env, root),
        }
    }

    /// Resolves `step.args.x` and its like in a pattern of events: what is read of the step that asks is a local there.
    fn asking(&mut self, env: &Env<'a>, root: &'a ast::Name, links: &'a [Link]) -> Option<(Access, usize)> {
        let Scope::Event(event) = &env.scope else { return None };
        let Some(step) = event.step.clone() else {
            let d = Diagnostic::new(codes::BAD_SOURCE, root.span, format!("`{}` can't be read where a source is described", root.text))
                .note("a source is the same for all steps: which results are meant is known when they come")
                .help("ask about the results alone: `args.x from (result … where args.y == \"…\")`");
            self.report(d);
            return None;
        };
        let mut asking = Env::of(Scope::Step(step));
        asking.lenient = env.lenient;
        let (access, used) = self.root(&asking, root, links)?;
        Some((self.of_asking(access), used))
    }

    /// Lets a local stand for what is read of the asking step.
    pub(super) fn of_asking(&mut self, access: Access) -> Access {
        let local = self.fresh_local();
        let expr = Expr { ty: access.expr.ty.clone(), span: access.expr.span, kind: ExprKind::Local(local) };
        self.step_reads.push((local, access.expr));
        Access { expr, path: access.path.map(|path| path_of("step", &path)) }
    }

    /// Resolves `ok`, `result` and `text` in a pattern of events; none where the word stands for something else.
    pub(super) fn event_word(&mut self, env: &Env<'a>, name: &ast::Name, expected: Option<&Type>) -> Option<Option<Access>> {
        let Scope::Event(event) = &env.scope else { return None };
        let word = name.text.as_str();
        let (has, slot_of) = match (word, event.kind) {
            ("ok", kind) => (kind == EventKind::Result, Some((Type::Bool, SlotRef::System(history::OK)))),
            ("text", kind) => (matches!(kind, EventKind::Result | EventKind::Prompt), Some((Type::Text, SlotRef::System(history::TEXT)))),
            ("result", kind) => (kind == EventKind::Result, None),
            _ => return None,
        };
        if matches!(expected, Some(Type::Enum(members)) if members.iter().any(|m| m == word)) {
            return None;
        }
        let taken = env.local(word).is_some() || self.is_constant(word);
        if !has {
            return if taken { None } else { Some(self.not_of_event(event.kind, name)) };
        }
        if taken {
            let d = Diagnostic::new(names::AMBIGUOUS_NAME, name.span, format!("`{word}` is both a word of patterns and a name that is declared"))
                .note(format!("in a pattern of earlier events, `{word}` is the event's"))
                .help("give the constant or the variable another name");
            self.report(d);
            return Some(None);
        }
        let view = event.view.clone();
        let (ty, place) = match slot_of {
            Some(known) => known,
            None if view.poisoned => return Some(None),
            None => match self.result_of(&view, name.span) {
                Some(ty) => (ty, SlotRef::Result),
                None => return Some(None),
            },
        };
        Some(Some(Access { expr: slot(ty, name.span, place), path: Some(word.into()) }))
    }

    fn not_of_event<T>(&mut self, kind: EventKind, name: &ast::Name) -> Option<T> {
        let word = name.text.as_str();
        let d = if kind == EventKind::Prompt {
            Diagnostic::new(codes::EVENT_VALUE, name.span, format!("a prompt has no `{word}`")).help("what the user typed is `text`")
        } else if word == "text" {
            Diagnostic::new(codes::EVENT_VALUE, name.span, "a step has no `text` before its result is there")
                .help("its arguments are `args.…`; for the text that came back, write `result X where …`")
        } else {
            Diagnostic::new(codes::EVENT_VALUE, name.span, format!("a step has no `{word}` before its result is there"))
                .note("a step counts from its permit on, so that parallel calls can't evade a count")
                .help("ask about the result: `result X where …` instead of `call X where …`")
        };
        self.report(d);
        None
    }

    pub(super) fn not_here<T>(&mut self, env: &Env<'a>, root: &ast::Name) -> Option<T> {
        let (place, help) = match env.scope {
            Scope::Constant => ("a constant", "use it in a rule"),
            Scope::Function => ("a function", "give the function a parameter, and pass the value where it is called"),
            Scope::Refinement => ("a type", "a type's `where` is about `it` alone; compare with other values in a rule"),
            Scope::Context => ("a budget", "a limit is made of constants and the context"),
            Scope::Step(_) | Scope::Tool(_) | Scope::Grant(_) | Scope::Event(_) => ("this place", "use it in a rule"),
        };
        let d = Diagnostic::new(names::NOT_HERE, root.span, format!("`{}` can't be used in {place}", root.text))
            .note("it is only known when a step is decided, and may be another for each step")
            .help(help);
        self.report(d);
        None
    }

    /// Reports what asks the session where no step of it is decided.
    pub(in super::super) fn in_session(&mut self, env: &Env<'a>, span: Span, what: &str) -> Option<()> {
        let (place, help) = match &env.scope {
            Scope::Step(_) => return Some(()),
            Scope::Constant => ("a constant", "use it in a rule"),
            Scope::Function => ("a function", "give the function a parameter, and pass the answer where it is called"),
            Scope::Refinement => ("a type", "ask it in a rule"),
            Scope::Tool(_) => ("a tool's declaration", "ask it in a rule; a declaration is about its own arguments, facts and the context"),
            Scope::Grant(_) => ("what a child is granted", "ask it in a rule: rules hold for children too"),
            Scope::Context => ("a budget", "a limit is made of constants and the context"),
            Scope::Event(_) => ("a pattern of earlier events", "ask it beside the pattern: `ever(…) and …`"),
        };
        let d = Diagnostic::new(codes::SESSION_NOT_HERE, span, format!("{what} can't be asked in {place}"))
            .note("what happened in a session is known when a step of it is decided")
            .help(help);
        self.report(d);
        None
    }

    fn system(&mut self, root: &ast::Name, field: &ast::Name, fields: &[(&str, Type)], first: u16) -> Option<Access> {
        if let Some((index, (_, ty))) = (first..).zip(fields).find(|(_, (name, _))| *name == field.text) {
            return Some(Access::of(slot(ty.clone(), root.span.to(field.span), SlotRef::System(index))));
        }
        let near = self.suggestions.nearest(&field.text, fields.iter().map(|(n, _)| *n)).map(str::to_owned);
        let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("`{}` has no field `{}`", root.text, field.text));
        self.report(did_you_mean(d, field.span, near, || there_are("its fields are", fields.iter().map(|(n, _)| *n))));
        None
    }

    pub(super) fn context_field(&mut self, field: &ast::Name, span: Span) -> Option<Access> {
        let name = field.text.as_str();
        if let Some(ty) = self.table.context.get(name).filter(|_| self.sees_context(name)) {
            return Some(Access { expr: slot(ty.clone()?, span, SlotRef::Context(name.into())), path: Some(path_of("context", name)) });
        }
        if self.table.unread_context {
            return None;
        }
        let seen: Vec<&str> = self.table.context.names().filter(|name| self.sees_context(name)).collect();
        let near = self.suggestions.nearest(name, seen.iter().copied()).map(str::to_owned);
        let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("the context has no field `{name}`"));
        let some = !seen.is_empty();
        let listed = there_are("its fields are", seen.into_iter());
        self.report(did_you_mean(d, field.span, near, || if some { listed } else { format!("declare it: `context {{ {name}: text }}`") }));
        None
    }

    pub(super) fn step_field(&mut self, env: &Env<'a>, root: &ast::Name, field: &ast::Name, word: &str, span: Span) -> Option<Access> {
        let Some(view) = env.view().cloned() else { return self.not_here(env, root) };
        let pattern = matches!(&env.scope, Scope::Event(_));
        if matches!(&env.scope, Scope::Event(event) if event.kind == EventKind::Prompt) {
            return self.not_of_event(EventKind::Prompt, root);
        }
        let fields = if word == "args" { &view.args } else { &view.facts };
        let name = field.text.as_str();
        if let Some(ty) = fields.get(name) {
            let place = if word == "args" { SlotRef::Arg(name.into()) } else { SlotRef::Fact(name.into()) };
            return Some(Access { expr: slot(ty.clone()?, span, place), path: Some(path_of(word, name)) });
        }
        if !view.poisoned {
            self.unknown_step_field(&view, fields, field, word, if pattern { "pattern" } else { "rule" });
        }
        None
    }

    fn unknown_step_field(&mut self, view: &View, fields: &FieldMap, field: &ast::Name, word: &str, place: &str) {
        let name = field.text.as_str();
        let kind = match view.targets.first() {
            _ if word == "facts" => "fact",
            Some((_, Some(_))) => "field",
            _ => "argument",
        };
        if view.undeclared {
            let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("an undeclared step has no {kind} that is known"))
                .note("no declaration says what its arguments are")
                .help("use `step.name`, or declare the tool");
            self.report(d);
            return;
        }
        let near = self.suggestions.nearest(name, fields.names()).map(str::to_owned);
        let have = self.having(view, name, word);
        let several = view.targets.len() > 1;
        let d = match (several, have.is_empty()) {
            (true, false) => {
                let mut d = Diagnostic::new(names::UNSHARED_FIELD, field.span, format!("the targets of this {place} do not share a field `{name}`"));
                for line in have {
                    d = d.note(line);
                }
                d.help("give the targets rules of their own, or declare the field alike in all of them")
            }
            _ => {
                let of = match view.targets.first() {
                    Some((only, None)) if !several => self.target_name(*only),
                    Some((_, Some(class))) => self.table.classes.get(*class as usize).map(|c| format!("the class `{}`", c.ast.name.text)).unwrap_or_default(),
                    _ => "none of the targets".to_owned(),
                };
                let message = if several && !of.starts_with("the class") {
                    format!("no target of this {place} has {} `{name}`", with_article(kind))
                } else {
                    format!("{of} has no {kind} `{name}`")
                };
                let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, message);
                let none = fields.names().next().is_none();
                let listed = there_are(&format!("its {kind}s are"), fields.names());
                did_you_mean(d, field.span, near, || if none { format!("it has no {kind}s at all") } else { listed })
            }
        };
        self.report(d);
    }

    /// Says of some targets whether they have a field, and with which type.
    fn having(&self, view: &View, name: &str, word: &str) -> Vec<String> {
        const SHOWN: usize = 4;
        let mut with = Vec::new();
        let mut without = Vec::new();
        for (target, class) in view.targets.iter().take(1_000) {
            let Some(decl) = self.table.targets.get(*target as usize) else { continue };
            let fields = match (class.and_then(|c| self.table.classes.get(c as usize)), word) {
                (Some(class), "args") => &class.fields,
                (_, "args") => &decl.own.args,
                _ => &decl.own.facts,
            };
            match fields.get(name) {
                Some(Some(ty)) => with.push(format!("{} has `{name}: {ty}`", self.target_name(*target))),
                Some(None) => {}
                None => without.push(format!("{} has no `{name}`", self.target_name(*target))),
            }
        }
        if with.is_empty() {
            return Vec::new();
        }
        with.truncate(SHOWN);
        without.truncate(SHOWN);
        with.extend(without);
        with
    }

    fn target_name(&self, index: u32) -> String {
        match self.table.targets.get(index as usize).map(|t| &t.target) {
            Some(target) if target.name.is_empty() => "`say`".to_owned(),
            Some(target) => format!("`{}`", target.name),
            None => String::new(),
        }
    }
}

fn with_article(kind: &str) -> String {
    if kind.starts_with('a') { format!("an {kind}") } else { format!("a {kind}") }
}
