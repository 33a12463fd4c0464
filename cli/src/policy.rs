//! `reach policy …`: one module for each command.

mod build;
mod check;
mod coverage;
mod decide;
mod diff;
mod doc;
mod events;
mod explain;
mod fmt;
mod init;
mod lint;
#[cfg(test)]
mod made;
mod mutate;
mod prove;
mod replay;
pub mod report;
pub mod sarif;
mod subject;
mod test;
pub mod timeout;

use clap::Subcommand;

pub use build::BuildData;
pub use check::CheckData;
pub use coverage::CoverageData;
pub use decide::DecideData;
pub use diff::{DiffData, text as differences};
pub use doc::DocData;
pub use events::Head;
pub use explain::{ExplainData, Explained};
pub use fmt::FmtData;
pub use init::{InitData, shell_word, write_new};
pub use lint::LintData;
pub use mutate::MutateData;
pub use prove::ProveData;
pub use reach_codes::render::count;
pub use replay::ReplayData;
pub use subject::defect;
pub use test::TestData;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The commands about policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check policies: every mistake of every file in one run
    Check(check::CheckArgs),
    /// Check policies and look for what is allowed and probably not meant
    Lint(lint::LintArgs),
    /// Format policies
    Fmt(fmt::FmtArgs),
    /// Build a bundle file; the same sources always give the same bytes
    Build(build::BuildArgs),
    /// Decide on events: one JSON object a line in, one decision a line out
    Decide(decide::DecideArgs),
    /// Say why a step is decided as it is, why not otherwise, and what would change it
    Explain(explain::ExplainArgs),
    /// Run the tests of policies
    Test(test::TestArgs),
    /// Change policies in small ways, and show the changes that no test notices
    Mutate(mutate::MutateArgs),
    /// Measure what the tests of policies try: rules, conditions, MC/DC, boundaries, and why a gap is a gap
    Coverage(coverage::CoverageArgs),
    /// Compare what two bundles decide: an example for each difference
    Diff(diff::DiffArgs),
    /// Prove properties of a bundle, or find the session that breaks one
    Prove(prove::ProveArgs),
    /// Decide a recorded log again, to the byte; or see which decisions change with another bundle
    Replay(replay::ReplayArgs),
    /// Write a reference page of a bundle from its documentation
    Doc(doc::DocArgs),
    /// Begin a bundle
    Init(init::InitArgs),
}

/// Runs a command about policies.
///
/// # Errors
/// When it could not run.
pub fn run(command: PolicyCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        PolicyCommand::Check(args) => check::run(&args, terminal),
        PolicyCommand::Lint(args) => lint::run(&args, terminal),
        PolicyCommand::Fmt(args) => fmt::run(&args, terminal),
        PolicyCommand::Build(args) => build::run(&args, terminal),
        PolicyCommand::Decide(args) => decide::run(&args, terminal),
        PolicyCommand::Explain(args) => explain::run(&args, terminal),
        PolicyCommand::Test(args) => test::run(&args, terminal),
        PolicyCommand::Mutate(args) => mutate::run(&args, terminal),
        PolicyCommand::Coverage(args) => coverage::run(&args, terminal),
        PolicyCommand::Diff(args) => diff::run(&args, terminal),
        PolicyCommand::Prove(args) => prove::run(&args, terminal),
        PolicyCommand::Replay(args) => replay::run(&args, terminal),
        PolicyCommand::Doc(args) => doc::run(&args, terminal),
        PolicyCommand::Init(args) => init::run(&args, terminal),
    }
}
