//! From syntax trees to a verified image: names, types, the typed IR, code generation.
//!
//! [`compile`] reads and checks a bundle and collects every message; [`build`] goes on to an image that runs.

mod check;
pub mod fuzz;
pub mod ir;
mod limits;
pub mod lower;
mod maps;
mod pack;
mod scenario;
mod walk;
mod workspace;

use reach_codes::{Diagnostic, Sources, Span};
use reach_evaluator::VerifiedImage;
use reach_grammar::{ast, with_stack};

pub use lower::lower;
pub use pack::{Bundle, MANIFEST, Pack, full_name, name_and_version, used_packs};
pub use reach_grammar::Limits;
pub use reach_grammar::in_threads;
pub use walk::Parts;
pub use workspace::Workspace;

/// What became of a bundle's sources.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The sources as given, and behind them those of the packs that are used, under [`full_name`]s.
    pub sources: Sources,
    /// The syntax trees of the bundle's own sources, in order.
    pub files: Vec<ast::File>,
    /// What the bundle means; none when there is an error.
    pub bundle: Option<ir::Bundle>,
    /// Every message of every file, by file name and place, each once.
    pub diagnostics: Vec<Diagnostic>,
}

/// A bundle that runs.
#[derive(Debug)]
pub struct Built {
    /// What it means.
    pub bundle: ir::Bundle,
    /// Its image, verified.
    pub image: VerifiedImage,
    /// Messages that are no errors.
    pub warnings: Vec<Diagnostic>,
}

/// Reads and checks a bundle with the packs that it uses. All mistakes of all files are reported; what is accepted never depends on the stack.
#[must_use]
pub fn compile(bundle: impl Into<Bundle>, limits: &Limits) -> Compiled {
    compile_within(bundle.into(), limits, limits::Bounds::LANGUAGE)
}

/// Compiles with other bounds than those of the language.
pub(crate) fn compile_within(bundle: Bundle, limits: &Limits, bounds: limits::Bounds) -> Compiled {
    compile_gathered(pack::Gathered::of(bundle, limits), None, bounds, check::Reuse::default()).compiled
}

/// What became of sources, and what can be known from it the next time.
struct Outcome {
    compiled: Compiled,
    /// The messages of the parser, by file.
    found: Vec<Vec<Diagnostic>>,
    /// Of each rule whether it may be kept; none where there is an error or a pack.
    kept: Option<Vec<Option<check::Kept>>>,
    /// How many rules were known.
    taken: usize,
    /// Whether it must be done without what was known.
    exhausted: bool,
}

/// Compiles what was read, with a claim whose text is the last of the sources.
fn compile_gathered(gathered: pack::Gathered, claim: Option<&ast::Claim>, bounds: limits::Bounds, reuse: check::Reuse) -> Outcome {
    let pack::Gathered { sources, mut files, own, packs, found, mut diagnostics, readable } = gathered;
    diagnostics.extend(found.iter().flatten().cloned());
    let checked = with_stack(|| check::check(&sources, &files, own, &packs, claim, readable, bounds, reuse));
    let check::Checked { bundle, diagnostics: of_check, kept, taken, exhausted } = checked;
    files.truncate(own);
    // What the parser refused is still in the tree: nothing more is said of that place.
    let read = Covered::new(diagnostics.iter().filter_map(Diagnostic::span).collect());
    diagnostics.extend(of_check.into_iter().filter(|d| !d.span().is_some_and(|s| read.overlaps(s))));
    // What is no mistake in a pack is for whoever makes it.
    let of_pack = |span: Span| packs.iter().any(|pack| pack.has(span.file));
    diagnostics.retain(|d| d.is_error() || !d.span().is_some_and(of_pack));
    sort(&sources, &mut diagnostics);
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    let kept = Some(kept).filter(|_| !errors && packs.is_empty());
    Outcome { compiled: Compiled { files, bundle: bundle.filter(|_| !errors), diagnostics, sources }, found, kept, taken, exhausted }
}

/// A bundle and what is claimed of it.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// What the bundle means. The last of its sources is the text of the claim, which its image doesn't have.
    pub bundle: ir::Bundle,
    /// What is claimed.
    pub claim: ir::Claim,
    /// Messages that are no errors.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles a bundle together with a claim about it, for example `never permit send_money when args.amount > 1000 and not approved`. Images of
/// the bundle are the same as without it.
///
/// # Errors
/// The sources, the claim's text the last of them under the name [`CLAIM`], and all messages, when some message is an error.
pub fn claim(bundle: impl Into<Bundle>, text: &str) -> Result<Claimed, (Sources, Vec<Diagnostic>)> {
    let limits = Limits::default();
    let mut gathered = pack::Gathered::of(bundle.into(), &limits);
    let id = gathered.sources.add(CLAIM, text);
    let claim = match reach_grammar::parse_claim(id, text, &limits) {
        Ok(claim) => claim,
        Err(diagnostics) => return Err((gathered.sources, diagnostics)),
    };
    let Compiled { sources, bundle, diagnostics, .. } = compile_gathered(gathered, Some(&claim), limits::Bounds::LANGUAGE, check::Reuse::default()).compiled;
    let Some(mut bundle) = bundle else { return Err((sources, diagnostics)) };
    match bundle.properties.pop() {
        Some(claim) => Ok(Claimed { bundle, claim, warnings: diagnostics }),
        None => {
            let d = Diagnostic::general(reach_codes::table::limit::COMPILER_DEFECT, "the claim was lost without a reason");
            Err((sources, vec![d]))
        }
    }
}

/// The name of the source that holds a claim's text.
pub const CLAIM: &str = "<claim>";

/// Places, to be asked whether one overlaps another in logarithmic time: there may be many of both.
struct Covered {
    /// By file and start; the end is the greatest so far in the file.
    spans: Vec<Span>,
}

impl Covered {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let mut furthest = Span::default();
        for span in &mut spans {
            if span.file == furthest.file {
                span.end = span.end.max(furthest.end);
            }
            furthest = *span;
        }
        Self { spans }
    }

    fn overlaps(&self, span: Span) -> bool {
        let before = self.spans.partition_point(|s| (s.file, s.start) < (span.file, span.end));
        let last = before.checked_sub(1).and_then(|at| self.spans.get(at));
        last.is_some_and(|s| s.file == span.file && span.start < s.end)
    }
}

/// Puts messages in the order of files and places, each once.
fn sort(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_cached_key(|d| {
        let place = d.span().map(|s| (sources.get(s.file).map(|f| f.name.clone()), s.start, s.end));
        (place, d.code.number(), d.message.clone())
    });
    diagnostics.dedup();
}

/// Compiles a bundle to an image that runs.
///
/// # Errors
/// The sources and all messages, when some message is an error.
pub fn build(bundle: impl Into<Bundle>) -> Result<Built, (Sources, Vec<Diagnostic>)> {
    let Compiled { sources, bundle, mut diagnostics, .. } = compile(bundle, &Limits::default());
    let Some(bundle) = bundle else { return Err((sources, diagnostics)) };
    let image = match lower(&bundle) {
        Ok(image) => image,
        Err(d) => {
            diagnostics.push(d);
            return Err((sources, diagnostics));
        }
    };
    match image.verify() {
        Ok(image) => Ok(Built { bundle, image, warnings: diagnostics }),
        Err(defect) => {
            let d = Diagnostic::general(reach_codes::table::limit::COMPILER_DEFECT, format!("the compiler made an image that does not verify: {defect}"));
            diagnostics.push(d);
            Err((sources, diagnostics))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reach_codes::FileId;

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        proptest::collection::vec((0u32..3, 0u32..20, 0u32..6), 0..12)
            .prop_map(|all| all.into_iter().map(|(f, at, len)| Span::new(FileId(f), at, at + len)).collect())
    }

    proptest! {
        #[test]
        fn a_place_is_covered_when_it_overlaps_one_of_them(read in spans(), asked in spans()) {
            let covered = Covered::new(read.clone());
            for s in asked {
                let overlapping = read.iter().any(|r| r.file == s.file && r.start < s.end && s.start < r.end);
                prop_assert_eq!(covered.overlaps(s), overlapping);
            }
        }
    }
}
