//! E-mail addresses inside of a text: a dot-atom, `@`, and a domain of two labels or more.

use std::ops::Range;

use super::Found;

/// The longest local part and the longest domain, in bytes (RFC 5321, section 4.5.3.1).
const MAX_BYTES: (usize, usize) = (64, 253);

/// Calls `found` with each address. Quoted local parts and address literals aren't found.
pub(super) fn find(text: &str, found: Found<'_>) {
    let mut behind = 0;
    for (at, _) in text.match_indices('@') {
        if let Some(range) = around(text, behind, at) {
            behind = range.end;
            if !found(range) {
                return;
            }
        }
    }
}

/// Returns the address around an `@`, where it begins at or behind a place.
fn around(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    // RFC 5322, section 3.2.3: atext; RFC 6532 adds what is not ASCII.
    let local_char = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let domain_char = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    // A longer run isn't a local part, but its end may be: a path or a key before an address.
    let mut start = at;
    for (offset, c) in text.get(from..at)?.char_indices().rev() {
        if !local_char(c) || at - (from + offset) > MAX_BYTES.0 {
            break;
        }
        start = from + offset;
    }
    let local = text.get(start..at)?;
    let start = start + (local.len() - local.trim_start_matches(['.', '\'', '`', '*', '|', '{', '=', '/']).len());
    let local = text.get(start..at)?;
    let domain = text.get(at + 1..)?;
    let len: usize = domain.chars().take(MAX_BYTES.1 + 1).take_while(|c| domain_char(*c)).map(char::len_utf8).sum();
    let domain = domain.get(..len)?.trim_end_matches(['.', '-']);
    let (_, last) = domain.rsplit_once('.')?;
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let fits = domain.len() <= MAX_BYTES.1 && domain.split('.').all(label);
    let named = last.starts_with("xn--") || (last.chars().count() >= 2 && last.chars().all(char::is_alphabetic));
    let atoms = !local.is_empty() && local.split('.').all(|atom| !atom.is_empty());
    (atoms && fits && named).then(|| start..at + 1 + domain.len())
}
