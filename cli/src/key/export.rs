//! `reach key export`: writes a key in the form of another tool.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_keys::{SecretForm, create_secret};
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, unlock};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// The arguments of `key export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The file with the secret key
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The form: `public-pem` (the public half alone, for OpenSSL), or the secret half as `pkcs8`, `openssh`, `hex` or `raw`
    #[arg(long, value_name = "FORM", hide_possible_values = true)]
    format: Format,
    /// The file to write to, which must not be there; the public half is printed without it
    #[arg(long = "out", short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Read the passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The forms of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A `SubjectPublicKeyInfo` in PEM.
    PublicPem,
    /// PKCS #8 in PEM.
    Pkcs8,
    /// The private key format of OpenSSH, not encrypted.
    Openssh,
    /// The seed in hexadecimal digits.
    Hex,
    /// The seed.
    Raw,
}

/// A key that was exported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportData {
    /// The line `name+id+key`.
    public: String,
    /// Whether the secret half was written.
    secret: bool,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The public half in PEM, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pem: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the key can't be read, or the file is there already or can't be written.
pub fn run(args: &ExportArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if files::is_stdin(&args.path) {
        return Err(Failure::usage("a secret key is read from a file, not from standard input"));
    }
    let form = match args.format {
        Format::PublicPem => None,
        Format::Pkcs8 => Some(SecretForm::Pkcs8),
        Format::Openssh => Some(SecretForm::Openssh),
        Format::Hex => Some(SecretForm::Hex),
        Format::Raw => Some(SecretForm::Raw),
    };
    let out = args.out.as_deref();
    if form.is_some() && out.is_none_or(files::is_stdin) {
        return Err(Failure::usage("a secret key is written to a file, not to standard output").note("`--out FILE` names it"));
    }
    if let Some(out) = out {
        super::secret::must_be_new(out)?;
    }
    let key = unlock(&args.path, args.passphrase_file.as_deref())?.key;
    let verifier = key.verifier();
    let pem = verifier.to_pem();
    let mut data = ExportData { public: verifier.to_string(), secret: form.is_some(), file: out.map(|out| out.display().to_string()), pem: None };
    let Some(form) = form else {
        data.pem = Some(pem.clone());
        let Some(out) = out else {
            return Answer::new(Exit::Done, &data, pem);
        };
        files::write_atomic(out, pem.as_bytes())?;
        return Answer::new(Exit::Done, &data, "");
    };
    let bytes = key.export(form).map_err(|error| failed::format(&args.path, &error))?;
    if let Some(out) = out {
        create_secret(out, &bytes).map_err(|error| failed::file(out, error))?;
        terminal.note(&format!("`{}` holds the secret key, not encrypted: whoever can read it can sign", out.display()));
    }
    Answer::new(Exit::Done, &data, "")
}
