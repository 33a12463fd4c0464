//! Changing the packs of a project: what `install`, `update` and `remove` have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use reach_codes::render::count;
use reach_packs::{Acceptance, Change, InstallError, Lock, Plan, Project, Resolving, Writing, plan, plan_locked};
use reach_registry::{Files, MAX_STEPS, Moving, Registry, RegistryError};
use reach_statement::{PackName, Requirement};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, ProjectArgs, ReadingArgs};
use super::failed_install as failed;
use super::place::{News, Place};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every change of a project takes.
#[derive(Args, Clone, Debug)]
pub struct ChangeArgs {
    #[command(flatten)]
    pub registry: ReadingArgs,
    #[command(flatten)]
    pub project: ProjectArgs,
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Give a right that a pack asks for, written as it is shown: `read:/data/**`. May be given again
    #[arg(long, value_name = "RIGHT")]
    accept: Vec<String>,
    /// Give all rights that packs ask for
    #[arg(long, conflicts_with = "accept")]
    accept_all: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What has changed, or would.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeData {
    /// Whether nothing was changed, since that was asked for.
    dry_run: bool,
    /// What has changed of each pack.
    changes: Vec<ChangedPack>,
    /// The packs that the project has.
    packs: Vec<PackOfProject>,
    /// With `--dry-run`: the rights that would have to be given, by pack.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    rights: BTreeMap<String, Vec<String>>,
}

/// What has changed of a pack.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangedPack {
    /// Its name.
    name: String,
    /// The version before; left out where it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The version now; left out where it went, and the same where the pack was put back as it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// A pack of the project.
#[derive(Debug, Serialize, JsonSchema)]
struct PackOfProject {
    /// Its name.
    name: String,
    /// Its version.
    version: String,
    /// Its digest.
    digest: String,
}

/// Which versions are wanted.
pub struct Wanted {
    /// What the project needs, from what it needed.
    pub roots: BTreeMap<PackName, Requirement>,
    /// Which locked versions may give way.
    pub moving: Moving,
}

/// Changes a project to what is wanted. `wanted` is asked once nobody else can change it any more.
///
/// # Errors
/// When the registry or a pack isn't believed, nothing fits, rights are not given, or the project can't be written.
pub fn run(
    args: &ChangeArgs,
    news: News,
    terminal: &mut Terminal,
    wanted: impl FnOnce(&Project, &Lock, &Registry) -> Result<Wanted, Failure>,
) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let registry = at_hand.fresh_registry(&args.registry, news, terminal)?;
    let fail = |error| failed::install(registry.place(), &error);
    with_plan(args, terminal, &at_hand, registry.place(), |project, lock, _| {
        let Wanted { roots, moving } = wanted(project, &lock, &registry)?;
        plan(lock, Resolving { roots, moving, max_steps: MAX_STEPS }, &registry, at_hand.store()).map_err(fail)
    })
}

/// Installs just what the lock says.
///
/// # Errors
/// As [`run`], and when the lock doesn't have just what is needed.
pub fn run_locked(args: &ChangeArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    // Archives are found by their digests: whoever serves them need not be believed. Without a registry what is at hand must do.
    let place = at_hand.place(&args.registry.registry);
    let place = if args.registry.registry.registry.is_some() { Some(place?) } else { place.ok() };
    let shown = place.as_ref().map_or_else(|| at_hand.home.clone(), Place::shown);
    with_plan(args, terminal, &at_hand, &shown, |project, lock, terminal| {
        let fail = |error| failed::install(&shown, &error);
        let roots = project.manifest_roots().map_err(fail)?;
        let from = |files: Option<Arc<dyn Files>>| {
            let store = reach_packs::Store { registry: files.as_deref(), ..at_hand.store() };
            plan_locked(lock.clone(), roots.as_ref(), store)
        };
        // Nothing new is asked for: only what is nowhere at hand is fetched.
        let planned = from(place.as_ref().and_then(|place| place.at_hand().ok()));
        let lacks = matches!(planned, Err(InstallError::Registry(RegistryError::BlobMissing(_))));
        match &place {
            Some(place) if lacks && !args.registry.offline => match place.fetched(terminal)? {
                Some(files) => from(Some(files)).map_err(fail),
                None => planned.map_err(fail),
            },
            _ => planned.map_err(fail),
        }
    })
}

fn with_plan(
    args: &ChangeArgs,
    terminal: &mut Terminal,
    at_hand: &AtHand,
    registry: &Path,
    make: impl FnOnce(&Project, Lock, &mut Terminal) -> Result<Plan, Failure>,
) -> Result<Answer, Failure> {
    let project = args.project.find();
    let fail = |error| failed::install(registry, &error);
    let mut acceptance = Acceptance { rights: args.accept.iter().cloned().collect(), all: args.accept_all };
    if let Some(bad) = args.accept.iter().find(|text| reach_packs::right_of(text).is_none()) {
        return Err(Failure::usage(format!("`{bad}` is no right; one is written `read:/data/**`, `network:api.example`, `run:git`, `spend:usd=10`")));
    }
    if args.dry_run {
        let plan = make(&project, project.lock().map_err(fail)?, terminal)?;
        let rights = plan.lacking(&acceptance).iter().map(|(name, all)| (name.to_string(), all.iter().map(ToString::to_string).collect())).collect();
        return answer(&plan.changes(), packs_of(&plan), rights, true);
    }
    let writing = Writing::begin(&project, PATIENCE).map_err(fail)?;
    let plan = make(&project, project.lock().map_err(fail)?, terminal)?;
    let lacking = plan.lacking(&acceptance);
    if !lacking.is_empty() && io::stdin().is_terminal() && !terminal.json {
        for (name, rights) in &lacking {
            terminal.say(&format!("`{name}` asks for\n"));
            for right in rights {
                terminal.say(&format!("  {right}\n"));
            }
        }
        if ask(terminal, "give these rights? [y/N] ") {
            acceptance.rights.extend(lacking.iter().flat_map(|(_, rights)| rights).map(ToString::to_string));
        }
    }
    let packs = packs_of(&plan);
    let changes = plan.apply(&writing, &acceptance, at_hand.store()).map_err(fail)?;
    answer(&changes, packs, BTreeMap::new(), false)
}

/// Asks a question on the terminal that is answered with yes or no.
fn ask(terminal: &mut Terminal, question: &str) -> bool {
    terminal.say(question);
    let mut line = String::new();
    let _ = io::stdin().lock().read_line(&mut line);
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

fn packs_of(plan: &Plan) -> Vec<PackOfProject> {
    let of = |pack: &reach_trust::VerifiedPack| {
        let manifest = &pack.statement().manifest;
        PackOfProject { name: manifest.name.to_string(), version: manifest.version.to_string(), digest: pack.digest().to_string() }
    };
    plan.packs().iter().map(of).collect()
}

fn answer(changes: &[Change], packs: Vec<PackOfProject>, rights: BTreeMap<String, Vec<String>>, dry_run: bool) -> Result<Answer, Failure> {
    let mut text = String::new();
    let changed: Vec<ChangedPack> = changes
        .iter()
        .map(|change| {
            let (name, from, to) = match change {
                Change::Added(name, to) => (name, None, Some(to)),
                Change::Moved(name, from, to) => (name, Some(from), Some(to)),
                Change::Removed(name, from) => (name, Some(from), None),
                Change::Restored(name, version) => (name, Some(version), Some(version)),
            };
            text.push_str(&match (from, to) {
                (None, Some(to)) => format!("+ {name} {to}\n"),
                (Some(from), Some(to)) if from == to => format!("= {name} {to}, put back as it was signed\n"),
                (Some(from), Some(to)) => format!("~ {name} {from} -> {to}\n"),
                (Some(from), None) => format!("- {name} {from}\n"),
                (None, None) => String::new(),
            });
            ChangedPack { name: name.to_string(), from: from.map(ToString::to_string), to: to.map(ToString::to_string) }
        })
        .collect();
    for (name, all) in &rights {
        text.push_str(&format!("{name} would ask for {}\n", all.join(", ")));
    }
    text.push_str(&match (changed.is_empty(), dry_run) {
        (true, _) => format!("{}, nothing to change\n", count(packs.len() as u64, "pack")),
        (false, false) => format!("{} installed\n", count(packs.len() as u64, "pack")),
        (false, true) => "nothing was changed\n".to_owned(),
    });
    Answer::new(Exit::Done, &ChangeData { dry_run, changes: changed, packs, rights }, text)
}

/// Reads `NAME` or `NAME@VERSIONS`.
///
/// # Errors
/// When it is neither.
pub fn pack_argument(text: &str) -> Result<(PackName, Option<Requirement>), Failure> {
    let bad = |why: String| {
        Failure::new(reach_codes::table::registry::BAD_PACK_ARGUMENT, format!("{text:?} names no pack: {why}")).help("for example `acme.bank_guard@^1.2`")
    };
    let (name, versions) = text.split_once('@').map_or((text, None), |(name, versions)| (name, Some(versions)));
    let name = PackName::new(name).map_err(|error| bad(error.to_string()))?;
    let requirement = versions.map(str::parse::<Requirement>).transpose().map_err(|error| bad(error.to_string()))?;
    Ok((name, requirement))
}

/// Returns the names among arguments that must have no versions.
///
/// # Errors
/// When one has, or is no name.
pub fn names(texts: &[String]) -> Result<BTreeSet<PackName>, Failure> {
    let name = |text: &String| match pack_argument(text)? {
        (name, None) => Ok(name),
        (name, Some(_)) => Err(Failure::usage(format!("`{name}` is named without versions here"))),
    };
    texts.iter().map(name).collect()
}

/// Returns the project's roots: those of its manifest, where it has one, else those of its lock.
///
/// # Errors
/// When the manifest can't be read.
pub fn roots(project: &Project, lock: &Lock) -> Result<BTreeMap<PackName, Requirement>, Failure> {
    let of_manifest = project.manifest_roots().map_err(|error| failed::install(project.root(), &error))?;
    Ok(of_manifest.unwrap_or_else(|| lock.roots.clone()))
}

/// Returns the failure to change what a manifest says.
///
/// # Errors
/// Where the project has a manifest.
pub fn must_have_no_manifest(project: &Project) -> Result<(), Failure> {
    let there = project.manifest_roots().map_err(|error| failed::install(project.root(), &error))?.is_some();
    if !there {
        return Ok(());
    }
    let path = project.root().join(reach_packs::MANIFEST_FILE);
    Err(Failure::new(reach_codes::table::registry::NEEDS_IN_MANIFEST, format!("what this project needs stands in `{}`", path.display()))
        .help("change its `needs`, then run `reach pack install` without names"))
}
