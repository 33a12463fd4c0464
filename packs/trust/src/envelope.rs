//! Envelopes: a payload with signatures (DSSE, <https://github.com/secure-systems-lab/dsse>, v1.0.2).

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reach_archive::MAX_ENVELOPE_BYTES;
use reach_keys::{BadSignature, SigningKey, VerifierKey};
use reach_statement::MAX_STATEMENT_BYTES;
use serde::{Deserialize, Serialize};

use crate::signer::{SignerId, SignerIdError};

/// The most signatures of an envelope.
pub const MAX_SIGNATURES: usize = 100;

/// What a payload is. It is signed with it, so that no signature of one kind holds for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadType {
    /// The statement of a pack.
    Pack,
    /// That a key takes the place of another.
    Rotation,
}

impl PayloadType {
    /// Returns it as it stands in an envelope.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pack => "application/vnd.reach.pack+json",
            Self::Rotation => "application/vnd.reach.key-rotation+json",
        }
    }
}

impl fmt::Display for PayloadType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A payload with signatures that nobody has verified yet.
///
/// Its bytes are a function of its fields: one that was read is written with the same bytes. Signatures stand in the order of their keys' names and
/// IDs, none twice.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    payload_type: PayloadType,
    payload: Vec<u8>,
    signatures: BTreeMap<SignerId, [u8; 64]>,
}

/// Why bytes are no envelope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is too large.
    #[error("an envelope has at most {MAX_ENVELOPE_BYTES} bytes, this one has {len_bytes}")]
    TooLarge {
        /// How many there are.
        len_bytes: usize,
    },
    /// It is no JSON of this form.
    #[error("it is no envelope: {0}")]
    Form(String),
    /// It is written in another way than the one.
    #[error("the envelope is not written in the canonical form (RFC 8785, with the signatures in the order of their key ids)")]
    NotCanonical,
    /// Its payload is something else.
    #[error("the payload has the type `{found}`, and `{expected}` is expected")]
    Type {
        /// The type, without what can't be seen.
        found: String,
        /// What it must be.
        expected: PayloadType,
    },
    /// Something isn't Base64, or not as it would be printed.
    #[error("the {0} is not Base64 (RFC 4648, section 4, with padding)")]
    Base64(&'static str),
    /// A key isn't named as keys are.
    #[error(transparent)]
    Signer(#[from] SignerIdError),
    /// A signature has another length than 64 bytes.
    #[error("an Ed25519 signature has 64 bytes, that of `{signer}` has {len_bytes}")]
    SignatureLength {
        /// Whose it is said to be.
        signer: SignerId,
        /// How many it has.
        len_bytes: usize,
    },
    /// There are too many signatures.
    #[error("an envelope has at most {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The payload is too large.
    #[error("a payload has at most {MAX_STATEMENT_BYTES} bytes, this one has {len_bytes}")]
    PayloadTooLarge {
        /// How many it has.
        len_bytes: usize,
    },
}

/// The form in JSON; fields in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<SignatureForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureForm {
    keyid: String,
    sig: String,
}

/// Returns what is signed of a payload: `DSSEv1`, the length and text of its type, its length and bytes, with spaces between (DSSE v1.0.2,
/// "Signature definition", PAE).
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

impl Envelope {
    /// Returns an envelope without signatures.
    ///
    /// # Errors
    /// When the payload is too large.
    pub fn new(payload_type: PayloadType, payload: Vec<u8>) -> Result<Self, EnvelopeError> {
        if payload.len() > MAX_STATEMENT_BYTES {
            return Err(EnvelopeError::PayloadTooLarge { len_bytes: payload.len() });
        }
        Ok(Self { payload_type, payload, signatures: BTreeMap::new() })
    }

    /// Reads an envelope whose payload is of a type. That it can be read says nothing about who has signed it.
    ///
    /// # Errors
    /// When it is none, of another type, or is written in another way than [`Self::to_bytes`] would.
    pub fn parse(bytes: &[u8], expected: PayloadType) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLarge { len_bytes: bytes.len() });
        }
        let form: Form = serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Form(error.to_string().escape_debug().to_string()))?;
        if form.payload_type != expected.as_str() {
            return Err(EnvelopeError::Type { found: form.payload_type.chars().take(100).collect::<String>().escape_debug().to_string(), expected });
        }
        if form.signatures.len() > MAX_SIGNATURES {
            return Err(EnvelopeError::TooManySignatures);
        }
        // The engine asks for padding, and for zeros in the bits that stand for nothing.
        let mut envelope = Self::new(expected, STANDARD.decode(&form.payload).map_err(|_| EnvelopeError::Base64("payload"))?)?;
        for SignatureForm { keyid, sig } in &form.signatures {
            let signer: SignerId = keyid.parse()?;
            let sig = STANDARD.decode(sig).map_err(|_| EnvelopeError::Base64("signature"))?;
            let sig = sig.as_slice().try_into().map_err(|_| EnvelopeError::SignatureLength { signer: signer.clone(), len_bytes: sig.len() })?;
            envelope.signatures.insert(signer, sig);
        }
        // Keys twice, other orders, spaces, escapes and a signer twice are all found by writing it again.
        if envelope.to_bytes()? == bytes { Ok(envelope) } else { Err(EnvelopeError::NotCanonical) }
    }

    /// Returns its bytes.
    ///
    /// # Errors
    /// When it can't be written, which no envelope gives cause for.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EnvelopeError> {
        let signatures = self.signatures.iter().map(|(signer, sig)| SignatureForm { keyid: signer.to_string(), sig: STANDARD.encode(sig) });
        let form = Form { payload: STANDARD.encode(&self.payload), payload_type: self.payload_type.to_string(), signatures: signatures.collect() };
        serde_json::to_vec(&form).map_err(|error| EnvelopeError::Form(error.to_string()))
    }

    /// Adds the signature of a key; what stood there under its name and ID goes away. Other signatures stay as they are, also those that aren't good.
    ///
    /// # Errors
    /// When there get to be too many. It is then as it was.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), EnvelopeError> {
        let signer = SignerId::of(&key.verifier());
        if self.signatures.len() >= MAX_SIGNATURES && !self.signatures.contains_key(&signer) {
            return Err(EnvelopeError::TooManySignatures);
        }
        self.signatures.insert(signer, key.sign(&self.signed()));
        Ok(())
    }

    /// Verifies the signature that stands there under the name and ID of a key; nothing where there is none.
    #[must_use]
    pub fn verify(&self, key: &VerifierKey) -> Option<Result<(), BadSignature>> {
        let signature = self.signatures.get(&SignerId::of(key))?;
        Some(key.verify(&self.signed(), signature))
    }

    /// Returns what is signed.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        pae(self.payload_type.as_str(), &self.payload)
    }

    /// Returns the payload. **Nobody has verified it.**
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Returns who is said to have signed it, with the signatures, in order.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = (&SignerId, &[u8; 64])> {
        self.signatures.iter()
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signers: Vec<String> = self.signatures.keys().map(SignerId::to_string).collect();
        f.debug_struct("Envelope").field("payload_type", &self.payload_type).field("payload_bytes", &self.payload.len()).field("signers", &signers).finish()
    }
}
