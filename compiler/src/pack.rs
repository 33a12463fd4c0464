//! What is compiled: the sources of a bundle, and the packs at hand that it may use.

use crate::maps::{HashMap, HashSet};
use std::collections::BTreeMap;

use reach_codes::table::{limit, name as codes};
use reach_codes::{Diagnostic, FileId, Sources, Span};
use reach_evaluator::image::{Image, PACK_MARK, most};
use reach_grammar::ast::{self, DeclKind};
use reach_grammar::{is_worth_threads, threads};

use crate::workspace::Known;
use crate::{Limits, in_threads};

/// The name of the file that holds a pack's manifest.
pub const MANIFEST: &str = "pack.reach";

/// A pack at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its name, which `use` says.
    pub name: String,
    /// Its version, as its manifest has it.
    pub version: String,
    /// The digest of its signed statement, `sha256:…`; none for a folder that is worked on.
    pub digest: Option<String>,
    /// All its `.reach` files, under their names relative to its root.
    pub sources: Sources,
}

/// The sources of a bundle, and the packs that they may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Its own sources.
    pub sources: Sources,
    /// The packs at hand, for the bundle and for each other: of each name one. What nothing uses makes no difference.
    pub packs: Vec<Pack>,
}

impl From<Sources> for Bundle {
    fn from(sources: Sources) -> Self {
        Self { sources, packs: Vec::new() }
    }
}

impl Bundle {
    /// Returns it as texts by name, for what keeps a bundle as such: beside the files of a pack, its version and digest stand under its name and
    /// the mark alone, which is no file's.
    #[must_use]
    pub fn to_files(&self) -> BTreeMap<String, String> {
        let mut out: BTreeMap<String, String> = self.sources.iter().map(|(_, source)| (source.name.clone(), source.text.clone())).collect();
        for pack in &self.packs {
            let head = pack.digest.as_ref().map_or_else(|| pack.version.clone(), |digest| format!("{}\n{digest}", pack.version));
            out.insert(full_name(&pack.name, ""), head);
            out.extend(pack.sources.iter().map(|(_, source)| (full_name(&pack.name, &source.name), source.text.clone())));
        }
        out
    }

    /// Returns the bundle that was kept as texts by name.
    #[must_use]
    pub fn of_files(files: &BTreeMap<String, String>) -> Self {
        let mut packs: BTreeMap<&str, Pack> = BTreeMap::new();
        for (name, head) in files {
            if let Some(name) = name.strip_suffix(PACK_MARK) {
                let (version, digest) = head.split_once('\n').map_or((head.as_str(), None), |(version, digest)| (version, Some(digest.to_owned())));
                packs.insert(name, Pack { name: name.to_owned(), version: version.to_owned(), digest, sources: Sources::new() });
            }
        }
        let mut sources = Sources::new();
        for (name, text) in files {
            match name.split_once(PACK_MARK).and_then(|(pack, file)| Some((packs.get_mut(pack)?, file))) {
                Some((_, "")) => {}
                Some((pack, file)) => {
                    pack.sources.add(file, text.clone());
                }
                None => {
                    sources.add(name.clone(), text.clone());
                }
            }
        }
        Self { sources, packs: packs.into_values().collect() }
    }

    /// Returns what an image was made of.
    #[must_use]
    pub fn of_image(image: &Image) -> Self {
        let mut owners: Vec<Option<usize>> = vec![None; image.sources.len()];
        let mut packs = Vec::with_capacity(image.packs.len());
        for (number, pack) in image.packs.iter().enumerate() {
            for at in &pack.sources {
                if let Some(owner) = owners.get_mut(*at as usize) {
                    *owner = Some(number);
                }
            }
            packs.push(Pack { name: pack.name.clone(), version: pack.version.clone(), digest: pack.digest.clone(), sources: Sources::new() });
        }
        let mut sources = Sources::new();
        for (source, owner) in image.sources.iter().zip(owners) {
            match owner.and_then(|number| packs.get_mut(number)) {
                Some(pack) => {
                    let name = inner_name(&pack.name, &source.name).to_owned();
                    pack.sources.add(name, source.text.clone());
                }
                None => {
                    sources.add(source.name.clone(), source.text.clone());
                }
            }
        }
        Self { sources, packs }
    }
}

/// Returns the name of a pack's file among all sources of a bundle.
#[must_use]
pub fn full_name(pack: &str, file: &str) -> String {
    format!("{pack}{PACK_MARK}{file}")
}

/// Returns the name of a pack's file relative to the pack.
pub(crate) fn inner_name<'n>(pack: &str, name: &'n str) -> &'n str {
    name.strip_prefix(pack).and_then(|rest| rest.strip_prefix(PACK_MARK)).unwrap_or(name)
}

/// Returns the names of the packs that some sources use, each once, in the order in which they stand there. What can't be read is left out:
/// compiling says what is wrong with it.
#[must_use]
pub fn used_packs(sources: &Sources) -> Vec<String> {
    let mut seen = HashSet::default();
    let texts: Vec<_> = sources.iter().filter(|(_, source)| mentions_use(&source.text)).collect();
    let files = in_threads(&texts, |(id, source)| reach_grammar::parse(*id, &source.text, &Limits::default()).file);
    let mut names = Vec::new();
    for decl in files.iter().flat_map(|file| &file.decls) {
        if let DeclKind::Use(import) = &decl.kind
            && seen.insert(import.pack.text.clone())
        {
            names.push(import.pack.text.to_string());
        }
    }
    names
}

/// Returns whether a text may have a `use`: it stands at the beginning of a line, or behind an attribute.
fn mentions_use(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with("use") || (line.starts_with('@') && line.contains("use"))
    })
}

/// Returns name and version that a manifest gives; none where it has no `pack` declaration, or one that can't be read.
#[must_use]
pub fn name_and_version(manifest: &str) -> Option<(String, String)> {
    let parsed = reach_grammar::parse(FileId(0), manifest, &Limits::default());
    parsed.file.decls.iter().find_map(|decl| match &decl.kind {
        DeclKind::Pack(pack) => Some((pack.name.text.to_string(), pack.version.value.to_string())),
        _ => None,
    })
}

/// The files of a bundle and of all packs that it uses.
pub(crate) struct Gathered {
    /// All sources: the bundle's own first, then those of packs in the order in which they were met.
    pub(crate) sources: Sources,
    /// Their trees, in the same order.
    pub(crate) files: Vec<ast::File>,
    /// How many are the bundle's own.
    pub(crate) own: usize,
    /// The packs, by name.
    pub(crate) packs: Vec<crate::ir::Pack>,
    /// The messages of the parser, by file.
    pub(crate) found: Vec<Vec<Diagnostic>>,
    /// Other messages.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether all files could be read.
    pub(crate) readable: bool,
}

impl Gathered {
    /// Reads a bundle's files and, from pack to pack, what they use.
    pub(crate) fn of(bundle: Bundle, limits: &Limits) -> Self {
        Self::knowing(bundle, limits, Known::default())
    }

    /// The same where something is known of the files.
    pub(crate) fn knowing(bundle: Bundle, limits: &Limits, mut known: Known) -> Self {
        let Bundle { sources, packs } = bundle;
        let own = sources.len();
        let mut out = Self { sources, files: Vec::new(), own, packs: Vec::new(), found: Vec::new(), diagnostics: Vec::new(), readable: true };
        let mut at_hand: HashMap<&str, &Pack> = HashMap::default();
        for pack in &packs {
            if at_hand.insert(&pack.name, pack).is_some() {
                let message = format!("there are two packs `{}` at hand", shorten(&pack.name));
                out.diagnostics.push(Diagnostic::general(codes::DUPLICATE_NAME, message).help("leave one version of each pack"));
            }
        }
        let mut from = 0;
        loop {
            out.parse(from, limits, &mut known);
            let mut met: Vec<&Pack> = Vec::new();
            for (pack, span) in uses(out.files.get(from..).unwrap_or_default()) {
                if let Some(pack) = at_hand.remove(pack) {
                    met.push(pack);
                    if out.packs.len() + met.len() > most::PACKS {
                        out.diagnostics.push(too_many(span));
                        met.clear();
                        at_hand.clear();
                    }
                }
            }
            from = out.sources.len();
            for pack in met {
                let first = u32::try_from(out.sources.len()).unwrap_or(u32::MAX);
                for (_, source) in pack.sources.iter() {
                    out.sources.add(full_name(&pack.name, &source.name), source.text.clone());
                }
                let files = u32::try_from(pack.sources.len()).unwrap_or(u32::MAX);
                out.packs.push(crate::ir::Pack { name: pack.name.clone(), version: pack.version.clone(), digest: pack.digest.clone(), first, files });
            }
            if from == out.sources.len() {
                break;
            }
        }
        out.packs.sort_by(|a, b| a.name.cmp(&b.name));
        out
    }

    /// Parses the sources from one on, but for those of which it is known what comes of it.
    fn parse(&mut self, from: usize, limits: &Limits, known: &mut Known) {
        let texts: Vec<_> = self.sources.iter().skip(from).collect();
        let known: Vec<_> = texts.iter().map(|(id, source)| known.take(*id, source)).collect();
        let new: Vec<_> = texts.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(text, _)| *text).collect();
        // As many files at a time as there are threads; those that are left over, if they are large, one by one, each by all threads.
        let (rounds, left) = new.split_at(new.len() - new.len() % threads());
        let one_by_one = left.iter().all(|(_, source)| is_worth_threads(&source.text));
        let (side_by_side, left) = if one_by_one { (rounds, left) } else { (new.as_slice(), &[][..]) };
        let mut parsed = in_threads(side_by_side, |(id, source)| reach_grammar::parse(*id, &source.text, limits));
        parsed.extend(left.iter().map(|(id, source)| reach_grammar::parse_in_threads(*id, &source.text, limits)));
        let mut parsed = parsed.into_iter();
        for known in known {
            let Some((file, found)) = known.or_else(|| parsed.next().map(|parsed| (parsed.file, parsed.diagnostics))) else { continue };
            self.readable &= !found.iter().any(Diagnostic::is_error);
            self.found.push(found);
            self.files.push(file);
        }
    }
}

/// Returns which packs files use, in order.
fn uses(files: &[ast::File]) -> impl Iterator<Item = (&str, Span)> {
    files.iter().flat_map(|file| &file.decls).filter_map(|decl| match &decl.kind {
        DeclKind::Use(import) => Some((import.pack.text.as_str(), import.pack.span)),
        _ => None,
    })
}

fn too_many(span: Span) -> Diagnostic {
    Diagnostic::new(limit::TOO_MANY_PACKS, span, format!("a bundle uses at most {} packs", most::PACKS))
        .note("packs that its packs use count too")
        .help("use fewer packs, or put several into one")
}

/// Returns a name as a message shows it: one of any length fits a line.
pub(crate) fn shorten(name: &str) -> String {
    const MOST_CHARS: usize = 80;
    if name.chars().nth(MOST_CHARS).is_none() { name.to_owned() } else { name.chars().take(MOST_CHARS).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_packs_are_named_once_in_order() {
        let mut sources = Sources::new();
        sources.add("a.reach", "use acme.b\nuse acme.a as x\n\n@allow(unused-use)\nuse acme.c with { n: 1 }\n");
        sources.add("b.reach", "use acme.a\n// use acme.d\nlet use_it = 1\n");
        assert_eq!(used_packs(&sources), ["acme.b", "acme.a", "acme.c"]);
    }

    #[test]
    fn a_manifest_says_its_name_and_version() {
        assert_eq!(name_and_version("pack acme.guard \"1.2.0\" {\n  kind: policy\n}\n"), Some(("acme.guard".to_owned(), "1.2.0".to_owned())));
        assert_eq!(name_and_version("label secret\n"), None);
    }

    #[test]
    fn a_bundle_is_kept_as_texts() {
        let mut bundle = Bundle::default();
        bundle.sources.add("a.reach", "use p.q\n");
        for digest in [None, Some("sha256:1".to_owned())] {
            let mut sources = Sources::new();
            sources.add("deep/r.reach", "tool t()\n");
            bundle.packs = vec![Pack { name: "p.q".to_owned(), version: "1.0.0".to_owned(), digest, sources }];
            let files = bundle.to_files();
            assert_eq!(files.keys().collect::<Vec<_>>(), ["a.reach", "p.q//", "p.q//deep/r.reach"]);
            assert_eq!(Bundle::of_files(&files), bundle);
        }
    }

    #[test]
    fn long_names_are_cut_in_messages_alone() {
        assert_eq!(shorten(&"a".repeat(80)).chars().count(), 80);
        assert_eq!(shorten(&"a".repeat(10_000)).chars().count(), 81);
    }
}
