//! Machines of hosts and addresses that lie in a network.
//!
//! IPv4 addresses and names are understood exactly. Of IPv6 addresses it is known only what a network can't come to for any of them;
//! `blocks` looks at these by their numbers.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use reach_values::ip::{self, LOOPBACK_NAMES, METADATA_NAMES, NAMED};

use super::classes::Classes;
use super::machine::{Machine, Outcomes};
use super::regular::{escape, whole};

/// The networks of IPv4 and IPv6 that a network in normal form stands for, each as its first address and its length.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Those of IPv4.
    pub(super) four: Vec<(u32, u32)>,
    /// Those of IPv6.
    pub(super) six: Vec<(u128, u32)>,
}

impl Parts {
    /// Takes a network in normal form apart.
    pub(super) fn of(network: &str) -> Option<Self> {
        if !ip::network(network).is_ok_and(|normal| normal == network) {
            return None;
        }
        let mut parts = Self::default();
        let named = NAMED.iter().find(|named| named.name == network);
        let own = [network];
        for text in named.map_or(own.as_slice(), |named| named.networks) {
            let (address, length) = text.split_once('/')?;
            let length: u32 = length.parse().ok()?;
            match address.parse().ok()? {
                IpAddr::V4(four) => parts.four.push((four.to_bits(), length)),
                IpAddr::V6(six) => parts.six.push((six.to_bits(), length)),
            }
        }
        Some(parts)
    }
}

/// What was read of a host.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Read {
    /// Numbers and dots: which number, what it comes to, and the networks whose bits fit so far.
    Four { nth: u32, value: u32, fits: u64 },
    /// Numbers and dots that are in the network or not, whatever the rest.
    Told(bool),
    /// Something with a colon.
    Six,
    /// A name.
    Name,
}

/// The names of the machine itself.
static LOOPBACK: LazyLock<Option<Machine>> = LazyLock::new(|| below(LOOPBACK_NAMES));
/// The names of metadata services.
static METADATA: LazyLock<Option<Machine>> = LazyLock::new(|| below(METADATA_NAMES));

/// Makes the machine of hosts or addresses that lie in a network.
pub(super) fn within(network: &str) -> Option<Machine> {
    let parts = Parts::of(network)?;
    if parts.four.len() > 64 {
        return None;
    }
    let every = if parts.four.len() == 64 { u64::MAX } else { (1u64 << parts.four.len()) - 1 };
    let fits = |nth: u32, value: u32, before: u64| {
        let mut fits = before;
        for (at, (base, length)) in parts.four.iter().enumerate() {
            let shift = 24u32.saturating_sub(nth * 8);
            let bits = length.saturating_sub(nth * 8).min(8);
            let mask = 0xff_u32 & (0xff00_u32 >> bits);
            if (base >> shift) & 0xff & mask != value & mask {
                fits &= !(1 << at);
            }
        }
        fits
    };
    let step = |read: &Read, byte: u8| match (read, byte) {
        (Read::Six, _) | (_, b':') => Read::Six,
        (Read::Four { nth, value, fits }, b'0'..=b'9') if value * 10 + u32::from(byte - b'0') < 256 => {
            Read::Four { nth: *nth, value: value * 10 + u32::from(byte - b'0'), fits: *fits }
        }
        (Read::Told(_), b'0'..=b'9' | b'.') => read.clone(),
        (Read::Four { nth, value, fits: before }, b'.') if *nth < 3 => {
            let (nth, fits) = (nth + 1, fits(*nth, *value, *before));
            let is_told = parts.four.iter().enumerate().any(|(at, (_, length))| fits >> at & 1 == 1 && *length <= nth * 8);
            if is_told || fits == 0 { Read::Told(is_told) } else { Read::Four { nth, value: 0, fits } }
        }
        _ => Read::Name,
    };
    let mut of_six = Outcomes::FALSE.or(Outcomes::NONE);
    if !parts.six.is_empty() {
        of_six = of_six.or(Outcomes::TRUE);
    }
    let end = |read: &Read| match read {
        Read::Four { nth: 3, value, fits: before } => Outcomes::of(Some(fits(3, *value, *before) != 0)),
        Read::Told(inside) => Outcomes::of(Some(*inside)),
        Read::Six => of_six,
        _ => Outcomes::FALSE,
    };
    let addresses = Machine::build(Classes::one().apart(b":.0123456789"), Read::Four { nth: 0, value: 0, fits: every }, step, end)?;
    let (loopback, metadata) = (LOOPBACK.as_ref()?, METADATA.as_ref()?);
    let answer = |name: &str| Outcomes::of(ip::host_within(name, network));
    let (of_loopback, of_metadata) = (answer("localhost"), answer("metadata"));
    Machine::join(&[&addresses, loopback, metadata], |outcomes| match outcomes {
        [_, Outcomes::TRUE, _] => of_loopback,
        [_, _, Outcomes::TRUE] => of_metadata,
        [addresses, ..] => *addresses,
        [] => Outcomes::ALL,
    })
}

/// Makes the machine of names that are one of these or below it.
fn below(names: &[&str]) -> Option<Machine> {
    let names: Vec<String> = names.iter().map(|name| escape(name)).collect();
    whole(&format!(r"(?:.*\.)?(?:{})", names.join("|")))
}

/// Makes the machine of hosts that are a domain or below it.
pub(super) fn within_domain(domain: &str) -> Option<Machine> {
    if domain.contains(':') || domain.parse::<Ipv4Addr>().is_ok() {
        return Machine::literals([domain]);
    }
    below(&[domain])
}

/// Makes the machine of texts that are an address, with what a condition on the address comes to where there is none.
pub(super) fn address(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    let four = whole(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")?;
    let six = whole(".*:.*")?;
    Machine::join(&[&four, &six, inner], |outcomes| match outcomes {
        [Outcomes::FALSE, Outcomes::FALSE, _] => absent,
        [_, _, inner] => *inner,
        _ => Outcomes::ALL,
    })
}

/// Makes the machine of the version of an address, by what a condition comes to for each.
pub(super) fn version(four: Outcomes, six: Outcomes) -> Option<Machine> {
    Machine::join(&[&whole(".*:.*")?], |outcomes| if outcomes == [Outcomes::TRUE] { six } else { four })
}
