//! What commands that write secret keys have in common.

use std::path::Path;

use reach_keys::{FileError, KeyName, Passphrase};

use super::{failed, passphrase};
use crate::failure::Failure;

/// Fails where something is there already, before anybody is asked for a passphrase in vain.
///
/// # Errors
/// When there is a file or anything else of that name.
pub fn must_be_new(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() { Err(failed::file(path, FileError::Exists)) } else { Ok(()) }
}

/// Returns what a key is to be encrypted with, if it is.
///
/// # Errors
/// When it is to be encrypted, and there is no passphrase.
pub fn new_passphrase(name: &KeyName, file: Option<&Path>, none: bool) -> Result<Option<Passphrase>, Failure> {
    match file {
        Some(file) => passphrase::from_file(file).map(Some),
        None if none => Ok(None),
        None => passphrase::ask_twice(&format!("passphrase for the new key `{name}`"))?.map(Some).ok_or_else(|| {
            failed::needed("the key is to be encrypted, and no passphrase was given")
                .help("`--passphrase-file FILE` reads it from a file; `--no-passphrase` makes a key that is not encrypted")
        }),
    }
}
