//! `reach policy doc`: a reference page of a bundle.

mod html;
mod links;
mod markdown;
mod model;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

use super::count;
use model::{Kind, Reference};

/// The arguments of `policy doc`.
#[derive(Args, Debug)]
pub struct DocArgs {
    /// The folder or file of the bundle; `-` is standard input
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How the page is written: `markdown`, or `html` (one file that needs nothing else)
    #[arg(long, value_name = "FORMAT", default_value = "markdown", hide_possible_values = true)]
    format: Format,
    /// The file to write, whole or not at all; without it the page goes to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown.
    #[value(alias = "md")]
    Markdown,
    /// HTML.
    Html,
}

/// The reference of a bundle.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DocData {
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// What stands in it.
    reference: Reference,
}

/// Runs the command.
///
/// # Errors
/// When the sources can't be read or have errors, or the file can't be written.
pub fn run(args: &DocArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let checked = bundle::check(&bundle::find_one(&args.path)?, terminal)?;
    let Some(meant) = checked.compiled.bundle.as_ref().filter(|_| checked.errors() == 0) else { return Err(checked.refused()) };
    let reference = model::reference(&checked.path, &checked.compiled.sources, &checked.compiled.files, meant);
    let page = match args.format {
        Format::Markdown => markdown::page(&reference),
        Format::Html => html::page(&reference),
    };
    let Some(output) = &args.output else { return Answer::new(Exit::Done, &DocData { output: None, reference }, page) };
    files::write_atomic(output, page.as_bytes())?;
    let number = |kind: Kind| reference.sections.iter().find(|s| s.kind == kind).map_or(0, |s| s.items.len());
    let told = [(Kind::Step, "step"), (Kind::Rule, "rule"), (Kind::Property, "property")].map(|(kind, noun)| count(number(kind), noun)).join(", ");
    terminal.summary(&format!("wrote {}: {told}, {}", bundle::shown(output), count(reference.tests.len(), "test")));
    Answer::new(Exit::Done, &DocData { output: Some(bundle::shown(output)), reference }, "")
}
