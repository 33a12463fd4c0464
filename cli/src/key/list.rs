//! `reach key list`: shows who is trusted.

use clap::Args;
use reach_trust::{Action, Rotation, SignerId, Timestamp, TrustStore, TrustedKey};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::trust::{self, TrustArgs};

/// The arguments of `key list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// Show how it came about: everything that was ever written down
    #[arg(long)]
    history: bool,
    /// Say how it is at another time: a date, or `2027-01-31T12:00:00Z`
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Who is trusted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListData {
    /// The keys, in the order of their names and ids.
    keys: Vec<KeyData>,
    /// How many keys must sign for which names, where more than one.
    needed: Vec<NeededData>,
    /// What was written down, the oldest first; with `--history`.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<HistoryData>>,
}

/// A key.
#[derive(Debug, Serialize, JsonSchema)]
struct KeyData {
    /// Its name and id.
    key: String,
    /// The line `name+id+key`.
    public: String,
    /// `trusted`, `expired` where it is trusted for nothing any more, or `revoked`.
    state: &'static str,
    /// What it may sign for, or might have.
    names: Vec<NameData>,
    /// Why it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The name and id of the key that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<String>,
    /// The name and id of the key whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    predecessor: Option<String>,
}

/// Names that a key may sign for.
#[derive(Debug, Serialize, JsonSchema)]
struct NameData {
    /// The names.
    names: String,
    /// When that ends; absent where it doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// Whether it has ended.
    expired: bool,
}

/// How many keys must sign.
#[derive(Debug, Serialize, JsonSchema)]
struct NeededData {
    /// For which names.
    names: String,
    /// How many.
    needed: u32,
}

/// Something that was written down.
#[derive(Debug, Serialize, JsonSchema)]
struct HistoryData {
    /// When, as the clock of that machine said.
    time: String,
    /// What.
    text: String,
}

/// Runs the command.
///
/// # Errors
/// When the trust store can't be read.
pub fn run(args: &ListArgs) -> Result<Answer, Failure> {
    let store = args.trust.load()?;
    let now = trust::at(args.at.as_deref())?;
    let data = ListData {
        keys: store.keys().map(|known| key(known, &store, now)).collect(),
        needed: store.thresholds().iter().filter(|(_, n)| **n > 1).map(|(names, needed)| NeededData { names: names.to_string(), needed: *needed }).collect(),
        history: args.history.then(|| store.entries().iter().map(|entry| HistoryData { time: entry.time.to_string(), text: told(&entry.entry) }).collect()),
    };
    let text = text(&data);
    Answer::new(Exit::Done, &data, text)
}

fn key(known: &TrustedKey, store: &TrustStore, now: Timestamp) -> KeyData {
    let names: Vec<NameData> = known
        .names
        .iter()
        .map(|(names, expires)| NameData { names: names.to_string(), expires: expires.map(|t| t.to_string()), expired: expires.is_some_and(|t| t <= now) })
        .collect();
    let revocation = store.revocation(&known.key);
    KeyData {
        key: SignerId::of(&known.key).to_string(),
        public: known.key.to_string(),
        state: if revocation.is_some() {
            "revoked"
        } else if names.iter().all(|n| n.expired) {
            "expired"
        } else {
            "trusted"
        },
        names,
        reason: revocation.map(|r| r.reason.clone()),
        successor: known.successor.as_ref().map(|key| SignerId::of(key).to_string()),
        predecessor: known.predecessor.as_ref().map(|key| SignerId::of(key).to_string()),
    }
}

/// An entry in words. The name and id of a key are its line without what follows.
fn told(action: &Action) -> String {
    let short = |line: &str| line.parse::<reach_keys::VerifierKey>().map_or_else(|_| line.escape_debug().to_string(), |key| SignerId::of(&key).to_string());
    match action {
        Action::Trust { expires, key, names } => {
            let names = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("trusted {} for {names}{}", short(key), expires.map_or_else(String::new, |t| format!(" until {t}")))
        }
        Action::Threshold { needed, pattern } => format!("asked for {} for {pattern}", reach_codes::render::count(u64::from(*needed), "key")),
        Action::Revoke { key, reason, since } => {
            format!("revoked {}: {reason}{}", short(key), since.map_or_else(String::new, |t| format!(" (since {t})")))
        }
        Action::Rotate { proof } => match Rotation::verify(proof.as_bytes()) {
            Ok(rotation) => {
                let until = rotation.until.map_or_else(String::new, |t| format!(", which may sign until {t}"));
                format!("put {} in the place of {}{until}", SignerId::of(&rotation.to), SignerId::of(&rotation.from))
            }
            Err(error) => error.to_string(),
        },
    }
}

fn text(data: &ListData) -> String {
    let mut out = String::new();
    for key in &data.keys {
        out.push_str(&format!("{}  {}\n", key.state, key.public));
        for name in &key.names {
            let until = match (&name.expires, name.expired) {
                (None, _) => String::new(),
                (Some(end), false) => format!(" until {end}"),
                (Some(end), true) => format!(", expired on {end}"),
            };
            out.push_str(&format!("    for {}{until}\n", name.names));
        }
        for (what, text) in [("revoked", &key.reason), ("followed by", &key.successor), ("follows", &key.predecessor)] {
            if let Some(text) = text {
                out.push_str(&format!("    {what}: {text}\n"));
            }
        }
    }
    for needed in &data.needed {
        out.push_str(&format!("{} must sign for {}\n", reach_codes::render::count(u64::from(needed.needed), "key"), needed.names));
    }
    if data.keys.is_empty() {
        out.push_str("nobody is trusted\n");
    }
    for entry in data.history.iter().flatten() {
        out.push_str(&format!("{}  {}\n", entry.time, entry.text));
    }
    out
}
