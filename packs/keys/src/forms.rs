//! Secret keys in other forms than the one they are kept in: for tools that have their own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{self, DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes};
use zeroize::Zeroizing;

use crate::name::KeyName;
use crate::openssh::{FormatError, Passphrase};
use crate::signing::SigningKey;
use crate::verifier::VerifierKey;

/// A form of a secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// The private key format of OpenSSH, with a name and, where it is encrypted, a passphrase.
    Openssh,
    /// PKCS #8 in PEM (RFC 8410, section 7; RFC 7468, section 10), as `openssl genpkey -algorithm ed25519` writes it.
    Pkcs8,
    /// The seed (the private key of RFC 8032, section 5.1.5) as 64 hexadecimal digits.
    Hex,
    /// The 32 bytes of the seed.
    Raw,
}

/// Why bytes are no secret key in any form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// They have none of the forms.
    #[error("it is no secret key: neither one of OpenSSH, nor PKCS #8 in PEM, nor a seed of 32 bytes or 64 hexadecimal digits")]
    Unknown,
    /// It is a public key.
    #[error("it is a public key, which cannot sign")]
    Public,
    /// It is PKCS #8 that is encrypted.
    #[error("it is an encrypted key in PKCS #8, which is not read")]
    Encrypted,
    /// It is PKCS #8 of a key that can't be used.
    #[error("it is no Ed25519 key in PKCS #8: {0}")]
    Pkcs8(String),
    /// The form has no name, and none was given.
    #[error("a key in this form has no name, and none was given")]
    NameNeeded,
    /// A passphrase was given, and the form has none.
    #[error("a passphrase was given, but a key in this form is not encrypted")]
    NotEncrypted,
    /// It is a key of OpenSSH that can't be used.
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl SecretForm {
    /// Returns the form that some bytes have.
    ///
    /// # Errors
    /// When they have none, or one that is not read.
    pub fn of(bytes: &[u8]) -> Result<Self, ImportError> {
        let begins = |label: &str| bytes.strip_prefix(b"-----BEGIN ").is_some_and(|rest| rest.starts_with(format!("{label}-----").as_bytes()));
        if begins("OPENSSH PRIVATE KEY") {
            Ok(Self::Openssh)
        } else if begins("PRIVATE KEY") {
            Ok(Self::Pkcs8)
        } else if begins("ENCRYPTED PRIVATE KEY") {
            Err(ImportError::Encrypted)
        } else if begins("PUBLIC KEY") || bytes.starts_with(b"ssh-ed25519 ") {
            Err(ImportError::Public)
        } else if begins("RSA PRIVATE KEY") || begins("EC PRIVATE KEY") || begins("DSA PRIVATE KEY") {
            Err(ImportError::Format(FormatError::NotEd25519))
        } else if hex_seed(bytes).is_some() {
            Ok(Self::Hex)
        } else if bytes.len() == 32 {
            Ok(Self::Raw)
        } else {
            Err(ImportError::Unknown)
        }
    }
}

/// The bytes of 64 hexadecimal digits, with or without an end of line.
fn hex_seed(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let digits = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let digits = digits.strip_suffix(b"\r").unwrap_or(digits);
    if digits.len() != 64 {
        return None;
    }
    let mut seed = Zeroizing::new([0; 32]);
    for (to, pair) in seed.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            *to = *to << 4 | u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        }
    }
    Some(seed)
}

impl SigningKey {
    /// Reads a secret key in whatever form it has. A name that is given takes the place of the one that stands there.
    ///
    /// # Errors
    /// When it has no form that is read, is damaged or of another kind, or when a name or a passphrase lacks.
    pub fn import(bytes: &[u8], name: Option<KeyName>, passphrase: Option<&Passphrase>) -> Result<Self, ImportError> {
        let form = SecretForm::of(bytes)?;
        if form == SecretForm::Openssh {
            // Read under the name that was given, since the comment of keys that were made for something else is often none.
            return Ok(Self::from_openssh_named(bytes, passphrase, name)?);
        }
        if passphrase.is_some() {
            return Err(ImportError::NotEncrypted);
        }
        let name = name.ok_or(ImportError::NameNeeded)?;
        match form {
            SecretForm::Pkcs8 => from_pem(bytes, name),
            SecretForm::Hex => hex_seed(bytes).map(|seed| Self::from_seed(name, &seed)).ok_or(ImportError::Unknown),
            SecretForm::Raw => bytes.try_into().map(|seed| Self::from_seed(name, seed)).map_err(|_| ImportError::Unknown),
            SecretForm::Openssh => Err(ImportError::Unknown),
        }
    }

    /// Returns the key in a form, with nothing encrypted: whoever has it can sign.
    ///
    /// # Errors
    /// When it can't be written, which no key gives cause for.
    pub fn export(&self, form: SecretForm) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        let text = match form {
            SecretForm::Openssh => self.to_openssh(None)?,
            SecretForm::Pkcs8 => {
                // Without the public half: not every version of OpenSSL reads the form that has it (RFC 5958, version 2).
                let pair = KeypairBytes { secret_key: *self.seed(), public_key: None };
                pair.to_pkcs8_pem(LineEnding::LF).map_err(|error| FormatError::Damaged(error.to_string()))?
            }
            SecretForm::Hex => {
                let mut text = Zeroizing::new(String::with_capacity(65));
                for byte in self.seed() {
                    for half in [byte >> 4, byte & 15] {
                        text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
                    }
                }
                text.push('\n');
                text
            }
            SecretForm::Raw => return Ok(Zeroizing::new(self.seed().to_vec())),
        };
        Ok(Zeroizing::new(text.as_bytes().to_vec()))
    }
}

fn from_pem(bytes: &[u8], name: KeyName) -> Result<SigningKey, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::Pkcs8("it is not text".to_owned()))?;
    // With the public half, where there is one, compared with the secret one.
    let key = ed25519_dalek::SigningKey::from_pkcs8_pem(text).map_err(|error| match error {
        pkcs8::Error::PublicKey(pkcs8::spki::Error::OidUnknown { .. }) => ImportError::Format(FormatError::NotEd25519),
        other => ImportError::Pkcs8(other.to_string()),
    })?;
    Ok(SigningKey::from_seed(name, key.as_bytes()))
}

impl VerifierKey {
    /// Returns the key as other tools read it: a `SubjectPublicKeyInfo` in PEM (RFC 8410, section 4; RFC 7468, section 13). The name is not in it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        // RFC 8410, section 4: a sequence of the algorithm 1.3.101.112 and the key, of which only the key differs.
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        der.extend_from_slice(self.as_bytes());
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
    }
}
