//! Bundles: finding their files, reading them, making an image of them or loading one that was built.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reach_codes::table::{command, limit};
use reach_codes::{Diagnostic, Label, Sources, Span};
use reach_compiler::{Compiled, Limits, compile, ir};
use reach_evaluator::image::{Image, MAGIC, MAX_IMAGE_BYTES};
use reach_evaluator::{ImageError, VerifiedImage};

use crate::failure::Failure;
use crate::files::{self, Bounded};
use crate::terminal::Terminal;

/// The files of one bundle, found but not read.
#[derive(Clone, Debug)]
pub struct Found {
    /// The folder or file, as people named it.
    pub path: PathBuf,
    /// Each file: its name in the bundle, with `/`, and where it is. By name.
    pub files: Vec<(String, PathBuf)>,
}

/// A bundle that was read and checked.
pub struct Checked {
    /// The folder or file, as people named it.
    pub path: String,
    /// The sources under the names by which people find them.
    pub shown: Sources,
    /// What the compiler made of them.
    pub compiled: Compiled,
    /// Every message, those about reading too.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether some file is no text at all (not UTF-8, a byte order mark, NUL) or too large: then nothing else is known of the bundle.
    pub unreadable: bool,
}

impl Checked {
    /// Returns how many messages are errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.is_error()).count()
    }

    /// Returns the failure of a command that needs a bundle without errors.
    pub fn refused(self) -> Failure {
        let errors = crate::policy::count(self.errors(), "error");
        let message = if self.unreadable {
            Diagnostic::general(command::UNREADABLE_INPUT, format!("`{}` holds a file that cannot be read as text", self.path))
        } else {
            Diagnostic::general(command::BUNDLE_HAS_ERRORS, format!("`{}` has {errors}, so nothing was decided", self.path))
                .help(format!("mend what `reach policy check {}` shows", self.path))
        };
        Failure::Bundle { message: Box::new(message), sources: Box::new(self.shown), diagnostics: self.diagnostics }
    }
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

/// Returns a path as people read it, without `./` before it.
pub fn shown(path: &Path) -> String {
    if files::is_stdin(path) {
        return "<stdin>".to_owned();
    }
    let text = path.display().to_string();
    text.strip_prefix("./").filter(|rest| !rest.is_empty()).map_or(text.clone(), str::to_owned)
}

/// Reads and checks a bundle.
///
/// # Errors
/// When a file can't be opened. What is wrong with its text is a message.
pub fn check(found: &Found) -> Result<Checked, Failure> {
    let Texts { sources, shown, mut diagnostics, unreadable } = read(found)?;
    let mut compiled = compile(sources, &Limits::default());
    let lost = !diagnostics.is_empty();
    // Where a file could not be read, names that it may declare are not known: only what is wrong with the others' own syntax is told.
    diagnostics.extend(compiled.diagnostics.iter().filter(|d| !lost || d.code.number().starts_with("E0")).cloned());
    if lost {
        compiled.bundle = None;
    }
    Ok(Checked { path: self::shown(&found.path), shown, compiled, diagnostics, unreadable })
}

/// The texts of a bundle's files.
pub struct Texts {
    /// Under their names in the bundle.
    pub sources: Sources,
    /// Under the names by which people find them, in the same order.
    pub shown: Sources,
    /// What is wrong with files that could not be read as text; their texts are empty.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether some file is no text at all.
    pub unreadable: bool,
}

/// Reads the texts of a bundle's files.
///
/// # Errors
/// When a file can't be opened.
pub fn read(found: &Found) -> Result<Texts, Failure> {
    let limit_bytes = reach_grammar::Limits::LANGUAGE.source_bytes as u64;
    let mut texts = Texts { sources: Sources::new(), shown: Sources::new(), diagnostics: Vec::new(), unreadable: false };
    for (name, path) in &found.files {
        let text = match files::read_bounded(path, limit_bytes)? {
            Bounded::Whole(bytes) => reach_grammar::decode(&bytes),
            Bounded::TooLarge(size) => {
                let size = size.map_or_else(|| "more".to_owned(), |s| format!("{s} bytes"));
                let message = format!("the file is too large: {size}, where {limit_bytes} are the most");
                Err(Box::new(
                    Diagnostic::general(limit::SOURCE_TOO_LARGE, message)
                        .help("spread its declarations over several files of the same folder: they share their names"),
                ))
            }
        };
        let (text, problem) = match text {
            Ok(text) => (text, None),
            Err(problem) => (String::new(), Some(problem)),
        };
        texts.unreadable |= problem.is_some() || text.contains('\0') || text.starts_with('\u{feff}');
        let file = texts.sources.add(name.clone(), text.clone());
        texts.shown.add(self::shown(path), text);
        if let Some(mut problem) = problem {
            problem.primary = Some(Label { span: Span::new(file, 0, 0), text: String::new() });
            texts.diagnostics.push(*problem);
        }
    }
    Ok(texts)
}

/// A bundle that can decide.
pub struct Built {
    /// What it means.
    pub bundle: ir::Bundle,
    /// What runs.
    pub image: VerifiedImage,
}

/// Makes an image of a bundle without errors.
///
/// # Errors
/// When it has errors after all.
pub fn build(checked: Checked) -> Result<(Built, Sources), Failure> {
    let Checked { path, shown, mut compiled, .. } = checked;
    let built = match compiled.bundle.take() {
        Some(bundle) => image_of(bundle),
        None => Err(compiled.diagnostics),
    };
    match built {
        Ok(built) => Ok((built, shown)),
        Err(diagnostics) => {
            let message = Diagnostic::general(command::BUNDLE_HAS_ERRORS, format!("`{path}` cannot be built"));
            Err(Failure::Bundle { message: Box::new(message), sources: Box::new(shown), diagnostics })
        }
    }
}

fn image_of(bundle: ir::Bundle) -> Result<Built, Vec<Diagnostic>> {
    let image = reach_compiler::lower::lower(&bundle).map_err(|d| vec![d])?;
    let image = image.verify().map_err(|e| vec![e.diagnostic()])?;
    Ok(Built { bundle, image })
}

/// Checks and builds sources that are at hand.
///
/// # Errors
/// With the first message, where they have errors.
pub fn build_sources(sources: Sources) -> Result<Built, String> {
    let compiled = compile(sources, &Limits::default());
    let built = match compiled.bundle {
        Some(bundle) => image_of(bundle),
        None => Err(compiled.diagnostics),
    };
    built.map_err(|all| all.into_iter().find(Diagnostic::is_error).map_or_else(|| "it has errors".to_owned(), |d| d.message))
}

/// Decodes and verifies a built bundle.
///
/// # Errors
/// When it can't be trusted.
pub fn load_image(bytes: &[u8]) -> Result<VerifiedImage, ImageError> {
    Image::decode(bytes)?.verify()
}

/// Loads a bundle to decide with: a built one is verified, sources are checked and built.
///
/// # Errors
/// When it can't be read, has errors, or is an image that can't be trusted.
pub fn load(path: &Path, terminal: &mut Terminal) -> Result<Arc<VerifiedImage>, Failure> {
    if !files::is_stdin(path) && begins_like_an_image(path)? {
        let bytes = files::read_whole(path, MAX_IMAGE_BYTES as u64, "a built bundle")?;
        let image = load_image(&bytes).map_err(|e| {
            let mut d = e.diagnostic();
            d.message = format!("`{}` cannot be used: {}", path.display(), d.message);
            Failure::Message(Box::new(d))
        })?;
        return Ok(Arc::new(image));
    }
    let checked = check(&find_one(path)?)?;
    if checked.errors() > 0 {
        return Err(checked.refused());
    }
    if !terminal.quiet && !terminal.json {
        terminal.warn(&checked.shown, &checked.diagnostics);
    }
    Ok(Arc::new(build(checked)?.0.image))
}

/// Returns whether a file begins with the mark of built bundles.
fn begins_like_an_image(path: &Path) -> Result<bool, Failure> {
    let unreadable = |e: io::Error| Failure::unreadable(path.display(), &e);
    // What isn't a plain file could be read only once.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(unreadable)?;
    Ok(head == MAGIC)
}
