//! Payment card numbers.

use std::ops::Range;

use super::{Found, goes_on, is_inside};

/// The fewest and most digits of a number (ISO/IEC 7812-1: at most 19).
const DIGITS: (usize, usize) = (12, 19);

/// Issuer ranges: the first and last of their leading digits, and the fewest and most digits of a number. By the issuers' public lists
/// of identification numbers (ISO/IEC 7812); ranges that no scheme gives to payment cards are left out.
const ISSUERS: &[(&str, &str, usize, usize)] = &[
    // Visa.
    ("4", "4", 13, 13),
    ("4", "4", 16, 16),
    ("4", "4", 19, 19),
    // Mastercard.
    ("51", "55", 16, 16),
    ("2221", "2720", 16, 16),
    // American Express.
    ("34", "34", 15, 15),
    ("37", "37", 15, 15),
    // Diners Club.
    ("300", "305", 14, 19),
    ("3095", "3095", 14, 19),
    ("36", "36", 14, 19),
    ("38", "39", 14, 19),
    // Discover, RuPay and Troy share the first digits.
    ("60", "60", 16, 19),
    ("644", "659", 16, 19),
    // JCB.
    ("3528", "3589", 16, 19),
    // UnionPay, RuPay.
    ("62", "62", 16, 19),
    ("81", "82", 16, 19),
    // Mir.
    ("2200", "2204", 16, 19),
    // Verve, Elo, RuPay and Maestro share the first digits.
    ("50", "50", 12, 19),
    // Maestro.
    ("56", "58", 12, 19),
    ("63", "63", 12, 19),
    ("67", "67", 12, 19),
    // Troy.
    ("9792", "9792", 16, 16),
];

/// A group of digits.
struct Group {
    range: Range<usize>,
    /// Whether one blank or hyphen stands between it and the group before it.
    joined: bool,
}

/// Returns the next group at or behind a place.
fn next_group(bytes: &[u8], from: usize, previous_end: Option<usize>) -> Option<Group> {
    let start = from + bytes.get(from..)?.iter().position(u8::is_ascii_digit)?;
    let len = bytes.get(start..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    let joined = previous_end.is_some_and(|end| start == end + 1 && matches!(bytes.get(end), Some(b' ' | b'-')));
    Some(Group { range: start..start + len, joined })
}

/// Calls `found` with each number: one group of digits, or groups of three and more, the first of four or six.
pub(super) fn find(text: &str, found: Found<'_>) {
    let bytes = text.as_bytes();
    // The groups that may begin a number or go on with one: no more than a number has.
    let mut groups: std::collections::VecDeque<Group> = std::collections::VecDeque::new();
    let mut at = 0;
    let mut previous_end = None;
    loop {
        while groups.len() < DIGITS.1 {
            let Some(group) = next_group(bytes, at, previous_end) else { break };
            (at, previous_end) = (group.range.end, Some(group.range.end));
            groups.push_back(group);
        }
        if groups.is_empty() {
            return;
        }
        let taken = match longest(text, groups.make_contiguous()) {
            Some((range, taken)) => {
                if !found(range) {
                    return;
                }
                taken
            }
            None => 1,
        };
        groups.drain(..taken.min(groups.len()));
    }
}

/// Returns the longest number that begins with the first group, and how many groups it has.
fn longest(text: &str, groups: &[Group]) -> Option<(Range<usize>, usize)> {
    let first = groups.first()?;
    let start = first.range.start;
    let fraction = text.get(..start).is_some_and(|before| before.strip_suffix(['.', ',']).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit())));
    if is_inside(text, start) || fraction {
        return None;
    }
    let mut digits: Vec<u8> = Vec::with_capacity(DIGITS.1);
    let mut best = None;
    for (taken, group) in groups.iter().enumerate() {
        let len = group.range.len();
        let grouped = matches!(first.range.len(), 4 | 6) && len >= 3 && group.joined;
        if digits.len() + len > DIGITS.1 || (taken > 0 && !grouped) {
            break;
        }
        digits.extend(text.get(group.range.clone())?.bytes());
        if is_card(&digits) && !goes_on(text, group.range.end) {
            best = Some((start..group.range.end, taken + 1));
        }
    }
    best
}

fn is_card(digits: &[u8]) -> bool {
    let issued = |(first, last, min, max): &(&str, &str, usize, usize)| {
        let leading = digits.get(..first.len()).unwrap_or(&[]);
        (*min..=*max).contains(&digits.len()) && first.as_bytes() <= leading && leading <= last.as_bytes()
    };
    digits.len() >= DIGITS.0 && ISSUERS.iter().any(issued) && luhn(digits)
}

/// Returns whether the check digit fits (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .map(|digit| u32::from(digit.wrapping_sub(b'0')))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}
