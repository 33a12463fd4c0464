//! International bank account numbers inside of a text.

use super::{Found, byte, goes_on, is_inside};

/// The fewest and most characters of an IBAN (ISO 13616-1; Norway has 15).
const CHARACTERS: (usize, usize) = (15, 34);

/// Calls `found` with each number: upper case, single blanks between its characters allowed.
pub(super) fn find(text: &str, found: Found<'_>) {
    let mut at = 0;
    while at < text.len() {
        let Some(end) = end_of(text, at) else {
            at += 1;
            continue;
        };
        if !found(at..end) {
            return;
        }
        at = end;
    }
}

/// Returns the end of the longest number that begins at a place.
fn end_of(text: &str, start: usize) -> Option<usize> {
    let begins = |at: usize, is: fn(&u8) -> bool| byte(text, at).is_some_and(|b| is(&b));
    let prefix = begins(start, u8::is_ascii_uppercase) && begins(start + 1, u8::is_ascii_uppercase);
    // The check digits may stand behind no blank: groups are of four.
    if !prefix || !begins(start + 2, u8::is_ascii_digit) || !begins(start + 3, u8::is_ascii_digit) || is_inside(text, start) {
        return None;
    }
    let mut compact = String::with_capacity(CHARACTERS.1);
    let mut best = None;
    let mut at = start;
    while compact.len() < CHARACTERS.1 {
        let blank = usize::from(at > start && byte(text, at) == Some(b' '));
        let Some(next) = byte(text, at + blank).filter(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) else { break };
        compact.push(char::from(next));
        at += blank + 1;
        if compact.len() >= CHARACTERS.0 && !goes_on(text, at) && is_iban(&compact) {
            best = Some(at);
        }
    }
    best
}

/// Returns whether a text without blanks is an IBAN.
fn is_iban(compact: &str) -> bool {
    checksum(compact) == 1
}

/// Returns the remainder by 97 (ISO/IEC 7064, MOD 97-10) of the characters, the first four last, letters as 10 to 35.
fn checksum(compact: &str) -> u32 {
    let (first, rest) = compact.split_at_checked(4).unwrap_or((compact, ""));
    rest.bytes().chain(first.bytes()).fold(0, |sum, b| match b {
        b'0'..=b'9' => (sum * 10 + u32::from(b - b'0')) % 97,
        _ => (sum * 100 + u32::from(b.wrapping_sub(b'A')) + 10) % 97,
    })
}
