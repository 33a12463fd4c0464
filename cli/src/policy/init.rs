//! `reach policy init`: begins a bundle.

mod tools;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use reach_codes::table::command;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::pack;
use crate::terminal::Terminal;

/// The arguments of `policy init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder of the new bundle; it is made where it is missing
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Declare the tools of a saved `tools/list` answer of an MCP server; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// What `policy init` wrote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InitData {
    /// The files that were written.
    files: Vec<String>,
    /// With `--from`: how many tools were declared.
    tools: usize,
    /// With `--from`: what of the schemas did not fit. It stands beside each tool, too.
    notes: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// When the list of tools can't be read, a file is there already, or one can't be written.
pub fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let folder = &args.folder;
    if files::is_stdin(folder) {
        return Err(Failure::usage("a bundle is a folder, which cannot be standard output"));
    }
    let (new, tools, notes): (Vec<(&str, String)>, usize, Vec<String>) = match &args.from {
        Some(path) => {
            let bytes = pack::read_tools(path)?;
            let made = tools::declare(&bytes, &files::named(path))?;
            (vec![("tools.reach", made.tools), ("policy.reach", made.policy)], made.count, made.notes)
        }
        None => (
            vec![("policy.reach", include_str!("init/policy.reach").to_owned()), ("events.jsonl", include_str!("init/events.jsonl").to_owned())],
            0,
            Vec::new(),
        ),
    };
    refuse_to_overwrite(folder, &new)?;
    fs::create_dir_all(folder).map_err(|e| Failure::unwritable(folder, &e))?;
    let mut written = Vec::new();
    for (name, text) in &new {
        let path = folder.join(name);
        write_new(&path, text, ELSEWHERE)?;
        written.push(bundle::shown(&path));
    }
    let mut text = String::new();
    if !terminal.quiet {
        for path in &written {
            text.push_str(&format!("wrote {path}\n"));
        }
        let place = bundle::shown(folder);
        let argument = if place == "." { String::new() } else { format!(" {}", shell_word(&place)) };
        text.push_str(&format!("\nnext:\n  reach policy test{argument}\n"));
        if args.from.is_none() {
            text.push_str(&format!("  reach policy decide --bundle {} {}\n", shell_word(&place), shell_word(&bundle::shown(&folder.join("events.jsonl")))));
        }
    }
    if !notes.is_empty() {
        terminal.note(&format!("{} of the schemas did not fit exactly; each stands beside its tool:", super::count(notes.len(), "part")));
        for note in &notes {
            terminal.note(&format!("  {note}"));
        }
    }
    Answer::new(Exit::Done, &InitData { files: written, tools, notes }, text)
}

fn refuse_to_overwrite(folder: &Path, new: &[(&str, String)]) -> Result<(), Failure> {
    for (name, _) in new {
        let path = folder.join(name);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(overwrite(&path, ELSEWHERE));
        }
    }
    // Its declarations and those of the new files would be one bundle.
    match bundle::find(folder) {
        Ok(found) => {
            let there = found.first().and_then(|b| b.files.first()).map_or_else(|| bundle::shown(folder), |(_, path)| bundle::shown(path));
            Err(Failure::new(command::WOULD_OVERWRITE, format!("`{}` holds sources already, for example `{there}`", folder.display()))
                .note("all sources below a folder are one bundle: the new rules would change what those mean")
                .help(ELSEWHERE))
        }
        Err(_) => Ok(()),
    }
}

/// What to do where something is there already.
const ELSEWHERE: &str = "name a new folder, for example `reach policy init my-policy`";

fn overwrite(path: &Path, elsewhere: &str) -> Failure {
    Failure::new(command::WOULD_OVERWRITE, format!("`{}` is there already", bundle::shown(path)))
        .note("nothing was written: `init` never changes a file")
        .help(elsewhere)
}

/// Writes a file that isn't there yet. `elsewhere`: what to do where it is.
///
/// # Errors
/// When it is there already, or can't be written.
pub fn write_new(path: &Path, text: &str, elsewhere: &str) -> Result<(), Failure> {
    let write = || -> io::Result<()> { OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes()) };
    write().map_err(|e| if e.kind() == io::ErrorKind::AlreadyExists { overwrite(path, elsewhere) } else { Failure::unwritable(path, &e) })
}

/// Returns a word as a shell takes it.
pub fn shell_word(text: &str) -> String {
    if !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "/._-+:@%".contains(c)) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
