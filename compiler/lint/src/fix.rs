//! Applying fixes: as many as don't touch each other at a time, and only where the whole bundle still compiles and means what it meant.

use std::collections::BTreeMap;

use reach_codes::{FileId, Fix, Sources};

use crate::Finding;

/// What fixes made of a bundle's sources.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The new texts of the files that change.
    pub texts: BTreeMap<FileId, String>,
    /// The findings that were mended, by their indexes.
    pub mended: Vec<usize>,
}

/// Applies the edits of findings. Of those that overlap, the first is applied; the others are for the next round.
#[must_use]
pub fn apply<'f>(sources: &Sources, findings: impl Iterator<Item = (usize, &'f Finding)>) -> Fixed {
    let mut taken: BTreeMap<FileId, BTreeMap<u32, (u32, &str)>> = BTreeMap::new();
    let mut mended = Vec::new();
    for (index, finding) in findings.filter(|(_, f)| !f.edits.is_empty()) {
        if finding.edits.iter().all(|edit| fits(sources, edit) && is_free(&taken, edit)) && apart(&finding.edits) {
            for edit in &finding.edits {
                taken.entry(edit.span.file).or_default().insert(edit.span.start, (edit.span.end, &edit.replacement));
            }
            mended.push(index);
        }
    }
    let mut texts = BTreeMap::new();
    for (file, edits) in taken {
        let Some(source) = sources.get(file) else { continue };
        let mut text = String::with_capacity(source.text.len());
        let mut at = 0usize;
        for (start, (end, replacement)) in edits {
            text.push_str(source.text.get(at..start as usize).unwrap_or_default());
            text.push_str(replacement);
            at = end as usize;
        }
        text.push_str(source.text.get(at..).unwrap_or_default());
        texts.insert(file, text);
    }
    Fixed { texts, mended }
}

/// Returns whether an edit is of a text, at whole characters.
fn fits(sources: &Sources, edit: &Fix) -> bool {
    sources.get(edit.span.file).is_some_and(|s| s.text.get(edit.span.start as usize..edit.span.end as usize).is_some())
}

/// Returns whether no other edit touches the place.
fn is_free(taken: &BTreeMap<FileId, BTreeMap<u32, (u32, &str)>>, edit: &Fix) -> bool {
    let Some(edits) = taken.get(&edit.span.file) else { return true };
    let before = edits.range(..=edit.span.end).next_back();
    before.is_none_or(|(_, (end, _))| *end < edit.span.start)
}

/// Returns whether the edits of one finding don't touch each other.
fn apart(edits: &[Fix]) -> bool {
    let mut spans: Vec<_> = edits.iter().map(|e| e.span).collect();
    spans.sort_unstable();
    spans.windows(2).all(|pair| match pair {
        [a, b] => a.file != b.file || a.end <= b.start,
        _ => true,
    })
}
