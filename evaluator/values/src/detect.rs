//! Detectors: kinds of sensitive text that are found inside of other text, in linear time.

use std::ops::Range;

/// A kind of sensitive text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Detector {
    /// A payment card number: 12 to 19 digits of a known issuer range, blanks and hyphens between them allowed, Luhn's checksum right.
    Card = 0,
    /// An IBAN with the right checksum, blanks allowed.
    Iban = 1,
    /// An e-mail address.
    Email = 2,
    /// A telephone number in international form.
    Phone = 3,
    /// An IPv4 or IPv6 address.
    Ip = 4,
    /// Any of the secrets: `aws_key`, `github_token`, `private_key`, `jwt`, and other vendors' tokens with a known prefix.
    Secret = 5,
    /// An AWS access key ID, or a secret access key that is named as one.
    AwsKey = 6,
    /// A GitHub token.
    GithubToken = 7,
    /// A PEM block of a private key.
    PrivateKey = 8,
    /// A JSON Web Token.
    Jwt = 9,
}

impl Detector {
    /// All of them, by tag.
    pub const ALL: &'static [Self] =
        &[Self::Card, Self::Iban, Self::Email, Self::Phone, Self::Ip, Self::Secret, Self::AwsKey, Self::GithubToken, Self::PrivateKey, Self::Jwt];

    /// Returns the word, as policies write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Ip => "ip",
            Self::Secret => "secret",
            Self::AwsKey => "aws_key",
            Self::GithubToken => "github_token",
            Self::PrivateKey => "private_key",
            Self::Jwt => "jwt",
        }
    }

    /// Returns the detector of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|detector| detector.word() == word)
    }

    /// Calls `found` with the byte range of each occurrence, from left to right, none overlapping; stops when it answers false.
    pub fn find(self, text: &str, found: &mut dyn FnMut(Range<usize>) -> bool) {
        let _ = (self, text, found);
    }

    /// Returns whether it occurs in a text.
    #[must_use]
    pub fn is_in(self, text: &str) -> bool {
        let mut any = false;
        self.find(text, &mut |_| {
            any = true;
            false
        });
        any
    }
}

impl Detector {
    /// Returns the tag of the encoding.
    #[must_use]
    pub const fn tag(self) -> u8 {
        self as u8
    }

    /// Returns the detector of a tag.
    #[must_use]
    pub fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.get(usize::from(tag)).copied()
    }
}
