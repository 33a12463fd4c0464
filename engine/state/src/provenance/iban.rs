//! What can be read as an IBAN (ISO 13616: two letters, two digits, up to 30 letters or digits; printed in groups of four).

/// Lengths that are plausible: the shortest in use has 15 characters (Norway), the standard allows 34.
const LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// Calls `found` with everything in a text that can be read as an IBAN, in upper case and without separators.
///
/// Takes time linear in the text: what begins at a token is read for at most 34 characters.
pub(super) fn each(text: &str, mut found: impl FnMut(&str)) {
    let mut within = false;
    for (at, character) in text.char_indices() {
        let token = character.is_alphanumeric();
        if token && !within {
            prefixes(text.get(at..).unwrap_or_default(), |joined, _| found(joined));
        }
        within = token;
    }
}

/// A value in the form that [`each`] gives, if it can be read as an IBAN.
pub(super) fn normal(value: &str) -> Option<String> {
    let value = value.trim_matches(super::text::is_blank);
    let mut normal = None;
    prefixes(value, |joined, end| {
        if end == value.len() {
            normal = Some(joined.to_owned());
        }
    });
    normal
}

/// Calls `found` with each prefix of a text, which begins with a token, that can be read as an IBAN, and with its end in the text.
fn prefixes(text: &str, mut found: impl FnMut(&str, usize)) {
    let opens = |shape: &[u8; 4]| {
        let [a, b, c, d] = shape;
        a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()
    };
    if !text.as_bytes().first_chunk().is_some_and(opens) {
        return;
    }
    let mut joined = String::with_capacity(*LENGTHS.end());
    let mut characters = text.char_indices().peekable();
    loop {
        while let Some((_, character)) = characters.next_if(|(_, character)| character.is_alphanumeric()) {
            if !character.is_ascii() || joined.len() == *LENGTHS.end() {
                return;
            }
            joined.push(character.to_ascii_uppercase());
        }
        if LENGTHS.contains(&joined.len()) {
            found(&joined, characters.peek().map_or(text.len(), |&(end, _)| end));
        }
        let separated = characters.next().is_some_and(|(_, separator)| matches!(separator, ' ' | '-' | '\u{a0}' | '\u{202f}'));
        if !separated || !characters.peek().is_some_and(|(_, character)| character.is_alphanumeric()) {
            return;
        }
    }
}
