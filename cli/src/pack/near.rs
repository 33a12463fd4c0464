//! Which pack was probably meant.

use reach_manifest::nearest;
use reach_registry::Registry;
use reach_statement::PackName;

use crate::failure::Failure;

/// Adds to a failure which of the packs that are known was probably meant, or else what to do.
pub fn or_near<'n>(failure: Failure, wanted: &PackName, known: impl Iterator<Item = &'n PackName>, otherwise: &str) -> Failure {
    match nearest(wanted.as_str(), known.map(PackName::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(otherwise.to_owned()),
    }
}

/// Returns the names of the packs of a registry.
pub fn names(registry: &Registry) -> impl Iterator<Item = &str> {
    registry.packs().filter_map(|history| history.versions().next()).map(|listed| listed.release.name.as_str())
}
