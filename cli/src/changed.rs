//! `--changed`: which files differ from a commit, as git tells. Git is run as a program; without it the option can't be used.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use reach_codes::table::command;

use crate::bundle::{self, Found};
use crate::failure::Failure;

/// The commit that is compared with where none is named.
pub const HEAD: &str = "HEAD";

/// The files that differ from a commit: changed, new, deleted or not yet known to git, as real paths.
#[derive(Debug)]
pub struct Changed {
    files: BTreeSet<PathBuf>,
}

impl Changed {
    /// Asks git about the repository that a path stands in.
    ///
    /// # Errors
    /// When git can't be run, the path is in no repository, or there is no such commit.
    pub fn since(reference: &str, path: &Path) -> Result<Self, Failure> {
        let folder = if path.is_dir() { path } else { path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")) };
        let top = top(folder)?;
        let commit = commit(folder, reference)?;
        let mut files = BTreeSet::new();
        let mut add = |output: Vec<u8>| {
            let names = output.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            files.extend(names.map(|name| top.join(PathBuf::from(name_of(name)))));
        };
        let others = ["ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", ":/"];
        match commit {
            Some(commit) => {
                add(git(folder, &["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules", &commit, "--", ":/"])?);
                add(git(folder, &others)?);
            }
            // Before the first commit everything is new.
            None => {
                add(git(folder, &["ls-files", "-z", "--cached", "--full-name", "--", ":/"])?);
                add(git(folder, &others)?);
            }
        }
        Ok(Self { files })
    }

    /// Tells whether a bundle has changed: one of its files or of the packs that it uses, or one that was removed or is new below a folder of these.
    pub fn touches(&self, found: &Found) -> bool {
        let packs = bundle::read(found).and_then(|texts| bundle::packs::gather(&found.path, &texts.sources));
        // What can't be found out is looked at.
        let Ok(packs) = packs else { return true };
        self.touches_own(found)
            || packs.folders().any(|folder| self.touches_own(&Found { path: folder, files: Vec::new() }))
            || packs.settings.iter().any(|file| self.is_among(file))
    }

    fn is_among(&self, file: &Path) -> bool {
        fs::canonicalize(file).is_ok_and(|file| self.files.contains(&file))
    }

    fn touches_own(&self, found: &Found) -> bool {
        let Ok(real) = fs::canonicalize(&found.path) else { return true };
        let is_source = |file: &Path| file.extension().is_some_and(|e| e == "reach") || file.file_name().is_some_and(|n| n == "reach.toml");
        self.files.iter().any(|file| *file == real || (file.starts_with(&real) && is_source(file))) || found.files.iter().any(|(_, file)| self.is_among(file))
    }
}

/// Returns the folder of the repository.
fn top(folder: &Path) -> Result<PathBuf, Failure> {
    let output = run(folder, &["rev-parse", "--show-toplevel"])?;
    if !output.status.success() {
        let failure =
            Failure::new(command::NO_REPOSITORY, format!("`{}` is in no git repository, so that nothing can be compared with a commit", folder.display()));
        return Err(said(failure, &output).help("leave out `--changed`, or run it in a working copy"));
    }
    let name = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    let path = PathBuf::from(name_of(name.strip_suffix(b"\r").unwrap_or(name)));
    Ok(fs::canonicalize(&path).unwrap_or(path))
}

/// Returns the identity of a commit; none where `HEAD` has none yet.
fn commit(folder: &Path, reference: &str) -> Result<Option<String>, Failure> {
    let output = run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{reference}^{{commit}}")])?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let is_identity = text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if output.status.success() && is_identity {
        return Ok(Some(text));
    }
    let unborn = || run(folder, &["symbolic-ref", "--quiet", "HEAD"]).is_ok_and(|o| o.status.success());
    let has_commits = || run(folder, &["rev-list", "--max-count=1", "--all"]).is_ok_and(|o| !o.stdout.is_empty());
    if reference == HEAD && unborn() && !has_commits() {
        return Ok(None);
    }
    let failure = Failure::new(command::NO_REPOSITORY, format!("git knows no commit `{reference}`, so that nothing can be compared with it"));
    Err(said(failure, &output).help("name a branch, a tag or a commit: `--changed=main`; in continuous integration it must have been fetched"))
}

/// Runs git and returns what it printed.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = run(folder, arguments)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(said(Failure::new(command::NO_REPOSITORY, format!("git can't tell what has changed (`git {}`)", arguments.first().unwrap_or(&""))), &output))
}

/// Adds what git said.
fn said(failure: Failure, output: &Output) -> Failure {
    let text = String::from_utf8_lossy(&output.stderr);
    match text.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => failure.note(format!("git says: {}", line.chars().take(300).collect::<String>())),
        None => failure,
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    // What a repository's own settings would run is not run.
    let settings = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"];
    let command = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(settings)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output();
    command.map_err(|e| {
        let why = if e.kind() == io::ErrorKind::NotFound { "there is no program `git`".to_owned() } else { crate::failure::reason(&e) };
        Failure::new(command::NO_REPOSITORY, format!("`--changed` asks git, which cannot be run: {why}")).help("install git, or leave out `--changed`")
    })
}

/// Returns a name as the system has it: bytes, not always Unicode.
#[cfg(unix)]
fn name_of(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn name_of(bytes: &[u8]) -> OsString {
    OsString::from(String::from_utf8_lossy(bytes).into_owned())
}
