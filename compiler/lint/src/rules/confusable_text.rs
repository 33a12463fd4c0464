//! `confusable-text`: characters that look like others, or like nothing.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use unicode_security::MixedScript as _;
use unicode_security::mixed_script::is_potential_mixed_script_confusable_char;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::CONFUSABLE_TEXT;

/// Finds words in which letters of several scripts stand that look alike, and characters that aren't seen, anywhere in a file: in names, texts,
/// patterns and comments.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for (file, source) in context.sources().iter() {
        if source.text.is_ascii() {
            continue;
        }
        let mut start = None;
        let mut hidden: Option<(usize, usize, char)> = None;
        let tell_hidden = |hidden: Option<(usize, usize, char)>, out: &mut Vec<Finding>| {
            if let Some((from, to, c)) = hidden {
                out.push(unseen(Span::new(file, at(from), at(to)), c));
            }
        };
        for (i, c) in source.text.char_indices().chain([(source.text.len(), ' ')]) {
            if is_hidden(c) {
                hidden = Some(hidden.map_or((i, i + c.len_utf8(), c), |(from, _, first)| (from, i + c.len_utf8(), first)));
            } else {
                tell_hidden(hidden.take(), out);
            }
            let in_word = c.is_alphanumeric();
            match (start, in_word) {
                (None, true) => start = Some(i),
                (Some(from), false) => {
                    start = None;
                    let word = source.text.get(from..i).unwrap_or_default();
                    if let Some(c) = confusable(word) {
                        out.push(mixed(Span::new(file, at(from), at(i)), word, c));
                    }
                }
                _ => {}
            }
        }
    }
}

fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns whether a character is not seen, or changes the order of what is: without width, or a control of direction.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns a letter of a word that looks like one of another script that stands in it too.
fn confusable(word: &str) -> Option<char> {
    if word.is_ascii() || word.is_single_script() {
        return None;
    }
    word.chars().find(|c| !c.is_ascii() && is_potential_mixed_script_confusable_char(*c))
}

fn mixed(span: Span, word: &str, c: char) -> Finding {
    let d = Diagnostic::new(CODE, span, format!("`{word}` has letters of several scripts that look alike, for example U+{:04X}", u32::from(c)))
        .note("it looks like another word, and is not equal to it")
        .help("write it with letters of one script; where the mixture is meant, write it with `\\u{…}` and say so in a comment");
    d.into()
}

fn unseen(span: Span, c: char) -> Finding {
    let d = Diagnostic::new(CODE, span, format!("a character that isn't seen stands here: U+{:04X}", u32::from(c)))
        .note("what is compared is not what is read")
        .help("remove it; where it is meant, write it as `\\u{…}`");
    d.into()
}
