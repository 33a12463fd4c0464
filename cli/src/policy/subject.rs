//! A bundle that is analysed: what it means, and where its files are.

use std::path::Path;

use reach_codes::table::{command, limit};
use reach_codes::{Diagnostic, Sources};
use reach_compiler::ir::Bundle;
use reach_harness::Replay;

use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// A bundle that is analysed.
pub struct Subject {
    /// The folder or file, as people named it.
    pub path: String,
    /// The sources under the names by which people find them.
    pub shown: Sources,
    /// What it means.
    pub bundle: Bundle,
    /// What plays its sessions.
    pub replay: Replay,
}

impl Subject {
    /// Reads a bundle of sources without errors.
    ///
    /// # Errors
    /// When it can't be read, has errors, or was built already.
    pub fn load(path: &Path, terminal: &mut Terminal) -> Result<Self, Failure> {
        if !files::is_stdin(path) && bundle::begins_like_an_image(path)? {
            return Err(Failure::new(command::NO_SOURCES, format!("`{}` is a built bundle, and its sources are needed", path.display()))
                .note("a built bundle holds what runs, not what its rules mean")
                .help("name the folder or file that it was built from"));
        }
        let checked = bundle::check(&bundle::find_one(path)?, terminal)?;
        if checked.errors() > 0 {
            return Err(checked.refused());
        }
        if !terminal.quiet && !terminal.json {
            terminal.warn(&checked.shown, &checked.diagnostics);
        }
        let bundle::Checked { path, shown, compiled, .. } = checked;
        let Some(bundle) = compiled.bundle else { return Err(Failure::new(command::BUNDLE_HAS_ERRORS, format!("`{path}` has errors"))) };
        let replay = replay(&bundle, &path, &shown)?;
        Ok(Self { path, shown, bundle, replay })
    }

    /// Returns the machine of this bundle with something added to it.
    ///
    /// # Errors
    /// When it goes beyond a limit of images.
    pub fn replay_with(&self, bundle: &Bundle) -> Result<Replay, Failure> {
        replay(bundle, &self.path, &self.shown)
    }

    /// Returns where people find a file of the bundle.
    pub fn place(&self, file: &str) -> Option<&str> {
        let (id, _) = self.bundle.sources.iter().find(|(_, source)| source.name == file)?;
        self.shown.get(id).map(|source| source.name.as_str())
    }
}

/// Returns the failure for a mistake of the analysis: then nothing is answered.
pub fn defect(error: &reach_analysis::AnalysisError) -> Failure {
    Failure::new(limit::ANALYSIS_DEFECT, error.to_string())
        .note("what the analysis finds is decided again by the machine before it is an answer, so nothing was answered")
}

fn replay(bundle: &Bundle, path: &str, shown: &Sources) -> Result<Replay, Failure> {
    Replay::new(bundle).map_err(|d| Failure::Bundle {
        message: Box::new(Diagnostic::general(command::BUNDLE_HAS_ERRORS, format!("`{path}` cannot be built"))),
        sources: Box::new(shown.clone()),
        diagnostics: vec![*d],
    })
}
