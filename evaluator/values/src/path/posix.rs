//! The normal form of a path of POSIX.

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
    if is_normal(text) {
        return Ok(Cow::Borrowed(text));
    }
    let (origin, rest) = begin(text);
    Ok(Cow::Owned(render(origin, &resolve(origin, rest.split('/')))))
}

/// Returns where a text begins, and what follows.
pub(super) fn begin(text: &str) -> (Origin<'_>, &str) {
    if let Some(rest) = text.strip_prefix('/') {
        return (Origin::Root, rest);
    }
    if text.starts_with('~') {
        let (home, rest) = text.split_once('/').unwrap_or((text, ""));
        return (Origin::Home(home), rest);
    }
    (Origin::Folder, text)
}

fn is_normal(text: &str) -> bool {
    if text == "/" || text == "." {
        return true;
    }
    let (origin, rest) = begin(text);
    if matches!(origin, Origin::Home(home) if home.len() == text.len()) {
        return true;
    }
    let rest = if origin == Origin::Folder && rest.starts_with("./~") { rest.strip_prefix("./").unwrap_or(rest) } else { rest };
    let mut named = origin.is_absolute();
    rest.split('/').all(|part| match part {
        "" | "." => false,
        ".." => !named,
        _ => {
            named = true;
            true
        }
    })
}
