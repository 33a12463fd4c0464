//! Patterns of earlier events: `result Read where args.file_path == step.args.file_path and ok`.
//!
//! A `where` is split by its terms: those about the event alone are its guard, computed when the event comes; those of the form
//! `A == B`, one side about the event and the other about the step that asks, are joins. While a pattern is checked, what it
//! reads of the asking step are locals, so that the sides can be told apart; they are put back when it is split.

use crate::maps::{HashMap, HashSet};
use std::sync::Arc;

use ecow::{EcoString, eco_format};
use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast;

use super::describe::a;
use super::env::{EventScope, Local, LocalValue, Narrowing, Scope};
use super::refine::all_of;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Compare, Each, EventKind, EventPattern, Expr, ExprKind, LocalId, RuleTarget, SlotRef, StepKind, Type};

/// A pattern that was checked, and what an expression behind it sees.
pub(super) struct Seen<'a> {
    pub(super) pattern: EventPattern,
    /// The step's sides of its joins.
    pub(super) operands: Vec<Expr>,
    pub(super) env: Env<'a>,
    pub(super) view: Arc<View>,
    /// What is read of the step that asks.
    outer: HashSet<LocalId>,
    /// The names bound by `as` in `where`.
    bound: HashMap<LocalId, Expr>,
}

/// What a term of a `where` reads, and where first.
#[derive(Default)]
struct Reads {
    event: Option<Span>,
    step: Option<Span>,
}

impl Reads {
    fn of(expr: &Expr, outer: &HashSet<LocalId>) -> Self {
        let mut inside = HashSet::default();
        binders(expr, &mut inside);
        let mut reads = Self::default();
        reads.add(expr, outer, &inside);
        reads
    }

    fn add(&mut self, expr: &Expr, outer: &HashSet<LocalId>, inside: &HashSet<LocalId>) {
        match &expr.kind {
            ExprKind::Local(id) if inside.contains(id) => {}
            ExprKind::Local(id) if outer.contains(id) => {
                self.step.get_or_insert(expr.span);
            }
            ExprKind::Local(_) | ExprKind::Slot(_) => {
                self.event.get_or_insert(expr.span);
            }
            _ => expr.children().into_iter().for_each(|child| self.add(child, outer, inside)),
        }
    }
}

fn binders(expr: &Expr, out: &mut HashSet<LocalId>) {
    out.extend(expr.binder());
    expr.children().into_iter().for_each(|child| binders(child, out));
}

impl<'a> Checker<'a> {
    /// Checks a pattern for expressions that see `outer`. `step`: the step that asks; none where no step does.
    pub(super) fn event_pattern(&mut self, outer: &Env<'a>, pattern: &'a ast::EventPattern, step: Option<Arc<View>>) -> Option<Seen<'a>> {
        let kind = self.event_kind(pattern)?;
        let saved = std::mem::take(&mut self.step_reads);
        let seen = self.event_pattern_in(outer, pattern, kind, step);
        self.step_reads = saved;
        seen
    }

    fn event_kind(&mut self, pattern: &'a ast::EventPattern) -> Option<EventKind> {
        let word = pattern.kind.text.as_str();
        let qualifier = pattern.qualifier.as_ref();
        let kind = match (word, qualifier.map(|q| q.text.as_str())) {
            ("result", None) => EventKind::Result,
            ("prompt", None) => EventKind::Prompt,
            ("result" | "prompt", Some(word)) => {
                let d = self.bad_pattern(
                    qualifier.map_or(pattern.span, |q| q.span),
                    format!("`{word}` can't stand before `{}`", pattern.kind.text),
                    "a step is denied or attempted; what comes back or is typed just happens",
                );
                self.report(d.help(format!("remove `{word}`, or ask about the steps: `{word} call …`")));
                return None;
            }
            ("step" | "approval" | "context" | "start" | "usage" | "end", _) => {
                return self.unsupported(pattern.kind.span, format!("a pattern of `{word}`"), "ask about steps, `result` or `prompt`");
            }
            (word, qualifier) if StepKind::from_word(word).is_some() => match qualifier {
                None => EventKind::Permitted,
                Some("attempted") => EventKind::Attempted,
                Some(_) => EventKind::Denied,
            },
            // What is no kind of event was reported where it was read.
            _ => return None,
        };
        Some(kind)
    }

    pub(super) fn bad_pattern(&self, span: Span, message: impl Into<String>, note: &str) -> Diagnostic {
        Diagnostic::new(codes::EVENT_PATTERN, span, message).note(note.to_owned())
    }

    fn event_pattern_in(&mut self, outer: &Env<'a>, pattern: &'a ast::EventPattern, kind: EventKind, step: Option<Arc<View>>) -> Option<Seen<'a>> {
        let mut whole = true;
        let view = if kind == EventKind::Prompt {
            if let Some(first) = pattern.names.first() {
                let d = self.bad_pattern(first.span, "`prompt` takes no names", "a prompt is what the user typed");
                self.report(d.help("ask for its text: `prompt where text contains \"…\"`"));
                whole = false;
            }
            Arc::default()
        } else {
            self.view_of_pattern(pattern)
        };
        if view.undeclared {
            let span = pattern.names.first().map_or(pattern.span, |n| n.span);
            let d = self.bad_pattern(
                span,
                "a pattern can't be about undeclared steps",
                "what nothing declares is always forbidden, and its arguments are not read",
            );
            self.report(d.help("declare the tool"));
            whole = false;
        }
        whole &= !view.poisoned;
        let scope = Arc::new(EventScope { kind, view: view.clone(), step });
        let mut env = self.env_of_event(outer, scope);
        let each = match &pattern.each {
            Some(name) => {
                let each = self.each(&mut env, pattern, &view, kind, name);
                whole &= each.is_some();
                each
            }
            None => None,
        };
        let mut condition = None;
        let mut shown = Narrowing::default();
        if let Some(ast) = &pattern.condition {
            let (value, narrowing) = self.condition(&mut env, ast);
            env.assume_true(&narrowing);
            whole &= value.is_some();
            condition = value;
            shown = narrowing;
        }
        let mut outer_locals: HashSet<LocalId> =
            outer.locals.iter().filter_map(|l| if let LocalValue::Value(id, _) = &l.value { Some(*id) } else { None }).collect();
        outer_locals.extend(self.step_reads.iter().map(|(id, _)| *id));
        let mut bound = HashMap::default();
        for name in shown.binds {
            if let (LocalValue::Value(id, ty), Some(of)) = (name.local.value, name.of) {
                let of = self.instantiate(&of, &mut bound);
                let span = of.span;
                bound.insert(id, Expr { ty, span, kind: ExprKind::Unwrap(Box::new(of)) });
            }
        }
        let mut seen = Seen {
            pattern: EventPattern {
                kind,
                targets: view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect(),
                each,
                guard: None,
                keys: Vec::new(),
            },
            operands: Vec::new(),
            env,
            view,
            outer: outer_locals,
            bound,
        };
        if let Some(condition) = condition {
            whole &= self.split(condition, &mut seen);
        }
        whole.then_some(seen)
    }

    /// Returns what a pattern sees: the names around it, and what is known of them, as the asking step's.
    fn env_of_event(&mut self, outer: &Env<'a>, scope: Arc<EventScope>) -> Env<'a> {
        let asks = matches!(outer.scope, Scope::Step(_));
        let mut env = Env::of(Scope::Event(scope));
        env.lenient = outer.lenient;
        for local in &outer.locals {
            let value = match &local.value {
                LocalValue::Alias(expr) => {
                    let fresh = self.fresh_local();
                    self.step_reads.push((fresh, expr.as_ref().clone()));
                    let root = format!("@{}", local.name);
                    let known = known_of(&outer.known, &root);
                    env.known.extend(known.map(|rest| eco_format!("${}{rest}", fresh.0)));
                    LocalValue::Value(fresh, expr.ty.clone())
                }
                LocalValue::Value(id, ty) => {
                    let root = format!("${}", id.0);
                    env.known.extend(known_of(&outer.known, &root).map(|rest| eco_format!("{root}{rest}")));
                    LocalValue::Value(*id, ty.clone())
                }
                LocalValue::Poison => LocalValue::Poison,
            };
            env.locals.push(Local { name: local.name.clone(), value });
        }
        if asks {
            env.known.extend(outer.known.iter().filter(|k| k.starts_with("args\0") || k.starts_with("facts\0")).map(|k| eco_format!("step\0{k}")));
        }
        env
    }

    fn each(&mut self, env: &mut Env<'a>, pattern: &'a ast::EventPattern, view: &View, kind: EventKind, name: &'a ast::Name) -> Option<Each> {
        let mut each = None;
        if kind == EventKind::Result {
            let free = self.free_name(env, name);
            let ty = self.result_of(view, name.span);
            match ty {
                Some(Type::List(of)) if free => {
                    let local = self.fresh_local();
                    env.locals.push(Local { name: name.text.to_string(), value: LocalValue::Value(local, of.as_ref().clone()) });
                    let list = Expr { ty: Type::List(of), span: name.span, kind: ExprKind::Slot(SlotRef::Result) };
                    each = Some(Each { local, list });
                }
                Some(ty) if free => {
                    let d = Diagnostic::new(codes::NOT_A_LIST, name.span, format!("`each` goes through a list, and the result is {}", a(&ty)))
                        .help("ask about the result itself: `result.…`");
                    self.report(d);
                }
                _ => {}
            }
        } else {
            let d = self.bad_pattern(
                name.span,
                format!("`each` goes through a result, and this is about `{}`", pattern.kind.text),
                "a step has no elements before its result is there",
            );
            self.report(d.help("write `result … each x where …`"));
        }
        if each.is_none() {
            env.locals.push(Local { name: name.text.to_string(), value: LocalValue::Poison });
        }
        each
    }

    /// Returns the type of the result that all targets of a pattern have; reports the one that has none or another.
    pub(super) fn result_of(&mut self, view: &View, span: Span) -> Option<Type> {
        let mut first: Option<(&str, &Type)> = None;
        let mut problem = None;
        for (index, _) in &view.targets {
            let Some(decl) = self.table.targets.get(*index as usize) else { continue };
            if decl.wrong_result {
                return None;
            }
            let name = if decl.target.name.is_empty() { decl.target.kind.word() } else { &decl.target.name };
            match (&decl.target.result, first) {
                (None, _) => {
                    let declared = if decl.tool.is_some() { "its declaration doesn't say what it returns" } else { "only tools have structured results" };
                    problem = Some((format!("the result of `{name}` has no type"), declared.to_owned(), decl.target.span, decl.tool.is_some()));
                    break;
                }
                (Some(result), Some((other, ty))) if result.ty != *ty => {
                    let note = format!("`{other}` returns {}, `{name}` {}", a(ty), a(&result.ty));
                    problem = Some((format!("`{other}` and `{name}` return different types"), note, decl.target.span, true));
                    break;
                }
                (Some(result), None) => first = Some((name, &result.ty)),
                (Some(_), Some(_)) => {}
            }
        }
        if let Some((message, note, declared, is_tool)) = problem {
            let d = Diagnostic::new(codes::NO_STRUCTURED_RESULT, span, message);
            let d = if is_tool { d.other(declared, "declared here") } else { d };
            self.report(d.note(note).help("say it behind the arguments: `tool …(…) -> { … }`; or ask about the `text` of the result"));
            return None;
        }
        first.map(|(_, ty)| ty.clone())
    }

    /// Makes terms of a condition guard and joins; false when something was reported.
    fn split(&mut self, condition: Expr, seen: &mut Seen<'a>) -> bool {
        let span = condition.span;
        let mut terms = Vec::new();
        flatten(condition, &mut terms);
        let mut guard = Vec::new();
        let mut whole = true;
        for term in terms {
            let reads = Reads::of(&term, &seen.outer);
            match (reads.event, reads.step) {
                (_, None) => guard.push(term),
                (None, Some(at)) => {
                    whole = false;
                    let d = Diagnostic::new(codes::JOIN, term.span, "this is about the current step alone")
                        .other(at, "known when the current step is decided, not when the earlier event comes")
                        .help("ask it beside the pattern: `… and ever(…)`");
                    self.report(d);
                }
                (Some(event), Some(step)) => whole &= self.join(term, (event, step), seen),
            }
        }
        if !guard.is_empty() {
            seen.pattern.guard = Some(all_of(span, guard));
        }
        whole
    }

    fn join(&mut self, term: Expr, (event, step): (Span, Span), seen: &mut Seen<'a>) -> bool {
        let span = term.span;
        let sides = match term.kind {
            ExprKind::Compare(Compare::Eq, l, r) => {
                let (of_l, of_r) = (Reads::of(&l, &seen.outer), Reads::of(&r, &seen.outer));
                match (of_l.step, of_r.step) {
                    (None, Some(_)) if of_r.event.is_none() => Some((l, r)),
                    (Some(_), None) if of_l.event.is_none() => Some((r, l)),
                    _ => None,
                }
            }
            _ => None,
        };
        let Some((key, operand)) = sides else {
            let d = Diagnostic::new(codes::JOIN, span, "a step is joined to the earlier event by equality only, as a term of the `and`")
                .other(event, "of the earlier event")
                .other(step, "of the current step")
                .note("what happened is kept by the joined values, and never searched again")
                .help("write `args.x == step.args.x`, one term for each; or take the event and compare: `latest(…) as e and e.args.x < args.x`");
            self.report(d);
            return false;
        };
        if !is_key(&key.ty) {
            let d = Diagnostic::new(codes::JOIN, span, format!("{} can't join a step to an earlier event", a(&key.ty)))
                .note("what happened is kept by the joined values, which are plain values or records of such")
                .help("compare a part of it, or take the event: `latest(…) as e and e.args.x == args.x`");
            self.report(d);
            return false;
        }
        let key = self.instantiate(&key, &mut seen.bound.clone());
        seen.pattern.keys.push(key);
        let operand = self.of_step(&operand);
        seen.operands.push(operand);
        true
    }

    /// Puts what is read of the asking step in for the locals that stand for it.
    fn of_step(&mut self, expr: &Expr) -> Expr {
        let mut reads: HashMap<LocalId, Expr> = self.step_reads.iter().cloned().collect();
        self.instantiate(expr, &mut reads)
    }

    /// Types a value that an event gives, behind its pattern.
    pub(super) fn event_value(&mut self, seen: &mut Seen<'a>, value: &'a ast::Expr) -> Option<Expr> {
        let before = std::mem::take(&mut self.step_reads);
        let typed = self.present(&mut seen.env, value, None);
        let mut outer = seen.outer.clone();
        outer.extend(std::mem::replace(&mut self.step_reads, before).into_iter().map(|(id, _)| id));
        let typed = typed?;
        if let Some(at) = Reads::of(&typed, &outer).step {
            let d = Diagnostic::new(codes::JOIN, typed.span, "what is summed belongs to the earlier events")
                .other(at, "of the current step")
                .note("it is computed when an event comes, before the current step is known")
                .help("compute with the answer: `sum(args.amount of …) + args.amount`");
            self.report(d);
            return None;
        }
        Some(self.instantiate(&typed, &mut seen.bound))
    }
}

/// Returns what follows a root in the paths that are known to be there: `` or `\0field`.
pub(super) fn known_of<'k>(known: &'k [EcoString], root: &str) -> impl Iterator<Item = &'k str> {
    known.iter().filter_map(move |path| path.strip_prefix(root)).filter(|rest| rest.is_empty() || rest.starts_with('\0'))
}

fn flatten(condition: Expr, out: &mut Vec<Expr>) {
    match condition.kind {
        ExprKind::And(terms) => terms.into_iter().for_each(|term| flatten(term, out)),
        _ => out.push(condition),
    }
}

/// Returns whether values of the type can be what something is kept by.
fn is_key(ty: &Type) -> bool {
    match ty {
        Type::Record(fields) => fields.iter().all(|(_, ty)| is_key(ty)),
        Type::Optional(of) => is_key(of),
        Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Any => false,
        _ => true,
    }
}
