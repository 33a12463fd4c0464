//! `reach key trust`: says whose packs and registries are believed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use reach_codes::table::trust as codes;
use reach_keys::VerifierKey;
use reach_trust::{Action, NamePattern, Rotation, SignerId, Timestamp, TrustFile, TrustFileError, TrustStore};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::log::notes;
use crate::terminal::Terminal;
use crate::trust::{self, TrustArgs, failed};

/// The most bytes of a rotation.
const MAX_ROTATION_BYTES: u64 = 16 << 10;

/// The arguments of `key trust`.
#[derive(Args, Debug)]
pub struct TrustKeyArgs {
    /// The key: the line that `key public` prints, or a file with such a line
    key: Option<String>,
    /// What it may sign for: a pack (`acme.bank_guard`), all packs whose names begin so (`acme.*`), or a registry (`registry:example.com/packs`)
    #[arg(long = "for", value_name = "NAMES")]
    names: Vec<String>,
    /// When that ends: a date, or `2027-01-31T12:00:00Z`; without it, never
    #[arg(long, value_name = "TIME", requires = "key")]
    expires: Option<String>,
    /// Ask for the signatures of so many different keys for these names
    #[arg(long, value_name = "N")]
    needed: Option<u32>,
    /// Let a new key take the place of one that is trusted: the file that `key rotate` has written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "names", "needed"])]
    rotation: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// What was written down.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct TrustData {
    /// The name and id of the key that is trusted now.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// For which names.
    names: Vec<String>,
    /// When that ends; absent where it doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// How many keys are asked for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<u32>,
    /// The name and id of the key whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<String>,
    /// The trust store.
    file: String,
}

/// Runs the command.
///
/// # Errors
/// When the key, the names or the time are none, or the store can't be changed.
pub fn run(args: &TrustKeyArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let (actions, mut data) = match &args.rotation {
        Some(path) => rotation(path)?,
        None => named(args)?,
    };
    let file = args.trust.file()?;
    append(&file, &actions)?;
    data.file = file.path().display().to_string();
    terminal.note(&format!("written to `{}`", data.file));
    let text = text(&data);
    Answer::new(Exit::Done, &data, text)
}

fn named(args: &TrustKeyArgs) -> Result<(Vec<Action>, TrustData), Failure> {
    let names = args.names.iter().map(|text| pattern(text)).collect::<Result<BTreeSet<_>, _>>()?;
    if names.is_empty() {
        return Err(
            Failure::usage("a key is trusted for names, and none were given").note("`--for acme.*` trusts it for all packs whose names begin with `acme.`")
        );
    }
    let expires = args.expires.as_deref().map(trust::read).transpose()?;
    let mut actions = Vec::new();
    let mut data = TrustData { names: names.iter().map(ToString::to_string).collect(), needed: args.needed, ..TrustData::default() };
    if let Some(text) = &args.key {
        let key = public(text, None)?;
        data.key = Some(SignerId::of(&key).to_string());
        data.expires = expires.map(|time: Timestamp| time.to_string());
        actions.push(Action::Trust { expires, key: key.to_string(), names: names.clone() });
    }
    if let Some(needed) = args.needed {
        actions.extend(names.into_iter().map(|pattern| Action::Threshold { needed, pattern }));
    }
    if actions.is_empty() {
        return Err(Failure::usage("name a key, or with `--needed` how many are asked for"));
    }
    Ok((actions, data))
}

fn rotation(path: &std::path::Path) -> Result<(Vec<Action>, TrustData), Failure> {
    let bytes = files::read_whole(path, MAX_ROTATION_BYTES, "a rotation")?;
    let refused = |why: String| {
        Failure::new(codes::NOT_A_ROTATION, format!("{} does not say that a key takes the place of another: {why}", files::named(path)))
            .help("`reach key rotate OLD NEW -o FILE` writes such a file")
    };
    let rotation = Rotation::verify(&bytes).map_err(|error| refused(error.to_string()))?;
    let proof = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8".to_owned()))?;
    let data =
        TrustData { key: Some(SignerId::of(&rotation.to).to_string()), instead_of: Some(SignerId::of(&rotation.from).to_string()), ..TrustData::default() };
    Ok((vec![Action::Rotate { proof }], data))
}

fn text(data: &TrustData) -> String {
    let names = data.names.join(", ");
    let mut out = String::new();
    match (&data.key, &data.instead_of) {
        (Some(key), Some(old)) => out.push_str(&format!("{key} has taken the place of {old}\n")),
        (Some(key), None) => {
            let until = data.expires.as_ref().map_or_else(String::new, |until| format!(", until {until}"));
            out.push_str(&format!("{key} is trusted for {names}{until}\n"));
        }
        (None, _) => {}
    }
    if let Some(needed) = data.needed {
        out.push_str(&format!("{} must sign for {names}\n", reach_codes::render::count(u64::from(needed), "key")));
    }
    out
}

/// Adds all of these entries, or none.
///
/// # Errors
/// When the store can't be read or written, or an entry can't be added.
pub fn append(file: &TrustFile, actions: &[Action]) -> Result<(), Failure> {
    let time = trust::now()?;
    let added = file.change(|store: &mut TrustStore| actions.iter().try_for_each(|action| store.append(action.clone(), time)).map_err(TrustFileError::from));
    added.map_err(|error| failed::file(file.path(), error))
}

/// Reads a pattern of names.
fn pattern(text: &str) -> Result<NamePattern, Failure> {
    text.parse().map_err(|error: reach_trust::PatternError| {
        Failure::new(codes::BAD_NAMES, format!("{text:?} are no names that a key could be trusted for")).note(error.to_string())
    })
}

/// Reads a public key: a line, a file with one, or the name and id of one that a store knows.
///
/// # Errors
/// When there is none, or more than one.
pub fn public(text: &str, store: Option<&TrustStore>) -> Result<VerifierKey, Failure> {
    if let Some(store) = store
        && let Ok(signer) = text.parse::<SignerId>()
        && !std::path::Path::new(text).is_file()
    {
        return store.key(&signer).map(|known| known.key.clone()).ok_or_else(|| {
            Failure::new(codes::UNKNOWN_KEY, format!("no key `{signer}` is known here"))
                .help("`reach key list` shows those that are; the line that `reach key public` prints names any key")
        });
    }
    match notes::keys(&[text.to_owned()])?.as_slice() {
        [key] => Ok(key.clone()),
        keys => Err(Failure::new(codes::UNKNOWN_KEY, format!("{text:?} holds {} public keys, and one is needed", keys.len()))),
    }
}
