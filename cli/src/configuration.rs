//! Finding and reading `reach.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use reach_codes::table::command;
use reach_codes::{Diagnostic, Sources, Span};
use reach_lint::{Config, PackFolder};

use crate::bundle::shown;
use crate::failure::Failure;
use crate::files;

/// The file's name.
const NAME: &str = "reach.toml";
/// The most that is read of it.
const MAX_BYTES: u64 = 64 << 10;
/// How many folders are looked into, from the bundle's on.
const MAX_FOLDERS: usize = 32;

/// Reads the configuration of a bundle, and returns where it stands. Without one, the lints have the levels of the table.
///
/// # Errors
/// When it can't be read, or something in it isn't understood.
pub fn read(bundle: &Path) -> Result<(Config, Option<String>), Failure> {
    let Some(path) = find(bundle) else { return Ok((Config::default(), None)) };
    let name = shown(&path);
    let text = text(&path)?;
    let mut sources = Sources::new();
    let file = sources.add(name.clone(), text.clone());
    Config::parse(&text, file).map(|config| (config, Some(name.clone()))).map_err(|diagnostics| Failure::Bundle {
        message: Box::new(Diagnostic::general(command::BAD_CONFIGURATION, format!("`{name}` can't be used, so nothing was linted"))),
        sources: Box::new(sources),
        diagnostics,
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    let bytes = files::read_whole(path, MAX_BYTES, "a configuration")?;
    reach_grammar::decode(&bytes)
        .map_err(|d| Failure::Message(Box::new(Diagnostic::general(command::BAD_CONFIGURATION, format!("`{}` is no text: {}", shown(path), d.message)))))
}

/// What a `reach.toml` says of packs.
pub struct Settings {
    /// Where it is.
    pub path: PathBuf,
    /// The folders that stand for packs, by the packs' names.
    pub packs: BTreeMap<String, PackFolder>,
    sources: Sources,
}

impl Settings {
    /// Reads the file of a bundle, if there is one.
    ///
    /// # Errors
    /// When it can't be read, or what it says of packs isn't understood.
    pub fn of(bundle: &Path) -> Result<Option<Self>, Failure> {
        let Some(path) = find(bundle) else { return Ok(None) };
        let text = text(&path)?;
        let mut sources = Sources::new();
        let file = sources.add(shown(&path), text.clone());
        match reach_lint::pack_folders(&text, file) {
            Ok(packs) => Ok(Some(Self { path, packs, sources })),
            Err(diagnostics) => Err(unusable(&path, sources, diagnostics)),
        }
    }

    /// Returns the failure for something that it says.
    pub fn bad(&self, span: Span, message: String, help: String) -> Failure {
        unusable(&self.path, self.sources.clone(), vec![Diagnostic::new(command::BAD_CONFIGURATION, span, message).help(help)])
    }
}

fn unusable(path: &Path, sources: Sources, diagnostics: Vec<Diagnostic>) -> Failure {
    let message = Diagnostic::general(command::BAD_CONFIGURATION, format!("`{}` can't be used, so the packs of the bundle were not found", shown(path)));
    Failure::Bundle { message: Box::new(message), sources: Box::new(sources), diagnostics }
}

/// Looks for the file in the bundle's folder and in those above it: up to the one that holds `.git`, else up to the current one, else not above
/// the bundle's. What lies further up belongs to somebody else.
fn find(bundle: &Path) -> Option<PathBuf> {
    let start = if files::is_stdin(bundle) {
        PathBuf::from(".")
    } else if bundle.is_dir() {
        bundle.to_owned()
    } else {
        bundle.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
    };
    let real = fs::canonicalize(&start).ok()?;
    let above: Vec<&Path> = real.ancestors().take(MAX_FOLDERS).collect();
    let here = std::env::current_dir().ok().and_then(|p| fs::canonicalize(p).ok());
    let last =
        above.iter().position(|folder| folder.join(".git").exists()).or_else(|| above.iter().position(|folder| Some(*folder) == here.as_deref())).unwrap_or(0);
    let place = above.iter().take(last + 1).position(|folder| folder.join(NAME).is_file())?;
    // In the words of whoever named the bundle, where they reach so far.
    let mut named = start;
    for _ in 0..place {
        named = match named.parent() {
            Some(parent) if !parent.as_os_str().is_empty() && named.file_name().is_some() => parent.to_owned(),
            Some(_) if named.file_name().is_some() => PathBuf::from("."),
            _ => named.join(".."),
        };
    }
    let named = named.join(NAME);
    let found = above.get(place)?.join(NAME);
    // A name that leads elsewhere, over a link, is not shown.
    if fs::canonicalize(&named).ok()? == fs::canonicalize(&found).ok()? { Some(named) } else { Some(found) }
}
