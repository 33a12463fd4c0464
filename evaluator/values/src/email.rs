//! `email`: an address as RFC 5321 writes a mailbox, with a domain in the normal form of [`crate::host`] (RFC 6531: what isn't ASCII
//! goes through IDNA).
//!
//! The domain is a name of letters, digits and hyphens. Address literals (`[192.0.2.1]`) are refused, and so are domains that a
//! host would take for an address (`192.0.2.1`) and trailing dots, which RFC 5321 doesn't have. The local part stays as it is, as
//! only the receiving host knows what its letters mean.

use std::borrow::Cow;

use crate::host;

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// There is not exactly one `@` between a local part and a domain.
    #[error("an e-mail address has one `@` between its local part and its domain")]
    At,
    /// The local part is empty, too long or has a character that it can't have.
    #[error("the part before `@` is not a local part")]
    Local,
    /// The domain is no list of labels of letters, digits and hyphens, before IDNA or after it.
    #[error("the part behind `@` is not a domain")]
    Domain,
    /// It is longer than 254 bytes.
    #[error("an e-mail address has at most 254 bytes")]
    Length,
}

/// The longest address in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
pub const MAX_BYTES: usize = 254;
/// The longest local part in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// Checks an address and brings its domain to the normal form of a host; the local part stays as it is.
///
/// # Errors
/// An address that isn't one.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, EmailError> {
    if text.len() > MAX_BYTES {
        return Err(EmailError::Length);
    }
    let (local, written) = text.rsplit_once('@').ok_or(EmailError::At)?;
    check_local(local)?;
    let domain = domain_name(written).ok_or(EmailError::Domain)?;
    // Punycode can be longer than what it stands for.
    if local.len() + 1 + domain.len() > MAX_BYTES {
        return Err(EmailError::Length);
    }
    Ok(if domain == written { Cow::Borrowed(text) } else { Cow::Owned(format!("{local}@{domain}")) })
}

/// Returns the part before the `@` of an address in normal form.
#[must_use]
pub fn local(email: &str) -> &str {
    email.rsplit_once('@').map_or(email, |(local, _)| local)
}

/// Returns the domain of an address in normal form.
#[must_use]
pub fn domain(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn check_local(local: &str) -> Result<(), EmailError> {
    if local.is_empty() || local.len() > MAX_LOCAL_BYTES {
        return Err(EmailError::Local);
    }
    if let Some(rest) = local.strip_prefix('"') {
        return check_quoted(rest);
    }
    if local.contains('@') {
        return Err(EmailError::At);
    }
    // RFC 5322, section 3.2.3: dot-atom; RFC 6532 adds what is not ASCII.
    let atom_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && !c.is_whitespace() && !c.is_control());
    if local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atom_char)) { Ok(()) } else { Err(EmailError::Local) }
}

/// Checks what follows the opening quote of a quoted local part, which ends in the closing one.
fn check_quoted(rest: &str) -> Result<(), EmailError> {
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return if chars.as_str().is_empty() { Ok(()) } else { Err(EmailError::Local) },
            '\\' if chars.next().is_some_and(|c| c.is_ascii_graphic()) => {}
            '\\' => return Err(EmailError::Local),
            c if c.is_whitespace() || c.is_control() => return Err(EmailError::Local),
            _ => {}
        }
    }
    Err(EmailError::Local)
}

/// Returns the normal form of a domain of letters, digits and hyphens (RFC 1123, section 2.1); none for what else is a host.
fn domain_name(written: &str) -> Option<Cow<'_, str>> {
    // UTS 46 reads these as dots; a host may end in one.
    if written.ends_with(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']) {
        return None;
    }
    let domain = host::normalize(written).ok()?;
    let label = |l: &str| !l.starts_with('-') && !l.ends_with('-') && !l.contains('_');
    (host::ip(&domain).is_none() && domain.split('.').all(label)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_domain_is_lower_cased() {
        assert_eq!(normalize("Ann.Lee@Bank.EXAMPLE").unwrap(), "Ann.Lee@bank.example");
        assert!(matches!(normalize("ann+tag@bank.example"), Ok(Cow::Borrowed(_))));
        assert_eq!(local("Ann.Lee@bank.example"), "Ann.Lee");
        assert_eq!(domain("Ann.Lee@bank.example"), "bank.example");
        assert_eq!(domain("\"a@b\"@c.example"), "c.example");
        assert!(normalize("jürgen@example.com").is_ok());
        assert!(normalize("a@localhost").is_ok());
        assert_eq!(normalize("ann@Bücher.example").unwrap(), "ann@xn--bcher-kva.example");
    }

    #[test]
    fn what_hides_a_second_address_is_refused() {
        for (text, error) in [
            ("ann", EmailError::At),
            ("ann@a.example@b.example", EmailError::At),
            ("ann@a.example,bob@b.example", EmailError::At),
            ("@a.example", EmailError::Local),
            ("a b@c.example", EmailError::Local),
            ("Ann <ann@a.example>", EmailError::Local),
            (".ann@a.example", EmailError::Local),
            ("a..b@a.example", EmailError::Local),
            ("ann\n@a.example", EmailError::Local),
            ("\"ann@a.example", EmailError::Local),
            ("\"a\"b@a.example", EmailError::Local),
            ("\"a b\"@a.example", EmailError::Local),
            ("ann@", EmailError::Domain),
            ("ann@a..example", EmailError::Domain),
            ("ann@a.example.", EmailError::Domain),
            ("ann@-a.example", EmailError::Domain),
            ("ann@a_b.example", EmailError::Domain),
            ("ann@bücher.example.", EmailError::Domain),
            ("ann@127.0.0.1", EmailError::Domain),
            ("ann@[127.0.0.1]", EmailError::Domain),
            ("ann@a.example ", EmailError::Domain),
            ("", EmailError::At),
        ] {
            assert_eq!(normalize(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_limits_hold_at_n_and_n_plus_one() {
        let labels = |n: usize| format!("{}.{}.{}.example", "a".repeat(63), "b".repeat(63), "c".repeat(n));
        let at = |n: usize| format!("{}@{}", "x".repeat(64), labels(n));
        let room = MAX_BYTES - at(0).len();
        assert!(normalize(&at(room)).is_ok());
        assert_eq!(normalize(&at(room + 1)), Err(EmailError::Length));
        assert_eq!(normalize(&format!("{}@a.example", "x".repeat(65))), Err(EmailError::Local));
        assert!(normalize(&format!("a@{}.example", "b".repeat(63))).is_ok());
        assert_eq!(normalize(&format!("a@{}.example", "b".repeat(64))), Err(EmailError::Domain));
        // `ü.` has three bytes, and eight as `xn--tda.`.
        let grown = |n: usize| format!("{}@{}example", "x".repeat(n), "ü.".repeat(26));
        assert!(normalize(&grown(254 - 26 * 8 - 7 - 1)).is_ok());
        assert_eq!(normalize(&grown(254 - 26 * 8 - 7)), Err(EmailError::Length));
    }

    proptest! {
        #[test]
        fn the_normal_form_is_stable(text in "[a-zA-Z\"@.\\\\-]{0,20}@[a-zA-Z.-]{0,12}") {
            if let Ok(normal) = normalize(&text) {
                prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
                prop_assert_eq!(format!("{}@{}", local(&normal), domain(&normal)), normal.as_ref());
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = normalize(&text);
        }
    }
}
