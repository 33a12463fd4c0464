//! The compiled policies of a pack.

use reach_codes::Sources;
use reach_codes::table::pack;
use reach_compiler::MANIFEST;
use reach_statement::{ImageEntry, Manifest, PackPath};
use reach_trust::VerifiedPack;

use crate::answer::ENGINE_VERSION;
use crate::bundle;
use crate::failure::Failure;

/// The file that holds them.
const IMAGE_PATH: &str = "policies.bundle";

/// Compiles the policies and adds what comes of it to the files.
///
/// # Errors
/// When they have errors, or there is a file of that name already.
pub fn add(manifest: &Manifest, files: &mut Vec<(PackPath, Vec<u8>)>) -> Result<ImageEntry, Failure> {
    let refused = |why: String| Failure::new(pack::IMAGE_DIFFERS, format!("the policies of `{}` cannot be compiled for the pack: {why}", manifest.name));
    let path = PackPath::new(IMAGE_PATH).map_err(|error| refused(error.to_string()))?;
    if files.iter().any(|(name, _)| *name == path) {
        return Err(refused(format!("there is a file `{path}` already")).help("rename it, or build without `--image`"));
    }
    let bytes = compiled(files).map_err(|why| refused(why).help("`reach policy check` shows all that is wrong"))?;
    files.push((path.clone(), bytes));
    Ok(ImageEntry { built_by: ENGINE_VERSION.to_owned(), path })
}

/// What came of comparing.
pub enum Compared {
    /// The pack brings no image.
    None,
    /// It is what its policies are compiled to.
    Same,
    /// It cannot be compared, and so is not used.
    Ignored(String),
}

/// Compiles the policies of a pack again and compares them with the image that it brings.
///
/// # Errors
/// When the same version of Reach makes another image of them.
pub fn compare(verified: &VerifiedPack, what: &str) -> Result<Compared, Failure> {
    let Some(image) = &verified.statement().image else {
        return Ok(Compared::None);
    };
    if image.built_by != ENGINE_VERSION {
        return Ok(Compared::Ignored(format!("it was compiled by another version of Reach (`{}`)", image.built_by.escape_debug())));
    }
    let brought = verified.files().iter().find(|(path, _)| *path == image.path).map(|(_, bytes)| bytes.as_slice());
    match compiled(verified.files()) {
        Ok(bytes) if brought == Some(bytes.as_slice()) => Ok(Compared::Same),
        Ok(_) => Err(Failure::new(pack::IMAGE_DIFFERS, format!("the image in {what} is not what its policies are compiled to"))
            .note("what would run is not what can be read")
            .help("ask whoever has signed it to build it again")),
        Err(why) => Ok(Compared::Ignored(format!("its policies cannot be compiled here: {why}"))),
    }
}

/// The image of all policies among these files.
fn compiled(files: &[(PackPath, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let mut sources = Sources::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.as_str().ends_with(".reach") && path.as_str() != MANIFEST) {
        let text = reach_grammar::decode(bytes).map_err(|d| format!("`{path}`: {}", d.message))?;
        sources.add(path.to_string(), text);
    }
    Ok(bundle::build_sources(sources)?.image.image().encode())
}
