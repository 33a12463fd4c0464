//! Questions about what happened before: which events count, how many, joined to what, since when.

use reach_codes::Span;
use reach_compiler::ir::{Compare, Const, EventKind, EventPattern, Expr, ExprKind, Fold, Monitor, SlotRef, StepKind};
use reach_evaluator::image::SYSTEM_SLOTS;

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Written, shorten, token};

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    if let ExprKind::Compare(op, count, least) = &site.expr.kind {
        once(site, *op, count, least, found);
    }
    let ExprKind::History(number, operands) = &site.expr.kind else { return };
    let Some(monitor) = site.bundle.monitors.get(*number as usize) else { return };
    kinds(site, monitor, found);
    if monitor.fold == Fold::Ever {
        found.push(Found::words(Operator::EverCount, Way::Twice, "twice at least"));
    }
    if monitor.pattern.guard.is_some() {
        found.push(Found::words(Operator::DropWhere, Way::NoWhere, "without its own `where`"));
    }
    if monitor.since.is_some() {
        found.push(Found { operator: Operator::DropSince, way: Way::NoSince, written: without_since(site) });
    }
    for (n, operand) in operands.iter().enumerate() {
        let words = format!("without its join to `{}`", shorten(site.bundle.sources.text(operand.span)));
        found.push(Found::words(Operator::DropJoin, Way::NoJoin(n), words));
    }
}

/// Once for a count of several times.
fn once(site: &Site<'_>, op: Compare, count: &Expr, least: &Expr, found: &mut Vec<Found>) {
    let (ExprKind::History(number, _), ExprKind::Const(Const::Num(least))) = (&count.kind, &least.kind) else { return };
    let several = match op {
        Compare::Ge => *least > 1,
        Compare::Gt => *least > 0,
        _ => false,
    };
    if several && site.bundle.monitors.get(*number as usize).is_some_and(|monitor| monitor.fold == Fold::Count) {
        found.push(Found::words(Operator::EverCount, Way::Ever, "with once for that"));
    }
}

fn kinds(site: &Site<'_>, monitor: &Monitor, found: &mut Vec<Found>) {
    let kind = monitor.pattern.kind;
    let others: &[EventKind] = match kind {
        EventKind::Permitted => &[EventKind::Attempted],
        EventKind::Attempted => &[EventKind::Permitted],
        EventKind::Denied => &[EventKind::Attempted],
        EventKind::Result if !reads_result(monitor) => &[EventKind::Permitted],
        EventKind::Result | EventKind::Prompt => &[],
    };
    for to in others {
        let words = format!("where {} count, not {}", who(*to), who(kind));
        found.push(Found { operator: Operator::EventKind, way: Way::Kind(*to), written: kind_edit(site, monitor, *to, words) });
    }
}

fn kind_edit(site: &Site<'_>, monitor: &Monitor, to: EventKind, words: String) -> Written {
    let sources = &site.bundle.sources;
    let text = sources.text(site.expr.span);
    let Some(open) = text.find('(') else { return Written::Words(words) };
    let inner = text.get(open + 1..).unwrap_or_default();
    let start = site.expr.span.start + u32::try_from(open + 1 + inner.len() - inner.trim_start().len()).unwrap_or(0);
    let at = |len: u32| Some(Span::new(site.expr.span.file, start, start + len));
    let calls = monitor.pattern.targets.iter().all(|t| site.bundle.targets.get(t.target as usize).is_some_and(|t| t.kind == StepKind::Call));
    match (monitor.pattern.kind, to) {
        _ if !matches!(monitor.fold, Fold::Ever | Fold::Count) => Written::Words(words),
        (EventKind::Permitted, EventKind::Attempted) => Written::edit_or(at(0), "attempted ", words),
        (EventKind::Attempted, _) => Written::edit_or(token(sources, site.expr.span, "attempted").map(|s| Span::new(s.file, s.start, s.end + 1)), "", words),
        (EventKind::Denied, _) => Written::edit_or(token(sources, site.expr.span, "denied"), "attempted", words),
        (EventKind::Result, _) if calls && inner.trim_start().starts_with("result ") => Written::edit_or(at(6), "call", words),
        _ => Written::Words(words),
    }
}

const fn who(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Permitted => "permitted steps",
        EventKind::Attempted => "attempted steps",
        EventKind::Denied => "denied steps",
        EventKind::Result => "results",
        EventKind::Prompt => "prompts",
    }
}

/// Returns whether a question is about more than a step has before its result.
fn reads_result(monitor: &Monitor) -> bool {
    let of_pattern = |pattern: &EventPattern| pattern.each.is_some() || pattern.guard.iter().chain(&pattern.keys).any(is_of_result);
    of_pattern(&monitor.pattern)
        || match &monitor.fold {
            Fold::Ever | Fold::Count => false,
            Fold::Sum(value) => is_of_result(value),
            // Its record has what came back.
            Fold::Latest(_) => true,
        }
}

fn is_of_result(expr: &Expr) -> bool {
    let here = match &expr.kind {
        ExprKind::Slot(SlotRef::Result) => true,
        ExprKind::Slot(SlotRef::System(slot)) => SYSTEM_SLOTS.get(usize::from(*slot)).is_some_and(|slot| matches!(slot.0, "ok" | "text")),
        _ => false,
    };
    here || expr.children().into_iter().any(is_of_result)
}

/// What `since` says is all that stands behind it, up to the end of the question.
fn without_since(site: &Site<'_>) -> Written {
    let sources = &site.bundle.sources;
    let span = site.expr.span;
    let edit = token(sources, span, "since").and_then(|word| {
        let text = sources.text(span);
        let inner = text.trim_end().strip_suffix(')')?.trim_end();
        let end = span.start + u32::try_from(inner.len()).ok()?;
        (word.start < end).then(|| Span::new(span.file, word.start, end))
    });
    Written::edit_or(edit, "", "without its `since`")
}
