//! `reach key revoke`: trusts a key no more.

use clap::Args;
use reach_trust::{Action, SignerId};
use schemars::JsonSchema;
use serde::Serialize;

use super::trust::{append, public};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::{self, TrustArgs};

/// The arguments of `key revoke`.
#[derive(Args, Debug)]
pub struct RevokeArgs {
    /// The key: the line that `key public` prints, a file with such a line, or the name and id that `key list` shows
    key: String,
    /// Why, in one line; it is told whenever something is signed by the key
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Since when somebody else may have it. It is told and nothing else: no signature proves when it was made
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// A key that was revoked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevokeData {
    /// Its name and id.
    key: String,
    /// Why.
    reason: String,
    /// Since when somebody else may have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// The trust store.
    file: String,
}

/// Runs the command.
///
/// # Errors
/// When the key or the time is none, or the store can't be changed.
pub fn run(args: &RevokeArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let since = args.since.as_deref().map(trust::read).transpose()?;
    let file = args.trust.file()?;
    let store = file.load_or_empty().map_err(|error| trust::failed::file(file.path(), error))?;
    let key = public(&args.key, Some(&store))?;
    let signer = SignerId::of(&key).to_string();
    append(&file, &[Action::Revoke { key: key.to_string(), reason: args.reason.clone(), since }])?;
    let data =
        RevokeData { key: signer.clone(), reason: args.reason.clone(), since: since.map(|time| time.to_string()), file: file.path().display().to_string() };
    terminal.note(&format!("written to `{}`", data.file));
    Answer::new(Exit::Done, &data, format!("{signer} is revoked: nothing that it has signed is believed any more\n"))
}
