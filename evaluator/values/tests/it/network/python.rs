//! Agreement with Python's `ipaddress` on addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use reach_values::ip;

use super::generate::Random;

/// Prints for each line, a list of an address and a network, what Python makes of them; `null` for what is no address.
const SCRIPT: &str = r"
import ipaddress, json, sys
def read(text, net):
    try:
        a = ipaddress.ip_address(text)
    except ValueError:
        return None
    a = getattr(a, 'ipv4_mapped', None) or a
    n = ipaddress.ip_network(net)
    fours = []
    if a.version == 6:
        fours = [a.sixtofour] if a.sixtofour else list(a.teredo or ())
    return dict(text=str(a), inside=a in n, carried=[f in n for f in fours], loopback=a.is_loopback, link_local=a.is_link_local,
                multicast=a.is_multicast, reserved=a.is_reserved, unspecified=a.is_unspecified, private=a.is_private,
                site=getattr(a, 'is_site_local', False))
for line in sys.stdin.readlines():
    print(json.dumps(read(*json.loads(line))))
";

/// Returns an address, often one at the edge of a network that means something.
fn address(random: &mut Random) -> IpAddr {
    let wide = (u128::from(random.next()) << 64) | u128::from(random.next());
    if random.one_in(3) {
        let low = u32::try_from(random.next() >> 32).unwrap();
        return if random.one_in(2) { Ipv4Addr::from_bits(low).into() } else { Ipv6Addr::from_bits(wide >> random.below(128)).into() };
    }
    let named = ip::NAMED[random.below(ip::NAMED.len())].networks;
    let tunnels = ["::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"];
    let network = if random.one_in(4) { random.pick(&tunnels) } else { named[random.below(named.len())] };
    let (base, length) = network.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    let step = i128::try_from(random.below(3)).unwrap() - 1;
    match base.parse().unwrap() {
        IpAddr::V4(four) => {
            let host = u32::try_from(wide & u128::from(u32::MAX.checked_shr(length).unwrap_or(0))).unwrap();
            let edge = if random.one_in(2) { four.to_bits() | host } else { four.to_bits() | u32::MAX.checked_shr(length).unwrap_or(0) };
            Ipv4Addr::from_bits(edge.wrapping_add_signed(i32::try_from(step).unwrap())).into()
        }
        IpAddr::V6(six) => {
            let host = u128::MAX.checked_shr(length).unwrap_or(0);
            let edge = if random.one_in(2) { six.to_bits() | (wide & host) } else { six.to_bits() | host };
            Ipv6Addr::from_bits(edge.wrapping_add_signed(step)).into()
        }
    }
}

/// Returns a network, often one around the address.
fn network(random: &mut Random, address: IpAddr) -> String {
    let around = if random.one_in(2) { address } else { self::address(random) };
    match around.to_canonical() {
        IpAddr::V4(four) => {
            let length = u32::try_from(random.below(33)).unwrap();
            let mask = !u32::MAX.checked_shr(length).unwrap_or(0);
            format!("{}/{length}", Ipv4Addr::from_bits(four.to_bits() & mask))
        }
        IpAddr::V6(six) => {
            let length = u32::try_from(random.below(129)).unwrap();
            let mask = !u128::MAX.checked_shr(length).unwrap_or(0);
            format!("{}/{length}", Ipv6Addr::from_bits(six.to_bits() & mask))
        }
    }
}

/// Returns a spelling of an address, of which some are none, and some none to Python.
fn spelling(random: &mut Random, address: IpAddr) -> String {
    let plain = address.to_string();
    match (random.below(10), address) {
        (0, _) => plain.to_uppercase(),
        (1, IpAddr::V4(four)) => format!("{:#x}", four.to_bits()),
        (2, IpAddr::V4(four)) => format!("0{plain}.{}", four.octets()[0]),
        (3, IpAddr::V4(_)) => format!("0{plain}"),
        (4, IpAddr::V4(_)) => format!("::ffff:{plain}"),
        (1, IpAddr::V6(six)) => six.segments().map(|s| format!("{s:04x}")).join(":"),
        (2, IpAddr::V6(six)) => {
            format!("{}:{}", six.segments().map(|s| format!("{s:x}"))[..6].join(":"), Ipv4Addr::from_bits(u32::try_from(six.to_bits() & 0xffff_ffff).unwrap()))
        }
        (3, IpAddr::V6(_)) => plain.replacen("::", ":0:", 1),
        (5, _) => plain.replacen(['.', ':'], "", 1),
        (6, _) => plain + random.pick(&[".", ":", "::", " ", "/", "g", "0"]),
        _ => plain,
    }
}

/// Returns whether an IPv6 address may carry an IPv4 address in a way that Python has no property for.
fn carries(text: &str) -> bool {
    let bits = text.parse::<Ipv6Addr>().unwrap().to_bits();
    let interface = (bits >> 32) & 0xffff_ffff;
    let prefixes = [(0, 96), (0xffff_0000u128 << 32, 96), (0x64_ff9b << 96, 96), (0x64_ff9b_0001 << 80, 48)];
    prefixes.iter().any(|(prefix, length)| bits >> (128 - length) == prefix >> (128 - length)) || interface == 0x5efe || interface == 0x0200_5efe
}

#[test]
fn python_agrees_on_addresses_and_networks() {
    let mut random = Random(2);
    let mut cases = Vec::new();
    for _ in 0..super::cases(20_000) {
        let address = address(&mut random);
        let network = network(&mut random, address);
        cases.push((spelling(&mut random, address), network));
    }
    let lines: Vec<_> = cases.iter().map(|(text, network)| json!([text, network]).to_string()).collect();
    let Some(answers) = super::ask("python3", &["-c", SCRIPT], &lines) else { return };
    let mut counts = [0usize; 4];
    for ((text, network), answer) in cases.iter().zip(answers) {
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let what = format!("{text} and {network}: {answer}");
        let Some(pythons) = answer["text"].as_str() else {
            // Python reads no octal, hexadecimal or short forms.
            assert!(ip::normalize(text).is_err() || !text.contains(':') && text.parse::<Ipv4Addr>().is_err(), "{what}");
            counts[0] += 1;
            continue;
        };
        let normal = ip::normalize(text).expect(&what);
        assert_eq!(normal, pythons, "{what}");
        // Python's networks may be of mapped addresses; they are IPv4 here.
        let network = ip::network(network).expect(&what);
        let is = |name: &str| answer[name].as_bool().unwrap();
        let carried: Vec<_> = answer["carried"].as_array().unwrap().iter().map(|c| c.as_bool().unwrap()).collect();
        match ip::within(&normal, &network) {
            Some(inside) => {
                assert_eq!(inside, is("inside"), "{what}");
                // A network of tunnels means them, whatever they carry.
                assert!(carried.iter().all(|c| *c == inside) || (inside && network.starts_with("200")), "{what}");
                counts[1 + usize::from(inside)] += 1;
            }
            None => {
                assert!(carried.iter().any(|c| *c != is("inside")) || carries(&normal), "{what}");
                counts[3] += 1;
            }
        }
        let six = normal.contains(':');
        let reserved_in_low_block = six && normal.parse::<Ipv6Addr>().unwrap().octets()[0] == 0;
        for (name, coincide, expected) in [
            ("loopback", true, is("loopback")),
            ("link_local", true, is("link_local")),
            ("multicast", true, is("multicast")),
            ("unspecified", six, is("unspecified")),
            // Python calls the whole block reserved, NAT64's well-known prefix in it, too.
            ("reserved", !reserved_in_low_block, is("reserved") || is("site")),
        ] {
            let answer = ip::within(&normal, name);
            assert!(!coincide || answer == Some(expected) || (answer.is_none() && six), "{name}: {what}");
        }
        for part in ["private", "loopback", "link_local", "multicast", "unspecified", "site"] {
            assert!(!is(part) || ip::within(&normal, "internal") != Some(false), "{part} is internal: {what}");
        }
    }
    let [refused, outside, inside, unknown] = counts;
    eprintln!("{refused} refused, {outside} outside, {inside} inside, {unknown} unknown");
    assert!(counts.iter().all(|c| c * 100 > cases.len()), "the generator makes enough of each: {counts:?}");
}
