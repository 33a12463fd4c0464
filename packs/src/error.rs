//! Why packs can't be installed or used.

use std::path::PathBuf;

use reach_archive::ArchiveError;
use reach_keys::KeyName;
use reach_registry::disk::DiskError;
use reach_registry::{RegistryError, Unresolved};
use reach_statement::{Digest, PackName, PackPath, PackVersion, Requirement, Right};
use reach_trust::Refusal;

use crate::lock::LockError;

/// Why packs can't be installed or used.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A file of the project can't be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The registry can't be used, or an archive of it.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The lock file is none.
    #[error("`pack.lock`: {0}")]
    Lock(#[source] LockError),
    /// The manifest of the project can't be read.
    #[error("`pack.reach` cannot be read: {why}")]
    Manifest {
        /// Why.
        why: String,
    },
    /// No versions fit together.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
    /// The lock doesn't have what is asked for.
    #[error("`pack.lock` doesn't fit what the project needs: {why}")]
    OutOfDate {
        /// Why.
        why: String,
    },
    /// A pack is not believed.
    #[error("{name} {version} is not believed: {refusal}")]
    Refused {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The archive of a pack is none.
    #[error("the archive of {name} {version} is none: {error}")]
    Archive {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// Why.
        error: ArchiveError,
    },
    /// A pack says something else than the index says of it.
    #[error("{name} {version} says something else of itself than the index of the registry does")]
    OtherThanIndexed {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
    },
    /// A version that is locked is another pack now.
    #[error("{name} {version} is {found}, and `pack.lock` has {locked}")]
    OtherThanLocked {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// The digest of the lock.
        locked: Box<Digest>,
        /// The digest that was found.
        found: Box<Digest>,
    },
    /// A pack that came from one registry would come from another.
    #[error("`{name}` came from the registry `{locked}`, and would come from `{found}`")]
    OtherOrigin {
        /// The pack.
        name: PackName,
        /// The registry of the lock.
        locked: KeyName,
        /// The registry that is used now.
        found: KeyName,
    },
    /// A pack has mistakes, or is not what it says of itself.
    #[error("{name} {version} cannot be used: {why}")]
    NotValid {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// Why.
        why: String,
    },
    /// The image of a pack is not that of its policies.
    #[error("the image in {name} {version} is not what its policies compile to")]
    OtherImage {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
    },
    /// Rights are asked for that were not given.
    #[error("{}", asked(.0))]
    Consent(Vec<(PackName, Vec<Right>)>),
    /// A pack is not installed, or some files of it are not there.
    #[error("{name} {version} is not installed whole: {what}")]
    NotInstalled {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// What lacks.
        what: String,
    },
    /// A pack is made for other versions of Reach than the one that would use it.
    #[error("{name} {version} is made for Reach {wanted}, and this is {reach}")]
    MadeForOther {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// The versions of Reach that it is made for.
        wanted: Box<Requirement>,
        /// The version of Reach.
        reach: Box<PackVersion>,
    },
    /// An installed pack was changed.
    #[error("{name} {version} was changed since it was installed: {what}")]
    Changed {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// What.
        what: String,
    },
    /// An installed file is no text.
    #[error("`{path}` of {name} is no text: {why}")]
    NotText {
        /// The pack.
        name: PackName,
        /// The file.
        path: PackPath,
        /// Why.
        why: String,
    },
    /// The project has changed since the plan was made.
    #[error("`{}` was changed meanwhile", path.display())]
    ChangedMeanwhile {
        /// The lock file.
        path: PathBuf,
    },
}

fn asked(packs: &[(PackName, Vec<Right>)]) -> String {
    let pack =
        |(name, rights): &(PackName, Vec<Right>)| format!("`{name}` asks for {}", rights.iter().map(|r| format!("`{r}`")).collect::<Vec<_>>().join(", "));
    packs.iter().map(pack).collect::<Vec<_>>().join("; ")
}
