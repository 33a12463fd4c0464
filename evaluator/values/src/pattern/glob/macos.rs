//! What a glob for macOS says, by the names that its paths have in normal form.

use crate::path::literal::{DATA, LINKED, fold, is_invisible};
use crate::pattern::PatternError;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Composes characters (NFC), and takes away the detours that normal forms don't make: `/private/etc/**` is `/etc/**`.
pub(super) fn prepare(text: &str) -> Result<Cow<'_, str>, PatternError> {
    if text.contains(is_invisible) {
        return Err(PatternError::Character);
    }
    let composed: Cow<'_, str> = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) };
    let folded = fold(&composed);
    let first = folded.strip_prefix('/').unwrap_or(&folded).split('/').next().unwrap_or_default();
    if first.contains('{') && (folded.contains("private") || folded.contains("volumes/data")) {
        return Err(PatternError::Alias);
    }
    let Some(rooted) = composed.strip_prefix('/') else { return Ok(composed) };
    let parts: Vec<&str> = rooted.split('/').collect();
    let mut rest: &[&str] = &parts;
    while rest.len() >= DATA.len() && rest.iter().zip(DATA).all(|(part, name)| fold(part) == name) {
        rest = rest.get(DATA.len()..).unwrap_or_default();
    }
    if let [private, after @ ..] = rest
        && fold(private) == "private"
    {
        match after.first().map(|part| fold(part)) {
            Some(part) if LINKED.contains(&&*part) => rest = after,
            Some(part) if !part.contains(['*', '?', '[', '{', '\\']) => {}
            _ => return Err(PatternError::Alias),
        }
    }
    if rest.len() == parts.len() { Ok(composed) } else { Ok(Cow::Owned(format!("/{}", rest.join("/")))) }
}
