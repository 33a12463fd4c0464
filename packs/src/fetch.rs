//! Where archives come from: what was fetched once stays at hand.

use std::fmt;
use std::path::Path;

use reach_archive::Archive;
use reach_compiler::Pack;
use reach_registry::{Blob, Files, Folder, Registry, RegistryError, read_blob, write_blob};
use reach_statement::{PackName, PackVersion};
use reach_trust::{Timestamp, TrustStore, VerifiedPack, verify};

use crate::error::InstallError;

/// What packs are taken from and held against.
#[derive(Clone, Copy)]
pub struct Store<'a> {
    /// The user's folder, which keeps the archives that were fetched.
    pub home: &'a Path,
    /// The files of a registry, if one is at hand.
    pub registry: Option<&'a dyn Files>,
    /// Whose packs are believed.
    pub trust: &'a TrustStore,
    /// The time.
    pub now: Timestamp,
    /// The version of Reach.
    pub reach: &'a PackVersion,
    /// Looks at what a pack says of itself, and says why it can't be so.
    pub examine: &'a Examine,
}

/// Looks at a pack that is believed, with the packs that it uses at hand: whether its `pack.reach` says what was signed, and its rules stay within that.
/// Returns the image that its policies compile to, or why it is not so.
pub type Examine = dyn Fn(&VerifiedPack, &[Pack]) -> Result<Vec<u8>, String>;

impl fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("home", &self.home).field("registry", &self.registry).field("now", &self.now).finish_non_exhaustive()
    }
}

impl Store<'_> {
    /// Returns the store with the files of a registry.
    #[must_use]
    pub fn with<'r>(self, registry: &'r Registry) -> Store<'r>
    where
        Self: 'r,
    {
        Store { registry: Some(&**registry.files()), ..self }
    }

    /// Returns a pack that was verified: from what is at hand, else from the registry.
    ///
    /// # Errors
    /// When it is not there, or is not believed.
    pub(crate) fn verified(&self, name: &PackName, version: &PackVersion, blob: &Blob) -> Result<VerifiedPack, InstallError> {
        let bytes = self.bytes(blob)?;
        let archive = Archive::read(&bytes).map_err(|error| InstallError::Archive { name: name.clone(), version: version.clone(), error })?;
        let refused = |refusal| InstallError::Refused { name: name.clone(), version: version.clone(), refusal: Box::new(refusal) };
        let pack = verify(archive, self.trust, self.now).map_err(refused)?;
        // Whoever may sign for one name can't give its pack out as another.
        let manifest = &pack.statement().manifest;
        if manifest.name == *name && manifest.version == *version {
            Ok(pack)
        } else {
            Err(InstallError::OtherThanIndexed { name: name.clone(), version: version.clone() })
        }
    }

    fn bytes(&self, blob: &Blob) -> Result<Vec<u8>, RegistryError> {
        // What is damaged at hand is fetched again.
        if let Ok(bytes) = read_blob(&Folder::new(self.home), blob) {
            return Ok(bytes);
        }
        let registry = self.registry.ok_or(RegistryError::BlobMissing(blob.sha256))?;
        read_blob(registry, blob)
    }

    /// Keeps an archive at hand. Where it can't be kept, it is fetched again the next time.
    pub(crate) fn keep(&self, pack: &VerifiedPack) {
        if let Some(bytes) = pack.to_archive().ok().and_then(|archive| archive.write().ok()) {
            let folder = Folder::new(self.home);
            drop(write_blob(&folder, &folder, &bytes));
        }
    }
}
