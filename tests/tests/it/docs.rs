//! The documentation tells the truth: generated pages equal their tables, code compiles, commands print what is shown,
//! links lead somewhere. `REACH_BLESS=1` writes what can be written.

mod blocks;
mod commands;
mod events;
mod links;
mod lints;
mod markdown;
mod opcodes;
mod pages;
mod unsupported;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Whether differences are written instead of reported.
pub(crate) fn blessing() -> bool {
    std::env::var_os("REACH_BLESS").is_some_and(|v| v == "1")
}

/// Compares a file with what it must hold, or writes it.
pub(crate) fn must_hold(path: &Path, expected: &str) {
    let found = std::fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return;
    }
    if blessing() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, expected).unwrap();
        return;
    }
    let line = found.lines().zip(expected.lines()).position(|(f, e)| f != e).unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
    panic!(
        "{} is not what it must be from line {} on (REACH_BLESS=1 writes it)\n  there: {}\n  must:  {}",
        path.display(),
        line + 1,
        found.lines().nth(line).unwrap_or("(end)"),
        expected.lines().nth(line).unwrap_or("(end)")
    );
}

/// Every Markdown file that people read, relative to the root, sorted.
pub(crate) fn markdown_files() -> Vec<PathBuf> {
    files().into_iter().filter(|p| p.extension().is_some_and(|e| e == "md")).collect()
}

/// Every file of the repository but hidden, built and installed ones, relative to the root, sorted.
pub(crate) fn files() -> Vec<PathBuf> {
    let root = root();
    let mut open = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && name != "target" && name != "node_modules" && (name == ".ci" || !name.starts_with('.')) {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path().strip_prefix(&root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
