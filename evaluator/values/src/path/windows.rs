//! The normal form of a path of Windows, by the rules of Win32.
//!
//! Sources: "Naming Files, Paths, and Namespaces" and "File path formats on Windows systems" (learn.microsoft.com), \[MS-FSCC\] 2.1.5.
//! What names a file that can't be known from the text is refused rather than compared: devices, data streams, short names, the
//! current folder or drive.

use super::PathError;
use super::origin::{Origin, render, resolve};
use std::borrow::Cow;

/// Returns the normal form; borrowed when the text is in it already.
pub(super) fn normalize(text: &str) -> Result<Cow<'_, str>, PathError> {
    if text.is_empty() {
        return Err(PathError::Empty);
    }
    if text.contains('\0') {
        return Err(PathError::Nul);
    }
    let folded = match text.strip_prefix(r"\\?\") {
        Some(verbatim) => fold(&plain(verbatim)?),
        None => fold(text),
    };
    // The normal form of a drive; written with backslashes it would be a server with that name.
    let drive_in_normal_form = text.strip_prefix("//").is_some_and(starts_with_drive);
    let (origin, rest) = begin(if drive_in_normal_form { folded.strip_prefix("//").unwrap_or(&folded) } else { &folded })?;
    let parts = names(rest)?;
    let normal = render(origin, &resolve(origin, parts.into_iter()));
    Ok(if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) })
}

/// Turns what follows `\\?\` into a path with the same meaning without that prefix.
///
/// Win32 hands such a path on as it is: `/` is no separator there, and `.`, `..` and what ends in a dot or a blank are names.
fn plain(verbatim: &str) -> Result<String, PathError> {
    let unc = verbatim.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case(r"UNC\")).and(verbatim.get(4..));
    let rest = unc.unwrap_or(verbatim);
    let rest = rest.strip_suffix('\\').unwrap_or(rest);
    let odd = |part: &str| part.is_empty() || part.ends_with(['.', ' ']) || part.contains('/');
    if rest.split('\\').any(odd) {
        return Err(PathError::Verbatim);
    }
    match (unc, verbatim.as_bytes()) {
        (Some(_), _) => Ok(format!(r"\\{rest}")),
        (None, [letter, b':', b'\\', ..]) if letter.is_ascii_alphabetic() => Ok(format!(r"{rest}\")),
        _ => Err(PathError::Verbatim),
    }
}

/// Writes separators as `/` and characters in lower case, one by one.
fn fold(text: &str) -> String {
    text.chars().map(|c| if c == '\\' { '/' } else { fold_char(c) }).collect()
}

/// Returns the character that stands for all that NTFS takes for the same: the lower one of a pair.
///
/// NTFS upper-cases single UTF-16 units by a table that knows pairs only, so that a sign which merely lower-cases to a letter, such as
/// `K` (kelvin), is no letter there; the final sigma is the exception. What isn't in the basic plane has no case.
pub(crate) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if c == 'ς' {
        return 'σ';
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if c <= '\u{ffff}' && one.to_uppercase().eq([c]) => one,
        _ => c,
    }
}

/// Returns where a text begins, and what follows.
fn begin(text: &str) -> Result<(Origin<'_>, &str), PathError> {
    if let Some(rest) = text.strip_prefix("//") {
        return share(rest);
    }
    if text.starts_with('/') {
        return Err(PathError::Rooted);
    }
    if starts_with_drive(text) {
        return drive(text);
    }
    if text.starts_with('~') {
        let (home, rest) = text.split_once('/').unwrap_or((text, ""));
        let home = name(home, true)?;
        return Ok((Origin::Home(home), rest));
    }
    Ok((Origin::Folder, text))
}

fn starts_with_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn drive(text: &str) -> Result<(Origin<'_>, &str), PathError> {
    match text.split_once('/') {
        Some((drive, rest)) if drive.len() == 2 => Ok((Origin::Drive(drive), rest)),
        _ => Err(PathError::DriveRelative),
    }
}

/// Reads `server/share`; what of it is a device is refused.
fn share(text: &str) -> Result<(Origin<'_>, &str), PathError> {
    let mut parts = text.splitn(3, '/');
    let (server, share) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if server == "." || server == "?" {
        return Err(PathError::Device);
    }
    // `\\server\pipe\x` is a named pipe.
    if share == "pipe" || share == "mailslot" {
        return Err(PathError::Device);
    }
    let is_named = |part: &str| !part.is_empty() && !part.ends_with(['.', ' ']);
    if !is_named(server) || !is_named(share) {
        return Err(PathError::Share);
    }
    name(server, true)?;
    name(share, true)?;
    let (origin, rest) = text.split_at_checked(server.len() + 1 + share.len()).ok_or(PathError::Share)?;
    Ok((Origin::Share(origin), rest))
}

/// Checks the names of a path, and drops what Win32 drops at their ends.
fn names(text: &str) -> Result<Vec<&str>, PathError> {
    let mut parts = text.split('/').peekable();
    let mut names = Vec::new();
    while let Some(part) = parts.next() {
        names.push(match part {
            "" | "." | ".." => part,
            part => name(part, parts.peek().is_none())?,
        });
    }
    Ok(names)
}

/// Checks a name, and drops what Win32 drops at its end: one dot, and at the end of the path all dots and blanks.
fn name(part: &str, last: bool) -> Result<&str, PathError> {
    let name = if last { part.trim_end_matches(['.', ' ']) } else { part.strip_suffix('.').unwrap_or(part) };
    if name.is_empty() || name.ends_with(['.', ' ']) {
        return Err(PathError::Trailing);
    }
    if name.contains(|c: char| c < ' ' || "<>\"|?*".contains(c)) {
        return Err(PathError::Character);
    }
    if name.contains(':') {
        return Err(PathError::Stream);
    }
    if is_device(name) {
        return Err(PathError::Device);
    }
    if is_short(name) { Err(PathError::ShortName) } else { Ok(name) }
}

/// Returns whether a name is that of a device, with whatever extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_matches(' ');
    let is_port = |number: &str| {
        let mut chars = number.chars();
        chars.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c)) && chars.next().is_none()
    };
    matches!(stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") || stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).is_some_and(is_port)
}

/// Returns whether a name has the form of those that NTFS makes for programs of the eighties: `progra~1`, `ab12cd~1.txt`.
fn is_short(name: &str) -> bool {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let Some((_, number)) = stem.rsplit_once('~') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number && stem.chars().take(9).count() <= 8 && extension.chars().take(4).count() <= 3 && !extension.contains('.')
}
