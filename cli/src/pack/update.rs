//! `reach pack update`: newer versions, within what the project asks for.

use clap::Args;
use reach_codes::table::registry::NOT_A_NEED;
use reach_registry::Moving;

use super::change::{self, ChangeArgs, Wanted};
use super::near::or_near;
use super::place::News;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The arguments of `pack update`.
#[derive(Args, Debug)]
pub struct UpdateArgs {
    /// The packs to update; without any, all
    #[arg(value_name = "NAME")]
    packs: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Runs the command.
///
/// # Errors
/// When something isn't believed, nothing fits, rights are not given, or the project can't be written.
pub fn run(args: &UpdateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let names = change::names(&args.packs)?;
    change::run(&args.change, News::Wanted, terminal, |project, lock, _| {
        if let Some(name) = names.iter().find(|name| !lock.packs.contains_key(*name)) {
            let failure = Failure::new(NOT_A_NEED, format!("`{name}` is not installed here"));
            return Err(or_near(failure, name, lock.packs.keys(), "`reach pack list` shows what is"));
        }
        let moving = if names.is_empty() { Moving::All } else { Moving::These(names) };
        Ok(Wanted { roots: change::roots(project, lock)?, moving })
    })
}
