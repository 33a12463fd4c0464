//! Parts of texts in normal form.

use super::Part;
use crate::{email, host, iban, ip, path, url};
use std::borrow::Cow;

/// What a part of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'t> {
    /// A piece of it, or a constant.
    Slice(&'t str),
    /// A number.
    Number(i128),
    /// A truth value.
    Truth(bool),
    /// A text that is made.
    Made(String),
    /// An optional part that isn't there.
    Absent,
    /// A part that policies need not test for, and that isn't there: it has no value.
    Nothing,
}

impl<'t> From<Option<&'t str>> for Found<'t> {
    fn from(slice: Option<&'t str>) -> Self {
        slice.map_or(Self::Absent, Self::Slice)
    }
}

/// Returns the path of a URL as a path. It is none where servers disagree on what it names: with an empty component, or with a slash or
/// backslash that is percent-encoded.
fn url_path(path: &str) -> Found<'_> {
    let encoded = |path: &str| path.as_bytes().windows(3).any(|three| matches!(three, [b'%', b'2', b'f' | b'F'] | [b'%', b'5', b'c' | b'C']));
    if !path.starts_with('/') || path.contains("//") || encoded(path) {
        return Found::Nothing;
    }
    match path::normalize(path) {
        Ok(Cow::Borrowed(normal)) => Found::Slice(normal),
        Ok(Cow::Owned(normal)) => Found::Made(normal),
        Err(_) => Found::Nothing,
    }
}

/// Finds a part of a text in normal form; none for parts of command lines and queries, which are taken apart when they enter.
#[must_use]
pub fn part_of(text: &str, part: Part) -> Option<Found<'_>> {
    Some(match part {
        Part::PathAbsolute => path::absolute(text).map_or(Found::Nothing, Found::Truth),
        Part::PathName => Found::Slice(path::name(text)),
        Part::PathExtension => path::extension(text).into(),
        Part::PathParent => match path::parent(text) {
            Some(Cow::Borrowed(parent)) => Found::Slice(parent),
            Some(Cow::Owned(parent)) => Found::Made(parent),
            None => Found::Absent,
        },
        Part::EmailLocal => Found::Slice(email::local(text)),
        Part::EmailDomain => Found::Slice(email::domain(text)),
        Part::UrlScheme => Found::Slice(url::parts(text).scheme),
        Part::UrlHost => url::parts(text).host.map_or(Found::Nothing, Found::Slice),
        Part::UrlPort => url::parts(text).port.map_or(Found::Absent, |port| Found::Number(port.into())),
        Part::UrlPath => url_path(url::parts(text).path),
        Part::UrlQuery => url::parts(text).query.into(),
        Part::UrlFragment => url::parts(text).fragment.into(),
        Part::UrlUser => url::parts(text).userinfo.into(),
        Part::HostIp => host::ip(text).into(),
        Part::HostRegistrable => host::registrable(text).into(),
        Part::IpVersion => Found::Number(ip::version(text).into()),
        Part::IbanCountry => Found::Slice(iban::country(text)),
        _ => return None,
    })
}
