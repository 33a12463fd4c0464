//! Which rules decide instead of one, in messages: by name, with the reason that their authors gave.

use reach_codes::Diagnostic;
use reach_compiler::ir::{Effect, MessagePart, Rule};

use crate::Context;

/// The most rules that a message names.
const MOST: usize = 3;

/// Adds the rules that decide instead to a message, each with its place and its reason.
pub(crate) fn add(context: &Context<'_>, mut d: Diagnostic, by: &[usize]) -> Diagnostic {
    let rules = || by.iter().filter_map(|number| context.bundle().rules.get(*number));
    for rule in rules().take(MOST) {
        let says = reason(context, rule).map_or_else(String::new, |reason| format!(": {reason}"));
        d = d.other(rule.name_span, format!("this {}{says}", verb(rule.effect)));
    }
    if by.len() > MOST { d.note(format!("and {} more", by.len() - MOST)) } else { d }
}

/// Returns the names of rules, for a sentence: "`a`, `b` and 2 others".
pub(crate) fn names(context: &Context<'_>, by: &[usize]) -> String {
    let names: Vec<String> = by.iter().filter_map(|number| context.bundle().rules.get(*number)).map(|rule| format!("`{}`", rule.name)).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= MOST => format!("{} and {last}", first.join(", ")),
        all => format!("{} and {} others", all.get(..MOST).unwrap_or_default().join(", "), all.len() - MOST),
    }
}

/// Returns what a rule does, as a verb.
pub(crate) const fn verb(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "permits",
        Effect::Ask => "asks",
        Effect::Forbid => "forbids",
        Effect::OtherwiseAsk => "asks where nothing else decides",
        Effect::Oblige => "obliges",
    }
}

/// Returns the reason of a rule, as its author wrote it.
fn reason(context: &Context<'_>, rule: &Rule) -> Option<String> {
    if rule.message.is_empty() {
        return None;
    }
    let parts = rule.message.iter().map(|part| match part {
        MessagePart::Text(text) => text.clone(),
        MessagePart::Value(value) => format!("{{{}}}", context.text(value.span)),
    });
    Some(parts.collect())
}
