//! What is refused although the standard would read it: texts that common clients read differently.
//!
//! The value that a policy judges must be that which the agent's client asks. [`super`] lists these refusals; each function here is one.

/// Returns whether a character is a control or a blank. The standard drops tabs and line ends anywhere and blanks around a URL, and encodes others;
/// clients end the URL there, keep them or put them into the request (Orange Tsai, "A New Era of SSRF", 2017; CVE-2023-24329).
pub(super) fn control_or_blank(text: &str) -> bool {
    text.bytes().any(|b| b <= b' ' || b == 0x7f) || (!text.is_ascii() && text.chars().any(|c| c.is_control() || c.is_whitespace()))
}

/// Returns whether a backslash stands before the query: a slash to the standard in `http` and its kin, a character like others to RFC 3986
/// (`https://good.example\@evil.example`).
pub(super) fn backslash(rest: &str) -> bool {
    before_query(rest).contains('\\')
}

/// Returns whether an authority has a second `@`, or anything before the `@` that RFC 3986, section 3.2.1, doesn't allow there
/// (`https://a@good.example@evil.example`, `https://good.example[@evil.example` of CVE-2024-22243).
pub(super) fn odd_userinfo(userinfo: &str) -> bool {
    !userinfo.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:%".contains(&b))
}

/// Returns whether an `@` follows an authority that ends in `?` or `#` without a slash: clients have taken all up to it for a user
/// (`http://good.example#@evil.example/`, CVE-2016-8624).
pub(super) fn at_behind_authority(tail: &str) -> bool {
    !tail.starts_with('/') && tail.contains('@')
}

/// Returns whether a segment of the path is a dot or two of which one is written `%2e`: the standard resolves these as it does `.` and `..`;
/// clients that keep to RFC 3986 send them.
pub(super) fn encoded_dots(path: &str) -> bool {
    let is_dots = |segment: &str| {
        let mut rest = segment;
        let mut count = 0;
        while let Some(next) = rest.strip_prefix('.').or_else(|| rest.strip_prefix("%2e")).or_else(|| rest.strip_prefix("%2E")) {
            (rest, count) = (next, count + 1);
        }
        rest.is_empty() && (1..=2).contains(&count)
    };
    path.contains('%') && path.split('/').any(|segment| segment.contains('%') && is_dots(segment))
}

/// Returns whether an IPv4 host is another address to some readers, or isn't ASCII, which only clients with UTS 46 take for an address.
pub(super) fn ambiguous_four(host: &str) -> bool {
    !host.is_ascii() || crate::ip::reads_differently(host)
}

/// Returns whether a path has `..` behind a segment like a drive of Windows (`C:`, `c|`): the crate `url` climbs above none, in any scheme,
/// where the standard doesn't do so in `file` alone, and only for the first segment.
pub(super) fn dots_behind_drive(path: &str) -> bool {
    let mut segments = path.split('/');
    path.contains("..")
        && segments.by_ref().any(|s| matches!(s.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic()))
        && segments.any(|s| s == "..")
}

/// Returns whether the path of a `file` URL has `|`, a colon to the standard in a drive, or dots in a path with a colon or an empty segment,
/// on which the implementations of the standard differ (the crate `url` drops what is empty behind dots; Node 20 doesn't climb above `a:b`).
pub(super) fn odd_file(path: &str) -> bool {
    path.contains('|') || (path.split('/').any(|s| matches!(s, "." | "..")) && (path.contains(':') || path.contains("//")))
}

/// Returns what stands before the query and the fragment.
pub(super) fn before_query(rest: &str) -> &str {
    rest.split(['?', '#']).next().unwrap_or(rest)
}
