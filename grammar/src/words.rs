//! Words that mean something where others are names. The grammar says the same; a test compares them.

/// The words that no expression begins with as a name.
pub(crate) const RESERVED: &[&str] = &["and", "or", "not", "if", "then", "else", "true", "false", "when", "unless", "because"];

/// The words that end a list of targets.
pub(crate) const STOP: &[&str] = &[
    "when",
    "unless",
    "by",
    "expires",
    "grants",
    "with",
    "because",
    "example",
    "counterexample",
    "each",
    "where",
    "over",
    "per",
    "since",
    "expect",
    "if",
    "on",
    "and",
    "or",
    "not",
];

/// The words that say what kind of step a target is.
pub(crate) const TARGET_KINDS: &[&str] = &["call", "spawn", "model", "read", "say", "undeclared"];

/// The units of durations that are written out, with a blank before them.
pub(crate) const LONG_UNITS: &[&str] =
    &["milliseconds", "seconds", "second", "secs", "sec", "minutes", "minute", "mins", "min", "hours", "hour", "days", "day", "weeks", "week"];

/// The words that begin a pattern of earlier events.
pub(crate) const EVENT_KINDS: &[&str] = &["call", "spawn", "model", "read", "say", "step", "result", "prompt", "approval", "context", "start", "usage", "end"];

/// Of each byte whether words are made of it.
#[expect(clippy::indexing_slicing, reason = "done when this is compiled, where it would fail")]
static WORD_BYTES: [bool; 256] = const {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    table
};

/// Returns whether a byte goes on with a word.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES.get(usize::from(byte)).copied().unwrap_or(false)
}

pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Returns whether other languages write this for a value that is absent.
pub(crate) fn is_foreign_null(word: &str) -> bool {
    matches!(word, "null" | "nil" | "None" | "undefined")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literals of a rule of the grammar.
    fn literals(rule: &str) -> Vec<&'static str> {
        let grammar = include_str!("reach.pest");
        let body = grammar.split_once(&format!("\n{rule} = ")).unwrap().1;
        let end = ["\n\n", "\n//"].iter().filter_map(|end| body.find(end)).min().unwrap();
        let body = &body[..end];
        // The next rule begins in the first column.
        let end = body.match_indices('\n').find(|(at, _)| !body[at + 1..].starts_with([' ', '\t'])).map_or(body.len(), |(at, _)| at);
        body[..end].split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_lists_are_those_of_the_grammar() {
        assert_eq!(literals("reserved"), RESERVED);
        assert_eq!(literals("stop_word"), STOP);
        assert_eq!(literals("long_unit"), LONG_UNITS);
        // Behind them stands what may not follow.
        assert_eq!(literals("kind_word")[..TARGET_KINDS.len()], *TARGET_KINDS);
        assert_eq!(literals("kind_word")[TARGET_KINDS.len()..], [".", "*"]);
    }

    #[test]
    fn no_word_of_a_list_begins_another_behind_it() {
        // The grammar tries them in order and takes the first that fits, so a word must not hide one behind it.
        for list in [RESERVED, STOP, TARGET_KINDS, LONG_UNITS] {
            for (at, word) in list.iter().enumerate() {
                assert!(!list[at + 1..].iter().any(|later| later.starts_with(word)), "{word}");
            }
        }
    }
}
