//! The public half of a key, as one line.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::name::{KeyName, NameError};

/// The byte that stands for Ed25519 before a public key (<https://c2sp.org/signed-note>, "Signature types").
const ED25519: u8 = 0x01;

/// The first four bytes of a hash of the name and the public key. With the name it tells which key has signed; it proves nothing, since anybody can
/// make a key with the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Returns the ID of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Returns its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }

    /// SHA-256(name || 0x0A || 0x01 || key), its first four bytes (<https://c2sp.org/signed-note>, "Ed25519 signatures").
    fn of(name: &KeyName, key: &[u8; 32]) -> Self {
        let hash = Sha256::new().chain_update(name.as_str()).chain_update([b'\n', ED25519]).chain_update(key).finalize();
        let mut id = [0; 4];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        Self(id)
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    /// Reads eight hexadecimal digits, lower-case.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.len() != 8 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(KeyError::Form);
        }
        u32::from_str_radix(text, 16).map(|id| Self(id.to_be_bytes())).map_err(|_| KeyError::Form)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The public half of a key: verifies what the [`SigningKey`](crate::SigningKey) of the same name has signed.
///
/// As text it is the line `name+id+key`: the ID in eight lower-case hexadecimal digits, the key in Base64 behind the byte 0x01
/// (<https://pkg.go.dev/golang.org/x/mod/sumdb/note>, "Generating Keys"). There is one such line for a key: what is read is what would be printed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    key: ed25519_dalek::VerifyingKey,
}

/// Why something is no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The line has other parts than it must have.
    #[error("a public key is a line `name+id+key`, with an id of eight digits 0 to 9 and a to f")]
    Form,
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The key is not in Base64, or not as it would be printed.
    #[error("the part behind the last `+` is not Base64 (RFC 4648, section 4, with padding)")]
    Base64,
    /// The key is of another kind than Ed25519.
    #[error("the key is of the kind {0:#04x}, only 0x01 (Ed25519) is known")]
    Kind(u8),
    /// The key has another length than 32 bytes.
    #[error("an Ed25519 key has 32 bytes, this one has {len_bytes}")]
    Length {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// The ID is that of another key, or of another name.
    #[error("the id is {written}, but that of this name and key is {computed}: one of the three was changed")]
    OtherId {
        /// What stands there.
        written: KeyId,
        /// What should.
        computed: KeyId,
    },
    /// The bytes are no point of the curve, or a point in another form than RFC 8032 writes it.
    #[error("the bytes are no Ed25519 key")]
    NoKey,
    /// The point is of small order: there are signatures that such a key verifies for every text.
    #[error("the key is weak: anybody can sign for it")]
    Weak,
}

/// A signature does not belong to this key and this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not of this key and this text")]
pub struct BadSignature;

impl VerifierKey {
    /// Returns the key of these bytes (RFC 8032, section 5.1.5) under a name.
    ///
    /// # Errors
    /// When the bytes are no key, or that of a weak one.
    pub fn new(name: KeyName, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NoKey)?;
        // A coordinate that isn't below 2^255 − 19 is another spelling of a point (RFC 8032, section 5.1.3, step 1), and so of an ID.
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(KeyError::NoKey);
        }
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(Self::of(name, key))
    }

    /// The key of a secret one.
    pub(crate) fn of(name: KeyName, key: ed25519_dalek::VerifyingKey) -> Self {
        Self { id: KeyId::of(&name, key.as_bytes()), name, key }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the ID.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Returns the 32 bytes of the key itself (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Verifies a signature: strictly, so that whether it is good depends on nobody's reading of RFC 8032 (section 5.1.7), and no signature holds for
    /// two texts.
    ///
    /// # Errors
    /// When the signature is not of this key and message.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
        self.key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).map_err(|_| BadSignature)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(line: &str) -> Result<Self, KeyError> {
        // The longest name, two `+`, eight digits, and the Base64 of 33 bytes.
        if line.len() > crate::MAX_NAME_BYTES + 2 + 8 + 44 {
            return Err(KeyError::Form);
        }
        // Base64 may have a `+` itself.
        let mut parts = line.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let name = KeyName::new(name)?;
        let written: KeyId = id.parse()?;
        // The engine asks for padding, and for zeros in the bits that stand for nothing.
        let bytes = STANDARD.decode(key).map_err(|_| KeyError::Base64)?;
        let key = match bytes.split_first() {
            Some((&ED25519, key)) => key.try_into().map_err(|_| KeyError::Length { len_bytes: key.len() })?,
            Some((other, _)) => return Err(KeyError::Kind(*other)),
            None => return Err(KeyError::Form),
        };
        let computed = KeyId::of(&name, key);
        if written != computed {
            return Err(KeyError::OtherId { written, computed });
        }
        Self::new(name, key)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}
