//! Where the packs come from that a bundle uses: folders that `reach.toml` names, for packs that are worked on beside the bundle; and packs
//! that were installed.
//!
//! A name is looked up in the bundle's own `reach.toml`; a folder that is found so may name the folders of its packs in turn, and the bundle's
//! word counts more. What no folder is named for is looked up among installed packs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use reach_codes::table::command;
use reach_codes::table::manifest::INCOMPATIBLE_PACK;
use reach_codes::{Diagnostic, FileId, Sources};
use reach_compiler::{MANIFEST, Pack, full_name, name_and_version, used_packs};
use reach_lint::PackFolder;
use reach_packs::{Lock, Project, installed_named};
use reach_statement::PackVersion;

use super::find;
use crate::answer::ENGINE_VERSION;
use crate::configuration::Settings;
use crate::failure::Failure;
use crate::files::{self, Bounded};
use crate::pack::failed_install;

/// A pack that was found, and where its files are.
#[derive(Clone, Debug)]
pub struct FoundPack {
    /// The pack.
    pub pack: Pack,
    /// Where each of its sources is, in their order.
    pub paths: Vec<PathBuf>,
    /// The folder that stands for it in `reach.toml`; none of one that was installed, which can't name others.
    pub folder: Option<PathBuf>,
}

/// The packs of a bundle.
#[derive(Clone, Debug, Default)]
pub struct Packs {
    /// Each that was found, by name.
    pub found: BTreeMap<String, FoundPack>,
    /// The `reach.toml`s that were asked.
    pub settings: BTreeSet<PathBuf>,
}

impl Packs {
    /// Returns the packs as the compiler takes them.
    pub fn at_hand(&self) -> Vec<Pack> {
        self.found.values().map(|found| found.pack.clone()).collect()
    }

    /// Returns the files that they rest on: their own, and the `reach.toml`s.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.found.values().flat_map(|found| &found.paths).chain(&self.settings).cloned()
    }

    /// Returns the folders that stand for them.
    pub fn folders(&self) -> impl Iterator<Item = PathBuf> {
        self.found.values().filter_map(|found| found.folder.clone())
    }

    /// Returns where people find a file, by its name among all sources.
    pub fn places(&self) -> BTreeMap<String, String> {
        let of = |found: &FoundPack| {
            let names = found.pack.sources.iter().map(|(_, source)| full_name(&found.pack.name, &source.name));
            names.zip(found.paths.iter().map(|path| super::shown(path))).collect::<Vec<_>>()
        };
        self.found.values().flat_map(of).collect()
    }
}

/// Finds the packs that a bundle at a path uses, and those that these use. One that isn't found is left out: compiling says where it is missed.
///
/// # Errors
/// When a `reach.toml` isn't understood, or what it names is no pack, or something can't be read.
pub fn gather(bundle: &Path, sources: &Sources) -> Result<Packs, Failure> {
    let mut packs = Packs::default();
    let mut open: VecDeque<String> = used_packs(sources).into();
    if open.is_empty() {
        return Ok(packs);
    }
    let mut settings = vec![Settings::of(bundle)?];
    let mut met: BTreeSet<String> = BTreeSet::new();
    let mut of_project = None;
    while let Some(name) = open.pop_front() {
        if !met.insert(name.clone()) {
            continue;
        }
        let found = match settings.iter().find_map(|settings| Some((settings, settings.as_ref()?.packs.get(&name)?))) {
            Some((Some(settings), folder)) => Some(of_folder(&name, settings, folder)?),
            _ => {
                let (project, lock) = match &of_project {
                    Some(known) => known,
                    None => of_project.insert(project_of(bundle)?),
                };
                installed(project, lock, &name)?
            }
        };
        let Some(found) = found else { continue };
        open.extend(used_packs(&found.pack.sources));
        if let Some(folder) = &found.folder {
            settings.push(Settings::of(folder)?);
        }
        packs.found.insert(name, found);
    }
    packs.settings = settings.into_iter().flatten().map(|settings| settings.path).collect();
    Ok(packs)
}

/// Returns the project of a bundle, and its lock.
fn project_of(bundle: &Path) -> Result<(Project, Lock), Failure> {
    let project = Project::find(bundle);
    let lock = project.lock().map_err(|error| failed_install::install(project.root(), &error))?;
    Ok((project, lock))
}

/// Finds a pack that was installed for a bundle: of the version that `pack.lock` beside the bundle, or in a folder above it, names. Each of its files is
/// compared with what was signed.
fn installed(project: &Project, lock: &Lock, name: &str) -> Result<Option<FoundPack>, Failure> {
    let Ok(name) = name.parse() else { return Ok(None) };
    let fail = |error| failed_install::install(project.root(), &error);
    let Some(pack) = installed_named(project, lock, &name, &running()?).map_err(fail)? else { return Ok(None) };
    let folder = project.folder_of(&pack.name, &pack.version).map_err(|error| failed_install::disk(&error))?;
    let paths = pack.sources.iter().map(|(path, _)| folder.join(path.as_str())).collect();
    Ok(Some(FoundPack { pack: pack.to_compiler(), paths, folder: None }))
}

/// Reads a pack from the folder that stands for it in `reach.toml`.
fn of_folder(name: &str, settings: &Settings, folder: &PackFolder) -> Result<FoundPack, Failure> {
    let path = settings.path.parent().unwrap_or(Path::new("")).join(&folder.path);
    let bad = |message: String, help: String| settings.bad(folder.span, message, help);
    if !path.is_dir() {
        let message = format!("there is no folder `{}` for the pack `{name}`", super::shown(&path));
        return Err(bad(message, "name the folder that holds the pack's `pack.reach`, from where this file is".to_owned()));
    }
    let manifest = path.join(MANIFEST);
    if !manifest.is_file() {
        let message = format!("the folder `{}` is no pack: it holds no `{MANIFEST}`", super::shown(&path));
        return Err(bad(message, format!("begin it with `reach pack init`, or write `pack {name} \"0.1.0\" {{ … }}` into `{MANIFEST}`")));
    }
    let (sources, paths) = read(&path)?;
    let text = sources.iter().find(|(_, source)| source.name == MANIFEST).map_or("", |(_, source)| &source.text);
    let Some((own, version)) = name_and_version(text) else {
        let message = format!("`{}` says no name and version of a pack", super::shown(&manifest));
        return Err(bad(message, format!("write `pack {name} \"0.1.0\" {{ … }}` into it; `reach policy check {}` shows what is wrong", super::shown(&path))));
    };
    if own != name {
        let message = format!("the folder `{}` holds the pack `{}`, not `{name}`", super::shown(&path), reach_codes::render::plain(&own));
        return Err(bad(message, "name another folder, or another pack".to_owned()));
    }
    must_be_for_this_reach(text, &manifest)?;
    Ok(FoundPack { pack: Pack { name: own, version, digest: None, sources }, paths, folder: Some(path) })
}

/// Returns the version of Reach that runs.
fn running() -> Result<PackVersion, Failure> {
    ENGINE_VERSION.parse().map_err(|error: reach_statement::VersionError| Failure::usage(error.to_string()))
}

/// Fails where a manifest says that its pack is made for other versions of Reach. What else is wrong with it is for `pack validate` to tell.
fn must_be_for_this_reach(text: &str, manifest: &Path) -> Result<(), Failure> {
    let parsed = reach_grammar::parse(FileId(0), text, &reach_grammar::Limits::LANGUAGE);
    let found = reach_manifest::read(&parsed.file, &running()?).diagnostics;
    let Some(d) = found.into_iter().find(|d| d.code == INCOMPATIBLE_PACK) else { return Ok(()) };
    let failure = Failure::new(d.code, format!("`{}`: {}", super::shown(manifest), d.message));
    let failure = d.notes.into_iter().fold(failure, Failure::note);
    Err(d.help.into_iter().fold(failure, Failure::help))
}

/// Reads the sources of a pack's folder: those that are checked and tested when the pack itself is.
fn read(folder: &Path) -> Result<(Sources, Vec<PathBuf>), Failure> {
    let limit_bytes = reach_grammar::Limits::LANGUAGE.source_bytes as u64;
    let unreadable = |e: std::io::Error| Failure::unreadable(folder.display(), &e);
    let root = fs::canonicalize(folder).map_err(unreadable)?;
    let mut sources = Sources::new();
    let mut paths = Vec::new();
    for (name, path) in find::of_pack(folder)?.files {
        // What isn't in the folder isn't in the pack that is made of it.
        if !fs::canonicalize(&path).map_err(unreadable)?.starts_with(&root) {
            let failure = Failure::new(command::UNREADABLE_INPUT, format!("`{}` leads out of the folder of its pack", super::shown(&path)));
            return Err(failure.note("a pack holds the files of its folder, and nothing else").help("put the file itself there"));
        }
        let text = match files::read_bounded(&path, limit_bytes)? {
            Bounded::Whole(bytes) => reach_grammar::decode(&bytes).map_err(|d| unfit(&path, &d))?,
            Bounded::TooLarge(_) => {
                let message = format!("`{}` is too large: {limit_bytes} bytes are the most", super::shown(&path));
                return Err(Failure::new(command::UNREADABLE_INPUT, message));
            }
        };
        sources.add(name, text);
        paths.push(path);
    }
    Ok((sources, paths))
}

fn unfit(path: &Path, d: &Diagnostic) -> Failure {
    Failure::new(command::UNREADABLE_INPUT, format!("`{}` cannot be read as text: {}", super::shown(path), d.message))
}
