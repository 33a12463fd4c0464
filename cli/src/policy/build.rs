//! `reach policy build`: makes a bundle file.

use std::path::PathBuf;

use clap::Args;
use reach_codes::render::{self, JsonDiagnostic};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;

/// The arguments of `policy build`.
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// The folder or file of the bundle; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The bundle file to write; it is there whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// What `policy build` made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuildData {
    /// The file that was written; absent where the bundle has errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The digest that names the bundle, `sha256:…`. Equal sources have equal digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
    /// The size of the file, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
    /// What is wrong with the sources.
    diagnostics: Vec<JsonDiagnostic>,
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or the file can't be written.
pub fn run(args: &BuildArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let found = bundle::find_one(&args.path)?;
    terminal.progress(|| format!("reading {}", count(found.files.len(), "file")));
    let checked = bundle::check(&found, terminal)?;
    let diagnostics: Vec<JsonDiagnostic> = checked.diagnostics.iter().map(|d| render::json(&checked.shown, d)).collect();
    if !terminal.json {
        terminal.warn(&checked.shown, &checked.diagnostics);
    }
    if checked.errors() > 0 {
        terminal.summary(&format!("{}; nothing was written", count(checked.errors(), "error")));
        let exit = if checked.unreadable { Exit::Failed } else { Exit::Findings };
        return Answer::new(exit, &BuildData { output: None, bundle: None, bytes: None, diagnostics }, "");
    }
    terminal.progress(|| "building".to_owned());
    let (files, (built, _)) = (checked.shown.len(), bundle::build(checked)?);
    let bytes = built.image.to_image().encode();
    files::write_atomic(&args.output, &bytes)?;
    let digest = built.image.digest().to_owned();
    terminal.summary(&format!("built {} from {} and {}", args.output.display(), count(files, "file"), count(built.bundle.rules.len(), "rule")));
    let text = if terminal.quiet { String::new() } else { format!("{digest}\n") };
    Answer::new(Exit::Done, &BuildData { output: Some(args.output.display().to_string()), bundle: Some(digest), bytes: Some(bytes.len()), diagnostics }, text)
}
