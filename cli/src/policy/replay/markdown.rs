//! What came of a replay, for comments on a change of code.

use reach_codes::render::number;
use reach_replay::Group;

use super::shown::{change, compared_with, example, notes, one_line, place};
use super::{ChangesData, ReplayData, text};
use crate::policy::report::{block, code, title};

/// Returns the report as Markdown. What a log says stands in code, so that it can't be taken for anything else.
pub fn markdown(data: &ReplayData) -> String {
    let mut out = format!("### Replay of {}\n\n", code(&one_line(&data.log)));
    match &data.changes {
        Some(changes) if data.findings.is_empty() => of_changes(data, changes, &mut out),
        _ => {
            let mut lines: Vec<String> = text::text(data, false).lines().map(str::to_owned).collect();
            lines.push(text::summary(data));
            out.push_str(&format!("{}\n", block(&lines)));
        }
    }
    out
}

fn of_changes(data: &ReplayData, changes: &ChangesData, out: &mut String) {
    let bundles: Vec<String> = data.bundles.iter().map(|bundle| code(&one_line(bundle))).collect();
    let with = if changes.named.is_some() { code(&compared_with(changes)) } else { compared_with(changes) };
    let (compared, changed, sessions) = (number(changes.compared), number(changes.changed), number(changes.sessions));
    out.push_str(&format!("{} compared with {with}: {changed} of {compared} decisions in {sessions} sessions change.\n", bundles.join(", ")));
    if !changes.kinds.is_empty() {
        out.push_str("\n| | decisions |\n| --- | ---: |\n");
        for kind in &changes.kinds {
            out.push_str(&format!("| {} | {} |\n", kind.kind.words(), number(kind.decisions)));
        }
    }
    for kind in &changes.kinds {
        let groups: Vec<&Group> = changes.groups.iter().filter(|group| group.kind == kind.kind).collect();
        if groups.is_empty() {
            continue;
        }
        out.push_str(&format!("\n#### {}\n", title(kind.kind.words())));
        for group in groups {
            let mut lines = vec![format!("{} × {}: {}", number(group.count), one_line(&group.step), change(group))];
            lines.push(format!("    {}", place(group, !changes.recorded_by.is_empty())));
            lines.extend(example(group).into_iter().map(|line| format!("    {line}")));
            out.push_str(&format!("\n{}\n", block(&lines)));
        }
    }
    if changes.more_groups > 0 {
        out.push_str(&format!("\n{} more groups with {} decisions are not shown.\n", number(changes.more_groups), number(changes.more_changed)));
    }
    for note in notes(data) {
        out.push_str(&format!("\n{}.\n", title(&note)));
    }
}
