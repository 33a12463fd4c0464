//! What is asked of paths of POSIX and macOS, as sets of texts.
//!
//! Constants that begin at the root, or at the folder where relative paths begin, and globs that do, are understood. What is asked of
//! others is left open, as are the paths of Windows.

use std::cell::Cell;

use reach_values::path::Platform;
use reach_values::pattern::Pattern;

use super::expression::Re;
use super::texts::Says;

/// Paths that begin at the root.
const ROOTED: &str = r"/(?:[^/].*)?";
/// Paths that begin anywhere else than at a folder that isn't known, or climb out of it.
const ELSEWHERE: &str = r"[/~].*|\.\.(?:/.*)?";
/// Paths that name nothing themselves.
const NAMELESS: &str = r"\.|\.\.(?:/\.\.)*|~[^/]*(?:/\.\.)*";

/// Where a constant begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Root,
    Folder,
}

impl Begins {
    /// Returns where a path in normal form begins; none where that is left open here.
    fn of(path: &str) -> Option<Self> {
        match path.as_bytes() {
            [b'/', b'/', ..] | [b'~', ..] | [b'.', b'/', ..] => None,
            [b'/', ..] => Some(Self::Root),
            _ if path == ".." || path.starts_with("../") => None,
            _ => Some(Self::Folder),
        }
    }

    /// Returns the paths that begin there too.
    fn alike(self) -> Option<Says> {
        Some(match self {
            Self::Root => Says::In(Re::whole(ROOTED)?),
            Self::Folder => Says::not(Says::In(Re::whole(ELSEWHERE)?)),
        })
    }
}

/// The values of the type.
pub(super) fn domain(platform: Platform) -> Option<Re> {
    if platform != Platform::Posix {
        return None;
    }
    let name = |first: &str| format!(r"(?:{first}[^/\x00]*|\.[^/.\x00][^/\x00]*|\.\.[^/\x00]+)");
    let (any, plain) = (name(r"[^/.\x00]"), name(r"[^/.~\x00]"));
    let names = format!("{any}(?:/{any})*");
    Re::whole(&format!(
        r"/(?:{names})?|\.|{plain}(?:/{any})*|\./~[^/\x00]*(?:/{any})*|\.\.(?:/\.\.)*(?:/{names})?|~[^/\x00]*(?:/\.\.)*(?:/{names})?"
    ))
}

/// Where a path is the same as a constant, or where it isn't.
pub(super) fn same(path: &str, truth: bool) -> Option<Says> {
    let equal = Says::Equals(path.to_owned());
    if truth {
        // Texts that are written alike can always be compared.
        return Some(equal);
    }
    Some(Says::All(vec![Begins::of(path)?.alike()?, Says::not(equal)]))
}

/// Where a path is a constant or below it, or where it isn't.
pub(super) fn within(path: &str, truth: bool) -> Option<Says> {
    let begins = Begins::of(path)?;
    let alike = begins.alike()?;
    if matches!(path, "/" | ".") {
        return Some(if truth { alike } else { Says::Any(Vec::new()) });
    }
    let below = Re::Concat(vec![Re::Text(format!("{path}/")), Re::All]);
    let inside = Says::Any(vec![Says::Equals(path.to_owned()), Says::In(below)]);
    Some(if truth { inside } else { Says::All(vec![alike, Says::not(inside)]) })
}

/// Where a glob matches a path, or where it doesn't.
pub(super) fn glob(text: &str, nocase: bool, truth: bool) -> Option<Says> {
    if matches!(text, "*" | "**" | "**/*") {
        return Some(Says::constant(truth));
    }
    let pattern = Pattern::glob(text, nocase).ok()?;
    let fits = Re::search(pattern.expression(), nocase)?;
    if sees_names(&pattern) {
        return name_fits(fits, truth);
    }
    let begins = match text.as_bytes() {
        [b'/', b'/' | b'{' | b'\\', ..] => return None,
        [b'/', ..] => Begins::Root,
        [first, ..] if first.is_ascii_alphanumeric() => Begins::Folder,
        _ => return None,
    };
    let fits = Says::In(fits);
    if !truth {
        return Some(Says::All(vec![begins.alike()?, Says::not(fits)]));
    }
    // A relative glob has no match for the folder itself, whose dot only a wildcard would take.
    Some(Says::All(vec![begins.alike()?, fits]))
}

/// Tells whether a glob looks at the last component alone.
fn sees_names(pattern: &Pattern) -> bool {
    let names = Cell::new(false);
    let _ = pattern.matches_by("/zq/zr", |seen| {
        names.set(seen == "zr");
        false
    });
    names.get()
}

/// Where the last component is in a set, or where it isn't: paths without one have no answer.
fn name_fits(fits: Re, truth: bool) -> Option<Says> {
    let name = Re::Both(vec![fits, Re::whole("[^/]*")?]);
    let folders = Re::Repeat(Box::new(Re::whole("(?:.*/)")?), 0, Some(1));
    let fits = Says::In(Re::Concat(vec![folders, name]));
    let named = Says::not(Says::In(Re::whole(NAMELESS)?));
    Some(Says::All(vec![named, if truth { fits } else { Says::not(fits) }]))
}
