//! `reach pack remove`: what a project needs no more.

use clap::Args;
use reach_codes::table::registry::NOT_A_NEED;
use reach_registry::Moving;

use super::change::{self, ChangeArgs, Wanted};
use super::near::or_near;
use super::place::News;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The arguments of `pack remove`.
#[derive(Args, Debug)]
pub struct RemoveArgs {
    /// The packs that the project needs no more; what only they need goes with them
    #[arg(value_name = "NAME", required = true)]
    packs: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Runs the command.
///
/// # Errors
/// When the project doesn't ask for a pack itself, or can't be written.
pub fn run(args: &RemoveArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let names = change::names(&args.packs)?;
    change::run(&args.change, News::Unneeded, terminal, |project, lock, _| {
        change::must_have_no_manifest(project)?;
        let mut roots = change::roots(project, lock)?;
        for name in &names {
            if roots.remove(name).is_none() {
                let failure = Failure::new(NOT_A_NEED, format!("this project doesn't ask for `{name}` itself"));
                return Err(if lock.packs.contains_key(name) {
                    failure.note("other packs need it")
                } else {
                    or_near(failure, name, roots.keys(), "`reach pack list` shows what it has")
                });
            }
        }
        Ok(Wanted { roots, moving: Moving::Nothing })
    })
}
