//! `reach pack import`: declarations from what others declare.

mod mcp;

use std::path::Path;

use clap::Subcommand;
use reach_codes::table::import;
use reach_codes::{Diagnostic, Sources};
use reach_import::{ImportError, Loss};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

pub use mcp::McpData;

/// The commands that import.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Declare the tools of an MCP server, with types from their JSON Schemas and their definitions pinned
    Mcp(mcp::McpArgs),
}

/// Runs a command that imports.
///
/// # Errors
/// When there is nothing to import, or it can't be written.
pub fn run(command: ImportCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        ImportCommand::Mcp(args) => mcp::run(&args, terminal),
    }
}

/// Reads the file of a list of tools, or standard input for `-`.
///
/// # Errors
/// When it can't be read or is too large.
pub fn read_tools(path: &Path) -> Result<Vec<u8>, Failure> {
    files::read_whole(path, reach_import::MAX_BYTES as u64, "a list of tools")
}

/// Returns the failure of an import; `from` names the file that was read, if one was.
pub fn import_failure(error: &ImportError, from: Option<&str>) -> Failure {
    let message = match (error, from) {
        (ImportError::NotAList(_), Some(from)) => format!("{from} is {error}"),
        (ImportError::NotAList(_), None) => format!("what the server answers is {error}"),
        _ => error.to_string(),
    };
    Failure::new(error.code(), message).help(error.help())
}

/// Returns what was lost as a line for people, with its tool.
pub fn loss_line(loss: &Loss) -> String {
    format!("{}: {loss}", reach_codes::render::plain(&loss.tool))
}

/// Makes sure that what was made is a bundle: names and schemas of a server may hold anything.
///
/// # Errors
/// When it has errors.
pub fn check_import(files: &[(&str, &str)]) -> Result<(), Failure> {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(*name, *text);
    }
    let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
    if compiled.bundle.is_some() {
        return Ok(());
    }
    let message = Diagnostic::general(import::UNDECLARABLE_TOOLS, "the list of tools makes no bundle")
        .note("names or schemas of the server have no form in Reach; nothing was written")
        .help("take the tool out of the list, and declare it by hand");
    Err(Failure::Bundle { message: Box::new(message), sources: Box::new(compiled.sources), diagnostics: compiled.diagnostics })
}
