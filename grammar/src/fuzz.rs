//! What must hold of any bytes whatever, as functions that a fuzzer or a property test can call.

use reach_codes::FileId;

use crate::format::{formatted, keeps_everything};
use crate::parse::parse_by_grammar;
use crate::{Limits, decode, parse};

/// Parses arbitrary bytes: nothing panics, every place that is named lies in the text, and what is read quickly
/// is what the grammar reads.
///
/// # Panics
/// Where that does not hold.
pub fn fuzz_parse(data: &[u8]) {
    let Ok(text) = decode(data) else { return };
    let parsed = parse(FileId(0), &text, &Limits::LANGUAGE);
    for d in &parsed.diagnostics {
        for span in d.primary.iter().chain(&d.others).map(|label| label.span).chain(d.fix.iter().map(|fix| fix.span)) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{d:?} points outside of the text");
        }
    }
    for decl in &parsed.file.decls {
        assert!(text.get(decl.span.start as usize..decl.span.end as usize).is_some(), "a declaration lies outside of the text");
    }
    same_both_ways(&text, &Limits::LANGUAGE);
}

/// Whatever a text is, the quick reader comes to the tree and the messages that the grammar alone comes to.
pub(crate) fn same_both_ways(text: &str, limits: &Limits) {
    let (quick, slow) = (parse(FileId(0), text, limits), parse_by_grammar(FileId(0), text, limits));
    // The form for debugging has everything: places, brackets, documentation.
    let (quick, slow) = (format!("{quick:#?}"), format!("{slow:#?}"));
    if quick != slow {
        let (a, b) = quick.lines().zip(slow.lines()).find(|(a, b)| a != b).unwrap_or_default();
        assert_eq!(a, b, "a text is read in two ways:\n{text}");
        assert_eq!(quick, slow, "a text is read in two ways:\n{text}");
    }
}

/// Formats arbitrary bytes: what can be read keeps its tree and its comments, and formatting again changes nothing.
///
/// # Panics
/// Where that does not hold.
pub fn fuzz_format(data: &[u8]) {
    let Ok(text) = decode(data) else { return };
    let before = parse(FileId(0), &text, &Limits::LANGUAGE);
    if !before.is_ok() {
        return;
    }
    let once = crate::with_stack(|| formatted(&text, &Limits::LANGUAGE));
    let after = parse(FileId(0), &once, &Limits { source_bytes: usize::MAX, ..Limits::LANGUAGE });
    assert!(after.is_ok(), "the formatted text cannot be read:\n{once}\n{:?}", after.diagnostics);
    assert!(keeps_everything(&before.file, &after.file), "formatting changed the tree or the comments:\n{text}\n---\n{once}");
    let twice = crate::with_stack(|| formatted(&once, &Limits::LANGUAGE));
    assert_eq!(once, twice, "formatting again changes something");
}
