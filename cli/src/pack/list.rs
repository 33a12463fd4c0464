//! `reach pack list`: the packs of a project.

use clap::Args;
use reach_packs::{Project, Verdict, verdicts};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, ProjectArgs, in_words};
use super::{change, failed_install as failed};
use crate::answer::{Answer, EnvelopeError, Exit};
use crate::failure::Failure;
use crate::trust::TrustArgs;

/// The arguments of `pack list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    trust: TrustArgs,
}

/// The packs of a project.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListData {
    /// The folder of the project.
    project: String,
    /// The packs, by name.
    packs: Vec<ListedPack>,
}

/// A pack of a project.
#[derive(Debug, Serialize, JsonSchema)]
struct ListedPack {
    /// Its name.
    name: String,
    /// Its version.
    version: String,
    /// Its digest.
    digest: String,
    /// The registry that it came from.
    registry: String,
    /// The versions that the project asks for; left out where only other packs need it.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<String>,
    /// The rights that were given to it.
    rights: Vec<String>,
    /// Whether it is installed as it was signed, by somebody who is trusted now.
    ok: bool,
    /// Until when it verifies; left out where that is always, or where it doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Why it is not fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<EnvelopeError>,
}

/// Runs the command. The exit status is 1 where a pack is not fine.
///
/// # Errors
/// When the lock or the trust store can't be read.
pub fn run(args: &ListArgs) -> Result<Answer, Failure> {
    let project = args.project.find();
    let at_hand = AtHand::look(&args.trust)?;
    let data = ListData { project: project.root().display().to_string(), packs: packs(&project, &at_hand)? };
    let mut text = String::new();
    for pack in &data.packs {
        let needed = pack.needed.as_ref().map_or_else(|| "needed by others".to_owned(), |needed| format!("needed: {needed}"));
        text.push_str(&format!("{} {}  {needed}\n", pack.name, pack.version));
        for right in &pack.rights {
            text.push_str(&format!("    {right}\n"));
        }
        if let Some(problem) = &pack.problem {
            text.push_str(&format!("    NOT FINE: {}\n", problem.message));
        }
    }
    if data.packs.is_empty() {
        text.push_str("this project has no packs\n");
    }
    let ok = data.packs.iter().all(|pack| pack.ok);
    Answer::new(if ok { Exit::Done } else { Exit::Findings }, &data, text)
}

fn packs(project: &Project, at_hand: &AtHand) -> Result<Vec<ListedPack>, Failure> {
    let fail = |error| failed::install(project.root(), &error);
    let lock = project.lock().map_err(fail)?;
    let roots = change::roots(project, &lock)?;
    let verdicts = verdicts(project, &at_hand.trust, at_hand.now).map_err(fail)?;
    let listed = |verdict: Verdict| {
        let locked = lock.packs.get(&verdict.name);
        ListedPack {
            version: verdict.version.to_string(),
            digest: locked.map(|l| l.digest.to_string()).unwrap_or_default(),
            registry: locked.map(|l| l.origin.to_string()).unwrap_or_default(),
            needed: roots.get(&verdict.name).map(ToString::to_string),
            rights: locked.map(|l| l.rights.iter().cloned().collect()).unwrap_or_default(),
            ok: verdict.verified.is_ok(),
            until: verdict.verified.as_ref().ok().copied().flatten().map(|until| until.to_string()),
            problem: verdict.verified.as_ref().err().map(|error| fail_of(project, error)),
            name: verdict.name.to_string(),
        }
    };
    Ok(verdicts.into_iter().map(listed).collect())
}

fn fail_of(project: &Project, error: &reach_packs::InstallError) -> EnvelopeError {
    failed::install(project.root(), error).envelope()
}

/// A pack, and until when it verifies, or why it doesn't.
pub type PackLine = (String, Result<String, String>);

/// Returns one line for each pack of a project: whether it verifies, and until when.
///
/// # Errors
/// When the lock can't be read.
pub fn lines(project: &Project, at_hand: &AtHand) -> Result<Vec<PackLine>, Failure> {
    let all = verdicts(project, &at_hand.trust, at_hand.now).map_err(|error| failed::install(project.root(), &error))?;
    let line = |verdict: Verdict| {
        let told = verdict.verified.map(in_words).map_err(|error| fail_of(project, &error).message);
        (format!("{} {}", verdict.name, verdict.version), told)
    };
    Ok(all.into_iter().map(line).collect())
}
