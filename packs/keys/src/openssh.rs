//! Secret keys in the private key format of OpenSSH.
//!
//! The format is <https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key>; its comment holds the name of the key. With a passphrase the key is
//! encrypted by AES-256 in counter mode, under a key that bcrypt makes of the passphrase, as `ssh-keygen` does. That hides the key from who reads
//! the file; it does not notice every change of it.

use std::fmt;

use ssh_key::private::{Ed25519Keypair, Ed25519PrivateKey, KeypairData};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{Cipher, Kdf, LineEnding, PrivateKey};
use zeroize::Zeroizing;

use crate::name::{KeyName, NameError};
use crate::signing::{RandomError, SigningKey, fill};

/// The most bytes of a passphrase.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// The most rounds of bcrypt that are computed for a file. A file says itself how many there are, and each takes some milliseconds.
pub const MAX_ROUNDS: u32 = 1000;

/// The rounds of bcrypt for files that are written: those of `ssh-keygen` since OpenSSH 9.4 (its release notes).
const ROUNDS: u32 = 24;

/// The bytes of a salt, as many as `ssh-keygen` takes.
const SALT_BYTES: usize = 16;

/// How a file in the format begins.
const BEGIN: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";

/// What a secret key is encrypted with. It is wiped when it is dropped, and no `Debug` shows it.
#[derive(PartialEq, Eq)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

/// Why a text is no passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// There is nothing.
    #[error("a passphrase is not empty")]
    Empty,
    /// It is too long.
    #[error("a passphrase has at most {MAX_PASSPHRASE_BYTES} bytes")]
    TooLong,
    /// It has an end of line or a zero byte, which could not be typed.
    #[error("a passphrase is one line of text")]
    NotOneLine,
}

impl Passphrase {
    /// Returns the passphrase, which is one line; an end of line behind it is not part of it.
    ///
    /// # Errors
    /// When it is empty, too long, or more than a line.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, PassphraseError> {
        let mut bytes = Zeroizing::new(bytes.into());
        if bytes.ends_with(b"\n") {
            bytes.pop();
            if bytes.ends_with(b"\r") {
                bytes.pop();
            }
        }
        if bytes.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if bytes.len() > MAX_PASSPHRASE_BYTES {
            return Err(PassphraseError::TooLong);
        }
        if bytes.iter().any(|b| matches!(b, b'\n' | b'\r' | 0)) {
            return Err(PassphraseError::NotOneLine);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Why bytes are no secret key, or can't be made from one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It is something else than a private key of OpenSSH.
    #[error("it is no private key in the format of OpenSSH")]
    NotOpenssh,
    /// It begins as one, and goes on as none.
    #[error("the key is damaged or cut off: {0}")]
    Damaged(String),
    /// It is a key of another kind.
    #[error("the key is not of the kind Ed25519")]
    NotEd25519,
    /// The comment is no name of a key.
    #[error("the comment of the key is its name, and cannot be one: {0}")]
    Name(#[from] NameError),
    /// It is encrypted, and no passphrase was given.
    #[error("the key is encrypted, and no passphrase was given")]
    PassphraseNeeded,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// There is a passphrase, and nothing that is encrypted with it.
    #[error("a passphrase was given, but the key is not encrypted")]
    NotEncrypted,
    /// Finding out the key would take too long.
    #[error("the key asks for {rounds} rounds of bcrypt, there may be 1 to {MAX_ROUNDS}")]
    Rounds {
        /// How many it asks for.
        rounds: u32,
    },
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// What an error of the outer form says: nothing was decrypted yet.
fn outer(error: ssh_key::Error) -> FormatError {
    match error {
        ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } => FormatError::NotEd25519,
        other => FormatError::Damaged(other.to_string()),
    }
}

/// A secret key in the format, of which only what is not encrypted has been read.
#[derive(Debug)]
pub(crate) struct Sealed(PrivateKey);

impl Sealed {
    /// Reads what is not encrypted.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        if !bytes.starts_with(BEGIN) {
            return Err(FormatError::NotOpenssh);
        }
        let key = PrivateKey::from_openssh(bytes).map_err(outer)?;
        if key.algorithm() != ssh_key::Algorithm::Ed25519 {
            return Err(FormatError::NotEd25519);
        }
        if let Kdf::Bcrypt { rounds, .. } = key.kdf()
            && !(1..=MAX_ROUNDS).contains(rounds)
        {
            return Err(FormatError::Rounds { rounds: *rounds });
        }
        Ok(Self(key))
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.is_encrypted()
    }

    /// Decrypts it if it is encrypted.
    pub(crate) fn open(&self, passphrase: Option<&Passphrase>) -> Result<SigningKey, FormatError> {
        self.open_named(passphrase, None)
    }

    /// Decrypts it if it is encrypted, and gives it a name.
    fn open_named(&self, passphrase: Option<&Passphrase>, name: Option<KeyName>) -> Result<SigningKey, FormatError> {
        let plain = match (self.is_encrypted(), passphrase) {
            (false, None) => return unsealed(&self.0, name),
            (true, None) => return Err(FormatError::PassphraseNeeded),
            (false, Some(_)) => return Err(FormatError::NotEncrypted),
            (true, Some(passphrase)) => self.0.decrypt(&*passphrase.0),
        };
        let plain = plain.map_err(|error| match error {
            // Two numbers at the beginning are not equal, or an authenticated cipher does not fit.
            ssh_key::Error::Crypto => FormatError::WrongPassphrase,
            other => FormatError::Damaged(other.to_string()),
        })?;
        unsealed(&plain, name)
    }
}

fn unsealed(key: &PrivateKey, name: Option<KeyName>) -> Result<SigningKey, FormatError> {
    let KeypairData::Ed25519(pair) = key.key_data() else {
        return Err(FormatError::NotEd25519);
    };
    let name = name.map_or_else(|| KeyName::new(key.comment()), Ok)?;
    let signing = SigningKey::from_seed(name, pair.private.as_ref());
    // The format holds the public half three times, and nothing forces the secret one to belong to it.
    if signing.verifier().as_bytes() != pair.public.as_ref() {
        return Err(FormatError::Damaged("its public half belongs to another key".to_owned()));
    }
    Ok(signing)
}

impl SigningKey {
    /// Returns the key in the private key format of OpenSSH, with its name as the comment; encrypted if there is a passphrase.
    ///
    /// # Errors
    /// When the system gives no random bytes for the encryption.
    pub fn to_openssh(&self, passphrase: Option<&Passphrase>) -> Result<Zeroizing<String>, FormatError> {
        let damaged = |error: ssh_key::Error| FormatError::Damaged(error.to_string());
        let pair = Ed25519Keypair { public: Ed25519PublicKey(*self.verifier().as_bytes()), private: Ed25519PrivateKey::from_bytes(self.seed()) };
        let mut key = PrivateKey::new(KeypairData::Ed25519(pair), self.name().as_str()).map_err(damaged)?;
        if let Some(passphrase) = passphrase {
            // The crate's own way to get random bytes panics where there are none.
            let (mut salt, mut check) = (vec![0; SALT_BYTES], [0; 4]);
            fill(&mut salt)?;
            fill(&mut check)?;
            key = key.encrypt_with(Cipher::Aes256Ctr, Kdf::Bcrypt { salt, rounds: ROUNDS }, u32::from_be_bytes(check), &*passphrase.0).map_err(damaged)?;
        }
        key.to_openssh(LineEnding::LF).map_err(damaged)
    }

    /// Reads a key in the private key format of OpenSSH.
    ///
    /// # Errors
    /// When it is damaged, of another kind, encrypted with another passphrase, or when there is a passphrase where none is needed or none where one is.
    pub fn from_openssh(bytes: &[u8], passphrase: Option<&Passphrase>) -> Result<Self, FormatError> {
        Sealed::parse(bytes)?.open(passphrase)
    }

    /// Reads a key in the private key format of OpenSSH; a name that is given takes the place of the comment.
    pub(crate) fn from_openssh_named(bytes: &[u8], passphrase: Option<&Passphrase>, name: Option<KeyName>) -> Result<Self, FormatError> {
        Sealed::parse(bytes)?.open_named(passphrase, name)
    }
}
