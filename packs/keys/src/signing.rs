//! The secret half of a key.

use std::fmt;

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use crate::name::KeyName;
use crate::verifier::VerifierKey;

/// The secret half of a key. It is wiped when it is dropped, and no `Debug` shows it.
pub struct SigningKey {
    name: KeyName,
    /// Wipes itself.
    secret: ed25519_dalek::SigningKey,
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct RandomError(getrandom::Error);

/// Fills a buffer with random bytes of the system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(RandomError)
}

impl SigningKey {
    /// Returns a new key, made from random bytes of the system.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn generate(name: KeyName) -> Result<Self, RandomError> {
        let mut seed = Zeroizing::new([0; 32]);
        fill(seed.as_mut_slice())?;
        Ok(Self::from_seed(name, &seed))
    }

    /// Returns the key of a seed (the private key of RFC 8032, section 5.1.5) under a name. Who knows the seed can sign.
    #[must_use]
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        Self { name, secret: ed25519_dalek::SigningKey::from_bytes(seed) }
    }

    /// Returns the seed.
    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.secret.as_bytes()
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::of(self.name.clone(), self.secret.verifying_key())
    }

    /// Signs a message (Ed25519 of RFC 8032, section 5.1.6). The same key and message always give the same signature.
    ///
    /// A signature says nothing about what the message was meant to be. What is signed with one key must differ in form by its purpose.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_its_name_and_nothing_else() {
        let key = SigningKey::from_seed(KeyName::new("example.com").unwrap(), &[7; 32]);
        assert_eq!(format!("{key:?}"), "SigningKey { name: KeyName(\"example.com\"), .. }");
    }

    #[test]
    fn keys_wipe_themselves() {
        const fn wipes<T: zeroize::ZeroizeOnDrop>() {}
        wipes::<ed25519_dalek::SigningKey>();
    }

    #[test]
    fn no_two_generated_keys_are_equal() {
        let key = || SigningKey::generate(KeyName::new("a").unwrap()).unwrap();
        let (one, other) = (key(), key());
        assert_ne!(one.seed(), other.seed());
        assert_ne!(one.seed(), &[0; 32]);
    }
}
