//! E-mail and IP addresses.

use reach_values::detect::Detector;

use super::check;

#[test]
fn emails() {
    check(
        Detector::Email,
        &[
            ("ann@example.com", &["ann@example.com"], "an address"),
            ("Ann <ann.lee+tag@mail.example.com>,", &["ann.lee+tag@mail.example.com"], "in angle brackets"),
            ("write to ann@example.com.", &["ann@example.com"], "a full stop is no part of it"),
            ("mailto:ann@example.com?subject=x", &["ann@example.com"], "a mailto URL"),
            ("a@b.co,c@d.org;e@f.net", &["a@b.co", "c@d.org", "e@f.net"], "a list"),
            ("jürgen@bücher.example", &["jürgen@bücher.example"], "letters that aren't ASCII (RFC 6531)"),
            ("ann@xn--bcher-kva.example", &["ann@xn--bcher-kva.example"], "an A-label"),
            ("ann@example.xn--p1ai", &["ann@example.xn--p1ai"], "a top-level A-label"),
            ("'ann@example.com'", &["ann@example.com"], "quotes around it"),
            ("a@b.com@c.com", &["a@b.com"], "what follows begins inside of it"),
            ("ANN@EXAMPLE.COM", &["ANN@EXAMPLE.COM"], "capitals"),
            ("ann@localhost", &[], "no dot"),
            ("ann@10.0.0.1", &[], "no domain"),
            ("@decorator.name", &[], "no local part"),
            ("ann@", &[], "no domain"),
            ("ann@-a.com", &[], "a label begins with a hyphen"),
            ("ann@a..com", &[], "an empty label"),
            ("a @ b.com", &[], "blanks"),
            ("x@y.z", &[], "no top-level domain has one letter"),
        ],
    );
    let long = format!("{}ann@example.com", "x".repeat(100));
    assert!(Detector::Email.is_in(&long), "a run before an address doesn't hide it");
}

#[test]
fn ips() {
    check(
        Detector::Ip,
        &[
            ("10.0.0.1", &["10.0.0.1"], "IPv4"),
            ("at 192.168.1.254.", &["192.168.1.254"], "a full stop is no part of it"),
            ("http://127.0.0.1:8080/", &["127.0.0.1"], "a port"),
            ("10.0.0.0/8", &["10.0.0.0"], "a network"),
            ("1.2.3.4,5.6.7.8", &["1.2.3.4", "5.6.7.8"], "two"),
            ("010.000.000.001", &["010.000.000.001"], "leading zeros don't hide it"),
            ("2001:db8::1", &["2001:db8::1"], "IPv6"),
            ("[2001:db8::1]:443", &["2001:db8::1"], "in brackets"),
            ("::1", &["::1"], "the loopback"),
            ("fe80::1%eth0", &["fe80::1"], "a zone is no part of it"),
            ("::ffff:10.0.0.1", &["::ffff:10.0.0.1"], "an IPv4-mapped address is one"),
            ("ip:10.0.0.1", &["10.0.0.1"], "a colon before it"),
            ("addr: 2001:0db8:0000:0000:0000:0000:0000:0001.", &["2001:0db8:0000:0000:0000:0000:0000:0001"], "all groups"),
            ("256.0.0.1", &[], "an octet is too large"),
            ("1.2.3", &[], "three numbers"),
            ("1.2.3.4.5", &[], "five numbers"),
            ("v1.2.3.4", &[], "a version"),
            ("1.2.3.4a", &[], "a letter behind it"),
            ("12:30:45", &[], "a time"),
            ("00:1a:2b:3c:4d:5e", &[], "a MAC address"),
            ("std::vec", &[], "a path of C++"),
            ("abc::def", &[], "a path of hexadecimal letters"),
            ("::", &[], "any address says nothing"),
        ],
    );
}
