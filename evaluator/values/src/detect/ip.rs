//! IP addresses inside of a text. A version of four numbers looks like an IPv4 address, and is found.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::{Found, goes_on, is_inside};

/// The longest address, in bytes: eight groups, the last two as an IPv4 address.
const MAX_BYTES: usize = 45;

/// Calls `found` with each address: in each run of hexadecimal digits, colons and dots it is one IPv6 address, or IPv4 addresses.
pub(super) fn find(text: &str, found: Found<'_>) {
    let is_part = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| rest.iter().position(is_part)).map(|offset| at + offset) {
        let len = bytes.get(start..).map_or(0, |rest| rest.iter().take_while(|b| is_part(b)).count());
        at = start + len;
        if let Some(range) = v6(text, start..at) {
            if !found(range) {
                return;
            }
            continue;
        }
        let mut part = start;
        for piece in text.get(start..at).unwrap_or("").split(':') {
            let end = part + piece.len();
            if let Some(range) = v4(text, part..end)
                && !found(range)
            {
                return;
            }
            part = end + 1;
        }
    }
}

/// Returns the IPv6 address that a run is but for punctuation around it.
fn v6(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(run.clone())?;
    if written.len() > MAX_BYTES + 2 || is_inside(text, run.start) || goes_on(text, run.end) {
        return None;
    }
    // `a::b` is a path of some programming language rather than an address.
    if !written.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let lone = |text: &str| text.starts_with(':') && !text.starts_with("::");
    let from = usize::from(lone(written));
    let inner = written.get(from..)?;
    let inner = inner.strip_suffix('.').unwrap_or(inner);
    let inner = if inner.ends_with(':') && !inner.ends_with("::") { inner.strip_suffix(':').unwrap_or(inner) } else { inner };
    inner.parse::<Ipv6Addr>().ok().map(|_| run.start + from..run.start + from + inner.len())
}

/// Returns the IPv4 address that a piece is but for a full stop behind it. Leading zeros are read over.
fn v4(text: &str, piece: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(piece.clone())?;
    let inner = written.strip_suffix('.').unwrap_or(written);
    let octet = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u16>().is_ok_and(|n| n <= 255);
    let fits = inner.len() <= 15 && inner.split('.').count() == 4 && inner.split('.').all(octet);
    let apart = !is_inside(text, piece.start) && !goes_on(text, piece.start + inner.len());
    (fits && apart).then(|| piece.start..piece.start + inner.len())
}
