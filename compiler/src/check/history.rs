//! Questions of history: `ever(P)`, `count(P)`, `sum(expr of P)`, `latest(P)`. Each becomes a monitor; equal ones are one.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::types as codes;
use reach_grammar::ast::{self, HistoryWord};
use serde::Serialize;

use super::describe::a;
use super::env::Scope;
use super::events::Seen;
use super::view::FieldMap;
use super::{Checker, Env};
use crate::ir::{Capture, EventKind, EventPattern, Expr, ExprKind, Fold, LocalId, Monitor, Origin, SlotRef, Type};

/// The system slots that a pattern and its answer read.
pub(super) const NAME: u16 = 0;
pub(super) const AT: u16 = 2;
pub(super) const AGENT: u16 = 3;
pub(super) const OK: u16 = 6;
pub(super) const TEXT: u16 = 7;

fn word(of: HistoryWord) -> &'static str {
    match of {
        HistoryWord::Ever => "ever",
        HistoryWord::Count => "count",
        HistoryWord::Sum => "sum",
        HistoryWord::Latest => "latest",
    }
}

impl<'a> Checker<'a> {
    pub(super) fn history(&mut self, env: &Env<'a>, history: &'a ast::History, span: Span) -> Option<Expr> {
        let word = word(history.word);
        let place = Span::new(span.file, span.start, span.start.saturating_add(u32::try_from(word.len()).unwrap_or(0)).min(span.end));
        self.in_session(env, place, &format!("`{word}(…)`"))?;
        let Scope::Step(step) = &env.scope else { return None };
        let step = step.clone();
        let seen = self.event_pattern(env, &history.pattern, Some(step.clone()));
        let over = history.pattern.over.as_ref().map(|over| self.window(over));
        let since = history.pattern.since.as_deref().map(|since| {
            self.plain_since(since);
            self.event_pattern(env, since, Some(step))
        });
        let mut seen = seen?;
        let (fold, ty) = self.fold_of(history, &mut seen, span)?;
        let over = super::returns::transposed(over)?;
        let (since, joined) = match super::returns::transposed(since)? {
            Some(since) => (Some(since.pattern), since.operands),
            None => (None, Vec::new()),
        };
        let monitor = Monitor { fold, pattern: seen.pattern, over, per_agent: history.pattern.per_agent, since, ty: ty.clone(), span };
        let operands = seen.operands.into_iter().chain(joined).collect();
        let index = self.share_monitor(monitor);
        Some(Expr { ty, span, kind: ExprKind::History(index, operands) })
    }

    /// Reports what a pattern behind `since` can't have.
    fn plain_since(&mut self, since: &ast::EventPattern) {
        let over = since.over.as_ref().map(|over| (over.span, "over"));
        let inner = since.since.as_deref().map(|inner| (inner.span, "since"));
        let per_agent = since.per_agent.then_some((since.span, "per agent"));
        for (span, word) in [over, inner, per_agent].into_iter().flatten() {
            let d = self.bad_pattern(span, format!("`{word}` can't stand behind `since`"), "`since` forgets what came before the last such event");
            self.report(d.help("put it before `since`, where it is about the whole question"));
        }
    }

    fn fold_of(&mut self, history: &'a ast::History, seen: &mut Seen<'a>, span: Span) -> Option<(Fold, Type)> {
        match (history.word, &history.value) {
            (HistoryWord::Ever, _) => Some((Fold::Ever, Type::Bool)),
            (HistoryWord::Count, _) => Some((Fold::Count, Type::Int)),
            (HistoryWord::Latest, _) => self.latest(seen, span),
            (HistoryWord::Sum, Some(value)) => {
                let typed = self.event_value(seen, value)?;
                if !matches!(typed.ty, Type::Int | Type::Decimal | Type::Duration) {
                    let d = Diagnostic::new(codes::NO_ARITHMETIC, value.span, format!("`sum` adds numbers or durations, and this is {}", a(&typed.ty)))
                        .label(format!("this is {}", a(&typed.ty)))
                        .help("to ask how many events there were, write `count(…)`");
                    self.report(d);
                    return None;
                }
                let ty = typed.ty.clone();
                Some((Fold::Sum(typed), ty))
            }
            (HistoryWord::Sum, None) => None,
        }
    }

    /// Returns the record of an event: `name`, `at`, `agent`, `args`, `facts`, and what there is of its result.
    fn latest(&mut self, seen: &Seen<'a>, span: Span) -> Option<(Fold, Type)> {
        let mut fields: Vec<(String, Type)> = Vec::new();
        let mut captures = Vec::new();
        let slot = |ty: &Type, slot| Expr { ty: ty.clone(), span, kind: ExprKind::Slot(slot) };
        let mut value = |name: &str, ty: Type, of| {
            captures.push(Capture::Value(slot(&ty, of)));
            fields.push((name.to_owned(), ty));
        };
        if seen.pattern.kind == EventKind::Prompt {
            value("text", Type::Text, SlotRef::System(TEXT));
            value("at", Type::Time, SlotRef::System(AT));
        } else {
            value("name", Type::Text, SlotRef::System(NAME));
            value("at", Type::Time, SlotRef::System(AT));
            value("agent", Type::Text, SlotRef::System(AGENT));
            if seen.pattern.kind == EventKind::Result {
                value("ok", Type::Bool, SlotRef::System(OK));
                value("text", Type::Text, SlotRef::System(TEXT));
                if let Some(ty) = self.shared_result(&seen.view.targets) {
                    value("result", ty, SlotRef::Result);
                }
            }
            let args = record_of(&seen.view.args, |name, ty| slot(ty, SlotRef::Arg(name.into())))?;
            let facts = record_of(&seen.view.facts, |name, ty| slot(ty, SlotRef::Fact(name.into())))?;
            for (name, (ty, values)) in [("args", args), ("facts", facts)] {
                if !values.is_empty() {
                    captures.push(Capture::Record(values));
                    fields.push((name.to_owned(), ty));
                }
            }
        }
        Some((Fold::Latest(captures), Type::Optional(Arc::new(Type::Record(fields.into())))))
    }

    /// Returns the type of the result that all targets have, if they have one.
    fn shared_result(&self, targets: &[(u32, Option<u32>)]) -> Option<Type> {
        let mut types = targets.iter().map(|(index, _)| self.table.targets.get(*index as usize)?.target.result.as_ref().map(|r| &r.ty));
        let first = types.next()??;
        types.all(|ty| ty == Some(first)).then(|| first.clone())
    }

    fn share_monitor(&mut self, monitor: Monitor) -> u32 {
        let mut canonical = monitor.clone();
        let mut locals = Renumbering::default();
        locals.pattern(&mut canonical.pattern);
        if let Fold::Sum(value) = &mut canonical.fold {
            locals.expr(value);
        }
        if let Some(since) = &mut canonical.since {
            locals.pattern(since);
        }
        shared(&mut self.monitors, &mut self.monitor_index, &canonical, monitor)
    }

    pub(super) fn share_origin(&mut self, origin: Origin) -> u32 {
        let mut canonical = origin.clone();
        if let Origin::Results { pattern, part } = &mut canonical {
            let mut locals = Renumbering::default();
            locals.pattern(pattern);
            if let Some(part) = part {
                locals.expr(part);
            }
        }
        shared(&mut self.origins, &mut self.origin_index, &canonical, origin)
    }
}

/// Returns the index of what means the same, or adds it. What is written out has no places, and its locals are numbered anew.
fn shared<T: Serialize>(all: &mut Vec<T>, index: &mut HashMap<String, u32>, canonical: &T, new: T) -> u32 {
    let next = super::names::next(all);
    // What can't be written out is equal to nothing.
    let found = match serde_json::to_string(canonical) {
        Ok(key) => *index.entry(key).or_insert(next),
        Err(_) => next,
    };
    if found == next {
        all.push(new);
    }
    found
}

/// Returns the record of some fields; none when the type of one isn't known.
fn record_of(fields: &FieldMap, slot: impl Fn(&str, &Type) -> Expr) -> Option<(Type, Vec<Expr>)> {
    let mut types = Vec::new();
    let mut values = Vec::new();
    for name in fields.names() {
        let ty = fields.get(name).cloned().flatten()?;
        values.push(slot(name, &ty));
        types.push((name.to_owned(), ty));
    }
    Some((Type::Record(types.into()), values))
}

/// Returns an expression with its locals numbered anew.
pub(super) fn canonical(expr: &Expr) -> Expr {
    let mut out = expr.clone();
    Renumbering::default().expr(&mut out);
    out
}

/// Numbers locals in the order in which they stand.
#[derive(Default)]
struct Renumbering {
    known: HashMap<LocalId, LocalId>,
}

impl Renumbering {
    fn local(&mut self, id: &mut LocalId) {
        let next = LocalId(u32::try_from(self.known.len()).unwrap_or(u32::MAX));
        *id = *self.known.entry(*id).or_insert(next);
    }

    fn pattern(&mut self, pattern: &mut EventPattern) {
        if let Some(each) = &mut pattern.each {
            self.local(&mut each.local);
            self.expr(&mut each.list);
        }
        pattern.guard.iter_mut().chain(&mut pattern.keys).for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let ExprKind::Local(id) = &mut expr.kind {
            self.local(id);
        }
        if let Some(id) = expr.binder_mut() {
            self.local(id);
        }
        expr.children_mut().into_iter().for_each(|child| self.expr(child));
    }
}
