//! `url`: a URL as the WHATWG URL Standard parses and serialises it.
//!
//! The normal form is the standard's serialisation (`href`), with a host in the normal form of [`crate::host`]: without a
//! trailing dot, IPv4 in place of IPv4-mapped IPv6, and for every scheme (the standard leaves hosts of unknown schemes as
//! they are). Parts are slices of it, so that nothing is parsed twice in a decision.
//!
//! Texts that the standard reads in one way and common clients in another are refused, since what a policy judges must be what
//! the client asks:
//! - controls and blanks anywhere, which the standard drops or encodes;
//! - backslashes before the query, where there is an authority or a path that begins with a slash;
//! - another number of slashes than two behind `http:` and its kin (`https:example.com`, `https:///example.com`), than one or three
//!   behind `file:` (two with a host), and a path that begins with two slashes where there is no authority;
//! - an `@` more than one in the authority, other characters before it than RFC 3986 allows, and an `@` behind an authority
//!   that ends in `?` or `#`;
//! - hosts with percent signs, and whatever else [`crate::host`] refuses; IPv4 hosts with octal numbers
//!   that are other numbers in decimal, or with digits and dots that aren't ASCII;
//! - segments of a path that are dots written `%2e`;
//! - `..` behind a segment like a drive of Windows (`/C:/..`); in `file` also `..` in a path with a colon or an empty segment, `|` in the path, a colon
//!   in the authority, and a drive behind a host.
//!
//! A user name and password are allowed; policies see them as `userinfo`.

use std::borrow::Cow;

use crate::host;

mod parts;
mod refused;

pub use parts::{Parts, parts};

/// The longest URL, in bytes; that of the normal form too.
pub const MAX_BYTES: usize = 16_384;

/// Why a text is no URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It has no scheme, and none was declared as the default.
    #[error("it has no scheme, such as `https:`")]
    Relative,
    /// Its host is none.
    #[error("its host is no domain name and no IP address")]
    Host,
    /// Its port is no number up to 65535.
    #[error("its port is no number up to 65535")]
    Port,
    /// It is longer than [`MAX_BYTES`].
    #[error("a URL has at most {MAX_BYTES} bytes")]
    Length,
    /// It is no URL for another reason, or one that is read in different ways.
    #[error("it can't be parsed as a URL")]
    Invalid,
}

/// Schemes whose URLs may have no slash behind the colon, so that they are no host with a port. IANA's registry of URI schemes,
/// and those of browsers that carry code or another URL.
const OPAQUE_SCHEMES: &[&str] = &[
    "about",
    "bitcoin",
    "blob",
    "cid",
    "data",
    "feed",
    "filesystem",
    "geo",
    "im",
    "intent",
    "jar",
    "javascript",
    "magnet",
    "mailto",
    "market",
    "mid",
    "news",
    "sip",
    "sips",
    "skype",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "xmpp",
];

/// Returns the normal form; borrowed when the text is in it already.
///
/// What precedes the first colon is a scheme if slashes follow, if it is one of `http` and its kin or a scheme that is known to
/// come without slashes (`mailto`, `data`, `javascript` …), or if what follows can't be a port or a password and it has no dot.
/// `localhost:8080` and `user:password@host` are relative.
///
/// # Errors
/// A text that is no URL, or one of those that the module refuses.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, UrlError> {
    check(text)?;
    let (scheme, rest) = split_scheme(text).ok_or(UrlError::Relative)?;
    if is_explicit(scheme, rest) || (!scheme.contains('.') && !may_be_port(rest)) { absolute(text) } else { Err(UrlError::Relative) }
}

/// As [`normalize`], for addresses that may come without a scheme (`example.com/x`, `localhost:8080`), which get this one.
///
/// What precedes the first colon is a scheme if `//` follows, if it is one of `http` and its kin or a scheme that is known to come
/// without slashes; these keep it. Whatever else is read behind `scheme://` (`//example.com` behind `scheme:`), so that another
/// scheme without slashes is taken for a host with a bad port. What begins with a slash, `?` or `#` is relative.
///
/// # Errors
/// A text that is no URL, or one of those that the module refuses; one that is ambiguous (`name:/path`).
pub fn normalize_with<'t>(text: &'t str, scheme: &str) -> Result<Cow<'t, str>, UrlError> {
    check(text)?;
    let owned = |text: String| absolute(&text).map(|normal| Cow::Owned(normal.into_owned()));
    match split_scheme(text) {
        Some((own, rest)) if is_explicit(own, rest) => absolute(text),
        // An empty port, or a scheme that isn't known with a path.
        Some((_, rest)) if rest.starts_with('/') => Err(UrlError::Invalid),
        _ if text.starts_with("//") => owned(format!("{scheme}:{text}")),
        _ if text.is_empty() || text.starts_with(['/', '?', '#']) => Err(UrlError::Relative),
        _ => owned(format!("{scheme}://{text}")),
    }
}

fn check(text: &str) -> Result<(), UrlError> {
    if text.len() > MAX_BYTES {
        Err(UrlError::Length)
    } else if refused::control_or_blank(text) {
        Err(UrlError::Invalid)
    } else {
        Ok(())
    }
}

/// Splits what may be a scheme (RFC 3986, section 3.1) from what follows its colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let tail = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(tail)).then_some((scheme, rest))
}

fn is_explicit(scheme: &str, rest: &str) -> bool {
    rest.starts_with("//") || is_special(scheme) || OPAQUE_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(scheme))
}

/// Returns whether what follows a colon may be a port, or a password and a host.
fn may_be_port(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.contains('@') || (authority.bytes().all(|b| b.is_ascii_digit()) && !rest.starts_with('/'))
}

/// The special schemes of the standard.
fn is_special(scheme: &str) -> bool {
    is_file(scheme) || default_port(scheme).is_some()
}

fn is_file(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("file")
}

/// The default ports of the standard.
fn default_port(scheme: &str) -> Option<u16> {
    const PORTS: &[(&str, u16)] = &[("https", 443), ("http", 80), ("wss", 443), ("ws", 80), ("ftp", 21)];
    PORTS.iter().find(|(s, _)| s.eq_ignore_ascii_case(scheme)).map(|(_, port)| *port)
}

/// Returns the normal form of a text with a scheme.
fn absolute(text: &str) -> Result<Cow<'_, str>, UrlError> {
    let (scheme, rest) = split_scheme(text).ok_or(UrlError::Invalid)?;
    let Some(behind) = rest.strip_prefix("//") else { return without_authority(text, scheme, rest) };
    let (authority, tail) = behind.split_at(behind.find(['/', '?', '#']).unwrap_or(behind.len()));
    let path = refused::before_query(tail);
    if refused::backslash(behind) || refused::at_behind_authority(tail) || odd_path(path) {
        return Err(UrlError::Invalid);
    }
    let (userinfo, place) = match authority.rsplit_once('@') {
        Some((userinfo, place)) => (Some(userinfo), place),
        None => (None, authority),
    };
    if userinfo.is_some_and(refused::odd_userinfo) {
        return Err(UrlError::Invalid);
    }
    let (raw, port) = parts::split_port(place).ok_or(UrlError::Host)?;
    if is_file(scheme) && (authority.contains(':') || path.starts_with("//") || refused::odd_file(path)) {
        return Err(UrlError::Invalid);
    }
    if raw.is_empty() {
        // Only `file` and schemes that the standard doesn't know have URLs without a host, and those no user and no port.
        return if place.is_empty() && userinfo.is_none() && (is_file(scheme) || !is_special(scheme)) { parse(text, None) } else { Err(UrlError::Host) };
    }
    let bracketed = place.starts_with('[');
    if bracketed != raw.contains(':') {
        return Err(UrlError::Host);
    }
    let host = host::normalize(raw).map_err(|_| UrlError::Host)?;
    if !bracketed && host::ip(&host).is_some() && refused::ambiguous_four(raw) {
        return Err(UrlError::Host);
    }
    let port = port_number(port)?.or_else(|| default_port(scheme));
    // `localhost` is no host in `file`, by the standard.
    let expected = if is_file(scheme) && host == "localhost" { None } else { Some((&*host, port)) };
    if host == raw {
        return parse(text, expected);
    }
    let rewritten = rewrite(text, raw, bracketed, &host).ok_or(UrlError::Invalid)?;
    parse(&rewritten, expected).map(|normal| Cow::Owned(normal.into_owned()))
}

/// Puts a host in normal form in the place of that which a text has, with or without brackets.
fn rewrite(text: &str, raw: &str, bracketed: bool, host: &str) -> Option<String> {
    // `raw` is a slice of `text`: its place is that behind the userinfo, of which there is at most one.
    let authority = text.find("//")? + 2;
    let end = text.get(authority..)?.find(['/', '?', '#']).map_or(text.len(), |at| authority + at);
    let start = text.get(authority..end)?.rfind('@').map_or(authority, |at| authority + at + 1);
    let width = raw.len() + if bracketed { 2 } else { 0 };
    let (before, behind) = (text.get(..start)?, text.get(start + width..)?);
    Some(if host.contains(':') { format!("{before}[{host}]{behind}") } else { format!("{before}{host}{behind}") })
}

fn without_authority<'t>(text: &'t str, scheme: &str, rest: &str) -> Result<Cow<'t, str>, UrlError> {
    let hierarchical = rest.starts_with('/');
    let path = refused::before_query(rest);
    if is_special(scheme) && !(is_file(scheme) && hierarchical) {
        return Err(UrlError::Invalid);
    }
    if rest.starts_with('\\') || (hierarchical && (refused::backslash(rest) || odd_path(path))) || (is_file(scheme) && refused::odd_file(path)) {
        return Err(UrlError::Invalid);
    }
    let normal = parse(text, None)?;
    // What follows dots may be two slashes (`a:/.//b`), which would be an authority if the dots went.
    if parts(&normal).path.starts_with("/.//") { Err(UrlError::Invalid) } else { Ok(normal) }
}

fn odd_path(path: &str) -> bool {
    refused::encoded_dots(path) || refused::dots_behind_drive(path)
}

/// Reads the digits of a port; none when there are none.
fn port_number(digits: &str) -> Result<Option<u16>, UrlError> {
    if digits.is_empty() {
        Ok(None)
    } else if digits.bytes().all(|b| b.is_ascii_digit()) {
        digits.parse().map(Some).map_err(|_| UrlError::Port)
    } else {
        Err(UrlError::Port)
    }
}

/// Parses by the standard, which must find the host and port that were found here.
fn parse<'t>(text: &'t str, expected: Option<(&str, Option<u16>)>) -> Result<Cow<'t, str>, UrlError> {
    let url = url::Url::parse(text).map_err(|error| match error {
        url::ParseError::InvalidPort => UrlError::Port,
        url::ParseError::RelativeUrlWithoutBase | url::ParseError::RelativeUrlWithCannotBeABaseBase => UrlError::Invalid,
        url::ParseError::Overflow => UrlError::Length,
        url::ParseError::EmptyHost
        | url::ParseError::IdnaError
        | url::ParseError::InvalidIpv4Address
        | url::ParseError::InvalidIpv6Address
        | url::ParseError::InvalidDomainCharacter => UrlError::Host,
        _ => UrlError::Invalid,
    })?;
    let found = parts(url.as_str());
    let same = match expected {
        Some((host, port)) => found.host == Some(host) && found.port == port,
        None => found.host.is_none() && found.userinfo.is_none(),
    };
    if !same {
        Err(UrlError::Invalid)
    } else if url.as_str().len() > MAX_BYTES {
        Err(UrlError::Length)
    } else if url.as_str() == text {
        Ok(Cow::Borrowed(text))
    } else {
        Ok(Cow::Owned(url.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limit_holds_at_n_and_n_plus_one() {
        let of = |n: usize| format!("https://a.example/{}", "x".repeat(n));
        let room = MAX_BYTES - of(0).len();
        assert!(normalize(&of(room)).is_ok());
        assert_eq!(normalize(&of(room + 1)), Err(UrlError::Length));
        // `é` has two bytes, and six in the normal form.
        let encoded = |n: usize| format!("https://a.example/{}", "é".repeat(n));
        assert!(normalize(&encoded(room / 6)).is_ok());
        assert_eq!(normalize(&encoded(room / 6 + 1)), Err(UrlError::Length));
    }

    fn text() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "http",
            "https",
            "file",
            "foo",
            "data",
            ":",
            "//",
            "/",
            "\\",
            "@",
            "[",
            "]",
            "::1",
            "::ffff:1.2.3.4",
            "1.2.3.4",
            "0x7f",
            "017",
            "a",
            "EXAMPLE.com",
            ".",
            "..",
            "%2e",
            "%41",
            ":80",
            ":8080",
            "?",
            "#",
            "ü",
            "xn--",
            "|",
            "C:",
            "localhost",
            "u:p@",
            "_",
            " ",
        ];
        let start = prop_oneof![Just("https://"), Just("http://"), Just("foo://"), Just("file://"), Just("foo:"), Just("")];
        (start, proptest::collection::vec(proptest::sample::select(PIECES), 0..10)).prop_map(|(start, rest)| format!("{start}{}", rest.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_normal_form_is_stable(text in text()) {
            if let Ok(normal) = normalize(&text) {
                prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
            }
            if let Ok(normal) = normalize_with(&text, "https") {
                prop_assert_eq!(normalize_with(&normal, "https"), Ok(Cow::Borrowed(&*normal)));
                prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
            }
        }

        #[test]
        fn the_parts_are_those_of_the_standard(text in text()) {
            if let Ok(normal) = normalize_with(&text, "https") {
                let (parts, url) = (parts(&normal), url::Url::parse(&normal).unwrap());
                prop_assert_eq!(parts.scheme, url.scheme());
                let userinfo = url.password().map_or_else(|| url.username().to_owned(), |password| format!("{}:{password}", url.username()));
                prop_assert_eq!(parts.userinfo.unwrap_or(""), userinfo);
                prop_assert_eq!(parts.host, url.host_str().filter(|h| !h.is_empty()).map(|h| h.trim_matches(['[', ']'])));
                prop_assert_eq!(parts.port, url.port_or_known_default());
                prop_assert_eq!(parts.path, url.path());
                prop_assert_eq!((parts.query, parts.fragment), (url.query(), url.fragment()));
                if let Some(host) = parts.host {
                    prop_assert_eq!(host::normalize(host), Ok(Cow::Borrowed(host)));
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = (normalize(&text), normalize_with(&text, "https"));
            let _ = parts(&text);
        }
    }
}
