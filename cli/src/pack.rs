//! `reach pack`: policies, tool declarations and rights that travel together. One module for each command.

mod build;
mod file;
mod image;
mod import;
mod inspect;
mod manifest;
mod sign;
mod verify;

use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use build::PackBuildData;
pub use import::{McpData, check_import, import_failure, loss_line, read_tools};
pub use inspect::PackInspectData;
pub use sign::PackSignData;
pub use verify::PackVerifyData;

/// The commands about packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Make declarations from what others declare
    #[command(subcommand, arg_required_else_help = true)]
    Import(import::ImportCommand),
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
        PackCommand::Import(command) => import::run(command, terminal),
        PackCommand::Build(args) => build::run(&args, terminal),
        PackCommand::Sign(args) => sign::run(&args, terminal),
        PackCommand::Verify(args) => verify::run(&args, terminal),
        PackCommand::Inspect(args) => inspect::run(&args, terminal),
    }
}
