//! A registry that was read and verified.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reach_keys::{KeyName, NoteError};
use reach_statement::{Digest, PackName, PackVersion};
use reach_trust::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disk::DiskError;
use crate::files::{Files, Folder, Shelf};
use crate::history::{History, HistoryError};
use crate::listing::{Listing, ListingError, MAX_LISTING_BYTES};
use crate::release::{Blob, LineError};
use crate::snapshot::{MAX_SNAPSHOT_BYTES, Snapshot, SnapshotError, Voucher};

/// The form of the folder.
pub(crate) const FORMAT: &str = "reach-registry/1";

/// The most bytes of the archive of a pack.
pub const MAX_BLOB_BYTES: u64 = reach_archive::MAX_ARCHIVE_BYTES as u64;

/// How often a registry is read again that changes while it is read.
const ATTEMPTS: usize = 5;

/// `registry.json`: what the folder is. It is not signed, and nothing rests on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    pub format: String,
    pub origin: String,
}

/// Why a registry can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// A file of it can't be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// There is no registry.
    #[error("`{}` is no registry: it has no `registry.json`", path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// There is a registry already.
    #[error("`{}` holds something already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// What says that it is a registry doesn't.
    #[error("`registry.json` names no registry of the form `{FORMAT}`")]
    Description,
    /// There is no snapshot.
    #[error("it has no snapshot")]
    NoSnapshot,
    /// The snapshot can't be believed.
    #[error("its snapshot: {0}")]
    Snapshot(#[from] SnapshotError),
    /// It is another registry than the one that was meant.
    #[error("it says to be `{found}`, and `{expected}` is meant")]
    OtherOrigin {
        /// The name of the registry that was meant.
        expected: String,
        /// The name of the one that is there.
        found: String,
    },
    /// The snapshot has expired.
    #[error("its snapshot {version} counted until {expires}")]
    Expired {
        /// The number of the snapshot.
        version: u64,
        /// When.
        expires: Timestamp,
    },
    /// The snapshot is older than one that was seen.
    #[error("its snapshot is number {found}, and {seen} was seen already")]
    Rollback {
        /// The number of the newest that was seen.
        seen: u64,
        /// The number of this one.
        found: u64,
    },
    /// There are two snapshots with one number.
    #[error("its snapshot {version} is another one than that which was seen")]
    Fork {
        /// The number.
        version: u64,
    },
    /// A version is another pack than before.
    #[error("{name} {version} was {before}, and now is {now}")]
    Equivocation {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// The digest that was seen.
        before: Box<Digest>,
        /// The digest that stands there now.
        now: Box<Digest>,
    },
    /// What an index said of a pack, it says no longer.
    #[error("lines about `{name}` that were seen are gone or changed")]
    Rewritten {
        /// The pack.
        name: PackName,
    },
    /// A pack is gone.
    #[error("`{name}` was seen, and is gone")]
    Withdrawn {
        /// The pack.
        name: PackName,
    },
    /// The listing is not that of the snapshot.
    #[error("the listing of its index is missing or is not the one that was signed")]
    OtherListing,
    /// The listing is none.
    #[error("the listing of its index: {0}")]
    Listing(#[from] ListingError),
    /// The snapshot says another number of packs.
    #[error("the snapshot says that there are {said} packs, and there are {found}")]
    OtherCount {
        /// What is signed.
        said: u64,
        /// What was found.
        found: u64,
    },
    /// The file of a pack is not that of the snapshot.
    #[error("what the index says of `{name}` is not what was signed")]
    OtherHistory {
        /// The pack.
        name: PackName,
    },
    /// The file of a pack is wrong in itself.
    #[error("what the index says of `{name}`: {error}")]
    History {
        /// The pack.
        name: PackName,
        /// Why.
        error: HistoryError,
    },
    /// An archive is not there.
    #[error("the archive {0} is missing")]
    BlobMissing(Digest),
    /// An archive is another one.
    #[error("the archive {0} has other contents than its name says")]
    OtherBlob(Digest),
    /// An archive is too large.
    #[error("an archive of {size_bytes} bytes is too large: {MAX_BLOB_BYTES} are the most")]
    BlobTooLarge {
        /// How many bytes it has.
        size_bytes: u64,
    },
    /// The version was published already.
    #[error("{name} {version} was published already")]
    Published {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
        /// Whether it was the same archive.
        same: bool,
    },
    /// A newer version was published.
    #[error("{name} {newest} was published already, which is newer than {version}")]
    Older {
        /// The pack.
        name: PackName,
        /// The version that is to be published.
        version: PackVersion,
        /// The newest that was.
        newest: PackVersion,
    },
    /// There is no such version.
    #[error("{name} {version} was never published")]
    NotPublished {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
    },
    /// It was yanked already.
    #[error("{name} {version} was yanked already")]
    AlreadyYanked {
        /// The pack.
        name: PackName,
        /// Its version.
        version: PackVersion,
    },
    /// A line of the index can't be that.
    #[error("no index can have it: {0}")]
    Line(#[from] LineError),
    /// A snapshot can't be signed.
    #[error("the snapshot cannot be signed: {0}")]
    Unsigned(NoteError),
    /// A pack has no written form, which is a mistake of ours.
    #[error("the pack cannot be written")]
    Archive,
    /// A file of the user's folder is damaged.
    #[error("`{}` is damaged", path.display())]
    MemoryDamaged {
        /// Which.
        path: PathBuf,
    },
    /// Something has no written form, which is a mistake of ours.
    #[error("it could not be written as JSON")]
    Unwritten,
}

/// A registry, as its newest snapshot says. That it can be had says that its keys have signed every line of it; when the snapshot expires is for
/// [`Registry::must_be_fresh`] to say, and whether the registry has gone back on what it said before for [`Memory::check`](crate::Memory::check).
#[derive(Clone, Debug)]
pub struct Registry {
    files: Arc<dyn Files>,
    snapshot: Snapshot,
    listing: Listing,
    histories: BTreeMap<PackName, History>,
    /// The bytes of each history, as far as they count.
    bytes: BTreeMap<PackName, Vec<u8>>,
}

/// Reads what names a registry: the origin that it says to have. Nobody has signed that.
///
/// # Errors
/// When there is no registry.
pub fn origin_of(files: &dyn Files) -> Result<KeyName, RegistryError> {
    let Some(bytes) = files.read(&["registry.json"], 4 << 10)? else {
        return Err(RegistryError::Missing { path: files.place().to_owned() });
    };
    let description: Description = serde_json::from_slice(&bytes).map_err(|_| RegistryError::Description)?;
    if description.format != FORMAT {
        return Err(RegistryError::Description);
    }
    KeyName::new(description.origin).map_err(|_| RegistryError::Description)
}

/// Returns the parts of the path of a pack's file in the index: two hexadecimal digits of the SHA-256 of its name, so that no folder gets too large.
pub(crate) fn history_path(name: &PackName) -> [String; 3] {
    let hex = Digest::of(name.as_str().as_bytes()).hex();
    ["index".to_owned(), hex.chars().take(2).collect(), format!("{name}.jsonl")]
}

/// Returns the parts of the path of what is found by its digest.
pub(crate) fn digest_path(folder: &str, digest: Digest) -> [String; 4] {
    let hex = digest.hex();
    [folder.to_owned(), "sha256".to_owned(), hex.chars().take(2).collect(), hex]
}

/// Returns the parts of a path as they are asked for.
pub(crate) fn parts<const N: usize>(path: &[String; N]) -> [&str; N] {
    path.each_ref().map(String::as_str)
}

impl Registry {
    /// Reads a registry in a folder. Those who vouch for it must have signed its snapshot; everything else must be as the snapshot says.
    ///
    /// # Errors
    /// At the first thing that can't be believed.
    pub fn read(root: &Path, origin: &KeyName, voucher: Voucher<'_>, now: Timestamp) -> Result<Self, RegistryError> {
        Self::read_from(Arc::new(Folder::new(root)), origin, voucher, now)
    }

    /// Reads a registry wherever its files are, as [`Self::read`] does.
    ///
    /// # Errors
    /// At the first thing that can't be believed.
    pub fn read_from(files: Arc<dyn Files>, origin: &KeyName, voucher: Voucher<'_>, now: Timestamp) -> Result<Self, RegistryError> {
        let said = origin_of(&*files)?;
        if said != *origin {
            return Err(RegistryError::OtherOrigin { expected: origin.to_string(), found: said.to_string() });
        }
        let mut attempt = 1;
        loop {
            let snapshot = files.read(&["snapshot"], MAX_SNAPSHOT_BYTES)?.ok_or(RegistryError::NoSnapshot)?;
            match Self::read_at(&files, origin, Snapshot::verify(&snapshot, origin, voucher, now)?) {
                // Somebody publishes: the listing that was current a moment ago may be gone.
                Err(RegistryError::OtherListing) if attempt < ATTEMPTS && files.read(&["snapshot"], MAX_SNAPSHOT_BYTES)?.as_ref() != Some(&snapshot) => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn read_at(files: &Arc<dyn Files>, origin: &KeyName, snapshot: Snapshot) -> Result<Self, RegistryError> {
        if snapshot.origin != *origin {
            return Err(RegistryError::OtherOrigin { expected: origin.to_string(), found: snapshot.origin.to_string() });
        }
        let listed = files.read(&parts(&digest_path("listings", snapshot.index)), MAX_LISTING_BYTES)?;
        let bytes = listed.filter(|bytes| Digest::of(bytes) == snapshot.index).ok_or(RegistryError::OtherListing)?;
        let listing = Listing::parse(&bytes)?;
        let found = listing.packs().len() as u64;
        if found != snapshot.packs {
            return Err(RegistryError::OtherCount { said: snapshot.packs, found });
        }
        let mut registry = Self { files: Arc::clone(files), snapshot, listing: Listing::default(), histories: BTreeMap::new(), bytes: BTreeMap::new() };
        for (name, extent) in listing.packs() {
            let bytes = files.read_start(&parts(&history_path(name)), extent.size_bytes)?;
            let bytes = bytes.filter(|b| b.len() as u64 == extent.size_bytes && Digest::of(b) == extent.sha256);
            let bytes = bytes.ok_or_else(|| RegistryError::OtherHistory { name: name.clone() })?;
            let history = History::parse(name, &bytes).map_err(|error| RegistryError::History { name: name.clone(), error })?;
            registry.histories.insert(name.clone(), history);
            registry.bytes.insert(name.clone(), bytes);
        }
        registry.listing = listing;
        Ok(registry)
    }

    /// Checks that its snapshot has not expired: else a newer one may be kept from the user.
    ///
    /// # Errors
    /// When it has.
    pub fn must_be_fresh(&self, now: Timestamp) -> Result<(), RegistryError> {
        let Snapshot { version, expires, .. } = self.snapshot;
        if self.snapshot.is_expired(now) { Err(RegistryError::Expired { version, expires }) } else { Ok(()) }
    }

    /// Returns its name.
    #[must_use]
    pub const fn origin(&self) -> &KeyName {
        &self.snapshot.origin
    }

    /// Returns its files.
    #[must_use]
    pub fn files(&self) -> &Arc<dyn Files> {
        &self.files
    }

    /// Returns what names the place where it is, in messages.
    #[must_use]
    pub fn place(&self) -> &Path {
        self.files.place()
    }

    /// Returns the snapshot.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the listing of the index.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Returns what the index says of a pack.
    #[must_use]
    pub fn get(&self, name: &PackName) -> Option<&History> {
        self.histories.get(name)
    }

    /// Returns what the index says of each pack, by name.
    pub fn packs(&self) -> impl ExactSizeIterator<Item = &History> {
        self.histories.values()
    }

    /// Returns the bytes of a pack's file, as far as they count.
    pub(crate) fn bytes_of(&self, name: &PackName) -> &[u8] {
        self.bytes.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns whether the file of a pack begins with so many bytes of that digest.
    pub(crate) fn starts_with(&self, name: &PackName, size_bytes: u64, sha256: Digest) -> bool {
        let start = usize::try_from(size_bytes).ok().and_then(|len| self.bytes_of(name).get(..len));
        start.is_some_and(|start| Digest::of(start) == sha256)
    }

    /// Reads the archive of a release.
    ///
    /// # Errors
    /// When it is not there, or is another one.
    pub fn archive(&self, blob: &Blob) -> Result<Vec<u8>, RegistryError> {
        read_blob(&*self.files, blob)
    }
}

/// Reads what blobs hold under a digest.
///
/// # Errors
/// When it is not there, or is something else.
pub fn read_blob(files: &dyn Files, blob: &Blob) -> Result<Vec<u8>, RegistryError> {
    let Blob { sha256, size_bytes } = *blob;
    if size_bytes > MAX_BLOB_BYTES {
        return Err(RegistryError::BlobTooLarge { size_bytes });
    }
    let bytes = match files.read(&parts(&digest_path("blobs", sha256)), size_bytes) {
        Err(DiskError::TooLarge { .. }) => return Err(RegistryError::OtherBlob(sha256)),
        read => read?.ok_or(RegistryError::BlobMissing(sha256))?,
    };
    if bytes.len() as u64 == size_bytes && Digest::of(&bytes) == sha256 { Ok(bytes) } else { Err(RegistryError::OtherBlob(sha256)) }
}

/// Writes a blob beside others, unless it is there.
///
/// # Errors
/// When it can't be written.
pub fn write_blob(files: &dyn Files, shelf: &dyn Shelf, bytes: &[u8]) -> Result<Blob, RegistryError> {
    let blob = Blob { sha256: Digest::of(bytes), size_bytes: bytes.len() as u64 };
    if blob.size_bytes > MAX_BLOB_BYTES {
        return Err(RegistryError::BlobTooLarge { size_bytes: blob.size_bytes });
    }
    // What is there and damaged is replaced.
    if read_blob(files, &blob).is_err() {
        shelf.put(&parts(&digest_path("blobs", blob.sha256)), bytes)?;
    }
    Ok(blob)
}
