//! Packs as they are opened: the files of a folder or of a pack's file, and what is found out about them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reach_analysis::Play;
use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Sources};
use reach_compiler::Pack;
use reach_compiler::ir::Bundle;
use reach_harness::{Replay, witness};
use reach_manifest::{Looking, MANIFEST_FILE, Make, Validated};
use reach_statement::{Manifest, PackVersion};
use reach_trust::VerifiedPack;

use crate::answer::ENGINE_VERSION;
use crate::bundle::packs::{self, Packs};
use crate::bundle::{self, Texts};
use crate::failure::Failure;
use crate::files;
use crate::pack::file;
use crate::terminal::Terminal;
use crate::trust::failed;

/// The sources of a pack, with their names in it.
pub struct PackSources {
    /// The folder, as people named it.
    pub path: String,
    /// Its `.reach` files.
    texts: Texts,
    /// The packs that it uses.
    packs: Packs,
    /// What its statement says, where it is the file of a pack.
    stated: Option<Manifest>,
}

/// A pack that was looked at.
pub struct Looked {
    /// The folder, as people named it.
    pub path: String,
    /// What was found out.
    pub pack: Validated,
    /// Its sources under the names by which people find them, in the same order.
    pub shown: Sources,
    /// Everything that is wrong, or worth knowing, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether some file is no text at all.
    pub unreadable: bool,
}

/// Opens a pack: a folder with `pack.reach`, that file itself, or the file of a pack, whoever has signed it.
///
/// # Errors
/// When there is none, or a file can't be read.
pub fn open(path: &Path) -> Result<PackSources, Failure> {
    if files::is_stdin(path) {
        return Err(Failure::usage("a pack is a folder, which cannot be standard input"));
    }
    let metadata = std::fs::metadata(path).map_err(|e| Failure::unreadable(path.display(), &e))?;
    if metadata.is_file() && path.extension().is_some_and(|extension| extension == "reachpack") {
        return open_file(path);
    }
    let folder: PathBuf = if metadata.is_dir() {
        path.to_owned()
    } else if path.file_name().is_some_and(|name| name == MANIFEST_FILE) {
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
    } else {
        let failure = Failure::new(codes::NO_MANIFEST, format!("`{}` is no pack", bundle::shown(path)));
        return Err(failure.help("name the folder that holds `pack.reach`, or a file `NAME-VERSION.reachpack`"));
    };
    if !folder.join(MANIFEST_FILE).is_file() {
        let shown = bundle::shown(&folder);
        return Err(Failure::new(codes::NO_MANIFEST, format!("`{shown}` holds no `{MANIFEST_FILE}`"))
            .note("a pack is a folder with a manifest of that name")
            .help("name the folder that holds it, or begin a pack with `reach pack init acme.guard`"));
    }
    let found = bundle::find_one(&folder)?;
    let texts = bundle::read(&found)?;
    let packs = packs::gather(&folder, &texts.sources)?;
    Ok(PackSources { path: bundle::shown(&folder), texts, packs, stated: None })
}

/// Opens the file of a pack. The packs that it uses are those of the project in which the command runs.
fn open_file(path: &Path) -> Result<PackSources, Failure> {
    let pack = file::unverified(path)?;
    let shown = bundle::shown(path);
    pack.check_files().map_err(|error| failed::refusal(&format!("`{shown}`"), &error.into()))?;
    let mut texts = Texts { sources: Sources::new(), shown: Sources::new(), diagnostics: Vec::new(), unreadable: false };
    for (name, bytes) in pack.unverified_files().iter().filter(|(name, _)| name.as_str().ends_with(".reach")) {
        let text = reach_grammar::decode(bytes)
            .map_err(|d| Failure::new(reach_codes::table::command::UNREADABLE_INPUT, format!("`{name}` in `{shown}` cannot be read as text: {}", d.message)))?;
        texts.sources.add(name.as_str(), text.clone());
        texts.shown.add(format!("{shown}/{name}"), text);
    }
    let packs = packs::gather(Path::new("."), &texts.sources)?;
    Ok(PackSources { path: shown, texts, packs, stated: Some(pack.unverified_statement().manifest.clone()) })
}

/// Makes what plays sessions of bundles.
pub fn maker() -> Make {
    Arc::new(|bundle: &Bundle| Replay::new(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>))
}

fn validated(sources: &Sources, packs: &[Pack]) -> Option<Validated> {
    // A version of Reach is one of packs, which the tests of this file show.
    let running: PackVersion = ENGINE_VERSION.parse().ok()?;
    let shown = |events: &[String]| witness::shown(&witness::Event::all(events));
    let looking = Looking { running: &running, make: maker(), shown: &shown, limits: reach_manifest::limits(), packs };
    reach_manifest::validate(sources, &looking)
}

/// A pack in which nothing is wrong.
pub struct Fine {
    /// Its manifest.
    pub manifest: Manifest,
    /// The packs at hand that it uses.
    pub packs: Vec<Pack>,
}

/// Reads the manifest of a pack in which nothing is wrong.
///
/// # Errors
/// With everything that is wrong with it.
pub fn manifest_of(path: &Path, terminal: &mut Terminal) -> Result<Fine, Failure> {
    let opened = open(path)?;
    let packs = opened.packs.at_hand();
    let looked = look(opened, terminal)?;
    let ok = looked.is_ok();
    match looked.pack.manifest {
        Some(manifest) if ok => {
            if !terminal.quiet && !terminal.json {
                terminal.warn(&looked.shown, &looked.diagnostics);
            }
            Ok(Fine { manifest, packs })
        }
        _ => {
            let message = Diagnostic::general(reach_codes::table::command::BUNDLE_HAS_ERRORS, format!("`{}` is no pack that could be built", looked.path));
            let message = message.help(format!("mend what `reach pack validate {}` shows", looked.path));
            Err(Failure::Bundle { message: Box::new(message), sources: Box::new(looked.shown), diagnostics: looked.diagnostics })
        }
    }
}

/// Looks at a pack that somebody has signed: whether its `pack.reach` says what the statement does, and its rules stay within that. Returns the image
/// that it compiles to.
///
/// # Errors
/// When they don't: why.
pub fn examine(pack: &VerifiedPack, packs: &[Pack]) -> Result<Vec<u8>, String> {
    let mut sources = Sources::new();
    for (path, bytes) in pack.files().iter().filter(|(path, _)| path.as_str().ends_with(".reach")) {
        sources.add(path.as_str(), reach_grammar::decode(bytes).map_err(|d| format!("`{path}`: {}", d.message))?);
    }
    let looked = validated(&sources, packs).ok_or_else(|| format!("it holds no `{MANIFEST_FILE}`"))?;
    if let Some(wrong) = looked.diagnostics.iter().find(|d| d.is_error()) {
        let place = wrong.span().and_then(|span| Some((looked.sources.get(span.file)?.name.as_str(), looked.sources.position(span).line)));
        return Err(place.map_or_else(|| wrong.message.clone(), |(file, line)| format!("`{file}`, line {line}: {}", wrong.message)));
    }
    if looked.manifest.as_ref() != Some(&pack.statement().manifest) {
        return Err(format!("its `{MANIFEST_FILE}` says something else than what was signed"));
    }
    let bundle = looked.compiled.bundle.as_ref().ok_or_else(|| "it has errors".to_owned())?;
    let image = reach_compiler::lower(bundle).map_err(|d| d.message)?;
    let image = image.verify().map_err(|error| error.diagnostic().message)?;
    Ok(image.to_image().encode())
}

/// Looks at a pack.
///
/// # Errors
/// When it has no manifest.
pub fn look(sources: PackSources, terminal: &mut Terminal) -> Result<Looked, Failure> {
    let PackSources { path, texts, packs, stated } = sources;
    terminal.progress(|| format!("checking {path}"));
    let Some(pack) = validated(&texts.sources, &packs.at_hand()) else {
        return Err(Failure::new(codes::NO_MANIFEST, format!("`{path}` holds no `{MANIFEST_FILE}`")));
    };
    if stated.is_some_and(|stated| pack.said.as_ref().is_some_and(|said| *said != stated)) {
        let failure = Failure::new(codes::NO_MANIFEST, format!("the `{MANIFEST_FILE}` in `{path}` says something else than its statement"));
        return Err(failure
            .note("whoever installs it would agree to something else than can be read")
            .help("ask whoever has made it to build it with `reach pack build`"));
    }
    let places = packs.places();
    let mut names = Sources::new();
    for (_, source) in pack.sources.iter() {
        let original = texts.sources.iter().find(|(_, s)| s.name == source.name).and_then(|(id, _)| texts.shown.get(id));
        let of_pack = || places.get(&source.name).unwrap_or(&source.name).clone();
        names.add(original.map_or_else(of_pack, |s| s.name.clone()), source.text.clone());
    }
    // Where a file could not be read, what it declares is not known: only what is wrong with the files themselves is told.
    let lost = !texts.diagnostics.is_empty();
    let mut diagnostics: Vec<Diagnostic> = texts
        .diagnostics
        .into_iter()
        .map(|mut d| {
            let name = d.span().and_then(|span| texts.sources.get(span.file)).map(|s| s.name.clone());
            let id = pack.sources.iter().find(|(_, s)| Some(&s.name) == name.as_ref()).map(|(id, _)| id);
            if let (Some(primary), Some(id)) = (&mut d.primary, id) {
                primary.span.file = id;
            }
            d
        })
        .collect();
    diagnostics.extend(pack.diagnostics.iter().filter(|d| !lost || d.code.number().starts_with("E0")).cloned());
    Ok(Looked { path, shown: names, diagnostics, unreadable: texts.unreadable, pack })
}

impl Looked {
    /// Returns whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.pack.is_ok() && !self.unreadable && !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}
