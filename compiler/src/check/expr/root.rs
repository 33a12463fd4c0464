//! Fields of the step, the session and the system: `args.x`, `facts.x`, `context.x`, `step.name`, `agent.depth`.

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_evaluator::image;
use reach_grammar::ast::{self, Link};

use super::super::env::Scope;
use super::super::names::{did_you_mean, there_are};
use super::super::view::{FieldMap, View};
use super::super::{Checker, Env};
use super::access::{Access, slot};
use crate::ir::{SlotRef, Type};

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
            "step" if env.view().is_some() => match (field.text.as_str(), links.get(1)) {
                ("args", Some(Link::Field(inner))) => Some((self.step_field(env, root, inner, "args", span.to(inner.span))?, 2)),
                ("args", _) => self.not_a_value(&ast::Name { text: "step.args".to_owned(), span, quoted: false }),
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
                    return self.unsupported(span, "`agent.rights`".to_owned(), "leave it out; sub-agents are not run yet");
                }
                Some((self.system(root, field, &[("name", Type::Text), ("depth", Type::Int), ("live_children", Type::Int)], 3)?, 1))
            }
            "labels" => self.not_a_value(root),
            _ => self.not_here(env, root),
        }
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
    pub(super) fn in_session(&mut self, env: &Env<'a>, span: Span, what: &str) -> Option<()> {
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
        if let Some(ty) = self.context.get(name) {
            return Some(Access { expr: slot(ty.clone()?, span, SlotRef::Context(name.to_owned())), path: Some(format!("context\0{name}")) });
        }
        if self.unread_context {
            return None;
        }
        let near = self.suggestions.nearest(name, self.context.names()).map(str::to_owned);
        let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("the context has no field `{name}`"));
        let some = self.context.names().next().is_some();
        let listed = there_are("its fields are", self.context.names());
        self.report(did_you_mean(d, field.span, near, || if some { listed } else { format!("declare it: `context {{ {name}: text }}`") }));
        None
    }

    pub(super) fn step_field(&mut self, env: &Env<'a>, root: &ast::Name, field: &ast::Name, word: &str, span: Span) -> Option<Access> {
        let Some(view) = env.view().cloned() else { return self.not_here(env, root) };
        let fields = if word == "args" { &view.args } else { &view.facts };
        let name = field.text.as_str();
        if let Some(ty) = fields.get(name) {
            let place = if word == "args" { SlotRef::Arg(name.to_owned()) } else { SlotRef::Fact(name.to_owned()) };
            return Some(Access { expr: slot(ty.clone()?, span, place), path: Some(format!("{word}\0{name}")) });
        }
        if !view.poisoned {
            self.unknown_step_field(&view, fields, field, word);
        }
        None
    }

    fn unknown_step_field(&mut self, view: &View, fields: &FieldMap, field: &ast::Name, word: &str) {
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
                let mut d = Diagnostic::new(names::UNSHARED_FIELD, field.span, format!("the targets of this rule do not share a field `{name}`"));
                for line in have {
                    d = d.note(line);
                }
                d.help("give the targets rules of their own, or declare the field alike in all of them")
            }
            _ => {
                let of = match view.targets.first() {
                    Some((only, None)) if !several => self.target_name(*only),
                    Some((_, Some(class))) => self.classes.get(*class as usize).map(|c| format!("the class `{}`", c.ast.name.text)).unwrap_or_default(),
                    _ => "none of the targets".to_owned(),
                };
                let message = if several && !of.starts_with("the class") {
                    format!("no target of this rule has {} `{name}`", with_article(kind))
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
            let Some(decl) = self.targets.get(*target as usize) else { continue };
            let fields = match (class.and_then(|c| self.classes.get(c as usize)), word) {
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
        match self.targets.get(index as usize).map(|t| &t.target) {
            Some(target) if target.name.is_empty() => "`say`".to_owned(),
            Some(target) => format!("`{}`", target.name),
            None => String::new(),
        }
    }
}

fn with_article(kind: &str) -> String {
    if kind.starts_with('a') { format!("an {kind}") } else { format!("a {kind}") }
}
