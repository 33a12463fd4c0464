//! What differs, for comments on a change of code.

use reach_analysis::{Change, ChangeKind};

use super::{DiffData, KINDS, words};
use crate::policy::report::{about, block, code, decision, session, title};

/// Returns the differences as Markdown. What an event says stands in code, so that it can't be taken for anything else.
pub fn markdown(data: &DiffData) -> String {
    let difference = &data.difference;
    let mut out = format!("### Decisions of {} that differ from {}\n", code(&data.new), code(&data.old));
    for kind in KINDS {
        let changes: Vec<&Change> = difference.changes.iter().filter(|c| c.kind == kind).collect();
        if changes.is_empty() {
            continue;
        }
        out.push_str(&format!("\n#### {}\n", title(words(kind))));
        for change in changes {
            out.push_str(&format!("\n{}\n", block(&lines(change))));
        }
    }
    if difference.more > 0 {
        out.push_str(&format!("\nAt least {} more.\n", difference.more));
    }
    if !difference.unknown.is_empty() {
        out.push_str(&format!("\n#### Not known\n\n{}\n", block(&difference.unknown.iter().map(about).collect::<Vec<_>>())));
    }
    if difference.changes.is_empty() && difference.more == 0 && difference.unknown.is_empty() {
        out.push_str("\nNone.\n");
    }
    out
}

fn lines(change: &Change) -> Vec<String> {
    let mut lines = session(&change.witness.events);
    let with = change.kind == ChangeKind::ObligationsChanged;
    for (word, decided) in [("before", &change.before), ("after", &change.after)] {
        let told = decision(decided, false, with);
        lines.extend(told.into_iter().enumerate().map(|(n, line)| format!("  {:<6}  {line}", if n == 0 { word } else { "" })));
    }
    lines
}
