//! `--watch`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reach_codes::render;
use reach_compiler::Workspace;

use super::{CheckData, Sum};
use crate::answer::Answer;
use crate::bundle::{self, Found};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use crate::watch;

/// Checks the bundles at a path, and again each that changes, with what is still good of the last time.
pub fn run(path: &Path, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if files::is_stdin(path) {
        return Err(Failure::usage("`--watch` is about files, and standard input is none".to_owned()));
    }
    let mut workspaces = BTreeMap::new();
    watch::repeat(path, "there is nothing to check", terminal, |bundles, terminal| round(&mut workspaces, &bundles, terminal))
}

fn round(workspaces: &mut BTreeMap<PathBuf, Workspace>, bundles: &[Found], terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut data = CheckData { bundles: Vec::new(), diagnostics: Vec::new(), costs: Vec::new(), tiers: Vec::new(), emit: None };
    let mut text = String::new();
    let mut sum = Sum::default();
    for found in bundles {
        let workspace = workspaces.entry(found.path.clone()).or_default();
        let told = bundle::check_again(found, workspace, terminal)?;
        text.push_str(&render::text(&told.shown, &told.diagnostics, terminal.color()));
        data.diagnostics.extend(told.diagnostics.iter().map(|d| render::json(&told.shown, d)));
        data.bundles.push(sum.add(&bundle::shown(&found.path), &told.shown, &told.diagnostics, told.size));
        sum.unreadable |= told.unreadable;
    }
    if !terminal.quiet {
        text.push_str(&terminal.timed(&sum.words()));
    }
    Answer::new(sum.exit(), &data, text)
}
