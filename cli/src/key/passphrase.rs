//! Where passphrases come from: a file, or whoever sits at the terminal. Never the arguments, which other users of the machine can see.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use reach_codes::table::{command, key};
use reach_keys::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseError};

use crate::failure::{Failure, reason};
use crate::files;

/// Reads a passphrase from a file; `-` is standard input.
///
/// # Errors
/// When the file can't be read, or holds something else than one line.
pub fn from_file(path: &Path) -> Result<Passphrase, Failure> {
    // One byte more than there may be, and an end of line.
    let bytes = files::read_whole(path, MAX_PASSPHRASE_BYTES as u64 + 3, "the file of a passphrase")?;
    Passphrase::new(bytes).map_err(|error| bad(error).note(format!("it was read from {}", files::named(path))))
}

/// Asks for a passphrase. Nothing where standard input is no terminal: nobody is there to be asked.
///
/// # Errors
/// When the terminal can't be read, or something else than one line was typed.
pub fn ask(question: &str) -> Result<Option<Passphrase>, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(format!("{question}: "))
        .map_err(|e| Failure::new(command::UNREADABLE_INPUT, format!("the passphrase cannot be read from the terminal: {}", reason(&e))))?;
    Passphrase::new(typed).map(Some).map_err(bad)
}

/// Asks for a new passphrase, twice.
///
/// # Errors
/// As [`ask`], and when the two differ.
pub fn ask_twice(question: &str) -> Result<Option<Passphrase>, Failure> {
    let Some(first) = ask(question)? else {
        return Ok(None);
    };
    if ask("once more")?.is_none_or(|again| again != first) {
        return Err(Failure::new(key::BAD_PASSPHRASE, "the two passphrases differ").note("no key was made"));
    }
    Ok(Some(first))
}

fn bad(error: PassphraseError) -> Failure {
    Failure::new(key::BAD_PASSPHRASE, error.to_string())
}
