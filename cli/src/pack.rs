//! `reach pack …`: one module for each command.

mod build;
mod file;
mod image;
mod inspect;
mod manifest;
mod sign;
mod verify;

use clap::Subcommand;

pub use build::PackBuildData;
pub use inspect::PackInspectData;
pub use sign::PackSignData;
pub use verify::PackVerifyData;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The commands about packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Make the file of a pack: the same bytes wherever it is built
    Build(build::BuildArgs),
    /// Sign the file of a pack
    Sign(sign::SignArgs),
    /// Check who has signed a pack and that nothing of it was changed
    Verify(verify::VerifyArgs),
    /// Show what a pack says of itself and who has signed it, without believing any of it
    Inspect(inspect::InspectArgs),
}

/// Runs a command about packs.
///
/// # Errors
/// When it could not run.
pub fn run(command: PackCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        PackCommand::Build(args) => build::run(&args, terminal),
        PackCommand::Sign(args) => sign::run(&args, terminal),
        PackCommand::Verify(args) => verify::run(&args, terminal),
        PackCommand::Inspect(args) => inspect::run(&args),
    }
}
