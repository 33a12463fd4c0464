//! `reach log …`: one module for each command.

mod checkpoint;
mod erase;
mod export;
pub mod failed;
pub mod notes;
mod prove;
mod record;
mod show;
mod verify;

use clap::Subcommand;

pub use checkpoint::CheckpointData;
pub use erase::EraseData;
pub use export::ExportData;
pub use prove::ProofData;
pub use record::Recorder;
pub use show::{ShowData, Shown};
pub use verify::VerifyData;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The commands about logs.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Print the entries of a log, one a line
    Show(show::ShowArgs),
    /// Check every entry of a log, or a receipt: what was changed is found, and its place named
    Verify(verify::VerifyArgs),
    /// Sign how many entries a log has and the root of their tree, for others to keep
    Checkpoint(checkpoint::CheckpointArgs),
    /// Write a receipt: that an entry stands in the log
    Prove(prove::ProveArgs),
    /// Write a log as lines of JSON, as flat lines for tables, or as tiles for a web server
    Export(export::ExportArgs),
    /// Erase what an entry holds for good; every proof still holds
    Erase(erase::EraseArgs),
}

/// Runs a command about logs.
///
/// # Errors
/// When it could not run.
pub fn run(command: LogCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        LogCommand::Show(args) => show::run(&args, terminal),
        LogCommand::Verify(args) => verify::run(&args, terminal),
        LogCommand::Checkpoint(args) => checkpoint::run(&args),
        LogCommand::Prove(args) => prove::run(&args),
        LogCommand::Export(args) => export::run(&args, terminal),
        LogCommand::Erase(args) => erase::run(&args),
    }
}
