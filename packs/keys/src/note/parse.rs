//! From bytes to a note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{DASH, MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteError, NoteSignature};
use crate::name::KeyName;
use crate::verifier::KeyId;

/// What stands between the text, whose last newline it begins with, and the signatures.
const SEPARATOR: &str = "\n\n";

/// Tests whether a text, or a whole note, is made of lines without control characters.
pub fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.bytes().enumerate().find(|(_, byte)| *byte < b' ' && *byte != b'\n') {
        Some((at, byte)) => Err(NoteError::Control { at, byte }),
        None if text.ends_with('\n') => Ok(()),
        None => Err(NoteError::NoFinalNewline),
    }
}

impl Note {
    /// Reads a note. That it can be read says nothing about who has signed it.
    ///
    /// # Errors
    /// When it doesn't have the form, or more than [`MAX_NOTE_BYTES`] or [`MAX_SIGNATURES`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge { len_bytes: bytes.len() });
        }
        let whole = std::str::from_utf8(bytes).map_err(|e| NoteError::NotUtf8 { at: e.valid_up_to() })?;
        check_characters(whole)?;
        // The text may have blank lines itself: the last one ends it.
        let (above, below) = whole.rsplit_once(SEPARATOR).ok_or(NoteError::NoBlankLine)?;
        let text = format!("{above}\n");
        let first = text.bytes().filter(|b| *b == b'\n').count() + 2;
        let mut signatures = Vec::new();
        for (at, line) in below.split_terminator('\n').enumerate() {
            if at == MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(signature(line, first + at)?);
        }
        if signatures.is_empty() {
            return Err(NoteError::NoSignatures);
        }
        Ok(Self { text, signatures })
    }
}

/// Reads a line of a signature. `number` is that of the line in its note.
fn signature(line: &str, number: usize) -> Result<NoteSignature, NoteError> {
    let malformed = NoteError::MalformedSignature { line: number };
    let Some((name, base64)) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')) else {
        return Err(malformed);
    };
    let name = KeyName::new(name).map_err(|error| NoteError::MalformedName { line: number, error })?;
    // The engine asks for padding, and for zeros in the bits that stand for nothing: there is one way to write a signature.
    let Ok(bytes) = STANDARD.decode(base64) else {
        return Err(malformed);
    };
    match bytes.split_first_chunk() {
        Some((id, bytes)) if !bytes.is_empty() => Ok(NoteSignature { name, id: KeyId::from_bytes(*id), bytes: bytes.to_vec() }),
        _ => Err(malformed),
    }
}
