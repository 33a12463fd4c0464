//! `url`: a URL as the WHATWG URL Standard parses and serialises it.
//!
//! The normal form is the standard's serialisation (`href`). Parts are slices of it, so that nothing is parsed twice in a decision.

use std::borrow::Cow;

/// The longest URL, in bytes.
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
    /// It is no URL for another reason.
    #[error("it can't be parsed as a URL")]
    Invalid,
}

/// Returns the normal form; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no URL.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, UrlError> {
    let _ = text;
    Err(UrlError::Invalid)
}

/// As [`normalize`], for addresses that may come without a scheme (`example.com/x`, `localhost:8080`), which get this one.
///
/// # Errors
/// A text that is no URL.
pub fn normalize_with<'t>(text: &'t str, scheme: &str) -> Result<Cow<'t, str>, UrlError> {
    let _ = (text, scheme);
    Err(UrlError::Invalid)
}

/// The parts of a URL in normal form, as slices of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'u> {
    /// The scheme, without the colon.
    pub scheme: &'u str,
    /// The user name and password before the `@`, as written (percent-encoded); none without `@`.
    pub userinfo: Option<&'u str>,
    /// The host in the normal form of [`crate::host`] (IPv6 without brackets); none where the URL has none (`data:`, `file:///x`).
    pub host: Option<&'u str>,
    /// The port: that which is written, else the scheme's own; none where the scheme has none.
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
    let _ = url;
    Parts::default()
}
