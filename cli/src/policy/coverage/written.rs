//! Tests that close gaps, as files.

use std::fs;
use std::path::{Path, PathBuf};

use reach_codes::Diagnostic;
use reach_codes::table::command;
use reach_coverage::SuggestedTest;

use crate::bundle;
use crate::failure::Failure;
use crate::files;

const HEAD: &str = "// Written by `reach policy coverage`: what no test tried. Give each a name that says what it shows, and values that people know.\n\n";

/// Returns the file of a bundle's tests: of one of several bundles in a folder of the same name.
pub fn file(folder: &Path, bundle: &str, many: bool) -> PathBuf {
    let name = Path::new(bundle).file_name().filter(|_| many);
    name.map_or_else(|| folder.to_owned(), |name| folder.join(name)).join("coverage.reach")
}

/// Writes files of tests; returns their paths. Nothing is written where one is there already.
///
/// # Errors
/// When a file is there already, two bundles have the same name, or a file can't be written.
pub fn write(all: &[(PathBuf, Vec<SuggestedTest>)]) -> Result<Vec<String>, Failure> {
    for (number, (path, _)) in all.iter().enumerate() {
        if fs::symlink_metadata(path).is_ok() || all.iter().take(number).any(|(other, _)| other == path) {
            let d = Diagnostic::general(command::WOULD_OVERWRITE, format!("`{}` is there already", path.display()));
            return Err(Failure::Message(Box::new(d)).help("name another folder, or move the file away"));
        }
    }
    for (path, tests) in all {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| Failure::unwritable(folder, &e))?;
        }
        let text = HEAD.to_owned() + &tests.iter().map(|test| test.text.as_str()).collect::<Vec<_>>().join("\n");
        files::write_atomic(path, text.as_bytes())?;
    }
    Ok(all.iter().map(|(path, _)| bundle::shown(path)).collect())
}
