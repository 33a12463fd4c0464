//! Parts of a report in words, the same in each form.

use reach_codes::render::plain;
use reach_harness::witness::{self, Event};
use reach_replay::{Behaviour, Group, Kind};

use super::{ChangesData, ReplayData};
use crate::policy::count;

/// The longest event that is shown, in characters.
const EVENT: usize = 160;
/// The longest list of rules that is shown.
const RULES: usize = 4;

/// Returns an event as people read it, on one line.
pub fn event(line: &str) -> String {
    let mut shown = witness::shown(&Event::all(&[line.to_owned()])).concat();
    if shown.is_empty() {
        shown = plain(line).replace('\n', "\\n");
    }
    shorten(&mut shown, EVENT);
    shown
}

fn shorten(text: &mut String, most: usize) {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.push('…');
    }
}

/// Returns text of a log in one line.
pub fn one_line(text: &str) -> String {
    plain(text).replace('\n', "\\n")
}

/// Returns an effect with its rules.
pub fn behaviour(behaviour: &Behaviour) -> String {
    let mut rules: Vec<String> = behaviour.rules.iter().take(RULES).map(|rule| format!("`{}`", one_line(rule))).collect();
    let more = behaviour.rules.len().saturating_sub(RULES) as u64 + behaviour.rules_left_out;
    if more > 0 {
        rules.push(format!("{more} more"));
    }
    format!("{} by {}", behaviour.effect.word(), rules.join(", "))
}

/// Returns what becomes of a step: what it was, and what it is now.
pub fn change(group: &Group) -> String {
    match (&group.before, &group.after) {
        (Some(before), Some(after)) if before == after => behaviour(after),
        (Some(before), Some(after)) => format!("{}, now {}", behaviour(before), behaviour(after)),
        (Some(before), None) => behaviour(before),
        (None, Some(after)) => format!("now {}", behaviour(after)),
        (None, None) => String::new(),
    }
}

/// Returns where the example of a group is.
pub fn place(group: &Group, with_entry: bool) -> String {
    let session = if group.example.session.is_empty() { String::new() } else { format!(" of session `{}`", one_line(&group.example.session)) };
    let entry = group.example.entry.filter(|_| with_entry).map(|entry| format!("entry {entry}, ")).unwrap_or_default();
    format!("{entry}event {}{session}", group.example.number)
}

/// Returns the lines of an example: its event, and obligations where they are what changes.
pub fn example(group: &Group) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(if group.example.event.is_empty() { format!("step `{}`", one_line(&group.example.id)) } else { event(&group.example.event) });
    if group.kind == Kind::OtherObligations {
        for (word, with) in [("before", &group.example.with_before), ("now", &group.example.with_after)] {
            let all = with.iter().flatten().map(|text| witness::obligation(text)).collect::<Vec<_>>();
            let mut text = if all.is_empty() { "nothing".to_owned() } else { all.join("; ") };
            shorten(&mut text, EVENT);
            lines.push(format!("{word} with {text}"));
        }
    }
    lines
}

/// Returns what decisions are compared with.
pub fn compared_with(changes: &ChangesData) -> String {
    match &changes.named {
        Some(named) => one_line(named),
        None => "what was recorded".to_owned(),
    }
}

/// Returns what else must be known of the comparison, a sentence each.
pub fn notes(data: &ReplayData) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(changes) = &data.changes else { return notes };
    if changes.left_out > 0 {
        notes.push(format!("{} left out, for the bundle does not permit their steps", count(changes.left_out, "result")));
    }
    if changes.misfits > 0 {
        let be = if changes.misfits == 1 { "is" } else { "are" };
        let why = "nobody is asked, or it does not fit what the bundle declares";
        notes.push(format!("{} {be} not taken now: {why}", count(changes.misfits, "observation")));
    }
    if let Some(first) = changes.cut.first() {
        notes.push(format!(
            "{} not compared: of {} an event was erased (the first is entry {})",
            count(changes.not_compared, "entry"),
            count(changes.cut.len(), "session"),
            first.entry
        ));
    }
    if changes.compared == 0 {
        notes.push("no decision was compared".to_owned());
    }
    notes
}
