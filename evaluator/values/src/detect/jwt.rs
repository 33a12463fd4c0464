//! JSON Web Tokens in the compact form (RFC 7519, RFC 7515 section 7.1): three parts of Base64url, the first of a JSON object.

use super::{Found, is_inside};

/// What the Base64url of a text that begins with `{"` begins with: the third character holds the top bits of an ASCII character.
const OBJECT: [&str; 2] = ["eyI", "eyJ"];
/// The shortest header, in characters: `{"alg":"…"}` of two letters.
const MIN_HEADER: usize = 16;
/// The shortest payload: `{}`.
const MIN_PAYLOAD: usize = 3;

/// Calls `found` with each token. Its signature may be empty (`alg` of `none`).
pub(super) fn find(text: &str, found: Found<'_>) {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let run = |from: usize| text.as_bytes().get(from..).map_or(0, |rest| rest.iter().take_while(|b| is_part(b)).count());
    let dot = |at: usize| text.as_bytes().get(at) == Some(&b'.');
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("ey")).map(|offset| at + offset) {
        if is_inside(text, start) || !OBJECT.iter().any(|begins| text.get(start..).is_some_and(|rest| rest.starts_with(begins))) {
            at = start + 2;
            continue;
        }
        // Whatever begins inside of a run ends its header where the run ends, so that a run is looked at once.
        let header_end = start + run(start);
        let payload_end = if dot(header_end) { header_end + 1 + run(header_end + 1) } else { header_end };
        let payload_len = payload_end.saturating_sub(header_end + 1);
        if header_end - start >= MIN_HEADER && payload_len >= MIN_PAYLOAD && dot(payload_end) {
            at = payload_end + 1 + run(payload_end + 1);
            if !found(start..at) {
                return;
            }
        } else {
            at = header_end;
        }
    }
}
