//! `host`: a domain name in its ASCII form (IDNA, UTS 46), or an IP address, compared by label.
//!
//! The normal form of a name is lower case, Punycode, without a trailing dot; of an address that of [`crate::ip`] (an IPv6
//! address without brackets). A last label that is a number makes it an IPv4 address in one of its spellings, as in WHATWG URL.

use std::borrow::Cow;

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// It is empty.
    #[error("a host can't be empty")]
    Empty,
    /// It is no domain name and no address.
    #[error("it is no domain name and no IP address")]
    Invalid,
}

/// Returns the normal form; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no host.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, HostError> {
    let _ = text;
    Err(HostError::Invalid)
}

/// Returns the address that a host in normal form is, in the normal form of [`crate::ip`]; none for a name.
#[must_use]
pub fn ip(host: &str) -> Option<&str> {
    let _ = host;
    None
}

/// Returns whether a host is a domain or below it, by label. Both in normal form. An address is within itself alone.
#[must_use]
pub fn within(host: &str, domain: &str) -> bool {
    let _ = (host, domain);
    false
}

/// Returns the part of a name that somebody registered: the public suffix and one label (`shop.co.uk` of `www.shop.co.uk`).
/// None for an address, a public suffix and a name of one label.
#[must_use]
pub fn registrable(host: &str) -> Option<&str> {
    let _ = host;
    None
}

/// Returns whether anybody may register names right below it: `com`, `co.uk`, `github.io`. Never an address.
#[must_use]
pub fn is_public_suffix(host: &str) -> bool {
    let _ = host;
    false
}
