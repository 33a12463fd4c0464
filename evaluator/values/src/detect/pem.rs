//! PEM blocks of private keys (RFC 7468, and the older forms of OpenSSH, OpenPGP and SSH2).

use std::sync::LazyLock;

use regex::Regex;

use super::Found;

static BEGIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}").ok());
static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}").ok());

/// Calls `found` with each block, from its `BEGIN` to its `END`; to the end of the text where that is missing.
pub(super) fn find(text: &str, found: Found<'_>) {
    let (Some(begin), Some(end)) = (&*BEGIN, &*END) else {
        found(0..text.len());
        return;
    };
    let mut at = 0;
    while let Some(first) = begin.find_at(text, at) {
        let last = end.find_at(text, first.end()).map_or(text.len(), |last| last.end());
        if !found(first.start()..last) {
            return;
        }
        at = last;
    }
}
