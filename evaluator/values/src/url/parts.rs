//! The parts of a URL in normal form.

/// The parts of a URL in normal form, as slices of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'u> {
    /// The scheme, without the colon.
    pub scheme: &'u str,
    /// The user name and password before the `@`, as written (percent-encoded); none without `@`.
    pub userinfo: Option<&'u str>,
    /// The host in the normal form of [`crate::host`] (IPv6 without brackets); none where the URL has none (`data:`, `file:///x`).
    pub host: Option<&'u str>,
    /// The port: that which is written, else the scheme's own; none where the scheme has none. Only the schemes that the
    /// WHATWG URL Standard calls special have one (`ftp`, `http`, `https`, `ws`, `wss`).
    pub port: Option<u16>,
    /// The path, percent-encoded; begins with a slash where the URL is hierarchical.
    pub path: &'u str,
    /// Behind the `?`.
    pub query: Option<&'u str>,
    /// Behind the `#`.
    pub fragment: Option<&'u str>,
}

/// Takes a URL in normal form apart, without allocation.
#[must_use]
pub fn parts(url: &str) -> Parts<'_> {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let (rest, fragment) = cut(rest, '#');
    let (rest, query) = cut(rest, '?');
    let Some(rest) = rest.strip_prefix("//") else {
        return Parts { scheme, path: rest, query, fragment, ..Parts::default() };
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (userinfo, place) = match authority.rsplit_once('@') {
        Some((userinfo, place)) => (Some(userinfo), place),
        None => (None, authority),
    };
    let (host, port) = split_port(place).unwrap_or((place, ""));
    let port = if port.is_empty() { super::default_port(scheme) } else { port.parse().ok() };
    let (host, port) = if host.is_empty() { (None, None) } else { (Some(host), port) };
    Parts { scheme, userinfo, host, port, path, query, fragment }
}

/// Splits at the first such character, which goes with neither.
fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

/// Splits a host, without its brackets, from the text of its port, without the colon; none when brackets aren't closed or something follows them.
pub(super) fn split_port(place: &str) -> Option<(&str, &str)> {
    if let Some(rest) = place.strip_prefix('[') {
        let (six, behind) = rest.split_once(']')?;
        return if behind.is_empty() { Some((six, "")) } else { behind.strip_prefix(':').map(|port| (six, port)) };
    }
    Some(place.split_once(':').unwrap_or((place, "")))
}
