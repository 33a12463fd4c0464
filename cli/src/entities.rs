//! `--entities FILE`: what the host tells of entities.

use std::path::Path;
use std::sync::Arc;

use reach_engine::{Entities, MAX_ENTITY_BYTES, VerifiedImage, read_entities};

use crate::failure::Failure;
use crate::files;

/// Reads the data for a bundle; none where no file is named.
///
/// # Errors
/// When the file can't be read, or isn't what the bundle declares.
pub fn read(image: &VerifiedImage, path: Option<&Path>) -> Result<Option<Arc<Entities>>, Failure> {
    let Some(path) = path else { return Ok(None) };
    if image.image().entities.is_empty() {
        let failure = Failure::usage("`--entities` goes with a bundle that declares entities, and this one declares none");
        return Err(failure.help("declare them: `entity User in Group { … }`"));
    }
    let bytes = files::read_whole(path, MAX_ENTITY_BYTES as u64, "data of entities")?;
    let name = files::named(path);
    let text = std::str::from_utf8(&bytes).map_err(|e| {
        let message = format!("{name} is not UTF-8 from byte {} on", e.valid_up_to() + 1);
        Failure::new(reach_codes::table::event::UNREADABLE_ENTITIES, message)
    })?;
    match read_entities(image, text) {
        Ok(entities) => Ok(Some(Arc::new(entities))),
        Err(e) => {
            let told = e.diagnostic(&name);
            let failure = Failure::new(told.code, told.message);
            Err(match told.help {
                Some(help) => failure.help(help),
                None => failure,
            })
        }
    }
}
