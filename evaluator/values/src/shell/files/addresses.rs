//! Files that are named by addresses (RFC 8089), or as values of a program that fetches them.

use super::super::word::Word;
use super::entry::Role;
use super::{Both, add_text};

/// Schemes of what lies elsewhere.
const REMOTE: &[&str] = &["http", "https", "ftp", "ftps", "ssh", "git", "git+ssh", "git+https", "s3"];

/// Adds the files that addresses name. One that isn't understood may be of a file, too.
pub(super) fn add(args: &[Word], role: Role, both: &mut Both<'_>) {
    for word in args {
        let text = word.value.as_deref().unwrap_or(&word.prefix);
        for (at, _) in text.match_indices("://") {
            let scheme = scheme(text.get(..at).unwrap_or(""));
            if !REMOTE.contains(&&*scheme) && scheme != "file" {
                both.more(role);
            }
        }
        // ASCII letters alone change, so that places stay.
        for (at, scheme) in text.to_ascii_lowercase().match_indices("file:") {
            let before = text.get(..at).unwrap_or("");
            // Attached to an option of one letter, or to its name by a sign.
            let begins = !before.ends_with(|c: char| c.is_ascii_alphanumeric()) || (before.len() == 2 && before.starts_with('-'));
            if begins {
                file(text.get(at + scheme.len()..).unwrap_or(""), word.value.is_some(), role, both);
            }
        }
        // What follows may complete the scheme.
        let last = text.rsplit('=').next().unwrap_or("").to_ascii_lowercase();
        if word.value.is_none() && !word.process && "file:".starts_with(&last) {
            both.more(role);
        }
    }
}

/// Returns what may be a scheme at the end of a text.
fn scheme(text: &str) -> String {
    let begin = text
        .rfind(|c: char| !c.is_ascii_alphanumeric() && !"+.-".contains(c))
        .map_or(0, |at| at + text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8));
    text.get(begin..).unwrap_or("").to_ascii_lowercase()
}

/// Adds the file of an address behind its scheme.
fn file(rest: &str, whole: bool, role: Role, both: &mut Both<'_>) {
    let path = match rest.strip_prefix("//") {
        // A host, which is ignored.
        Some(host) => host.find('/').and_then(|at| host.get(at..)),
        None => Some(rest),
    };
    let path = path.map(|p| p.split(['?', '#']).next().unwrap_or(p)).and_then(decoded).filter(|p| whole && !p.is_empty());
    // Several, or another, by signs of `curl`.
    if path.as_ref().is_none_or(|p| p.contains(['{', '[', '\0'])) {
        both.more(role);
    }
    let Some(path) = path else { return };
    if matches!(role, Role::Reads | Role::Both) {
        add_text(&mut both.reads, &path, false, both.folder);
    }
    if matches!(role, Role::Writes | Role::Both) {
        add_text(&mut both.writes, &path, false, both.folder);
    }
}

/// Returns a text without its percent signs.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| char::from(b?).to_digit(16).and_then(|d| u8::try_from(d).ok());
        bytes.push(if byte == b'%' { hex(rest.next())? << 4 | hex(rest.next())? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

/// Adds the files of `curl`: those of addresses, and those whose content is sent.
pub(super) fn curl(args: &[Word], both: &mut Both<'_>) {
    let text = |w: &Word| w.value.clone().unwrap_or_else(|| w.prefix.clone());
    let texts: Vec<String> = args.iter().map(text).collect();
    // An address is written where something is sent to it.
    let sends = texts.iter().any(|t| t.starts_with("--upl") || (t.starts_with('-') && !t.starts_with("--") && t.contains('T')));
    add(args, if sends { Role::Both } else { Role::Reads }, both);
    for text in &texts {
        both.writes.more |= text.to_ascii_lowercase().contains("%output");
        // Signs that make several addresses may make a scheme.
        let globs = !text.starts_with('-') && text.contains(['{', '[']);
        let values = ["=@", "=<"].iter().filter_map(|sign| text.split_once(sign)).map(|(_, name)| name);
        let letters = text.trim_start_matches('-');
        let first = letters.strip_prefix('@').or_else(|| letters.get(1..).and_then(|l| l.strip_prefix('@')));
        let mut named = false;
        for name in values.chain(first) {
            named = true;
            let name = name.split([';', ',']).next().unwrap_or(name);
            if !matches!(name, "" | "-") {
                add_text(&mut both.reads, name, false, both.folder);
            }
        }
        both.reads.more |= globs || named;
    }
}
