//! What is wrong with a key, as a failure of the command.

use std::path::Path;

use reach_codes::table::{command, key};
use reach_keys::{FileError, FormatError, ImportError, NameError};

use crate::failure::Failure;

/// Returns the failure of a name that can't be one.
pub fn name(text: &str, error: NameError) -> Failure {
    Failure::new(key::BAD_KEY_NAME, format!("{text:?} cannot be the name of a key"))
        .note(error.to_string())
        .help("best it is a URL without its scheme: `example.com/log`")
}

/// Returns the failure to read or write the file of a key.
pub fn file(path: &Path, error: FileError) -> Failure {
    let shown = path.display();
    match error {
        FileError::Unreadable(error) => Failure::unreadable(shown, &error),
        FileError::Unwritable(error) => {
            let failure = Failure::unwritable(path, &error);
            if error.kind() == std::io::ErrorKind::NotFound { failure.help("make its folder first") } else { failure }
        }
        FileError::Exists => Failure::new(command::WOULD_OVERWRITE, format!("`{shown}` is there already"))
            .note("no key was made")
            .help("name another file, or move this one away"),
        FileError::Link => Failure::new(key::NOT_A_KEY_FILE, format!("`{shown}` is a symbolic link")).help("name the file itself"),
        FileError::NotAFile => Failure::new(key::NOT_A_KEY_FILE, format!("`{shown}` is no plain file")),
        FileError::TooLarge => Failure::new(command::INPUT_TOO_LARGE, format!("`{shown}` is larger than a key may be: {} bytes", reach_keys::MAX_FILE_BYTES)),
        FileError::Permissions { mode } => Failure::new(key::EXPOSED_KEY, format!("others than its owner have rights to `{shown}` (mode {mode:04o})"))
            .note("who can read it can sign")
            .help(format!("take the rights with `chmod 600 {shown}`, and make a new key if somebody may have read this one")),
        FileError::Format(error) => format(path, &error),
    }
}

/// Returns the failure to understand the file of a key.
pub fn format(path: &Path, error: &FormatError) -> Failure {
    let shown = path.display();
    match error {
        FormatError::NotOpenssh => Failure::new(key::NOT_A_KEY, format!("`{shown}` holds no secret key in the format of OpenSSH"))
            .help("`reach key generate` makes one; a public key is no secret one"),
        FormatError::Damaged(why) => Failure::new(key::DAMAGED_KEY, format!("the key in `{shown}` is damaged or cut off")).note(why.clone()),
        FormatError::NotEd25519 => Failure::new(key::OTHER_KIND_OF_KEY, format!("the key in `{shown}` is not of the kind Ed25519")),
        FormatError::Name(error) => Failure::new(key::BAD_KEY_NAME, format!("the comment of the key in `{shown}` is its name, and cannot be one"))
            .note(error.to_string())
            .help(format!("`ssh-keygen -c -C NAME -f {shown}` changes it")),
        FormatError::PassphraseNeeded => needed(format!("the key in `{shown}` is encrypted, and no passphrase was given")),
        FormatError::WrongPassphrase => Failure::new(key::WRONG_PASSPHRASE, format!("the passphrase is not that of the key in `{shown}`"))
            .note("or the file was changed: the two look alike"),
        FormatError::NotEncrypted => Failure::new(key::PASSPHRASE_NOT_NEEDED, format!("the key in `{shown}` is not encrypted, and a passphrase was given"))
            .help("leave the passphrase away if it is the right file"),
        FormatError::Rounds { rounds } => Failure::new(key::SLOW_KEY, format!("the key in `{shown}` asks for {rounds} rounds of bcrypt"))
            .note(format!("1 to {} are computed", reach_keys::MAX_ROUNDS)),
        FormatError::Random(error) => Failure::new(key::NO_RANDOMNESS, error.to_string()),
    }
}

/// Returns the failure to read a key of another tool. `shown` names where it was read from.
pub fn import(path: &Path, shown: &str, error: &ImportError) -> Failure {
    match error {
        ImportError::Format(error) => format(path, error),
        ImportError::NameNeeded => Failure::new(key::KEY_NAME_NEEDED, format!("the key in {shown} has no name, and none was given"))
            .help("`--name NAME` gives it one, best a URL without its scheme: `example.com/packs`"),
        ImportError::NotEncrypted => Failure::new(key::PASSPHRASE_NOT_NEEDED, format!("the key in {shown} is not encrypted, and a passphrase was given")),
        ImportError::Unknown => Failure::new(key::OTHER_FORM_OF_KEY, format!("{shown} holds no secret key in a form that is read"))
            .note("read are keys of OpenSSH, PKCS #8 in PEM, and seeds of 32 bytes or 64 hexadecimal digits"),
        ImportError::Public => Failure::new(key::OTHER_FORM_OF_KEY, format!("{shown} holds a public key, which cannot sign")),
        ImportError::Encrypted => Failure::new(key::OTHER_FORM_OF_KEY, format!("the key in {shown} is encrypted PKCS #8, which is not read"))
            .help("`openssl pkey -in FILE | reach key import - --name NAME --out FILE` decrypts it on the way"),
        ImportError::Pkcs8(why) => {
            Failure::new(key::DAMAGED_KEY, format!("the key in {shown} is damaged, or not of the kind Ed25519")).note(why.escape_debug().to_string())
        }
    }
}

/// Returns the failure of a passphrase that nobody can be asked for.
pub fn needed(message: impl Into<String>) -> Failure {
    Failure::new(key::PASSPHRASE_NEEDED, message)
        .note("it is asked for on a terminal only")
        .help("`--passphrase-file FILE` reads it from a file, `--passphrase-file -` from standard input")
}
