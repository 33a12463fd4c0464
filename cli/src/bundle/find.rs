//! Finding the files of bundles.

use std::collections::{BTreeMap, BTreeSet};
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

/// Finds the bundles at a path: a file or standard input is one; a folder with `.reach` files is one with all that is below it, but for packs; a
/// folder without is a collection of those below it. A pack, which is a folder with `pack.reach`, is a bundle for itself. At least one, by path.
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
    let Walked { files, packs } = walk(path)?;
    if files.is_empty() {
        let failure = Failure::new(command::NO_SOURCES, format!("`{}` holds no `.reach` file, neither itself nor in the folders below it", path.display()));
        return Err(failure.help("name the folder of a bundle, or begin one with `reach policy init`"));
    }
    Ok(group(path, files, &packs))
}

/// Finds the files of the pack in a folder, without those of packs below it.
///
/// # Errors
/// When something can't be read.
pub fn of_pack(folder: &Path) -> Result<Found, Failure> {
    let Walked { files, packs } = walk(folder)?;
    let own = group(folder, files, &packs).into_iter().find(|found| found.path == folder);
    Ok(own.unwrap_or_else(|| Found { path: folder.to_owned(), files: Vec::new() }))
}

/// Finds the one bundle at a path.
///
/// # Errors
/// When there is none or there are several, or something can't be read.
pub fn find_one(path: &Path) -> Result<Found, Failure> {
    let mut all = find(path)?;
    // A bundle is what its folder holds; the packs below it are bundles besides.
    if let Some(own) = all.iter().position(|found| found.path == path) {
        return Ok(all.swap_remove(own));
    }
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

/// What is below a folder.
struct Walked {
    /// The `.reach` files with their relative names, sorted.
    files: Vec<(String, PathBuf)>,
    /// The folders that are packs: relative, with a slash behind.
    packs: BTreeSet<String>,
}

/// Walks through a folder. What is hidden is left out; a folder that links lead to twice is read once.
fn walk(root: &Path) -> Result<Walked, Failure> {
    let mut found = Vec::new();
    let mut packs = BTreeSet::new();
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
                Ok(meta) if is_source && meta.is_file() => {
                    if name == reach_compiler::MANIFEST {
                        packs.insert(prefix.clone());
                    }
                    found.push((relative, path));
                }
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
    Ok(Walked { files: found, packs })
}

/// Splits the files below a folder into bundles: the highest folders that hold files themselves, and packs.
fn group(root: &Path, files: Vec<(String, PathBuf)>, packs: &BTreeSet<String>) -> Vec<Found> {
    let parent = |name: &str| name.rfind('/').map_or(0, |i| i + 1);
    let holders: BTreeSet<String> = files.iter().map(|(name, _)| name.get(..parent(name)).unwrap_or("").to_owned()).collect();
    let mut bundles: BTreeMap<String, Found> = BTreeMap::new();
    for (name, path) in files {
        let folders = || std::iter::once(0).chain(name.match_indices('/').map(|(i, _)| i + 1)).filter_map(|end| name.get(..end));
        // The innermost pack around it, else the outermost folder with files.
        let pack = folders().filter(|folder| packs.contains(*folder)).last();
        let top = pack.or_else(|| folders().find(|folder| holders.contains(*folder))).unwrap_or("").to_owned();
        let inner = name.get(top.len()..).unwrap_or(&name).to_owned();
        let at = || if top.is_empty() { root.to_owned() } else { root.join(top.trim_end_matches('/')) };
        bundles.entry(top.clone()).or_insert_with(|| Found { path: at(), files: Vec::new() }).files.push((inner, path));
    }
    bundles.into_values().collect()
}

fn not_unicode(path: &Path) -> Failure {
    Failure::new(command::UNREADABLE_INPUT, format!("the name of `{}` is not Unicode", path.display()))
        .help("rename the file: names stand in messages and in the identity of a bundle")
}
