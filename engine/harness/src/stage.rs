//! The session that a test is played in.

use std::sync::Arc;

use reach_compiler::ir::Test;
use reach_engine::{EntitiesError, Options, Session, VerifiedImage, read_entities};

/// Begins the session of a test, with the entities that it has.
///
/// # Errors
/// When these don't hold together.
pub fn begin(image: &Arc<VerifiedImage>, test: &Test, options: Options) -> Result<Session, EntitiesError> {
    let entities = test.entities.as_deref().map(|data| read_entities(image, data)).transpose()?;
    Ok(Session::new(Arc::clone(image), "", Options { entities: entities.map(Arc::new), ..options }))
}
