//! Cases of e-mail addresses.

use reach_values::email::{self, EmailError};

#[test]
fn addresses_have_one_reading_or_none() {
    const CASES: &[(&str, Result<&str, EmailError>, &str)] = &[
        ("ann@bank.example", Ok("ann@bank.example"), "the normal form"),
        ("Ann.Lee@BANK.example", Ok("Ann.Lee@bank.example"), "domains have no case; local parts may (RFC 5321, section 2.4)"),
        ("ann+tag@bank.example", Ok("ann+tag@bank.example"), "a tag is part of the local part"),
        ("o'neil@bank.example", Ok("o'neil@bank.example"), "an apostrophe is an atom's character (RFC 5322, section 3.2.3)"),
        ("a@localhost", Ok("a@localhost"), "a domain of one label"),
        ("a@x1.example", Ok("a@x1.example"), "digits in a label"),
        ("a@1.example", Ok("a@1.example"), "a label of digits (RFC 1123, section 2.1)"),
        ("jürgen@example.com", Ok("jürgen@example.com"), "RFC 6531"),
        ("ann@bücher.example", Ok("ann@xn--bcher-kva.example"), "IDNA"),
        ("ann@BÜCHER.example", Ok("ann@xn--bcher-kva.example"), "IDNA"),
        ("ann@xn--bcher-kva.example", Ok("ann@xn--bcher-kva.example"), "Punycode is the same domain"),
        ("ann@bank\u{3002}example", Ok("ann@bank.example"), "an ideographic full stop is a dot (UTS 46)"),
        ("mike@gıthub.com", Ok("mike@xn--gthub-n4a.com"), "a dotless i is no i, in upper case or not (password resets at GitHub, 2019)"),
        ("mıke@github.com", Ok("mıke@github.com"), "nor in a local part"),
        ("\"a@b\"@c.example", Ok("\"a@b\"@c.example"), "an `@` in quotes (RFC 5321, section 4.1.2)"),
        ("\"a\\\"b\"@c.example", Ok("\"a\\\"b\"@c.example"), "an escaped quote"),
        ("evil!ann@bank.example", Ok("evil!ann@bank.example"), "an exclamation mark is an atom's character"),
        ("ann%evil.example@bank.example", Ok("ann%evil.example@bank.example"), "a percent sign is an atom's character"),
        ("a@-", Err(EmailError::Domain), "a hyphen alone"),
        ("ann", Err(EmailError::At), "no `@`"),
        ("", Err(EmailError::At), "nothing"),
        ("ann@a.example@b.example", Err(EmailError::At), "two `@`; which one counts differs"),
        ("ann@a.example,bob@b.example", Err(EmailError::At), "two addresses"),
        ("ann@a.example;bob@b.example", Err(EmailError::At), "two addresses"),
        ("Ann <ann@a.example>", Err(EmailError::Local), "a name and an address"),
        ("ann@a.example>", Err(EmailError::Domain), "half an angle bracket"),
        ("ann@a.example (Ann)", Err(EmailError::Domain), "a comment"),
        ("ann@a.example\n", Err(EmailError::Domain), "a line end"),
        ("ann@a.example\r\nBcc: b@b.example", Err(EmailError::At), "a header"),
        ("ann\r\n@a.example", Err(EmailError::Local), "a header"),
        ("ann@a.example ", Err(EmailError::Domain), "a blank"),
        (" ann@a.example", Err(EmailError::Local), "a blank"),
        ("ann@a.example\0.evil.example", Err(EmailError::Domain), "NUL ends the text in C"),
        ("@a.example", Err(EmailError::Local), "no local part"),
        ("@a.example:ann@b.example", Err(EmailError::At), "a source route (RFC 5321, appendix C)"),
        (".ann@a.example", Err(EmailError::Local), "an empty atom"),
        ("a..b@a.example", Err(EmailError::Local), "an empty atom"),
        ("\"a b\"@a.example", Err(EmailError::Local), "a blank in quotes"),
        ("ann@", Err(EmailError::Domain), "no domain"),
        ("ann@a..example", Err(EmailError::Domain), "an empty label"),
        ("ann@a.example.", Err(EmailError::Domain), "a trailing dot (RFC 5321 has none)"),
        ("ann@a.example\u{3002}", Err(EmailError::Domain), "a trailing dot by UTS 46"),
        ("ann@-a.example", Err(EmailError::Domain), "a leading hyphen (RFC 1123)"),
        ("ann@a-.example", Err(EmailError::Domain), "a trailing hyphen (RFC 1123)"),
        ("ann@a_b.example", Err(EmailError::Domain), "an underscore (RFC 1123)"),
        ("ann@a%62.example", Err(EmailError::Domain), "percent-encoding"),
        ("ann@xn--a.example", Err(EmailError::Domain), "no Punycode"),
        ("ann@c℀.example", Err(EmailError::Domain), "NFKC makes `a/c`"),
        ("ann@evil＠good.example", Err(EmailError::Domain), "a fullwidth `@`"),
        ("ann@[127.0.0.1]", Err(EmailError::Domain), "an address literal"),
        ("ann@[IPv6:::1]", Err(EmailError::Domain), "an address literal"),
        ("ann@[::1]", Err(EmailError::Domain), "a host of a URL"),
        ("ann@::1", Err(EmailError::Domain), "an address"),
        ("ann@127.0.0.1", Err(EmailError::Domain), "an address without brackets"),
        ("ann@2130706433", Err(EmailError::Domain), "an address as a number"),
        ("ann@0x7f.1", Err(EmailError::Domain), "an address as numbers"),
        ("ann@a.example:25", Err(EmailError::Domain), "a port"),
        ("mailto:ann@a.example", Err(EmailError::Local), "a URL"),
    ];
    for (text, outcome, why) in CASES {
        assert_eq!(email::normalize(text).as_deref(), outcome.as_ref().copied(), "{text}: {why}");
        if let Ok(normal) = outcome {
            assert_eq!(email::normalize(normal).as_deref(), Ok(*normal), "{normal} is stable");
        }
    }
}
