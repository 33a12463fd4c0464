//! How a key takes the place of another.

use reach_keys::{KeyError, SigningKey, VerifierKey};
use serde::{Deserialize, Serialize};

use crate::envelope::{Envelope, EnvelopeError, PayloadType};
use crate::time::Timestamp;

/// What the statement is: its form, and what it is for.
const ROTATION_TYPE: &str = "reach-key-rotation/1";

/// That a new key takes the place of an old one. Both have signed it: the old one, because it hands over what it may; the new one, because nobody
/// else may claim its place in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The old key.
    pub from: VerifierKey,
    /// The new one.
    pub to: VerifierKey,
    /// When it was signed, as its signer says.
    pub time: Timestamp,
    /// Until when the old key may still sign; where it is left out, as long as it could before.
    pub until: Option<Timestamp>,
}

/// Why something is no rotation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The envelope is none.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The payload is none.
    #[error("it is no statement about two keys: {0}")]
    Form(String),
    /// One of the keys is none.
    #[error("one of the two keys is none: {0}")]
    Key(#[from] KeyError),
    /// Both are the same.
    #[error("the new key is the old one")]
    Same,
    /// It isn't signed by both keys, and by nobody else.
    #[error("it must be signed by the old key and by the new one, and is not signed by `{0}`")]
    NotSigned(String),
    /// A signature isn't good.
    #[error("the signature of `{0}` is not of this key and this statement")]
    BadSignature(String),
}

/// The form in JSON; fields in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    from: String,
    time: Timestamp,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl Rotation {
    /// Signs that a key takes the place of another.
    ///
    /// # Errors
    /// When both are the same.
    pub fn sign(old: &SigningKey, new: &SigningKey, time: Timestamp, until: Option<Timestamp>) -> Result<Envelope, RotationError> {
        let (from, to) = (old.verifier(), new.verifier());
        if from.as_bytes() == to.as_bytes() {
            return Err(RotationError::Same);
        }
        let form = Form { from: from.to_string(), time, to: to.to_string(), kind: ROTATION_TYPE.to_owned(), until };
        let payload = serde_json::to_vec(&form).map_err(|error| RotationError::Form(error.to_string()))?;
        let mut envelope = Envelope::new(PayloadType::Rotation, payload)?;
        envelope.sign(old)?;
        envelope.sign(new)?;
        Ok(envelope)
    }

    /// Reads and verifies that a key takes the place of another. Whether the old one was trusted is another question.
    ///
    /// # Errors
    /// When it is none, or not signed by both.
    pub fn verify(bytes: &[u8]) -> Result<Self, RotationError> {
        let envelope = Envelope::parse(bytes, PayloadType::Rotation)?;
        let form: Form = serde_json::from_slice(envelope.unverified_payload()).map_err(|error| RotationError::Form(error.to_string()))?;
        let again = serde_json::to_vec(&form).map_err(|error| RotationError::Form(error.to_string()))?;
        if again != envelope.unverified_payload() || form.kind != ROTATION_TYPE {
            return Err(RotationError::Form(format!("it is not written as `{ROTATION_TYPE}` is")));
        }
        let (from, to): (VerifierKey, VerifierKey) = (form.from.parse()?, form.to.parse()?);
        if from.as_bytes() == to.as_bytes() {
            return Err(RotationError::Same);
        }
        for key in [&from, &to] {
            match envelope.verify(key) {
                None => return Err(RotationError::NotSigned(key.to_string())),
                Some(Err(_)) => return Err(RotationError::BadSignature(key.to_string())),
                Some(Ok(())) => {}
            }
        }
        if envelope.signatures().len() != 2 {
            return Err(RotationError::Form("somebody else has signed it too".to_owned()));
        }
        Ok(Self { from, to, time: form.time, until: form.until })
    }
}
