//! `--entities FILE`: what the host tells of entities.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reach_codes::table::event;
use reach_engine::{Entities, MAX_ENTITY_BYTES, VerifiedImage, read_entities};
use reach_replay::Bundles;

use crate::failure::Failure;
use crate::files;

/// A file that was read.
struct Text {
    name: String,
    text: String,
}

impl Text {
    fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read_whole(path, MAX_ENTITY_BYTES as u64, "data of entities")?;
        let name = files::named(path);
        let text = String::from_utf8(bytes).map_err(|e| {
            let message = format!("{name} is not UTF-8 from byte {} on", e.utf8_error().valid_up_to() + 1);
            Failure::new(event::UNREADABLE_ENTITIES, message)
        })?;
        Ok(Self { name, text })
    }

    fn entities(&self, image: &VerifiedImage) -> Result<Arc<Entities>, Failure> {
        read_entities(image, &self.text).map(Arc::new).map_err(|e| {
            let told = e.diagnostic(&self.name);
            let failure = Failure::new(told.code, told.message);
            match told.help {
                Some(help) => failure.help(help),
                None => failure,
            }
        })
    }
}

/// Reads the data for a bundle; none where no file is named.
///
/// # Errors
/// When the file can't be read, or isn't what the bundle declares.
pub fn read(image: &VerifiedImage, path: Option<&Path>) -> Result<Option<Arc<Entities>>, Failure> {
    let Some(path) = path else { return Ok(None) };
    if !declares(image) {
        let failure = Failure::usage("`--entities` goes with a bundle that declares entities, and this one declares none");
        return Err(failure.help(DECLARE));
    }
    Text::read(path)?.entities(image).map(Some)
}

/// Returns bundles with data: each file for each of those that it fits.
///
/// # Errors
/// When a file can't be read, or fits none of the bundles.
pub fn bundles(images: &[Arc<VerifiedImage>], paths: &[PathBuf]) -> Result<Bundles, Failure> {
    let mut bundles = Bundles::new(images.iter().map(Arc::clone));
    let declaring: Vec<_> = images.iter().filter(|image| declares(image)).collect();
    for path in paths {
        if declaring.is_empty() {
            return Err(Failure::usage("`--entities` goes with bundles that declare entities, and none of these does").help(DECLARE));
        }
        let text = Text::read(path)?;
        let (mut fits, mut unfit) = (false, None);
        for image in &declaring {
            match text.entities(image) {
                Ok(entities) => {
                    bundles = bundles.among(image.digest(), [entities]);
                    fits = true;
                }
                Err(failure) => unfit = unfit.or(Some(failure)),
            }
        }
        if let Some(failure) = unfit.filter(|_| !fits) {
            return Err(failure);
        }
    }
    Ok(bundles)
}

const DECLARE: &str = "declare them: `entity User in Group { … }`";

fn declares(image: &VerifiedImage) -> bool {
    !image.image().entities.is_empty()
}
