//! What must have happened before a step, so that the session gives the answers that a model chose.

use super::Scene;
use crate::limits::Limits;
use crate::search::{Model, Search};
use crate::world::World;

/// Returns events that come before the step; or why none were found.
pub(super) fn before(scene: &Scene<'_>, world: &mut World, search: &mut Search, model: &Model, at: Option<i128>, limits: &Limits) -> Result<Vec<String>, String> {
    let _ = (scene, world, search, model, at, limits);
    Ok(Vec::new())
}
