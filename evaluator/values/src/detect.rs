//! Detectors: kinds of sensitive text that are found inside of other text, in linear time.
//!
//! They find what is written plainly. What somebody hides isn't found: digits of other scripts and fullwidth ones, characters of no width
//! between digits, single digits with blanks between them, text in Base64, a number over several lines. A rule that must hold against
//! somebody who hides things rests on where a value comes from, not on what it looks like.
//!
//! Each looks at a text once from left to right, and at what may be one at most as far as the longest one reaches.

mod card;
mod email;
mod iban;
mod ip;
mod jwt;
mod pem;
mod phone;
mod secret;

use std::ops::Range;

/// What is called with the byte range of each occurrence; it answers whether to go on.
type Found<'f> = &'f mut dyn FnMut(Range<usize>) -> bool;

crate::words! {
    /// A kind of sensitive text.
    Detector {
        /// A payment card number: 12 to 19 digits of a known issuer range, blanks and hyphens between them allowed, Luhn's checksum right.
        0 Card "card",
        /// An IBAN with the right checksum, blanks allowed.
        1 Iban "iban",
        /// An e-mail address.
        2 Email "email",
        /// A telephone number in international form.
        3 Phone "phone",
        /// An IPv4 or IPv6 address.
        4 Ip "ip",
        /// Any of the secrets: `aws_key`, `github_token`, `private_key`, `jwt`, and other vendors' tokens with a known prefix.
        5 Secret "secret",
        /// An AWS access key ID, or a secret access key that is named as one.
        6 AwsKey "aws_key",
        /// A GitHub token.
        7 GithubToken "github_token",
        /// A PEM block of a private key.
        8 PrivateKey "private_key",
        /// A JSON Web Token.
        9 Jwt "jwt",
    }
}

impl Detector {
    /// Calls `found` with the byte range of each occurrence, from left to right, none overlapping; stops when it answers false.
    pub fn find(self, text: &str, found: &mut dyn FnMut(Range<usize>) -> bool) {
        match self {
            Self::Card => card::find(text, found),
            Self::Iban => iban::find(text, found),
            Self::Email => email::find(text, found),
            Self::Phone => phone::find(text, found),
            Self::Ip => ip::find(text, found),
            Self::Secret => find_any(text, found),
            Self::AwsKey => secret::find_aws(text, found),
            Self::GithubToken => secret::find_github(text, found),
            Self::PrivateKey => pem::find(text, found),
            Self::Jwt => jwt::find(text, found),
        }
    }

    /// Returns whether it occurs in a text.
    #[must_use]
    pub fn is_in(self, text: &str) -> bool {
        if self == Self::Secret {
            return SECRETS.iter().any(|find| occurs(*find, text));
        }
        occurs(|text, found| self.find(text, found), text)
    }
}

/// The detectors of secrets, which `secret` unites.
const SECRETS: [fn(&str, Found<'_>); 5] = [secret::find_vendor, secret::find_aws, secret::find_github, pem::find, jwt::find];

fn occurs(find: impl FnOnce(&str, Found<'_>), text: &str) -> bool {
    let mut any = false;
    find(text, &mut |_| {
        any = true;
        false
    });
    any
}

/// Finds any secret; what overlaps is one.
fn find_any(text: &str, found: Found<'_>) {
    let mut all: Vec<Range<usize>> = Vec::new();
    for find in SECRETS {
        find(text, &mut |range| {
            all.push(range);
            true
        });
    }
    all.sort_unstable_by_key(|range| range.start);
    let mut all = all.into_iter();
    let Some(mut last) = all.next() else { return };
    for range in all {
        if range.start < last.end {
            last.end = last.end.max(range.end);
        } else if !found(std::mem::replace(&mut last, range)) {
            return;
        }
    }
    found(last);
}

/// Returns the byte at a place; none behind the end.
fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// Returns whether a letter or digit stands before a place: then what begins there is the rest of a longer word.
fn is_inside(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric)
}

/// Returns whether a letter or digit stands at a place: then what ends there is the beginning of a longer word.
fn goes_on(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|after| after.chars().next()).is_some_and(char::is_alphanumeric)
}
