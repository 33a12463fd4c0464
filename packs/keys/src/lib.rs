//! Keys that sign, the files that they are kept in, and signed notes.
//!
//! A [`SigningKey`] signs, the [`VerifierKey`] that belongs to it verifies; both carry the [`KeyName`] under which the key is known. A
//! [`Note`] is a text with signatures below it, as <https://c2sp.org/signed-note> has it. What a note says counts for nothing until
//! [`Note::verify`] has found the signature of a known key, so the text of one that was verified is had from [`Verified`].
//!
//! Only [`KeyFile`], [`read_secret`], [`create_secret`] and [`sync_folder`] touch files; everything else is a function of its arguments, but for [`SigningKey::generate`] and
//! [`SigningKey::to_openssh`], which ask the system for random bytes.

mod file;
mod forms;
mod name;
mod note;
mod openssh;
mod signing;
mod verifier;

pub use file::{FileError, KeyFile, MAX_FILE_BYTES, create_secret, parent_of, read_secret, sync_folder};
pub use forms::{ImportError, SecretForm};
pub use name::{KeyName, MAX_NAME_BYTES, NameError};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteError, NoteSignature, Verified};
pub use openssh::{FormatError, MAX_PASSPHRASE_BYTES, MAX_ROUNDS, Passphrase, PassphraseError};
pub use signing::{RandomError, SigningKey};
pub use verifier::{BadSignature, KeyError, KeyId, VerifierKey};
