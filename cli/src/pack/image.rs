//! The compiled policies of a pack.

use reach_codes::table::pack;
use reach_compiler::Pack;
use reach_evaluator::image::Image;
use reach_packs::image_of;
use reach_statement::{ImageEntry, Manifest, PackPath};

use crate::answer::ENGINE_VERSION;
use crate::failure::Failure;

/// The file that holds them.
const IMAGE_PATH: &str = "policies.bundle";

/// Compiles the policies, with the packs that they use, and adds what comes of it to the files.
///
/// # Errors
/// When they have errors, or there is a file of that name already.
pub fn add(manifest: &Manifest, files: &mut Vec<(PackPath, Vec<u8>)>, packs: &[Pack]) -> Result<ImageEntry, Failure> {
    let refused = |why: String| Failure::new(pack::IMAGE_DIFFERS, format!("the policies of `{}` cannot be compiled for the pack: {why}", manifest.name));
    let path = PackPath::new(IMAGE_PATH).map_err(|error| refused(error.to_string()))?;
    if files.iter().any(|(name, _)| *name == path) {
        return Err(refused(format!("there is a file `{path}` already")).help("rename it, or build without `--image`"));
    }
    let bytes = image_of(files.iter().map(|(path, bytes)| (path, bytes.as_slice())), packs)
        .map_err(|why| refused(why).help("`reach policy check` shows all that is wrong"))?;
    files.push((path.clone(), bytes));
    Ok(ImageEntry { built_by: ENGINE_VERSION.to_owned(), path })
}

/// Returns why this version of Reach can't read the image that a pack brings, if it can't. Nothing of it runs either way.
pub fn unreadable(entry: &ImageEntry, files: &[(PackPath, Vec<u8>)]) -> Option<String> {
    let (_, bytes) = files.iter().find(|(path, _)| *path == entry.path)?;
    Image::decode(bytes).err().map(|error| error.message)
}
