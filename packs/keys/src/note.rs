//! Signed notes: a text, a blank line, and a line for each signature (<https://c2sp.org/signed-note>).

mod parse;
mod verify;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::name::{KeyName, NameError};
use crate::signing::SigningKey;
use crate::verifier::KeyId;

pub use verify::Verified;

/// The most bytes of a note.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// The most signatures of a note.
pub const MAX_SIGNATURES: usize = 100;

/// What a line of a signature begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text with signatures that nobody has verified yet.
///
/// It has at least one signature, and its bytes are a function of its fields: a note that was parsed is written as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Ends in a newline.
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature of a note: who is said to have made it, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: KeyId,
    /// Of any length but none: there are other kinds than Ed25519.
    bytes: Vec<u8>,
}

impl NoteSignature {
    /// Returns the name of the key.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the ID of the key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Returns the signature without the ID, in the form of its kind. It has at least one byte.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.to_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// Why bytes are no note, a note is not believed, or a text can't become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is too large.
    #[error("a note has at most {MAX_NOTE_BYTES} bytes, this one has {len_bytes}")]
    TooLarge {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// It is not UTF-8.
    #[error("a note is UTF-8, and byte {at} is not")]
    NotUtf8 {
        /// Where, in bytes from its beginning.
        at: usize,
    },
    /// It has a control character.
    #[error("a note has no control characters but newlines, and byte {at} is {byte:#04x}")]
    Control {
        /// Where, in bytes from its beginning.
        at: usize,
        /// Which.
        byte: u8,
    },
    /// It, or the text that is to be signed, ends in the middle of a line.
    #[error("the last line has no end")]
    NoFinalNewline,
    /// There is no blank line between text and signatures.
    #[error("there is no blank line between the text and its signatures")]
    NoBlankLine,
    /// There is no signature.
    #[error("no signature stands below the blank line")]
    NoSignatures,
    /// There are too many signatures.
    #[error("a note has at most {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// A line below the last blank one is no signature.
    #[error("line {line} is no signature: an em dash, the name of a key and the signature in Base64, with one space between them")]
    MalformedSignature {
        /// Which line, from 1.
        line: usize,
    },
    /// A line below the last blank one has a name that can't be one.
    #[error("line {line} is no signature: {error}")]
    MalformedName {
        /// Which line, from 1.
        line: usize,
        /// Why it is no name.
        error: NameError,
    },
    /// The signature of a known key is not good.
    #[error("the signature of `{name}` ({id}) is not of this key and this text")]
    BadSignature {
        /// The name of the key.
        name: KeyName,
        /// Its ID.
        id: KeyId,
    },
    /// No known key has signed it.
    #[error("no known key has signed it")]
    NoKnownSignature,
    /// Not enough known keys have signed it.
    #[error("{found} known keys have signed it, {needed} are needed")]
    TooFewSignatures {
        /// How many different keys have signed it.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// Two known keys have the same name and ID, so that it can't be said whose a signature is.
    #[error("two known keys have the name `{name}` and the id {id}")]
    AmbiguousKeys {
        /// Their name.
        name: KeyName,
        /// Their ID.
        id: KeyId,
    },
}

impl Note {
    /// Signs a text.
    ///
    /// # Errors
    /// When the text doesn't end in a newline, has other control characters, or the note gets too large.
    pub fn sign(text: impl Into<String>, key: &SigningKey) -> Result<Self, NoteError> {
        let text = text.into();
        parse::check_characters(&text)?;
        let mut note = Self { text, signatures: Vec::new() };
        note.add_signature(key)?;
        Ok(note)
    }

    /// Adds the signature of a key below the others. Signatures of other keys stay as they are, also those that aren't good: verify a note before you
    /// sign it. What stood there under the name and ID of this key goes away.
    ///
    /// # Errors
    /// When there get to be too many, or the note gets too large. It is then as it was.
    pub fn add_signature(&mut self, key: &SigningKey) -> Result<(), NoteError> {
        let verifier = key.verifier();
        let made = NoteSignature { name: key.name().clone(), id: verifier.id(), bytes: key.sign(self.text.as_bytes()).to_vec() };
        let mut signatures: Vec<NoteSignature> = self.signatures.iter().filter(|s| (&s.name, s.id) != (&made.name, made.id)).cloned().collect();
        signatures.push(made);
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let note = Self { text: self.text.clone(), signatures };
        let len_bytes = note.to_string().len();
        if len_bytes > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge { len_bytes });
        }
        *self = note;
        Ok(())
    }

    /// Returns the text, with its last newline. **Nobody has verified it**; the text of a [`Verified`] note is.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// Returns the signatures in their order, verified or not.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Returns the bytes of the note.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            writeln!(f, "{signature}")?;
        }
        Ok(())
    }
}
