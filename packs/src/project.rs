//! Where a project keeps its packs.

use std::path::{Path, PathBuf};

use reach_registry::disk::{self, DiskError};
use reach_statement::{PackName, PackVersion};

use crate::error::InstallError;
use crate::lock::{LOCK_FILE, Lock, MAX_LOCK_BYTES};
use crate::roots::{MANIFEST_FILE, MAX_MANIFEST_BYTES, roots_of_manifest};

/// The folder of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Returns the project of a folder.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the project that a folder belongs to: the nearest one, from there upwards, with a lock file or a manifest; else the folder itself.
    #[must_use]
    pub fn find(start: &Path) -> Self {
        let whole = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
        let found = whole.ancestors().find(|folder| [LOCK_FILE, MANIFEST_FILE].iter().any(|file| folder.join(file).is_file()));
        Self { root: found.map_or(whole.clone(), Path::to_owned) }
    }

    /// Returns its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of the lock file.
    #[must_use]
    pub fn lock_file(&self) -> PathBuf {
        self.root.join(LOCK_FILE)
    }

    /// Returns the folder of all packs.
    ///
    /// # Errors
    /// When something on the way is a link.
    pub fn packs_folder(&self) -> Result<PathBuf, DiskError> {
        disk::below(&self.root, &[".reach", "packs"])
    }

    /// Returns the folder of a pack.
    ///
    /// # Errors
    /// When something on the way is a link.
    pub fn folder_of(&self, name: &PackName, version: &PackVersion) -> Result<PathBuf, DiskError> {
        disk::below(&self.root, &[".reach", "packs", name.as_str(), &version.to_string()])
    }

    /// Reads the lock; an empty one where there is none.
    ///
    /// # Errors
    /// When it can't be read, or is none.
    pub fn lock(&self) -> Result<Lock, InstallError> {
        match disk::read(&self.lock_file(), MAX_LOCK_BYTES)? {
            Some(bytes) => Lock::parse(&bytes).map_err(InstallError::Lock),
            None => Ok(Lock::default()),
        }
    }

    /// Returns what the `needs` of its manifest ask for; nothing where it has no manifest.
    ///
    /// # Errors
    /// When the manifest can't be read.
    pub fn manifest_roots(&self) -> Result<Option<std::collections::BTreeMap<PackName, reach_statement::Requirement>>, InstallError> {
        match disk::read(&self.root.join(MANIFEST_FILE), MAX_MANIFEST_BYTES)? {
            Some(bytes) => roots_of_manifest(&bytes).map(Some),
            None => Ok(None),
        }
    }
}
