//! `path`: a path of POSIX, Windows or macOS, compared by component in its lexical normal form.
//!
//! Nothing is asked of a file system: `..` is resolved as text, and links are not followed. The normal form has no repeated or trailing
//! slash and no `.` component; a relative path keeps leading `..`, and the path of nothing (`a/..`) is `.`.
//!
//! The normal forms of all platforms are one family, so that what compares them need not know the platform:
//!
//! | begins with | at | example |
//! |---|---|---|
//! | `/` | the root of POSIX or macOS | `/srv/data` |
//! | `//c:/` | a drive of Windows | `//c:/users/ann` |
//! | `//server/share` | a share of a server | `//files/team/a.txt` |
//! | `~`, `~user` | a home folder that isn't known | `~/.ssh` |
//! | anything else | a folder that isn't known | `src/a.rs`, `../a`, `.`, and `./~x` for a name that begins with a tilde |
//!
//! Two slashes begin no normal form of POSIX. A tilde begins a home path because shells and many tools take it so; others don't, and
//! then it is a name. So a home path is compared with another of the same home only.
//!
//! Comparisons have three answers. A relative path is somewhere below or above a folder that isn't known here, so that
//! compared with an absolute one there is no answer; nor for two relative ones that climb differently far (`../src/a`
//! may be `a`), unless it is certain.
//!
//! On POSIX the characters of a name are what they are: case and Unicode normalization count. On Windows and macOS the normal form is
//! folded to one case ([`Platform`] says by what rules); [`shown`] is for people.

mod error;
mod macos;
mod origin;
mod platform;
mod posix;
#[cfg(test)]
mod tests;
mod windows;

pub use error::PathError;
pub(crate) use origin::{Origin, Route};
pub use platform::Platform;
use std::borrow::Cow;

/// How globs bring literal text to normal form.
pub(crate) mod literal {
    pub(crate) use super::macos::{DATA, LINKED, fold, is_invisible};
    pub(crate) use super::windows::fold_char;
}

/// Returns the normal form of a path of POSIX; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no path.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, PathError> {
    posix::normalize(text)
}

/// Returns the normal form of a path of a platform; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no path of this platform, or one of which can't be known what it names.
pub fn normalize_on(platform: Platform, text: &str) -> Result<Cow<'_, str>, PathError> {
    match platform {
        Platform::Posix => posix::normalize(text),
        Platform::Windows => windows::normalize(text),
        Platform::MacOs => macos::normalize(text),
    }
}

/// Returns where a path leads that is read at `base`: an absolute one or one of a home to itself. Both in normal form, of one platform.
///
/// On macOS the result may be no normal form: see [`join_on`].
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    let (base, next) = (Route::of(base), Route::of(path));
    if next.origin != Origin::Folder {
        return path.to_owned();
    }
    let up = |climb| std::iter::repeat_n("..", climb);
    let parts = up(base.climb).chain(base.names()).chain(up(next.climb)).chain(next.names());
    origin::render(base.origin, &origin::resolve(base.origin, parts))
}

/// Returns where a path of a platform leads that is read at `base`, in normal form: [`join`], and what only the whole path tells.
///
/// On macOS `private/etc` is a detour at `/` alone.
///
/// # Errors
/// A path of which can't be known what it names there.
pub fn join_on(platform: Platform, base: &str, path: &str) -> Result<String, PathError> {
    let joined = join(base, path);
    if platform != Platform::MacOs {
        return Ok(joined);
    }
    normalize_on(platform, &joined).map(Cow::into_owned)
}

/// Returns a path in normal form as people write it: a drive without the two slashes before it.
#[must_use]
pub fn shown(path: &str) -> &str {
    match Route::of(path).origin {
        Origin::Drive(_) => path.strip_prefix("//").unwrap_or(path),
        _ => path,
    }
}

/// Returns whether a path begins at the root, a drive or a share.
///
/// A home path doesn't, though it does where its tilde is replaced: see [`absolute`].
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// Returns whether a path in normal form is absolute; `None` for a home path, which is where its tilde is replaced, and nowhere else.
#[must_use]
pub fn absolute(path: &str) -> Option<bool> {
    (!path.starts_with('~')).then(|| is_absolute(path))
}

/// Returns whether path `a` is path `b` or below it, by component; `None` when that can't be known. Both in normal form.
#[must_use]
pub fn within(a: &str, b: &str) -> Option<bool> {
    let (x, y) = (Route::of(a), Route::of(b));
    if !x.origin.is_comparable(y.origin) {
        return None;
    }
    if x.origin != y.origin {
        return Some(false);
    }
    if x.climb <= y.climb && y.rest.is_empty() {
        return Some(true);
    }
    (x.climb == y.climb).then(|| is_below(x.rest, y.rest))
}

/// Returns whether two paths are the same; `None` when that can't be known. Both in normal form.
#[must_use]
pub fn same(a: &str, b: &str) -> Option<bool> {
    let (x, y) = (Route::of(a), Route::of(b));
    (x.origin.is_comparable(y.origin) && x.climb == y.climb).then(|| a == b)
}

/// Returns whether two sets of paths, each sorted and without duplicates, are the same; `None` when that can't be known.
///
/// Sets that are written alike are the same wherever relative paths begin. Else every path of one is compared with every path of the
/// other, and all those comparisons must have an answer: that is so when all paths begin alike. Time is linear.
#[must_use]
pub fn same_sets<'p>(mut a: impl Iterator<Item = &'p str>, mut b: impl Iterator<Item = &'p str>) -> Option<bool> {
    let (mut differ, mut alike) = (false, true);
    let mut beginning: Option<Route<'p>> = None;
    let (mut len_a, mut len_b) = (0usize, 0usize);
    loop {
        let (x, y) = (a.next(), b.next());
        (len_a, len_b) = (len_a + usize::from(x.is_some()), len_b + usize::from(y.is_some()));
        if x.is_none() && y.is_none() {
            break;
        }
        differ |= x != y;
        for path in x.into_iter().chain(y) {
            let route = Route::of(path);
            let first = *beginning.get_or_insert(route);
            alike &= route.climb == first.climb && route.origin.is_comparable(first.origin);
        }
    }
    if !differ {
        Some(true)
    } else if alike || len_a == 0 || len_b == 0 {
        Some(false)
    } else {
        None
    }
}

/// Compares named components that begin at the same place.
fn is_below(a: &str, b: &str) -> bool {
    b.is_empty() || a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the last component; empty for a root. Of a path that names none it is what stands there: `.`, `..`, `~`.
#[must_use]
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Returns what follows the last dot of the last component, unless nothing does or nothing stands before it.
#[must_use]
pub fn extension(path: &str) -> Option<&str> {
    let (_, last) = Route::of(path).rest.rsplit_once('/').unwrap_or(("", Route::of(path).rest));
    let (stem, extension) = last.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

/// Returns the path above: of `/` none, of `a` the path `.`, of `..` the path `../..`, of `~` the path `~/..`.
#[must_use]
pub fn parent(path: &str) -> Option<Cow<'_, str>> {
    let route = Route::of(path);
    match (route.origin, route.rest.rsplit_once('/')) {
        (Origin::Root | Origin::Drive(_) | Origin::Share(_), _) if route.rest.is_empty() => None,
        (Origin::Folder, _) if path == "." => Some(Cow::Borrowed("..")),
        (Origin::Folder | Origin::Home(_), _) if route.rest.is_empty() => Some(Cow::Owned(format!("{path}/.."))),
        (Origin::Root, None) => Some(Cow::Borrowed("/")),
        // The slash stays: `//c:/`.
        (Origin::Drive(_), None) => path.get(..path.len() - route.rest.len()).map(Cow::Borrowed),
        (Origin::Folder, None) if route.climb == 0 => Some(Cow::Borrowed(".")),
        _ => path.rsplit_once('/').map(|(parent, _)| Cow::Borrowed(parent)),
    }
}
