//! Finding the files of bundles.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use reach_codes::table::command;

use crate::failure::Failure;
use crate::files;

use super::shown;

/// The files of one bundle, found but not read.
#[derive(Clone, Debug)]
pub struct Found {
    /// The folder or file, as people named it.
    pub path: PathBuf,
    /// Each file: its name in the bundle, with `/`, and where it is. By name.
    pub files: Vec<(String, PathBuf)>,
}

/// Finds the bundles at a path: a file or standard input is one; a folder with `.reach` files is one with all that is below it; a folder
/// without is a collection of those below it. At least one, by path.
///
/// # Errors
/// When there is none, or something can't be read.
pub fn find(path: &Path) -> Result<Vec<Found>, Failure> {
    let unreadable = |e: io::Error| Failure::unreadable(path.display(), &e);
    if files::is_stdin(path) {
        return Ok(vec![Found { path: path.to_owned(), files: vec![("stdin".to_owned(), path.to_owned())] }]);
    }
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        let name = path.file_name().and_then(|n| n.to_str()).ok_or_else(|| not_unicode(path))?;
        return Ok(vec![Found { path: path.to_owned(), files: vec![(name.to_owned(), path.to_owned())] }]);
    }
    let files = walk(path)?;
    if files.is_empty() {
        let failure = Failure::new(command::NO_SOURCES, format!("`{}` holds no `.reach` file, neither itself nor in the folders below it", path.display()));
        return Err(failure.help("name the folder of a bundle, or begin one with `reach policy init`"));
    }
    Ok(group(path, files))
}

/// Finds the one bundle at a path.
///
/// # Errors
/// When there is none or there are several, or something can't be read.
pub fn find_one(path: &Path) -> Result<Found, Failure> {
    let mut all = find(path)?;
    match all.as_slice() {
        [_] => {}
        [] => return Err(Failure::new(command::NO_SOURCES, "there is no bundle")),
        [a, b, ..] => {
            let number = crate::policy::count(all.len(), "bundle");
            return Err(Failure::new(command::SEVERAL_BUNDLES, format!("`{}` holds {number}, and one is needed", path.display()))
                .note("a folder without `.reach` files of its own is a collection: each folder below it is a bundle for itself")
                .help(format!("name one of them, for example `{}` or `{}`", shown(&a.path), shown(&b.path))));
        }
    }
    Ok(all.remove(0))
}

/// Returns all `.reach` files below a folder with their relative names, sorted. Hidden ones are left out; a folder that links lead to twice is read once.
fn walk(root: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    // Folders still to be read, the next one last: folders in the order of their names, so that which of two ways to one folder counts is known.
    let mut open = vec![(String::new(), root.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        let unreadable = |e: io::Error| Failure::unreadable(folder.display(), &e);
        if !seen.insert(fs::canonicalize(&folder).map_err(unreadable)?) {
            continue;
        }
        let mut below = Vec::new();
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let is_source = path.extension().is_some_and(|e| e == "reach");
            let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
                if is_source {
                    return Err(not_unicode(&path));
                }
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let relative = format!("{prefix}{name}");
            // Follows links: a rule must not be missing because it is linked to.
            match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => below.push((format!("{relative}/"), path)),
                Ok(meta) if is_source && meta.is_file() => found.push((relative, path)),
                Ok(_) if is_source => return Err(Failure::new(command::UNREADABLE_INPUT, format!("`{}` is neither a file nor a folder", path.display()))),
                Err(e) if is_source => return Err(Failure::unreadable(path.display(), &e)),
                Ok(_) | Err(_) => {}
            }
        }
        below.sort_by(|a, b| b.cmp(a));
        open.append(&mut below);
    }
    found.sort();
    let mut files = BTreeSet::new();
    // A file that is linked to from within the same bundle is one file.
    found.retain(|(_, path)| fs::canonicalize(path).is_ok_and(|real| files.insert(real)));
    Ok(found)
}

/// Splits the files below a folder into bundles: the highest folders that hold files themselves.
fn group(root: &Path, files: Vec<(String, PathBuf)>) -> Vec<Found> {
    let parent = |name: &str| name.rfind('/').map_or(0, |i| i + 1);
    let holders: BTreeSet<String> = files.iter().map(|(name, _)| name.get(..parent(name)).unwrap_or("").to_owned()).collect();
    let mut bundles: Vec<(String, Found)> = Vec::new();
    for (name, path) in files {
        let ends = std::iter::once(0).chain(name.match_indices('/').map(|(i, _)| i + 1));
        let top = ends.filter_map(|end| name.get(..end)).find(|folder| holders.contains(*folder)).unwrap_or("").to_owned();
        let inner = name.get(top.len()..).unwrap_or(&name).to_owned();
        // Names are sorted, so that those below one folder stand together.
        match bundles.last_mut().filter(|(folder, _)| *folder == top) {
            Some((_, bundle)) => bundle.files.push((inner, path)),
            None => {
                let at = if top.is_empty() { root.to_owned() } else { root.join(top.trim_end_matches('/')) };
                bundles.push((top, Found { path: at, files: vec![(inner, path)] }));
            }
        }
    }
    bundles.into_iter().map(|(_, bundle)| bundle).collect()
}

fn not_unicode(path: &Path) -> Failure {
    Failure::new(command::UNREADABLE_INPUT, format!("the name of `{}` is not Unicode", path.display()))
        .help("rename the file: names stand in messages and in the identity of a bundle")
}
