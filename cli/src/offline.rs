//! `reach offline`: what verifies now, without a network, and until when.

use std::path::PathBuf;

use clap::Args;
use reach_packs::Project;
use reach_registry::{Known, Registry, Voucher};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::pack::at_hand::AtHand;
use crate::pack::place::Place;
use crate::pack::{failed_install as failed, verified_packs};
use crate::trust::TrustArgs;

/// The arguments of `offline`.
#[derive(Args, Debug)]
pub struct OfflineArgs {
    /// The folder of the project, or one within it
    #[arg(value_name = "DIR", default_value = ".")]
    project: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
}

/// What verifies without a network.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfflineData {
    /// The time, as the clock of this machine says.
    now: String,
    /// The packs of the project.
    packs: Vec<Thing>,
    /// The registries that are known.
    registries: Vec<Thing>,
    /// The keys that are known.
    keys: Vec<Thing>,
}

/// Something that verifies, or doesn't.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Thing {
    /// What it is.
    pub name: String,
    /// Whether it verifies now.
    pub ok: bool,
    /// Until when it verifies, or why it doesn't.
    pub detail: String,
}

impl Thing {
    /// Returns what came of something.
    pub fn of(name: String, result: Result<String, String>) -> Self {
        Self { name, ok: result.is_ok(), detail: result.unwrap_or_else(|why| why) }
    }

    /// Returns its line.
    pub fn line(&self) -> String {
        format!("  {}  {}: {}\n", if self.ok { "ok    " } else { "FAILED" }, self.name, self.detail)
    }
}

/// Runs the command. The exit status is 1 where a pack or registry doesn't verify.
///
/// # Errors
/// When the trust store or the lock can't be read.
pub fn run(args: &OfflineArgs) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let packs = verified_packs(&Project::find(&args.project), &at_hand)?.into_iter().map(|(name, result)| Thing::of(name, result)).collect();
    let data = OfflineData { now: at_hand.now.to_string(), packs, registries: registries(&at_hand)?, keys: keys(&at_hand) };
    let mut text = format!("now it is {}; nothing here needs a network\n", data.now);
    for (title, things) in [("packs of this project", &data.packs), ("registries", &data.registries), ("keys", &data.keys)] {
        text.push_str(&format!("\n{title}\n"));
        if things.is_empty() {
            text.push_str("  none\n");
        }
        things.iter().for_each(|thing| text.push_str(&thing.line()));
    }
    // That a key is trusted no more is no fault, unless something rests on it.
    let ok = data.packs.iter().chain(&data.registries).all(|thing| thing.ok);
    Answer::new(if ok { Exit::Done } else { Exit::Findings }, &data, text)
}

/// Returns the registries that are known, with until when each counts.
///
/// # Errors
/// When what is remembered of registries is damaged.
pub fn registries(at_hand: &AtHand) -> Result<Vec<Thing>, Failure> {
    let memory = at_hand.memory();
    let known = memory.all().map_err(|error| failed::registry(&at_hand.home, &error))?;
    let read = |known: &Known| {
        let fail = |error| failed::registry(&known.location, &error);
        let files = Place::of(&known.location, &at_hand.home)?.at_hand()?;
        let registry = Registry::read_from(files, &known.origin, Voucher::Trust(&at_hand.trust), at_hand.now).map_err(fail)?;
        memory.compare(&registry).map_err(fail)?;
        registry.must_be_fresh(at_hand.now).map_err(fail)?;
        Ok(format!(
            "snapshot {} counts until {}, {}",
            registry.snapshot().version,
            registry.snapshot().expires,
            reach_codes::render::count(registry.packs().len() as u64, "pack")
        ))
    };
    let thing = |known: Known| {
        let result = read(&known).map_err(|failure: Failure| failure.envelope().message);
        Thing::of(format!("{} in `{}`", known.origin, known.location.display()), result)
    };
    Ok(known.into_iter().map(thing).collect())
}

/// Returns the keys that are known, with what each may sign.
fn keys(at_hand: &AtHand) -> Vec<Thing> {
    let mut things = Vec::new();
    for key in at_hand.trust.keys() {
        let name = format!("{}+{}", key.key.name(), key.key.id());
        if let Some(revocation) = at_hand.trust.revocation(&key.key) {
            things.push(Thing::of(name, Err(format!("revoked: {}", revocation.reason))));
            continue;
        }
        for (pattern, until) in &key.names {
            let ended = until.filter(|until| *until <= at_hand.now);
            let result = match (ended, until) {
                (Some(ended), _) => Err(format!("was trusted for `{pattern}` until {ended}")),
                (None, Some(until)) => Ok(format!("trusted for `{pattern}` until {until}")),
                (None, None) => Ok(format!("trusted for `{pattern}` without end")),
            };
            things.push(Thing::of(name.clone(), result));
        }
    }
    things
}
