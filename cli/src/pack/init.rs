//! `reach pack init`: begins a pack.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_codes::table::{command, manifest as codes};
use reach_statement::PackName;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::policy::{shell_word, write_new};
use crate::terminal::Terminal;

/// The arguments of `pack init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The name of the pack: whose it is and what it is, for example `acme.guard`
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder of the new pack; it is made where it is missing. Without it, a folder named as the last word of the name
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// What to begin with: `basic` (a rule and a test), `connector` (the tools of a server) or `policy` (a guard with parameters, a budget and properties)
    #[arg(long, value_name = "TEMPLATE", default_value = "basic", hide_possible_values = true)]
    template: Template,
}

/// What to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A rule and a test.
    Basic,
    /// The tools of a server.
    Connector,
    /// A guard with parameters, a budget and properties.
    Policy,
}

/// Returns the text of a template's file.
macro_rules! files_of {
    ($template:literal: $($name:literal),*) => {
        &[$(($name, include_str!(concat!("init/", $template, "/", $name)))),*]
    };
}

impl Template {
    /// Returns the files: names and texts, in which `example.pack` stands for the name of the pack.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Basic => files_of!("basic": "pack.reach", "policies/reading.reach", "policies/tests.reach"),
            Self::Connector => files_of!("connector": "pack.reach", "policies/tools.reach", "policies/tests.reach"),
            Self::Policy => files_of!("policy": "pack.reach", "policies/guard.reach", "policies/tests.reach", "policies/properties.reach"),
        }
    }
}

/// What `pack init` wrote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackInitData {
    /// The name of the pack.
    pack: String,
    /// The files that were written.
    files: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the name is none, a file is there already, or one can't be written.
pub fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let name = PackName::new(args.name.as_str()).map_err(|error| {
        Failure::new(codes::BAD_PACK_NAME, format!("`{}` is no name of a pack: {error}", reach_codes::render::plain(&args.name)))
            .help("name it after whom it is from and what it does, for example `reach pack init acme.guard`")
    })?;
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from(name.words().last().unwrap_or("pack")));
    if files::is_stdin(&folder) {
        return Err(Failure::usage("a pack is a folder, which cannot be standard output"));
    }
    const ELSEWHERE: &str = "name a new folder, for example `reach pack init acme.guard guard`";
    // Whatever lies there would be beside the pack, and perhaps in it.
    if let Ok(mut entries) = fs::read_dir(&folder)
        && let Some(Ok(entry)) = entries.next()
    {
        return Err(Failure::new(command::WOULD_OVERWRITE, format!("`{}` is not empty: it holds `{}`", bundle::shown(&folder), entry.file_name().display()))
            .note("nothing was written: `init` begins a pack in a folder of its own")
            .help(ELSEWHERE));
    }
    let mut written = Vec::new();
    for (file, text) in args.template.files() {
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| Failure::unwritable(parent, &e))?;
        }
        write_new(&path, &text.replace("example.pack", name.as_str()), ELSEWHERE)?;
        written.push(bundle::shown(&path));
    }
    let mut text = String::new();
    if !terminal.quiet {
        for path in &written {
            text.push_str(&format!("wrote {path}\n"));
        }
        let place = shell_word(&bundle::shown(&folder));
        text.push_str(&format!("\nnext:\n  reach pack validate {place}\n  reach policy test {place}\n  reach pack audit {place}\n"));
    }
    Answer::new(Exit::Done, &PackInitData { pack: name.to_string(), files: written }, text)
}
