//! The missing tests as a file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reach_codes::Diagnostic;
use reach_codes::table::command;
use reach_compiler::ir::Bundle;
use reach_mutation::{Outcome, Report};

use super::survivors;
use crate::failure::Failure;
use crate::files;

const FILE: &str = "mutation.reach";
const HEAD: &str = "// Written by `reach policy mutate`: sessions that tell the bundle from mutants of it.\n";

/// Refuses to write where a file is there already.
///
/// # Errors
/// When there is one.
pub fn is_free(folder: &Path) -> Result<(), Failure> {
    let path = folder.join(FILE);
    if fs::symlink_metadata(&path).is_ok() {
        let d = Diagnostic::general(command::WOULD_OVERWRITE, format!("`{}` is there already", path.display()));
        return Err(Failure::Message(Box::new(d)).help("name another folder, or move the file away"));
    }
    Ok(())
}

/// Writes the missing tests of a bundle, each once; returns the path, if there are any.
///
/// # Errors
/// When the file can't be written.
pub fn write(folder: &Path, report: &Report, bundle: &Bundle) -> Result<Option<PathBuf>, Failure> {
    let text = tests(report, bundle);
    if text.is_empty() {
        return Ok(None);
    }
    let path = folder.join(FILE);
    fs::create_dir_all(folder).map_err(|e| Failure::unwritable(folder, &e))?;
    files::write_atomic(&path, format!("{HEAD}{text}").as_bytes())?;
    Ok(Some(path))
}

/// Returns the tests, each behind an empty line.
fn tests(report: &Report, bundle: &Bundle) -> String {
    let mut names: BTreeSet<String> = bundle.tests.iter().map(|test| test.name.clone()).collect();
    // A test that tells the bundle from one mutant often tells it from others.
    let mut bodies = BTreeSet::new();
    let mut out = String::new();
    for finding in survivors(report) {
        let Outcome::Survived { missing: Some(missing), .. } = &finding.outcome else { continue };
        let head = format!("test {}", reach_grammar::quoted(&missing.name));
        let Some(body) = missing.test.strip_prefix(&head) else { continue };
        if !bodies.insert(body.to_owned()) {
            continue;
        }
        let mut name = missing.name.clone();
        let mut n = 1;
        while !names.insert(name.clone()) {
            n += 1;
            name = format!("{} ({n})", missing.name);
        }
        out.push_str(&format!("\ntest {}{body}", reach_grammar::quoted(&name)));
    }
    out
}
