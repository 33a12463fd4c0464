//! `host`: a domain name in its ASCII form (IDNA, UTS 46), or an IP address, compared by label.
//!
//! The normal form of a name is lower case, Punycode, without a trailing dot; of an address that of [`crate::ip`] (an IPv6
//! address without brackets). A last label that is a number makes it an IPv4 address in one of its spellings, as in WHATWG URL.
//!
//! Names go through the standard's "domain to ASCII" (UTS 46, non-transitional, with the checks of joiners and of
//! right-to-left labels), and are held to more than it asks: labels have letters, digits, hyphens and underscores only (RFC 1123,
//! section 2.1; underscores by RFC 8552), 1 to 63 of them, and names have 253 bytes at most (RFC 1035, section 2.3.4). Percent signs
//! are refused, since some clients decode them and others do not, and so are zones of IPv6 addresses.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use idna::AsciiDenyList;
use idna::uts46::verify_dns_length;

use crate::ip as address;

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

/// The longest text that is read as a host, in bytes: a name of 253 characters of four bytes each fits. Punycode takes time that is
/// quadratic in a label, so that the length must be bounded before it.
const MAX_TEXT_BYTES: usize = 1024;

/// Returns the normal form; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no host.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, HostError> {
    if text.is_empty() {
        return Err(HostError::Empty);
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(HostError::Invalid);
    }
    if is_plain(text) {
        return Ok(Cow::Borrowed(text));
    }
    let bracketed = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    if bracketed.is_some() || text.contains(':') {
        let six = Some(bracketed.unwrap_or(text)).filter(|t| t.contains(':'));
        return six.and_then(|t| address::normalize(t).ok()).ok_or(HostError::Invalid);
    }
    match idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::URL).map_err(|_| HostError::Invalid)? {
        Cow::Borrowed(name) => name_or_four(name),
        Cow::Owned(name) => name_or_four(&name).map(|host| Cow::Owned(host.into_owned())),
    }
}

/// Checks a name in ASCII and lower case, and reads it as IPv4 if its last label is a number.
fn name_or_four(name: &str) -> Result<Cow<'_, str>, HostError> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if !verify_dns_length(name, false) || !name.bytes().all(|b| b == b'.' || is_label_byte(b)) {
        return Err(HostError::Invalid);
    }
    if !ends_in_a_number(name) {
        return Ok(Cow::Borrowed(name));
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return Ok(Cow::Borrowed(name));
    }
    address::number_forms(name).map(|four| Cow::Owned(four.to_string())).ok_or(HostError::Invalid)
}

/// Returns whether a text is a name in normal form that needs no look at Punycode.
fn is_plain(text: &str) -> bool {
    let label = |l: &str| (1..=63).contains(&l.len()) && !l.starts_with("xn--") && l.bytes().all(is_label_byte);
    text.len() <= 253 && text.split('.').all(label) && !ends_in_a_number(text)
}

fn is_label_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// As in the WHATWG URL Standard, of a name in lower case without a trailing dot.
fn ends_in_a_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    match last.strip_prefix("0x") {
        Some(hex) => hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => last.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// Returns the address that a host in normal form is, in the normal form of [`crate::ip`]; none for a name.
#[must_use]
pub fn ip(host: &str) -> Option<&str> {
    (host.contains(':') || host.parse::<Ipv4Addr>().is_ok()).then_some(host)
}

/// Returns whether a host is a domain or below it, by label. Both in normal form. An address is within itself alone.
#[must_use]
pub fn within(host: &str, domain: &str) -> bool {
    let Some(above) = host.strip_suffix(domain) else { return false };
    above.is_empty() || (above.ends_with('.') && !domain.is_empty() && ip(host).is_none())
}

/// Returns the part of a name that somebody registered: the public suffix and one label (`shop.co.uk` of `www.shop.co.uk`).
/// None for an address, a public suffix and a name of one label.
///
/// The Public Suffix List decides, its private section (`github.io`) too; of a top-level domain that isn't on it, the
/// names right below are registered.
#[must_use]
pub fn registrable(host: &str) -> Option<&str> {
    if ip(host).is_some() { None } else { psl::domain_str(host) }
}

/// Returns whether anybody may register names right below it: `com`, `co.uk`, `github.io`. Never an address.
///
/// The list is that of [`registrable`]; a name of one label that isn't on it (`localhost`) is one by the list's last rule.
#[must_use]
pub fn is_public_suffix(host: &str) -> bool {
    ip(host).is_none() && psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limits_hold_at_n_and_n_plus_one() {
        assert!(normalize(&"a".repeat(63)).is_ok());
        assert_eq!(normalize(&"a".repeat(64)), Err(HostError::Invalid));
        let of = |n: usize| format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(n));
        assert!(normalize(&of(61)).is_ok());
        assert_eq!(normalize(&of(62)), Err(HostError::Invalid));
        assert!(normalize(&format!("{}.", of(61))).is_ok());
        // Soft hyphens are mapped to nothing, so that long texts can be short names.
        assert_eq!(normalize(&format!("{}a", "\u{ad}".repeat(511))).unwrap(), "a");
        assert_eq!(normalize(&format!("{}aa", "\u{ad}".repeat(512))), Err(HostError::Invalid));
    }

    #[test]
    fn containment_goes_by_label() {
        for (host, domain, expected) in [
            ("example.com", "example.com", true),
            ("www.example.com", "example.com", true),
            ("notexample.com", "example.com", false),
            ("example.com", "www.example.com", false),
            ("example.com.evil.test", "example.com", false),
            ("www.example.com", "com", true),
            ("example.com", "", false),
            ("1.2.3.4", "1.2.3.4", true),
            ("1.2.3.4", "3.4", false),
            ("::1", "::1", true),
            ("1::1", "::1", false),
        ] {
            assert_eq!(within(host, domain), expected, "{host} within {domain}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_is_stable(text in "([a-zA-Z0-9._ß。ü\u{ad}-]|xn--|0x|::|\\[|\\]){1,12}") {
            if let Ok(normal) = normalize(&text) {
                prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
                prop_assert!(within(&normal, &normal));
                prop_assert_eq!(ip(&normal).is_some(), address::normalize(&normal).is_ok());
                if let Some(registered) = registrable(&normal) {
                    prop_assert!(within(&normal, registered) && !is_public_suffix(registered));
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = normalize(&text);
        }
    }
}
