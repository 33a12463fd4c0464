//! Cases of URLs.

use reach_values::url::{self, Parts, UrlError};

const READ: &[(&str, &str, &str)] = &[
    ("https://example.com/", "https://example.com/", "the normal form"),
    ("https://example.com", "https://example.com/", "an empty path is a slash"),
    ("HTTPS://EXAMPLE.COM/A", "https://example.com/A", "scheme and host have no case, a path has"),
    ("https://example.com:443/", "https://example.com/", "the scheme's own port goes"),
    ("http://example.com:443/", "http://example.com:443/", "another scheme's stays"),
    ("https://example.com:/", "https://example.com/", "an empty port is none"),
    ("https://example.com:0443/", "https://example.com/", "a port is a decimal number"),
    ("https://example.com:0/", "https://example.com:0/", "0 is a number up to 65535"),
    ("https://example.com:65535/", "https://example.com:65535/", "the largest port"),
    ("https://example.com./", "https://example.com/", "one trailing dot is dropped: the same host by DNS (RFC 1034, section 3.1)"),
    ("https://example.com.:8443/x", "https://example.com:8443/x", "the dot goes before a port, too"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/", "IDNA"),
    ("https://faß.de/", "https://xn--fa-hia.de/", "UTS 46 non-transitional, as browsers since 2016"),
    ("https://good\u{3002}example/", "https://good.example/", "the ideographic full stop is a dot (UTS 46)"),
    ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/", "fullwidth letters are letters (UTS 46)"),
    ("https://ⓔⓧⓐⓜⓟⓛⓔ.com/", "https://example.com/", "circled letters are letters (Orange Tsai, A New Era of SSRF)"),
    ("https://exam\u{ad}ple.com/", "https://example.com/", "a soft hyphen is nothing (UTS 46)"),
    ("http://127.0.0.1/", "http://127.0.0.1/", "dotted decimal"),
    ("http://0x7f.1/", "http://127.0.0.1/", "hexadecimal, short (WHATWG URL, IPv4 parser)"),
    ("http://0x7f000001/", "http://127.0.0.1/", "one hexadecimal number"),
    ("http://2130706433/", "http://127.0.0.1/", "one decimal number"),
    ("http://127.1/", "http://127.0.0.1/", "two numbers"),
    ("http://127.0.0.01/", "http://127.0.0.1/", "octal 01 is 1 in decimal as well"),
    ("http://0/", "http://0.0.0.0/", "one number; reaches the machine itself on Linux"),
    ("http://169.254.169.254./latest", "http://169.254.169.254/latest", "a trailing dot behind an address"),
    ("http://www.017.example/", "http://www.017.example/", "a label of a name is no number"),
    ("http://[::1]/", "http://[::1]/", "IPv6 has brackets"),
    ("http://[0:0::0:1]:8080/", "http://[::1]:8080/", "RFC 5952"),
    ("http://[2001:DB8::A]/", "http://[2001:db8::a]/", "RFC 5952"),
    ("http://[::ffff:127.0.0.1]/", "http://127.0.0.1/", "a socket takes IPv4-mapped addresses for IPv4"),
    ("http://[::ffff:7f00:1]:81/", "http://127.0.0.1:81/", "the same in hexadecimal"),
    ("http://[::127.0.0.1]/", "http://[::7f00:1]/", "IPv4-compatible addresses are IPv6"),
    ("http://user:pass@example.com/", "http://user:pass@example.com/", "a user is seen as such"),
    ("http://good.example:80@evil.example/", "http://good.example:80@evil.example/", "what looks like a host is a user"),
    (
        "http://google.com:80+&@127.88.23.245:22/",
        "http://google.com:80+&@127.88.23.245:22/",
        "what looks like a host and a port is a user (Orange Tsai, A New Era of SSRF)",
    ),
    ("http://user@EXAMPLE.com./", "http://user@example.com/", "the host is rewritten behind the user"),
    ("http://@example.com/", "http://example.com/", "an empty user is none"),
    ("https://example.com/a/../b/./c", "https://example.com/b/c", "dots are resolved (RFC 3986, section 5.2.4)"),
    ("https://example.com/../../x", "https://example.com/x", "nothing is above the root"),
    ("https://example.com/a//b", "https://example.com/a//b", "empty segments stay"),
    ("https://example.com/%2Fetc", "https://example.com/%2Fetc", "an encoded slash is no slash"),
    ("https://example.com/%41", "https://example.com/%41", "the standard decodes nothing in a path"),
    ("https://example.com/ü", "https://example.com/%C3%BC", "what isn't ASCII is encoded"),
    ("https://example.com/?q=\\x", "https://example.com/?q=\\x", "a backslash in a query is a character"),
    ("https://example.com/?a@b", "https://example.com/?a@b", "an `@` behind a slash is no part of the authority to anyone"),
    ("https://example.com?q", "https://example.com/?q", "a query without a path"),
    ("https://example.com/#a?b", "https://example.com/#a?b", "a fragment may have a `?`"),
    ("https://example.com/?", "https://example.com/?", "an empty query is one"),
    ("https://a_b.example/", "https://a_b.example/", "underscores stand in names (RFC 8552)"),
    ("ftp://example.com/x", "ftp://example.com/x", "another special scheme"),
    ("wss://example.com:443/x", "wss://example.com/x", "WebSockets have HTTP's ports"),
    ("file:///etc/passwd", "file:///etc/passwd", "a file has no host"),
    ("file:/etc/passwd", "file:///etc/passwd", "RFC 8089, appendix B"),
    ("file://localhost/etc/passwd", "file:///etc/passwd", "localhost is no host in `file` (WHATWG URL)"),
    ("file://server/share", "file://server/share", "a file of another host"),
    ("file:///C:/x", "file:///C:/x", "a drive of Windows"),
    ("ssh://git@GitHub.com/a/b.git", "ssh://git@github.com/a/b.git", "hosts of unknown schemes are brought to normal form as well"),
    ("ssh://git@example.com:22/a", "ssh://git@example.com:22/a", "unknown schemes have no port of their own"),
    ("redis://0x7f.1:6379/", "redis://127.0.0.1:6379/", "IPv4 in an unknown scheme"),
    ("redis://[::FFFF:7f00:1]:6379/", "redis://127.0.0.1:6379/", "IPv6 in an unknown scheme"),
    ("postgres:///db", "postgres:///db", "an unknown scheme needs no host"),
    ("s3://bucket_name/key", "s3://bucket_name/key", "an unknown scheme"),
    ("mailto:ann@a.example", "mailto:ann@a.example", "a scheme without a host"),
    ("javascript:alert(1)", "javascript:alert(1)", "it is a URL; policies see the scheme"),
    ("JavaScript:alert(1)", "javascript:alert(1)", "its scheme has no case"),
    ("data:text/html,x", "data:text/html,x", "a scheme without a host"),
    ("tel:112", "tel:112", "a known scheme, though the rest may be a port"),
    ("blob:https://example.com/1", "blob:https://example.com/1", "a URL within is no host"),
    ("custom:thing", "custom:thing", "an unknown scheme without a host"),
    ("custom:/a/../b", "custom:/b", "an unknown scheme with a path"),
    ("urn:isbn:0451450523", "urn:isbn:0451450523", "RFC 8141"),
];

const REFUSED: &[(&str, UrlError, &str)] = &[
    ("", UrlError::Relative, "nothing"),
    ("example.com", UrlError::Relative, "no scheme"),
    ("/x", UrlError::Relative, "no scheme"),
    ("//example.com/x", UrlError::Relative, "no scheme"),
    ("localhost:8080/x", UrlError::Relative, "to WHATWG the scheme `localhost`; curl asks the host"),
    ("example.com:foo", UrlError::Relative, "to WHATWG the scheme `example.com`"),
    ("user:password@example.com", UrlError::Relative, "to WHATWG the scheme `user`; curl asks example.com"),
    ("git@github.com:a/b.git", UrlError::Relative, "what scp takes is no URL"),
    ("1.2.3.4:80", UrlError::Relative, "a scheme begins with a letter"),
    (" https://example.com/", UrlError::Invalid, "leading blanks (CVE-2023-24329: Python's urlsplit found no scheme)"),
    ("https://example.com/ ", UrlError::Invalid, "a blank behind"),
    ("\u{1}https://example.com/", UrlError::Invalid, "a control before, which WHATWG drops"),
    ("java\nscript:alert(1)", UrlError::Invalid, "WHATWG drops line ends within a scheme"),
    ("https://exa\tmple.com/", UrlError::Invalid, "WHATWG drops tabs within a host"),
    ("https://example.com/\r\nX: y", UrlError::Invalid, "a header in the path (CVE-2019-9740)"),
    ("http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", UrlError::Invalid, "three clients, three hosts (Orange Tsai, A New Era of SSRF)"),
    ("https://example.com/a b", UrlError::Invalid, "a blank ends the path of a request in naive clients"),
    ("https://example.com/\u{2028}", UrlError::Invalid, "a line separator"),
    ("https://example.com/\u{a0}", UrlError::Invalid, "a blank that isn't ASCII"),
    ("https://example.com/\0", UrlError::Invalid, "NUL ends the text in C"),
    ("https://good.example\\@evil.example/", UrlError::Invalid, "good.example to WHATWG, evil.example to RFC 3986"),
    ("https:\\\\example.com\\x", UrlError::Invalid, "backslashes as slashes"),
    ("https://example.com\\x", UrlError::Invalid, "a backslash ends the host to WHATWG alone"),
    ("https://example.com/a\\..\\b", UrlError::Invalid, "backslashes in a path"),
    ("foo://good.example\\@evil.example/", UrlError::Invalid, "backslashes in an unknown scheme"),
    ("https:example.com", UrlError::Invalid, "a relative path to RFC 3986"),
    ("https:/example.com", UrlError::Invalid, "a path to RFC 3986"),
    ("https:///example.com/", UrlError::Host, "no host to RFC 3986; example.com to WHATWG"),
    ("http:////example.com/", UrlError::Host, "no host to RFC 3986"),
    ("https:8080", UrlError::Invalid, "0.0.31.144 to WHATWG, a path to RFC 3986"),
    ("http://foo@evil.example:80@google.com/", UrlError::Invalid, "two `@` (Orange Tsai, A New Era of SSRF)"),
    ("http://good.example[@evil.example/", UrlError::Invalid, "brackets in the user (CVE-2024-22243, Spring's UriComponentsBuilder)"),
    ("http://good.example%00@evil.example\u{e9}@x/", UrlError::Invalid, "two `@`"),
    ("http://good.example＠evil.example/", UrlError::Host, "a fullwidth `@` is one to UTS 46"),
    ("http://ü@example.com/", UrlError::Invalid, "a user that isn't ASCII"),
    ("http://good.example#@evil.example/x.txt", UrlError::Invalid, "curl took evil.example (CVE-2016-8624)"),
    ("http://good.example?@evil.example/", UrlError::Invalid, "the same with a question mark"),
    ("http://exa%6dple.com/", UrlError::Host, "WHATWG decodes hosts, others don't"),
    ("http://%31%32%37.0.0.1/", UrlError::Host, "an encoded address"),
    ("http://example.com%2f.evil.example/", UrlError::Host, "an encoded slash in a host"),
    ("http://good.example／.evil.example/", UrlError::Host, "a fullwidth slash is one to UTS 46"),
    ("https://example.com\u{ff03}@evil.example/", UrlError::Invalid, "NFKC makes a `#` (CVE-2019-9636)"),
    ("https://evil.c℀.example.com/", UrlError::Host, "NFKC makes `a/c` (J. Birch, HostSplit, Black Hat 2019)"),
    ("http://0177.0.0.1/", UrlError::Host, "127.0.0.1 in octal, 177.0.0.1 in decimal (CVE-2021-28918)"),
    ("http://010.8.8.8/", UrlError::Host, "8.8.8.8 in octal, 10.8.8.8 in decimal (CVE-2021-29921)"),
    ("http://１２７.0.0.1/", UrlError::Host, "fullwidth digits are digits to UTS 46 alone"),
    ("http://127。0。0。1/", UrlError::Host, "ideographic full stops in an address"),
    ("http://０１０.8.8.8/", UrlError::Host, "both"),
    ("http://08.8.8.8/", UrlError::Host, "no octal number"),
    ("http://1.2.3.4.5/", UrlError::Host, "five numbers"),
    ("http://256.1.1.1/", UrlError::Host, "a part above 255"),
    ("http://4294967296/", UrlError::Host, "above 32 bits"),
    ("http://example.123/", UrlError::Host, "a last label that is a number makes an address"),
    ("http://example.0x1/", UrlError::Host, "a last label that is a number makes an address"),
    ("http://[::1/", UrlError::Host, "the bracket isn't closed"),
    ("http://[::1]x/", UrlError::Host, "something behind the bracket"),
    ("http://[::1]@evil.example/", UrlError::Invalid, "brackets in the user"),
    ("http://::1/", UrlError::Host, "IPv6 needs brackets"),
    ("http://[fe80::1%25eth0]/", UrlError::Host, "a zone (RFC 6874)"),
    ("http://[fe80::1%eth0]/", UrlError::Host, "a zone"),
    ("http://[v1.x]/", UrlError::Host, "RFC 3986's future addresses"),
    ("http://[1.2.3.4]/", UrlError::Host, "brackets are for IPv6"),
    ("http://[]/", UrlError::Host, "nothing in brackets"),
    ("http://[example.com]/", UrlError::Host, "a name in brackets"),
    ("http:///", UrlError::Host, "no host"),
    ("http://", UrlError::Host, "no host"),
    ("http://:80/", UrlError::Host, "a port without a host"),
    ("http://user@/", UrlError::Host, "a user without a host"),
    ("http://./", UrlError::Host, "the root of DNS"),
    ("http://a..b/", UrlError::Host, "an empty label"),
    ("http://example.com../", UrlError::Host, "two trailing dots"),
    ("http://*.example.com/", UrlError::Host, "a pattern is no name"),
    ("http://a,b/", UrlError::Host, "letters, digits, hyphens and underscores make a name"),
    ("http://xn--a/", UrlError::Host, "no Punycode"),
    ("http://example.com:65536/", UrlError::Port, "the largest port and one"),
    ("http://example.com:80a/", UrlError::Port, "no number"),
    ("http://example.com:-1/", UrlError::Port, "no number"),
    ("http://example.com:80:90/", UrlError::Port, "two ports"),
    ("ssh://git@github.com:a/b.git", UrlError::Port, "scp's colon in a URL"),
    ("https://example.com/a/%2e%2e/b", UrlError::Invalid, "encoded dots are resolved by WHATWG, sent by others"),
    ("https://example.com/.%2E/b", UrlError::Invalid, "half-encoded dots"),
    ("https://example.com/a/%2e", UrlError::Invalid, "an encoded dot"),
    ("foo://:80/x", UrlError::Host, "a port without a host"),
    ("foo://a b/", UrlError::Invalid, "a blank"),
    ("mongodb://a.example,b.example/db", UrlError::Host, "a list of hosts is no host"),
    ("file:etc/passwd", UrlError::Invalid, "a relative path"),
    ("file://///server/share", UrlError::Invalid, "the network path of Windows"),
    ("file:////server/share", UrlError::Invalid, "the network path of Windows"),
    ("file://C:/x", UrlError::Invalid, "a host and an empty port, or a drive"),
    ("file:///C|/x", UrlError::Invalid, "a drive to WHATWG alone"),
    ("file:///C:/../../etc/passwd", UrlError::Invalid, "WHATWG alone doesn't climb above a drive"),
    ("https://example.com/C:/../x", UrlError::Invalid, "the crate `url` doesn't climb above what looks like a drive"),
    ("foo:/c|/a/../../x", UrlError::Invalid, "nor in an unknown scheme"),
    ("file://server/C:/x", UrlError::Invalid, "a drive behind a host"),
    ("file:///a/..//b", UrlError::Invalid, "the crate `url` drops an empty segment behind dots"),
    ("file://server/a:b/..", UrlError::Invalid, "Node 20 doesn't climb above `a:b`"),
    ("foo:/.//evil.example/x", UrlError::Invalid, "without its dot it would have a host"),
    ("foo:/a/..//evil.example/x", UrlError::Invalid, "the same, resolved"),
    ("foo:\\\\example.com", UrlError::Invalid, "backslashes as slashes"),
];

#[test]
fn urls_are_read_into_one_form() {
    for (text, normal, why) in READ {
        assert_eq!(url::normalize(text).as_deref(), Ok(*normal), "{text}: {why}");
        assert_eq!(url::normalize(normal).as_deref(), Ok(*normal), "{normal} is stable");
    }
}

#[test]
fn what_is_no_url_or_read_in_two_ways_is_refused() {
    for (text, error, why) in REFUSED {
        assert_eq!(url::normalize(text), Err(*error), "{text}: {why}");
    }
}

#[test]
fn urls_without_a_scheme_get_the_declared_one() {
    const CASES: &[(&str, Result<&str, UrlError>, &str)] = &[
        ("example.com/x", Ok("https://example.com/x"), "a host and a path"),
        ("example.com", Ok("https://example.com/"), "a host"),
        ("localhost:8080/x", Ok("https://localhost:8080/x"), "a host and a port, no scheme"),
        ("localhost:", Ok("https://localhost/"), "an empty port"),
        ("example.com:443", Ok("https://example.com/"), "the scheme's own port"),
        ("//example.com/x", Ok("https://example.com/x"), "RFC 3986, section 4.2"),
        ("user@example.com", Ok("https://user@example.com/"), "a user"),
        ("user:password@example.com", Ok("https://user:password@example.com/"), "a user with a password"),
        ("127.1", Ok("https://127.0.0.1/"), "an address"),
        ("[::1]:8080", Ok("https://[::1]:8080/"), "IPv6 with a port"),
        ("example.com?x", Ok("https://example.com/?x"), "a query"),
        ("http://example.com/", Ok("http://example.com/"), "its own scheme"),
        ("ftp://example.com/", Ok("ftp://example.com/"), "its own scheme"),
        ("javascript:alert(1)", Ok("javascript:alert(1)"), "a scheme without slashes"),
        ("mailto:a@b.example", Ok("mailto:a@b.example"), "a scheme without slashes"),
        ("data:,x", Ok("data:,x"), "a scheme without slashes"),
        ("tel:112", Ok("tel:112"), "a scheme without slashes"),
        ("custom://thing", Ok("custom://thing"), "slashes make any scheme"),
        ("example.com/http://x/", Ok("https://example.com/http://x/"), "the colon is in the path"),
        ("custom:thing", Err(UrlError::Port), "an unknown scheme without slashes is a host"),
        ("custom:/thing", Err(UrlError::Invalid), "a host with an empty port or a scheme"),
        ("https:example.com", Err(UrlError::Invalid), "a known scheme without its slashes"),
        ("::1", Err(UrlError::Host), "IPv6 needs brackets"),
        ("/x", Err(UrlError::Relative), "a path"),
        ("///example.com", Err(UrlError::Host), "no host"),
        ("?x", Err(UrlError::Relative), "a query"),
        ("#x", Err(UrlError::Relative), "a fragment"),
        ("", Err(UrlError::Relative), "nothing"),
        ("\\\\example.com", Err(UrlError::Invalid), "backslashes"),
        ("example .com", Err(UrlError::Invalid), "a blank"),
        ("good.example\\@evil.example", Err(UrlError::Invalid), "backslashes"),
    ];
    for (text, outcome, why) in CASES {
        assert_eq!(url::normalize_with(text, "https").as_deref(), outcome.as_ref().copied(), "{text}: {why}");
    }
    assert_eq!(url::normalize_with("example.com", "").map_err(|_| ()), Err(()), "no scheme at all");
    assert_eq!(url::normalize_with("example.com:21", "ftp").as_deref(), Ok("ftp://example.com/"), "another scheme");
}

#[test]
fn the_parts_are_slices_of_the_normal_form() {
    let parts = url::parts;
    assert_eq!(
        parts("https://user:pw@example.com:8443/a/b?c=d#e"),
        Parts {
            scheme: "https",
            userinfo: Some("user:pw"),
            host: Some("example.com"),
            port: Some(8443),
            path: "/a/b",
            query: Some("c=d"),
            fragment: Some("e"),
        }
    );
    assert_eq!(parts("http://[::1]/"), Parts { scheme: "http", host: Some("::1"), port: Some(80), path: "/", ..Parts::default() });
    assert_eq!(parts("http://[::1]:81/"), Parts { scheme: "http", host: Some("::1"), port: Some(81), path: "/", ..Parts::default() });
    assert_eq!(parts("file:///x"), Parts { scheme: "file", path: "/x", ..Parts::default() });
    assert_eq!(parts("ssh://h/x"), Parts { scheme: "ssh", host: Some("h"), path: "/x", ..Parts::default() });
    assert_eq!(parts("mailto:a@b?c"), Parts { scheme: "mailto", path: "a@b", query: Some("c"), ..Parts::default() });
    assert_eq!(parts("ws://h/#//x@y:1"), Parts { scheme: "ws", host: Some("h"), port: Some(80), path: "/", fragment: Some("//x@y:1"), ..Parts::default() });
    assert_eq!(parts("ftp://h/?"), Parts { scheme: "ftp", host: Some("h"), port: Some(21), path: "/", query: Some(""), ..Parts::default() });
}
