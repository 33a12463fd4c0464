//! Bundles: finding their files, reading them, making an image of them or loading one that was built.

mod find;
pub mod packs;

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use reach_codes::table::{command, limit};
use reach_codes::{Diagnostic, Label, Sources, Span};
use reach_compiler::{Bundle, Compiled, Limits, Workspace, compile, ir};
use reach_evaluator::image::{Image, MAGIC, MAX_IMAGE_BYTES};
use reach_evaluator::{ImageError, VerifiedImage};

pub use find::{Found, find, find_one};

use crate::failure::Failure;
use crate::files::{self, Bounded};
use crate::terminal::Terminal;

/// A bundle that was read and checked.
pub struct Checked {
    /// The folder or file, as people named it.
    pub path: String,
    /// The sources under the names by which people find them: the bundle's, then those of packs.
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

/// Returns a path as people read it, without `./` before it.
pub fn shown(path: &Path) -> String {
    if files::is_stdin(path) {
        return "<stdin>".to_owned();
    }
    let text = path.display().to_string();
    text.strip_prefix("./").filter(|rest| !rest.is_empty()).map_or(text.clone(), str::to_owned)
}

/// From which size on people are told what they wait for.
const LARGE_BYTES: usize = 256 << 10;

/// Reads and checks a bundle.
///
/// # Errors
/// When a file can't be opened. What is wrong with its text is a message.
pub fn check(found: &Found, terminal: &mut Terminal) -> Result<Checked, Failure> {
    let Ready { bundle, texts, places } = make_ready(found, terminal)?;
    let own = bundle.sources.len();
    let mut compiled = compile(bundle, &Limits::default());
    let lost = !texts.diagnostics.is_empty();
    let (shown, diagnostics, unreadable) = texts.with(&compiled, own, &places);
    if lost {
        compiled.bundle = None;
    }
    Ok(Checked { path: self::shown(&found.path), shown, compiled, diagnostics, unreadable })
}

/// What is told of a bundle that is checked again and again.
pub struct Told {
    /// The sources under the names by which people find them: the bundle's, then those of packs.
    pub shown: Sources,
    /// Every message, those about reading too.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether some file is no text at all, or too large.
    pub unreadable: bool,
    /// How much it holds; none where it has errors.
    pub size: Option<Size>,
}

/// How much a bundle holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// The steps that it declares.
    pub steps: usize,
    /// The rules.
    pub rules: usize,
    /// The tests; of a table each row.
    pub tests: usize,
}

impl Size {
    /// Returns the size of a bundle.
    pub fn of(bundle: &ir::Bundle) -> Self {
        // `say` is always declared; it is no declaration of the author's.
        let steps = bundle.targets.iter().filter(|t| t.kind != ir::StepKind::Say).count();
        Self { steps, rules: bundle.rules.len(), tests: bundle.tests.len() }
    }
}

/// Reads and checks a bundle, with what is still good of the last time.
///
/// # Errors
/// When a file can't be opened. What is wrong with its text is a message.
pub fn check_again(found: &Found, workspace: &mut Workspace, terminal: &mut Terminal) -> Result<Told, Failure> {
    let Ready { bundle, texts, places } = make_ready(found, terminal)?;
    let own = bundle.sources.len();
    let compiled = workspace.check(bundle);
    let lost = !texts.diagnostics.is_empty();
    let (shown, diagnostics, unreadable) = texts.with(compiled, own, &places);
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    let size = compiled.bundle.as_ref().filter(|_| !lost && !errors).map(Size::of);
    Ok(Told { shown, diagnostics, unreadable, size })
}

/// A bundle that was read.
struct Ready {
    bundle: Bundle,
    texts: Texts,
    /// Where the files of packs stand, by their names.
    places: std::collections::BTreeMap<String, String>,
}

fn make_ready(found: &Found, terminal: &mut Terminal) -> Result<Ready, Failure> {
    let mut texts = read(found)?;
    let sources = std::mem::take(&mut texts.sources);
    let packs = packs::gather(&found.path, &sources)?;
    let bytes: usize = sources.iter().map(|(_, s)| s.text.len()).sum();
    if bytes > LARGE_BYTES {
        terminal.announce(&format!("checking {}: {}, {} KiB", self::shown(&found.path), crate::policy::count(sources.len(), "file"), bytes >> 10));
    }
    Ok(Ready { bundle: Bundle { sources, packs: packs.at_hand() }, texts, places: packs.places() })
}

impl Texts {
    /// Returns all sources as people find them, and all messages, with whether some file is no text at all. The first `own` sources are the bundle's.
    fn with(self, compiled: &Compiled, own: usize, places: &std::collections::BTreeMap<String, String>) -> (Sources, Vec<Diagnostic>, bool) {
        let Self { mut shown, mut diagnostics, unreadable, .. } = self;
        for (_, source) in compiled.sources.iter().skip(own) {
            shown.add(places.get(&source.name).unwrap_or(&source.name).clone(), source.text.clone());
        }
        let lost = !diagnostics.is_empty();
        // Where a file could not be read, names that it may declare are not known: only what is wrong with the others' own syntax is told.
        diagnostics.extend(compiled.diagnostics.iter().filter(|d| !lost || d.code.number().starts_with("E0")).cloned());
        (shown, diagnostics, unreadable)
    }
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

/// Checks and builds sources that are at hand, with their packs.
///
/// # Errors
/// With the first message, where they have errors.
pub fn build_sources(given: impl Into<Bundle>) -> Result<Built, String> {
    let compiled = compile(given, &Limits::default());
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

/// A bundle that decides, and what it means.
pub struct Loaded {
    /// What runs.
    pub image: Arc<VerifiedImage>,
    /// What it means; none where it was built already, by a compiler that made something else of its sources.
    pub bundle: Option<ir::Bundle>,
}

/// Loads a bundle to decide with: a built one is verified, sources are checked and built.
///
/// # Errors
/// When it can't be read, has errors, or is an image that can't be trusted.
pub fn load(path: &Path, terminal: &mut Terminal) -> Result<Arc<VerifiedImage>, Failure> {
    if !files::is_stdin(path) && begins_like_an_image(path)? {
        return load_built(path);
    }
    Ok(load_sources(path, terminal)?.image)
}

/// Loads a bundle to decide with, with what it means. A built one holds its sources, which are compiled again.
///
/// # Errors
/// As [`load`].
pub fn load_with_meaning(path: &Path, terminal: &mut Terminal) -> Result<Loaded, Failure> {
    if files::is_stdin(path) || !begins_like_an_image(path)? {
        return load_sources(path, terminal);
    }
    let image = load_built(path)?;
    let built = build_sources(Bundle::of_image(&image.to_image())).ok().filter(|built| built.image.digest() == image.digest());
    Ok(Loaded { image, bundle: built.map(|built| built.bundle) })
}

fn load_built(path: &Path) -> Result<Arc<VerifiedImage>, Failure> {
    let bytes = files::read_whole(path, MAX_IMAGE_BYTES as u64, "a built bundle")?;
    let image = load_image(&bytes).map_err(|e| {
        let mut d = e.diagnostic();
        d.message = format!("`{}` cannot be used: {}", path.display(), d.message);
        Failure::Message(Box::new(d))
    })?;
    Ok(Arc::new(image))
}

fn load_sources(path: &Path, terminal: &mut Terminal) -> Result<Loaded, Failure> {
    let checked = check(&find_one(path)?, terminal)?;
    if checked.errors() > 0 {
        return Err(checked.refused());
    }
    if !terminal.quiet && !terminal.json {
        terminal.warn(&checked.shown, &checked.diagnostics);
    }
    let built = build(checked)?.0;
    Ok(Loaded { image: Arc::new(built.image), bundle: Some(built.bundle) })
}

/// Returns whether a file begins with the mark of built bundles.
///
/// # Errors
/// When it can't be read.
pub fn begins_like_an_image(path: &Path) -> Result<bool, Failure> {
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
