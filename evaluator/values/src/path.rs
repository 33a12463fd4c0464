//! `path`: a POSIX path, compared by component in its lexical normal form.
//!
//! Nothing is asked of a file system: `..` is resolved as text. The normal form has no repeated or trailing slash and no
//! `.` component; a relative path keeps leading `..`, and the path of nothing (`a/..`) is `.`.
//!
//! Comparisons have three answers. A relative path is somewhere below or above a folder that isn't known here, so that
//! compared with an absolute one there is no answer; nor for two relative ones that climb differently far (`../src/a`
//! may be `a`), unless it is certain.

use std::borrow::Cow;

/// Why a text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is empty.
    #[error("a path can't be empty")]
    Empty,
    /// It holds a NUL.
    #[error("a path can't hold a NUL character")]
    Nul,
}

crate::words::words! {
    /// A platform, whose rules paths follow.
    Platform { 0 Posix "posix", 1 Windows "windows", 2 MacOs "macos" }
}

/// Returns the normal form by the rules of a platform; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no path there.
pub fn normalize_on(platform: Platform, text: &str) -> Result<Cow<'_, str>, PathError> {
    let _ = platform;
    normalize(text)
}

/// Joins a path to a folder, both in normal form of one platform. An absolute path, or one of a home folder, stays itself.
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    if is_absolute(path) { path.to_owned() } else { normalize(&format!("{base}/{path}")).map_or_else(|_| path.to_owned(), Cow::into_owned) }
}

/// Returns a path in normal form as people of its platform write it.
#[must_use]
pub fn shown(path: &str) -> &str {
    path
}

/// Returns the normal form; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no path.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, PathError> {
    if text.is_empty() {
        return Err(PathError::Empty);
    }
    if text.contains('\0') {
        return Err(PathError::Nul);
    }
    if is_normal(text) {
        return Ok(Cow::Borrowed(text));
    }
    let absolute = is_absolute(text);
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Ok(Cow::Owned(match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }))
}

fn is_normal(text: &str) -> bool {
    if text == "/" || text == "." {
        return true;
    }
    let mut named = is_absolute(text);
    text.strip_prefix('/').unwrap_or(text).split('/').all(|part| match part {
        "" | "." => false,
        ".." => !named,
        _ => {
            named = true;
            true
        }
    })
}

/// Returns whether a path begins at the root.
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// Returns whether path `a` is path `b` or below it, by component; `None` when that can't be known. Both in normal form.
#[must_use]
pub fn within(a: &str, b: &str) -> Option<bool> {
    if is_absolute(a) != is_absolute(b) {
        return None;
    }
    if is_absolute(a) {
        return Some(is_below(a, b));
    }
    let ((climb_a, rest_a), (climb_b, rest_b)) = (climb(a), climb(b));
    if climb_a <= climb_b && rest_b.is_empty() {
        return Some(true);
    }
    (climb_a == climb_b).then(|| is_below(rest_a, rest_b))
}

/// Returns whether two paths are the same; `None` when that can't be known. Both in normal form.
#[must_use]
pub fn same(a: &str, b: &str) -> Option<bool> {
    if is_absolute(a) != is_absolute(b) {
        return None;
    }
    (is_absolute(a) || climb(a).0 == climb(b).0).then(|| a == b)
}

/// Returns whether two sets of paths, each sorted and without duplicates, are the same; `None` when that can't be known.
///
/// Sets that are written alike are the same wherever relative paths begin. Else every path of one is compared with every path of the
/// other, and all those comparisons must have an answer: that is so when all paths begin alike. Time is linear.
#[must_use]
pub fn same_sets<'p>(mut a: impl Iterator<Item = &'p str>, mut b: impl Iterator<Item = &'p str>) -> Option<bool> {
    let (mut differ, mut alike, mut beginning) = (false, true, None);
    let (mut len_a, mut len_b) = (0usize, 0usize);
    loop {
        let (x, y) = (a.next(), b.next());
        (len_a, len_b) = (len_a + usize::from(x.is_some()), len_b + usize::from(y.is_some()));
        if x.is_none() && y.is_none() {
            break;
        }
        differ |= x != y;
        for path in x.into_iter().chain(y) {
            let begins = (is_absolute(path), if is_absolute(path) { 0 } else { climb(path).0 });
            alike &= *beginning.get_or_insert(begins) == begins;
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

/// Returns how often a relative path begins with `..`, and what follows; nothing for `.`.
pub(crate) fn climb(path: &str) -> (usize, &str) {
    let (mut count, mut rest) = (0, path);
    loop {
        match rest {
            ".." => return (count + 1, ""),
            "." => return (count, ""),
            _ => {}
        }
        let Some(next) = rest.strip_prefix("../") else { return (count, rest) };
        (count, rest) = (count + 1, next);
    }
}

/// Compares by component, where `b` is not empty.
fn is_below(a: &str, b: &str) -> bool {
    a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || b == "/")
}

/// Returns the last component; empty for `/`.
#[must_use]
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Returns what follows the last dot of the last component, unless nothing does or nothing stands before it.
#[must_use]
pub fn extension(path: &str) -> Option<&str> {
    let (stem, extension) = name(path).rsplit_once('.')?;
    (!stem.is_empty() && stem != "." && !extension.is_empty()).then_some(extension)
}

/// Returns the path above: of `/` none, of `a` the path `.`, of `..` the path `../..`.
#[must_use]
pub fn parent(path: &str) -> Option<Cow<'_, str>> {
    if path == "/" {
        return None;
    }
    if path == "." {
        return Some(Cow::Borrowed(".."));
    }
    if climb(path).1.is_empty() {
        return Some(Cow::Owned(format!("{path}/..")));
    }
    Some(Cow::Borrowed(match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_normal_form_is_lexical() {
        for (text, normal) in [
            ("/srv//data/./x/", "/srv/data/x"),
            ("/a/../../b", "/b"),
            ("/..", "/"),
            ("//", "/"),
            ("a/../../b", "../b"),
            ("../../x", "../../x"),
            ("a/..", "."),
            ("./", "."),
            ("~/x", "~/x"),
            ("a/...", "a/..."),
            (".bashrc", ".bashrc"),
        ] {
            assert_eq!(normalize(text).unwrap(), normal, "{text}");
        }
        assert!(matches!(normalize("/srv/data"), Ok(Cow::Borrowed(_))));
        assert_eq!(normalize(""), Err(PathError::Empty));
        assert_eq!(normalize("a\0b"), Err(PathError::Nul));
    }

    #[test]
    fn within_goes_by_component() {
        for (a, b, expected) in [
            ("/srv/data", "/srv/data", Some(true)),
            ("/srv/data/x", "/srv/data", Some(true)),
            ("/srv/database", "/srv/data", Some(false)),
            ("/srv", "/srv/data", Some(false)),
            ("/x", "/", Some(true)),
            ("/", "/", Some(true)),
            ("x/y", "x", Some(true)),
            ("xy", "x", Some(false)),
            ("x", ".", Some(true)),
            (".", ".", Some(true)),
            (".", "x", Some(false)),
            ("x", "..", Some(true)),
            ("../x", "..", Some(true)),
            ("../x", "../x", Some(true)),
            ("../../x", "..", None),
            ("../x", ".", None),
            ("../here/secret", "secret", None),
            ("x", "../y", None),
            ("x", "/x", None),
            ("/x", "x", None),
        ] {
            assert_eq!(within(a, b), expected, "{a} within {b}");
        }
    }

    #[test]
    fn equality_of_paths_may_be_unknown() {
        assert_eq!(same("/a", "/a"), Some(true));
        assert_eq!(same("a", "b"), Some(false));
        assert_eq!(same("a", "/a"), None);
        assert_eq!(same("../a", "a"), None);
        assert_eq!(same("../a", "../b"), Some(false));
        assert_eq!(same("..", "."), None);
    }

    #[test]
    fn a_path_has_parts() {
        for (path, last, ext, up) in [
            ("/srv/a.tar.gz", "a.tar.gz", Some("gz"), Some("/srv")),
            ("/a", "a", None, Some("/")),
            ("/", "", None, None),
            ("a", "a", None, Some(".")),
            (".", ".", None, Some("..")),
            ("..", "..", None, Some("../..")),
            ("../a.b", "a.b", Some("b"), Some("..")),
            (".bashrc", ".bashrc", None, Some(".")),
            ("x.", "x.", None, Some(".")),
        ] {
            assert_eq!((name(path), extension(path), parent(path).as_deref()), (last, ext, up), "{path}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(prop_oneof![Just("/"), Just(".."), Just("."), Just("a"), Just("b"), Just("a.b")], 1..12).prop_map(|v| v.concat())
    }

    proptest! {
        #[test]
        fn the_normal_form_is_stable(text in text()) {
            let normal = normalize(&text).unwrap();
            prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
            prop_assert_eq!(is_absolute(&text), is_absolute(&normal));
        }

        /// Joins to a folder, so that relative paths mean something, and compares there.
        #[test]
        fn an_answer_about_relative_paths_holds_in_every_folder(a in text(), b in text(), folder in "(/[ab]){0,3}") {
            let normal = |p: &str| normalize(p).unwrap().into_owned();
            let (a, b) = (normal(&a), normal(&b));
            let joined = |p: &str| if is_absolute(p) { p.to_owned() } else { normal(&format!("{folder}/{p}")) };
            if let Some(answer) = within(&a, &b) {
                // Above the root there is nothing: a climb beyond it is no fair trial of a `false`.
                let deep = climb(&a).0.max(climb(&b).0) <= folder.matches('/').count();
                prop_assert!(within(&joined(&a), &joined(&b)) == Some(answer) || !deep);
            }
            if let Some(answer) = same(&a, &b) {
                prop_assert_eq!(same(&joined(&a), &joined(&b)), Some(answer));
            }
        }

        #[test]
        fn a_path_is_within_its_parent(path in text()) {
            let path = normalize(&path).unwrap();
            if let Some(up) = parent(&path) {
                prop_assert_eq!(normalize(&up).unwrap(), up.as_ref());
                prop_assert_eq!(within(&path, &up), Some(true));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = normalize(&text);
        }
    }

    #[test]
    fn sets_are_compared_where_every_path_can_be() {
        let same = |a: &[&'static str], b: &[&'static str]| super::same_sets(a.iter().copied(), b.iter().copied());
        assert_eq!(same(&["/a", "b"], &["/a", "b"]), Some(true));
        assert_eq!(same(&["/a"], &["/a", "/b"]), Some(false));
        assert_eq!(same(&["a"], &["b"]), Some(false));
        assert_eq!(same(&["a"], &["/a"]), None);
        assert_eq!(same(&["/a"], &["/a", "b"]), None);
        assert_eq!(same(&["../a"], &["a"]), None);
        assert_eq!(same(&[], &["/a", "b"]), Some(false));
        assert_eq!(same(&[], &[]), Some(true));
    }
}
