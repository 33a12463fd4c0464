//! `reach pack install`: gives a project the packs that it needs.

use clap::Args;
use reach_codes::table::registry::NO_SUCH_RELEASE;
use reach_manifest::nearest;
use reach_packs::{Lock, Project};
use reach_registry::{Moving, Registry, search};
use reach_statement::{PackName, Requirement};

use super::change::{self, ChangeArgs, Wanted};
use super::near::names;
use super::place::News;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The arguments of `pack install`.
#[derive(Args, Debug)]
pub struct InstallArgs {
    /// Packs that the project needs from now on, with the versions that are asked for: `acme.bank_guard@^1.2`. Without any, what it needs already
    #[arg(value_name = "NAME[@VERSIONS]")]
    packs: Vec<String>,
    /// Install just what `pack.lock` says, and fail where that is not just what is needed; no registry's index is needed
    #[arg(long, conflicts_with = "packs")]
    locked: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Runs the command.
///
/// # Errors
/// When something isn't believed, nothing fits, rights are not given, or the project can't be written.
pub fn run(args: &InstallArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if args.locked {
        return change::run_locked(&args.change, terminal);
    }
    let asked = args.packs.iter().map(|text| change::pack_argument(text)).collect::<Result<Vec<_>, _>>()?;
    change::run(&args.change, News::Wanted, terminal, |project, lock, registry| wanted(project, lock, registry, asked))
}

fn wanted(project: &Project, lock: &Lock, registry: &Registry, asked: Vec<(PackName, Option<Requirement>)>) -> Result<Wanted, Failure> {
    if !asked.is_empty() {
        change::must_have_no_manifest(project)?;
    }
    let mut roots = change::roots(project, lock)?;
    for (name, requirement) in asked {
        let requirement = match (requirement, roots.get(&name)) {
            (Some(requirement), _) => requirement,
            (None, Some(before)) => before.clone(),
            (None, None) => newest(registry, &name)?,
        };
        roots.insert(name, requirement);
    }
    Ok(Wanted { roots, moving: Moving::Nothing })
}

/// The versions that are compatible with the newest one.
fn newest(registry: &Registry, name: &PackName) -> Result<Requirement, Failure> {
    let newest = registry.get(name).and_then(|history| history.newest());
    newest.and_then(|listed| format!("^{}", listed.release.version).parse().ok()).ok_or_else(|| {
        let failure = Failure::new(NO_SUCH_RELEASE, format!("the registry `{}` has no pack `{name}` that could be installed", registry.origin()));
        let words: Vec<String> = name.words().last().map(str::to_owned).into_iter().collect();
        if let Some(near) = nearest(name.as_str(), names(registry)) {
            return failure.help(format!("did you mean `{near}`?"));
        }
        match search(registry, &words).first() {
            Some(hit) => failure.help(format!("perhaps `{}` is meant", hit.newest.release.name)),
            None => failure.help("`reach pack search` lists what is there"),
        }
    })
}
