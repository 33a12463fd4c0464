//! `ip` and `network`: IPv4 and IPv6 addresses in all their spellings, CIDR networks, and the named networks.
//!
//! The normal form of an address is dotted decimal, or RFC 5952 (hexadecimal throughout) without a zone; an IPv4-mapped IPv6
//! address is that IPv4 address, since a socket takes it for that. IPv4 comes in every spelling of the WHATWG URL Standard,
//! which are those of `inet_aton`: `0x7f.1`, `0177.0.0.1`, `2130706433`. A zone (`fe80::1%eth0`) is refused: it names an
//! interface of a machine that isn't known here.
//!
//! The normal form of a network is `address/length` with the host bits zero, or the name of one of [`NAMED`]. Networks are
//! written by people who mean one thing, so that only plain decimal is read there.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

mod carried;
mod named;

pub use named::{LOOPBACK_NAMES, METADATA_NAMES, NAMED, Named};

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

/// The longest spelling that is read, in bytes; leading zeros could go on for ever.
const MAX_BYTES: usize = 255;

/// Returns the normal form of an address; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no address.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, IpError> {
    if text.len() > MAX_BYTES {
        return Err(IpError::Address);
    }
    if text.contains(':') {
        return six(text).ok_or(IpError::Address);
    }
    // Strict dotted decimal, without leading zeros, is the normal form.
    if text.parse::<Ipv4Addr>().is_ok() {
        return Ok(Cow::Borrowed(text));
    }
    number_forms(text).map(|four| Cow::Owned(four.to_string())).ok_or(IpError::Address)
}

/// Returns the normal form of an IPv6 address.
fn six(text: &str) -> Option<Cow<'_, str>> {
    let six = text.parse::<Ipv6Addr>().ok()?;
    let normal = match six.to_ipv4_mapped() {
        Some(four) => four.to_string(),
        None => six.to_string(),
    };
    Some(if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) })
}

/// Reads the octal, hexadecimal and short forms of IPv4 (WHATWG URL Standard, "IPv4 parser"), but none that other readers take for
/// another address: see [`reads_differently`].
pub(crate) fn number_forms(text: &str) -> Option<Ipv4Addr> {
    if reads_differently(text) {
        return None;
    }
    let plain = text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X' | b'.')) && !text.ends_with('.');
    match url::Host::parse(text) {
        Ok(url::Host::Ipv4(four)) if plain => Some(four),
        _ => None,
    }
}

/// Returns whether an IPv4 address has a part with a leading zero that octal and decimal readers understand differently (`010.8.8.8` is
/// 8.8.8.8 to the standard and to `inet_aton`, and was 10.8.8.8 to Python's `ipaddress`, CVE-2021-29921, and npm's `netmask`, CVE-2021-28918).
pub(crate) fn reads_differently(text: &str) -> bool {
    text.split('.').any(|part| {
        let digits = part.trim_start_matches('0');
        part.starts_with('0') && digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// An address as a number; IPv4 in the low 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address {
    six: bool,
    bits: u128,
}

impl Address {
    fn four(bits: u32) -> Self {
        Self { six: false, bits: u128::from(bits) }
    }

    /// Takes IPv4-mapped addresses for IPv4.
    fn new(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(four) => Self::four(four.to_bits()),
            IpAddr::V6(six) => Self { six: true, bits: six.to_bits() },
        }
    }

    fn to_ip(self) -> IpAddr {
        match u32::try_from(self.bits) {
            Ok(bits) if !self.six => IpAddr::V4(Ipv4Addr::from_bits(bits)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(self.bits)),
        }
    }
}

/// A network as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    base: Address,
    length: u8,
}

impl Network {
    /// Reads `address/length`, or an address alone.
    fn parse(text: &str) -> Result<Self, IpError> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let ip = address.parse::<IpAddr>().map_err(|_| IpError::Address)?;
        let (base, width) = (Address::new(ip), if ip.is_ipv6() { 128 } else { 32 });
        let mut length = match length {
            None => width,
            Some(length) => Self::length(length).filter(|l| *l <= width).ok_or(IpError::Length)?,
        };
        // The mapped addresses are IPv4, if the network lies among them.
        if ip.is_ipv6() && !base.six {
            length = length.checked_sub(96).ok_or(IpError::HostBits)?;
        }
        let network = Self { base, length };
        if base.bits & !network.mask() == 0 { Ok(network) } else { Err(IpError::HostBits) }
    }

    /// Reads decimal digits without a sign and without leading zeros.
    fn length(text: &str) -> Option<u8> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        text.parse().ok().filter(|_| plain)
    }

    fn mask(self) -> u128 {
        let width: u32 = if self.base.six { 128 } else { 32 };
        let behind = width.saturating_sub(u32::from(self.length));
        let all = if self.base.six { u128::MAX } else { u128::from(u32::MAX) };
        all & u128::MAX.checked_shl(behind).unwrap_or(0)
    }

    fn contains(self, address: Address) -> bool {
        self.base.six == address.six && address.bits & self.mask() == self.base.bits
    }
}

/// [`NAMED`] as numbers, in its order.
static NUMBERS: LazyLock<Vec<(&'static str, Vec<Network>)>> =
    LazyLock::new(|| NAMED.iter().map(|named| (named.name, named.networks.iter().filter_map(|n| Network::parse(n).ok()).collect())).collect());

fn named(name: &str) -> Option<&'static [Network]> {
    if name.contains('/') {
        return None;
    }
    NUMBERS.iter().find(|(n, _)| *n == name).map(|(_, networks)| networks.as_slice())
}

/// Returns the normal form of a network: a CIDR (an address alone is a network of one) or a name of [`NAMED`].
///
/// IPv4 is four decimal numbers here; `010.0.0.0/8` is refused, which readers have taken for two different networks.
///
/// # Errors
/// A text that is no network.
pub fn network(text: &str) -> Result<Cow<'_, str>, IpError> {
    if named(text).is_some() {
        return Ok(Cow::Borrowed(text));
    }
    let network = Network::parse(text)?;
    let normal = format!("{}/{}", network.base.to_ip(), network.length);
    Ok(if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) })
}

/// Returns whether an address lies in a network. Both in normal form; `None` if they aren't.
///
/// `None` too when an IPv6 address carries an IPv4 address for a translator or tunnel (NAT64, 6to4, Teredo, ISATAP,
/// IPv4-compatible, IPv4-translated) and one is inside and the other is not: it isn't known here whether the packet ends up
/// at one or the other. An IPv4 address is in no IPv6 network, not even in `::/0`; but a CIDR that lies among the addresses of
/// such a translator (`64:ff9b::/96`) means those, and there is an answer.
#[must_use]
pub fn within(ip: &str, network: &str) -> Option<bool> {
    let address = Address::new(ip.parse().ok()?);
    match named(network) {
        Some(networks) => lies_in(address, networks),
        None => {
            let network = Network::parse(network).ok()?;
            let meant = network.base.six && network.contains(address) && network.length >= carried::by(address).length;
            if meant { Some(true) } else { lies_in(address, &[network]) }
        }
    }
}

fn lies_in(address: Address, networks: &[Network]) -> Option<bool> {
    let inside = |a: Address| networks.iter().any(|n| n.contains(a));
    let answer = inside(address);
    carried::by(address).fours.into_iter().flatten().all(|four| inside(Address::four(four)) == answer).then_some(answer)
}

/// As [`within`] for a host in normal form. Names aren't resolved: they are in no network, except names that everybody knows
/// the addresses of. `localhost`, names below it and [its kin](LOOPBACK_NAMES) are 127.0.0.1 and ::1; the
/// [names of metadata services](METADATA_NAMES) are the addresses of `metadata`. Where some of these are
/// inside and some are not, there is no answer.
#[must_use]
pub fn host_within(host: &str, network: &str) -> Option<bool> {
    if host.contains(':') || host.parse::<Ipv4Addr>().is_ok() {
        return within(host, network);
    }
    let own;
    let networks = if let Some(networks) = named(network) {
        networks
    } else {
        own = [Network::parse(network).ok()?];
        &own
    };
    let known = |names: &[&str]| names.iter().any(|name| crate::host::within(host, name));
    if known(LOOPBACK_NAMES) {
        unanimous([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()].into_iter().map(Address::new), networks)
    } else if known(METADATA_NAMES) {
        unanimous(named("metadata")?.iter().map(|n| n.base), networks)
    } else {
        Some(false)
    }
}

fn unanimous(mut addresses: impl Iterator<Item = Address>, networks: &[Network]) -> Option<bool> {
    let answer = lies_in(addresses.next()?, networks)?;
    addresses.all(|a| lies_in(a, networks) == Some(answer)).then_some(answer)
}

/// Returns 4 or 6, of an address in normal form.
#[must_use]
pub fn version(ip: &str) -> u8 {
    if ip.contains(':') { 6 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_named_networks_are_sorted_and_in_normal_form() {
        assert!(NAMED.is_sorted_by(|a, b| a.name < b.name));
        for named in NAMED {
            assert!(!named.networks.is_empty() && !named.about.is_empty());
            for text in named.networks {
                assert_eq!(network(text), Ok(Cow::Borrowed(*text)), "{}", named.name);
            }
            assert_eq!(super::named(named.name).unwrap().len(), named.networks.len());
            assert_eq!(network(named.name), Ok(Cow::Borrowed(named.name)));
        }
    }

    #[test]
    fn every_named_network_lies_in_internal() {
        let internal = named("internal").unwrap();
        for (name, networks) in NUMBERS.iter() {
            for network in networks {
                assert!(internal.iter().any(|i| i.contains(network.base) && i.length <= network.length), "{network:?} of {name}");
            }
        }
    }

    #[test]
    fn the_bounds_of_a_network_are_exact() {
        for (name, networks) in NUMBERS.iter() {
            for network in networks {
                let last = Address {
                    bits: network.base.bits | (Network { length: if network.base.six { 128 } else { 32 }, ..*network }.mask() & !network.mask()),
                    ..network.base
                };
                let outside = [last.bits.checked_add(1), network.base.bits.checked_sub(1)];
                assert!(network.contains(network.base) && network.contains(last), "{name}");
                for bits in outside.into_iter().flatten() {
                    assert!(!network.contains(Address { bits, ..network.base }), "{name}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn membership_is_that_of_the_leading_bits(ip in any::<u32>(), base in any::<u32>(), length in 0u8..=32) {
            let base = u32::try_from(u64::from(base) >> (32 - length) << (32 - length)).unwrap();
            let (ip, base) = (Ipv4Addr::from_bits(ip), Ipv4Addr::from_bits(base));
            let bits = |a: Ipv4Addr| format!("{:032b}", a.to_bits());
            let expected = bits(ip)[..usize::from(length)] == bits(base)[..usize::from(length)];
            prop_assert_eq!(within(&ip.to_string(), &format!("{base}/{length}")), Some(expected));
        }

        #[test]
        fn the_normal_form_is_stable(text in "[0-9a-fx.:]{1,24}") {
            if let Ok(normal) = normalize(&text) {
                prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
                prop_assert_eq!(within(&normal, &network(&normal).unwrap()), Some(true));
            }
            if let Ok(normal) = network(&text) {
                prop_assert_eq!(network(&normal), Ok(Cow::Borrowed(&*normal)));
            }
        }
    }
}
