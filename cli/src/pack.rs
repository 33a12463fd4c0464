//! `reach pack`: policies, tool declarations and rights that travel together. One module for each command.

pub mod at_hand;
mod audit;
mod build;
mod change;
pub mod failed_install;
mod file;
mod image;
mod import;
mod init;
mod inspect;
mod install;
mod list;
mod near;
mod open;
mod outdated;
pub mod place;
mod publish;
mod registry;
mod remove;
mod search;
mod sign;
mod update;
mod validate;
mod verify;
mod writing;
mod yank;
use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use audit::AuditData;
pub use build::PackBuildData;
pub use change::ChangeData;
pub use import::{McpData, check_import, import_failure, loss_line, read_tools};
pub use init::PackInitData;
pub use inspect::PackInspectData;
pub use list::{ListData, lines as verified_packs};
pub use outdated::OutdatedData;
pub use publish::PublishData;
pub use registry::RegistryData;
pub use search::SearchData;
pub use sign::PackSignData;
pub use validate::ValidateData;
pub use verify::PackVerifyData;

/// The commands about packs.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Begin a pack
    Init(init::InitArgs),
    /// Make declarations from what others declare
    #[command(subcommand, arg_required_else_help = true)]
    Import(import::ImportCommand),
    /// Check a pack: its manifest, its rules, and that they stay within its permissions
    Validate(validate::ValidateArgs),
    /// Say in plain words what a pack may do, by risk, and what is new against another version
    Audit(audit::AuditArgs),
    /// Make the file of a pack: the same bytes wherever it is built
    Build(build::BuildArgs),
    /// Sign the file of a pack
    Sign(sign::SignArgs),
    /// Check who has signed a pack and that nothing of it was changed
    Verify(verify::VerifyArgs),
    /// Show what a pack says of itself and who has signed it, without believing any of it
    Inspect(inspect::InspectArgs),
    /// Begin registries, make them known, and keep them current
    #[command(subcommand, arg_required_else_help = true)]
    Registry(registry::RegistryCommand),
    /// Put the file of a pack into a registry
    Publish(publish::PublishArgs),
    /// Take back a version: it stays, and nobody gets it who has not got it already
    Yank(yank::YankArgs),
    /// Find packs by words
    Search(search::SearchArgs),
    /// Give a project the packs that it needs
    Install(install::InstallArgs),
    /// Take newer versions, within what the project asks for
    Update(update::UpdateArgs),
    /// Take away packs that a project needs no more
    Remove(remove::RemoveArgs),
    /// List the packs of a project, and whether they are as they were installed
    List(list::ListArgs),
    /// List packs that could be newer, or that were yanked
    Outdated(outdated::OutdatedArgs),
}

/// Runs a command about packs.
///
/// # Errors
/// When it could not run.
pub fn run(command: PackCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        PackCommand::Init(args) => init::run(&args, terminal),
        PackCommand::Import(command) => import::run(command, terminal),
        PackCommand::Validate(args) => validate::run(&args, terminal),
        PackCommand::Audit(args) => audit::run(&args, terminal),
        PackCommand::Build(args) => build::run(&args, terminal),
        PackCommand::Sign(args) => sign::run(&args, terminal),
        PackCommand::Verify(args) => verify::run(&args, terminal),
        PackCommand::Inspect(args) => inspect::run(&args),
        PackCommand::Registry(command) => registry::run(&command, terminal),
        PackCommand::Publish(args) => publish::run(&args, terminal),
        PackCommand::Yank(args) => yank::run(&args, terminal),
        PackCommand::Search(args) => search::run(&args, terminal),
        PackCommand::Install(args) => install::run(&args, terminal),
        PackCommand::Update(args) => update::run(&args, terminal),
        PackCommand::Remove(args) => remove::run(&args, terminal),
        PackCommand::List(args) => list::run(&args),
        PackCommand::Outdated(args) => outdated::run(&args, terminal),
    }
}
