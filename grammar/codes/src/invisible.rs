//! Characters that people don't see.

/// Returns whether a character can't be seen, or changes how others are shown: control characters and line ends, what has no width, what marks
/// or overrides the direction of text, what annotates, and tags. What makes another character look otherwise (a variation selector) is none.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_told_from_what_is_seen() {
        let ranges = [
            ('\0', '\u{1f}'),
            ('\u{7f}', '\u{9f}'),
            ('\u{ad}', '\u{ad}'),
            ('\u{61c}', '\u{61c}'),
            ('\u{180e}', '\u{180e}'),
            ('\u{200b}', '\u{200f}'),
            ('\u{2028}', '\u{202e}'),
            ('\u{2060}', '\u{206f}'),
            ('\u{feff}', '\u{feff}'),
            ('\u{fff9}', '\u{fffb}'),
            ('\u{e0000}', '\u{e007f}'),
        ];
        let hidden = ('\0'..=char::MAX).filter(|c| is_invisible(*c)).count();
        assert_eq!(hidden, ranges.into_iter().map(|(from, to)| (from..=to).filter(|c| is_invisible(*c)).count()).sum::<usize>());
        assert!(ranges.into_iter().all(|(from, to)| (from..=to).all(is_invisible)));
        for seen in [' ', 'a', 'ä', '\u{a0}', '\u{2003}', '\u{3000}', '\u{fe0f}', '\u{301}', '日'] {
            assert!(!is_invisible(seen), "{seen:?}");
        }
    }
}
