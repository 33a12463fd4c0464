//! Windows of history: half as long, twice as long, without an end; for each agent or for all.

use reach_codes::Span;
use reach_compiler::ir::ExprKind;
use reach_values::time;

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Written, token};

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    let ExprKind::History(number, _) = &site.expr.kind else { return };
    let Some(monitor) = site.bundle.monitors.get(*number as usize) else { return };
    let sources = &site.bundle.sources;
    let word = |word: &str| token(sources, site.expr.span, word);
    if let Some(over) = monitor.over {
        let place = word("over").and_then(|word| duration(site, word));
        for (made, text) in others(over) {
            let edit = place.map(|place| if made.is_some() { Span::new(place.file, place.start + length(sources.text(place)), place.end) } else { place });
            let text_of_edit = made.map_or_else(String::new, |_| text.clone());
            let words = if made.is_some() { format!("with `over {text}`") } else { format!("without `over {}`", time::format_duration(over)) };
            found.push(Found { operator: Operator::Window, way: Way::Over(made), written: Written::edit_or(edit, text_of_edit, words) });
        }
    }
    let words = if monitor.per_agent { "for all agents together" } else { "for each agent alone" };
    let edit = if monitor.per_agent { word("per agent") } else { None };
    // Without agents there is one, and both are the same.
    if site.bundle.targets.iter().any(|target| target.kind == reach_compiler::ir::StepKind::Spawn) {
        found.push(Found { operator: Operator::PerAgent, way: Way::PerAgent, written: Written::edit_or(edit, "", words) });
    }
}

/// Returns other lengths of a window, with their texts: half of it, twice, and no end.
pub(crate) fn others(over: i128) -> Vec<(Option<i128>, String)> {
    let half = over / 2;
    let made = [(half > 0).then_some(half), over.checked_mul(2)];
    let mut all: Vec<(Option<i128>, String)> = made.into_iter().flatten().map(|n| (Some(n), time::format_duration(n))).collect();
    all.push((None, String::new()));
    all
}

/// Returns the place of `over` and the literal behind it, in one: what goes when the window goes.
fn duration(site: &Site<'_>, word: Span) -> Option<Span> {
    let sources = &site.bundle.sources;
    let rest = sources.text(Span::new(word.file, word.end, site.expr.span.end));
    let blanks = rest.len() - rest.trim_start().len();
    let literal = rest.trim_start().find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let end = word.end + u32::try_from(blanks + literal).ok()?;
    (blanks > 0 && literal > 0).then(|| Span::new(word.file, word.start, end))
}

/// Returns how long `over ` is at the beginning of a text.
fn length(text: &str) -> u32 {
    let rest = text.strip_prefix("over").unwrap_or(text);
    u32::try_from(text.len() - rest.trim_start().len()).unwrap_or(0)
}
