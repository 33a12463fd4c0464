//! `reach key import`: takes a key of another tool.

use std::io::{self, Read as _};
use std::path::PathBuf;

use clap::Args;
use reach_codes::table::command;
use reach_keys::{ImportError, KeyFile, KeyName, MAX_FILE_BYTES, SecretForm, SigningKey, read_secret};
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, passphrase, secret};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// The arguments of `key import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The file with the secret key: of OpenSSH, PKCS #8 in PEM, or a seed of 32 bytes or 64 hexadecimal digits; `-` is standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The file to write the key to, which must not be there
    #[arg(long = "out", short, value_name = "FILE")]
    out: PathBuf,
    /// The name of the key, where the file holds none or another is wanted
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Read the passphrase of the key that is read from a file of one line
    #[arg(long, value_name = "FILE")]
    from_passphrase_file: Option<PathBuf>,
    /// Read the passphrase of the new file from a file of one line; without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    passphrase_file: Option<PathBuf>,
    /// Do not encrypt the new file: whoever can read it can sign
    #[arg(long)]
    no_passphrase: bool,
}

/// A key that was imported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportData {
    /// The name.
    name: String,
    /// The ID, in eight hexadecimal digits.
    id: String,
    /// The public half: the line `name+id+key`.
    public: String,
    /// The form that was read: `openssh`, `pkcs8`, `hex` or `raw`.
    form: &'static str,
    /// The file with the secret half.
    file: String,
    /// Whether a passphrase is needed to use it.
    encrypted: bool,
}

/// Runs the command.
///
/// # Errors
/// When the key can't be read, has no name, or the new file can't be written.
pub fn run(args: &ImportArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let name = args.name.as_deref().map(|text| KeyName::new(text).map_err(|error| failed::name(text, error))).transpose()?;
    if files::is_stdin(&args.out) {
        return Err(Failure::usage("a secret key is written to a file, not to standard output"));
    }
    secret::must_be_new(&args.out)?;
    let shown = files::named(&args.path);
    let bytes = if files::is_stdin(&args.path) { stdin()? } else { read_secret(&args.path).map_err(|error| failed::file(&args.path, error))? };
    let refused = |error: ImportError| failed::import(&args.path, &shown, &error);
    let form = SecretForm::of(&bytes).map_err(refused)?;
    let given = args.from_passphrase_file.as_deref().map(passphrase::from_file).transpose()?;
    let key = match SigningKey::import(&bytes, name.clone(), given.as_ref()) {
        Err(ImportError::Format(reach_keys::FormatError::PassphraseNeeded)) if !files::is_stdin(&args.path) => {
            let asked = passphrase::ask(&format!("passphrase of {shown}"))?;
            SigningKey::import(&bytes, name, asked.as_ref())
        }
        other => other,
    };
    let key = key.map_err(refused)?;
    let new = secret::new_passphrase(key.name(), args.passphrase_file.as_deref(), args.no_passphrase)?;
    KeyFile::create(&args.out, &key, new.as_ref()).map_err(|error| failed::file(&args.out, error))?;
    let verifier = key.verifier();
    let file = args.out.display().to_string();
    terminal.note(&format!("`{file}` holds the secret key{}; what is printed is public", if new.is_some() { "" } else { ", not encrypted" }));
    let data = ImportData {
        name: verifier.name().to_string(),
        id: verifier.id().to_string(),
        public: verifier.to_string(),
        form: match form {
            SecretForm::Openssh => "openssh",
            SecretForm::Pkcs8 => "pkcs8",
            SecretForm::Hex => "hex",
            SecretForm::Raw => "raw",
        },
        file,
        encrypted: new.is_some(),
    };
    Answer::new(Exit::Done, &data, format!("{verifier}\n"))
}

fn stdin() -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
    // Made large enough at once: a vector that grows leaves copies behind.
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES as usize + 1));
    io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Failure::unreadable("standard input", &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Failure::new(command::INPUT_TOO_LARGE, format!("standard input is larger than a key may be: {MAX_FILE_BYTES} bytes")));
    }
    Ok(bytes)
}
