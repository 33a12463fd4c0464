//! Packs are compiled again where they arrive: nobody's image is taken on trust.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Sources;
use reach_compiler::{Bundle, Pack};
use reach_evaluator::image::Image;
use reach_statement::{PackName, PackPath};
use reach_trust::VerifiedPack;

use crate::error::InstallError;
use crate::fetch::Store;

/// What the files of policies end in.
pub(crate) const SOURCE: &str = ".reach";

/// Returns the texts of the policies among files, in their order; those that are no text are told.
pub(crate) fn sources_of<'f>(files: impl Iterator<Item = (&'f PackPath, &'f [u8])>) -> Result<Vec<(PackPath, String)>, (PackPath, String)> {
    let policies = files.filter(|(path, _)| path.as_str().ends_with(SOURCE));
    policies.map(|(path, bytes)| reach_grammar::decode(bytes).map(|text| (path.clone(), text)).map_err(|d| (path.clone(), d.message))).collect()
}

/// Returns a pack as the compiler takes it.
pub(crate) fn to_compiler(name: &str, version: &str, digest: &str, texts: &[(PackPath, String)]) -> Pack {
    let mut sources = Sources::new();
    for (path, text) in texts {
        sources.add(path.as_str(), text.as_str());
    }
    Pack { name: name.to_owned(), version: version.to_owned(), digest: Some(digest.to_owned()), sources }
}

/// Returns where the packs stand that a pack needs, and those that these need, without itself.
fn needed_by(pack: &VerifiedPack, packs: &[VerifiedPack]) -> BTreeSet<usize> {
    // They stand by name.
    let find = |name: &PackName| packs.binary_search_by(|other| other.statement().manifest.name.cmp(name)).ok();
    let mut needed = BTreeSet::new();
    let mut open: Vec<usize> = pack.statement().manifest.needs.keys().filter_map(find).collect();
    while let Some(at) = open.pop() {
        if let Some(other) = packs.get(at).filter(|other| other.digest() != pack.digest())
            && needed.insert(at)
        {
            open.extend(other.statement().manifest.needs.keys().filter_map(find));
        }
    }
    needed
}

/// Returns the image that the policies of a pack compile to, its manifest among them, with the packs at hand that it may use.
///
/// # Errors
/// With the first mistake, where there is one.
pub fn image_of<'f>(files: impl Iterator<Item = (&'f PackPath, &'f [u8])>, packs: &[Pack]) -> Result<Vec<u8>, String> {
    let mut sources = Sources::new();
    for (path, text) in sources_of(files).map_err(|(path, why)| format!("`{path}`: {why}"))? {
        sources.add(path.as_str(), text);
    }
    let built = reach_compiler::build(Bundle { sources, packs: packs.to_vec() }).map_err(|(sources, diagnostics)| {
        let first = diagnostics.iter().find(|d| d.is_error());
        let place = first.and_then(|d| d.span()).map(|span| (sources.get(span.file).map_or("", |s| &s.name).to_owned(), sources.position(span).line));
        let message = first.map_or_else(String::new, |d| d.message.clone());
        place.map_or(message.clone(), |(file, line)| format!("`{file}`, line {line}: {message}"))
    })?;
    Ok(built.image.to_image().encode())
}

/// What came of comparing the image that a pack brings with the one that its policies compile to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It brings none.
    None,
    /// It is the same.
    Same,
    /// Another version of Reach has made it, so that it can't be compared, and is not used.
    OtherVersion,
    /// It was made of the same policies with other packs than those at hand, so that it can't be compared, and is not used.
    OtherPacks,
    /// What would run is not what can be read.
    Differs,
}

/// Compares the image that a pack brings with the one that this version of Reach compiles its policies to.
#[must_use]
pub fn compare(pack: &VerifiedPack, reach: &str, compiled: &[u8]) -> Compared {
    let Some(image) = &pack.statement().image else { return Compared::None };
    if image.built_by != reach {
        return Compared::OtherVersion;
    }
    let brought = pack.files().iter().find(|(path, _)| *path == image.path).map(|(_, bytes)| bytes.as_slice());
    match brought {
        Some(brought) if brought == compiled => Compared::Same,
        Some(brought) if only_packs_differ(brought, compiled) => Compared::OtherPacks,
        _ => Compared::Differs,
    }
}

/// Returns whether two images are of the same sources, and some pack is another one in them.
fn only_packs_differ(brought: &[u8], compiled: &[u8]) -> bool {
    let (Ok(brought), Ok(compiled)) = (Image::decode(brought), Image::decode(compiled)) else { return false };
    let (brought, compiled) = (Bundle::of_image(&brought), Bundle::of_image(&compiled));
    let others: BTreeMap<&str, &Pack> = brought.packs.iter().map(|pack| (pack.name.as_str(), pack)).collect();
    brought.sources == compiled.sources && compiled.packs.iter().any(|pack| others.get(pack.name.as_str()).is_some_and(|other| *other != pack))
}

/// Has each of the packs examined, which stand by name, with those that it needs, and compares the image that it brings with the one that its policies
/// compile to, where the same version of Reach has made it.
///
/// # Errors
/// When one has mistakes, is not what it says of itself, or brings another image.
pub(crate) fn must_compile(packs: &[VerifiedPack], store: &Store<'_>) -> Result<(), InstallError> {
    let mut at_hand = Vec::with_capacity(packs.len());
    for pack in packs {
        let manifest = &pack.statement().manifest;
        let texts = sources_of(pack.files().iter().map(|(path, bytes)| (path, bytes.as_slice())));
        let texts = texts.map_err(|(path, why)| InstallError::NotText { name: manifest.name.clone(), path, why })?;
        at_hand.push(to_compiler(manifest.name.as_str(), &manifest.version.to_string(), &pack.digest().to_string(), &texts));
    }
    for pack in packs {
        let manifest = &pack.statement().manifest;
        let others: Vec<Pack> = needed_by(pack, packs).into_iter().filter_map(|at| at_hand.get(at)).cloned().collect();
        let compiled =
            (store.examine)(pack, &others).map_err(|why| InstallError::NotValid { name: manifest.name.clone(), version: manifest.version.clone(), why })?;
        if compare(pack, &store.reach.to_string(), &compiled) == Compared::Differs {
            return Err(InstallError::OtherImage { name: manifest.name.clone(), version: manifest.version.clone() });
        }
    }
    Ok(())
}
