//! Packs are compiled again where they arrive: nobody's image is taken on trust.

use std::collections::BTreeSet;

use reach_codes::Sources;
use reach_compiler::{Bundle, Pack};
use reach_statement::{PackName, PackPath};
use reach_trust::VerifiedPack;

use crate::error::InstallError;
use crate::fetch::Store;
use crate::roots::MANIFEST_FILE;

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

/// Compiles each of the packs, which stand by name, with those that it needs, has it examined, and compares the image that it brings with the one that
/// its policies compile to, where the same version of Reach has made it.
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
    for (pack, own) in packs.iter().zip(&at_hand) {
        let manifest = &pack.statement().manifest;
        let mut sources = Sources::new();
        for (_, source) in own.sources.iter().filter(|(_, source)| source.name != MANIFEST_FILE) {
            sources.add(source.name.as_str(), source.text.as_str());
        }
        let others: Vec<Pack> = needed_by(pack, packs).into_iter().filter_map(|at| at_hand.get(at)).cloned().collect();
        let built = reach_compiler::build(Bundle { sources, packs: others.clone() }).map_err(|(sources, diagnostics)| {
            let first = diagnostics.iter().find(|d| d.is_error());
            let place = first.and_then(|d| d.span()).map(|span| (sources.get(span.file).map_or("", |s| &s.name).to_owned(), sources.position(span).line));
            let message = first.map_or_else(String::new, |d| d.message.clone());
            let why = place.map_or(message.clone(), |(file, line)| format!("`{file}`, line {line}: {message}"));
            InstallError::Mistakes { name: manifest.name.clone(), version: manifest.version.clone(), why }
        })?;
        (store.examine)(pack, &others).map_err(|why| InstallError::NotValid { name: manifest.name.clone(), version: manifest.version.clone(), why })?;
        let Some(image) = pack.statement().image.as_ref().filter(|image| image.built_by == store.reach.to_string()) else { continue };
        let shipped = pack.files().iter().find(|(path, _)| *path == image.path).map(|(_, bytes)| bytes);
        if shipped.is_none_or(|bytes| *bytes != built.image.image().encode()) {
            return Err(InstallError::OtherImage { name: manifest.name.clone(), version: manifest.version.clone() });
        }
    }
    Ok(())
}
