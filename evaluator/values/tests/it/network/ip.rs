//! Cases of addresses and networks.

use reach_values::ip::{self, IpError};

const READ: &[(&str, &str, &str)] = &[
    ("127.0.0.1", "127.0.0.1", "the normal form"),
    ("127.1", "127.0.0.1", "two numbers, as inet_aton reads them"),
    ("127.0.1", "127.0.0.1", "three numbers"),
    ("2130706433", "127.0.0.1", "one number"),
    ("0x7f000001", "127.0.0.1", "hexadecimal"),
    ("0X7F.0.0.1", "127.0.0.1", "hexadecimal in upper case"),
    ("0007.0.0.1", "7.0.0.1", "octal 7 is 7 in decimal as well"),
    ("0", "0.0.0.0", "one number"),
    ("4294967295", "255.255.255.255", "the largest number"),
    ("1.0xffffff", "1.255.255.255", "the last number fills the rest"),
    ("::1", "::1", "the normal form"),
    ("0:0:0:0:0:0:0:1", "::1", "RFC 5952, section 4.2"),
    ("2001:DB8::00AB", "2001:db8::ab", "RFC 5952, sections 4.1 and 4.3"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "the first of two equal runs (RFC 5952, section 4.2.3)"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "one zero isn't shortened (RFC 5952, section 4.2.2)"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "one zero isn't shortened"),
    ("::", "::", "nothing but zeros"),
    ("1::", "1::", "zeros at the end"),
    ("::ffff:127.0.0.1", "127.0.0.1", "IPv4-mapped (CVE-2024-24790: Go's Is methods took it for no loopback)"),
    ("::FFFF:7f00:1", "127.0.0.1", "the same in hexadecimal"),
    ("0:0:0:0:0:ffff:a9fe:a9fe", "169.254.169.254", "the same in full"),
    ("::127.0.0.1", "::7f00:1", "IPv4-compatible is IPv6"),
    ("64:ff9b::8.8.8.8", "64:ff9b::808:808", "one spelling for NAT64"),
    ("fe80::1", "fe80::1", "link-local without a zone"),
];

const REFUSED: &[(&str, &str)] = &[
    ("", "nothing"),
    ("1.2.3.4.5", "five numbers"),
    ("1.2.3.256", "a part above 255"),
    ("1.2.65536", "the last of three is above 16 bits"),
    ("4294967296", "above 32 bits"),
    ("1.2.3.", "a trailing dot: that of a host"),
    ("127.0.0.1.", "a trailing dot: that of a host"),
    ("1..2", "an empty part"),
    (".1", "an empty part"),
    ("09.1.1.1", "no octal number"),
    ("0177.0.0.1", "octal to some, decimal to others (CVE-2021-28918: npm's netmask read 177)"),
    ("010.8.8.8", "octal to some, decimal to others (CVE-2021-29921: Python's ipaddress read 10)"),
    ("0000000000000177.0.0.1", "octal with more zeros"),
    ("0xg", "no hexadecimal number"),
    ("1.2.3.4/32", "a network"),
    ("1.2.3.4:80", "a port"),
    (" 1.2.3.4", "a blank"),
    ("1.2.3.4\n", "a line end"),
    ("１.2.3.4", "fullwidth digits are for hosts"),
    ("-1", "a sign"),
    ("+1.2.3.4", "a sign"),
    ("1e3", "no number"),
    ("example.com", "a name"),
    ("cafe.ba", "a name of hexadecimal digits"),
    ("[::1]", "brackets are for hosts"),
    ("fe80::1%eth0", "a zone"),
    ("fe80::1%25eth0", "a zone"),
    (":::", "three colons"),
    ("::1::", "two runs"),
    ("1:2:3:4:5:6:7", "seven groups"),
    ("1:2:3:4:5:6:7:8:9", "nine groups"),
    ("1:2:3:4:5:6:7::8", "a run of none, which Rust and WHATWG refuse alike"),
    ("12345::", "five digits"),
    ("::ffff:1.2.3", "IPv4 in IPv6 has four numbers"),
    ("::ffff:0177.0.0.1", "IPv4 in IPv6 is decimal"),
    ("::1.2.3.4:5", "IPv4 stands at the end"),
    ("g::", "no hexadecimal digit"),
];

#[test]
fn addresses_are_read_into_one_form() {
    for (text, normal, why) in READ {
        assert_eq!(ip::normalize(text).as_deref(), Ok(*normal), "{text}: {why}");
        assert_eq!(ip::normalize(normal).as_deref(), Ok(*normal), "{normal} is stable");
        assert_eq!(ip::version(normal), if normal.contains(':') { 6 } else { 4 });
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for (text, why) in REFUSED {
        assert_eq!(ip::normalize(text), Err(IpError::Address), "{text}: {why}");
    }
    let zeros = |n: usize| format!("{}1", "0".repeat(n - 1));
    assert_eq!(ip::normalize(&zeros(255)).as_deref(), Ok("0.0.0.1"), "the longest spelling");
    assert_eq!(ip::normalize(&zeros(256)), Err(IpError::Address), "one zero more");
}

#[test]
fn networks_are_read_into_one_form() {
    const CASES: &[(&str, Result<&str, IpError>, &str)] = &[
        ("10.0.0.0/8", Ok("10.0.0.0/8"), "the normal form"),
        ("0.0.0.0/0", Ok("0.0.0.0/0"), "everything"),
        ("10.1.2.3", Ok("10.1.2.3/32"), "an address is a network of one"),
        ("10.1.2.3/32", Ok("10.1.2.3/32"), "the longest of IPv4"),
        ("FC00::/7", Ok("fc00::/7"), "RFC 5952"),
        ("::/0", Ok("::/0"), "all of IPv6"),
        ("::1", Ok("::1/128"), "an address is a network of one"),
        ("::ffff:10.0.0.0/104", Ok("10.0.0.0/8"), "mapped networks are those of IPv4"),
        ("::ffff:0:0/96", Ok("0.0.0.0/0"), "all mapped addresses"),
        ("loopback", Ok("loopback"), "a name"),
        ("internal", Ok("internal"), "a name"),
        ("10.0.0.1/8", Err(IpError::HostBits), "a host in its network"),
        ("fe80::1/64", Err(IpError::HostBits), "a host in its network"),
        ("::ffff:10.0.0.0/90", Err(IpError::HostBits), "more than mapped addresses, with some of their bits"),
        ("10.0.0.0/33", Err(IpError::Length), "more bits than there are"),
        ("::/129", Err(IpError::Length), "more bits than there are"),
        ("10.0.0.0/", Err(IpError::Length), "no length"),
        ("10.0.0.0/08", Err(IpError::Length), "a leading zero"),
        ("10.0.0.0/+8", Err(IpError::Length), "a sign"),
        ("10.0.0.0/-8", Err(IpError::Length), "a sign"),
        ("10.0.0.0/255.0.0.0", Err(IpError::Length), "a mask"),
        ("10.0.0.0/8/8", Err(IpError::Length), "two lengths"),
        ("010.0.0.0/8", Err(IpError::Address), "octal (CVE-2021-28918)"),
        ("10/8", Err(IpError::Address), "short: 0.0.0.10 or 10.0.0.0"),
        ("0xa.0.0.0/8", Err(IpError::Address), "hexadecimal"),
        ("Loopback", Err(IpError::Address), "names have case"),
        ("nowhere", Err(IpError::Address), "no name"),
        ("", Err(IpError::Address), "nothing"),
    ];
    for (text, outcome, why) in CASES {
        assert_eq!(ip::network(text).as_deref(), outcome.as_ref().copied(), "{text}: {why}");
    }
}

#[test]
fn containment_has_three_answers() {
    const CASES: &[(&str, &str, Option<bool>, &str)] = &[
        ("10.1.2.3", "10.0.0.0/8", Some(true), "inside"),
        ("11.0.0.0", "10.0.0.0/8", Some(false), "the next address"),
        ("9.255.255.255", "10.0.0.0/8", Some(false), "the address before"),
        ("1.2.3.4", "0.0.0.0/0", Some(true), "everything"),
        ("1.2.3.4", "::/0", Some(false), "IPv4 is in no network of IPv6"),
        ("2606:4700::1", "::/0", Some(true), "all of IPv6"),
        ("127.8.8.8", "loopback", Some(true), "the whole of 127/8"),
        ("::1", "loopback", Some(true), "IPv6"),
        ("0.0.0.0", "loopback", Some(false), "it is unspecified"),
        ("0.0.0.0", "internal", Some(true), "it reaches the machine itself"),
        ("169.254.169.254", "metadata", Some(true), "AWS and others"),
        ("169.254.169.254", "link_local", Some(true), "AWS and others"),
        ("fd00:ec2::254", "metadata", Some(true), "AWS over IPv6"),
        ("168.63.129.16", "internal", Some(true), "Azure"),
        ("100.64.0.1", "private", Some(false), "it is shared"),
        ("100.64.0.1", "shared", Some(true), "RFC 6598"),
        ("172.31.255.255", "private", Some(true), "the end of 172.16/12"),
        ("172.32.0.0", "private", Some(false), "behind it"),
        ("8.8.8.8", "internal", Some(false), "reachable"),
        ("2606:4700:4700::1111", "internal", Some(false), "reachable"),
        ("fd12::1", "private", Some(true), "RFC 4193"),
        ("64:ff9b::7f00:1", "loopback", None, "127.0.0.1 behind NAT64"),
        ("64:ff9b::7f00:1", "internal", None, "127.0.0.1 behind NAT64"),
        ("64:ff9b::808:808", "internal", Some(false), "8.8.8.8 behind NAT64"),
        ("64:ff9b::808:808", "8.8.8.0/24", None, "8.8.8.8 behind NAT64"),
        ("64:ff9b:1::808:808", "internal", None, "a translator of one's own before 8.8.8.8"),
        ("64:ff9b:1::a00:1", "internal", Some(true), "a translator of one's own before 10.0.0.1"),
        ("2002:7f00:1::", "loopback", None, "127.0.0.1 over 6to4"),
        ("2002:a00:1::", "internal", Some(true), "10.0.0.1 over 6to4"),
        ("2002:808:808::", "loopback", Some(false), "8.8.8.8 over 6to4"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "loopback", None, "the client of Teredo is 127.0.0.1 inverted"),
        ("2001:0:7f00:1::", "loopback", None, "the server of Teredo is 127.0.0.1"),
        ("::7f00:1", "loopback", None, "IPv4-compatible"),
        ("::ffff:0:7f00:1", "loopback", None, "IPv4-translated"),
        ("2606:4700::5efe:7f00:1", "loopback", None, "ISATAP"),
        ("fe80::5efe:a00:1", "internal", Some(true), "ISATAP with both inside"),
        ("64:ff9b::7f00:1", "64:ff9b::/96", Some(true), "the network means translated addresses"),
        ("64:ff9b::7f00:1", "64:ff9b::7f00:1/128", Some(true), "an address is within itself"),
        ("64:ff9b::7f00:1", "64:ff9b::/95", None, "the network has others, too"),
        ("2002:7f00:1::", "2000::/3", None, "whoever writes this means no tunnel to 127.0.0.1"),
        ("2002:7f00:1::", "2002::/16", Some(true), "the network means 6to4"),
        ("2002:7f00:1::", "fc00::/7", Some(false), "neither is inside"),
        ("::", "loopback", Some(false), "no IPv4-compatible address"),
        ("::1", "127.0.0.0/8", Some(false), "no IPv4-compatible address"),
        ("fec0::1", "internal", Some(true), "site-local (RFC 3879)"),
        ("4000::1", "internal", Some(true), "not allocated"),
        ("nonsense", "loopback", None, "no address"),
        ("127.0.0.1", "nowhere", None, "no network"),
        ("127.0.0.1", "127.0.0.0/33", None, "no network"),
    ];
    for (address, network, expected, why) in CASES {
        assert_eq!(ip::within(address, network), *expected, "{address} within {network}: {why}");
        if ip::normalize(address).is_ok() {
            assert_eq!(ip::host_within(address, network), *expected, "the host {address} within {network}: {why}");
        }
    }
}

#[test]
fn names_are_in_networks_only_if_everybody_knows_their_addresses() {
    const CASES: &[(&str, &str, Option<bool>, &str)] = &[
        ("localhost", "loopback", Some(true), "RFC 6761"),
        ("x.localhost", "loopback", Some(true), "RFC 6761"),
        ("localhost", "internal", Some(true), "RFC 6761"),
        ("localhost", "127.0.0.0/8", None, "127.0.0.1 is inside, ::1 isn't"),
        ("localhost", "10.0.0.0/8", Some(false), "neither is inside"),
        ("localhost", "nowhere", None, "no network"),
        ("localhost.localdomain", "loopback", Some(true), "in the hosts file of Red Hat"),
        ("ip6-localhost", "loopback", Some(true), "in the hosts file of Debian"),
        ("localhost.example.com", "loopback", Some(false), "another name"),
        ("notlocalhost", "loopback", Some(false), "another name"),
        ("metadata.google.internal", "metadata", Some(true), "Google Cloud"),
        ("metadata.google.internal", "internal", Some(true), "Google Cloud"),
        ("metadata.google.internal", "link_local", None, "some addresses of metadata services are"),
        ("metadata.google.internal", "10.0.0.0/8", Some(false), "no address of a metadata service is"),
        ("metadata.example.com", "metadata", Some(false), "another name"),
        ("example.com", "internal", Some(false), "names aren't resolved"),
        ("127.0.0.1.nip.io", "loopback", Some(false), "names aren't resolved"),
        ("example.com", "nowhere", None, "no network"),
    ];
    for (host, network, expected, why) in CASES {
        assert_eq!(ip::host_within(host, network), *expected, "{host} within {network}: {why}");
    }
}
