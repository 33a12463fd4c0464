//! What came of a replay, as a page.

use maud::{Markup, html};
use reach_codes::render::number;
use reach_engine::Effect;
use reach_replay::{Behaviour, Group, Kind};

use super::shown::{compared_with, example, notes, place};
use super::{ChangesData, ReplayData, text};
use crate::page::{self, Entry, Lines, Page, Shown, Tone, tag};
use crate::policy::report::title;

/// Returns the page.
pub fn page(data: &ReplayData) -> String {
    let mut contents = vec![Entry::new("summary", "Summary")];
    let changes = data.changes.as_ref().filter(|_| data.findings.is_empty());
    for kind in changes.iter().flat_map(|changes| &changes.kinds) {
        contents.push(Entry::new(id(kind.kind), title(kind.kind.words())));
    }
    let body = html! {
        h2 #summary { "Summary" }
        p { (Shown(&text::summary(data))) "." }
        @match changes {
            Some(changes) => (of_changes(data, changes)),
            None => { @let told = text::text(data, false); @if !told.is_empty() { pre tabindex="0" { (Lines(&told)) } } },
        }
    };
    let find = changes.is_some_and(|changes| changes.groups.len() > 8);
    Page { kind: "Replay", title: &data.log, contents: &contents, find, body }.html()
}

fn id(kind: Kind) -> String {
    page::id("kind", &kind.words().replace(' ', "-"))
}

fn of_changes(data: &ReplayData, changes: &ChangesData) -> Markup {
    html! {
        p.quiet {
            "Decided by " @for (n, bundle) in data.bundles.iter().enumerate() { @if n > 0 { ", " } code { (Shown(bundle)) } }
            ", compared with " @if changes.named.is_some() { code { (Shown(&compared_with(changes))) } } @else { (compared_with(changes)) } "."
        }
        @for note in notes(data) { p { (Shown(&title(&note))) "." } }
        @for kind in &changes.kinds {
            @let groups: Vec<&Group> = changes.groups.iter().filter(|group| group.kind == kind.kind).collect();
            h2 #(id(kind.kind)) { (title(kind.kind.words())) }
            p.quiet { (number(kind.decisions)) @if kind.decisions == 1 { " decision." } @else { " decisions." } }
            @for group in groups { (of_group(group, changes)) }
        }
        @if changes.more_groups > 0 {
            p { (number(changes.more_groups)) " more groups with " (number(changes.more_changed)) " decisions are not shown." }
        }
    }
}

fn of_group(group: &Group, changes: &ChangesData) -> Markup {
    html! {
        div data-find data-stop tabindex="-1" {
            p { b { (number(group.count)) " × " } code { (Shown(&group.step)) } }
            ul {
                @if let Some(before) = &group.before { li { "before " (behaviour(before)) } }
                @if let Some(after) = &group.after { li { "now " (behaviour(after)) } }
                li { (Shown(&place(group, !changes.recorded_by.is_empty()))) }
            }
            @let lines = example(group).join("\n");
            @if !lines.is_empty() { pre tabindex="0" { (Lines(&lines)) } }
        }
    }
}

fn behaviour(behaviour: &Behaviour) -> Markup {
    let tone = match behaviour.effect {
        Effect::Permit => Tone::Good,
        Effect::Ask => Tone::Mid,
        Effect::Forbid => Tone::Bad,
    };
    html! {
        (tag(tone, behaviour.effect.word())) " by "
        @for (n, rule) in behaviour.rules.iter().enumerate() { @if n > 0 { ", " } code { (Shown(rule)) } }
        @if behaviour.rules_left_out > 0 { " and " (number(behaviour.rules_left_out)) " more" }
    }
}
