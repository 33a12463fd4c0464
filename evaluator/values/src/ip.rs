//! `ip` and `network`: IPv4 and IPv6 addresses in all their spellings, CIDR networks, and the named networks.
//!
//! The normal form of an address is dotted decimal, or RFC 5952 without a zone; an IPv4-mapped IPv6 address is that IPv4 address.
//! The normal form of a network is `address/length` with the host bits zero, or the name of one of [`NAMED`].

use std::borrow::Cow;

/// Why a text is no address or network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IpError {
    /// It is no address.
    #[error("it is no IP address")]
    Address,
    /// The length is no number of bits of such an address.
    #[error("the length of a network is 0 to 32 bits, of IPv6 0 to 128")]
    Length,
    /// Bits behind the length are set.
    #[error("the address has bits set behind the network's length")]
    HostBits,
}

/// A named network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name, as policies write it.
    pub name: &'static str,
    /// What it is for people, with its source.
    pub about: &'static str,
    /// Its networks, in normal form.
    pub networks: &'static [&'static str],
}

/// The named networks, by name.
pub const NAMED: &[Named] = &[];

/// Returns the normal form of an address; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no address.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, IpError> {
    let _ = text;
    Err(IpError::Address)
}

/// Returns the normal form of a network: a CIDR (an address alone is a network of one) or a name of [`NAMED`].
///
/// # Errors
/// A text that is no network.
pub fn network(text: &str) -> Result<Cow<'_, str>, IpError> {
    let _ = text;
    Err(IpError::Address)
}

/// Returns whether an address lies in a network; `None` when an IPv6 address carries an IPv4 address for a translator or tunnel
/// (NAT64, 6to4, Teredo, IPv4-compatible) and one is inside and the other is not. Both in normal form.
#[must_use]
pub fn within(ip: &str, network: &str) -> Option<bool> {
    let _ = (ip, network);
    None
}

/// As [`within`] for a host in normal form. Names aren't resolved: they are in no network, except `localhost` and names below
/// it (`loopback`), and the known names of metadata services (`metadata`).
#[must_use]
pub fn host_within(host: &str, network: &str) -> Option<bool> {
    let _ = (host, network);
    None
}

/// Returns 4 or 6, of an address in normal form.
#[must_use]
pub fn version(ip: &str) -> u8 {
    if ip.contains(':') { 6 } else { 4 }
}
