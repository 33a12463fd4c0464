//! Paths of POSIX, Windows and macOS.

use crate::path::{self, Platform, Route};
use crate::pattern::{MAX_BYTES, Pattern, PatternError};

/// Reads any bytes as a path of each platform, a blank line, and another path or a glob.
///
/// # Panics
/// Where a normal form isn't stable, a path isn't within its parent, or a glob that says a path plainly doesn't match it.
pub fn fuzz_paths(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, second) = text.split_once('\n').unwrap_or((&text, "a/../~b"));
    for platform in Platform::ALL {
        let Ok(one) = path::normalize_on(platform, first) else { continue };
        check(platform, &one);
        if let Ok(pattern) = Pattern::glob_on(platform, second, false) {
            let _ = pattern.matches(&one);
        }
        let Ok(other) = path::normalize_on(platform, second) else { continue };
        let (there, back) = (path::within(&one, &other), path::within(&other, &one));
        assert_eq!(there.is_some() && back == there && there == Some(true), path::same(&one, &other) == Some(true), "two within each other are the same");
        assert_eq!(path::same(&one, &other), path::same(&other, &one), "what is the same is so both ways");
        let joined = path::join(&one, &other);
        assert_eq!(path::join(&joined, "."), joined, "to join nothing changes nothing");
        if let Ok(joined) = path::join_on(platform, &one, &other) {
            assert_eq!(path::normalize_on(platform, &joined).as_deref(), Ok(&*joined), "what is joined is in normal form");
        }
    }
}

fn check(platform: Platform, normal: &str) {
    assert_eq!(path::normalize_on(platform, normal).as_deref(), Ok(normal), "a normal form is stable");
    let shown = path::shown(normal);
    assert_eq!(path::normalize_on(platform, shown).as_deref(), Ok(normal), "what people see is read again");
    assert_eq!(path::same(normal, normal), Some(true), "a path is itself");
    if let Some(up) = path::parent(normal) {
        assert_eq!(path::within(normal, &up), Some(true), "a path is within its parent");
    }
    let route = Route::of(normal);
    let plain = glob_of(normal);
    if route.climb == 0 && !route.is_nameless() && plain.len() <= MAX_BYTES {
        let matched = Pattern::glob_on(platform, &plain, false).map(|pattern| pattern.matches(normal));
        // Globs about `/private` are refused where they aren't plain, as they are with a brace that is made so.
        assert!(matches!(matched, Ok(Some(true)) | Err(PatternError::Alias)), "a glob that says a path plainly matches it: {plain} {matched:?}");
    }
}

/// Writes the glob that says a path plainly.
fn glob_of(normal: &str) -> String {
    let shown = path::shown(normal);
    let mut glob = String::with_capacity(shown.len() + 2);
    for c in shown.strip_prefix("./").unwrap_or(shown).chars() {
        if "*?[]{},\\!".contains(c) || c == '~' && shown.starts_with("./") {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}
