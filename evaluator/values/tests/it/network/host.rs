//! Cases of hosts.

use reach_values::host::{self, HostError};

const READ: &[(&str, &str, &str)] = &[
    ("example.com", "example.com", "the normal form"),
    ("EXAMPLE.Com", "example.com", "names have no case (RFC 4343)"),
    ("example.com.", "example.com", "one trailing dot is dropped"),
    ("localhost", "localhost", "one label"),
    ("a_b.example", "a_b.example", "underscores (RFC 8552)"),
    ("_dmarc.example.com", "_dmarc.example.com", "underscores (RFC 8552)"),
    ("r3---sn-x.example", "r3---sn-x.example", "hyphens in the third and fourth place, as WHATWG allows"),
    ("-a.example", "-a.example", "a leading hyphen, as WHATWG allows"),
    ("bücher.example", "xn--bcher-kva.example", "IDNA"),
    ("BÜCHER.example", "xn--bcher-kva.example", "case goes before Punycode"),
    ("bu\u{308}cher.example", "xn--bcher-kva.example", "NFC goes before Punycode"),
    ("XN--BCHER-KVA.example", "xn--bcher-kva.example", "Punycode has no case"),
    ("faß.de", "xn--fa-hia.de", "non-transitional (UTS 46)"),
    ("公司.cn", "xn--55qx5d.cn", "IDNA"),
    ("example\u{ff0e}com", "example.com", "the fullwidth full stop is a dot"),
    ("example\u{ff61}com", "example.com", "the halfwidth full stop is a dot"),
    ("example.com\u{3002}", "example.com", "also at the end"),
    ("exam\u{200b}ple.com", "example.com", "a zero-width space is nothing (UTS 46)"),
    ("аррӏе.com", "xn--80ak6aa92e.com", "Cyrillic that looks Latin is another name (X. Zheng, 2017)"),
    ("gıthub.com", "xn--gthub-n4a.com", "a dotless i is no i"),
    ("☃.example", "xn--n3h.example", "a symbol, as UTS 46 allows"),
    ("127.0.0.1", "127.0.0.1", "an address"),
    ("127.0.0.1.", "127.0.0.1", "an address with a trailing dot, as in WHATWG URL"),
    ("0x7F.1", "127.0.0.1", "an address in numbers"),
    ("127.0.0.01", "127.0.0.1", "octal 01 is 1 in decimal as well"),
    ("2130706433", "127.0.0.1", "one number"),
    ("0x", "0.0.0.0", "no digits are 0, as in WHATWG URL"),
    ("１.１.１.１", "1.1.1.1", "fullwidth digits are digits (UTS 46)"),
    ("::1", "::1", "IPv6"),
    ("[::1]", "::1", "brackets go"),
    ("[0:0:0:0:0:ffff:10.0.0.1]", "10.0.0.1", "IPv4-mapped"),
    ("2001:DB8:0:0::1", "2001:db8::1", "RFC 5952"),
    ("1.2.3.4.example", "1.2.3.4.example", "a name that begins like an address"),
    ("0x7f.1.example.com", "0x7f.1.example.com", "the last label is no number"),
];

const REFUSED: &[(&str, HostError, &str)] = &[
    ("", HostError::Empty, "nothing"),
    (".", HostError::Invalid, "the root"),
    ("a..", HostError::Invalid, "two trailing dots"),
    ("a..b", HostError::Invalid, "an empty label"),
    (".a", HostError::Invalid, "an empty label"),
    ("\u{ad}", HostError::Invalid, "nothing is left of it"),
    ("exam ple.com", HostError::Invalid, "a blank"),
    ("example.com\n", HostError::Invalid, "a line end"),
    ("example.com\0", HostError::Invalid, "NUL"),
    ("exa%6dple.com", HostError::Invalid, "percent-encoding"),
    ("a/b", HostError::Invalid, "a slash"),
    ("a／b", HostError::Invalid, "a fullwidth slash"),
    ("evil.c℀.example.com", HostError::Invalid, "NFKC makes `a/c` (J. Birch, HostSplit, Black Hat 2019)"),
    ("a@b", HostError::Invalid, "a user"),
    ("example.com:80", HostError::Invalid, "a port"),
    ("*.example.com", HostError::Invalid, "a pattern"),
    ("a,b", HostError::Invalid, "no letter, digit, hyphen or underscore"),
    ("a$b", HostError::Invalid, "no letter, digit, hyphen or underscore"),
    ("xn--", HostError::Invalid, "no Punycode"),
    ("xn--a", HostError::Invalid, "no Punycode"),
    ("xn--example-.com", HostError::Invalid, "Punycode of nothing but ASCII"),
    ("a\u{200d}b.example", HostError::Invalid, "a joiner where none may be (RFC 5892, appendix A)"),
    ("\u{202e}moc.example", HostError::Invalid, "an override of direction"),
    ("\u{300}a.example", HostError::Invalid, "a label that begins with a mark"),
    ("אa.example", HostError::Invalid, "a right-to-left label with a Latin letter (RFC 5893)"),
    ("1.2.3.4.5", HostError::Invalid, "five numbers"),
    ("1.2.3.256", HostError::Invalid, "a part above 255"),
    ("example.1", HostError::Invalid, "a last label that is a number makes an address"),
    ("09", HostError::Invalid, "no octal number"),
    ("0177.0.0.1", HostError::Invalid, "127.0.0.1 in octal, 177.0.0.1 in decimal (CVE-2021-28918)"),
    ("fe80::1%eth0", HostError::Invalid, "a zone"),
    ("[fe80::1%25eth0]", HostError::Invalid, "a zone"),
    ("[127.0.0.1]", HostError::Invalid, "brackets are for IPv6"),
    ("[::1", HostError::Invalid, "half a bracket"),
    ("[[::1]]", HostError::Invalid, "two brackets"),
    ("1:2:3:4:5:6:7:8:9", HostError::Invalid, "nine groups"),
    ("::1.", HostError::Invalid, "a trailing dot behind IPv6"),
];

#[test]
fn hosts_are_read_into_one_form() {
    for (text, normal, why) in READ {
        assert_eq!(host::normalize(text).as_deref(), Ok(*normal), "{text}: {why}");
        assert_eq!(host::normalize(normal).as_deref(), Ok(*normal), "{normal} is stable");
    }
}

#[test]
fn what_is_no_host_is_refused() {
    for (text, error, why) in REFUSED {
        assert_eq!(host::normalize(text), Err(*error), "{text}: {why}");
    }
}

#[test]
fn registered_names_are_found_by_the_public_suffix_list() {
    for (name, registered, why) in [
        ("www.example.com", Some("example.com"), "a suffix of one label"),
        ("example.com", Some("example.com"), "itself"),
        ("com", None, "a public suffix"),
        ("www.shop.co.uk", Some("shop.co.uk"), "a suffix of two labels"),
        ("co.uk", None, "a public suffix"),
        ("ann.github.io", Some("ann.github.io"), "the private section"),
        ("github.io", None, "the private section"),
        ("evil.s3.amazonaws.com", Some("evil.s3.amazonaws.com"), "anybody's bucket (private section)"),
        ("a.b.kobe.jp", Some("a.b.kobe.jp"), "the wildcard `*.kobe.jp`"),
        ("www.city.kobe.jp", Some("city.kobe.jp"), "the exception `!city.kobe.jp`"),
        ("www.xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn"), "a suffix in Punycode (the list's own test)"),
        ("a.b.internal", Some("b.internal"), "an unknown top-level domain: the rule `*`"),
        ("localhost", None, "one label"),
        ("1.2.3.4", None, "an address"),
        ("::1", None, "an address"),
    ] {
        assert_eq!(host::registrable(name), registered, "{name}: {why}");
    }
    for (name, expected) in [
        ("com", true),
        ("co.uk", true),
        ("uk", true),
        ("github.io", true),
        ("x.kobe.jp", true),
        ("city.kobe.jp", false),
        ("xn--55qx5d.cn", true),
        ("example.com", false),
        ("localhost", false),
        ("internal", false),
        ("1.2.3.4", false),
        ("::1", false),
    ] {
        assert_eq!(host::is_public_suffix(name), expected, "{name}");
    }
}

#[test]
fn an_address_is_told_from_a_name() {
    for (text, ip) in [("127.0.0.1", Some("127.0.0.1")), ("::1", Some("::1")), ("example.com", None), ("1.2.3.4.example", None), ("", None)] {
        assert_eq!(host::ip(text), ip, "{text}");
    }
}
