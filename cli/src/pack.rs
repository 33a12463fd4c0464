//! `reach pack`: packs of policies, from their manifests to what they may do.

mod audit;
mod init;
mod open;
mod validate;

use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use audit::AuditData;
pub use init::PackInitData;
pub use validate::ValidateData;

/// The commands about packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Begin a pack
    Init(init::InitArgs),
    /// Check a pack: its manifest, its rules, and that they stay within its permissions
    Validate(validate::ValidateArgs),
    /// Say in plain words what a pack may do, by risk, and what is new against another version
    Audit(audit::AuditArgs),
}

/// Runs a command about packs.
///
/// # Errors
/// When it could not run.
pub fn run(command: PackCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        PackCommand::Init(args) => init::run(&args, terminal),
        PackCommand::Validate(args) => validate::run(&args, terminal),
        PackCommand::Audit(args) => audit::run(&args, terminal),
    }
}
