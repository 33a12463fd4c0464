//! IPv4 addresses that an IPv6 address carries for a translator or tunnel, which may send the packet there.

use super::Address;

/// What an address carries, or may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// The IPv4 addresses.
    pub(super) fours: [Option<u32>; 4],
    /// How many leading bits tell that it does.
    pub(super) length: u8,
}

/// Returns what an address carries, or may carry.
pub(super) fn by(address: Address) -> Carried {
    let (fours, length) = if address.six { by_six(address.bits) } else { ([None; 4], 0) };
    Carried { fours, length }
}

fn by_six(bits: u128) -> ([Option<u32>; 4], u8) {
    let below = |behind: u32| low_32(bits >> behind);
    let begins = |prefix: u128, length: u32| bits >> (128 - length) == prefix >> (128 - length);
    match bits {
        // `::` and `::1` are no IPv4-compatible addresses (RFC 4291, section 2.5.5.1).
        0 | 1 => ([None; 4], 0),
        _ if begins(0, 96) => ([Some(below(0)), None, None, None], 96),
        // The IPv4-translated addresses `::ffff:0:a.b.c.d` of RFC 2765, section 2.1.
        _ if begins(0xffff_0000 << 32, 96) => ([Some(below(0)), None, None, None], 96),
        // NAT64 under the well-known prefix (RFC 6052, section 2.1).
        _ if begins(0x0064_ff9b << 96, 96) => ([Some(below(0)), None, None, None], 96),
        // NAT64 under a prefix of 48, 56, 64 or 96 bits of the operator's choice (RFC 8215; RFC 6052, section 2.2: bits 64 to 71 are left out).
        _ if begins(0x0064_ff9b_0001 << 80, 48) => {
            let joined = |high: u32| low_32(((bits >> 64) & ((1 << high) - 1)) << (32 - high) | ((bits >> 24 >> high) & ((1 << (32 - high)) - 1)));
            ([Some(joined(16)), Some(joined(8)), Some(joined(0)), Some(below(0))], 48)
        }
        // 6to4 (RFC 3056, section 2).
        _ if begins(0x2002 << 112, 16) => ([Some(below(80)), isatap(bits), None, None], 16),
        // Teredo: the server, and the client with its bits inverted (RFC 4380, section 4).
        _ if begins(0x2001 << 112, 32) => ([Some(below(64)), Some(!below(0)), None, None], 32),
        _ => ([isatap(bits), None, None, None], 96),
    }
}

/// The interface identifier of ISATAP is `0:5efe` or, for a global address, `200:5efe` and the IPv4 address (RFC 5214, section 6.1).
fn isatap(bits: u128) -> Option<u32> {
    (low_32(bits >> 32) & !0x0200_0000 == 0x5efe).then(|| low_32(bits))
}

fn low_32(bits: u128) -> u32 {
    u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn every_kind_of_carried_address_is_found() {
        for (six, fours) in [
            ("2606:4700::1111", &[][..]),
            ("::", &[]),
            ("::1", &[]),
            ("::2", &["0.0.0.2"]),
            ("::127.0.0.1", &["127.0.0.1"]),
            ("::ffff:0:10.1.2.3", &["10.1.2.3"]),
            // RFC 6052, section 2.4: the table's examples, with the prefix of RFC 8215 in place of documentation's.
            ("64:ff9b::192.0.2.33", &["192.0.2.33"]),
            ("64:ff9b:1:c000:2:2100::", &["192.0.2.33", "0.2.33.0", "2.33.0.0", "0.0.0.0"]),
            ("64:ff9b:1:22c0:0:221::", &["34.192.0.2", "192.0.2.33", "0.2.33.0", "0.0.0.0"]),
            ("64:ff9b:1:344:c0:2:2100::", &["3.68.192.0", "68.192.0.2", "192.0.2.33", "33.0.0.0"]),
            ("64:ff9b:1::192.0.2.33", &["0.0.0.0", "0.0.0.0", "0.0.0.192", "192.0.2.33"]),
            ("2002:c000:221::1", &["192.0.2.33"]),
            ("2002:c000:221::5efe:10.0.0.1", &["192.0.2.33", "10.0.0.1"]),
            // RFC 4380's client 192.0.2.45 behind the server 65.54.227.120 is the usual example of an inverted address.
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", &["65.54.227.120", "192.0.2.45"]),
            ("fe80::5efe:10.0.0.1", &["10.0.0.1"]),
            ("2606:4700::200:5efe:10.0.0.1", &["10.0.0.1"]),
        ] {
            let bits = six.parse::<Ipv6Addr>().unwrap().to_bits();
            let found: Vec<_> = by(Address { six: true, bits }).fours.into_iter().flatten().map(|b| Ipv4Addr::from_bits(b).to_string()).collect();
            assert_eq!(found, fours, "{six}");
        }
        assert_eq!(by(Address::four(1)).fours, [None; 4]);
    }
}
