//! The normal form of a path of macOS.
//!
//! Its system volume takes names for the same whatever their case and their Unicode normalization. The tables by which APFS does that
//! aren't published; here names are the same that match caselessly by canonical equivalence (Unicode, section 3.13, D145), so that
//! `STRASSE` is `straße`, which GHSA-r6q2-hw4h-h46w reports of APFS. On a volume where case counts, that takes more for the same than is.

use super::PathError;
use super::origin::{Origin, render, resolve};
use super::posix::begin;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Folders that the system links from the root to `/private`.
pub(crate) const LINKED: [&str; 3] = ["etc", "tmp", "var"];
/// Where the volume of user data is mounted; its folders are linked to those of the root (firmlinks, since macOS 10.15).
pub(crate) const DATA: [&str; 3] = ["system", "volumes", "data"];

/// Returns the normal form; borrowed when the text is in it already.
pub(super) fn normalize(text: &str) -> Result<Cow<'_, str>, PathError> {
    if text.is_empty() {
        return Err(PathError::Empty);
    }
    if text.contains('\0') {
        return Err(PathError::Nul);
    }
    if text.contains(is_invisible) {
        return Err(PathError::Invisible);
    }
    let folded = fold(text);
    let (origin, rest) = begin(&folded);
    let parts = resolve(origin, rest.split('/'));
    // The second fork of a file, or the file itself by another name.
    if parts.contains(&"..namedfork") {
        return Err(PathError::Alias);
    }
    let parts = if origin == Origin::Root { real(&parts)? } else { &parts };
    let normal = render(origin, parts);
    Ok(if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) })
}

/// Returns the components of an absolute path without the detours that every macOS knows.
fn real<'p, 't>(parts: &'p [&'t str]) -> Result<&'p [&'t str], PathError> {
    let mut parts = parts;
    while let Some(rest) = parts.strip_prefix(&DATA) {
        parts = rest;
    }
    match parts {
        ["private", rest @ ..] if rest.first().is_some_and(|name| LINKED.contains(name)) => Ok(rest),
        // What is below it would no longer be: `/private/etc` is `/etc`.
        ["private"] => Err(PathError::Alias),
        // Files by number, and prefixes that change how links are followed.
        [".vol" | ".nofollow" | ".resolve", ..] => Err(PathError::Alias),
        _ => Ok(parts),
    }
}

/// Returns the text that stands for all that match it caselessly, composed (NFC).
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    Cow::Owned(text.nfd().flat_map(fold_char).nfc().collect())
}

/// Folds the case of a character in full, which may give more than one.
///
/// Lower, upper and lower again is the full case folding of Unicode (CaseFolding.txt) but for two: the dotless i is not an i, and
/// Cherokee is lower case here.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    let dotless = (c == 'ı').then_some(c);
    let cased = (c != 'ı').then_some(c).into_iter();
    dotless.into_iter().chain(cased.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase))
}

/// Returns whether HFS+ ignores a character in names (CVE-2014-9390).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}
