//! `reach pack`: policies, tool declarations and rights that travel together.

mod import;

use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use import::{McpData, check_import, import_failure, loss_line, read_tools};

/// The commands about packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Make declarations from what others declare
    #[command(subcommand, arg_required_else_help = true)]
    Import(import::ImportCommand),
}

/// Runs a command about packs.
///
/// # Errors
/// When the command can't do what it is asked for.
pub fn run(command: PackCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        PackCommand::Import(command) => import::run(command, terminal),
    }
}
