//! What lints ask of patterns.

use regex_syntax::hir::{Hir, HirKind, Look};

/// Returns what a regular expression means; none where it can't be read.
pub(crate) fn meaning(text: &str, nocase: bool) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().case_insensitive(nocase).nest_limit(128).build().parse(text).ok()
}

/// Returns whether every match begins where the text does.
pub(crate) fn begins(hir: &Hir) -> bool {
    hir.properties().look_set_prefix().contains(Look::Start)
}

/// Returns whether every match ends where the text does.
pub(crate) fn ends(hir: &Hir) -> bool {
    hir.properties().look_set_suffix().contains(Look::End)
}

/// Returns whether it is found in every text: the empty text matches, and nothing is asked of what is around it.
pub(crate) fn found_everywhere(hir: &Hir) -> bool {
    let properties = hir.properties();
    let empty = properties.minimum_len() == Some(0);
    if empty && properties.look_set().is_empty() {
        return true;
    }
    // `^.*$` and its like: between the two ends may stand anything.
    let both = begins(hir) && ends(hir);
    empty && (begins(hir) || ends(hir)) && only_anything(hir) && (!both || hir.properties().maximum_len().is_none())
}

/// Returns whether, without its ends, nothing but repetitions of any character is left.
fn only_anything(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(Look::Start | Look::End) => true,
        HirKind::Concat(parts) => parts.iter().all(only_anything),
        HirKind::Capture(group) => only_anything(&group.sub),
        HirKind::Repetition(r) => r.min == 0 && r.max.is_none() && is_any(&r.sub),
        _ => false,
    }
}

/// Returns whether it is any character but perhaps a line end.
fn is_any(hir: &Hir) -> bool {
    let HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = hir.kind() else { return false };
    let mut left_out = class.clone();
    left_out.negate();
    left_out.ranges().iter().all(|range| matches!((range.start(), range.end()), ('\n', '\n') | ('\r', '\r')))
}

/// Returns the last literal text of a pattern, if it ends in one.
pub(crate) fn last_literal(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        HirKind::Concat(parts) => parts.last().and_then(last_literal),
        HirKind::Capture(group) => last_literal(&group.sub),
        HirKind::Alternation(branches) => branches.iter().find_map(last_literal),
        _ => None,
    }
}

/// Returns the longest literal text of a pattern.
pub(crate) fn longest_literal(hir: &Hir) -> String {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(longest_literal).max_by_key(String::len).unwrap_or_default(),
        HirKind::Capture(group) => longest_literal(&group.sub),
        HirKind::Repetition(r) => longest_literal(&r.sub),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Hir {
        meaning(text, false).unwrap()
    }

    #[test]
    fn what_is_found_in_every_text_is_told_from_what_is_not() {
        for everywhere in ["", ".*", "a*", "a?b*", "(a|)", "^.*$", "^.*", ".*$", "(?s)^.*$", "x{0}", "^", "$"] {
            assert!(found_everywhere(&of(everywhere)), "{everywhere}");
        }
        for somewhere in ["a", ".+", "^a*$", "^$", r"\b", "a|b", "^.$", r"^[^/]*$"] {
            assert!(!found_everywhere(&of(somewhere)), "{somewhere}");
        }
    }

    #[test]
    fn ends_count_only_where_every_branch_has_them() {
        assert!(begins(&of("^a")) && !ends(&of("^a")) && ends(&of("a$")) && !begins(&of("a$")));
        assert!(!begins(&of("^a|b")) && begins(&of("^(a|b)$")) && ends(&of("^(a|b)$")));
        assert!(begins(&of("^a|^b")));
    }
}
