//! Telephone numbers in international form: `+` or `00`, a country code, and a national number (ITU-T E.164).

use super::{Found, byte, goes_on, is_inside};

/// The fewest and most digits, with the country code (E.164, section 6.1: at most 15).
const DIGITS: (usize, usize) = (8, 15);

/// Country codes of one and two digits; three digits begin as `CODES_OF_THREE` say (E.164, list of assigned codes).
const CODES_OF_ONE_OR_TWO: &[&str] = &[
    "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54", "55", "56",
    "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];
/// What country codes of three digits begin with.
const CODES_OF_THREE: &[&str] =
    &["21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80", "85", "87", "88", "96", "97", "99"];

/// Calls `found` with each number; blanks, hyphens, dots, slashes and parentheses may stand between its digits.
pub(super) fn find(text: &str, found: Found<'_>) {
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(['+', '0'])).map(|offset| at + offset) {
        let plus = byte(text, start) == Some(b'+');
        let prefix = if plus { 1 } else { 2 };
        let begins = plus || byte(text, start + 1) == Some(b'0');
        let before = start.checked_sub(1).and_then(|before| byte(text, before));
        let apart = !is_inside(text, start) && before != Some(b'+') && (plus || !matches!(before, Some(b'.' | b',' | b':' | b'-' | b'/')));
        match (begins && apart).then(|| end_of(text, start + prefix, plus)).flatten() {
            Some(end) => {
                if !found(start..end) {
                    return;
                }
                at = end;
            }
            None => at = start + 1,
        }
    }
}

/// Returns the end of the longest number whose digits begin at a place.
fn end_of(text: &str, start: usize, plus: bool) -> Option<usize> {
    let mut digits = String::with_capacity(DIGITS.1);
    let mut end = None;
    let mut at = start;
    // `+(49) 30` and `+49 (0)30` are written too.
    let mut between = usize::from(byte(text, at) == Some(b'('));
    at += between;
    loop {
        let mut len = 0;
        while let Some(digit) = byte(text, at + len).filter(u8::is_ascii_digit) {
            if digits.len() >= DIGITS.1 {
                // The group is no part of the number, unless it is all that there is.
                return if between > 0 { end } else { None };
            }
            digits.push(char::from(digit));
            len += 1;
        }
        if len == 0 {
            break;
        }
        at += len;
        if digits.len() >= DIGITS.0 + usize::from(!plus) && !goes_on(text, at) {
            end = Some(at);
        }
        between = 0;
        while between < 2 && matches!(byte(text, at), Some(b' ' | b'-' | b'.' | b'/' | b'(' | b')')) {
            (at, between) = (at + 1, between + 1);
        }
        if between == 0 {
            break;
        }
    }
    let assigned = |codes: &[&str]| codes.iter().any(|code| digits.starts_with(code));
    end.filter(|_| assigned(CODES_OF_ONE_OR_TWO) || assigned(CODES_OF_THREE))
}
